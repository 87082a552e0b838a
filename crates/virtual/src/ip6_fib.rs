//! IPv6 routes (`net/ipv6/ip6_fib.c`, `route.c`).

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

pub(crate) fn get_route(
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

/// Deletes the routes that are expired.
#[doc(alias = "fib6_run_gc")]
pub(crate) fn collect_garbage(_machine: &mut Machine, _net: crate::net_namespace::NetId) {}
