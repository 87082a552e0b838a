//! Settings in messages: RTM_NEWNETCONF, RTM_GETNETCONF.

use super::conf::Conf;
use crate::af_netlink::{self, DumpWriter, Progress, Walk};
use crate::dev::{Cause, DeviceId};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::rtnetlink::{Policy, Request, Rule, parse, parse_question};
use crate::sysctl::ConfOf;
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::{
    Family, Group, NETCONFA_BC_FORWARDING, NETCONFA_FORWARDING, NETCONFA_IFINDEX,
    NETCONFA_IFINDEX_ALL, NETCONFA_IFINDEX_DEFAULT, NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN,
    NETCONFA_MC_FORWARDING, NETCONFA_PROXY_NEIGH, NETCONFA_RP_FILTER,
};
use ifctl_kernel::Errno;
use ifctl_netlink::{AttributeTable, EncodeError, Encoder, Head};

/// The settings that messages tell, in their order.
const TOLD: [(u16, &str); 6] = [
    (NETCONFA_FORWARDING, "forwarding"),
    (NETCONFA_RP_FILTER, "rp_filter"),
    (NETCONFA_MC_FORWARDING, "mc_forwarding"),
    (NETCONFA_BC_FORWARDING, "bc_forwarding"),
    (NETCONFA_PROXY_NEIGH, "proxy_arp"),
    (NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN, "ignore_routes_with_linkdown"),
];

/// Returns whether listeners are told of a setting that changes.
#[doc(alias = "devinet_conf_proc")]
pub(super) fn is_told(name: &str) -> bool {
    matches!(name, "forwarding" | "rp_filter" | "proxy_arp" | "ignore_routes_with_linkdown")
}

/// Writes settings: one of them, or all.
#[doc(alias = "inet_netconf_fill_devconf")]
fn fill(
    index: i32,
    conf: Option<&Conf>,
    only: Option<&str>,
    head: Head,
    encoder: &mut Encoder,
) -> Result<(), EncodeError> {
    encoder.message(head, &Family::INET, |attributes| {
        attributes.i32(NETCONFA_IFINDEX, index);
        let told = TOLD.iter().filter(|(_, name)| only.is_none_or(|only| only == *name));
        for (kind, name) in told.filter(|_| conf.is_some()) {
            attributes.i32(*kind, conf.map_or(0, |conf| conf.get(name)));
        }
    })
}

/// Returns settings, and the index that messages name them by.
fn settings(machine: &Machine, net: NetId, of: ConfOf) -> Result<(i32, &Conf), Errno> {
    let ipv4 = &machine.net(net)?.ipv4;
    Ok(match of {
        ConfOf::All => (NETCONFA_IFINDEX_ALL, &ipv4.all),
        ConfOf::Default => (NETCONFA_IFINDEX_DEFAULT, &ipv4.default),
        ConfOf::Device(id) => {
            let device = machine.device(id)?;
            let conf = device.inet.as_ref().map(|inet| &inet.conf).ok_or(Errno::ENODEV)?;
            (device.index as i32, conf)
        }
    })
}

/// Tells listeners of a setting.
#[doc(alias = "inet_netconf_notify_devconf")]
pub(super) fn notify(machine: &mut Machine, net: NetId, of: ConfOf, name: &str) {
    let head = Head { kind: MessageType::NEWNETCONF, ..Head::default() };
    send(machine, net, of, Some(name), head, true);
}

/// Tells listeners of a device that speaks IPv4 now.
pub(super) fn notify_start(machine: &mut Machine, id: DeviceId) {
    let Ok(net) = machine.device(id).map(|device| device.net) else { return };
    let head = Head { kind: MessageType::NEWNETCONF, ..Head::default() };
    send(machine, net, ConfOf::Device(id), None, head, true);
}

/// Tells listeners of a device that does not speak IPv4 any more.
pub(super) fn notify_end(machine: &mut Machine, id: DeviceId) {
    let Ok(net) = machine.device(id).map(|device| device.net) else { return };
    let head = Head { kind: MessageType::DELNETCONF, ..Head::default() };
    send(machine, net, ConfOf::Device(id), None, head, false);
}

fn send(
    machine: &mut Machine,
    net: NetId,
    of: ConfOf,
    only: Option<&str>,
    head: Head,
    with_values: bool,
) {
    if !af_netlink::has_listeners(machine, net, Group::IPV4_NETCONF) {
        return;
    }
    let Ok((index, conf)) = settings(machine, net, of) else { return };
    let mut encoder = Encoder::new();
    let conf = with_values.then_some(conf);
    if fill(index, conf, only, head, &mut encoder).is_ok() {
        af_netlink::notify(machine, net, Group::IPV4_NETCONF, None, encoder.into_bytes());
    }
}

