//! Devices that share the load of others (`drivers/net/bonding`): who belongs to them.

use super::veth::LARGEST_MTU;
use super::{Driver, receive_all, settings};
use crate::dev::{self, Device, DeviceId, HardwareAddress, NewDevice, assigned};
use crate::events::{Event, netdevice_event};
use crate::link_watch::set_carrier;
use crate::machine::Machine;
use crate::rtnetlink::{Extended, LinkTable};
use ifctl_abi::DeviceFlags;
use ifctl_abi::rtnetlink::{
    IFLA_BOND_MODE, IFLA_BOND_SLAVE_MII_STATUS, IFLA_BOND_SLAVE_PERM_HWADDR, IFLA_BOND_SLAVE_STATE,
};
use ifctl_kernel::Errno;
use ifctl_netlink::AttributeWriter;

/// The queues that a bond has.
#[doc(alias = "BOND_DEFAULT_TX_QUEUES")]
const QUEUES: u32 = 16;

/// What a bond keeps.
#[derive(Debug, Default)]
pub(crate) struct Bond {
    pub(super) slaves: Vec<Slave>,
}

/// What a bond keeps of a member.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slave {
    pub(super) device: DeviceId,
    /// The address that it has back when it leaves.
    pub(super) address: HardwareAddress,
}

/// Returns a bond without members.
#[doc(alias = "bond_setup")]
pub(super) fn setup() -> NewDevice {
    let mut new = NewDevice::ether(Driver::Bond(Box::default()));
    new.flags |= DeviceFlags::MASTER;
    new.max_mtu = LARGEST_MTU;
    new.queues.transmit = QUEUES;
    new.queues.receive = QUEUES;
    new.is_immutable = true;
    new.carrier = false;
    new
}

/// Checks what a bond is to be like.
#[doc(alias = "bond_validate")]
pub(super) fn check(table: &LinkTable<'_>) -> Result<(), Errno> {
    settings::check_address(table)
}

fn slaves(machine: &Machine, id: DeviceId) -> Vec<Slave> {
    match machine.device(id).map(|device| &device.driver) {
        Ok(Driver::Bond(bond)) => bond.slaves.clone(),
        _ => Vec::new(),
    }
}

fn bond_mut(machine: &mut Machine, id: DeviceId) -> Option<&mut Bond> {
    match &mut machine.device_mut(id).ok()?.driver {
        Driver::Bond(bond) => Some(bond),
        _ => None,
    }
}

/// Takes a member in, which must be down; the first gives the bond its address.
#[doc(alias = "bond_enslave")]
pub(super) fn enslave(
    machine: &mut Machine,
    id: DeviceId,
    slave: DeviceId,
    extended: &mut Extended,
) -> Result<(), Errno> {
    let device = machine.device(slave)?;
    let (address, is_up) = (device.address, device.is_up());
    if device.is_loopback() {
        return Err(extended.refuse(Errno::EINVAL, "Cannot enslave loopback device", None));
    }
    if id == slave {
        return Err(extended.refuse(Errno::EPERM, "Cannot enslave bond to itself.", None));
    }
    if is_up {
        let text = "Device can not be enslaved while up";
        return Err(extended.refuse(Errno::EPERM, text, None));
    }
    if device.master.is_some() {
        return Err(extended.refuse(Errno::EBUSY, "Device type is already a slave", None));
    }
    let bond = machine.device_mut(id)?;
    if bond.address_assign_type == assigned::ADDRESS_RANDOM
        || bond.address_assign_type == assigned::ADDRESS_PERMANENT
    {
        bond.address = address;
        bond.address_assign_type = assigned::ADDRESS_STOLEN;
        netdevice_event(machine, id, Event::ChangeAddress);
    }
    let (shared, mtu) = (machine.device(id)?.address, machine.device(id)?.mtu);
    let own_mtu = machine.device(slave)?.mtu;
    dev::set_mtu(machine, slave, mtu.cast_signed()).map_err(|error| error.errno())?;
    let member = machine.device_mut(slave)?;
    member.flags.insert(DeviceFlags::SLAVE);
    let hardware_type = member.hardware_type;
    let taken = dev::set_mac_address(machine, slave, hardware_type, shared.as_bytes());
    let opened = taken.and_then(|()| dev::open(machine, slave));
    if let Err(errno) = opened {
        // What was done is taken back, the last first; there is nobody to tell if that fails.
        if taken.is_ok() {
            let _ = dev::set_mac_address(machine, slave, hardware_type, address.as_bytes());
        }
        machine.device_mut(slave)?.flags.remove(DeviceFlags::SLAVE);
        let _ = dev::set_mtu(machine, slave, own_mtu.cast_signed());
        return Err(errno);
    }
    machine.device_mut(slave)?.master = Some(id);
    let flags = machine.device(id)?.flags;
    receive_all(machine, slave, flags, true);
    if let Some(bond) = bond_mut(machine, id) {
        bond.slaves.push(Slave { device: slave, address });
    }
    netdevice_event(machine, slave, Event::ChangeUpper);
    follow(machine, id);
    Ok(())
}

