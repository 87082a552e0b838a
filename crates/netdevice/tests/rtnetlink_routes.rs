//! Routes through rtnetlink, on the kernel that the tests run on and on the model.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod rtnetlink;

use ifctl_conformance::{Setting, ip as set_up, on_both_in_two, on_linux, private, sh};
use ifctl_netdevice::{
    CongestionControl, Device, Errno, Error, Family, NextHop, NextHopFlags, NextHops,
    OperationalState, Route, RouteFilter, RouteKind, RouteMetrics, RouteProtocol, RouteQuery,
    RouteTable, RouterPreference, Rtnetlink, Scope,
};
use rtnetlink::open;
use serde_json::Value;
use std::net::IpAddr;
use std::time::Duration;

fn ip(address: &str) -> IpAddr {
    address.parse().unwrap()
}

/// Makes eth0 with 10.0.0.1/24 and its peer, both up and with carriers, and returns eth0's index.
fn eth0(kernel: &Setting<'_>) -> u32 {
    let index = rtnetlink::eth0(kernel);
    // With its carrier a device gets routes of IPv6, up to a second later.
    for name in ["eth0", "peer"] {
        let is_up = |device: &Device| device.operational_state == OperationalState::UP;
        while !is_up(&open(kernel).device_named(name.as_bytes()).unwrap()) {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
    set_up(kernel.here, "ip addr add 10.0.0.1/24 dev eth0");
    index
}

fn list(kernel: &Setting<'_>, filter: RouteFilter) -> Vec<Route> {
    open(kernel).routes(filter).unwrap().entries
}

/// Returns the IPv4 routes to this network, of all tables.
fn to(kernel: &Setting<'_>, destination: &str) -> Vec<Route> {
    let mut routes = list(kernel, RouteFilter::default());
    routes.retain(|route| route.destination == ip(destination));
    routes
}

/// Returns what `ip -j route show` has for this network, in all tables.
fn seen(destination: &str) -> Value {
    serde_json::from_str(&sh(&format!("ip -d -j route show table all {destination}"))).unwrap()
}

/// Proves that a caller without privilege is refused, and nothing changed.
fn refused(kernel: &Setting<'_>, change: impl Fn(&mut Rtnetlink) -> Result<(), Error> + Sync) {
    // Of both families and all tables, without those that the kernel makes, in its own time, for a
    // device that came up.
    let routes = || {
        let mut routes = list(kernel, RouteFilter::default());
        routes.retain(|route| route.protocol != RouteProtocol::KERNEL);
        routes
    };
    let before = routes();
    let error = change(&mut Rtnetlink::open(kernel.unprivileged).unwrap()).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::EPERM), "{error}");
    assert_eq!(routes(), before);
}

#[test]
fn a_list_of_routes_agrees_with_ip() {
    on_both_in_two(|kernel| {
        eth0(kernel);
        set_up(
            kernel.here,
            "ip route add default via 10.0.0.254; ip route add 192.0.2.0/24 via 10.0.0.2 metric 7",
        );
        set_up(
            kernel.here,
            "ip route add unreachable 198.51.100.0/24 table 1000; ip route add 10.9.0.0/16 dev eth0",
        );
        set_up(
            kernel.here,
            "ip route add local 10.8.0.0/16 dev lo table local; ip route add throw 10.7.0.0/16",
        );
        let ours: Vec<_> =
            list(kernel, RouteFilter { table: Some(RouteTable::MAIN), ..RouteFilter::IPV4_MAIN })
                .into_iter()
                .map(|route| {
                    let network = match (route.prefix_length, route.destination) {
                        (0, _) => "default".to_owned(),
                        (32, host) => host.to_string(),
                        (length, network) => format!("{network}/{length}"),
                    };
                    let gateway = route.gateway().map(|gateway| gateway.to_string());
                    (
                        network,
                        route.kind.to_string(),
                        gateway,
                        route.priority,
                        route.scope.to_string(),
                    )
                })
                .collect();
        assert_eq!(ours.len(), 5);
        let all = list(kernel, RouteFilter::default());
        if kernel.model.is_none() {
            assert_eq!(ours, told_by_ip());
            let count: Value = serde_json::from_str(&sh("ip -j route show table all")).unwrap();
            assert_eq!(all.len(), count.as_array().unwrap().len());
        }
        let [far] = to(kernel, "198.51.100.0").try_into().unwrap();
        assert_eq!((far.table, far.kind), (RouteTable(1000), RouteKind::UNREACHABLE));
        assert_eq!(far.next_hops, NextHops::default());
        assert_eq!(
            list(kernel, RouteFilter { table: Some(RouteTable(1000)), ..RouteFilter::default() }),
            [far]
        );
        let local =
            list(kernel, RouteFilter { kind: Some(RouteKind::LOCAL), ..RouteFilter::default() });
        assert!(local.iter().any(|route| route.destination == ip("10.8.0.0")));
        assert!(local.iter().all(|route| route.kind == RouteKind::LOCAL));
        (ours, all)
    });
}

