//! Devices: RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK, RTM_SETLINK.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::Family;
use crate::netlink::{open_enum, wire_flags};

/// The fixed part of a device message, 16 bytes (`struct ifinfomsg`).
#[doc(alias = "ifinfomsg")]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(C)]
pub struct LinkHeader {
    /// [`Family::UNSPEC`], or the family whose view of the device this is.
    #[doc(alias = "ifi_family")]
    pub family: Family,
    /// Padding, zero.
    pub padding: u8,
    /// Kind of hardware, an ARPHRD number.
    #[doc(alias = "ifi_type")]
    pub hardware_type: u16,
    /// Index; 0 in a request is none. The kernel refuses negative ones with EINVAL.
    #[doc(alias = "ifi_index")]
    pub index: i32,
    /// The device's flags, all 32 of them.
    #[doc(alias = "ifi_flags")]
    pub flags: u32,
    /// Event: which flags changed. Request: which flags to set; 0 is all of them, unless `flags`
    /// is 0 as well.
    #[doc(alias = "ifi_change")]
    pub change: u32,
}

/// Counters of a device, 200 bytes (`struct rtnl_link_stats64`).
///
/// It grew: kernels before 4.6 send 184 bytes, before 6.0 192. What they lack reads 0.
#[doc(alias = "rtnl_link_stats64")]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(C)]
pub struct LinkStats64 {
    /// Packets received.
    pub rx_packets: u64,
    /// Packets sent.
    pub tx_packets: u64,
    /// Bytes received.
    pub rx_bytes: u64,
    /// Bytes sent.
    pub tx_bytes: u64,
    /// Bad packets received, of all causes.
    pub rx_errors: u64,
    /// Failed sends, of all causes.
    pub tx_errors: u64,
    /// Packets received and dropped for lack of room.
    pub rx_dropped: u64,
    /// Packets dropped on the way out.
    pub tx_dropped: u64,
    /// Multicast packets received.
    pub multicast: u64,
    /// Collisions while sending.
    pub collisions: u64,
    /// Received with a wrong length.
    pub rx_length_errors: u64,
    /// Receiver overran.
    pub rx_over_errors: u64,
    /// Received with a wrong checksum.
    pub rx_crc_errors: u64,
    /// Received misaligned.
    pub rx_frame_errors: u64,
    /// Receiver queue overran.
    pub rx_fifo_errors: u64,
    /// Missed by the receiver.
    pub rx_missed_errors: u64,
    /// Sends aborted.
    pub tx_aborted_errors: u64,
    /// Sends without carrier.
    pub tx_carrier_errors: u64,
    /// Sender queue ran dry.
    pub tx_fifo_errors: u64,
    /// Heartbeat errors.
    pub tx_heartbeat_errors: u64,
    /// Late collisions.
    pub tx_window_errors: u64,
    /// Compressed packets received.
    pub rx_compressed: u64,
    /// Compressed packets sent.
    pub tx_compressed: u64,
    /// Received and dropped: nobody wanted them.
    pub rx_nohandler: u64,
    /// Received and dropped: for another host.
    pub rx_otherhost_dropped: u64,
}

/// Counters of a device of 32 bits, which wrap, 96 bytes (`struct rtnl_link_stats`).
#[doc(alias = "rtnl_link_stats")]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(C)]
pub struct LinkStats {
    /// Packets received.
    pub rx_packets: u32,
    /// Packets sent.
    pub tx_packets: u32,
    /// Bytes received.
    pub rx_bytes: u32,
    /// Bytes sent.
    pub tx_bytes: u32,
    /// Bad packets received, of all causes.
    pub rx_errors: u32,
    /// Failed sends, of all causes.
    pub tx_errors: u32,
    /// Packets received and dropped for lack of room.
    pub rx_dropped: u32,
    /// Packets dropped on the way out.
    pub tx_dropped: u32,
    /// Multicast packets received.
    pub multicast: u32,
    /// Collisions while sending.
    pub collisions: u32,
    /// Received with a wrong length.
    pub rx_length_errors: u32,
    /// Receiver overran.
    pub rx_over_errors: u32,
    /// Received with a wrong checksum.
    pub rx_crc_errors: u32,
    /// Received misaligned.
    pub rx_frame_errors: u32,
    /// Receiver queue overran.
    pub rx_fifo_errors: u32,
    /// Missed by the receiver.
    pub rx_missed_errors: u32,
    /// Sends aborted.
    pub tx_aborted_errors: u32,
    /// Sends without carrier.
    pub tx_carrier_errors: u32,
    /// Sender queue ran dry.
    pub tx_fifo_errors: u32,
    /// Heartbeat errors.
    pub tx_heartbeat_errors: u32,
    /// Late collisions.
    pub tx_window_errors: u32,
    /// Compressed packets received.
    pub rx_compressed: u32,
    /// Compressed packets sent.
    pub tx_compressed: u32,
    /// Received and dropped: nobody wanted them.
    pub rx_nohandler: u32,
}

