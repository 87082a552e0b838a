//! Policy rules of IPv6 (`net/ipv6/fib6_rules.c`). The ways through their tables are found in
//! `ip6_fib/lookup.rs`.

use crate::fib_rules::Asked;
use crate::machine::Machine;
use crate::rtnetlink::Request;
use ifctl_abi::rtnetlink::{FRA_FLOWLABEL, FRA_FLOWLABEL_MASK, RuleAction};
use ifctl_kernel::Errno;

/// The bits of a flow label.
#[doc(alias = "IPV6_FLOWLABEL_MASK")]
const LABEL_BITS: u32 = 0x000f_ffff;

/// Checks what IPv6 asks of a rule, and takes what it adds.
#[doc(alias = "fib6_rule_configure")]
pub(crate) fn configure(
    machine: &mut Machine,
    request: &mut Request<'_, '_>,
    asked: &mut Asked<'_>,
) -> Result<(), Errno> {
    let tos = asked.tos();
    if tos & 3 != 0 {
        let text = "Invalid dsfield (tos): ECN bits must be 0";
        return Err(request.refuse(Errno::EINVAL, text));
    }
    asked.rule.dscp = tos;
    asked.rule.dscp_mask = if tos == 0 { 0 } else { 0xfc };
    asked.take_services(request)?;
    take_label(request, asked)?;
    let rule = &asked.rule;
    let inet6 = &mut machine.net_mut(request.caller.net)?.inet6;
    if rule.action == RuleAction::TO_TABLE && rule.l3mdev == 0 {
        if rule.table == 0 {
            return Err(request.refuse(Errno::EINVAL, "Invalid table"));
        }
        inet6.tables.make(rule.table);
    }
    inet6.has_custom_rules = true;
    Ok(())
}

#[doc(alias = "fib6_nl2rule_flowlabel")]
fn take_label(request: &mut Request<'_, '_>, asked: &mut Asked<'_>) -> Result<(), Errno> {
    let [label, mask] = [FRA_FLOWLABEL, FRA_FLOWLABEL_MASK].map(|kind| asked.table.get(kind));
    let (label, mask) = match (label, mask) {
        (None, None) => return Ok(()),
        (Some(label), Some(mask)) => (label, mask),
        (label, _) => {
            let missing = if label.is_none() { FRA_FLOWLABEL } else { FRA_FLOWLABEL_MASK };
            request.extended.missing = Some(missing.into());
            return Err(Errno::EINVAL);
        }
    };
    let [value, bits] = [label, mask].map(|given| given.be32().unwrap_or(0));
    if bits & !LABEL_BITS != 0 {
        let text = "Invalid flow label mask";
        return Err(request.extended.refuse(Errno::EINVAL, text, Some(mask.offset())));
    }
    if value & !bits != 0 {
        return Err(request.refuse(Errno::EINVAL, "Flow label and mask do not match"));
    }
    asked.rule.flow_label = value;
    asked.rule.flow_label_mask = bits;
    Ok(())
}
