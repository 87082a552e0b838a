//! The messages about neighbours.

use super::{Entry, Proxy, Update, UpdateError, VALID, create, remove, set_protocol, update};
use crate::af_netlink::{self, DumpWriter, Progress, Walk};
use crate::dev::{DeviceId, HardwareAddress, MAX_ADDR_LEN};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::rtnetlink::{Policy, Request, Rule, parse};
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::*;
use ifctl_kernel::Errno;
use ifctl_netlink::{AttributeTable, EncodeError, Encoder, Head, Neighbour, NeighbourMessage};
use std::net::IpAddr;
use std::time::Duration;

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
    (NDA_NH_ID, Rule::AtLeast(4)),
    (NDA_FLAGS_EXT, Rule::AtLeast(4)),
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
        let proxies = &mut machine.net_mut(request.caller.net)?.neighbours.proxies;
        let proxy = proxies.entry((destination, id)).or_insert_with(Proxy::default);
        proxy.flags = header.flags;
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
        false => create(machine, id, destination)?,
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
        let proxies = &mut machine.net_mut(request.caller.net)?.neighbours.proxies;
        return proxies.remove(&(destination, id)).map(|_| ()).ok_or(Errno::ENOENT);
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
    let message = NeighbourMessage::parse(request.message)
        .map_err(|_| request.refuse(Errno::EINVAL, "Invalid header for neighbor get request"))?;
    let header = *message.header();
    if header.padding != [0; 3] || !header.state.is_empty() || header.kind != RouteType::UNSPEC {
        let text = "Invalid values in header for neighbor get request";
        return Err(request.refuse(Errno::EINVAL, text));
    }
    if !header.flags.difference(NeighbourFlags::PROXY).is_empty() {
        let text = "Invalid flags in header for neighbor get request";
        return Err(request.refuse(Errno::EINVAL, text));
    }
    if !matches!(header.family, Family::INET | Family::INET6) {
        let text = "Unsupported family in header for neighbor get request";
        return Err(request.refuse(Errno::EAFNOSUPPORT, text));
    }
    let mut destination = None;
    for attribute in message.table().attributes() {
        match (attribute.kind(), attribute.address(header.family)) {
            (NDA_DST, Ok(address)) if attribute.bytes().len() == address_length(address) => {
                destination = Some(address);
            }
            (NDA_DST, _) => {
                let text = "Invalid network address in neighbor get request";
                return Err(request.refuse(Errno::EINVAL, text));
            }
            _ => {
                let text = "Unsupported attribute in neighbor get request";
                return Err(request.refuse(Errno::EINVAL, text));
            }
        }
    }
    let Some(destination) = destination else {
        request.extended.missing = Some(u32::from(NDA_DST));
        return Err(Errno::EINVAL);
    };
    let id = device(machine, request, header.index)
        .map_err(|errno| request.refuse(errno, "Unknown device ifindex"))?;
    let (net, port) = (request.caller.net, request.cause.port);
    let head =
        Head::answer(request.message.header(), MessageType::NEWNEIGH, MessageFlags::empty(), port);
    let mut encoder = Encoder::new();
    if header.flags.contains(NeighbourFlags::PROXY) {
        let proxies = &machine.net(net)?.neighbours.proxies;
        let proxy = proxies
            .get(&(destination, id))
            .copied()
            .ok_or_else(|| request.refuse(Errno::ENOENT, "Proxy neighbour entry not found"))?;
        let _ = write_proxy(header.index, destination, proxy, head, &mut encoder);
    } else {
        let id = id.ok_or_else(|| request.refuse(Errno::EINVAL, "No device specified"))?;
        if machine.net(net)?.neighbours.get(id, destination).is_none() {
            return Err(request.refuse(Errno::ENOENT, "Neighbour entry not found"));
        }
        let _ = write(machine, id, destination, head, &mut encoder);
    }
    af_netlink::unicast(machine, request.socket, encoder.into_bytes());
    Ok(())
}

fn address_length(address: IpAddr) -> usize {
    if address.is_ipv4() { 4 } else { 16 }
}