/// Hardware resources of a device, 32 bytes (`struct rtnl_link_ifmap`).
#[doc(alias = "rtnl_link_ifmap")]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(C)]
pub struct LinkMap {
    /// Begin of shared memory.
    pub mem_start: u64,
    /// End of shared memory.
    pub mem_end: u64,
    /// I/O address.
    pub base_addr: u64,
    /// Interrupt.
    pub irq: u16,
    /// DMA channel.
    pub dma: u8,
    /// Port or media kind.
    pub port: u8,
    /// Padding, zero.
    pub padding: [u8; 4],
}

/// Flags of a VLAN device and which of them to set, 8 bytes (`struct ifla_vlan_flags`).
#[doc(alias = "ifla_vlan_flags")]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(C)]
pub struct VlanFlags {
    /// 1 reorder header, 2 GVRP, 4 loose binding, 8 MVRP, 16 bridge binding.
    pub flags: u32,
    /// Which bits of `flags` are meant; all in an answer.
    pub mask: u32,
}

/// Range of UDP source ports of a VXLAN device, 4 bytes (`struct ifla_vxlan_port_range`).
#[doc(alias = "ifla_vxlan_port_range")]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(C)]
pub struct VxlanPortRange {
    /// Lowest port, in network byte order.
    pub low: [u8; 2],
    /// Highest port, in network byte order.
    pub high: [u8; 2],
}

