//! Answers as lines of text, without what may differ.

use super::Looking;
use super::mask::{NESTS, Treatment, steers, treatment};
use ifctl_abi::netlink::{
    MessageFlags, MessageType, NLMSGERR_ATTR_MSG, NLMSGERR_ATTR_POLICY, NetlinkHeader,
};
use ifctl_abi::rtnetlink::IFA_LOCAL;
use ifctl_kernel::{Errno, Request};
use ifctl_netlink::{Attributes, Message, Messages};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Whose port is which, in one namespace: each counts its own.
#[derive(Debug, Default)]
pub(super) struct Ports(BTreeMap<u32, String>);

impl Ports {
    pub(super) fn name(&mut self, port: u32, name: String) {
        self.0.insert(port, name);
    }

    fn of(&self, port: u32) -> String {
        match self.0.get(&port) {
            Some(name) => name.clone(),
            None => port.to_string(),
        }
    }
}

/// Returns bytes in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Returns the bytes of hexadecimal digits; blanks are skipped.
pub(super) fn bytes_of(text: &str) -> Vec<u8> {
    let digits: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let digit = |c: &char| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pair = |pair: &[char]| match pair {
        [high, low] => Some(digit(high)? << 4 | digit(low)?),
        _ => None,
    };
    digits.chunks(2).map(|chars| pair(chars).expect("hexadecimal digits, by twos")).collect()
}

/// Returns an errno's name.
pub(super) fn errno(errno: Errno) -> String {
    errno.name().map_or_else(|| errno.number().to_string(), str::to_owned)
}

/// Returns how a call ended.
pub(super) fn outcome<T>(answer: Result<T, Errno>) -> String {
    answer.map_or_else(errno, |_| "ok".to_owned())
}

/// Returns the name of an ioctl's number.
pub(super) fn ioctl(number: u32) -> String {
    let line = Request::TABLE.iter().find(|line| line.number == number);
    line.map_or_else(|| format!("{number:#x}"), |line| line.name.to_owned())
}

/// Returns the name of a message's kind.
pub(super) fn kind(kind: MessageType) -> String {
    kind.name().map_or_else(|| kind.0.to_string(), str::to_owned)
}

/// Returns a file's lines.
pub(super) fn file(path: &str, bytes: &[u8]) -> Vec<String> {
    let mut lines = vec![format!("{path}:")];
    for line in bytes.split(|byte| *byte == b'\n') {
        lines.push(format!("  {}", line.escape_ascii()));
    }
    lines
}

/// Returns what kind of line this is, for differences to be counted by: numbers do not count, nor what
/// stands behind the first few words.
pub(super) fn class_of(line: &str) -> String {
    let line = match line.split_once('=') {
        Some((before, _)) if line.starts_with(' ') => before,
        _ => line,
    };
    line.split_whitespace()
        .filter(|word| !word.contains('=') && *word != "strict")
        .filter(|word| !(word.len() > 6 && word.bytes().all(|byte| byte.is_ascii_hexdigit())))
        .take(4)
        .collect::<Vec<_>>()
        .join(" ")
}

/// A message as lines, and what it is about.
#[derive(Debug, Clone)]
pub(super) struct Block {
    pub(super) kind: MessageType,
    pub(super) family: u8,
    pub(super) device: u32,
    /// The address, the destination or the neighbour.
    pub(super) subject: Vec<u8>,
    /// A neighbour's state; a device's change mask.
    pub(super) detail: u32,
    pub(super) sequence: u32,
    pub(super) lines: Vec<String>,
}

/// Returns the messages of a datagram.
pub(super) fn datagram(bytes: &[u8], ports: &Ports, looking: Looking) -> Vec<Block> {
    let mut blocks = Vec::new();
    for message in Messages::new(bytes) {
        blocks.push(match message {
            Ok(message) => self::message(&message, ports, looking),
            Err(error) => Block::plain(MessageType(0), vec![format!("not a message: {error}")]),
        });
    }
    blocks
}

fn message(message: &Message<'_>, ports: &Ports, looking: Looking) -> Block {
    let flags = message.flags().bits();
    let head = format!(
        "{} flags={flags:#x} seq={} port={}",
        kind(message.kind()),
        message.sequence(),
        ports.of(message.port())
    );
    match message.kind() {
        MessageType::ERROR => Block::plain(message.kind(), error(message, head, looking.texts)),
        MessageType::DONE => Block::plain(message.kind(), done(message, head, looking.texts)),
        other => routing(other, message, head, looking),
    }
}

