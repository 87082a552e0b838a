//! Cards, which the machine has and no request makes (`drivers/net/ethernet`).

use super::Driver;
use crate::dev::{self, Cause, DeviceId, HardwareAddress, NewDevice, assigned};
use crate::link_watch::set_carrier;
use crate::machine::Machine;
use crate::net_namespace::NetId;
use ifctl_abi::{DeviceName, IfMap};
use ifctl_kernel::Errno;

/// What a card keeps.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Card {
    /// The address that it came with.
    pub(crate) permanent: HardwareAddress,
}

/// Puts a card into the machine, with its cable plugged in.
pub(crate) fn create(
    machine: &mut Machine,
    net: NetId,
    name: DeviceName,
    address: [u8; 6],
    map: IfMap,
) -> Result<DeviceId, Errno> {
    let permanent = HardwareAddress::new(&address);
    let mut new = NewDevice::ether(Driver::Ethernet(Card { permanent }));
    new.name = name;
    new.address = permanent;
    new.address_assign_type = assigned::ADDRESS_PERMANENT;
    new.queues.none = false;
    let id = dev::register(machine, net, new)?;
    machine.device_mut(id)?.map = map;
    Ok(id)
}

/// Takes a card out.
pub(crate) fn remove(machine: &mut Machine, id: DeviceId) -> Result<(), Errno> {
    dev::unregister(machine, &[id], Cause::NONE)
}

/// Plugs a card's cable in, or out.
pub(crate) fn plug(machine: &mut Machine, id: DeviceId, cable: bool) -> Result<(), Errno> {
    if !super::is_card(machine.device(id)?) {
        return Err(Errno::EOPNOTSUPP);
    }
    set_carrier(machine, id, cable);
    Ok(())
}