/// Hardware address, bytes.
pub const IFLA_ADDRESS: u16 = 1;
/// Hardware broadcast address, bytes; on a point-to-point tunnel, the remote end.
pub const IFLA_BROADCAST: u16 = 2;
/// Name, a C string of at most 15 bytes.
pub const IFLA_IFNAME: u16 = 3;
/// MTU in bytes, u32.
pub const IFLA_MTU: u16 = 4;
/// Index of the device below (vlan, macvlan) or of the peer (veth), u32.
pub const IFLA_LINK: u16 = 5;
/// Name of the queueing discipline, C string.
pub const IFLA_QDISC: u16 = 6;
/// Counters of 32 bits, [`LinkStats`].
pub const IFLA_STATS: u16 = 7;
/// Unused.
pub const IFLA_COST: u16 = 8;
/// Unused.
pub const IFLA_PRIORITY: u16 = 9;
/// Index of the bridge or bond that the device is a port of, u32; 0 in a request: of none.
pub const IFLA_MASTER: u16 = 10;
/// Wireless extensions event.
pub const IFLA_WIRELESS: u16 = 11;
/// Bridge port settings, nested, in messages of family bridge.
pub const IFLA_PROTINFO: u16 = 12;
/// Transmit queue length in packets, u32.
pub const IFLA_TXQLEN: u16 = 13;
/// Hardware resources, [`LinkMap`].
pub const IFLA_MAP: u16 = 14;
/// Unused.
pub const IFLA_WEIGHT: u16 = 15;
/// Operational state, u8, [`OperationalState`].
pub const IFLA_OPERSTATE: u16 = 16;
/// Who moves the device from dormant to up, u8, [`LinkMode`].
pub const IFLA_LINKMODE: u16 = 17;
/// Kind of device and its settings, nested `IFLA_INFO_*`.
pub const IFLA_LINKINFO: u16 = 18;
/// Put the device into the namespace of this process, u32.
pub const IFLA_NET_NS_PID: u16 = 19;
/// Description set by the administrator, C string of at most 255 bytes.
pub const IFLA_IFALIAS: u16 = 20;
/// Number of virtual functions, u32.
pub const IFLA_NUM_VF: u16 = 21;
/// Virtual functions, nested.
pub const IFLA_VFINFO_LIST: u16 = 22;
/// Counters of 64 bits, [`LinkStats64`].
pub const IFLA_STATS64: u16 = 23;
/// Ports of virtual functions, nested.
pub const IFLA_VF_PORTS: u16 = 24;
/// Port of the device itself, nested.
pub const IFLA_PORT_SELF: u16 = 25;
/// Settings by address family, nested, attribute number is the family.
pub const IFLA_AF_SPEC: u16 = 26;
/// Device group, u32.
pub const IFLA_GROUP: u16 = 27;
/// Put the device into the namespace of this descriptor, u32.
pub const IFLA_NET_NS_FD: u16 = 28;
/// What a dump shall contain, u32, [`ExtendedMask`].
pub const IFLA_EXT_MASK: u16 = 29;
/// How many want the device promiscuous, u32.
pub const IFLA_PROMISCUITY: u16 = 30;
/// Transmit queues, u32.
pub const IFLA_NUM_TX_QUEUES: u16 = 31;
/// Receive queues, u32.
pub const IFLA_NUM_RX_QUEUES: u16 = 32;
/// Carrier, u8, 0 or 1.
pub const IFLA_CARRIER: u16 = 33;
/// Physical port, bytes.
pub const IFLA_PHYS_PORT_ID: u16 = 34;
/// How often the carrier changed, u32.
pub const IFLA_CARRIER_CHANGES: u16 = 35;
/// Physical switch, bytes.
pub const IFLA_PHYS_SWITCH_ID: u16 = 36;
/// Number of the namespace that [`IFLA_LINK`] is an index in, i32.
pub const IFLA_LINK_NETNSID: u16 = 37;
/// Name of the physical port, C string.
pub const IFLA_PHYS_PORT_NAME: u16 = 38;
/// A protocol holds the port down, u8.
pub const IFLA_PROTO_DOWN: u16 = 39;
/// Most segments of one large send, u32.
pub const IFLA_GSO_MAX_SEGS: u16 = 40;
/// Most bytes of one large send, u32.
pub const IFLA_GSO_MAX_SIZE: u16 = 41;
/// Padding before a 64-bit value.
pub const IFLA_PAD: u16 = 42;
/// XDP programs, nested.
pub const IFLA_XDP: u16 = 43;
/// Why the event was sent, u32.
pub const IFLA_EVENT: u16 = 44;
/// Number of the namespace that the device went to, i32.
pub const IFLA_NEW_NETNSID: u16 = 45;
/// Number of the namespace to act in, i32.
pub const IFLA_TARGET_NETNSID: u16 = 46;
/// How often the carrier came, u32.
pub const IFLA_CARRIER_UP_COUNT: u16 = 47;
/// How often the carrier went, u32.
pub const IFLA_CARRIER_DOWN_COUNT: u16 = 48;
/// Index in the namespace that the device went to, i32.
pub const IFLA_NEW_IFINDEX: u16 = 49;
/// Least MTU in bytes, u32.
pub const IFLA_MIN_MTU: u16 = 50;
/// Greatest MTU in bytes, u32; 0 is no limit.
pub const IFLA_MAX_MTU: u16 = 51;
/// Properties, nested: any number of [`IFLA_ALT_IFNAME`].
pub const IFLA_PROP_LIST: u16 = 52;
/// An alternative name, C string of at most 127 bytes.
pub const IFLA_ALT_IFNAME: u16 = 53;
/// Hardware address that the device was made with, bytes.
pub const IFLA_PERM_ADDRESS: u16 = 54;
/// Why the port is held down, nested.
pub const IFLA_PROTO_DOWN_REASON: u16 = 55;
/// Name of the parent device on its bus, C string.
pub const IFLA_PARENT_DEV_NAME: u16 = 56;
/// Name of the parent device's bus, C string.
pub const IFLA_PARENT_DEV_BUS_NAME: u16 = 57;
/// Most bytes of one joined receive, u32.
pub const IFLA_GRO_MAX_SIZE: u16 = 58;
/// Most bytes of one large TCP send in hardware, u32.
pub const IFLA_TSO_MAX_SIZE: u16 = 59;
/// Most segments of one large TCP send in hardware, u32.
pub const IFLA_TSO_MAX_SEGS: u16 = 60;
/// How many want all multicast, u32 (since Linux 6.0).
pub const IFLA_ALLMULTI: u16 = 61;
/// Devlink port, nested.
pub const IFLA_DEVLINK_PORT: u16 = 62;
/// Most bytes of one large IPv4 send, u32.
pub const IFLA_GSO_IPV4_MAX_SIZE: u16 = 63;
/// Most bytes of one joined IPv4 receive, u32.
pub const IFLA_GRO_IPV4_MAX_SIZE: u16 = 64;
/// Clock pin, nested.
pub const IFLA_DPLL_PIN: u16 = 65;
/// Pacing in hardware reaches this far, u64 nanoseconds.
pub const IFLA_MAX_PACING_OFFLOAD_HORIZON: u16 = 66;
/// The device cannot go to another namespace, u8.
pub const IFLA_NETNS_IMMUTABLE: u16 = 67;
/// Bytes kept free before a packet, u16.
pub const IFLA_HEADROOM: u16 = 68;
/// Bytes kept free behind a packet, u16.
pub const IFLA_TAILROOM: u16 = 69;
/// One more than the highest device attribute here.
pub const IFLA_COUNT: usize = 70;