/// Returns what iproute2 shows of Linux' main table: network, kind, gateway, metric, scope.
fn told_by_ip() -> Vec<(String, String, Option<String>, u32, String)> {
    let routes: Vec<Value> =
        serde_json::from_str(&sh("ip -4 -d -j route show table main")).unwrap();
    let shown = |route: &Value| {
        let text = |field: &str| route[field].as_str().map(str::to_owned);
        let metric = route["metric"].as_u64().unwrap_or(0) as u32;
        let [network, kind, scope] = ["dst", "type", "scope"].map(|field| text(field).unwrap());
        (network, kind, text("gateway"), metric, scope)
    };
    routes.iter().map(shown).collect()
}

#[test]
fn filters_pick_by_device_protocol_and_family() {
    on_both_in_two(|kernel| {
        let index = eth0(kernel);
        set_up(
            kernel.here,
            "ip route add 192.0.2.0/24 proto static nexthop via 10.0.0.2 nexthop via 10.0.0.3",
        );
        set_up(kernel.here, "ip -6 addr add 2001:db8::1/64 dev eth0 nodad");
        let of_device = list(kernel, RouteFilter { index: Some(index), ..RouteFilter::IPV4_MAIN });
        assert_eq!(of_device.len(), 2, "{of_device:?}");
        let of_admin = list(
            kernel,
            RouteFilter { protocol: Some(RouteProtocol::STATIC), ..RouteFilter::default() },
        );
        assert_eq!(of_admin.len(), 1);
        let of_six =
            list(kernel, RouteFilter { family: Some(Family::INET6), ..RouteFilter::default() });
        assert!(of_six.iter().all(|route| route.destination.is_ipv6()));
        assert!(of_six.iter().any(|route| route.destination == ip("2001:db8::")));
        let table = Some(RouteTable(77));
        let error =
            open(kernel).routes(RouteFilter { table, ..RouteFilter::IPV4_MAIN }).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::ENOENT));
        assert_eq!(list(kernel, RouteFilter { table, ..RouteFilter::default() }), []);
    });
}

#[test]
fn a_route_through_a_gateway_is_added_and_deleted() {
    on_both_in_two(|kernel| {
        let index = eth0(kernel);
        let mut rtnetlink = open(kernel);
        let mut route = Route::via(ip("192.0.2.0"), 24, ip("10.0.0.2"));
        route.priority = 44;
        route.preferred_source = Some(ip("10.0.0.1"));
        route.protocol = RouteProtocol::STATIC;
        refused(kernel, |rtnetlink| rtnetlink.add_route(&route));
        rtnetlink.add_route(&route).unwrap();
        let [added] = to(kernel, "192.0.2.0").try_into().unwrap();
        assert_eq!((added.gateway(), added.index()), (Some(ip("10.0.0.2")), Some(index)));
        assert_eq!((added.priority, added.preferred_source), (44, Some(ip("10.0.0.1"))));
        assert_eq!((added.protocol, added.scope), (RouteProtocol::STATIC, Scope::UNIVERSE));
        let error = rtnetlink.add_route(&route).unwrap_err();
        assert_eq!(error.to_string(), "RTM_NEWROUTE 192.0.2.0/24: File exists");
        refused(kernel, |rtnetlink| rtnetlink.delete_route(&added));
        let mut other = added.clone();
        other.priority = 45;
        assert_eq!(rtnetlink.delete_route(&other).unwrap_err().errno(), Some(Errno::ESRCH));
        rtnetlink.delete_route(&added).unwrap();
        assert_eq!(to(kernel, "192.0.2.0"), []);
        rtnetlink.add_route(&Route::default_via(ip("10.0.0.254"))).unwrap();
        let [default] = list(kernel, RouteFilter::IPV4_MAIN)
            .into_iter()
            .filter(Route::is_default)
            .collect::<Vec<_>>()
            .try_into()
            .unwrap();
        let error = rtnetlink.add_route(&default).unwrap_err();
        assert_eq!(error.to_string(), "RTM_NEWROUTE default: File exists");
    });
}

