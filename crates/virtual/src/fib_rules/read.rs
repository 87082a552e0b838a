//! Rules as requests tell them.

use super::{Bound, Name, Ports, Prefix, Rule, To, bits};
use crate::machine::Machine;
use crate::release::Release;
use crate::rtnetlink::{Policy, Request, Rule as Must, parse};
use ifctl_abi::rtnetlink::{
    FRA_COUNT, FRA_DPORT_MASK, FRA_DPORT_RANGE, FRA_DSCP, FRA_DSCP_MASK, FRA_DST, FRA_FLOW,
    FRA_FLOWLABEL, FRA_FLOWLABEL_MASK, FRA_FWMARK, FRA_FWMASK, FRA_GOTO, FRA_IIFNAME, FRA_IP_PROTO,
    FRA_L3MDEV, FRA_OIFNAME, FRA_PRIORITY, FRA_PROTOCOL, FRA_SPORT_MASK, FRA_SPORT_RANGE, FRA_SRC,
    FRA_SUPPRESS_IFGROUP, FRA_SUPPRESS_PREFIXLEN, FRA_TABLE, FRA_TUN_ID, FRA_UID_RANGE, Family,
    RouteProtocol, RuleAction, RuleHeader, RuleRange16, RuleRange32,
};
use ifctl_kernel::Errno;
use ifctl_netlink::{Attribute, AttributeTable};

/// The six bits of differentiated services.
#[doc(alias = "INET_DSCP_MASK")]
const DSCP_BITS: u8 = 0x3f;

/// `fib_rule_policy`. What follows [`FRA_DPORT_RANGE`] is checked strictly.
const POLICY: &Policy = &[
    (FRA_IIFNAME, Must::Text(15)),
    (FRA_OIFNAME, Must::Text(15)),
    (FRA_PRIORITY, Must::Number(4)),
    (FRA_FWMARK, Must::Number(4)),
    (FRA_FLOW, Must::Number(4)),
    (FRA_TUN_ID, Must::Number(8)),
    (FRA_FWMASK, Must::Number(4)),
    (FRA_TABLE, Must::Number(4)),
    (FRA_SUPPRESS_PREFIXLEN, Must::Number(4)),
    (FRA_SUPPRESS_IFGROUP, Must::Number(4)),
    (FRA_GOTO, Must::Number(4)),
    (FRA_L3MDEV, Must::Number(1)),
    (FRA_UID_RANGE, Must::AtLeast(8)),
    (FRA_PROTOCOL, Must::Number(1)),
    (FRA_IP_PROTO, Must::Number(1)),
    (FRA_SPORT_RANGE, Must::AtLeast(4)),
    (FRA_DPORT_RANGE, Must::AtLeast(4)),
    (FRA_DSCP, Must::Since(Release::V6_12, &Must::ByteUpTo(DSCP_BITS))),
    (FRA_FLOWLABEL, Must::Since(Release::V6_18, &Must::BigEndian)),
    (FRA_FLOWLABEL_MASK, Must::Since(Release::V6_18, &Must::BigEndian)),
    (FRA_SPORT_MASK, Must::Since(Release::V6_18, &Must::Exactly(2))),
    (FRA_DPORT_MASK, Must::Since(Release::V6_18, &Must::Exactly(2))),
    (FRA_DSCP_MASK, Must::Since(Release::V6_18, &Must::ByteOf(DSCP_BITS))),
];

/// A request for a rule, or against one.
pub(crate) struct Asked<'m> {
    header: RuleHeader,
    pub(crate) table: AttributeTable<'m, FRA_COUNT>,
    pub(crate) rule: Rule,
}

impl<'m> Asked<'m> {
    /// Reads a request.
    #[doc(alias = "fib_nl2rule")]
    pub(super) fn read(request: &mut Request<'_, 'm>) -> Result<Self, Errno> {
        let header = request.message.body::<RuleHeader>().map(|(header, _)| header);
        let Ok(header) = header else {
            return Err(request.refuse(Errno::EINVAL, "Invalid msg length"));
        };
        if !super::FAMILIES.contains(&header.family) {
            return Err(request.refuse(Errno::EAFNOSUPPORT, "Rule family not supported"));
        }
        let parsed = parse::<RuleHeader, FRA_COUNT>(request, POLICY);
        // The place that is wrong is still told.
        let (header, table) = parsed.inspect_err(|_| request.extended.say("Error parsing msg"))?;
        let mut asked = Self { header, table, rule: Rule::to_table(0, 0) };
        asked.fill(request)?;
        Ok(asked)
    }

