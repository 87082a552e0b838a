//! Routes in messages.

use super::{Info, ignores_link_down};
use crate::af_netlink;
use crate::dev::Cause;
use crate::fib_trie::{Alias, Key};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::{Family, Group, NextHopFlags, RouteTable, RtmFlags};
use ifctl_netlink::{EncodeError, Encoder, Head, NextHop, NextHops, Route};
use std::net::{IpAddr, Ipv4Addr};

/// Writes a route.
#[doc(alias = "fib_dump_info")]
pub(crate) fn fill(
    machine: &Machine,
    table: u32,
    key: Key,
    alias: Alias,
    info: &Info,
    head: Head,
    encoder: &mut Encoder,
) -> Result<(), EncodeError> {
    let address = |address: u32| IpAddr::V4(Ipv4Addr::from_bits(address));
    let hops: Vec<NextHop> = info
        .hops
        .iter()
        .map(|hop| NextHop {
            index: if hop.key.device.is_some() { hop.key.output } else { 0 },
            hops: hop.key.hops,
            flags: flags(machine, hop),
            gateway: hop.key.gateway,
            realms: Some(hop.key.realms).filter(|realms| *realms != 0),
        })
        .collect();
    let (one, many) = match hops.as_slice() {
        [one] => (Some(*one), NextHops::default()),
        many => (None, NextHops::new(many)),
    };
    let route_flags = match one {
        Some(one) => RtmFlags::from_bits_retain(u32::from(one.flags.bits())),
        None => info.key.flags | RtmFlags::from_bits_retain(u32::from(info.state.bits())),
    };
    let route = Route {
        family: Family::INET,
        destination_length: key.length(),
        source_length: 0,
        tos: key.tos(),
        table: RouteTable(table),
        protocol: info.key.protocol,
        scope: info.key.scope,
        kind: info.key.kind,
        flags: route_flags,
        destination: (key.length() > 0).then(|| address(key.destination())),
        priority: Some(info.key.priority).filter(|priority| *priority != 0),
        metrics: info.key.metrics.as_deref().map(super::Metrics::told).unwrap_or_default(),
        preferred_source: Some(alias.source).filter(|source| *source != 0).map(address),
        gateway: one.and_then(|one| one.gateway),
        output: one.map(|one| one.index).filter(|index| *index != 0),
        realms: one.and_then(|one| one.realms),
        next_hops: many,
        ..Route::default()
    };
    route.encode(head, encoder)
}

/// Returns the flags of a next hop as messages show them.
#[doc(alias = "fib_nexthop_info")]
fn flags(machine: &Machine, hop: &super::Hop) -> NextHopFlags {
    let shown = NextHopFlags::ONLINK | NextHopFlags::OFFLOAD | NextHopFlags::TRAP;
    let mut flags = (hop.key.flags & shown) | hop.state;
    if hop.state.contains(NextHopFlags::LINKDOWN) && ignores_link_down(machine, hop) {
        flags |= NextHopFlags::DEAD;
    }
    flags
}

/// Tells listeners of a route that came or went.
#[doc(alias = "rtmsg_fib")]
#[allow(clippy::too_many_arguments, reason = "each is a part of the message")]
pub(crate) fn notify(
    machine: &mut Machine,
    net: NetId,
    kind: MessageType,
    table: u32,
    key: Key,
    alias: Alias,
    flags: MessageFlags,
    cause: Cause,
) {
    let group = Group::IPV4_ROUTE;
    if !cause.echo && !af_netlink::has_listeners(machine, net, group) {
        return;
    }
    let Some(info) = machine.net(net).ok().and_then(|net| net.fib.infos.get(alias.info)) else {
        return;
    };
    let head = Head { kind, flags, sequence: cause.sequence, port: cause.port };
    let mut encoder = Encoder::new();
    if fill(machine, table, key, alias, info, head, &mut encoder).is_ok() {
        let echo_to = cause.echo.then_some(cause.port);
        af_netlink::notify(machine, net, group, echo_to, encoder.into_bytes());
    }
}
