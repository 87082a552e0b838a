//! A file's status as the bytes that a program gets.

use crate::errno;
use ifctl_kernel::Errno;
use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// The bytes of the kernel's `struct stat`.
pub const STATUS: usize = size_of::<libc::stat>();

/// The bytes of `struct statx`, which is the same everywhere.
pub const LONG_STATUS: usize = 256;

/// Returns a `struct stat`; `flags` are those of `newfstatat`.
///
/// # Errors
///
/// As stat(2).
#[doc(alias = "newfstatat")]
pub fn status(file: &Path, flags: u32) -> Result<[u8; STATUS], Errno> {
    let path = c_path(file)?;
    let mut status = [0; STATUS];
    // SAFETY: the kernel reads a path that ends with a NUL, and writes one `struct stat`, which is as long as the
    // array, at any address: it copies bytes.
    let answer = unsafe {
        libc::syscall(
            libc::SYS_newfstatat,
            libc::AT_FDCWD,
            path.as_ptr(),
            status.as_mut_ptr(),
            flags,
        )
    };
    if answer < 0 { Err(errno::last()) } else { Ok(status) }
}

/// Returns a `struct statx` with what the mask wants.
///
/// # Errors
///
/// As statx(2).
#[doc(alias = "statx")]
pub fn long_status(file: &Path, flags: u32, mask: u32) -> Result<[u8; LONG_STATUS], Errno> {
    let path = c_path(file)?;
    let mut status = [0; LONG_STATUS];
    // SAFETY: the kernel reads a path that ends with a NUL, and writes one `struct statx`, which is as
    // long as the array, at any address: it copies bytes.
    let answer = unsafe {
        libc::syscall(
            libc::SYS_statx,
            libc::AT_FDCWD,
            path.as_ptr(),
            flags,
            mask,
            status.as_mut_ptr(),
        )
    };
    if answer < 0 { Err(errno::last()) } else { Ok(status) }
}

fn c_path(file: &Path) -> Result<CString, Errno> {
    CString::new(file.as_os_str().as_bytes()).map_err(|_| Errno::ENOENT)
}
