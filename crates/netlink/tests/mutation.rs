//! Damaged messages: whatever the bytes, nothing panics, and every walk ends.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use core::fmt::Write;
use std::hint::black_box;

use ifctl_abi::rtnetlink::Family;
use ifctl_netlink::*;

/// Datagrams that are damaged: more than 300,000 messages.
const ROUNDS: usize = if cfg!(miri) { 60 } else { 150_000 };

const SEEDS: [&[u8]; 14] = [
    include_bytes!("fixtures/links.bin"),
    include_bytes!("fixtures/addresses-ipv4.bin"),
    include_bytes!("fixtures/addresses-ipv6.bin"),
    include_bytes!("fixtures/routes-ipv4.bin"),
    include_bytes!("fixtures/routes-ipv6.bin"),
    include_bytes!("fixtures/neighbours.bin"),
    include_bytes!("fixtures/forwarding.bin"),
    include_bytes!("fixtures/multicast-ipv6.bin"),
    include_bytes!("fixtures/events.bin"),
    include_bytes!("fixtures/done-refused.bin"),
    include_bytes!("fixtures/error-echoed.bin"),
    include_bytes!("fixtures/error-capped.bin"),
    include_bytes!("fixtures/error-offset.bin"),
    include_bytes!("fixtures/acknowledged-warned.bin"),
];

/// Marsaglia's xorshift: the same damage on every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap()
    }

    fn byte(&mut self) -> u8 {
        let interesting = [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 127, 128, 254, 255];
        if self.below(2) == 0 { interesting[self.below(14)] } else { self.next() as u8 }
    }
}

/// Takes a stretch of whole messages from a seed, and damages it.
fn damaged(random: &mut Random) -> Vec<u8> {
    let seed = SEEDS[random.below(SEEDS.len())];
    let starts: Vec<usize> = Messages::new(seed)
        .map(Result::unwrap)
        .map(|message| message.bytes().as_ptr().addr() - seed.as_ptr().addr())
        .collect();
    let begin = starts[random.below(starts.len())];
    let most = if cfg!(miri) { 1_500 } else { 6_000 };
    let mut bytes = seed[begin..seed.len().min(begin + 1 + random.below(most))].to_vec();
    for _ in 0..=random.below(6) {
        let at = random.below(bytes.len());
        match random.below(8) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, random.byte()),
            2 => {
                let from = random.below(bytes.len());
                let piece = bytes[from..bytes.len().min(from + 40)].to_vec();
                bytes.splice(at..at, piece);
            }
            // The low bytes of what may be a message's or an attribute's length or number.
            3 | 4 => {
                if let Some(byte) = bytes.get_mut(at & !3) {
                    *byte = random.byte();
                }
            }
            5 => {
                if let Some(byte) = bytes.get_mut((at & !3) + 2) {
                    *byte = random.byte();
                }
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = random.byte();
                }
            }
        }
    }
    bytes
}

/// Counts characters, keeps none.
struct Count(usize);

impl Write for Count {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}

/// Reads all that can be read from a message, and writes it again.
fn read_everything(message: &Message<'_>, odd: &mut usize, encoder: &mut Encoder) {
    let mut report = |error: AttributeError| {
        assert!(error.needed == 0 || error.length < error.needed, "{error}");
        *odd += 1;
    };
    let head = Head { kind: message.kind(), flags: message.flags(), ..Head::default() };
    let mut text = Count(0);
    if let Ok(view) = LinkMessage::parse(message) {
        let value = view.value_reporting(&mut report);
        let _ = value.encode(head, encoder);
        write!(text, "{view:?} {value:?} {:?}", view.alternative_names()).unwrap();
        for attribute in view.table().attributes() {
            walk(attribute, 8);
        }
    } else if let Ok(view) = AddressMessage::parse(message) {
        let value = view.value_reporting(&mut report);
        let _ = value.encode(head, encoder);
        write!(text, "{view:?} {value:?} {:?}", (view.local(), view.peer())).unwrap();
        black_box((view.multicast().is_ok(), view.anycast().is_ok()));
    } else if let Ok(view) = RouteMessage::parse(message) {
        let value = view.value_reporting(&mut report);
        let _ = value.encode(head, encoder);
        write!(text, "{view:?} {value:?} {:?}", view.next_hops()).unwrap();
    } else if let Ok(view) = NeighbourMessage::parse(message) {
        let value = view.value_reporting(&mut report);
        let _ = value.encode(head, encoder);
        write!(text, "{view:?} {value:?}").unwrap();
    } else if let Ok(answer) = Answer::parse(message) {
        assert!(answer.errno() >= 0);
        write!(text, "{answer:?} {:?}", answer.extended().value()).unwrap();
    }
    for attribute in Attributes::new(message.payload()) {
        walk(attribute, 8);
    }
    black_box(text.0);
}

