//! Devices that come and go.

use super::name::prepare;
use super::{Cause, Device, DeviceId, HardwareAddress, close};
use crate::dev_addr_lists::AddressList;
use crate::drivers::{self, Driver};
use crate::events::{Event, netdevice_event};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::rtnetlink;
use ifctl_abi::rtnetlink::OperationalState;
use ifctl_abi::{DeviceFlags, DeviceName, HardwareType, IfMap};
use ifctl_kernel::Errno;

/// A device to be, as its driver sets it up.
pub(crate) struct NewDevice {
    pub(crate) driver: Driver,
    /// The name, or a pattern: `veth%d`.
    pub(crate) name: DeviceName,
    /// The index that is wanted, if any.
    pub(crate) index: Option<u32>,
    pub(crate) flags: DeviceFlags,
    pub(crate) mtu: u32,
    pub(crate) min_mtu: u32,
    pub(crate) max_mtu: u32,
    pub(crate) hardware_type: HardwareType,
    pub(crate) address: HardwareAddress,
    pub(crate) broadcast: HardwareAddress,
    pub(crate) tx_queue_length: u32,
    pub(crate) carrier: bool,
}

impl NewDevice {
    /// Returns what every Ethernet device starts with.
    #[doc(alias = "ether_setup")]
    pub(crate) fn ether(driver: Driver, name: DeviceName, address: HardwareAddress) -> Self {
        Self {
            driver,
            name,
            index: None,
            flags: DeviceFlags::BROADCAST | DeviceFlags::MULTICAST,
            mtu: 1500,
            min_mtu: 68,
            max_mtu: 1500,
            hardware_type: HardwareType::ETHER,
            address,
            broadcast: HardwareAddress::new(&[0xff; 6]),
            tx_queue_length: 1000,
            carrier: true,
        }
    }
}

/// Registers a device, and tells the protocols. Telling rtnetlink's listeners is the caller's, since
/// it comes at another moment for a device made by `RTM_NEWLINK`.
#[doc(alias = "register_netdevice")]
pub(crate) fn register(
    machine: &mut Machine,
    net: NetId,
    new: NewDevice,
) -> Result<DeviceId, Errno> {
    let name = prepare(machine.net(net)?, new.name)?;
    let index = match new.index {
        Some(index) if machine.net(net)?.index(index).is_ok() => return Err(Errno::EBUSY),
        Some(index) => index,
        None => machine.net_mut(net)?.next_index()?,
    };
    let id = DeviceId(machine.next_id());
    let age = machine.next_id();
    let device = Device {
        id,
        net,
        index,
        name,
        altnames: Vec::new(),
        age,
        driver: new.driver,
        flags: new.flags,
        user_flags: DeviceFlags::empty(),
        promiscuity: 0,
        allmulti: 0,
        mtu: new.mtu,
        min_mtu: new.min_mtu,
        max_mtu: new.max_mtu,
        hardware_type: new.hardware_type,
        address: new.address,
        broadcast: new.broadcast,
        tx_queue_length: new.tx_queue_length,
        map: IfMap::default(),
        carrier: new.carrier,
        dormant: false,
        oper_state: OperationalState::UNKNOWN,
        carrier_up_count: 0,
        carrier_down_count: 0,
        alias: Vec::new(),
        group: 0,
        link_mode: 0,
        master: None,
        multicast: AddressList::default(),
        inet: None,
        inet6: None,
    };
    machine.devices.insert(id, device);
    machine.net_mut(net)?.list(id, index, name.as_bytes(), age);
    drivers::registered(machine, id);
    netdevice_event(machine, id, Event::Register);
    Ok(id)
}

/// Takes a device out, with all that the protocols keep of it.
#[doc(alias = "unregister_netdevice")]
pub(crate) fn unregister(machine: &mut Machine, id: DeviceId, cause: Cause) -> Result<(), Errno> {
    close(machine, id)?;
    let device = machine.device(id)?;
    let (net, index, age) = (device.net, device.index, device.age);
    let names: Vec<Box<[u8]>> =
        device.altnames.iter().cloned().chain([device.name.as_bytes().into()]).collect();
    machine.net_mut(net)?.unlist(index, age, names.iter().map(AsRef::as_ref));
    netdevice_event(machine, id, Event::Unregister);
    drivers::unregistered(machine, id);
    rtnetlink::notify_link_gone(machine, id, cause);
    machine.watched.remove(&id);
    machine.devices.remove(&id);
    Ok(())
}
