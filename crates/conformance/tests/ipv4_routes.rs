//! IPv4 routes on Linux and on the model: the same requests, the same answers, events and lists.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod ipv4;

use ifctl_abi::Family;
use ifctl_abi::ioctl::*;
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::route::RouteFlags as Rtf;
use ifctl_abi::rtnetlink::*;
use ifctl_conformance::sequence::{Looking, Step, Who, assert_alike, hex};
use ifctl_netlink::{Encoder, Head, Metrics, NextHop, NextHops, Route};
use ipv4::*;
use std::net::IpAddr;

const LOOKING: Looking =
    Looking { addresses: true, routes: true, files: true, ..Looking::AT_ANSWERS };

/// Carries out the requests where e0 (index 2) has 10.0.0.1/24, and p0 (3) is up.
fn check(steps: impl IntoIterator<Item = Step>) {
    let steps: Vec<Step> =
        veth().into_iter().chain([add([10, 0, 0, 1], 24)]).chain(steps).collect();
    assert_alike(LOOKING, &steps);
}

/// An `rtentry`: destination, mask, gateway, flags and metric.
struct Entry {
    to: [u8; 4],
    mask: [u8; 4],
    gateway: [u8; 4],
    flags: Rtf,
    metric: i16,
    device: Option<&'static str>,
}

const NOWHERE: Entry = Entry {
    to: [10, 5, 0, 0],
    mask: [255, 255, 0, 0],
    gateway: [0; 4],
    flags: Rtf::UP,
    metric: 0,
    device: None,
};

fn entry(number: u32, entry: &Entry) -> Step {
    let address = |address: [u8; 4], family: u8| {
        let [a, b, c, d] = address;
        [family, 0, 0, 0, a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0]
    };
    let family = |address: [u8; 4]| if address == [0; 4] { 0 } else { 2 };
    let mut bytes = vec![0; 8];
    bytes.extend(address(entry.to, 2));
    bytes.extend(address(entry.gateway, family(entry.gateway)));
    bytes.extend(address(entry.mask, family(entry.mask)));
    bytes.extend((entry.flags.bits() as u16).to_ne_bytes());
    bytes.resize(80, 0);
    bytes.extend(entry.metric.to_ne_bytes());
    bytes.resize(96, 0);
    for number in [1000_u64, 4000, 30] {
        bytes.extend(number.to_ne_bytes());
    }
    match entry.device {
        Some(device) => {
            Step::route(Who::Here, Family::INET, number, &hex(&bytes), device.as_bytes())
        }
        None => Step::ioctl(Who::Here, Family::INET, number, &hex(&bytes)),
    }
}

#[test]
fn entries_are_added_and_deleted_as_their_flags_say() {
    let gateway = Rtf::UP | Rtf::GATEWAY;
    let metrics = Rtf::MTU | Rtf::WINDOW | Rtf::IRTT;
    let entries = [
        NOWHERE,
        Entry { device: Some("e0"), ..NOWHERE },
        Entry { device: Some("e0"), metric: 7, flags: metrics, ..NOWHERE },
        Entry { device: Some("e0:1"), metric: -1, ..NOWHERE },
        Entry { device: Some("e0:nosuch"), ..NOWHERE },
        Entry { device: Some("nosuch"), ..NOWHERE },
        Entry { device: Some("nosuch"), mask: [255, 0, 255, 0], ..NOWHERE },
        Entry { mask: [255, 0, 0, 0], device: Some("e0"), ..NOWHERE },
        Entry { mask: [0; 4], device: Some("e0"), ..NOWHERE },
        Entry { flags: Rtf::HOST, device: Some("p0"), ..NOWHERE },
        Entry { flags: Rtf::REJECT, device: Some("nosuch"), ..NOWHERE },
        Entry { flags: gateway, ..NOWHERE },
        Entry { flags: gateway, gateway: [10, 0, 0, 9], ..NOWHERE },
        Entry { flags: gateway, gateway: [10, 0, 0, 8], device: Some("e0"), ..NOWHERE },
        Entry { flags: gateway, gateway: [10, 0, 0, 8], device: Some("p0"), ..NOWHERE },
        Entry { flags: gateway, gateway: [10, 0, 0, 1], ..NOWHERE },
        Entry { flags: gateway, gateway: [10, 0, 0, 255], ..NOWHERE },
        Entry { flags: gateway, gateway: [172, 16, 0, 1], ..NOWHERE },
        Entry { gateway: [10, 0, 0, 9], ..NOWHERE },
        Entry { to: [0; 4], mask: [0; 4], flags: gateway, gateway: [10, 0, 0, 7], ..NOWHERE },
    ];
    let alias = set(SIOCSIFADDR, "e0:1", [192, 168, 4, 4]);
    let steps = [alias].into_iter().chain(entries.iter().map(|one| entry(SIOCADDRT, one)));
    let steps = steps.chain(entries.iter().map(|one| entry(SIOCADDRT, one)));
    check(steps.chain(entries.iter().rev().map(|one| entry(SIOCDELRT, one))));
}

