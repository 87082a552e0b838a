//! A device as a request or an answer holds it.

use ifctl_abi::netlink::MessageType;
use ifctl_abi::rtnetlink::*;
use ifctl_abi::{DeviceFlags, HardwareType};

use super::info::{self, LinkKind};
use super::kinds::{truth, truth_if, u8_if, u32_if};
use super::{LinkMessage, Names};
use crate::table::{or_report, strictly};
use crate::{AttributeError, AttributeWriter, EncodeError, Encoder, Head};

impl<'a> LinkMessage<'a> {
    /// Returns the message as a value.
    ///
    /// # Errors
    ///
    /// The first attribute that is malformed.
    pub fn value(&self) -> Result<Link<'a>, AttributeError> {
        strictly(|report| self.value_reporting(report))
    }

    /// Returns the message as a value in which malformed attributes are missing, and reports each
    /// of them.
    pub fn value_reporting(&self, report: &mut dyn FnMut(AttributeError)) -> Link<'a> {
        let table = self.table();
        let info = self.info();
        Link {
            family: self.family(),
            index: self.index(),
            hardware_type: self.hardware_type(),
            flags: self.flags(),
            change: self.change(),
            name: self.name(),
            description: self.description(),
            alternative_names: self.alternative_names(),
            tx_queue_length: or_report(self.tx_queue_length(), report),
            operational_state: or_report(self.operational_state(), report),
            link_mode: or_report(table.value(IFLA_LINKMODE), report),
            mtu: or_report(self.mtu(), report),
            least_mtu: or_report(table.u32(IFLA_MIN_MTU), report),
            greatest_mtu: or_report(table.u32(IFLA_MAX_MTU), report),
            group: or_report(table.u32(IFLA_GROUP), report),
            promiscuity: or_report(table.u32(IFLA_PROMISCUITY), report),
            all_multicast: or_report(table.u32(IFLA_ALLMULTI), report),
            tx_queues: or_report(table.u32(IFLA_NUM_TX_QUEUES), report),
            rx_queues: or_report(table.u32(IFLA_NUM_RX_QUEUES), report),
            link: or_report(self.link(), report),
            link_namespace: or_report(self.link_namespace(), report),
            master: or_report(self.master(), report),
            carrier: or_report(self.carrier(), report),
            queueing_discipline: self.queueing_discipline(),
            carrier_changes: or_report(table.u32(IFLA_CARRIER_CHANGES), report),
            carrier_up_count: or_report(table.u32(IFLA_CARRIER_UP_COUNT), report),
            carrier_down_count: or_report(table.u32(IFLA_CARRIER_DOWN_COUNT), report),
            protocol_down: truth(table.get(IFLA_PROTO_DOWN), report),
            map: or_report(self.map(), report),
            address: self.address(),
            broadcast: self.broadcast(),
            permanent_address: self.permanent_address(),
            stats64: self.stats64(),
            stats: self.stats(),
            kind: info.and_then(|info| info.value_reporting(report)),
            port_kind: info.and_then(|info| info.port_kind()),
            namespace_process: or_report(table.u32(IFLA_NET_NS_PID), report),
            namespace_descriptor: or_report(table.u32(IFLA_NET_NS_FD), report),
        }
    }
}

