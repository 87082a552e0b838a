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
