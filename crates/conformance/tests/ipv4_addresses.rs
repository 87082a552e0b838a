//! IPv4 addresses on Linux and on the model: the same requests, the same answers, events and lists.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod ipv4;

use ifctl_abi::Family;
use ifctl_abi::ioctl::*;
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::*;
use ifctl_conformance::sequence::{Looking, Step, Who, assert_alike};
use ifctl_netlink::{Address, Encoder, Head};
use ipv4::*;

const LOOKING: Looking =
    Looking { addresses: true, routes: true, files: true, ..Looking::AT_ANSWERS };

/// Carries out the requests after a pair of devices is made: e0 (index 2) and p0 (3), both up.
fn check(steps: impl IntoIterator<Item = Step>) {
    let steps: Vec<Step> = veth().into_iter().chain(steps).collect();
    assert_alike(LOOKING, &steps);
}

#[test]
fn an_alias_gets_the_mask_and_broadcast_of_its_class_and_loses_them_with_a_new_address() {
    check([
        set(SIOCSIFADDR, "e0", [172, 16, 3, 1]),
        set(SIOCSIFADDR, "e0:0", [10, 9, 9, 9]),
        set(SIOCSIFNETMASK, "e0:0", [255, 255, 0, 0]),
        set(SIOCSIFADDR, "e0:0", [192, 168, 7, 7]),
        set(SIOCSIFADDR, "e0:1", [240, 0, 0, 1]),
        set(SIOCSIFADDR, "e0:2", [255, 255, 255, 255]),
        set(SIOCSIFADDR, "e0:3", [127, 0, 0, 9]),
        set(SIOCSIFADDR, "e0:4", [0, 1, 2, 3]),
        set(SIOCSIFADDR, "e0:5", [224, 0, 0, 1]),
        set(SIOCSIFADDR, "e0:", [10, 1, 1, 1]),
        set(SIOCSIFADDR, "e0:1:2", [10, 2, 1, 1]),
        set(SIOCSIFADDR, "e0:0", [0, 0, 0, 0]),
        set(SIOCSIFADDR, "e0:nosuch", [0, 0, 0, 0]),
    ]);
}

#[test]
fn a_setter_inserts_the_address_anew_and_loses_it_where_that_fails() {
    check([
        add([10, 0, 0, 1], 24),
        add([10, 0, 0, 2], 24),
        add([10, 0, 0, 2], 25),
        labelled([10, 0, 0, 3], 24, "e0:3"),
        set(SIOCSIFBRDADDR, "e0:3", [10, 0, 0, 200]),
        set(SIOCSIFBRDADDR, "e0:3", [255, 255, 255, 255]),
        set(SIOCSIFDSTADDR, "e0:3", [10, 7, 7, 7]),
        set(SIOCSIFDSTADDR, "e0:3", [0, 0, 0, 0]),
        set(SIOCSIFNETMASK, "e0:3", [255, 255, 255, 128]),
        set(SIOCSIFNETMASK, "e0:3", [0, 0, 0, 0]),
        set(SIOCSIFNETMASK, "e0:3", [255, 0, 255, 0]),
        labelled([10, 0, 0, 2], 26, "e0:2"),
        // Another address of the same label's mask and network is there: the address vanishes.
        set(SIOCSIFNETMASK, "e0:2", [255, 255, 255, 128]),
        set(SIOCSIFNETMASK, "e0:2", [255, 255, 255, 128]),
        set(SIOCSIFBRDADDR, "e0", [10, 0, 0, 77]),
    ]);
}

#[test]
fn secondaries_go_with_their_primary_or_one_of_them_takes_its_place() {
    let addresses = || {
        vec![
            add([10, 0, 0, 1], 24),
            add([10, 0, 0, 2], 24),
            labelled([10, 0, 0, 3], 24, "e0:3"),
            add([10, 0, 1, 1], 24),
            add([10, 0, 0, 4], 24),
            scoped([10, 0, 2, 1], 24, RouteScope::LINK),
            scoped([10, 0, 3, 1], 24, RouteScope::HOST),
            scoped([10, 0, 3, 2], 24, RouteScope::UNIVERSE),
            delete([10, 0, 0, 1], 24),
            delete([10, 0, 2, 1], 24),
        ]
    };
    let promote = |value: &[u8]| {
        Step::write(Who::Here, "/proc/sys/net/ipv4/conf/all/promote_secondaries", value)
    };
    let steps = addresses().into_iter().chain([promote(b"1\n")]);
    let steps = steps.chain(addresses()).chain([
        set(SIOCSIFNETMASK, "e0", [255, 255, 0, 0]),
        delete([10, 0, 1, 1], 24),
        promote(b"0\n"),
        delete([10, 0, 0, 2], 24),
    ]);
    check(steps);
}

