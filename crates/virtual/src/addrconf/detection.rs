//! Duplicate address detection, as a state that passes with time.

use super::address::State;
use super::change;
use crate::dev::DeviceId;
use crate::machine::Machine;
use crate::mcast;
use crate::timers::Task;
use ifctl_abi::DeviceFlags;
use ifctl_abi::netlink::MessageType;
use ifctl_abi::rtnetlink::AddressFlags;
use std::time::Duration;

/// How long an answer is waited for.
#[doc(alias = "ND_RETRANS_TIMER")]
const RETRANSMISSION: Duration = Duration::from_secs(1);

/// Begins detection, a moment after the request at hand.
#[doc(alias = "addrconf_dad_start")]
pub(super) fn start(machine: &mut Machine, id: DeviceId, address: u128) {
    if let Some(entry) = entry(machine, id, address) {
        entry.state = State::Before;
    }
    plan(machine, id, address, Duration::ZERO);
}

fn entry(
    machine: &mut Machine,
    id: DeviceId,
    address: u128,
) -> Option<&mut super::address::Address> {
    machine.device_mut(id).ok()?.inet6.as_mut()?.addresses.get_mut(address)
}

/// Plans the next step.
#[doc(alias = "addrconf_mod_dad_work")]
fn plan(machine: &mut Machine, id: DeviceId, address: u128, after: Duration) {
    let time = machine.now + after;
    machine.timers.at(time, Task::DuplicateDetection { device: id, address });
}

/// Takes the next step.
#[doc(alias = "addrconf_dad_work")]
pub(crate) fn detection_work(machine: &mut Machine, id: DeviceId, address: u128) {
    let Some(found) = entry(machine, id, address) else { return };
    if found.state == State::Before {
        found.state = State::Begun;
        return begin(machine, id, address);
    }
    let Ok(device) = machine.device_mut(id) else { return };
    let Some(inet6) = device.inet6.as_mut().filter(|inet6| inet6.ready) else { return };
    let Some(found) = inet6.addresses.get_mut(address) else { return };
    if found.probes == 0 {
        found.flags.remove(UNDETECTED);
        return change::usable(machine, id, address);
    }
    found.probes -= 1;
    plan(machine, id, address, RETRANSMISSION);
}

/// The flags of an address that is not found to be alone yet.
const UNDETECTED: AddressFlags =
    AddressFlags::TENTATIVE.union(AddressFlags::OPTIMISTIC).union(AddressFlags::DADFAILED);

#[doc(alias = "addrconf_dad_begin")]
fn begin(machine: &mut Machine, id: DeviceId, address: u128) {
    mcast::join_solicited(machine, id, address);
    let Ok(device) = machine.device(id) else { return };
    let flags = device.flags;
    let by_all = machine.net(device.net).map_or(0, |net| net.inet6.all.accepts_detection());
    let Ok(device) = machine.device_mut(id) else { return };
    let Some(inet6) = device.inet6.as_mut() else { return };
    let by_device = inet6.conf.accepts_detection();
    let (ready, uses_optimistic) = (inet6.ready, inet6.conf.uses_optimistic());
    let Some(found) = inet6.addresses.get_mut(address) else { return };
    let needless = flags.intersects(DeviceFlags::NOARP | DeviceFlags::LOOPBACK)
        || by_all < 1 && by_device < 1
        || !found.flags.contains(AddressFlags::TENTATIVE)
        || found.flags.contains(AddressFlags::NODAD);
    if needless {
        found.flags.remove(UNDETECTED);
        return change::usable(machine, id, address);
    }
    if !ready {
        // A permanent address waits, any other is given up.
        if !found.flags.contains(AddressFlags::PERMANENT) {
            change::delete(machine, id, address);
        }
        return;
    }
    let optimistic = found.flags.contains(AddressFlags::OPTIMISTIC);
    if optimistic {
        change::add_own_route(machine, id, address);
    }
    kick(machine, id, address);
    if optimistic && uses_optimistic {
        super::message::notify(machine, id, address, MessageType::NEWADDR);
    }
}

/// Begins to ask. Linux waits for a random part of a second first, the model does not.
#[doc(alias = "addrconf_dad_kick")]
fn kick(machine: &mut Machine, id: DeviceId, address: u128) {
    let Ok(device) = machine.device_mut(id) else { return };
    let Some(inet6) = device.inet6.as_mut() else { return };
    let probes = inet6.conf.detection_probes();
    if let Some(found) = inet6.addresses.get_mut(address) {
        found.probes = probes;
    }
    plan(machine, id, address, Duration::ZERO);
}

/// Begins to ask for the addresses that waited for the device.
#[doc(alias = "addrconf_dad_run")]
pub(super) fn run(machine: &mut Machine, id: DeviceId) {
    let Ok(device) = machine.device(id) else { return };
    let Some(inet6) = &device.inet6 else { return };
    let waiting: Vec<u128> = inet6
        .addresses
        .iter()
        .filter(|it| it.flags.contains(AddressFlags::TENTATIVE) && it.state == State::Begun)
        .map(|it| it.address)
        .collect();
    for address in waiting {
        kick(machine, id, address);
    }
}
