//! Bridges (`net/bridge`): `br_if.c`, `br_stp*.c`, `br.c`, `br_device.c`.

mod fdb;
mod headroom;
mod netlink;
mod saved;
mod stp;

pub(super) use netlink::{change_link, check};

use super::{Driver, Parameters};
use crate::caller::Caller;
use crate::dev::{self, Device, DeviceId, HardwareAddress, NewDevice, assigned};
use crate::events::{Event, netdevice_event};
use crate::machine::Machine;
use crate::memory::{UserMemory, get};
use crate::release::Release;
use crate::rtnetlink::{Extended, notify_port};
use crate::{igmp, mcast};
use ifctl_abi::ioctl::{SIOCBRADDBR, SIOCBRDELBR};
use ifctl_abi::netlink::MessageType;
use ifctl_abi::{DeviceName, HardwareType, NAME_SIZE};
use ifctl_kernel::Errno;
use netlink::Settings;
use stp::State;

/// The most ports, with those numbers from 1.
#[doc(alias = "BR_MAX_PORTS")]
const MOST_PORTS: u16 = 1024;

/// What a bridge keeps.
#[derive(Debug)]
pub(crate) struct Bridge {
    /// The ports, the newest first.
    ports: Vec<Port>,
    settings: Settings,
    /// The address in the bridge's identifier.
    address: HardwareAddress,
    /// The MTU no longer follows the ports.
    mtu_is_set: bool,
    /// The forwarding database, the newest first.
    entries: Vec<fdb::Entry>,
}

/// What a bridge keeps of a port.
#[derive(Debug, Clone, Copy)]
struct Port {
    device: DeviceId,
    number: u16,
    state: State,
    cost: u32,
}

/// Returns a bridge.
#[doc(alias = "br_dev_setup")]
pub(super) fn setup(machine: &mut Machine) -> NewDevice {
    let bridge = Bridge {
        ports: Vec::new(),
        settings: Settings::default(),
        address: HardwareAddress::new(&[0; 6]),
        mtu_is_set: false,
        entries: Vec::new(),
    };
    let mut new = NewDevice::ether(Driver::Bridge(Box::new(bridge)));
    new.max_mtu = super::veth::LARGEST_MTU;
    new.is_immutable = true;
    new.draw_address(machine);
    new
}

/// Makes a bridge.
#[doc(alias = "br_dev_newlink")]
pub(super) fn new_link(
    machine: &mut Machine,
    new: NewDevice,
    parameters: Parameters<'_, '_>,
) -> Result<DeviceId, Errno> {
    let address = (new.address_assign_type == assigned::ADDRESS_SET).then_some(new.address);
    let id = dev::register(machine, parameters.net, new)?;
    if let Some(address) = address {
        stp::change_address(machine, id, address);
    }
    if let Some(data) = parameters.data
        && let Err(errno) = change_link(machine, id, data, parameters.extended)
    {
        dev::unregister(machine, &[id], dev::Cause::NONE)?;
        return Err(errno);
    }
    Ok(id)
}

fn bridge(machine: &Machine, id: DeviceId) -> Option<&Bridge> {
    match &machine.device(id).ok()?.driver {
        Driver::Bridge(bridge) => Some(bridge),
        _ => None,
    }
}

fn bridge_mut(machine: &mut Machine, id: DeviceId) -> Option<&mut Bridge> {
    match &mut machine.device_mut(id).ok()?.driver {
        Driver::Bridge(bridge) => Some(bridge),
        _ => None,
    }
}

/// Returns a bridge's ports, the newest first.
fn ports(machine: &Machine, id: DeviceId) -> Vec<DeviceId> {
    bridge(machine, id)
        .map(|bridge| bridge.ports.iter().map(|port| port.device).collect())
        .unwrap_or_default()
}

/// Adds or removes a port.
#[doc(alias("br_ioctl_stub", "add_del_if"))]
pub(crate) fn ioctl(
    machine: &mut Machine,
    id: DeviceId,
    add: bool,
    port: u32,
) -> Result<(), Errno> {
    let device = machine.device(id)?;
    if bridge(machine, id).is_none() {
        return Err(Errno::EOPNOTSUPP);
    }
    let port = machine.net(device.net)?.index(port).map_err(|_| Errno::EINVAL)?;
    if add {
        add_port(machine, id, port, &mut Extended::default())
    } else {
        remove_port(machine, id, port)
    }
}

