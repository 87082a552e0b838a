//! Routing tables (`net/ipv4/fib_trie.c`): what is in them, in which order, and the longest match.

mod saved;

use crate::dev::Cause;
use crate::devinet::mask;
use crate::fib_frontend;
use crate::fib_rules::Marks;
use crate::fib_semantics::{self, FibConfig, Hop, Info, InfoId, Infos};
use crate::fib4_rules;
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::release::Release;
use crate::rtnetlink::Extended;
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::{NextHopFlags, RouteScope, RouteTable, RouteType};
use ifctl_kernel::Errno;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
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

    fn new(destination: u32, length: u8, tos: u8, priority: u32, sequence: u16) -> Self {
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

    fn sequence(&self) -> u16 {
        self.1 as u16
    }

    fn with_sequence(self, sequence: u16) -> Self {
        Self(self.0, self.1 & !0xffff | u64::from(sequence))
    }
}

/// The number between those that can be put before and after it.
const MIDDLE: u16 = 0x8000;

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
    routes: BTreeMap<Key, Alias>,
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
    fn put(&mut self, key: Key, alias: Alias) {
        if self.routes.insert(key, alias).is_none() {
            self.counted(key);
        }
    }

    /// Puts a route where none agrees with it in all but the order of insertion, and returns whether it
    /// did: it need not be asked for twice where that is known of the whole table.
    fn put_alone(&mut self, key: Key, alias: Alias) -> bool {
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

    fn take(&mut self, key: &Key) -> Option<Alias> {
        let alias = self.routes.remove(key)?;
        self.uncounted(*key);
        Some(alias)
    }

    /// Takes the first route between two keys that is meant.
    fn take_first(
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

    /// Returns the routes from a key on.
    pub(crate) fn from(&self, first: Key) -> impl Iterator<Item = (&Key, &Alias)> {
        self.routes.range(first..)
    }

    /// Returns the routes that agree with a key in all but the order of insertion.
    fn alike(&self, key: Key) -> impl Iterator<Item = (&Key, &Alias)> {
        let last = key.with_sequence(u16::MAX);
        self.routes.range(key.with_sequence(0)..).take_while(move |(key, _)| **key <= last)
    }

    /// Returns the routes of a destination, in order.
    fn of(&self, destination: u32, length: u8) -> impl Iterator<Item = (&Key, &Alias)> {
        let first = Key::new(destination, length, u8::MAX, 0, 0);
        let last = Key::new(destination, length, 0, u32::MAX, u16::MAX);
        self.routes.range(first..).take_while(move |(key, _)| **key <= last)
    }
}

/// A namespace's tables, and what their routes share.
#[derive(Default)]
pub(crate) struct Fib {
    tables: BTreeMap<u32, Table>,
    /// The tables' numbers as dumps go through them.
    order: Vec<u32>,
    pub(crate) infos: Infos,
    /// The routes of the main table that have a preferred source.
    by_source: BTreeSet<(u32, Key)>,
    /// A source that was found to be this host's: that is asked for each of a million secondaries, and
    /// true until a route comes or goes that could have a say in it.
    valid_source: Option<u32>,
    /// Somebody changed the rules: the local table is apart from the main one.
    #[doc(alias = "fib_has_custom_rules")]
    pub(crate) has_custom_rules: bool,
}

/// Returns the number of a table, where 0 means the main one.
fn number(table: u32) -> u32 {
    if table == 0 { RouteTable::MAIN.0 } else { table }
}

impl Fib {
    /// Returns a table.
    #[doc(alias = "fib_get_table")]
    pub(crate) fn table(&self, table: u32) -> Option<&Table> {
        self.tables.get(&number(table))
    }

    /// Returns the tables' numbers: by the lowest byte, the newest first among those that share it.
    pub(crate) fn tables(&self) -> &[u32] {
        &self.order
    }

    /// Makes a table if there is none of this number.
    #[doc(alias = "fib_new_table")]
    pub(crate) fn make_table(&mut self, table: u32) {
        let table = number(table);
        if self.tables.contains_key(&table) {
            return;
        }
        if table == RouteTable::LOCAL.0 && !self.has_custom_rules {
            self.make_table(RouteTable::MAIN.0);
        }
        let place = self.order.partition_point(|other| other % 256 < table % 256);
        self.order.insert(place, table);
        self.tables.insert(table, Table::default());
    }

    /// Makes a table of the least number that none has, and returns that.
    #[doc(alias = "fib_empty_table")]
    pub(crate) fn make_empty_table(&mut self) -> Option<u32> {
        let number = (1..=u32::MAX).find(|number| !self.tables.contains_key(number))?;
        self.make_table(number);
        Some(number)
    }

    /// Parts the local table from the main one, for good: the rules are changed.
    #[doc(alias = "fib_unmerge")]
    pub(crate) fn part_local_table(&mut self) {
        self.has_custom_rules = true;
        self.doubt_sources();
    }

    fn put(&mut self, table: u32, key: Key, alias: Alias) {
        self.note_source(table, key, alias);
        if let Some(table) = self.tables.get_mut(&table) {
            table.put(key, alias);
        }
    }

    fn note_source(&mut self, table: u32, key: Key, alias: Alias) {
        self.doubt_source(key);
        if alias.source != 0 && table == RouteTable::MAIN.0 {
            self.by_source.insert((alias.source, key));
        }
    }

    fn take(&mut self, table: u32, key: &Key) -> Option<Alias> {
        let alias = self.tables.get_mut(&table)?.take(key)?;
        self.forget_source(table, *key, alias);
        Some(alias)
    }

    fn forget_source(&mut self, table: u32, key: Key, alias: Alias) {
        self.doubt_source(key);
        if alias.source != 0 && table == RouteTable::MAIN.0 {
            self.by_source.remove(&(alias.source, key));
        }
    }

    /// Returns whether a source was found to be this host's, and still is.
    pub(crate) fn is_valid_source(&self, source: u32) -> bool {
        self.valid_source == Some(source)
    }

    /// Notes that a source was found to be this host's, by the local and the main table alone.
    pub(crate) fn set_valid_source(&mut self, source: u32) {
        self.valid_source = Some(source);
    }

    /// Notes that next hops fail or come back, and whole routes with them.
    pub(crate) fn doubt_sources(&mut self) {
        self.valid_source = None;
    }

    fn doubt_source(&mut self, key: Key) {
        let covers = |source| source & mask(key.length()) == key.destination();
        self.valid_source = self.valid_source.filter(|source| !covers(*source));
    }

    /// Returns the keys of the main table's routes that prefer a source.
    fn preferring(&self, source: u32) -> impl Iterator<Item = Key> + '_ {
        let last = Key::new(u32::MAX, 0, 0, u32::MAX, u16::MAX);
        self.by_source.range((source, Key::FIRST)..=(source, last)).map(|(_, key)| *key)
    }

    /// Returns whether a route of the main table prefers a source.
    pub(crate) fn prefers(&self, source: u32) -> bool {
        self.preferring(source).next().is_some()
    }

    /// Returns a key in front of or behind those routes that agree with it otherwise, which go from the
    /// one key of `alike` to the other.
    fn place(
        &mut self,
        table: u32,
        key: Key,
        alike: Option<(Key, Key)>,
        behind: bool,
    ) -> Result<Key, Errno> {
        let next = match alike {
            None => Some(MIDDLE),
            Some((_, last)) if behind => last.sequence().checked_add(1),
            Some((first, _)) => first.sequence().checked_sub(1),
        };
        match next {
            Some(sequence) => Ok(key.with_sequence(sequence)),
            None => {
                let alike = self.renumber(table, key)?;
                self.place(table, key, Some(alike), behind)
            }
        }
    }

    /// Moves routes that agree in all but the order of insertion to the middle of their numbers.
    fn renumber(&mut self, table: u32, key: Key) -> Result<(Key, Key), Errno> {
        let alike = self.tables.get(&table).into_iter().flat_map(|table| table.alike(key));
        let keys: Vec<Key> = alike.map(|(key, _)| *key).collect();
        let count = u16::try_from(keys.len()).map_err(|_| Errno::ENOBUFS)?;
        if count > u16::MAX - 2 {
            return Err(Errno::ENOBUFS);
        }
        let first = MIDDLE - count / 2;
        let aliases: Vec<Alias> = keys.iter().filter_map(|key| self.take(table, key)).collect();
        // The numbers may end with the last route: none must be drawn for one more.
        for (alias, sequence) in aliases.into_iter().zip(first..) {
            self.put(table, key.with_sequence(sequence), alias);
        }
        Ok((key.with_sequence(first), key.with_sequence(first + count.saturating_sub(1))))
    }
}

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
            if table.lengths.get(usize::from(length)).is_none_or(|count| *count == 0) {
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

/// Adds a route, or changes one.
#[doc(alias = "fib_table_insert")]
pub(crate) fn insert(
    machine: &mut Machine,
    net: NetId,
    config: &FibConfig,
    cause: Cause,
    extended: &mut Extended,
) -> Result<(), Errno> {
    let table = number(config.table);
    machine.net_mut(net)?.fib.make_table(table);
    if machine.release == Release::V6_12 {
        fib_frontend::check_prefix(config, extended)?;
    }
    let info = fib_semantics::create_info(machine, net, config, extended)?;
    let alias = Alias { info, source: config.source };
    let outcome = insert_alias(machine, net, table, config, alias, cause);
    if outcome.is_err() || outcome == Ok(Inserted::Was) {
        machine.net_mut(net)?.fib.infos.release(info);
    }
    outcome.map(|_| ())
}

/// What became of a route to be inserted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inserted {
    Is,
    /// It was there before.
    Was,
}

