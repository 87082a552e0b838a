//! Neighbours: whom the link layer reaches at which address.

use crate::HardwareAddress;
use core::net::IpAddr;

/// An entry of a neighbour table (ARP for IPv4, neighbour discovery for IPv6).
///
/// See rtnetlink(7), `struct ndmsg`, and arp(7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[doc(alias("RTM_NEWNEIGH", "ndmsg", "ARP"))]
pub struct Neighbour {
    /// The device's index; 0 for a proxy entry of every device.
    #[doc(alias = "ndm_ifindex")]
    pub index: u32,
    /// The neighbour's address.
    #[doc(alias = "NDA_DST")]
    pub destination: IpAddr,
    /// Its link layer address, if known. The kernel's message does not tell its type: six bytes are
    /// taken for an Ethernet address, any other number gets the type `VOID`.
    #[doc(alias = "NDA_LLADDR")]
    pub hardware: Option<HardwareAddress>,
    /// What is known of it.
    #[doc(alias = "ndm_state")]
    pub state: NeighbourState,
    /// Flags.
    #[doc(alias("ndm_flags", "NDA_FLAGS_EXT"))]
    pub flags: NeighbourFlags,
    /// Who made the entry (`RTPROT_*`); `None` where nobody said.
    #[doc(alias = "NDA_PROTOCOL")]
    pub protocol: Option<u8>,
}

impl Neighbour {
    /// Returns the permanent entry for this neighbour.
    pub fn new(index: u32, destination: IpAddr, hardware: HardwareAddress) -> Self {
        Self {
            index,
            destination,
            hardware: Some(hardware),
            state: NeighbourState::PERMANENT,
            flags: NeighbourFlags::empty(),
            protocol: None,
        }
    }

    /// Returns the proxy entry for this address: the host answers for it on the device.
    #[doc(alias = "NTF_PROXY")]
    pub fn proxy(index: u32, destination: IpAddr) -> Self {
        Self {
            index,
            destination,
            hardware: None,
            state: NeighbourState::empty(),
            flags: NeighbourFlags::PROXY,
            protocol: None,
        }
    }
}

bitflags::bitflags! {
    /// What a kernel knows of a neighbour; one bit at a time.
    ///
    /// See rtnetlink(7), `ndm_state`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct NeighbourState: u16 {
        /// It is being asked for.
        #[doc(alias = "NUD_INCOMPLETE")]
        const INCOMPLETE = 0x01;
        /// It answered not long ago.
        #[doc(alias = "NUD_REACHABLE")]
        const REACHABLE = 0x02;
        /// It answered long ago.
        #[doc(alias = "NUD_STALE")]
        const STALE = 0x04;
        /// It is stale, and soon asked again.
        #[doc(alias = "NUD_DELAY")]
        const DELAY = 0x08;
        /// It is stale and being asked again.
        #[doc(alias = "NUD_PROBE")]
        const PROBE = 0x10;
        /// It did not answer.
        #[doc(alias = "NUD_FAILED")]
        const FAILED = 0x20;
        /// The device needs no resolution.
        #[doc(alias = "NUD_NOARP")]
        const NOARP = 0x40;
        /// Made by an administrator, and stays.
        #[doc(alias = "NUD_PERMANENT")]
        const PERMANENT = 0x80;
        const _ = !0;
    }
}

bitflags::bitflags! {
    /// The flags of a neighbour.
    ///
    /// See rtnetlink(7), `ndm_flags`; the bits of `NDA_FLAGS_EXT` stand eight bits higher, as the
    /// kernel keeps them.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct NeighbourFlags: u32 {
        /// The kernel uses the entry itself and keeps it resolved.
        #[doc(alias = "NTF_USE")]
        const USE = 0x01;
        /// It belongs to the device itself (bridges).
        #[doc(alias = "NTF_SELF")]
        const SELF = 0x02;
        /// It belongs to the device's master (bridges).
        #[doc(alias = "NTF_MASTER")]
        const MASTER = 0x04;
        /// The host answers for this address.
        #[doc(alias = "NTF_PROXY")]
        const PROXY = 0x08;
        /// Learnt by another control plane.
        #[doc(alias = "NTF_EXT_LEARNED")]
        const EXT_LEARNED = 0x10;
        /// Hardware forwards it.
        #[doc(alias = "NTF_OFFLOADED")]
        const OFFLOADED = 0x20;
        /// It does not move to another port (bridges).
        #[doc(alias = "NTF_STICKY")]
        const STICKY = 0x40;
        /// It is a router.
        #[doc(alias = "NTF_ROUTER")]
        const ROUTER = 0x80;
        /// The kernel keeps it resolved without traffic.
        #[doc(alias = "NTF_EXT_MANAGED")]
        const MANAGED = 0x100;
        /// A locked port (bridges).
        #[doc(alias = "NTF_EXT_LOCKED")]
        const LOCKED = 0x200;
        const _ = !0;
    }
}
