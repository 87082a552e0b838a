//! Devices with an address of their own on the device below (`drivers/net/macvlan.c`).

use super::veth::LARGEST_MTU;
use super::vlan::transfer_carrier;
use super::{Driver, Parameters, devices_where, receive_all, settings};
use crate::dev::{self, Cause, Device, DeviceId, HardwareAddress, NewDevice};
use crate::dev_addr_lists::{self, Kind};
use crate::events::{Event, netdevice_event};
use crate::link_watch::fire;
use crate::machine::Machine;
use crate::release::Release;
use crate::rtnetlink::{Extended, LinkTable, Policy, Rule, parse_nested};
use ifctl_abi::rtnetlink::*;
use ifctl_abi::{DeviceFlags, HardwareType};
use ifctl_kernel::Errno;
use ifctl_netlink::{Attribute, AttributeTable, AttributeWriter};

/// How many broadcasts may wait.
#[doc(alias = "MACVLAN_DEFAULT_BC_QUEUE_LEN")]
const QUEUE: u32 = 1000;

/// Where it stands for the device below, that one is not made promiscuous.
#[doc(alias = "MACVLAN_FLAG_NOPROMISC")]
const NO_PROMISCUITY: u16 = 1;

/// One more than the highest attribute.
const COUNT: usize = IFLA_MACVLAN_BC_CUTOFF as usize + 1;

/// What the attributes must be like.
const POLICY: &Policy = &[
    (IFLA_MACVLAN_MODE, Rule::Number(4)),
    (IFLA_MACVLAN_FLAGS, Rule::Number(2)),
    (IFLA_MACVLAN_MACADDR_MODE, Rule::Number(4)),
    (IFLA_MACVLAN_MACADDR_DATA, Rule::Nest),
    (IFLA_MACVLAN_MACADDR_COUNT, Rule::Number(4)),
    (IFLA_MACVLAN_BC_QUEUE_LEN, Rule::Since(Release::V6_1, &Rule::Number(4))),
    (IFLA_MACVLAN_BC_CUTOFF, Rule::Since(Release::V6_12, &Rule::Signed)),
];

/// What a device keeps.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Macvlan {
    pub(crate) below: DeviceId,
    pub(super) mode: MacvlanMode,
    pub(super) flags: u16,
    /// The device below knows of it.
    pub(super) is_listed: bool,
}

/// Returns a device on no other yet.
#[doc(alias = "macvlan_common_setup")]
pub(super) fn setup() -> NewDevice {
    let macvlan =
        Macvlan { below: DeviceId(0), mode: MacvlanMode::VEPA, flags: 0, is_listed: true };
    let mut new = NewDevice::ether(Driver::Macvlan(macvlan));
    new.max_mtu = LARGEST_MTU;
    new
}

/// Checks what a device is to be like.
#[doc(alias = "macvlan_validate")]
pub(super) fn check(
    table: &LinkTable<'_>,
    data: Option<&Attribute<'_>>,
    extended: &mut Extended,
) -> Result<(), Errno> {
    let data: Option<AttributeTable<'_, COUNT>> = match data {
        Some(data) => Some(parse_nested(extended, data.nested(), POLICY)?),
        None => None,
    };
    settings::check_address(table)?;
    let Some(data) = data else { return Ok(()) };
    const KNOWN_FLAGS: u16 = 3;
    if data.value::<u16>(IFLA_MACVLAN_FLAGS).ok().flatten().is_some_and(|f| f & !KNOWN_FLAGS != 0) {
        return Err(Errno::EINVAL);
    }
    match data.u32(IFLA_MACVLAN_MODE).ok().flatten() {
        Some(1 | 2 | 4 | 8 | 16) | None => Ok(()),
        Some(_) => Err(Errno::EINVAL),
    }
}

