//! The memory of the program that makes a call.

use crate::listener::{Call, Listener};
use ifctl_kernel::Errno;
use ifctl_virtual::UserMemory;
use libc::iovec;
use std::io;

/// The smallest page: what is read in one piece up to its end is there, or is not.
const PAGE: u64 = 4096;

/// The longest path, with its end.
const PATH_MAX: usize = 4096;

/// The memory behind a call's arguments.
#[derive(Clone, Copy)]
pub(crate) struct Memory<'l> {
    listener: &'l Listener,
    call: Call,
}

impl<'l> Memory<'l> {
    pub(crate) fn of(listener: &'l Listener, call: &Call) -> Self {
        Self { listener, call: *call }
    }

    /// Reads so many bytes.
    pub(crate) fn bytes<const N: usize>(&self, address: u64) -> Result<[u8; N], Errno> {
        let mut bytes = [0; N];
        self.read(address, &mut bytes)?;
        Ok(bytes)
    }

    /// Reads bytes up to a NUL, which is not returned.
    pub(crate) fn string(&self, address: u64) -> Result<Vec<u8>, Errno> {
        let mut text = Vec::new();
        let mut from = address;
        while text.len() < PATH_MAX {
            // Most are short: the first piece is.
            let most = if text.is_empty() { 256 } else { PAGE };
            let length = (PAGE - from % PAGE).min(most);
            let start = text.len();
            text.resize(start + length as usize, 0);
            self.read(from, text.get_mut(start..).unwrap_or_default())?;
            let end = text.iter().skip(start).position(|byte| *byte == 0);
            if let Some(end) = end {
                text.truncate(start + end);
                return Ok(text);
            }
            from = from.checked_add(length).ok_or(Errno::EFAULT)?;
        }
        Err(Errno::ENAMETOOLONG)
    }

    /// Makes sure that what was read is the caller's, and not another program's of its number.
    fn check(&self) -> Result<(), Errno> {
        if self.listener.is_waiting(self.call.id) { Ok(()) } else { Err(Errno::ESRCH) }
    }
}

impl UserMemory for Memory<'_> {
    fn read(&self, address: u64, buffer: &mut [u8]) -> Result<(), Errno> {
        if buffer.is_empty() {
            return Ok(());
        }
        let local = iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: buffer.len() };
        let there = remote(address, buffer.len())?;
        // SAFETY: the kernel writes at most `iov_len` bytes to the one local piece, which is the
        // exclusively borrowed buffer; the other piece is in another program's memory, and not ours
        // to answer for.
        let read = unsafe {
            libc::process_vm_readv(
                self.call.thread.cast_signed(),
                &raw const local,
                1,
                &raw const there,
                1,
                0,
            )
        };
        done(read, buffer.len())?;
        self.check()
    }

    fn write(&mut self, address: u64, bytes: &[u8]) -> Result<(), Errno> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.check()?;
        let local = iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() };
        let there = remote(address, bytes.len())?;
        // SAFETY: the kernel only reads the one local piece, which is the borrowed slice. The other is in
        // the memory of the program that waits for this answer, at the address at which it wants it; the
        // program runs no further meanwhile, not even for a signal.
        let written = unsafe {
            libc::process_vm_writev(
                self.call.thread.cast_signed(),
                &raw const local,
                1,
                &raw const there,
                1,
                0,
            )
        };
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
        return Err(Errno::new(io::Error::last_os_error().raw_os_error().unwrap_or_default()));
    }
    if copied.cast_unsigned() == wanted { Ok(()) } else { Err(Errno::EFAULT) }
}
