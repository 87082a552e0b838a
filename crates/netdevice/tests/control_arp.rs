//! The requests of arp(7), on the real kernel.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Veth, errno, name, refused};
use core::net::Ipv4Addr;
use ifctl_conformance::{private, sh};
use ifctl_netdevice::{ArpEntry, ArpFlags, Errno, HardwareAddress};

const NEIGHBOUR: Ipv4Addr = Ipv4Addr::new(10, 1, 2, 9);

fn set_up() -> Veth {
    let veth = Veth::up();
    sh("ip addr add 10.1.2.3/24 dev e0");
    veth
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
    private(|| {
        let veth = set_up();
        veth.control.set_arp(&entry()).unwrap();
        assert_eq!(sh("ip neigh").trim(), "10.1.2.9 dev e0 lladdr 02:00:00:00:00:09 PERMANENT");
        assert_eq!(veth.control.arp(NEIGHBOUR, veth.device), Ok(entry()));
        veth.control.delete_arp(&entry()).unwrap();
        assert_eq!(errno(veth.control.arp(NEIGHBOUR, veth.device)), Errno::ENXIO);
        let again = veth.control.delete_arp(&entry());
        assert_eq!(errno(again), Errno::ENXIO);
    });
}

#[test]
fn without_a_device_the_routes_name_it() {
    private(|| {
        let veth = set_up();
        veth.control.set_arp(&ArpEntry { device: None, ..entry() }).unwrap();
        assert_eq!(veth.control.arp(NEIGHBOUR, veth.device), Ok(entry()));
        let far = ArpEntry { device: None, address: [192, 0, 2, 1].into(), ..entry() };
        assert_eq!(errno(veth.control.set_arp(&far)), Errno::ENETUNREACH);
    });
}

#[test]
fn a_proxy_entry_is_set_and_deleted() {
    private(|| {
        let veth = set_up();
        let proxy = ArpEntry { flags: ArpFlags::PUBL | ArpFlags::PERM, ..entry() };
        veth.control.set_arp(&proxy).unwrap();
        assert_eq!(sh("ip neigh show proxy").trim(), "10.1.2.9 dev e0 proxy");
        veth.control.delete_arp(&proxy).unwrap();
        assert_eq!(sh("ip neigh show proxy"), "");
        let again = veth.control.delete_arp(&proxy);
        assert_eq!(errno(again), Errno::ENOENT);
    });
}

#[test]
fn a_proxy_entry_for_all_addresses_is_the_device_s_sysctl() {
    private(|| {
        let veth = set_up();
        let all = ArpEntry {
            flags: ArpFlags::PUBL | ArpFlags::PERM | ArpFlags::NETMASK,
            netmask: Some(Ipv4Addr::UNSPECIFIED),
            ..entry()
        };
        let sysctl = || sh("cat /proc/sys/net/ipv4/conf/e0/proxy_arp").trim().to_owned();
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
    private(|| {
        let veth = set_up();
        let set = |entry: ArpEntry| errno(veth.control.set_arp(&entry));
        assert_eq!(set(ArpEntry { flags: ArpFlags::empty(), ..entry() }), Errno::EINVAL);
        assert_eq!(set(ArpEntry { device: Some(name("nosuch")), ..entry() }), Errno::ENODEV);
        assert_eq!(set(ArpEntry { device: Some(name("e0:1")), ..entry() }), Errno::ENODEV);
    });
}

#[test]
fn entries_are_neither_set_nor_deleted_without_privilege() {
    private(|| {
        let veth = set_up();
        refused(|control| control.set_arp(&entry()));
        assert_eq!(sh("ip neigh"), "");
        veth.control.set_arp(&entry()).unwrap();
        refused(|control| control.delete_arp(&entry()));
        assert_eq!(veth.control.arp(NEIGHBOUR, veth.device), Ok(entry()));
    });
}