/// Answers with the settings of one device, of new ones, or of all.
#[doc(alias = "inet_netconf_get_devconf")]
pub(crate) fn get(machine: &mut Machine, request: &mut Request<'_, '_>) -> Result<(), Errno> {
    // The fixed part is one byte, its padding to four is not looked at.
    let (_, table): (Family, Table<'_>) = match request.strict {
        true => check(request)?,
        false => parse(request, POLICY)?,
    };
    let wanted = table.get(NETCONFA_IFINDEX).ok_or(Errno::EINVAL)?;
    let net = request.caller.net;
    let of = match wanted.i32().map_err(|_| Errno::EINVAL)? {
        NETCONFA_IFINDEX_ALL => ConfOf::All,
        NETCONFA_IFINDEX_DEFAULT => ConfOf::Default,
        index => {
            // No device has an index below 0.
            ConfOf::Device(machine.net(net)?.index(index.cast_unsigned())?)
        }
    };
    let (index, conf) = settings(machine, net, of)?;
    let Cause { port, sequence, .. } = request.cause;
    let flags = MessageFlags::empty();
    let head = Head { kind: MessageType::NEWNETCONF, flags, sequence, port };
    let mut encoder = Encoder::new();
    fill(index, Some(conf), None, head, &mut encoder).map_err(|_| Errno::EMSGSIZE)?;
    af_netlink::unicast(machine, request.socket, encoder.into_bytes());
    Ok(())
}

type Table<'m> = AttributeTable<'m, 10>;

#[doc(alias = "devconf_ipv4_policy")]
const POLICY: &Policy = &[
    (NETCONFA_IFINDEX, Rule::AtLeast(4)),
    // forwarding, rp_filter, proxy_arp, ignore_routes_with_linkdown
    (2, Rule::AtLeast(4)),
    (3, Rule::AtLeast(4)),
    (5, Rule::AtLeast(4)),
    (6, Rule::AtLeast(4)),
];

/// Checks a question strictly.
#[doc(alias = "inet_netconf_valid_get_req")]
fn check<'m>(request: &mut Request<'_, 'm>) -> Result<(Family, Table<'m>), Errno> {
    if request.message.body::<Family>().is_err() {
        return Err(request.refuse(Errno::EINVAL, "ipv4: Invalid header for netconf get request"));
    }
    let question = parse_question(request.extended, request.message, POLICY, 9);
    let (family, mut attributes) = question?;
    let table = Table::new(attributes.clone());
    if attributes.any(|attribute| attribute.kind() != NETCONFA_IFINDEX) {
        let text = "ipv4: Unsupported attribute in netconf get request";
        return Err(request.refuse(Errno::EINVAL, text));
    }
    Ok((family, table))
}

/// Starts a list of all settings.
#[doc(alias = "inet_netconf_dump_devconf")]
pub(crate) fn dump(
    _machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<Box<dyn Walk>, Errno> {
    // The header is one byte; its padding must follow it, attributes may not.
    let wrong = request.strict && request.message.payload().len() != 4;
    Ok(Box::new(Settings { wrong, next: Next::Device(0) }))
}

enum Next {
    Device(u32),
    All,
    Default,
    Nothing,
}

struct Settings {
    wrong: bool,
    next: Next,
}

impl Walk for Settings {
    fn fill(
        &mut self,
        machine: &Machine,
        net: NetId,
        writer: &mut DumpWriter<'_>,
    ) -> Result<Progress, Errno> {
        if self.wrong {
            let text = "ipv4: Invalid data after header in netconf dump request";
            return Err(writer.extended.refuse(Errno::EINVAL, text, None));
        }
        let ipv4 = &machine.net(net)?.ipv4;
        writer.set_generation(ipv4.generation.wrapping_add(machine.net(net)?.dev_base_seq).max(1));
        loop {
            let (of, after) = match self.next {
                Next::Device(first) => {
                    let mut devices = machine.net(net)?.by_index_from(first);
                    let found = devices.find(|(_, id)| machine.inet(*id).is_some());
                    match found {
                        Some((index, id)) => (ConfOf::Device(id), Next::Device(index + 1)),
                        None => {
                            self.next = Next::All;
                            continue;
                        }
                    }
                }
                Next::All => (ConfOf::All, Next::Default),
                Next::Default => (ConfOf::Default, Next::Nothing),
                Next::Nothing => return Ok(Progress::Complete),
            };
            let (index, conf) = settings(machine, net, of)?;
            let written = writer.put(MessageType::NEWNETCONF, |head, encoder| {
                fill(index, Some(conf), None, head, encoder)
            });
            if written.is_err() {
                return Ok(Progress::Full);
            }
            self.next = after;
        }
    }
}
