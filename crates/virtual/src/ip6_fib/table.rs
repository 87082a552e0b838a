//! Tables of routes, in the order in which Linux' tree is walked.

mod saved;

use super::Flags;
use crate::dev::DeviceId;
use crate::in6::mask;
use ifctl_abi::rtnetlink::{NextHopFlags, RouteProtocol, RouteType};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// Linux keeps its tables in so many lists.
#[doc(alias = "FIB6_TABLE_HASHSZ")]
const LISTS: u32 = 256;

/// Which prefix a route is for, and from which.
///
/// Ordered as the tree is walked: a prefix' routes come after those of the prefixes within it, but those from a
/// source, which a tree of the prefix' own holds, before them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[doc(alias("fib6_walk_continue", "FWS_S"))]
pub(crate) struct Place {
    /// Where the walk is when it comes here: at the prefix' first address, or with all of it behind.
    turn: u128,
    is_for_all: bool,
    rank: u8,
    source_last: u128,
    source_length: Reverse<u8>,
}

impl Place {
    /// Returns the place of a destination, whose bits past the prefix do not count.
    pub(crate) fn to(destination: u128, length: u8) -> Self {
        Self::between(destination, length, 0, 0)
    }

    /// Returns the place of a destination for packets from these sources.
    pub(crate) fn between(destination: u128, length: u8, source: u128, source_length: u8) -> Self {
        let is_for_all = source_length == 0;
        let (turn, rank) = if is_for_all {
            (destination | !mask(length), 128_u8.saturating_sub(length))
        } else {
            (destination & mask(length), length)
        };
        Self {
            turn,
            is_for_all,
            rank,
            source_last: source | !mask(source_length),
            source_length: Reverse(source_length),
        }
    }

    /// Returns the destination's prefix.
    pub(crate) fn destination(&self) -> u128 {
        self.turn & mask(self.length())
    }

    /// Returns the bits of the destination's prefix.
    pub(crate) fn length(&self) -> u8 {
        if self.is_for_all { 128_u8.saturating_sub(self.rank) } else { self.rank }
    }

    /// Returns the source's prefix.
    pub(crate) fn source(&self) -> u128 {
        self.source_last & mask(self.source_length.0)
    }

    /// Returns the bits of the source's prefix.
    pub(crate) fn source_length(&self) -> u8 {
        self.source_length.0
    }

    /// Returns whether packets from an address are meant.
    fn is_from(&self, source: u128) -> bool {
        source & mask(self.source_length.0) == self.source()
    }
}

/// A route to somewhere.
#[derive(Debug, Clone)]
#[doc(alias("fib6_info", "fib6_nh"))]
pub(crate) struct Route {
    pub(crate) gateway: Option<u128>,
    /// 0 for none.
    pub(crate) preferred_source: u128,
    /// Distinguishes routes of one prefix.
    pub(crate) id: u64,
    pub(crate) device: DeviceId,
    /// When it expires, in hundredths of a second since the kernel started.
    pub(crate) expires: Option<i64>,
    /// Metrics by number, those set.
    pub(crate) metrics: Option<Box<[(u16, u32)]>>,
    pub(crate) flags: Flags,
    pub(crate) metric: u32,
    pub(crate) kind: RouteType,
    pub(crate) protocol: RouteProtocol,
    pub(crate) hop_flags: NextHopFlags,
    /// The weight among next hops, less one.
    pub(crate) hops: u8,
    /// It comes with an address, and goes with it.
    pub(crate) of_address: bool,
}

impl Route {
    /// Returns whether the route may be one of several to share the load.
    #[doc(alias = "rt6_qualify_for_ecmp")]
    pub(crate) fn is_shareable(&self) -> bool {
        self.gateway.is_some() && !self.flags.contains(Flags::ADDRCONF)
    }

    /// Returns whether two routes of one prefix go the same way.
    #[doc(alias = "rt6_duplicate_nexthop")]
    pub(crate) fn goes_as(&self, other: &Self) -> bool {
        self.device == other.device && self.gateway == other.gateway
    }
}

/// Returns the routes that share the load with one of this node's, in the order in which Linux keeps
/// them; none where it is alone.
pub(crate) fn siblings(node: &[Route], metric: u32) -> Vec<&Route> {
    node.iter().filter(|route| route.metric == metric && route.is_shareable()).collect()
}

/// A routing table.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) id: u32,
    pub(crate) nodes: BTreeMap<Place, Vec<Route>>,
    /// How many nodes there are of each prefix length, so that a look-up tries those alone.
    lengths: BTreeMap<u8, u32>,
}

