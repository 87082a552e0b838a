//! ARP entries as `SIOCGARP`, `SIOCSARP` and `SIOCDARP` take them.

use crate::SockAddr;
use bitflags::bitflags;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

bitflags! {
    /// The flags of an ARP entry.
    ///
    /// See arp(7) and the kernel's `include/uapi/linux/if_arp.h`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct ArpFlags: u32 {
        /// The hardware address is valid.
        #[doc(alias = "ATF_COM")]
        const COM = 0x2;
        /// The entry stays until it is deleted.
        #[doc(alias = "ATF_PERM")]
        const PERM = 0x4;
        /// Answer requests for this address (proxy ARP).
        #[doc(alias = "ATF_PUBL")]
        const PUBL = 0x8;
        /// Trailers requested.
        #[doc(alias = "ATF_USETRAILERS")]
        const USETRAILERS = 0x10;
        /// A proxy entry for a whole network.
        #[doc(alias = "ATF_NETMASK")]
        const NETMASK = 0x20;
        /// Do not answer for this address.
        #[doc(alias = "ATF_DONTPUB")]
        const DONTPUB = 0x40;
        const _ = !0;
    }
}

/// A `struct arpreq`, 68 bytes.
///
/// See arp(7).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(C)]
#[doc(alias = "arpreq")]
pub struct ArpReq {
    /// The protocol address: IPv4.
    pub protocol_address: SockAddr,
    /// The hardware address.
    pub hardware_address: SockAddr,
    /// [`ArpFlags`].
    pub flags: u32,
    /// The mask of a proxy entry's network.
    pub mask: SockAddr,
    /// The device's name, NUL-terminated; empty for the one that a route names. No alias.
    pub device: [u8; 16],
}