/// A device, as a request or an answer holds it.
///
/// In a request to change a device, what is absent stays as it is. The kernel applies the changes
/// one after the other and stops at the first error: earlier ones stay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link<'a> {
    /// Family; [`Family::UNSPEC`] save in a bridge's messages about ports.
    pub family: Family,
    /// Index; 0 in a request is none. A request without it needs a name.
    pub index: i32,
    /// Kind of hardware (answer only).
    pub hardware_type: HardwareType,
    /// Flags.
    pub flags: DeviceFlags,
    /// Which flags to set, or which changed. In a request empty is **all** of them, unless `flags`
    /// is empty as well.
    pub change: DeviceFlags,
    /// Name, at most 15 bytes. In a request with an index: the new name.
    #[doc(alias = "IFLA_IFNAME")]
    pub name: Option<&'a [u8]>,
    /// Description, at most 255 bytes; an empty one takes it away.
    #[doc(alias = "IFLA_IFALIAS")]
    pub description: Option<&'a [u8]>,
    /// Alternative names; to be set with RTM_NEWLINKPROP.
    #[doc(alias = "IFLA_PROP_LIST")]
    pub alternative_names: Names<'a>,
    /// Transmit queue length in packets.
    #[doc(alias = "IFLA_TXQLEN")]
    pub tx_queue_length: Option<u32>,
    /// Operational state.
    #[doc(alias = "IFLA_OPERSTATE")]
    pub operational_state: Option<OperationalState>,
    /// Who moves the device from dormant to up.
    #[doc(alias = "IFLA_LINKMODE")]
    pub link_mode: Option<LinkMode>,
    /// MTU in bytes.
    #[doc(alias = "IFLA_MTU")]
    pub mtu: Option<u32>,
    /// Least MTU that it takes (answer only).
    #[doc(alias = "IFLA_MIN_MTU")]
    pub least_mtu: Option<u32>,
    /// Greatest MTU that it takes; 0 is no limit (answer only).
    #[doc(alias = "IFLA_MAX_MTU")]
    pub greatest_mtu: Option<u32>,
    /// Device group.
    #[doc(alias = "IFLA_GROUP")]
    pub group: Option<u32>,
    /// How many want it promiscuous (answer only).
    #[doc(alias = "IFLA_PROMISCUITY")]
    pub promiscuity: Option<u32>,
    /// How many want all multicast (answer only).
    #[doc(alias = "IFLA_ALLMULTI")]
    pub all_multicast: Option<u32>,
    /// Transmit queues.
    #[doc(alias = "IFLA_NUM_TX_QUEUES")]
    pub tx_queues: Option<u32>,
    /// Receive queues.
    #[doc(alias = "IFLA_NUM_RX_QUEUES")]
    pub rx_queues: Option<u32>,
    /// Index of the device below, or of a veth's peer.
    #[doc(alias = "IFLA_LINK")]
    pub link: Option<u32>,
    /// Number of the namespace that `link` is in.
    #[doc(alias = "IFLA_LINK_NETNSID")]
    pub link_namespace: Option<i32>,
    /// Index of the bridge or bond that it is a port of; 0 in a request: of none.
    #[doc(alias = "IFLA_MASTER")]
    pub master: Option<u32>,
    /// Carrier.
    #[doc(alias = "IFLA_CARRIER")]
    pub carrier: Option<bool>,
    /// Name of the queueing discipline (answer only).
    #[doc(alias = "IFLA_QDISC")]
    pub queueing_discipline: Option<&'a [u8]>,
    /// How often the carrier changed (answer only).
    #[doc(alias = "IFLA_CARRIER_CHANGES")]
    pub carrier_changes: Option<u32>,
    /// How often it came (answer only).
    #[doc(alias = "IFLA_CARRIER_UP_COUNT")]
    pub carrier_up_count: Option<u32>,
    /// How often it went (answer only).
    #[doc(alias = "IFLA_CARRIER_DOWN_COUNT")]
    pub carrier_down_count: Option<u32>,
    /// A protocol holds the port down.
    #[doc(alias = "IFLA_PROTO_DOWN")]
    pub protocol_down: Option<bool>,
    /// Hardware resources.
    #[doc(alias = "IFLA_MAP")]
    pub map: Option<LinkMap>,
    /// Hardware address.
    #[doc(alias = "IFLA_ADDRESS")]
    pub address: Option<&'a [u8]>,
    /// Hardware broadcast address.
    #[doc(alias = "IFLA_BROADCAST")]
    pub broadcast: Option<&'a [u8]>,
    /// Hardware address that it was made with (answer only).
    #[doc(alias = "IFLA_PERM_ADDRESS")]
    pub permanent_address: Option<&'a [u8]>,
    /// Counters (answer only).
    #[doc(alias = "IFLA_STATS64")]
    pub stats64: Option<LinkStats64>,
    /// Counters of 32 bits (answer only).
    #[doc(alias = "IFLA_STATS")]
    pub stats: Option<LinkStats>,
    /// Kind of device and its settings; to be made, a device needs it.
    #[doc(alias = "IFLA_LINKINFO")]
    pub kind: Option<LinkKind<'a>>,
    /// Kind of the device that it is a port of (answer only).
    #[doc(alias = "IFLA_INFO_SLAVE_KIND")]
    pub port_kind: Option<&'a [u8]>,
    /// Put it into the namespace of this process.
    #[doc(alias = "IFLA_NET_NS_PID")]
    pub namespace_process: Option<u32>,
    /// Put it into the namespace of this descriptor.
    #[doc(alias = "IFLA_NET_NS_FD")]
    pub namespace_descriptor: Option<u32>,
}

impl<'a> Link<'a> {
    /// Returns what names a device by its index and no more, ready to be changed.
    #[must_use]
    pub fn at(index: i32) -> Self {
        Self { index, ..Self::default() }
    }

    /// Returns what names a device by its name and no more, ready to be changed.
    #[must_use]
    pub fn named(name: &'a [u8]) -> Self {
        Self { name: Some(name), ..Self::default() }
    }

    /// Returns a device of this kind and name, ready to be made.
    #[must_use]
    pub fn new(name: &'a [u8], kind: LinkKind<'a>) -> Self {
        Self { kind: Some(kind), ..Self::named(name) }
    }

    /// Appends the device as a message: RTM_NEWLINK with NLM_F_CREATE|EXCL to make it, RTM_SETLINK
    /// to change it, RTM_DELLINK, RTM_GETLINK for one, RTM_NEWLINKPROP and RTM_DELLINKPROP for
    /// alternative names, RTM_NEWLINK as a kernel's answer or event.
    ///
    /// The order of attributes is the kernel's. All but RTM_GETLINK needs CAP_NET_ADMIN (EPERM).
    ///
    /// # Errors
    ///
    /// [`EncodeError`].
    pub fn encode(&self, head: Head, encoder: &mut Encoder) -> Result<(), EncodeError> {
        self.encode_with(head, encoder, |_| {})
    }

