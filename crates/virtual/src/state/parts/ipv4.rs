//! What IPv4 keeps.

use super::super::form::Bytes;
use super::Settings;
use ifctl_abi::rtnetlink::{AddressFlags, NextHopFlags, RtmFlags};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

parts! {
    /// What IPv4 keeps of a device.
    pub struct Inet4 {
        /// The settings.
        pub settings: Settings,
        /// The addresses in the kernel's order.
        pub addresses: Vec<Address4>,
        /// The multicast groups, the last one that was joined first.
        pub groups: Vec<Group4>,
    }

    /// An IPv4 address.
    pub struct Address4 {
        /// The device's own.
        pub local: Ipv4Addr,
        /// The peer's, or the same.
        pub address: Ipv4Addr,
        /// The prefix length.
        pub prefix_length: u8,
        /// The broadcast address, 0.0.0.0 for none.
        pub broadcast: Ipv4Addr,
        /// The label.
        pub label: Bytes,
        /// The scope.
        pub scope: u8,
        /// Who made it.
        pub protocol: u8,
        /// Its flags.
        #[cfg_attr(feature = "serde", serde(with = "super::super::form::flags"))]
        pub flags: AddressFlags,
        /// The metric of its connected route.
        pub priority: u32,
        /// Seconds from `updated` on; none without an end.
        pub valid: Option<u32>,
        /// Seconds from `updated` on; none without an end.
        pub preferred: Option<u32>,
        /// In hundredths of a second since the kernel started.
        pub created: u32,
        /// In hundredths of a second since the kernel started.
        pub updated: u64,
    }

    /// A multicast group of IPv4.
    pub struct Group4 {
        /// The group.
        pub address: Ipv4Addr,
        /// How many want it.
        pub users: u32,
        /// The device listens to it.
        pub loaded: bool,
        /// When it was joined, in hundredths of a second since the kernel started.
        #[cfg_attr(feature = "serde", serde(default))]
        pub created: u32,
    }

    /// What IPv4 keeps beside its devices.
    pub struct Ipv4State {
        /// The settings `all`.
        pub all: Settings,
        /// The settings `default`.
        pub default: Settings,
        /// The local table is apart from the main one, since the rules were changed.
        pub has_custom_rules: bool,
        /// What routes share.
        pub shared: Vec<SharedRoute>,
        /// The tables in the order of a dump.
        pub tables: Vec<Table4>,
    }

    /// What IPv4 routes share: all but the destination and the preferred source.
    pub struct SharedRoute {
        /// The number by which routes name it.
        pub number: u32,
        /// The table.
        pub table: u32,
        /// Who made the routes.
        pub protocol: u8,
        /// The scope.
        pub scope: u8,
        /// The type.
        pub kind: u8,
        /// The metric.
        pub priority: u32,
        /// Flags as they were given.
        #[cfg_attr(feature = "serde", serde(with = "super::super::form::flags"))]
        pub flags: RtmFlags,
        /// DEAD and LINKDOWN: all next hops are.
        #[cfg_attr(feature = "serde", serde(with = "super::super::form::flags"))]
        pub state: NextHopFlags,
        /// Metrics by number (`RTAX_MTU`), but 0; none where the routes were made without.
        pub metrics: Option<BTreeMap<u16, u32>>,
        /// The next hops.
        pub hops: Vec<NextHop>,
    }

    /// A next hop.
    pub struct NextHop {
        /// The index of the device, 0 for none.
        pub output: u32,
        /// The gateway.
        pub gateway: Option<IpAddr>,
        /// The weight less one.
        pub hops: u8,
        /// ONLINK, and what means nothing.
        #[cfg_attr(feature = "serde", serde(with = "super::super::form::flags"))]
        pub flags: NextHopFlags,
        /// The realms, 0 for none.
        #[cfg_attr(feature = "serde", serde(default))]
        pub realms: u32,
        /// The scope.
        pub scope: u8,
        /// DEAD and LINKDOWN.
        #[cfg_attr(feature = "serde", serde(with = "super::super::form::flags"))]
        pub state: NextHopFlags,
    }

    /// A table of IPv4 routes.
    pub struct Table4 {
        /// Its number.
        pub number: u32,
        /// The routes in order.
        pub routes: Vec<Route4>,
    }

    /// An IPv4 route.
    pub struct Route4 {
        /// The destination.
        pub destination: Ipv4Addr,
        /// The prefix length.
        pub prefix_length: u8,
        /// The type of service.
        pub tos: u8,
        /// The metric.
        pub priority: u32,
        /// The preferred source, 0.0.0.0 for none.
        pub source: Ipv4Addr,
        /// The number of what it shares.
        pub shared: u32,
    }
}
