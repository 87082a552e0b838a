//! Modules, of a kernel that has but named ones: a virtual one that answers this process' calls.

use crate::errno;
use ifctl_kernel::Errno;
use std::ffi::{CString, c_long};

/// Loads a module by its name, which stands in the place of its image: Linux itself refuses that.
///
/// # Errors
///
/// `EEXIST` if it is loaded; Linux: `EPERM` without `CAP_SYS_MODULE`, else `ENOEXEC`.
#[doc(alias = "init_module")]
pub fn insert(name: &str) -> Result<(), Errno> {
    let name = CString::new(name).map_err(|_| Errno::EINVAL)?;
    let image = name.as_bytes_with_nul();
    // SAFETY: the kernel reads as many bytes as the image has, and a string that ends with a NUL: no
    // parameters.
    let answer =
        unsafe { libc::syscall(libc::SYS_init_module, image.as_ptr(), image.len(), c"".as_ptr()) };
    done(answer)
}

/// Unloads a module that nothing uses.
///
/// # Errors
///
/// `ENOENT` if it is not loaded, `EBUSY` while it is used, `EPERM` without `CAP_SYS_MODULE`.
#[doc(alias = "delete_module")]
pub fn remove(name: &str) -> Result<(), Errno> {
    let name = CString::new(name).map_err(|_| Errno::EINVAL)?;
    // SAFETY: the kernel reads a string that ends with a NUL, and flags, which only say not to wait.
    let answer = unsafe { libc::syscall(libc::SYS_delete_module, name.as_ptr(), libc::O_NONBLOCK) };
    done(answer)
}

fn done(answer: c_long) -> Result<(), Errno> {
    if answer < 0 { Err(errno::last()) } else { Ok(()) }
}
