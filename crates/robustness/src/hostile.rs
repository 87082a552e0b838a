//! A kernel that answers with bytes from outside where Linux would answer with its own.
//!
//! It stands on the model, from which everything comes that the bytes do not say. What Linux never does,
//! whatever happens in it, this one does not do either: it copies no more than there is room for.

use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use ifctl_abi::netlink::{MessageFlags, MessageType, NetlinkHeader};
use ifctl_abi::{DeviceFlags, DeviceName, Family, IfReq, SocketType};
use ifctl_kernel::{Argument, Errno, Kernel, Receive, Received, Request, Socket, SocketOption};
use ifctl_netlink::{Encoder, ExtendedAck, Messages, encode_done, encode_error};
use ifctl_virtual::{Capabilities, VirtualKernel};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// The bytes of a record: `struct ifreq`.
const RECORD: usize = size_of::<IfReq>();

/// What a kernel answers with.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// The text of every file; where there is none, the model's files.
    pub file: Option<Vec<u8>>,
    /// Messages, of which each list gets those of its kind; where there are none, the model's lists.
    pub messages: Vec<u8>,
    /// Whether every list gets all messages, whatever their kind.
    pub all_kinds: bool,
    /// What requests return, `struct ifreq` after `struct ifreq`; where there is none, what the model's do.
    pub records: Vec<u8>,
    /// Whether what the model refuses for want of privilege is done.
    pub obeys: bool,
}

/// A kernel with such answers. It counts what it is asked, and panics when that is too much.
#[derive(Debug, Clone)]
pub struct Hostile {
    model: VirtualKernel,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    answers: Answers,
    asked: AtomicUsize,
    limit: usize,
}

/// Returns a kernel with `lo`, up, to a caller without privilege, who leaves it as it is.
fn model() -> &'static VirtualKernel {
    static MODEL: OnceLock<VirtualKernel> = OnceLock::new();
    MODEL.get_or_init(|| {
        let kernel = VirtualKernel::new();
        let mut lo = IfReq::named(DeviceName::truncated(b"lo")).with(&DeviceFlags::UP.low());
        let up = kernel
            .socket(Family::INET, SocketType::DATAGRAM, 0)
            .and_then(|socket| socket.ioctl(Request::SetFlags(&mut lo)));
        debug_assert_eq!(up, Ok(()), "the owner of a new kernel may set lo up");
        kernel.with_capabilities(Capabilities::empty())
    })
}

impl Hostile {
    /// Returns a kernel that a run on an input of this many bytes should get along with: it may ask so
    /// many questions and some more.
    pub fn new(answers: Answers, input: usize) -> Self {
        let shared = Shared { answers, asked: AtomicUsize::new(0), limit: 512 + 8 * input };
        Self { model: model().clone(), shared: Arc::new(shared) }
    }

    /// Returns a kernel whose requests return these records, one after the other and round again.
    pub fn with_records(records: &[u8]) -> Self {
        let answers = Answers { records: records.to_vec(), ..Answers::default() };
        Self::new(answers, records.len())
    }

    /// Returns how many records a list can have.
    pub fn room(&self) -> usize {
        (self.shared.answers.records.len() / RECORD).max(1)
    }
}

impl Shared {
    fn ask(&self) -> usize {
        let asked = self.asked.fetch_add(1, Relaxed);
        assert!(asked < self.limit, "more than {} questions: this does not end", self.limit);
        asked
    }

    /// Returns the bytes from here on, from the start again where they end.
    fn records_from(&self, start: usize) -> impl Iterator<Item = u8> {
        let records = &self.answers.records;
        records.iter().copied().cycle().skip(start % records.len().max(1))
    }

    /// Returns the datagrams that answer a request: the messages of the kind that was asked for, or, where
    /// that was no list, of refusals too; and the end.
    fn answer(&self, request: &NetlinkHeader) -> Vec<Vec<u8>> {
        let wanted = MessageType(request.kind.0.wrapping_sub(2));
        let is_dump = request.flags.contains(MessageFlags::DUMP);
        let mut datagram = Vec::new();
        let mut rest = self.answers.messages.as_slice();
        while let Some(length) = rest.first_chunk().map(|first| u32::from_ne_bytes(*first)) {
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            let whole = length.saturating_add(3) & !3;
            let (message, tail) = rest.split_at(rest.len().min(whole.max(16)));
            let kind = message.get(4..6).unwrap_or_default();
            let kinds = [wanted, if is_dump { wanted } else { MessageType::ERROR }];
            if self.answers.all_kinds || kinds.iter().any(|wanted| kind == wanted.0.to_ne_bytes()) {
                let start = datagram.len();
                datagram.extend_from_slice(message);
                let place = datagram.get_mut(start + 8..start + 12);
                let sequence = request.sequence.to_ne_bytes();
                place.into_iter().flatten().zip(sequence).for_each(|(to, from)| *to = from);
            }
            rest = tail;
        }
        let mut end = Encoder::new();
        let none = ExtendedAck::default();
        // A model's own message always fits.
        let _ = if is_dump {
            encode_done(&mut end, request, MessageFlags::empty(), 0, &none, 1)
        } else {
            encode_error(&mut end, request, None, 0, &none, 1)
        };
        vec![datagram, end.into_bytes()]
    }
}