/// Reads an attribute as everything that it might be.
fn walk(attribute: Attribute<'_>, depth: usize) {
    black_box((attribute.u8(), attribute.u16(), attribute.u32(), attribute.u64()).0.is_ok());
    black_box((attribute.be16().is_ok(), attribute.be32().is_ok(), attribute.i32().is_ok()));
    black_box(attribute.growing::<ifctl_abi::rtnetlink::LinkStats64>());
    black_box((attribute.address(Family::INET).is_ok(), attribute.address(Family::INET6).is_ok()));
    assert!(attribute.text().len() <= attribute.bytes().len());
    if depth > 0 {
        attribute.nested().for_each(|inner| walk(inner, depth - 1));
    }
}

#[test]
fn no_damage_panics_and_what_is_written_after_it_is_sound() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut encoder = Encoder::new();
    let (mut messages, mut broken, mut odd) = (0_usize, 0_usize, 0_usize);
    for _ in 0..ROUNDS {
        let bytes = damaged(&mut random);
        let mut total = 0;
        encoder.clear();
        for message in Messages::new(&bytes) {
            match message {
                Ok(message) => {
                    messages += 1;
                    total += message.bytes().len();
                    read_everything(&message, &mut odd, &mut encoder);
                }
                Err(_) => broken += 1,
            }
        }
        assert!(total <= bytes.len(), "messages do not overlap");
        let written = Messages::new(encoder.as_bytes()).map(Result::unwrap).count();
        assert_eq!(written, encoder.messages());
    }
    // The damage was neither too little nor too much to say something.
    if !cfg!(miri) {
        assert!(messages > 300_000, "{messages} messages");
    }
    assert!(broken > ROUNDS / 20, "{broken} broken datagrams");
    assert!(odd > ROUNDS / 50, "{odd} odd attributes");
}

#[test]
fn what_a_value_was_written_as_is_read_as_the_same_value_even_after_damage() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let mut compared = 0;
    for _ in 0..ROUNDS / 10 {
        let bytes = damaged(&mut random);
        for message in Messages::new(&bytes).filter_map(Result::ok) {
            let head = Head { kind: message.kind(), ..Head::default() };
            let mut encoder = Encoder::new();
            if let Some(value) = AddressMessage::parse(&message).ok().and_then(|v| v.value().ok()) {
                // A label is IPv4's, and RTM_GETADDR carries no flags.
                let plain = value.label.is_none() && value.broadcast.is_none();
                if plain && value.encode(head, &mut encoder).is_ok() && head.kind.0 != 22 {
                    let again = Messages::new(encoder.as_bytes()).next().unwrap().unwrap();
                    assert_eq!(AddressMessage::parse(&again).unwrap().value(), Ok(value));
                    compared += 1;
                }
            } else if let Ok(view) = NeighbourMessage::parse(&message)
                && let Ok(value) = view.value()
                && value.encode(head, &mut encoder).is_ok()
            {
                let again = Messages::new(encoder.as_bytes()).next().unwrap().unwrap();
                assert_eq!(NeighbourMessage::parse(&again).unwrap().value(), Ok(value));
                compared += 1;
            }
        }
    }
    assert!(compared > ROUNDS / 100, "{compared} values");
}
