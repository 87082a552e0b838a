//! Neighbours through rtnetlink, on the kernel that the tests run on and on the model.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod rtnetlink;

use ifctl_conformance::{Setting, ip as set_up, on_both_in_two, sh};
use ifctl_netdevice::{
    Errno, Error, HardwareAddress, Neighbour, NeighbourFilter, NeighbourFlags, NeighbourState,
    RouteProtocol, Rtnetlink,
};
use rtnetlink::open;
use serde_json::Value;
use std::net::IpAddr;

const PROXIES: NeighbourFilter = NeighbourFilter { family: None, index: None, is_proxy: true };

fn ip(address: &str) -> IpAddr {
    address.parse().unwrap()
}

fn eth0(kernel: &Setting<'_>) -> u32 {
    set_up(kernel.here, "ip link add eth0 type veth peer name peer");
    set_up(kernel.here, "ip link set eth0 addrgenmode none up");
    open(kernel).device_named(b"eth0").unwrap().index
}

fn list(kernel: &Setting<'_>, filter: NeighbourFilter) -> Vec<Neighbour> {
    let mut entries = open(kernel).neighbours(filter).unwrap().entries;
    entries.retain(|neighbour| !neighbour.destination.is_multicast());
    entries.sort_by_key(|neighbour| neighbour.destination);
    entries
}

fn on(kernel: &Setting<'_>, index: u32) -> Vec<Neighbour> {
    list(kernel, NeighbourFilter { index: Some(index), ..NeighbourFilter::default() })
}

fn mac(last: u8) -> HardwareAddress {
    HardwareAddress::ethernet([2, 0, 0, 0, 0, last])
}

/// Proves that a caller without privilege is refused, and nothing changed.
fn refused(kernel: &Setting<'_>, change: impl Fn(&mut Rtnetlink) -> Result<(), Error> + Sync) {
    let before = (list(kernel, NeighbourFilter::default()), list(kernel, PROXIES));
    let error = change(&mut Rtnetlink::open(kernel.unprivileged).unwrap()).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::EPERM), "{error}");
    assert_eq!((list(kernel, NeighbourFilter::default()), list(kernel, PROXIES)), before);
}

#[test]
fn a_neighbour_is_added_changed_and_deleted_as_ip_sees_it() {
    on_both_in_two(|kernel| {
        let index = eth0(kernel);
        let mut rtnetlink = open(kernel);
        let neighbour = Neighbour::new(index, ip("10.0.0.9"), mac(9));
        refused(kernel, |rtnetlink| rtnetlink.add_neighbour(&neighbour));
        rtnetlink.add_neighbour(&neighbour).unwrap();
        assert_eq!(on(kernel, index), [neighbour]);
        let error = rtnetlink.add_neighbour(&neighbour).unwrap_err();
        assert_eq!(error.to_string(), "RTM_NEWNEIGH 10.0.0.9: File exists");
        let mut changed = Neighbour::new(index, ip("10.0.0.9"), mac(8));
        changed.state = NeighbourState::NOARP;
        changed.protocol = Some(RouteProtocol::STATIC);
        refused(kernel, |rtnetlink| rtnetlink.replace_neighbour(&changed));
        rtnetlink.replace_neighbour(&changed).unwrap();
        assert_eq!(on(kernel, index), [changed]);
        if kernel.model.is_none() {
            let seen = sh("ip -4 -j neigh show nud all dev eth0");
            let seen: Vec<Value> = serde_json::from_str(&seen).unwrap();
            let seen = seen.iter().find(|seen| seen["dst"] == "10.0.0.9").unwrap();
            assert_eq!(seen["lladdr"], "02:00:00:00:00:08");
            assert_eq!(seen["state"][0], "NOARP");
        }
        refused(kernel, |rtnetlink| rtnetlink.delete_neighbour(&changed));
        rtnetlink.delete_neighbour(&changed).unwrap();
        assert_eq!(on(kernel, index), []);
        let error = rtnetlink.delete_neighbour(&changed).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::ENOENT));
    });
}

#[test]
fn an_ipv6_neighbour_can_be_a_router() {
    on_both_in_two(|kernel| {
        let index = eth0(kernel);
        let mut router = Neighbour::new(index, ip("fe80::1"), mac(1));
        router.flags = NeighbourFlags::ROUTER;
        open(kernel).add_neighbour(&router).unwrap();
        assert_eq!(on(kernel, index), [router]);
    });
}

#[test]
fn proxy_entries_are_a_list_of_their_own() {
    on_both_in_two(|kernel| {
        let index = eth0(kernel);
        let mut rtnetlink = open(kernel);
        let proxy = Neighbour::proxy(index, ip("10.0.0.5"));
        refused(kernel, |rtnetlink| rtnetlink.add_neighbour(&proxy));
        rtnetlink.add_neighbour(&proxy).unwrap();
        assert_eq!(on(kernel, index), []);
        let [listed] = list(kernel, PROXIES).try_into().unwrap();
        assert_eq!((listed.index, listed.destination), (index, ip("10.0.0.5")));
        assert!(listed.flags.contains(NeighbourFlags::PROXY));
        if kernel.model.is_none() {
            let seen = sh("ip neigh show proxy");
            assert!(seen.contains("10.0.0.5 dev eth0"), "{seen}");
        }
        refused(kernel, |rtnetlink| rtnetlink.delete_neighbour(&proxy));
        rtnetlink.delete_neighbour(&proxy).unwrap();
        assert_eq!(list(kernel, PROXIES), []);
    });
}

#[test]
fn a_neighbour_on_no_device_is_refused() {
    on_both_in_two(|kernel| {
        let error =
            open(kernel).add_neighbour(&Neighbour::new(9999, ip("10.0.0.9"), mac(9))).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::ENODEV));
    });
}
