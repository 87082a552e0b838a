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

/// Returns what an address is to a namespace, or to one device of it.
#[doc(alias("inet_addr_type", "inet_addr_type_dev_table"))]
pub(crate) fn address_type(
    _machine: &Machine,
    _net: crate::net_namespace::NetId,
    _device: Option<crate::dev::DeviceId>,
    address: std::net::Ipv4Addr,
) -> ifctl_abi::rtnetlink::RouteType {
    use ifctl_abi::rtnetlink::RouteType;
    if address.is_multicast() { RouteType::MULTICAST } else { RouteType::UNICAST }
}

/// Returns the device on whose link an address is.
#[doc(alias = "ip_route_output")]
pub(crate) fn device_on_link(
    _machine: &Machine,
    _net: crate::net_namespace::NetId,
    _address: std::net::Ipv4Addr,
) -> Result<crate::dev::DeviceId, Errno> {
    Err(Errno::ENETUNREACH)
}
