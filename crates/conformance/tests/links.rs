//! Device messages on both kernels: listings, changes, names, notifications.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod link_help;

use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::*;
use link_help::{
    Talk, address, attribute, create, device, flags, header, index, info, lines_on_both, name,
    number, properties, text, veth,
};

#[test]
fn a_listing_of_lo_and_a_pair_reads_the_same_byte_for_byte() {
    lines_on_both(|setting| {
        let mut talk = Talk::new(setting.here);
        talk.send(MessageType::NEWLINK, create(), &veth("v0", "v1"));
        let dump = MessageFlags::DUMP;
        let listing = talk.send(MessageType::GETLINK, dump, &index(0));
        assert!(listing.len() >= 4, "{listing:?}");
        let mut lines = listing;
        lines.extend(talk.send(MessageType::GETLINK, MessageFlags::empty(), &name("v0")));
        lines
    });
}

/// The messages that the tests below send, each after the other, to the same two kernels.
type Requests = Vec<(MessageType, MessageFlags, Vec<u8>)>;

/// Sends requests, and asserts that both kernels answer and announce the same.
#[track_caller]
fn the_same(requests: impl Fn() -> Requests + Sync) {
    lines_on_both(|setting| {
        let mut talk = Talk::new(setting.here);
        let mut lines = Vec::new();
        for (place, (kind, flags, body)) in requests().into_iter().enumerate() {
            lines.push(format!("{place}: {kind:?} {flags:?}"));
            lines.extend(talk.ask(kind, flags, &body));
        }
        lines
    });
}

fn set(body: Vec<u8>) -> (MessageType, MessageFlags, Vec<u8>) {
    (MessageType::SETLINK, MessageFlags::empty(), body)
}

fn make(body: Vec<u8>) -> (MessageType, MessageFlags, Vec<u8>) {
    (MessageType::NEWLINK, create(), body)
}

fn change(body: Vec<u8>) -> (MessageType, MessageFlags, Vec<u8>) {
    (MessageType::NEWLINK, MessageFlags::empty(), body)
}

fn get(body: Vec<u8>) -> (MessageType, MessageFlags, Vec<u8>) {
    (MessageType::GETLINK, MessageFlags::empty(), body)
}

fn delete(body: Vec<u8>) -> (MessageType, MessageFlags, Vec<u8>) {
    (MessageType::DELLINK, MessageFlags::empty(), body)
}

fn with(mut body: Vec<u8>, more: &[u8]) -> Vec<u8> {
    body.extend_from_slice(more);
    body
}

#[test]
fn creation_takes_and_refuses_names_indexes_and_kinds_as_linux_does() {
    the_same(|| {
        let ifb = |given: &str| device(given, "ifb", 9, &[]);
        vec![
            make(veth("a0", "a1")),
            (MessageType::NEWLINK, create() | MessageFlags::ECHO, veth("b0", "b1")),
            make([flags(0, 1, 1), text(IFLA_IFNAME, "i0"), address(9), info("ifb", &[])].concat()),
            make(veth("c0", "c0")),
            make(veth("a0", "c1")),
            make(veth("c0", "a1")),
            make(with(name("zz"), &info("nosuch", &[]))),
            make(name("zz")),
            make(index(0)),
            make(with(index(0), &[address(9), info("ifb", &[])].concat())),
            make(ifb("q%d")),
            make(ifb("q%d")),
            make(ifb("q%s")),
            make(ifb("q%d%d")),
            make(ifb("q/s")),
            make(ifb("q s")),
            make(ifb("")),
            make(ifb(".")),
            make(ifb("a0:1")),
            make(ifb("sixteen_bytes_xx")),
            make(ifb("lo")),
            make([index(500), text(IFLA_IFNAME, "w0"), address(9), info("ifb", &[])].concat()),
            make([index(500), text(IFLA_IFNAME, "w1"), address(9), info("ifb", &[])].concat()),
            make([index(-5), text(IFLA_IFNAME, "w1"), address(9), info("ifb", &[])].concat()),
            make(ifb("after")),
            make(with(ifb("n0"), &number(IFLA_NUM_TX_QUEUES, 0))),
            make(with(ifb("n0"), &number(IFLA_NUM_RX_QUEUES, 5000))),
            make(with(ifb("n0"), &number(IFLA_NUM_TX_QUEUES, 4))),
            make([ifb("n1"), number(IFLA_MTU, 9000), number(IFLA_TXQLEN, 7)].concat()),
            make([ifb("n2"), number(IFLA_GROUP, 7), attribute(IFLA_LINKMODE, &[1])].concat()),
            make([veth("m0", "m1"), number(IFLA_MTU, 60)].concat()),
            make([name("m0"), number(IFLA_MTU, 60), info("bridge", &[])].concat()),
            make([ifb("m3"), attribute(IFLA_BROADCAST, &[9; 6])].concat()),
            make([ifb("m4"), number(IFLA_MASTER, 1)].concat()),
            make([ifb("m4"), number(IFLA_MASTER, 99)].concat()),
            make([name("m5"), attribute(IFLA_ADDRESS, &[2, 3]), info("ifb", &[])].concat()),
            make([name("m5"), attribute(IFLA_ADDRESS, &[3; 6]), info("ifb", &[])].concat()),
            make([name("m5"), attribute(IFLA_ADDRESS, &[0; 6]), info("veth", &[])].concat()),
            make([ifb("m6"), attribute(IFLA_MAP, &[0; 32])].concat()),
            make([ifb("m6"), number(IFLA_NET_NS_PID, 1), number(IFLA_NET_NS_FD, 900)].concat()),
            make([ifb("m6"), number(IFLA_NET_NS_FD, 900)].concat()),
        ]
    });
}

