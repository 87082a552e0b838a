//! Signals of the calling process.

/// Lets a write to a pipe that nobody reads end the process by `SIGPIPE`, as C programs do.
///
/// Rust programs start with the signal ignored and see `EPIPE` instead; a tool whose output is piped
/// into `head` would then have to tell that error from all others at each write, and its callers
/// would see another status than the one they know (141 in a shell).
///
/// To be called first in `main`: it changes the disposition of the whole process. See signal(7).
#[doc(alias = "SIGPIPE")]
pub fn restore_sigpipe() {
    // SAFETY: signal(2) with SIG_DFL installs no handler, so no code of ours can run in a signal's
    // context; it reads and writes no memory of this process.
    unsafe {
        libc::signal(libc::SIGPIPE, libc::SIG_DFL);
    }
}
