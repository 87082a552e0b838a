//! The messages about neighbours.

use super::{
    Entry, Proxy, ProxyKey, Update, UpdateError, VALID, add_proxy, create, remove, remove_proxy,
    set_protocol, update,
};
use crate::af_netlink::{self, DumpWriter, Progress, Walk};
use crate::dev::{DeviceId, HardwareAddress, MAX_ADDR_LEN};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::release::Release;
use crate::rtnetlink::{DumpRequest, Extended, Policy, Request, Rule, parse};
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::*;
use ifctl_kernel::Errno;
use ifctl_netlink::{
    AttributeTable, Attributes as AttributeList, EncodeError, Encoder, Head, Neighbour,
    NeighbourMessage,
};
use std::net::IpAddr;
use std::time::Duration;

/// Managed, validated by somebody else.
#[doc(alias = "NTF_EXT_MASK")]
const EXTENDED_FLAGS: u32 = 0x5;

#[doc(alias = "nda_policy")]
const POLICY: &Policy = &[
    (NDA_DST, Rule::AtMost(MAX_ADDR_LEN as u16)),
    (NDA_LLADDR, Rule::AtMost(MAX_ADDR_LEN as u16)),
    (NDA_CACHEINFO, Rule::AtLeast(size_of::<NeighbourCacheInfo>() as u16)),
    (NDA_PROBES, Rule::AtLeast(4)),
    (NDA_VLAN, Rule::AtLeast(2)),
    (NDA_PORT, Rule::AtLeast(2)),
    (NDA_VNI, Rule::AtLeast(4)),
    (NDA_IFINDEX, Rule::AtLeast(4)),
    (NDA_MASTER, Rule::AtLeast(4)),
    (NDA_PROTOCOL, Rule::AtLeast(1)),
    (NDA_NH_ID, Rule::Exactly(4)),
    (NDA_FDB_EXT_ATTRS, Rule::MarkedNest),
    (NDA_FLAGS_EXT, Rule::Since(Release::V6_1, &Rule::NumberOf(EXTENDED_FLAGS))),
    (NDA_NDM_STATE_MASK, Rule::Unsupported),
    (NDA_NDM_FLAGS_MASK, Rule::Unsupported),
];

type Attributes<'m> = AttributeTable<'m, NDA_COUNT>;

/// Returns the device that a request names, if it names one.
fn device(
    machine: &Machine,
    request: &Request<'_, '_>,
    index: u32,
) -> Result<Option<DeviceId>, Errno> {
    if index == 0 {
        return Ok(None);
    }
    machine.net(request.caller.net)?.index(index).map(Some)
}

/// Returns the protocol address of a request.
fn destination(
    request: &mut Request<'_, '_>,
    attributes: &Attributes<'_>,
    family: Family,
) -> Result<IpAddr, Errno> {
    if !matches!(family, Family::INET | Family::INET6) {
        return Err(Errno::EAFNOSUPPORT);
    }
    attributes
        .address(NDA_DST, family)
        .ok()
        .flatten()
        .ok_or_else(|| request.refuse(Errno::EINVAL, "Invalid network address"))
}

/// Adds or changes an entry.
#[doc(alias = "neigh_add")]
pub(crate) fn add(machine: &mut Machine, request: &mut Request<'_, '_>) -> Result<(), Errno> {
    let (header, attributes) = parse::<NeighbourHeader, NDA_COUNT>(request, POLICY)?;
    if attributes.get(NDA_DST).is_none() {
        return Err(request.refuse(Errno::EINVAL, "Network address not specified"));
    }
    let id = device(machine, request, header.index)?;
    let link_address = attributes.get(NDA_LLADDR).map(|attribute| attribute.bytes());
    let length = match id {
        Some(id) => machine.device(id)?.address.as_bytes().len(),
        None => 0,
    };
    if link_address.is_some_and(|address| address.len() < length) {
        return Err(request.refuse(Errno::EINVAL, "Invalid link address"));
    }
    let destination = destination(request, &attributes, header.family)?;
    let protocol = attributes.u8(NDA_PROTOCOL).ok().flatten().map(RouteProtocol);
    if header.flags.contains(NeighbourFlags::PROXY) {
        let proxy = add_proxy(machine, request.caller.net, destination, id)?;
        proxy.flags = header.flags;
        proxy.permanent = header.state.contains(NeighbourState::PERMANENT);
        proxy.protocol = protocol.unwrap_or(proxy.protocol);
        return Ok(());
    }
    let id = id.ok_or_else(|| request.refuse(Errno::EINVAL, "Device not specified"))?;
    if destination.is_ipv6() && !crate::ndisc::may_add(machine, id) {
        return Err(request.refuse(Errno::EINVAL, "IPv6 is disabled on this device"));
    }
    let known = machine.net(request.caller.net)?.neighbours.get(id, destination).is_some();
    let mut how = Update {
        overriding: true,
        learned: header.flags.contains(NeighbourFlags::EXT_LEARNED),
        router: Some(header.flags.contains(NeighbourFlags::ROUTER)),
        using: header.flags.contains(NeighbourFlags::USE),
    };
    let key = match known {
        false if !request.has(MessageFlags::CREATE) => return Err(Errno::ENOENT),
        false => {
            let flags = header.flags & NeighbourFlags::EXT_LEARNED;
            create(machine, id, destination, flags)?
        }
        true if request.has(MessageFlags::EXCL) => return Err(Errno::EEXIST),
        true => {
            how.overriding = request.has(MessageFlags::REPLACE);
            destination
        }
    };
    if let Some(protocol) = protocol {
        set_protocol(machine, id, key, protocol)?;
    }
    let hardware =
        link_address.map(|address| HardwareAddress::new(address.get(..length).unwrap_or_default()));
    // The state is kept in one byte.
    let state = NeighbourState::from_bits_retain(header.state.bits() & 0xff);
    update(machine, id, key, hardware, state, how, request.cause).map_err(|error| {
        if matches!(error, UpdateError::NoLinkAddress) {
            request.extended.say("No link layer address given");
        }
        error.errno()
    })
}

