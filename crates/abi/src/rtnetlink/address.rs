//! Addresses: RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::{Family, RouteScope};
use crate::netlink::{open_enum, wire_flags};

/// The fixed part of an address message, 8 bytes (`struct ifaddrmsg`).
#[doc(alias = "ifaddrmsg")]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(C)]
pub struct AddressHeader {
    /// Family of the address.
    #[doc(alias = "ifa_family")]
    pub family: Family,
    /// Bits of the prefix.
    #[doc(alias = "ifa_prefixlen")]
    pub prefix_length: u8,
    /// The low eight flags; [`IFA_FLAGS`] has all of them and wins.
    #[doc(alias = "ifa_flags")]
    pub flags: u8,
    /// How far the address is valid.
    #[doc(alias = "ifa_scope")]
    pub scope: RouteScope,
    /// Index of the device.
    #[doc(alias = "ifa_index")]
    pub index: u32,
}

/// Lifetimes and age of an address, 16 bytes (`struct ifa_cacheinfo`).
#[doc(alias = "ifa_cacheinfo")]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(C)]
pub struct AddressCacheInfo {
    /// Seconds for which it is preferred; `u32::MAX` is forever.
    #[doc(alias = "ifa_prefered")]
    pub preferred: u32,
    /// Seconds for which it is valid; `u32::MAX` is forever.
    #[doc(alias = "ifa_valid")]
    pub valid: u32,
    /// When it was made, in hundredths of a second since boot.
    #[doc(alias = "cstamp")]
    pub created: u32,
    /// When it was last changed, in hundredths of a second since boot.
    #[doc(alias = "tstamp")]
    pub updated: u32,
}

/// The peer's address, or our own where there is no peer; IP address bytes.
pub const IFA_ADDRESS: u16 = 1;
/// Our address; IP address bytes. IPv6 leaves it out where there is no peer.
pub const IFA_LOCAL: u16 = 2;
/// IPv4 label, a C string of at most 15 bytes.
pub const IFA_LABEL: u16 = 3;
/// IPv4 broadcast address, 4 bytes.
pub const IFA_BROADCAST: u16 = 4;
/// An IPv6 anycast address (answer to RTM_GETANYCAST), 16 bytes.
pub const IFA_ANYCAST: u16 = 5;
/// Lifetimes, [`AddressCacheInfo`].
pub const IFA_CACHEINFO: u16 = 6;
/// A multicast address (answer to RTM_GETMULTICAST), IP address bytes.
pub const IFA_MULTICAST: u16 = 7;
/// All flags, u32, [`AddressFlags`].
pub const IFA_FLAGS: u16 = 8;
/// Metric of the route that the address brings, u32.
pub const IFA_RT_PRIORITY: u16 = 9;
/// Number of the namespace to act in, i32.
pub const IFA_TARGET_NETNSID: u16 = 10;
/// Who made the address, u8, [`AddressProtocol`] (since Linux 5.18).
pub const IFA_PROTO: u16 = 11;
/// One more than the highest address attribute here.
pub const IFA_COUNT: usize = 12;

wire_flags! {
    /// Flags of an address.
    AddressFlags: u32 {
        /// IPv4: another address of the same network on the device came before.
        /// IPv6 uses the bit as [`TEMPORARY`](Self::TEMPORARY).
        #[doc(alias = "IFA_F_SECONDARY")]
        const SECONDARY = 0x01;
        /// IPv6: a privacy address (RFC 4941).
        #[doc(alias = "IFA_F_TEMPORARY")]
        const TEMPORARY = 0x01;
        /// IPv6: no duplicate address detection.
        #[doc(alias = "IFA_F_NODAD")]
        const NODAD = 0x02;
        /// IPv6: may be used before detection ends (RFC 4429).
        #[doc(alias = "IFA_F_OPTIMISTIC")]
        const OPTIMISTIC = 0x04;
        /// IPv6: detection found a duplicate.
        #[doc(alias = "IFA_F_DADFAILED")]
        const DADFAILED = 0x08;
        /// IPv6: a mobile host's home address (RFC 6275).
        #[doc(alias = "IFA_F_HOMEADDRESS")]
        const HOMEADDRESS = 0x10;
        /// The preferred lifetime is over.
        #[doc(alias = "IFA_F_DEPRECATED")]
        const DEPRECATED = 0x20;
        /// IPv6: detection has not ended.
        #[doc(alias = "IFA_F_TENTATIVE")]
        const TENTATIVE = 0x40;
        /// It has no lifetime.
        #[doc(alias = "IFA_F_PERMANENT")]
        const PERMANENT = 0x80;
        /// IPv6: make temporary addresses from this one.
        #[doc(alias = "IFA_F_MANAGETEMPADDR")]
        const MANAGETEMPADDR = 0x100;
        /// Do not add the route to the prefix.
        #[doc(alias = "IFA_F_NOPREFIXROUTE")]
        const NOPREFIXROUTE = 0x200;
        /// Join the multicast group that the address is.
        #[doc(alias = "IFA_F_MCAUTOJOIN")]
        const MCAUTOJOIN = 0x400;
        /// IPv6: made stable and opaque (RFC 7217).
        #[doc(alias = "IFA_F_STABLE_PRIVACY")]
        const STABLE_PRIVACY = 0x800;
    }
}

open_enum! {
    /// Who made an address ([`IFA_PROTO`]). User space takes numbers above 3 freely.
    AddressProtocol: u8 {
        /// Not told.
        #[doc(alias = "IFAPROT_UNSPEC")]
        UNSPEC = 0, "unspec";
        /// The kernel, for loopback.
        #[doc(alias = "IFAPROT_KERNEL_LO")]
        KERNEL_LO = 1, "kernel_lo";
        /// The kernel, from a router's announcement.
        #[doc(alias = "IFAPROT_KERNEL_RA")]
        KERNEL_RA = 2, "kernel_ra";
        /// The kernel, link-local.
        #[doc(alias = "IFAPROT_KERNEL_LL")]
        KERNEL_LL = 3, "kernel_ll";
    }
}

const _: () = {
    assert!(size_of::<AddressHeader>() == 8);
    assert!(size_of::<AddressCacheInfo>() == 16);
};
