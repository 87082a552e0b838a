//! What the targets receive with the sender's address: performed for them, so that it is the kernel's.

use super::{Header, LONGEST, SHORTEST, Sockets, errno, message};
use crate::memory::Memory;
use ifctl_kernel::Errno;
use ifctl_linux::supervise::Call;
use ifctl_virtual::UserMemory as _;
use rustix::fs::OFlags;
use rustix::net::{RecvFlags, sockopt};
use std::time::{Duration, Instant};

/// What is to be received, and where to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// `recvfrom`.
    Bytes,
    /// `recvmsg`.
    Message,
    /// `recvmmsg`.
    Messages,
}

/// Flags of a receive.
const PEEK: u32 = libc::MSG_PEEK.cast_unsigned();
const TRUNCATED: u32 = libc::MSG_TRUNC.cast_unsigned();
const NOW: u32 = libc::MSG_DONTWAIT.cast_unsigned();
const ERRORS: u32 = libc::MSG_ERRQUEUE.cast_unsigned();

/// A socket's inode, and the flags of a receive from it.
type Source = (u64, u32);

/// What came: as much as there is room for, its whole length, and whether that is more.
struct Datagram {
    bytes: Vec<u8>,
    length: usize,
}

impl Datagram {
    fn flags(&self) -> u32 {
        if self.length > self.bytes.len() { TRUNCATED } else { 0 }
    }

    /// Returns the length as the call tells it.
    fn told(&self, flags: u32) -> usize {
        if flags & TRUNCATED != 0 { self.length } else { self.bytes.len() }
    }
}

fn flags_of(call: &Call, wanted: Wanted) -> u32 {
    match wanted {
        Wanted::Message => call.word(2),
        Wanted::Bytes | Wanted::Messages => call.word(3),
    }
}

impl Sockets {
    /// Returns until when a receive waits that found nothing: `None` if not at all.
    pub(crate) fn waits(&self, call: &Call, wanted: Wanted, inode: u64) -> Option<Option<Instant>> {
        let socket = self.by_inode.get(&inode)?;
        if flags_of(call, wanted) & (NOW | ERRORS) != 0 {
            return None;
        }
        let flags = rustix::fs::fcntl_getfl(&socket.end).ok()?;
        if flags.contains(OFlags::NONBLOCK) {
            return None;
        }
        let most = sockopt::socket_timeout(&socket.end, sockopt::Timeout::Recv).ok().flatten();
        // So far away that it is never.
        Some(
            most.filter(|most| *most < Duration::from_secs(1 << 30))
                .map(|most| Instant::now() + most),
        )
    }

    /// Receives, without waiting: `EAGAIN` where nothing is there.
    pub(crate) fn receive(
        &mut self,
        memory: &mut Memory<'_>,
        call: &Call,
        wanted: Wanted,
        inode: u64,
    ) -> Result<i64, Errno> {
        let from = (inode, flags_of(call, wanted));
        match wanted {
            Wanted::Bytes => self.receive_bytes(memory, call, from),
            Wanted::Message => self.receive_one(memory, call.argument(1), from),
            Wanted::Messages => self.receive_several(memory, call, from),
        }
    }

    fn receive_bytes(
        &mut self,
        memory: &mut Memory<'_>,
        call: &Call,
        (inode, flags): Source,
    ) -> Result<i64, Errno> {
        let room = usize::try_from(call.argument(2)).unwrap_or(usize::MAX);
        let datagram = self.datagram(inode, room, flags)?;
        memory.write(call.argument(1), &datagram.bytes)?;
        let (name, length) = (call.argument(4), call.argument(5));
        if length == 0 {
            return Err(Errno::EFAULT);
        }
        let offered = i32::from_ne_bytes(memory.bytes(length)?);
        let offered = usize::try_from(offered).map_err(|_| Errno::EINVAL)?;
        let address = message::kernel_address();
        memory.write(name, address.get(..offered.min(address.len())).unwrap_or_default())?;
        memory.write(length, &12_u32.to_ne_bytes())?;
        Ok(datagram.told(flags) as i64)
    }

    fn receive_several(
        &mut self,
        memory: &mut Memory<'_>,
        call: &Call,
        from: Source,
    ) -> Result<i64, Errno> {
        let mut received = 0;
        for nth in 0..u64::from(call.word(2).min(1024)) {
            let place = call.argument(1).wrapping_add(nth * message::STRIDE);
            match self.receive_one(memory, place, from) {
                Ok(length) => {
                    let length = (length as u32).to_ne_bytes();
                    memory.write(place.wrapping_add(message::SENT), &length)?;
                    received += 1;
                }
                Err(errno) if received == 0 => return Err(errno),
                Err(_) => break,
            }
        }
        Ok(received)
    }

    fn receive_one(
        &mut self,
        memory: &mut Memory<'_>,
        address: u64,
        (inode, flags): Source,
    ) -> Result<i64, Errno> {
        let header = Header::read(memory, address)?;
        let datagram = self.datagram(inode, header.room(), flags)?;
        header.scatter(memory, &datagram.bytes)?;
        header.finish(memory, &message::kernel_address(), datagram.flags())?;
        Ok(datagram.told(flags) as i64)
    }

    /// Takes the next datagram out of the target's queue, or looks at it.
    fn datagram(&mut self, inode: u64, room: usize, flags: u32) -> Result<Datagram, Errno> {
        let socket = self.by_inode.get_mut(&inode).ok_or(Errno::EBADF)?;
        if flags & ERRORS != 0 {
            return Err(Errno::EAGAIN);
        }
        let room = room.min(LONGEST);
        socket.longest = socket.longest.max(room).min(SHORTEST * 8);
        if std::mem::take(&mut socket.has_lost) {
            return Err(Errno::ENOBUFS);
        }
        let mut bytes = vec![0; room];
        let mut how = RecvFlags::TRUNC | RecvFlags::DONTWAIT;
        how.set(RecvFlags::PEEK, flags & PEEK != 0);
        let received = rustix::net::recvfrom(&socket.end, bytes.as_mut_slice(), how);
        let (copied, length, _) = received.map_err(errno)?;
        bytes.truncate(copied);
        // There is room now.
        self.deliver(inode);
        Ok(Datagram { bytes, length })
    }
}
