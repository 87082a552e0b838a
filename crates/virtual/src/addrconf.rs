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

/// Takes the next step of an address' duplicate detection.
#[doc(alias = "addrconf_dad_work")]
pub(crate) fn detection_work(_machine: &mut Machine, _id: crate::dev::DeviceId, _address: u128) {}

/// Deprecates or deletes an address whose time is over.
#[doc(alias = "addrconf_verify_rtnl")]
pub(crate) fn verify_lifetime(_machine: &mut Machine, _id: crate::dev::DeviceId, _address: u128) {}
