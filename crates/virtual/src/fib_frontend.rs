//! IPv4 routes as callers ask for them (`net/ipv4/fib_frontend.c`).

use crate::machine::Machine;
use crate::rtnetlink::Request;
use ifctl_kernel::Errno;

pub(crate) fn new_route(
    _machine: &mut Machine,
    _request: &mut Request<'_, '_>,
) -> Result<(), Errno> {
    Err(Errno::EOPNOTSUPP)
}

pub(crate) fn delete_route(
    _machine: &mut Machine,
    _request: &mut Request<'_, '_>,
) -> Result<(), Errno> {
    Err(Errno::EOPNOTSUPP)
}

pub(crate) fn dump(
    _machine: &mut Machine,
    _request: &mut Request<'_, '_>,
) -> Result<Box<dyn crate::af_netlink::Walk>, Errno> {
    Err(Errno::EOPNOTSUPP)
}

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
