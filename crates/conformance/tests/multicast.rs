//! Lists of multicast groups and anycast addresses, and what tells of their coming and going, on Linux and on
//! the model.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod ipv6_steps;

use ifctl_abi::netlink::MessageType;
use ifctl_abi::rtnetlink::{AddressHeader, Family as RouteFamily, IFA_ANYCAST, IFA_MULTICAST};
use ifctl_abi::{Family, SocketType};
use ifctl_conformance::sequence::{Looking, Step, assert_alike};
use ifctl_conformance::{Setting, ip, on_both_in_two};
use ifctl_kernel::{Receive, Socket, SocketOption};
use ifctl_netlink::Messages;
use ipv6_steps::{A0, B0, add, all_up, ask, byte, down, number, remove, set, strict_dump, veth};
use std::path::Path;
use std::time::Duration;
use zerocopy::{FromBytes, IntoBytes};

const LISTS: [(MessageType, RouteFamily); 4] = [
    (MessageType::GETMULTICAST, RouteFamily::INET),
    (MessageType::GETMULTICAST, RouteFamily::INET6),
    (MessageType::GETANYCAST, RouteFamily::INET6),
    (MessageType::GETANYCAST, RouteFamily::INET),
];

fn alike(steps: &[Step]) {
    let looking = Looking { texts: true, ipv6: true, addresses: true, ..Looking::AT_ANSWERS };
    assert_alike(looking, steps);
}

fn lists(header: AddressHeader) -> impl Iterator<Item = Step> {
    LISTS.into_iter().map(move |(kind, family)| {
        strict_dump(kind, AddressHeader { family, ..header }.as_bytes(), &[])
    })
}

#[test]
fn groups_and_anycast_addresses_are_listed() {
    let mut steps = vec![veth()];
    steps.extend(lists(AddressHeader::default()));
    steps.extend(all_up().into_iter().filter(|step| *step != veth()));
    steps.push(add(A0, "2001:db8::1/64"));
    steps.push(add(A0, "fec0::1/64"));
    steps.extend(lists(AddressHeader::default()));
    for value in ["1\n", "0\n"] {
        steps.push(set("all", "forwarding", value));
        steps.push(add(A0, "2001:db8:7::1/64"));
        steps.extend(lists(AddressHeader::default()));
        steps.push(remove(A0, "2001:db8:7::1/64"));
    }
    steps.push(down(A0));
    steps.extend(lists(AddressHeader::default()));
    alike(&steps);
}

#[test]
fn a_list_of_groups_can_be_of_one_device() {
    let mut steps = all_up();
    steps.push(set("all", "forwarding", "1\n"));
    steps.push(add(B0, "2001:db8::1/64"));
    for index in [B0, 1, 77] {
        steps.extend(lists(AddressHeader { index, ..AddressHeader::default() }));
    }
    alike(&steps);
}

#[test]
fn what_a_list_of_groups_may_not_ask_is_refused() {
    let mut steps = all_up();
    steps.extend(lists(AddressHeader { prefix_length: 1, ..AddressHeader::default() }));
    for (kind, family) in LISTS {
        let header = AddressHeader { family, ..AddressHeader::default() };
        let (bytes, none) = (header.as_bytes(), ifctl_abi::netlink::MessageFlags::empty());
        steps.push(strict_dump(kind, bytes, &[byte(9, 1)]));
        steps.push(strict_dump(kind, bytes, &[number(10, 5)]));
        steps.push(strict_dump(kind, &[family.0], &[]));
        steps.push(ask(kind, none, bytes, &[]));
    }
    let any = AddressHeader::default();
    steps.push(strict_dump(MessageType::GETMULTICAST, any.as_bytes(), &[]));
    alike(&steps);
}

#[test]
fn a_device_without_a_protocol_has_no_groups_of_it() {
    let mut steps = all_up();
    steps.push(ipv6_steps::mtu(1, 60));
    for index in [1, 0] {
        steps.extend(lists(AddressHeader { index, ..AddressHeader::default() }));
    }
    alike(&steps);
}

/// What is told of groups and anycast addresses, in the order of the addresses: Linux' workers have their own.
fn heard(setting: &Setting<'_>, listener: &dyn Socket) -> Vec<String> {
    let mut lines = Vec::new();
    let mut buffer = vec![0; 65536];
    let mut silence = 0;
    while silence < 20 {
        match setting.model {
            Some(model) => model.advance(Duration::from_millis(100)),
            None => std::thread::sleep(Duration::from_millis(10)),
        }
        silence += 1;
        while let Ok(received) = listener.receive(&mut buffer, Receive::NOW) {
            silence = 0;
            for message in Messages::new(&buffer[..received.copied]) {
                let message = message.unwrap();
                let (header, attributes) = message.body::<AddressHeader>().unwrap();
                let mut line = format!("{:?} {header:?}", message.kind());
                for attribute in attributes {
                    match attribute.kind() {
                        IFA_MULTICAST | IFA_ANYCAST => {
                            line += &format!(" {} {:?}", attribute.kind(), attribute.bytes());
                        }
                        kind => {
                            let (words, _) =
                                <[u32; 2]>::read_from_prefix(attribute.bytes()).unwrap();
                            line += &format!(" {kind} {words:?} {}", attribute.bytes().len());
                        }
                    }
                }
                lines.push(line);
            }
        }
    }
    lines.sort();
    lines
}

#[test]
fn listeners_hear_of_groups_and_anycast_addresses() {
    on_both_in_two(|setting| {
        let kernel = setting.here;
        let write = |path: &str, value: &str| {
            kernel.write(Path::new(path), value.as_bytes()).unwrap();
        };
        for (name, value) in [("accept_dad", "0\n"), ("router_solicitations", "0\n")] {
            write(&format!("/proc/sys/net/ipv6/conf/all/{name}"), value);
            write(&format!("/proc/sys/net/ipv6/conf/default/{name}"), value);
        }
        let listener = kernel.socket(Family::NETLINK, SocketType::RAW, 0).unwrap();
        listener.bind(0, 0).unwrap();
        let mut all = Vec::new();
        for group in 37..=39 {
            listener.set_option(SocketOption::Join(group)).unwrap();
        }
        assert!(listener.set_option(SocketOption::Join(40)).is_err());
        for line in [
            "link add v0 type veth peer name v1",
            "link set v0 address 02:00:00:00:00:01",
            "link set v1 address 02:00:00:00:00:02",
            "link set v0 up",
            "link set v1 up",
            "addr add 2001:db8::1/64 dev v0",
            "forward",
            "addr add fec0::1/64 dev v0",
            "addr del 2001:db8::1/64 dev v0",
            "addr add 10.0.0.1/24 dev v0",
            "link set v0 mtu 1000",
            "link set v0 mtu 1500",
            "link set v0 down",
            "link del v0",
        ] {
            match line {
                "forward" => write("/proc/sys/net/ipv6/conf/all/forwarding", "1\n"),
                line => ip(kernel, line),
            }
            all.push((line, heard(setting, listener.as_ref())));
        }
        let told = |kind: &str| {
            all.iter().flat_map(|(_, told)| told).filter(|line| line.contains(kind)).count()
        };
        for kind in ["NEWMULTICAST", "DELMULTICAST", "NEWANYCAST", "DELANYCAST"] {
            assert!(told(kind) > 1, "{kind}");
        }
        all
    });
}
