//! Carriers that come and go, and the operational state that follows (`net/core/link_watch.c`).
//!
//! Linux does this a moment later, in a worker; the model when the request at hand is done.

use crate::dev::{self, Device, DeviceId};
use crate::drivers;
use crate::machine::Machine;
use ifctl_abi::rtnetlink::OperationalState;

/// Sets a device's carrier.
#[doc(alias("netif_carrier_on", "netif_carrier_off"))]
pub(crate) fn set_carrier(machine: &mut Machine, id: DeviceId, carrier: bool) {
    let Ok(device) = machine.device_mut(id) else { return };
    if device.carrier == carrier {
        return;
    }
    device.carrier = carrier;
    let counter =
        if carrier { &mut device.carrier_up_count } else { &mut device.carrier_down_count };
    *counter = counter.wrapping_add(1);
    fire(machine, id);
}

/// Notes that a device is to be looked at.
#[doc(alias = "linkwatch_fire_event")]
pub(crate) fn fire(machine: &mut Machine, id: DeviceId) {
    machine.watched.insert(id);
}

/// Looks at all devices that wait for it.
#[doc(alias = "linkwatch_run_queue")]
pub(crate) fn run(machine: &mut Machine) {
    while let Some(id) = machine.watched.pop_first() {
        let Ok(device) = machine.device(id) else { continue };
        let state = policy(machine, device);
        if let Ok(device) = machine.device_mut(id) {
            device.oper_state = state;
        }
        dev::state_change(machine, id);
    }
}

/// Returns the state of RFC 2863 that follows from carrier and link mode.
#[doc(alias("rfc2863_policy", "default_operstate"))]
fn policy(machine: &Machine, device: &Device) -> OperationalState {
    if !device.carrier {
        match drivers::lower_link(machine, device) {
            Some(_) => OperationalState::LOWERLAYERDOWN,
            None => OperationalState::DOWN,
        }
    } else if device.dormant {
        OperationalState::DORMANT
    } else {
        OperationalState::UP
    }
}