/// Adds a port.
#[doc(alias = "br_add_if")]
pub(super) fn add_port(
    machine: &mut Machine,
    id: DeviceId,
    port: DeviceId,
    extended: &mut Extended,
) -> Result<(), Errno> {
    let device = machine.device(port)?;
    if device.is_loopback() || device.hardware_type != HardwareType::ETHER {
        return Err(Errno::EINVAL);
    }
    if bridge(machine, port).is_some() {
        let text = "Can not enslave a bridge to a bridge";
        return Err(extended.refuse(Errno::ELOOP, text, None));
    }
    if device.master.is_some() || super::macvlan::is_below(machine, port) {
        return Err(Errno::EBUSY);
    }
    let number = free_number(machine, id)?;
    dev::set_allmulti(machine, port, true);
    let is_first = ports(machine, id).is_empty();
    let cost = stp::cost(machine.device(port)?);
    if let Some(bridge) = bridge_mut(machine, id) {
        let entry = Port { device: port, number, state: State::Disabled, cost };
        bridge.ports.insert(0, entry);
    }
    machine.device_mut(port)?.master = Some(id);
    netdevice_event(machine, port, Event::ChangeUpper);
    dev::set_promiscuity(machine, port, true);
    if is_first {
        netdevice_event(machine, id, Event::FeatureChange);
    }
    headroom::port_added(machine, id, port);
    let address = machine.device(port)?.address;
    fdb::add(machine, id, Some(port), address);
    let has_new_address = stp::choose_address(machine, id);
    if is_running(machine.device(port)?) && machine.device(id)?.is_up() {
        stp::enable_port(machine, id, port);
    }
    notify_port(machine, port, MessageType::NEWLINK);
    if has_new_address {
        netdevice_event(machine, id, Event::ChangeAddress);
    }
    adjust_mtu(machine, id);
    adjust_pieces(machine, id);
    Ok(())
}

#[doc(alias = "find_portno")]
fn free_number(machine: &Machine, id: DeviceId) -> Result<u16, Errno> {
    let ports = bridge(machine, id).map(|bridge| &bridge.ports).ok_or(Errno::EOPNOTSUPP)?;
    (1..MOST_PORTS)
        .find(|number| !ports.iter().any(|port| port.number == *number))
        .ok_or(Errno::EXFULL)
}

fn is_running(device: &Device) -> bool {
    device.is_up() && device.is_oper_up()
}

/// Removes a port.
#[doc(alias = "br_del_if")]
pub(super) fn remove_port(
    machine: &mut Machine,
    id: DeviceId,
    port: DeviceId,
) -> Result<(), Errno> {
    if !ports(machine, id).contains(&port) {
        return Err(Errno::EINVAL);
    }
    delete_port(machine, id, port);
    adjust_mtu(machine, id);
    adjust_pieces(machine, id);
    if stp::choose_address(machine, id) {
        netdevice_event(machine, id, Event::ChangeAddress);
    }
    if ports(machine, id).is_empty() {
        netdevice_event(machine, id, Event::FeatureChange);
    }
    Ok(())
}

#[doc(alias = "del_nbp")]
fn delete_port(machine: &mut Machine, id: DeviceId, port: DeviceId) {
    dev::set_allmulti(machine, port, false);
    dev::set_promiscuity(machine, port, false);
    stp::disable_port(machine, id, port);
    notify_port(machine, port, MessageType::DELLINK);
    if let Some(bridge) = bridge_mut(machine, id) {
        bridge.ports.retain(|entry| entry.device != port);
    }
    fdb::delete_all(machine, id, Some(port));
    if let Ok(device) = machine.device_mut(port) {
        device.master = None;
    }
    headroom::port_gone(machine, id, port);
    netdevice_event(machine, port, Event::ChangeUpper);
}

