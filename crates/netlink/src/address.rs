//! Addresses: RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR.

use core::net::{IpAddr, Ipv4Addr};

use ifctl_abi::netlink::MessageType;
use ifctl_abi::rtnetlink::{
    AddressCacheInfo, AddressFlags, AddressHeader, AddressProtocol, Family, IFA_ADDRESS,
    IFA_ANYCAST, IFA_BROADCAST, IFA_CACHEINFO, IFA_COUNT, IFA_FLAGS, IFA_LABEL, IFA_LOCAL,
    IFA_MULTICAST, IFA_PROTO, IFA_RT_PRIORITY, RouteScope,
};

use crate::table::{or_report, strictly};
use crate::{
    AttributeError, AttributeTable, AttributeWriter, DecodeError, EncodeError, Encoder, Head,
    Message,
};

/// An address message, borrowed. See rtnetlink(7).
///
/// It is also what RTM_GETMULTICAST and RTM_GETANYCAST are answered with.
#[derive(Clone, Debug)]
pub struct AddressMessage<'a> {
    header: AddressHeader,
    table: AttributeTable<'a, IFA_COUNT>,
}

impl<'a> AddressMessage<'a> {
    /// Returns the view of a message.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Kind`] if the message is not about an address, [`DecodeError::Body`] if it
    /// is shorter than 8 bytes.
    #[inline]
    pub fn parse(message: &Message<'a>) -> Result<Self, DecodeError> {
        if !matches!(message.kind().0, 20..=22 | 56..=58 | 60..=62) {
            return Err(DecodeError::Kind { found: message.kind(), expected: "RTM_*ADDR" });
        }
        let (header, attributes) = message.body()?;
        Ok(Self { header, table: AttributeTable::new(attributes) })
    }

    /// Returns the fixed part.
    #[must_use]
    pub fn header(&self) -> &AddressHeader {
        &self.header
    }

    /// Returns the attributes.
    #[must_use]
    pub fn table(&self) -> &AttributeTable<'a, IFA_COUNT> {
        &self.table
    }

    /// Returns the family of the address.
    #[must_use]
    pub fn family(&self) -> Family {
        self.header.family
    }

    /// Returns the index of the device.
    #[must_use]
    pub fn index(&self) -> u32 {
        self.header.index
    }

    /// Returns how many bits the prefix has.
    #[must_use]
    pub fn prefix_length(&self) -> u8 {
        self.header.prefix_length
    }

    /// Returns how far the address is valid.
    #[must_use]
    pub fn scope(&self) -> RouteScope {
        self.header.scope
    }

    /// Returns our own address: IFA_LOCAL or, where it is absent (IPv6 without a peer),
    /// IFA_ADDRESS.
    ///
    /// # Errors
    ///
    /// If the address does not fit the family.
    #[inline]
    pub fn local(&self) -> Result<Option<IpAddr>, AttributeError> {
        let attribute = self.table.get(IFA_LOCAL).or_else(|| self.table.get(IFA_ADDRESS));
        attribute.map(|attribute| attribute.address(self.header.family)).transpose()
    }

    /// Returns the address of the other end of a point-to-point link: IFA_ADDRESS, where
    /// IFA_LOCAL is there too and is another.
    ///
    /// # Errors
    ///
    /// If an address does not fit the family.
    #[inline]
    pub fn peer(&self) -> Result<Option<IpAddr>, AttributeError> {
        let (Some(local), Some(address)) = (self.table.get(IFA_LOCAL), self.table.get(IFA_ADDRESS))
        else {
            return Ok(None);
        };
        let (local, address) =
            (local.address(self.header.family)?, address.address(self.header.family)?);
        Ok((address != local).then_some(address))
    }

    /// Returns the IPv4 broadcast address.
    ///
    /// # Errors
    ///
    /// If it is shorter than 4 bytes.
    pub fn broadcast(&self) -> Result<Option<Ipv4Addr>, AttributeError> {
        self.table.get(IFA_BROADCAST).map(|attribute| attribute.ipv4()).transpose()
    }

    /// Returns the multicast address, in an answer to RTM_GETMULTICAST.
    ///
    /// # Errors
    ///
    /// If the address does not fit the family.
    pub fn multicast(&self) -> Result<Option<IpAddr>, AttributeError> {
        self.table.address(IFA_MULTICAST, self.header.family)
    }

    /// Returns the anycast address, in an answer to RTM_GETANYCAST.
    ///
    /// # Errors
    ///
    /// If the address does not fit the family.
    pub fn anycast(&self) -> Result<Option<IpAddr>, AttributeError> {
        self.table.address(IFA_ANYCAST, self.header.family)
    }

    /// Returns the IPv4 label: the device's name, or an alias name such as `eth0:1`.
    #[must_use]
    #[inline]
    pub fn label(&self) -> Option<&'a [u8]> {
        self.table.text(IFA_LABEL)
    }

    /// Returns the flags: IFA_FLAGS or, where it is absent (old kernels), the header's eight.
    ///
    /// # Errors
    ///
    /// If IFA_FLAGS is shorter than 4 bytes.
    #[inline]
    pub fn flags(&self) -> Result<AddressFlags, AttributeError> {
        let flags = self.table.u32(IFA_FLAGS)?;
        Ok(AddressFlags::from_bits_retain(flags.unwrap_or(u32::from(self.header.flags))))
    }

    /// Returns lifetimes and age.
    ///
    /// # Errors
    ///
    /// If they are shorter than 16 bytes.
    pub fn cache_info(&self) -> Result<Option<AddressCacheInfo>, AttributeError> {
        self.table.value(IFA_CACHEINFO)
    }

    /// Returns who made the address; kernels before 5.18 do not tell.
    ///
    /// # Errors
    ///
    /// If it is empty.
    pub fn protocol(&self) -> Result<Option<AddressProtocol>, AttributeError> {
        self.table.value(IFA_PROTO)
    }

    /// Returns the metric of the route that the address brought.
    ///
    /// # Errors
    ///
    /// If it is shorter than 4 bytes.
    pub fn priority(&self) -> Result<Option<u32>, AttributeError> {
        self.table.u32(IFA_RT_PRIORITY)
    }

    /// Returns the message as a value.
    ///
    /// # Errors
    ///
    /// The first attribute that is malformed.
    pub fn value(&self) -> Result<Address<'a>, AttributeError> {
        strictly(|report| self.value_reporting(report))
    }

    /// Returns the message as a value in which malformed attributes are missing, and reports each
    /// of them.
    pub fn value_reporting(&self, report: &mut dyn FnMut(AttributeError)) -> Address<'a> {
        let header_flags = AddressFlags::from_bits_retain(u32::from(self.header.flags));
        let family = self.header.family;
        Address {
            family,
            index: self.header.index,
            prefix_length: self.header.prefix_length,
            scope: self.header.scope,
            flags: or_report(self.flags().map(Some), report).unwrap_or(header_flags),
            local: or_report(self.table.address(IFA_LOCAL, family), report),
            address: or_report(self.table.address(IFA_ADDRESS, family), report),
            broadcast: or_report(self.broadcast(), report),
            label: self.label(),
            protocol: or_report(self.protocol(), report),
            priority: or_report(self.priority(), report),
            cache_info: or_report(self.cache_info(), report),
        }
    }
}