#[test]
fn labels_follow_a_device_to_its_new_name() {
    check([
        labelled([10, 0, 0, 1], 24, "e0:5"),
        add([10, 0, 1, 1], 24),
        labelled([10, 0, 2, 1], 24, "e0:abcdefghij"),
        labelled([10, 0, 3, 1], 24, "longname12345"),
        add([10, 0, 4, 1], 24),
        rename("e0", "longname12345"),
        set(SIOCGIFADDR, "longname12345", [0; 4]),
        set(SIOCSIFADDR, "longname12345:2", [10, 9, 9, 9]),
        rename("longname12345", "e0"),
        set(SIOCSIFADDR, "e0:2", [10, 9, 9, 8]),
    ]);
}

#[test]
fn getters_choose_by_the_address_that_they_are_given_and_then_by_label() {
    let gets = [SIOCGIFADDR, SIOCGIFBRDADDR, SIOCGIFNETMASK, SIOCGIFDSTADDR];
    let names = ["e0", "e0:1", "e0:nosuch", "nosuch", "p0", "", "e0:1:2"];
    let addresses = [[10, 0, 0, 1], [10, 0, 1, 1], [10, 0, 9, 9], [0; 4]];
    let steps =
        [add([10, 0, 0, 1], 24), add([10, 0, 1, 1], 20), labelled([10, 0, 0, 1], 25, "e0:1")];
    let mut steps = Vec::from(steps);
    for number in gets {
        for name in names {
            steps.extend(addresses.map(|address| set(number, name, address)));
            steps.push(of_family(number, name, [10, 0, 1, 1], 0));
        }
    }
    check(steps);
}

#[test]
fn the_first_fault_of_many_is_the_one_that_is_told() {
    let sets = [SIOCSIFADDR, SIOCSIFBRDADDR, SIOCSIFNETMASK, SIOCSIFDSTADDR, SIOCSIFFLAGS];
    let mut steps = vec![add([10, 0, 0, 1], 24)];
    for number in sets {
        for name in ["nosuch", "e0:nosuch", "e0", ""] {
            for address in [[224, 0, 0, 1], [255, 0, 255, 0]] {
                for family in [0, 1, 2] {
                    let step = of_family(number, name, address, family);
                    steps.push(Step { who: Who::Unprivileged, ..step.clone() });
                    steps.push(step);
                }
            }
        }
    }
    check(steps);
}

#[test]
fn requests_are_refused_in_linux_order_with_its_texts() {
    let long = vec![b'x'; 16];
    let mut steps = vec![add([10, 0, 0, 1], 24)];
    let all = [
        Address { index: 99, ..address([0, 0, 0, 0], 24) },
        Address { index: 99, ..address([10, 0, 0, 9], 33) },
        Address { index: 99, ..address([10, 0, 0, 9], 24) },
        Address { local: None, ..address([10, 0, 0, 9], 24) },
        Address { label: Some(&long), ..address([10, 0, 0, 9], 24) },
        Address { label: Some(b""), ..address([10, 0, 0, 9], 24) },
        Address { scope: RouteScope::LINK, ..address([10, 0, 0, 8], 24) },
        Address { flags: AddressFlags::MCAUTOJOIN, ..address([10, 0, 0, 7], 24) },
        Address { flags: AddressFlags::MCAUTOJOIN, ..address([239, 1, 2, 3], 32) },
        Address { flags: AddressFlags::all(), ..address([10, 0, 5, 7], 24) },
        Address { priority: Some(77), ..address([10, 0, 6, 1], 24) },
        Address { protocol: Some(AddressProtocol(9)), ..address([10, 0, 7, 1], 31) },
        address([224, 0, 0, 9], 24),
        address([10, 0, 0, 1], 0),
        address([10, 0, 0, 1], 1),
        address([0, 0, 0, 1], 8),
    ];
    let ways = [
        MessageFlags::ACK,
        MessageFlags::ACK | MessageFlags::REPLACE | MessageFlags::ECHO,
        MessageFlags::ACK | MessageFlags::CREATE | MessageFlags::EXCL,
    ];
    for given in &all {
        steps.extend(ways.map(|flags| message(MessageType::NEWADDR, flags, given)));
    }
    let replaced = Address { priority: Some(5), protocol: None, ..address([10, 0, 6, 1], 24) };
    steps.push(message(MessageType::NEWADDR, ways[1], &replaced));
    for given in &all {
        steps.push(message(MessageType::DELADDR, ways[0], given));
    }
    check(steps);
}

