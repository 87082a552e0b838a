//! Kinds of devices on both kernels: what each is when it is made, and what it does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod link_help;

use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::*;
use link_help::{
    Talk, address, attribute, create, device, flags, index, info, lines_on_both, name, number,
    text, veth, veth_with,
};

/// What a step of a test does.
enum Step {
    Make(Vec<u8>),
    Set(Vec<u8>),
    Change(Vec<u8>),
    Delete(Vec<u8>),
}

use Step::{Change, Delete, Make, Set};

/// Takes steps, and asserts that both kernels answer and announce the same, and list the same in the end.
#[track_caller]
fn the_same(steps: impl Fn() -> Vec<Step> + Sync) {
    lines_on_both(|setting| {
        let mut talk = Talk::new(setting.here);
        let mut lines = Vec::new();
        for (place, step) in steps().into_iter().enumerate() {
            lines.push(format!("{place}"));
            let none = MessageFlags::empty();
            lines.extend(match step {
                Make(body) => talk.ask(MessageType::NEWLINK, create(), &body),
                Set(body) => talk.ask(MessageType::SETLINK, none, &body),
                Change(body) => talk.ask(MessageType::NEWLINK, none, &body),
                Delete(body) => talk.ask(MessageType::DELLINK, none, &body),
            });
        }
        lines.extend(talk.send(MessageType::GETLINK, MessageFlags::DUMP, &index(0)));
        lines
    });
}

fn up(given: &str) -> Step {
    Set([flags(0, 1, 1), text(IFLA_IFNAME, given)].concat())
}

fn down(given: &str) -> Step {
    Set([flags(0, 0, 1), text(IFLA_IFNAME, given)].concat())
}

fn set(given: &str, more: &[u8]) -> Step {
    Set([name(given), more.to_vec()].concat())
}

fn master(given: &str, of: u32) -> Step {
    set(given, &number(IFLA_MASTER, of))
}

fn on(link: u32, given: &str, kind: &str, last: u8, data: &[u8]) -> Vec<u8> {
    [device(given, kind, last, data), number(IFLA_LINK, link)].concat()
}

#[test]
fn a_veth_has_a_carrier_while_both_ends_are_up() {
    the_same(|| {
        vec![
            Make(veth("v0", "v1")),
            up("v0"),
            up("v1"),
            down("v0"),
            up("v0"),
            down("v1"),
            down("v0"),
            up("v1"),
            up("v0"),
            Delete(name("v1")),
            Make([flags(0, 1, 1), veth("c0", "c1")[16..].to_vec()].concat()),
            Make(
                [
                    name("d0"),
                    info(
                        "veth",
                        &attribute(
                            VETH_INFO_PEER,
                            &[flags(0, 1, 1), text(IFLA_IFNAME, "d1")].concat(),
                        ),
                    ),
                ]
                .concat(),
            ),
            Make(device("e0", "ifb", 5, &[])),
            Make(
                [
                    index(90),
                    text(IFLA_IFNAME, "f0"),
                    address(6),
                    info(
                        "veth",
                        &attribute(
                            VETH_INFO_PEER,
                            &[index(91), text(IFLA_IFNAME, "f1"), address(7)].concat(),
                        ),
                    ),
                ]
                .concat(),
            ),
            Make(
                [
                    name("g0"),
                    address(8),
                    info(
                        "veth",
                        &attribute(
                            VETH_INFO_PEER,
                            &[index(95), text(IFLA_IFNAME, "g1"), address(9)].concat(),
                        ),
                    ),
                ]
                .concat(),
            ),
            Make([name("h0"), info("veth", &attribute(VETH_INFO_PEER, &[0; 4]))].concat()),
            Make(
                [
                    name("h0"),
                    info(
                        "veth",
                        &attribute(VETH_INFO_PEER, &[name("h1"), number(IFLA_MTU, 1)].concat()),
                    ),
                ]
                .concat(),
            ),
            Make(
                [
                    name("h0"),
                    info(
                        "veth",
                        &attribute(
                            VETH_INFO_PEER,
                            &[name("h1"), attribute(IFLA_ADDRESS, &[1; 6])].concat(),
                        ),
                    ),
                ]
                .concat(),
            ),
        ]
    });
}

