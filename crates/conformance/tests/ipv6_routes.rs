//! IPv6 routes on Linux and on the model.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod ipv6_steps;

use ifctl_abi::Family as SocketFamily;
use ifctl_abi::In6RtMsg;
use ifctl_abi::ioctl::{SIOCADDRT, SIOCDELRT};
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::*;
use ifctl_conformance::sequence::{Step, Who, assert_alike, hex};
use ipv6_steps::*;
use std::net::Ipv6Addr;
use zerocopy::IntoBytes;

/// Returns a sequence that begins with everything up, and an address at each end.
fn with_addresses(steps: impl IntoIterator<Item = Step>) -> Vec<Step> {
    let addresses = [add(A0, "2001:db8::1/64"), add(B0, "fd00::1/64")];
    all_up().into_iter().chain(addresses).chain(steps).collect()
}

#[test]
fn routes_are_added_by_metric_and_found_again_to_be_deleted() {
    assert_alike(
        LOOKING,
        &with_addresses([
            route("2001:db8:1::/64", &[dev(A0)]),
            route("2001:db8:1::/64", &[dev(A0)]),
            route("2001:db8:1::/64", &[dev(B0)]),
            route("2001:db8:1::5/64", &[dev(A0), number(RTA_PRIORITY, 5)]),
            route_how(MessageFlags::CREATE, "2001:db8:1::/64", &[dev(B0)]),
            route_how(MessageFlags::CREATE, "2001:db8:1::/64", &[dev(B0)]),
            route_how(MessageFlags::CREATE | MessageFlags::APPEND, "2001:db8:1::/64", &[dev(LO)]),
            route_how(MessageFlags::CREATE | MessageFlags::APPEND, "2001:db8:2::/64", &[dev(A0)]),
            route_how(MessageFlags::empty(), "2001:db8:3::/64", &[dev(A0)]),
            route("2001:db8:1::/48", &[dev(A0)]),
            route("2001:db8:1::/128", &[dev(A0)]),
            route("::/0", &[dev(A0)]),
            route("::/64", &[dev(A0)]),
            unroute("2001:db8:1::/64", &[dev(99)]),
            unroute("2001:db8:1::7/64", &[]),
            unroute("2001:db8:1::/64", &[number(RTA_PRIORITY, 7)]),
            unroute("2001:db8:1::/64", &[dev(B0)]),
            unroute("2001:db8:1::/64", &[via("2001:db8::9")]),
            unroute("2001:db8:1::/64", &[number(RTA_PRIORITY, 1024)]),
            unroute("2001:db8:9::/64", &[]),
            unroute("::/0", &[]),
            unroute("::/0", &[]),
            unroute("::/0", &[dev(LO)]),
            unroute("::/0", &[dev(A0)]),
        ]),
    );
}

#[test]
fn a_route_is_replaced_as_on_linux() {
    let replace = MessageFlags::REPLACE;
    let both = MessageFlags::REPLACE | MessageFlags::CREATE;
    assert_alike(
        LOOKING,
        &with_addresses([
            route_how(replace, "2001:db8:1::/64", &[dev(A0)]),
            route_how(both, "2001:db8:1::/64", &[dev(A0)]),
            route_how(replace, "2001:db8:1::/64", &[dev(B0)]),
            route_how(replace, "2001:db8:1::/64", &[dev(B0)]),
            route_how(replace, "2001:db8:1::/64", &[dev(B0), number(RTA_PRIORITY, 3)]),
            route_how(both, "2001:db8:1::/64", &[dev(B0), number(RTA_PRIORITY, 3)]),
            route_how(replace, "2001:db8:1::/64", &[via("2001:db8::5")]),
            route_how(both | MessageFlags::EXCL, "2001:db8:1::/64", &[dev(A0)]),
            route_how(replace, "::/0", &[dev(A0)]),
            route_how(both, "::/0", &[dev(A0)]),
            route_how(replace, "::/0", &[via("fd00::5")]),
        ]),
    );
}

