//! What can go wrong, with the thing that it went wrong for.

use ifctl_kernel::Errno;

/// The result of an operation on a kernel.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// Why an operation failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The kernel refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The kernel's answer could not be understood: what was asked, and what was odd about the answer.
    #[error("{operation}: malformed answer from the kernel: {detail}")]
    Malformed {
        /// The request: `RTM_GETLINK`, `/proc/net/dev`.
        operation: &'static str,
        /// What was odd.
        detail: String,
    },
    /// The request cannot be written down: a value does not fit into the kernel's message.
    #[error("{operation}: {detail}")]
    Unencodable {
        /// The request.
        operation: &'static str,
        /// Which value, and why.
        detail: String,
    },
    /// The answers to this request were lost in an overflow of the socket's queue: the kernel has
    /// carried the request out or refused it, and which is not known.
    #[error("{operation}: the kernel's answer was lost")]
    AnswerLost {
        /// The request.
        operation: &'static str,
    },
}

/// A kernel's refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The request: `SIOCSIFMTU`, `RTM_NEWADDR`, `open /proc/net/dev`.
    pub operation: &'static str,
    /// What it was about, as a person would name it: `eth0`, `10.0.0.0/8`; empty for nothing particular.
    pub subject: String,
    /// The error number.
    pub errno: Errno,
    /// What the kernel said beyond the number (netlink's extended acknowledgement).
    pub message: Option<String>,
    /// Where in the request the fault lies, in bytes from the start of the message.
    pub offset: Option<u32>,
}

impl Refusal {
    /// Returns the refusal of this operation on this subject.
    pub fn new(operation: &'static str, subject: impl ToString, errno: Errno) -> Self {
        Self { operation, subject: subject.to_string(), errno, message: None, offset: None }
    }
}

impl core::fmt::Display for Refusal {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}", self.operation)?;
        if !self.subject.is_empty() {
            write!(f, " {}", self.subject)?;
        }
        write!(f, ": {}", self.errno)?;
        if let Some(message) = &self.message {
            write!(f, " ({message})")?;
        }
        Ok(())
    }
}

impl core::error::Error for Refusal {}

impl Error {
    /// Returns the kernel's error number, if the kernel refused.
    pub fn errno(&self) -> Option<Errno> {
        match self {
            Self::Refused(refusal) => Some(refusal.errno),
            _ => None,
        }
    }
}
