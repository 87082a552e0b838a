//! Neighbours, and a bridge's forwarding table: RTM_NEWNEIGH, RTM_DELNEIGH, RTM_GETNEIGH.

use core::net::IpAddr;

use ifctl_abi::netlink::MessageType;
use ifctl_abi::rtnetlink::{
    Family, NDA_CACHEINFO, NDA_COUNT, NDA_DST, NDA_FLAGS_EXT, NDA_IFINDEX, NDA_LINK_NETNSID,
    NDA_LLADDR, NDA_MASTER, NDA_NH_ID, NDA_PORT, NDA_PROBES, NDA_PROTOCOL, NDA_SRC_VNI, NDA_VLAN,
    NDA_VNI, NeighbourCacheInfo, NeighbourExtendedFlags, NeighbourFlags, NeighbourHeader,
    NeighbourState, RouteProtocol, RouteType,
};

use crate::table::{or_report, strictly};
use crate::{
    AttributeError, AttributeTable, AttributeWriter, DecodeError, EncodeError, Encoder, Head,
    Message,
};

/// A neighbour message, borrowed. See rtnetlink(7) and arp(7).
#[derive(Clone, Debug)]
pub struct NeighbourMessage<'a> {
    header: NeighbourHeader,
    table: AttributeTable<'a, NDA_COUNT>,
}

impl<'a> NeighbourMessage<'a> {
    /// Returns the view of a message.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Kind`] if the message is not about a neighbour, [`DecodeError::Body`] if it
    /// is shorter than 12 bytes.
    pub fn parse(message: &Message<'a>) -> Result<Self, DecodeError> {
        if !matches!(message.kind().0, 28..=30) {
            return Err(DecodeError::Kind { found: message.kind(), expected: "RTM_*NEIGH" });
        }
        let (header, attributes) = message.body()?;
        Ok(Self { header, table: AttributeTable::new(attributes) })
    }

    /// Returns the fixed part.
    #[must_use]
    pub fn header(&self) -> &NeighbourHeader {
        &self.header
    }

    /// Returns the attributes.
    #[must_use]
    pub fn table(&self) -> &AttributeTable<'a, NDA_COUNT> {
        &self.table
    }

    /// Returns the family; [`Family::BRIDGE`] is a forwarding entry.
    #[must_use]
    pub fn family(&self) -> Family {
        self.header.family
    }

    /// Returns the index of the device.
    #[must_use]
    pub fn index(&self) -> u32 {
        self.header.index
    }

    /// Returns the state.
    #[must_use]
    pub fn state(&self) -> NeighbourState {
        self.header.state
    }

    /// Returns the flags.
    #[must_use]
    pub fn flags(&self) -> NeighbourFlags {
        self.header.flags
    }

    /// Returns the network address. In a forwarding entry of a VXLAN device it is the remote end,
    /// of the family that its length tells.
    ///
    /// # Errors
    ///
    /// If it does not fit the family.
    pub fn destination(&self) -> Result<Option<IpAddr>, AttributeError> {
        let Some(attribute) = self.table.get(NDA_DST) else {
            return Ok(None);
        };
        let family = match (self.header.family, attribute.bytes().len()) {
            (Family::BRIDGE, 4) => Family::INET,
            (Family::BRIDGE, 16) => Family::INET6,
            (family, _) => family,
        };
        attribute.address(family).map(Some)
    }

    /// Returns the hardware address; absent while it is not known.
    #[must_use]
    pub fn link_address(&self) -> Option<&'a [u8]> {
        self.table.bytes(NDA_LLADDR)
    }

    /// Returns age and use.
    ///
    /// # Errors
    ///
    /// If they are shorter than 16 bytes.
    pub fn cache_info(&self) -> Result<Option<NeighbourCacheInfo>, AttributeError> {
        self.table.value(NDA_CACHEINFO)
    }

    /// Returns how many requests went without an answer.
    ///
    /// # Errors
    ///
    /// If the number is shorter than 4 bytes.
    pub fn probes(&self) -> Result<Option<u32>, AttributeError> {
        self.table.u32(NDA_PROBES)
    }

    /// Returns the message as a value.
    ///
    /// # Errors
    ///
    /// The first attribute that is malformed.
    pub fn value(&self) -> Result<Neighbour<'a>, AttributeError> {
        strictly(|report| self.value_reporting(report))
    }

    /// Returns the message as a value in which malformed attributes are missing, and reports each
    /// of them.
    pub fn value_reporting(&self, report: &mut dyn FnMut(AttributeError)) -> Neighbour<'a> {
        let port = self.table.get(NDA_PORT).map(|attribute| attribute.be16()).transpose();
        Neighbour {
            family: self.header.family,
            index: self.header.index,
            state: self.header.state,
            flags: self.header.flags,
            kind: self.header.kind,
            destination: or_report(self.destination(), report),
            link_address: self.link_address(),
            probes: or_report(self.probes(), report),
            cache_info: or_report(self.cache_info(), report),
            protocol: or_report(self.table.value(NDA_PROTOCOL), report),
            extended_flags: or_report(self.table.value(NDA_FLAGS_EXT), report),
            master: or_report(self.table.u32(NDA_MASTER), report),
            vlan: or_report(self.table.value(NDA_VLAN), report),
            vni: or_report(self.table.u32(NDA_VNI), report),
            source_vni: or_report(self.table.u32(NDA_SRC_VNI), report),
            port: or_report(port, report),
            via_index: or_report(self.table.u32(NDA_IFINDEX), report),
            link_namespace: or_report(self.table.value(NDA_LINK_NETNSID), report),
            next_hop_id: or_report(self.table.u32(NDA_NH_ID), report),
        }
    }
}

