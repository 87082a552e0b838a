//! What routes share, in a state.

use super::{Hop, HopKey, HopKeys, Info, InfoId, InfoKey, Infos, Metrics};
use crate::state::{Devices, NextHop, SharedRoute, StateError, Within, must};
use ifctl_abi::rtnetlink::{NextHopFlags, RTAX_COUNT, RouteProtocol, RouteScope, RouteType};
use std::collections::BTreeMap;

impl Infos {
    /// Returns what a state has of them, and the number that each has there.
    pub(crate) fn save(&self) -> (Vec<SharedRoute>, BTreeMap<InfoId, u32>) {
        let (mut saved, mut numbers) = (Vec::new(), BTreeMap::new());
        for (id, info) in (0..).zip(&self.infos) {
            let Some(info) = info else { continue };
            let number = saved.len() as u32;
            numbers.insert(id, number);
            saved.push(save(info, number));
        }
        (saved, numbers)
    }

    /// Returns those of a state, and the one of each number. Nothing refers to them yet.
    pub(crate) fn load(
        saved: &[SharedRoute],
        devices: &Devices,
    ) -> Result<(Self, BTreeMap<u32, InfoId>), StateError> {
        let (mut infos, mut ids) = (Self::default(), BTreeMap::new());
        for (place, saved) in saved.iter().enumerate() {
            let item = format!("[{place}]");
            let key = key(saved, devices).within(&item)?;
            let states: Vec<NextHopFlags> = saved.hops.iter().map(|hop| hop.state).collect();
            let is_new = !infos.by_key.contains_key(&key);
            must(is_new, "", "another one is the same").within(&item)?;
            let id = infos.share(key, &states);
            if let Some(info) = infos.get_mut(id) {
                info.state = saved.state;
                info.references = 0;
            }
            let is_new = ids.insert(saved.number, id).is_none();
            must(is_new, "number", "another one has it").within(&item)?;
        }
        Ok((infos, ids))
    }

    /// Counts a route that shares this.
    pub(crate) fn refer(&mut self, id: InfoId) {
        if let Some(info) = self.get_mut(id) {
            info.references += 1;
        }
    }

    /// Returns whether some route shares each.
    pub(crate) fn all_referred(&self) -> bool {
        self.infos.iter().flatten().all(|info| info.references > 0)
    }
}

fn save(info: &Info, number: u32) -> SharedRoute {
    let key = &*info.key;
    let metrics = |metrics: &Metrics| {
        let kinds = (1..RTAX_COUNT as u16).map(|kind| (kind, metrics.get(kind)));
        kinds.filter(|(_, value)| *value != 0).collect()
    };
    SharedRoute {
        number,
        table: key.table,
        protocol: key.protocol.0,
        scope: key.scope.0,
        kind: key.kind.0,
        priority: key.priority,
        flags: key.flags,
        state: info.state,
        metrics: key.metrics.as_deref().map(metrics),
        hops: info.hops.iter().map(save_hop).collect(),
    }
}

fn save_hop(hop: &Hop) -> NextHop {
    NextHop {
        output: hop.key.output,
        gateway: hop.key.gateway,
        hops: hop.key.hops,
        flags: hop.key.flags,
        realms: hop.key.realms,
        scope: hop.key.scope.0,
        state: hop.state,
    }
}

fn key(saved: &SharedRoute, devices: &Devices) -> Result<InfoKey, StateError> {
    must(saved.table != 0, "table", "no table has number 0")?;
    must(saved.kind <= RouteType::XRESOLVE.0, "kind", "there is no such type")?;
    must(!saved.hops.is_empty(), "hops", "a route has a next hop")?;
    let mut hops = Vec::new();
    for (place, hop) in saved.hops.iter().enumerate() {
        let device = Some(hop.output).filter(|index| *index != 0);
        hops.push(HopKey {
            output: hop.output,
            device: devices.find_if(device).within("output").within_item("hops", place)?,
            gateway: hop.gateway,
            hops: hop.hops,
            flags: hop.flags,
            realms: hop.realms,
            scope: RouteScope(hop.scope),
        });
    }
    let metrics = match &saved.metrics {
        None => None,
        Some(values) => {
            let mut metrics = Metrics::default();
            for (kind, value) in values {
                let known = (1..RTAX_COUNT).contains(&usize::from(*kind));
                must(known, "metrics", "there is no metric of this number")?;
                metrics.set(*kind, *value);
                must(metrics.get(*kind) == *value, "metrics", "a metric is too large")?;
            }
            metrics.plain()
        }
    };
    Ok(InfoKey {
        table: saved.table,
        protocol: RouteProtocol(saved.protocol),
        scope: RouteScope(saved.scope),
        kind: RouteType(saved.kind),
        priority: saved.priority,
        flags: saved.flags,
        metrics,
        hops: match hops.as_slice() {
            [one] => HopKeys::One(*one),
            _ => HopKeys::Many(hops),
        },
    })
}
