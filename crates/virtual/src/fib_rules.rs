//! Policy rules (`net/core/fib_rules.c`): which tables are asked for a packet's way, and in which order.

mod message;
mod read;
mod saved;

pub(crate) use message::dump;
pub(crate) use read::Asked;

use crate::dev::{DeviceId, INDEX_OF_LO};
use crate::events::Event;
use crate::machine::Machine;
use crate::net_namespace::{Net, NetId};
use crate::rtnetlink::Request;
use crate::{fib4_rules, fib6_rules};
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::{
    Family, Group, RouteProtocol, RouteTable, RuleAction, RuleFlags, RuleRange16, RuleRange32,
};
use ifctl_kernel::Errno;

/// A name as the kernel keeps it, filled up with NUL.
type Name = [u8; 16];

/// The families that have rules, in the order in which Linux lists all. Those of multicast routing have
/// nothing to do here: no program routes multicasts.
#[doc(alias("rules_ops", "RTNL_FAMILY_IPMR", "RTNL_FAMILY_IP6MR"))]
const FAMILIES: [Family; 4] = [Family::INET, Family::IPMR, Family::IP6MR, Family::INET6];

/// A namespace's rules of each family, by priority, and among those that share one as they came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rules([Vec<Rule>; FAMILIES.len()]);

/// What becomes of which packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(alias("fib_rule", "fib4_rule", "fib6_rule"))]
pub(crate) struct Rule {
    pub(crate) action: RuleAction,
    /// 0: that of the packet's VRF, or none.
    pub(crate) table: u32,
    pub(crate) flags: RuleFlags,
    priority: u32,
    protocol: RouteProtocol,
    input: Bound,
    output: Bound,
    mark: u32,
    mark_mask: u32,
    /// Where a jump goes.
    target: u32,
    /// As it stands in messages, in network byte order.
    tunnel: u64,
    pub(crate) l3mdev: u8,
    /// `None`: those of everybody.
    users: Option<RuleRange32>,
    ip_protocol: u8,
    source_ports: Ports,
    destination_ports: Ports,
    /// Routes must be longer than this.
    pub(crate) suppress_length: i32,
    /// No route may go by a device of this group.
    pub(crate) suppress_group: Option<u32>,
    pub(crate) source: Prefix,
    pub(crate) destination: Prefix,
    /// The six bits where they stand in the type of service.
    pub(crate) dscp: u8,
    pub(crate) dscp_mask: u8,
    /// It was given as such, not as a type of service.
    pub(crate) dscp_full: bool,
    pub(crate) flow_label: u32,
    pub(crate) flow_label_mask: u32,
    pub(crate) realms: u32,
}

/// Which device packets must have come in by, or are bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bound {
    name: Name,
    to: To,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum To {
    /// Any, or none.
    Any,
    /// No device has the name.
    Nothing,
    Index(u32),
}

/// Ports that packets may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Ports {
    /// Zeroes: all.
    range: RuleRange16,
    mask: u16,
}

/// Addresses that begin alike. Those of IPv4 stand in the low bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Prefix {
    pub(crate) address: u128,
    pub(crate) length: u8,
}

/// What rules look at of a packet beside its addresses.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Marks {
    /// The index of the device that it came in by.
    pub(crate) input: u32,
    pub(crate) mark: u32,
    pub(crate) user: u32,
    pub(crate) protocol: u8,
    pub(crate) source_port: u16,
    pub(crate) destination_port: u16,
}

impl Marks {
    /// Those of a packet of this host's own.
    #[doc(alias = "LOOPBACK_IFINDEX")]
    pub(crate) const OWN: Self = Self {
        input: INDEX_OF_LO,
        mark: 0,
        user: 0,
        protocol: 0,
        source_port: 0,
        destination_port: 0,
    };
}

/// A packet, as rules look at it.
#[derive(Debug, Clone, Copy)]
#[doc(alias = "flowi")]
pub(crate) struct Packet {
    pub(crate) family: Family,
    pub(crate) destination: u128,
    /// `None` where it is open, and that makes a difference.
    pub(crate) source: Option<u128>,
    /// The index of the device that it is bound to.
    pub(crate) output: u32,
    pub(crate) dscp: u8,
    pub(crate) flow_label: u32,
    pub(crate) marks: Marks,
}

impl Default for Rules {
    /// Returns the rules that every namespace starts with.
    #[doc(alias("fib_default_rules_init", "fib6_rules_net_init"))]
    fn default() -> Self {
        let to = |priority, table: RouteTable| Rule::to_table(priority, table.0);
        Self([
            vec![
                to(0, RouteTable::LOCAL),
                to(32766, RouteTable::MAIN),
                to(32767, RouteTable::DEFAULT),
            ],
            vec![to(32767, RouteTable::DEFAULT)],
            vec![to(32767, RouteTable::MAIN)],
            vec![to(0, RouteTable::LOCAL), to(32766, RouteTable::MAIN)],
        ])
    }
}