fn to(destination: [u8; 4], length: u8) -> Route<'static> {
    Route { scope: RouteScope::LINK, output: Some(E0), ..Route::new(destination.into(), length) }
}

fn by(gateway: [u8; 4]) -> Option<IpAddr> {
    Some(gateway.into())
}

fn ask(kind: MessageType, flags: MessageFlags, route: &Route<'_>) -> Step {
    let mut encoder = Encoder::new();
    route.encode(Head::request(kind, flags, 1), &mut encoder).unwrap();
    Step::netlink(Who::Here, &hex(encoder.as_bytes()))
}

fn new(route: &Route<'_>) -> Step {
    ask(MessageType::NEWROUTE, MessageFlags::ACK | MessageFlags::CREATE, route)
}

#[test]
fn flags_say_what_becomes_of_a_route_that_is_there() {
    let ways = [
        MessageFlags::empty(),
        MessageFlags::CREATE,
        MessageFlags::CREATE | MessageFlags::APPEND,
        MessageFlags::CREATE | MessageFlags::EXCL,
        MessageFlags::REPLACE,
        MessageFlags::CREATE | MessageFlags::REPLACE | MessageFlags::ECHO,
    ];
    let universe = Route { scope: RouteScope::UNIVERSE, ..to([10, 6, 0, 0], 16) };
    let routes = [[10, 0, 0, 2], [10, 0, 0, 3], [10, 0, 0, 2], [10, 0, 0, 4]];
    let routes = routes.map(|gateway| Route { gateway: by(gateway), ..universe });
    let mut steps = Vec::new();
    for flags in ways {
        for route in &routes {
            steps.push(ask(MessageType::NEWROUTE, flags | MessageFlags::ACK, route));
        }
    }
    for route in routes.iter().chain([&to([10, 6, 0, 0], 16)]) {
        steps.push(ask(MessageType::DELROUTE, MessageFlags::ACK, route));
    }
    check(steps);
}

