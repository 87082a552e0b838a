//! Settings of the kinds of devices that this crate knows: IFLA_INFO_DATA.

use core::net::IpAddr;

use ifctl_abi::DeviceFlags;
use ifctl_abi::rtnetlink::*;

use crate::table::or_report;
use crate::{Attribute, AttributeError, AttributeTable, AttributeWriter, Attributes};

use super::LinkMessage;

/// The other end of a veth pair, in a request to make one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Peer<'a> {
    /// Index wanted; 0 is any.
    pub index: i32,
    /// Flags wanted.
    pub flags: DeviceFlags,
    /// Which flags to set; see [`Link::change`](crate::Link::change).
    pub change: DeviceFlags,
    /// Name wanted; absent, the kernel takes `veth` and a number.
    pub name: Option<&'a [u8]>,
    /// Hardware address wanted; absent, a random one.
    pub address: Option<&'a [u8]>,
    /// MTU in bytes.
    pub mtu: Option<u32>,
    /// Put it into the namespace of this process.
    pub namespace_process: Option<u32>,
    /// Put it into the namespace of this descriptor.
    pub namespace_descriptor: Option<u32>,
}

impl<'a> Peer<'a> {
    /// Returns a peer with this name.
    #[must_use]
    pub fn named(name: &'a [u8]) -> Self {
        Self { name: Some(name), ..Self::default() }
    }

    pub(super) fn read(
        data: Attributes<'a>,
        report: &mut dyn FnMut(AttributeError),
    ) -> Option<Self> {
        let table = AttributeTable::<{ VETH_INFO_PEER as usize + 1 }>::new(data);
        let attribute = table.get(VETH_INFO_PEER)?;
        let header: LinkHeader = or_report(attribute.value().map(Some), report)?;
        let attributes = attribute.nested_after(size_of::<LinkHeader>());
        let view = LinkMessage::new(header, attributes);
        Some(Self {
            index: header.index,
            flags: view.flags(),
            change: view.change(),
            name: view.name(),
            address: view.address(),
            mtu: or_report(view.mtu(), report),
            namespace_process: or_report(view.table().u32(IFLA_NET_NS_PID), report),
            namespace_descriptor: or_report(view.table().u32(IFLA_NET_NS_FD), report),
        })
    }

    pub(super) fn header(&self) -> LinkHeader {
        LinkHeader {
            index: self.index,
            flags: self.flags.bits(),
            change: self.change.bits(),
            ..LinkHeader::default()
        }
    }

    pub(super) fn write(&self, attributes: &mut AttributeWriter<'_>) {
        if let Some(name) = self.name {
            attributes.text(IFLA_IFNAME, name);
        }
        if let Some(address) = self.address {
            attributes.bytes(IFLA_ADDRESS, address);
        }
        u32_if(IFLA_MTU, self.mtu, attributes);
        u32_if(IFLA_NET_NS_PID, self.namespace_process, attributes);
        u32_if(IFLA_NET_NS_FD, self.namespace_descriptor, attributes);
    }
}

/// Settings of a bridge. Times are in hundredths of a second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bridge {
    /// Forward delay.
    #[doc(alias = "IFLA_BR_FORWARD_DELAY")]
    pub forward_delay: Option<u32>,
    /// Hello time.
    #[doc(alias = "IFLA_BR_HELLO_TIME")]
    pub hello_time: Option<u32>,
    /// Greatest age of a message.
    #[doc(alias = "IFLA_BR_MAX_AGE")]
    pub max_age: Option<u32>,
    /// How long learnt entries are kept.
    #[doc(alias = "IFLA_BR_AGEING_TIME")]
    pub ageing_time: Option<u32>,
    /// Spanning tree: 0 off, 1 in the kernel, 2 in user space.
    #[doc(alias = "IFLA_BR_STP_STATE")]
    pub stp_state: Option<u32>,
    /// Bridge priority.
    #[doc(alias = "IFLA_BR_PRIORITY")]
    pub priority: Option<u16>,
    /// VLAN filtering.
    #[doc(alias = "IFLA_BR_VLAN_FILTERING")]
    pub vlan_filtering: Option<bool>,
    /// Ethernet protocol of VLAN tags: 0x8100 or 0x88a8.
    #[doc(alias = "IFLA_BR_VLAN_PROTOCOL")]
    pub vlan_protocol: Option<u16>,
}

