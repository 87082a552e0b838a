//! What IPv6 keeps.

use super::Settings;
use ifctl_abi::rtnetlink::{AddressFlags, NextHopFlags};
use std::net::Ipv6Addr;
use std::time::Duration;

parts! {
    /// What IPv6 keeps of a device.
    pub struct Inet6 {
        /// The settings.
        pub settings: Settings,
        /// The addresses in the kernel's order.
        pub addresses: Vec<Address6>,
        /// The multicast groups, the last one that was joined first.
        pub groups: Vec<Group6>,
        /// The anycast addresses, the last one that was made first.
        pub anycasts: Vec<Anycast>,
        /// The device is up and has its carrier.
        pub ready: bool,
        /// When addresses were last made or lost.
        #[cfg_attr(feature = "serde", serde(with = "super::super::form::seconds"))]
        pub updated: Duration,
    }

    /// An IPv6 address.
    pub struct Address6 {
        /// The device's own.
        pub address: Ipv6Addr,
        /// The peer's, `::` for none.
        pub peer: Ipv6Addr,
        /// The prefix length.
        pub prefix_length: u8,
        /// Who made it.
        pub protocol: u8,
        /// Its flags.
        #[cfg_attr(feature = "serde", serde(with = "super::super::form::flags"))]
        pub flags: AddressFlags,
        /// The metric of its route, 0 for the usual one.
        pub metric: u32,
        /// Seconds from `updated` on; none without an end.
        pub valid: Option<u32>,
        /// Seconds from `updated` on; none without an end.
        pub preferred: Option<u32>,
        /// When it was made, since the kernel started.
        #[cfg_attr(feature = "serde", serde(with = "super::super::form::seconds"))]
        pub created: Duration,
        /// When it was last changed, since the kernel started.
        #[cfg_attr(feature = "serde", serde(with = "super::super::form::seconds"))]
        pub updated: Duration,
        /// How many more times duplicates are asked for.
        pub probes: u32,
        /// Duplicate detection has not begun.
        pub waits_for_detection: bool,
        /// Rises with the addresses of all devices: of those alike the last one is found first.
        pub number: u64,
    }

    /// A multicast group of IPv6.
    pub struct Group6 {
        /// The group.
        pub address: Ipv6Addr,
        /// How many want it.
        pub users: u32,
        /// Flags of /proc/net/igmp6.
        pub flags: u32,
        /// When it was joined, in hundredths of a second since the kernel started.
        #[cfg_attr(feature = "serde", serde(default))]
        pub created: u32,
    }

    /// An anycast address.
    pub struct Anycast {
        /// The address.
        pub address: Ipv6Addr,
        /// How many want it.
        pub users: u32,
        /// When it was made, in hundredths of a second since the kernel started.
        #[cfg_attr(feature = "serde", serde(default))]
        pub created: u32,
    }

    /// What IPv6 keeps beside its devices.
    pub struct Ipv6State {
        /// The settings `all`.
        pub all: Settings,
        /// The settings `default`.
        pub default: Settings,
        /// A rule was added, and the rules are asked since.
        #[cfg_attr(feature = "serde", serde(default))]
        pub has_custom_rules: bool,
        /// The tables in the order in which they were made, LOCAL and MAIN among them.
        pub tables: Vec<Table6>,
    }

    /// A table of IPv6 routes.
    pub struct Table6 {
        /// Its number.
        pub number: u32,
        /// The routes in order.
        pub routes: Vec<Route6>,
    }

    /// An IPv6 route.
    pub struct Route6 {
        /// The destination.
        pub destination: Ipv6Addr,
        /// The prefix length.
        pub prefix_length: u8,
        /// Where packets come from that it is for.
        pub source: Ipv6Addr,
        /// The prefix length of that.
        pub source_length: u8,
        /// The gateway.
        pub gateway: Option<Ipv6Addr>,
        /// The preferred source, `::` for none.
        pub preferred_source: Ipv6Addr,
        /// The index of the device.
        pub device: u32,
        /// When it expires, in hundredths of a second since the kernel started.
        pub expires: Option<i64>,
        /// Metrics by number, those set; none where it was made without.
        pub metrics: Option<Vec<(u16, u32)>>,
        /// The flags of /proc/net/ipv6_route, as a number.
        pub flags: u32,
        /// The metric.
        pub metric: u32,
        /// The type.
        pub kind: u8,
        /// Who made it.
        pub protocol: u8,
        /// DEAD, LINKDOWN and ONLINK.
        #[cfg_attr(feature = "serde", serde(with = "super::super::form::flags"))]
        pub hop_flags: NextHopFlags,
        /// The weight among next hops, less one.
        pub hops: u8,
        /// It comes with an address, and goes with it.
        pub of_address: bool,
    }
}
