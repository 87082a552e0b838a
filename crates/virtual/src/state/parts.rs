//! The values that a state is made of.

use super::form::{Bytes, HardwareBytes};
use ifctl_abi::DeviceFlags;
use ifctl_abi::rtnetlink::{
    AddressFlags, NeighbourExtendedFlags, NeighbourFlags, NeighbourState, NextHopFlags, RtmFlags,
};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
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

mod rules;

pub use rules::{RuleDevice, RulePorts, RulePrefix, RuleState};

parts! {
    /// The state of a kernel with one namespace.
    ///
    /// Devices are named by their index everywhere. Numbers of netlink that have no flags (scopes, types,
    /// protocols, tables) are as in rtnetlink(7).
    pub struct State {
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

    /// A device.
    pub struct Device {
        /// The index.
        pub index: u32,
        /// The name, up to 15 bytes.
        pub name: Bytes,
        /// Other names, up to 127 bytes each.
        pub altnames: Vec<Bytes>,
        /// Where the name is from: `/sys/class/net/NAME/name_assign_type`.
        pub name_assign_type: u8,
        /// The kernel's own number of the device, by which it walks neighbours.
        pub number: u64,
        /// What the device is.
        pub driver: DriverState,
        /// The flags that it has, those that follow from its carrier apart.
        #[cfg_attr(feature = "serde", serde(with = "super::form::flags"))]
        pub flags: DeviceFlags,
        /// PROMISC and ALLMULTI as a user asked for them.
        #[cfg_attr(feature = "serde", serde(with = "super::form::flags"))]
        pub user_flags: DeviceFlags,
        /// How many want it promiscuous.
        pub promiscuity: u32,
        /// How many want all multicasts.
        pub allmulti: u32,
        /// How many unicast addresses it listens to beside its own.
        pub unicast: u32,
        /// It is promiscuous for those.
        pub is_promiscuous_for_unicast: bool,
        /// The MTU, in bytes.
        pub mtu: u32,
        /// The least MTU.
        pub min_mtu: u32,
        /// The greatest MTU; 0: no limit.
        pub max_mtu: u32,
        /// The hardware type (`ARPHRD_ETHER`).
        pub hardware_type: u16,
        /// The hardware address.
        pub address: HardwareBytes,
        /// Where that is from: `/sys/class/net/NAME/addr_assign_type`.
        pub address_assign_type: u8,
        /// The hardware's broadcast address.
        pub broadcast: HardwareBytes,
        /// How many packets may wait to be sent.
        pub tx_queue_length: u32,
        /// The hardware map.
        pub map: Map,
        /// Whether there is a carrier.
        pub carrier: bool,
        /// Whether it waits for something else.
        pub dormant: bool,
        /// Whether it is tested.
        #[cfg_attr(feature = "serde", serde(default))]
        pub testing: bool,
        /// The state of RFC 2863, by number.
        pub oper_state: u8,
        /// How often the carrier came.
        pub carrier_up_count: u32,
        /// How often the carrier went.
        pub carrier_down_count: u32,
        /// The text of `ip link set alias`.
        pub alias: Bytes,
        /// The group.
        pub group: u32,
        /// The link mode, by number.
        pub link_mode: u8,
        /// The queues.
        pub queues: Queues,
        /// How long a piece it takes at once.
        pub segmentation: Segmentation,
        /// It stays in its namespace.
        pub is_immutable: bool,
        /// Bytes that are kept free before a packet.
        pub headroom: u16,
        /// The bridge or bond that it is a port of.
        pub master: Option<u32>,
        /// The hardware multicast addresses that it listens to, in order.
        pub multicast: Vec<Multicast>,
        /// The prefix length that it was given, where aliases are a module's: it outlasts addresses.
        pub kept_prefix_length: Option<u8>,
        /// What IPv4 keeps of it; nothing while its MTU is below 68.
        pub inet: Option<Inet4>,
        /// What IPv6 keeps of it; nothing while its MTU is below 1280.
        pub inet6: Option<Inet6>,
    }

    /// A hardware map (`struct ifmap`).
    pub struct Map {
        /// First byte of the device's memory.
        pub mem_start: u64,
        /// Last byte of the device's memory.
        pub mem_end: u64,
        /// First I/O port.
        pub base_addr: u16,
        /// Interrupt number.
        pub irq: u8,
        /// DMA channel.
        pub dma: u8,
        /// Which of its connectors the device uses.
        pub port: u8,
    }

    /// The queues of a device.
    pub struct Queues {
        /// How many for sending.
        pub transmit: u32,
        /// How many for receiving.
        pub receive: u32,
        /// What is sent is sent at once.
        pub none: bool,
        /// The queueing discipline: `noop`, `noqueue`, `pfifo_fast` or `mq`.
        pub discipline: String,
        /// Nanoseconds for which joined packets may wait.
        pub flush_timeout: u64,
        /// Polls without a packet before interrupts are on again.
        pub deferred_interrupts: i32,
    }

    /// How long a piece a device takes at once; bytes and packets.
    pub struct Segmentation {
        /// Sending.
        pub gso_max_size: u32,
        /// Sending, in packets.
        pub gso_max_segments: u32,
        /// Sending IPv4.
        pub gso_ipv4_max_size: u32,
        /// Receiving.
        pub gro_max_size: u32,
        /// Receiving IPv4.
        pub gro_ipv4_max_size: u32,
        /// What the hardware takes.
        pub tso_max_size: u32,
        /// What the hardware takes, in packets.
        pub tso_max_segments: u32,
    }

    /// A hardware multicast address.
    pub struct Multicast {
        /// The address.
        pub address: HardwareBytes,
        /// How many want it.
        pub users: u32,
        /// A person is one of them.
        pub global: bool,
        /// The device below listens to it too, which counts as one of them.
        #[cfg_attr(feature = "serde", serde(default))]
        pub synced: bool,
    }

    /// A bridge's port.
    pub struct BridgePort {
        /// The port.
        pub device: u32,
        /// Its number.
        pub number: u16,
        /// 0 disabled, 3 forwarding, 4 blocking.
        pub state: u8,
        /// The cost of a path through it.
        pub cost: u32,
    }

    /// An address of a bridge's forwarding database.
    pub struct BridgeAddress {
        /// The address.
        pub address: HardwareBytes,
        /// The port that has it; none: the bridge itself.
        #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
        pub port: Option<u32>,
    }

    /// A bridge's settings; times in hundredths of a second.
    pub struct BridgeSettings {
        /// `IFLA_BR_FORWARD_DELAY`
        pub forward_delay: u32,
        /// `IFLA_BR_HELLO_TIME`
        pub hello_time: u32,
        /// `IFLA_BR_MAX_AGE`
        pub max_age: u32,
        /// `IFLA_BR_AGEING_TIME`
        pub ageing_time: u32,
        /// `IFLA_BR_STP_STATE`
        pub stp: u32,
        /// `IFLA_BR_PRIORITY`
        pub priority: u16,
        /// `IFLA_BR_VLAN_FILTERING`
        pub vlan_filtering: u8,
        /// `IFLA_BR_GROUP_FWD_MASK`
        pub group_forward_mask: u16,
        /// `IFLA_BR_MCAST_ROUTER`
        pub multicast_router: u8,
        /// `IFLA_BR_MCAST_SNOOPING`
        pub multicast_snooping: u8,
    }

    /// A VXLAN tunnel.
    pub struct VxlanState {
        /// The device that its packets leave by.
        pub below: Option<u32>,
        /// `IFLA_VXLAN_ID`
        pub number: u32,
        /// `IFLA_VXLAN_GROUP`
        pub group: Option<Ipv4Addr>,
        /// `IFLA_VXLAN_LOCAL`
        pub local: Option<Ipv4Addr>,
        /// `IFLA_VXLAN_PORT`
        pub port: u16,
        /// `IFLA_VXLAN_TTL`
        pub time_to_live: u8,
        /// `IFLA_VXLAN_TOS`
        pub type_of_service: u8,
        /// `IFLA_VXLAN_LEARNING`
        pub learning: u8,
        /// `IFLA_VXLAN_AGEING`, seconds.
        pub ageing: u32,
        /// `IFLA_VXLAN_LIMIT`
        pub limit: u32,
        /// `IFLA_VXLAN_PORT_RANGE`, its bytes.
        pub port_range: [u8; 4],
    }

    /// The settings of /proc/sys/net/PROTOCOL/conf/NAME.
    pub struct Settings {
        /// Those that are not what a new kernel's `default` has.
        pub values: BTreeMap<String, i32>,
        /// IPv4: those that no longer follow `default`.
        pub given: BTreeSet<String>,
    }

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
        #[cfg_attr(feature = "serde", serde(with = "super::form::flags"))]
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
        #[cfg_attr(feature = "serde", serde(with = "super::form::flags"))]
        pub flags: RtmFlags,
        /// DEAD and LINKDOWN: all next hops are.
        #[cfg_attr(feature = "serde", serde(with = "super::form::flags"))]
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
        #[cfg_attr(feature = "serde", serde(with = "super::form::flags"))]
        pub flags: NextHopFlags,
        /// The realms, 0 for none.
        #[cfg_attr(feature = "serde", serde(default))]
        pub realms: u32,
        /// The scope.
        pub scope: u8,
        /// DEAD and LINKDOWN.
        #[cfg_attr(feature = "serde", serde(with = "super::form::flags"))]
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
        #[cfg_attr(feature = "serde", serde(with = "super::form::seconds"))]
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
        #[cfg_attr(feature = "serde", serde(with = "super::form::flags"))]
        pub flags: AddressFlags,
        /// The metric of its route, 0 for the usual one.
        pub metric: u32,
        /// Seconds from `updated` on; none without an end.
        pub valid: Option<u32>,
        /// Seconds from `updated` on; none without an end.
        pub preferred: Option<u32>,
        /// When it was made, since the kernel started.
        #[cfg_attr(feature = "serde", serde(with = "super::form::seconds"))]
        pub created: Duration,
        /// When it was last changed, since the kernel started.
        #[cfg_attr(feature = "serde", serde(with = "super::form::seconds"))]
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
        #[cfg_attr(feature = "serde", serde(with = "super::form::flags"))]
        pub hop_flags: NextHopFlags,
        /// The weight among next hops, less one.
        pub hops: u8,
        /// It comes with an address, and goes with it.
        pub of_address: bool,
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

/// What a device is, and what its driver keeps of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case", deny_unknown_fields)
)]
pub enum DriverState {
    /// `lo`.
    Loopback,
    /// A card, with the address that it came with.
    Ethernet {
        /// That address.
        permanent: HardwareBytes,
    },
    /// One end of a pair.
    Veth {
        /// The other end.
        peer: Option<u32>,
    },
    /// A bridge.
    Bridge {
        /// The ports, the newest first.
        ports: Vec<BridgePort>,
        /// The settings.
        settings: BridgeSettings,
        /// The address in the bridge's identifier.
        address: HardwareBytes,
        /// The MTU no longer follows the ports.
        mtu_is_set: bool,
        /// The addresses of the bridge itself and of its ports, the newest first.
        #[cfg_attr(feature = "serde", serde(default))]
        addresses: Vec<BridgeAddress>,
    },
    /// A dummy.
    Dummy,
    /// An intermediate functional block.
    Ifb,
    /// A VLAN.
    Vlan {
        /// The device that it is on.
        below: u32,
        /// Its number.
        number: u16,
        /// 0x8100 or 0x88a8.
        protocol: u16,
        /// `IFLA_VLAN_FLAGS`
        flags: u32,
    },
    /// An address of its own on another device.
    Macvlan {
        /// The device that it is on.
        below: u32,
        /// `IFLA_MACVLAN_MODE`
        mode: u32,
        /// `IFLA_MACVLAN_FLAGS`
        flags: u16,
        /// The device below knows its address.
        is_listed: bool,
    },
    /// A tunnel.
    Vxlan(Box<VxlanState>),
    /// A tun device.
    Tun {
        /// A program reads and writes.
        is_attached: bool,
    },
    /// A tap device.
    Tap {
        /// A program reads and writes.
        is_attached: bool,
    },
    /// A bond, with its ports and the address that each has back when it leaves.
    Bond {
        /// The ports.
        ports: Vec<(u32, HardwareBytes)>,
    },
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
