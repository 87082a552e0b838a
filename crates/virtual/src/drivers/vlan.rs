//! VLANs of a device (`net/8021q`).

use super::veth::LARGEST_MTU;
use super::{Driver, Parameters, devices_where, receive_all, settings};
use crate::dev::{self, Cause, Device, DeviceId, HardwareAddress, NewDevice, assigned};
use crate::dev_addr_lists::{self, Kind};
use crate::events::{Event, netdevice_event};
use crate::link_watch::{fire, set_carrier};
use crate::machine::Machine;
use crate::rtnetlink::{Extended, LinkTable, Policy, Rule, parse_nested};
use ifctl_abi::DeviceFlags;
use ifctl_abi::rtnetlink::*;
use ifctl_kernel::Errno;
use ifctl_netlink::{Attribute, AttributeTable, AttributeWriter};

/// The number that no VLAN has.
const LAST_NUMBER: u16 = 4095;

/// The protocol of a tag, 802.1Q unless another is given.
const PROTOCOL_8021Q: u16 = 0x8100;
const PROTOCOL_8021AD: u16 = 0x88a8;

/// It comes up without the device below.
const LOOSE_BINDING: u32 = 4;

/// Its carrier is that of a bridge's ports.
const BRIDGE_BINDING: u32 = 0x10;

/// What a VLAN keeps.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Vlan {
    pub(crate) below: DeviceId,
    pub(super) number: u16,
    pub(super) protocol: u16,
    pub(super) flags: u32,
    /// The address of the device below, as last seen while this was up.
    pub(super) seen: HardwareAddress,
}

/// Returns a VLAN on no device yet.
#[doc(alias = "vlan_setup")]
pub(super) fn setup() -> NewDevice {
    let seen = HardwareAddress::default();
    let vlan = Vlan { below: DeviceId(0), number: 0, protocol: PROTOCOL_8021Q, flags: 1, seen };
    let mut new = NewDevice::ether(Driver::Vlan(vlan));
    new.min_mtu = 0;
    new.max_mtu = LARGEST_MTU;
    new.broadcast = HardwareAddress::new(&[0; 6]);
    new
}

/// The flags that there are.
const FLAGS: u32 = 0x1f;

#[doc(alias = "vlan_policy")]
const POLICY: &Policy = &[
    (IFLA_VLAN_ID, Rule::Number(2)),
    (IFLA_VLAN_FLAGS, Rule::AtLeast(size_of::<VlanFlags>() as u16)),
    (IFLA_VLAN_EGRESS_QOS, Rule::Nest),
    (IFLA_VLAN_INGRESS_QOS, Rule::Nest),
    (IFLA_VLAN_PROTOCOL, Rule::Number(2)),
];

type Data<'m> = AttributeTable<'m, { IFLA_VLAN_PROTOCOL as usize + 1 }>;

fn data_of<'m>(data: &Attribute<'m>) -> Data<'m> {
    AttributeTable::new(data.nested())
}

/// Checks what a VLAN is to be like.
#[doc(alias = "vlan_validate")]
pub(super) fn check(
    table: &LinkTable<'_>,
    data: Option<&Attribute<'_>>,
    extended: &mut Extended,
) -> Result<(), Errno> {
    if let Err(errno) = settings::check_address(table) {
        return Err(extended.refuse(errno, "Invalid link address", None));
    }
    let Some(data) = data else {
        return Err(extended.refuse(Errno::EINVAL, "VLAN properties not specified", None));
    };
    let data: Data<'_> = parse_nested(extended, data.nested(), POLICY)?;
    if let Some(protocol) = protocol(&data)
        && !matches!(protocol, PROTOCOL_8021Q | PROTOCOL_8021AD)
    {
        return Err(extended.refuse(Errno::EPROTONOSUPPORT, "Invalid VLAN protocol", None));
    }
    if number(&data).is_some_and(|number| number >= LAST_NUMBER) {
        return Err(extended.refuse(Errno::ERANGE, "Invalid VLAN id", None));
    }
    let flags = flags(&data);
    if flags.flags & flags.mask & !FLAGS != 0 {
        return Err(extended.refuse(Errno::EINVAL, "Invalid VLAN flags", None));
    }
    Ok(())
}

