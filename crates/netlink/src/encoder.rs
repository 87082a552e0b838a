//! Writing messages.

extern crate alloc;

use alloc::vec::Vec;
use core::net::IpAddr;

use ifctl_abi::netlink::{
    AttributeHeader, MessageFlags, MessageType, NLA_TYPE_MASK, NetlinkHeader,
};
use ifctl_abi::rtnetlink::{NextHopHeader, RTA_MULTIPATH};
use zerocopy::{Immutable, IntoBytes};

use crate::{EncodeError, aligned};

/// What the header of a message to be written holds, save its length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// What the message is.
    pub kind: MessageType,
    /// Flags.
    pub flags: MessageFlags,
    /// Sequence number.
    pub sequence: u32,
    /// Port: 0 in a request, the receiver's in an answer.
    pub port: u32,
}

impl Head {
    /// Returns the head of a request to a kernel: NLM_F_REQUEST and these flags.
    #[must_use]
    pub fn request(kind: MessageType, flags: MessageFlags, sequence: u32) -> Self {
        Self { kind, flags: flags | MessageFlags::REQUEST, sequence, port: 0 }
    }

    /// Returns the head of a dump request: NLM_F_REQUEST and NLM_F_DUMP.
    #[must_use]
    pub fn dump(kind: MessageType, sequence: u32) -> Self {
        Self::request(kind, MessageFlags::DUMP, sequence)
    }

    /// Returns the head of an answer to a request: its sequence number, for the socket with this
    /// port.
    #[must_use]
    pub fn answer(
        request: &NetlinkHeader,
        kind: MessageType,
        flags: MessageFlags,
        port: u32,
    ) -> Self {
        Self { kind, flags, sequence: request.sequence, port }
    }
}

/// Writes messages one behind the other into one buffer, for one send.
///
/// Each message is written whole or not at all. [`clear`](Self::clear) keeps the buffer.
///
/// ```
/// use ifctl_abi::netlink::{MessageFlags, MessageType};
/// use ifctl_abi::rtnetlink::{IFLA_MTU, LinkHeader};
/// use ifctl_netlink::{Encoder, Head};
///
/// let mut encoder = Encoder::new();
/// for (index, sequence) in (2..5).zip(1..) {
///     let head = Head::request(MessageType::SETLINK, MessageFlags::ACK, sequence);
///     let body = LinkHeader { index, ..LinkHeader::default() };
///     encoder.message(head, &body, |attributes| {
///         attributes.u32(IFLA_MTU, 9000);
///     })?;
/// }
/// assert_eq!((encoder.messages(), encoder.as_bytes().len()), (3, 3 * (16 + 16 + 8)));
/// # Ok::<(), ifctl_netlink::EncodeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Encoder {
    bytes: Vec<u8>,
    limit: usize,
    messages: usize,
}

/// A message's length is a C `int` in most programs, the kernel included.
const LONGEST: usize = i32::MAX as usize;

impl Default for Encoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Encoder {
    /// Returns an empty encoder, limited to 2 GiB only.
    #[must_use]
    pub fn new() -> Self {
        Self::with_limit(LONGEST)
    }

    /// Returns an empty encoder that refuses messages past so many bytes in all.
    ///
    /// One send to the kernel takes at most the socket's SO_SNDBUF less 32 bytes (212,960 by
    /// default; EMSGSIZE beyond). A kernel's dump datagrams end at 32 KiB.
    #[must_use]
    pub fn with_limit(limit: usize) -> Self {
        Self { bytes: Vec::new(), limit: limit.min(LONGEST), messages: 0 }
    }