/// Lets a member go: it is down, with the address that it had.
#[doc(alias = "bond_release")]
pub(super) fn release(machine: &mut Machine, id: DeviceId, slave: DeviceId) {
    let address = slaves(machine, id).into_iter().find(|entry| entry.device == slave);
    if let Some(bond) = bond_mut(machine, id) {
        bond.slaves.retain(|entry| entry.device != slave);
    }
    if let Ok(device) = machine.device_mut(slave) {
        device.master = None;
    }
    netdevice_event(machine, slave, Event::ChangeUpper);
    follow(machine, id);
    if let Ok(flags) = machine.device(id).map(|device| device.flags) {
        receive_all(machine, slave, flags, false);
    }
    let _ = dev::close(machine, slave);
    if let (Some(entry), Ok(device)) = (address, machine.device_mut(slave)) {
        device.flags.remove(DeviceFlags::SLAVE);
        let hardware_type = device.hardware_type;
        let _ = dev::set_mac_address(machine, slave, hardware_type, entry.address.as_bytes());
    }
}

/// Lets all members go.
#[doc(alias = "bond_uninit")]
pub(super) fn release_all(machine: &mut Machine, id: DeviceId) {
    for slave in slaves(machine, id) {
        release(machine, id, slave.device);
    }
}

/// Has all members follow such a flag of the bond.
#[doc(alias = "bond_change_rx_flags")]
pub(super) fn change_rx_flags(machine: &mut Machine, id: DeviceId, changed: DeviceFlags, on: bool) {
    for slave in slaves(machine, id) {
        receive_all(machine, slave.device, changed, on);
    }
}

/// Lets the carrier follow the members': one is enough.
#[doc(alias = "bond_set_carrier")]
pub(super) fn follow(machine: &mut Machine, id: DeviceId) {
    let carries = |slave: &Slave| {
        machine.device(slave.device).is_ok_and(|device| device.is_up() && device.carrier)
    };
    let carrier = slaves(machine, id).iter().any(carries);
    set_carrier(machine, id, carrier);
}

/// Follows what happens to members.
#[doc(alias = "bond_slave_netdev_event")]
pub(super) fn event(machine: &mut Machine, slave: DeviceId, event: Event) {
    let Some(id) = machine.device(slave).ok().and_then(|device| device.master) else { return };
    if !machine.device(id).is_ok_and(is_bond) {
        return;
    }
    match event {
        Event::Up | Event::Down | Event::Change(_) => follow(machine, id),
        Event::Unregister => release(machine, id, slave),
        _ => {}
    }
}

fn is_bond(device: &Device) -> bool {
    matches!(device.driver, Driver::Bond(_))
}

impl Bond {
    /// Writes the settings that the model has.
    #[doc(alias = "bond_fill_info")]
    pub(super) fn fill(&self, data: &mut AttributeWriter<'_>) {
        data.u8(IFLA_BOND_MODE, 0);
    }

    /// Writes a member's settings that the model has.
    #[doc(alias = "bond_fill_slave_info")]
    pub(super) fn fill_port(&self, device: &Device, data: &mut AttributeWriter<'_>) {
        let Some(slave) = self.slaves.iter().find(|slave| slave.device == device.id) else {
            return;
        };
        data.u8(IFLA_BOND_SLAVE_STATE, 0)
            .u8(IFLA_BOND_SLAVE_MII_STATUS, if device.carrier { 0 } else { 2 })
            .bytes(IFLA_BOND_SLAVE_PERM_HWADDR, slave.address.as_bytes());
    }
}