#[test]
fn what_is_there_already_is_changed_or_refused_as_linux_does() {
    the_same(|| {
        let mtu = number(IFLA_MTU, 1400);
        vec![
            make(veth("a0", "a1")),
            make(device("a0", "ifb", 9, &[])),
            (MessageType::NEWLINK, MessageFlags::CREATE, with(name("a0"), &mtu)),
            (
                MessageType::NEWLINK,
                MessageFlags::CREATE | MessageFlags::REPLACE,
                with(name("a0"), &mtu),
            ),
            (MessageType::NEWLINK, MessageFlags::CREATE, with(name("a0"), &info("ifb", &[]))),
            (MessageType::NEWLINK, MessageFlags::CREATE, veth("a0", "a1")),
            (MessageType::NEWLINK, MessageFlags::CREATE, device("a0", "bridge", 1, &number(5, 0))),
            change(device("zz", "ifb", 9, &[])),
            change(index(0)),
            change(with(index(0), &number(IFLA_GROUP, 5))),
            set(with(name("a0"), &number(IFLA_GROUP, 5))),
            change([index(0), number(IFLA_GROUP, 5), number(IFLA_MTU, 1450)].concat()),
            delete(index(0)),
            delete(index(1)),
            delete(name("nope")),
            delete(index(9999)),
            delete(index(-1)),
            delete(with(index(0), &number(IFLA_GROUP, 0))),
            delete(with(index(0), &number(IFLA_GROUP, 77))),
            delete(with(index(0), &number(IFLA_GROUP, 5))),
            make(veth("b0", "b1")),
            (MessageType::DELLINK, MessageFlags::ECHO, name("b0")),
            make(veth("b0", "b1")),
            delete(name("b1")),
        ]
    });
}

#[test]
fn single_questions_are_answered_and_refused_as_linux_does() {
    the_same(|| {
        let long = "a".repeat(16);
        vec![
            get(index(1)),
            get(name("lo")),
            get(with(index(0), &text(IFLA_ALT_IFNAME, "lo"))),
            get(with(index(1), &text(IFLA_IFNAME, "nosuch"))),
            get(index(0)),
            get(index(-1)),
            get(vec![0]),
            get(vec![0; 15]),
            get(name("lo:1")),
            get(name(&long)),
            get(with(index(0), &text(IFLA_ALT_IFNAME, &"a".repeat(128)))),
            get(with(index(0), &text(IFLA_ALT_IFNAME, &"a".repeat(127)))),
            get(with(index(1), &number(IFLA_EXT_MASK, 8))),
            get(with(index(1), &[0, 0])),
            get(with(index(1), &number(200, 1))),
            get(with(index(1), &attribute(IFLA_MTU, &[1]))),
            get(with(index(1), &number(IFLA_TARGET_NETNSID, 9))),
            get(index(99)),
        ]
    });
}