/// An address, as a request or an answer holds it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Address<'a> {
    /// Family.
    pub family: Family,
    /// Index of the device.
    pub index: u32,
    /// Bits of the prefix.
    pub prefix_length: u8,
    /// How far the address is valid.
    pub scope: RouteScope,
    /// Flags.
    #[doc(alias = "IFA_FLAGS")]
    pub flags: AddressFlags,
    /// Our own address; absent in IPv6 where there is no peer. [`ours`](Self::ours) knows.
    #[doc(alias = "IFA_LOCAL")]
    pub local: Option<IpAddr>,
    /// The peer's address, or our own where there is no peer. [`peer`](Self::peer) knows.
    #[doc(alias = "IFA_ADDRESS")]
    pub address: Option<IpAddr>,
    /// IPv4 broadcast address; not written in IPv6. The kernel never adds one by itself.
    #[doc(alias = "IFA_BROADCAST")]
    pub broadcast: Option<Ipv4Addr>,
    /// IPv4 label, at most 15 bytes; not written in IPv6.
    #[doc(alias = "IFA_LABEL")]
    pub label: Option<&'a [u8]>,
    /// Who made the address.
    #[doc(alias = "IFA_PROTO")]
    pub protocol: Option<AddressProtocol>,
    /// Metric of the route to the prefix.
    #[doc(alias = "IFA_RT_PRIORITY")]
    pub priority: Option<u32>,
    /// Lifetimes. In a request the two times of change are ignored.
    #[doc(alias = "IFA_CACHEINFO")]
    pub cache_info: Option<AddressCacheInfo>,
}

impl<'a> Address<'a> {
    /// Returns an address without a peer, in the attributes in which the kernel itself tells it.
    #[must_use]
    pub fn new(index: u32, address: IpAddr, prefix_length: u8) -> Self {
        let (family, local) = match address {
            IpAddr::V4(_) => (Family::INET, Some(address)),
            IpAddr::V6(_) => (Family::INET6, None),
        };
        Self { family, index, prefix_length, local, address: Some(address), ..Self::default() }
    }

