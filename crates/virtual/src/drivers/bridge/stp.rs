//! States of ports, and the address that the bridge's identifier takes from them (`br_stp*.c`).

use super::{bridge, bridge_mut, fdb, ports};
use crate::dev::{Device, DeviceId, HardwareAddress, assigned};
use crate::link_watch::set_carrier;
use crate::machine::Machine;
use crate::rtnetlink::notify_port;
use ifctl_abi::netlink::MessageType;

/// What a port does with frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum State {
    Disabled = 0,
    Forwarding = 3,
    Blocking = 4,
}

/// The cost of a path through a device of which no speed is known.
const COST_OF_UNKNOWN_SPEED: u32 = 100;

/// The cost through a virtual cable of 10 Gb/s.
const COST_OF_10_GIGABITS: u32 = 2;

/// Returns the cost of a path through a device.
#[doc(alias = "port_cost")]
pub(super) fn cost(device: &Device) -> u32 {
    match device.driver {
        crate::drivers::Driver::Veth(_) => COST_OF_10_GIGABITS,
        _ => COST_OF_UNKNOWN_SPEED,
    }
}

/// Returns whether a port is not disabled.
pub(super) fn is_enabled(machine: &Machine, id: DeviceId, port: DeviceId) -> bool {
    state(machine, id, port).is_some_and(|state| state != State::Disabled)
}

fn state(machine: &Machine, id: DeviceId, port: DeviceId) -> Option<State> {
    bridge(machine, id)?.ports.iter().find(|entry| entry.device == port).map(|entry| entry.state)
}

fn set_state(machine: &mut Machine, id: DeviceId, port: DeviceId, state: State) {
    let entry = bridge_mut(machine, id)
        .and_then(|bridge| bridge.ports.iter_mut().find(|entry| entry.device == port));
    if let Some(entry) = entry {
        entry.state = state;
    }
}

/// Lets a port forward.
#[doc(alias = "br_stp_enable_port")]
pub(super) fn enable_port(machine: &mut Machine, id: DeviceId, port: DeviceId) {
    set_state(machine, id, port, State::Blocking);
    select_states(machine, id);
    notify_port(machine, port, MessageType::NEWLINK);
}

/// Lets a port forward no longer.
#[doc(alias = "br_stp_disable_port")]
pub(super) fn disable_port(machine: &mut Machine, id: DeviceId, port: DeviceId) {
    set_state(machine, id, port, State::Disabled);
    notify_port(machine, port, MessageType::NEWLINK);
    select_states(machine, id);
}

/// Lets ports that are not disabled forward; the bridge has a carrier while one does.
#[doc(alias("br_port_state_selection", "br_make_forwarding"))]
fn select_states(machine: &mut Machine, id: DeviceId) {
    let mut forwards = false;
    for port in ports(machine, id) {
        match state(machine, id, port) {
            Some(State::Blocking) => {
                set_state(machine, id, port, State::Forwarding);
                notify_port(machine, port, MessageType::NEWLINK);
                forwards = true;
            }
            Some(State::Forwarding) => forwards = true,
            Some(State::Disabled) | None => {}
        }
    }
    set_carrier(machine, id, forwards);
}

/// Lets a port's state follow its carrier, and returns whether listeners were told of that.
#[doc(alias = "br_port_carrier_check")]
pub(super) fn follow_carrier(
    machine: &mut Machine,
    id: DeviceId,
    port: DeviceId,
    is_running: bool,
) -> bool {
    match (is_running, is_enabled(machine, id, port)) {
        (true, false) => enable_port(machine, id, port),
        (false, true) => disable_port(machine, id, port),
        _ => return false,
    }
    true
}

/// Takes the least address of the ports, unless a user set one; returns whether it is another.
#[doc(alias = "br_stp_recalculate_bridge_id")]
pub(super) fn choose_address(machine: &mut Machine, id: DeviceId) -> bool {
    let Ok(device) = machine.device(id) else { return false };
    if device.address_assign_type == assigned::ADDRESS_SET {
        return false;
    }
    let least = ports(machine, id)
        .into_iter()
        .filter_map(|port| machine.device(port).ok().map(|device| device.address))
        .min()
        .unwrap_or_else(|| HardwareAddress::new(&[0; 6]));
    if bridge(machine, id).is_none_or(|bridge| bridge.address == least) {
        return false;
    }
    change_address(machine, id, least);
    true
}

/// Gives the bridge an address.
#[doc(alias = "br_stp_change_bridge_id")]
pub(super) fn change_address(machine: &mut Machine, id: DeviceId, address: HardwareAddress) {
    fdb::change_own(machine, id, address);
    if let Ok(device) = machine.device_mut(id) {
        device.address = address;
    }
    if let Some(bridge) = bridge_mut(machine, id) {
        bridge.address = address;
    }
    select_states(machine, id);
}
