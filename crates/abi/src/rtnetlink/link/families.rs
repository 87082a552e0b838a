//! What each address family tells of a device, in [`IFLA_AF_SPEC`](super::IFLA_AF_SPEC).

/// IPv4's settings of the device, i32 each, in the order of their numbers from 1; in requests nested by number.
pub const IFLA_INET_CONF: u16 = 1;

/// Flags of IPv6's device, u32: 0x8000_0000 is ready.
pub const IFLA_INET6_FLAGS: u16 = 1;
/// IPv6's settings of the device, i32 each, in the order of their numbers from 0.
pub const IFLA_INET6_CONF: u16 = 2;
/// Counters of IPv6, u64 each, the first of which is how many there are.
pub const IFLA_INET6_STATS: u16 = 3;
/// Times of IPv6: four u32 (`struct ifla_cacheinfo`).
pub const IFLA_INET6_CACHEINFO: u16 = 5;
/// Counters of ICMPv6, u64 each, the first of which is how many there are.
pub const IFLA_INET6_ICMP6STATS: u16 = 6;
/// Interface identifier for announced prefixes, 16 bytes.
pub const IFLA_INET6_TOKEN: u16 = 7;
/// How link-local addresses are made, u8.
pub const IFLA_INET6_ADDR_GEN_MODE: u16 = 8;