    /// The family of the rule.
    pub(super) fn family(&self) -> Family {
        self.header.family
    }

    /// The type of service in the header.
    pub(crate) fn tos(&self) -> u8 {
        self.header.tos
    }

    /// Returns the number in an attribute.
    pub(crate) fn number(&self, kind: u16) -> Option<u32> {
        self.table.u32(kind).ok().flatten()
    }

    fn byte(&self, kind: u16) -> Option<u8> {
        self.table.u8(kind).ok().flatten()
    }

    /// Returns the prefix of an attribute, of so many bits.
    fn prefix(&self, kind: u16, length: u8) -> Option<Prefix> {
        if length == 0 {
            return Some(Prefix::default());
        }
        let bytes = self.table.get(kind)?.bytes();
        let size = bits(self.header.family);
        let fits = u32::from(length) <= size && bytes.len() * 8 == size as usize;
        let address = bytes.iter().fold(0, |address, byte| address << 8 | u128::from(*byte));
        fits.then_some(Prefix { address, length })
    }

    fn fill(&mut self, request: &mut Request<'_, '_>) -> Result<(), Errno> {
        let header = self.header;
        let source = self.prefix(FRA_SRC, header.source_length);
        let source =
            source.ok_or_else(|| request.refuse(Errno::EINVAL, "Invalid source address"))?;
        let destination = self.prefix(FRA_DST, header.destination_length);
        let destination =
            destination.ok_or_else(|| request.refuse(Errno::EINVAL, "Invalid dst address"))?;
        let mark = self.number(FRA_FWMARK).unwrap_or(0);
        let mark_mask = if mark == 0 { 0 } else { u32::MAX };
        let bound = |kind| self.table.get(kind).map_or(Bound::ANY, |name| bound(&name));
        let rule = Rule {
            action: header.action,
            table: self.number(FRA_TABLE).unwrap_or(u32::from(header.table)),
            flags: header.flags,
            priority: self.number(FRA_PRIORITY).unwrap_or(0),
            protocol: RouteProtocol(self.byte(FRA_PROTOCOL).unwrap_or(0)),
            input: bound(FRA_IIFNAME),
            output: bound(FRA_OIFNAME),
            mark,
            mark_mask: self.number(FRA_FWMASK).unwrap_or(mark_mask),
            target: self.number(FRA_GOTO).unwrap_or(0),
            tunnel: self.table.value(FRA_TUN_ID).ok().flatten().unwrap_or(0),
            l3mdev: self.byte(FRA_L3MDEV).unwrap_or(0),
            ip_protocol: self.byte(FRA_IP_PROTO).unwrap_or(0),
            suppress_length: self.number(FRA_SUPPRESS_PREFIXLEN).map_or(-1, u32::cast_signed),
            suppress_group: self.number(FRA_SUPPRESS_IFGROUP).filter(|group| *group != u32::MAX),
            source,
            destination,
            ..Rule::to_table(0, 0)
        };
        self.rule = rule;
        let mut refuse = |text| Err(request.refuse(Errno::EINVAL, text));
        if self.table.get(FRA_L3MDEV).is_some() && rule.l3mdev != 1 {
            return refuse("Invalid l3mdev attribute");
        }
        match (self.table.get(FRA_GOTO).is_some(), rule.action == RuleAction::GOTO) {
            (true, false) => return refuse("Unexpected goto"),
            (false, true) => return refuse("Missing goto target for action goto"),
            _ => {}
        }
        if rule.l3mdev != 0 && rule.table != 0 {
            return refuse("l3mdev and table are mutually exclusive");
        }
        if let Some(users) = self.table.value::<RuleRange32>(FRA_UID_RANGE).ok().flatten() {
            // The last number is nobody's.
            if users.end == u32::MAX || users.start > users.end {
                return refuse("Invalid uid range");
            }
            self.rule.users = Some(users);
        }
        self.rule.source_ports = self.ports(request, FRA_SPORT_RANGE, FRA_SPORT_MASK)?;
        self.rule.destination_ports = self.ports(request, FRA_DPORT_RANGE, FRA_DPORT_MASK)?;
        Ok(())
    }

