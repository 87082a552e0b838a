//! The longest match: which route a packet takes.

use super::number;
use super::table::{Alias, Key};
use crate::devinet::mask;
use crate::fib_rules::Marks;
use crate::fib_semantics::{self, Hop, Info};
use crate::fib4_rules;
use crate::machine::Machine;
use crate::net_namespace::NetId;
use ifctl_abi::rtnetlink::{NextHopFlags, RouteTable};
use ifctl_kernel::Errno;

/// What a packet is like that looks for its way.
#[derive(Debug, Clone, Copy)]
#[doc(alias = "flowi4")]
pub(crate) struct Flow {
    pub(crate) destination: u32,
    pub(crate) source: u32,
    pub(crate) tos: u8,
    /// The least scope that a route must have.
    pub(crate) scope: u8,
    /// The index of the device that it must go out by, 0 for any.
    pub(crate) output: u32,
    /// A next hop whose device has no carrier will do, whatever the device says.
    pub(crate) ignore_link_state: bool,
    pub(crate) marks: Marks,
}

impl Default for Flow {
    /// Returns a packet of this host's own to nowhere.
    fn default() -> Self {
        Self {
            destination: 0,
            source: 0,
            tos: 0,
            scope: 0,
            output: 0,
            ignore_link_state: false,
            marks: Marks::OWN,
        }
    }
}

/// The route that was found.
#[derive(Clone, Copy)]
#[doc(alias = "fib_result")]
pub(crate) struct Found<'a> {
    pub(crate) table: u32,
    pub(crate) key: Key,
    pub(crate) alias: Alias,
    pub(crate) info: &'a Info,
    pub(crate) hop: &'a Hop,
    /// The realms of the rule that led to it; 0: none.
    pub(crate) realms: u32,
}

/// Finds the longest match in a table. The local and the main table are one as long as nobody changes
/// the rules, and then the longest match of both counts.
///
/// `EAGAIN` says that nothing was found.
#[doc(alias = "fib_table_lookup")]
pub(crate) fn look_up<'a>(
    machine: &'a Machine,
    net: NetId,
    table: u32,
    flow: &Flow,
) -> Result<Found<'a>, Errno> {
    let fib = &machine.net(net)?.fib;
    let table = number(table);
    if !fib.tables.contains_key(&table) {
        return Err(Errno::EAGAIN);
    }
    let both = [RouteTable::LOCAL.0, RouteTable::MAIN.0];
    let is_one = both.contains(&table) && !fib.has_custom_rules;
    let tables = if is_one { both } else { [table, 0] };
    let shown = if is_one { RouteTable::MAIN.0 } else { table };
    let tables = tables.map(|id| fib.tables.get(&id));
    for length in (0..=32_u8).rev() {
        for table in tables.iter().flatten() {
            if !table.has_length(length) {
                continue;
            }
            for (key, alias) in table.of(flow.destination & mask(length), length) {
                let Some(info) = fib.infos.get(alias.info) else { continue };
                if key.tos() != 0 && key.tos() != flow.tos & fib4_rules::TOS_MASK
                    || info.key.scope.0 < flow.scope
                {
                    continue;
                }
                if let Some(errno) = fib_semantics::refusal(info.key.kind) {
                    return Err(errno);
                }
                if info.is_dead() {
                    continue;
                }
                let hop = info.hops.iter().find(|hop| is_good(machine, hop, flow));
                if let Some(hop) = hop {
                    let (key, alias) = (*key, *alias);
                    return Ok(Found { table: shown, key, alias, info, hop, realms: 0 });
                }
            }
        }
    }
    Err(Errno::EAGAIN)
}

/// Returns whether a next hop can be taken.
#[doc(alias = "fib_lookup_good_nhc")]
fn is_good(machine: &Machine, hop: &Hop, flow: &Flow) -> bool {
    if hop.state.contains(NextHopFlags::DEAD) {
        return false;
    }
    if hop.state.contains(NextHopFlags::LINKDOWN)
        && !flow.ignore_link_state
        && fib_semantics::ignores_link_down(machine, hop)
    {
        return false;
    }
    flow.output == 0 || flow.output == hop.key.output
}

/// Finds a way through all tables, as the rules order them.
#[doc(alias = "fib_lookup")]
pub(crate) fn look_up_by_rules<'a>(
    machine: &'a Machine,
    net: NetId,
    flow: &Flow,
) -> Result<Found<'a>, Errno> {
    fib4_rules::look_up(machine, net, flow)
}
