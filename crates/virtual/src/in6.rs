//! What IPv6 addresses are (`net/ipv6/addrconf_core.c`). An address is a number here, so that prefixes
//! are masks and order is that of the routing tree.

use ifctl_abi::rtnetlink::RouteScope;
use std::net::Ipv6Addr;

/// The loopback address.
pub(crate) const LOOPBACK: u128 = 1;

bitflags::bitflags! {
    /// What an address is.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) struct Kind: u32 {
        const UNICAST = 0x1;
        const MULTICAST = 0x2;
        const LOOPBACK = 0x10;
        const LINK_LOCAL = 0x20;
        const SITE_LOCAL = 0x40;
        const COMPATIBLE_V4 = 0x80;
        const MAPPED = 0x1000;
    }
}

/// The scope of addresses that are good everywhere, as multicasts tell it.
const GLOBAL: i8 = 0xe;

/// Returns what an address is; nothing at all is the unspecified one.
#[doc(alias = "ipv6_addr_type")]
pub(crate) fn kind(address: u128) -> Kind {
    classify(address).0
}

/// Returns how far an address reaches, in the numbers of multicast scopes.
#[doc(alias = "ipv6_addr_src_scope")]
pub(crate) fn reach(address: u128) -> i8 {
    classify(address).1
}

#[doc(alias = "__ipv6_addr_type")]
fn classify(address: u128) -> (Kind, i8) {
    let first = (address >> 120) as u8;
    let high = (address >> 96) as u32;
    if !matches!(high & 0xe000_0000, 0 | 0xe000_0000) {
        (Kind::UNICAST, GLOBAL)
    } else if first == 0xff {
        let scope = (address >> 112) as i8 & 0xf;
        let reach = match scope {
            1 => Kind::LOOPBACK,
            2 => Kind::LINK_LOCAL,
            5 => Kind::SITE_LOCAL,
            _ => Kind::empty(),
        };
        (Kind::MULTICAST | reach, scope)
    } else if high & 0xffc0_0000 == 0xfe80_0000 {
        (Kind::UNICAST | Kind::LINK_LOCAL, 2)
    } else if high & 0xffc0_0000 == 0xfec0_0000 {
        (Kind::UNICAST | Kind::SITE_LOCAL, 5)
    } else if address == 0 {
        (Kind::empty(), -1)
    } else if address == LOOPBACK {
        (Kind::UNICAST | Kind::LOOPBACK, 2)
    } else if address >> 32 == 0 {
        (Kind::UNICAST | Kind::COMPATIBLE_V4, GLOBAL)
    } else if address >> 32 == 0xffff {
        (Kind::MAPPED, GLOBAL)
    } else {
        (Kind::UNICAST, GLOBAL)
    }
}

/// Returns the bits of a kind that an address keeps as its scope, which /proc/net/if_inet6 shows.
#[doc(alias = "IPV6_ADDR_SCOPE_MASK")]
pub(crate) fn scope_bits(address: u128) -> u8 {
    (kind(address).bits() & 0xf0) as u8
}

/// Returns the scope that netlink tells.
#[doc(alias = "rt_scope")]
pub(crate) fn scope(address: u128) -> RouteScope {
    let kind = kind(address);
    if kind.contains(Kind::LOOPBACK) {
        RouteScope::HOST
    } else if kind.contains(Kind::LINK_LOCAL) {
        RouteScope::LINK
    } else if kind.contains(Kind::SITE_LOCAL) {
        RouteScope::SITE
    } else {
        RouteScope::UNIVERSE
    }
}

/// Returns the mask of a prefix of so many bits, 128 at most.
pub(crate) fn mask(length: u8) -> u128 {
    u128::MAX.checked_shl(128 - u32::from(length.min(128))).unwrap_or(0)
}

/// Returns the address of these bytes.
pub(crate) fn from_bytes(bytes: [u8; 16]) -> u128 {
    u128::from_be_bytes(bytes)
}

/// Returns the address for an attribute.
pub(crate) fn to_ip(address: u128) -> std::net::IpAddr {
    Ipv6Addr::from(address).into()
}

/// Returns the multicast address of those who may have an address.
#[doc(alias = "addrconf_addr_solict_mult")]
pub(crate) fn solicited_node(address: u128) -> u128 {
    0xff02_0000_0000_0000_0000_0001_ff00_0000 | address & 0xff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> u128 {
        text.parse::<Ipv6Addr>().map(u128::from).unwrap_or_default()
    }

    #[test]
    fn kinds_and_scopes_are_those_of_the_rfcs() {
        for (text, expected, scope) in [
            ("::1", Kind::UNICAST | Kind::LOOPBACK, 2),
            ("fe80::1", Kind::UNICAST | Kind::LINK_LOCAL, 2),
            ("fec0::1", Kind::UNICAST | Kind::SITE_LOCAL, 5),
            ("fd00::1", Kind::UNICAST, GLOBAL),
            ("2001:db8::1", Kind::UNICAST, GLOBAL),
            ("::5", Kind::UNICAST | Kind::COMPATIBLE_V4, GLOBAL),
            ("::ffff:1.2.3.4", Kind::MAPPED, GLOBAL),
            ("ff02::1", Kind::MULTICAST | Kind::LINK_LOCAL, 2),
            ("ff0e::1", Kind::MULTICAST, GLOBAL),
        ] {
            assert_eq!(classify(parse(text)), (expected, scope), "{text}");
        }
        assert_eq!(classify(0), (Kind::empty(), -1));
    }

    #[test]
    fn masks_cover_every_length() {
        assert_eq!((mask(0), mask(128)), (0, u128::MAX));
        assert_eq!(mask(64), u128::MAX << 64);
    }
}