/// Writes a message about an entry.
#[doc(alias = "neigh_fill_info")]
pub(super) fn write(
    machine: &Machine,
    id: DeviceId,
    address: IpAddr,
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
            references: 0,
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
    index: u32,
    address: IpAddr,
    proxy: Proxy,
    head: Head,
    encoder: &mut Encoder,
) -> Result<(), EncodeError> {
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
    header: Option<NeighbourHeader>,
    wrong: Option<(Errno, &'static str)>,
    family: Family,
    index: Option<u32>,
    master: Option<u32>,
    proxies: bool,
    next: Option<(Family, DeviceId, IpAddr)>,
    next_proxy: usize,
}

/// Lists the entries, or the addresses answered for.
#[doc(alias("neigh_dump_info", "neigh_valid_dump_req"))]
pub(crate) fn dump(
    _machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<Box<dyn Walk>, Errno> {
    let family = request.message.payload().first().copied().map_or(Family::UNSPEC, Family);
    let mut listing = Listing {
        header: None,
        wrong: None,
        family,
        index: None,
        master: None,
        proxies: false,
        next: None,
        next_proxy: 0,
    };
    match NeighbourMessage::parse(request.message) {
        Ok(message) => listing.read(&message, request.strict),
        Err(_) if request.strict => {
            listing.wrong = Some((Errno::EINVAL, "Invalid header for neighbor dump request"));
        }
        Err(_) => {}
    }
    Ok(Box::new(listing))
}

impl Listing {
    fn read(&mut self, message: &NeighbourMessage<'_>, strict: bool) {
        let header = *message.header();
        self.header = Some(header);
        let filled = header.padding != [0; 3]
            || header.index != 0
            || !header.state.is_empty()
            || header.kind != RouteType::UNSPEC;
        if strict && filled {
            let text = "Invalid values in header for neighbor dump request";
            self.wrong = Some((Errno::EINVAL, text));
            return;
        }
        if strict && !header.flags.difference(NeighbourFlags::PROXY).is_empty() {
            let text = "Invalid flags in header for neighbor dump request";
            self.wrong = Some((Errno::EINVAL, text));
            return;
        }
        self.proxies = header.flags == NeighbourFlags::PROXY;
        for attribute in message.table().attributes() {
            match attribute.kind() {
                NDA_IFINDEX => self.index = attribute.u32().ok().filter(|index| *index != 0),
                NDA_MASTER => self.master = attribute.u32().ok().filter(|index| *index != 0),
                _ if strict => {
                    let text = "Unsupported attribute in neighbor dump request";
                    self.wrong = Some((Errno::EINVAL, text));
                    return;
                }
                _ => {}
            }
        }
    }

    /// Returns whether a filter lets a device through.
    fn lets(&self, machine: &Machine, id: DeviceId) -> bool {
        let Ok(device) = machine.device(id) else { return false };
        let master = device.master.and_then(|id| machine.device(id).ok()).map(|it| it.index);
        self.index.is_none_or(|index| index == device.index)
            && (self.master.is_none() || self.master == master)
    }
}

impl Walk for Listing {
    fn fill(
        &mut self,
        machine: &Machine,
        net: NetId,
        writer: &mut DumpWriter<'_>,
    ) -> Result<Progress, Errno> {
        if let Some((errno, text)) = self.wrong {
            return Err(writer.extended.refuse(errno, text, None));
        }
        // Of a filtered list the messages say so, and its end does not.
        let filtered = match self.index.is_some() || self.master.is_some() {
            true => MessageFlags::DUMP_FILTERED,
            false => MessageFlags::empty(),
        };
        let table = &machine.net(net)?.neighbours;
        let wanted =
            |address: IpAddr| self.family == Family::UNSPEC || self.family == family(address);
        if self.proxies {
            let all = table.proxies.iter().filter(|((address, _), _)| wanted(*address));
            for ((address, id), proxy) in all.skip(self.next_proxy) {
                let index = id.and_then(|id| machine.device(id).ok()).map_or(0, |it| it.index);
                let written = writer.put(MessageType::NEWNEIGH, |head, encoder| {
                    let head = Head { flags: head.flags | filtered, ..head };
                    write_proxy(index, *address, *proxy, head, encoder)
                });
                if written.is_err() {
                    return Ok(Progress::Full);
                }
                self.next_proxy += 1;
            }
            return Ok(Progress::Complete);
        }
        let mut entries: Vec<(Family, DeviceId, IpAddr)> = table
            .iter()
            .filter(|(id, address, _)| wanted(*address) && self.lets(machine, *id))
            .map(|(id, address, _)| (family(address), id, address))
            .filter(|place| self.next.is_none_or(|next| *place >= next))
            .collect();
        entries.sort_unstable();
        for (family, id, address) in entries {
            let written = writer.put(MessageType::NEWNEIGH, |head, encoder| {
                let head = Head { flags: head.flags | filtered, ..head };
                write(machine, id, address, head, encoder)
            });
            if written.is_err() {
                self.next = Some((family, id, address));
                return Ok(Progress::Full);
            }
        }
        Ok(Progress::Complete)
    }
}