    /// Appends a message: its fixed part, then the attributes that the closure writes.
    ///
    /// # Errors
    ///
    /// [`EncodeError`]; the encoder is then as before.
    pub fn message<B>(
        &mut self,
        head: Head,
        body: &B,
        attributes: impl FnOnce(&mut AttributeWriter<'_>),
    ) -> Result<(), EncodeError>
    where
        B: IntoBytes + Immutable,
    {
        self.message_of_parts(head, [body.as_bytes(), &[]], attributes)
    }

    /// Appends a message whose fixed part is two pieces, as an error's is.
    pub(crate) fn message_of_parts(
        &mut self,
        head: Head,
        body: [&[u8]; 2],
        attributes: impl FnOnce(&mut AttributeWriter<'_>),
    ) -> Result<(), EncodeError> {
        let start = self.bytes.len();
        let mut writer =
            AttributeWriter { bytes: &mut self.bytes, limit: self.limit, failure: None };
        let header = NetlinkHeader {
            length: 0,
            kind: head.kind,
            flags: head.flags,
            sequence: head.sequence,
            port: head.port,
        };
        let length = body
            .iter()
            .fold(size_of::<NetlinkHeader>(), |length, part| length.saturating_add(part.len()));
        if writer.has_room(aligned(length)) {
            writer.bytes.extend_from_slice(header.as_bytes());
            for part in body {
                writer.bytes.extend_from_slice(part);
            }
        }
        let unpadded = writer.bytes.len();
        writer.pad();
        let padded = writer.bytes.len();
        attributes(&mut writer);
        // The length counts the padding of attributes, as the kernel's does, but none behind a
        // message without attributes.
        let failure = writer.failure;
        let end = if self.bytes.len() == padded { unpadded } else { self.bytes.len() };
        match failure.or_else(|| self.write_length(start, end).err()) {
            None => {
                self.messages += 1;
                Ok(())
            }
            Some(error) => {
                self.bytes.truncate(start);
                Err(match error {
                    EncodeError::Full { length, limit } if length - start > limit => {
                        EncodeError::MessageTooLong { length: length - start, limit }
                    }
                    error => error,
                })
            }
        }
    }

    /// Returns the messages.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the messages as the buffer that they are in.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Returns how many messages there are.
    #[must_use]
    pub fn messages(&self) -> usize {
        self.messages
    }

    /// Returns whether there is no message.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.messages == 0
    }

    /// Forgets the messages, keeps the buffer and the limit.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.messages = 0;
    }

    fn write_length(&mut self, start: usize, end: usize) -> Result<(), EncodeError> {
        let length = end - start;
        let too_long = EncodeError::MessageTooLong { length, limit: self.limit };
        let length = u32::try_from(length).map_err(|_| too_long)?;
        patch(&mut self.bytes, start, &length.to_ne_bytes());
        Ok(())
    }
}

/// Writes the attributes of one message, or of one nest.
///
/// Calls chain. A call that fails is remembered: the calls after it write nothing, and
/// [`Encoder::message`] returns the error and takes the message back.
///
/// `kind` is the attribute's number; NLA_F_NESTED may be added where a kernel sends it.
#[derive(Debug)]
pub struct AttributeWriter<'e> {
    bytes: &'e mut Vec<u8>,
    limit: usize,
    failure: Option<EncodeError>,
}

