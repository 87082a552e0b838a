//! Neighbours (`net/core/neighbour.c`).

use crate::machine::Machine;
use crate::rtnetlink::Request;
use ifctl_kernel::Errno;

pub(crate) fn add(_machine: &mut Machine, _request: &mut Request<'_, '_>) -> Result<(), Errno> {
    Err(Errno::EOPNOTSUPP)
}

pub(crate) fn delete(_machine: &mut Machine, _request: &mut Request<'_, '_>) -> Result<(), Errno> {
    Err(Errno::EOPNOTSUPP)
}

pub(crate) fn get(_machine: &mut Machine, _request: &mut Request<'_, '_>) -> Result<(), Errno> {
    Err(Errno::EOPNOTSUPP)
}

pub(crate) fn dump(
    _machine: &mut Machine,
    _request: &mut Request<'_, '_>,
) -> Result<Box<dyn crate::af_netlink::Walk>, Errno> {
    Err(Errno::EOPNOTSUPP)
}

/// Returns the text of /proc/net/arp.
pub(crate) fn proc_arp(
    _machine: &Machine,
    _net: crate::net_namespace::NetId,
) -> Result<Vec<u8>, Errno> {
    Err(Errno::ENOENT)
}
