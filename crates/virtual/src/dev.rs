//! Devices: names, flags, opening and closing (`net/core/dev.c`).

mod flags;
mod name;
mod namespace;
mod procfs;
mod queues;
mod registry;

pub(crate) use flags::{
    change_flags, close, close_many, configure, follow_unicast, get_flags, open, set_allmulti,
    set_promiscuity,
};
pub(crate) use name::{add_altname, change_name, is_valid_name, look_up, remove_altname};
pub(crate) use namespace::{exit_net, move_to};
pub(crate) use procfs::proc_dev;
pub(crate) use queues::{
    LEGACY_SIZE, LONGEST_SIZE, MOST_SEGMENTS, PROCESSORS, Queues, Segmentation,
};
pub(crate) use registry::{NewDevice, assigned, register, unregister};

use crate::dev_addr_lists::AddressList;
use crate::drivers::{self, Driver};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::{events, rtnetlink};
use ifctl_abi::rtnetlink::OperationalState;
use ifctl_abi::{DeviceFlags, DeviceName, HardwareType, IfMap};
use ifctl_kernel::Errno;

/// A device, whichever namespace it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct DeviceId(pub(crate) u64);

/// The index of `lo` in every namespace.
pub(crate) const INDEX_OF_LO: u32 = 1;

/// The most bytes that a hardware address has.
pub(crate) const MAX_ADDR_LEN: usize = 32;

/// A hardware address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct HardwareAddress {
    length: u8,
    bytes: [u8; MAX_ADDR_LEN],
}

impl HardwareAddress {
    /// Returns the address of these bytes, 32 at most.
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let mut address = Self::default();
        for (to, from) in address.bytes.iter_mut().zip(bytes) {
            *to = *from;
        }
        address.length = bytes.len().min(MAX_ADDR_LEN) as u8;
        address
    }

    /// Returns the bytes.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// Returns whether an Ethernet device may have this address: neither zero nor a group's.
    #[doc(alias = "is_valid_ether_addr")]
    pub(crate) fn is_valid_ether(&self) -> bool {
        let bytes = self.as_bytes();
        bytes.first().is_some_and(|first| first & 1 == 0) && bytes.iter().any(|byte| *byte != 0)
    }
}

/// `struct net_device`.
pub(crate) struct Device {
    pub(crate) id: DeviceId,
    pub(crate) net: NetId,
    pub(crate) index: u32,
    pub(crate) name: DeviceName,
    /// Other names, of up to 127 bytes.
    pub(crate) altnames: Vec<Box<[u8]>>,
    /// Where the name is from.
    pub(crate) name_assign_type: u8,
    /// Its place in the order of registration.
    pub(crate) age: u64,
    pub(crate) driver: Driver,
    /// The raw flag word; [`get_flags`] is what callers see.
    pub(crate) flags: DeviceFlags,
    /// PROMISC and ALLMULTI as a user asked for them, apart from the counters.
    #[doc(alias = "gflags")]
    pub(crate) user_flags: DeviceFlags,
    pub(crate) promiscuity: u32,
    pub(crate) allmulti: u32,
    /// The unicast addresses that it listens to beside its own.
    pub(crate) unicast: AddressList,
    /// It is promiscuous for them, since it cannot filter.
    #[doc(alias = "uc_promisc")]
    pub(crate) is_promiscuous_for_unicast: bool,
    pub(crate) mtu: u32,
    pub(crate) min_mtu: u32,
    /// 0: no limit.
    pub(crate) max_mtu: u32,
    pub(crate) hardware_type: HardwareType,
    pub(crate) address: HardwareAddress,
    /// Where the address is from.
    pub(crate) address_assign_type: u8,
    pub(crate) broadcast: HardwareAddress,
    pub(crate) tx_queue_length: u32,
    pub(crate) map: IfMap,
    pub(crate) carrier: bool,
    pub(crate) dormant: bool,
    pub(crate) testing: bool,
    pub(crate) oper_state: OperationalState,
    pub(crate) carrier_up_count: u32,
    pub(crate) carrier_down_count: u32,
    /// The text of `ip link set alias`.
    pub(crate) alias: Vec<u8>,
    pub(crate) group: u32,
    pub(crate) link_mode: u8,
    pub(crate) queues: Queues,
    pub(crate) segmentation: Segmentation,
    /// It stays in its namespace.
    #[doc(alias = "netns_immutable")]
    pub(crate) is_immutable: bool,
    /// Bytes that are kept free before a packet.
    pub(crate) headroom: u16,
    /// The message that makes it is not done yet.
    #[doc(alias = "RTNL_LINK_INITIALIZING")]
    pub(crate) is_initializing: bool,
    /// It is in the lists of its namespace.
    #[doc(alias = "NETREG_REGISTERED")]
    pub(crate) is_registered: bool,
    pub(crate) master: Option<DeviceId>,
    pub(crate) multicast: AddressList,
    /// What IPv4 keeps of the device; gone while its MTU is below 68.
    pub(crate) inet: Option<crate::devinet::InDevice>,
    /// What IPv6 keeps of the device; gone while its MTU is below 1280.
    pub(crate) inet6: Option<crate::addrconf::Inet6Device>,
}

