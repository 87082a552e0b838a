//! What is told of a device that depends on its kind.

use super::{Driver, bridge, kind};
use crate::dev::Device;
use crate::machine::Machine;
use crate::net_namespace::NetId;
use ifctl_kernel::Errno;
use ifctl_netlink::AttributeWriter;

/// Returns the index of the device that a device depends on: what a vlan is on, a veth's peer; its own
/// where it depends on none, and 0 where that one is gone.
#[doc(alias = "dev_get_iflink")]
pub(crate) fn link_index(machine: &Machine, device: &Device) -> u32 {
    let below = match &device.driver {
        Driver::Veth(veth) => veth.peer,
        Driver::Vlan(vlan) => Some(vlan.below),
        Driver::Macvlan(macvlan) => Some(macvlan.below),
        _ => return device.index,
    };
    below.and_then(|below| machine.device(below).ok()).map_or(0, |below| below.index)
}

/// Returns the namespace in which that index counts, of devices that can be apart from what they
/// depend on.
#[doc(alias = "rtnl_link_ops::get_link_net")]
pub(crate) fn link_net(machine: &Machine, device: &Device) -> Option<NetId> {
    let below = match &device.driver {
        Driver::Veth(veth) => veth.peer?,
        Driver::Vlan(vlan) => vlan.below,
        Driver::Macvlan(macvlan) => macvlan.below,
        Driver::Vxlan(vxlan) => return Some(vxlan.net),
        _ => return None,
    };
    machine.device(below).ok().map(|below| below.net)
}

/// Returns whether a kind's settings are told.
#[doc(alias = "rtnl_link_ops::fill_info")]
pub(crate) fn has_data(device: &Device) -> bool {
    !matches!(device.driver, Driver::Veth(_) | Driver::Dummy | Driver::Ifb)
}

/// Returns the speed in megabits per second, `None` where it is not known.
#[doc(alias("ethtool_ops::get_link_ksettings", "get_link_ksettings"))]
pub(crate) fn speed(machine: &Machine, device: &Device) -> Result<Option<u32>, Errno> {
    const CABLE: u32 = 10_000;
    const CARD: u32 = 1_000;
    let of = |id| machine.device(id).and_then(|device| speed(machine, device));
    match &device.driver {
        Driver::Ethernet(_) => Ok(Some(CARD).filter(|_| device.carrier)),
        Driver::Veth(_) | Driver::Tun(_) => Ok(Some(CABLE)),
        Driver::Bridge(_) => Ok(bridge::speed(machine, device.id)),
        Driver::Vlan(vlan) => of(vlan.below),
        Driver::Macvlan(macvlan) => of(macvlan.below),
        Driver::Vxlan(vxlan) => of(vxlan.below.ok_or(Errno::EINVAL)?),
        Driver::Bond(_) => Ok(None),
        Driver::Loopback | Driver::Dummy | Driver::Ifb => Err(Errno::EINVAL),
    }
}

/// Returns whether it is known that both directions can be used at once.
pub(crate) fn has_duplex(device: &Device) -> bool {
    !matches!(device.driver, Driver::Bridge(_) | Driver::Bond(_))
}

/// Returns the type that a device's event tells.
#[doc(alias = "SET_NETDEV_DEVTYPE")]
pub(crate) fn device_type(device: &Device) -> Option<&'static str> {
    match device.driver {
        Driver::Bridge(_)
        | Driver::Vlan(_)
        | Driver::Macvlan(_)
        | Driver::Vxlan(_)
        | Driver::Bond(_) => kind(device),
        _ => None,
    }
}

/// Returns the line of a file that only devices of this kind have.
pub(crate) fn sysfs_text(device: &Device, file: &str) -> Option<String> {
    match (&device.driver, file) {
        (Driver::Tun(tun), "tun_flags") => Some(tun.flags_text()),
        (Driver::Tun(_), "owner" | "group") => Some("-1".to_owned()),
        _ => None,
    }
}

/// Writes the settings of a device's kind.
pub(crate) fn fill_data(machine: &Machine, device: &Device, data: &mut AttributeWriter<'_>) {
    match &device.driver {
        Driver::Bridge(bridge) => bridge.fill(machine.release, data),
        Driver::Vlan(vlan) => vlan.fill(data),
        Driver::Macvlan(macvlan) => macvlan.fill(machine, data),
        Driver::Vxlan(vxlan) => vxlan.fill(machine, data),
        Driver::Tun(tun) => tun.fill(data),
        Driver::Bond(bond) => bond.fill(data),
        _ => {}
    }
}

/// Writes the settings that a device has as a port.
pub(crate) fn fill_port_data(machine: &Machine, port: &Device, data: &mut AttributeWriter<'_>) {
    let master = port.master.and_then(|master| machine.device(master).ok());
    match master.map(|master| &master.driver) {
        Some(Driver::Bridge(bridge)) => bridge.fill_port(machine.release, port, data),
        Some(Driver::Bond(bond)) => bond.fill_port(port, data),
        _ => {}
    }
}
