//! The route that a packet takes.

use super::message::hop_flags;
use super::{Flags, LOCAL, MAIN, Place, Route};
use crate::addrconf;
use crate::dev::DeviceId;
use crate::machine::Machine;
use crate::net_namespace::NetId;
use ifctl_abi::rtnetlink::{NextHopFlags, RouteType};

/// What a packet is like.
#[derive(Debug, Clone, Copy)]
#[doc(alias = "flowi6")]
pub(super) struct Flow {
    pub(super) destination: u128,
    /// 0 where it is open.
    pub(super) source: u128,
    pub(super) device: Option<DeviceId>,
    /// No other device will do.
    #[doc(alias = "RT6_LOOKUP_F_IFACE")]
    pub(super) strict: bool,
    /// A device that has lost its carrier will do, whatever its settings say of that.
    #[doc(alias = "RT6_LOOKUP_F_IGNORE_LINKSTATE")]
    pub(super) ignores_link_state: bool,
}

/// A route, and where it was found.
pub(super) struct Found<'m> {
    pub(super) table: u32,
    pub(super) place: Place,
    pub(super) route: &'m Route,
}

/// Returns the route of a table.
#[doc(alias = "fib6_table_lookup")]
pub(super) fn in_table<'m>(
    machine: &'m Machine,
    net: NetId,
    table: u32,
    flow: &Flow,
) -> Option<(Place, &'m Route)> {
    let table = machine.net(net).ok()?.inet6.tables.get(table)?;
    table.covering(flow.destination, flow.source).find_map(|(place, node)| {
        let route = select(machine, node, flow)?;
        Some((place, route))
    })
}

/// Returns the best of a prefix' routes: of those of the lowest metric, that which fits best.
#[doc(alias("rt6_select", "rt6_score_route"))]
fn select<'m>(machine: &Machine, node: &'m [Route], flow: &Flow) -> Option<&'m Route> {
    let mut best: Option<(&Route, u8)> = None;
    for route in node {
        if best.is_some_and(|(best, _)| best.metric != route.metric) {
            break;
        }
        let flags = match flow.ignores_link_state {
            true => route.hop_flags,
            false => hop_flags(machine, route),
        };
        let dead = flags.contains(NextHopFlags::DEAD);
        let expired = route.expires.is_some_and(|at| at < addrconf::hundredths(machine.now));
        let fits = flow.device.is_none_or(|device| device == route.device);
        if dead || expired || flow.strict && !fits {
            continue;
        }
        // High, medium, low.
        let preference = match route.flags.preference() {
            1 => 2,
            0 => 1,
            _ => 0,
        };
        let score = if fits { 2 } else { 0 } | preference << 2;
        if best.is_none_or(|(_, most)| score > most) {
            best = Some((route, score));
        }
    }
    best.map(|(route, _)| route)
}

/// Returns the route of the first table that knows one: this host's own addresses first.
#[doc(alias = "fib6_rule_lookup")]
pub(super) fn by_rules<'m>(machine: &'m Machine, net: NetId, flow: &Flow) -> Option<Found<'m>> {
    let throws =
        |route: &Route| route.flags.contains(Flags::REJECT) && route.kind == RouteType::THROW;
    of_tables(machine, net, flow).find(|found| !throws(found.route))
}

/// As [`by_rules`], for a gateway: there the first table decides, even if it throws.
#[doc(alias = "fib6_lookup")]
pub(super) fn of_gateway<'m>(machine: &'m Machine, net: NetId, flow: &Flow) -> Option<Found<'m>> {
    of_tables(machine, net, flow).next()
}

fn of_tables<'m>(machine: &'m Machine, net: NetId, flow: &Flow) -> impl Iterator<Item = Found<'m>> {
    [LOCAL, MAIN].into_iter().filter_map(move |table| {
        let (place, route) = in_table(machine, net, table, flow)?;
        Some(Found { table, place, route })
    })
}
