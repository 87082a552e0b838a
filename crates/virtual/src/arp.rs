//! The ARP requests, and what IPv4 says about a new neighbour (`net/ipv4/arp.c`).

use crate::caller::Caller;
use crate::dev::{Cause, Device, DeviceId, HardwareAddress};
use crate::events::Event;
use crate::machine::Machine;
use crate::memory::{UserMemory, get, put};
use crate::neighbour::{self, Keep, Protocol, Update, VALID};
use crate::net_namespace::NetId;
use crate::sysctl::ConfOf;
use crate::{devinet, fib_frontend, route};
use ifctl_abi::arp::{ArpFlags, ArpReq};
use ifctl_abi::ioctl::{SIOCDARP, SIOCGARP, SIOCSARP};
use ifctl_abi::rtnetlink::{NeighbourFlags, NeighbourState, RouteType};
use ifctl_abi::{DeviceFlags, DeviceName, Family, HardwareType, SockAddr};
use ifctl_kernel::Errno;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr};

/// Returns the key, state, kind and hardware address that an entry starts with.
#[doc(alias = "arp_constructor")]
pub(crate) fn constructor(
    machine: &Machine,
    id: DeviceId,
    address: Ipv4Addr,
) -> Result<(IpAddr, NeighbourState, RouteType, HardwareAddress), Errno> {
    let device = machine.device(id)?;
    // All addresses behind these are one neighbour.
    let one = device.flags.intersects(DeviceFlags::LOOPBACK | DeviceFlags::POINTOPOINT);
    let key = if one { Ipv4Addr::UNSPECIFIED } else { address };
    if device.inet.is_none() {
        return Err(Errno::EINVAL);
    }
    let kind = fib_frontend::address_type(machine, device.net, key);
    let none = HardwareAddress::new(&vec![0; device.address.as_bytes().len()]);
    let (state, hardware) = if device.address.as_bytes().is_empty() {
        (NeighbourState::NOARP, none)
    } else if kind == RouteType::MULTICAST {
        let [_, b, c, d] = key.octets();
        (NeighbourState::NOARP, HardwareAddress::new(&[1, 0, 0x5e, b & 0x7f, c, d]))
    } else if device.flags.intersects(DeviceFlags::NOARP | DeviceFlags::LOOPBACK) {
        (NeighbourState::NOARP, device.address)
    } else if kind == RouteType::BROADCAST || device.flags.contains(DeviceFlags::POINTOPOINT) {
        (NeighbourState::NOARP, device.broadcast)
    } else {
        (NeighbourState::empty(), none)
    };
    Ok((IpAddr::V4(key), state, kind, hardware))
}

/// Forgets neighbours whose device changed. Going down is `fib_frontend`'s to tell.
#[doc(alias = "arp_netdev_event")]
pub(crate) fn event(machine: &mut Machine, id: DeviceId, event: Event) {
    match event {
        Event::ChangeAddress => neighbour::flush(machine, id, Protocol::Arp, Keep::Proxies),
        Event::Change(changed) => {
            if changed.contains(DeviceFlags::NOARP) {
                neighbour::flush(machine, id, Protocol::Arp, Keep::Proxies);
            }
            let evicts = devinet::evicts_without_carrier(machine, id);
            if evicts && machine.device(id).is_ok_and(|device| !device.carrier) {
                neighbour::flush(machine, id, Protocol::Arp, Keep::Permanent);
            }
        }
        _ => {}
    }
}

/// Forgets the neighbours of a device that goes down, or has no address any more.
#[doc(alias = "arp_ifdown")]
pub(crate) fn down(machine: &mut Machine, id: DeviceId) {
    neighbour::flush(machine, id, Protocol::Arp, Keep::Nothing);
}

/// Answers a request about a neighbour.
#[doc(alias = "arp_ioctl")]
pub(crate) fn ioctl(
    machine: &mut Machine,
    caller: Caller,
    number: u32,
    address: u64,
    memory: &mut dyn UserMemory,
) -> Result<(), Errno> {
    if matches!(number, SIOCDARP | SIOCSARP) {
        caller.must_be_admin()?;
    }
    let mut request: ArpReq = get(memory, address)?;
    let flags = ArpFlags::from_bits_retain(request.flags);
    if request.protocol_address.family != Family::INET.0 {
        return Err(Errno::EPFNOSUPPORT);
    }
    let masked = flags.contains(ArpFlags::NETMASK);
    if !flags.contains(ArpFlags::PUBL) && (masked || flags.contains(ArpFlags::DONTPUB)) {
        return Err(Errno::EINVAL);
    }
    if !masked {
        // What stands around the address stays.
        request.mask.data.iter_mut().skip(2).take(4).for_each(|byte| *byte = u8::MAX);
    }
    if !matches!(request.mask.inet_address(), Ipv4Addr::BROADCAST | Ipv4Addr::UNSPECIFIED) {
        return Err(Errno::EINVAL);
    }
    match number {
        SIOCGARP => {
            answer(machine, caller.net, &mut request)?;
            put(memory, address, &request)
        }
        SIOCSARP => set(machine, caller.net, &mut request),
        _ => delete(machine, caller.net, &mut request),
    }
}

