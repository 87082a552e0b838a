//! What the tests of device messages share: a requester, a listener, and messages as lines of text.

#![allow(dead_code, reason = "each test file uses its part")]

use ifctl_abi::netlink::{MessageFlags, MessageType, NLA_F_NESTED};
use ifctl_abi::rtnetlink::*;
use ifctl_abi::{DeviceFlags, Family as SocketFamily, SocketType};
use ifctl_conformance::{Setting, on_linux, on_model, private};
use ifctl_kernel::{Errno, Kernel, Receive, Socket, SocketOption};
use ifctl_netlink::{Attributes, LinkMessage, Messages};
use std::time::Duration;
use zerocopy::IntoBytes;

/// A requester and a listener in one namespace.
pub(crate) struct Talk {
    requester: Box<dyn Socket>,
    listener: Box<dyn Socket>,
    syncer: Box<dyn Socket>,
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
        let (requester, listener, syncer) = (open(), open(), open());
        requester.bind(0, 0).unwrap();
        listener.bind(0, 0).unwrap();
        requester.set_option(SocketOption::ExtendedAck(true)).unwrap();
        requester.set_option(SocketOption::CappedAck(true)).unwrap();
        listener.set_option(SocketOption::Join(Group::LINK.0)).unwrap();
        let is_linux = requester.descriptor().is_some();
        let port = requester.port().unwrap();
        Self { requester, listener, syncer, port, sequence: 0, is_linux }
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

    /// Asks for a listing of devices, and returns how many messages each datagram of it holds.
    pub(crate) fn pieces(&mut self, body: &[u8]) -> Vec<usize> {
        let flags = (MessageFlags::DUMP | MessageFlags::REQUEST).bits().to_ne_bytes();
        let kind = MessageType::GETLINK.0.to_ne_bytes();
        let length = u32::try_from(16 + body.len()).unwrap().to_ne_bytes();
        let message = [&length[..], &kind, &flags, &[0; 8], body].concat();
        self.requester.send(&message).unwrap();
        let mut buffer = vec![0; 65536];
        let mut pieces = Vec::new();
        while let Ok(received) = self.requester.receive(&mut buffer, Receive::NOW) {
            pieces.push(Messages::new(&buffer[..received.copied]).count());
        }
        pieces
    }

    /// Sends a message that is to be acknowledged; returns what came of it, and what was announced.
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

    /// Returns what was announced, when all is done that Linux does a moment later: it does so for a
    /// device that it is asked about. In which order it gets to devices is as it happens.
    pub(crate) fn heard(&mut self) -> Vec<String> {
        if self.is_linux {
            let mut patience = 2000;
            while patience > 0 && self.devices().iter().any(|(_, waits)| *waits) {
                std::thread::sleep(Duration::from_micros(200));
                patience -= 1;
            }
            for (index, _) in self.devices() {
                self.syncer.send(&question(MessageFlags::empty(), index)).unwrap();
                while self.receive(self.syncer.as_ref(), &mut Vec::new()) {}
            }
        }
        let mut lines = Vec::new();
        while self.receive(self.listener.as_ref(), &mut lines) {}
        let is_of_a_carrier = |line: &String| {
            line.starts_with("MessageType(RTM_NEWLINK) MessageFlags() 0 for nobody: 00")
                && line.lines().next().is_some_and(|first| first.ends_with("00000000"))
        };
        for run in lines.chunk_by_mut(|one, other| is_of_a_carrier(one) && is_of_a_carrier(other)) {
            // By index, and by time for each.
            run.sort_by_key(|line| line.get(62..70).map(str::to_owned));
        }
        lines
    }

