//! The messages about routes.

use super::table::siblings;
use super::{Place, Route};
use crate::af_netlink;
use crate::dev::Cause;
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::{addrconf, in6};
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::*;
use ifctl_netlink::{AttributeWriter, EncodeError, Encoder, Head};

/// A route to be told of.
pub(super) struct Told<'m> {
    pub(super) table: u32,
    pub(super) place: Place,
    pub(super) route: &'m Route,
    /// All that share its load, itself the first; none where it is alone.
    pub(super) siblings: Vec<&'m Route>,
}

/// What a look-up adds to what is told of a route.
pub(super) struct Looked {
    pub(super) destination: u128,
    pub(super) source: u128,
    /// The index of the device that the packet came in by, 0 for a packet of this host.
    pub(super) input: u32,
    /// The source that would be chosen.
    pub(super) preferred: Option<u128>,
    /// The device that the packet leaves through, or `lo` where it stays here.
    pub(super) device: u32,
}

impl<'m> Told<'m> {
    /// Returns a route with those that share its load, from itself on, round to the one before it.
    pub(super) fn with_siblings(
        table: u32,
        place: Place,
        node: &'m [Route],
        route: &'m Route,
    ) -> Self {
        let mut siblings =
            if route.is_shareable() { siblings(node, route.metric) } else { Vec::new() };
        if siblings.len() < 2 {
            siblings.clear();
        }
        if let Some(at) = siblings.iter().position(|other| other.id == route.id) {
            siblings.rotate_left(at);
        }
        Self { table, place, route, siblings }
    }
}

/// Writes a message about a route.
#[doc(alias = "rt6_fill_node")]
pub(super) fn write(
    machine: &Machine,
    told: &Told<'_>,
    looked: Option<&Looked>,
    head: Head,
    encoder: &mut Encoder,
) -> Result<(), EncodeError> {
    let Told { table, place, route, .. } = told;
    let mut flags = RtmFlags::empty();
    if looked.is_none() && told.siblings.is_empty() {
        flags = RtmFlags::from_bits_retain(u32::from(hop_flags(machine, route).bits()));
    }
    let body = RouteHeader {
        family: Family::INET6,
        destination_length: looked.map_or(place.length(), |_| 128),
        source_length: looked.map_or(place.source_length(), |_| 128),
        tos: 0,
        table: u8::try_from(*table).unwrap_or(RouteTable::COMPAT.0 as u8),
        protocol: route.protocol,
        scope: RouteScope::UNIVERSE,
        kind: route.kind,
        flags,
    };
    encoder.message(head, &body, |to| {
        to.u32(RTA_TABLE, *table);
        match looked {
            Some(looked) => {
                to.address(RTA_DST, in6::to_ip(looked.destination));
                to.address(RTA_SRC, in6::to_ip(looked.source));
                if looked.input != 0 {
                    to.u32(RTA_IIF, looked.input);
                }
                if let Some(preferred) = looked.preferred {
                    to.address(RTA_PREFSRC, in6::to_ip(preferred));
                }
            }
            None => {
                if place.length() > 0 {
                    to.address(RTA_DST, in6::to_ip(place.destination()));
                }
                if place.source_length() > 0 {
                    to.address(RTA_SRC, in6::to_ip(place.source()));
                }
            }
        }
        if route.preferred_source != 0 {
            to.address(RTA_PREFSRC, in6::to_ip(route.preferred_source));
        }
        if let Some(metrics) = &route.metrics {
            to.nested(RTA_METRICS, |to| {
                for (kind, value) in metrics {
                    to.u32(*kind, *value);
                }
            });
        }
        to.u32(RTA_PRIORITY, route.metric);
        write_hops(machine, told, looked, to);
        let now = addrconf::hundredths(machine.now);
        // Neither a route that is gone expires, nor the way of a packet.
        let lasts = head.kind == MessageType::DELROUTE || looked.is_some();
        let expires = route.expires.filter(|_| !lasts);
        let left = expires.map_or(0, |at| at.saturating_sub(now));
        let bound = |time: i64| time.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32;
        let references = if looked.is_some() { 2 } else { 0 };
        let info = RouteCacheInfo { references, expires: bound(left), ..RouteCacheInfo::default() };
        to.value(RTA_CACHEINFO, &info);
        to.u8(RTA_PREF, route.flags.preference().0);
    })
}