#[test]
fn gateways_are_checked_in_linux_order() {
    let mut steps = Vec::new();
    let gateways = [
        "2001:db8::5",
        "2001:db8::1",
        "fd00::1",
        "ff02::1",
        "::",
        "fe80::5",
        "::1",
        "2001:db8:77::1",
        "fe80::ff:fe00:1",
        "fe80::ff:fe00:2",
        "::ffff:1.2.3.4",
        "2001:db8:1::5",
        "fec0::1",
    ];
    steps.push(route("2001:db8:1::/64", &[dev(A0)]));
    for (at, gateway) in gateways.iter().enumerate() {
        steps.push(route(&format!("2001:db8:10:{at:x}::/64"), &[via(gateway)]));
        steps.push(route(&format!("2001:db8:11:{at:x}::/64"), &[via(gateway), dev(A0)]));
        steps.push(route(&format!("2001:db8:12:{at:x}::/64"), &[via(gateway), dev(LO)]));
        let header = RouteHeader { flags: RtmFlags::ONLINK, ..of_route(64) };
        let prefix = |table: u32| format!("2001:db8:{table}:{at:x}::");
        steps.push(route_of(CREATE, &prefix(13), header, &[via(gateway), dev(A0)]));
        steps.push(route_of(CREATE, &prefix(14), header, &[via(gateway)]));
    }
    assert_alike(LOOKING, &with_addresses(steps));
}

#[test]
fn what_is_no_route_is_refused_in_linux_order() {
    let of = |header, more: &[Attribute]| route_of(CREATE, "2001:db8:4::", header, more);
    let plain = of_route(64);
    assert_alike(
        LOOKING,
        &[
            up(LO),
            veth(),
            of(plain, &[]),
            of(plain, &[dev(99)]),
            of(plain, &[dev(A0)]),
            up(A0),
            of(of_route(129), &[dev(A0)]),
            of(RouteHeader { source_length: 129, ..plain }, &[dev(A0)]),
            of(RouteHeader { tos: 4, ..plain }, &[dev(A0)]),
            of(RouteHeader { kind: RouteType(12), ..plain }, &[dev(A0)]),
            of(RouteHeader { kind: RouteType(12), ..plain }, &[dev(99)]),
            of(plain, &[dev(A0), (RTA_VIA, vec![2, 0, 10, 0, 0, 1])]),
            of(plain, &[dev(A0), address(RTA_PREFSRC, "2001:db8::77")]),
            of(plain, &[dev(A0), (RTA_GATEWAY, vec![1, 2, 3, 4])]),
            of(plain, &[dev(A0), (RTA_OIF, vec![1])]),
            of(plain, &[dev(A0), number(RTA_NH_ID, 5)]),
            of(plain, &[number(RTA_NH_ID, 5)]),
            of(plain, &[dev(A0), (RTA_METRICS, together(&[number(99, 5)]))]),
            of(plain, &[dev(A0), (RTA_METRICS, together(&[byte(RTAX_MTU, 5)]))]),
            set("a0", "disable_ipv6", "1"),
            of(plain, &[dev(A0)]),
        ],
    );
}

#[test]
fn each_type_of_route_is_kept_and_shown_as_on_linux() {
    let steps = (0..=11_u8).flat_map(|kind| {
        let header = RouteHeader { kind: RouteType(kind), ..of_route(64) };
        [(A0, 20), (LO, 21), (0, 22)].map(|(index, net)| {
            let more: Vec<Attribute> = (index != 0).then(|| dev(index)).into_iter().collect();
            route_of(CREATE, &format!("2001:db8:{net}:{kind:x}::"), header, &more)
        })
    });
    assert_alike(LOOKING, &with_addresses(steps));
}

#[test]
fn attributes_of_a_route_are_kept_and_shown_as_on_linux() {
    let metrics = together(&[
        number(RTAX_MTU, 1400),
        number(RTAX_HOPLIMIT, 300),
        number(RTAX_ADVMSS, 70000),
        number(RTAX_WINDOW, 0),
    ]);
    let each = [
        byte(RTA_PREF, 1),
        byte(RTA_PREF, 2),
        byte(RTA_PREF, 3),
        number(RTA_EXPIRES, 100),
        number(RTA_EXPIRES, u32::MAX),
        address(RTA_PREFSRC, "2001:db8::1"),
        address(RTA_PREFSRC, "fd00::1"),
        number(RTA_TABLE, 100),
        number(RTA_TABLE, 1000),
        number(RTA_TABLE, 356),
        number(RTA_TABLE, 255),
        (RTA_METRICS, metrics),
    ];
    let mut steps: Vec<Step> = each
        .into_iter()
        .enumerate()
        .map(|(at, more)| route(&format!("2001:db8:{at:x}::/48"), &[dev(A0), more]))
        .collect();
    let header = RouteHeader { source_length: 16, protocol: RouteProtocol(77), ..of_route(64) };
    steps.push(route_of(CREATE, "2001:db8:99::", header, &[dev(A0), address(RTA_SRC, "fd00::5")]));
    // An address that goes takes itself from the routes that prefer it.
    steps.push(remove(B0, "fd00::1/64"));
    steps.push(remove(A0, "2001:db8::1/64"));
    assert_alike(LOOKING, &with_addresses(steps));
}

