//! Devices, and what their drivers keep.

use super::super::form::{Bytes, HardwareBytes};
use super::{Inet4, Inet6};
use ifctl_abi::DeviceFlags;
use std::net::Ipv4Addr;

parts! {
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
        #[cfg_attr(feature = "serde", serde(with = "super::super::form::flags"))]
        pub flags: DeviceFlags,
        /// PROMISC and ALLMULTI as a user asked for them.
        #[cfg_attr(feature = "serde", serde(with = "super::super::form::flags"))]
        pub user_flags: DeviceFlags,
        /// How many want it promiscuous.
        pub promiscuity: u32,
        /// How many want all multicasts.
        pub allmulti: u32,
        /// The hardware addresses of others that it listens to.
        pub unicast: Vec<ListenedAddress>,
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
        pub multicast: Vec<ListenedAddress>,
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

    /// A hardware address that a device listens to.
    pub struct ListenedAddress {
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
        /// The address of the device below, as last seen while the VLAN was up.
        seen: HardwareBytes,
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
