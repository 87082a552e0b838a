//! The messages about devices, and the notifications of what happens to them.

mod bridge;
mod change;
mod delete;
mod dump;
mod fill;
mod get;
mod new;
mod property;

pub(super) use bridge::dump as dump_bridge_ports;
pub(super) use change::set_link;
pub(super) use delete::delete_link;
pub(super) use dump::dump;
pub(super) use get::{get_link, longest};
pub(super) use new::new_link;
pub(super) use property::{delete_link_property, new_link_property};

pub(crate) use bridge::notify_port;
pub(crate) use fill::Arrival;
pub(crate) use new::{configure as configure_link, prepare as prepare_link};

use super::{Extended, Policy, Request, Rule, parse, parse_nested};
use crate::af_netlink;
use crate::dev::{Cause, DeviceId};
use crate::drivers;
use crate::events::Event;
use crate::machine::Machine;
use crate::release::Release;
use fill::Filling;
use ifctl_abi::DeviceFlags;
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::*;
use ifctl_kernel::Errno;
use ifctl_netlink::{AttributeTable, Attributes, Encoder, Head};

/// A device message's attributes, by number.
pub(crate) type LinkTable<'m> = AttributeTable<'m, IFLA_COUNT>;
use LinkTable as Table;

/// The most bytes of a further name.
const LONGEST_ALTNAME: u16 = 127;

/// The most bytes of a description.
const LONGEST_ALIAS: u16 = 255;

/// The least that a piece put together may hold: more than the headers that TCP may have.
#[doc(alias = "MAX_TCP_HEADER")]
const SHORTEST_PIECE: u32 = 193;

/// What a device message's attributes must be like.
#[doc(alias = "ifla_policy")]
const POLICY: &Policy = &[
    (IFLA_IFNAME, Rule::Text(15)),
    (IFLA_ADDRESS, Rule::AtMost(32)),
    (IFLA_BROADCAST, Rule::AtMost(32)),
    (IFLA_MAP, Rule::AtLeast(32)),
    (IFLA_MTU, Rule::Number(4)),
    (IFLA_LINK, Rule::Number(4)),
    (IFLA_MASTER, Rule::Number(4)),
    (IFLA_CARRIER, Rule::Number(1)),
    (IFLA_TXQLEN, Rule::Number(4)),
    (IFLA_WEIGHT, Rule::Number(4)),
    (IFLA_OPERSTATE, Rule::Number(1)),
    (IFLA_LINKMODE, Rule::Number(1)),
    (IFLA_LINKINFO, Rule::Nest),
    (IFLA_NET_NS_PID, Rule::Number(4)),
    (IFLA_NET_NS_FD, Rule::Number(4)),
    (IFLA_IFALIAS, Rule::AtMost(LONGEST_ALIAS)),
    (IFLA_VFINFO_LIST, Rule::Nest),
    (IFLA_VF_PORTS, Rule::Nest),
    (IFLA_PORT_SELF, Rule::Nest),
    (IFLA_AF_SPEC, Rule::Nest),
    (IFLA_EXT_MASK, Rule::Number(4)),
    (IFLA_PROMISCUITY, Rule::Number(4)),
    (IFLA_NUM_TX_QUEUES, Rule::Number(4)),
    (IFLA_NUM_RX_QUEUES, Rule::Number(4)),
    (IFLA_GSO_MAX_SEGS, Rule::Number(4)),
    (
        IFLA_GSO_MAX_SIZE,
        Rule::Changed(Release::V6_1, &Rule::NumberFrom(SHORTEST_PIECE), &Rule::Number(4)),
    ),
    (IFLA_PHYS_PORT_ID, Rule::AtMost(32)),
    (IFLA_CARRIER_CHANGES, Rule::Number(4)),
    (IFLA_PHYS_SWITCH_ID, Rule::AtMost(32)),
    (IFLA_LINK_NETNSID, Rule::Signed),
    (IFLA_PROTO_DOWN, Rule::Number(1)),
    (IFLA_XDP, Rule::Nest),
    (IFLA_EVENT, Rule::Number(4)),
    (IFLA_GROUP, Rule::Number(4)),
    (IFLA_TARGET_NETNSID, Rule::Signed),
    (IFLA_CARRIER_UP_COUNT, Rule::Number(4)),
    (IFLA_CARRIER_DOWN_COUNT, Rule::Number(4)),
    (IFLA_NEW_IFINDEX, Rule::Since(Release::V6_1, &Rule::SignedFrom(1))),
    (IFLA_MIN_MTU, Rule::Number(4)),
    (IFLA_MAX_MTU, Rule::Number(4)),
    (IFLA_PROP_LIST, Rule::Nest),
    (IFLA_ALT_IFNAME, Rule::Text(LONGEST_ALTNAME)),
    (IFLA_PERM_ADDRESS, Rule::Refused),
    (IFLA_PROTO_DOWN_REASON, Rule::Nest),
    (IFLA_PARENT_DEV_NAME, Rule::Since(Release::V6_1, &Rule::Ended)),
    (IFLA_GRO_MAX_SIZE, Rule::Since(Release::V6_1, &Rule::Number(4))),
    (IFLA_TSO_MAX_SIZE, Rule::Since(Release::V6_1, &Rule::Refused)),
    (IFLA_TSO_MAX_SEGS, Rule::Since(Release::V6_1, &Rule::Refused)),
    (IFLA_ALLMULTI, Rule::Since(Release::V6_1, &Rule::Refused)),
    (IFLA_GSO_IPV4_MAX_SIZE, Rule::Since(Release::V6_12, &Rule::NumberFrom(SHORTEST_PIECE))),
    (IFLA_GRO_IPV4_MAX_SIZE, Rule::Since(Release::V6_12, &Rule::Number(4))),
    (IFLA_DPLL_PIN, Rule::Since(Release::V6_18, &Rule::Unsupported)),
    (IFLA_MAX_PACING_OFFLOAD_HORIZON, Rule::Since(Release::V6_18, &Rule::Unsupported)),
    (IFLA_NETNS_IMMUTABLE, Rule::Since(Release::V6_18, &Rule::Refused)),
    (IFLA_HEADROOM, Rule::Since(Release::V6_18, &Rule::Refused)),
    (IFLA_TAILROOM, Rule::Since(Release::V6_18, &Rule::Refused)),
];

