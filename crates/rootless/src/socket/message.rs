//! `struct msghdr` in a target's memory.

use crate::memory::Memory;
use ifctl_kernel::Errno;
use ifctl_virtual::UserMemory;

/// The bytes of `struct msghdr`.
const LENGTH: usize = 56;

/// From one to the next in an array of `struct mmsghdr`, and where the length stands in each.
pub(super) const STRIDE: u64 = 64;
pub(super) const SENT: u64 = 56;

/// The most pieces that a message may have.
#[doc(alias = "UIO_MAXIOV")]
const MOST: u64 = 1024;

/// A message's header.
pub(super) struct Header {
    address: u64,
    pub(super) name: u64,
    pub(super) name_length: u32,
    pieces: Vec<(u64, usize)>,
}

fn number(bytes: &[u8], at: usize) -> u64 {
    let eight = bytes.get(at..at + 8).and_then(|bytes| bytes.try_into().ok());
    u64::from_ne_bytes(eight.unwrap_or_default())
}

impl Header {
    pub(super) fn read(memory: &Memory<'_>, address: u64) -> Result<Self, Errno> {
        let bytes: [u8; LENGTH] = memory.bytes(address)?;
        let (pieces, count) = (number(&bytes, 16), number(&bytes, 24));
        if count > MOST {
            return Err(Errno::EMSGSIZE);
        }
        let mut raw = vec![0; count as usize * 16];
        memory.read(pieces, &mut raw)?;
        let pieces = raw.chunks_exact(16).map(|piece| {
            let length = usize::try_from(number(piece, 8)).map_err(|_| Errno::EINVAL)?;
            Ok((number(piece, 0), length))
        });
        Ok(Self {
            address,
            name: number(&bytes, 0),
            name_length: number(&bytes, 8) as u32,
            pieces: pieces.collect::<Result<_, Errno>>()?,
        })
    }

    /// Returns the room that the pieces have together.
    pub(super) fn room(&self) -> usize {
        self.pieces.iter().fold(0, |sum, (_, length)| sum.saturating_add(*length))
    }

    /// Reads what the pieces hold, if it is not longer than that.
    pub(super) fn gather(&self, memory: &Memory<'_>, most: usize) -> Result<Vec<u8>, Errno> {
        if self.room() > most {
            return Err(Errno::EMSGSIZE);
        }
        let mut bytes = vec![0; self.room()];
        let mut rest = bytes.as_mut_slice();
        for (address, length) in &self.pieces {
            let (piece, behind) = rest.split_at_mut_checked(*length).ok_or(Errno::EMSGSIZE)?;
            memory.read(*address, piece)?;
            rest = behind;
        }
        Ok(bytes)
    }

    /// Writes bytes into the pieces.
    pub(super) fn scatter(&self, memory: &mut Memory<'_>, bytes: &[u8]) -> Result<(), Errno> {
        let mut rest = bytes;
        for (address, length) in &self.pieces {
            let (piece, behind) = rest.split_at(rest.len().min(*length));
            memory.write(*address, piece)?;
            rest = behind;
        }
        Ok(())
    }

    /// Writes what a receive tells besides: who sent it, no control data, and flags.
    pub(super) fn finish(
        &self,
        memory: &mut Memory<'_>,
        sender: &[u8; 12],
        flags: u32,
    ) -> Result<(), Errno> {
        if self.name != 0 {
            let length = sender.len().min(self.name_length as usize);
            memory.write(self.name, sender.get(..length).unwrap_or_default())?;
            memory.write(self.address + 8, &12_u32.to_ne_bytes())?;
        }
        memory.write(self.address + 40, &0_u64.to_ne_bytes())?;
        memory.write(self.address + 48, &flags.to_ne_bytes())
    }
}

/// The kernel's address, as a receive shows it.
pub(super) fn kernel_address() -> [u8; 12] {
    let mut address = [0; 12];
    let [low, high] = (libc::AF_NETLINK as u16).to_ne_bytes();
    (address[0], address[1]) = (low, high);
    address
}

/// The port and the groups of a `struct sockaddr_nl`.
pub(super) fn address(memory: &Memory<'_>, at: u64, length: u32) -> Result<(u32, u32), Errno> {
    if length < 12 {
        return Err(Errno::EINVAL);
    }
    let bytes: [u8; 12] = memory.bytes(at)?;
    let [family, family_high, _, _, p0, p1, p2, p3, g0, g1, g2, g3] = bytes;
    if u16::from_ne_bytes([family, family_high]) != libc::AF_NETLINK as u16 {
        return Err(Errno::EINVAL);
    }
    Ok((u32::from_ne_bytes([p0, p1, p2, p3]), u32::from_ne_bytes([g0, g1, g2, g3])))
}
