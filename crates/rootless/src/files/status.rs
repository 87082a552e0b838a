//! What is asked about a file without opening it: answered by what stands for it.

use crate::memory::Memory;
use ifctl_kernel::Errno;
use ifctl_linux::file_status;
use ifctl_virtual::{Capabilities, UserMemory as _};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Answers `stat` and its kin.
pub(super) fn write(
    mut memory: Memory<'_>,
    file: &Path,
    buffer: u64,
    flags: u64,
) -> Result<i64, Errno> {
    let status = file_status::status(file, flags as u32)?;
    memory.write(buffer, &status).map(|()| 0)
}

/// Answers `statx`.
pub(super) fn write_long(
    mut memory: Memory<'_>,
    file: &Path,
    buffer: u64,
    flags: u64,
    mask: u64,
) -> Result<i64, Errno> {
    let status = file_status::long_status(file, flags as u32, mask as u32)?;
    memory.write(buffer, &status).map(|()| 0)
}

/// Answers `access`: what may be read everybody may read, what can be written root alone may write.
pub(super) fn access(file: &Path, mode: u32, capabilities: Capabilities) -> Result<i64, Errno> {
    let found = fs::metadata(file);
    let found = found.map_err(|error| Errno::new(error.raw_os_error().unwrap_or_default()))?;
    let wants = |bit: libc::c_int| mode & bit.cast_unsigned() != 0;
    if wants(libc::W_OK) && capabilities.is_empty() {
        return Err(Errno::EACCES);
    }
    if wants(libc::X_OK) && found.permissions().mode() & 0o111 == 0 {
        return Err(Errno::EACCES);
    }
    Ok(0)
}

/// Answers `readlink`.
pub(super) fn link(
    mut memory: Memory<'_>,
    file: &Path,
    buffer: u64,
    size: u64,
) -> Result<i64, Errno> {
    let link = fs::read_link(file);
    let link = link.map_err(|error| Errno::new(error.raw_os_error().unwrap_or_default()))?;
    let bytes = link.as_os_str().as_bytes();
    let length = usize::try_from(size).unwrap_or(usize::MAX).min(bytes.len());
    memory.write(buffer, bytes.get(..length).unwrap_or_default())?;
    Ok(length as i64)
}