/// What the attributes of IFLA_LINKINFO must be like.
#[doc(alias = "ifla_info_policy")]
const INFO_POLICY: &Policy = &[
    (IFLA_INFO_KIND, Rule::Text(u16::MAX)),
    (IFLA_INFO_DATA, Rule::Nest),
    (IFLA_INFO_SLAVE_KIND, Rule::Text(u16::MAX)),
    (IFLA_INFO_SLAVE_DATA, Rule::Nest),
];

/// Returns the fixed part and the attributes of a question; those of a strict socket may hold nothing
/// that is not known.
fn parse_question<'m, T: zerocopy::FromBytes>(
    request: &mut Request<'_, 'm>,
) -> Result<(T, Table<'m>), Errno> {
    if !request.strict {
        return parse(request, POLICY);
    }
    const LAST: u16 = IFLA_COUNT as u16 - 1;
    let (header, attributes) =
        super::parse_question(request.extended, request.message, POLICY, LAST)?;
    Ok((header, Table::new(attributes)))
}

/// Returns the attributes of a device message inside another message.
pub(crate) fn parse_link_attributes<'m>(
    extended: &mut Extended,
    attributes: Attributes<'m>,
) -> Result<LinkTable<'m>, Errno> {
    parse_nested(extended, attributes, POLICY)
}

/// Returns the device that a message names: by its name, or by one of its other names.
#[doc(alias = "rtnl_dev_get")]
fn named(
    machine: &Machine,
    request: &Request<'_, '_>,
    table: &Table<'_>,
) -> Result<DeviceId, Errno> {
    let name = match table.get(IFLA_IFNAME) {
        Some(name) => name.text(),
        None => table.text(IFLA_ALT_IFNAME).ok_or(Errno::EINVAL)?,
    };
    machine.net(request.caller.net)?.name(name)
}

/// Returns the device that a message is about: by its index, else by its name.
fn meant(
    machine: &Machine,
    request: &Request<'_, '_>,
    header: &LinkHeader,
    table: &Table<'_>,
) -> Result<DeviceId, Errno> {
    match u32::try_from(header.index) {
        Ok(index) if index > 0 => machine.net(request.caller.net)?.index(index),
        _ => named(machine, request, table),
    }
}

/// Refuses a message that names more than one namespace, and one whose namespace is not there: the
/// model knows no processes and no descriptors.
#[doc(alias("rtnl_ensure_unique_netns", "rtnl_link_get_net_capable"))]
fn check_namespace(request: &mut Request<'_, '_>, table: &Table<'_>) -> Result<(), Errno> {
    check_namespace_count(request, table)?;
    if table.get(IFLA_NET_NS_PID).is_some() {
        Err(Errno::ESRCH)
    } else if table.get(IFLA_NET_NS_FD).is_some() {
        Err(Errno::EBADF)
    } else if table.get(IFLA_TARGET_NETNSID).is_some() {
        Err(Errno::EINVAL)
    } else {
        Ok(())
    }
}