#[test]
fn a_bridge_takes_ports_and_their_carrier_address_and_mtu() {
    the_same(|| {
        vec![
            Make(device("br0", "bridge", 0x20, &[])),
            up("br0"),
            down("br0"),
            Make(veth_with("p0", "p1", 0x10, 0x11)),
            up("p0"),
            up("p1"),
            master("p0", 2),
            up("br0"),
            down("p0"),
            up("p0"),
            down("p1"),
            up("p1"),
            set("p1", &number(IFLA_MTU, 1300)),
            set("p0", &number(IFLA_MTU, 1350)),
            Make(veth_with("q0", "q1", 0x08, 0x09)),
            master("q0", 2),
            set("q0", &number(IFLA_MTU, 1200)),
            set("br0", &address(0x77)),
            set("br0", &number(IFLA_MTU, 1100)),
            set("q0", &number(IFLA_MTU, 1000)),
            set("q0", &address(0x01)),
            set("q0", &text(IFLA_IFNAME, "qq")),
            master("q0", 0),
            master("br0", 2),
            master("lo", 2),
            master("p1", 3),
            master("p1", 99),
            Make(device("br1", "bridge", 0x30, &[])),
            master("br1", 2),
            master("p0", 7),
            Delete(name("br0")),
            Delete(name("p1")),
            Make([veth_with("r0", "r1", 0x40, 0x41), number(IFLA_MASTER, 7)].concat()),
            down("br1"),
            Delete(name("r1")),
            Delete(name("br1")),
        ]
    });
}

#[test]
fn a_bridges_settings_are_changed_and_told_as_linux_does() {
    the_same(|| {
        let change = |data: &[u8]| Change([name("br0"), info("bridge", data)].concat());
        vec![
            Make(device("br0", "bridge", 0x20, &number(IFLA_BR_FORWARD_DELAY, 200))),
            change(&number(IFLA_BR_FORWARD_DELAY, 5)),
            change(&number(IFLA_BR_HELLO_TIME, 100)),
            change(&number(IFLA_BR_HELLO_TIME, 1)),
            change(&number(IFLA_BR_MAX_AGE, 600)),
            change(&number(IFLA_BR_MAX_AGE, 1)),
            change(&number(IFLA_BR_AGEING_TIME, 100)),
            change(&attribute(IFLA_BR_PRIORITY, &[0, 16])),
            change(&attribute(IFLA_BR_GROUP_FWD_MASK, &[8, 0])),
            change(&attribute(IFLA_BR_GROUP_FWD_MASK, &[1, 0])),
            change(&attribute(IFLA_BR_MCAST_ROUTER, &[2])),
            change(&attribute(IFLA_BR_MCAST_ROUTER, &[9])),
            change(&attribute(IFLA_BR_MCAST_SNOOPING, &[0])),
            change(&attribute(IFLA_BR_HELLO_TIME, &[0])),
            up("br0"),
            change(&number(IFLA_BR_AGEING_TIME, 200)),
            Make(device("br1", "bridge", 0x21, &number(IFLA_BR_MAX_AGE, 1))),
        ]
    });
}

#[test]
fn an_ifb_has_no_address_setter_and_no_limits() {
    the_same(|| {
        vec![
            Make(device("i0", "ifb", 5, &[])),
            up("i0"),
            set("i0", &address(9)),
            set("i0", &number(IFLA_MTU, 0)),
            set("i0", &number(IFLA_MTU, 0x7fff_ffff)),
            set("i0", &number(IFLA_TXQLEN, 1)),
            down("i0"),
            Delete(name("i0")),
        ]
    });
}