fn insert_alias(
    machine: &mut Machine,
    net: NetId,
    table: u32,
    config: &FibConfig,
    alias: Alias,
    cause: Cause,
) -> Result<Inserted, Errno> {
    let wants = |flag| config.request.contains(flag);
    let key = Key::new(config.destination, config.length, config.tos, config.priority, MIDDLE);
    let fib = &mut machine.net_mut(net)?.fib;
    let mut told = MessageFlags::EXCL;
    let alone = wants(MessageFlags::CREATE)
        && fib.tables.get_mut(&table).is_some_and(|table| table.put_alone(key, alias));
    if alone {
        fib.note_source(table, key, alias);
        told |= MessageFlags::CREATE;
        fib_semantics::notify(machine, net, MessageType::NEWROUTE, table, key, alias, told, cause);
        return Ok(Inserted::Is);
    }
    let (mut first, mut last, mut is_first, mut is_there) = (None, key, false, false);
    for (key, other) in fib.tables.get(&table).into_iter().flat_map(|table| table.alike(key)) {
        is_there |= *other == alias;
        last = *key;
        if first.is_none() {
            (first, is_first) = (Some(*key), is_there);
        }
        if is_there {
            break;
        }
    }
    let mut place = None;
    if let Some(first) = first {
        if wants(MessageFlags::EXCL) {
            return Err(Errno::EEXIST);
        }
        told.remove(MessageFlags::EXCL);
        if wants(MessageFlags::REPLACE) {
            told |= MessageFlags::REPLACE;
            if is_first {
                return Ok(Inserted::Was);
            } else if is_there {
                return Err(Errno::EEXIST);
            }
            if let Some(old) = fib.take(table, &first) {
                fib.infos.release(old.info);
            }
            place = Some(first);
        } else if is_there {
            return Err(Errno::EEXIST);
        } else if wants(MessageFlags::APPEND) {
            told |= MessageFlags::APPEND;
        }
    }
    let place = match place {
        Some(place) => place,
        None if wants(MessageFlags::CREATE) => {
            told |= MessageFlags::CREATE;
            fib.place(table, key, first.map(|first| (first, last)), wants(MessageFlags::APPEND))?
        }
        None => return Err(Errno::ENOENT),
    };
    fib.put(table, place, alias);
    fib_semantics::notify(machine, net, MessageType::NEWROUTE, table, place, alias, told, cause);
    Ok(Inserted::Is)
}

