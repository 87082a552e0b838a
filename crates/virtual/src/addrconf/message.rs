//! The messages about addresses.

use super::address::{Address, FOREVER, Place};
use super::change::{self, Config6};
use super::{device, hundredths};
use crate::af_netlink::{self, DumpWriter, Progress, Walk};
use crate::dev::DeviceId;
use crate::in6;
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::release::Release;
use crate::rtnetlink::{DumpRequest, Policy, Request, Rule, parse, parse_question};
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::*;
use ifctl_kernel::Errno;
use ifctl_netlink::{AttributeTable, EncodeError, Encoder, Head};
use std::time::Duration;

#[doc(alias = "ifa_ipv6_policy")]
const POLICY: &Policy = &[
    (IFA_ADDRESS, Rule::AtLeast(16)),
    (IFA_LOCAL, Rule::AtLeast(16)),
    (IFA_CACHEINFO, Rule::AtLeast(size_of::<AddressCacheInfo>() as u16)),
    (IFA_FLAGS, Rule::AtLeast(4)),
    (IFA_RT_PRIORITY, Rule::AtLeast(4)),
    (IFA_TARGET_NETNSID, Rule::Signed),
    (IFA_PROTO, Rule::Since(Release::V6_1, &Rule::Number(1))),
];

type Attributes<'m> = AttributeTable<'m, IFA_COUNT>;

/// The flags that a caller may set.
const SETTABLE: AddressFlags = AddressFlags::NODAD
    .union(AddressFlags::HOMEADDRESS)
    .union(AddressFlags::MANAGETEMPADDR)
    .union(AddressFlags::NOPREFIXROUTE)
    .union(AddressFlags::MCAUTOJOIN)
    .union(AddressFlags::OPTIMISTIC);

/// Returns the address that a request means, and the peer, 0 for none.
#[doc(alias = "extract_addr")]
fn extract(attributes: &Attributes<'_>) -> Option<(u128, u128)> {
    let read = |kind| attributes.get(kind).and_then(|it| it.value().ok()).map(in6::from_bytes);
    match (read(IFA_ADDRESS), read(IFA_LOCAL)) {
        (Some(address), Some(local)) if address != local => Some((local, address)),
        (_, Some(local)) => Some((local, 0)),
        (address, None) => Some((address?, 0)),
    }
}

