//! Files that are written. A short write is looked at, and fails as the model says; what comes another way is
//! a datagram of a channel, which reaches the model before the writer's next call that is looked at.

use super::Stand;
use crate::model::Model;
use ifctl_kernel::{Errno, Kernel as _};
use ifctl_virtual::{Capabilities, VirtualKernel};
use rustix::fd::OwnedFd;
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, Shutdown, SocketFlags, SocketType, socketpair,
};
use std::os::fd::{AsFd, BorrowedFd};
use std::path::{Path, PathBuf};

/// The longest write that a setting takes.
const LONGEST: usize = 4096;

/// What was written to a file.
pub(crate) struct Write {
    pub(crate) path: PathBuf,
    capabilities: Capabilities,
    bytes: Vec<u8>,
}

impl Write {
    /// Has the model take it.
    pub(crate) fn carry_out(&self, model: &Model) -> Result<(), Errno> {
        model.kernel(self.capabilities).write(&self.path, &self.bytes)
    }
}

/// A file that a target may write to.
pub(super) struct Setting {
    capabilities: Capabilities,
    path: PathBuf,
    ours: OwnedFd,
    /// The inode of the target's end.
    inode: u64,
}

fn errno(failure: rustix::io::Errno) -> Errno {
    Errno::new(failure.raw_os_error())
}

impl Setting {
    /// Opens a channel, and returns the target's end of it, in which the text waits to be read.
    pub(super) fn open(
        capabilities: Capabilities,
        path: PathBuf,
        text: Option<&[u8]>,
    ) -> Result<(Self, OwnedFd), Errno> {
        let flags = SocketFlags::CLOEXEC;
        let pair = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None);
        let (ours, end) = pair.map_err(errno)?;
        if let Some(text) = text {
            rustix::net::send(&ours, text, SendFlags::DONTWAIT).map_err(errno)?;
        }
        rustix::net::shutdown(&ours, Shutdown::Write).map_err(errno)?;
        let inode = rustix::fs::fstat(&end).map_err(errno)?.st_ino;
        Ok((Self { capabilities, path, ours, inode }, end))
    }

    pub(super) fn inode(&self) -> u64 {
        self.inode
    }

    /// Returns a write of these bytes.
    pub(super) fn write(&self, bytes: Vec<u8>) -> Write {
        Write { path: self.path.clone(), capabilities: self.capabilities, bytes }
    }

    pub(super) fn as_fd(&self) -> BorrowedFd<'_> {
        self.ours.as_fd()
    }

    /// Takes what was written; returns whether more may come.
    pub(super) fn take(&mut self, written: &mut Vec<Write>) -> bool {
        let mut buffer = [0; LONGEST];
        loop {
            match rustix::net::recv(&self.ours, &mut buffer, RecvFlags::DONTWAIT) {
                Ok((0, _)) => return false,
                Ok((length, _)) => {
                    written.push(self.write(buffer.get(..length).unwrap_or_default().to_vec()));
                }
                Err(rustix::io::Errno::INTR) => {}
                Err(rustix::io::Errno::AGAIN) => return true,
                Err(_) => return false,
            }
        }
    }
}

/// Returns what stands for a file below /proc/sys/net.
pub(super) fn stand(kernel: &VirtualKernel, path: &Path) -> Result<Stand, Errno> {
    if kernel.read(path) != Err(Errno::ENOENT) {
        return Ok(Stand::For("/proc/sys/net/ipv4/ip_forward".into()));
    }
    let within = path.strip_prefix("/proc/sys/net").unwrap_or(path);
    let parts: Vec<_> = within.iter().map(|part| part.to_string_lossy()).collect();
    match parts.iter().map(AsRef::as_ref).collect::<Vec<&str>>()[..] {
        ["ipv4" | "ipv6", "conf" | "neigh", _, ..] => Err(Errno::ENOENT),
        _ => Ok(Stand::Itself),
    }
}
