//! Policy rules (`net/core/fib_rules.c`).

use crate::machine::Machine;
use crate::rtnetlink::Request;
use ifctl_kernel::Errno;

pub(crate) fn dump(
    _machine: &mut Machine,
    _request: &mut Request<'_, '_>,
) -> Result<Box<dyn crate::af_netlink::Walk>, Errno> {
    Err(Errno::EOPNOTSUPP)
}