#[test]
fn routes_of_all_kinds_are_checked_in_linux_order() {
    let plain = to([10, 7, 0, 0], 16);
    let bare = Route { output: None, ..plain };
    let kind = |kind, scope| Route { kind, scope, ..plain };
    let (link, host, global) = (RouteScope::LINK, RouteScope::HOST, RouteScope::UNIVERSE);
    let hops = [
        NextHop { index: 2, gateway: by([10, 0, 0, 2]), hops: 4, ..NextHop::default() },
        NextHop { index: 2, gateway: by([10, 0, 0, 3]), ..NextHop::default() },
    ];
    let mtu = Metrics::default().with(RTAX_MTU, 70_000).with(RTAX_HOPLIMIT, 300);
    let many = Route { next_hops: NextHops::new(&hops), scope: global, ..bare };
    let routes = [
        plain,
        bare,
        Route { output: Some(77), ..plain },
        Route { tos: 0x11, ..plain },
        Route { tos: 0x10, ..plain },
        Route { destination_length: 8, ..plain },
        Route { destination_length: 33, ..plain },
        Route { table: RouteTable(100), priority: Some(9), ..plain },
        Route { table: RouteTable(1000), metrics: mtu, ..plain },
        Route { table: RouteTable(356), ..plain },
        Route { metrics: Metrics::default().with_congestion_control(b"cubic"), ..plain },
        Route { metrics: Metrics::default().with_congestion_control(b"nosuch"), ..plain },
        Route { preferred_source: by([10, 0, 0, 1]), priority: Some(3), ..plain },
        Route { preferred_source: by([10, 0, 0, 99]), priority: Some(3), ..plain },
        Route {
            flags: ifctl_abi::rtnetlink::RtmFlags::ONLINK,
            gateway: by([1, 2, 3, 4]),
            scope: global,
            ..plain
        },
        Route { flags: ifctl_abi::rtnetlink::RtmFlags::ONLINK, gateway: by([1, 2, 3, 4]), ..plain },
        Route { flags: ifctl_abi::rtnetlink::RtmFlags::DEAD, ..plain },
        Route { flags: ifctl_abi::rtnetlink::RtmFlags::ONLINK, ..plain },
        kind(RouteType::LOCAL, host),
        kind(RouteType::LOCAL, link),
        kind(RouteType::BROADCAST, link),
        kind(RouteType::MULTICAST, global),
        kind(RouteType::BLACKHOLE, global),
        kind(RouteType::NAT, global),
        kind(RouteType(12), global),
        Route { kind: RouteType::BLACKHOLE, priority: Some(1), ..bare },
        Route { kind: RouteType::UNREACHABLE, priority: Some(2), ..bare },
        Route { kind: RouteType::PROHIBIT, priority: Some(3), ..bare },
        Route { kind: RouteType::THROW, priority: Some(4), ..bare },
        Route { scope: RouteScope::NOWHERE, ..plain },
        many,
        Route { output: Some(3), ..many },
        Route { gateway: by([10, 0, 0, 3]), ..many },
        Route { gateway: by([172, 16, 1, 1]), scope: global, ..plain },
        Route { gateway: by([10, 0, 0, 255]), scope: global, ..plain },
        Route { gateway: Some("fe80::1".parse().unwrap()), scope: global, ..plain },
    ];
    let mut steps: Vec<Step> = routes.iter().map(new).collect();
    let gone = |route| ask(MessageType::DELROUTE, MessageFlags::ACK, route);
    steps.push(Step::read(Who::Here, "/proc/net/route"));
    steps.push(Step::read(Who::Here, "/proc/net/rt_cache"));
    steps.extend(routes.iter().map(gone));
    check(steps);
}

#[test]
fn realms_are_kept_compared_and_told() {
    let universe = Route { scope: RouteScope::UNIVERSE, ..to([10, 6, 0, 0], 16) };
    let route = Route { gateway: by([10, 0, 0, 2]), realms: Some(2 << 16 | 3), ..universe };
    let hop = |last, realms| NextHop {
        index: 2,
        gateway: by([10, 0, 0, last]),
        realms,
        ..NextHop::default()
    };
    let hops = [hop(2, Some(5)), hop(3, None)];
    let many = Route {
        output: None,
        next_hops: NextHops::new(&hops),
        destination: Some([10, 7, 0, 0].into()),
        ..universe
    };
    let others = [hop(2, Some(4)), hop(3, None)];
    let other_hops = Route { next_hops: NextHops::new(&others), ..many };
    let get = |destination: [u8; 4]| {
        let route = Route {
            table: RouteTable::UNSPEC,
            protocol: RouteProtocol::UNSPEC,
            kind: RouteType::UNSPEC,
            ..Route::new(destination.into(), 32)
        };
        ask(MessageType::GETROUTE, MessageFlags::ACK, &route)
    };
    let delete = |route| ask(MessageType::DELROUTE, MessageFlags::ACK, route);
    // A hop whose RTA_FLOW has two bytes.
    let mut short = Encoder::new();
    let flags = MessageFlags::ACK | MessageFlags::CREATE;
    let header = RouteHeader {
        family: ifctl_abi::rtnetlink::Family::INET,
        table: 254,
        kind: RouteType::UNICAST,
        ..RouteHeader::default()
    };
    let hop = [14, 0, 0, 0, 2, 0, 0, 0, 6, 0, 11, 0, 1, 0];
    short
        .message(Head::request(MessageType::NEWROUTE, flags, 1), &header, |to| {
            to.bytes(RTA_MULTIPATH, &hop);
        })
        .unwrap();
    check([
        new(&route),
        new(&Route { realms: Some(7), ..route }),
        ask(
            MessageType::NEWROUTE,
            flags | MessageFlags::APPEND,
            &Route { realms: Some(7), ..route },
        ),
        new(&many),
        new(&Route { realms: Some(5), destination: Some([10, 8, 0, 0].into()), ..many }),
        new(&Route { realms: Some(6), destination: Some([10, 9, 0, 0].into()), ..many }),
        Step::netlink(Who::Here, &hex(short.as_bytes())),
        get([10, 6, 0, 1]),
        delete(&Route { realms: Some(9), ..route }),
        delete(&Route { realms: Some(7), ..route }),
        delete(&other_hops),
        delete(&many),
        delete(&Route { realms: None, ..route }),
    ]);
}