    /// Returns an address with a peer; the prefix is the peer's.
    #[must_use]
    pub fn with_peer(index: u32, local: IpAddr, peer: IpAddr, prefix_length: u8) -> Self {
        Self { local: Some(local), address: Some(peer), ..Self::new(index, local, prefix_length) }
    }

    /// Returns our own address.
    #[must_use]
    pub fn ours(&self) -> Option<IpAddr> {
        self.local.or(self.address)
    }

    /// Returns the address of the other end, where there is one.
    #[must_use]
    pub fn peer(&self) -> Option<IpAddr> {
        self.local.and(self.address).filter(|&address| Some(address) != self.local)
    }

    /// Appends the address as a message: RTM_NEWADDR with NLM_F_CREATE|EXCL to add, RTM_DELADDR to
    /// delete, RTM_NEWADDR as a kernel's answer or event.
    ///
    /// The order of attributes is the kernel's of the family. IFA_FLAGS is left out of RTM_GETADDR, where a
    /// strict kernel refuses it. Adding and deleting need CAP_NET_ADMIN (EPERM).
    ///
    /// # Errors
    ///
    /// [`EncodeError`].
    pub fn encode(&self, head: Head, encoder: &mut Encoder) -> Result<(), EncodeError> {
        let [low_flags, ..] = self.flags.bits().to_le_bytes();
        let header = AddressHeader {
            family: self.family,
            prefix_length: self.prefix_length,
            flags: low_flags,
            scope: self.scope,
            index: self.index,
        };
        let with_flags = head.kind != MessageType::GETADDR;
        encoder.message(head, &header, |attributes| {
            if self.family == Family::INET6 {
                self.write_ipv6(with_flags, attributes);
            } else {
                self.write_ipv4(with_flags, attributes);
            }
        })
    }

    fn write_ipv4(&self, with_flags: bool, attributes: &mut AttributeWriter<'_>) {
        self.write_address(IFA_ADDRESS, self.address, attributes);
        self.write_address(IFA_LOCAL, self.local, attributes);
        self.write_address(IFA_BROADCAST, self.broadcast.map(IpAddr::V4), attributes);
        if let Some(label) = self.label {
            attributes.text(IFA_LABEL, label);
        }
        self.write_protocol(attributes);
        self.write_flags(with_flags, attributes);
        self.write_priority(attributes);
        self.write_cache_info(attributes);
    }

    fn write_ipv6(&self, with_flags: bool, attributes: &mut AttributeWriter<'_>) {
        self.write_address(IFA_LOCAL, self.local, attributes);
        self.write_address(IFA_ADDRESS, self.address, attributes);
        self.write_priority(attributes);
        self.write_cache_info(attributes);
        self.write_flags(with_flags, attributes);
        self.write_protocol(attributes);
    }

    fn write_address(
        &self,
        kind: u16,
        address: Option<IpAddr>,
        attributes: &mut AttributeWriter<'_>,
    ) {
        if let Some(address) = address {
            attributes.address(kind, address);
        }
    }

    fn write_protocol(&self, attributes: &mut AttributeWriter<'_>) {
        if let Some(protocol) = self.protocol {
            attributes.value(IFA_PROTO, &protocol);
        }
    }

    fn write_flags(&self, with_flags: bool, attributes: &mut AttributeWriter<'_>) {
        if with_flags {
            attributes.value(IFA_FLAGS, &self.flags);
        }
    }

    fn write_priority(&self, attributes: &mut AttributeWriter<'_>) {
        if let Some(priority) = self.priority {
            attributes.u32(IFA_RT_PRIORITY, priority);
        }
    }

    fn write_cache_info(&self, attributes: &mut AttributeWriter<'_>) {
        if let Some(cache_info) = &self.cache_info {
            attributes.value(IFA_CACHEINFO, cache_info);
        }
    }
}

/// Appends a request for all addresses of a family, or of all with [`Family::UNSPEC`].
///
/// Ask per family: on recent kernels that waits for no lock. An `index` restricts the answer to
/// one device where the socket is strict (NETLINK_GET_STRICT_CHK; an index that does not exist
/// ends the dump with ENODEV), and is ignored where it is not: check it in the answers.
///
/// # Errors
///
/// [`EncodeError`].
pub fn dump_addresses(
    encoder: &mut Encoder,
    sequence: u32,
    family: Family,
    index: Option<u32>,
) -> Result<(), EncodeError> {
    let header = AddressHeader { family, index: index.unwrap_or(0), ..AddressHeader::default() };
    encoder.message(Head::dump(MessageType::GETADDR, sequence), &header, |_| {})
}