#[test]
fn a_macvlan_follows_the_device_below_and_shares_no_address() {
    the_same(|| {
        let mode = |mode: u32| number(IFLA_MACVLAN_MODE, mode);
        vec![
            Make(veth("v0", "v1")),
            Make(device("m9", "macvlan", 3, &[])),
            Make(on(99, "m9", "macvlan", 3, &[])),
            Make(on(1, "m9", "macvlan", 3, &[])),
            Make(on(3, "m9", "macvlan", 3, &mode(3))),
            Make([on(3, "m9", "macvlan", 3, &[]), number(IFLA_MTU, 1600)].concat()),
            Make(on(3, "m0", "macvlan", 3, &mode(4))),
            up("m0"),
            up("v0"),
            up("v1"),
            Make(on(3, "m1", "macvlan", 4, &[])),
            Make(on(6, "m2", "macvlan", 4, &[])),
            up("m1"),
            up("m2"),
            set("m2", &address(5)),
            up("m2"),
            set("m2", &address(4)),
            set("m2", &address(1)),
            set("m2", &address(5)),
            set("m0", &number(IFLA_MTU, 1600)),
            set("m0", &number(IFLA_MTU, 1400)),
            set("v0", &number(IFLA_MTU, 1450)),
            set("v0", &number(IFLA_MTU, 1500)),
            down("v1"),
            down("v0"),
            up("v0"),
            up("v1"),
            Make(on(3, "m3", "macvlan", 6, &mode(8))),
            Change([name("m0"), info("macvlan", &mode(1))].concat()),
            Change([name("m0"), info("macvlan", &mode(8))].concat()),
            Make(device("br0", "bridge", 0x20, &[])),
            master("v0", 10),
            master("v1", 10),
            Make(on(2, "m4", "macvlan", 7, &[])),
            Delete(name("m1")),
            Delete(name("v0")),
        ]
    });
}

#[test]
fn a_vxlan_needs_a_number_and_what_its_group_needs() {
    the_same(|| {
        let id = |id: u32| number(IFLA_VXLAN_ID, id);
        let port = attribute(IFLA_VXLAN_PORT, &4789_u16.to_be_bytes());
        let group = attribute(IFLA_VXLAN_GROUP, &[239, 0, 0, 1]);
        vec![
            Make(veth("v0", "v1")),
            Make(device("x9", "vxlan", 3, &[])),
            Make(device("x9", "vxlan", 3, &id(1 << 24))),
            Make([device("x9", "vxlan", 3, &id(1)), number(IFLA_MTU, 67)].concat()),
            Make([device("x9", "vxlan", 1, &id(1)), attribute(IFLA_ADDRESS, &[1; 6])].concat()),
            Make(device("x9", "vxlan", 3, &[id(1), group.clone()].concat())),
            Make(device("x9", "vxlan", 3, &[id(1), number(IFLA_VXLAN_LINK, 99)].concat())),
            Make(device("x0", "vxlan", 3, &[id(5), port.clone()].concat())),
            Make(device("x9", "vxlan", 4, &[id(5), port.clone()].concat())),
            Make(device("x1", "vxlan", 4, &id(5))),
            Make(device(
                "x2",
                "vxlan",
                4,
                &[
                    id(6),
                    group,
                    number(IFLA_VXLAN_LINK, 3),
                    attribute(IFLA_VXLAN_LOCAL, &[10, 0, 0, 1]),
                    attribute(IFLA_VXLAN_TTL, &[9]),
                    attribute(IFLA_VXLAN_LEARNING, &[0]),
                    port,
                ]
                .concat(),
            )),
            up("x0"),
            set("x0", &address(9)),
            set("x2", &number(IFLA_MTU, 1500)),
            set("x2", &number(IFLA_MTU, 1400)),
            down("x0"),
            Delete(name("v0")),
            Delete(name("x0")),
        ]
    });
}

#[test]
fn tun_devices_are_not_made_by_messages() {
    the_same(|| {
        vec![Make(device("t0", "tun", 3, &[])), Make([name("t0"), info("tun", &[])].concat())]
    });
}