/// A neighbour or a forwarding entry, as a request or an answer holds it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Neighbour<'a> {
    /// Family; [`Family::BRIDGE`] is a forwarding entry.
    pub family: Family,
    /// Index of the device.
    pub index: u32,
    /// State.
    pub state: NeighbourState,
    /// Flags.
    pub flags: NeighbourFlags,
    /// Kind of the address, as of a route.
    pub kind: RouteType,
    /// Network address.
    #[doc(alias = "NDA_DST")]
    pub destination: Option<IpAddr>,
    /// Hardware address.
    #[doc(alias = "NDA_LLADDR")]
    pub link_address: Option<&'a [u8]>,
    /// Requests that went without an answer.
    #[doc(alias = "NDA_PROBES")]
    pub probes: Option<u32>,
    /// Age and use.
    #[doc(alias = "NDA_CACHEINFO")]
    pub cache_info: Option<NeighbourCacheInfo>,
    /// Who made it.
    #[doc(alias = "NDA_PROTOCOL")]
    pub protocol: Option<RouteProtocol>,
    /// Further flags.
    #[doc(alias = "NDA_FLAGS_EXT")]
    pub extended_flags: Option<NeighbourExtendedFlags>,
    /// Bridge that the entry belongs to.
    #[doc(alias = "NDA_MASTER")]
    pub master: Option<u32>,
    /// VLAN of a forwarding entry.
    #[doc(alias = "NDA_VLAN")]
    pub vlan: Option<u16>,
    /// VXLAN network of a forwarding entry.
    #[doc(alias = "NDA_VNI")]
    pub vni: Option<u32>,
    /// VXLAN source network of a forwarding entry.
    #[doc(alias = "NDA_SRC_VNI")]
    pub source_vni: Option<u32>,
    /// UDP port of a VXLAN forwarding entry.
    #[doc(alias = "NDA_PORT")]
    pub port: Option<u16>,
    /// Outgoing device of a VXLAN forwarding entry.
    #[doc(alias = "NDA_IFINDEX")]
    pub via_index: Option<u32>,
    /// Number of the namespace of `via_index`.
    #[doc(alias = "NDA_LINK_NETNSID")]
    pub link_namespace: Option<i32>,
    /// Next hop object of a VXLAN forwarding entry.
    #[doc(alias = "NDA_NH_ID")]
    pub next_hop_id: Option<u32>,
}

impl<'a> Neighbour<'a> {
    /// Returns a permanent neighbour, ready to be added.
    #[must_use]
    pub fn permanent(index: u32, destination: IpAddr, link_address: &'a [u8]) -> Self {
        Self {
            state: NeighbourState::PERMANENT,
            link_address: Some(link_address),
            ..Self::at(index, destination)
        }
    }

    /// Returns what names a neighbour and no more, ready to be deleted or asked for.
    #[must_use]
    pub fn at(index: u32, destination: IpAddr) -> Self {
        let family = match destination {
            IpAddr::V4(_) => Family::INET,
            IpAddr::V6(_) => Family::INET6,
        };
        Self { family, index, destination: Some(destination), ..Self::default() }
    }