#[test]
fn several_next_hops_are_one_route() {
    let hops = |hops: &[Vec<u8>]| (RTA_MULTIPATH, hops.concat());
    let two = hops(&[hop(A0, Some("2001:db8::8"), 0), hop(B0, Some("fd00::9"), 2)]);
    let append = MessageFlags::CREATE | MessageFlags::APPEND;
    let replace = MessageFlags::CREATE | MessageFlags::REPLACE;
    assert_alike(
        LOOKING,
        &with_addresses([
            route("2001:db8:7::/64", std::slice::from_ref(&two)),
            route("2001:db8:7::/64", std::slice::from_ref(&two)),
            route("2001:db8:8::/64", &[hops(&[hop(A0, None, 0), hop(B0, None, 0)])]),
            route(
                "2001:db8:8::/64",
                &[hops(&[hop(A0, Some("2001:db8::8"), 0), hop(B0, Some("fd01::9"), 0)])],
            ),
            route(
                "2001:db8:8::/64",
                &[hops(&[hop(A0, Some("2001:db8::8"), 0), hop(A0, Some("2001:db8::8"), 0)])],
            ),
            route_how(append, "2001:db8:7::/64", &[via("2001:db8::a")]),
            route_how(append, "2001:db8:7::/64", &[hops(&[hop(A0, Some("2001:db8::b"), 0)])]),
            unroute("2001:db8:7::/64", &[via("2001:db8::a")]),
            unroute("2001:db8:7::/64", &[hops(&[hop(A0, Some("2001:db8::b"), 0)])]),
            route_how(
                replace,
                "2001:db8:7::/64",
                &[hops(&[hop(A0, Some("2001:db8::c"), 0), hop(B0, Some("fd00::d"), 0)])],
            ),
            route_how(replace, "2001:db8:7::/64", &[via("2001:db8::a")]),
            route_how(replace, "2001:db8:7::/64", std::slice::from_ref(&two)),
            unroute("2001:db8:7::/64", &[]),
            unroute("2001:db8:7::/64", &[]),
            route("2001:db8:7::/64", std::slice::from_ref(&two)),
            delete_link(A0),
        ]),
    );
}

#[test]
fn routes_go_with_the_device_that_is_closed() {
    let hops = [hop(A0, Some("2001:db8::8"), 0), hop(B0, Some("fd00::9"), 2)].concat();
    assert_alike(
        LOOKING,
        &with_addresses([
            route("2001:db8:1::/64", &[dev(A0)]),
            route("2001:db8:1::/64", &[dev(B0), number(RTA_PRIORITY, 5)]),
            route("2001:db8:2::/64", &[via("2001:db8::5")]),
            route("2001:db8:3::/64", &[(RTA_MULTIPATH, hops)]),
            route("2001:db8:4::/64", &[dev(LO)]),
            down(A0),
            up(A0),
            down(LO),
        ]),
    );
}

#[test]
fn dumps_of_routes_are_filtered_as_on_linux() {
    let dump = |header: RouteHeader, more: &[Attribute]| {
        strict_dump(MessageType::GETROUTE, header.as_bytes(), more)
    };
    let none = RouteHeader { family: Family::INET6, ..RouteHeader::default() };
    let hops = [hop(A0, Some("2001:db8::8"), 0), hop(B0, Some("fd00::9"), 2)].concat();
    assert_alike(
        LOOKING,
        &with_addresses([
            route("2001:db8:1::/64", &[dev(A0)]),
            route("2001:db8:3::/64", &[(RTA_MULTIPATH, hops)]),
            route("2001:db8:4::/64", &[dev(LO), number(RTA_TABLE, 1000)]),
            dump(none, &[]),
            dump(RouteHeader { table: 254, ..none }, &[]),
            dump(RouteHeader { table: 77, ..none }, &[]),
            dump(RouteHeader { protocol: RouteProtocol::BOOT, ..none }, &[]),
            dump(RouteHeader { kind: RouteType::LOCAL, ..none }, &[]),
            dump(RouteHeader { destination_length: 64, ..none }, &[]),
            dump(RouteHeader { scope: RouteScope::LINK, ..none }, &[]),
            dump(RouteHeader { flags: RtmFlags::CLONED, ..none }, &[]),
            dump(none, &[dev(B0)]),
            dump(none, &[dev(99)]),
            dump(none, &[number(RTA_TABLE, 1000)]),
            dump(none, &[number(RTA_PRIORITY, 5)]),
            strict_dump(MessageType::GETROUTE, &[10], &[]),
        ]),
    );
}