#[test]
fn the_newest_wins_the_appended_waits_and_the_replacing_replaces() {
    on_both_in_two(|kernel| {
        eth0(kernel);
        let mut rtnetlink = open(kernel);
        let route = |last: u8| Route::via(ip("192.0.2.0"), 24, IpAddr::from([10, 0, 0, last]));
        let gateways =
            || -> Vec<_> { to(kernel, "192.0.2.0").iter().filter_map(Route::gateway).collect() };
        refused(kernel, |rtnetlink| rtnetlink.prepend_route(&route(2)));
        refused(kernel, |rtnetlink| rtnetlink.append_route(&route(2)));
        refused(kernel, |rtnetlink| rtnetlink.replace_route(&route(2)));
        rtnetlink.prepend_route(&route(2)).unwrap();
        rtnetlink.prepend_route(&route(3)).unwrap();
        rtnetlink.append_route(&route(4)).unwrap();
        assert_eq!(gateways(), [ip("10.0.0.3"), ip("10.0.0.2"), ip("10.0.0.4")]);
        rtnetlink.replace_route(&route(5)).unwrap();
        assert_eq!(gateways(), [ip("10.0.0.5"), ip("10.0.0.2"), ip("10.0.0.4")]);
        rtnetlink.replace_route(&Route::via(ip("198.51.100.0"), 24, ip("10.0.0.2"))).unwrap();
        assert_eq!(to(kernel, "198.51.100.0").len(), 1);
    });
}

#[test]
fn local_and_reject_routes_have_their_effect() {
    on_both_in_two(|kernel| {
        eth0(kernel);
        let mut rtnetlink = open(kernel);
        rtnetlink.add_route(&Route::local(ip("10.77.0.0"), 16, 1)).unwrap();
        if kernel.model.is_none() {
            // Any address of the range can be bound: that is what AnyIP is for.
            std::net::UdpSocket::bind("10.77.255.1:0").unwrap();
        }
        let kinds = [
            (RouteKind::UNREACHABLE, Errno::EHOSTUNREACH),
            (RouteKind::BLACKHOLE, Errno::EINVAL),
            (RouteKind::PROHIBIT, Errno::EACCES),
            (RouteKind::THROW, Errno::ENETUNREACH),
        ];
        for (third, (kind, errno)) in (0..).zip(kinds) {
            let network = IpAddr::from([192, 0, third, 0]);
            let route = Route::reject(network, 24, kind);
            refused(kernel, |rtnetlink| rtnetlink.add_route(&route));
            rtnetlink.add_route(&route).unwrap();
            let [added] = to(kernel, &network.to_string()).try_into().unwrap();
            assert_eq!((added.kind, added.is_reject()), (kind, true));
            if kernel.model.is_none() {
                assert_eq!(seen(&format!("{network}/24"))[0]["type"], kind.to_string());
            }
            let query = RouteQuery::to(IpAddr::from([192, 0, third, 1]));
            assert_eq!(rtnetlink.route_to(&query).unwrap_err().errno(), Some(errno), "{kind}");
            rtnetlink.delete_route(&added).unwrap();
        }
    });
}