impl Block {
    fn plain(kind: MessageType, lines: Vec<String>) -> Self {
        let subject = Vec::new();
        Self { kind, family: 0, device: 0, subject, detail: 0, sequence: 0, lines }
    }

    /// What a message of this kind is about.
    fn about(kind: MessageType, new: MessageType, message: &Message<'_>) -> Self {
        let payload = message.payload();
        let word = |at: usize| {
            let word = payload.get(at..at + 4).and_then(|word| word.try_into().ok());
            u32::from_ne_bytes(word.unwrap_or_default())
        };
        let (size, subject, device) = match new {
            MessageType::NEWLINK => (16, 0, None),
            MessageType::NEWADDR => (8, 1, None),
            MessageType::NEWROUTE => (12, 1, Some(4)),
            MessageType::NEWNEIGH => (12, 1, None),
            _ => (payload.len(), 0, None),
        };
        let attributes = Attributes::new(payload.get(size..).unwrap_or_default());
        let find = |number: u16| {
            attributes.clone().find(|attribute| attribute.kind() == number).map(|a| a.bytes())
        };
        // With a peer an address' own stands beside it.
        let own = (new == MessageType::NEWADDR).then(|| find(IFA_LOCAL)).flatten();
        let device = match device {
            Some(number) => find(number).and_then(|bytes| bytes.try_into().ok()),
            None => Some(word(4).to_ne_bytes()),
        };
        Self {
            kind,
            family: payload.first().copied().unwrap_or(0),
            device: device.map_or(0, u32::from_ne_bytes),
            subject: own.or_else(|| find(subject)).unwrap_or_default().to_vec(),
            detail: if new == MessageType::NEWLINK { word(12) } else { word(8) & 0xffff },
            sequence: message.sequence(),
            lines: Vec::new(),
        }
    }

    /// Returns whether this is a neighbour that is there by chance: one that Linux makes by itself, for a
    /// multicast packet of its own, at whatever moment it sends that.
    pub(super) fn is_chance(&self) -> bool {
        let is_multicast = match self.subject[..] {
            // On `lo` this one stands for all.
            [0, 0, 0, 0] => self.device == 1,
            [first, _, _, _] => first >= 224,
            [first, ..] => first == 0xff,
            [] => false,
        };
        let is_neighbour = self.kind.0 & !3 == MessageType::NEWNEIGH.0;
        is_neighbour && self.detail == 0x40 && is_multicast
    }
}

/// An error or an acknowledgement.
fn error(message: &Message<'_>, head: String, texts: bool) -> Vec<String> {
    let payload = message.payload();
    let code = payload.first_chunk().map_or(0, |code| i32::from_ne_bytes(*code));
    let result = if code == 0 { "ok".to_owned() } else { errno(Errno::new(-code)) };
    let asked = payload.get(8..10).and_then(|kind| kind.try_into().ok()).map(u16::from_ne_bytes);
    let asked = asked.map_or_else(String::new, |number| kind(MessageType(number)));
    let capped = message.flags().contains(MessageFlags::CAPPED);
    let length = payload.get(4..).and_then(|request| request.first_chunk());
    let length = length.map_or(0, |length| u32::from_ne_bytes(*length) as usize);
    let echo = if capped { size_of::<NetlinkHeader>() } else { length.next_multiple_of(4) };
    let body = payload.get(4..).unwrap_or_default();
    let (echo, rest) =
        body.split_at(if code == 0 && !capped { body.len() } else { echo.min(body.len()) });
    let mut lines = vec![format!("answer {asked} {result}: {head}")];
    lines.push(format!("  request={}", hex(echo)));
    lines.extend(extended(rest, texts));
    lines
}

fn done(message: &Message<'_>, head: String, texts: bool) -> Vec<String> {
    let payload = message.payload();
    let code = payload.first_chunk().map_or(0, |code| i32::from_ne_bytes(*code));
    let result = if code == 0 { "ok".to_owned() } else { errno(Errno::new(-code)) };
    let mut lines = vec![format!("end {result}: {head}")];
    lines.extend(extended(payload.get(4..).unwrap_or_default(), texts));
    lines
}

/// What an extended acknowledgement adds. That there is a text is told, its wording only where that is
/// looked at.
fn extended(bytes: &[u8], texts: bool) -> Vec<String> {
    Attributes::new(bytes)
        .filter(|attribute| attribute.kind() != NLMSGERR_ATTR_POLICY)
        .map(|attribute| match attribute.kind() {
            NLMSGERR_ATTR_MSG if !texts => "  text".to_owned(),
            NLMSGERR_ATTR_MSG => format!("  text={}", attribute.text().escape_ascii()),
            kind => format!("  extended {kind}={}", hex(attribute.bytes())),
        })
        .collect()
}