#[test]
fn strict_sockets_refuse_questions_as_linux_does() {
    lines_on_both(|setting| {
        let mut talk = Talk::strict(setting.here);
        let none = MessageFlags::empty();
        let dump = MessageFlags::DUMP;
        talk.send(MessageType::NEWLINK, create(), &veth("v0", "v1"));
        let wrong = |index| header(LinkHeader { index, flags: 1, ..LinkHeader::default() });
        let mut lines = Vec::new();
        for (flags, body) in [
            (none, wrong(1)),
            (none, with(index(1), &number(IFLA_MTU, 5))),
            (none, with(index(1), &number(IFLA_EXT_MASK, 8))),
            (none, with(index(1), &number(200, 1))),
            (none, with(index(1), &[0, 0])),
            (none, with(index(1), &[number(200, 1), attribute(IFLA_MTU, &[1])].concat())),
            (none, with(index(1), &[attribute(IFLA_MTU, &[1]), number(200, 1)].concat())),
            (none, with(index(1), &number(0, 1))),
            (dump, with(index(0), &[number(200, 1), attribute(IFLA_MTU, &[1])].concat())),
            (dump, with(index(0), &number(0, 1))),
            (dump, index(0)),
            (dump, vec![0]),
            (dump, wrong(0)),
            (dump, index(1)),
            (dump, with(index(0), &number(IFLA_MTU, 5))),
            (dump, with(index(0), &number(200, 5))),
            (dump, with(index(0), &[0, 0])),
            (dump, with(index(0), &number(IFLA_EXT_MASK, 8))),
            (dump, with(index(0), &number(IFLA_MASTER, 1))),
            (dump, with(index(0), &number(IFLA_MASTER, u32::MAX))),
            (dump, with(index(0), &info("veth", &[]))),
            (dump, with(index(0), &info("nosuch", &[]))),
            (dump, with(index(0), &attribute(IFLA_MASTER, &[1]))),
        ] {
            lines.extend(talk.send(MessageType::GETLINK, flags, &body));
        }
        lines
    });
}

#[test]
fn strict_sockets_refuse_questions_of_all_families_as_linux_does() {
    lines_on_both(|setting| {
        let mut talk = Talk::strict(setting.here);
        let mut lines = Vec::new();
        let wrongs = [
            vec![0, 0],
            number(0, 1),
            number(99, 1),
            attribute(1, &[1]),
            [number(99, 1), attribute(1, &[1])].concat(),
            [attribute(1, &[1]), number(99, 1)].concat(),
        ];
        let kinds =
            [(MessageType::GETADDR, 8), (MessageType::GETROUTE, 12), (MessageType::GETNETCONF, 4)];
        for (kind, length) in kinds {
            for family in [Family::INET, Family::INET6] {
                for flags in [MessageFlags::empty(), MessageFlags::DUMP] {
                    for wrong in &wrongs {
                        let mut body = vec![0; length];
                        body[0] = family.0;
                        lines.push(format!("{kind:?} {family:?} {flags:?} {wrong:?}"));
                        lines.extend(talk.send(kind, flags, &with(body, wrong)));
                    }
                }
            }
        }
        lines
    });
}

#[test]
fn a_device_of_many_names_is_listed_to_whom_it_says_what_it_wants_to_know() {
    lines_on_both(|setting| {
        let mut talk = Talk::new(setting.here);
        talk.send(MessageType::NEWLINK, create(), &veth("v0", "v1"));
        talk.send(MessageType::NEWLINK, create(), &veth("v2", "v3"));
        let mut lines = Vec::new();
        for (length, count) in [(3, 20), (100, 30), (120, 60)] {
            for number in 0..count {
                let name = format!("{number:0length$}");
                let flags = MessageFlags::CREATE | MessageFlags::EXCL;
                talk.send(MessageType::NEWLINKPROP, flags, &properties(3, &[&name]));
            }
            for body in [index(0), with(index(0), &number(IFLA_EXT_MASK, 8))] {
                // A socket that has not read yet: the first piece is as long as the kernel wants it.
                let pieces = Talk::new(setting.here).pieces(&body);
                lines.push(format!("{length} {count} {pieces:?}"));
                lines.extend(talk.send(MessageType::GETLINK, MessageFlags::DUMP, &body));
            }
        }
        lines
    });
}

#[test]
fn loose_sockets_filter_listings_by_master_and_kind_alone() {
    lines_on_both(|setting| {
        let mut talk = Talk::new(setting.here);
        talk.send(MessageType::NEWLINK, create(), &veth("v0", "v1"));
        talk.send(MessageType::NEWLINK, create(), &device("br0", "bridge", 9, &[]));
        let mut lines = talk.ask(
            MessageType::SETLINK,
            MessageFlags::empty(),
            &with(name("v0"), &number(IFLA_MASTER, 4)),
        );
        for body in [
            index(2),
            vec![0],
            with(index(0), &number(IFLA_MASTER, 4)),
            with(index(0), &info("veth", &[])),
            with(index(0), &number(IFLA_EXT_MASK, 9)),
            with(index(0), &number(IFLA_MTU, 9)),
        ] {
            lines.extend(talk.send(MessageType::GETLINK, MessageFlags::DUMP, &body));
        }
        let bridge = header(LinkHeader { family: Family::BRIDGE, ..LinkHeader::default() });
        lines.extend(talk.send(MessageType::GETLINK, MessageFlags::DUMP, &bridge));
        let with_bridges = with(bridge, &number(IFLA_EXT_MASK, 2));
        lines.extend(talk.send(MessageType::GETLINK, MessageFlags::DUMP, &with_bridges));
        lines
    });
}

