//! The kinds of devices (`drivers/net`), one file each: what each does when it is opened, closed, or told
//! to change.

pub(crate) mod bridge;
pub(crate) mod loopback;

use crate::dev::{Device, DeviceId, HardwareAddress};
use crate::events::Event;
use crate::machine::Machine;
use ifctl_kernel::Errno;

/// What a device is, and what its driver keeps of it.
pub(crate) enum Driver {
    Loopback,
}

/// Opens a device.
#[doc(alias("ndo_open", "ndo_validate_addr"))]
pub(crate) fn open(machine: &mut Machine, id: DeviceId) -> Result<(), Errno> {
    machine.device(id)?;
    Ok(())
}

/// Goes on when a device is open.
pub(crate) fn opened(_machine: &mut Machine, _id: DeviceId) {}

/// Closes a device.
#[doc(alias = "ndo_stop")]
pub(crate) fn stop(_machine: &mut Machine, _id: DeviceId) {}

/// Takes a new MTU that is within the limits.
#[doc(alias = "ndo_change_mtu")]
pub(crate) fn change_mtu(_machine: &mut Machine, _id: DeviceId, _mtu: u32) -> Result<(), Errno> {
    Ok(())
}

/// Returns whether the hardware address can be set at all.
pub(crate) fn has_mac_setter(_device: &Device) -> bool {
    true
}

/// Sets the hardware address.
#[doc(alias("ndo_set_mac_address", "eth_mac_addr"))]
pub(crate) fn set_mac_address(
    machine: &mut Machine,
    id: DeviceId,
    address: HardwareAddress,
) -> Result<(), Errno> {
    if !address.is_valid_ether() {
        return Err(Errno::EADDRNOTAVAIL);
    }
    machine.device_mut(id)?.address = address;
    Ok(())
}

/// Returns whether the driver filters multicasts.
#[doc(alias = "ndo_set_rx_mode")]
pub(crate) fn has_rx_mode(device: &Device) -> bool {
    !matches!(device.driver, Driver::Loopback)
}

/// Goes on when a device is registered.
pub(crate) fn registered(_machine: &mut Machine, _id: DeviceId) {}

/// Lets go of what a device held.
pub(crate) fn unregistered(_machine: &mut Machine, _id: DeviceId) {}

/// Returns the device that a device depends on: what a vlan is on, a veth's peer.
#[doc(alias = "dev_get_iflink")]
pub(crate) fn lower_link(_machine: &Machine, _device: &Device) -> Option<DeviceId> {
    None
}

/// Follows what happens to the devices that a driver's device depends on.
pub(crate) fn event(_machine: &mut Machine, _id: DeviceId, _event: Event) {}
