//! Addresses that do not last.

use super::list::FOREVER;
use super::{Address, AddressId, netlink, remove};
use crate::dev::{Cause, DeviceId};
use crate::machine::Machine;
use crate::timers::Task;
use ifctl_abi::netlink::MessageType;
use ifctl_abi::rtnetlink::AddressFlags;
use std::time::Duration;

/// Sets the lifetimes of an address, in seconds from now on.
#[doc(alias = "set_ifa_lifetime")]
pub(super) fn set(machine: &Machine, address: &mut Address, valid: u32, preferred: u32) {
    address.flags.remove(AddressFlags::PERMANENT | AddressFlags::DEPRECATED);
    if valid == FOREVER {
        address.flags.insert(AddressFlags::PERMANENT);
    } else {
        address.valid = valid;
    }
    if preferred != FOREVER {
        if preferred == 0 {
            address.flags.insert(AddressFlags::DEPRECATED);
        }
        address.preferred = preferred;
    }
    address.updated = machine.hundredths();
    if address.created == 0 {
        address.created = machine.stamp();
    }
}

/// Ends the watch over an address whose lifetimes are others now, or that goes.
pub(super) fn forget(machine: &mut Machine, device: DeviceId, id: AddressId, address: &Address) {
    if !address.flags.contains(AddressFlags::PERMANENT) {
        machine.timers.cancel(Task::Ipv4Lifetime { device, address: id });
    }
}

/// Has an address looked at when its next lifetime ends.
pub(super) fn watch(machine: &mut Machine, device: DeviceId, id: AddressId, address: &Address) {
    if address.flags.contains(AddressFlags::PERMANENT) {
        return;
    }
    let preferred =
        Some(address.preferred).filter(|_| !address.flags.contains(AddressFlags::DEPRECATED));
    let next = preferred.unwrap_or(FOREVER).min(address.valid);
    if next != FOREVER {
        let start = Duration::from_millis(address.updated.saturating_mul(10));
        let end = start + Duration::from_secs(u64::from(next));
        machine.timers.at(end, Task::Ipv4Lifetime { device, address: id });
    }
}

/// Returns for how many seconds an address has had its lifetimes.
pub(super) fn age(machine: &Machine, address: &Address) -> u32 {
    let age = machine.hundredths().saturating_sub(address.updated) / 100;
    u32::try_from(age).unwrap_or(FOREVER)
}

/// Deletes an address whose time is over, or calls it deprecated.
#[doc(alias = "check_lifetime")]
pub(crate) fn verify(machine: &mut Machine, device: DeviceId, id: AddressId) {
    let found = machine.inet(device).and_then(|inet| inet.addresses.get(id));
    let Some(mut address) = found.filter(|a| !a.flags.contains(AddressFlags::PERMANENT)) else {
        return;
    };
    let age = age(machine, &address);
    if address.valid != FOREVER && age >= address.valid {
        remove(machine, device, id, Cause::NONE);
    } else if address.preferred != FOREVER
        && age >= address.preferred
        && !address.flags.contains(AddressFlags::DEPRECATED)
    {
        address.flags.insert(AddressFlags::DEPRECATED);
        if let Some(inet) = machine.inet_mut(device) {
            inet.addresses.update(id, &address);
        }
        netlink::notify(machine, device, MessageType::NEWADDR, &address, Cause::NONE);
        watch(machine, device, id, &address);
    }
}
