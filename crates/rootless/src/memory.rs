//! The memory of the program that makes a call.

use ifctl_kernel::Errno;
use ifctl_linux::supervise::{Call, Listener};
use ifctl_virtual::UserMemory;
use std::cell::Cell;

/// The smallest page: what is read in one piece up to its end is there, or is not.
const PAGE: u64 = 4096;

/// The longest path, with its end.
const PATH_MAX: usize = 4096;

/// The memory behind a call's arguments.
#[derive(Clone)]
pub(crate) struct Memory<'l> {
    listener: &'l Listener,
    call: Call,
    /// Whether the caller was seen to wait after the first look.
    is_known: Cell<bool>,
}

impl<'l> Memory<'l> {
    pub(crate) fn of(listener: &'l Listener, call: &Call) -> Self {
        Self { listener, call: *call, is_known: Cell::new(false) }
    }

    /// Reads so many bytes.
    pub(crate) fn bytes<const N: usize>(&self, address: u64) -> Result<[u8; N], Errno> {
        let mut bytes = [0; N];
        self.read(address, &mut bytes)?;
        Ok(bytes)
    }

    /// Reads bytes up to a NUL, which is not returned.
    pub(crate) fn string(&self, address: u64) -> Result<Vec<u8>, Errno> {
        let text = self.glance(address)?;
        self.check().map(|()| text)
    }

    /// Reads bytes up to a NUL, which may be another program's: to be [checked](Self::check) before anything
    /// is done for them.
    pub(crate) fn glance(&self, address: u64) -> Result<Vec<u8>, Errno> {
        let mut text = Vec::new();
        let mut from = address;
        while text.len() < PATH_MAX {
            // Most are short: the first piece is.
            let most = if text.is_empty() { 256 } else { PAGE };
            let length = (PAGE - from % PAGE).min(most);
            let start = text.len();
            text.resize(start + length as usize, 0);
            self.listener.read(&self.call, from, text.get_mut(start..).unwrap_or_default())?;
            let end = text.iter().skip(start).position(|byte| *byte == 0);
            if let Some(end) = end {
                text.truncate(start + end);
                return Ok(text);
            }
            from = from.checked_add(length).ok_or(Errno::EFAULT)?;
        }
        Err(Errno::ENAMETOOLONG)
    }

    /// Makes sure that what was read is the caller's, and not another program's of its number. Once: a number
    /// is given anew when all others have been.
    pub(crate) fn check(&self) -> Result<(), Errno> {
        if !self.is_known.get() {
            if !self.listener.is_waiting(&self.call) {
                return Err(Errno::ESRCH);
            }
            self.is_known.set(true);
        }
        Ok(())
    }
}

impl UserMemory for Memory<'_> {
    fn read(&self, address: u64, buffer: &mut [u8]) -> Result<(), Errno> {
        if buffer.is_empty() {
            return Ok(());
        }
        self.listener.read(&self.call, address, buffer)?;
        self.check()
    }

    fn write(&mut self, address: u64, bytes: &[u8]) -> Result<(), Errno> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.check()?;
        self.listener.write(&self.call, address, bytes)
    }
}
