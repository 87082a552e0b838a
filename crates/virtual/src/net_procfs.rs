//! The files of /proc/net (`net/core/net-procfs.c` and each protocol's own).

use crate::caller::Caller;
use crate::machine::Machine;
use ifctl_kernel::Errno;
use std::path::Path;

/// Returns a file's content.
pub(crate) fn read(_machine: &Machine, _caller: Caller, _path: &Path) -> Result<Vec<u8>, Errno> {
    Err(Errno::ENOENT)
}

/// Writes to a file.
pub(crate) fn write(
    _machine: &mut Machine,
    _caller: Caller,
    _path: &Path,
    _bytes: &[u8],
) -> Result<(), Errno> {
    Err(Errno::ENOENT)
}