/// Kind of device, C string: `veth`, `bridge`, ...
pub const IFLA_INFO_KIND: u16 = 1;
/// Settings, nested, numbered by the kind.
pub const IFLA_INFO_DATA: u16 = 2;
/// Statistics of the kind.
pub const IFLA_INFO_XSTATS: u16 = 3;
/// Kind of the device that this one is a port of, C string.
pub const IFLA_INFO_SLAVE_KIND: u16 = 4;
/// Settings of the port, nested, numbered by the kind.
pub const IFLA_INFO_SLAVE_DATA: u16 = 5;
/// One more than the highest attribute of IFLA_LINKINFO.
pub const IFLA_INFO_COUNT: usize = 6;

/// The other end of a veth pair: a [`LinkHeader`] and device attributes.
pub const VETH_INFO_PEER: u16 = 1;

/// VLAN number, u16.
pub const IFLA_VLAN_ID: u16 = 1;
/// Flags and which of them to set, [`VlanFlags`].
pub const IFLA_VLAN_FLAGS: u16 = 2;
/// Priority to VLAN priority, nested.
pub const IFLA_VLAN_EGRESS_QOS: u16 = 3;
/// VLAN priority to priority, nested.
pub const IFLA_VLAN_INGRESS_QOS: u16 = 4;
/// Ethernet protocol of the tag, u16 in network byte order: 0x8100 or 0x88a8.
pub const IFLA_VLAN_PROTOCOL: u16 = 5;

/// Mode, u32, [`MacvlanMode`].
pub const IFLA_MACVLAN_MODE: u16 = 1;
/// Flags, u16.
pub const IFLA_MACVLAN_FLAGS: u16 = 2;
/// What to do with the addresses given, u32.
pub const IFLA_MACVLAN_MACADDR_MODE: u16 = 3;
/// Hardware address, 6 bytes.
pub const IFLA_MACVLAN_MACADDR: u16 = 4;
/// Hardware addresses, nested.
pub const IFLA_MACVLAN_MACADDR_DATA: u16 = 5;
/// Number of hardware addresses, u32.
pub const IFLA_MACVLAN_MACADDR_COUNT: u16 = 6;
/// Broadcast queue length asked for, u32.
pub const IFLA_MACVLAN_BC_QUEUE_LEN: u16 = 7;
/// Broadcast queue length in use, u32.
pub const IFLA_MACVLAN_BC_QUEUE_LEN_USED: u16 = 8;
/// Broadcasts for fewer devices than this are not queued, i32.
pub const IFLA_MACVLAN_BC_CUTOFF: u16 = 9;