#[test]
fn a_packet_takes_the_same_route() {
    let mut steps = Vec::new();
    for (kind, net) in [(6, 1), (7, 2), (8, 3), (9, 4)] {
        let header = RouteHeader { kind: RouteType(kind), ..of_route(64) };
        steps.push(route_of(CREATE, &format!("2001:db8:{net}::"), header, &[]));
    }
    steps.push(route("2001:db8:5::/64", &[dev(LO)]));
    steps.push(route("2001:db8:6::/64", &[dev(A0), address(RTA_PREFSRC, "2001:db8::1")]));
    steps.push(route(
        "2001:db8:7::/64",
        &[via("2001:db8::5"), (RTA_METRICS, together(&[number(RTAX_MTU, 1400)]))],
    ));
    steps.push(add(A0, "2001:db8::2/64"));
    steps.push(add_with(A0, "2001:db8:0:0:1::2/64", &[lifetimes(0, 500)]));
    for destination in [
        "2001:db8::9",
        "2001:db8::1",
        "::1",
        "fe80::9",
        "fd00::1",
        "2001:db8:1::1",
        "2001:db8:2::1",
        "2001:db8:3::1",
        "2001:db8:4::1",
        "2001:db8:5::1",
        "2001:db8:6::1",
        "2001:db8:7::1",
        "3000::1",
        "::",
        "fe80::ff:fe00:1",
        "2001:db8:0:0:1::3",
    ] {
        steps.push(which(destination, RtmFlags::empty(), &[]));
        steps.push(which(destination, RtmFlags::empty(), &[dev(A0)]));
        steps.push(which(destination, RtmFlags::empty(), &[dev(77)]));
        steps.push(which(destination, RtmFlags::FIB_MATCH, &[]));
    }
    assert_alike(LOOKING, &with_addresses(steps));
}

/// Adds or deletes a route for packets from these sources.
fn from(kind: MessageType, prefix: &str, source: &str, more: &[Attribute]) -> Step {
    let (destination, length) = prefix.split_once('/').unwrap();
    let (source, source_length) = source.split_once('/').unwrap();
    let header = RouteHeader {
        source_length: source_length.parse().unwrap(),
        ..of_route(length.parse().unwrap())
    };
    let mut attributes = vec![address(RTA_DST, destination), address(RTA_SRC, source)];
    attributes.extend_from_slice(more);
    let how = if kind == MessageType::NEWROUTE { CREATE } else { MessageFlags::empty() };
    ask(kind, how, header.as_bytes(), &attributes)
}

/// Returns routes of several lengths, some of them from sources, made in no order.
fn with_sources() -> Vec<Step> {
    let new = |prefix, source| from(MessageType::NEWROUTE, prefix, source, &[dev(A0)]);
    vec![
        route("2001:db8:1:1::/64", &[dev(A0)]),
        new("2001:db8:1::/48", "fd00:2::/32"),
        route("2001:db8::/32", &[dev(B0)]),
        new("2001:db8:1:1::/64", "fd00::/16"),
        new("2001:db8:1::/48", "fd00:1::/32"),
        route("2001:db8:1:2::/64", &[dev(A0)]),
        new("2001:db8:1::/48", "fd00::/16"),
        new("2001:db8:1::/48", "fd00:1::5/128"),
        new("2001:db8:1:1::7/128", "fd00:1::/32"),
        new("2001:db8::/32", "::/1"),
        new("::/0", "fd00:3::/32"),
        new("2001:db8:1:2::/64", "fd00:5::/32"),
        new("2001:db8:1:2::/64", "fd00:5::/32"),
        route("2001:db8:2::/48", &[dev(A0)]),
        new("2001:db8:2::/48", "fd00:6::/32"),
    ]
}

