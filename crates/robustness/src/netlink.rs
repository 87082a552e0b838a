//! Netlink: datagrams as they could come from a kernel, and to one.

use core::fmt::{self, Write};
use core::hint::black_box;
use ifctl_abi::netlink::MessageType;
use ifctl_abi::rtnetlink::{Family, LinkStats64};
use ifctl_netlink::*;

/// Recorded from a kernel, see `crates/netlink/tests/fixtures`.
const RECORDED: [&[u8]; 17] = [
    include_bytes!("../../netlink/tests/fixtures/links.bin"),
    include_bytes!("../../netlink/tests/fixtures/addresses-ipv4.bin"),
    include_bytes!("../../netlink/tests/fixtures/addresses-ipv6.bin"),
    include_bytes!("../../netlink/tests/fixtures/routes-ipv4.bin"),
    include_bytes!("../../netlink/tests/fixtures/routes-ipv6.bin"),
    include_bytes!("../../netlink/tests/fixtures/neighbours.bin"),
    include_bytes!("../../netlink/tests/fixtures/neighbours-proxy.bin"),
    include_bytes!("../../netlink/tests/fixtures/forwarding.bin"),
    include_bytes!("../../netlink/tests/fixtures/multicast-ipv6.bin"),
    include_bytes!("../../netlink/tests/fixtures/events.bin"),
    include_bytes!("../../netlink/tests/fixtures/done-refused.bin"),
    include_bytes!("../../netlink/tests/fixtures/error-echoed.bin"),
    include_bytes!("../../netlink/tests/fixtures/error-capped.bin"),
    include_bytes!("../../netlink/tests/fixtures/error-offset.bin"),
    include_bytes!("../../netlink/tests/fixtures/error-plain.bin"),
    include_bytes!("../../netlink/tests/fixtures/acknowledged.bin"),
    include_bytes!("../../netlink/tests/fixtures/acknowledged-warned.bin"),
];

/// How deep attributes are followed.
const DEPTH: usize = 8;

/// Returns every recorded message, and each recording as the stretch of messages that it is.
pub fn seeds() -> Vec<Vec<u8>> {
    let messages = RECORDED.iter().flat_map(|recording| {
        let messages = Messages::new(recording).filter_map(Result::ok);
        messages.map(|message| message.bytes().to_vec())
    });
    let stretches = RECORDED.iter().filter(|bytes| bytes.len() < 4_000).map(|all| all.to_vec());
    messages.chain(stretches).collect()
}

/// Reads all that can be read from the messages of a datagram, and writes each again. Returns how many
/// messages there were.
pub fn read(datagram: &[u8]) -> usize {
    let mut encoder = Encoder::new();
    let (mut messages, mut total) = (0_usize, 0_usize);
    for message in Messages::new(datagram).filter_map(Result::ok) {
        messages += 1;
        total += message.bytes().len();
        read_message(&message, &mut encoder);
    }
    assert!(total <= datagram.len(), "messages do not overlap");
    let written = Messages::new(encoder.as_bytes());
    let sound = written.take_while(Result::is_ok).count();
    assert_eq!(sound, encoder.messages(), "what is written is sound");
    // A message's own structure and the attributes that every one has may be new; nothing else grows.
    assert!(encoder.as_bytes().len() <= 2 * datagram.len() + 256 * messages, "it does not grow");
    messages
}

/// Counts characters, keeps none.
pub(crate) struct Count(pub(crate) usize);

impl Write for Count {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}