/// Network number, u32, 24 bits.
pub const IFLA_VXLAN_ID: u16 = 1;
/// IPv4 multicast group or remote end, 4 bytes.
pub const IFLA_VXLAN_GROUP: u16 = 2;
/// Index of the device to send through, u32.
pub const IFLA_VXLAN_LINK: u16 = 3;
/// IPv4 source address, 4 bytes.
pub const IFLA_VXLAN_LOCAL: u16 = 4;
/// TTL of the outer packet, u8; 0 is by destination.
pub const IFLA_VXLAN_TTL: u16 = 5;
/// Type of service of the outer packet, u8; 1 is that of the inner.
pub const IFLA_VXLAN_TOS: u16 = 6;
/// Learn from what arrives, u8.
pub const IFLA_VXLAN_LEARNING: u16 = 7;
/// Seconds for which learnt entries are kept, u32.
pub const IFLA_VXLAN_AGEING: u16 = 8;
/// Most learnt entries, u32; 0 is no limit.
pub const IFLA_VXLAN_LIMIT: u16 = 9;
/// UDP source ports, [`VxlanPortRange`].
pub const IFLA_VXLAN_PORT_RANGE: u16 = 10;
/// Answer ARP, u8.
pub const IFLA_VXLAN_PROXY: u16 = 11;
/// Route short circuit, u8.
pub const IFLA_VXLAN_RSC: u16 = 12;
/// Tell of unknown hardware addresses, u8.
pub const IFLA_VXLAN_L2MISS: u16 = 13;
/// Tell of unknown IP addresses, u8.
pub const IFLA_VXLAN_L3MISS: u16 = 14;
/// UDP destination port, u16 in network byte order; 8472 if not given, the standard is 4789.
pub const IFLA_VXLAN_PORT: u16 = 15;
/// IPv6 multicast group or remote end, 16 bytes.
pub const IFLA_VXLAN_GROUP6: u16 = 16;
/// IPv6 source address, 16 bytes.
pub const IFLA_VXLAN_LOCAL6: u16 = 17;
/// UDP checksum over IPv4, u8.
pub const IFLA_VXLAN_UDP_CSUM: u16 = 18;
/// No UDP checksum over IPv6 when sending, u8.
pub const IFLA_VXLAN_UDP_ZERO_CSUM6_TX: u16 = 19;
/// No UDP checksum over IPv6 when receiving, u8.
pub const IFLA_VXLAN_UDP_ZERO_CSUM6_RX: u16 = 20;
/// Remote checksum offload when sending, u8.
pub const IFLA_VXLAN_REMCSUM_TX: u16 = 21;
/// Remote checksum offload when receiving, u8.
pub const IFLA_VXLAN_REMCSUM_RX: u16 = 22;
/// Group policy extension, present or not.
pub const IFLA_VXLAN_GBP: u16 = 23;
/// No partial remote checksum, present or not.
pub const IFLA_VXLAN_REMCSUM_NOPARTIAL: u16 = 24;
/// Tunnel data comes with each packet, u8.
pub const IFLA_VXLAN_COLLECT_METADATA: u16 = 25;
/// IPv6 flow label, u32 in network byte order.
pub const IFLA_VXLAN_LABEL: u16 = 26;
/// Generic protocol extension, present or not.
pub const IFLA_VXLAN_GPE: u16 = 27;
/// TTL is that of the inner packet, present or not; u8 in answers.
pub const IFLA_VXLAN_TTL_INHERIT: u16 = 28;
/// Do not fragment, u8.
pub const IFLA_VXLAN_DF: u16 = 29;
/// Take only listed networks, u8.
pub const IFLA_VXLAN_VNIFILTER: u16 = 30;
/// Deliver to a local end without encapsulation, u8.
pub const IFLA_VXLAN_LOCALBYPASS: u16 = 31;
/// One more than the highest VXLAN attribute here.
pub const IFLA_VXLAN_COUNT: usize = 32;

