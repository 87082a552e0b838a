//! Kinds of devices on both kernels: what each is when it is made, and what it does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod link_help;

use ifctl_abi::DeviceName;
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::*;
use ifctl_conformance::{Setting, sh};
use ifctl_kernel::{Errno, Kernel};
use ifctl_linux::namespace::NetworkNamespace;
use ifctl_virtual::{TunMode, VirtualKernel};
use link_help::{
    Talk, address, attribute, create, device, flags, index, info, lines_on_both, name, number,
    properties, text, veth, veth_with,
};
use std::os::fd::{AsFd, AsRawFd};

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

/// Has a device receive all packets and all multicasts (0x300), one of both (0x100, 0x200), or neither.
fn receive(given: &str, wanted: u32) -> Step {
    Set([flags(0, wanted, 0x300), text(IFLA_IFNAME, given)].concat())
}

#[test]
fn a_macvlan_s_promiscuity_and_addresses_are_the_device_below_s_too() {
    the_same(|| {
        vec![
            Make(veth("v0", "v1")),
            up("v1"),
            up("v0"),
            Make(on(3, "m0", "macvlan", 4, &number(IFLA_MACVLAN_MODE, 4))),
            receive("m0", 0x300),
            up("m0"),
            receive("m0", 0x100),
            receive("m0", 0),
            receive("m0", 0x200),
            set("m0", &address(9)),
            down("v0"),
            up("v0"),
            down("m0"),
            receive("m0", 0),
            up("m0"),
            Delete(name("m0")),
            receive("v1", 0x100),
            Make(device("br0", "bridge", 0x20, &[])),
            master("v1", 5),
            master("v1", 0),
        ]
    });
}

#[test]
fn a_macvlan_that_stands_for_the_device_below_shares_its_address_with_it() {
    the_same(|| {
        let keep_out = |on: u16| attribute(IFLA_MACVLAN_FLAGS, &on.to_ne_bytes());
        vec![
            Make(veth("v0", "v1")),
            up("v1"),
            up("v0"),
            Make(on(3, "m0", "macvlan", 4, &number(IFLA_MACVLAN_MODE, 8))),
            up("m0"),
            receive("m0", 0x300),
            set("m0", &address(9)),
            set("v0", &address(8)),
            Change([name("m0"), info("macvlan", &keep_out(1))].concat()),
            Change([name("m0"), info("macvlan", &keep_out(0))].concat()),
            down("m0"),
            set("m0", &address(7)),
            set("v0", &address(6)),
            Change([name("m0"), info("macvlan", &keep_out(1))].concat()),
            up("m0"),
            Delete(name("m0")),
        ]
    });
}

/// Its device below is a VLAN's, with and without an address of its own.
#[test]
fn a_vlan_s_promiscuity_and_addresses_are_the_device_below_s_too() {
    the_same(|| {
        let id = |id: u16| attribute(IFLA_VLAN_ID, &id.to_ne_bytes());
        vec![
            Make(veth("v0", "v1")),
            up("v1"),
            up("v0"),
            Make(on(3, "l0", "vlan", 4, &id(1))),
            Make(on(3, "l1", "vlan", 5, &id(2))),
            set("l1", &address(9)),
            up("l0"),
            up("l1"),
            receive("l0", 0x300),
            receive("l0", 0x200),
            set("v0", &address(8)),
            set("v0", &address(9)),
            set("v0", &address(7)),
            set("l1", &address(6)),
            set("l0", &address(5)),
            Make(on(4, "l2", "vlan", 6, &id(3))),
            set("l2", &address(4)),
            up("l2"),
            down("l2"),
            down("v0"),
            up("v0"),
            down("l1"),
            Delete(name("l0")),
            Delete(name("v0")),
        ]
    });
}

