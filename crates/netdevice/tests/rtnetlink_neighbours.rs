//! Neighbours through rtnetlink, on the kernel that the tests run on.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ifctl_conformance::{private, sh, unprivileged};
use ifctl_netdevice::{
    Errno, Error, HardwareAddress, Host, Neighbour, NeighbourFilter, NeighbourFlags,
    NeighbourState, RouteProtocol, Rtnetlink,
};
use serde_json::Value;
use std::net::IpAddr;

const PROXIES: NeighbourFilter = NeighbourFilter { family: None, index: None, is_proxy: true };

fn ip(address: &str) -> IpAddr {
    address.parse().unwrap()
}

fn open() -> Rtnetlink {
    Rtnetlink::open(&Host).unwrap()
}

fn eth0() -> u32 {
    sh("ip link add eth0 type veth peer name peer; ip link set eth0 up addrgenmode none");
    open().device_named(b"eth0").unwrap().index
}

fn list(filter: NeighbourFilter) -> Vec<Neighbour> {
    let mut entries = open().neighbours(filter).unwrap().entries;
    entries.retain(|neighbour| !neighbour.destination.is_multicast());
    entries.sort_by_key(|neighbour| neighbour.destination);
    entries
}

fn on(index: u32) -> Vec<Neighbour> {
    list(NeighbourFilter { index: Some(index), ..NeighbourFilter::default() })
}

fn mac(last: u8) -> HardwareAddress {
    HardwareAddress::ethernet([2, 0, 0, 0, 0, last])
}

/// Proves that a caller without privilege is refused, and nothing changed.
fn refused(change: impl Fn(&mut Rtnetlink) -> Result<(), Error> + Sync) {
    let before = (list(NeighbourFilter::default()), list(PROXIES));
    let error = unprivileged(|| change(&mut open())).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::EPERM), "{error}");
    assert_eq!((list(NeighbourFilter::default()), list(PROXIES)), before);
}

#[test]
fn a_neighbour_is_added_changed_and_deleted_as_ip_sees_it() {
    private(|| {
        let index = eth0();
        let mut rtnetlink = open();
        let neighbour = Neighbour::new(index, ip("10.0.0.9"), mac(9));
        refused(|rtnetlink| rtnetlink.add_neighbour(&neighbour));
        rtnetlink.add_neighbour(&neighbour).unwrap();
        assert_eq!(on(index), [neighbour]);
        let error = rtnetlink.add_neighbour(&neighbour).unwrap_err();
        assert_eq!(error.to_string(), "RTM_NEWNEIGH 10.0.0.9: File exists");
        let mut changed = Neighbour::new(index, ip("10.0.0.9"), mac(8));
        changed.state = NeighbourState::NOARP;
        changed.protocol = Some(RouteProtocol::STATIC);
        refused(|rtnetlink| rtnetlink.replace_neighbour(&changed));
        rtnetlink.replace_neighbour(&changed).unwrap();
        assert_eq!(on(index), [changed]);
        let seen: Value =
            serde_json::from_str(&sh("ip -4 -j neigh show nud all dev eth0")).unwrap();
        let seen = seen.as_array().unwrap().iter().find(|seen| seen["dst"] == "10.0.0.9").unwrap();
        assert_eq!(seen["lladdr"], "02:00:00:00:00:08");
        assert_eq!(seen["state"][0], "NOARP");
        refused(|rtnetlink| rtnetlink.delete_neighbour(&changed));
        rtnetlink.delete_neighbour(&changed).unwrap();
        assert_eq!(on(index), []);
        let error = rtnetlink.delete_neighbour(&changed).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::ENOENT));
    });
}

#[test]
fn an_ipv6_neighbour_can_be_a_router() {
    private(|| {
        let index = eth0();
        let mut router = Neighbour::new(index, ip("fe80::1"), mac(1));
        router.flags = NeighbourFlags::ROUTER;
        open().add_neighbour(&router).unwrap();
        assert_eq!(on(index), [router]);
    });
}

#[test]
fn proxy_entries_are_a_list_of_their_own() {
    private(|| {
        let index = eth0();
        let mut rtnetlink = open();
        let proxy = Neighbour::proxy(index, ip("10.0.0.5"));
        refused(|rtnetlink| rtnetlink.add_neighbour(&proxy));
        rtnetlink.add_neighbour(&proxy).unwrap();
        assert_eq!(on(index), []);
        let [listed] = list(PROXIES).try_into().unwrap();
        assert_eq!((listed.index, listed.destination), (index, ip("10.0.0.5")));
        assert!(listed.flags.contains(NeighbourFlags::PROXY));
        let seen = sh("ip neigh show proxy");
        assert!(seen.starts_with("10.0.0.5 dev eth0"), "{seen}");
        refused(|rtnetlink| rtnetlink.delete_neighbour(&proxy));
        rtnetlink.delete_neighbour(&proxy).unwrap();
        assert_eq!(list(PROXIES), []);
    });
}

#[test]
fn a_neighbour_on_no_device_is_refused() {
    private(|| {
        let error =
            open().add_neighbour(&Neighbour::new(9999, ip("10.0.0.9"), mac(9))).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::ENODEV));
    });
}