    /// Appends the device as a message, and behind its attributes those that the closure writes.
    ///
    /// # Errors
    ///
    /// [`EncodeError`].
    pub fn encode_with(
        &self,
        head: Head,
        encoder: &mut Encoder,
        more: impl FnOnce(&mut AttributeWriter<'_>),
    ) -> Result<(), EncodeError> {
        let header = LinkHeader {
            family: self.family,
            padding: 0,
            hardware_type: self.hardware_type.0,
            index: self.index,
            flags: self.flags.bits(),
            change: self.change.bits(),
        };
        encoder.message(head, &header, |attributes| {
            self.write_settings(attributes);
            self.write_state(attributes);
            self.write_relations(attributes);
            more(attributes);
        })
    }

    fn write_settings(&self, attributes: &mut AttributeWriter<'_>) {
        if let Some(name) = self.name {
            attributes.text(IFLA_IFNAME, name);
        }
        u32_if(IFLA_TXQLEN, self.tx_queue_length, attributes);
        u8_if(IFLA_OPERSTATE, self.operational_state.map(|state| state.0), attributes);
        u8_if(IFLA_LINKMODE, self.link_mode.map(|mode| mode.0), attributes);
        u32_if(IFLA_MTU, self.mtu, attributes);
        u32_if(IFLA_MIN_MTU, self.least_mtu, attributes);
        u32_if(IFLA_MAX_MTU, self.greatest_mtu, attributes);
        u32_if(IFLA_GROUP, self.group, attributes);
        u32_if(IFLA_PROMISCUITY, self.promiscuity, attributes);
        u32_if(IFLA_ALLMULTI, self.all_multicast, attributes);
        u32_if(IFLA_NUM_TX_QUEUES, self.tx_queues, attributes);
        u32_if(IFLA_NUM_RX_QUEUES, self.rx_queues, attributes);
    }

    fn write_state(&self, attributes: &mut AttributeWriter<'_>) {
        u32_if(IFLA_MASTER, self.master, attributes);
        truth_if(IFLA_CARRIER, self.carrier, attributes);
        if let Some(description) = self.description {
            attributes.text(IFLA_IFALIAS, description);
        }
        u32_if(IFLA_CARRIER_CHANGES, self.carrier_changes, attributes);
        u32_if(IFLA_CARRIER_UP_COUNT, self.carrier_up_count, attributes);
        u32_if(IFLA_CARRIER_DOWN_COUNT, self.carrier_down_count, attributes);
        truth_if(IFLA_PROTO_DOWN, self.protocol_down, attributes);
        if let Some(address) = self.address {
            attributes.bytes(IFLA_ADDRESS, address);
        }
        if let Some(broadcast) = self.broadcast {
            attributes.bytes(IFLA_BROADCAST, broadcast);
        }
        if let Some(stats) = &self.stats64 {
            attributes.value(IFLA_STATS64, stats);
        }
        if let Some(stats) = &self.stats {
            attributes.value(IFLA_STATS, stats);
        }
    }

    fn write_relations(&self, attributes: &mut AttributeWriter<'_>) {
        info::write(self.kind.as_ref(), self.port_kind, attributes);
        u32_if(IFLA_LINK, self.link, attributes);
        if let Some(namespace) = self.link_namespace {
            attributes.i32(IFLA_LINK_NETNSID, namespace);
        }
        if let Some(address) = self.permanent_address {
            attributes.bytes(IFLA_PERM_ADDRESS, address);
        }
        if let Some(discipline) = self.queueing_discipline {
            attributes.text(IFLA_QDISC, discipline);
        }
        if let Some(map) = &self.map {
            attributes.value(IFLA_MAP, map);
        }
        self.alternative_names.write(attributes);
        u32_if(IFLA_NET_NS_PID, self.namespace_process, attributes);
        u32_if(IFLA_NET_NS_FD, self.namespace_descriptor, attributes);
    }
}

/// Which devices a dump shall return, and what of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkFilter<'a> {
    /// Family; [`Family::BRIDGE`] is the bridge's view of its ports.
    pub family: Family,
    /// What to add and what to leave out.
    pub mask: ExtendedMask,
    /// Ports of this device only.
    pub master: Option<u32>,
    /// Devices of this kind only.
    pub kind: Option<&'a [u8]>,
}

/// Appends a request for all devices.
///
/// The kernel cannot filter by index: ask for one with [`Link::encode`] and RTM_GETLINK.
///
/// # Errors
///
/// [`EncodeError`].
pub fn dump_links(
    encoder: &mut Encoder,
    sequence: u32,
    filter: &LinkFilter<'_>,
) -> Result<(), EncodeError> {
    let header = LinkHeader { family: filter.family, ..LinkHeader::default() };
    encoder.message(Head::dump(MessageType::GETLINK, sequence), &header, |attributes| {
        if !filter.mask.is_empty() {
            attributes.value(IFLA_EXT_MASK, &filter.mask);
        }
        u32_if(IFLA_MASTER, filter.master, attributes);
        if let Some(kind) = filter.kind {
            attributes.nested(IFLA_LINKINFO, |info| {
                info.text(IFLA_INFO_KIND, kind);
            });
        }
    })
}
