//! Rules in messages.

use super::{Bound, FAMILIES, Rule, To, bits, group, target};
use crate::af_netlink::{self, DumpWriter, Progress, Walk};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::release::Release;
use crate::rtnetlink::{DumpRequest, Extended, Request};
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::{
    FRA_DPORT_MASK, FRA_DPORT_RANGE, FRA_DSCP, FRA_DSCP_MASK, FRA_DST, FRA_FLOW, FRA_FLOWLABEL,
    FRA_FLOWLABEL_MASK, FRA_FWMARK, FRA_FWMASK, FRA_GOTO, FRA_IIFNAME, FRA_IP_PROTO, FRA_L3MDEV,
    FRA_OIFNAME, FRA_PRIORITY, FRA_PROTOCOL, FRA_SPORT_MASK, FRA_SPORT_RANGE, FRA_SRC,
    FRA_SUPPRESS_IFGROUP, FRA_SUPPRESS_PREFIXLEN, FRA_TABLE, FRA_TUN_ID, FRA_UID_RANGE, Family,
    RouteTable, RuleAction, RuleFlags, RuleHeader,
};
use ifctl_kernel::Errno;
use ifctl_netlink::{AttributeWriter, EncodeError, Encoder, Head};

/// Writes a rule. A jump `goes` somewhere if there is a rule of the priority that it names.
#[doc(alias("fib_nl_fill_rule", "fib4_rule_fill", "fib6_rule_fill"))]
fn fill(
    release: Release,
    rule: &Rule,
    family: Family,
    goes: bool,
    head: Head,
    encoder: &mut Encoder,
) -> Result<(), EncodeError> {
    let mut flags = rule.flags;
    if rule.action == RuleAction::GOTO && !goes {
        flags |= RuleFlags::UNRESOLVED;
    }
    let is_detached = |bound: &Bound| bound.name[0] != 0 && bound.to == To::Nothing;
    if is_detached(&rule.input) {
        flags |= RuleFlags::INPUT_DETACHED;
    }
    if is_detached(&rule.output) {
        flags |= RuleFlags::OUTPUT_DETACHED;
    }
    let routes = matches!(family, Family::INET | Family::INET6);
    let header = RuleHeader {
        family,
        destination_length: if routes { rule.destination.length } else { 0 },
        source_length: if routes { rule.source.length } else { 0 },
        tos: if rule.dscp_full { 0 } else { rule.dscp },
        table: u8::try_from(rule.table).unwrap_or(RouteTable::COMPAT.0 as u8),
        reserved: [0; 2],
        action: rule.action,
        flags,
    };
    encoder.message(head, &header, |to| {
        write(rule, to);
        if routes {
            write_of_family(release, rule, family, to);
        }
    })
}

fn write(rule: &Rule, to: &mut AttributeWriter<'_>) {
    to.u32(FRA_TABLE, rule.table);
    to.i32(FRA_SUPPRESS_PREFIXLEN, rule.suppress_length);
    to.u8(FRA_PROTOCOL, rule.protocol.0);
    for (kind, bound) in [(FRA_IIFNAME, &rule.input), (FRA_OIFNAME, &rule.output)] {
        if !bound.text().is_empty() {
            to.text(kind, bound.text());
        }
    }
    let has_mask = rule.mark != 0 || rule.mark_mask != 0;
    let numbers = [
        (FRA_PRIORITY, rule.priority, rule.priority != 0),
        (FRA_FWMARK, rule.mark, rule.mark != 0),
        (FRA_FWMASK, rule.mark_mask, has_mask),
        (FRA_GOTO, rule.target, rule.target != 0),
    ];
    for (kind, number, _) in numbers.into_iter().filter(|(_, _, is_told)| *is_told) {
        to.u32(kind, number);
    }
    if rule.tunnel != 0 {
        to.u64(FRA_TUN_ID, rule.tunnel);
    }
    if rule.l3mdev != 0 {
        to.u8(FRA_L3MDEV, rule.l3mdev);
    }
    if let Some(users) = rule.users {
        to.value(FRA_UID_RANGE, &users);
    }
    for (range_in, mask_in, ports) in [
        (FRA_SPORT_RANGE, FRA_SPORT_MASK, &rule.source_ports),
        (FRA_DPORT_RANGE, FRA_DPORT_MASK, &rule.destination_ports),
    ] {
        if ports.is_set() {
            to.value(range_in, &ports.range);
        }
        if ports.mask != 0 {
            to.u16(mask_in, ports.mask);
        }
    }
    if rule.ip_protocol != 0 {
        to.u8(FRA_IP_PROTO, rule.ip_protocol);
    }
    if let Some(group) = rule.suppress_group {
        to.u32(FRA_SUPPRESS_IFGROUP, group);
    }
}