impl Device {
    /// Returns whether the device is open.
    #[doc(alias = "netif_running")]
    pub(crate) fn is_up(&self) -> bool {
        self.flags.contains(DeviceFlags::UP)
    }

    /// Returns whether the device is a loopback.
    pub(crate) fn is_loopback(&self) -> bool {
        self.flags.contains(DeviceFlags::LOOPBACK)
    }

    /// Returns its name and all others that it has.
    pub(crate) fn names(&self) -> impl Iterator<Item = &[u8]> {
        [self.name.as_bytes()].into_iter().chain(self.altnames.iter().map(AsRef::as_ref))
    }

    /// Returns whether its state lets packets through.
    #[doc(alias = "netif_oper_up")]
    pub(crate) fn is_oper_up(&self) -> bool {
        matches!(self.oper_state, OperationalState::UP | OperationalState::UNKNOWN)
    }
}

/// Why something happens: the netlink request behind it, or none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Cause {
    /// The requester's port, 0 for none.
    pub(crate) port: u32,
    pub(crate) sequence: u32,
    /// Whether the requester wants the notification even if it is in no group.
    pub(crate) echo: bool,
}

impl Cause {
    /// No netlink request: an ioctl, or a side effect.
    pub(crate) const NONE: Self = Self { port: 0, sequence: 0, echo: false };
}

/// Sets the MTU.
#[doc(alias("dev_set_mtu", "netif_set_mtu_ext"))]
pub(crate) fn set_mtu(machine: &mut Machine, id: DeviceId, mtu: i32) -> Result<(), MtuError> {
    let device = machine.device(id).map_err(MtuError::Refused)?;
    if u32::try_from(mtu) == Ok(device.mtu) {
        return Ok(());
    }
    let Ok(mtu) = u32::try_from(mtu) else {
        return Err(MtuError::BelowMinimum);
    };
    if mtu < device.min_mtu {
        return Err(MtuError::BelowMinimum);
    }
    if device.max_mtu > 0 && mtu > device.max_mtu {
        return Err(MtuError::AboveMaximum);
    }
    drivers::change_mtu(machine, id, mtu).map_err(MtuError::Refused)?;
    machine.device_mut(id).map_err(MtuError::Refused)?.mtu = mtu;
    events::netdevice_event(machine, id, events::Event::ChangeMtu);
    Ok(())
}

/// Why an MTU is not taken. The texts are those of the extended acknowledgement.
#[derive(Debug)]
pub(crate) enum MtuError {
    BelowMinimum,
    AboveMaximum,
    Refused(Errno),
}

impl MtuError {
    /// Returns the errno.
    pub(crate) fn errno(&self) -> Errno {
        match self {
            Self::BelowMinimum | Self::AboveMaximum => Errno::EINVAL,
            Self::Refused(errno) => *errno,
        }
    }
}

/// Sets the hardware address, of which as many bytes are given as the device's has.
#[doc(alias = "dev_set_mac_address")]
pub(crate) fn set_mac_address(
    machine: &mut Machine,
    id: DeviceId,
    family: HardwareType,
    bytes: &[u8],
) -> Result<(), Errno> {
    let device = machine.device(id)?;
    if !drivers::has_mac_setter(device) {
        return Err(Errno::EOPNOTSUPP);
    }
    if family != device.hardware_type {
        return Err(Errno::EINVAL);
    }
    let length = device.address.as_bytes().len();
    let address = HardwareAddress::new(bytes.get(..length).ok_or(Errno::EINVAL)?);
    if address != device.address {
        drivers::set_mac_address(machine, id, address)?;
    }
    machine.device_mut(id)?.address_assign_type = assigned::ADDRESS_SET;
    events::netdevice_event(machine, id, events::Event::ChangeAddress);
    Ok(())
}

/// Sets the length of the transmit queue.
#[doc(alias = "dev_change_tx_queue_len")]
pub(crate) fn change_tx_queue_length(
    machine: &mut Machine,
    id: DeviceId,
    length: u32,
) -> Result<(), Errno> {
    let device = machine.device_mut(id)?;
    let old = device.tx_queue_length;
    if old != length {
        device.tx_queue_length = length;
        events::netdevice_event(machine, id, events::Event::ChangeTxQueueLength);
        let device = machine.device_mut(id)?;
        if !device.queues.can_hold(length) {
            device.tx_queue_length = old;
            return Err(Errno::ENOMEM);
        }
    }
    Ok(())
}

/// Tells listeners that a device changed.
#[doc(alias = "netdev_state_change")]
pub(crate) fn state_change(machine: &mut Machine, id: DeviceId) {
    if machine.device(id).is_ok_and(Device::is_up) {
        events::netdevice_event(machine, id, events::Event::Change(DeviceFlags::empty()));
        rtnetlink::notify_link(machine, id, DeviceFlags::empty(), Cause::NONE);
    }
}
