//! The socket, and one answer at a time.

use crate::{Error, Refusal, Result};
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::{Family, SocketType};
use ifctl_kernel::{Errno, Kernel, Receive, Socket, SocketOption};
use ifctl_netlink::{Answer, DecodeError, EncodeError, Encoder, Head, Message, Messages};

/// The kernel's largest dump datagram; a smaller buffer loses messages.
const BUFFER: usize = 32 * 1024;

/// Bytes of receive queue that a connection asks for. A queued answer is charged some 830 bytes, and
/// the system's default of 212,992 bytes overflows at 256 of them.
pub(super) const QUEUE: u32 = 1 << 20;

/// A connection to a kernel's rtnetlink: devices, addresses, routes and neighbours.
///
/// What it reads and changes is the network namespace in which it was opened. Reading needs no
/// privilege; changing needs `CAP_NET_ADMIN` in the user namespace that owns that network namespace,
/// of the opener and of the caller, and is refused with `EPERM` before anything else is looked at.
///
/// Three ways to ask:
///
/// * lists: [`devices`](Self::devices), [`addresses`](Self::addresses), [`routes`](Self::routes),
///   [`neighbours`](Self::neighbours), read anew a few times where a change interrupted them; each has
///   a `visit_` form that borrows each message from the receive buffer and allocates nothing;
/// * changes one by one, such as [`add_address`](Self::add_address), each of which returns what the
///   kernel said;
/// * changes by the thousand: a [`Batch`](super::Batch), given to [`run`](Self::run).
///
/// No call waits: the kernel has answered when a send returns. An answer that is not there then is an
/// error, and never a hang.
///
/// ```no_run
/// use ifctl_netdevice::{Address, Host, Rtnetlink};
///
/// let mut rtnetlink = Rtnetlink::open(&Host)?;
/// let eth0 = rtnetlink.device_named(b"eth0")?;
/// let mut address = Address::new(eth0.index, [172, 16, 3, 10].into(), 16);
/// address.label = Some("eth0:0".try_into()?);
/// rtnetlink.add_address(&address)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// See rtnetlink(7) and netlink(7).
pub struct Rtnetlink {
    socket: Box<dyn Socket>,
    buffer: Vec<u8>,
    pub(super) encoder: Encoder,
    /// The one request of a change that is made alone.
    pub(super) single: Encoder,
    sequence: u32,
    is_strict: bool,
    pub(super) per_send: usize,
}

/// What came of an attempt to receive.
pub(super) enum Reception {
    /// This many bytes are in the buffer.
    Datagram(usize),
    /// Nothing is there.
    Empty,
    /// Messages were lost: the queue had overflowed.
    Overflow,
    /// A datagram was longer than the buffer, which has grown since.
    Truncated,
}

impl Rtnetlink {
    /// Opens a connection to this kernel, in the namespace that the kernel is seen from.
    ///
    /// Extended acknowledgements and strict checking of dump requests are switched on where the kernel
    /// has them (Linux 4.12 and 4.20); without strict checking, answers are filtered here.
    ///
    /// # Errors
    ///
    /// Those of socket(2): `EMFILE`, or `EAFNOSUPPORT` from a kernel without netlink.
    pub fn open(kernel: &dyn Kernel) -> Result<Self> {
        let socket = kernel
            .socket(Family::NETLINK, SocketType::RAW, 0)
            .map_err(|errno| Refusal::new("socket", "rtnetlink", errno))?;
        let has = |option| socket.set_option(option).is_ok();
        has(SocketOption::ExtendedAck(true));
        has(SocketOption::CappedAck(true));
        has(SocketOption::ReceiveBuffer(QUEUE));
        let is_strict = has(SocketOption::StrictChecking(true));
        Ok(Self {
            socket,
            buffer: vec![0; BUFFER],
            encoder: Encoder::new(),
            single: Encoder::new(),
            sequence: 0,
            is_strict,
            per_send: super::batch::PER_SEND,
        })
    }

    /// Limits the queue of answers not yet read to so many bytes, of which the kernel makes twice as
    /// many, between a minimum (2,304) and the system's maximum (`net.core.rmem_max`; none for
    /// `CAP_NET_ADMIN`).
    ///
    /// A small one makes large batches lose answers, see [`Outcome::lost`](super::Outcome::lost).
    ///
    /// # Errors
    ///
    /// Those of setsockopt(2).
    #[doc(alias("SO_RCVBUF", "SO_RCVBUFFORCE"))]
    pub fn set_receive_queue(&mut self, bytes: u32) -> Result<()> {
        self.socket
            .set_option(SocketOption::ReceiveBuffer(bytes))
            .map_err(|errno| Refusal::new("setsockopt", "SO_RCVBUF", errno).into())
    }