fn write_of_family(release: Release, rule: &Rule, family: Family, to: &mut AttributeWriter<'_>) {
    if rule.dscp_full {
        to.u8(FRA_DSCP, rule.dscp >> 2);
        if release >= Release::V6_18 {
            to.u8(FRA_DSCP_MASK, rule.dscp_mask >> 2);
        }
    }
    if rule.flow_label_mask != 0 {
        to.be32(FRA_FLOWLABEL, rule.flow_label);
        to.be32(FRA_FLOWLABEL_MASK, rule.flow_label_mask);
    }
    for (kind, prefix) in [(FRA_DST, rule.destination), (FRA_SRC, rule.source)] {
        if prefix.length != 0 {
            let bytes = prefix.address.to_be_bytes();
            let (_, address) = bytes.split_at(bytes.len() - bits(family) as usize / 8);
            to.bytes(kind, address);
        }
    }
    if rule.realms != 0 {
        to.u32(FRA_FLOW, rule.realms);
    }
}

/// Tells listeners of a rule that came or went.
#[doc(alias = "notify_rule_change")]
pub(super) fn notify(
    machine: &mut Machine,
    request: &Request<'_, '_>,
    kind: MessageType,
    family: Family,
    rule: &Rule,
) {
    let (net, cause, group) = (request.caller.net, request.cause, group(family));
    if !cause.echo && !af_netlink::has_listeners(machine, net, group) {
        return;
    }
    let rules = machine.net(net).ok().and_then(|net| net.rules.of(family));
    let goes = rules.is_some_and(|rules| target(rules, rule).is_some());
    let flags = MessageFlags::empty();
    let head = Head { kind, flags, sequence: cause.sequence, port: cause.port };
    let mut encoder = Encoder::new();
    if fill(machine.release, rule, family, goes, head, &mut encoder).is_ok() {
        let echo_to = cause.echo.then_some(cause.port);
        af_netlink::notify(machine, net, group, echo_to, encoder.into_bytes());
    }
}

/// A list of rules.
struct Listing {
    /// What a strict socket asked for.
    request: Option<DumpRequest>,
    /// The family whose rules are asked for.
    wanted: Family,
    /// Which family is next, and which of its rules.
    family: usize,
    rule: usize,
}

/// Lists the rules.
#[doc(alias = "fib_nl_dumprule")]
pub(crate) fn dump(
    _machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<Box<dyn Walk>, Errno> {
    let wanted = request.message.payload().first().copied().map_or(Family::UNSPEC, Family);
    let request = DumpRequest::if_strict(request);
    Ok(Box::new(Listing { request, wanted, family: 0, rule: 0 }))
}

#[doc(alias = "fib_valid_dumprule_req")]
fn check(request: &DumpRequest, extended: &mut Extended) -> Result<(), Errno> {
    let text = "Invalid header for fib rule dump request";
    let header: RuleHeader = request.header(extended, text)?;
    let empty = RuleHeader { family: header.family, ..RuleHeader::default() };
    if header != empty {
        let text = "Invalid values in header for fib rule dump request";
        return Err(extended.refuse(Errno::EINVAL, text, None));
    }
    if request.has_more_than::<RuleHeader>() {
        let text = "Invalid data after header in fib rule dump request";
        return Err(extended.refuse(Errno::EINVAL, text, None));
    }
    Ok(())
}

impl Walk for Listing {
    #[doc(alias = "dump_rules")]
    fn fill(
        &mut self,
        machine: &Machine,
        net: NetId,
        writer: &mut DumpWriter<'_>,
    ) -> Result<Progress, Errno> {
        if let Some(request) = self.request.take() {
            check(&request, writer.extended)?;
        }
        let is_known = self.wanted == Family::UNSPEC || FAMILIES.contains(&self.wanted);
        if !is_known {
            return Err(Errno::EAFNOSUPPORT);
        }
        while let Some(family) = FAMILIES.get(self.family).copied() {
            let is_wanted = self.wanted == Family::UNSPEC || self.wanted == family;
            let rules = machine.net(net)?.rules.of(family).filter(|_| is_wanted);
            let rules = rules.map(Vec::as_slice).unwrap_or_default();
            while let Some(rule) = rules.get(self.rule) {
                let goes = target(rules, rule).is_some();
                let written = writer.put(MessageType::NEWRULE, |head, encoder| {
                    fill(machine.release, rule, family, goes, head, encoder)
                });
                if written.is_err() {
                    return Ok(Progress::Full);
                }
                self.rule += 1;
            }
            self.family += 1;
            self.rule = 0;
        }
        Ok(Progress::Complete)
    }
}