fn read_message(message: &Message<'_>, encoder: &mut Encoder) {
    let mut report = |error: AttributeError| {
        assert!(error.needed == 0 || error.length < error.needed, "{error}");
    };
    let head = Head { kind: message.kind(), flags: message.flags(), ..Head::default() };
    let mut text = Count(0);
    // Counting does not fail.
    let mut show = |shown: &dyn fmt::Debug| write!(text, "{shown:?}").unwrap_or_default();
    if let Ok(view) = LinkMessage::parse(message) {
        let value = view.value_reporting(&mut report);
        let _ = value.encode(head, encoder);
        show(&(&view, &value, view.alternative_names()));
        view.table().attributes().for_each(|attribute| walk(attribute, DEPTH));
    } else if let Ok(view) = AddressMessage::parse(message) {
        let value = view.value_reporting(&mut report);
        let _ = value.encode(head, encoder);
        show(&(&view, &value, view.local(), view.peer()));
        black_box((view.multicast().is_ok(), view.anycast().is_ok()));
    } else if let Ok(view) = RouteMessage::parse(message) {
        let value = view.value_reporting(&mut report);
        let _ = value.encode(head, encoder);
        show(&(&view, &value, view.next_hops()));
    } else if let Ok(view) = NeighbourMessage::parse(message) {
        let value = view.value_reporting(&mut report);
        let _ = value.encode(head, encoder);
        show(&(&view, &value));
    } else if let Ok(answer) = Answer::parse(message) {
        assert!(answer.errno() >= 0);
        show(&(&answer, answer.extended().value()));
    }
    Attributes::new(message.payload()).for_each(|attribute| walk(attribute, DEPTH));
    // What is shown is numbers, some words for each byte that was read, and the fields' names.
    assert!(text.0 <= 16_384 + 64 * message.bytes().len(), "{} characters", text.0);
}

/// Reads an attribute as everything that it might be.
fn walk(attribute: Attribute<'_>, depth: usize) {
    black_box((attribute.u8(), attribute.u16(), attribute.u32(), attribute.u64()).0.is_ok());
    black_box((attribute.be16().is_ok(), attribute.be32().is_ok(), attribute.i32().is_ok()));
    black_box(attribute.growing::<LinkStats64>());
    black_box((attribute.address(Family::INET).is_ok(), attribute.address(Family::INET6).is_ok()));
    assert!(attribute.text().len() <= attribute.bytes().len());
    if depth > 0 {
        attribute.nested().for_each(|inner| walk(inner, depth - 1));
    }
}

/// Reads a value, writes it, reads that and writes it: the same bytes come out. Of addresses and
/// neighbours the value must be the same, too. Returns how many values there were.
pub fn round_trip(datagram: &[u8]) -> usize {
    let messages = Messages::new(datagram).filter_map(Result::ok);
    messages.filter(|message| round_trip_of(message).is_some()).count()
}

fn round_trip_of(message: &Message<'_>) -> Option<()> {
    let head = Head { kind: message.kind(), ..Head::default() };
    let (mut first, mut second) = (Encoder::new(), Encoder::new());
    if let Ok(view) = LinkMessage::parse(message) {
        view.value().ok()?.encode(head, &mut first).ok()?;
        let again = LinkMessage::parse(&only(&first)?).ok()?;
        let value = again.value();
        assert!(value.is_ok(), "{value:?}");
        let _ = value.ok()?.encode(head, &mut second);
    } else if let Ok(view) = AddressMessage::parse(message) {
        let value = view.value().ok()?;
        value.encode(head, &mut first).ok()?;
        let message = only(&first)?;
        let again = AddressMessage::parse(&message).ok()?.value();
        // A label and a broadcast address are IPv4's, and a question has no room for all flags.
        let is_question = head.kind == MessageType::GETADDR;
        if value.label.is_none() && value.broadcast.is_none() && !is_question {
            assert_eq!(again, Ok(value));
        }
        assert!(again.is_ok(), "{again:?}");
        let _ = again.ok()?.encode(head, &mut second);
    } else if let Ok(view) = RouteMessage::parse(message) {
        view.value().ok()?.encode(head, &mut first).ok()?;
        let message = only(&first)?;
        let again = RouteMessage::parse(&message).ok()?.value();
        assert!(again.is_ok(), "{again:?}");
        let _ = again.ok()?.encode(head, &mut second);
    } else {
        let view = NeighbourMessage::parse(message).ok()?;
        let value = view.value().ok()?;
        value.encode(head, &mut first).ok()?;
        let message = only(&first)?;
        let again = NeighbourMessage::parse(&message).ok()?.value();
        assert_eq!(again, Ok(value));
        let _ = again.ok()?.encode(head, &mut second);
    }
    assert_eq!(first.as_bytes(), second.as_bytes(), "the same bytes, written twice");
    Some(())
}

/// Returns the message that was written. It must be sound, and the only one.
fn only(written: &Encoder) -> Option<Message<'_>> {
    let mut messages = Messages::new(written.as_bytes());
    let message = messages.next()?;
    assert!(message.is_ok() && messages.next().is_none(), "{message:?}");
    message.ok()
}
