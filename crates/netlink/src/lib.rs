//! A borrowed rtnetlink codec, for both ends of the socket.
//!
//! One codec reads requests and writes answers (a kernel), and writes requests and reads answers
//! (a client), so that the two cannot disagree. It does no I/O and knows no socket.
//!
//! * **Reading does not allocate.** [`Messages`] walks a datagram; [`AddressMessage`],
//!   [`LinkMessage`], [`RouteMessage`] and [`NeighbourMessage`] are views that borrow from it, and
//!   [`Answer`] is an error, an acknowledgement or the end of a dump.
//! * **Each view has a small value** ([`Address`], [`Link`], [`Route`], [`Neighbour`]), which
//!   `value` returns and `encode` writes, as a request or as a kernel's answer.
//! * **[`Encoder`]** appends any number of messages to one buffer, for one send.
//!
//! # What is tolerated, and what is an error
//!
//! Kernels older and newer than this crate must both be understood:
//!
//! * An attribute that is unknown is skipped, and stays reachable through `attributes`.
//! * A payload may be longer than what is known of it: the known part is read. Structures that
//!   grew over time (counters) may be shorter: what lacks reads 0.
//! * A payload too short for its type is an [`AttributeError`] *of that attribute*. Getters return
//!   `Result<Option<T>, AttributeError>`: absent and malformed are different things. The rest of
//!   the message stays readable.
//! * Of attributes that come twice the last one counts, as in the kernel.
//! * A message header that contradicts the datagram, or a message too short for its fixed part,
//!   is a [`DecodeError`].
//!
//! Names and labels are bytes: the kernel does not promise UTF-8.
//!
//! No call in this crate panics, whatever bytes it is given.
//!
//! # Example
//!
//! ```
//! use std::net::IpAddr;
//!
//! use ifctl_abi::netlink::{MessageFlags, MessageType};
//! use ifctl_netlink::{Address, AddressMessage, Encoder, Head, Messages};
//!
//! let mut encoder = Encoder::new();
//! let address = Address {
//!     label: Some(b"eth0:1"),
//!     ..Address::new(2, IpAddr::from([10, 0, 0, 1]), 24)
//! };
//! let flags = MessageFlags::CREATE | MessageFlags::EXCL | MessageFlags::ACK;
//! address.encode(Head::request(MessageType::NEWADDR, flags, 1), &mut encoder)?;
//!
//! // The other end.
//! for message in Messages::new(encoder.as_bytes()) {
//!     let message = message?;
//!     let view = AddressMessage::parse(&message)?;
//!     assert_eq!(view.local()?, Some(IpAddr::from([10, 0, 0, 1])));
//!     assert_eq!(view.peer()?, None);
//!     assert_eq!(view.label(), Some(&b"eth0:1"[..]));
//!     assert_eq!(view.value()?, address);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]
// Only the encoder names `alloc`: that the rest does not allocate is the compiler's to check.
#![no_std]

mod address;
mod answer;
mod attribute;
mod encoder;
mod error;
mod link;
mod message;
mod neighbour;
mod route;
mod table;

pub use address::{Address, AddressMessage, dump_addresses};
pub use answer::{Answer, ExtendedAck, ExtendedAckView, encode_done, encode_error};
pub use attribute::{Attribute, Attributes};
pub use encoder::{AttributeWriter, Encoder, Head};
pub use error::{AttributeError, DecodeError, EncodeError};
pub use link::{
    Bridge, Link, LinkFilter, LinkInfo, LinkKind, LinkMessage, Macvlan, Names, Peer, Tun, Vlan,
    Vxlan, dump_links,
};
pub use message::{Message, Messages};
pub use neighbour::{Neighbour, NeighbourFilter, NeighbourMessage, dump_neighbours};
pub use route::{
    Metrics, NextHop, NextHopIter, NextHops, Route, RouteFilter, RouteMessage, dump_routes,
};
pub use table::AttributeTable;

use ifctl_abi::netlink::NLMSG_ALIGNTO;

/// Returns the length with the padding that netlink puts after it.
const fn aligned(length: usize) -> usize {
    length.saturating_add(NLMSG_ALIGNTO - 1) & !(NLMSG_ALIGNTO - 1)
}