#[test]
fn routes_from_a_source_are_listed_before_those_within_their_destination() {
    let gone = |prefix, source| from(MessageType::DELROUTE, prefix, source, &[dev(A0)]);
    let listing = RouteHeader { family: Family::INET6, ..RouteHeader::default() };
    let list = || strict_dump(MessageType::GETROUTE, listing.as_bytes(), &[]);
    let mut steps = with_sources();
    steps.push(list());
    // Where there are no sources, none counts.
    steps.push(gone("::/0", "fd00:7::/32"));
    steps.push(gone("2001:db8:1::/48", "fd00:7::/32"));
    steps.push(route("2001:db8:9::/48", &[dev(A0)]));
    steps.push(gone("2001:db8:9::/48", "fd00:7::/32"));
    steps.push(gone("2001:db8:9::/48", "fd00:7::/32"));
    steps.push(gone("2001:db8:1::/48", "fd00::/16"));
    steps.push(gone("2001:db8:1:1::/64", "fd00:1::/32"));
    steps.push(gone("2001:db8:1:2::/64", "fd00:5::/32"));
    steps.push(unroute("2001:db8:1:1::/64", &[]));
    steps.push(list());
    steps.push(down(A0));
    steps.push(list());
    assert_alike(LOOKING, &with_addresses(steps));
}

#[test]
fn packets_from_a_source_take_the_same_route() {
    let mut steps = with_sources();
    for with_default in [false, true] {
        if with_default {
            steps.push(route("::/0", &[dev(B0)]));
        }
        for destination in [
            "2001:db8:1:1::7",
            "2001:db8:1:1::8",
            "2001:db8:1:2::1",
            "2001:db8:1:3::1",
            "2001:db8:2::1",
            "2001:db8:3::1",
            "3000::1",
        ] {
            steps.push(which(destination, RtmFlags::FIB_MATCH, &[]));
            for source in
                ["::", "fd00:1::5", "fd00:1::6", "fd00:2::1", "fd00:3::1", "fd00:5::1", "8000::1"]
            {
                let header = RouteHeader {
                    source_length: 128,
                    table: 0,
                    protocol: RouteProtocol::UNSPEC,
                    kind: RouteType::UNSPEC,
                    flags: RtmFlags::FIB_MATCH,
                    ..of_route(128)
                };
                let of = |more: &[Attribute]| {
                    let ends = [address(RTA_DST, destination), address(RTA_SRC, source)];
                    let attributes = [&ends, more].concat();
                    ask(
                        MessageType::GETROUTE,
                        MessageFlags::empty(),
                        header.as_bytes(),
                        &attributes,
                    )
                };
                steps.push(of(&[]));
                steps.push(of(&[dev(A0)]));
                steps.push(of(&[dev(B0)]));
            }
        }
    }
    assert_alike(LOOKING, &with_addresses(steps));
}

#[test]
fn what_a_differential_search_found_of_routes_stays_found() {
    let cloned = RouteHeader { flags: RtmFlags::CLONED, ..of_route(64) };
    let nowhere = RouteHeader { table: 0, kind: RouteType::THROW, ..of_route(64) };
    let delete = |header: RouteHeader| {
        ask(MessageType::DELROUTE, MessageFlags::empty(), header.as_bytes(), &[])
    };
    let listing = RouteHeader { family: Family::INET6, ..RouteHeader::default() };
    assert_alike(
        LOOKING,
        &[
            // The loopback must be up for what it would refuse, too.
            route("2001:db8::/64", &[dev(LO)]),
            route("2001:db8::/64", &[dev(LO), address(RTA_PREFSRC, "2001:db8::2")]),
            up(LO),
            // An exception that is not there is deleted without complaint.
            delete(cloned),
            call(SIOCDELRT, "2001:db8::", 129, 0x0100_0001, 0, none()),
            // Table 0 is the main one.
            route_of(CREATE, "2001:db8::", nowhere, &[]),
            delete(RouteHeader { table: 0, ..of_route(126) }),
            // A table that throws knows a gateway all the same, and refuses it.
            route_of(CREATE, "::", RouteHeader { table: 255, ..nowhere_of_all() }, &[]),
            route("2001:db8:1::/64", &[via("2001:db8::2")]),
            strict_dump(MessageType::GETROUTE, listing.as_bytes(), &[(RTA_OIF, vec![1])]),
            strict_dump(MessageType::GETROUTE, listing.as_bytes(), &[number(60, 5)]),
        ],
    );
}

fn nowhere_of_all() -> RouteHeader {
    RouteHeader { kind: RouteType::THROW, ..of_route(0) }
}

fn none() -> In6RtMsg {
    In6RtMsg::default()
}