    /// Returns the devices' indexes, and whether their operational state does not follow from their
    /// carrier yet.
    fn devices(&self) -> Vec<(i32, bool)> {
        self.syncer.send(&question(MessageFlags::DUMP, 0)).unwrap();
        let mut buffer = vec![0; 65536];
        let mut devices = Vec::new();
        while let Ok(received) = self.syncer.receive(&mut buffer, Receive::NOW) {
            let messages = Messages::new(&buffer[..received.copied]).flatten();
            for link in messages.filter_map(|message| LinkMessage::parse(&message).ok()) {
                let state = link.operational_state().unwrap().unwrap();
                let is_down =
                    matches!(state, OperationalState::DOWN | OperationalState::LOWERLAYERDOWN);
                let waits = match link.carrier().unwrap().unwrap() {
                    true => is_down && link.flags().contains(DeviceFlags::UP),
                    false => state == OperationalState::UP,
                };
                devices.push((link.index(), waits));
            }
        }
        devices
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

/// Returns RTM_GETLINK.
fn question(flags: MessageFlags, of: i32) -> Vec<u8> {
    let flags = (flags | MessageFlags::REQUEST).bits().to_ne_bytes();
    let kind = MessageType::GETLINK.0.to_ne_bytes();
    [&32_u32.to_ne_bytes()[..], &kind, &flags, &[0; 8], &index(of)].concat()
}

/// Returns whether this Linux has another number of processors than the model: a veth has a queue for each.
fn has_other_processors() -> bool {
    std::thread::available_parallelism().is_ok_and(|number| number.get() != 2)
}

fn body(kind: MessageType, payload: &[u8]) -> String {
    match kind {
        MessageType::NEWLINK | MessageType::DELLINK => {
            let (fixed, rest) = payload.split_at(16);
            let family = fixed[0];
            let mut text = format!(" {}", hex(fixed));
            for attribute in Attributes::new(rest) {
                let of_processors =
                    matches!(attribute.kind(), IFLA_NUM_TX_QUEUES | IFLA_NUM_RX_QUEUES);
                let masked = family == 0
                    && (MASKED.contains(&attribute.kind())
                        || of_processors && has_other_processors());
                let place = attribute.kind().to_string();
                if family == 7 && attribute.kind() == IFLA_PROTINFO {
                    nest(&format!("{place}.5"), "bridge", attribute.nested(), &mut text);
                } else if attribute.kind() == IFLA_LINKINFO {
                    let kinds: Vec<String> = attribute
                        .nested()
                        .filter(|of| matches!(of.kind(), IFLA_INFO_KIND | IFLA_INFO_SLAVE_KIND))
                        .map(|of| String::from_utf8_lossy(of.text()).into_owned())
                        .collect();
                    nest(&place, &kinds.join(" "), attribute.nested(), &mut text);
                } else if masked {
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

/// Writes attributes of IFLA_LINKINFO, those in nests with their places. Timers that run are masked,
/// and what packets bring.
fn nest(place: &str, kinds: &str, attributes: Attributes<'_>, text: &mut String) {
    for attribute in attributes {
        let inner = format!("{place}.{}", attribute.kind());
        let is_nest = matches!(attribute.kind(), IFLA_INFO_DATA | IFLA_INFO_SLAVE_DATA);
        let is_masked = match attribute.kind() {
            16..=19 => place.ends_with(".2") && kinds.starts_with("bridge"),
            21..=23 => place.ends_with(".5"),
            // What a bridge learns from packets that hosts send by themselves.
            41 | 42 => place.ends_with(".5"),
            48 => place.ends_with(".2") && kinds.starts_with("bridge"),
            _ => false,
        };
        if is_nest && place == "18" {
            *text += &format!("\n  {inner}:");
            nest(&inner, kinds, attribute.nested(), text);
        } else if is_masked {
            *text += &format!("\n  {inner}: masked");
        } else {
            *text += &format!("\n  {inner}: {}", hex(attribute.bytes()));
        }
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

/// Runs a body on Linux and on the model, and asserts that its lines are the same; only those that
/// differ are printed.
#[track_caller]
pub(crate) fn lines_on_both(body: impl Fn(&Setting<'_>) -> Vec<String> + Sync) {
    private(|| {
        let linux = on_linux(&body);
        let model = on_model(&body);
        let mut differences = String::new();
        for (place, (linux, model)) in linux.iter().zip(&model).enumerate() {
            if linux != model {
                differences += &format!("\nline {place}:");
                differences += &difference(linux, model);
            }
        }
        if linux.len() != model.len() {
            differences += &format!("\n{} lines of Linux, {} here", linux.len(), model.len());
        }
        assert!(differences.is_empty(), "-Linux +model{differences}");
    });
}

/// Returns the parts of two texts that differ.
fn difference(linux: &str, model: &str) -> String {
    let (linux, model): (Vec<&str>, Vec<&str>) =
        (linux.split('\n').collect(), model.split('\n').collect());
    let mut text = format!("\n  of {}", linux.first().copied().unwrap_or_default());
    let lacking = |of: &[&str], from: &[&str], sign: &str| {
        let only = of.iter().filter(|line| !from.contains(line));
        only.map(|line| format!("\n  {sign}{line}")).collect::<String>()
    };
    text += &lacking(&linux, &model, "-");
    text + &lacking(&model, &linux, "+")
}
