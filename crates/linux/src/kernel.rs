//! The kernel that the program runs on.

use crate::errno;
use crate::socket::FdSocket;
use ifctl_abi::{Family, SocketType};
use ifctl_kernel::{Errno, Kernel, Socket};
use rustix::net::{AddressFamily, Protocol, SocketFlags};
use std::borrow::Cow;
use std::io::{ErrorKind, Read, Write};
use std::ops::ControlFlow;
use std::path::Path;

/// The kernel that the program runs on, seen from the calling thread: its network namespace, its
/// credentials.
///
/// A socket stays in the namespace in which it was opened, whatever the thread does later. Files below
/// /proc are the calling thread's; those below /sys are of the namespace that /sys was mounted in.
#[derive(Debug, Clone, Copy, Default)]
pub struct Linux;

impl Kernel for Linux {
    fn socket(
        &self,
        family: Family,
        kind: SocketType,
        protocol: u32,
    ) -> Result<Box<dyn Socket>, Errno> {
        let socket = rustix::net::socket_with(
            AddressFamily::from_raw(family.0),
            rustix::net::SocketType::from_raw(kind.0),
            SocketFlags::CLOEXEC,
            protocol.try_into().ok().map(Protocol::from_raw),
        )
        .map_err(errno::from_rustix)?;
        Ok(Box::new(FdSocket::opened(socket)))
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, Errno> {
        // These files do not tell their size, for which a `File` would ask, and a small buffer would make
        // the kernel write them piece by piece.
        let mut content = Vec::with_capacity(32 * 1024);
        std::fs::File::open(of_this_thread(path))
            .and_then(|file| file.take(u64::MAX).read_to_end(&mut content))
            .map_err(|error| errno::from_io(&error))?;
        Ok(content)
    }

    fn read_lines(
        &self,
        path: &Path,
        take: &mut dyn FnMut(&[u8]) -> ControlFlow<()>,
    ) -> Result<(), Errno> {
        let mut file =
            std::fs::File::open(of_this_thread(path)).map_err(|error| errno::from_io(&error))?;
        // The line that has begun. The kernel hands out a page at a time.
        let mut begun = Vec::new();
        let mut page = [0; 4096];
        loop {
            let length = match file.read(&mut page) {
                Ok(length) => length,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(errno::from_io(&error)),
            };
            let Some(text) = page.get(..length).filter(|text| !text.is_empty()) else { break };
            for piece in text.split_inclusive(|byte| *byte == b'\n') {
                begun.extend_from_slice(piece);
                if let Some(line) = begun.strip_suffix(b"\n") {
                    if take(line).is_break() {
                        return Ok(());
                    }
                    begun.clear();
                }
            }
        }
        if !begun.is_empty() {
            let _ = take(&begun);
        }
        Ok(())
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), Errno> {
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .open(of_this_thread(path))
            .map_err(|error| errno::from_io(&error))?;
        let written = file.write(bytes).map_err(|error| errno::from_io(&error))?;
        // A setting is taken from one write, or refused. Linux up to 6.18.24 at the least answers 1 where it takes
        // some of IPv6's (`addrconf_fixup_forwarding` says so of a change, which becomes a count of bytes).
        if written == bytes.len() || written == 1 { Ok(()) } else { Err(Errno::EIO) }
    }
}

/// Returns the path with /proc/net made this thread's: the kernel's /proc/net is that of the process'
/// first thread, which may be in another namespace. For the first thread the path stays as it is, so that
/// a program sees a file that somebody has put there (a container's, a test's).
fn of_this_thread(path: &Path) -> Cow<'_, Path> {
    if rustix::thread::gettid() == rustix::process::getpid() {
        return Cow::Borrowed(path);
    }
    match path.strip_prefix("/proc/net") {
        Ok(rest) => Cow::Owned(Path::new("/proc/thread-self/net").join(rest)),
        Err(_) => Cow::Borrowed(path),
    }
}
