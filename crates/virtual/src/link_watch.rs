//! Carriers that come and go, and the operational state that follows (`net/core/link_watch.c`).
//!
//! Linux does this a moment later, in a worker; the model when the datagram, or the call, at hand is done.

use crate::dev::{self, Device, DeviceId};
use crate::drivers;
use crate::machine::Machine;
use crate::release::Release;
use ifctl_abi::rtnetlink::{LinkMode, OperationalState};

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
    if !machine.watched.contains(&id) {
        machine.watched.push_back(id);
    }
}

/// Looks at all devices that wait for it.
#[doc(alias = "linkwatch_run_queue")]
pub(crate) fn run(machine: &mut Machine) {
    while let Some(id) = machine.watched.pop_front() {
        look(machine, id);
    }
}

/// Looks at a device now, if it waits for it.
#[doc(alias = "linkwatch_sync_dev")]
pub(crate) fn sync(machine: &mut Machine, id: DeviceId) {
    if let Some(place) = machine.watched.iter().position(|watched| *watched == id) {
        machine.watched.remove(place);
        look(machine, id);
    }
}

#[doc(alias = "linkwatch_do_dev")]
fn look(machine: &mut Machine, id: DeviceId) {
    follow(machine, id);
    dev::state_change(machine, id);
}

/// Lets a device's operational state follow its carrier.
#[doc(alias("rfc2863_policy", "linkwatch_init_dev"))]
pub(crate) fn follow(machine: &mut Machine, id: DeviceId) {
    let Ok(device) = machine.device(id) else { return };
    let mut state = carried(machine, device);
    if state == OperationalState::UP {
        state = match LinkMode(device.link_mode) {
            LinkMode::TESTING => OperationalState::TESTING,
            LinkMode::DORMANT => OperationalState::DORMANT,
            _ => state,
        };
    }
    if let Ok(device) = machine.device_mut(id) {
        device.oper_state = state;
    }
}

/// Returns the state of RFC 2863 that follows from the carrier. The device below is looked up by its
/// index in this device's namespace, wherever it is.
#[doc(alias = "default_operstate")]
fn carried(machine: &Machine, device: &Device) -> OperationalState {
    if device.testing {
        OperationalState::TESTING
    } else if !device.carrier {
        let below = drivers::link_index(machine, device);
        if machine.release < Release::V6_12 && below != device.index {
            return OperationalState::LOWERLAYERDOWN;
        }
        let below = (below != device.index)
            .then(|| machine.net(device.net).and_then(|net| net.index(below)))
            .and_then(Result::ok)
            .and_then(|below| machine.device(below).ok());
        match below {
            Some(below) if !below.carrier => OperationalState::LOWERLAYERDOWN,
            _ => OperationalState::DOWN,
        }
    } else if device.dormant {
        OperationalState::DORMANT
    } else {
        OperationalState::UP
    }
}