/// A message about a device, an address, a route and so on.
fn routing(number: MessageType, message: &Message<'_>, head: String, looking: Looking) -> Block {
    let new = MessageType(number.0 & !3);
    let size = match new.0 {
        16 => 16,
        20 | 56 | 60 => 8,
        24 | 28 | 32 | 52 => 12,
        80 => 1,
        _ => {
            return Block::plain(number, vec![format!("{head} {}", hex(message.payload()))]);
        }
    };
    let payload = message.payload();
    let fixed = payload.get(..size).unwrap_or(payload);
    let mut lines = vec![format!("{} {}", head, hex(fixed))];
    let rest = payload.get(usize::next_multiple_of(size, 4)..).unwrap_or_default();
    let whole = Whole { kind: new, attributes: rest, looking };
    whole.tell(&mut Vec::new(), rest, &mut lines);
    Block { lines, ..Block::about(number, new, message) }
}

/// A message, of which some attributes are told.
struct Whole<'m> {
    kind: MessageType,
    attributes: &'m [u8],
    looking: Looking,
}

impl Whole<'_> {
    /// Tells the attributes of the message, or of a nest in it.
    fn tell(&self, path: &mut Vec<u16>, bytes: &[u8], lines: &mut Vec<String>) {
        let mut attributes = Attributes::new(bytes);
        for attribute in attributes.by_ref() {
            path.push(attribute.kind());
            // Where IPv6 is not looked at, it has no part in what is told of a device.
            let is_left_out =
                !self.looking.ipv6 && self.kind == MessageType::NEWLINK && path[..] == [26, 10];
            let name = path.iter().map(u16::to_string).collect::<Vec<_>>().join(".");
            let bytes = attribute.bytes();
            let text = match treatment(self.kind, path) {
                _ if is_left_out => None,
                Some(Treatment::Whole) => None,
                Some(Treatment::Value) => Some("(masked)".to_owned()),
                Some(Treatment::Bytes(from, to)) => {
                    let mut bytes = bytes.to_vec();
                    let end = to.min(bytes.len());
                    if let Some(masked) = bytes.get_mut(from..end) {
                        masked.fill(0);
                    }
                    Some(hex(&bytes))
                }
                Some(Treatment::Lifetimes) => Some(lifetimes(bytes)),
                Some(Treatment::Uses) => Some(uses(bytes)),
                Some(Treatment::OfVethWithSteering) if !steers() => None,
                Some(Treatment::OfVeth | Treatment::OfVethWithSteering) if self.is_of_veth() => {
                    Some("(masked)".to_owned())
                }
                Some(Treatment::OfVeth | Treatment::OfVethWithSteering) => Some(hex(bytes)),
                None if NESTS.contains(&(self.kind, &path[..])) => {
                    lines.push(format!("  {name}: nest"));
                    self.tell(path, bytes, lines);
                    None
                }
                None => Some(hex(bytes)),
            };
            if let Some(text) = text {
                lines.push(format!("  {name}={text}"));
            }
            path.pop();
        }
        let rest = attributes.rest();
        if !rest.is_empty() {
            lines.push(format!("  rest={}", hex(rest)));
        }
    }

    /// Returns whether the device is one end of a pair.
    fn is_of_veth(&self) -> bool {
        let info = Attributes::new(self.attributes).find(|attribute| attribute.kind() == 18);
        let kind = info.and_then(|info| info.nested().find(|attribute| attribute.kind() == 1));
        kind.is_some_and(|kind| kind.text() == b"veth")
    }
}

/// What was done with a route: `struct rta_cacheinfo`.
fn uses(bytes: &[u8]) -> String {
    let word = |at: usize| {
        let word = bytes.get(at..at + 4).and_then(|word| word.try_into().ok());
        u32::from_ne_bytes(word.unwrap_or_default())
    };
    let expires = if word(8) == 0 { "never" } else { "some time" };
    format!("{} bytes, expires {expires}, error {}", bytes.len(), word(12).cast_signed())
}

/// The preferred and the valid lifetime of an address.
fn lifetimes(bytes: &[u8]) -> String {
    let words =
        bytes.as_chunks::<4>().0.iter().take(2).map(|word| match u32::from_ne_bytes(*word) {
            u32::MAX => "for ever",
            0 => "over",
            _ => "finite",
        });
    words.collect::<Vec<_>>().join(", ")
}
