//! The flag word, and what a write of it does.

use super::{Cause, Device, DeviceId};
use crate::events::{Event, netdevice_event};
use crate::machine::Machine;
use crate::{dev_addr_lists, drivers, rtnetlink};
use ifctl_abi::DeviceFlags;
use ifctl_kernel::Errno;

/// The bits that a write sets as they are.
const PLAIN: DeviceFlags = DeviceFlags::DEBUG
    .union(DeviceFlags::NOTRAILERS)
    .union(DeviceFlags::NOARP)
    .union(DeviceFlags::DYNAMIC)
    .union(DeviceFlags::MULTICAST)
    .union(DeviceFlags::PORTSEL)
    .union(DeviceFlags::AUTOMEDIA);

/// The bits that the kernel computes, and a write cannot reach.
#[doc(alias = "IFF_VOLATILE")]
const VOLATILE: DeviceFlags = DeviceFlags::LOOPBACK
    .union(DeviceFlags::POINTOPOINT)
    .union(DeviceFlags::BROADCAST)
    .union(DeviceFlags::ECHO)
    .union(DeviceFlags::MASTER)
    .union(DeviceFlags::SLAVE)
    .union(DeviceFlags::RUNNING)
    .union(DeviceFlags::LOWER_UP)
    .union(DeviceFlags::DORMANT);

/// The bits of which a user owns one reference of many.
const COUNTED: DeviceFlags = DeviceFlags::PROMISC.union(DeviceFlags::ALLMULTI);

/// Returns the flag word as callers see it.
#[doc(alias = "dev_get_flags")]
pub(crate) fn get_flags(device: &Device) -> DeviceFlags {
    let computed = COUNTED | DeviceFlags::RUNNING | DeviceFlags::LOWER_UP | DeviceFlags::DORMANT;
    let mut flags = device.flags.difference(computed) | (device.user_flags & COUNTED);
    if device.is_up() {
        flags.set(DeviceFlags::RUNNING, device.is_oper_up());
        flags.set(DeviceFlags::LOWER_UP, device.carrier);
        flags.set(DeviceFlags::DORMANT, device.dormant);
    }
    flags
}

/// Writes the whole flag word. Where opening fails the other bits stay changed, and nobody is told.
#[doc(alias("dev_change_flags", "netif_change_flags"))]
pub(crate) fn change_flags(
    machine: &mut Machine,
    id: DeviceId,
    flags: DeviceFlags,
    cause: Cause,
) -> Result<(), Errno> {
    let device = machine.device(id)?;
    let (old, old_user) = (device.flags, device.user_flags);
    write(machine, id, flags)?;
    let device = machine.device(id)?;
    let changed = device.flags ^ old;
    notify(machine, id, changed, changed | (old_user ^ device.user_flags), cause)
}

/// `__dev_change_flags`: without telling anybody of it.
fn write(machine: &mut Machine, id: DeviceId, flags: DeviceFlags) -> Result<(), Errno> {
    let device = machine.device_mut(id)?;
    let old = device.flags;
    device.flags = (flags & PLAIN) | (old & (DeviceFlags::UP | VOLATILE | COUNTED));
    let toggled = old ^ flags;
    let opened = if !toggled.contains(DeviceFlags::UP) {
        Ok(())
    } else if old.contains(DeviceFlags::UP) {
        close_alone(machine, id)
    } else {
        open_alone(machine, id)
    };
    for counted in [DeviceFlags::PROMISC, DeviceFlags::ALLMULTI] {
        let device = machine.device_mut(id)?;
        if (flags ^ device.user_flags).contains(counted) {
            device.user_flags.toggle(counted);
            count(machine, id, counted, flags.contains(counted));
        }
    }
    opened
}

/// Opens a device, and tells all who listen.
#[doc(alias = "dev_open")]
pub(crate) fn open(machine: &mut Machine, id: DeviceId) -> Result<(), Errno> {
    if machine.device(id)?.is_up() {
        return Ok(());
    }
    open_alone(machine, id)?;
    rtnetlink::notify_link(machine, id, DeviceFlags::UP | DeviceFlags::RUNNING, Cause::NONE);
    netdevice_event(machine, id, Event::Up);
    Ok(())
}

/// Closes a device, and tells all who listen.
#[doc(alias = "dev_close")]
pub(crate) fn close(machine: &mut Machine, id: DeviceId) -> Result<(), Errno> {
    if !machine.device(id)?.is_up() {
        return Ok(());
    }
    close_alone(machine, id)?;
    rtnetlink::notify_link(machine, id, DeviceFlags::UP | DeviceFlags::RUNNING, Cause::NONE);
    netdevice_event(machine, id, Event::Down);
    Ok(())
}

