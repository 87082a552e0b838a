//! IPv4 addresses of devices (`net/ipv4/devinet.c`).

use crate::machine::Machine;
use crate::rtnetlink::Request;
use ifctl_kernel::Errno;

pub(crate) struct InDevice;
pub(crate) fn records(_device: &crate::dev::Device) -> impl Iterator<Item = ifctl_abi::IfReq> + '_ {
    std::iter::empty()
}

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

/// Returns a setting, if there is one of this name, and the device has any.
pub(crate) fn conf_get(
    _machine: &Machine,
    _net: crate::net_namespace::NetId,
    _of: crate::sysctl::ConfOf,
    _name: &str,
) -> Option<i32> {
    None
}

/// Changes a setting, with what follows from it.
pub(crate) fn conf_set(
    _machine: &mut Machine,
    _net: crate::net_namespace::NetId,
    _of: crate::sysctl::ConfOf,
    _name: &str,
    _value: i32,
) -> Result<(), Errno> {
    Err(Errno::ENOENT)
}
