//! The requests of netdevice(7) about IPv4 addresses.

use super::list::FOREVER;
use super::{
    Address, AddressId, class_broadcast, class_length, conf, insert, lifetime, mask, remove,
};
use crate::caller::Caller;
use crate::dev::{self, Cause, Device, DeviceId};
use crate::dev_ioctl::terminate;
use crate::machine::Machine;
use crate::memory::{UserMemory, get, put};
use crate::net_alias::{self, Alias};
use crate::rtnetlink::Extended;
use ifctl_abi::ioctl::*;
use ifctl_abi::rtnetlink::RouteScope;
use ifctl_abi::{DeviceFlags, DeviceName, Family, IfReq, SockAddr};
use ifctl_kernel::Errno;
use std::net::Ipv4Addr;

/// Returns a device's addresses as `SIOCGIFCONF` lists them.
#[doc(alias = "inet_gifconf")]
pub(crate) fn records(device: &Device) -> impl Iterator<Item = IfReq> + '_ {
    device.inet.iter().flat_map(|inet| inet.addresses.iter()).map(|(_, address)| {
        let local = SockAddr::inet(Ipv4Addr::from_bits(address.local));
        IfReq::named(address.label).with(&local)
    })
}

/// Answers a request about an address.
#[doc(alias = "devinet_ioctl")]
pub(crate) fn ioctl(
    machine: &mut Machine,
    caller: Caller,
    number: u32,
    address: u64,
    memory: &mut dyn UserMemory,
) -> Result<(), Errno> {
    let mut request: IfReq = get(memory, address)?;
    terminate(&mut request.name);
    let given = request.address();
    let is_inet = given.family == Family::INET.0;
    let is_get = matches!(number, SIOCGIFADDR | SIOCGIFBRDADDR | SIOCGIFNETMASK | SIOCGIFDSTADDR);
    if !is_get {
        caller.must_be_admin()?;
        if number != SIOCSIFFLAGS && !is_inet {
            return Err(Errno::EINVAL);
        }
    }
    let mut label = request.device_name();
    let device = dev::look_up(machine, caller.net, label)?;
    let mut is_deleted = false;
    if machine.net_alias.is_some() && label.is_alias() {
        (label, is_deleted) = match net_alias::parse(label)? {
            Alias::Named(label) => (label, false),
            Alias::Deleted(label) => (label, number == SIOCSIFADDR),
        };
    }
    let given = given.inet_address().to_bits();
    let selected = Some(given).filter(|_| is_get && is_inet);
    let found = find(machine, device, label, selected);
    if machine.net_alias.is_some() && label.is_alias() {
        match found {
            Some((id, _)) if is_deleted => {
                remove(machine, device, id, Cause::NONE);
                return Ok(());
            }
            None if is_deleted => return Err(Errno::ENODEV),
            None => net_alias::admit(machine, device, number)?,
            Some(_) => {}
        }
    }
    if is_get {
        let (_, found) = found.ok_or(Errno::EADDRNOTAVAIL)?;
        let answer = match number {
            SIOCGIFBRDADDR => found.broadcast,
            SIOCGIFNETMASK => mask(found.prefix_length),
            SIOCGIFDSTADDR => found.address,
            _ => found.local,
        };
        let answer = request.with(&SockAddr::inet(Ipv4Addr::from_bits(answer)));
        return put(memory, address, &answer);
    }
    match (number, found) {
        (SIOCSIFFLAGS, found) if label.is_alias() => {
            let (id, _) = found.ok_or(Errno::EADDRNOTAVAIL)?;
            if !request.flags().contains(DeviceFlags::UP) {
                remove(machine, device, id, Cause::NONE);
            }
            Ok(())
        }
        (SIOCSIFFLAGS, _) => dev::change_flags(machine, device, request.flags(), Cause::NONE),
        (SIOCSIFADDR, found) => set_address(machine, device, label, found, given),
        // Linux 2.0 took a mask before it had an address.
        (SIOCSIFNETMASK, None) if machine.net_alias.is_some() => {
            net_alias::keep_mask(machine, device, number, given);
            Ok(())
        }
        (_, None) => Err(Errno::EADDRNOTAVAIL),
        (number, Some(found)) => change(machine, device, number, found, given),
    }
}

