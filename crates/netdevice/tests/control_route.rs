//! `SIOCADDRT` and `SIOCDELRT`, IPv4 and IPv6, on the real kernel.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Veth, errno, name, refused, refused_on};
use core::net::{Ipv4Addr, Ipv6Addr};
use ifctl_conformance::{private, sh};
use ifctl_netdevice::{Control, Errno, Family, Host, Route6Request, RouteFlags, RouteRequest};

fn set_up() -> Veth {
    let veth = Veth::up();
    sh("ip addr add 192.168.1.5/24 brd + dev e0; ip addr add 172.16.3.10/24 dev e0 label e0:0");
    veth
}

fn routes() -> String {
    sh("ip -4 route show proto boot; ip -4 route show type unreachable")
}

fn to(destination: [u8; 4], mask: [u8; 4]) -> RouteRequest {
    RouteRequest::new(destination.into(), mask.into())
}

#[test]
fn a_route_through_a_gateway_is_added_and_deleted() {
    private(|| {
        let veth = set_up();
        let route = to([0, 0, 0, 0], [0, 0, 0, 0]).via([192, 168, 1, 1].into());
        veth.control.add_route(&route).unwrap();
        assert_eq!(routes().trim(), "default via 192.168.1.1 dev e0");
        assert_eq!(errno(veth.control.add_route(&route)), Errno::EEXIST);
        veth.control.delete_route(&route).unwrap();
        assert_eq!(routes(), "");
        assert_eq!(errno(veth.control.delete_route(&route)), Errno::ESRCH);
    });
}

#[test]
fn an_alias_as_the_device_makes_its_address_the_source() {
    private(|| {
        let veth = set_up();
        let mut route = to([10, 5, 5, 5], [255, 255, 255, 255]).dev(name("e0:0"));
        route.flags |= RouteFlags::HOST;
        veth.control.add_route(&route).unwrap();
        assert_eq!(routes().trim(), "10.5.5.5 dev e0 scope link src 172.16.3.10");
        route.device = Some(name("e0:9"));
        assert_eq!(errno(veth.control.add_route(&route)), Errno::ENODEV);
    });
}

#[test]
fn metric_mss_window_and_round_trip_time_reach_the_kernel() {
    private(|| {
        let veth = set_up();
        let mut route = to([10, 9, 0, 0], [255, 255, 0, 0]).dev(name("e0"));
        route.metric = 8;
        route.flags |= RouteFlags::MTU | RouteFlags::WINDOW | RouteFlags::IRTT;
        (route.mtu, route.window, route.irtt) = (1400, 8192, 120);
        veth.control.add_route(&route).unwrap();
        assert_eq!(
            routes().split_whitespace().collect::<Vec<_>>().join(" "),
            "10.9.0.0/16 dev e0 scope link metric 7 window 8192 rtt 120ms advmss 1360"
        );
    });
}

#[test]
fn a_rejected_destination_is_unreachable() {
    private(|| {
        let veth = set_up();
        let mut route = to([10, 6, 0, 0], [255, 255, 0, 0]);
        route.flags |= RouteFlags::REJECT;
        veth.control.add_route(&route).unwrap();
        assert!(routes().contains("unreachable 10.6.0.0/16"), "{}", routes());
        veth.control.delete_route(&route).unwrap();
        assert_eq!(routes(), "");
    });
}

#[test]
fn routes_are_refused_as_linux_refuses_them() {
    private(|| {
        let veth = set_up();
        let add = |route: RouteRequest| errno(veth.control.add_route(&route));
        let no_mask = RouteRequest { mask: None, ..to([10, 0, 0, 0], [0; 4]) };
        assert_eq!(add(no_mask.dev(name("e0"))), Errno::EINVAL);
        assert_eq!(add(to([10, 0, 0, 1], [255, 0, 0, 0]).dev(name("e0"))), Errno::EINVAL);
        assert_eq!(add(to([10, 0, 0, 0], [255, 0, 255, 0]).dev(name("e0"))), Errno::EINVAL);
        assert_eq!(add(to([10, 0, 0, 0], [255, 0, 0, 0])), Errno::ENODEV);
        assert_eq!(add(to([10, 0, 0, 0], [255, 0, 0, 0]).dev(name("nosuch"))), Errno::ENODEV);
        let far = Ipv4Addr::new(10, 1, 1, 1);
        assert_eq!(add(to([0; 4], [0; 4]).via(far)), Errno::ENETUNREACH);
        sh("ip link set e0 down");
        assert_eq!(add(to([10, 0, 0, 0], [255, 0, 0, 0]).dev(name("e0"))), Errno::ENETDOWN);
    });
}

#[test]
fn routes_are_neither_added_nor_deleted_without_privilege() {
    private(|| {
        let veth = set_up();
        let before = sh("ip -4 route");
        let route = to([10, 0, 0, 0], [255, 0, 0, 0]).dev(name("e0"));
        refused(|control| control.add_route(&route));
        let connected = to([192, 168, 1, 0], [255, 255, 255, 0]).dev(veth.device);
        refused(|control| control.delete_route(&connected));
        assert_eq!(sh("ip -4 route"), before);
        veth.control.delete_route(&connected).unwrap();
        assert_ne!(sh("ip -4 route"), before, "the kernel's own routes can be deleted");
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

fn routes6() -> String {
    let text = sh("ip -6 route show 2001:db8:a::/48");
    text.split(" pref").next().unwrap_or_default().trim().to_owned()
}

#[test]
fn an_ipv6_route_is_added_and_deleted() {
    private(|| {
        let veth = set_up();
        let route = to6(veth.control.index(veth.device).unwrap());
        let control = Control::open(&Host, Family::INET6).unwrap();
        control.add_route6(&route).unwrap();
        assert_eq!(routes6(), "2001:db8:a::/48 dev e0 metric 7");
        assert_eq!(errno(control.add_route6(&route)), Errno::EEXIST);
        let other = Route6Request { metric: 9, ..route };
        assert_eq!(errno(control.delete_route6(&other)), Errno::ESRCH);
        control.delete_route6(&Route6Request { metric: 0, ..route }).unwrap();
        assert_eq!(routes6(), "");
    });
}

#[test]
fn ipv6_routes_are_refused_as_linux_refuses_them() {
    private(|| {
        let veth = set_up();
        let route = to6(veth.control.index(veth.device).unwrap());
        let control = Control::open(&Host, Family::INET6).unwrap();
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
    private(|| {
        let veth = set_up();
        let route = to6(veth.control.index(veth.device).unwrap());
        refused_on(Family::INET6, |control| control.add_route6(&route));
        assert_eq!(routes6(), "");
        Control::open(&Host, Family::INET6).unwrap().add_route6(&route).unwrap();
        refused_on(Family::INET6, |control| control.delete_route6(&route));
        assert_ne!(routes6(), "");
    });
}