fn flags(data: &Data<'_>) -> VlanFlags {
    data.value(IFLA_VLAN_FLAGS).ok().flatten().unwrap_or_default()
}

/// Changes the flags; all else a VLAN keeps as it was made.
#[doc(alias("vlan_changelink", "vlan_dev_change_flags"))]
pub(super) fn change_link(
    machine: &mut Machine,
    id: DeviceId,
    data: &Attribute<'_>,
) -> Result<(), Errno> {
    let given = flags(&data_of(data));
    if given.mask & !FLAGS != 0 {
        return Err(Errno::EINVAL);
    }
    if let Driver::Vlan(vlan) = &mut machine.device_mut(id)?.driver {
        vlan.flags = (vlan.flags & !given.mask) | (given.flags & given.mask);
    }
    Ok(())
}

fn protocol(data: &Data<'_>) -> Option<u16> {
    data.value::<[u8; 2]>(IFLA_VLAN_PROTOCOL).ok().flatten().map(u16::from_be_bytes)
}

fn number(data: &Data<'_>) -> Option<u16> {
    data.value(IFLA_VLAN_ID).ok().flatten()
}

/// Makes a VLAN.
#[doc(alias("vlan_newlink", "register_vlan_dev"))]
pub(super) fn new_link(
    machine: &mut Machine,
    mut new: NewDevice,
    parameters: Parameters<'_, '_>,
) -> Result<DeviceId, Errno> {
    let Parameters { net, table, data, extended } = parameters;
    let mut refuse = |errno, text: &'static str| Err(extended.refuse(errno, text, None));
    let data = data.map(data_of);
    let Some((data, number)) = data.as_ref().and_then(|data| Some((data, number(data)?))) else {
        return refuse(Errno::EINVAL, "VLAN id not specified");
    };
    let Some(link) = table.u32(IFLA_LINK).ok().flatten() else {
        return refuse(Errno::EINVAL, "link not specified");
    };
    let Ok(below) = machine.net(net)?.index(link) else {
        return refuse(Errno::ENODEV, "link does not exist");
    };
    let protocol = protocol(data).unwrap_or(PROTOCOL_8021Q);
    let lower = machine.device(below)?;
    if lower.is_loopback() {
        return refuse(Errno::EOPNOTSUPP, "VLANs not supported on device");
    }
    let is_same = |device: &Device| match &device.driver {
        Driver::Vlan(vlan) => (vlan.below, vlan.number, vlan.protocol) == (below, number, protocol),
        _ => false,
    };
    if machine.devices.values().any(is_same) {
        return refuse(Errno::EEXIST, "VLAN device already exists");
    }
    if table.get(IFLA_MTU).is_none() {
        new.mtu = lower.mtu;
    } else if new.mtu > lower.mtu {
        return Err(Errno::EINVAL);
    }
    let given = flags(data);
    let flags = (1 & !given.mask) | (given.flags & given.mask);
    let seen = HardwareAddress::default();
    let vlan = Vlan { below, number, protocol, flags, seen };
    new.driver = Driver::Vlan(vlan);
    let kept = DeviceFlags::UP
        | DeviceFlags::PROMISC
        | DeviceFlags::ALLMULTI
        | DeviceFlags::MASTER
        | DeviceFlags::SLAVE;
    new.flags = lower.flags.difference(kept);
    if new.address_assign_type == assigned::ADDRESS_PERMANENT {
        new.address = lower.address;
        new.address_assign_type = assigned::ADDRESS_STOLEN;
    }
    if new.broadcast.as_bytes().iter().all(|byte| *byte == 0) {
        new.broadcast = lower.broadcast;
    }
    new.segmentation.tso_max_size = lower.segmentation.tso_max_size;
    new.headroom = lower.headroom;
    new.carrier = lower.carrier && !vlan.follows_ports();
    let id = dev::register(machine, net, new)?;
    netdevice_event(machine, below, Event::ChangeUpper);
    transfer(machine, below, id);
    fire(machine, id);
    Ok(id)
}

