//! Devices: RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK, RTM_SETLINK.

mod info;
mod kinds;
mod names;
mod value;

use ifctl_abi::rtnetlink::*;
use ifctl_abi::{DeviceFlags, HardwareType};

pub use self::info::{LinkInfo, LinkKind};
pub use self::kinds::{Bridge, Macvlan, Peer, Tun, Vlan, Vxlan};
pub use self::names::Names;
pub use self::value::{Link, LinkFilter, dump_links};
use crate::{AttributeError, AttributeTable, Attributes, DecodeError, Message};

/// A device message, borrowed. See rtnetlink(7).
#[derive(Clone, Debug)]
pub struct LinkMessage<'a> {
    header: LinkHeader,
    table: AttributeTable<'a, IFLA_COUNT>,
}

impl<'a> LinkMessage<'a> {
    /// Returns the view of a message.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Kind`] if the message is not about a device, [`DecodeError::Body`] if it is
    /// shorter than 16 bytes. (Old programs ask for a dump with one byte, the family; a kernel
    /// that wants to take that looks at [`Message::payload`] first.)
    pub fn parse(message: &Message<'a>) -> Result<Self, DecodeError> {
        if !matches!(message.kind().0, 16..=19 | 108..=110) {
            return Err(DecodeError::Kind { found: message.kind(), expected: "RTM_*LINK" });
        }
        let (header, attributes) = message.body()?;
        Ok(Self::new(header, attributes))
    }

    pub(crate) fn new(header: LinkHeader, attributes: Attributes<'a>) -> Self {
        Self { header, table: AttributeTable::new(attributes) }
    }

    /// Returns the fixed part.
    #[must_use]
    pub fn header(&self) -> &LinkHeader {
        &self.header
    }

