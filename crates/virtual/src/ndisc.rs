//! What IPv6 says about a new neighbour (`net/ipv6/ndisc.c`).

use crate::dev::{DeviceId, HardwareAddress};
use crate::events::Event;
use crate::machine::Machine;
use crate::neighbour::{self, Keep, Protocol};
use crate::sysctl::ConfOf;
use crate::{addrconf, in6, mcast};
use ifctl_abi::DeviceFlags;
use ifctl_abi::rtnetlink::{NeighbourState, RouteType};
use ifctl_kernel::Errno;
use std::net::{IpAddr, Ipv6Addr};

/// Returns the key, state, kind and hardware address that an entry starts with.
#[doc(alias = "ndisc_constructor")]
pub(crate) fn constructor(
    machine: &Machine,
    id: DeviceId,
    address: Ipv6Addr,
) -> Result<(IpAddr, NeighbourState, RouteType, HardwareAddress), Errno> {
    let device = machine.device(id)?;
    if device.inet6.is_none() {
        return Err(Errno::EINVAL);
    }
    let kind = if address.is_multicast() { RouteType::MULTICAST } else { RouteType::UNICAST };
    let none = HardwareAddress::new(&vec![0; device.address.as_bytes().len()]);
    let (state, kind, hardware) = if device.address.as_bytes().is_empty() {
        (NeighbourState::NOARP, kind, none)
    } else if address.is_multicast() {
        let group = mcast::hardware_group(device, address.to_bits());
        (NeighbourState::NOARP, kind, group.unwrap_or(device.broadcast))
    } else if device.flags.contains(DeviceFlags::LOOPBACK) {
        (NeighbourState::NOARP, RouteType::LOCAL, device.address)
    } else if device.flags.contains(DeviceFlags::NOARP) {
        (NeighbourState::NOARP, kind, device.address)
    } else if device.flags.contains(DeviceFlags::POINTOPOINT) {
        (NeighbourState::NOARP, kind, device.broadcast)
    } else {
        (NeighbourState::empty(), kind, none)
    };
    Ok((IpAddr::V6(address), state, kind, hardware))
}

/// Forgets neighbours whose device changed.
#[doc(alias = "ndisc_netdev_event")]
pub(crate) fn event(machine: &mut Machine, id: DeviceId, event: Event) {
    match event {
        Event::Down => down(machine, id),
        Event::ChangeAddress => neighbour::flush(machine, id, Protocol::Ndisc, Keep::Proxies),
        Event::Change(changed) => {
            if changed.contains(DeviceFlags::NOARP) {
                neighbour::flush(machine, id, Protocol::Ndisc, Keep::Proxies);
            }
            let evicts = addrconf::evicts_without_carrier(machine, id);
            if evicts && machine.device(id).is_ok_and(|device| !device.carrier) {
                neighbour::flush(machine, id, Protocol::Ndisc, Keep::Permanent);
            }
        }
        _ => {}
    }
}

/// Forgets the neighbours of a device that goes down, or has no IPv6 any more.
pub(crate) fn down(machine: &mut Machine, id: DeviceId) {
    neighbour::flush(machine, id, Protocol::Ndisc, Keep::Nothing);
}

/// Returns whether a device takes neighbours of IPv6.
#[doc(alias = "ndisc_allow_add")]
pub(crate) fn may_add(machine: &Machine, id: DeviceId) -> bool {
    let Ok(net) = machine.device(id).map(|device| device.net) else { return false };
    addrconf::conf_get(machine, net, ConfOf::Device(id), "disable_ipv6") == Some(0)
}

/// Listens to those who ask for an address that is answered for on a device.
#[doc(alias = "pndisc_constructor")]
pub(crate) fn proxy_constructor(
    machine: &mut Machine,
    id: Option<DeviceId>,
    address: Ipv6Addr,
) -> Result<(), Errno> {
    let id = id.ok_or(Errno::EINVAL)?;
    machine.device(id)?.inet6.as_ref().ok_or(Errno::EINVAL)?;
    mcast::join(machine, id, in6::solicited_node(address.into()));
    Ok(())
}

/// Stops to listen to them.
#[doc(alias = "pndisc_destructor")]
pub(crate) fn proxy_destructor(machine: &mut Machine, id: DeviceId, address: Ipv6Addr) {
    mcast::leave(machine, id, in6::solicited_node(address.into()));
}
