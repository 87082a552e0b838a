//! Policy rules (`net/core/fib_rules.c`): those that every namespace starts with.

use crate::af_netlink::{DumpWriter, Progress, Walk};
use crate::fib_trie::{self, Flow, Found};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::rtnetlink::{DumpRequest, Extended, Request};
use ifctl_abi::netlink::MessageType;
use ifctl_abi::rtnetlink::{Family, RouteTable};
use ifctl_kernel::Errno;
use zerocopy::{FromBytes, Immutable, IntoBytes};

/// `struct fib_rule_hdr`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
struct RuleHeader {
    family: u8,
    destination_length: u8,
    source_length: u8,
    tos: u8,
    table: u8,
    reserved: [u8; 2],
    action: u8,
    flags: u32,
}

const FRA_PRIORITY: u16 = 6;
const FRA_SUPPRESS_PREFIXLEN: u16 = 14;
const FRA_TABLE: u16 = 15;
const FRA_PROTOCOL: u16 = 21;
/// The action of a rule that names a table.
const FR_ACT_TO_TBL: u8 = 1;
/// The kernel made the rule.
const RTPROT_KERNEL: u8 = 2;

/// A rule: its priority and its table.
type Rule = (u32, RouteTable);

const IPV4: [Rule; 3] =
    [(0, RouteTable::LOCAL), (32766, RouteTable::MAIN), (32767, RouteTable::DEFAULT)];
const IPV6: [Rule; 2] = [(0, RouteTable::LOCAL), (32766, RouteTable::MAIN)];

/// The rules of each family, in the order in which Linux lists all. Those of multicast routing have
/// nothing to do here: no program routes multicasts.
#[doc(alias("rules_ops", "RTNL_FAMILY_IPMR", "RTNL_FAMILY_IP6MR"))]
const FAMILIES: [(Family, &[Rule]); 4] = [
    (Family::INET, &IPV4),
    (Family(128), &[(32767, RouteTable::DEFAULT)]),
    (Family(129), &[(32767, RouteTable::MAIN)]),
    (Family::INET6, &IPV6),
];

/// Finds a way through the tables.
pub(crate) fn look_up<'a>(
    machine: &'a Machine,
    net: NetId,
    flow: &Flow,
) -> Result<Found<'a>, Errno> {
    let mut outcome = Err(Errno::EAGAIN);
    for (_, table) in IPV4 {
        outcome = fib_trie::look_up(machine, net, table.0, flow);
        if !matches!(outcome, Err(Errno::EAGAIN)) {
            return outcome;
        }
    }
    outcome.map_err(|_| Errno::ENETUNREACH)
}

/// A list of rules.
struct Rules {
    /// What a strict socket asked for.
    request: Option<DumpRequest>,
    /// The family has rules.
    is_known: bool,
    rest: Vec<(Family, Rule)>,
}

/// Lists the rules.
#[doc(alias = "fib_nl_dumprule")]
pub(crate) fn dump(
    _machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<Box<dyn Walk>, Errno> {
    let family = request.message.payload().first().copied().map_or(Family::UNSPEC, Family);
    let is_known = family == Family::UNSPEC || FAMILIES.iter().any(|(known, _)| *known == family);
    let wanted = FAMILIES.iter().filter(|(of, _)| family == Family::UNSPEC || family == *of);
    // The last one comes first.
    let rest = wanted.flat_map(|(of, rules)| rules.iter().map(|rule| (*of, *rule)));
    let rest = rest.rev().collect();
    let request = request.strict.then(|| DumpRequest::new(request));
    Ok(Box::new(Rules { request, is_known, rest }))
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

impl Walk for Rules {
    fn fill(
        &mut self,
        _machine: &Machine,
        _net: NetId,
        writer: &mut DumpWriter<'_>,
    ) -> Result<Progress, Errno> {
        if let Some(request) = self.request.take() {
            check(&request, writer.extended)?;
        }
        if !self.is_known {
            return Err(Errno::EAFNOSUPPORT);
        }
        while let Some((family, (priority, table))) = self.rest.last().copied() {
            let header = RuleHeader {
                family: family.0,
                table: table.0 as u8,
                action: FR_ACT_TO_TBL,
                ..RuleHeader::default()
            };
            let written = writer.put(MessageType::NEWRULE, |head, encoder| {
                encoder.message(head, &header, |attributes| {
                    attributes.u32(FRA_TABLE, table.0);
                    attributes.u32(FRA_SUPPRESS_PREFIXLEN, u32::MAX);
                    attributes.u8(FRA_PROTOCOL, RTPROT_KERNEL);
                    if priority != 0 {
                        attributes.u32(FRA_PRIORITY, priority);
                    }
                })
            });
            if written.is_err() {
                return Ok(Progress::Full);
            }
            self.rest.pop();
        }
        Ok(Progress::Complete)
    }
}