/// Gives a device the carrier of the device below.
#[doc(alias = "netif_stacked_transfer_operstate")]
pub(super) fn transfer_carrier(machine: &mut Machine, below: DeviceId, id: DeviceId) {
    let Ok(lower) = machine.device(below) else { return };
    let (state, carrier) = (lower.oper_state, lower.carrier);
    let (dormant, testing) =
        (state == OperationalState::DORMANT, state == OperationalState::TESTING);
    if let Ok(device) = machine.device_mut(id)
        && (device.dormant, device.testing) != (dormant, testing)
    {
        (device.dormant, device.testing) = (dormant, testing);
        fire(machine, id);
    }
    set_carrier(machine, id, carrier);
}

/// Gives a VLAN the carrier of the device below, if it follows it.
#[doc(alias = "vlan_stacked_transfer_operstate")]
fn transfer(machine: &mut Machine, below: DeviceId, id: DeviceId) {
    if vlan(machine, id).is_some_and(|vlan| !vlan.follows_ports()) {
        transfer_carrier(machine, below, id);
    }
}

fn vlan(machine: &Machine, id: DeviceId) -> Option<Vlan> {
    match &machine.device(id).ok()?.driver {
        Driver::Vlan(vlan) => Some(*vlan),
        _ => None,
    }
}

/// Lets the device below go, before the VLAN is removed.
#[doc(alias = "unregister_vlan_dev")]
pub(super) fn unlink(machine: &mut Machine, id: DeviceId) {
    if let Some(vlan) = vlan(machine, id) {
        netdevice_event(machine, vlan.below, Event::ChangeUpper);
    }
}

/// Opens a VLAN, for which the device below must be up.
#[doc(alias = "vlan_dev_open")]
pub(super) fn open(machine: &mut Machine, id: DeviceId) -> Result<(), Errno> {
    let Some(vlan) = vlan(machine, id) else { return Ok(()) };
    let lower = machine.device(vlan.below)?;
    let (address, carrier) = (lower.address, lower.carrier);
    if !lower.is_up() && !vlan.is_loose() {
        return Err(Errno::ENETDOWN);
    }
    let own = machine.device(id)?.address;
    if own != address && !inherit_address(machine, id, address) {
        dev_addr_lists::add(machine, vlan.below, Kind::Unicast, own);
    }
    saw(machine, id, address);
    if carrier && !vlan.follows_ports() {
        set_carrier(machine, id, true);
    }
    Ok(())
}

/// Closes a VLAN.
#[doc(alias = "vlan_dev_stop")]
pub(super) fn stop(machine: &mut Machine, id: DeviceId) {
    let Some(vlan) = vlan(machine, id) else { return };
    if let (Ok(device), Ok(lower)) = (machine.device(id), machine.device(vlan.below))
        && device.address != lower.address
    {
        let own = device.address;
        dev_addr_lists::remove(machine, vlan.below, Kind::Unicast, own);
    }
    if !vlan.follows_ports() {
        set_carrier(machine, id, false);
    }
}

/// Gives a VLAN that has no address of its own that of the device below, and returns whether it has none.
#[doc(alias = "vlan_dev_inherit_address")]
fn inherit_address(machine: &mut Machine, id: DeviceId, address: HardwareAddress) -> bool {
    let Ok(device) = machine.device_mut(id) else { return false };
    if device.address_assign_type != assigned::ADDRESS_STOLEN {
        return false;
    }
    device.address = address;
    netdevice_event(machine, id, Event::ChangeAddress);
    true
}

fn saw(machine: &mut Machine, id: DeviceId, address: HardwareAddress) {
    if let Ok(device) = machine.device_mut(id)
        && let Driver::Vlan(vlan) = &mut device.driver
    {
        vlan.seen = address;
    }
}

/// Has the device below listen to the address that a VLAN is about to have.
#[doc(alias = "vlan_dev_set_mac_address")]
pub(super) fn follow_own_address(machine: &mut Machine, id: DeviceId, new: HardwareAddress) {
    if let Some(vlan) = vlan(machine, id)
        && let (Ok(device), Ok(lower)) = (machine.device(id), machine.device(vlan.below))
        && device.is_up()
    {
        let (old, lower) = (device.address, lower.address);
        if new != lower {
            dev_addr_lists::add(machine, vlan.below, Kind::Unicast, new);
        }
        if old != lower {
            dev_addr_lists::remove(machine, vlan.below, Kind::Unicast, old);
        }
    }
}

