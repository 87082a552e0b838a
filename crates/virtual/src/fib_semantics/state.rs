//! Next hops that fail with their devices, and come back with them.

use super::{Info, InfoId};
use crate::dev::{self, DeviceId};
use crate::events::Event;
use crate::machine::Machine;
use ifctl_abi::DeviceFlags;
use ifctl_abi::rtnetlink::{NextHopFlags, RouteScope};

/// Marks the next hops that a device took with it, and returns how many routes' worth have none left.
/// Those of the host's own addresses stay, unless all are to go.
#[doc(alias = "fib_sync_down_dev")]
pub(crate) fn sync_down_device(
    machine: &mut Machine,
    device: DeviceId,
    event: Event,
    force: bool,
) -> usize {
    let lost = match event {
        Event::Change(_) => NextHopFlags::LINKDOWN,
        _ => NextHopFlags::DEAD | NextHopFlags::LINKDOWN,
    };
    let kept = if force { None } else { Some(RouteScope::NOWHERE) };
    let mut gone = 0;
    each(machine, device, |info| {
        let mut dead = 0;
        for hop in &mut info.hops {
            if hop.state.contains(NextHopFlags::DEAD) {
                dead += 1;
            } else if hop.key.device == Some(device) && Some(hop.key.scope) != kept {
                hop.state |= lost;
                dead += 1;
            }
            if event == Event::Unregister && hop.key.device == Some(device) {
                dead = usize::MAX;
                break;
            }
        }
        if dead >= info.hops.len() {
            info.state |= lost;
            gone += 1;
        }
    });
    gone
}

/// Takes marks from the next hops of a device that works again.
#[doc(alias = "fib_sync_up")]
pub(crate) fn sync_up(machine: &mut Machine, device: DeviceId, marks: NextHopFlags) {
    let Ok(found) = machine.device(device) else { return };
    if !found.is_up() || found.inet.is_none() {
        return;
    }
    let mut marks = marks;
    let works = DeviceFlags::RUNNING | DeviceFlags::LOWER_UP;
    if marks.contains(NextHopFlags::DEAD) && dev::get_flags(found).intersects(works) {
        marks |= NextHopFlags::LINKDOWN;
    }
    let infos = machine.net(found.net).map(|net| &net.fib.infos);
    let is_marked = infos.is_ok_and(|infos| {
        let mut all = infos.of_device(device).filter_map(|id| infos.get(id));
        all.any(|info| info.hops.iter().any(|hop| hop.state.intersects(marks)))
    });
    // This is asked with each address that comes, and hardly ever so.
    if !is_marked {
        return;
    }
    each(machine, device, |info| {
        let mut alive = false;
        for hop in &mut info.hops {
            if !hop.state.intersects(marks) {
                alive = true;
            } else if hop.key.device == Some(device) {
                hop.state.remove(marks);
                alive = true;
            }
        }
        if alive {
            info.state.remove(marks);
        }
    });
}

/// Does something with all that goes by a device.
fn each(machine: &mut Machine, device: DeviceId, mut change: impl FnMut(&mut Info)) {
    let Ok(net) = machine.device(device).map(|device| device.net) else { return };
    let Ok(net) = machine.net_mut(net) else { return };
    net.fib.doubt_sources();
    let ids: Vec<InfoId> = net.fib.infos.of_device(device).collect();
    for id in ids {
        if let Some(info) = net.fib.infos.get_mut(id) {
            change(info);
        }
    }
}