fn by(gateway: &str) -> In6RtMsg {
    let mut message = none();
    message.gateway = gateway.parse::<Ipv6Addr>().unwrap().octets();
    message
}

fn of(kind: u32) -> In6RtMsg {
    let mut message = none();
    message.kind = kind;
    message
}

fn with_metric(metric: u32) -> In6RtMsg {
    let mut message = none();
    message.metric = metric;
    message
}

fn with_source(source_length: u16) -> In6RtMsg {
    let mut message = none();
    message.source_length = source_length;
    message
}

fn with_info(info: u64) -> In6RtMsg {
    let mut message = none();
    message.info = info;
    message
}

/// Returns an ioctl with an `in6_rtmsg`.
fn call(
    number: u32,
    destination: &str,
    length: u16,
    flags: u32,
    index: u32,
    more: In6RtMsg,
) -> Step {
    let mut message = more;
    message.destination = destination.parse::<Ipv6Addr>().unwrap().octets();
    message.destination_length = length;
    message.flags = flags;
    message.index = index.cast_signed();
    Step::ioctl(Who::Here, SocketFamily::INET6, number, &hex(message.as_bytes()))
}

#[test]
fn the_ioctls_add_and_delete_as_on_linux() {
    let a = SIOCADDRT;
    let d = SIOCDELRT;
    assert_alike(
        LOOKING,
        &with_addresses([
            call(a, "2001:db8:1::", 64, 1, A0, none()),
            call(a, "2001:db8:1::", 64, 1, A0, none()),
            call(a, "2001:db8:1::5", 128, 5, A0, none()),
            call(a, "2001:db8:2::5", 128, 7, A0, by("2001:db8::9")),
            call(a, "2001:db8:2::6", 128, 7, 0, by("2001:db8::9")),
            call(a, "2001:db8:2::7", 128, 7, A0, by("2001:db9::9")),
            call(a, "2001:db8:2::8", 128, 7, A0, by("fd00::9")),
            call(a, "2001:db8:2::9", 128, 3, A0, by("2001:db9::9")),
            call(a, "2001:db8:2::9", 128, 3, 0, by("2001:db8::9")),
            call(a, "2001:db8:3:1::", 64, 0, A0, none()),
            call(a, "2001:db8:3:2::", 64, 0x201, A0, none()),
            call(a, "2001:db8:3:3::", 64, 0x201, 0, none()),
            call(a, "2001:db8:3:4::", 64, 1, LO, none()),
            call(a, "2001:db8:3:5::", 64, 1, A0, of(7)),
            call(a, "2001:db8:3:6::", 64, 1, A0, of(2)),
            call(a, "2001:db8:4::", 64, 0x0100_0001, A0, none()),
            call(a, "2001:db8:4::", 64, 0x4000_0001, A0, none()),
            call(a, "2001:db8:4::", 64, 1, A0, of(12)),
            call(a, "2001:db8:4::", 64, 1, A0, of(256)),
            call(a, "2001:db8:4::", 129, 1, 99, none()),
            call(a, "2001:db8:4::", 64, 1, A0, with_source(129)),
            call(a, "2001:db8:4::", 64, 1, 99, none()),
            call(a, "2001:db8:4::", 64, 1, 0, none()),
            call(a, "2001:db8:4::", 64, 0x40_0001, A0, with_info(1000)),
            call(a, "2001:db8:5::", 64, 0x1800_0001, A0, none()),
            call(a, "2001:db8:6::", 64, 0x8000_0001, A0, none()),
            call(a, "2001:db8:7::", 64, 1, A0, with_metric(7)),
            call(a, "::", 0, 3, A0, by("2001:db8::99")),
            call(d, "2001:db8:1::", 64, 1, A0, none()),
            call(d, "2001:db8:1::", 64, 1, A0, none()),
            call(d, "2001:db8:2::9", 128, 3, 0, by("2001:db8::8")),
            call(d, "2001:db8:2::9", 128, 1, 0, by("2001:db8::8")),
            call(d, "2001:db8:2::5", 128, 1, B0, none()),
            call(d, "2001:db8:7::", 64, 1, 0, with_metric(8)),
            call(d, "2001:db8:7::", 64, 1, 0, with_metric(7)),
            call(d, "::", 0, 1, 0, none()),
            call(d, "::", 0, 1, 0, none()),
            call(d, "::", 0, 1, A0, none()),
            call(d, "2001:db8::", 64, 1, 0, none()),
        ]),
    );
}