/// Makes a device.
#[doc(alias = "macvlan_common_newlink")]
pub(super) fn new_link(
    machine: &mut Machine,
    mut new: NewDevice,
    parameters: Parameters<'_, '_>,
) -> Result<DeviceId, Errno> {
    let Parameters { net, table, data, .. } = parameters;
    let link = table.u32(IFLA_LINK).ok().flatten().ok_or(Errno::EINVAL)?;
    let mut below = machine.net(net)?.index(link)?;
    // On another macvlan it is made on what that one is on.
    if let Some(other) = macvlan(machine, below) {
        below = other.below;
    }
    let lower = machine.device(below)?;
    if table.get(IFLA_MTU).is_none() {
        new.mtu = lower.mtu;
    } else if new.mtu > lower.mtu {
        return Err(Errno::EINVAL);
    }
    new.min_mtu = 68;
    new.max_mtu = lower.max_mtu;
    new.segmentation.tso_max_size = lower.segmentation.tso_max_size;
    new.carrier = lower.carrier;
    new.draw_address(machine);
    let lower = machine.device(below)?;
    let on_it = on(machine, below);
    if on_it.is_empty() {
        if lower.hardware_type != HardwareType::ETHER || lower.is_loopback() {
            return Err(Errno::EINVAL);
        }
        if lower.master.is_some() {
            return Err(Errno::EBUSY);
        }
    }
    let is_alone = |id: &DeviceId| macvlan(machine, *id).is_some_and(|m| m.is_passthru());
    if on_it.iter().any(is_alone) {
        return Err(Errno::EINVAL);
    }
    let data = data.map(|data| AttributeTable::<'_, COUNT>::new(data.nested()));
    let given = |kind| data.as_ref().and_then(|data| data.get(kind));
    let mode = given(IFLA_MACVLAN_MODE).and_then(|mode| mode.u32().ok());
    let flags = given(IFLA_MACVLAN_FLAGS).and_then(|flags| flags.u16().ok());
    let mode = mode.map_or(MacvlanMode::VEPA, MacvlanMode);
    if mode == MacvlanMode::PASSTHRU {
        if !on_it.is_empty() {
            return Err(Errno::EINVAL);
        }
        new.address = lower.address;
    }
    new.driver =
        Driver::Macvlan(Macvlan { below, mode, flags: flags.unwrap_or(0), is_listed: true });
    let id = dev::register(machine, net, new)?;
    netdevice_event(machine, below, Event::ChangeUpper);
    transfer_carrier(machine, below, id);
    fire(machine, id);
    Ok(id)
}

fn macvlan(machine: &Machine, id: DeviceId) -> Option<Macvlan> {
    match &machine.device(id).ok()?.driver {
        Driver::Macvlan(macvlan) => Some(*macvlan),
        _ => None,
    }
}

/// Returns the devices on another.
fn on(machine: &Machine, below: DeviceId) -> Vec<DeviceId> {
    devices_where(machine, |device| lies_on(device, below))
}

fn lies_on(device: &Device, below: DeviceId) -> bool {
    match &device.driver {
        Driver::Macvlan(macvlan) => macvlan.is_listed && macvlan.below == below,
        _ => false,
    }
}

/// Returns whether such devices are on another, which then can be no port.
#[doc(alias = "netdev_is_rx_handler_busy")]
pub(super) fn is_below(machine: &Machine, id: DeviceId) -> bool {
    machine.devices.values().any(|device| lies_on(device, id))
}

/// Returns whether an address is taken on the device below: by that one, or by another on it that is up.
#[doc(alias = "macvlan_addr_busy")]
fn is_busy(machine: &Machine, id: DeviceId, address: HardwareAddress) -> bool {
    let Some(own) = macvlan(machine, id) else { return false };
    let is_of_lower = machine.device(own.below).is_ok_and(|lower| lower.address == address);
    let has = |other: &DeviceId| {
        let is_up = |device: &Device| device.is_up() && device.address == address;
        *other != id && machine.device(*other).is_ok_and(is_up)
    };
    (is_of_lower && !own.is_passthru()) || on(machine, own.below).iter().any(has)
}

/// Opens a device, whose address no other may have.
#[doc(alias = "macvlan_open")]
pub(super) fn open(machine: &mut Machine, id: DeviceId) -> Result<(), Errno> {
    let Some(own) = macvlan(machine, id) else { return Ok(()) };
    let device = machine.device(id)?;
    let (flags, address) = (device.flags, device.address);
    if own.is_passthru() {
        if own.flags & NO_PROMISCUITY == 0 {
            dev::set_promiscuity(machine, own.below, true);
        }
        return Ok(());
    }
    if is_busy(machine, id, address) {
        return Err(Errno::EADDRINUSE);
    }
    dev_addr_lists::add(machine, own.below, Kind::Unicast, address);
    receive_all(machine, own.below, flags, true);
    Ok(())
}

/// Has the device below follow such a flag of a device that is up.
#[doc(alias = "macvlan_change_rx_flags")]
pub(super) fn change_rx_flags(machine: &mut Machine, id: DeviceId, changed: DeviceFlags, on: bool) {
    let Some(own) = macvlan(machine, id) else { return };
    let followed = match own.is_passthru() {
        true => changed.difference(DeviceFlags::PROMISC),
        false => changed,
    };
    if machine.device(id).is_ok_and(Device::is_up) {
        receive_all(machine, own.below, followed, on);
    }
}

/// Closes a device.
#[doc(alias = "macvlan_stop")]
pub(super) fn stop(machine: &mut Machine, id: DeviceId) {
    let Some(own) = macvlan(machine, id) else { return };
    let Ok(device) = machine.device(id) else { return };
    let (flags, address) = (device.flags, device.address);
    if own.is_passthru() {
        if own.flags & NO_PROMISCUITY == 0 {
            dev::set_promiscuity(machine, own.below, false);
        }
        return;
    }
    receive_all(machine, own.below, flags, false);
    dev_addr_lists::remove(machine, own.below, Kind::Unicast, address);
}

/// Refuses an MTU above that of the device below.
#[doc(alias = "macvlan_change_mtu")]
pub(super) fn check_mtu(machine: &Machine, id: DeviceId, mtu: u32) -> Result<(), Errno> {
    let Some(own) = macvlan(machine, id) else { return Ok(()) };
    if machine.device(own.below)?.mtu < mtu { Err(Errno::EINVAL) } else { Ok(()) }
}

/// Sets the hardware address, unless it is taken. One that stands for the device below sets that one's.
#[doc(alias = "macvlan_set_mac_address")]
pub(super) fn set_mac_address(
    machine: &mut Machine,
    id: DeviceId,
    address: HardwareAddress,
) -> Result<(), Errno> {
    let Some(own) = macvlan(machine, id) else { return Ok(()) };
    if own.is_passthru() {
        let family = machine.device(own.below)?.hardware_type;
        return dev::set_mac_address(machine, own.below, family, address.as_bytes());
    }
    if is_busy(machine, id, address) {
        return Err(Errno::EADDRINUSE);
    }
    let device = machine.device_mut(id)?;
    let old = std::mem::replace(&mut device.address, address);
    if device.is_up() {
        dev_addr_lists::add(machine, own.below, Kind::Unicast, address);
        dev_addr_lists::remove(machine, own.below, Kind::Unicast, old);
    }
    Ok(())
}

/// Changes the settings.
#[doc(alias = "macvlan_changelink")]
pub(super) fn change_link(
    machine: &mut Machine,
    id: DeviceId,
    data: &Attribute<'_>,
) -> Result<(), Errno> {
    let data = AttributeTable::<'_, COUNT>::new(data.nested());
    let Driver::Macvlan(own) = &mut machine.device_mut(id)?.driver else {
        return Err(Errno::EOPNOTSUPP);
    };
    if let Some(mode) = data.u32(IFLA_MACVLAN_MODE).ok().flatten() {
        let mode = MacvlanMode(mode);
        let crosses = (mode == MacvlanMode::PASSTHRU) != own.is_passthru();
        if crosses {
            return Err(Errno::EINVAL);
        }
        own.mode = mode;
    }
    if let Some(flags) = data.value(IFLA_MACVLAN_FLAGS).ok().flatten() {
        let toggled = (own.flags ^ flags) & NO_PROMISCUITY != 0;
        own.flags = flags;
        let (below, stands_for) = (own.below, own.is_passthru());
        if stands_for && toggled {
            dev::set_promiscuity(machine, below, flags & NO_PROMISCUITY == 0);
        }
    }
    Ok(())
}

/// Lets the device below go, before the device is removed.
#[doc(alias = "macvlan_dellink")]
pub(super) fn unlink(machine: &mut Machine, id: DeviceId) {
    let Some(own) = macvlan(machine, id) else { return };
    if let Ok(device) = machine.device_mut(id) {
        device.driver = Driver::Macvlan(Macvlan { is_listed: false, ..own });
    }
    netdevice_event(machine, own.below, Event::ChangeUpper);
}

/// Follows the device below.
#[doc(alias = "macvlan_device_event")]
pub(super) fn event(machine: &mut Machine, below: DeviceId, event: Event) {
    let devices = on(machine, below);
    if devices.is_empty() {
        return;
    }
    let Ok(lower) = machine.device(below) else { return };
    let (mtu, address, is_registered) = (lower.mtu, lower.address, lower.is_registered);
    match event {
        Event::Up | Event::Down | Event::Change(_) => {
            for id in devices {
                transfer_carrier(machine, below, id);
            }
        }
        Event::ChangeMtu => {
            for id in devices {
                if machine.device(id).is_ok_and(|device| device.mtu > mtu) {
                    let _ = dev::set_mtu(machine, id, mtu.cast_signed());
                }
            }
        }
        Event::ChangeAddress => {
            for id in devices {
                if let Ok(device) = machine.device_mut(id)
                    && let Driver::Macvlan(Macvlan { mode: MacvlanMode::PASSTHRU, .. }) =
                        device.driver
                {
                    device.address = address;
                }
            }
        }
        // A device that moves to another namespace keeps them.
        Event::Unregister if !is_registered => {
            for id in &devices {
                unlink(machine, *id);
            }
            let _ = dev::unregister(machine, &devices, Cause::NONE);
        }
        _ => {}
    }
}

impl Macvlan {
    fn is_passthru(&self) -> bool {
        self.mode == MacvlanMode::PASSTHRU
    }

    /// Writes the settings.
    #[doc(alias = "macvlan_fill_info")]
    pub(super) fn fill(&self, machine: &Machine, data: &mut AttributeWriter<'_>) {
        let in_use = if is_below(machine, self.below) { QUEUE } else { 0 };
        data.u32(IFLA_MACVLAN_MODE, self.mode.0)
            .u16(IFLA_MACVLAN_FLAGS, self.flags)
            .u32(IFLA_MACVLAN_MACADDR_COUNT, 0);
        if machine.release >= Release::V6_1 {
            data.u32(IFLA_MACVLAN_BC_QUEUE_LEN, QUEUE).u32(IFLA_MACVLAN_BC_QUEUE_LEN_USED, in_use);
        }
    }
}
