//! What IPv6 sockets take in place of `ifreq` and `rtentry`.

use core::ffi::c_ulong;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// A `struct in6_ifreq`: what `SIOCSIFADDR` and `SIOCDIFADDR` take on an IPv6 socket.
///
/// See the kernel's `include/uapi/linux/ipv6.h`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(C)]
#[doc(alias = "in6_ifreq")]
pub struct In6IfReq {
    /// The address, in network byte order.
    pub address: [u8; 16],
    /// The prefix length in bits.
    pub prefix_length: u32,
    /// The device's index.
    pub index: i32,
}

/// A `struct in6_rtmsg`: what `SIOCADDRT` and `SIOCDELRT` take on an IPv6 socket.
///
/// See the kernel's `include/uapi/linux/ipv6_route.h`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(C)]
#[doc(alias = "in6_rtmsg")]
pub struct In6RtMsg {
    /// The destination, in network byte order.
    pub destination: [u8; 16],
    /// The source, in network byte order.
    pub source: [u8; 16],
    /// The gateway, in network byte order.
    pub gateway: [u8; 16],
    /// Not used by Linux beyond a range check.
    pub kind: u32,
    /// The destination's prefix length in bits.
    pub destination_length: u16,
    /// The source's prefix length in bits.
    pub source_length: u16,
    /// The metric; 0 becomes 1024 when a route is added, and means any when one is deleted.
    pub metric: u32,
    /// Padding that C has here on 64-bit machines.
    pub padding: [u8; (size_of::<c_ulong>() - 4) % 8],
    /// Not used by Linux.
    pub info: c_ulong,
    /// `RTF_*` flags.
    pub flags: u32,
    /// The device's index, 0 for none.
    pub index: i32,
}
