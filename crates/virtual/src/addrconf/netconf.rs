//! The messages about settings.

use super::Conf;
use crate::af_netlink::{self, DumpWriter, Progress, Walk};
use crate::dev::DeviceId;
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::rtnetlink::{Policy, Request, Rule, parse, parse_question};
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::{
    Family, Group, NETCONFA_COUNT, NETCONFA_FORWARDING, NETCONFA_IFINDEX, NETCONFA_IFINDEX_ALL,
    NETCONFA_IFINDEX_DEFAULT, NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN, NETCONFA_MC_FORWARDING,
    NETCONFA_PROXY_NEIGH,
};
use ifctl_kernel::Errno;
use ifctl_netlink::{AttributeTable, EncodeError, Encoder, Head};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// `struct netconfmsg`, as it is aligned.
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Header {
    family: Family,
    padding: [u8; 3],
}

/// `struct netconfmsg`, as little as may be sent.
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct ShortHeader {
    family: Family,
}

const POLICY: &Policy = &[
    (NETCONFA_IFINDEX, Rule::AtLeast(4)),
    (NETCONFA_FORWARDING, Rule::AtLeast(4)),
    (NETCONFA_PROXY_NEIGH, Rule::AtLeast(4)),
    (NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN, Rule::AtLeast(4)),
];

/// Which settings a message tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    All,
    Forwarding,
    ProxyNeighbours,
    RoutesWithLinkdown,
    /// No attribute says what it is.
    ForceForwarding,
    /// None: they are gone.
    Nothing,
}

/// Writes a message about settings.
#[doc(alias = "inet6_netconf_fill_devconf")]
fn write(
    index: i32,
    conf: &Conf,
    told: Told,
    head: Head,
    encoder: &mut Encoder,
) -> Result<(), EncodeError> {
    let body = Header { family: Family::INET6, padding: [0; 3] };
    encoder.message(head, &body, |to| {
        to.i32(NETCONFA_IFINDEX, index);
        if matches!(told, Told::All | Told::Forwarding) {
            to.i32(NETCONFA_FORWARDING, conf.get("forwarding").unwrap_or(0));
        }
        if told == Told::All {
            to.i32(NETCONFA_MC_FORWARDING, conf.get("mc_forwarding").unwrap_or(0));
        }
        if matches!(told, Told::All | Told::ProxyNeighbours) {
            to.i32(NETCONFA_PROXY_NEIGH, conf.get("proxy_ndp").unwrap_or(0));
        }
        if matches!(told, Told::All | Told::RoutesWithLinkdown) {
            let ignores = conf.get("ignore_routes_with_linkdown").unwrap_or(0);
            to.i32(NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN, ignores);
        }
    })
}

/// Returns the index that messages tell, and the settings.
fn of(machine: &Machine, id: DeviceId) -> Option<(i32, &Conf)> {
    let device = machine.device(id).ok()?;
    Some((i32::try_from(device.index).ok()?, &device.inet6.as_ref()?.conf))
}

/// Whose settings changed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Whose {
    All,
    Default,
    Device(DeviceId),
}

/// Tells listeners of settings.
#[doc(alias = "inet6_netconf_notify_devconf")]
pub(super) fn notify(machine: &mut Machine, net: NetId, whose: Whose, told: Told) {
    if !af_netlink::has_listeners(machine, net, Group::IPV6_NETCONF) {
        return;
    }
    let mut encoder = Encoder::new();
    let kind =
        if told == Told::Nothing { MessageType::DELNETCONF } else { MessageType::NEWNETCONF };
    let head = Head { kind, ..Head::default() };
    let Ok(space) = machine.net(net) else { return };
    let found = match whose {
        Whose::All => Some((NETCONFA_IFINDEX_ALL, &space.inet6.all)),
        Whose::Default => Some((NETCONFA_IFINDEX_DEFAULT, &space.inet6.default)),
        Whose::Device(id) => of(machine, id),
    };
    let Some((index, conf)) = found else { return };
    if write(index, conf, told, head, &mut encoder).is_ok() {
        af_netlink::notify(machine, net, Group::IPV6_NETCONF, None, encoder.into_bytes());
    }
}

/// Tells of a device's settings, which are new.
pub(super) fn notify_new(machine: &mut Machine, id: DeviceId) {
    let Ok(net) = machine.device(id).map(|device| device.net) else { return };
    notify(machine, net, Whose::Device(id), Told::All);
}