/// Lets all ports go, before the bridge goes itself.
#[doc(alias = "br_dev_delete")]
pub(super) fn remove_all_ports(machine: &mut Machine, id: DeviceId) {
    for port in ports(machine, id) {
        delete_port(machine, id, port);
    }
    fdb::delete_all(machine, id, None);
}

/// Lets the MTU be the least of the ports', unless a user set it.
#[doc(alias = "br_mtu_auto_adjust")]
fn adjust_mtu(machine: &mut Machine, id: DeviceId) {
    const WITHOUT_PORTS: u32 = 1500;
    if bridge(machine, id).is_none_or(|bridge| bridge.mtu_is_set) {
        return;
    }
    let least = ports(machine, id)
        .into_iter()
        .filter_map(|port| machine.device(port).ok().map(|device| device.mtu))
        .min()
        .unwrap_or(WITHOUT_PORTS);
    // Within the limits of every Ethernet device, and so of the bridge.
    let _ = dev::set_mtu(machine, id, least.cast_signed());
    if let Some(bridge) = bridge_mut(machine, id) {
        bridge.mtu_is_set = false;
    }
}

/// Lets the longest piece be the shortest of the ports'.
#[doc(alias = "br_set_gso_limits")]
fn adjust_pieces(machine: &mut Machine, id: DeviceId) {
    let least = ports(machine, id)
        .into_iter()
        .filter_map(|port| machine.device(port).ok().map(|d| d.segmentation.tso_max_size))
        .min();
    if let Ok(device) = machine.device_mut(id) {
        device.segmentation.tso_max_size = least.unwrap_or(dev::LONGEST_SIZE);
    }
}

/// Notes that the MTU was set, and follows the ports no longer.
#[doc(alias = "br_change_mtu")]
pub(super) fn mtu_set_by_user(machine: &mut Machine, id: DeviceId) {
    if let Some(bridge) = bridge_mut(machine, id) {
        bridge.mtu_is_set = true;
    }
}

/// Sets the address, which then follows the ports no longer.
#[doc(alias = "br_set_mac_address")]
pub(super) fn set_mac_address(
    machine: &mut Machine,
    id: DeviceId,
    address: HardwareAddress,
) -> Result<(), Errno> {
    machine.device_mut(id)?.address_assign_type = assigned::ADDRESS_SET;
    stp::change_address(machine, id, address);
    Ok(())
}

/// All hosts that look at who wants multicasts.
#[doc(alias = "INADDR_ALLSNOOPERS_GROUP")]
const SNOOPERS: u32 = 0xe000_006a;
/// The same of IPv6: ff02::6a.
const SNOOPERS6: u128 = 0xff02 << 112 | 0x6a;

/// Listens to the groups of those who look at who wants multicasts.
#[doc(alias = "br_multicast_join_snoopers")]
fn join_snoopers(machine: &mut Machine, id: DeviceId) {
    igmp::join(machine, id, SNOOPERS);
    mcast::join(machine, id, SNOOPERS6);
}

/// Listens to them no longer.
#[doc(alias = "br_multicast_leave_snoopers")]
fn leave_snoopers(machine: &mut Machine, id: DeviceId) {
    igmp::leave(machine, id, SNOOPERS);
    mcast::leave(machine, id, SNOOPERS6);
}

/// Looks at who wants multicasts, or no longer.
#[doc(alias = "br_multicast_toggle")]
fn set_snooping(machine: &mut Machine, id: DeviceId, on: bool) {
    let is_up = machine.device(id).is_ok_and(Device::is_up);
    let Some(bridge) = bridge_mut(machine, id) else { return };
    if std::mem::replace(&mut bridge.settings.multicast_snooping, u8::from(on)) == u8::from(on) {
        return;
    }
    match on {
        true if is_up => join_snoopers(machine, id),
        true => {}
        false => leave_snoopers(machine, id),
    }
}

fn snoops(machine: &Machine, id: DeviceId) -> bool {
    bridge(machine, id).is_some_and(|bridge| bridge.settings.multicast_snooping != 0)
}

