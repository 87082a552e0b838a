//! The values that a state is made of.

use super::form::HardwareBytes;
use crate::release::Release;
use ifctl_abi::rtnetlink::{NeighbourExtendedFlags, NeighbourFlags, NeighbourState};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

/// Structures that all can do the same, and, if it is wanted, be read and written by serde.
macro_rules! parts {
    ($($(#[$meta:meta])* pub struct $name:ident { $($body:tt)* })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[cfg_attr(
            feature = "serde",
            derive(serde::Serialize, serde::Deserialize),
            serde(deny_unknown_fields)
        )]
        pub struct $name { $($body)* }
    )*};
}

mod device;
mod ipv4;
mod ipv6;
mod rules;

pub use device::{
    BridgeAddress, BridgePort, BridgeSettings, Device, DriverState, ListenedAddress, Map, Queues,
    Segmentation, VxlanState,
};
pub use ipv4::{Address4, Group4, Inet4, Ipv4State, NextHop, Route4, SharedRoute, Table4};
pub use ipv6::{Address6, Anycast, Group6, Inet6, Ipv6State, Route6, Table6};
pub use rules::{RuleDevice, RulePorts, RulePrefix, RuleState};

parts! {
    /// The state of a kernel with one namespace.
    ///
    /// Devices are named by their index everywhere. Numbers of netlink that have no flags (scopes, types,
    /// protocols, tables) are as in rtnetlink(7).
    pub struct State {
        /// The Linux that it answers as.
        #[cfg_attr(feature = "serde", serde(default))]
        pub release: Release,
        /// The time since the kernel started.
        #[cfg_attr(feature = "serde", serde(with = "super::form::seconds"))]
        pub now: Duration,
        /// The last number that was given to anything: devices among them.
        pub last_number: u64,
        /// The last index that was given to a device.
        pub last_index: u32,
        /// How many hardware addresses were drawn.
        pub drawn_addresses: u32,
        /// The kinds of devices that this kernel was built without.
        pub lacking: Vec<String>,
        /// The number by which the namespace knows itself, if it does.
        pub own_number: Option<u32>,
        /// UDP ports that programs hold.
        pub busy_udp_ports: BTreeSet<u16>,
        /// IP aliases are this module's; none where they are labels, as in Linux since 2.2.
        pub ip_alias: Option<ModuleState>,
        /// The devices in the order of their registration.
        pub devices: Vec<Device>,
        /// What IPv4 keeps beside its devices.
        pub ipv4: Ipv4State,
        /// What IPv6 keeps beside its devices.
        pub ipv6: Ipv6State,
        /// The neighbours, ARP's and IPv6's.
        pub neighbours: Vec<Neighbour>,
        /// The addresses that are answered for on behalf of others.
        pub proxies: Vec<Proxy>,
        /// The policy rules of each family in order; none where they are those of a new kernel.
        #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
        pub rules: Option<Vec<RuleState>>,
        /// What is to be done later, in the order in which it is done.
        pub timers: Vec<Timer>,
    }

    /// The module `ip_alias` of Linux 2.0.
    pub struct ModuleState {
        /// Whether it is loaded.
        pub loaded: bool,
    }

    /// The settings of /proc/sys/net/PROTOCOL/conf/NAME.
    pub struct Settings {
        /// Those that are not what a new kernel's `default` has.
        pub values: BTreeMap<String, i32>,
        /// IPv4: those that no longer follow `default`.
        pub given: BTreeSet<String>,
    }

    /// A neighbour.
    pub struct Neighbour {
        /// The index of the device.
        pub device: u32,
        /// The protocol address.
        pub address: IpAddr,
        /// The hardware address.
        pub hardware: HardwareBytes,
        /// What is known of it.
        #[cfg_attr(feature = "serde", serde(with = "super::form::flags"))]
        pub state: NeighbourState,
        /// Flags.
        #[cfg_attr(feature = "serde", serde(with = "super::form::flags"))]
        pub flags: NeighbourFlags,
        /// More flags.
        #[cfg_attr(feature = "serde", serde(with = "super::form::flags"))]
        pub extended_flags: NeighbourExtendedFlags,
        /// The type of the address.
        pub kind: u8,
        /// Who made the entry.
        pub protocol: u8,
        /// When it was last confirmed, since the kernel started.
        #[cfg_attr(feature = "serde", serde(with = "super::form::seconds"))]
        pub confirmed: Duration,
        /// When it was last used.
        #[cfg_attr(feature = "serde", serde(with = "super::form::seconds"))]
        pub used: Duration,
        /// When it was last changed.
        #[cfg_attr(feature = "serde", serde(with = "super::form::seconds"))]
        pub updated: Duration,
    }

    /// An address that is answered for on behalf of others.
    pub struct Proxy {
        /// The address.
        pub address: IpAddr,
        /// The index of the device, none for all.
        pub device: Option<u32>,
        /// Flags.
        #[cfg_attr(feature = "serde", serde(with = "super::form::flags"))]
        pub flags: NeighbourFlags,
        /// Who made the entry.
        pub protocol: u8,
        /// It stays when the device's carrier is lost.
        pub permanent: bool,
    }

    /// Something to be done later.
    pub struct Timer {
        /// When, since the kernel started.
        #[cfg_attr(feature = "serde", serde(with = "super::form::seconds"))]
        pub due: Duration,
        /// What.
        pub task: Task,
    }
}

/// What is to be done later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case", deny_unknown_fields)
)]
pub enum Task {
    /// The next step of duplicate address detection.
    DuplicateDetection {
        /// The index of the device.
        device: u32,
        /// The address.
        address: Ipv6Addr,
    },
    /// A look at an IPv4 address whose preferred or valid lifetime may be over.
    Ipv4Lifetime {
        /// The index of the device.
        device: u32,
        /// The place of the address among the device's, from 0.
        place: usize,
    },
    /// A look at an IPv6 address whose preferred or valid lifetime may be over.
    Ipv6Lifetime {
        /// The index of the device.
        device: u32,
        /// The address.
        address: Ipv6Addr,
    },
    /// A look for IPv6 routes that are expired.
    Ipv6Garbage,
}