    /// Returns the attributes, for those that have no getter here.
    #[must_use]
    pub fn table(&self) -> &AttributeTable<'a, IFLA_COUNT> {
        &self.table
    }

    /// Returns the family; [`Family::BRIDGE`] is a bridge's message about its port.
    #[must_use]
    pub fn family(&self) -> Family {
        self.header.family
    }

    /// Returns the index; 0 or less in a request that does not give one.
    #[must_use]
    pub fn index(&self) -> i32 {
        self.header.index
    }

    /// Returns the kind of hardware.
    #[must_use]
    pub fn hardware_type(&self) -> HardwareType {
        HardwareType(self.header.hardware_type)
    }

    /// Returns the flags.
    #[must_use]
    pub fn flags(&self) -> DeviceFlags {
        DeviceFlags::from_bits_retain(self.header.flags)
    }

    /// Returns which flags changed (event) or are to be changed (request).
    #[must_use]
    pub fn change(&self) -> DeviceFlags {
        DeviceFlags::from_bits_retain(self.header.change)
    }

    /// Returns the name.
    #[must_use]
    #[doc(alias = "IFLA_IFNAME")]
    pub fn name(&self) -> Option<&'a [u8]> {
        self.table.text(IFLA_IFNAME)
    }

    /// Returns the description that an administrator set.
    #[must_use]
    #[doc(alias = "IFLA_IFALIAS")]
    pub fn description(&self) -> Option<&'a [u8]> {
        self.table.text(IFLA_IFALIAS)
    }

    /// Returns the alternative names.
    #[must_use]
    #[doc(alias = "IFLA_PROP_LIST")]
    #[doc(alias = "IFLA_ALT_IFNAME")]
    pub fn alternative_names(&self) -> Names<'a> {
        self.table.get(IFLA_PROP_LIST).map_or_else(Names::default, Names::read)
    }

    /// Returns the hardware address; of any length, and empty on devices without one.
    #[must_use]
    #[doc(alias = "IFLA_ADDRESS")]
    pub fn address(&self) -> Option<&'a [u8]> {
        self.table.bytes(IFLA_ADDRESS)
    }

    /// Returns the hardware broadcast address.
    #[must_use]
    #[doc(alias = "IFLA_BROADCAST")]
    pub fn broadcast(&self) -> Option<&'a [u8]> {
        self.table.bytes(IFLA_BROADCAST)
    }

    /// Returns the hardware address that the device was made with.
    #[must_use]
    #[doc(alias = "IFLA_PERM_ADDRESS")]
    pub fn permanent_address(&self) -> Option<&'a [u8]> {
        self.table.bytes(IFLA_PERM_ADDRESS)
    }

    /// Returns the name of the queueing discipline.
    #[must_use]
    #[doc(alias = "IFLA_QDISC")]
    pub fn queueing_discipline(&self) -> Option<&'a [u8]> {
        self.table.text(IFLA_QDISC)
    }

    /// Returns the MTU in bytes.
    ///
    /// # Errors
    ///
    /// If it is shorter than 4 bytes.
    #[doc(alias = "IFLA_MTU")]
    pub fn mtu(&self) -> Result<Option<u32>, AttributeError> {
        self.table.u32(IFLA_MTU)
    }

    /// Returns the transmit queue length in packets.
    ///
    /// # Errors
    ///
    /// If it is shorter than 4 bytes.
    #[doc(alias = "IFLA_TXQLEN")]
    pub fn tx_queue_length(&self) -> Result<Option<u32>, AttributeError> {
        self.table.u32(IFLA_TXQLEN)
    }

    /// Returns the operational state.
    ///
    /// # Errors
    ///
    /// If it is empty.
    #[doc(alias = "IFLA_OPERSTATE")]
    pub fn operational_state(&self) -> Result<Option<OperationalState>, AttributeError> {
        self.table.value(IFLA_OPERSTATE)
    }

    /// Returns whether there is a carrier.
    ///
    /// # Errors
    ///
    /// If it is empty.
    #[doc(alias = "IFLA_CARRIER")]
    pub fn carrier(&self) -> Result<Option<bool>, AttributeError> {
        Ok(self.table.u8(IFLA_CARRIER)?.map(|carrier| carrier != 0))
    }

    /// Returns the index of the bridge or bond that the device is a port of.
    ///
    /// # Errors
    ///
    /// If it is shorter than 4 bytes.
    #[doc(alias = "IFLA_MASTER")]
    pub fn master(&self) -> Result<Option<u32>, AttributeError> {
        self.table.u32(IFLA_MASTER)
    }

    /// Returns the index of the device below, or of a veth's peer; see also
    /// [`link_namespace`](Self::link_namespace).
    ///
    /// # Errors
    ///
    /// If it is shorter than 4 bytes.
    #[doc(alias = "IFLA_LINK")]
    pub fn link(&self) -> Result<Option<u32>, AttributeError> {
        self.table.u32(IFLA_LINK)
    }

    /// Returns the number of the namespace in which [`link`](Self::link) is an index; absent, it
    /// is this one; -1, one that has no number here.
    ///
    /// # Errors
    ///
    /// If it is shorter than 4 bytes.
    #[doc(alias = "IFLA_LINK_NETNSID")]
    pub fn link_namespace(&self) -> Result<Option<i32>, AttributeError> {
        self.table.value(IFLA_LINK_NETNSID)
    }

    /// Returns the counters of 64 bits; those that the kernel does not know read 0.
    #[must_use]
    #[doc(alias = "IFLA_STATS64")]
    pub fn stats64(&self) -> Option<LinkStats64> {
        self.table.get(IFLA_STATS64).map(|attribute| attribute.growing())
    }

    /// Returns the counters of 32 bits; those that the kernel does not know read 0.
    #[must_use]
    #[doc(alias = "IFLA_STATS")]
    pub fn stats(&self) -> Option<LinkStats> {
        self.table.get(IFLA_STATS).map(|attribute| attribute.growing())
    }

    /// Returns the hardware resources.
    ///
    /// # Errors
    ///
    /// If they are shorter than 28 bytes.
    #[doc(alias = "IFLA_MAP")]
    pub fn map(&self) -> Result<Option<LinkMap>, AttributeError> {
        let Some(attribute) = self.table.get(IFLA_MAP) else {
            return Ok(None);
        };
        // The last four bytes are padding, which 32-bit kernels do not have.
        attribute.value::<[u8; 28]>()?;
        Ok(Some(attribute.growing()))
    }

    /// Returns the kind of device and its settings.
    #[must_use]
    #[doc(alias = "IFLA_LINKINFO")]
    pub fn info(&self) -> Option<LinkInfo<'a>> {
        self.table.get(IFLA_LINKINFO).map(|attribute| LinkInfo::new(attribute.nested()))
    }

    /// Returns the kind of device: `veth`, `bridge`, ...; absent on physical devices and `lo`.
    #[must_use]
    #[doc(alias = "IFLA_INFO_KIND")]
    pub fn kind(&self) -> Option<&'a [u8]> {
        self.info()?.kind()
    }
}