#[test]
fn metrics_tables_and_multipath_read_back_as_they_were_written() {
    on_both_in_two(|kernel| {
        let index = eth0(kernel);
        let mut rtnetlink = open(kernel);
        let mut metrics = RouteMetrics::default();
        metrics.lock = 1 << 2;
        metrics.mtu = 1400;
        metrics.window = 20_000;
        metrics.rtt = 240;
        metrics.rtt_variance = 200;
        metrics.slow_start_threshold = 20;
        metrics.congestion_window = 30;
        metrics.advertised_mss = 1360;
        metrics.reordering = 4;
        metrics.hop_limit = 33;
        metrics.initial_congestion_window = 11;
        metrics.features = 1;
        metrics.minimum_rto = 250;
        metrics.initial_receive_window = 12;
        metrics.quick_ack = 1;
        metrics.congestion_control = CongestionControl::new(b"reno");
        let mut route = Route::new(ip("192.0.2.0"), 24);
        route.table = RouteTable(100_000);
        route.metrics = metrics;
        let hop = |last: u8, weight| NextHop {
            gateway: Some(IpAddr::from([10, 0, 0, last])),
            index: Some(index),
            weight,
            realms: u32::from(last) << 16 | 7,
            ..NextHop::default()
        };
        route.next_hops = NextHops::from(vec![hop(2, 0), hop(3, 255)]);
        rtnetlink.add_route(&route).unwrap();
        let [added] = to(kernel, "192.0.2.0").try_into().unwrap();
        assert_eq!((added.table, added.metrics), (RouteTable(100_000), metrics));
        assert_eq!(added.next_hops, route.next_hops);
        if kernel.model.is_none() {
            let seen = seen("192.0.2.0/24");
            assert_eq!(seen[0]["table"], "100000");
            assert_eq!(seen[0]["nexthops"][1]["weight"], 256);
            assert_eq!(seen[0]["metrics"][0]["mtu"], 1400);
            assert_eq!(seen[0]["metrics"][0]["congestion"], "reno");
        }
        rtnetlink.delete_route(&added).unwrap();
        assert_eq!(to(kernel, "192.0.2.0"), []);
    });
}

#[test]
fn an_ipv6_route_s_preference_and_life_and_an_ipv4_route_s_realms_read_back() {
    on_both_in_two(|kernel| {
        let index = eth0(kernel);
        let mut rtnetlink = open(kernel);
        let mut route = Route::on_link(ip("2001:db8:7::"), 48, index);
        route.preference = Some(RouterPreference::LOW);
        route.expires = Some(500);
        rtnetlink.add_route(&route).unwrap();
        let [added] = to(kernel, "2001:db8:7::").try_into().unwrap();
        assert_eq!(added.preference, Some(RouterPreference::LOW));
        assert!((400..=500).contains(&added.expires.unwrap()), "{:?}", added.expires);
        let mut route = Route::via(ip("192.0.2.0"), 24, ip("10.0.0.2"));
        route.next_hops =
            NextHop { realms: 2 << 16 | 3, ..*route.next_hops.first().unwrap() }.into();
        rtnetlink.add_route(&route).unwrap();
        let [added] = to(kernel, "192.0.2.0").try_into().unwrap();
        assert_eq!(
            (added.next_hops[0].realms, added.preference, added.expires),
            (2 << 16 | 3, None, None)
        );
        if kernel.model.is_none() {
            let shown = sh("ip route; ip -6 route");
            assert!(shown.contains("192.0.2.0/24 via 10.0.0.2 dev eth0 realms 2/3"), "{shown}");
            assert!(shown.contains("sec pref low"), "{shown}");
        }
    });
}

#[test]
fn an_onlink_gateway_and_an_ipv6_gateway_of_an_ipv4_route_are_taken() {
    on_both_in_two(|kernel| {
        let index = eth0(kernel);
        let mut rtnetlink = open(kernel);
        let mut route = Route::via(ip("192.0.2.0"), 24, ip("203.0.113.1"));
        let error = rtnetlink.add_route(&route).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::ENETUNREACH));
        let onlink = NextHop {
            gateway: Some(ip("203.0.113.1")),
            index: Some(index),
            flags: NextHopFlags::ONLINK,
            ..NextHop::default()
        };
        route.next_hops = onlink.into();
        rtnetlink.add_route(&route).unwrap();
        let [added] = to(kernel, "192.0.2.0").try_into().unwrap();
        assert_eq!(*added.next_hops, [onlink]);
        let six =
            NextHop { gateway: Some(ip("fe80::9")), index: Some(index), ..NextHop::default() };
        let mut route = Route::new(ip("198.51.100.0"), 24);
        route.next_hops = six.into();
        rtnetlink.add_route(&route).unwrap();
        let [added] = to(kernel, "198.51.100.0").try_into().unwrap();
        assert_eq!(added.gateway(), Some(ip("fe80::9")));
        if kernel.model.is_none() {
            assert_eq!(seen("198.51.100.0/24")[0]["via"]["host"], "fe80::9");
        }
    });
}

