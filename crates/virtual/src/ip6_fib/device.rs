//! What becomes of routes when devices do, and when their time is over.

use super::change::{GARBAGE_INTERVAL, RouteRequest, remove};
use super::table::siblings;
use super::{Flags, Route};
use crate::addrconf;
use crate::dev::DeviceId;
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::timers::Task;
use ifctl_abi::rtnetlink::{NextHopFlags, RTAX_LOCK, RTAX_MTU};

/// Deletes the routes of a device that is closed, or goes.
#[doc(alias("rt6_disable_ip", "fib6_ifdown"))]
pub(crate) fn device_disabled(machine: &mut Machine, id: DeviceId, gone: bool) {
    let Ok(net) = machine.device(id).map(|device| device.net) else { return };
    let mut dead = Vec::new();
    let Ok(space) = machine.net_mut(net) else { return };
    for table in space.inet6.tables.iter_mut() {
        for (place, node) in &mut table.nodes {
            let on_it = |route: &Route| route.device == id;
            let dies = |route: &Route| on_it(route) || route.hop_flags.contains(NextHopFlags::DEAD);
            let dead_before = dead.len();
            for route in node.iter() {
                let goes = if gone || !route.is_shareable() {
                    on_it(route)
                } else {
                    // Linux keeps a route for as long as any of its next hops lives.
                    let hops = siblings(node, route.metric);
                    if hops.len() < 2 {
                        on_it(route)
                    } else {
                        hops.iter().any(|hop| on_it(hop)) && hops.iter().all(|hop| dies(hop))
                    }
                };
                if goes {
                    dead.push((table.id, *place, route.id));
                }
            }
            // Of routes that share the load, those that are left go on.
            let dead = dead.get(dead_before..).unwrap_or_default();
            let stays = |route: &Route| !dead.iter().any(|(.., id)| *id == route.id);
            if node.len() > 1 {
                for route in node.iter_mut().filter(|route| route.device == id && stays(route)) {
                    route.hop_flags |= NextHopFlags::DEAD | NextHopFlags::LINKDOWN;
                }
            }
        }
    }
    for (table, place, route) in dead {
        remove(machine, net, table, place, route, RouteRequest::default());
    }
}

/// Has the routes over a device follow its MTU, whose own is above it or was the device's until now.
#[doc(alias("rt6_mtu_change", "fib6_nh_mtu_change"))]
pub(crate) fn mtu_changed(machine: &mut Machine, id: DeviceId, old: i32, mtu: u32) {
    let old = u32::try_from(old).unwrap_or(0);
    for_each_of(machine, id, |route| {
        let Some(metrics) = &mut route.metrics else { return };
        let is_locked =
            |(kind, locks): &(u16, u32)| *kind == RTAX_LOCK && locks & 1 << RTAX_MTU != 0;
        if metrics.iter().any(is_locked) {
            return;
        }
        for (_, value) in metrics.iter_mut().filter(|(kind, _)| *kind == RTAX_MTU) {
            if *value >= mtu || *value == old {
                *value = mtu;
            }
        }
    });
}

/// Marks the next hops of a device whose carrier went.
#[doc(alias = "rt6_sync_down_dev")]
pub(crate) fn device_changed(machine: &mut Machine, id: DeviceId) {
    for_each_of(machine, id, |route| {
        if !route.flags.intersects(Flags::LOCAL | Flags::ANYCAST) {
            route.hop_flags |= NextHopFlags::LINKDOWN;
        }
    });
}

/// Takes marks from the next hops of a device that is back.
#[doc(alias = "rt6_sync_up")]
pub(crate) fn device_up(machine: &mut Machine, id: DeviceId, carrier_only: bool) {
    let Ok(device) = machine.device(id) else { return };
    let mut marks = NextHopFlags::LINKDOWN;
    if !carrier_only {
        marks |= NextHopFlags::DEAD;
        if !device.carrier {
            marks.remove(NextHopFlags::LINKDOWN);
        }
    }
    for_each_of(machine, id, |route| route.hop_flags.remove(marks));
}

fn for_each_of(machine: &mut Machine, id: DeviceId, mut change: impl FnMut(&mut Route)) {
    let Ok(net) = machine.device(id).map(|device| device.net) else { return };
    let Ok(space) = machine.net_mut(net) else { return };
    for table in space.inet6.tables.iter_mut() {
        for node in table.nodes.values_mut() {
            node.iter_mut().filter(|route| route.device == id).for_each(&mut change);
        }
    }
}

/// Deletes the routes that are expired.
#[doc(alias = "fib6_run_gc")]
pub(crate) fn collect_garbage(machine: &mut Machine, net: NetId) {
    let now = addrconf::hundredths(machine.now);
    let Ok(space) = machine.net_mut(net) else { return };
    let mut expired = Vec::new();
    let mut left = false;
    for table in space.inet6.tables.iter() {
        for (place, node) in &table.nodes {
            for route in node {
                match route.expires {
                    Some(at) if at < now => expired.push((table.id, *place, route.id)),
                    Some(_) => left = true,
                    None => {}
                }
            }
        }
    }
    space.inet6.garbage_timer = left;
    for (table, place, route) in expired {
        remove(machine, net, table, place, route, RouteRequest::default());
    }
    if left {
        machine.timers.at(machine.now + GARBAGE_INTERVAL, Task::Ipv6Garbage { net });
    }
}