    #[doc(alias("nla_get_port_range", "fib_nl2rule_port_mask"))]
    fn ports(
        &self,
        request: &mut Request<'_, '_>,
        range_in: u16,
        mask_in: u16,
    ) -> Result<Ports, Errno> {
        let mut ports = Ports::default();
        let is_valid = |range: &RuleRange16| {
            range.start != 0 && range.end != 0 && range.end < 0xffff && range.start <= range.end
        };
        if let Some(range) = self.table.value::<RuleRange16>(range_in).ok().flatten() {
            if !is_valid(&range) {
                let source = range_in == FRA_SPORT_RANGE;
                let text = if source { "Invalid sport range" } else { "Invalid dport range" };
                return Err(request.refuse(Errno::EINVAL, text));
            }
            let masked = range.start == range.end && request.extended.release() >= Release::V6_18;
            let mask = if masked { u16::MAX } else { 0 };
            ports = Ports { range, mask };
        }
        if let Some(mask) = self.table.get(mask_in) {
            let mut refuse =
                |text| Err(request.extended.refuse(Errno::EINVAL, text, Some(mask.offset())));
            let bits = mask.u16().unwrap_or(0);
            if !is_valid(&ports.range) {
                return refuse("Cannot specify port mask without port value");
            }
            if ports.range.start != ports.range.end {
                return refuse("Cannot specify port mask for port range");
            }
            if ports.range.start & !bits != 0 {
                return refuse("Invalid port mask");
            }
            ports.mask = bits;
        }
        Ok(ports)
    }

    /// Finds what depends on other rules, and on which devices there are.
    #[doc(alias("fib_nl2rule_rtnl", "fib_default_rule_pref"))]
    pub(super) fn find_place(
        &mut self,
        machine: &Machine,
        request: &mut Request<'_, '_>,
    ) -> Result<(), Errno> {
        let net = machine.net(request.caller.net)?;
        if self.table.get(FRA_PRIORITY).is_none() {
            let second = net.rules.of(self.family()).and_then(|rules| rules.get(1));
            self.rule.priority = second.map_or(0, |second| second.priority.saturating_sub(1));
        }
        if self.table.get(FRA_GOTO).is_some() && self.rule.target <= self.rule.priority {
            return Err(request.refuse(Errno::EINVAL, "Backward goto not supported"));
        }
        for bound in [&mut self.rule.input, &mut self.rule.output] {
            if bound.to == To::Nothing
                && let Ok(device) = net.name(bound.text()).and_then(|id| machine.device(id))
            {
                bound.to = To::Index(device.index);
            }
        }
        Ok(())
    }

    /// Returns whether a rule is the one that is asked for.
    #[doc(alias = "rule_exists")]
    pub(super) fn is(&self, rule: &Rule) -> bool {
        let wanted = &self.rule;
        rule.action == wanted.action
            && rule.table == wanted.table
            && rule.priority == wanted.priority
            && rule.input.name == wanted.input.name
            && rule.output.name == wanted.output.name
            && rule.mark == wanted.mark
            && rule.suppress_group == wanted.suppress_group
            && rule.suppress_length == wanted.suppress_length
            && rule.mark_mask == wanted.mark_mask
            && rule.tunnel == wanted.tunnel
            && rule.l3mdev == wanted.l3mdev
            && rule.users == wanted.users
            && rule.ip_protocol == wanted.ip_protocol
            && rule.protocol == wanted.protocol
            && rule.source_ports == wanted.source_ports
            && rule.destination_ports == wanted.destination_ports
            && self.is_of_family(rule)
    }

