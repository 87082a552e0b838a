//! Routing tables (`net/ipv4/fib_trie.c`): how routes come into them, change and go.

mod lookup;
mod saved;
mod table;

pub(crate) use lookup::{Flow, Found, look_up, look_up_by_rules};
pub(crate) use table::{Alias, Key, Table};

use crate::dev::Cause;
use crate::devinet::mask;
use crate::fib_frontend;
use crate::fib_semantics::{self, FibConfig, Infos};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::release::Release;
use crate::rtnetlink::Extended;
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::{RouteScope, RouteTable, RouteType};
use ifctl_kernel::Errno;
use std::collections::{BTreeMap, BTreeSet};
use table::MIDDLE;

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