/// Forward delay, u32, hundredths of a second.
pub const IFLA_BR_FORWARD_DELAY: u16 = 1;
/// Hello time, u32, hundredths of a second.
pub const IFLA_BR_HELLO_TIME: u16 = 2;
/// Greatest age of a message, u32, hundredths of a second.
pub const IFLA_BR_MAX_AGE: u16 = 3;
/// How long learnt entries are kept, u32, hundredths of a second.
pub const IFLA_BR_AGEING_TIME: u16 = 4;
/// Spanning tree: u32, 0 off, 1 kernel, 2 user space.
pub const IFLA_BR_STP_STATE: u16 = 5;
/// Bridge priority, u16.
pub const IFLA_BR_PRIORITY: u16 = 6;
/// VLAN filtering, u8.
pub const IFLA_BR_VLAN_FILTERING: u16 = 7;
/// VLAN protocol, u16 in network byte order.
pub const IFLA_BR_VLAN_PROTOCOL: u16 = 8;
/// Which link-local groups are forwarded, u16.
pub const IFLA_BR_GROUP_FWD_MASK: u16 = 9;
/// Root bridge, 8 bytes.
pub const IFLA_BR_ROOT_ID: u16 = 10;
/// This bridge, 8 bytes.
pub const IFLA_BR_BRIDGE_ID: u16 = 11;
/// Port to the root, u16.
pub const IFLA_BR_ROOT_PORT: u16 = 12;
/// Cost to the root, u32.
pub const IFLA_BR_ROOT_PATH_COST: u16 = 13;
/// Topology changed, u8.
pub const IFLA_BR_TOPOLOGY_CHANGE: u16 = 14;
/// Change detected here, u8.
pub const IFLA_BR_TOPOLOGY_CHANGE_DETECTED: u16 = 15;
/// Hello timer, u64.
pub const IFLA_BR_HELLO_TIMER: u16 = 16;
/// Topology notification timer, u64.
pub const IFLA_BR_TCN_TIMER: u16 = 17;
/// Topology change timer, u64.
pub const IFLA_BR_TOPOLOGY_CHANGE_TIMER: u16 = 18;
/// Clean-up timer, u64.
pub const IFLA_BR_GC_TIMER: u16 = 19;
/// Address that spanning tree messages go to, 6 bytes.
pub const IFLA_BR_GROUP_ADDR: u16 = 20;
/// Forget learnt entries, present or not (request only).
pub const IFLA_BR_FDB_FLUSH: u16 = 21;
/// Multicast routers, u8.
pub const IFLA_BR_MCAST_ROUTER: u16 = 22;
/// Multicast snooping, u8.
pub const IFLA_BR_MCAST_SNOOPING: u16 = 23;
/// Bridged IPv4 goes through iptables, u8.
pub const IFLA_BR_NF_CALL_IPTABLES: u16 = 36;
/// VLAN of untagged packets, u16.
pub const IFLA_BR_VLAN_DEFAULT_PVID: u16 = 39;

/// User who may attach, u32.
pub const IFLA_TUN_OWNER: u16 = 1;
/// Group that may attach, u32.
pub const IFLA_TUN_GROUP: u16 = 2;
/// 1 is tun (IP packets), 2 is tap (Ethernet frames), u8.
pub const IFLA_TUN_TYPE: u16 = 3;
/// Packets carry a protocol header, u8.
pub const IFLA_TUN_PI: u16 = 4;
/// Packets carry a virtio header, u8.
pub const IFLA_TUN_VNET_HDR: u16 = 5;
/// The device stays when nobody is attached, u8.
pub const IFLA_TUN_PERSIST: u16 = 6;
/// More than one may attach, u8.
pub const IFLA_TUN_MULTI_QUEUE: u16 = 7;
/// Queues attached, u32.
pub const IFLA_TUN_NUM_QUEUES: u16 = 8;
/// Queues disabled, u32.
pub const IFLA_TUN_NUM_DISABLED_QUEUES: u16 = 9;

