//! The requests of IPv6 sockets about addresses, on both kernels.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Veth, errno, refused_on};
use core::net::Ipv6Addr;
use ifctl_conformance::{Setting, on_both_in_two};
use ifctl_netdevice::{AddressFilter, Control, Errno, Family, Rtnetlink};

const ADDRESS: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 5, 0, 0, 0, 0, 1);

fn has_address(kernels: &Setting<'_>) -> bool {
    let mut rtnetlink = Rtnetlink::open(kernels.here).unwrap();
    let addresses = rtnetlink.addresses(AddressFilter::IPV6).unwrap().entries;
    addresses.iter().any(|address| address.local == ADDRESS && address.prefix_length == 64)
}

#[test]
fn an_ipv6_address_is_added_and_deleted() {
    on_both_in_two(|kernels| {
        let veth = Veth::up(kernels);
        let index = veth.control.index(veth.device).unwrap();
        let control = Control::open(kernels.here, Family::INET6).unwrap();
        control.add_address6(index, ADDRESS, 64).unwrap();
        assert!(has_address(kernels));
        assert_eq!(errno(control.add_address6(index, ADDRESS, 48)), Errno::EEXIST);
        assert_eq!(errno(control.delete_address6(index, ADDRESS, 48)), Errno::EADDRNOTAVAIL);
        control.delete_address6(index, ADDRESS, 64).unwrap();
        assert!(!has_address(kernels));
    });
}

#[test]
fn an_ipv6_address_is_neither_added_nor_deleted_without_privilege() {
    on_both_in_two(|kernels| {
        let veth = Veth::up(kernels);
        let index = veth.control.index(veth.device).unwrap();
        refused_on(kernels, Family::INET6, |control| control.add_address6(index, ADDRESS, 64));
        assert!(!has_address(kernels));
        let control = Control::open(kernels.here, Family::INET6).unwrap();
        control.add_address6(index, ADDRESS, 64).unwrap();
        refused_on(kernels, Family::INET6, |control| control.delete_address6(index, ADDRESS, 64));
        assert!(has_address(kernels));
    });
}

#[test]
fn odd_ipv6_addresses_are_refused_as_linux_refuses_them() {
    on_both_in_two(|kernels| {
        let veth = Veth::up(kernels);
        let index = veth.control.index(veth.device).unwrap();
        let control = Control::open(kernels.here, Family::INET6).unwrap();
        assert_eq!(errno(control.add_address6(0, ADDRESS, 129)), Errno::ENODEV);
        assert_eq!(errno(control.delete_address6(0, ADDRESS, 129)), Errno::EINVAL);
        assert_eq!(errno(control.add_address6(index, ADDRESS, 129)), Errno::EINVAL);
        for odd in [Ipv6Addr::UNSPECIFIED, Ipv6Addr::LOCALHOST, "ff02::1".parse().unwrap()] {
            assert_eq!(errno(control.add_address6(index, odd, 64)), Errno::EADDRNOTAVAIL, "{odd}");
        }
        let wrong = Control::open(kernels.here, Family::UNIX).unwrap();
        assert_eq!(errno(wrong.add_address6(index, ADDRESS, 64)), Errno::ENOTTY);
    });
}
