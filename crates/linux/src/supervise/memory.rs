//! The memory of a thread that waits for its answer.

use super::{Call, Listener};
use crate::errno;
use ifctl_kernel::Errno;
use libc::iovec;

impl Listener {
    /// Reads as many bytes of a call's memory as the buffer has. Whether they are that call's,
    /// [`is_waiting`](Self::is_waiting) tells afterwards: its thread may have been killed meanwhile, and another one
    /// got its number.
    ///
    /// # Errors
    ///
    /// `EFAULT` if not all of it is there, `ESRCH` if the thread is not, `EPERM` where it may not be looked into.
    #[doc(alias = "process_vm_readv")]
    pub fn read(&self, call: &Call, address: u64, buffer: &mut [u8]) -> Result<(), Errno> {
        let local = iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: buffer.len() };
        let there = remote(address, buffer.len())?;
        let thread = call.thread.cast_signed();
        // SAFETY: the kernel writes at most `iov_len` bytes to the one local piece, which is the
        // exclusively borrowed buffer, and only reads the other, which is another thread's.
        let read =
            unsafe { libc::process_vm_readv(thread, &raw const local, 1, &raw const there, 1, 0) };
        done(read, buffer.len())
    }

    /// Writes bytes into a call's memory, where it asked for them. What belongs to another program is outside of
    /// what Rust answers for, as if its file /proc/PID/mem were written; the thread of this process that starts the
    /// command gets nothing.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    #[doc(alias = "process_vm_writev")]
    pub fn write(&self, call: &Call, address: u64, bytes: &[u8]) -> Result<(), Errno> {
        call.must_be_anothers()?;
        let local = iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() };
        let there = remote(address, bytes.len())?;
        let thread = call.thread.cast_signed();
        // SAFETY: the kernel only reads the one local piece, which is the borrowed slice. The other is memory of
        // a thread that made a call under the filter: calls come from `receive` alone. The one thread of this
        // process under it, which does nothing but start the command, has just been ruled out, whichever
        // listener is asked; its child shares this memory until it executes the command, and the library that
        // makes it makes no call there that writes an answer into memory.
        let written =
            unsafe { libc::process_vm_writev(thread, &raw const local, 1, &raw const there, 1, 0) };
        done(written, bytes.len())
    }
}

/// Describes a piece of the other program's memory, where there can be one.
fn remote(address: u64, length: usize) -> Result<iovec, Errno> {
    let address = usize::try_from(address).map_err(|_| Errno::EFAULT)?;
    address.checked_add(length).ok_or(Errno::EFAULT)?;
    // No pointer of ours: it is never followed here.
    Ok(iovec { iov_base: std::ptr::without_provenance_mut(address), iov_len: length })
}

/// Returns whether all was copied.
fn done(copied: isize, wanted: usize) -> Result<(), Errno> {
    if copied < 0 {
        return Err(errno::last());
    }
    if copied.cast_unsigned() == wanted { Ok(()) } else { Err(Errno::EFAULT) }
}
