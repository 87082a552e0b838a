//! `SIOCADDRT` and `SIOCDELRT`, IPv4 and IPv6, on both kernels.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Veth, errno, name, refused, refused_on};
use core::net::{Ipv4Addr, Ipv6Addr};
use ifctl_conformance::{Setting, ip, on_both_in_two, sh};
use ifctl_netdevice::{
    Control, Errno, Family, Route, Route6Request, RouteFilter, RouteFlags, RouteKind, RouteMetrics,
    RouteProtocol, RouteRequest, Rtnetlink, Scope,
};

fn set_up(kernels: &Setting<'_>) -> Veth {
    let veth = Veth::up(kernels);
    ip(
        kernels.here,
        "ip addr add 192.168.1.5/24 brd + dev e0; ip addr add 172.16.3.10/24 dev e0 label e0:0",
    );
    veth
}

/// The routes that were added, IPv4, as iproute2 writes them; on Linux it is iproute2 that does.
fn routes(kernels: &Setting<'_>) -> Vec<String> {
    let mut rtnetlink = Rtnetlink::open(kernels.here).unwrap();
    let routes = rtnetlink.routes(RouteFilter::IPV4_MAIN).unwrap().entries;
    let added = routes.iter().filter(|route| route.protocol == RouteProtocol::BOOT);
    let ours: Vec<String> = added.map(told).collect();
    if kernels.model.is_none() {
        let text = sh("ip -4 route show proto boot");
        let seen = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        assert_eq!(seen.collect::<Vec<_>>(), ours);
    }
    ours
}

/// A route in iproute2's words.
fn told(route: &Route) -> String {
    let mut text = match route.kind {
        RouteKind::UNICAST => String::new(),
        kind => format!("{kind} "),
    };
    text += &match route.prefix_length {
        0 => "default".to_owned(),
        32 => route.destination.to_string(),
        length => format!("{}/{length}", route.destination),
    };
    if let Some(gateway) = route.gateway() {
        text += &format!(" via {gateway}");
    }
    if route.index().is_some() {
        text += " dev e0";
    }
    if route.scope != Scope::UNIVERSE {
        text += &format!(" scope {}", route.scope);
    }
    if let Some(source) = route.preferred_source {
        text += &format!(" src {source}");
    }
    if route.priority != 0 {
        text += &format!(" metric {}", route.priority);
    }
    let RouteMetrics { window, rtt, advertised_mss, .. } = route.metrics;
    if window != 0 {
        text += &format!(" window {window} rtt {}ms advmss {advertised_mss}", rtt / 8);
    }
    text
}

/// All IPv4 routes.
fn all(kernels: &Setting<'_>) -> Vec<Route> {
    Rtnetlink::open(kernels.here).unwrap().routes(RouteFilter::IPV4_MAIN).unwrap().entries
}

fn to(destination: [u8; 4], mask: [u8; 4]) -> RouteRequest {
    RouteRequest::new(destination.into(), mask.into())
}

#[test]
fn a_route_through_a_gateway_is_added_and_deleted() {
    on_both_in_two(|kernels| {
        let veth = set_up(kernels);
        let route = to([0, 0, 0, 0], [0, 0, 0, 0]).via([192, 168, 1, 1].into());
        veth.control.add_route(&route).unwrap();
        assert_eq!(routes(kernels), ["default via 192.168.1.1 dev e0"]);
        assert_eq!(errno(veth.control.add_route(&route)), Errno::EEXIST);
        veth.control.delete_route(&route).unwrap();
        assert_eq!(routes(kernels), <[&str; 0]>::default());
        assert_eq!(errno(veth.control.delete_route(&route)), Errno::ESRCH);
    });
}

#[test]
fn an_alias_as_the_device_makes_its_address_the_source() {
    on_both_in_two(|kernels| {
        let veth = set_up(kernels);
        let mut route = to([10, 5, 5, 5], [255, 255, 255, 255]).dev(name("e0:0"));
        route.flags |= RouteFlags::HOST;
        veth.control.add_route(&route).unwrap();
        assert_eq!(routes(kernels), ["10.5.5.5 dev e0 scope link src 172.16.3.10"]);
        route.device = Some(name("e0:9"));
        assert_eq!(errno(veth.control.add_route(&route)), Errno::ENODEV);
    });
}

#[test]
fn metric_mss_window_and_round_trip_time_reach_the_kernel() {
    on_both_in_two(|kernels| {
        let veth = set_up(kernels);
        let mut route = to([10, 9, 0, 0], [255, 255, 0, 0]).dev(name("e0"));
        route.metric = 8;
        route.flags |= RouteFlags::MTU | RouteFlags::WINDOW | RouteFlags::IRTT;
        (route.mtu, route.window, route.irtt) = (1400, 8192, 120);
        veth.control.add_route(&route).unwrap();
        assert_eq!(
            routes(kernels),
            ["10.9.0.0/16 dev e0 scope link metric 7 window 8192 rtt 120ms advmss 1360"]
        );
    });
}

#[test]
fn a_rejected_destination_is_unreachable() {
    on_both_in_two(|kernels| {
        let veth = set_up(kernels);
        let mut route = to([10, 6, 0, 0], [255, 255, 0, 0]);
        route.flags |= RouteFlags::REJECT;
        veth.control.add_route(&route).unwrap();
        assert_eq!(routes(kernels), ["unreachable 10.6.0.0/16 scope host"]);
        veth.control.delete_route(&route).unwrap();
        assert_eq!(routes(kernels), <[&str; 0]>::default());
    });
}