#[test]
fn routes_go_with_their_device_their_source_and_their_last_address() {
    let universe = Route { scope: RouteScope::UNIVERSE, ..to([10, 8, 0, 0], 16) };
    let routes = [
        Route { gateway: by([10, 0, 0, 2]), ..universe },
        Route { preferred_source: by([10, 0, 0, 7]), ..to([10, 9, 0, 0], 16) },
        Route { table: RouteTable(100), ..to([10, 9, 0, 0], 16) },
        Route {
            kind: RouteType::LOCAL,
            scope: RouteScope::HOST,
            table: RouteTable::LOCAL,
            ..to([10, 10, 0, 0], 16)
        },
        Route { output: Some(1), ..to([10, 11, 0, 0], 16) },
    ];
    let routes = || routes.iter().map(new);
    let steps = [add([10, 0, 0, 7], 32), up("lo")].into_iter().chain(routes());
    let steps =
        steps.chain([down("p0"), up("p0"), delete([10, 0, 0, 7], 32), down("e0"), up("e0")]);
    check(steps.chain(routes()).chain([delete([10, 0, 0, 1], 24), down("lo")]));
}

#[test]
fn a_packet_would_go_where_linux_says_and_get_the_same_source() {
    let get = |destination: [u8; 4], source: Option<[u8; 4]>, output: Option<u32>| {
        let route = Route {
            destination_length: 32,
            source_length: if source.is_some() { 32 } else { 0 },
            destination: Some(destination.into()),
            source: source.map(IpAddr::from),
            output,
            table: RouteTable::UNSPEC,
            protocol: RouteProtocol::UNSPEC,
            kind: RouteType::UNSPEC,
            ..Route::new(destination.into(), 32)
        };
        let mut steps = vec![ask(MessageType::GETROUTE, MessageFlags::ACK, &route)];
        use ifctl_abi::rtnetlink::RtmFlags as Flags;
        for flags in [Flags::LOOKUP_TABLE, Flags::LOOKUP_TABLE | Flags::FIB_MATCH] {
            let route = Route { flags, ..route };
            steps.push(ask(MessageType::GETROUTE, MessageFlags::ACK, &route));
        }
        steps
    };
    let universe = Route { scope: RouteScope::UNIVERSE, ..to([10, 8, 0, 0], 16) };
    let mut steps = vec![
        up("lo"),
        add([10, 0, 1, 1], 24),
        scoped([10, 0, 2, 1], 24, RouteScope::LINK),
        new(&Route { gateway: by([10, 0, 1, 2]), ..universe }),
        new(&Route { kind: RouteType::PROHIBIT, output: None, ..to([10, 9, 0, 0], 16) }),
        new(&Route { preferred_source: by([10, 0, 1, 1]), ..to([10, 10, 0, 0], 16) }),
    ];
    let destinations = [
        [10, 0, 0, 1],
        [10, 0, 0, 2],
        [10, 0, 0, 255],
        [10, 8, 1, 1],
        [10, 9, 1, 1],
        [10, 10, 1, 1],
        [172, 16, 0, 1],
        [127, 0, 0, 1],
        [224, 0, 0, 1],
        [239, 1, 1, 1],
        [255, 255, 255, 255],
        [0; 4],
    ];
    for destination in destinations {
        for source in [None, Some([10, 0, 1, 1]), Some([10, 99, 0, 1])] {
            for output in [None, Some(1), Some(2), Some(3), Some(77)] {
                steps.extend(get(destination, source, output));
            }
        }
    }
    check(steps);
}