/// Refuses a namespace that is told twice.
#[doc(alias = "rtnl_ensure_unique_netns")]
fn check_namespace_count(request: &mut Request<'_, '_>, table: &Table<'_>) -> Result<(), Errno> {
    let given = [IFLA_TARGET_NETNSID, IFLA_NET_NS_PID, IFLA_NET_NS_FD];
    if given.iter().filter(|kind| table.get(**kind).is_some()).count() > 1 {
        let text = "multiple netns identifying attributes specified";
        return Err(request.refuse(Errno::EINVAL, text));
    }
    Ok(())
}

/// Refuses a namespace told by a process or a descriptor, where its number alone is taken.
#[doc(alias = "rtnl_ensure_unique_netns")]
fn check_namespace_by_number(
    request: &mut Request<'_, '_>,
    table: &Table<'_>,
) -> Result<(), Errno> {
    if table.get(IFLA_NET_NS_PID).is_some() || table.get(IFLA_NET_NS_FD).is_some() {
        let text = "specified netns attribute not supported";
        return Err(request.refuse(Errno::EOPNOTSUPP, text));
    }
    match table.get(IFLA_TARGET_NETNSID) {
        Some(_) => Err(Errno::EINVAL),
        None => Ok(()),
    }
}

/// Tells listeners of a device.
#[doc(alias = "rtmsg_ifinfo")]
pub(crate) fn notify_link(machine: &mut Machine, id: DeviceId, changed: DeviceFlags, cause: Cause) {
    send(machine, id, Filling { changed, ..Filling::default() }, cause);
}

fn send(machine: &mut Machine, id: DeviceId, filling: Filling, cause: Cause) {
    let Ok(device) = machine.device(id) else { return };
    if !device.is_registered {
        return;
    }
    let net = device.net;
    if let Some(message) = build(machine, id, MessageType::NEWLINK, filling, cause) {
        let echo_to = cause.echo.then_some(cause.port);
        af_netlink::notify(machine, net, Group::LINK, echo_to, message);
    }
}

/// Returns the message, if anybody would see it.
#[doc(alias = "rtmsg_ifinfo_build_skb")]
fn build(
    machine: &mut Machine,
    id: DeviceId,
    kind: MessageType,
    filling: Filling,
    cause: Cause,
) -> Option<Vec<u8>> {
    let device = machine.device(id).ok()?;
    let net = device.net;
    // The namespace of what is below gets its number here, whoever listens.
    let elsewhere = drivers::link_net(machine, device).filter(|other| *other != net);
    if let Some(other) = elsewhere {
        super::number_of_net(machine, net, other);
    }
    if !cause.echo && !af_netlink::has_listeners(machine, net, Group::LINK) {
        return None;
    }
    let (sequence, port) = if cause.echo { (cause.sequence, cause.port) } else { (0, 0) };
    let head = Head { kind, flags: MessageFlags::empty(), sequence, port };
    let mut encoder = Encoder::new();
    fill::fill(machine, id, &filling, head, &mut encoder).ok()?;
    Some(encoder.into_bytes())
}

/// Returns the message that says that a device is gone, to be sent when it is. It must be made while
/// the device is still there.
pub(crate) fn message_of_link_gone(
    machine: &mut Machine,
    id: DeviceId,
    arrival: Option<Arrival>,
    cause: Cause,
) -> Option<Vec<u8>> {
    let changed = DeviceFlags::all();
    let filling = Filling { changed, arrival, ..Filling::default() };
    build(machine, id, MessageType::DELLINK, filling, cause)
}

/// Tells listeners that a device is gone.
#[doc(alias = "rtmsg_ifinfo_send")]
pub(crate) fn send_link_gone(machine: &mut Machine, id: DeviceId, message: Vec<u8>, cause: Cause) {
    let Ok(net) = machine.device(id).map(|device| device.net) else { return };
    let echo_to = cause.echo.then_some(cause.port);
    af_netlink::notify(machine, net, Group::LINK, echo_to, message);
}

/// Tells listeners of what happened to a device.
#[doc(alias = "rtnetlink_event")]
pub(crate) fn event(machine: &mut Machine, id: DeviceId, event: Event) {
    /// `IFLA_EVENT_FEATURES`.
    const FEATURES: u32 = 2;
    let event = match event {
        Event::ChangeMtu
        | Event::ChangeName
        | Event::ChangeAddress
        | Event::ChangeTxQueueLength
        | Event::ChangeUpper => None,
        Event::FeatureChange => Some(FEATURES),
        Event::Register
        | Event::Unregister
        | Event::Up
        | Event::GoingDown
        | Event::Down
        | Event::Change(_) => return,
    };
    send(machine, id, Filling { event, ..Filling::default() }, Cause::NONE);
}
