//! A kernel that others use as well.

use ifctl_virtual::VirtualKernel;
use std::io;

/// Keeps a kernel between requests, where others can get at it: in a file, say.
///
/// A supervisor takes it before a request, and gives it back when no other one came for a moment: requests
/// that follow each other do without.
pub trait Keeper: Send {
    /// Takes the kernel, and keeps others from it; returns the kernel to go on with, where it is not the
    /// one that was given back last.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from that; requests then fail with `EIO`.
    fn take(&mut self) -> io::Result<Option<VirtualKernel>>;

    /// Keeps what the kernel has become, and lets others have it.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from that, of which the observer is told.
    fn give_back(&mut self, kernel: &VirtualKernel) -> io::Result<()>;
}
