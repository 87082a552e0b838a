//! Lists: one pass over what the kernel dumps, and passes repeated until one was undisturbed.
//!
//! A list is whole or it is an error. An odd attribute costs itself alone, but a message that lacks what it
//! is about (a device its name, an address the address) fails the list: left out, it would make a host look
//! as if it had not that device, and who acts on that does harm. No Linux has been seen to send one.

use super::Rtnetlink;
use super::connection::{Reception, malformed, refusal, unencodable};
use crate::{Consistency, Error, Refusal, Result};
use ifctl_abi::netlink::MessageType;
use ifctl_netlink::{Answer, EncodeError, Encoder, Message, Messages};

/// How often a list is read before one that was interrupted is returned.
const ATTEMPTS: usize = 4;

/// How many datagrams of one pass may be lost before it is given up: more than a million addresses take.
const LOSSES: usize = 1 << 14;

/// A list that was read, and whether it is of one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dump<T> {
    /// What was read, in the kernel's order.
    pub entries: Vec<T>,
    /// Whether something changed while it was read.
    pub consistency: Consistency,
}

impl<T> IntoIterator for Dump<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl Rtnetlink {
    /// Asks for a list and gives each of its messages to a closure, once.
    ///
    /// The first error ends the visits, but not the reading: a dump half read would make the kernel
    /// refuse the next with `EBUSY`.
    pub(super) fn dump(
        &mut self,
        operation: &'static str,
        encode: impl FnOnce(&mut Encoder, u32) -> Result<(), EncodeError>,
        mut visit: impl FnMut(&Message<'_>) -> Result<()>,
    ) -> Result<Consistency> {
        let refused = |errno| Refusal::new(operation, "", errno);
        let sequence = self.take_sequences(1);
        self.encoder.clear();
        encode(&mut self.encoder, sequence).map_err(unencodable(operation))?;
        self.send(self.encoder.as_bytes()).map_err(refused)?;
        let mut pass = Pass { operation, sequence, end: None, consistency: Consistency::default() };
        let mut outcome = Ok(());
        let mut losses = 0;
        while pass.end.is_none() {
            let length = match self.receive().map_err(refused)? {
                Reception::Datagram(length) => length,
                // What is lost cannot be asked for again, but the rest must be read all the same.
                Reception::Overflow | Reception::Truncated if losses < LOSSES => {
                    losses += 1;
                    outcome = outcome.and(Err(Error::AnswerLost { operation }));
                    continue;
                }
                _ => {
                    let detail = "the dump has no end".to_owned();
                    return outcome.and(Err(Error::Malformed { operation, detail }));
                }
            };
            // Where a visit failed, the end must be found all the same.
            let datagram = self.received(length);
            outcome = outcome.and_then(|()| pass.datagram(datagram, &mut visit)).or_else(|error| {
                pass.datagram(datagram, &mut |_: &Message<'_>| Ok(())).and(Err(error))
            });
        }
        outcome?;
        match pass.end.flatten() {
            None => Ok(pass.consistency),
            Some(refusal) => Err(refusal.into()),
        }
    }

    /// Reads a list into a vector, anew while passes are interrupted, at most [`ATTEMPTS`] times.
    pub(super) fn collect<T>(
        &mut self,
        mut pass: impl FnMut(&mut Self, &mut Vec<T>) -> Result<Consistency>,
    ) -> Result<Dump<T>> {
        let mut dump = Dump { entries: Vec::new(), consistency: Consistency::Interrupted };
        for attempt in 1..=ATTEMPTS {
            dump.entries.clear();
            match pass(self, &mut dump.entries) {
                Ok(consistency) => {
                    dump.consistency = consistency;
                    if consistency == Consistency::Consistent {
                        break;
                    }
                }
                // Where the buffer was too short it is longer now.
                Err(Error::AnswerLost { .. }) if attempt < ATTEMPTS => {}
                Err(error) => return Err(error),
            }
        }
        Ok(dump)
    }
}

/// The state of one pass.
struct Pass {
    operation: &'static str,
    sequence: u32,
    /// Once the end has come: the refusal that it was, if it was one.
    end: Option<Option<Refusal>>,
    consistency: Consistency,
}

impl Pass {
    /// Goes through one datagram. Messages of other requests are answers that nobody waits for.
    fn datagram(
        &mut self,
        datagram: &[u8],
        visit: &mut impl FnMut(&Message<'_>) -> Result<()>,
    ) -> Result<()> {
        for message in Messages::new(datagram) {
            let message = message.map_err(malformed(self.operation))?;
            if message.sequence() != self.sequence {
                continue;
            }
            if message.is_interrupted() {
                self.consistency = Consistency::Interrupted;
            }
            match message.kind() {
                MessageType::DONE | MessageType::ERROR => {
                    let answer = Answer::parse(&message).map_err(malformed(self.operation))?;
                    self.end = Some(refusal(self.operation, String::new, &answer));
                    return Ok(());
                }
                _ => visit(&message)?,
            }
        }
        Ok(())
    }
}
