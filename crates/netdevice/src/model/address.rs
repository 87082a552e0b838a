//! IP addresses on devices.

use crate::{AddressFlags, AddressProtocol, DeviceName, Scope};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An IP address on a device.
///
/// About 80 bytes and no allocation, since there may be a million of them.
///
/// See rtnetlink(7), `struct ifaddrmsg`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(alias("RTM_NEWADDR", "ifaddrmsg"))]
pub struct Address {
    /// The device's index.
    #[doc(alias = "ifa_index")]
    pub index: u32,
    /// The host's own address.
    #[doc(alias = "IFA_LOCAL")]
    pub local: IpAddr,
    /// The other end's address, where it is not [`local`](Self::local) itself.
    #[doc(alias = "IFA_ADDRESS")]
    pub peer: Option<IpAddr>,
    /// The prefix length in bits: of the peer's network where there is a peer.
    #[doc(alias = "ifa_prefixlen")]
    pub prefix_length: u8,
    /// The broadcast address, IPv4 only.
    #[doc(alias = "IFA_BROADCAST")]
    pub broadcast: Option<Ipv4Addr>,
    /// The label, IPv4 only: the device's name, or an alias such as `eth0:0`; any bytes.
    #[doc(alias = "IFA_LABEL")]
    pub label: Option<DeviceName>,
    /// Where the address is valid.
    #[doc(alias = "ifa_scope")]
    pub scope: Scope,
    /// Flags.
    #[doc(alias("ifa_flags", "IFA_FLAGS"))]
    pub flags: AddressFlags,
    /// How long the address is preferred for new connections.
    #[doc(alias("IFA_CACHEINFO", "ifa_prefered"))]
    pub preferred: Lifetime,
    /// How long the address is valid; then the kernel deletes it.
    #[doc(alias("IFA_CACHEINFO", "ifa_valid"))]
    pub valid: Lifetime,
    /// Who made the address (`IFAPROT_*`, or a number of the maker's own); `None` where nobody said.
    #[doc(alias = "IFA_PROTO")]
    pub protocol: Option<AddressProtocol>,
    /// The priority of the connected route, 0 for the default.
    #[doc(alias = "IFA_RT_PRIORITY")]
    pub metric: u32,
}

impl Address {
    /// Returns a permanent address on a device, all else at its default: no peer, no broadcast address,
    /// the device's name as its label, scope global.
    pub fn new(index: u32, local: IpAddr, prefix_length: u8) -> Self {
        Self {
            index,
            local,
            peer: None,
            prefix_length,
            broadcast: None,
            label: None,
            scope: Scope::UNIVERSE,
            flags: AddressFlags::empty(),
            preferred: Lifetime::FOREVER,
            valid: Lifetime::FOREVER,
            protocol: None,
            metric: 0,
        }
    }

    /// Returns whether the address is a secondary one: behind an earlier one of the same mask and
    /// network.
    ///
    /// (For IPv6 the same bit means a temporary address.)
    #[doc(alias = "IFA_F_SECONDARY")]
    pub fn is_secondary(&self) -> bool {
        self.flags.contains(AddressFlags::SECONDARY)
    }

    /// Returns the peer's address, or the address itself where there is none: what the connected
    /// network is computed from, and what `SIOCGIFDSTADDR` gives.
    #[doc(alias = "IFA_ADDRESS")]
    pub fn peer_or_local(&self) -> IpAddr {
        self.peer.unwrap_or(self.local)
    }

    /// Returns the network: the peer's (or own) address with the bits beyond the prefix cleared.
    pub fn network(&self) -> IpAddr {
        match self.peer_or_local() {
            IpAddr::V4(address) => {
                let mask = Ipv4Addr::from_bits(mask(self.prefix_length, 32) as u32);
                IpAddr::V4(address & mask)
            }
            IpAddr::V6(address) => {
                IpAddr::V6(address & Ipv6Addr::from_bits(mask(self.prefix_length, 128)))
            }
        }
    }

    /// Returns the mask of an IPv4 address, `None` for IPv6.
    #[doc(alias = "SIOCGIFNETMASK")]
    pub fn netmask(&self) -> Option<Ipv4Addr> {
        self.local.is_ipv4().then(|| Ipv4Addr::from_bits(mask(self.prefix_length, 32) as u32))
    }
}

/// Returns the mask of this many leading ones in a word of `width` bits; more ones than bits are all.
fn mask(ones: u8, width: u32) -> u128 {
    let all = u128::MAX.checked_shr(128 - width).unwrap_or(0);
    let zeros = width.saturating_sub(u32::from(ones));
    all.checked_shl(zeros).unwrap_or(0) & all
}

/// How long something lasts: for ever, or a number of seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Lifetime(u32);

impl Lifetime {
    /// Without end.
    #[doc(alias = "INFINITY_LIFE_TIME")]
    pub const FOREVER: Self = Self(u32::MAX);

    /// Returns the lifetime of this many seconds; `u32::MAX` of them are for ever.
    pub const fn from_seconds(seconds: u32) -> Self {
        Self(seconds)
    }

    /// Returns the seconds, `None` for ever.
    pub fn seconds(self) -> Option<u32> {
        (self != Self::FOREVER).then_some(self.0)
    }

    /// Returns the number that the kernel uses: seconds, or `u32::MAX`.
    pub const fn to_raw(self) -> u32 {
        self.0
    }
}

impl Default for Lifetime {
    fn default() -> Self {
        Self::FOREVER
    }
}

/// Writes `forever`, or `30sec` as iproute2 does.
impl core::fmt::Display for Lifetime {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.seconds() {
            None => f.pad("forever"),
            Some(seconds) => write!(f, "{seconds}sec"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(local: &str, peer: Option<&str>, prefix_length: u8) -> Address {
        Address {
            peer: peer.map(|peer| peer.parse().unwrap()),
            ..Address::new(1, local.parse().unwrap(), prefix_length)
        }
    }

    #[test]
    fn a_network_has_no_bits_beyond_the_prefix() {
        for (local, prefix, network) in [
            ("10.1.2.3", 0, "0.0.0.0"),
            ("10.1.2.3", 8, "10.0.0.0"),
            ("10.1.2.3", 31, "10.1.2.2"),
            ("10.1.2.3", 32, "10.1.2.3"),
            ("2001:db8::1", 0, "::"),
            ("2001:db8::1", 64, "2001:db8::"),
            ("2001:db8::1", 128, "2001:db8::1"),
        ] {
            let expected: IpAddr = network.parse().unwrap();
            assert_eq!(address(local, None, prefix).network(), expected, "{local}/{prefix}");
        }
    }

    #[test]
    fn the_network_of_a_point_to_point_address_is_the_peers() {
        let address = address("10.0.0.1", Some("192.0.2.77"), 24);
        assert_eq!(address.network(), IpAddr::from([192, 0, 2, 0]));
        assert_eq!(address.netmask(), Some(Ipv4Addr::new(255, 255, 255, 0)));
    }

    #[test]
    fn an_address_stays_small() {
        assert!(size_of::<Address>() <= 88, "{} bytes", size_of::<Address>());
    }
}