    /// Returns whether a rule is one that the request means: what is not told, or told as nothing, does
    /// not count.
    #[doc(alias = "rule_find")]
    pub(super) fn names(&self, rule: &Rule) -> bool {
        let wanted = &self.rule;
        let named = |wanted: &Bound, bound: &Bound| {
            matches!(wanted.name, [0, ..]) || wanted.name == bound.name
        };
        let ported = |wanted: &Ports, ports: &Ports| {
            (!wanted.is_set() || wanted.range == ports.range)
                && (wanted.mask == 0 || wanted.mask == ports.mask)
        };
        let is_given = self.table.get(FRA_PRIORITY).is_some();
        (wanted.action.0 == 0 || rule.action == wanted.action)
            && (wanted.table == 0 || rule.table == wanted.table)
            && (!is_given || rule.priority == wanted.priority)
            && named(&wanted.input, &rule.input)
            && named(&wanted.output, &rule.output)
            && (wanted.mark == 0 || rule.mark == wanted.mark)
            && (wanted.suppress_group.is_none() || rule.suppress_group == wanted.suppress_group)
            && (wanted.suppress_length == -1 || rule.suppress_length == wanted.suppress_length)
            && (wanted.mark_mask == 0 || rule.mark_mask == wanted.mark_mask)
            && (wanted.tunnel == 0 || rule.tunnel == wanted.tunnel)
            && (wanted.l3mdev == 0 || rule.l3mdev == wanted.l3mdev)
            && (wanted.users.is_none() || rule.users == wanted.users)
            && (wanted.ip_protocol == 0 || rule.ip_protocol == wanted.ip_protocol)
            && (wanted.protocol.0 == 0 || rule.protocol == wanted.protocol)
            && ported(&wanted.source_ports, &rule.source_ports)
            && ported(&wanted.destination_ports, &rule.destination_ports)
            && self.is_of_family(rule)
    }

    /// Returns whether a rule has those values of the request that are its family's own.
    #[doc(alias("fib4_rule_compare", "fib6_rule_compare"))]
    fn is_of_family(&self, rule: &Rule) -> bool {
        let family = self.family();
        if !matches!(family, Family::INET | Family::INET6) {
            return true;
        }
        let service =
            |kind, own: u8| self.byte(kind).is_none_or(|given| rule.dscp_full && own == given << 2);
        let label = |kind, own: u32| {
            let given = self.table.get(kind).and_then(|given| given.be32().ok());
            family == Family::INET || given.is_none_or(|given| given == own)
        };
        let realms = self.number(FRA_FLOW).filter(|_| family == Family::INET);
        let prefix = |wanted: Prefix, own: Prefix| wanted.length == 0 || wanted == own;
        (self.tos() == 0 || !rule.dscp_full && rule.dscp == self.tos())
            && service(FRA_DSCP, rule.dscp)
            && service(FRA_DSCP_MASK, rule.dscp_mask)
            && realms.is_none_or(|realms| realms == rule.realms)
            && label(FRA_FLOWLABEL, rule.flow_label)
            && label(FRA_FLOWLABEL_MASK, rule.flow_label_mask)
            && prefix(self.rule.source, rule.source)
            && prefix(self.rule.destination, rule.destination)
    }

    /// Takes the differentiated services that the request tells as such.
    #[doc(alias("fib4_nl2rule_dscp", "fib6_nl2rule_dscp", "fib4_nl2rule_dscp_mask"))]
    pub(crate) fn take_services(&mut self, request: &mut Request<'_, '_>) -> Result<(), Errno> {
        if let Some(services) = self.byte(FRA_DSCP) {
            if self.rule.dscp != 0 {
                return Err(request.refuse(Errno::EINVAL, "Cannot specify both TOS and DSCP"));
            }
            self.rule.dscp = services << 2;
            self.rule.dscp_mask = DSCP_BITS << 2;
            self.rule.dscp_full = true;
        }
        if let Some(mask) = self.table.get(FRA_DSCP_MASK) {
            let bits = mask.u8().unwrap_or(0) << 2;
            let text = if !self.rule.dscp_full {
                "Cannot specify DSCP mask without DSCP value"
            } else if self.rule.dscp & !bits != 0 {
                "Invalid DSCP mask"
            } else {
                self.rule.dscp_mask = bits;
                return Ok(());
            };
            return Err(request.extended.refuse(Errno::EINVAL, text, Some(mask.offset())));
        }
        Ok(())
    }
}

/// Reads the name of a device.
#[doc(alias = "nla_strscpy")]
fn bound(attribute: &Attribute<'_>) -> Bound {
    let bytes = attribute.bytes();
    let bytes = bytes.strip_suffix(&[0]).unwrap_or(bytes);
    let mut name = Name::default();
    // The policy sees to it that there is room for a NUL.
    for (to, from) in name.iter_mut().zip(bytes) {
        *to = *from;
    }
    Bound { name, to: To::Nothing }
}
