//! What the tests of device messages share: a requester, a listener, and messages as lines of text.

#![allow(dead_code, reason = "each test file uses its part")]

use ifctl_abi::netlink::{MessageFlags, MessageType, NLA_F_NESTED, NLA_TYPE_MASK};
use ifctl_abi::rtnetlink::*;
use ifctl_abi::{Family as SocketFamily, SocketType};
use ifctl_kernel::{Errno, Kernel, Receive, Socket, SocketOption};
use ifctl_netlink::{Attributes, Messages};
use std::time::Duration;
use zerocopy::IntoBytes;

/// A requester and a listener in one namespace.
pub(crate) struct Talk {
    requester: Box<dyn Socket>,
    listener: Box<dyn Socket>,
    port: u32,
    sequence: u32,
    is_linux: bool,
}

/// Masked, each for a reason: counters count what the hosts send by themselves, the families' settings
/// (IFLA_AF_SPEC) hold timestamps and belong to other tests.
const MASKED: [u16; 3] = [IFLA_STATS, IFLA_STATS64, IFLA_AF_SPEC];

impl Talk {
    /// Returns the two, as administrators have them.
    pub(crate) fn new(kernel: &dyn Kernel) -> Self {
        let open = || kernel.socket(SocketFamily::NETLINK, SocketType::RAW, 0).unwrap();
        let (requester, listener) = (open(), open());
        requester.bind(0, 0).unwrap();
        listener.bind(0, 0).unwrap();
        requester.set_option(SocketOption::ExtendedAck(true)).unwrap();
        requester.set_option(SocketOption::CappedAck(true)).unwrap();
        listener.set_option(SocketOption::Join(Group::LINK.0)).unwrap();
        let is_linux = requester.descriptor().is_some();
        let port = requester.port().unwrap();
        Self { requester, listener, port, sequence: 0, is_linux }
    }

    /// Returns the same, checking dump requests strictly.
    pub(crate) fn strict(kernel: &dyn Kernel) -> Self {
        let talk = Self::new(kernel);
        talk.requester.set_option(SocketOption::StrictChecking(true)).unwrap();
        talk
    }

    /// Sends a message with these flags, and returns its answers, each a line or more.
    pub(crate) fn send(
        &mut self,
        kind: MessageType,
        flags: MessageFlags,
        body: &[u8],
    ) -> Vec<String> {
        self.sequence += 1;
        let flags = flags | MessageFlags::REQUEST;
        let length = u32::try_from(16 + body.len()).unwrap();
        let mut message = length.to_ne_bytes().to_vec();
        message.extend_from_slice(&kind.0.to_ne_bytes());
        message.extend_from_slice(&flags.bits().to_ne_bytes());
        message.extend_from_slice(&self.sequence.to_ne_bytes());
        message.extend_from_slice(&[0; 4]);
        message.extend_from_slice(body);
        self.requester.send(&message).unwrap();
        let mut lines = Vec::new();
        while self.receive(self.requester.as_ref(), &mut lines) {}
        lines
    }

    /// Sends a message that is to be acknowledged; returns what came of it, and what was announced at
    /// once.
    pub(crate) fn ask(
        &mut self,
        kind: MessageType,
        flags: MessageFlags,
        body: &[u8],
    ) -> Vec<String> {
        let mut lines = self.send(kind, flags | MessageFlags::ACK, body);
        lines.extend(self.heard().into_iter().map(|line| format!("heard {line}")));
        lines
    }

    /// Returns what was announced.
    pub(crate) fn heard(&self) -> Vec<String> {
        let mut lines = Vec::new();
        while self.receive(self.listener.as_ref(), &mut lines) {}
        lines
    }

    /// Waits until Linux has done what it does a moment later, and forgets what it announced.
    pub(crate) fn settle(&self) {
        if self.is_linux {
            std::thread::sleep(Duration::from_millis(1300));
        }
        self.heard();
    }

    /// Waits until Linux has done what it does a moment later, and returns what was announced.
    pub(crate) fn heard_later(&self) -> Vec<String> {
        if self.is_linux {
            std::thread::sleep(Duration::from_millis(1300));
        }
        self.heard()
    }

    fn receive(&self, socket: &dyn Socket, lines: &mut Vec<String>) -> bool {
        let mut buffer = vec![0; 65536];
        match socket.receive(&mut buffer, Receive::NOW) {
            Ok(received) => {
                for message in Messages::new(&buffer[..received.copied]) {
                    let message = message.unwrap();
                    let port = match message.port() {
                        0 => "nobody",
                        port if port == self.port => "us",
                        _ => "another",
                    };
                    let head = format!(
                        "{:?} {:?} {} for {port}:",
                        message.kind(),
                        message.flags(),
                        message.sequence()
                    );
                    lines.push(head + &body(message.kind(), message.payload()));
                }
                true
            }
            Err(Errno::EAGAIN) => false,
            Err(errno) => panic!("{errno}"),
        }
    }
}

