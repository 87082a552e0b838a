//! The one device: `lo`, up, with 127.0.0.1/8 and ::1/128.

use core::net::{Ipv4Addr, Ipv6Addr};
use ifctl_abi::{DeviceFlags, HardwareType};

pub(crate) const NAME: &[u8] = b"lo";
pub(crate) const INDEX: u32 = 1;
pub(crate) const MTU: u32 = 65536;
pub(crate) const TX_QUEUE_LENGTH: u32 = 1000;
pub(crate) const TYPE: HardwareType = HardwareType::LOOPBACK;
pub(crate) const ADDRESS: Ipv4Addr = Ipv4Addr::LOCALHOST;
pub(crate) const PREFIX_LENGTH: u8 = 8;
pub(crate) const NETMASK: Ipv4Addr = Ipv4Addr::new(255, 0, 0, 0);
pub(crate) const ADDRESS6: Ipv6Addr = Ipv6Addr::LOCALHOST;
pub(crate) const PREFIX_LENGTH6: u8 = 128;

/// As netlink shows them; an ioctl has no room for `LOWER_UP`.
pub(crate) const FLAGS: DeviceFlags = DeviceFlags::UP
    .union(DeviceFlags::LOOPBACK)
    .union(DeviceFlags::RUNNING)
    .union(DeviceFlags::LOWER_UP);