/// Removes an entry.
#[doc(alias = "neigh_delete")]
pub(crate) fn delete(machine: &mut Machine, request: &mut Request<'_, '_>) -> Result<(), Errno> {
    let message = NeighbourMessage::parse(request.message).map_err(|_| Errno::EINVAL)?;
    let header = *message.header();
    if message.table().get(NDA_DST).is_none() {
        return Err(request.refuse(Errno::EINVAL, "Network address not specified"));
    }
    let id = device(machine, request, header.index)?;
    let destination = destination(request, message.table(), header.family)?;
    if header.flags.contains(NeighbourFlags::PROXY) {
        return remove_proxy(machine, request.caller.net, (destination, id));
    }
    let id = id.ok_or(Errno::EINVAL)?;
    let answer = update(
        machine,
        id,
        destination,
        None,
        NeighbourState::FAILED,
        Update::PLAIN,
        request.cause,
    );
    answer.map_err(|error| error.errno())?;
    remove(machine, id, destination)
}

/// Answers with one entry.
#[doc(alias = "neigh_get")]
pub(crate) fn get(machine: &mut Machine, request: &mut Request<'_, '_>) -> Result<(), Errno> {
    let text = "Invalid header for neighbor get request";
    let kept = DumpRequest::new(request);
    let header: NeighbourHeader = kept.header(request.extended, text)?;
    if header.padding != [0; 3] || !header.state.is_empty() || header.kind != RouteType::UNSPEC {
        let text = "Invalid values in header for neighbor get request";
        return Err(request.refuse(Errno::EINVAL, text));
    }
    if !header.flags.difference(NeighbourFlags::PROXY).is_empty() {
        let text = "Invalid flags in header for neighbor get request";
        return Err(request.refuse(Errno::EINVAL, text));
    }
    let is_proxy = header.flags.contains(NeighbourFlags::PROXY);
    if !is_proxy && header.index == 0 {
        return Err(request.refuse(Errno::EINVAL, "No device specified"));
    }
    let last = NDA_NDM_FLAGS_MASK;
    let attributes = kept.attributes::<NeighbourHeader>(request.extended, POLICY, last)?;
    let named = attributes.clone().filter(|attribute| attribute.kind() == NDA_DST).last();
    let Some(destination) = named else {
        request.extended.missing = Some(u32::from(NDA_DST));
        return Err(Errno::EINVAL);
    };
    if attributes.into_iter().any(|attribute| attribute.kind() != NDA_DST) {
        let text = "Unsupported attribute in neighbor get request";
        return Err(request.refuse(Errno::EINVAL, text));
    }
    if !matches!(header.family, Family::INET | Family::INET6) {
        let text = "Unsupported family in header for neighbor get request";
        return Err(request.refuse(Errno::EAFNOSUPPORT, text));
    }
    let address = destination.address(header.family).ok();
    let length = destination.bytes().len();
    let destination =
        address.filter(|address| length == address_length(*address)).ok_or_else(|| {
            request.refuse(Errno::EINVAL, "Invalid network address in neighbor get request")
        })?;
    let id = device(machine, request, header.index)
        .map_err(|errno| request.refuse(errno, "Unknown device ifindex"))?;
    let (net, port) = (request.caller.net, request.cause.port);
    let head =
        Head::answer(request.message.header(), MessageType::NEWNEIGH, MessageFlags::empty(), port);
    let mut encoder = Encoder::new();
    if is_proxy {
        let table = &machine.net(net)?.neighbours;
        let (key, proxy) = table
            .proxy(destination, id)
            .ok_or_else(|| request.refuse(Errno::ENOENT, "Proxy neighbour entry not found"))?;
        let _ = write_proxy(machine, key, proxy, head, &mut encoder);
    } else {
        let id = id.ok_or(Errno::EINVAL)?;
        if machine.net(net)?.neighbours.get(id, destination).is_none() {
            return Err(request.refuse(Errno::ENOENT, "Neighbour entry not found"));
        }
        let _ = write(machine, id, destination, 1, head, &mut encoder);
    }
    af_netlink::unicast(machine, request.socket, encoder.into_bytes());
    Ok(())
}