/// Closes those of these devices that are up, and tells all who listen when all are down.
#[doc(alias = "netif_close_many")]
pub(crate) fn close_many(machine: &mut Machine, ids: &[DeviceId]) {
    let up: Vec<DeviceId> =
        ids.iter().copied().filter(|id| machine.device(*id).is_ok_and(Device::is_up)).collect();
    for id in &up {
        netdevice_event(machine, *id, Event::GoingDown);
    }
    for id in &up {
        drivers::stop(machine, *id);
        if let Ok(device) = machine.device_mut(*id) {
            device.flags.remove(DeviceFlags::UP);
        }
    }
    for id in up {
        rtnetlink::notify_link(machine, id, DeviceFlags::UP | DeviceFlags::RUNNING, Cause::NONE);
        netdevice_event(machine, id, Event::Down);
    }
}

/// Adds a reference to promiscuity that no user owns, or gives it back. That is told, whether or not it
/// changes the flag.
#[doc(alias = "dev_set_promiscuity")]
pub(crate) fn set_promiscuity(machine: &mut Machine, id: DeviceId, on: bool) {
    count(machine, id, DeviceFlags::PROMISC, on);
    rtnetlink::notify_link(machine, id, DeviceFlags::PROMISC, Cause::NONE);
}

/// Adds a reference to the reception of all multicasts that no user owns, or gives it back.
#[doc(alias = "dev_set_allmulti")]
pub(crate) fn set_allmulti(machine: &mut Machine, id: DeviceId, on: bool) {
    count(machine, id, DeviceFlags::ALLMULTI, on);
}

/// Lets a device that cannot filter be promiscuous while it listens to more addresses than its own.
/// Nobody is told of that.
#[doc(alias = "__dev_set_rx_mode")]
pub(crate) fn follow_unicast(machine: &mut Machine, id: DeviceId) {
    let Ok(device) = machine.device_mut(id) else { return };
    let wanted = !device.unicast.is_empty();
    if drivers::has_unicast_filter(device) || wanted == device.is_promiscuous_for_unicast {
        return;
    }
    device.is_promiscuous_for_unicast = wanted;
    count(machine, id, DeviceFlags::PROMISC, wanted);
}

/// Adds a reference or takes one.
fn count(machine: &mut Machine, id: DeviceId, counted: DeviceFlags, on: bool) {
    let Ok(device) = machine.device_mut(id) else { return };
    let counter = match counted {
        DeviceFlags::PROMISC => &mut device.promiscuity,
        _ => &mut device.allmulti,
    };
    // Given back once too often, it begins from the top, as it does on Linux.
    *counter = if on { counter.saturating_add(1) } else { counter.wrapping_sub(1) };
    let any = *counter > 0;
    if device.flags.contains(counted) != any {
        device.flags.set(counted, any);
        drivers::change_rx_flags(machine, id, counted, any);
    }
}

/// `__dev_open`: without telling rtnetlink's listeners.
fn open_alone(machine: &mut Machine, id: DeviceId) -> Result<(), Errno> {
    drivers::open(machine, id)?;
    let device = machine.device_mut(id)?;
    device.flags.insert(DeviceFlags::UP);
    device.queues.attach();
    dev_addr_lists::set_rx_mode(machine, id);
    drivers::opened(machine, id);
    Ok(())
}

/// `__dev_close`.
fn close_alone(machine: &mut Machine, id: DeviceId) -> Result<(), Errno> {
    netdevice_event(machine, id, Event::GoingDown);
    drivers::stop(machine, id);
    machine.device_mut(id)?.flags.remove(DeviceFlags::UP);
    Ok(())
}

/// Tells rtnetlink's listeners first, then the protocols.
#[doc(alias = "__dev_notify_flags")]
fn notify(
    machine: &mut Machine,
    id: DeviceId,
    changed: DeviceFlags,
    told: DeviceFlags,
    cause: Cause,
) -> Result<(), Errno> {
    let up = machine.device(id)?.is_up();
    if !told.is_empty() {
        rtnetlink::notify_link(machine, id, told, cause);
    }
    if changed.contains(DeviceFlags::UP) {
        netdevice_event(machine, id, if up { Event::Up } else { Event::Down });
    }
    let quiet = DeviceFlags::UP | COUNTED | VOLATILE;
    if up && !changed.difference(quiet).is_empty() {
        netdevice_event(machine, id, Event::Change(changed));
    }
    Ok(())
}

/// Makes a device that a message made ready: writes its flags, and tells rtnetlink's listeners of it
/// for the first time.
#[doc(alias = "rtnl_configure_link")]
pub(crate) fn configure(
    machine: &mut Machine,
    id: DeviceId,
    flags: Option<DeviceFlags>,
    cause: Cause,
) -> Result<(), Errno> {
    let old = machine.device(id)?.flags;
    if let Some(flags) = flags {
        write(machine, id, flags)?;
    }
    let device = machine.device_mut(id)?;
    let first = std::mem::take(&mut device.is_initializing);
    let changed = device.flags ^ old;
    let told = if first { DeviceFlags::all() } else { changed };
    notify(machine, id, changed, told, cause)
}
