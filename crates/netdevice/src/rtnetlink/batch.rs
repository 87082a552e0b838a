//! Many changes in few sends, each answer with its request.

use super::Rtnetlink;
use super::connection::{Reception, refusal, unencodable};
use crate::{DeviceName, Error, Refusal, Result};
use core::marker::PhantomData;
use ifctl_abi::netlink::{MessageFlags, MessageType, NetlinkHeader};
use ifctl_kernel::Errno;
use ifctl_netlink::{
    AddressMessage, Answer, EncodeError, Encoder, Head, LinkMessage, Message, Messages,
    NeighbourMessage, RouteMessage,
};
use std::os::fd::BorrowedFd;
use zerocopy::{FromBytes, IntoBytes};

/// The most requests in one send. If each of them were refused, the answers would fit into a receive
/// queue of the default size, which overflows at 256.
pub(super) const PER_SEND: usize = 200;

/// The most bytes in one send, unless one request alone has more: below the default limit of a send
/// buffer (212,960).
const SEND_BYTES: usize = 128 * 1024;

/// Changes to be made together: written down here, made by [`Rtnetlink::run`].
///
/// A batch is no transaction: each change stands alone, a refused one stops nothing and undoes nothing.
/// They are made in order. The descriptors of network namespaces that changes name stay borrowed.
///
/// ```no_run
/// use ifctl_netdevice::{Address, Batch, Host, Rtnetlink};
///
/// let mut batch = Batch::new();
/// for host in 1..=254 {
///     batch.add_address(&Address::new(2, [10, 0, 0, host].into(), 24))?;
/// }
/// let outcome = Rtnetlink::open(&Host)?.run(&batch);
/// println!("{} of {} added", outcome.done(), outcome.asked());
/// for (place, error) in outcome.failures() {
///     println!("10.0.0.{}: {error}", place + 1);
/// }
/// # Ok::<(), ifctl_netdevice::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Batch<'fd> {
    /// The messages, whose sequence numbers are given when they are sent.
    encoder: Encoder,
    /// A message names a network namespace by a descriptor's number, which must still be that namespace's
    /// when it is sent.
    descriptors: PhantomData<BorrowedFd<'fd>>,
}

impl Batch<'_> {
    /// Returns an empty batch.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns how many changes there are.
    pub fn len(&self) -> usize {
        self.encoder.messages()
    }

    /// Returns whether there is no change.
    pub fn is_empty(&self) -> bool {
        self.encoder.is_empty()
    }

    /// Forgets all changes, and keeps the memory.
    pub fn clear(&mut self) {
        self.encoder.clear();
    }

    /// Appends a change.
    pub(super) fn push(
        &mut self,
        kind: MessageType,
        flags: MessageFlags,
        encode: impl FnOnce(Head, &mut Encoder) -> Result<(), EncodeError>,
    ) -> Result<()> {
        encode(Head::request(kind, flags, 0), &mut self.encoder)
            .map_err(unencodable(kind.name().unwrap_or("rtnetlink")))
    }
}

/// What came of a batch: each request was done, refused, or its answer was lost.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    asked: usize,
    failures: Vec<(usize, Error)>,
}

impl Outcome {
    /// Returns how many changes were asked for.
    pub fn asked(&self) -> usize {
        self.asked
    }

    /// Returns how many were made.
    pub fn done(&self) -> usize {
        self.asked - self.failures.len().min(self.asked)
    }

    /// Returns how many were refused.
    pub fn refused(&self) -> usize {
        self.failures.len() - self.lost()
    }

    /// Returns how many were made or refused without our knowing which, as the queue of answers
    /// overflowed.
    pub fn lost(&self) -> usize {
        let lost = |error: &Error| matches!(error, Error::AnswerLost { .. });
        self.failures.iter().filter(|(_, error)| lost(error)).count()
    }

    /// Returns those that were not surely made: their places in the batch, in order, and why.
    pub fn failures(&self) -> &[(usize, Error)] {
        &self.failures
    }

    /// Returns each request's result, in order.
    pub fn results(&self) -> impl Iterator<Item = Result<(), &Error>> {
        let mut failures = self.failures.iter().peekable();
        (0..self.asked).map(move |place| match failures.next_if(|(at, _)| *at == place) {
            Some((_, error)) => Err(error),
            None => Ok(()),
        })
    }

