//! What goes wrong on demand: a test's hook sees each request before the kernel does.

use crate::caller::VirtualKernel;
use ifctl_abi::Family;
use ifctl_abi::netlink::NetlinkHeader;
use ifctl_kernel::Errno;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A request that is about to be carried out.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Asked<'a> {
    /// An ioctl, by number, on a socket of this family.
    Ioctl {
        /// The socket's family.
        family: Family,
        /// The number: `SIOCSIFADDR`.
        number: u32,
    },
    /// One message that was sent to a netlink socket; a batch is asked for message by message.
    Message(&'a NetlinkHeader),
    /// A datagram is received from a netlink socket.
    Receive,
    /// A file is read.
    Read(&'a Path),
    /// A file is written.
    Write(&'a Path),
}

/// What is to become of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// It is carried out.
    Proceed,
    /// It fails with this errno, and nothing is done.
    Fail(Errno),
    /// It is carried out, and whoever listens hears nothing of it: each listener's queue overflows,
    /// which its next receive reports (`ENOBUFS`).
    LoseNotifications,
    /// It is carried out, and dumps that are half read are marked as interrupted
    /// (`NLM_F_DUMP_INTR`), as if somebody had changed what they list.
    InterruptDumps,
}

/// A test's own code. It is given the kernel, which it may change as a foreign writer does; requests
/// of its own do not come back to it.
type Code = Box<dyn FnMut(&VirtualKernel, Asked<'_>) -> Verdict + Send>;

/// Where the code of a test is kept.
#[derive(Clone, Default)]
pub(crate) struct Hook(Arc<Mutex<Option<Code>>>);

impl Hook {
    fn slot(&self) -> MutexGuard<'_, Option<Code>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Replaces the code.
    pub(crate) fn set(&self, code: Option<Code>) {
        *self.slot() = code;
    }

    /// Asks the code about a request, if there is any.
    pub(crate) fn ask(&self, kernel: impl FnOnce() -> VirtualKernel, asked: Asked<'_>) -> Verdict {
        // Taken out meanwhile: what it asks of the kernel is not asked of it.
        let Some(mut code) = self.slot().take() else { return Verdict::Proceed };
        let verdict = code(&kernel(), asked);
        self.slot().get_or_insert(code);
        verdict
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hook").finish_non_exhaustive()
    }
}
