//! Bridges (`net/bridge`).

use crate::dev::DeviceId;
use crate::machine::Machine;
use ifctl_kernel::Errno;

/// Adds or removes a port.
#[doc(alias = "br_dev_siocdevprivate")]
pub(crate) fn ioctl(
    machine: &mut Machine,
    id: DeviceId,
    _add: bool,
    _port: u32,
) -> Result<(), Errno> {
    machine.device(id)?;
    Err(Errno::EOPNOTSUPP)
}