/// Deletes the first route that is as it is told to be.
#[doc(alias = "fib_table_delete")]
pub(crate) fn delete(
    machine: &mut Machine,
    net: NetId,
    config: &FibConfig,
    cause: Cause,
) -> Result<(), Errno> {
    let table = number(config.table);
    let fib = &mut machine.net_mut(net)?.fib;
    let key = |priority, sequence| {
        Key::new(config.destination, config.length, config.tos, priority, sequence)
    };
    let infos = &fib.infos;
    let is_meant = |alias: &Alias| {
        infos.get(alias.info).is_some_and(|info| {
            (config.kind == RouteType::UNSPEC || info.key.kind == config.kind)
                && (config.scope == RouteScope::NOWHERE || info.key.scope == config.scope)
                && (config.source == 0 || alias.source == config.source)
                && (config.protocol.0 == 0 || info.key.protocol == config.protocol)
                && fib_semantics::matches(config, info)
        })
    };
    let routes = fib.tables.get_mut(&table).ok_or(Errno::ESRCH)?;
    let found = routes.take_first(key(0, 0)..=key(u32::MAX, u16::MAX), is_meant);
    let (key, alias) = found.ok_or(Errno::ESRCH)?;
    fib.forget_source(table, key, alias);
    let (kind, told) = (MessageType::DELROUTE, MessageFlags::empty());
    fib_semantics::notify(machine, net, kind, table, key, alias, told, cause);
    machine.net_mut(net)?.fib.infos.release(alias.info);
    Ok(())
}