impl Bridge {
    pub(super) fn read(data: Attributes<'_>, report: &mut dyn FnMut(AttributeError)) -> Self {
        let table = AttributeTable::<{ IFLA_BR_VLAN_PROTOCOL as usize + 1 }>::new(data);
        Self {
            forward_delay: or_report(table.u32(IFLA_BR_FORWARD_DELAY), report),
            hello_time: or_report(table.u32(IFLA_BR_HELLO_TIME), report),
            max_age: or_report(table.u32(IFLA_BR_MAX_AGE), report),
            ageing_time: or_report(table.u32(IFLA_BR_AGEING_TIME), report),
            stp_state: or_report(table.u32(IFLA_BR_STP_STATE), report),
            priority: or_report(table.value(IFLA_BR_PRIORITY), report),
            vlan_filtering: truth(table.get(IFLA_BR_VLAN_FILTERING), report),
            vlan_protocol: be16(table.get(IFLA_BR_VLAN_PROTOCOL), report),
        }
    }

    pub(super) fn write(&self, attributes: &mut AttributeWriter<'_>) {
        u32_if(IFLA_BR_FORWARD_DELAY, self.forward_delay, attributes);
        u32_if(IFLA_BR_HELLO_TIME, self.hello_time, attributes);
        u32_if(IFLA_BR_MAX_AGE, self.max_age, attributes);
        u32_if(IFLA_BR_AGEING_TIME, self.ageing_time, attributes);
        u32_if(IFLA_BR_STP_STATE, self.stp_state, attributes);
        if let Some(priority) = self.priority {
            attributes.u16(IFLA_BR_PRIORITY, priority);
        }
        truth_if(IFLA_BR_VLAN_FILTERING, self.vlan_filtering, attributes);
        if let Some(protocol) = self.vlan_protocol {
            attributes.be16(IFLA_BR_VLAN_PROTOCOL, protocol);
        }
    }
}

/// Settings of a VLAN device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Vlan {
    /// Number, 0 to 4094; a request to make one needs it.
    #[doc(alias = "IFLA_VLAN_ID")]
    pub id: Option<u16>,
    /// Ethernet protocol of the tag: 0x8100 (the default) or 0x88a8.
    #[doc(alias = "IFLA_VLAN_PROTOCOL")]
    pub protocol: Option<u16>,
    /// Flags.
    #[doc(alias = "IFLA_VLAN_FLAGS")]
    pub flags: Option<VlanFlags>,
}

impl Vlan {
    pub(super) fn read(data: Attributes<'_>, report: &mut dyn FnMut(AttributeError)) -> Self {
        let table = AttributeTable::<{ IFLA_VLAN_PROTOCOL as usize + 1 }>::new(data);
        Self {
            id: or_report(table.value(IFLA_VLAN_ID), report),
            protocol: be16(table.get(IFLA_VLAN_PROTOCOL), report),
            flags: or_report(table.value(IFLA_VLAN_FLAGS), report),
        }
    }

    pub(super) fn write(&self, attributes: &mut AttributeWriter<'_>) {
        if let Some(protocol) = self.protocol {
            attributes.be16(IFLA_VLAN_PROTOCOL, protocol);
        }
        if let Some(id) = self.id {
            attributes.u16(IFLA_VLAN_ID, id);
        }
        if let Some(flags) = &self.flags {
            attributes.value(IFLA_VLAN_FLAGS, flags);
        }
    }
}

/// Settings of a macvlan device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Macvlan {
    /// Mode; absent in a request, the kernel takes [`MacvlanMode::VEPA`].
    #[doc(alias = "IFLA_MACVLAN_MODE")]
    pub mode: Option<MacvlanMode>,
    /// Flags: 1 no promiscuous mode below, 2 no lookup of destinations (source mode).
    #[doc(alias = "IFLA_MACVLAN_FLAGS")]
    pub flags: Option<u16>,
}

impl Macvlan {
    pub(super) fn read(data: Attributes<'_>, report: &mut dyn FnMut(AttributeError)) -> Self {
        let table = AttributeTable::<{ IFLA_MACVLAN_FLAGS as usize + 1 }>::new(data);
        Self {
            mode: or_report(table.value(IFLA_MACVLAN_MODE), report),
            flags: or_report(table.value(IFLA_MACVLAN_FLAGS), report),
        }
    }

