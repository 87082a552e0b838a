//! IPv4 routes as `SIOCADDRT` and `SIOCDELRT` take them.

use crate::SockAddr;
use bitflags::bitflags;
use core::ffi::{c_ulong, c_ushort};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

bitflags! {
    /// The flags of a route in `rtentry`, `in6_rtmsg` and /proc/net/route.
    ///
    /// See the kernel's `include/uapi/linux/route.h`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct RouteFlags: u32 {
        /// The route is usable. Linux neither needs nor checks it in a request.
        #[doc(alias = "RTF_UP")]
        const UP = 0x1;
        /// The destination is reached through a gateway.
        #[doc(alias = "RTF_GATEWAY")]
        const GATEWAY = 0x2;
        /// The destination is a host: prefix 32, and the mask is not looked at.
        #[doc(alias = "RTF_HOST")]
        const HOST = 0x4;
        /// Reinstate after a time-out. Ignored.
        #[doc(alias = "RTF_REINSTATE")]
        const REINSTATE = 0x8;
        /// Created by a redirect. Ignored in a request.
        #[doc(alias = "RTF_DYNAMIC")]
        const DYNAMIC = 0x10;
        /// Modified by a redirect. Ignored in a request.
        #[doc(alias = "RTF_MODIFIED")]
        const MODIFIED = 0x20;
        /// `mtu` is given.
        #[doc(alias("RTF_MTU", "RTF_MSS"))]
        const MTU = 0x40;
        /// `window` is given.
        #[doc(alias = "RTF_WINDOW")]
        const WINDOW = 0x80;
        /// `irtt` is given.
        #[doc(alias = "RTF_IRTT")]
        const IRTT = 0x100;
        /// The destination is unreachable; device and gateway are not read.
        #[doc(alias = "RTF_REJECT")]
        const REJECT = 0x200;
        const _ = !0;
    }
}

/// A `struct rtentry`: 120 bytes on 64-bit machines.
///
/// The device is named by a pointer in C. Here it is a number that no safe code follows: whoever
/// makes the call puts the name's place there.
///
/// See the kernel's `include/uapi/linux/route.h` and `fib_frontend.c` (`rtentry_to_fib_config`).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(C)]
#[doc(alias = "rtentry")]
pub struct RtEntry {
    /// Not used.
    pub pad1: c_ulong,
    /// The destination.
    pub destination: SockAddr,
    /// The gateway; zero for none.
    pub gateway: SockAddr,
    /// The destination's mask; an all-zero one is the mask 0.0.0.0.
    pub mask: SockAddr,
    /// [`RouteFlags`], the low sixteen bits.
    pub flags: c_ushort,
    /// Not used.
    pub pad2: i16,
    /// Padding that C has here on 64-bit machines.
    pub padding2: [u8; size_of::<c_ulong>() - 4],
    /// Not used.
    pub pad3: c_ulong,
    /// Not used (on 64-bit machines `rt_tos`, `rt_class` and padding).
    pub pad4: [u8; size_of::<c_ulong>()],
    /// The priority plus one; 0 for none. Signed, sixteen bits.
    pub metric: i16,
    /// Padding that C has here.
    pub padding5: [u8; size_of::<c_ulong>() - 2],
    /// The address of the device's name, NUL-terminated; 0 for none.
    pub device: usize,
    /// The MSS plus 40, in bytes.
    pub mtu: c_ulong,
    /// The TCP window in bytes.
    pub window: c_ulong,
    /// The initial round trip time, in ticks of the user-visible clock (1/100 s).
    pub irtt: c_ushort,
    /// Padding that C has here.
    pub padding6: [u8; size_of::<c_ulong>() - 2],
}