/// Adds an address, or changes one.
#[doc(alias = "inet6_rtm_newaddr")]
pub(crate) fn new_address(
    machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<(), Errno> {
    let (header, attributes) = parse::<AddressHeader, IFA_COUNT>(request, POLICY)?;
    let (address, peer) = extract(&attributes).ok_or(Errno::EINVAL)?;
    let flags = attributes.u32(IFA_FLAGS).ok().flatten().unwrap_or(header.flags.into());
    let mut config = Config6 {
        peer,
        flags: AddressFlags::from_bits_retain(flags) & SETTABLE | AddressFlags::PERMANENT,
        metric: attributes.u32(IFA_RT_PRIORITY).ok().flatten().unwrap_or(0),
        protocol: attributes.u8(IFA_PROTO).ok().flatten().unwrap_or(0),
        ..Config6::permanent(address, header.prefix_length)
    };
    let mut has_lifetime = true;
    if let Ok(Some(info)) = attributes.value::<AddressCacheInfo>(IFA_CACHEINFO) {
        has_lifetime = info.valid != 0 && info.preferred <= info.valid;
        config.valid = info.valid;
        config.preferred = info.preferred;
        if info.valid != FOREVER {
            config.flags.remove(AddressFlags::PERMANENT);
        }
    }
    // Older kernels looked at that last.
    if !has_lifetime && machine.release >= Release::V6_18 {
        return Err(request.refuse(Errno::EINVAL, "ipv6: address lifetime invalid"));
    }
    let net = request.caller.net;
    let id = machine
        .net(net)?
        .index(header.index)
        .map_err(|errno| request.refuse(errno, "ipv6: Unable to find the interface"))?;
    device::find_or_add(machine, id)?;
    if !allows_optimistic(machine, net, id) {
        config.flags.remove(AddressFlags::OPTIMISTIC);
    }
    if config.flags.contains(AddressFlags::NODAD | AddressFlags::OPTIMISTIC) {
        let text = "ipv6: IFA_F_NODAD and IFA_F_OPTIMISTIC are mutually exclusive";
        return Err(request.refuse(Errno::EINVAL, text));
    }
    let has = machine.net(net)?.inet6.owners(address).any(|owner| owner == id);
    let may_change = !request.has(MessageFlags::EXCL) && request.has(MessageFlags::REPLACE);
    if has && !may_change {
        return Err(request.refuse(Errno::EEXIST, "ipv6: address already assigned"));
    }
    if !has_lifetime {
        return Err(request.refuse(Errno::EINVAL, "ipv6: address lifetime invalid"));
    }
    if !has {
        return change::add(machine, id, &config, request.extended);
    }
    change::modify(machine, id, &config)
}

#[doc(alias = "ipv6_allow_optimistic_dad")]
fn allows_optimistic(machine: &Machine, net: NetId, id: DeviceId) -> bool {
    let all = machine.net(net).is_ok_and(|net| net.inet6.all.is_optimistic());
    let inet6 = machine.device(id).ok().and_then(|device| device.inet6.as_ref());
    all || inet6.is_some_and(|inet6| inet6.conf.is_optimistic())
}

/// Deletes an address.
#[doc(alias = "inet6_rtm_deladdr")]
pub(crate) fn delete_address(
    machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<(), Errno> {
    let (header, attributes) = parse::<AddressHeader, IFA_COUNT>(request, POLICY)?;
    let (address, _) = extract(&attributes).ok_or(Errno::EINVAL)?;
    let net = request.caller.net;
    change::delete_exactly(
        machine,
        net,
        header.index,
        address,
        header.prefix_length.into(),
        request.extended,
    )
}

/// Answers with one address.
#[doc(alias = "inet6_rtm_getaddr")]
pub(crate) fn get_address(
    machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<(), Errno> {
    if request.strict {
        check_strictly(request)?;
    }
    let (header, attributes) = parse::<AddressHeader, IFA_COUNT>(request, POLICY)?;
    let (address, _) = extract(&attributes).ok_or(Errno::EINVAL)?;
    let space = machine.net(request.caller.net)?;
    // An index that no device has asks of all devices.
    let wanted = space.index(header.index).ok();
    let id = space
        .inet6
        .owners(address)
        .find(|owner| wanted.is_none_or(|wanted| wanted == *owner))
        .ok_or(Errno::EADDRNOTAVAIL)?;
    let device = machine.device(id)?;
    let entry = device.inet6.as_ref().and_then(|inet6| inet6.addresses.get(address));
    let entry = entry.ok_or(Errno::EADDRNOTAVAIL)?;
    let (kind, flags) = (MessageType::NEWADDR, MessageFlags::empty());
    let head = Head::answer(request.message.header(), kind, flags, request.cause.port);
    let mut encoder = Encoder::new();
    let _ = write(machine.now, device.index, entry, head, &mut encoder);
    af_netlink::unicast(machine, request.socket, encoder.into_bytes());
    Ok(())
}

/// Refuses what a strict socket may not ask for.
#[doc(alias = "inet6_rtm_valid_getaddr_req")]
fn check_strictly(request: &mut Request<'_, '_>) -> Result<(), Errno> {
    let Ok((header, _)) = request.message.body::<AddressHeader>() else {
        let text = "ipv6: Invalid header for get address request";
        return Err(request.refuse(Errno::EINVAL, text));
    };
    if header.prefix_length != 0 || header.flags != 0 || header.scope.0 != 0 {
        let text = "ipv6: Invalid values in header for get address request";
        return Err(request.refuse(Errno::EINVAL, text));
    }
    let question =
        parse_question::<AddressHeader>(request.extended, request.message, POLICY, IFA_PROTO);
    let (_, attributes) = question?;
    for attribute in attributes {
        if !matches!(attribute.kind(), IFA_TARGET_NETNSID | IFA_ADDRESS | IFA_LOCAL) {
            let text = "ipv6: Unsupported attribute in get address request";
            return Err(request.refuse(Errno::EINVAL, text));
        }
    }
    Ok(())
}

/// Writes a message about an address.
#[doc(alias = "inet6_fill_ifaddr")]
fn write(
    now: Duration,
    index: u32,
    entry: &Address,
    head: Head,
    encoder: &mut Encoder,
) -> Result<(), EncodeError> {
    let body = AddressHeader {
        family: Family::INET6,
        prefix_length: entry.prefix_length,
        flags: (entry.flags.bits() & 0xff) as u8,
        scope: in6::scope(entry.address),
        index,
    };
    encoder.message(head, &body, |to| {
        let address = in6::to_ip(entry.address);
        if entry.peer == 0 {
            to.address(IFA_ADDRESS, address);
        } else {
            to.address(IFA_LOCAL, address);
            to.address(IFA_ADDRESS, in6::to_ip(entry.peer));
        }
        if entry.metric != 0 {
            to.u32(IFA_RT_PRIORITY, entry.metric);
        }
        to.value(IFA_CACHEINFO, &cache_info(now, entry));
        to.u32(IFA_FLAGS, entry.flags.bits());
        if entry.protocol != 0 {
            to.u8(IFA_PROTO, entry.protocol);
        }
    })
}

/// Returns what is left of an address' lifetimes, and its age.
#[doc(alias = "put_cacheinfo")]
fn cache_info(now: Duration, entry: &Address) -> AddressCacheInfo {
    let stamp = |time| hundredths(time) as u32;
    let mut info = AddressCacheInfo {
        preferred: FOREVER,
        valid: FOREVER,
        created: stamp(entry.created),
        updated: stamp(entry.updated),
    };
    let age = u32::try_from(now.saturating_sub(entry.updated).as_secs()).unwrap_or(FOREVER);
    if entry.preferred != FOREVER {
        info.preferred = entry.preferred.saturating_sub(age);
        if entry.valid != FOREVER {
            info.valid = entry.valid.saturating_sub(age);
        }
    }
    info
}

/// Tells listeners of an address that is there.
pub(super) fn notify(machine: &mut Machine, id: DeviceId, address: u128, kind: MessageType) {
    let Ok(device) = machine.device(id) else { return };
    if !af_netlink::has_listeners(machine, device.net, Group::IPV6_IFADDR) {
        return;
    }
    let inet6 = device.inet6.as_ref();
    if let Some(entry) = inet6.and_then(|inet6| inet6.addresses.get(address)).cloned() {
        notify_entry(machine, id, &entry, kind);
    }
}

/// Tells listeners of an address.
#[doc(alias = "inet6_ifa_notify")]
pub(super) fn notify_entry(
    machine: &mut Machine,
    id: DeviceId,
    entry: &Address,
    kind: MessageType,
) {
    let Ok(device) = machine.device(id) else { return };
    let (net, index) = (device.net, device.index);
    let head = Head { kind, ..Head::default() };
    af_netlink::announce(machine, net, Group::IPV6_IFADDR, |machine, encoder| {
        write(machine.now, index, entry, head, encoder)
    });
}

/// A dump of addresses.
struct Listing {
    /// To be checked at first.
    request: Option<DumpRequest>,
    /// The one device that is asked about.
    index: Option<u32>,
    /// The index of the device that comes next, and how many of its addresses are written.
    next: (u32, usize),
    /// Where they end, as long as the list is of this generation.
    place: Option<(u64, Place)>,
}

/// Lists the addresses of all devices, or of one.
#[doc(alias = "inet6_dump_addr")]
pub(crate) fn dump(
    _machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<Box<dyn Walk>, Errno> {
    let request = DumpRequest::if_strict(request);
    Ok(Box::new(Listing { request, index: None, next: (0, 0), place: None }))
}

/// Checks a request strictly, and returns the index of the device that it asks for.
pub(crate) fn check_dump(
    request: &DumpRequest,
    writer: &mut DumpWriter<'_>,
) -> Result<Option<u32>, Errno> {
    let texts = [
        "ipv6: Invalid header for address dump request",
        "ipv6: Invalid values in header for address dump request",
        "ipv6: Invalid target network namespace id",
        "ipv6: Unsupported attribute in dump request",
    ];
    let index = request.asked_device(writer, POLICY, texts)?;
    Ok((index != 0).then_some(index))
}

impl Walk for Listing {
    fn fill(
        &mut self,
        machine: &Machine,
        net: NetId,
        writer: &mut DumpWriter<'_>,
    ) -> Result<Progress, Errno> {
        if let Some(request) = self.request.take() {
            self.index = check_dump(&request, writer)?;
        }
        let space = machine.net(net)?;
        if let Some(index) = self.index {
            space.index(index)?;
        }
        writer.set_generation(space.inet6.generation ^ space.dev_base_seq);
        let only = |index: u32| self.index.is_none_or(|wanted| wanted == index);
        let (first, mut skip) = self.next;
        for (index, id) in space.by_index_from(first).filter(|(index, _)| only(*index)) {
            if index != first {
                skip = 0;
            }
            let Some(inet6) = &machine.device(id)?.inet6 else { continue };
            let list = &inet6.addresses;
            let known =
                self.place.take().filter(|(generation, _)| *generation == list.generation());
            let place = known.map(|(_, place)| place).or_else(|| list.place_after(skip));
            let entries = place.into_iter().flat_map(|place| list.from(place));
            for (at, (place, entry)) in (skip..).zip(entries) {
                let written = writer.put(MessageType::NEWADDR, |head, encoder| {
                    write(machine.now, index, entry, head, encoder)
                });
                if written.is_err() {
                    (self.next, self.place) = ((index, at), Some((list.generation(), place)));
                    return Ok(Progress::Full);
                }
            }
        }
        self.next = (u32::MAX, 0);
        Ok(Progress::Complete)
    }
}
