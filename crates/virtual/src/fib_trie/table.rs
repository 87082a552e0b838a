//! One table: its routes in Linux's order, and how they are found by what they begin with.

use crate::fib_semantics::InfoId;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::RangeInclusive;

/// Where a route stands in its table: by destination, longer prefixes first, then by descending TOS and
/// ascending priority, and among those that agree in all that as they were inserted.
///
/// Two words, which compare faster than five fields: destination, 32 without the prefix length, and the
/// inverted TOS; priority and sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(u64, u64);

impl Key {
    /// The least key of all.
    pub(crate) const FIRST: Self = Self(0, 0);

    pub(super) fn new(destination: u32, length: u8, tos: u8, priority: u32, sequence: u16) -> Self {
        let host_bits = u64::from(32 - length.min(32));
        let prefix = u64::from(destination) << 32 | host_bits << 8 | u64::from(!tos);
        Self(prefix, u64::from(priority) << 16 | u64::from(sequence))
    }

    /// Returns the destination.
    pub(crate) fn destination(&self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// Returns the prefix length.
    pub(crate) fn length(&self) -> u8 {
        32 - (self.0 >> 8) as u8
    }

    /// Returns the type of service.
    pub(crate) fn tos(&self) -> u8 {
        !(self.0 as u8)
    }

    /// Returns the priority.
    pub(crate) fn priority(&self) -> u32 {
        (self.1 >> 16) as u32
    }

    pub(super) fn sequence(&self) -> u16 {
        self.1 as u16
    }

    pub(super) fn with_sequence(self, sequence: u16) -> Self {
        Self(self.0, self.1 & !0xffff | u64::from(sequence))
    }
}

/// The number between those that can be put before and after it.
pub(super) const MIDDLE: u16 = 0x8000;

/// A route: what it has beside its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(alias = "fib_alias")]
pub(crate) struct Alias {
    pub(crate) info: InfoId,
    /// The preferred source, 0 for none.
    pub(crate) source: u32,
}

/// A table.
pub(crate) struct Table {
    pub(super) routes: BTreeMap<Key, Alias>,
    /// How many routes there are of each prefix length.
    lengths: [u32; 33],
    /// How many routes have another number than that of the middle: those that agree with others in all
    /// but the order of insertion, or did so once.
    numbered: u32,
}

impl Default for Table {
    fn default() -> Self {
        Self { routes: BTreeMap::new(), lengths: [0; 33], numbered: 0 }
    }
}

impl Table {
    pub(super) fn put(&mut self, key: Key, alias: Alias) {
        if self.routes.insert(key, alias).is_none() {
            self.counted(key);
        }
    }

    /// Puts a route where none agrees with it in all but the order of insertion, and returns whether it
    /// did: it need not be asked for twice where that is known of the whole table.
    pub(super) fn put_alone(&mut self, key: Key, alias: Alias) -> bool {
        if self.numbered > 0 {
            return false;
        }
        let Entry::Vacant(place) = self.routes.entry(key) else { return false };
        place.insert(alias);
        self.counted(key);
        true
    }

    fn counted(&mut self, key: Key) {
        self.numbered += u32::from(key.sequence() != MIDDLE);
        if let Some(count) = self.lengths.get_mut(usize::from(key.length())) {
            *count += 1;
        }
    }

    pub(super) fn take(&mut self, key: &Key) -> Option<Alias> {
        let alias = self.routes.remove(key)?;
        self.uncounted(*key);
        Some(alias)
    }

    /// Takes the first route between two keys that is meant.
    pub(super) fn take_first(
        &mut self,
        between: RangeInclusive<Key>,
        is_meant: impl Fn(&Alias) -> bool,
    ) -> Option<(Key, Alias)> {
        let (key, alias) = self.routes.extract_if(between, |_, alias| is_meant(alias)).next()?;
        self.uncounted(key);
        Some((key, alias))
    }

    fn uncounted(&mut self, key: Key) {
        self.numbered -= u32::from(key.sequence() != MIDDLE);
        if let Some(count) = self.lengths.get_mut(usize::from(key.length())) {
            *count -= 1;
        }
    }

    /// Returns whether there are routes of a prefix length.
    pub(super) fn has_length(&self, length: u8) -> bool {
        self.lengths.get(usize::from(length)).is_some_and(|count| *count > 0)
    }

    /// Returns the routes from a key on.
    pub(crate) fn from(&self, first: Key) -> impl Iterator<Item = (&Key, &Alias)> {
        self.routes.range(first..)
    }

    /// Returns the routes that agree with a key in all but the order of insertion.
    pub(super) fn alike(&self, key: Key) -> impl Iterator<Item = (&Key, &Alias)> {
        let last = key.with_sequence(u16::MAX);
        self.routes.range(key.with_sequence(0)..).take_while(move |(key, _)| **key <= last)
    }

    /// Returns the routes of a destination, in order.
    pub(super) fn of(&self, destination: u32, length: u8) -> impl Iterator<Item = (&Key, &Alias)> {
        let first = Key::new(destination, length, u8::MAX, 0, 0);
        let last = Key::new(destination, length, 0, u32::MAX, u16::MAX);
        self.routes.range(first..).take_while(move |(key, _)| **key <= last)
    }
}
