//! The requests of IPv6 sockets about addresses, on the real kernel.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Veth, errno, refused_on};
use core::net::Ipv6Addr;
use ifctl_conformance::{private, sh};
use ifctl_netdevice::{Control, Errno, Family, Host};

const ADDRESS: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 5, 0, 0, 0, 0, 1);

fn has_address() -> bool {
    sh("ip -6 addr show dev e0").contains("2001:db8:5::1/64")
}

#[test]
fn an_ipv6_address_is_added_and_deleted() {
    private(|| {
        let veth = Veth::up();
        let index = veth.control.index(veth.device).unwrap();
        let control = Control::open(&Host, Family::INET6).unwrap();
        control.add_address6(index, ADDRESS, 64).unwrap();
        assert!(has_address());
        assert_eq!(errno(control.add_address6(index, ADDRESS, 48)), Errno::EEXIST);
        assert_eq!(errno(control.delete_address6(index, ADDRESS, 48)), Errno::EADDRNOTAVAIL);
        control.delete_address6(index, ADDRESS, 64).unwrap();
        assert!(!has_address());
    });
}

#[test]
fn an_ipv6_address_is_neither_added_nor_deleted_without_privilege() {
    private(|| {
        let veth = Veth::up();
        let index = veth.control.index(veth.device).unwrap();
        refused_on(Family::INET6, |control| control.add_address6(index, ADDRESS, 64));
        assert!(!has_address());
        let control = Control::open(&Host, Family::INET6).unwrap();
        control.add_address6(index, ADDRESS, 64).unwrap();
        refused_on(Family::INET6, |control| control.delete_address6(index, ADDRESS, 64));
        assert!(has_address());
    });
}

#[test]
fn odd_ipv6_addresses_are_refused_as_linux_refuses_them() {
    private(|| {
        let veth = Veth::up();
        let index = veth.control.index(veth.device).unwrap();
        let control = Control::open(&Host, Family::INET6).unwrap();
        assert_eq!(errno(control.add_address6(0, ADDRESS, 129)), Errno::ENODEV);
        assert_eq!(errno(control.delete_address6(0, ADDRESS, 129)), Errno::EINVAL);
        assert_eq!(errno(control.add_address6(index, ADDRESS, 129)), Errno::EINVAL);
        for odd in [Ipv6Addr::UNSPECIFIED, Ipv6Addr::LOCALHOST, "ff02::1".parse().unwrap()] {
            assert_eq!(errno(control.add_address6(index, odd, 64)), Errno::EADDRNOTAVAIL, "{odd}");
        }
        let wrong = Control::open(&Host, Family::UNIX).unwrap();
        assert_eq!(errno(wrong.add_address6(index, ADDRESS, 64)), Errno::ENOTTY);
    });
}