/// Follows the address of the device below, which is new.
#[doc(alias = "vlan_sync_address")]
fn follow_address_below(machine: &mut Machine, id: DeviceId, new: HardwareAddress) {
    let Some(vlan) = vlan(machine, id) else { return };
    let Ok(own) = machine.device(id).map(|device| device.address) else { return };
    if vlan.seen == new {
        return;
    }
    if !inherit_address(machine, id, new) {
        if own == new {
            dev_addr_lists::remove(machine, vlan.below, Kind::Unicast, own);
        } else if own == vlan.seen {
            dev_addr_lists::add(machine, vlan.below, Kind::Unicast, own);
        }
    }
    saw(machine, id, new);
}

/// Has the device below follow such a flag.
#[doc(alias = "vlan_dev_change_rx_flags")]
pub(super) fn change_rx_flags(machine: &mut Machine, id: DeviceId, changed: DeviceFlags, on: bool) {
    if let Some(vlan) = vlan(machine, id) {
        receive_all(machine, vlan.below, changed, on);
    }
}

/// Refuses an MTU above that of the device below.
#[doc(alias = "vlan_dev_change_mtu")]
pub(super) fn check_mtu(machine: &Machine, id: DeviceId, mtu: u32) -> Result<(), Errno> {
    let Some(vlan) = vlan(machine, id) else { return Ok(()) };
    if machine.device(vlan.below)?.mtu < mtu { Err(Errno::ERANGE) } else { Ok(()) }
}

/// Follows the device below.
#[doc(alias = "vlan_device_event")]
pub(super) fn event(machine: &mut Machine, below: DeviceId, event: Event) {
    let mut vlans = devices_where(machine, |device| match &device.driver {
        Driver::Vlan(vlan) => vlan.below == below,
        _ => false,
    });
    vlans.sort_by_key(|id| vlan(machine, *id).map(|vlan| (vlan.protocol, vlan.number)));
    if vlans.is_empty() {
        return;
    }
    let Ok(lower) = machine.device(below) else { return };
    let (mtu, address, is_registered) = (lower.mtu, lower.address, lower.is_registered);
    if event == Event::Unregister && !is_registered {
        // All go at once.
        let _ = dev::unregister(machine, &vlans, Cause::NONE);
        return;
    }
    if event == Event::Down {
        return close_all(machine, below, vlans);
    }
    for id in vlans {
        let Ok(device) = machine.device(id) else { continue };
        let is_up = device.is_up();
        let is_loose = vlan(machine, id).is_some_and(|vlan| vlan.is_loose());
        match event {
            Event::Change(_) => transfer(machine, below, id),
            Event::ChangeMtu if device.mtu > mtu => {
                let _ = dev::set_mtu(machine, id, mtu.cast_signed());
            }
            Event::ChangeAddress if is_up => follow_address_below(machine, id, address),
            Event::Up if !is_up => {
                if !is_loose {
                    let flags = dev::get_flags(device) | DeviceFlags::UP;
                    let _ = dev::change_flags(machine, id, flags, Cause::NONE);
                }
                transfer(machine, below, id);
            }
            _ => {}
        }
    }
}

/// Closes the VLANs of a device that is down, but for those that do without it, the highest number first.
fn close_all(machine: &mut Machine, below: DeviceId, mut vlans: Vec<DeviceId>) {
    let closes = |id: &DeviceId| {
        machine.device(*id).is_ok_and(Device::is_up)
            && vlan(machine, *id).is_some_and(|vlan| !vlan.is_loose())
    };
    vlans.retain(closes);
    vlans.reverse();
    dev::close_many(machine, &vlans);
    for id in vlans {
        transfer(machine, below, id);
    }
}

impl Vlan {
    /// Returns whether its carrier is that of a bridge's ports that are in the VLAN, of which the model has
    /// none.
    fn follows_ports(&self) -> bool {
        self.flags & BRIDGE_BINDING != 0
    }

    fn is_loose(&self) -> bool {
        self.flags & LOOSE_BINDING != 0
    }

    /// Writes the settings.
    #[doc(alias = "vlan_fill_info")]
    pub(super) fn fill(&self, data: &mut AttributeWriter<'_>) {
        data.be16(IFLA_VLAN_PROTOCOL, self.protocol)
            .u16(IFLA_VLAN_ID, self.number)
            .value(IFLA_VLAN_FLAGS, &VlanFlags { flags: self.flags, mask: u32::MAX });
    }
}
