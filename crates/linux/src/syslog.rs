//! The system's log.

use std::ffi::CStr;

/// Sends an error message to the system's log, under this program's name and facility `local0`.
///
/// Nobody is told where no log listens. The C library remembers the name, so messages under different
/// names at the same time, from different threads, may be mixed up. See syslog(3).
#[doc(alias = "LOG_LOCAL0")]
pub fn local0_error(program: &'static CStr, message: &CStr) {
    // SAFETY: the name is NUL-terminated and lives as long as the process, which openlog(3) wants.
    unsafe { libc::openlog(program.as_ptr(), 0, libc::LOG_LOCAL0) };
    // SAFETY: the format is a constant that takes one string, and gets one that is NUL-terminated and
    // lives until the call returns.
    unsafe { libc::syslog(libc::LOG_ERR, c"%s".as_ptr(), message.as_ptr()) };
}
