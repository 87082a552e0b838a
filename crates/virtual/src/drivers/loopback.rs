//! The loopback device, one in each namespace (`drivers/net/loopback.c`).

use super::Driver;
use crate::dev::{self, HardwareAddress, NewDevice};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use ifctl_abi::{DeviceFlags, DeviceName, HardwareType};

/// Makes a new namespace's `lo`, down.
pub(crate) fn create(machine: &mut Machine, net: NetId) {
    let lo = NewDevice {
        driver: Driver::Loopback,
        name: DeviceName::truncated(b"lo"),
        index: None,
        flags: DeviceFlags::LOOPBACK,
        mtu: 65536,
        min_mtu: 0,
        max_mtu: 0,
        hardware_type: HardwareType::LOOPBACK,
        address: HardwareAddress::new(&[0; 6]),
        broadcast: HardwareAddress::new(&[0; 6]),
        tx_queue_length: 1000,
        carrier: true,
    };
    // The first device of a namespace is refused nothing.
    let _ = dev::register(machine, net, lo);
}
