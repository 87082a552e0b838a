//! What the targets send with an address, or in pieces.

use super::{Header, LONGEST, Sockets, message};
use crate::memory::Memory;
use ifctl_kernel::{Errno, Socket as _};
use ifctl_linux::supervise::Call;
use ifctl_virtual::UserMemory as _;

/// A request, for whoever follows what is asked.
pub(crate) type Sent = Vec<Vec<u8>>;

impl Sockets {
    /// Answers `sendto` with an address.
    pub(crate) fn send_to(
        &mut self,
        memory: &Memory<'_>,
        call: &Call,
        inode: u64,
    ) -> Result<(i64, Sent), Errno> {
        let (port, _) = message::address(memory, call.argument(4), call.word(5))?;
        let length = usize::try_from(call.argument(2)).map_err(|_| Errno::EMSGSIZE)?;
        if length > LONGEST {
            return Err(Errno::EMSGSIZE);
        }
        let mut bytes = vec![0; length];
        memory.read(call.argument(1), &mut bytes)?;
        Ok((self.send(inode, port, &bytes)?, vec![bytes]))
    }

    /// Answers `sendmsg`.
    pub(crate) fn send_message(
        &mut self,
        memory: &Memory<'_>,
        call: &Call,
        inode: u64,
    ) -> Result<(i64, Sent), Errno> {
        let (length, bytes) = self.send_one(memory, call.argument(1), inode)?;
        Ok((length, vec![bytes]))
    }

    /// Answers `sendmmsg`: as many as went, unless none did.
    pub(crate) fn send_messages(
        &mut self,
        memory: &mut Memory<'_>,
        call: &Call,
        inode: u64,
    ) -> Result<(i64, Sent), Errno> {
        let mut sent = Vec::new();
        for nth in 0..u64::from(call.word(2).min(1024)) {
            let place = call.argument(1).wrapping_add(nth * message::STRIDE);
            match self.send_one(memory, place, inode) {
                Ok((length, bytes)) => {
                    let length = (length as u32).to_ne_bytes();
                    memory.write(place.wrapping_add(message::SENT), &length)?;
                    sent.push(bytes);
                }
                Err(errno) if sent.is_empty() => return Err(errno),
                Err(_) => break,
            }
        }
        Ok((sent.len() as i64, sent))
    }

    fn send_one(
        &mut self,
        memory: &Memory<'_>,
        address: u64,
        inode: u64,
    ) -> Result<(i64, Vec<u8>), Errno> {
        let header = Header::read(memory, address)?;
        let port = match header.name {
            0 => 0,
            name => message::address(memory, name, header.name_length)?.0,
        };
        let bytes = header.gather(memory, LONGEST)?;
        Ok((self.send(inode, port, &bytes)?, bytes))
    }

    /// Carries a datagram out, and gives the answer to whom it concerns.
    fn send(&mut self, inode: u64, port: u32, bytes: &[u8]) -> Result<i64, Errno> {
        if port != 0 {
            // Nobody but the kernel is there.
            return Err(Errno::ECONNREFUSED);
        }
        let socket = self.by_inode.get(&inode).ok_or(Errno::EBADF)?;
        let sent = socket.model.send(bytes);
        if let (Err(errno), Some(answers)) = (&sent, &mut self.answers) {
            answers.refuse(bytes, *errno);
        }
        let sent = sent?;
        self.deliver(inode);
        self.tell();
        Ok(sent as i64)
    }
}
