//! Policy rules (`net/core/fib_rules.c`): those that every namespace starts with.

use crate::af_netlink::{DumpWriter, Progress, Walk};
use crate::fib_trie::{self, Flow, Found};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::rtnetlink::Request;
use ifctl_abi::netlink::MessageType;
use ifctl_abi::rtnetlink::{Family, RouteTable};
use ifctl_kernel::Errno;
use zerocopy::{Immutable, IntoBytes};

/// `struct fib_rule_hdr`.
#[derive(IntoBytes, Immutable)]
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

struct Rules {
    family: Family,
    rules: &'static [Rule],
}

/// Lists the rules of IPv4.
#[doc(alias = "fib_nl_dumprule")]
pub(crate) fn dump_inet(
    _machine: &mut Machine,
    _request: &mut Request<'_, '_>,
) -> Result<Box<dyn Walk>, Errno> {
    Ok(Box::new(Rules { family: Family::INET, rules: &IPV4 }))
}

/// Lists the rules of IPv6.
pub(crate) fn dump_inet6(
    _machine: &mut Machine,
    _request: &mut Request<'_, '_>,
) -> Result<Box<dyn Walk>, Errno> {
    Ok(Box::new(Rules { family: Family::INET6, rules: &IPV6 }))
}

impl Walk for Rules {
    fn fill(
        &mut self,
        _machine: &Machine,
        _net: NetId,
        writer: &mut DumpWriter<'_>,
    ) -> Result<Progress, Errno> {
        while let Some(((priority, table), rest)) = self.rules.split_first() {
            let header = RuleHeader {
                family: self.family.0,
                destination_length: 0,
                source_length: 0,
                tos: 0,
                table: table.0 as u8,
                reserved: [0; 2],
                action: FR_ACT_TO_TBL,
                flags: 0,
            };
            let written = writer.put(MessageType::NEWRULE, |head, encoder| {
                encoder.message(head, &header, |attributes| {
                    attributes.u32(FRA_TABLE, table.0);
                    attributes.u32(FRA_SUPPRESS_PREFIXLEN, u32::MAX);
                    attributes.u8(FRA_PROTOCOL, RTPROT_KERNEL);
                    if *priority != 0 {
                        attributes.u32(FRA_PRIORITY, *priority);
                    }
                })
            });
            if written.is_err() {
                return Ok(Progress::Full);
            }
            self.rules = rest;
        }
        Ok(Progress::Complete)
    }
}