impl Kernel for Hostile {
    fn socket(
        &self,
        family: Family,
        kind: SocketType,
        protocol: u32,
    ) -> Result<Box<dyn Socket>, Errno> {
        self.shared.ask();
        let model = self.model.socket(family, kind, protocol)?;
        let queue = RefCell::default();
        Ok(Box::new(HostileSocket { model, shared: Arc::clone(&self.shared), queue }))
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, Errno> {
        self.shared.ask();
        match &self.shared.answers.file {
            Some(file) => Ok(file.clone()),
            None => self.model.read(path),
        }
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), Errno> {
        self.shared.ask();
        self.model.write(path, bytes)
    }
}

struct HostileSocket {
    model: Box<dyn Socket>,
    shared: Arc<Shared>,
    queue: RefCell<VecDeque<Vec<u8>>>,
}

impl Socket for HostileSocket {
    fn ioctl(&self, request: Request<'_>) -> Result<(), Errno> {
        let asked = self.shared.ask();
        if self.shared.answers.records.is_empty() {
            let answer = self.model.ioctl(request);
            return match answer {
                Err(Errno::EPERM) if self.shared.answers.obeys => Ok(()),
                answer => answer,
            };
        }
        let mut bytes = self.shared.records_from(asked * RECORD);
        match request.into_parts() {
            (_, Argument::IfReq(record)) => fill(record, &mut bytes),
            (_, Argument::IfConf(conf)) => {
                let room = usize::try_from(*conf.length).unwrap_or_default() / RECORD;
                let there = (self.shared.answers.records.len() / RECORD).max(1);
                let filled = match conf.buffer {
                    None => there,
                    Some(records) => {
                        let take = room.min(there).min(records.len());
                        records.iter_mut().take(take).for_each(|record| fill(record, &mut bytes));
                        take
                    }
                };
                *conf.length = i32::try_from(filled * RECORD).unwrap_or(i32::MAX);
            }
            _ => {}
        }
        Ok(())
    }

    fn bind(&self, port: u32, groups: u32) -> Result<(), Errno> {
        // Who gives himself a port wants to hear of events.
        if !self.shared.answers.messages.is_empty() {
            self.queue.borrow_mut().push_back(self.shared.answers.messages.clone());
        }
        self.model.bind(port, groups)
    }

    fn port(&self) -> Result<u32, Errno> {
        self.model.port()
    }

    fn set_option(&self, option: SocketOption) -> Result<(), Errno> {
        self.model.set_option(option)
    }

    fn send(&self, bytes: &[u8]) -> Result<usize, Errno> {
        self.shared.ask();
        if self.shared.answers.messages.is_empty() {
            return self.model.send(bytes);
        }
        for message in Messages::new(bytes).map_while(Result::ok) {
            self.queue.borrow_mut().extend(self.shared.answer(message.header()));
        }
        Ok(bytes.len())
    }

    fn receive(&self, buffer: &mut [u8], how: Receive) -> Result<Received, Errno> {
        self.shared.ask();
        if self.shared.answers.messages.is_empty() {
            return self.model.receive(buffer, how);
        }
        let datagram = self.queue.borrow_mut().pop_front().ok_or(Errno::EAGAIN)?;
        let copied = datagram.len().min(buffer.len());
        buffer.iter_mut().zip(&datagram).for_each(|(to, from)| *to = *from);
        Ok(Received { copied, length: datagram.len(), sender: 0, groups: 0 })
    }
}

/// Overwrites a record.
fn fill(record: &mut IfReq, bytes: &mut impl Iterator<Item = u8>) {
    record.name.iter_mut().zip(&mut *bytes).for_each(|(to, from)| *to = from);
    record.data_mut().iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
}
