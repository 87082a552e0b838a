//! IPv4's routes in a state.

use super::table::MIDDLE;
use super::{Alias, Fib, Key};
use crate::devinet::mask;
use crate::fib_semantics::{InfoId, Infos};
use crate::state::{Devices, Ipv4State, Route4, StateError, Table4, Within, must, wrong};
use std::collections::BTreeMap;

impl Fib {
    /// Puts the routes into a state.
    pub(crate) fn save(&self, state: &mut Ipv4State) {
        let (shared, numbers) = self.infos.save();
        state.shared = shared;
        state.has_custom_rules = self.has_custom_rules;
        let save = |(key, alias): (&Key, &Alias)| Route4 {
            destination: key.destination().into(),
            prefix_length: key.length(),
            tos: key.tos(),
            priority: key.priority(),
            source: alias.source.into(),
            shared: numbers.get(&alias.info).copied().unwrap_or(u32::MAX),
        };
        let routes = |number: &u32| {
            let table = self.tables.get(number).into_iter();
            table.flat_map(|table| table.routes.iter()).map(save).collect()
        };
        let table = |number: &u32| Table4 { number: *number, routes: routes(number) };
        state.tables = self.order.iter().map(table).collect();
    }

    /// Returns the routes of a state.
    pub(crate) fn load(state: &Ipv4State, devices: &Devices) -> Result<Self, StateError> {
        let (infos, ids) = Infos::load(&state.shared, devices).within("shared")?;
        let mut fib = Self { infos, has_custom_rules: state.has_custom_rules, ..Self::default() };
        for (place, table) in state.tables.iter().enumerate() {
            let low = |number: u32| number % 256;
            let is_next = fib.order.last().is_none_or(|last| low(*last) <= low(table.number));
            let checked = must(table.number != 0, "number", "no table has number 0")
                .and_then(|()| {
                    must(is_next, "number", "tables are in the order of their lowest byte")
                })
                .and_then(|()| {
                    let is_new = !fib.tables.contains_key(&table.number);
                    must(is_new, "number", "the table is there twice")
                });
            checked.within_item("tables", place)?;
            fib.order.push(table.number);
            fib.tables.insert(table.number, Default::default());
            let mut last = Key::FIRST;
            for (at, route) in table.routes.iter().enumerate() {
                last = fib
                    .load_route(table.number, route, &ids, last)
                    .within_item("routes", at)
                    .within_item("tables", place)?;
            }
        }
        must(fib.infos.all_referred(), "shared", "no route names one of them")?;
        Ok(fib)
    }

    fn load_route(
        &mut self,
        table: u32,
        saved: &Route4,
        ids: &BTreeMap<u32, InfoId>,
        last: Key,
    ) -> Result<Key, StateError> {
        let (destination, length) = (u32::from(saved.destination), saved.prefix_length);
        must(length <= 32, "prefix_length", "a prefix has 32 bits at most")?;
        let is_network = destination & !mask(length) == 0;
        must(is_network, "destination", "it has bits behind the prefix")?;
        let info = ids.get(&saved.shared).copied();
        let info = info.ok_or_else(|| wrong("there is no such number in it").within("shared"))?;
        let key = Key::new(destination, length, saved.tos, saved.priority, MIDDLE);
        let plain = |key: Key| key.with_sequence(0);
        must(plain(key) >= plain(last), "", "it is not in the kernel's order")?;
        let alike = (plain(key) == plain(last)).then_some((last, last));
        let key = self.place(table, key, alike, true);
        let key = key.map_err(|_| wrong("too many routes are alike"))?;
        self.put(table, key, Alias { info, source: saved.source.into() });
        self.infos.refer(info);
        Ok(key)
    }
}
