//! IPv6's routes in a state.

use super::{Place, Route, Tables};
use crate::dev::DeviceId;
use crate::in6::mask;
use crate::ip6_fib::{Flags, LOCAL, MAIN};
use crate::state::{Devices, Route6, StateError, Table6, Within, must};
use ifctl_abi::rtnetlink::{RouteProtocol, RouteType};
use std::cmp::Reverse;

impl Tables {
    /// Returns what a state has of them.
    pub(crate) fn save(
        &self,
        index: impl Fn(DeviceId) -> Result<u32, StateError>,
    ) -> Result<Vec<Table6>, StateError> {
        let mut by_age: Vec<_> = self.tables.iter().collect();
        by_age.sort_by_key(|((_, Reverse(age)), _)| *age);
        let mut saved = Vec::new();
        for (_, table) in by_age {
            let nodes = table.nodes.iter();
            let routes =
                nodes.flat_map(|(place, node)| node.iter().map(move |route| (place, route)));
            let routes = routes.map(|(place, route)| save(place, route, index(route.device)?));
            saved.push(Table6 { number: table.id, routes: routes.collect::<Result<_, _>>()? });
        }
        Ok(saved)
    }

    /// Returns those of a state.
    pub(crate) fn load(saved: &[Table6], devices: &Devices) -> Result<Self, StateError> {
        let first: Vec<u32> = saved.iter().take(2).map(|table| table.number).collect();
        must(first == [LOCAL, MAIN], "", "the first two are LOCAL (255) and MAIN (254)")?;
        let mut tables = Self::default();
        let mut id = 0;
        for (place, saved) in saved.iter().enumerate() {
            let item = format!("[{place}]");
            let is_new = place < 2 || tables.get(saved.number).is_none();
            must(is_new, "number", "the table is there twice").within(&item)?;
            tables.make(saved.number);
            let Some(table) = tables.get_mut(saved.number) else { continue };
            let mut last = None;
            for (at, saved) in saved.routes.iter().enumerate() {
                id += 1;
                let (place, route) =
                    load(saved, id, devices).within_item("routes", at).within(&item)?;
                let node = table.node_mut(place);
                let metric = node.last().map_or(0, |route| route.metric);
                let is_next = last <= Some(place) && metric <= route.metric;
                must(is_next, "", "it is not in the kernel's order")
                    .within_item("routes", at)
                    .within(&item)?;
                node.push(route);
                last = Some(place);
            }
        }
        Ok(tables)
    }
}

fn save(place: &Place, route: &Route, device: u32) -> Result<Route6, StateError> {
    Ok(Route6 {
        destination: place.destination().into(),
        prefix_length: place.length(),
        source: place.source().into(),
        source_length: place.source_length(),
        gateway: route.gateway.map(Into::into),
        preferred_source: route.preferred_source.into(),
        device,
        expires: route.expires,
        metrics: route.metrics.as_ref().map(|metrics| metrics.to_vec()),
        flags: route.flags.bits(),
        metric: route.metric,
        kind: route.kind.0,
        protocol: route.protocol.0,
        hop_flags: route.hop_flags,
        hops: route.hops,
        of_address: route.of_address,
    })
}

fn load(saved: &Route6, id: u64, devices: &Devices) -> Result<(Place, Route), StateError> {
    must(saved.prefix_length <= 128, "prefix_length", "a prefix has 128 bits at most")?;
    must(saved.source_length <= 128, "source_length", "a prefix has 128 bits at most")?;
    let is_network = u128::from(saved.destination) & !mask(saved.prefix_length) == 0;
    must(is_network, "destination", "it has bits behind the prefix")?;
    let is_network = u128::from(saved.source) & !mask(saved.source_length) == 0;
    must(is_network, "source", "it has bits behind the prefix")?;
    let place = Place::between(
        saved.destination.into(),
        saved.prefix_length,
        saved.source.into(),
        saved.source_length,
    );
    let route = Route {
        gateway: saved.gateway.map(Into::into),
        preferred_source: saved.preferred_source.into(),
        id,
        device: devices.find(saved.device).within("device")?,
        expires: saved.expires,
        metrics: saved.metrics.as_ref().map(|metrics| metrics.clone().into()),
        flags: Flags::from_bits_retain(saved.flags),
        metric: saved.metric,
        kind: RouteType(saved.kind),
        protocol: RouteProtocol(saved.protocol),
        hop_flags: saved.hop_flags,
        hops: saved.hops,
        of_address: saved.of_address,
    };
    Ok((place, route))
}