    /// Appends the neighbour as a message: RTM_NEWNEIGH with NLM_F_CREATE to add, and REPLACE to
    /// change; RTM_DELNEIGH; RTM_GETNEIGH for one; RTM_NEWNEIGH as a kernel's answer.
    ///
    /// Adding and deleting need CAP_NET_ADMIN (EPERM).
    ///
    /// # Errors
    ///
    /// [`EncodeError`].
    pub fn encode(&self, head: Head, encoder: &mut Encoder) -> Result<(), EncodeError> {
        let header = NeighbourHeader {
            family: self.family,
            padding: [0; 3],
            index: self.index,
            state: self.state,
            flags: self.flags,
            kind: self.kind,
        };
        encoder.message(head, &header, |attributes| {
            if self.family == Family::BRIDGE {
                self.write_forwarding(attributes);
            } else {
                self.write(attributes);
            }
        })
    }

    /// Writes the attributes in the order of a neighbour table.
    fn write(&self, attributes: &mut AttributeWriter<'_>) {
        self.write_destination(attributes);
        self.write_link_address(attributes);
        if let Some(probes) = self.probes {
            attributes.u32(NDA_PROBES, probes);
        }
        self.write_cache_info(attributes);
        self.write_rest(attributes);
    }

    /// Writes the attributes in the order of a forwarding table.
    fn write_forwarding(&self, attributes: &mut AttributeWriter<'_>) {
        self.write_link_address(attributes);
        self.write_destination(attributes);
        if let Some(probes) = self.probes {
            attributes.u32(NDA_PROBES, probes);
        }
        self.write_rest(attributes);
        self.write_cache_info(attributes);
    }

    fn write_destination(&self, attributes: &mut AttributeWriter<'_>) {
        if let Some(destination) = self.destination {
            attributes.address(NDA_DST, destination);
        }
    }

    fn write_link_address(&self, attributes: &mut AttributeWriter<'_>) {
        if let Some(address) = self.link_address {
            attributes.bytes(NDA_LLADDR, address);
        }
    }

    fn write_cache_info(&self, attributes: &mut AttributeWriter<'_>) {
        if let Some(cache_info) = &self.cache_info {
            attributes.value(NDA_CACHEINFO, cache_info);
        }
    }

    fn write_rest(&self, attributes: &mut AttributeWriter<'_>) {
        if let Some(protocol) = self.protocol {
            attributes.value(NDA_PROTOCOL, &protocol);
        }
        if let Some(id) = self.next_hop_id {
            attributes.u32(NDA_NH_ID, id);
        }
        if let Some(master) = self.master {
            attributes.u32(NDA_MASTER, master);
        }
        if let Some(flags) = self.extended_flags {
            attributes.value(NDA_FLAGS_EXT, &flags);
        }
        if let Some(port) = self.port {
            attributes.be16(NDA_PORT, port);
        }
        if let Some(vni) = self.vni {
            attributes.u32(NDA_VNI, vni);
        }
        if let Some(index) = self.via_index {
            attributes.u32(NDA_IFINDEX, index);
        }
        if let Some(vni) = self.source_vni {
            attributes.u32(NDA_SRC_VNI, vni);
        }
        if let Some(vlan) = self.vlan {
            attributes.u16(NDA_VLAN, vlan);
        }
        if let Some(namespace) = self.link_namespace {
            attributes.i32(NDA_LINK_NETNSID, namespace);
        }
    }
}

/// Which neighbours a dump shall return.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NeighbourFilter {
    /// Family; [`Family::UNSPEC`] is all, [`Family::BRIDGE`] the forwarding tables.
    pub family: Family,
    /// Of this device only.
    pub index: Option<u32>,
    /// Of the ports of this device only.
    pub master: Option<u32>,
    /// [`NeighbourFlags::PROXY`]: those that we answer for, instead.
    pub flags: NeighbourFlags,
}

/// Appends a request for all neighbours.
///
/// The kernel filters by device also where the socket is not strict.
///
/// # Errors
///
/// [`EncodeError`].
pub fn dump_neighbours(
    encoder: &mut Encoder,
    sequence: u32,
    filter: &NeighbourFilter,
) -> Result<(), EncodeError> {
    let header = NeighbourHeader {
        family: filter.family,
        flags: filter.flags,
        ..NeighbourHeader::default()
    };
    encoder.message(Head::dump(MessageType::GETNEIGH, sequence), &header, |attributes| {
        if let Some(index) = filter.index {
            attributes.u32(NDA_IFINDEX, index);
        }
        if let Some(master) = filter.master {
            attributes.u32(NDA_MASTER, master);
        }
    })
}