    pub(super) fn write(&self, attributes: &mut AttributeWriter<'_>) {
        if let Some(mode) = self.mode {
            attributes.value(IFLA_MACVLAN_MODE, &mode);
        }
        if let Some(flags) = self.flags {
            attributes.u16(IFLA_MACVLAN_FLAGS, flags);
        }
    }
}

/// Settings of a VXLAN device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Vxlan {
    /// Network number, 24 bits; a request to make one needs it.
    #[doc(alias = "IFLA_VXLAN_ID")]
    pub id: Option<u32>,
    /// Multicast group, or remote end.
    #[doc(alias = "IFLA_VXLAN_GROUP")]
    #[doc(alias = "IFLA_VXLAN_GROUP6")]
    pub group: Option<IpAddr>,
    /// Index of the device to send through; a multicast group needs it.
    #[doc(alias = "IFLA_VXLAN_LINK")]
    pub link: Option<u32>,
    /// Source address.
    #[doc(alias = "IFLA_VXLAN_LOCAL")]
    #[doc(alias = "IFLA_VXLAN_LOCAL6")]
    pub local: Option<IpAddr>,
    /// TTL of the outer packet; 0 is by destination.
    #[doc(alias = "IFLA_VXLAN_TTL")]
    pub ttl: Option<u8>,
    /// Type of service of the outer packet; 1 is that of the inner.
    #[doc(alias = "IFLA_VXLAN_TOS")]
    pub tos: Option<u8>,
    /// Learn from what arrives.
    #[doc(alias = "IFLA_VXLAN_LEARNING")]
    pub learning: Option<bool>,
    /// Seconds for which learnt entries are kept.
    #[doc(alias = "IFLA_VXLAN_AGEING")]
    pub ageing: Option<u32>,
    /// Most learnt entries; 0 is no limit.
    #[doc(alias = "IFLA_VXLAN_LIMIT")]
    pub limit: Option<u32>,
    /// Lowest and highest UDP source port; 0 and 0 is the kernel's choice.
    #[doc(alias = "IFLA_VXLAN_PORT_RANGE")]
    pub source_ports: Option<(u16, u16)>,
    /// UDP destination port; the kernel's default is 8472, the standard's 4789.
    #[doc(alias = "IFLA_VXLAN_PORT")]
    pub port: Option<u16>,
}

impl Vxlan {
    pub(super) fn read(data: Attributes<'_>, report: &mut dyn FnMut(AttributeError)) -> Self {
        let table = AttributeTable::<IFLA_VXLAN_COUNT>::new(data);
        let mut either = |v4, v6| {
            or_report(table.address(v4, Family::INET), report)
                .or_else(|| or_report(table.address(v6, Family::INET6), report))
        };
        let group = either(IFLA_VXLAN_GROUP, IFLA_VXLAN_GROUP6);
        let local = either(IFLA_VXLAN_LOCAL, IFLA_VXLAN_LOCAL6);
        let ports: Option<VxlanPortRange> = or_report(table.value(IFLA_VXLAN_PORT_RANGE), report);
        Self {
            id: or_report(table.u32(IFLA_VXLAN_ID), report),
            group,
            link: or_report(table.u32(IFLA_VXLAN_LINK), report),
            local,
            ttl: or_report(table.u8(IFLA_VXLAN_TTL), report),
            tos: or_report(table.u8(IFLA_VXLAN_TOS), report),
            learning: truth(table.get(IFLA_VXLAN_LEARNING), report),
            ageing: or_report(table.u32(IFLA_VXLAN_AGEING), report),
            limit: or_report(table.u32(IFLA_VXLAN_LIMIT), report),
            source_ports: ports
                .map(|ports| (u16::from_be_bytes(ports.low), u16::from_be_bytes(ports.high))),
            port: be16(table.get(IFLA_VXLAN_PORT), report),
        }
    }

    pub(super) fn write(&self, attributes: &mut AttributeWriter<'_>) {
        u32_if(IFLA_VXLAN_ID, self.id, attributes);
        address_if([IFLA_VXLAN_GROUP, IFLA_VXLAN_GROUP6], self.group, attributes);
        u32_if(IFLA_VXLAN_LINK, self.link, attributes);
        address_if([IFLA_VXLAN_LOCAL, IFLA_VXLAN_LOCAL6], self.local, attributes);
        u8_if(IFLA_VXLAN_TTL, self.ttl, attributes);
        u8_if(IFLA_VXLAN_TOS, self.tos, attributes);
        truth_if(IFLA_VXLAN_LEARNING, self.learning, attributes);
        u32_if(IFLA_VXLAN_AGEING, self.ageing, attributes);
        u32_if(IFLA_VXLAN_LIMIT, self.limit, attributes);
        if let Some((low, high)) = self.source_ports {
            let ports = VxlanPortRange { low: low.to_be_bytes(), high: high.to_be_bytes() };
            attributes.value(IFLA_VXLAN_PORT_RANGE, &ports);
        }
        if let Some(port) = self.port {
            attributes.be16(IFLA_VXLAN_PORT, port);
        }
    }
}

