//! The requests of arp(7), on both kernels.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Veth, errno, name, refused, text};
use core::net::Ipv4Addr;
use ifctl_conformance::{Setting, ip, on_both_in_two};
use ifctl_netdevice::{
    ArpEntry, ArpFlags, Errno, Family, HardwareAddress, Neighbour, NeighbourFilter, NeighbourFlags,
    NeighbourState, Rtnetlink,
};

const NEIGHBOUR: Ipv4Addr = Ipv4Addr::new(10, 1, 2, 9);

fn set_up(kernels: &Setting<'_>) -> Veth {
    let veth = Veth::up(kernels);
    ip(kernels.here, "ip addr add 10.1.2.3/24 dev e0");
    veth
}

const PROXIES: NeighbourFilter = NeighbourFilter { family: None, index: None, is_proxy: true };

/// The IPv4 neighbours, without those that Linux makes for its own packets.
fn neighbours(kernels: &Setting<'_>, filter: NeighbourFilter) -> Vec<Neighbour> {
    let filter = NeighbourFilter { family: Some(Family::INET), ..filter };
    let mut entries = Rtnetlink::open(kernels.here).unwrap().neighbours(filter).unwrap().entries;
    entries.retain(|neighbour| neighbour.state != NeighbourState::NOARP);
    // A proxy without a device may be that of a namespace that is gone.
    entries.retain(|neighbour| neighbour.index != 0);
    entries
}

fn entry() -> ArpEntry {
    ArpEntry {
        address: NEIGHBOUR,
        hardware_address: HardwareAddress::ethernet([2, 0, 0, 0, 0, 9]),
        flags: ArpFlags::PERM | ArpFlags::COM,
        device: Some(name("e0")),
        netmask: None,
    }
}

#[test]
fn an_entry_is_set_read_and_deleted() {
    on_both_in_two(|kernels| {
        let veth = set_up(kernels);
        veth.control.set_arp(&entry()).unwrap();
        let [listed] = neighbours(kernels, NeighbourFilter::default()).try_into().unwrap();
        assert_eq!(listed.destination, NEIGHBOUR);
        assert_eq!(listed.hardware, Some(entry().hardware_address));
        assert_eq!(listed.state, NeighbourState::PERMANENT);
        assert_eq!(veth.control.arp(NEIGHBOUR, veth.device), Ok(entry()));
        veth.control.delete_arp(&entry()).unwrap();
        assert_eq!(errno(veth.control.arp(NEIGHBOUR, veth.device)), Errno::ENXIO);
        let again = veth.control.delete_arp(&entry());
        assert_eq!(errno(again), Errno::ENXIO);
    });
}

#[test]
fn without_a_device_the_routes_name_it() {
    on_both_in_two(|kernels| {
        let veth = set_up(kernels);
        veth.control.set_arp(&ArpEntry { device: None, ..entry() }).unwrap();
        assert_eq!(veth.control.arp(NEIGHBOUR, veth.device), Ok(entry()));
        let far = ArpEntry { device: None, address: [192, 0, 2, 1].into(), ..entry() };
        assert_eq!(errno(veth.control.set_arp(&far)), Errno::ENETUNREACH);
    });
}

#[test]
fn a_proxy_entry_is_set_and_deleted() {
    on_both_in_two(|kernels| {
        let veth = set_up(kernels);
        let proxy = ArpEntry { flags: ArpFlags::PUBL | ArpFlags::PERM, ..entry() };
        veth.control.set_arp(&proxy).unwrap();
        let [listed] = neighbours(kernels, PROXIES).try_into().unwrap();
        assert_eq!(listed.destination, NEIGHBOUR);
        assert!(listed.flags.contains(NeighbourFlags::PROXY));
        veth.control.delete_arp(&proxy).unwrap();
        assert_eq!(neighbours(kernels, PROXIES), []);
        let again = veth.control.delete_arp(&proxy);
        assert_eq!(errno(again), Errno::ENOENT);
    });
}

#[test]
fn a_proxy_entry_for_all_addresses_is_the_device_s_sysctl() {
    on_both_in_two(|kernels| {
        let veth = set_up(kernels);
        let all = ArpEntry {
            flags: ArpFlags::PUBL | ArpFlags::PERM | ArpFlags::NETMASK,
            netmask: Some(Ipv4Addr::UNSPECIFIED),
            ..entry()
        };
        let sysctl = || text(kernels, "/proc/sys/net/ipv4/conf/e0/proxy_arp").trim().to_owned();
        veth.control.set_arp(&all).unwrap();
        assert_eq!(sysctl(), "1");
        veth.control.delete_arp(&all).unwrap();
        assert_eq!(sysctl(), "0");
        let network = ArpEntry { netmask: Some([255, 255, 255, 0].into()), ..all };
        assert_eq!(errno(veth.control.set_arp(&network)), Errno::EINVAL);
    });
}

#[test]
fn entries_are_refused_as_linux_refuses_them() {
    on_both_in_two(|kernels| {
        let veth = set_up(kernels);
        let set = |entry: ArpEntry| errno(veth.control.set_arp(&entry));
        assert_eq!(set(ArpEntry { flags: ArpFlags::empty(), ..entry() }), Errno::EINVAL);
        assert_eq!(set(ArpEntry { device: Some(name("nosuch")), ..entry() }), Errno::ENODEV);
        assert_eq!(set(ArpEntry { device: Some(name("e0:1")), ..entry() }), Errno::ENODEV);
    });
}

#[test]
fn entries_are_neither_set_nor_deleted_without_privilege() {
    on_both_in_two(|kernels| {
        let veth = set_up(kernels);
        refused(kernels, |control| control.set_arp(&entry()));
        assert_eq!(neighbours(kernels, NeighbourFilter::default()), []);
        veth.control.set_arp(&entry()).unwrap();
        refused(kernels, |control| control.delete_arp(&entry()));
        assert_eq!(veth.control.arp(NEIGHBOUR, veth.device), Ok(entry()));
    });
}
