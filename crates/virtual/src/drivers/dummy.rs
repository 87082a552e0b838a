//! Devices that drop what they are to send (`drivers/net/dummy.c`).

use super::Driver;
use crate::dev::NewDevice;
use crate::machine::Machine;
use ifctl_abi::DeviceFlags;

/// Returns a device.
#[doc(alias = "dummy_setup")]
pub(super) fn setup(machine: &mut Machine) -> NewDevice {
    let mut new = NewDevice::ether(Driver::Dummy);
    new.flags = DeviceFlags::BROADCAST | DeviceFlags::NOARP;
    new.min_mtu = 0;
    new.max_mtu = 0;
    new.draw_address(machine);
    new
}
