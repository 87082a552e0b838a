//! What a refusal means, and the way out.

use super::table::{Privilege, Row, Sockets};
use crate::error::CommandError;
use crate::near;
use ifctl_netdevice::{DeviceName, Errno, Error, Family, Kernel, Snapshot, SnapshotParts, proc};

/// Returns the refusal of a request, with what is known of its cause.
pub(super) fn explain(
    kernel: &dyn Kernel,
    error: Error,
    row: &Row,
    family: Family,
    subject: Option<DeviceName>,
) -> CommandError {
    let errno = error.errno();
    let opening = matches!(&error, Error::Refused(refusal) if refusal.operation == "socket");
    let error = CommandError::failed(error);
    let Some(errno) = errno else { return error };
    if opening {
        return match errno {
            Errno::EPERM => {
                error.hint("a packet socket needs CAP_NET_RAW; every other one nothing")
            }
            Errno::EAFNOSUPPORT => error.hint("this kernel has no sockets of that family"),
            _ => error,
        };
    }
    let hint = match (errno, subject) {
        (Errno::EPERM, _) => privilege(row),
        (Errno::ENODEV, Some(subject)) => device(kernel, subject),
        (Errno::ENODEV, None) if row.name == "SIOCADDRT" => {
            Some("a route needs dev=DEVICE, or a gateway=ADDRESS that a device leads to".to_owned())
        }
        (Errno::EADDRNOTAVAIL, Some(label)) if row.sockets == Sockets::Ipv4 => {
            Some(format!("no IPv4 address carries the label {label}: ifctl ioctl SIOCGIFCONF"))
        }
        (Errno::ENOTTY | Errno::EINVAL | Errno::EOPNOTSUPP, _)
            if row.sockets == Sockets::Nobody =>
        {
            Some(format!("no Linux carries {} out; it is there for completeness", row.name))
        }
        (Errno::EINVAL, Some(subject)) if row.name == "SIOCSIFMTU" => mtu(kernel, subject),
        (Errno::ENOTTY, _) => other_socket(row, family),
        _ => None,
    };
    hint.into_iter().fold(error, CommandError::hint)
}

fn privilege(row: &Row) -> Option<String> {
    let name = row.name;
    match row.needs {
        Privilege::Nothing => None,
        Privilege::NetAdmin => Some(format!(
            "{name} needs CAP_NET_ADMIN in the user namespace that owns this network namespace: use \
             sudo, or try it in ifctl sandbox"
        )),
        Privilege::InitialNetAdmin => Some(format!(
            "{name} needs CAP_NET_ADMIN in the initial user namespace: being root in a container or \
             in ifctl sandbox is not enough"
        )),
    }
}

/// The devices' names; none where /proc does not tell.
fn device(kernel: &dyn Kernel, missing: DeviceName) -> Option<String> {
    let entries = proc::read_dev(kernel).unwrap_or_default();
    let names: Vec<_> = entries.iter().map(|entry| entry.name.to_string()).collect();
    near::hint(&missing.base().to_string(), "devices here", &names)
}

/// The MTUs that the device takes; none where the kernel does not tell.
fn mtu(kernel: &dyn Kernel, device: DeviceName) -> Option<String> {
    let parts = SnapshotParts { addresses: false, ..SnapshotParts::default() };
    let snapshot = Snapshot::take(kernel, parts).ok()?;
    let found = snapshot.base_of(device)?;
    let name = found.name;
    match (found.minimum_mtu?, found.maximum_mtu?) {
        (least, 0) => Some(format!("{name} takes {least} and more")),
        (least, most) => Some(format!("{name} takes {least} to {most}")),
    }
}

fn other_socket(row: &Row, family: Family) -> Option<String> {
    let others = match row.sockets {
        Sockets::Ipv4 => "--socket inet and packet do",
        Sockets::Ipv6 => "--socket inet6 does",
        Sockets::Either => "--socket inet and packet do, and with IPv6 addresses inet6",
        Sockets::Any | Sockets::Nobody => return None,
    };
    Some(format!("{} sockets do not answer {}: {others}", family_name(family), row.name))
}

fn family_name(family: Family) -> &'static str {
    match family {
        Family::INET => "inet",
        Family::INET6 => "inet6",
        Family::UNIX => "unix",
        Family::PACKET => "packet",
        _ => "netlink",
    }
}
