//! The route that a packet takes.

use super::message::hop_flags;
use super::{Flags, LOCAL, MAIN, Place, Route};
use crate::addrconf;
use crate::dev::DeviceId;
use crate::fib_rules::{Marks, Packet, Rule};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use ifctl_abi::rtnetlink::{
    Family, NextHopFlags, RouteType, RouterPreference, RuleAction, RuleFlags,
};
use ifctl_kernel::Errno;

/// What a packet is like.
#[derive(Debug, Clone, Copy)]
#[doc(alias = "flowi6")]
pub(super) struct Flow {
    pub(super) destination: u128,
    /// 0 where it is open.
    pub(super) source: u128,
    pub(super) device: Option<DeviceId>,
    /// The index of the device that it is bound to, 0 for none.
    pub(super) output: u32,
    /// No other device will do.
    #[doc(alias = "RT6_LOOKUP_F_IFACE")]
    pub(super) strict: bool,
    /// A device that has lost its carrier will do, whatever its settings say of that.
    #[doc(alias = "RT6_LOOKUP_F_IGNORE_LINKSTATE")]
    pub(super) ignores_link_state: bool,
    /// Traffic class and flow label, as they stand in a packet.
    #[doc(alias = "flowinfo")]
    pub(super) label: u32,
    pub(super) marks: Marks,
}

/// A route, and where it was found.
pub(super) struct Found<'m> {
    /// The packet's source: that which a rule found for it, if it had none.
    pub(super) source: u128,
    pub(super) table: u32,
    pub(super) place: Place,
    pub(super) route: &'m Route,
}

/// Returns the route of a table.
#[doc(alias("fib6_table_lookup", "fib6_node_lookup_1", "fib6_backtrack"))]
pub(super) fn in_table<'m>(
    machine: &'m Machine,
    net: NetId,
    table: u32,
    flow: &Flow,
) -> Option<(Place, &'m Route)> {
    let table = machine.net(net).ok()?.inet6.tables.get(table)?;
    let mut has_begun = false;
    for found in table.covering(flow.destination, flow.source) {
        // The look-up does not begin at a prefix whose sources do not fit: it only comes back to it. Where
        // there is nothing else it begins at the default route.
        has_begun |= !found.is_behind_sources || found.place == Place::to(0, 0);
        if has_begun && let Some(route) = select(machine, found.node, flow) {
            return Some((found.place, route));
        }
    }
    None
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
        let preference = match route.flags.preference() {
            RouterPreference::HIGH => 2,
            RouterPreference::MEDIUM => 1,
            _ => 0,
        };
        let score = if fits { 2 } else { 0 } | preference << 2;
        if best.is_none_or(|(_, most)| score > most) {
            best = Some((route, score));
        }
    }
    best.map(|(route, _)| route)
}

/// What comes of a rule.
enum Outcome<'m> {
    /// Its table knows this.
    Found(Found<'m>),
    /// It refuses the packet.
    Refused(Errno),
}

/// Returns the route that the rules lead to, which may be one that refuses.
#[doc(alias("fib6_rule_lookup", "__fib6_rule_action"))]
pub(super) fn by_rules<'m>(
    machine: &'m Machine,
    net: NetId,
    flow: &Flow,
) -> Result<Found<'m>, Errno> {
    let mut flow = *flow;
    let outcome = by_each(machine, net, &packet(&flow), |rule| {
        let found = match act(machine, net, rule, &mut flow)? {
            Outcome::Found(found) => found,
            Outcome::Refused(errno) => return Some(Err(errno)),
        };
        let goes_on = match found.route.flags.contains(Flags::REJECT) {
            // One that throws sends the packet on to the next rule.
            true => found.route.kind == RouteType::THROW,
            false => suppresses(machine, net, rule, &found),
        };
        (!goes_on).then_some(Ok(found))
    })?;
    outcome.unwrap_or(Err(Errno::ENETUNREACH))
}

/// As [`by_rules`], for a gateway: there the first table that knows a route decides, even if that throws,
/// and nothing is suppressed.
#[doc(alias("fib6_lookup", "fib6_rule_action_alt"))]
pub(super) fn of_gateway<'m>(machine: &'m Machine, net: NetId, flow: &Flow) -> Option<Found<'m>> {
    let mut flow = *flow;
    let packet = packet(&flow);
    let outcome = by_each(machine, net, &packet, |rule| {
        Some(match act(machine, net, rule, &mut flow)? {
            Outcome::Found(found) => Some(found),
            Outcome::Refused(_) => None,
        })
    });
    outcome.ok().flatten().flatten()
}

/// Goes through the rules, which are asked once one was added: until then, even if one was deleted, the
/// local and the main table are.
#[doc(alias = "fib6_has_custom_rules")]
fn by_each<T>(
    machine: &Machine,
    net: NetId,
    packet: &Packet,
    mut act: impl FnMut(&Rule) -> Option<T>,
) -> Result<Option<T>, Errno> {
    let net = machine.net(net)?;
    Ok(match net.inet6.has_custom_rules {
        true => net.rules.first(packet, act),
        false => [LOCAL, MAIN].into_iter().find_map(|table| act(&Rule::to_table(0, table))),
    })
}

fn packet(flow: &Flow) -> Packet {
    Packet {
        family: Family::INET6,
        destination: flow.destination,
        source: (flow.source != 0).then_some(flow.source),
        output: flow.output,
        dscp: (flow.label >> 20) as u8 & 0xfc,
        flow_label: flow.label & 0x000f_ffff,
        marks: flow.marks,
    }
}

/// Returns what a rule leads to; `None`: nothing.
#[doc(alias("fib6_rule_action", "fib6_rule_saddr"))]
fn act<'m>(machine: &'m Machine, net: NetId, rule: &Rule, flow: &mut Flow) -> Option<Outcome<'m>> {
    let errno = match rule.action {
        RuleAction::TO_TABLE => None,
        RuleAction::UNREACHABLE => Some(Errno::ENETUNREACH),
        RuleAction::PROHIBIT => Some(Errno::EACCES),
        _ => Some(Errno::EINVAL),
    };
    if let Some(errno) = errno {
        return Some(Outcome::Refused(errno));
    }
    let table = if rule.table == 0 { MAIN } else { rule.table };
    let (place, route) = in_table(machine, net, table, flow)?;
    let finds_source = rule.flags.contains(RuleFlags::FIND_SOURCE) && rule.source.length != 0;
    if finds_source && flow.source == 0 {
        let source = addrconf::source_for(machine, net, route.device, flow.destination)?;
        if !rule.source.has(Family::INET6, source) {
            return None;
        }
        flow.source = source;
    }
    Some(Outcome::Found(Found { source: flow.source, table, place, route }))
}

#[doc(alias = "fib6_rule_suppress")]
fn suppresses(machine: &Machine, net: NetId, rule: &Rule, found: &Found<'_>) -> bool {
    let device = leaves_by(machine, net, found.route).and_then(|id| machine.device(id));
    let group = device.ok().map(|device| device.group);
    i32::from(found.place.length()) <= rule.suppress_length
        || rule.suppress_group.is_some() && rule.suppress_group == group
}

/// Returns the device that packets of a route leave by: `lo` for those that stay.
#[doc(alias = "ip6_rt_get_dev_rcu")]
pub(super) fn leaves_by(machine: &Machine, net: NetId, route: &Route) -> Result<DeviceId, Errno> {
    if route.flags.intersects(Flags::LOCAL | Flags::ANYCAST) {
        machine.net(net)?.lo()
    } else {
        Ok(route.device)
    }
}
