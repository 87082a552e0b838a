//! A socket's receive queue, which overflows.

use ifctl_kernel::Errno;
use std::collections::VecDeque;
use std::sync::Arc;

/// What a receive queue may hold unless it is told otherwise.
#[doc(alias = "rmem_default")]
const DEFAULT_LIMIT: usize = 212_992;

/// What the kernel keeps beside the bytes of a datagram, in bytes.
const HEAD: usize = 256;

/// What it keeps at the end of the bytes.
#[doc(alias = "skb_shared_info")]
const SHARED: usize = 320;

/// The smallest piece of memory that the bytes of a datagram come in.
#[doc(alias = "SKB_SMALL_HEAD_SIZE")]
const SMALLEST: usize = 576;

/// A datagram that waits.
#[derive(Clone)]
pub(crate) struct Datagram {
    pub(crate) bytes: Arc<[u8]>,
    /// The group that it came by, 0 for none.
    pub(crate) group: u32,
}

/// A receive queue.
pub(crate) struct Queue {
    waiting: VecDeque<Datagram>,
    charged: usize,
    limit: usize,
    /// Nothing is taken in until the queue is empty.
    congested: bool,
    /// The next receive says `ENOBUFS`.
    overflowed: bool,
    ignores_overflow: bool,
}

impl Default for Queue {
    fn default() -> Self {
        Self {
            waiting: VecDeque::new(),
            charged: 0,
            limit: DEFAULT_LIMIT,
            congested: false,
            overflowed: false,
            ignores_overflow: false,
        }
    }
}

/// Returns what a datagram of this length counts against the limit.
#[doc(alias = "truesize")]
pub(crate) fn charge(length: usize) -> usize {
    let bytes = length.saturating_add(SHARED).max(SMALLEST);
    let piece = if bytes <= SMALLEST { SMALLEST } else { bytes.next_power_of_two() };
    piece.saturating_add(HEAD)
}

impl Queue {
    /// Takes a datagram in, or loses it.
    #[doc(alias = "netlink_attachskb")]
    pub(crate) fn push(&mut self, bytes: Arc<[u8]>, group: u32) {
        let charge = charge(bytes.len());
        let full = self.charged + charge > self.limit && self.charged > 0;
        if !full && !self.congested {
            self.charged += charge;
            self.waiting.push_back(Datagram { bytes, group });
        } else {
            self.overflow();
        }
    }

    /// Loses what comes until the queue is empty, and reports it once.
    #[doc(alias = "netlink_overrun")]
    pub(crate) fn overflow(&mut self) {
        if !self.ignores_overflow && !self.congested {
            self.congested = true;
            self.overflowed = true;
        }
    }

    /// Takes the next datagram out.
    pub(crate) fn pop(&mut self) -> Result<Datagram, Errno> {
        self.report()?;
        let datagram = self.waiting.pop_front().ok_or(Errno::EAGAIN)?;
        self.charged = self.charged.saturating_sub(charge(datagram.bytes.len()));
        Ok(datagram)
    }

    /// Returns the next datagram, and leaves it.
    pub(crate) fn peek(&mut self) -> Result<Datagram, Errno> {
        self.report()?;
        self.waiting.front().cloned().ok_or(Errno::EAGAIN)
    }

    /// Says once that something was lost.
    fn report(&mut self) -> Result<(), Errno> {
        if std::mem::take(&mut self.overflowed) { Err(Errno::ENOBUFS) } else { Ok(()) }
    }

    /// Takes datagrams in again, once the queue is empty.
    #[doc(alias = "netlink_rcv_wake")]
    pub(crate) fn wake(&mut self) {
        if self.waiting.is_empty() {
            self.congested = false;
        }
    }

    /// Returns whether there is room for the next piece of a dump.
    pub(crate) fn is_half_empty(&self) -> bool {
        self.charged <= self.limit / 2
    }

    /// Sets the limit.
    pub(crate) fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
    }

    /// Loses datagrams in silence from now on, or not.
    #[doc(alias = "NETLINK_NO_ENOBUFS")]
    pub(crate) fn ignore_overflow(&mut self, on: bool) {
        self.ignores_overflow = on;
        if on {
            self.congested = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_queue_holds_256_acknowledgements_and_reports_once_that_more_are_lost() {
        let mut queue = Queue::default();
        for _ in 0..300 {
            queue.push(vec![0; 36].into(), 0);
        }
        assert!(matches!(queue.pop(), Err(Errno::ENOBUFS)));
        let mut taken = 0;
        while queue.pop().is_ok() {
            taken += 1;
        }
        assert_eq!(taken, 256);
        queue.wake();
        queue.push(vec![0; 36].into(), 0);
        assert!(queue.pop().is_ok());
    }
}