#[test]
fn a_bridge_and_what_is_on_it_keep_free_what_a_port_needs() {
    the_same(|| {
        let id = |id: u32| number(IFLA_VXLAN_ID, id);
        let over = |link: u32| number(IFLA_VXLAN_LINK, link);
        vec![
            Make(veth("v0", "v1")),
            Make(device("br0", "bridge", 3, &[])),
            Make(device("x0", "vxlan", 4, &id(1))),
            master("v1", 4),
            master("x0", 4),
            Make(device("x1", "vxlan", 5, &[id(2), over(4)].concat())),
            Make(device("x2", "vxlan", 6, &[id(3), over(1)].concat())),
            Make(device("br1", "bridge", 7, &[])),
            master("x1", 8),
            master("x0", 0),
            Delete(name("br1")),
            Delete(name("br0")),
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

/// Moves a device to the second namespace: by a message on Linux, by a method of the model, which has no
/// descriptors.
fn move_device(setting: &Setting<'_>, there: Option<&VirtualKernel>, given: &str) -> Option<Errno> {
    let given: DeviceName = given.try_into().unwrap();
    if let (Some(model), Some(there)) = (setting.model, there) {
        return model.move_device(given, there).err();
    }
    let descriptor = setting.there_descriptor.unwrap();
    let name = std::str::from_utf8(given.as_bytes()).unwrap();
    let body = [link_help::name(name), number(IFLA_NET_NS_FD, descriptor)].concat();
    let answers = Talk::new(setting.here).send(MessageType::SETLINK, MessageFlags::ACK, &body);
    let words: Vec<&str> = answers.first().unwrap().split(' ').collect();
    let errno: i32 = words.iter().rev().find_map(|word| word.parse::<i32>().ok()).unwrap();
    (errno != 0).then(|| Errno::new(errno.abs()))
}

#[test]
fn a_device_moves_to_another_namespace_with_what_it_is() {
    lines_on_both(|setting| {
        let model = setting.model.map(VirtualKernel::new_namespace);
        let far: &dyn Kernel = match &model {
            Some(model) => model,
            None => setting.there,
        };
        let (mut here, mut there) = (Talk::new(setting.here), Talk::new(far));
        let none = MessageFlags::empty();
        let mut lines = here.ask(MessageType::NEWLINK, create(), &veth("v0", "v1"));
        for body in [
            [name("v1"), attribute(IFLA_IFALIAS, b"words")].concat(),
            [flags(2, 1, 1), number(IFLA_MTU, 1400)].concat(),
            flags(3, 1, 1),
        ] {
            lines.extend(here.ask(MessageType::SETLINK, none, &body));
        }
        lines.extend(here.ask(MessageType::NEWLINKPROP, create(), &properties(2, &["other"])));
        for given in ["v1", "v1", "lo"] {
            lines.push(format!("{given}: {:?}", move_device(setting, model.as_ref(), given)));
            lines.extend(here.heard());
            lines.push("there".to_owned());
            lines.extend(there.heard());
        }
        lines.extend(there.ask(MessageType::SETLINK, none, &flags(2, 1, 1)));
        lines.extend(here.heard());
        lines.extend(there.send(MessageType::GETLINK, MessageFlags::DUMP, &index(0)));
        lines.extend(here.send(MessageType::GETLINK, MessageFlags::DUMP, &index(0)));
        lines.extend(here.ask(MessageType::DELLINK, none, &name("v0")));
        lines.extend(there.heard());
        lines
    });
}

#[test]
fn tun_and_tap_devices_are_what_a_program_makes_by_dev_net_tun() {
    lines_on_both(|setting| {
        let mut talk = Talk::new(setting.here);
        match setting.model {
            Some(model) => {
                model.add_tun("t0".try_into().unwrap(), TunMode::Tun).unwrap();
                model.add_tun("t1".try_into().unwrap(), TunMode::Tap).unwrap();
            }
            None => _ = sh("ip tuntap add t0 mode tun; ip tuntap add t1 mode tap"),
        }
        // Linux' program comes and goes, and so does the carrier.
        talk.heard();
        let none = MessageFlags::empty();
        let mut lines = Vec::new();
        for body in [
            [name("t1"), address(9)].concat(),
            [name("t0"), address(9)].concat(),
            [name("t0"), number(IFLA_MTU, 65535)].concat(),
            [name("t1"), number(IFLA_MTU, 65522)].concat(),
            [name("t1"), number(IFLA_MTU, 65521)].concat(),
            flags(2, 1, 1),
            flags(3, 1, 1),
            [name("t0"), attribute(IFLA_CARRIER, &[1])].concat(),
            [name("t0"), attribute(IFLA_CARRIER, &[0])].concat(),
        ] {
            lines.extend(talk.ask(MessageType::SETLINK, none, &body));
        }
        for file in
            ["tun_flags", "owner", "group", "name_assign_type", "speed", "duplex", "address"]
        {
            for device in ["t0", "t1"] {
                let path = format!("/sys/class/net/{device}/{file}");
                let text = setting.here.read(std::path::Path::new(&path));
                lines.push(format!("{path}: {:?}", text.map(String::from_utf8)));
            }
        }
        lines.extend(talk.send(MessageType::GETLINK, MessageFlags::DUMP, &index(0)));
        lines.extend(talk.ask(MessageType::DELLINK, none, &name("t0")));
        lines
    });
}

#[test]
fn the_other_end_goes_with_a_namespace_that_ends() {
    lines_on_both(|setting| {
        let mut talk = Talk::new(setting.here);
        talk.ask(MessageType::NEWLINK, create(), &veth("v0", "v1"));
        talk.ask(MessageType::SETLINK, MessageFlags::empty(), &flags(3, 1, 1));
        match setting.model {
            Some(model) => {
                let there = model.new_namespace();
                model.move_device("v1".try_into().unwrap(), &there).unwrap();
            }
            None => {
                let home = NetworkNamespace::current().unwrap();
                let there = NetworkNamespace::unshare().unwrap();
                home.enter().unwrap();
                let descriptor = there.as_fd().as_raw_fd().cast_unsigned();
                let body = [name("v1"), number(IFLA_NET_NS_FD, descriptor)].concat();
                talk.send(MessageType::SETLINK, MessageFlags::ACK, &body);
                drop(there);
                // A worker ends it.
                for _ in 0..1000 {
                    let gone = talk.send(MessageType::GETLINK, MessageFlags::empty(), &name("v0"));
                    if gone.iter().any(|line| line.contains("NLMSG_ERROR")) {
                        break;
                    }
                    std::thread::sleep(std::time::Duration::from_millis(5));
                }
            }
        }
        // Of its announcements, those that do not depend on when the worker runs.
        let heard = talk.heard();
        let mut lines: Vec<String> =
            heard.iter().filter(|line| line.contains("DELLINK")).cloned().collect();
        lines.extend(
            talk.send(MessageType::GETLINK, MessageFlags::DUMP, &index(0)).into_iter().map(
                // The sequence number counts how long the worker was waited for.
                |line| line.split_once("for us").map(|(_, rest)| rest.to_owned()).unwrap_or(line),
            ),
        );
        lines
    });
}