    /// Returns whether the kernel filters dumps as it is asked.
    pub(super) fn is_strict(&self) -> bool {
        self.is_strict
    }

    /// Takes so many sequence numbers, which follow one another, and returns the first.
    pub(super) fn take_sequences(&mut self, count: usize) -> u32 {
        let first = self.sequence.wrapping_add(1);
        // More than 2^32 requests in a batch do not fit into memory.
        self.sequence = self.sequence.wrapping_add(count as u32);
        first
    }

    /// Sends the messages to the kernel, in one datagram.
    pub(super) fn send(&self, bytes: &[u8]) -> Result<(), Errno> {
        let sent = self.socket.send(bytes)?;
        if sent == bytes.len() { Ok(()) } else { Err(Errno::EMSGSIZE) }
    }

    /// Takes the next datagram from the kernel. Those from other processes are passed over.
    pub(super) fn receive(&mut self) -> Result<Reception, Errno> {
        loop {
            let received = match self.socket.receive(&mut self.buffer, Receive::NOW) {
                Ok(received) => received,
                Err(Errno::EAGAIN) => return Ok(Reception::Empty),
                Err(Errno::ENOBUFS) => return Ok(Reception::Overflow),
                Err(errno) => return Err(errno),
            };
            if received.sender != 0 {
                continue;
            }
            if received.is_truncated() {
                self.buffer.resize(received.length.next_power_of_two(), 0);
                return Ok(Reception::Truncated);
            }
            return Ok(Reception::Datagram(received.copied));
        }
    }

    /// Asks for one thing and returns what its message is read as.
    pub(super) fn ask<T>(
        &mut self,
        kind: MessageType,
        subject: impl FnOnce() -> String,
        encode: impl FnOnce(Head, &mut Encoder) -> Result<(), EncodeError>,
        read: impl FnOnce(&Message<'_>) -> Result<T>,
    ) -> Result<T> {
        let operation = kind.name().unwrap_or("rtnetlink");
        let sequence = self.take_sequences(1);
        self.encoder.clear();
        encode(Head::request(kind, MessageFlags::empty(), sequence), &mut self.encoder)
            .map_err(unencodable(operation))?;
        if let Err(errno) = self.send(self.encoder.as_bytes()) {
            return Err(Refusal::new(operation, subject(), errno).into());
        }
        loop {
            let length = match self.receive() {
                Ok(Reception::Datagram(length)) => length,
                Ok(_) => return Err(Error::AnswerLost { operation }),
                Err(errno) => return Err(Refusal::new(operation, subject(), errno).into()),
            };
            for message in Messages::new(self.received(length)) {
                let message = message.map_err(malformed(operation))?;
                if message.sequence() != sequence {
                    continue;
                }
                if message.kind() != MessageType::ERROR {
                    return read(&message);
                }
                let answer = Answer::parse(&message).map_err(malformed(operation))?;
                return Err(match refusal(operation, subject, &answer) {
                    Some(refusal) => refusal.into(),
                    None => Error::Malformed { operation, detail: "no data".to_owned() },
                });
            }
        }
    }

    /// Returns the first bytes of the receive buffer.
    pub(super) fn received(&self, length: usize) -> &[u8] {
        self.buffer.get(..length).unwrap_or_default()
    }
}

/// Returns the error for a message that cannot be written.
pub(super) fn unencodable(operation: &'static str) -> impl FnOnce(EncodeError) -> Error {
    move |error| Error::Unencodable { operation, detail: error.to_string() }
}

/// Returns the error for a message that cannot be read.
pub(super) fn malformed(operation: &'static str) -> impl FnOnce(DecodeError) -> Error {
    move |error| Error::Malformed { operation, detail: error.to_string() }
}

/// Returns the refusal that an answer tells, `None` for success.
pub(super) fn refusal(
    operation: &'static str,
    subject: impl FnOnce() -> String,
    answer: &Answer<'_>,
) -> Option<Refusal> {
    if answer.errno() == 0 {
        return None;
    }
    let extended = answer.extended().value();
    let mut refusal = Refusal::new(operation, subject(), Errno::new(answer.errno()));
    refusal.message = extended.text.map(|text| String::from_utf8_lossy(text).into_owned());
    refusal.offset = extended.offset;
    Some(refusal)
}
