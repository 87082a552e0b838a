//! What requests came to, for whoever follows them.

use ifctl_kernel::Errno;
use ifctl_netlink::{Answer, Message, Messages};

/// The results that have come since they were taken last, in order.
#[derive(Default)]
pub(crate) struct Answers {
    /// By the sequence number of the request.
    given: Vec<(u32, Result<(), Errno>)>,
    /// There are more, which the target has no room for yet.
    pub(super) is_cut: bool,
}

impl Answers {
    /// Takes what a datagram tells.
    pub(super) fn note(&mut self, datagram: &[u8]) {
        for message in Messages::new(datagram).map_while(Result::ok) {
            if let Ok(answer) = Answer::parse(&message) {
                self.given.push((message.sequence(), result(answer.errno())));
            }
        }
    }

    /// Takes that a whole datagram was refused.
    pub(super) fn refuse(&mut self, datagram: &[u8], errno: Errno) {
        let messages = Messages::new(datagram).map_while(Result::ok);
        self.given.extend(messages.map(|message| (message.sequence(), Err(errno))));
    }

    /// Returns what a request came to: where nothing was told of it, it is done, as errors are always told; `None`
    /// where that is not known yet.
    pub(crate) fn of(&mut self, request: &Message<'_>) -> Option<Result<(), Errno>> {
        let sequence = request.sequence();
        match self.given.iter().position(|(given, _)| *given == sequence) {
            Some(place) => Some(self.given.remove(place).1),
            None if self.is_cut => None,
            None => Some(Ok(())),
        }
    }
}

fn result(errno: i32) -> Result<(), Errno> {
    if errno == 0 { Ok(()) } else { Err(Errno::new(errno)) }
}