/// Returns the device that a request names, and fills in its hardware's type.
#[doc(alias = "arp_req_dev_by_name")]
fn named(machine: &Machine, net: NetId, request: &mut ArpReq) -> Result<DeviceId, Errno> {
    // A name that has no end is no device's.
    if !request.device.contains(&0) {
        return Err(Errno::ENODEV);
    }
    let name = DeviceName::truncated(&request.device);
    let id = machine.net(net)?.name(name.as_bytes())?;
    let kind = machine.device(id)?.hardware_type.0;
    if request.hardware_address.family == 0 {
        request.hardware_address.family = kind;
    }
    let complete = ArpFlags::from_bits_retain(request.flags).contains(ArpFlags::COM);
    if complete && request.hardware_address.family != kind {
        return Err(Errno::EINVAL);
    }
    Ok(id)
}

/// Returns the device of a request: the one that it names, or the one that the address is on.
#[doc(alias = "arp_req_dev")]
fn device(machine: &Machine, net: NetId, request: &mut ArpReq) -> Result<Option<DeviceId>, Errno> {
    if request.device.first().is_some_and(|byte| *byte != 0) {
        return named(machine, net, request).map(Some);
    }
    if ArpFlags::from_bits_retain(request.flags).contains(ArpFlags::PUBL) {
        return Ok(None);
    }
    let destination = request.protocol_address.inet_address();
    route::device_to_neighbour(machine, net, destination).map(Some)
}

/// Fills in what is known of a neighbour.
#[doc(alias = "arp_req_get")]
fn answer(machine: &Machine, net: NetId, request: &mut ArpReq) -> Result<(), Errno> {
    if request.device.first() == Some(&0) {
        return Err(Errno::ENODEV);
    }
    let id = named(machine, net, request)?;
    let device = machine.device(id)?;
    let destination = IpAddr::V4(request.protocol_address.inet_address());
    let entry = machine.net(net)?.neighbours.get(id, destination).ok_or(Errno::ENXIO)?;
    if entry.state.contains(NeighbourState::NOARP) {
        return Err(Errno::ENXIO);
    }
    for (to, from) in request.hardware_address.data.iter_mut().zip(entry.address.as_bytes()) {
        *to = *from;
    }
    request.hardware_address.family = device.hardware_type.0;
    request.flags = flags(entry.state).bits();
    // The name and its NUL; what follows stays.
    for (to, from) in request.device.iter_mut().zip(device.name.as_bytes().iter().chain(&[0])) {
        *to = *from;
    }
    Ok(())
}

#[doc(alias = "arp_state_to_flags")]
fn flags(state: NeighbourState) -> ArpFlags {
    if state.contains(NeighbourState::PERMANENT) {
        ArpFlags::PERM | ArpFlags::COM
    } else if state.intersects(VALID) {
        ArpFlags::COM
    } else {
        ArpFlags::empty()
    }
}

/// Adds or changes a neighbour. Where nothing is said of its hardware an empty entry stays behind.
#[doc(alias("arp_req_set", "arp_req_set_public"))]
fn set(machine: &mut Machine, net: NetId, request: &mut ArpReq) -> Result<(), Errno> {
    let id = device(machine, net, request)?;
    let flags = ArpFlags::from_bits_retain(request.flags);
    let destination = IpAddr::V4(request.protocol_address.inet_address());
    if flags.contains(ArpFlags::PUBL) {
        let id = match id {
            None if flags.contains(ArpFlags::COM) => Some(of_hardware(machine, net, request)?),
            id => id,
        };
        if request.mask.inet_address() == Ipv4Addr::UNSPECIFIED {
            return set_proxy(machine, net, id, 1);
        }
        return neighbour::add_proxy(machine, net, destination, id).map(|_| ());
    }
    let id = id.ok_or(Errno::EINVAL)?;
    // Filled in for a device that was named, not for one that the routes gave.
    if request.hardware_address.family != machine.device(id)?.hardware_type.0 {
        return Err(Errno::EINVAL);
    }
    let length = machine.device(id)?.address.as_bytes().len();
    let known = machine.net(net)?.neighbours.get(id, destination).is_some();
    let key = match known {
        true => destination,
        false => neighbour::create(machine, id, destination, NeighbourFlags::empty())?,
    };
    let permanent = flags.contains(ArpFlags::PERM);
    let state = if permanent { NeighbourState::PERMANENT } else { NeighbourState::STALE };
    let given = request.hardware_address.data;
    let hardware = (permanent || flags.contains(ArpFlags::COM))
        .then(|| HardwareAddress::new(given.get(..length).unwrap_or(&given)));
    neighbour::update(machine, id, key, hardware, state, Update::PLAIN, Cause::NONE)
        .map_err(|error| error.errno())
}

