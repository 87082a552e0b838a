//! What devices of each kind are, in [`IFLA_LINKINFO`](super::IFLA_LINKINFO).

use crate::netlink::open_enum;

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

/// The other end of a veth pair: a [`LinkHeader`](super::LinkHeader) and device attributes.
pub const VETH_INFO_PEER: u16 = 1;

/// VLAN number, u16.
pub const IFLA_VLAN_ID: u16 = 1;
/// Flags and which of them to set, [`VlanFlags`](super::VlanFlags).
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
/// UDP source ports, [`VxlanPortRange`](super::VxlanPortRange).
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
/// What becomes of the flow label, u32: 0 is a fixed one.
pub const IFLA_VXLAN_LABEL_POLICY: u16 = 32;
/// Bits of the header that may not be set, 8 bytes.
pub const IFLA_VXLAN_RESERVED_BITS: u16 = 33;
/// One more than the highest VXLAN attribute here.
pub const IFLA_VXLAN_COUNT: usize = 34;

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
/// Queries come from the bridge's own address, u8.
pub const IFLA_BR_MCAST_QUERY_USE_IFADDR: u16 = 24;
/// Ask who listens, u8.
pub const IFLA_BR_MCAST_QUERIER: u16 = 25;
/// Nothing any more: u32, 16.
pub const IFLA_BR_MCAST_HASH_ELASTICITY: u16 = 26;
/// Most groups, u32.
pub const IFLA_BR_MCAST_HASH_MAX: u16 = 27;
/// Questions after the last listener left, u32.
pub const IFLA_BR_MCAST_LAST_MEMBER_CNT: u16 = 28;
/// Questions at the start, u32.
pub const IFLA_BR_MCAST_STARTUP_QUERY_CNT: u16 = 29;
/// Between questions after the last listener left, u64, hundredths of a second.
pub const IFLA_BR_MCAST_LAST_MEMBER_INTVL: u16 = 30;
/// For how long a listener counts, u64, hundredths of a second.
pub const IFLA_BR_MCAST_MEMBERSHIP_INTVL: u16 = 31;
/// For how long another one who asks counts, u64, hundredths of a second.
pub const IFLA_BR_MCAST_QUERIER_INTVL: u16 = 32;
/// Between questions, u64, hundredths of a second.
pub const IFLA_BR_MCAST_QUERY_INTVL: u16 = 33;
/// For how long answers are waited for, u64, hundredths of a second.
pub const IFLA_BR_MCAST_QUERY_RESPONSE_INTVL: u16 = 34;
/// Between questions at the start, u64, hundredths of a second.
pub const IFLA_BR_MCAST_STARTUP_QUERY_INTVL: u16 = 35;
/// Bridged IPv4 goes through iptables, u8.
pub const IFLA_BR_NF_CALL_IPTABLES: u16 = 36;
/// Bridged IPv6 goes through ip6tables, u8.
pub const IFLA_BR_NF_CALL_IP6TABLES: u16 = 37;
/// Bridged ARP goes through arptables, u8.
pub const IFLA_BR_NF_CALL_ARPTABLES: u16 = 38;
/// VLAN of untagged packets, u16.
pub const IFLA_BR_VLAN_DEFAULT_PVID: u16 = 39;
/// Count multicast messages, u8.
pub const IFLA_BR_MCAST_STATS_ENABLED: u16 = 42;
/// Version of IGMP, u8.
pub const IFLA_BR_MCAST_IGMP_VERSION: u16 = 43;
/// Version of MLD, u8.
pub const IFLA_BR_MCAST_MLD_VERSION: u16 = 44;
/// Options of one bit, and which of them count: two u32.
pub const IFLA_BR_MULTI_BOOLOPT: u16 = 46;
/// Learnt entries, u32.
pub const IFLA_BR_FDB_N_LEARNED: u16 = 48;
/// Most learnt entries, u32; 0 is no limit.
pub const IFLA_BR_FDB_MAX_LEARNED: u16 = 49;
/// One more than the highest bridge attribute here.
pub const IFLA_BR_COUNT: usize = 50;

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

/// Mode of a bond, u8: 0 is balance-rr.
pub const IFLA_BOND_MODE: u16 = 1;

/// State of a member of a bond, u8: 0 is active.
pub const IFLA_BOND_SLAVE_STATE: u16 = 1;
/// Whether a member of a bond has its carrier, u8: 0 up, 2 down.
pub const IFLA_BOND_SLAVE_MII_STATUS: u16 = 2;
/// Hardware address that a member of a bond has back when it leaves, 6 bytes.
pub const IFLA_BOND_SLAVE_PERM_HWADDR: u16 = 4;

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
