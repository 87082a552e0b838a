//! Devices that come and go.

use super::name::prepare;
use super::queues::{Queues, Segmentation};
use super::{Cause, Device, DeviceId, HardwareAddress, flags};
use crate::dev_addr_lists::AddressList;
use crate::drivers::{self, Driver};
use crate::events::{Event, netdevice_event};
use crate::link_watch;
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
    /// Where the name is from.
    pub(crate) name_assign_type: u8,
    /// The index that is wanted, if any.
    pub(crate) index: Option<u32>,
    pub(crate) flags: DeviceFlags,
    pub(crate) mtu: u32,
    pub(crate) min_mtu: u32,
    pub(crate) max_mtu: u32,
    pub(crate) hardware_type: HardwareType,
    pub(crate) address: HardwareAddress,
    /// Where the address is from.
    pub(crate) address_assign_type: u8,
    pub(crate) broadcast: HardwareAddress,
    pub(crate) tx_queue_length: u32,
    pub(crate) carrier: bool,
    pub(crate) queues: Queues,
    pub(crate) segmentation: Segmentation,
    /// It stays in its namespace.
    pub(crate) is_immutable: bool,
    /// Bytes that are kept free before a packet.
    pub(crate) headroom: u16,
    pub(crate) group: u32,
    pub(crate) link_mode: u8,
    /// It is made by a message: its listeners are told when all of the message is done.
    pub(crate) is_initializing: bool,
}

/// Where a name or an address is from, as /sys tells it.
pub(crate) mod assigned {
    /// A name of which nothing is known.
    pub(crate) const NAME_UNKNOWN: u8 = 0;
    /// A name that the kernel always gives.
    pub(crate) const NAME_PREDICTABLE: u8 = 2;
    /// A name that the kernel made up.
    pub(crate) const NAME_ENUMERATED: u8 = 1;
    /// A name that a user gave.
    pub(crate) const NAME_BY_USER: u8 = 3;
    /// A name that a user changed.
    pub(crate) const NAME_RENAMED: u8 = 4;
    /// An address that came with the hardware.
    pub(crate) const ADDRESS_PERMANENT: u8 = 0;
    /// An address drawn at random.
    pub(crate) const ADDRESS_RANDOM: u8 = 1;
    /// An address that is another device's.
    pub(crate) const ADDRESS_STOLEN: u8 = 2;
    /// An address that a user gave.
    pub(crate) const ADDRESS_SET: u8 = 3;
}

impl NewDevice {
    /// Returns what every Ethernet device starts with.
    #[doc(alias = "ether_setup")]
    pub(crate) fn ether(driver: Driver) -> Self {
        Self {
            driver,
            name: DeviceName::default(),
            name_assign_type: assigned::NAME_ENUMERATED,
            index: None,
            flags: DeviceFlags::BROADCAST | DeviceFlags::MULTICAST,
            mtu: 1500,
            min_mtu: 68,
            max_mtu: 1500,
            hardware_type: HardwareType::ETHER,
            address: HardwareAddress::new(&[0; 6]),
            address_assign_type: assigned::ADDRESS_PERMANENT,
            broadcast: HardwareAddress::new(&[0xff; 6]),
            tx_queue_length: 1000,
            carrier: true,
            queues: Queues::default(),
            segmentation: Segmentation::default(),
            is_immutable: false,
            headroom: 0,
            group: 0,
            link_mode: 0,
            is_initializing: false,
        }
    }

    /// Draws an address, where none is given.
    #[doc(alias = "eth_hw_addr_random")]
    pub(crate) fn draw_address(&mut self, machine: &mut Machine) {
        if self.address_assign_type == assigned::ADDRESS_PERMANENT {
            self.address = machine.draw_address();
            self.address_assign_type = assigned::ADDRESS_RANDOM;
        }
    }
}

/// Registers a device, tells the protocols, and rtnetlink's listeners unless a message makes it.
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
        name_assign_type: new.name_assign_type,
        age,
        driver: new.driver,
        flags: new.flags,
        user_flags: DeviceFlags::empty(),
        promiscuity: 0,
        allmulti: 0,
        unicast: AddressList::default(),
        is_promiscuous_for_unicast: false,
        mtu: new.mtu,
        min_mtu: new.min_mtu,
        max_mtu: new.max_mtu,
        hardware_type: new.hardware_type,
        address: new.address,
        address_assign_type: new.address_assign_type,
        broadcast: new.broadcast,
        tx_queue_length: new.tx_queue_length,
        map: IfMap::default(),
        carrier: new.carrier,
        dormant: false,
        testing: false,
        oper_state: OperationalState::UNKNOWN,
        carrier_up_count: 0,
        carrier_down_count: 0,
        alias: Vec::new(),
        group: new.group,
        link_mode: new.link_mode,
        queues: new.queues,
        segmentation: new.segmentation,
        is_immutable: new.is_immutable,
        headroom: new.headroom,
        is_initializing: new.is_initializing,
        is_registered: true,
        master: None,
        multicast: AddressList::default(),
        inet: None,
        inet6: None,
    };
    let carrier = device.carrier;
    machine.devices.insert(id, device);
    machine.net_mut(net)?.list(id, index, name.as_bytes(), age);
    if !carrier {
        link_watch::follow(machine, id);
    }
    netdevice_event(machine, id, Event::Register);
    if !machine.device(id)?.is_initializing {
        rtnetlink::notify_link(machine, id, DeviceFlags::all(), Cause::NONE);
    }
    Ok(id)
}

/// Takes devices out, with all that the protocols keep of them.
#[doc(alias("unregister_netdevice_many", "unregister_netdevice_many_notify"))]
pub(crate) fn unregister(
    machine: &mut Machine,
    ids: &[DeviceId],
    cause: Cause,
) -> Result<(), Errno> {
    flags::close_many(machine, ids);
    for id in ids {
        let device = machine.device_mut(*id)?;
        device.is_registered = false;
        let (net, index, age) = (device.net, device.index, device.age);
        let names: Vec<Box<[u8]>> = device.names().map(Box::from).collect();
        machine.net_mut(net)?.unlist(index, age, names.iter().map(AsRef::as_ref));
    }
    for id in ids {
        let Ok(device) = machine.device_mut(*id) else { continue };
        device.queues.shut_down();
        let is_initializing = device.is_initializing;
        netdevice_event(machine, *id, Event::Unregister);
        let message = if is_initializing {
            None
        } else {
            rtnetlink::message_of_link_gone(machine, *id, None, cause)
        };
        drivers::unregistered(machine, *id);
        if let Some(message) = message {
            rtnetlink::send_link_gone(machine, *id, message, cause);
        }
    }
    for id in ids {
        machine.watched.retain(|watched| watched != id);
        machine.devices.remove(id);
    }
    Ok(())
}