/// Returns the device that has a hardware address.
#[doc(alias = "dev_getbyhwaddr")]
fn of_hardware(machine: &Machine, net: NetId, request: &ArpReq) -> Result<DeviceId, Errno> {
    let SockAddr { family, data } = request.hardware_address;
    let has = |device: &&Device| {
        device.hardware_type == HardwareType(family) && data.starts_with(device.address.as_bytes())
    };
    let mut devices = machine.net(net)?.by_age().filter_map(|id| machine.device(id).ok());
    devices.find(has).map(|device| device.id).ok_or(Errno::ENODEV)
}

/// Answers for all addresses, or no more, on a device or on all.
#[doc(alias = "arp_req_set_proxy")]
fn set_proxy(
    machine: &mut Machine,
    net: NetId,
    id: Option<DeviceId>,
    on: i32,
) -> Result<(), Errno> {
    let of = id.map_or(ConfOf::All, ConfOf::Device);
    // Nobody is told.
    devinet::conf_store(machine, net, of, "proxy_arp", on).map_err(|_| Errno::ENXIO)
}

/// Removes a neighbour.
#[doc(alias("arp_req_delete", "arp_req_delete_public"))]
fn delete(machine: &mut Machine, net: NetId, request: &mut ArpReq) -> Result<(), Errno> {
    let id = device(machine, net, request)?;
    let destination = IpAddr::V4(request.protocol_address.inet_address());
    if ArpFlags::from_bits_retain(request.flags).contains(ArpFlags::PUBL) {
        if request.mask.inet_address() == Ipv4Addr::UNSPECIFIED {
            return set_proxy(machine, net, id, 0);
        }
        return neighbour::remove_proxy(machine, net, (destination, id));
    }
    let id = id.ok_or(Errno::EINVAL)?;
    invalidate(machine, net, id, destination)
}

/// Removes what was being asked for, or was in vain, of an address that has become a broadcast address.
#[doc(alias = "arp_invalidate")]
pub(crate) fn forget_broadcast(machine: &mut Machine, id: DeviceId, address: u32) {
    let destination = IpAddr::V4(address.into());
    let Ok(net) = machine.device(id).map(|device| device.net) else { return };
    let known = machine.net(net).ok().and_then(|net| net.neighbours.get(id, destination));
    if known.is_some_and(|entry| !entry.state.intersects(neighbour::VALID)) {
        // It was there a moment ago.
        let _ = invalidate(machine, net, id, destination);
    }
}

#[doc(alias = "arp_invalidate")]
fn invalidate(
    machine: &mut Machine,
    net: NetId,
    id: DeviceId,
    destination: IpAddr,
) -> Result<(), Errno> {
    let state = machine.net(net)?.neighbours.get(id, destination).ok_or(Errno::ENXIO)?.state;
    let answer = if state.difference(NeighbourState::NOARP).is_empty() {
        Err(Errno::ENXIO)
    } else {
        let failed = NeighbourState::FAILED;
        let plain = Update::PLAIN;
        neighbour::update(machine, id, destination, None, failed, plain, Cause::NONE)
            .map_err(|error| error.errno())
    };
    neighbour::remove(machine, id, destination)?;
    answer
}

/// Returns the text of /proc/net/arp.
#[doc(alias = "arp_seq_show")]
pub(crate) fn proc_text(machine: &Machine, net: NetId) -> Result<Vec<u8>, Errno> {
    let mut text =
        b"IP address       HW type     Flags       HW address            Mask     Device\n"
            .to_vec();
    let mut line = |address: Ipv4Addr, kind: u16, flags: ArpFlags, hardware: &str, name: &[u8]| {
        let address = address.to_string();
        let flags = flags.bits();
        // Writing to memory does not fail.
        let _ =
            write!(text, "{address:<16} 0x{kind:<10x}0x{flags:<10x}{hardware:<17}     *        ");
        text.extend_from_slice(name);
        text.push(b'\n');
    };
    let table = &machine.net(net)?.neighbours;
    for (id, address, entry) in table.iter() {
        let IpAddr::V4(address) = address else { continue };
        if entry.state.difference(NeighbourState::NOARP).is_empty() {
            continue;
        }
        let device = machine.device(id)?;
        let bytes: Vec<String> =
            entry.address.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let kind = device.hardware_type.0;
        line(address, kind, flags(entry.state), &bytes.join(":"), device.name.as_bytes());
    }
    for (address, id) in table.proxies.keys() {
        let IpAddr::V4(address) = address else { continue };
        let device = id.and_then(|id| machine.device(id).ok());
        let kind = device.map_or(0, |device| device.hardware_type.0);
        let name = device.map(|device| device.name);
        let name = name.as_ref().map_or(&b"*"[..], DeviceName::as_bytes);
        let flags = ArpFlags::PUBL | ArpFlags::PERM;
        line(*address, kind, flags, "00:00:00:00:00:00", name);
    }
    Ok(text)
}
