//! What can be wrong with bytes read, and with values to be written.

use core::fmt;

use ifctl_abi::netlink::MessageType;

/// Why a datagram or a message cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// A message header tells a length below its own size, or more than the datagram has left.
    ///
    /// A kernel ends the processing of a datagram here, silently.
    MessageLength {
        /// Where in the datagram the message begins.
        offset: usize,
        /// What the header tells.
        length: u32,
        /// Bytes left in the datagram, from `offset` on.
        available: usize,
    },
    /// The datagram ends in something that is neither padding nor a whole message header.
    ///
    /// A kernel skips it, silently.
    Fragment {
        /// Where in the datagram it begins.
        offset: usize,
        /// Its bytes.
        available: usize,
    },
    /// The message is of another kind than was asked to be read.
    Kind {
        /// What it is.
        found: MessageType,
        /// What it should be.
        expected: &'static str,
    },
    /// The message is too short for the fixed part of its kind.
    ///
    /// A kernel answers EINVAL, "Invalid header length".
    Body {
        /// What the message is.
        kind: MessageType,
        /// Bytes after the message header.
        length: usize,
        /// Bytes of the fixed part.
        needed: usize,
    },
}

impl fmt::Display for DecodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::MessageLength { offset, length, available } => write!(
                formatter,
                "netlink message at byte {offset} tells a length of {length}, of which {available} bytes are there"
            ),
            Self::Fragment { offset, available } => write!(
                formatter,
                "netlink datagram ends with {available} bytes at byte {offset} that are no message"
            ),
            Self::Kind { found, expected } => {
                write!(formatter, "netlink message is {found} and not {expected}")
            }
            Self::Body { kind, length, needed } => {
                write!(formatter, "{kind} message has a body of {length} bytes, it needs {needed}")
            }
        }
    }
}

impl core::error::Error for DecodeError {}

/// An attribute that is there but cannot be read as what it should be.
///
/// A kernel answers ERANGE, "Attribute failed policy validation", with `offset` in the extended
/// ACK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttributeError {
    /// The attribute's number.
    pub kind: u16,
    /// Where the attribute begins, from the beginning of the message's header.
    pub offset: usize,
    /// Bytes of its payload.
    pub length: usize,
    /// Bytes that the payload needs; 0 where no length would do, as an address of a family that is
    /// neither IPv4 nor IPv6.
    pub needed: usize,
}

impl fmt::Display for AttributeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "netlink attribute {} at byte {} has {} bytes, it needs {}",
            self.kind, self.offset, self.length, self.needed
        )
    }
}

impl core::error::Error for AttributeError {}

/// Why a message cannot be written. The encoder is then as it was before the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// An attribute, or a next hop, would be longer than the 65,535 bytes that its length field
    /// can tell.
    AttributeTooLong {
        /// The attribute's number.
        kind: u16,
        /// Bytes that it would have, header included.
        length: usize,
    },
    /// The message alone is longer than the encoder's limit.
    MessageTooLong {
        /// Bytes that the message has or, where writing stopped early, would at least have.
        length: usize,
        /// The limit.
        limit: usize,
    },
    /// The message no longer fits behind those already written; it would fit into an empty
    /// encoder, as far as it was written.
    Full {
        /// Bytes that all messages would at least have.
        length: usize,
        /// The limit.
        limit: usize,
    },
}

impl fmt::Display for EncodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::AttributeTooLong { kind, length } => write!(
                formatter,
                "netlink attribute {kind} would have {length} bytes, 65535 are the most"
            ),
            Self::MessageTooLong { length, limit } => {
                write!(formatter, "netlink message would have {length} bytes, the limit is {limit}")
            }
            Self::Full { length, limit } => {
                write!(formatter, "netlink batch would have {length} bytes, the limit is {limit}")
            }
        }
    }
}

impl core::error::Error for EncodeError {}