#[test]
fn ipv6_routes_are_added_looked_up_and_deleted() {
    on_both_in_two(|kernel| {
        let index = eth0(kernel);
        set_up(kernel.here, "ip -6 addr add 2001:db8::1/64 dev eth0 nodad");
        let mut rtnetlink = open(kernel);
        let route = Route::via(ip("2001:db8:1::"), 48, ip("2001:db8::2"));
        refused(kernel, |rtnetlink| rtnetlink.add_route(&route));
        rtnetlink.add_route(&route).unwrap();
        let [added] = to(kernel, "2001:db8:1::").try_into().unwrap();
        assert_eq!((added.gateway(), added.index()), (Some(ip("2001:db8::2")), Some(index)));
        assert_eq!(added.priority, 1024);
        let found = rtnetlink.route_to(&RouteQuery::to(ip("2001:db8:1::5"))).unwrap();
        assert_eq!(found.gateway(), Some(ip("2001:db8::2")));
        rtnetlink.delete_route(&added).unwrap();
        assert_eq!(to(kernel, "2001:db8:1::"), []);
        let reject = Route::reject(ip("2001:db8:2::"), 48, RouteKind::UNREACHABLE);
        rtnetlink.add_route(&reject).unwrap();
        let [added] = to(kernel, "2001:db8:2::").try_into().unwrap();
        assert_eq!(added.kind, RouteKind::UNREACHABLE);
    });
}

#[test]
fn the_route_of_one_packet_is_looked_up() {
    on_both_in_two(|kernel| {
        let index = eth0(kernel);
        set_up(
            kernel.here,
            "ip route add default via 10.0.0.254; ip addr add 10.0.0.7/24 dev eth0",
        );
        let mut rtnetlink = open(kernel);
        let found = rtnetlink.route_to(&RouteQuery::to(ip("192.0.2.1"))).unwrap();
        assert_eq!((found.gateway(), found.index()), (Some(ip("10.0.0.254")), Some(index)));
        assert_eq!(found.preferred_source, Some(ip("10.0.0.1")));
        assert_eq!((found.destination, found.prefix_length), (ip("192.0.2.1"), 32));
        let from = RouteQuery { source: Some(ip("10.0.0.7")), ..RouteQuery::to(ip("192.0.2.1")) };
        assert_eq!(rtnetlink.route_to(&from).unwrap().source, Some((ip("10.0.0.7"), 32)));
        let own = rtnetlink.route_to(&RouteQuery::to(ip("10.0.0.1"))).unwrap();
        assert_eq!(own.kind, RouteKind::LOCAL);
        let nowhere = RouteQuery { index: Some(9999), ..RouteQuery::to(ip("192.0.2.1")) };
        let error = rtnetlink.route_to(&nowhere).unwrap_err();
        assert_eq!(error.to_string(), "RTM_GETROUTE 192.0.2.1: No such device");
    });
}

#[test]
fn a_route_on_the_link_lets_a_gateway_be_found_there() {
    on_both_in_two(|kernel| {
        let index = eth0(kernel);
        let mut rtnetlink = open(kernel);
        rtnetlink.add_route(&Route::on_link(ip("203.0.113.0"), 24, index)).unwrap();
        rtnetlink.add_route(&Route::default_via(ip("203.0.113.1"))).unwrap();
        let error = rtnetlink.add_route(&Route::on_link(ip("203.0.113.1"), 24, index)).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::EINVAL), "bits beyond the prefix");
        let error = rtnetlink.add_route(&Route::new(ip("192.0.2.0"), 24)).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::ENODEV), "no device and no gateway");
    });
}

#[test]
fn a_route_of_a_next_hop_object_is_read_deleted_and_added_again() {
    // Linux alone: the model has no such objects.
    private(|| {
        on_linux(|kernel| {
            let index = eth0(kernel);
            sh("ip nexthop add id 7 via 10.0.0.2 dev eth0; ip route add 192.0.2.0/24 nhid 7");
            let mut rtnetlink = open(kernel);
            let [route] = to(kernel, "192.0.2.0").try_into().unwrap();
            assert_eq!(route.next_hop_object, Some(7));
            assert_eq!((route.gateway(), route.index()), (Some(ip("10.0.0.2")), Some(index)));
            rtnetlink.delete_route(&route).unwrap();
            assert_eq!(to(kernel, "192.0.2.0"), []);
            rtnetlink.add_route(&route).unwrap();
            assert_eq!(to(kernel, "192.0.2.0"), [route]);
        })
    });
}