impl AttributeWriter<'_> {
    /// Appends an attribute with these bytes as its payload.
    pub fn bytes(&mut self, kind: u16, payload: &[u8]) -> &mut Self {
        self.parts(kind, payload, &[])
    }

    /// Appends an attribute without payload, whose presence is what it says.
    pub fn flag(&mut self, kind: u16) -> &mut Self {
        self.parts(kind, &[], &[])
    }

    /// Appends a text and the NUL that ends it.
    pub fn text(&mut self, kind: u16, text: &[u8]) -> &mut Self {
        self.parts(kind, text, &[0])
    }

    /// Appends a structure, or a number in the host's byte order.
    pub fn value<T>(&mut self, kind: u16, value: &T) -> &mut Self
    where
        T: IntoBytes + Immutable,
    {
        self.parts(kind, value.as_bytes(), &[])
    }

    /// Appends a number of one byte.
    pub fn u8(&mut self, kind: u16, number: u8) -> &mut Self {
        self.value(kind, &number)
    }

    /// Appends a number of two bytes in the host's order.
    pub fn u16(&mut self, kind: u16, number: u16) -> &mut Self {
        self.value(kind, &number)
    }

    /// Appends a number of four bytes in the host's order.
    pub fn u32(&mut self, kind: u16, number: u32) -> &mut Self {
        self.value(kind, &number)
    }

    /// Appends a number of eight bytes in the host's order.
    pub fn u64(&mut self, kind: u16, number: u64) -> &mut Self {
        self.value(kind, &number)
    }

    /// Appends a signed number of four bytes in the host's order.
    pub fn i32(&mut self, kind: u16, number: i32) -> &mut Self {
        self.value(kind, &number)
    }

    /// Appends a number of two bytes in network byte order.
    pub fn be16(&mut self, kind: u16, number: u16) -> &mut Self {
        self.value(kind, &number.to_be_bytes())
    }

    /// Appends a number of four bytes in network byte order.
    pub fn be32(&mut self, kind: u16, number: u32) -> &mut Self {
        self.value(kind, &number.to_be_bytes())
    }

    /// Appends an IP address: 4 or 16 bytes.
    pub fn address(&mut self, kind: u16, address: IpAddr) -> &mut Self {
        match address {
            IpAddr::V4(address) => self.bytes(kind, &address.octets()),
            IpAddr::V6(address) => self.bytes(kind, &address.octets()),
        }
    }

    /// Appends an attribute whose payload is the attributes that the closure writes.
    pub fn nested(&mut self, kind: u16, inner: impl FnOnce(&mut Self)) -> &mut Self {
        self.record(kind, &AttributeHeader { length: 0, kind }, inner)
    }

    /// Appends an attribute whose payload is a structure and the attributes that the closure
    /// writes, as VETH_INFO_PEER is.
    pub fn nested_with<T>(
        &mut self,
        kind: u16,
        body: &T,
        inner: impl FnOnce(&mut Self),
    ) -> &mut Self
    where
        T: IntoBytes + Immutable,
    {
        self.nested(kind, |writer| {
            if writer.has_room(aligned(size_of::<T>())) {
                writer.bytes.extend_from_slice(body.as_bytes());
                writer.pad();
                inner(writer);
            }
        })
    }

    /// Appends a next hop of RTA_MULTIPATH: its head, whose length is filled in, and the
    /// attributes that the closure writes.
    pub fn next_hop(&mut self, head: &NextHopHeader, inner: impl FnOnce(&mut Self)) -> &mut Self {
        self.record(RTA_MULTIPATH, head, inner)
    }

    /// Appends something whose first two bytes are its length.
    fn record<H>(&mut self, kind: u16, head: &H, inner: impl FnOnce(&mut Self)) -> &mut Self
    where
        H: IntoBytes + Immutable,
    {
        if !self.has_room(aligned(size_of::<H>())) {
            return self;
        }
        let start = self.bytes.len();
        self.bytes.extend_from_slice(head.as_bytes());
        self.pad();
        inner(self);
        let length = self.bytes.len() - start;
        match u16::try_from(length) {
            Ok(length) => patch(self.bytes, start, &length.to_ne_bytes()),
            Err(_) => self.fail(EncodeError::AttributeTooLong { kind: number(kind), length }),
        }
        self
    }

    fn parts(&mut self, kind: u16, payload: &[u8], ending: &[u8]) -> &mut Self {
        let length =
            size_of::<AttributeHeader>().saturating_add(payload.len()).saturating_add(ending.len());
        let Ok(told) = u16::try_from(length) else {
            self.fail(EncodeError::AttributeTooLong { kind: number(kind), length });
            return self;
        };
        if self.has_room(aligned(length)) {
            self.bytes.extend_from_slice(AttributeHeader { length: told, kind }.as_bytes());
            self.bytes.extend_from_slice(payload);
            self.bytes.extend_from_slice(ending);
            self.pad();
        }
        self
    }

    /// Returns whether so many more bytes may be written, and remembers the failure if not.
    fn has_room(&mut self, more: usize) -> bool {
        let length = self.bytes.len().saturating_add(more);
        if length > self.limit {
            self.fail(EncodeError::Full { length, limit: self.limit });
        }
        self.failure.is_none()
    }

    fn fail(&mut self, error: EncodeError) {
        self.failure.get_or_insert(error);
    }

    /// Messages begin aligned, so the buffer's length aligns what is in it.
    fn pad(&mut self) {
        self.bytes.resize(aligned(self.bytes.len()), 0);
    }
}

fn number(kind: u16) -> u16 {
    kind & NLA_TYPE_MASK
}

fn patch(bytes: &mut [u8], start: usize, value: &[u8]) {
    if let Some(room) = bytes.get_mut(start..start + value.len()) {
        room.copy_from_slice(value);
    }
}