    /// Returns each request's result, in order.
    pub fn into_results(self) -> Vec<Result<()>> {
        self.results().map(|result| result.map_err(Error::clone)).collect()
    }

    /// Returns success if all was done, else the first failure.
    ///
    /// # Errors
    ///
    /// The first failure.
    pub fn into_result(self) -> Result<()> {
        self.failures.into_iter().next().map_or(Ok(()), |(_, error)| Err(error))
    }
}

impl Rtnetlink {
    /// Makes the changes of a batch, in order, and returns what came of each.
    ///
    /// Up to 200 go with one send. Only the last of a send is acknowledged, so that success costs
    /// nothing; failures are told by their requests' sequence numbers. What was not answered counts as
    /// done only where that acknowledgement came and no answer was lost. Where answers were lost (a
    /// receive queue smaller than the default can overflow), the unanswered requests of that send are
    /// reported as [`Error::AnswerLost`], and the next sends are smaller.
    ///
    /// Needs `CAP_NET_ADMIN`; without it each request is refused with `EPERM`.
    pub fn run(&mut self, batch: &Batch<'_>) -> Outcome {
        let mut outcome = Outcome { asked: batch.len(), failures: Vec::new() };
        let mut sent = Parcel { first: self.take_sequences(batch.len()), ..Parcel::default() };
        let mut limit = SEND_BYTES;
        let mut next = 0;
        let mut rest = batch.encoder.as_bytes();
        loop {
            sent.fill(rest, next, self.per_send, limit);
            if sent.count() == 0 {
                return outcome;
            }
            match self.send(&sent.bytes) {
                // The send buffer is smaller than usual. Nothing was looked at.
                Err(Errno::EMSGSIZE) if sent.count() > 1 => {
                    limit = sent.bytes.len() / 2;
                    continue;
                }
                Err(errno) => {
                    outcome.failures.extend(sent.requests().map(|(place, request)| {
                        let (operation, subject) = describe(&request);
                        (place, Refusal::new(operation, subject, errno).into())
                    }));
                }
                Ok(()) => self.collect_answers(&mut sent, &mut outcome),
            }
            next += sent.count();
            rest = rest.get(sent.bytes.len()..).unwrap_or_default();
        }
    }

    /// Makes one change.
    pub(super) fn change<'fd>(
        &mut self,
        describe: impl FnOnce(&mut Batch<'fd>) -> Result<()>,
    ) -> Result<()> {
        let encoder = core::mem::take(&mut self.single);
        let mut single = Batch { encoder, descriptors: PhantomData };
        single.clear();
        let result = describe(&mut single).and_then(|()| self.run(&single).into_result());
        self.single = single.encoder;
        result
    }

    /// Reads the answers to one send.
    fn collect_answers(&mut self, sent: &mut Parcel, outcome: &mut Outcome) {
        let before = outcome.failures.len();
        let mut losses = 0;
        // The last request's answer is the last.
        while !sent.is_last_answered() {
            match self.receive() {
                Ok(Reception::Datagram(length)) => {
                    sent.take_answers(self.received(length), &mut outcome.failures);
                }
                // What is queued still comes, behind the news of the overflow.
                Ok(Reception::Overflow | Reception::Truncated) if losses <= sent.count() => {
                    losses += 1;
                }
                Ok(_) | Err(_) => {
                    losses += 1;
                    break;
                }
            }
        }
        if losses > 0 {
            let lost = sent.requests().filter(|(place, _)| !sent.is_answered(*place)).map(
                |(place, request)| (place, Error::AnswerLost { operation: describe(&request).0 }),
            );
            outcome.failures.extend(lost);
            let answers = sent.answered.iter().filter(|is_answered| **is_answered).count();
            self.per_send = answers.clamp(1, sent.count().div_ceil(2));
        }
        if let Some(new) = outcome.failures.get_mut(before..) {
            new.sort_by_key(|(place, _)| *place);
        }
    }
}

