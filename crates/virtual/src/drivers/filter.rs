//! Which packets reach a device, and what the device below has to receive for that.

use super::{Driver, bond, macvlan, vlan};
use crate::dev::{self, Device, DeviceId};
use crate::machine::Machine;
use ifctl_abi::DeviceFlags;

/// Follows a device that began to receive all packets, or all multicasts, or does so no more.
#[doc(alias = "ndo_change_rx_flags")]
pub(crate) fn change_rx_flags(machine: &mut Machine, id: DeviceId, changed: DeviceFlags, on: bool) {
    match machine.device(id).map(|device| &device.driver) {
        Ok(Driver::Vlan(_)) => vlan::change_rx_flags(machine, id, changed, on),
        Ok(Driver::Macvlan(_)) => macvlan::change_rx_flags(machine, id, changed, on),
        Ok(Driver::Bond(_)) => bond::change_rx_flags(machine, id, changed, on),
        _ => {}
    }
}

/// Has a device receive all packets, or all multicasts, once more for one above that does, or once less.
#[doc(alias("dev_set_promiscuity", "dev_set_allmulti"))]
pub(super) fn receive_all(machine: &mut Machine, id: DeviceId, flags: DeviceFlags, on: bool) {
    if flags.contains(DeviceFlags::ALLMULTI) {
        dev::set_allmulti(machine, id, on);
    }
    if flags.contains(DeviceFlags::PROMISC) {
        dev::set_promiscuity(machine, id, on);
    }
}

/// Returns whether the driver filters multicasts.
#[doc(alias = "ndo_set_rx_mode")]
pub(crate) fn has_rx_mode(device: &Device) -> bool {
    match &device.driver {
        Driver::Loopback | Driver::Ifb => false,
        Driver::Tun(tun) => tun.is_tap(),
        _ => true,
    }
}

/// Returns whether the driver filters unicast addresses.
#[doc(alias = "IFF_UNICAST_FLT")]
pub(crate) fn has_unicast_filter(device: &Device) -> bool {
    matches!(device.driver, Driver::Vlan(_) | Driver::Macvlan(_) | Driver::Bond(_))
}

/// Returns the device that has to listen to what this one listens to.
#[doc(alias = "macvlan_set_mac_lists")]
pub(crate) fn filter_below(device: &Device) -> Option<DeviceId> {
    match &device.driver {
        Driver::Vlan(vlan) => Some(vlan.below),
        Driver::Macvlan(macvlan) => Some(macvlan.below),
        _ => None,
    }
}
