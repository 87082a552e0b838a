//! One sequence on one kernel.

use super::step::{Asked, Step, THERE, Who};
use super::words::{self, Ports, hex};
use super::{Looking, settle, state};
use crate::both::Setting;
use ifctl_abi::arp::ArpReq;
use ifctl_abi::ioctl::*;
use ifctl_abi::route::RtEntry;
use ifctl_abi::{DeviceName, Family, IfReq, In6RtMsg, SocketType};
use ifctl_kernel::{Errno, IfConf, Kernel, Receive, Request, Route, Socket, SocketOption};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use zerocopy::{FromBytes, IntoBytes};

/// Which socket of a caller's.
type SocketKey = (Who, u16, bool);

/// A sequence on its way.
pub(super) struct Run<'s, 'k> {
    pub(super) setting: &'s Setting<'k>,
    pub(super) looking: Looking,
    sockets: BTreeMap<SocketKey, Result<Box<dyn Socket>, Errno>>,
    /// Who hears the events, one in each namespace.
    pub(super) listeners: Vec<(&'static str, Box<dyn Socket>)>,
    /// Whose ports are which, in the first and in the second namespace.
    pub(super) ports: [Ports; 2],
    /// The IPv6 addresses that were told of, or waited for in vain: namespace, device, address.
    pub(super) announced: BTreeSet<(&'static str, u32, Vec<u8>)>,
}

impl<'s, 'k> Run<'s, 'k> {
    /// Makes both namespaces quiet, and begins to listen.
    pub(super) fn new(setting: &'s Setting<'k>, looking: Looking) -> Self {
        settle::quieten(setting, looking);
        let listeners = [("here", setting.here), ("there", setting.there)]
            .map(|(name, kernel)| (name, listener(kernel, looking)));
        let mut run = Self {
            setting,
            looking,
            sockets: BTreeMap::new(),
            listeners: listeners.into(),
            ports: Default::default(),
            announced: BTreeSet::new(),
        };
        settle::settle(&mut run, 0);
        run
    }

    /// Carries out one request, of which another kernel told so many lines; returns its answer and the
    /// events after it.
    pub(super) fn step(&mut self, step: &Step, expected: usize) -> Vec<String> {
        let mut lines = self.answer(step);
        lines.extend(settle::settle(self, expected.saturating_sub(lines.len())));
        lines
    }

    /// Returns how things stand.
    pub(super) fn state(&mut self) -> Vec<String> {
        state::state(self)
    }

    pub(super) fn kernel(&self, who: Who) -> &'k dyn Kernel {
        match who {
            Who::Here => self.setting.here,
            Who::Unprivileged => self.setting.unprivileged,
            Who::There => self.setting.there,
            Who::ThereUnprivileged => self.setting.there_unprivileged,
        }
    }

    fn answer(&mut self, step: &Step) -> Vec<String> {
        let who = step.who;
        match &step.asked {
            Asked::Ioctl { family, number, argument, device } => {
                let socket = match self.socket(who, *family, false) {
                    Ok(socket) => socket,
                    Err(errno) => return vec![format!("no socket: {}", words::errno(errno))],
                };
                vec![ioctl(socket, *family, *number, argument, device.as_deref())]
            }
            Asked::Netlink { strict, bytes } => self.ask(who, *strict, bytes),
            Asked::Read(path) => match self.kernel(who).read(Path::new(path)) {
                Ok(bytes) => words::file(path, &bytes),
                Err(errno) => vec![format!("read: {}", words::errno(errno))],
            },
            Asked::Write(path, bytes) => {
                let answer = self.kernel(who).write(Path::new(path), bytes);
                vec![format!("write: {}", words::outcome(answer))]
            }
        }
    }

    /// Sends a datagram and returns all that is answered, as text.
    pub(super) fn ask(&mut self, who: Who, strict: bool, bytes: &[u8]) -> Vec<String> {
        // The model's namespaces have no descriptors: the stand-in's own bytes are no descriptor either.
        let there = self.setting.there_descriptor.map_or(THERE, u32::to_ne_bytes);
        let names_there = bytes.as_chunks::<4>().0.contains(&THERE);
        let bytes = replaced(bytes, THERE, there);
        let socket = match self.socket(who, Family::NETLINK, strict) {
            Ok(socket) => socket,
            Err(errno) => return vec![format!("no socket: {}", words::errno(errno))],
        };
        let mut datagrams = Vec::new();
        let sent = socket.send(&bytes);
        let mut buffer = vec![0; 64 * 1024];
        let end = loop {
            match socket.receive(&mut buffer, Receive::NOW) {
                Ok(received) => {
                    let datagram = buffer.get(..received.copied).unwrap_or_default();
                    datagrams.push(match names_there {
                        true => replaced(datagram, there, THERE),
                        false => datagram.to_vec(),
                    });
                }
                Err(errno) => break errno,
            }
        };
        let mut lines = Vec::new();
        match sent {
            Ok(length) if length == bytes.len() => {}
            Ok(length) => lines.push(format!("sent {length} of {}", bytes.len())),
            Err(errno) => lines.push(format!("send: {}", words::errno(errno))),
        }
        let [here, there] = &self.ports;
        let ports = if is_there(who) { there } else { here };
        let blocks =
            datagrams.iter().flat_map(|datagram| words::datagram(datagram, ports, self.looking));
        lines.extend(settle::arranged_answer(blocks.collect()).into_iter().flat_map(|b| b.lines));
        if end != Errno::EAGAIN {
            lines.push(format!("receive: {}", words::errno(end)));
        }
        lines
    }

    /// Returns a caller's socket, opened the first time that it is asked for.
    fn socket(&mut self, who: Who, family: Family, strict: bool) -> Result<&dyn Socket, Errno> {
        let key = (who, family.0, strict);
        if !self.sockets.contains_key(&key) {
            let socket = open(self.kernel(who), family, strict);
            if let Ok(port) = socket.as_ref().map_err(|e| *e).and_then(|socket| socket.port()) {
                let [here, there] = &mut self.ports;
                let ports = if is_there(who) { there } else { here };
                ports.name(port, format!("{who:?}{}", if strict { " strict" } else { "" }));
            }
            self.sockets.insert(key, socket);
        }
        match self.sockets.get(&key) {
            Some(Ok(socket)) => Ok(socket.as_ref()),
            Some(Err(errno)) => Err(*errno),
            None => Err(Errno::EBADF),
        }
    }
}

/// Returns whether a caller is in the second namespace.
fn is_there(who: Who) -> bool {
    matches!(who, Who::There | Who::ThereUnprivileged)
}

/// Opens a socket as the requests use it.
fn open(kernel: &dyn Kernel, family: Family, strict: bool) -> Result<Box<dyn Socket>, Errno> {
    let kind = match family {
        Family::NETLINK | Family::PACKET => SocketType::RAW,
        _ => SocketType::DATAGRAM,
    };
    let socket = kernel.socket(family, kind, 0)?;
    if family == Family::NETLINK {
        socket.bind(0, 0)?;
        socket.set_option(SocketOption::ExtendedAck(true))?;
        socket.set_option(SocketOption::StrictChecking(strict))?;
        socket.set_option(SocketOption::ReceiveBuffer(4 << 20))?;
    }
    Ok(socket)
}

/// Opens a socket that hears what is looked at.
fn listener(kernel: &dyn Kernel, looking: Looking) -> Box<dyn Socket> {
    let groups = [
        (looking.links, 1),
        (looking.neighbours, 3),
        (looking.addresses, 5),
        (looking.routes, 7),
        (looking.routes, 8),
        (looking.ipv6, 9),
        (looking.ipv6, 11),
        (looking.ipv6 && looking.links, 12),
        (looking.ipv6, 18),
        (looking.ipv6, 19),
        (looking.settings, 24),
        (looking.settings && looking.ipv6, 25),
    ];
    let mask =
        groups.iter().filter(|(on, _)| *on).fold(0, |mask, (_, group)| mask | 1 << (group - 1));
    let socket = kernel.socket(Family::NETLINK, SocketType::RAW, 0).expect("a netlink socket");
    socket.bind(0, mask).expect("its groups");
    socket.set_option(SocketOption::ReceiveBuffer(8 << 20)).expect("its queue");
    socket
}

/// Carries out an ioctl and tells the answer and what became of the argument.
fn ioctl(
    socket: &dyn Socket,
    family: Family,
    number: u32,
    argument: &[u8],
    device: Option<&[u8]>,
) -> String {
    let name = words::ioctl(number);
    let told = |answer: Result<(), Errno>, before: &[u8], after: &[u8]| {
        let rest = if before == after { String::new() } else { format!(" {}", hex(after)) };
        format!("{name} {}{rest}", words::outcome(answer))
    };
    match (number, family) {
        (SIOCGIFCONF, _) => {
            let word = |at: usize| {
                let word = argument.get(at..at + 4).and_then(|word| word.try_into().ok());
                u32::from_ne_bytes(word.unwrap_or_default())
            };
            let mut records = vec![IfReq::default(); (word(4) as usize).min(64)];
            let mut length = word(0).cast_signed();
            let buffer = (word(4) != u32::MAX).then_some(records.as_mut_slice());
            let answer = socket.ioctl(Request::GetConf(IfConf { buffer, length: &mut length }));
            format!("{name} {} {length} {}", words::outcome(answer), hex(records.as_bytes()))
        }
        (SIOCADDRT | SIOCDELRT, Family::INET | Family::PACKET) => {
            let entry: RtEntry = padded(argument);
            let device = device.map(DeviceName::truncated);
            let mut route = Route { entry: RtEntry { device: 0, ..entry }, device };
            let before = route.entry;
            let answer = socket.ioctl(match number {
                SIOCADDRT => Request::AddRoute(&mut route),
                _ => Request::DeleteRoute(&mut route),
            });
            told(answer, before.as_bytes(), route.entry.as_bytes())
        }
        (SIOCADDRT | SIOCDELRT, Family::INET6) => {
            let mut route: In6RtMsg = padded(argument);
            let before = route;
            let answer = socket.ioctl(match number {
                SIOCADDRT => Request::AddRoute6(&mut route),
                _ => Request::DeleteRoute6(&mut route),
            });
            told(answer, before.as_bytes(), route.as_bytes())
        }
        (SIOCGARP | SIOCSARP | SIOCDARP, _) => {
            let mut entry: ArpReq = padded(argument);
            let before = entry;
            let answer = socket.ioctl(match number {
                SIOCGARP => Request::GetArp(&mut entry),
                SIOCSARP => Request::SetArp(&mut entry),
                _ => Request::DeleteArp(&mut entry),
            });
            told(answer, before.as_bytes(), entry.as_bytes())
        }
        _ => {
            let mut request: IfReq = padded(argument);
            let before = request;
            let answer = socket.ioctl(Request::Other { number, argument: &mut request });
            told(answer, before.as_bytes(), request.as_bytes())
        }
    }
}

/// Returns a structure that begins with these bytes; the others are zero.
fn padded<T: FromBytes + IntoBytes>(bytes: &[u8]) -> T {
    let mut value = T::new_zeroed();
    for (to, from) in value.as_mut_bytes().iter_mut().zip(bytes) {
        *to = *from;
    }
    value
}

/// Returns the bytes with one word in place of another, wherever it stands aligned.
fn replaced(bytes: &[u8], old: [u8; 4], new: [u8; 4]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for word in bytes.as_chunks_mut::<4>().0 {
        if *word == old {
            *word = new;
        }
    }
    bytes
}
