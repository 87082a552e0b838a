//! Neighbours, and a bridge's forwarding table: RTM_NEWNEIGH, RTM_DELNEIGH, RTM_GETNEIGH.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::{Family, RouteType};
use crate::netlink::wire_flags;

/// The fixed part of a neighbour message, 12 bytes (`struct ndmsg`).
#[doc(alias = "ndmsg")]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(C)]
pub struct NeighbourHeader {
    /// Family of the neighbour's address; [`Family::BRIDGE`] is a forwarding entry.
    #[doc(alias = "ndm_family")]
    pub family: Family,
    /// Padding, zero.
    pub padding: [u8; 3],
    /// Index of the device; signed in the kernel's header, never negative in an answer.
    #[doc(alias = "ndm_ifindex")]
    pub index: u32,
    /// State.
    #[doc(alias = "ndm_state")]
    pub state: NeighbourState,
    /// Flags.
    #[doc(alias = "ndm_flags")]
    pub flags: NeighbourFlags,
    /// Kind of the address, as of a route.
    #[doc(alias = "ndm_type")]
    pub kind: RouteType,
}

/// Age and use of a neighbour, 16 bytes (`struct nda_cacheinfo`).
#[doc(alias = "nda_cacheinfo")]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(C)]
pub struct NeighbourCacheInfo {
    /// Hundredths of a second since it was confirmed.
    #[doc(alias = "ndm_confirmed")]
    pub confirmed: u32,
    /// Hundredths of a second since it was used.
    #[doc(alias = "ndm_used")]
    pub used: u32,
    /// Hundredths of a second since it was changed.
    #[doc(alias = "ndm_updated")]
    pub updated: u32,
    /// References that the kernel holds on it.
    #[doc(alias = "ndm_refcnt")]
    pub references: u32,
}

/// The neighbour's network address, IP address bytes. Absent in a bridge's forwarding entry.
pub const NDA_DST: u16 = 1;
/// The neighbour's hardware address, bytes. Absent while it is not known.
pub const NDA_LLADDR: u16 = 2;
/// Age and use, [`NeighbourCacheInfo`].
pub const NDA_CACHEINFO: u16 = 3;
/// Requests sent without an answer, u32.
pub const NDA_PROBES: u16 = 4;
/// VLAN of a forwarding entry, u16.
pub const NDA_VLAN: u16 = 5;
/// UDP port of a VXLAN forwarding entry, u16 in network byte order.
pub const NDA_PORT: u16 = 6;
/// VXLAN network of a forwarding entry, u32.
pub const NDA_VNI: u16 = 7;
/// Outgoing device of a VXLAN forwarding entry, u32.
pub const NDA_IFINDEX: u16 = 8;
/// Index of the bridge or bond, u32; in a dump request: only its ports.
pub const NDA_MASTER: u16 = 9;
/// Number of the namespace of [`NDA_IFINDEX`], i32.
pub const NDA_LINK_NETNSID: u16 = 10;
/// VXLAN source network, u32.
pub const NDA_SRC_VNI: u16 = 11;
/// Who made the entry, u8, [`RouteProtocol`](super::RouteProtocol).
pub const NDA_PROTOCOL: u16 = 12;
/// Next hop object of a VXLAN forwarding entry, u32.
pub const NDA_NH_ID: u16 = 13;
/// Further attributes of a forwarding entry, nested.
pub const NDA_FDB_EXT_ATTRS: u16 = 14;
/// Flags that do not fit the header, u32, [`NeighbourExtendedFlags`].
pub const NDA_FLAGS_EXT: u16 = 15;
/// Flush: which state bits to compare, u16.
pub const NDA_NDM_STATE_MASK: u16 = 16;
/// Flush: which flag bits to compare, u8.
pub const NDA_NDM_FLAGS_MASK: u16 = 17;
/// One more than the highest neighbour attribute here.
pub const NDA_COUNT: usize = 18;

wire_flags! {
    /// State of a neighbour: one bit, or none. See arp(7).
    NeighbourState: u16 {
        /// Being asked for.
        #[doc(alias = "NUD_INCOMPLETE")]
        const INCOMPLETE = 0x01;
        /// Confirmed lately.
        #[doc(alias = "NUD_REACHABLE")]
        const REACHABLE = 0x02;
        /// Known, to be checked when next used.
        #[doc(alias = "NUD_STALE")]
        const STALE = 0x04;
        /// Used, about to be checked.
        #[doc(alias = "NUD_DELAY")]
        const DELAY = 0x08;
        /// Being checked.
        #[doc(alias = "NUD_PROBE")]
        const PROBE = 0x10;
        /// Did not answer.
        #[doc(alias = "NUD_FAILED")]
        const FAILED = 0x20;
        /// The device needs no resolution.
        #[doc(alias = "NUD_NOARP")]
        const NOARP = 0x40;
        /// Set by hand.
        #[doc(alias = "NUD_PERMANENT")]
        const PERMANENT = 0x80;
    }
}

wire_flags! {
    /// Flags of a neighbour.
    NeighbourFlags: u8 {
        /// Begin to resolve it now.
        #[doc(alias = "NTF_USE")]
        const USE = 0x01;
        /// Forwarding entry of the device itself.
        #[doc(alias = "NTF_SELF")]
        const SELF = 0x02;
        /// Forwarding entry of the device's bridge.
        #[doc(alias = "NTF_MASTER")]
        const MASTER = 0x04;
        /// We answer for it (proxy ARP); in a dump request: only those.
        #[doc(alias = "NTF_PROXY")]
        const PROXY = 0x08;
        /// Learnt by someone outside the kernel.
        #[doc(alias = "NTF_EXT_LEARNED")]
        const EXT_LEARNED = 0x10;
        /// The hardware forwards it.
        #[doc(alias = "NTF_OFFLOADED")]
        const OFFLOADED = 0x20;
        /// Does not move to another port.
        #[doc(alias = "NTF_STICKY")]
        const STICKY = 0x40;
        /// IPv6: it is a router.
        #[doc(alias = "NTF_ROUTER")]
        const ROUTER = 0x80;
    }
}

wire_flags! {
    /// Flags of a neighbour beyond the header's eight ([`NDA_FLAGS_EXT`]).
    NeighbourExtendedFlags: u32 {
        /// The kernel keeps it resolved.
        #[doc(alias = "NTF_EXT_MANAGED")]
        const MANAGED = 0x1;
        /// Forwarding entry that traffic may not take over.
        #[doc(alias = "NTF_EXT_LOCKED")]
        const LOCKED = 0x2;
        /// Checked by someone outside; does not go stale.
        #[doc(alias = "NTF_EXT_EXT_VALIDATED")]
        const EXT_VALIDATED = 0x4;
    }
}

const _: () = {
    assert!(size_of::<NeighbourHeader>() == 12);
    assert!(size_of::<NeighbourCacheInfo>() == 16);
};