open_enum! {
    /// Operational state of a device (RFC 2863). Names are those of ip-link(8).
    #[doc(alias = "IFLA_OPERSTATE")]
    OperationalState: u8 {
        /// The driver does not tell; counts as up.
        #[doc(alias = "IF_OPER_UNKNOWN")]
        UNKNOWN = 0, "UNKNOWN";
        /// Unused.
        #[doc(alias = "IF_OPER_NOTPRESENT")]
        NOTPRESENT = 1, "NOTPRESENT";
        /// Down.
        #[doc(alias = "IF_OPER_DOWN")]
        DOWN = 2, "DOWN";
        /// A device below is down.
        #[doc(alias = "IF_OPER_LOWERLAYERDOWN")]
        LOWERLAYERDOWN = 3, "LOWERLAYERDOWN";
        /// Being tested.
        #[doc(alias = "IF_OPER_TESTING")]
        TESTING = 4, "TESTING";
        /// Waiting for someone, such as 802.1X.
        #[doc(alias = "IF_OPER_DORMANT")]
        DORMANT = 5, "DORMANT";
        /// Up.
        #[doc(alias = "IF_OPER_UP")]
        UP = 6, "UP";
    }
}

open_enum! {
    /// Who moves a device from dormant to up. Names are those of ip-link(8).
    #[doc(alias = "IFLA_LINKMODE")]
    LinkMode: u8 {
        /// The kernel.
        #[doc(alias = "IF_LINK_MODE_DEFAULT")]
        DEFAULT = 0, "DEFAULT";
        /// User space: the kernel goes no further than dormant.
        #[doc(alias = "IF_LINK_MODE_DORMANT")]
        DORMANT = 1, "DORMANT";
        /// User space: the kernel goes no further than testing.
        #[doc(alias = "IF_LINK_MODE_TESTING")]
        TESTING = 2, "TESTING";
    }
}

open_enum! {
    /// How a macvlan device shares the device below. Names are those of ip-link(8).
    #[doc(alias = "IFLA_MACVLAN_MODE")]
    MacvlanMode: u32 {
        /// The devices do not see each other.
        #[doc(alias = "MACVLAN_MODE_PRIVATE")]
        PRIVATE = 1, "private";
        /// An outer switch sends between them.
        #[doc(alias = "MACVLAN_MODE_VEPA")]
        VEPA = 2, "vepa";
        /// They see each other directly.
        #[doc(alias = "MACVLAN_MODE_BRIDGE")]
        BRIDGE = 4, "bridge";
        /// One device takes over the device below.
        #[doc(alias = "MACVLAN_MODE_PASSTHRU")]
        PASSTHRU = 8, "passthru";
        /// Only listed senders are let in.
        #[doc(alias = "MACVLAN_MODE_SOURCE")]
        SOURCE = 16, "source";
    }
}

wire_flags! {
    /// What a device dump shall contain or leave out ([`IFLA_EXT_MASK`]).
    #[doc(alias = "RTEXT_FILTER_VF")]
    ExtendedMask: u32 {
        /// With virtual functions.
        #[doc(alias = "RTEXT_FILTER_VF")]
        const VF = 0x1;
        /// With bridge VLANs.
        #[doc(alias = "RTEXT_FILTER_BRVLAN")]
        const BRVLAN = 0x2;
        /// With bridge VLANs as ranges.
        #[doc(alias = "RTEXT_FILTER_BRVLAN_COMPRESSED")]
        const BRVLAN_COMPRESSED = 0x4;
        /// Without counters.
        #[doc(alias = "RTEXT_FILTER_SKIP_STATS")]
        const SKIP_STATS = 0x8;
    }
}

const _: () = {
    assert!(size_of::<LinkHeader>() == 16);
    assert!(size_of::<LinkStats64>() == 200);
    assert!(size_of::<LinkStats>() == 96);
    assert!(size_of::<LinkMap>() == 32);
    assert!(size_of::<VlanFlags>() == 8);
    assert!(size_of::<VxlanPortRange>() == 4);
};
