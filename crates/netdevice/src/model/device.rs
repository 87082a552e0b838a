//! Network devices.

use crate::{DeviceFlags, DeviceName, HardwareAddress, IfMap, OperationalState};

/// A network device, as one `RTM_NEWLINK` message tells of it.
///
/// See rtnetlink(7), `struct ifinfomsg`, and netdevice(7).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
#[doc(alias("RTM_NEWLINK", "ifinfomsg", "interface", "link"))]
pub struct Device {
    /// The index, never 0; unique in the namespace, and not used again after a device is deleted.
    #[doc(alias = "ifi_index")]
    pub index: u32,
    /// The name; never an alias.
    #[doc(alias = "IFLA_IFNAME")]
    pub name: DeviceName,
    /// All 32 flags.
    #[doc(alias = "ifi_flags")]
    pub flags: DeviceFlags,
    /// The longest packet that can be sent, in bytes, without the link layer's header.
    #[doc(alias = "IFLA_MTU")]
    pub mtu: u32,
    /// The least MTU that the device takes; `None` before Linux 4.19.
    #[doc(alias = "IFLA_MIN_MTU")]
    pub minimum_mtu: Option<u32>,
    /// The greatest MTU that the device takes, 0 for no limit; `None` before Linux 4.19.
    #[doc(alias = "IFLA_MAX_MTU")]
    pub maximum_mtu: Option<u32>,
    /// The link layer's type and the device's address; without bytes where the layer has none.
    #[doc(alias("ifi_type", "IFLA_ADDRESS"))]
    pub hardware: HardwareAddress,
    /// The link layer's broadcast address; on a tunnel, the other end.
    #[doc(alias = "IFLA_BROADCAST")]
    pub hardware_broadcast: HardwareAddress,
    /// How many packets may wait to be sent.
    #[doc(alias = "IFLA_TXQLEN")]
    pub tx_queue_length: u32,
    /// The hardware parameters; zero for all devices without hardware of the old kind.
    #[doc(alias = "IFLA_MAP")]
    pub map: IfMap,
    /// The counters.
    #[doc(alias = "IFLA_STATS64")]
    pub statistics: Statistics,
    /// The state of RFC 2863.
    #[doc(alias = "IFLA_OPERSTATE")]
    pub operational_state: OperationalState,
    /// Whether there is a carrier; `None` where the kernel does not say.
    #[doc(alias = "IFLA_CARRIER")]
    pub carrier: Option<bool>,
    /// How many have asked for promiscuous mode, packet sockets included.
    #[doc(alias = "IFLA_PROMISCUITY")]
    pub promiscuity: u32,
    /// The kind of a virtual device: `veth`, `bridge`; `None` for `lo` and hardware.
    #[doc(alias = "IFLA_INFO_KIND")]
    pub kind: Option<String>,
    /// The index of the bridge, bond or VRF that the device is a port of.
    #[doc(alias = "IFLA_MASTER")]
    pub master: Option<u32>,
    /// The index of the device below (vlan, macvlan) or of the peer (veth); in another namespace if
    /// [`link_namespace`](Self::link_namespace) is given.
    #[doc(alias = "IFLA_LINK")]
    pub link: Option<u32>,
    /// The number of the namespace that [`link`](Self::link) counts in, if not this one.
    #[doc(alias = "IFLA_LINK_NETNSID")]
    pub link_namespace: Option<i32>,
    /// The device's group; 0 by default.
    #[doc(alias = "IFLA_GROUP")]
    pub group: u32,
    /// The queueing discipline: `noqueue`, `fq_codel`.
    #[doc(alias = "IFLA_QDISC")]
    pub queueing_discipline: Option<String>,
    /// Further names of the device: up to 127 bytes each, in any encoding.
    #[doc(alias("IFLA_PROP_LIST", "IFLA_ALT_IFNAME"))]
    pub alternative_names: Vec<Box<[u8]>>,
    /// A description, up to 255 bytes in any encoding. Not an alias in the sense of `eth0:0`.
    #[doc(alias = "IFLA_IFALIAS")]
    pub description: Option<Box<[u8]>>,
}

/// The counters of a device, since it was made, in 64 bits.
///
/// See the kernel's `Documentation/networking/statistics.rst` and `struct rtnl_link_stats64`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(missing_docs, reason = "the names are the kernel's own and say what is counted")]
#[doc(alias("rtnl_link_stats64", "IFLA_STATS64"))]
pub struct Statistics {
    pub rx_packets: u64,
    pub tx_packets: u64,
    pub rx_bytes: u64,
    pub tx_bytes: u64,
    pub rx_errors: u64,
    pub tx_errors: u64,
    pub rx_dropped: u64,
    pub tx_dropped: u64,
    pub multicast: u64,
    pub collisions: u64,
    pub rx_length_errors: u64,
    pub rx_over_errors: u64,
    pub rx_crc_errors: u64,
    pub rx_frame_errors: u64,
    pub rx_fifo_errors: u64,
    pub rx_missed_errors: u64,
    pub tx_aborted_errors: u64,
    pub tx_carrier_errors: u64,
    pub tx_fifo_errors: u64,
    pub tx_heartbeat_errors: u64,
    pub tx_window_errors: u64,
    pub rx_compressed: u64,
    pub tx_compressed: u64,
    pub rx_nohandler: u64,
    pub rx_otherhost_dropped: u64,
}

impl Statistics {
    /// Returns what /proc/net/dev shows as `drop` of the receive side, and `ifconfig` as `dropped`:
    /// dropped and missed packets.
    pub fn rx_drop_sum(&self) -> u64 {
        self.rx_dropped.wrapping_add(self.rx_missed_errors)
    }

    /// Returns what /proc/net/dev and `ifconfig` show as `frame`: errors of length, overflow, checksum
    /// and framing.
    pub fn rx_frame_sum(&self) -> u64 {
        self.rx_length_errors
            .wrapping_add(self.rx_over_errors)
            .wrapping_add(self.rx_crc_errors)
            .wrapping_add(self.rx_frame_errors)
    }

    /// Returns what /proc/net/dev and `ifconfig` show as `carrier`: errors of carrier, abortion, window
    /// and heartbeat.
    pub fn tx_carrier_sum(&self) -> u64 {
        self.tx_carrier_errors
            .wrapping_add(self.tx_aborted_errors)
            .wrapping_add(self.tx_window_errors)
            .wrapping_add(self.tx_heartbeat_errors)
    }
}
