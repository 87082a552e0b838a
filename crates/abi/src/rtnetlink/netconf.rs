//! Settings of IP: RTM_NEWNETCONF, RTM_GETNETCONF (`<linux/netconf.h>`).

/// Index of the device, i32; or [`NETCONFA_IFINDEX_ALL`] or [`NETCONFA_IFINDEX_DEFAULT`].
pub const NETCONFA_IFINDEX: u16 = 1;
/// Whether packets are forwarded, i32.
pub const NETCONFA_FORWARDING: u16 = 2;
/// Reverse path filter, i32 (IPv4).
pub const NETCONFA_RP_FILTER: u16 = 3;
/// Whether multicasts are forwarded, i32.
pub const NETCONFA_MC_FORWARDING: u16 = 4;
/// Whether ARP or neighbour discovery is answered for others, i32.
pub const NETCONFA_PROXY_NEIGH: u16 = 5;
/// Whether routes by a device without carrier are passed over, i32.
pub const NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN: u16 = 6;
/// Whether directed broadcasts are forwarded, i32 (IPv4).
pub const NETCONFA_BC_FORWARDING: u16 = 8;
/// One more than the highest attribute.
#[doc(alias = "__NETCONFA_MAX")]
pub const NETCONFA_COUNT: usize = 10;

/// The index that means all devices.
pub const NETCONFA_IFINDEX_ALL: i32 = -1;
/// The index that means new devices.
pub const NETCONFA_IFINDEX_DEFAULT: i32 = -2;
