//! Where an IPv4 packet would go (`net/ipv4/route.c`).

use crate::machine::Machine;
use crate::rtnetlink::Request;
use ifctl_kernel::Errno;

pub(crate) fn get_route(
    _machine: &mut Machine,
    _request: &mut Request<'_, '_>,
) -> Result<(), Errno> {
    Err(Errno::EOPNOTSUPP)
}
