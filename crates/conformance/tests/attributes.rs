//! Each attribute of each request, of every length: what it must be like is checked on the model as on Linux.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ifctl_abi::netlink::{MessageFlags, MessageType, NetlinkHeader};

use ifctl_abi::rtnetlink::{IFLA_NET_NS_FD, IFLA_NET_NS_PID};
use ifctl_conformance::sequence::{Asked, Looking, Step, Who, account};
use ifctl_conformance::{on_linux, on_model, private};
use zerocopy::IntoBytes;

/// Lengths below, at and above those of numbers, addresses and structures.
const LENGTHS: [usize; 12] = [0, 1, 2, 3, 4, 5, 8, 15, 16, 17, 20, 33];
/// So many differences are shown.
const SHOWN: usize = 20;
/// No device has this index.
const NOBODY: u8 = 99;
/// `lo`.
const LO: u8 = 1;

/// A message with this fixed part, and one attribute.
fn message(kind: MessageType, flags: MessageFlags, body: &[u8], attribute: &[u8]) -> Vec<u8> {
    let rest = [body, attribute].concat();
    let header = NetlinkHeader {
        length: u32::try_from(size_of::<NetlinkHeader>() + rest.len()).unwrap(),
        kind,
        flags: flags | MessageFlags::REQUEST | MessageFlags::ACK,
        sequence: 1,
        ..NetlinkHeader::default()
    };
    [header.as_bytes(), &rest].concat()
}

fn attribute(kind: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = u16::try_from(payload.len() + 4).unwrap().to_ne_bytes().to_vec();
    bytes.extend_from_slice(&kind.to_ne_bytes());
    bytes.extend_from_slice(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// A request's fixed part, and the numbers of the attributes that it is sent with, one at a time.
type Form = (MessageType, Vec<u8>, Vec<u16>);

/// Returns each of these requests with each of these fixed parts.
fn forms(kinds: &[MessageType], bodies: &[Vec<u8>], numbers: Vec<u16>) -> Vec<Form> {
    let of = |kind: &MessageType| {
        bodies.iter().map(|body| (*kind, body.clone(), numbers.clone())).collect::<Vec<_>>()
    };
    kinds.iter().flat_map(of).collect()
}

/// What an attribute says: of each length bytes that are all alike; where it may be a number, small ones.
fn payloads() -> Vec<Vec<u8>> {
    let alike =
        LENGTHS.iter().flat_map(|&length| [vec![0; length], vec![1; length], vec![0xff; length]]);
    let small = [1, 2, 4].into_iter().flat_map(|length| {
        (1..=12).map(move |number| {
            let mut bytes = vec![0; length];
            bytes.iter_mut().take(1).for_each(|byte| *byte = number);
            bytes
        })
    });
    alike.chain(small).collect()
}

/// Asserts that both kernels answer these requests alike.
fn assert_each_alike(flags: MessageFlags, forms: &[Form]) {
    let payloads = payloads();
    let mut steps = Vec::new();
    for (kind, body, numbers) in forms {
        for number in numbers {
            for (at, payload) in payloads.iter().enumerate() {
                let bytes = message(*kind, flags, body, &attribute(*number, payload));
                let asked = Asked::Netlink { strict: at % 2 == 1, bytes };
                steps.push(Step { who: Who::Here, asked });
            }
        }
    }
    private(|| {
        let looking = Looking { ipv6: true, texts: true, ..Looking::AT_ANSWERS };
        let model = on_model(|setting| account(setting, looking, &steps, None));
        let linux = on_linux(|setting| account(setting, looking, &steps, Some(&model)));
        let answers = linux.steps.iter().zip(&model.steps);
        let differing: Vec<String> = (steps.iter().zip(answers))
            .filter(|(_, (linux, model))| linux != model)
            .map(|(step, (linux, model))| {
                format!("{step:?}\n  Linux: {linux:?}\n  model: {model:?}")
            })
            .collect();
        let shown = differing.get(..differing.len().min(SHOWN)).unwrap_or_default().join("\n");
        assert!(differing.is_empty(), "{} of {} differ\n{shown}", differing.len(), steps.len());
    });
}

fn of_neighbour(family: u8, index: u8) -> Vec<u8> {
    vec![family, 0, 0, 0, index, 0, 0, 0, 0x80, 0, 0, 0]
}

fn of_route(family: u8) -> Vec<u8> {
    vec![family, 0, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0]
}

fn of_address(family: u8, index: u8) -> Vec<u8> {
    vec![family, 24, 0, 0, index, 0, 0, 0]
}

fn of_link(index: u8) -> Vec<u8> {
    vec![0, 0, 0, 0, index, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
}

#[test]
fn attributes_of_a_neighbour_are_checked_as_on_linux() {
    use MessageType as M;
    let bodies = [2, 10].map(|family| [NOBODY, LO].map(|index| of_neighbour(family, index)));
    let kinds = [M::NEWNEIGH, M::DELNEIGH];
    assert_each_alike(MessageFlags::CREATE, &forms(&kinds, &bodies.concat(), (0..=20).collect()));
}

#[test]
fn attributes_of_a_route_are_checked_as_on_linux() {
    use MessageType as M;
    let bodies = [2, 10].map(of_route);
    let kinds = [M::NEWROUTE, M::DELROUTE];
    assert_each_alike(MessageFlags::CREATE, &forms(&kinds, &bodies, (0..=34).collect()));
}

#[test]
fn attributes_of_an_address_are_checked_as_on_linux() {
    use MessageType as M;
    let bodies = [2, 10].map(|family| [NOBODY, LO].map(|index| of_address(family, index)));
    let kinds = [M::NEWADDR, M::DELADDR];
    assert_each_alike(MessageFlags::CREATE, &forms(&kinds, &bodies.concat(), (0..=14).collect()));
}

#[test]
fn attributes_of_a_device_are_checked_as_on_linux() {
    use MessageType as M;
    let bodies = [NOBODY, LO].map(of_link);
    // The model has no processes and no descriptors.
    let elsewhere = [IFLA_NET_NS_PID, IFLA_NET_NS_FD];
    let numbers = (0..=72).filter(|number| !elsewhere.contains(number)).collect();
    let changes = forms(&[M::NEWLINK, M::SETLINK], &bodies, numbers);
    let goes = forms(&[M::DELLINK], &bodies, (0..=72).collect());
    assert_each_alike(MessageFlags::empty(), &[changes, goes].concat());
}

#[test]
fn attributes_of_questions_are_checked_as_on_linux() {
    use MessageType as M;
    let both = |body: fn(u8) -> Vec<u8>| [2, 10].map(body);
    let which = |family| vec![family, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let questions = [
        forms(&[M::GETLINK], &[NOBODY, LO].map(of_link), (0..=72).collect()),
        forms(&[M::GETROUTE], &both(which), (0..=34).collect()),
        forms(&[M::GETADDR], &both(|family| of_address(family, LO)), (0..=14).collect()),
        forms(&[M::GETNEIGH], &both(|family| of_neighbour(family, LO)), (0..=20).collect()),
        forms(&[M::GETNETCONF], &both(|family| vec![family, 0, 0, 0]), (0..=12).collect()),
    ];
    assert_each_alike(MessageFlags::empty(), &questions.concat());
}