#[test]
fn changes_are_made_in_linuxs_order_until_one_is_refused_and_announced_as_there() {
    the_same(|| {
        let v0 = |more: &[u8]| set(with(name("v0"), more));
        let three = |more: &[u8]| set(with(index(3), more));
        vec![
            make(veth("v0", "v1")),
            set(flags(3, 1, 1)),
            v0(&number(IFLA_MTU, 60)),
            v0(&number(IFLA_MTU, 70000)),
            v0(&number(IFLA_MTU, 1 << 31)),
            v0(&number(IFLA_MTU, 1400)),
            v0(&number(IFLA_MTU, 1400)),
            v0(&attribute(IFLA_MTU, &[1, 2])),
            v0(&attribute(IFLA_MTU, &[0, 5, 0, 0, 0, 0])),
            v0(&attribute(IFLA_ADDRESS, &[2, 0, 0])),
            v0(&attribute(IFLA_ADDRESS, &[3, 0, 0, 0, 0, 1])),
            v0(&attribute(IFLA_ADDRESS, &[2; 33])),
            v0(&attribute(IFLA_ADDRESS, &[2; 8])),
            v0(&address(1)),
            v0(&address(1)),
            v0(&attribute(IFLA_BROADCAST, &[2, 0])),
            v0(&attribute(IFLA_BROADCAST, &[0xfe; 6])),
            v0(&number(IFLA_MASTER, 999)),
            v0(&number(IFLA_MASTER, 1)),
            v0(&number(IFLA_MASTER, 0)),
            v0(&attribute(IFLA_MAP, &[0; 32])),
            v0(&attribute(IFLA_MAP, &[0; 8])),
            v0(&attribute(IFLA_IFALIAS, &[b'x'; 255])),
            v0(&attribute(IFLA_IFALIAS, &[b'x'; 256])),
            v0(&attribute(IFLA_IFALIAS, b"ab\0cd")),
            v0(&attribute(IFLA_IFALIAS, b"")),
            v0(&attribute(IFLA_CARRIER, &[1])),
            v0(&number(IFLA_TXQLEN, 77)),
            v0(&number(IFLA_TXQLEN, 77)),
            v0(&number(IFLA_TXQLEN, 1 << 31)),
            v0(&attribute(IFLA_OPERSTATE, &[5])),
            v0(&attribute(IFLA_OPERSTATE, &[6])),
            v0(&attribute(IFLA_LINKMODE, &[1])),
            v0(&attribute(IFLA_LINKMODE, &[9])),
            v0(&attribute(IFLA_LINKMODE, &[0])),
            v0(&number(IFLA_GROUP, 5)),
            v0(&attribute(IFLA_PERM_ADDRESS, &[2; 6])),
            v0(&number(IFLA_TSO_MAX_SIZE, 100)),
            v0(&number(IFLA_GSO_MAX_SIZE, 100)),
            v0(&number(IFLA_GSO_MAX_SIZE, 1000)),
            v0(&number(IFLA_GSO_MAX_SIZE, 1 << 20)),
            v0(&number(IFLA_GSO_MAX_SEGS, 100)),
            v0(&number(IFLA_GSO_MAX_SEGS, 70000)),
            v0(&number(IFLA_GRO_MAX_SIZE, 1000)),
            v0(&number(IFLA_GRO_MAX_SIZE, 1 << 20)),
            v0(&number(IFLA_GRO_IPV4_MAX_SIZE, 2000)),
            v0(&number(IFLA_GSO_IPV4_MAX_SIZE, 2000)),
            v0(&number(IFLA_GSO_IPV4_MAX_SIZE, 20)),
            v0(&attribute(IFLA_PROTO_DOWN, &[1])),
            v0(&number(IFLA_NET_NS_PID, 999_999_999)),
            v0(&number(IFLA_NET_NS_FD, 999)),
            v0(&number(IFLA_TARGET_NETNSID, 9)),
            v0(&attribute(IFLA_AF_SPEC, &attribute(99, &[0; 4]))),
            get(name("v0")),
            three(&text(IFLA_IFNAME, "vv")),
            three(&[text(IFLA_IFNAME, "lo"), number(IFLA_MTU, 1444)].concat()),
            three(&text(IFLA_IFNAME, "a b")),
            three(&text(IFLA_IFNAME, "v%d")),
            three(&[text(IFLA_IFNAME, "w"), number(IFLA_MTU, 1), number(IFLA_GROUP, 8)].concat()),
            set(index(0)),
            set(index(99)),
            set(with(index(-1), &text(IFLA_IFNAME, "lo"))),
            set(vec![0; 8]),
            set(with(index(1), &number(IFLA_MASTER, 3))),
            set(with(index(1), &address(5))),
            set(with(index(1), &attribute(IFLA_CARRIER, &[0]))),
            get(index(3)),
        ]
    });
}