/// Opens a bridge: its ports forward.
#[doc(alias("br_dev_open", "br_stp_enable_bridge"))]
pub(super) fn open(machine: &mut Machine, id: DeviceId) {
    for port in ports(machine, id) {
        if machine.device(port).is_ok_and(is_running) {
            stp::enable_port(machine, id, port);
        }
    }
    if snoops(machine, id) {
        join_snoopers(machine, id);
    }
}

/// Closes a bridge.
#[doc(alias("br_dev_stop", "br_stp_disable_bridge"))]
pub(super) fn stop(machine: &mut Machine, id: DeviceId) {
    for port in ports(machine, id) {
        if stp::is_enabled(machine, id, port) {
            stp::disable_port(machine, id, port);
        }
    }
    if snoops(machine, id) {
        leave_snoopers(machine, id);
    }
}

/// Returns the greatest of the ports' speeds.
#[doc(alias = "br_get_link_ksettings")]
pub(super) fn speed(machine: &Machine, id: DeviceId) -> Option<u32> {
    ports(machine, id)
        .into_iter()
        .filter_map(|port| machine.device(port).ok())
        .filter(|port| is_running(port))
        .filter_map(|port| super::speed(machine, port).ok().flatten())
        .max()
}

/// Follows what happens to ports.
#[doc(alias = "br_device_event")]
pub(super) fn event(machine: &mut Machine, port: DeviceId, event: Event) {
    if event == Event::Register
        && machine.release >= Release::V6_18
        && bridge(machine, port).is_some()
        && let Ok(address) = machine.device(port).map(|device| device.address)
    {
        fdb::change_own(machine, port, address);
    }
    let Some(id) = machine.device(port).ok().and_then(|device| device.master) else { return };
    if bridge(machine, id).is_none() {
        return;
    }
    let Ok(is_up) = machine.device(id).map(Device::is_up) else { return };
    let Ok(is_running) = machine.device(port).map(is_running) else { return };
    let notified = match event {
        Event::ChangeMtu => {
            adjust_mtu(machine, id);
            true
        }
        Event::ChangeAddress => {
            fdb::change_port(machine, id, port);
            if stp::choose_address(machine, id) {
                netdevice_event(machine, id, Event::ChangeAddress);
            }
            false
        }
        Event::Change(_) => is_up && stp::follow_carrier(machine, id, port, is_running),
        Event::Down if is_up => {
            stp::disable_port(machine, id, port);
            true
        }
        Event::Up if is_up && is_running => {
            stp::enable_port(machine, id, port);
            true
        }
        Event::Down | Event::Up => false,
        Event::Unregister => {
            let _ = remove_port(machine, id, port);
            true
        }
        _ => true,
    };
    if !notified {
        notify_port(machine, port, MessageType::NEWLINK);
    }
}

/// Makes or removes a bridge by name; a bridge to be removed must be down.
#[doc(alias("br_ioctl_stub", "br_add_bridge", "br_del_bridge"))]
pub(crate) fn ioctl_without_device(
    machine: &mut Machine,
    caller: Caller,
    number: u32,
    address: u64,
    memory: &dyn UserMemory,
) -> Result<(), Errno> {
    if !matches!(number, SIOCBRADDBR | SIOCBRDELBR) {
        // The only question that old programs still have is for the version.
        let [question, ..] = get::<[u64; 3]>(memory, address)?;
        return if question == 0 { Ok(()) } else { Err(Errno::EOPNOTSUPP) };
    }
    caller.must_be_admin()?;
    let name = DeviceName::truncated(&get::<[u8; NAME_SIZE]>(memory, address)?);
    if number == SIOCBRADDBR {
        let mut new = setup(machine);
        new.name = name;
        new.name_assign_type = assigned::NAME_UNKNOWN;
        return dev::register(machine, caller.net, new).map(|_| ());
    }
    let id = machine.net(caller.net)?.name(name.as_bytes()).map_err(|_| Errno::ENXIO)?;
    if bridge(machine, id).is_none() {
        return Err(Errno::EPERM);
    }
    if machine.device(id)?.is_up() {
        return Err(Errno::EBUSY);
    }
    remove_all_ports(machine, id);
    dev::unregister(machine, &[id], dev::Cause::NONE)
}
