//! Datagrams and the messages in them.

use core::iter::FusedIterator;

use ifctl_abi::netlink::{MessageFlags, MessageType, NetlinkHeader};
use zerocopy::FromBytes;

use crate::{Attributes, DecodeError, aligned};

/// One message, borrowed from a datagram. See netlink(7).
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    header: NetlinkHeader,
    bytes: &'a [u8],
}

impl<'a> Message<'a> {
    /// Returns the header.
    #[must_use]
    pub fn header(&self) -> &NetlinkHeader {
        &self.header
    }

    /// Returns what the message is.
    #[must_use]
    pub fn kind(&self) -> MessageType {
        self.header.kind
    }

    /// Returns the flags.
    #[must_use]
    pub fn flags(&self) -> MessageFlags {
        self.header.flags
    }

    /// Returns the sequence number: the request's, in an answer.
    #[must_use]
    pub fn sequence(&self) -> u32 {
        self.header.sequence
    }

    /// Returns the port that the message is from or for, as its header tells it.
    ///
    /// That it was the kernel that sent it is told by the datagram's sender address alone.
    #[must_use]
    pub fn port(&self) -> u32 {
        self.header.port
    }

    /// Returns whether the dump that the message belongs to was interrupted by a change
    /// (NLM_F_DUMP_INTR). It may stand on any message of the dump, so each must be asked.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        self.header.flags.contains(MessageFlags::DUMP_INTR)
    }

    /// Returns the whole message, its header included, padding after it not.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Returns what follows the header.
    #[must_use]
    pub fn payload(&self) -> &'a [u8] {
        self.bytes.get(size_of::<NetlinkHeader>()..).unwrap_or_default()
    }

    /// Returns the fixed part that the payload begins with, and the attributes after it.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Body`] if the payload is shorter than the fixed part.
    pub fn body<T: FromBytes>(&self) -> Result<(T, Attributes<'a>), DecodeError> {
        let payload = self.payload();
        let Ok((body, _)) = T::read_from_prefix(payload) else {
            return Err(DecodeError::Body {
                kind: self.header.kind,
                length: payload.len(),
                needed: size_of::<T>(),
            });
        };
        let start = aligned(size_of::<T>());
        let attributes = payload.get(start..).unwrap_or_default();
        Ok((body, Attributes::at(attributes, size_of::<NetlinkHeader>() + start)))
    }
}

/// The messages of a datagram, in order.
///
/// Padding behind a message is skipped, and so is an end too short for a header that has fewer
/// than four bytes or is all zeros. After an error the iterator ends: where the next message begins is not
/// known. Give it what was received, not the whole buffer.
///
/// ```
/// use ifctl_netlink::{DecodeError, Messages};
///
/// let mut datagram = [0; 20];
/// datagram[0] = 200; // nlmsg_len
/// let error = DecodeError::MessageLength { offset: 0, length: 200, available: 20 };
/// assert_eq!(Messages::new(&datagram).next().map(|message| message.unwrap_err()), Some(error));
/// ```
#[derive(Clone, Debug)]
pub struct Messages<'a> {
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Messages<'a> {
    /// Returns the messages of a datagram.
    #[must_use]
    pub fn new(datagram: &'a [u8]) -> Self {
        Self { rest: datagram, offset: 0 }
    }

    fn stop(&mut self) {
        self.rest = &[];
    }

    #[cold]
    fn tail(&mut self) -> Option<Result<Message<'a>, DecodeError>> {
        let tail = self.rest;
        self.stop();
        if tail.len() < 4 || tail.iter().all(|&byte| byte == 0) {
            return None;
        }
        Some(Err(DecodeError::Fragment { offset: self.offset, available: tail.len() }))
    }

    #[cold]
    fn bad_length(&mut self, length: u32) -> DecodeError {
        let available = self.rest.len();
        self.stop();
        DecodeError::MessageLength { offset: self.offset, length, available }
    }
}

impl<'a> Iterator for Messages<'a> {
    type Item = Result<Message<'a>, DecodeError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let Ok((header, _)) = NetlinkHeader::read_from_prefix(self.rest) else {
            return self.tail();
        };
        let length = usize::try_from(header.length).unwrap_or(usize::MAX);
        let bytes = match self.rest.get(..length) {
            Some(bytes) if length >= size_of::<NetlinkHeader>() => bytes,
            _ => return Some(Err(self.bad_length(header.length))),
        };
        let step = aligned(length).min(self.rest.len());
        self.rest = self.rest.get(step..).unwrap_or_default();
        self.offset += step;
        Some(Ok(Message { header, bytes }))
    }
}

impl FusedIterator for Messages<'_> {}
