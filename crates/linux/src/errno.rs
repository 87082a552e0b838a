//! Errors of the system call libraries as ours.

use ifctl_kernel::Errno;

/// Returns our error for rustix's.
pub(crate) fn from_rustix(errno: rustix::io::Errno) -> Errno {
    Errno::new(errno.raw_os_error())
}

/// Returns our error for the standard library's; one without a number becomes `EIO`.
pub(crate) fn from_io(error: &std::io::Error) -> Errno {
    Errno::new(error.raw_os_error().unwrap_or_default())
}

/// Returns the error of the last call of the C library in this thread.
pub(crate) fn last() -> Errno {
    from_io(&std::io::Error::last_os_error())
}
