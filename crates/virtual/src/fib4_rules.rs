//! Policy rules of IPv4 (`net/ipv4/fib_rules.c`).

use crate::fib_rules::{self, Asked, Packet, Rule};
use crate::fib_trie::{self, Flow, Found};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::rtnetlink::Request;
use ifctl_abi::rtnetlink::{FRA_FLOW, FRA_FLOWLABEL, FRA_FLOWLABEL_MASK, Family, RuleAction};
use ifctl_kernel::Errno;

/// The bits of the type of service that a route or a rule without differentiated services looks at.
#[doc(alias = "INET_DSCP_LEGACY_TOS_MASK")]
pub(crate) const TOS_MASK: u8 = 0x1c;

/// The type of service that a rule may have.
#[doc(alias = "IPTOS_TOS_MASK")]
const TOS_OF_RULES: u8 = 0x1e;

/// Finds a way through the tables.
#[doc(alias("fib_lookup", "__fib_lookup"))]
pub(crate) fn look_up<'a>(
    machine: &'a Machine,
    net: NetId,
    flow: &Flow,
) -> Result<Found<'a>, Errno> {
    let packet = Packet {
        family: Family::INET,
        destination: flow.destination.into(),
        source: Some(flow.source.into()),
        output: flow.output,
        dscp: flow.tos & 0xfc,
        flow_label: 0,
        marks: flow.marks,
    };
    let outcome = fib_rules::of_net(machine, net)?.first(&packet, |rule| {
        let found = match act(machine, net, rule, flow) {
            Err(Errno::EAGAIN) => return None,
            found => found,
        };
        let is_suppressed = found.is_ok_and(|found| suppresses(machine, rule, &found));
        (!is_suppressed).then(|| found.map(|found| Found { realms: rule.realms, ..found }))
    });
    outcome.unwrap_or(Err(Errno::ENETUNREACH))
}

/// Returns what a rule finds; `EAGAIN`: nothing.
#[doc(alias = "fib4_rule_action")]
fn act<'a>(machine: &'a Machine, net: NetId, rule: &Rule, flow: &Flow) -> Result<Found<'a>, Errno> {
    match rule.action {
        RuleAction::TO_TABLE => {}
        RuleAction::UNREACHABLE => return Err(Errno::ENETUNREACH),
        RuleAction::PROHIBIT => return Err(Errno::EACCES),
        _ => return Err(Errno::EINVAL),
    }
    machine.net(net)?.fib.table(rule.table).ok_or(Errno::EAGAIN)?;
    fib_trie::look_up(machine, net, rule.table, flow)
}

#[doc(alias = "fib4_rule_suppress")]
fn suppresses(machine: &Machine, rule: &Rule, found: &Found<'_>) -> bool {
    let first = found.info.hops.first().and_then(|hop| hop.key.device);
    let group = first.and_then(|id| machine.device(id).ok()).map(|device| device.group);
    i32::from(found.key.length()) <= rule.suppress_length
        || rule.suppress_group.is_some() && rule.suppress_group == group
}

/// Checks what IPv4 asks of a rule, and takes what it adds.
#[doc(alias = "fib4_rule_configure")]
pub(crate) fn configure(
    machine: &mut Machine,
    request: &mut Request<'_, '_>,
    asked: &mut Asked<'_>,
) -> Result<(), Errno> {
    let tos = asked.tos();
    let labels = [FRA_FLOWLABEL, FRA_FLOWLABEL_MASK];
    let text = if labels.iter().any(|kind| asked.table.get(*kind).is_some()) {
        Some("Flow label cannot be specified for IPv4 FIB rules")
    } else if tos & 3 != 0 {
        Some("Invalid dsfield (tos): ECN bits must be 0")
    } else if tos & !TOS_OF_RULES != 0 {
        Some("Invalid tos")
    } else {
        None
    };
    if let Some(text) = text {
        return Err(request.refuse(Errno::EINVAL, text));
    }
    asked.rule.dscp = tos;
    asked.take_services(request)?;
    asked.rule.realms = asked.number(FRA_FLOW).unwrap_or(0);
    let fib = &mut machine.net_mut(request.caller.net)?.fib;
    let rule = &mut asked.rule;
    if rule.table == 0 && rule.l3mdev == 0 && rule.action == RuleAction::TO_TABLE {
        rule.table = fib.make_empty_table().ok_or(Errno::ENOBUFS)?;
    }
    fib.part_local_table();
    Ok(())
}
