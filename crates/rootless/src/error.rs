//! Why a program cannot be run so.

use std::{fmt, io};

/// Why a program could not be run on a virtual kernel.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The kernel below has no listener for us.
    Refused(Refusal),
    /// The command could not be started.
    Command(io::Error),
    /// A system call failed that this crate needs: its name, and why.
    System(&'static str, io::Error),
}

/// Why the kernel below has no listener for system calls.
#[derive(Debug)]
#[non_exhaustive]
pub enum Refusal {
    /// It is older than Linux 5.19: a signal could end a call while its answer is written.
    TooOld,
    /// There is one already: this runs under such a listener itself.
    Nested,
    /// It has no user notification, as some kernels that are not Linux.
    NoNotification,
    /// Something else.
    Other(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Command(error) => write!(f, "cannot run the command: {error}"),
            Self::System(call, error) => write!(f, "{call}: {error}"),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooOld => f.write_str(
                "this kernel cannot hold signals back while a call is answered: Linux 5.19 and newer can",
            ),
            Self::Nested => f.write_str(
                "system calls are answered by another program already, and a kernel has one such for each \
                 process",
            ),
            Self::NoNotification => {
                f.write_str("this kernel does not let programs answer system calls of others")
            }
            Self::Other(error) => write!(f, "seccomp: {error}"),
        }
    }
}

impl std::error::Error for Error {}