/// Tells that a device's settings are about to go.
pub(super) fn notify_gone(machine: &mut Machine, id: DeviceId) {
    let Ok(net) = machine.device(id).map(|device| device.net) else { return };
    notify(machine, net, Whose::Device(id), Told::Nothing);
}

/// Answers with one device's settings, all's, or those of new devices.
#[doc(alias = "inet6_netconf_get_devconf")]
pub(crate) fn get_netconf(
    machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<(), Errno> {
    let attributes = match request.strict {
        true => check(request)?,
        false => parse::<ShortHeader, NETCONFA_COUNT>(request, POLICY)?.1,
    };
    let index = attributes.value::<i32>(NETCONFA_IFINDEX).ok().flatten().ok_or(Errno::EINVAL)?;
    let space = machine.net(request.caller.net)?;
    let conf = match index {
        NETCONFA_IFINDEX_ALL => &space.inet6.all,
        NETCONFA_IFINDEX_DEFAULT => &space.inet6.default,
        _ => {
            let id = u32::try_from(index).ok().and_then(|index| space.index(index).ok());
            id.and_then(|id| of(machine, id)).ok_or(Errno::EINVAL)?.1
        }
    };
    let (kind, flags) = (MessageType::NEWNETCONF, MessageFlags::empty());
    let head = Head::answer(request.message.header(), kind, flags, request.cause.port);
    let mut encoder = Encoder::new();
    let _ = write(index, conf, Told::All, head, &mut encoder);
    af_netlink::unicast(machine, request.socket, encoder.into_bytes());
    Ok(())
}

/// Checks a question strictly.
#[doc(alias = "inet6_netconf_valid_get_req")]
fn check<'m>(request: &mut Request<'_, 'm>) -> Result<AttributeTable<'m, NETCONFA_COUNT>, Errno> {
    if request.message.body::<ShortHeader>().is_err() {
        return Err(request.refuse(Errno::EINVAL, "ipv6: Invalid header for netconf get request"));
    }
    const LAST: u16 = NETCONFA_COUNT as u16 - 1;
    let question = parse_question::<ShortHeader>(request.extended, request.message, POLICY, LAST);
    let (_, mut attributes) = question?;
    let table = AttributeTable::new(attributes.clone());
    if attributes.any(|attribute| attribute.kind() != NETCONFA_IFINDEX) {
        let text = "ipv6: Unsupported attribute in netconf get request";
        return Err(request.refuse(Errno::EINVAL, text));
    }
    Ok(table)
}

/// A dump of settings.
struct Listing {
    wrong: bool,
    next: u32,
    /// How many of the last two, of all and of new devices, are written.
    last: u8,
}

/// Lists the settings of every device, of all, and of new ones.
#[doc(alias = "inet6_netconf_dump_devconf")]
pub(crate) fn dump_netconf(
    _machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<Box<dyn Walk>, Errno> {
    // The header is one byte; its padding must follow it, attributes may not.
    let wrong = request.strict && request.message.payload().len() != size_of::<Header>();
    Ok(Box::new(Listing { wrong, next: 0, last: 0 }))
}

impl Walk for Listing {
    fn fill(
        &mut self,
        machine: &Machine,
        net: NetId,
        writer: &mut DumpWriter<'_>,
    ) -> Result<Progress, Errno> {
        if self.wrong {
            let text = "ipv6: Invalid data after header in netconf dump request";
            return Err(writer.extended.refuse(Errno::EINVAL, text, None));
        }
        let space = machine.net(net)?;
        writer.set_generation(space.inet6.generation ^ space.dev_base_seq);
        let kind = MessageType::NEWNETCONF;
        for (index, id) in space.by_index_from(self.next) {
            self.next = index;
            let Some((told, conf)) = of(machine, id) else { continue };
            let put = writer.put(kind, |head, encoder| write(told, conf, Told::All, head, encoder));
            if put.is_err() {
                return Ok(Progress::Full);
            }
        }
        self.next = u32::MAX;
        let last = [
            (NETCONFA_IFINDEX_ALL, &space.inet6.all),
            (NETCONFA_IFINDEX_DEFAULT, &space.inet6.default),
        ];
        for (index, conf) in last.into_iter().skip(self.last.into()) {
            let put =
                writer.put(kind, |head, encoder| write(index, conf, Told::All, head, encoder));
            if put.is_err() {
                return Ok(Progress::Full);
            }
            self.last += 1;
        }
        Ok(Progress::Complete)
    }
}