#[test]
fn an_address_to_be_deleted_is_the_first_that_has_what_is_named() {
    let bare = Address { local: None, address: None, ..address([0; 4], 24) };
    let mut steps = Vec::new();
    for _ in 0..2 {
        steps.extend([
            add([10, 0, 0, 1], 24),
            labelled([10, 0, 0, 2], 24, "e0:x"),
            labelled([10, 0, 1, 2], 24, "e0:x"),
            add([10, 0, 2, 2], 25),
            add([10, 0, 2, 2], 26),
        ]);
    }
    let wanted = [
        Address { label: Some(b"e0:x"), ..bare },
        Address { label: Some(b"e0:x"), local: Some([10, 0, 0, 1].into()), ..bare },
        Address { local: Some([10, 0, 2, 2].into()), ..bare },
        Address { address: Some([10, 0, 2, 3].into()), prefix_length: 25, ..bare },
        Address { address: Some([10, 0, 1, 3].into()), ..bare },
        Address { address: Some([10, 0, 1, 3].into()), prefix_length: 40, ..bare },
        bare,
        bare,
        bare,
    ];
    let flags = MessageFlags::ACK;
    steps.extend(wanted.map(|given| message(MessageType::DELADDR, flags, &given)));
    check(steps);
}

#[test]
fn lists_are_filtered_for_strict_sockets_and_checked_by_them() {
    let dump = |header: AddressHeader, attribute: Option<u16>| {
        let mut encoder = Encoder::new();
        let head = Head::dump(MessageType::GETADDR, 7);
        let write = |attributes: &mut ifctl_netlink::AttributeWriter<'_>| {
            if let Some(kind) = attribute {
                attributes.u32(kind, 1);
            }
        };
        encoder.message(head, &header, write).unwrap();
        encoder.into_bytes()
    };
    let inet =
        AddressHeader { family: ifctl_abi::rtnetlink::Family::INET, ..AddressHeader::default() };
    let asked = [
        (inet, None),
        (AddressHeader { index: 2, ..inet }, None),
        (AddressHeader { index: 99, ..inet }, None),
        (AddressHeader { prefix_length: 24, ..inet }, None),
        (AddressHeader { scope: RouteScope::LINK, ..inet }, None),
        (AddressHeader { flags: 1, ..inet }, None),
        (inet, Some(IFA_LOCAL)),
        (inet, Some(IFA_TARGET_NETNSID)),
        (inet, Some(77)),
    ];
    let mut steps = vec![add([10, 0, 0, 1], 24), add([10, 0, 0, 2], 24)];
    for (header, attribute) in asked {
        let bytes = ifctl_conformance::sequence::hex(&dump(header, attribute));
        steps.push(Step::netlink(Who::Here, &bytes));
        steps.push(Step::strict(Who::Unprivileged, &bytes));
    }
    check(steps);
}

#[test]
fn a_device_that_goes_down_and_up_gets_the_routes_of_its_addresses_again() {
    check([
        add([10, 0, 0, 1], 24),
        labelled([10, 0, 0, 2], 24, "e0:2"),
        set(SIOCSIFADDR, "e0:3", [192, 168, 1, 1]),
        down("e0"),
        set(SIOCSIFADDR, "e0:4", [192, 168, 2, 1]),
        add([10, 0, 0, 5], 24),
        up("e0"),
        down("p0"),
        add([10, 0, 6, 5], 24),
        up("p0"),
        down("e0:4"),
        up("e0:4"),
        up("e0:3"),
        Step::ioctl(Who::Here, Family::UNIX, SIOCSIFFLAGS, &named("e0:3", &[0, 0])),
        down("lo"),
        up("lo"),
    ]);
}

#[test]
fn one_address_on_two_devices_or_under_two_masks_keeps_what_the_other_needs() {
    check([
        add([10, 0, 0, 1], 24),
        add([10, 0, 0, 1], 25),
        add([10, 0, 0, 1], 32),
        add([10, 0, 0, 2], 25),
        Step::netlink(
            Who::Here,
            &hex_of(
                MessageType::NEWADDR,
                MessageFlags::ACK,
                &Address { index: 3, ..address([10, 0, 0, 1], 24) },
            ),
        ),
        delete([10, 0, 0, 1], 24),
        delete([10, 0, 0, 1], 32),
        set(SIOCSIFBRDADDR, "e0", [10, 0, 0, 127]),
        delete([10, 0, 0, 1], 25),
        delete([10, 0, 0, 2], 25),
    ]);
}

#[test]
fn a_small_mtu_ends_ipv4_on_a_device() {
    let mtu = |value: i32| {
        Step::ioctl(Who::Here, Family::INET, SIOCSIFMTU, &named("lo", &value.to_ne_bytes()))
    };
    check([
        up("lo"),
        set(SIOCSIFADDR, "lo:1", [10, 0, 0, 1]),
        mtu(67),
        set(SIOCGIFADDR, "lo", [0; 4]),
        set(SIOCSIFADDR, "lo:1", [10, 0, 0, 1]),
        down("lo:1"),
        mtu(68),
        set(SIOCSIFADDR, "lo:1", [10, 0, 0, 1]),
        down("lo"),
        up("lo"),
    ]);
}
