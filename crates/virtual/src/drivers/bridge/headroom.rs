//! The room before a packet that a bridge keeps free, which is what one of its ports needs at most.

use super::ports;
use crate::dev::{Device, DeviceId};
use crate::drivers::{Driver, veth};
use crate::machine::Machine;

/// Returns what a device needs for itself. A veth needs none: what it has, others ask of it.
#[doc(alias = "netdev_get_fwd_headroom")]
fn needed(device: &Device) -> u16 {
    if matches!(device.driver, Driver::Veth(_)) { 0 } else { device.headroom }
}

/// Follows a port that was added.
pub(super) fn port_added(machine: &mut Machine, id: DeviceId, port: DeviceId) {
    let (Ok(bridge), Ok(added)) = (machine.device(id), machine.device(port)) else { return };
    let needed = needed(added);
    if bridge.headroom < needed {
        keep(machine, id, needed);
    } else {
        veth::follow_headroom(machine, port);
    }
}

/// Follows a port that was taken out.
pub(super) fn port_gone(machine: &mut Machine, id: DeviceId, port: DeviceId) {
    let (Ok(bridge), Ok(gone)) = (machine.device(id), machine.device(port)) else { return };
    if needed(gone) == bridge.headroom {
        let left = ports(machine, id).into_iter().filter_map(|id| machine.device(id).ok());
        let most = left.map(needed).max().unwrap_or(0);
        keep(machine, id, most);
    }
    veth::follow_headroom(machine, port);
}

#[doc(alias = "update_headroom")]
fn keep(machine: &mut Machine, id: DeviceId, headroom: u16) {
    if let Ok(bridge) = machine.device_mut(id) {
        bridge.headroom = headroom;
    }
    for port in ports(machine, id) {
        veth::follow_headroom(machine, port);
    }
}