#[test]
fn flags_are_written_and_announced_as_linux_does() {
    the_same(|| {
        vec![
            make(veth("v0", "v1")),
            set(flags(3, 1, 1)),
            set(flags(2, 1, 1)),
            set(flags(3, 0x100, 0x100)),
            set(flags(3, 0x100, 0x100)),
            set(flags(3, 0x200, 0x200)),
            set(flags(3, 0, 0x300)),
            set(flags(3, 0, 0x1000)),
            set(flags(3, 0x1000, 0)),
            set(flags(3, 1, 0)),
            set(flags(3, 0x84, 0x84)),
            set(flags(3, 0x7_0000, 0x7_0000)),
            set(flags(3, 0x2, 0x2)),
            set(flags(3, 0, 1)),
            set(flags(2, 0, 1)),
            set(flags(2, 0, 1)),
            set(flags(1, 1, 1)),
            set(flags(1, 0x101, 0)),
            set(flags(1, 0, 1)),
        ]
    });
}

#[test]
fn further_names_are_given_found_and_taken_as_linux_does() {
    the_same(|| {
        let give = |names: &[&str]| {
            let flags = MessageFlags::CREATE | MessageFlags::EXCL;
            (MessageType::NEWLINKPROP, flags, properties(3, names))
        };
        let take = |names: &[&str]| {
            (MessageType::DELLINKPROP, MessageFlags::empty(), properties(3, names))
        };
        vec![
            make(veth("v0", "v1")),
            set(flags(3, 1, 1)),
            give(&["one"]),
            give(&["one"]),
            give(&["v0"]),
            give(&["with:colon/and blank"]),
            give(&["x1", "lo", "x2"]),
            give(&[&"y".repeat(127)]),
            give(&[&"z".repeat(128)]),
            give(&[]),
            (MessageType::NEWLINKPROP, create(), index(3)),
            (MessageType::NEWLINKPROP, create(), index(0)),
            (MessageType::NEWLINKPROP, create(), index(99)),
            get(with(index(0), &text(IFLA_ALT_IFNAME, "one"))),
            get(name("one")),
            get(with(index(0), &text(IFLA_ALT_IFNAME, &"y".repeat(127)))),
            set(with(name("one"), &number(IFLA_MTU, 1490))),
            make(device("one", "ifb", 7, &[])),
            set(with(index(3), &text(IFLA_IFNAME, "one"))),
            take(&["nope"]),
            take(&["v0"]),
            take(&["lo"]),
            take(&["v1"]),
            take(&["x1"]),
            take(&["one", "nope"]),
            get(index(3)),
            delete(with(index(0), &text(IFLA_ALT_IFNAME, "with:colon/and blank"))),
        ]
    });
}

#[test]
fn messages_about_names_are_checked_strictly() {
    the_same(|| {
        let ask = |body: Vec<u8>| (MessageType::NEWLINKPROP, create(), body);
        vec![
            make(veth("v0", "v1")),
            ask(with(index(3), &attribute(IFLA_PROP_LIST, &text(IFLA_ALT_IFNAME, "one")))),
            ask(with(index(9), &attribute(IFLA_PROP_LIST, &text(IFLA_ALT_IFNAME, "one")))),
            ask(with(index(3), &number(200, 1))),
            ask(with(index(3), &attribute(IFLA_MTU, &[0; 8]))),
            ask(with(index(3), &[0, 0])),
            ask(vec![0; 8]),
            (
                MessageType::NEWLINK,
                MessageFlags::empty(),
                [name("nosuch"), number(IFLA_GROUP, 7), number(IFLA_MTU, 1400)].concat(),
            ),
            make(with(
                flags(0, 1, 1),
                &[text(IFLA_IFNAME, "x0"), address(5), info("vxlan", &number(IFLA_VXLAN_ID, 5))]
                    .concat(),
            )),
            make([device("m0", "macvlan", 6, &[]), number(IFLA_MTU, 67)].concat()),
            make(device("d0", "dummy", 6, &[])),
        ]
    });
}