/// Drops the routes of which nothing works any more, in silence. Those that refuse packets stay.
#[doc(alias = "fib_flush")]
pub(crate) fn flush(machine: &mut Machine, net: NetId) {
    let Ok(net) = machine.net_mut(net) else { return };
    let fib = &mut net.fib;
    for id in fib.order.clone() {
        let Some(table) = fib.tables.get(&id) else { continue };
        let is_dead = |alias: &Alias| {
            fib.infos.get(alias.info).is_some_and(|info| {
                info.is_dead() && fib_semantics::refusal(info.key.kind).is_none()
            })
        };
        let dead: Vec<Key> =
            table.routes.iter().filter(|(_, alias)| is_dead(alias)).map(|(key, _)| *key).collect();
        for key in dead {
            if let Some(alias) = fib.take(id, &key) {
                fib.infos.release(alias.info);
            }
        }
    }
}

/// Deletes the routes of the main table whose preferred source is gone, and says so.
#[doc(alias = "fib_sync_down_addr")]
pub(crate) fn flush_source(machine: &mut Machine, net: NetId, source: u32) {
    let Ok(fib) = machine.net(net).map(|net| &net.fib) else { return };
    let keys: Vec<Key> = fib.preferring(source).collect();
    let table = RouteTable::MAIN.0;
    for key in keys {
        let Ok(found) = machine.net_mut(net) else { return };
        let Some(alias) = found.fib.take(table, &key) else { continue };
        let (kind, told) = (MessageType::DELROUTE, MessageFlags::empty());
        fib_semantics::notify(machine, net, kind, table, key, alias, told, Cause::NONE);
        if let Ok(net) = machine.net_mut(net) {
            net.fib.infos.release(alias.info);
        }
    }
}