fn body(kind: MessageType, payload: &[u8]) -> String {
    match kind {
        MessageType::NEWLINK | MessageType::DELLINK => {
            let (fixed, rest) = payload.split_at(16);
            let family = fixed[0];
            let mut text = format!(" {}", hex(fixed));
            for attribute in Attributes::new(rest) {
                let masked = family == 0 && MASKED.contains(&attribute.kind());
                if masked {
                    text += &format!("\n  {}: masked", attribute.kind());
                } else {
                    let nested = if attribute.is_marked_nested() { "+" } else { "" };
                    text += &format!("\n  {}{nested}: ", attribute.kind());
                    text += &hex(attribute.bytes());
                }
            }
            text
        }
        // The answered request's port is as random as any.
        MessageType::ERROR => {
            let (errno, rest) = payload.split_at(4);
            format!(" {} {}", i32::from_ne_bytes(errno.try_into().unwrap()), hex(&rest[16..]))
        }
        _ => format!(" {}", hex(payload)),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the flags of a message that makes something.
pub(crate) fn create() -> MessageFlags {
    MessageFlags::CREATE | MessageFlags::EXCL
}

/// Returns the fixed part of a message about the device of this index.
pub(crate) fn index(index: i32) -> Vec<u8> {
    header(LinkHeader { index, ..LinkHeader::default() })
}

/// Returns a fixed part.
pub(crate) fn header(header: LinkHeader) -> Vec<u8> {
    header.as_bytes().to_vec()
}

/// Returns the fixed part that sets these flags.
pub(crate) fn flags(index: i32, flags: u32, change: u32) -> Vec<u8> {
    header(LinkHeader { index, flags, change, ..LinkHeader::default() })
}

/// Returns a message about the device of this name.
pub(crate) fn name(name: &str) -> Vec<u8> {
    [index(0), text(IFLA_IFNAME, name)].concat()
}

/// Returns an attribute.
pub(crate) fn attribute(kind: u16, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(4 + payload.len()).unwrap();
    let mut bytes = length.to_ne_bytes().to_vec();
    bytes.extend_from_slice(&kind.to_ne_bytes());
    bytes.extend_from_slice(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// Returns an attribute that is a number.
pub(crate) fn number(kind: u16, number: u32) -> Vec<u8> {
    attribute(kind, &number.to_ne_bytes())
}

/// Returns an attribute that is a text.
pub(crate) fn text(kind: u16, text: &str) -> Vec<u8> {
    attribute(kind, format!("{text}\0").as_bytes())
}

/// Returns IFLA_LINKINFO of a kind, with its settings if there are any.
pub(crate) fn info(kind: &str, data: &[u8]) -> Vec<u8> {
    let data = if data.is_empty() { Vec::new() } else { attribute(IFLA_INFO_DATA, data) };
    attribute(IFLA_LINKINFO, &[text(IFLA_INFO_KIND, kind), data].concat())
}

/// Returns the hardware address that ends with this byte.
pub(crate) fn address(last: u8) -> Vec<u8> {
    attribute(IFLA_ADDRESS, &[2, 0, 0, 0, 0, last])
}

/// Returns a message that makes a pair of these names, with addresses that end with 1 and 2.
pub(crate) fn veth(one: &str, other: &str) -> Vec<u8> {
    veth_with(one, other, 1, 2)
}

/// Returns a message that makes a pair of these names, with addresses that end with these bytes.
pub(crate) fn veth_with(one: &str, other: &str, last: u8, others_last: u8) -> Vec<u8> {
    let peer = [name(other), address(others_last)].concat();
    [name(one), address(last), info("veth", &attribute(VETH_INFO_PEER, &peer))].concat()
}

/// Returns a message that makes a device of this name and kind, with an address that ends with this byte.
pub(crate) fn device(given: &str, kind: &str, last: u8, data: &[u8]) -> Vec<u8> {
    [name(given), address(last), info(kind, data)].concat()
}

/// Returns the names of a message that gives or takes names.
pub(crate) fn properties(index_: i32, names: &[&str]) -> Vec<u8> {
    let names: Vec<u8> = names.iter().flat_map(|name| text(IFLA_ALT_IFNAME, name)).collect();
    [index(index_), attribute(IFLA_PROP_LIST | NLA_F_NESTED, &names)].concat()
}

/// Returns an attribute's number.
pub(crate) fn kind_of(kind: u16) -> u16 {
    kind & NLA_TYPE_MASK
}
