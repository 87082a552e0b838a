//! Policy rules in a state.

use super::{Bound, FAMILIES, Name, Ports, Prefix, Rule, Rules, To, bits};
use crate::state::{
    Bytes, Devices, RuleDevice, RulePorts, RulePrefix, RuleState, StateError, Within, must, wrong,
};
use ifctl_abi::rtnetlink::{Family, RouteProtocol, RuleAction, RuleRange16, RuleRange32};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

impl Rules {
    /// Returns what a state has of them: nothing while they are those of every new namespace.
    pub(crate) fn save(&self) -> Option<Vec<RuleState>> {
        let families = FAMILIES.iter().zip(&self.0);
        let rules =
            families.flat_map(|(family, rules)| rules.iter().map(|rule| save(*family, rule)));
        (*self != Self::default()).then(|| rules.collect())
    }

    /// Returns those of a state.
    pub(crate) fn load(saved: Option<&[RuleState]>, devices: &Devices) -> Result<Self, StateError> {
        let Some(saved) = saved else { return Ok(Self::default()) };
        let mut rules = Self(Default::default());
        for (place, saved) in saved.iter().enumerate() {
            let rule = load(saved, devices).within_item("rules", place)?;
            let list = rules.of_mut(Family(saved.family));
            let list = list.ok_or_else(|| wrong("no family of this number has rules"));
            let list = list.within("family").within_item("rules", place)?;
            let is_next = list.last().is_none_or(|last| last.priority <= rule.priority);
            must(is_next, "priority", "it is not in the kernel's order")
                .within_item("rules", place)?;
            list.push(rule);
        }
        Ok(rules)
    }
}

fn save(family: Family, rule: &Rule) -> RuleState {
    let prefix = |prefix: Prefix| {
        let address = match bits(family) {
            32 => IpAddr::V4(Ipv4Addr::from_bits(prefix.address as u32)),
            _ => IpAddr::V6(Ipv6Addr::from_bits(prefix.address)),
        };
        (prefix.length != 0).then_some(RulePrefix { address, length: prefix.length })
    };
    let ports = |ports: &Ports| {
        let RuleRange16 { start: first, end: last } = ports.range;
        ports.is_set().then_some(RulePorts { first, last, mask: ports.mask })
    };
    RuleState {
        family: family.0,
        priority: rule.priority,
        action: rule.action.0,
        table: rule.table,
        flags: rule.flags,
        protocol: rule.protocol.0,
        input: save_bound(&rule.input),
        output: save_bound(&rule.output),
        mark: rule.mark,
        mark_mask: rule.mark_mask,
        target: rule.target,
        tunnel: rule.tunnel,
        l3mdev: rule.l3mdev != 0,
        users: rule.users.map(|users| [users.start, users.end]),
        ip_protocol: rule.ip_protocol,
        source_ports: ports(&rule.source_ports),
        destination_ports: ports(&rule.destination_ports),
        suppress_length: rule.suppress_length,
        suppress_group: rule.suppress_group,
        source: prefix(rule.source),
        destination: prefix(rule.destination),
        dscp: rule.dscp,
        dscp_mask: rule.dscp_mask,
        dscp_full: rule.dscp_full,
        flow_label: rule.flow_label,
        flow_label_mask: rule.flow_label_mask,
        realms: rule.realms,
    }
}

fn save_bound(bound: &Bound) -> Option<RuleDevice> {
    // What stands behind the end of a name is a part of it to whoever compares it.
    let end = bound.name.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let name = Bytes(bound.name.get(..end).unwrap_or_default().to_vec());
    match bound.to {
        To::Any => None,
        To::Nothing => Some(RuleDevice { name, index: None }),
        To::Index(index) => Some(RuleDevice { name, index: Some(index) }),
    }
}

fn load(saved: &RuleState, devices: &Devices) -> Result<Rule, StateError> {
    let family = Family(saved.family);
    let is_forward = saved.action != RuleAction::GOTO.0 || saved.target > saved.priority;
    must(is_forward, "target", "rules go forward only")?;
    must(saved.dscp & 3 == 0, "dscp", "its last two bits are something else's")?;
    must(!saved.l3mdev || saved.table == 0, "table", "a VRF has its own")?;
    let users = saved.users.map(|[start, end]| RuleRange32 { start, end });
    let are_users = |users: RuleRange32| users.start <= users.end && users.end != u32::MAX;
    must(users.is_none_or(are_users), "users", "no users have these numbers")?;
    Ok(Rule {
        action: RuleAction(saved.action),
        table: saved.table,
        flags: saved.flags,
        priority: saved.priority,
        protocol: RouteProtocol(saved.protocol),
        input: load_bound(saved.input.as_ref(), devices).within("input")?,
        output: load_bound(saved.output.as_ref(), devices).within("output")?,
        mark: saved.mark,
        mark_mask: saved.mark_mask,
        target: saved.target,
        tunnel: saved.tunnel,
        l3mdev: saved.l3mdev.into(),
        users,
        ip_protocol: saved.ip_protocol,
        source_ports: load_ports(saved.source_ports.as_ref()).within("source_ports")?,
        destination_ports: load_ports(saved.destination_ports.as_ref())
            .within("destination_ports")?,
        suppress_length: saved.suppress_length,
        suppress_group: saved.suppress_group,
        source: load_prefix(family, saved.source.as_ref()).within("source")?,
        destination: load_prefix(family, saved.destination.as_ref()).within("destination")?,
        dscp: saved.dscp,
        dscp_mask: saved.dscp_mask,
        dscp_full: saved.dscp_full,
        flow_label: saved.flow_label,
        flow_label_mask: saved.flow_label_mask,
        realms: saved.realms,
    })
}

fn load_bound(saved: Option<&RuleDevice>, devices: &Devices) -> Result<Bound, StateError> {
    let Some(saved) = saved else { return Ok(Bound::ANY) };
    must(saved.name.0.len() <= 15, "name", "a name has 15 bytes at most")?;
    devices.find_if(saved.index).within("index")?;
    let mut name = Name::default();
    for (to, from) in name.iter_mut().zip(&saved.name.0) {
        *to = *from;
    }
    Ok(Bound { name, to: saved.index.map_or(To::Nothing, To::Index) })
}

fn load_ports(saved: Option<&RulePorts>) -> Result<Ports, StateError> {
    let Some(saved) = saved else { return Ok(Ports::default()) };
    let (start, end) = (saved.first, saved.last);
    must(start != 0 && start <= end && end != u16::MAX, "", "no rule is for these")?;
    must(saved.mask == 0 || start == end, "mask", "of one port only")?;
    Ok(Ports { range: RuleRange16 { start, end }, mask: saved.mask })
}

fn load_prefix(family: Family, saved: Option<&RulePrefix>) -> Result<Prefix, StateError> {
    let Some(saved) = saved else { return Ok(Prefix::default()) };
    let (address, size) = match saved.address {
        IpAddr::V4(address) => (address.to_bits().into(), 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    };
    must(size == bits(family), "address", "it is of another family")?;
    let fits = saved.length != 0 && u32::from(saved.length) <= size;
    must(fits, "length", "no prefix has this length")?;
    Ok(Prefix { address, length: saved.length })
}