#[test]
fn routes_are_refused_as_linux_refuses_them() {
    on_both_in_two(|kernels| {
        let veth = set_up(kernels);
        let add = |route: RouteRequest| errno(veth.control.add_route(&route));
        let no_mask = RouteRequest { mask: None, ..to([10, 0, 0, 0], [0; 4]) };
        assert_eq!(add(no_mask.dev(name("e0"))), Errno::EINVAL);
        assert_eq!(add(to([10, 0, 0, 1], [255, 0, 0, 0]).dev(name("e0"))), Errno::EINVAL);
        assert_eq!(add(to([10, 0, 0, 0], [255, 0, 255, 0]).dev(name("e0"))), Errno::EINVAL);
        assert_eq!(add(to([10, 0, 0, 0], [255, 0, 0, 0])), Errno::ENODEV);
        assert_eq!(add(to([10, 0, 0, 0], [255, 0, 0, 0]).dev(name("nosuch"))), Errno::ENODEV);
        let far = Ipv4Addr::new(10, 1, 1, 1);
        assert_eq!(add(to([0; 4], [0; 4]).via(far)), Errno::ENETUNREACH);
        ip(kernels.here, "ip link set e0 down");
        assert_eq!(add(to([10, 0, 0, 0], [255, 0, 0, 0]).dev(name("e0"))), Errno::ENETDOWN);
    });
}

#[test]
fn routes_are_neither_added_nor_deleted_without_privilege() {
    on_both_in_two(|kernels| {
        let veth = set_up(kernels);
        let before = all(kernels);
        let route = to([10, 0, 0, 0], [255, 0, 0, 0]).dev(name("e0"));
        refused(kernels, |control| control.add_route(&route));
        let connected = to([192, 168, 1, 0], [255, 255, 255, 0]).dev(veth.device);
        refused(kernels, |control| control.delete_route(&connected));
        assert_eq!(all(kernels), before);
        veth.control.delete_route(&connected).unwrap();
        assert_ne!(all(kernels), before, "the kernel's own routes can be deleted");
    });
}

fn to6(index: u32) -> Route6Request {
    Route6Request {
        destination: Ipv6Addr::new(0x2001, 0xdb8, 0xa, 0, 0, 0, 0, 0),
        prefix_length: 48,
        gateway: None,
        metric: 7,
        flags: RouteFlags::UP,
        index,
    }
}

/// The routes to 2001:db8:a::/48: device and metric.
fn routes6(kernels: &Setting<'_>) -> Vec<(Option<u32>, u32)> {
    let filter = RouteFilter { family: Some(Family::INET6), ..RouteFilter::default() };
    let routes = Rtnetlink::open(kernels.here).unwrap().routes(filter).unwrap().entries;
    let destination = to6(0).destination;
    let ours = routes.iter().filter(|route| route.destination == destination);
    ours.map(|route| (route.index(), route.priority)).collect()
}

#[test]
fn an_ipv6_route_is_added_and_deleted() {
    on_both_in_two(|kernels| {
        let veth = set_up(kernels);
        let route = to6(veth.control.index(veth.device).unwrap());
        let control = Control::open(kernels.here, Family::INET6).unwrap();
        control.add_route6(&route).unwrap();
        assert_eq!(routes6(kernels), [(Some(route.index), 7)]);
        assert_eq!(errno(control.add_route6(&route)), Errno::EEXIST);
        let other = Route6Request { metric: 9, ..route };
        assert_eq!(errno(control.delete_route6(&other)), Errno::ESRCH);
        control.delete_route6(&Route6Request { metric: 0, ..route }).unwrap();
        assert_eq!(routes6(kernels), []);
    });
}

#[test]
fn ipv6_routes_are_refused_as_linux_refuses_them() {
    on_both_in_two(|kernels| {
        let veth = set_up(kernels);
        let route = to6(veth.control.index(veth.device).unwrap());
        let control = Control::open(kernels.here, Family::INET6).unwrap();
        let add = |route: Route6Request| errno(control.add_route6(&route));
        assert_eq!(add(Route6Request { prefix_length: 129, ..route }), Errno::EINVAL);
        assert_eq!(add(Route6Request { index: 4711, ..route }), Errno::ENODEV);
        assert_eq!(add(Route6Request { index: 0, ..route }), Errno::ENODEV);
        let gateway = Some("fe80::9".parse().unwrap());
        let flags = RouteFlags::UP | RouteFlags::GATEWAY;
        assert_eq!(add(Route6Request { index: 0, gateway, flags, ..route }), Errno::EINVAL);
    });
}

#[test]
fn ipv6_routes_are_neither_added_nor_deleted_without_privilege() {
    on_both_in_two(|kernels| {
        let veth = set_up(kernels);
        let route = to6(veth.control.index(veth.device).unwrap());
        refused_on(kernels, Family::INET6, |control| control.add_route6(&route));
        assert_eq!(routes6(kernels), []);
        Control::open(kernels.here, Family::INET6).unwrap().add_route6(&route).unwrap();
        refused_on(kernels, Family::INET6, |control| control.delete_route6(&route));
        assert_ne!(routes6(kernels), []);
    });
}