/// Returns the address that a label means: the one that is given, if it has the label, or the first
/// one that has it.
fn find(
    machine: &Machine,
    device: DeviceId,
    label: DeviceName,
    selected: Option<u32>,
) -> Option<(AddressId, Address)> {
    let addresses = &machine.inet(device)?.addresses;
    let selected = selected.and_then(|local| {
        let all = addresses.with_local(local);
        all.filter(|id| addresses.get(*id).is_some_and(|address| address.label == label))
            .reduce(|one, other| if addresses.is_before(one, other) { one } else { other })
    });
    let id = selected.or_else(|| addresses.with_label(label).next())?;
    Some((id, addresses.get(id)?))
}

/// Gives a label an address, with the mask and broadcast address of its class. An address that the
/// label had goes first, and is lost even if the new one is refused.
fn set_address(
    machine: &mut Machine,
    id: DeviceId,
    label: DeviceName,
    found: Option<(AddressId, Address)>,
    local: u32,
) -> Result<(), Errno> {
    let class = class_length(local).ok_or(Errno::EINVAL)?;
    let device = machine.device(id)?;
    let mut address = match found {
        Some((_, found)) if found.local == local => return Ok(()),
        Some((old, _)) => {
            let mut address = remove(machine, id, old, Cause::NONE).ok_or(Errno::ENOBUFS)?;
            (address.broadcast, address.scope) = (0, RouteScope::UNIVERSE);
            address
        }
        None if device.inet.is_none() => return Err(Errno::ENOBUFS),
        None => Address::new(local, 0, if label.is_alias() { label } else { device.name }),
    };
    let device = machine.device(id)?;
    (address.local, address.address) = (local, local);
    if device.flags.contains(DeviceFlags::POINTOPOINT) {
        address.prefix_length = 32;
    } else {
        let known = found.map(|(_, found)| found.prefix_length);
        let class = net_alias::kept_length(machine, id, known).unwrap_or(class);
        address.prefix_length = class;
        address.broadcast = class_broadcast(device, local, class);
    }
    if local >> 24 == 127 {
        address.scope = RouteScope::HOST;
    }
    lifetime::set(machine, &mut address, FOREVER, FOREVER);
    conf::touch(machine, id);
    insert(machine, id, address, Cause::NONE, &mut Extended::default())
}

/// Changes an address, which means to take it out and insert it again. Nobody is told if it cannot be
/// inserted.
fn change(
    machine: &mut Machine,
    id: DeviceId,
    number: u32,
    (old, found): (AddressId, Address),
    given: u32,
) -> Result<(), Errno> {
    let length = given.leading_ones() as u8;
    match number {
        SIOCSIFNETMASK if mask(length) != given => return Err(Errno::EINVAL),
        SIOCSIFNETMASK if found.prefix_length == length => return Ok(()),
        SIOCSIFBRDADDR if found.broadcast == given => return Ok(()),
        SIOCSIFDSTADDR if found.address == given => return Ok(()),
        SIOCSIFDSTADDR if class_length(given).is_none() => return Err(Errno::EINVAL),
        _ => {}
    }
    net_alias::keep_mask(machine, id, number, given);
    let has_broadcast = machine.device(id)?.flags.contains(DeviceFlags::BROADCAST);
    let Some(mut address) = remove(machine, id, old, Cause::NONE) else { return Ok(()) };
    match number {
        SIOCSIFBRDADDR => address.broadcast = given,
        SIOCSIFDSTADDR => address.address = given,
        _ => {
            // A broadcast address that followed from the mask follows it.
            let followed = address.broadcast == address.local | !mask(address.prefix_length);
            if has_broadcast && length < 31 && followed {
                address.broadcast = address.local | !given;
            }
            address.prefix_length = length;
        }
    }
    let _ = insert(machine, id, address, Cause::NONE, &mut Extended::default());
    Ok(())
}
