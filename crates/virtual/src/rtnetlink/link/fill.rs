//! The message that tells all of a device, in Linux' order.

use crate::dev::{Device, DeviceId, get_flags};
use crate::drivers;
use crate::machine::Machine;
use crate::release::Release;
use crate::rtnetlink;
use ifctl_abi::DeviceFlags;
use ifctl_abi::netlink::NLA_F_NESTED;
use ifctl_abi::rtnetlink::*;
use ifctl_netlink::{AttributeWriter, EncodeError, Encoder, Head};
use zerocopy::IntoBytes;

/// What a message says beside what the device is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Filling {
    /// Flags that changed.
    pub(super) changed: DeviceFlags,
    /// Why the message is sent.
    pub(super) event: Option<u32>,
    /// Where the device goes.
    pub(super) arrival: Option<Arrival>,
    /// What the reader asked for.
    pub(super) mask: ExtendedMask,
}

/// Where a device goes that leaves its namespace.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival {
    /// The number of the namespace.
    pub(crate) namespace: i32,
    /// Its index there.
    pub(crate) index: u32,
}

/// Writes the message.
#[doc(alias = "rtnl_fill_ifinfo")]
pub(super) fn fill(
    machine: &Machine,
    id: DeviceId,
    filling: &Filling,
    head: Head,
    encoder: &mut Encoder,
) -> Result<(), EncodeError> {
    let Ok(device) = machine.device(id) else { return Ok(()) };
    let header = LinkHeader {
        family: Family::UNSPEC,
        padding: 0,
        hardware_type: device.hardware_type.0,
        index: device.index.cast_signed(),
        flags: get_flags(device).bits(),
        change: filling.changed.bits(),
    };
    encoder.message(head, &header, |attributes| {
        numbers(machine.release, device, attributes);
        state(machine, device, filling, attributes);
        counters(machine.release, attributes);
        attributes.nested(IFLA_XDP, |xdp| {
            xdp.u8(IFLA_XDP_ATTACHED, 0);
        });
        information(machine, device, attributes);
        link(machine, device, filling, attributes);
        rtnetlink::af_spec::fill(machine, id, filling.mask, attributes);
        if machine.release >= Release::V6_12 {
            attributes.value(IFLA_MAP, &map(device));
        }
        if !device.altnames.is_empty() {
            attributes.nested(IFLA_PROP_LIST | NLA_F_NESTED, |list| {
                for name in &device.altnames {
                    list.text(IFLA_ALT_IFNAME, name);
                }
            });
        }
        if machine.release >= Release::V6_12 {
            attributes.nested(IFLA_DEVLINK_PORT | NLA_F_NESTED, |_| ());
            attributes.nested(IFLA_DPLL_PIN | NLA_F_NESTED, |_| ());
        }
    })
}

fn numbers(release: Release, device: &Device, attributes: &mut AttributeWriter<'_>) {
    let state = if device.is_up() { device.oper_state } else { OperationalState::DOWN };
    let pieces = &device.segmentation;
    attributes
        .text(IFLA_IFNAME, device.name.as_bytes())
        .u32(IFLA_TXQLEN, device.tx_queue_length)
        .u8(IFLA_OPERSTATE, state.0)
        .u8(IFLA_LINKMODE, device.link_mode);
    if release >= Release::V6_18 {
        attributes.u8(IFLA_NETNS_IMMUTABLE, u8::from(device.is_immutable));
    }
    attributes
        .u32(IFLA_MTU, device.mtu)
        .u32(IFLA_MIN_MTU, device.min_mtu)
        .u32(IFLA_MAX_MTU, device.max_mtu)
        .u32(IFLA_GROUP, device.group)
        .u32(IFLA_PROMISCUITY, device.promiscuity);
    if release >= Release::V6_1 {
        attributes.u32(IFLA_ALLMULTI, device.allmulti);
    }
    attributes
        .u32(IFLA_NUM_TX_QUEUES, device.queues.transmit)
        .u32(IFLA_GSO_MAX_SEGS, pieces.gso_max_segments)
        .u32(IFLA_GSO_MAX_SIZE, pieces.gso_max_size);
    if release >= Release::V6_1 {
        attributes.u32(IFLA_GRO_MAX_SIZE, pieces.gro_max_size);
    }
    if release >= Release::V6_12 {
        attributes
            .u32(IFLA_GSO_IPV4_MAX_SIZE, pieces.gso_ipv4_max_size)
            .u32(IFLA_GRO_IPV4_MAX_SIZE, pieces.gro_ipv4_max_size);
    }
    if release >= Release::V6_1 {
        attributes
            .u32(IFLA_TSO_MAX_SIZE, pieces.tso_max_size)
            .u32(IFLA_TSO_MAX_SEGS, pieces.tso_max_segments);
    }
    if release >= Release::V6_18 {
        attributes.u32(IFLA_MAX_PACING_OFFLOAD_HORIZON, 0);
    }
    attributes.u32(IFLA_NUM_RX_QUEUES, device.queues.receive);
}

