//! Devices: RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK, RTM_SETLINK.

mod bridge_port;
mod families;
mod kinds;

pub use bridge_port::*;
pub use families::*;
pub use kinds::*;

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
/// Whether a program of the express data path is attached, u8, in IFLA_XDP: 0 for none.
pub const IFLA_XDP_ATTACHED: u16 = 2;
/// One more than the highest device attribute here.
pub const IFLA_COUNT: usize = 70;

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