impl Table {
    /// Returns the routes of a prefix, to change them; there is none if it is new.
    pub(crate) fn node_mut(&mut self, place: Place) -> &mut Vec<Route> {
        let lengths = &mut self.lengths;
        self.nodes.entry(place).or_insert_with(|| {
            *lengths.entry(place.length()).or_default() += 1;
            Vec::new()
        })
    }

    /// Forgets a prefix that has no route.
    pub(crate) fn tidy(&mut self, place: Place) {
        if self.nodes.get(&place).is_some_and(Vec::is_empty) {
            self.nodes.remove(&place);
            if let Some(count) = self.lengths.get_mut(&place.length()) {
                *count -= 1;
                if *count == 0 {
                    self.lengths.remove(&place.length());
                }
            }
        }
    }

    /// Returns the places of a destination that are for packets from sources.
    #[doc(alias = "FIB6_SUBTREE")]
    fn with_sources(&self, own: Place) -> impl Iterator<Item = (&Place, &Vec<Route>)> {
        let first = Place {
            source_last: 0,
            source_length: Reverse(128),
            ..Place::between(own.destination(), own.length(), 0, 1)
        };
        let last = Place { source_last: u128::MAX, source_length: Reverse(1), ..first };
        self.nodes.range(first..=last)
    }

    /// Returns whether the tree has a node here: where there are routes, if only from sources.
    pub(crate) fn has_node(&self, place: Place) -> bool {
        self.nodes.contains_key(&place)
            || place.is_for_all && self.with_sources(place).next().is_some()
    }

    /// Returns the place whose routes are meant by this one: where a destination has no routes from sources
    /// at all, a source does not count.
    #[doc(alias = "fib6_locate")]
    pub(crate) fn located(&self, place: Place) -> Place {
        let own = Place::to(place.destination(), place.length());
        if self.with_sources(own).next().is_some() { place } else { own }
    }

    /// Returns the places of the prefixes that an address is in, the longest first, and in each those from
    /// the longest source first.
    pub(crate) fn covering(
        &self,
        destination: u128,
        source: u128,
    ) -> impl Iterator<Item = Covering<'_>> {
        self.lengths.keys().rev().flat_map(move |length| {
            let own = Place::to(destination, *length);
            let mut has_sources = false;
            let mut fitting = Vec::new();
            for (place, node) in self.with_sources(own) {
                has_sources = true;
                if place.is_from(source) {
                    fitting.push(Covering { place: *place, node, is_behind_sources: false });
                }
            }
            fitting.sort_by_key(|found| found.place.source_length);
            let is_behind_sources = has_sources && fitting.is_empty();
            if let Some(node) = self.nodes.get(&own) {
                fitting.push(Covering { place: own, node, is_behind_sources });
            }
            fitting
        })
    }
}

/// A place whose prefix an address is in.
pub(crate) struct Covering<'t> {
    pub(crate) place: Place,
    pub(crate) node: &'t [Route],
    /// The prefix has routes from sources besides, none of which fits.
    pub(crate) is_behind_sources: bool,
}

/// The tables of a namespace.
#[derive(Debug)]
pub(crate) struct Tables {
    /// In the order of a dump: by list, the newest first in each.
    tables: BTreeMap<(u32, Reverse<u32>), Table>,
    places: HashMap<u32, (u32, Reverse<u32>)>,
}

impl Default for Tables {
    fn default() -> Self {
        let mut tables = Self { tables: BTreeMap::new(), places: HashMap::new() };
        tables.make(super::LOCAL);
        tables.make(super::MAIN);
        tables
    }
}

impl Tables {
    /// Returns a table, if it was ever made.
    pub(crate) fn get(&self, id: u32) -> Option<&Table> {
        self.tables.get(self.places.get(&id)?)
    }

    /// Returns a table, to change it.
    pub(crate) fn get_mut(&mut self, id: u32) -> Option<&mut Table> {
        self.tables.get_mut(self.places.get(&id)?)
    }

    /// Makes sure that a table is there.
    #[doc(alias = "fib6_new_table")]
    pub(crate) fn make(&mut self, id: u32) {
        let age = self.places.len() as u32;
        let place = *self.places.entry(id).or_insert((id % LISTS, Reverse(age)));
        self.tables.entry(place).or_insert_with(|| Table {
            id,
            nodes: BTreeMap::new(),
            lengths: BTreeMap::new(),
        });
    }

    /// Returns the tables in the order of a dump.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Table> {
        self.tables.values()
    }

    /// Returns the tables in the order of a dump, to change them.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Table> {
        self.tables.values_mut()
    }
}