fn state(
    machine: &Machine,
    device: &Device,
    filling: &Filling,
    attributes: &mut AttributeWriter<'_>,
) {
    if let Some(master) = device.master.and_then(|master| machine.device(master).ok()) {
        attributes.u32(IFLA_MASTER, master.index);
    }
    attributes.u8(IFLA_CARRIER, u8::from(device.carrier));
    if machine.release < Release::V6_12 {
        attributes.text(IFLA_QDISC, device.queues.discipline.as_bytes());
    }
    if !device.alias.is_empty() {
        attributes.text(IFLA_IFALIAS, &device.alias);
    }
    let (up, down) = (device.carrier_up_count, device.carrier_down_count);
    attributes
        .u32(IFLA_CARRIER_CHANGES, up.wrapping_add(down))
        .u32(IFLA_CARRIER_UP_COUNT, up)
        .u32(IFLA_CARRIER_DOWN_COUNT, down);
    if machine.release >= Release::V6_18 {
        attributes.u16(IFLA_HEADROOM, device.headroom).u16(IFLA_TAILROOM, 0);
    }
    attributes.u8(IFLA_PROTO_DOWN, 0);
    if let Some(event) = filling.event {
        attributes.u32(IFLA_EVENT, event);
    }
    if machine.release < Release::V6_12 {
        attributes.value(IFLA_MAP, &map(device));
    }
    if !device.address.as_bytes().is_empty() {
        attributes
            .bytes(IFLA_ADDRESS, device.address.as_bytes())
            .bytes(IFLA_BROADCAST, device.broadcast.as_bytes());
    }
}

/// The model carries no packets: all counters are 0.
#[doc(alias = "rtnl_fill_stats")]
fn counters(release: Release, attributes: &mut AttributeWriter<'_>) {
    let all = LinkStats64::default();
    let bytes = all.as_bytes();
    // The last of them came later.
    let known = if release >= Release::V6_1 { bytes.len() } else { bytes.len() - size_of::<u64>() };
    attributes
        .bytes(IFLA_STATS64, bytes.get(..known).unwrap_or_default())
        .value(IFLA_STATS, &LinkStats::default());
}

/// The kind, and that of the device that it is a port of.
#[doc(alias = "rtnl_link_fill")]
fn information(machine: &Machine, device: &Device, attributes: &mut AttributeWriter<'_>) {
    let kind = drivers::kind(device);
    let master = drivers::port_kind(machine, device);
    if kind.is_none() && master.is_none() {
        return;
    }
    attributes.nested(IFLA_LINKINFO, |information| {
        if let Some(kind) = kind {
            information.text(IFLA_INFO_KIND, kind.as_bytes());
            if drivers::has_data(device) {
                information
                    .nested(IFLA_INFO_DATA, |data| drivers::fill_data(machine, device, data));
            }
        }
        if let Some(master) = master {
            information.text(IFLA_INFO_SLAVE_KIND, master.as_bytes());
            information.nested(IFLA_INFO_SLAVE_DATA, |data| {
                drivers::fill_port_data(machine, device, data);
            });
        }
    });
}

fn link(
    machine: &Machine,
    device: &Device,
    filling: &Filling,
    attributes: &mut AttributeWriter<'_>,
) {
    let arrival = |attributes: &mut AttributeWriter<'_>| {
        if let Some(Arrival { namespace, index }) = filling.arrival {
            attributes.i32(IFLA_NEW_NETNSID, namespace).u32(IFLA_NEW_IFINDEX, index);
        }
        if let Some(address) = drivers::permanent_address(device) {
            attributes.bytes(IFLA_PERM_ADDRESS, address.as_bytes());
        }
    };
    if machine.release >= Release::V6_12 {
        arrival(attributes);
    }
    let elsewhere = drivers::link_net(machine, device).filter(|net| *net != device.net);
    if let Some(other) = elsewhere {
        let number = rtnetlink::known_number(machine, device.net, other).unwrap_or(-1);
        attributes.i32(IFLA_LINK_NETNSID, number);
    }
    let index = drivers::link_index(machine, device);
    if elsewhere.is_some() || index != device.index {
        attributes.u32(IFLA_LINK, index);
    }
    if machine.release >= Release::V6_12 {
        attributes.text(IFLA_QDISC, device.queues.discipline.as_bytes());
    } else {
        arrival(attributes);
    }
}

fn map(device: &Device) -> LinkMap {
    let map = device.map;
    LinkMap {
        mem_start: map.mem_start,
        mem_end: map.mem_end,
        base_addr: map.base_addr.into(),
        irq: map.irq.into(),
        dma: map.dma,
        port: map.port,
        padding: [0; 4],
    }
}