impl Rules {
    fn of(&self, family: Family) -> Option<&Vec<Rule>> {
        FAMILIES.iter().zip(&self.0).find(|(of, _)| **of == family).map(|(_, rules)| rules)
    }

    fn of_mut(&mut self, family: Family) -> Option<&mut Vec<Rule>> {
        FAMILIES.iter().zip(&mut self.0).find(|(of, _)| **of == family).map(|(_, rules)| rules)
    }

    /// Goes through the rules that fit a packet, until one has an outcome.
    #[doc(alias = "fib_rules_lookup")]
    pub(crate) fn first<T>(
        &self,
        packet: &Packet,
        mut act: impl FnMut(&Rule) -> Option<T>,
    ) -> Option<T> {
        let rules = self.of(packet.family)?;
        let mut place = 0;
        while let Some(rule) = rules.get(place) {
            place += 1;
            if !rule.fits(packet) {
                continue;
            }
            match rule.action {
                // All jumps go forward.
                RuleAction::GOTO => place = target(rules, rule).unwrap_or(place),
                RuleAction::NOP => {}
                _ => {
                    let outcome = act(rule);
                    if outcome.is_some() {
                        return outcome;
                    }
                }
            }
        }
        None
    }

    /// Returns whether ports or protocols of packets that come in are looked at.
    #[doc(alias("fib_rule_requires_fldissect", "fib_rules_require_fldissect"))]
    pub(crate) fn dissects(&self, family: Family) -> bool {
        let mut rules = self.of(family).into_iter().flatten();
        rules.any(|rule| {
            rule.input.to != To::Index(INDEX_OF_LO)
                && (rule.ip_protocol != 0
                    || rule.source_ports.is_set()
                    || rule.destination_ports.is_set())
        })
    }
}

/// Returns where a jump goes: to the first rule of the priority, if there is one.
#[doc(alias = "ctarget")]
fn target(rules: &[Rule], jump: &Rule) -> Option<usize> {
    let place = rules.partition_point(|rule| rule.priority < jump.target);
    rules.get(place).is_some_and(|rule| rule.priority == jump.target).then_some(place)
}

impl Rule {
    /// Returns a rule that asks a table about every packet.
    #[doc(alias = "fib_default_rule_add")]
    pub(crate) fn to_table(priority: u32, table: u32) -> Self {
        Self {
            action: RuleAction::TO_TABLE,
            table,
            flags: RuleFlags::empty(),
            priority,
            protocol: RouteProtocol::KERNEL,
            input: Bound::ANY,
            output: Bound::ANY,
            mark: 0,
            mark_mask: 0,
            target: 0,
            tunnel: 0,
            l3mdev: 0,
            users: None,
            ip_protocol: 0,
            source_ports: Ports::default(),
            destination_ports: Ports::default(),
            suppress_length: -1,
            suppress_group: None,
            source: Prefix::default(),
            destination: Prefix::default(),
            dscp: 0,
            dscp_mask: 0,
            dscp_full: false,
            flow_label: 0,
            flow_label_mask: 0,
            realms: 0,
        }
    }

    /// Returns whether a packet is one that the rule is for.
    #[doc(alias("fib_rule_match", "fib4_rule_match", "fib6_rule_match"))]
    fn fits(&self, packet: &Packet) -> bool {
        let marks = &packet.marks;
        let fits = self.input.fits(marks.input)
            && self.output.fits(packet.output)
            && (self.mark ^ marks.mark) & self.mark_mask == 0
            // No packet comes out of a tunnel, and none belongs to a VRF.
            && self.tunnel == 0
            && self.l3mdev == 0
            && self.users.is_none_or(|users| (users.start..=users.end).contains(&marks.user))
            && self.fits_addresses(packet)
            && self.fits_service(packet)
            && (self.flow_label ^ packet.flow_label) & self.flow_label_mask == 0
            && (self.ip_protocol == 0 || self.ip_protocol == marks.protocol)
            && self.source_ports.fit(marks.source_port)
            && self.destination_ports.fit(marks.destination_port);
        fits != self.flags.contains(RuleFlags::INVERT)
    }

    fn fits_addresses(&self, packet: &Packet) -> bool {
        let fits_source = match packet.source {
            _ if self.source.length == 0 => true,
            Some(source) => self.source.has(packet.family, source),
            // What it would be is looked at when a route is found.
            None => self.flags.contains(RuleFlags::FIND_SOURCE),
        };
        fits_source && self.destination.has(packet.family, packet.destination)
    }

    fn fits_service(&self, packet: &Packet) -> bool {
        if packet.family == Family::INET && !self.dscp_full {
            self.dscp == 0 || self.dscp == packet.dscp & fib4_rules::TOS_MASK
        } else {
            (self.dscp ^ packet.dscp) & self.dscp_mask == 0
        }
    }
}

impl Bound {
    const ANY: Self = Self { name: [0; 16], to: To::Any };

    fn fits(&self, index: u32) -> bool {
        match self.to {
            To::Any => true,
            To::Nothing => false,
            To::Index(wanted) => wanted == index,
        }
    }

