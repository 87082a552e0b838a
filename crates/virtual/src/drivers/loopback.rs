//! The loopback device, one in each namespace (`drivers/net/loopback.c`).

use super::Driver;
use crate::dev::{self, HardwareAddress, NewDevice, Segmentation};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use ifctl_abi::{DeviceFlags, DeviceName, HardwareType};

/// Makes a new namespace's `lo`, down.
pub(crate) fn create(machine: &mut Machine, net: NetId) {
    let mut lo = NewDevice::ether(Driver::Loopback);
    lo.name = DeviceName::truncated(b"lo");
    lo.name_assign_type = dev::assigned::NAME_PREDICTABLE;
    lo.flags = DeviceFlags::LOOPBACK;
    lo.mtu = 65536;
    lo.min_mtu = 0;
    lo.max_mtu = 0;
    lo.hardware_type = HardwareType::LOOPBACK;
    lo.broadcast = HardwareAddress::new(&[0; 6]);
    lo.segmentation = Segmentation::longest();
    lo.is_immutable = true;
    // The first device of a namespace is refused nothing.
    let _ = dev::register(machine, net, lo);
}
