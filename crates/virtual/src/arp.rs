//! The ARP requests (`net/ipv4/arp.c`).

use crate::machine::Machine;
use ifctl_kernel::Errno;

pub(crate) fn ioctl(
    _machine: &mut Machine,
    _caller: crate::caller::Caller,
    _number: u32,
    _address: u64,
    _memory: &mut dyn crate::memory::UserMemory,
) -> Result<(), Errno> {
    Err(Errno::ENOTTY)
}

pub(crate) fn event(
    _machine: &mut Machine,
    _id: crate::dev::DeviceId,
    _event: crate::events::Event,
) {
}