    /// Returns the name up to its end.
    fn text(&self) -> &[u8] {
        self.name.split(|byte| *byte == 0).next().unwrap_or_default()
    }

    fn attach(&mut self, index: u32, name: &[u8]) {
        if self.to == To::Nothing && self.text() == name {
            self.to = To::Index(index);
        }
    }

    fn detach(&mut self, index: u32) {
        if self.to == To::Index(index) {
            self.to = To::Nothing;
        }
    }
}

impl Ports {
    #[doc(alias = "fib_rule_port_range_set")]
    fn is_set(&self) -> bool {
        self.range.start != 0 && self.range.end != 0
    }

    #[doc(alias = "fib_rule_port_match")]
    fn fit(&self, port: u16) -> bool {
        let RuleRange16 { start, end } = self.range;
        (start ^ port) & self.mask == 0
            && (self.mask != 0 || !self.is_set() || (start..=end).contains(&port))
    }
}

impl Prefix {
    /// Returns whether an address begins so.
    pub(crate) fn has(&self, family: Family, address: u128) -> bool {
        let rest = bits(family).saturating_sub(u32::from(self.length));
        let differ = self.address ^ address;
        self.length == 0 || differ.checked_shr(rest).is_none_or(|differ| differ == 0)
    }
}

/// Returns how many bits an address has.
fn bits(family: Family) -> u32 {
    if matches!(family, Family::INET | Family::IPMR) { 32 } else { 128 }
}

fn group(family: Family) -> Group {
    if bits(family) == 32 { Group::IPV4_RULE } else { Group::IPV6_RULE }
}

/// Adds a rule behind those of its priority.
#[doc(alias("fib_nl_newrule", "fib_newrule"))]
pub(crate) fn new_rule(machine: &mut Machine, request: &mut Request<'_, '_>) -> Result<(), Errno> {
    let mut asked = Asked::read(request)?;
    let net = request.caller.net;
    asked.find_place(machine, request)?;
    let family = asked.family();
    let rules = machine.net(net)?.rules.of(family).ok_or(Errno::EAFNOSUPPORT)?;
    if request.has(MessageFlags::EXCL) && rules.iter().any(|rule| asked.is(rule)) {
        return Err(Errno::EEXIST);
    }
    match family {
        Family::INET => fib4_rules::configure(machine, request, &mut asked)?,
        Family::INET6 => fib6_rules::configure(machine, request, &mut asked)?,
        _ => {}
    }
    let rule = asked.rule;
    let rules = machine.net_mut(net)?.rules.of_mut(family).ok_or(Errno::EAFNOSUPPORT)?;
    let place = rules.partition_point(|other| other.priority <= rule.priority);
    rules.insert(place, rule);
    message::notify(machine, request, MessageType::NEWRULE, family, &rule);
    Ok(())
}

/// Deletes the first rule that is as the request says; what it does not say does not matter.
#[doc(alias("fib_nl_delrule", "fib_delrule"))]
pub(crate) fn delete_rule(
    machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<(), Errno> {
    let mut asked = Asked::read(request)?;
    let net = request.caller.net;
    asked.find_place(machine, request)?;
    let family = asked.family();
    let rules = machine.net(net)?.rules.of(family).ok_or(Errno::EAFNOSUPPORT)?;
    let place = rules.iter().position(|rule| asked.names(rule)).ok_or(Errno::ENOENT)?;
    let rule = *rules.get(place).ok_or(Errno::ENOENT)?;
    if rule.flags.contains(RuleFlags::PERMANENT) {
        return Err(Errno::EPERM);
    }
    if family == Family::INET {
        machine.net_mut(net)?.fib.part_local_table();
    }
    let rules = machine.net_mut(net)?.rules.of_mut(family).ok_or(Errno::EAFNOSUPPORT)?;
    rules.remove(place);
    message::notify(machine, request, MessageType::DELRULE, family, &rule);
    Ok(())
}

/// Follows what happens to a device: rules that name it are for it while it is there.
#[doc(alias("fib_rules_event", "attach_rules", "detach_rules"))]
pub(crate) fn event(machine: &mut Machine, id: DeviceId, event: Event) {
    let (detaches, attaches) = match event {
        Event::Register => (false, true),
        Event::ChangeName => (true, true),
        Event::Unregister => (true, false),
        _ => return,
    };
    let Machine { devices, nets, .. } = machine;
    let Some(device) = devices.get(&id) else { return };
    let Some(Net { rules, .. }) = nets.get_mut(&device.net) else { return };
    for rule in rules.0.iter_mut().flatten() {
        for bound in [&mut rule.input, &mut rule.output] {
            if detaches {
                bound.detach(device.index);
            }
            if attaches {
                bound.attach(device.index, device.name.as_bytes());
            }
        }
    }
}

/// Returns a namespace's rules.
pub(crate) fn of_net(machine: &Machine, net: NetId) -> Result<&Rules, Errno> {
    Ok(&machine.net(net)?.rules)
}