/// The requests of one send.
#[derive(Default)]
struct Parcel {
    /// The sequence number of the batch's first request.
    first: u32,
    /// The place in the batch of this send's first request.
    place: usize,
    /// The messages.
    bytes: Vec<u8>,
    /// Which of them were answered.
    answered: Vec<bool>,
}

impl Parcel {
    /// Takes requests from the rest of a batch, at most so many and, if more than one, of so many bytes.
    fn fill(&mut self, rest: &[u8], place: usize, count: usize, limit: usize) {
        self.place = place;
        self.bytes.clear();
        self.answered.clear();
        let mut last = 0;
        for message in Messages::new(rest).map_while(core::result::Result::ok).take(count) {
            let end = self.bytes.len() + message.bytes().len().next_multiple_of(4);
            if !self.bytes.is_empty() && end > limit {
                break;
            }
            last = self.bytes.len();
            let header = NetlinkHeader {
                // A batch of 2^32 requests does not fit into memory.
                sequence: self.first.wrapping_add((place + self.answered.len()) as u32),
                ..*message.header()
            };
            self.bytes.extend_from_slice(header.as_bytes());
            self.bytes.extend_from_slice(message.payload());
            self.bytes.resize(end, 0);
            self.answered.push(false);
        }
        if let Some(bytes) = self.bytes.get_mut(last..)
            && let Ok((header, _)) = NetlinkHeader::read_from_prefix(bytes)
        {
            let header = NetlinkHeader { flags: header.flags | MessageFlags::ACK, ..header };
            // It was read from as many bytes.
            let _ = header.write_to_prefix(bytes);
        }
    }

    /// Returns how many requests there are.
    fn count(&self) -> usize {
        self.answered.len()
    }

    /// Returns the requests with their places in the batch.
    fn requests(&self) -> impl Iterator<Item = (usize, Message<'_>)> {
        (self.place..).zip(Messages::new(&self.bytes).map_while(core::result::Result::ok))
    }

    fn is_answered(&self, place: usize) -> bool {
        self.answered.get(place - self.place) == Some(&true)
    }

    fn is_last_answered(&self) -> bool {
        self.answered.last() != Some(&false)
    }

    /// Takes the answers in a datagram. Those that are not to requests of this send nobody waits for;
    /// what cannot be read is no answer.
    fn take_answers(&mut self, datagram: &[u8], failures: &mut Vec<(usize, Error)>) {
        for message in Messages::new(datagram).map_while(core::result::Result::ok) {
            let place = message.sequence().wrapping_sub(self.first) as usize;
            let Some(answered) =
                place.checked_sub(self.place).and_then(|at| self.answered.get_mut(at))
            else {
                continue;
            };
            let Ok(answer) = Answer::parse(&message) else { continue };
            // Of two answers to one request the first counts: two failures of one place would hide others.
            let is_second = core::mem::replace(answered, true);
            if is_second || answer.errno() == 0 {
                continue;
            }
            let request = self.requests().nth(place - self.place);
            let (operation, subject) =
                request.map_or(("rtnetlink", String::new()), |(_, request)| describe(&request));
            if let Some(refusal) = refusal(operation, || subject, &answer) {
                failures.push((place, refusal.into()));
            }
        }
    }
}

/// Returns a request's name and what it is about, for an error.
fn describe(request: &Message<'_>) -> (&'static str, String) {
    let operation = request.kind().name().unwrap_or("rtnetlink");
    (operation, subject(request).unwrap_or_default())
}

fn subject(request: &Message<'_>) -> Option<String> {
    if let Ok(address) = AddressMessage::parse(request) {
        return Some(format!("{}/{}", address.local().ok()??, address.prefix_length()));
    }
    if let Ok(route) = RouteMessage::parse(request) {
        let length = route.header().destination_length;
        return Some(match route.destination().ok()? {
            Some(destination) if length > 0 => format!("{destination}/{length}"),
            _ => "default".to_owned(),
        });
    }
    if let Ok(neighbour) = NeighbourMessage::parse(request) {
        return Some(neighbour.destination().ok()??.to_string());
    }
    let link = LinkMessage::parse(request).ok()?;
    Some(match (link.name(), link.index()) {
        (Some(name), _) => DeviceName::truncated(name).to_string(),
        (None, 0) => String::new(),
        (None, index) => format!("device {index}"),
    })
}