fn write_hops(
    machine: &Machine,
    told: &Told<'_>,
    looked: Option<&Looked>,
    to: &mut AttributeWriter<'_>,
) {
    let index = |route: &Route| machine.device(route.device).map_or(0, |device| device.index);
    if told.siblings.is_empty() || looked.is_some() {
        if let Some(gateway) = told.route.gateway {
            to.address(RTA_GATEWAY, in6::to_ip(gateway));
        }
        to.u32(RTA_OIF, looked.map_or_else(|| index(told.route), |looked| looked.device));
        return;
    }
    to.nested(RTA_MULTIPATH, |to| {
        for hop in &told.siblings {
            let head = NextHopHeader {
                length: 0,
                flags: hop_flags(machine, hop),
                hops: hop.hops,
                index: index(hop),
            };
            to.next_hop(&head, |to| {
                if let Some(gateway) = hop.gateway {
                    to.address(RTA_GATEWAY, in6::to_ip(gateway));
                }
            });
        }
    });
}

/// Returns the flags of a next hop, with what follows from its device's settings.
#[doc(alias = "fib_nexthop_info")]
pub(super) fn hop_flags(machine: &Machine, route: &Route) -> NextHopFlags {
    let mut flags = route.hop_flags;
    if flags.contains(NextHopFlags::LINKDOWN)
        && machine
            .device(route.device)
            .ok()
            .and_then(|device| device.inet6.as_ref())
            .is_some_and(|inet6| inet6.conf.ignores_routes_with_linkdown())
    {
        flags |= NextHopFlags::DEAD;
    }
    flags
}

/// Tells listeners of a route.
#[doc(alias = "inet6_rt_notify")]
pub(crate) fn notify(
    machine: &mut Machine,
    net: NetId,
    kind: MessageType,
    flags: MessageFlags,
    cause: Cause,
    write: impl FnOnce(&Machine, Head, &mut Encoder) -> Result<(), EncodeError>,
) {
    if !cause.echo && !af_netlink::has_listeners(machine, net, Group::IPV6_ROUTE) {
        return;
    }
    let mut encoder = Encoder::new();
    let head = Head { kind, flags, sequence: cause.sequence, port: cause.port };
    if write(machine, head, &mut encoder).is_ok() && !encoder.is_empty() {
        let echo_to = cause.echo.then_some(cause.port);
        af_netlink::notify(machine, net, Group::IPV6_ROUTE, echo_to, encoder.into_bytes());
    }
}

/// Tells that a route was added, with those that it shares the load with.
pub(super) fn notify_added(
    machine: &mut Machine,
    net: NetId,
    table: u32,
    place: Place,
    id: u64,
    flags: MessageFlags,
    cause: Cause,
) {
    notify_of_many(machine, net, (MessageType::NEWROUTE, flags), table, place, id, cause);
}

/// Tells that a route is about to be deleted with all that it shares the load with.
pub(super) fn notify_deleted_together(
    machine: &mut Machine,
    net: NetId,
    table: u32,
    place: Place,
    id: u64,
    cause: Cause,
) {
    let kind = (MessageType::DELROUTE, MessageFlags::empty());
    notify_of_many(machine, net, kind, table, place, id, cause);
}

fn notify_of_many(
    machine: &mut Machine,
    net: NetId,
    (kind, flags): (MessageType, MessageFlags),
    table: u32,
    place: Place,
    id: u64,
    cause: Cause,
) {
    notify(machine, net, kind, flags, cause, |machine, head, encoder| {
        let tables = machine.net(net).ok().map(|net| &net.inet6.tables);
        let node = tables.and_then(|tables| tables.get(table)?.nodes.get(&place));
        let node = node.map(Vec::as_slice).unwrap_or_default();
        match node.iter().find(|route| route.id == id) {
            Some(route) => {
                let told = Told::with_siblings(table, place, node, route);
                write(machine, &told, None, head, encoder)
            }
            None => Ok(()),
        }
    });
}

/// Tells that a route was deleted.
pub(super) fn notify_deleted(
    machine: &mut Machine,
    net: NetId,
    table: u32,
    place: Place,
    route: &Route,
    cause: Cause,
) {
    let kind = MessageType::DELROUTE;
    notify(machine, net, kind, MessageFlags::empty(), cause, |machine, head, encoder| {
        let told = Told { table, place, route, siblings: Vec::new() };
        write(machine, &told, None, head, encoder)
    });
}