fn address_length(address: IpAddr) -> usize {
    if address.is_ipv4() { 4 } else { 16 }
}

/// Writes a message about an entry, to which there are so many references beside the table's.
#[doc(alias = "neigh_fill_info")]
pub(super) fn write(
    machine: &Machine,
    id: DeviceId,
    address: IpAddr,
    references: u32,
    head: Head,
    encoder: &mut Encoder,
) -> Result<(), EncodeError> {
    let Ok(device) = machine.device(id) else { return Ok(()) };
    let Ok(net) = machine.net(device.net) else { return Ok(()) };
    let Some(entry) = net.neighbours.get(id, address) else { return Ok(()) };
    let Entry { state, flags, kind, .. } = *entry;
    let ago = |then: Duration| {
        let hundredths = machine.now.saturating_sub(then).as_millis() / 10;
        u32::try_from(hundredths).unwrap_or(u32::MAX)
    };
    let neighbour = Neighbour {
        family: family(address),
        index: device.index,
        state,
        flags,
        kind,
        destination: Some(address),
        link_address: state.intersects(VALID).then(|| entry.address.as_bytes()),
        probes: Some(0),
        cache_info: Some(NeighbourCacheInfo {
            confirmed: ago(entry.confirmed),
            used: ago(entry.used),
            updated: ago(entry.updated),
            references,
        }),
        protocol: Some(entry.protocol).filter(|protocol| protocol.0 != 0),
        extended_flags: Some(entry.extended_flags).filter(|flags| !flags.is_empty()),
        ..Neighbour::default()
    };
    neighbour.encode(head, encoder)
}

/// Writes a message about an address that is answered for.
#[doc(alias = "pneigh_fill_info")]
fn write_proxy(
    machine: &Machine,
    (address, id): ProxyKey,
    proxy: Proxy,
    head: Head,
    encoder: &mut Encoder,
) -> Result<(), EncodeError> {
    let index = id.and_then(|id| machine.device(id).ok()).map_or(0, |device| device.index);
    let neighbour = Neighbour {
        family: family(address),
        index,
        flags: proxy.flags | NeighbourFlags::PROXY,
        kind: RouteType::UNICAST,
        destination: Some(address),
        protocol: Some(proxy.protocol).filter(|protocol| protocol.0 != 0),
        ..Neighbour::default()
    };
    neighbour.encode(head, encoder)
}

fn family(address: IpAddr) -> Family {
    if address.is_ipv4() { Family::INET } else { Family::INET6 }
}

/// What a dump lists, and how far it is.
struct Listing {
    request: DumpRequest,
    strict: bool,
    family: Family,
    proxies: bool,
    next: Option<(Family, DeviceId, IpAddr)>,
    next_proxy: usize,
}

/// The devices whose entries are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[doc(alias = "neigh_dump_filter")]
struct Filter {
    index: Option<u32>,
    master: Option<u32>,
}

/// The master of those that have none.
const NO_MASTER: u32 = u32::MAX;

impl Filter {
    /// Returns whether it lets the entries of a device through, or those without a device.
    #[doc(alias("neigh_ifindex_filtered", "neigh_master_filtered"))]
    fn lets(self, machine: &Machine, id: Option<DeviceId>) -> bool {
        let device = id.and_then(|id| machine.device(id).ok());
        let index = device.map(|device| device.index);
        let master = device.and_then(|device| machine.device(device.master?).ok());
        let is_of = |wanted: u32| match master {
            Some(master) => master.index == wanted,
            None => wanted == NO_MASTER,
        };
        (self.index.is_none() || self.index == index) && self.master.is_none_or(is_of)
    }
}

