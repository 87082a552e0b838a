//! Neighbours: whom the link layer reaches at which address.

use crate::{
    HardwareAddress, NeighbourExtendedFlags, NeighbourFlags, NeighbourState, RouteProtocol,
};
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
    #[doc(alias = "ndm_flags")]
    pub flags: NeighbourFlags,
    /// Further flags.
    #[doc(alias = "NDA_FLAGS_EXT")]
    pub extended_flags: NeighbourExtendedFlags,
    /// Who made the entry (`RTPROT_*`); `None` where nobody said.
    #[doc(alias = "NDA_PROTOCOL")]
    pub protocol: Option<RouteProtocol>,
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
            extended_flags: NeighbourExtendedFlags::empty(),
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
            extended_flags: NeighbourExtendedFlags::empty(),
            protocol: None,
        }
    }
}