/// What is told of a tun or tap device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tun {
    /// 1 is tun (IP packets), 2 is tap (Ethernet frames).
    #[doc(alias = "IFLA_TUN_TYPE")]
    pub kind: Option<u8>,
    /// User who may attach.
    #[doc(alias = "IFLA_TUN_OWNER")]
    pub owner: Option<u32>,
    /// Group that may attach.
    #[doc(alias = "IFLA_TUN_GROUP")]
    pub group: Option<u32>,
    /// Packets carry a protocol header.
    #[doc(alias = "IFLA_TUN_PI")]
    pub packet_information: Option<bool>,
    /// Packets carry a virtio header.
    #[doc(alias = "IFLA_TUN_VNET_HDR")]
    pub vnet_header: Option<bool>,
    /// The device stays when nobody is attached.
    #[doc(alias = "IFLA_TUN_PERSIST")]
    pub persist: Option<bool>,
    /// More than one may attach.
    #[doc(alias = "IFLA_TUN_MULTI_QUEUE")]
    pub multi_queue: Option<bool>,
}

impl Tun {
    pub(super) fn read(data: Attributes<'_>, report: &mut dyn FnMut(AttributeError)) -> Self {
        let table = AttributeTable::<{ IFLA_TUN_MULTI_QUEUE as usize + 1 }>::new(data);
        Self {
            kind: or_report(table.u8(IFLA_TUN_TYPE), report),
            owner: or_report(table.u32(IFLA_TUN_OWNER), report),
            group: or_report(table.u32(IFLA_TUN_GROUP), report),
            packet_information: truth(table.get(IFLA_TUN_PI), report),
            vnet_header: truth(table.get(IFLA_TUN_VNET_HDR), report),
            persist: truth(table.get(IFLA_TUN_PERSIST), report),
            multi_queue: truth(table.get(IFLA_TUN_MULTI_QUEUE), report),
        }
    }

    pub(super) fn write(&self, attributes: &mut AttributeWriter<'_>) {
        u8_if(IFLA_TUN_TYPE, self.kind, attributes);
        u32_if(IFLA_TUN_OWNER, self.owner, attributes);
        u32_if(IFLA_TUN_GROUP, self.group, attributes);
        truth_if(IFLA_TUN_PI, self.packet_information, attributes);
        truth_if(IFLA_TUN_VNET_HDR, self.vnet_header, attributes);
        truth_if(IFLA_TUN_PERSIST, self.persist, attributes);
        truth_if(IFLA_TUN_MULTI_QUEUE, self.multi_queue, attributes);
    }
}

pub(super) fn truth(
    attribute: Option<Attribute<'_>>,
    report: &mut dyn FnMut(AttributeError),
) -> Option<bool> {
    let number = attribute.map(|attribute| attribute.u8()).transpose();
    or_report(number, report).map(|number| number != 0)
}

fn be16(attribute: Option<Attribute<'_>>, report: &mut dyn FnMut(AttributeError)) -> Option<u16> {
    or_report(attribute.map(|attribute| attribute.be16()).transpose(), report)
}

pub(super) fn u32_if(kind: u16, number: Option<u32>, attributes: &mut AttributeWriter<'_>) {
    if let Some(number) = number {
        attributes.u32(kind, number);
    }
}

pub(super) fn u8_if(kind: u16, number: Option<u8>, attributes: &mut AttributeWriter<'_>) {
    if let Some(number) = number {
        attributes.u8(kind, number);
    }
}

pub(super) fn truth_if(kind: u16, truth: Option<bool>, attributes: &mut AttributeWriter<'_>) {
    u8_if(kind, truth.map(u8::from), attributes);
}

fn address_if(kinds: [u16; 2], address: Option<IpAddr>, attributes: &mut AttributeWriter<'_>) {
    let [v4, v6] = kinds;
    if let Some(address) = address {
        attributes.address(if address.is_ipv4() { v4 } else { v6 }, address);
    }
}