/// Lists the entries, or the addresses answered for.
#[doc(alias = "neigh_dump_info")]
pub(crate) fn dump(
    _machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<Box<dyn Walk>, Errno> {
    let body = request.message.body::<NeighbourHeader>();
    Ok(Box::new(Listing {
        request: DumpRequest::new(request),
        strict: request.strict,
        family: request.message.payload().first().copied().map_or(Family::UNSPEC, Family),
        proxies: body.is_ok_and(|(header, _)| header.flags == NeighbourFlags::PROXY),
        next: None,
        next_proxy: 0,
    }))
}

impl Listing {
    /// Returns what a request limits the list to. What is wrong with one that is not strict is said, and no
    /// more than that.
    #[doc(alias = "neigh_valid_dump_req")]
    fn filter(&self, extended: &mut Extended) -> Result<Filter, Errno> {
        let attributes = match self.strict {
            true => self.check_strictly(extended)?,
            false => match self.request.liberally::<NeighbourHeader>(extended, POLICY) {
                Ok((_, attributes)) => attributes,
                Err(_) => return Ok(Filter::default()),
            },
        };
        let mut filter = Filter::default();
        for attribute in attributes {
            let number = attribute.bytes().first_chunk().map(|bytes| u32::from_ne_bytes(*bytes));
            match attribute.kind() {
                NDA_IFINDEX => filter.index = number.filter(|index| *index != 0),
                NDA_MASTER => filter.master = number.filter(|index| *index != 0),
                _ => {}
            }
        }
        Ok(filter)
    }

    fn check_strictly(&self, extended: &mut Extended) -> Result<AttributeList<'_>, Errno> {
        let text = "Invalid header for neighbor dump request";
        let header: NeighbourHeader = self.request.header(extended, text)?;
        let filled = header.padding != [0; 3]
            || header.index != 0
            || !header.state.is_empty()
            || header.kind != RouteType::UNSPEC;
        if filled {
            let text = "Invalid values in header for neighbor dump request";
            return Err(extended.refuse(Errno::EINVAL, text, None));
        }
        if !header.flags.difference(NeighbourFlags::PROXY).is_empty() {
            let text = "Invalid flags in header for neighbor dump request";
            return Err(extended.refuse(Errno::EINVAL, text, None));
        }
        let all =
            self.request.attributes::<NeighbourHeader>(extended, POLICY, NDA_NDM_FLAGS_MASK)?;
        let knows = |kind| matches!(kind, NDA_IFINDEX | NDA_MASTER);
        if all.clone().any(|attribute| !knows(attribute.kind())) {
            let text = "Unsupported attribute in neighbor dump request";
            return Err(extended.refuse(Errno::EINVAL, text, None));
        }
        Ok(all)
    }
}

impl Walk for Listing {
    fn fill(
        &mut self,
        machine: &Machine,
        net: NetId,
        writer: &mut DumpWriter<'_>,
    ) -> Result<Progress, Errno> {
        let filter = self.filter(writer.extended)?;
        // Of a filtered list the messages say so, and its end does not.
        let filtered = match filter == Filter::default() {
            true => MessageFlags::empty(),
            false => MessageFlags::DUMP_FILTERED,
        };
        let table = &machine.net(net)?.neighbours;
        let wanted =
            |address: IpAddr| self.family == Family::UNSPEC || self.family == family(address);
        if self.proxies {
            let all = table.proxies.iter();
            let all =
                all.filter(|((address, id), _)| wanted(*address) && filter.lets(machine, *id));
            for (key, proxy) in all.skip(self.next_proxy) {
                let written = writer.put(MessageType::NEWNEIGH, |head, encoder| {
                    let head = Head { flags: head.flags | filtered, ..head };
                    write_proxy(machine, *key, *proxy, head, encoder)
                });
                if written.is_err() {
                    return Ok(Progress::Full);
                }
                self.next_proxy += 1;
            }
            return Ok(Progress::Complete);
        }
        let (begun, mut first) = match self.next {
            Some((family, id, address)) => (family, Some((id, address))),
            None => (Family::INET, None),
        };
        for table_of in [Family::INET, Family::INET6].into_iter().filter(|it| *it >= begun) {
            let of_it =
                table.from(first.take()).filter(|(_, address)| family(*address) == table_of);
            for (id, address) in
                of_it.filter(|(id, address)| wanted(*address) && filter.lets(machine, Some(*id)))
            {
                let written = writer.put(MessageType::NEWNEIGH, |head, encoder| {
                    let head = Head { flags: head.flags | filtered, ..head };
                    write(machine, id, address, 0, head, encoder)
                });
                if written.is_err() {
                    self.next = Some((table_of, id, address));
                    return Ok(Progress::Full);
                }
            }
        }
        Ok(Progress::Complete)
    }
}
