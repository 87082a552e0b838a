//! IPv6 addresses of devices (`net/ipv6/addrconf.c`).

use crate::machine::Machine;
use crate::rtnetlink::Request;
use ifctl_kernel::Errno;

pub(crate) struct Inet6Device;

pub(crate) fn new_address(
    _machine: &mut Machine,
    _request: &mut Request<'_, '_>,
) -> Result<(), Errno> {
    Err(Errno::EOPNOTSUPP)
}

pub(crate) fn delete_address(
    _machine: &mut Machine,
    _request: &mut Request<'_, '_>,
) -> Result<(), Errno> {
    Err(Errno::EOPNOTSUPP)
}

pub(crate) fn get_address(
    _machine: &mut Machine,
    _request: &mut Request<'_, '_>,
) -> Result<(), Errno> {
    Err(Errno::EOPNOTSUPP)
}

pub(crate) fn get_netconf(
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

pub(crate) fn dump_netconf(
    _machine: &mut Machine,
    _request: &mut Request<'_, '_>,
) -> Result<Box<dyn crate::af_netlink::Walk>, Errno> {
    Err(Errno::EOPNOTSUPP)
}

pub(crate) fn event(
    _machine: &mut Machine,
    _id: crate::dev::DeviceId,
    _event: crate::events::Event,
) {
}

pub(crate) fn add_address(
    _machine: &mut Machine,
    _caller: crate::caller::Caller,
    _address: u64,
    _memory: &mut dyn crate::memory::UserMemory,
) -> Result<(), Errno> {
    Err(Errno::ENOTTY)
}

pub(crate) fn remove_address(
    _machine: &mut Machine,
    _caller: crate::caller::Caller,
    _address: u64,
    _memory: &mut dyn crate::memory::UserMemory,
) -> Result<(), Errno> {
    Err(Errno::ENOTTY)
}
