//! What is asked about a file without opening it: answered by what stands for it.

use crate::memory::Memory;
use ifctl_kernel::Errno;
use ifctl_virtual::{Capabilities, UserMemory as _};
use std::ffi::CString;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// The bytes of the kernel's `struct stat`.
#[cfg(target_arch = "x86_64")]
const STATUS: usize = 144;
#[cfg(not(target_arch = "x86_64"))]
const STATUS: usize = 128;

/// The bytes of `struct statx`, which is the same everywhere.
const LONG_STATUS: usize = 256;

fn last() -> Errno {
    Errno::new(io::Error::last_os_error().raw_os_error().unwrap_or_default())
}

fn c_path(file: &Path) -> Result<CString, Errno> {
    CString::new(file.as_os_str().as_bytes()).map_err(|_| Errno::ENOENT)
}

/// Answers `stat` and its kin.
pub(super) fn write(
    mut memory: Memory<'_>,
    file: &Path,
    buffer: u64,
    flags: u64,
) -> Result<i64, Errno> {
    let path = c_path(file)?;
    let mut status = [0_u8; LONG_STATUS];
    // SAFETY: the kernel reads a path that ends with a NUL, and writes one `struct stat`, which is shorter
    // than the array, at any address: it copies bytes.
    let answer = unsafe {
        libc::syscall(
            libc::SYS_newfstatat,
            libc::AT_FDCWD,
            path.as_ptr(),
            status.as_mut_ptr(),
            flags as libc::c_int,
        )
    };
    if answer < 0 {
        return Err(last());
    }
    memory.write(buffer, status.get(..STATUS).unwrap_or_default()).map(|()| 0)
}

/// Answers `statx`.
pub(super) fn write_long(
    mut memory: Memory<'_>,
    file: &Path,
    buffer: u64,
    flags: u64,
    mask: u64,
) -> Result<i64, Errno> {
    let path = c_path(file)?;
    let mut status = [0_u8; LONG_STATUS];
    // SAFETY: the kernel reads a path that ends with a NUL, and writes one `struct statx`, which is as
    // long as the array, at any address: it copies bytes.
    let answer = unsafe {
        libc::syscall(
            libc::SYS_statx,
            libc::AT_FDCWD,
            path.as_ptr(),
            flags as libc::c_int,
            mask as libc::c_uint,
            status.as_mut_ptr(),
        )
    };
    if answer < 0 {
        return Err(last());
    }
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
