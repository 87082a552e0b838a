//! The kinds of devices (`drivers/net`), one file each: what each does when it is opened, closed, or told
//! to change.

pub(crate) mod bond;
pub(crate) mod bridge;
mod dummy;
pub(crate) mod ethernet;
mod filter;
mod ifb;
pub(crate) mod loopback;
mod macvlan;
mod saved;
mod settings;
mod told;
pub(crate) mod tun;
pub(crate) mod veth;
mod vlan;
mod vxlan;

pub use tun::TunMode;

use filter::receive_all;
pub(crate) use filter::{change_rx_flags, filter_below, has_rx_mode, has_unicast_filter};
pub(crate) use saved::{load as load_driver, save as save_driver};
pub(crate) use told::{
    device_type, fill_data, fill_port_data, has_data, has_duplex, link_index, link_net, speed,
    sysfs_text,
};

use crate::dev::{Device, DeviceId, HardwareAddress, NewDevice};
use crate::dev_addr_lists;
use crate::events::Event;
use crate::link_watch::set_carrier;
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::rtnetlink::{Extended, LinkTable};
use ifctl_abi::IfMap;
use ifctl_abi::rtnetlink::LinkMap;
use ifctl_kernel::Errno;
use ifctl_netlink::Attribute;
use std::collections::BTreeSet;

/// What a device is, and what its driver keeps of it.
pub(crate) enum Driver {
    Loopback,
    Ethernet(ethernet::Card),
    Veth(veth::Veth),
    Bridge(Box<bridge::Bridge>),
    Dummy,
    Ifb,
    Vlan(vlan::Vlan),
    Macvlan(macvlan::Macvlan),
    Vxlan(Box<vxlan::Vxlan>),
    Tun(tun::Tun),
    Bond(Box<bond::Bond>),
}

/// A kind of device that has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(alias = "rtnl_link_ops")]
pub(crate) enum Kind {
    Veth,
    Bridge,
    Dummy,
    Ifb,
    Vlan,
    Macvlan,
    Vxlan,
    Tun,
    Bond,
}

impl Kind {
    const ALL: [Self; 9] = [
        Self::Veth,
        Self::Bridge,
        Self::Dummy,
        Self::Ifb,
        Self::Vlan,
        Self::Macvlan,
        Self::Vxlan,
        Self::Tun,
        Self::Bond,
    ];

    /// Returns the kind of this name.
    pub(crate) fn named(name: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name().as_bytes() == name)
    }

    /// Returns the name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Veth => "veth",
            Self::Bridge => "bridge",
            Self::Dummy => "dummy",
            Self::Ifb => "ifb",
            Self::Vlan => "vlan",
            Self::Macvlan => "macvlan",
            Self::Vxlan => "vxlan",
            Self::Tun => "tun",
            Self::Bond => "bond",
        }
    }
}

/// What a driver may look at to make a device.
pub(crate) struct Parameters<'p, 'm> {
    /// The namespace that the device is made in.
    pub(crate) net: NetId,
    pub(crate) table: &'p LinkTable<'m>,
    /// The settings of the kind.
    pub(crate) data: Option<&'p Attribute<'m>>,
    pub(crate) extended: &'p mut Extended,
}

/// Returns the name of a device's kind, if it has one.
pub(crate) fn kind(device: &Device) -> Option<&'static str> {
    let kind = match device.driver {
        Driver::Loopback | Driver::Ethernet(_) => return None,
        Driver::Veth(_) => Kind::Veth,
        Driver::Bridge(_) => Kind::Bridge,
        Driver::Dummy => Kind::Dummy,
        Driver::Ifb => Kind::Ifb,
        Driver::Vlan(_) => Kind::Vlan,
        Driver::Macvlan(_) => Kind::Macvlan,
        Driver::Vxlan(_) => Kind::Vxlan,
        Driver::Tun(_) => Kind::Tun,
        Driver::Bond(_) => Kind::Bond,
    };
    Some(kind.name())
}

/// Returns the kind of this name, if the machine has it.
#[doc(alias = "rtnl_link_ops_get")]
pub(crate) fn kind_named(machine: &Machine, name: &[u8]) -> Option<Kind> {
    Kind::named(name).filter(|kind| !machine.lacking.contains(kind))
}

/// Returns the kind of the device that a device is a port of, if ports of that kind have settings.
pub(crate) fn port_kind(machine: &Machine, device: &Device) -> Option<&'static str> {
    let master = machine.device(device.master?).ok()?;
    matches!(master.driver, Driver::Bridge(_) | Driver::Bond(_)).then(|| kind(master))?
}

/// Returns a device of this kind as its driver sets it up.
#[doc(alias = "alloc_netdev_mqs")]
pub(crate) fn setup(machine: &mut Machine, kind: Kind) -> NewDevice {
    match kind {
        Kind::Veth => veth::setup(),
        Kind::Bridge => bridge::setup(machine),
        Kind::Dummy => dummy::setup(machine),
        Kind::Ifb => ifb::setup(machine),
        Kind::Vlan => vlan::setup(),
        Kind::Macvlan => macvlan::setup(),
        Kind::Vxlan => vxlan::setup(machine),
        Kind::Tun => tun::setup(),
        Kind::Bond => bond::setup(),
    }
}

/// Checks what a message wants of a device of this kind, before it is known which device that is.
#[doc(alias("rtnl_link_ops::validate", "veth_validate"))]
pub(crate) fn check_data(
    kind: Kind,
    table: &LinkTable<'_>,
    data: Option<&Attribute<'_>>,
    extended: &mut Extended,
) -> Result<(), Errno> {
    match kind {
        Kind::Veth => veth::check(table, data, extended),
        Kind::Bridge => bridge::check(table, data, extended),
        Kind::Dummy | Kind::Ifb => settings::check_address(table),
        Kind::Vlan => vlan::check(table, data, extended),
        Kind::Macvlan => macvlan::check(table, data, extended),
        Kind::Vxlan => vxlan::check(table, data, extended),
        Kind::Tun => {
            extended.say("tun/tap creation via rtnetlink is not supported.");
            Err(Errno::EOPNOTSUPP)
        }
        Kind::Bond => bond::check(table),
    }
}

/// Makes a device of this kind, with all that belongs to it.
#[doc(alias = "rtnl_link_ops::newlink")]
pub(crate) fn new_link(
    machine: &mut Machine,
    kind: Kind,
    new: NewDevice,
    parameters: Parameters<'_, '_>,
) -> Result<DeviceId, Errno> {
    match kind {
        Kind::Veth => veth::new_link(machine, new, parameters),
        Kind::Bridge => bridge::new_link(machine, new, parameters),
        Kind::Dummy | Kind::Ifb | Kind::Bond => crate::dev::register(machine, parameters.net, new),
        Kind::Vlan => vlan::new_link(machine, new, parameters),
        Kind::Macvlan => macvlan::new_link(machine, new, parameters),
        Kind::Vxlan => vxlan::new_link(machine, new, parameters),
        Kind::Tun => Err(Errno::EOPNOTSUPP),
    }
}

/// Changes the settings of a device's kind.
#[doc(alias = "rtnl_link_ops::changelink")]
pub(crate) fn change_link(
    machine: &mut Machine,
    id: DeviceId,
    data: &Attribute<'_>,
    extended: &mut Extended,
) -> Result<(), Errno> {
    match machine.device(id)?.driver {
        Driver::Bridge(_) => bridge::change_link(machine, id, data, extended),
        Driver::Macvlan(_) => macvlan::change_link(machine, id, data),
        Driver::Vlan(_) => vlan::change_link(machine, id, data),
        // The options of a bond are not modelled.
        Driver::Bond(_) => Ok(()),
        _ => Err(Errno::EOPNOTSUPP),
    }
}

/// Returns whether a device can be removed by a request.
#[doc(alias = "rtnl_link_ops::dellink")]
pub(crate) fn is_deletable(device: &Device) -> bool {
    kind(device).is_some()
}

/// Lets go of what a device that is to be removed holds, and returns what is removed along with it.
#[doc(alias("veth_dellink", "br_dev_delete", "macvlan_dellink"))]
fn deleted_with(machine: &mut Machine, id: DeviceId) -> Vec<DeviceId> {
    match machine.device(id).map(|device| &device.driver) {
        Ok(Driver::Veth(_)) => veth::part(machine, id).into_iter().collect(),
        Ok(Driver::Bridge(_)) => {
            bridge::remove_all_ports(machine, id);
            Vec::new()
        }
        Ok(Driver::Macvlan(_)) => {
            macvlan::unlink(machine, id);
            Vec::new()
        }
        Ok(Driver::Vlan(_)) => {
            vlan::unlink(machine, id);
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// As [`deleted_with`] of each of several devices, and these, each once, in the order of their going.
pub(crate) fn with_companions(
    machine: &mut Machine,
    ids: impl IntoIterator<Item = DeviceId>,
) -> Vec<DeviceId> {
    let (mut gone, mut seen) = (Vec::new(), BTreeSet::new());
    for id in ids {
        let others = deleted_with(machine, id);
        gone.extend([id].into_iter().chain(others).filter(|id| seen.insert(*id)));
    }
    gone
}

/// Returns whether a device is a card, which belongs to the machine and not to a namespace.
pub(crate) fn is_card(device: &Device) -> bool {
    matches!(device.driver, Driver::Ethernet(_))
}

/// Returns the address that a card came with.
pub(crate) fn permanent_address(device: &Device) -> Option<HardwareAddress> {
    match &device.driver {
        Driver::Ethernet(card) => Some(card.permanent),
        _ => None,
    }
}

/// Opens a device.
#[doc(alias("ndo_open", "ndo_validate_addr"))]
pub(crate) fn open(machine: &mut Machine, id: DeviceId) -> Result<(), Errno> {
    let device = machine.device(id)?;
    if has_ether_address(device) && !device.address.is_valid_ether() {
        return Err(Errno::EADDRNOTAVAIL);
    }
    match device.driver {
        Driver::Veth(_) => veth::open(machine, id),
        Driver::Bridge(_) => {
            bridge::open(machine, id);
            Ok(())
        }
        Driver::Vlan(_) => vlan::open(machine, id),
        Driver::Macvlan(_) => macvlan::open(machine, id),
        Driver::Vxlan(_) => vxlan::open(machine, id),
        Driver::Bond(_) => {
            bond::follow(machine, id);
            Ok(())
        }
        Driver::Loopback | Driver::Ethernet(_) | Driver::Dummy | Driver::Ifb | Driver::Tun(_) => {
            Ok(())
        }
    }
}

/// Returns whether opening checks the address.
#[doc(alias = "eth_validate_addr")]
fn has_ether_address(device: &Device) -> bool {
    match &device.driver {
        Driver::Ethernet(_) | Driver::Dummy | Driver::Ifb | Driver::Vlan(_) => true,
        Driver::Macvlan(_) | Driver::Vxlan(_) => true,
        Driver::Tun(tun) => tun.is_tap(),
        Driver::Loopback | Driver::Veth(_) | Driver::Bridge(_) | Driver::Bond(_) => false,
    }
}

/// Goes on when a device is open.
pub(crate) fn opened(machine: &mut Machine, id: DeviceId) {
    if let Ok(Driver::Veth(_)) = machine.device(id).map(|device| &device.driver) {
        veth::opened(machine, id);
    }
}

/// Closes a device.
#[doc(alias = "ndo_stop")]
pub(crate) fn stop(machine: &mut Machine, id: DeviceId) {
    dev_addr_lists::unsync(machine, id);
    match machine.device(id).map(|device| &device.driver) {
        Ok(Driver::Veth(_)) => veth::stop(machine, id),
        Ok(Driver::Bridge(_)) => bridge::stop(machine, id),
        Ok(Driver::Vlan(_)) => vlan::stop(machine, id),
        Ok(Driver::Macvlan(_)) => macvlan::stop(machine, id),
        _ => {}
    }
}

/// Takes a new MTU that is within the limits.
#[doc(alias = "ndo_change_mtu")]
pub(crate) fn change_mtu(machine: &mut Machine, id: DeviceId, mtu: u32) -> Result<(), Errno> {
    match machine.device(id)?.driver {
        Driver::Bridge(_) => {
            bridge::mtu_set_by_user(machine, id);
            Ok(())
        }
        Driver::Vlan(_) => vlan::check_mtu(machine, id, mtu),
        Driver::Macvlan(_) => macvlan::check_mtu(machine, id, mtu),
        Driver::Vxlan(_) => vxlan::check_mtu(machine, id, mtu),
        _ => Ok(()),
    }
}

/// Returns whether the hardware address can be set at all.
pub(crate) fn has_mac_setter(device: &Device) -> bool {
    match &device.driver {
        Driver::Ifb => false,
        Driver::Tun(tun) => tun.is_tap(),
        _ => true,
    }
}

/// Sets the hardware address.
#[doc(alias("ndo_set_mac_address", "eth_mac_addr"))]
pub(crate) fn set_mac_address(
    machine: &mut Machine,
    id: DeviceId,
    address: HardwareAddress,
) -> Result<(), Errno> {
    let device = machine.device(id)?;
    if is_card(device) && device.is_up() {
        return Err(Errno::EBUSY);
    }
    if !address.is_valid_ether() {
        return Err(Errno::EADDRNOTAVAIL);
    }
    match device.driver {
        Driver::Bridge(_) => return bridge::set_mac_address(machine, id, address),
        Driver::Macvlan(_) => return macvlan::set_mac_address(machine, id, address),
        Driver::Vlan(_) => vlan::follow_own_address(machine, id, address),
        _ => {}
    }
    machine.device_mut(id)?.address = address;
    Ok(())
}

/// Sets the carrier by hand.
#[doc(alias = "ndo_change_carrier")]
pub(crate) fn change_carrier(
    machine: &mut Machine,
    id: DeviceId,
    carrier: bool,
) -> Result<(), Errno> {
    if !has_carrier_setter(machine.device(id)?) {
        return Err(Errno::EOPNOTSUPP);
    }
    if carrier {
        tun::must_be_attached(machine.device(id)?)?;
    }
    set_carrier(machine, id, carrier);
    Ok(())
}

/// Returns whether the carrier can be set by hand.
pub(crate) fn has_carrier_setter(device: &Device) -> bool {
    matches!(device.driver, Driver::Dummy | Driver::Tun(_))
}

/// Sets the hardware map, which cards alone have.
#[doc(alias = "ndo_set_config")]
pub(crate) fn set_map(machine: &mut Machine, id: DeviceId, map: IfMap) -> Result<(), Errno> {
    let device = machine.device_mut(id)?;
    if !is_card(device) {
        return Err(Errno::EOPNOTSUPP);
    }
    device.map = map;
    Ok(())
}

/// Sets the hardware map that a message gives.
pub(crate) fn set_link_map(
    machine: &mut Machine,
    id: DeviceId,
    map: &LinkMap,
) -> Result<(), Errno> {
    let [base_low, base_high, ..] = map.base_addr.to_le_bytes();
    let [irq, _] = map.irq.to_le_bytes();
    let map = IfMap {
        mem_start: map.mem_start,
        mem_end: map.mem_end,
        base_addr: u16::from_le_bytes([base_low, base_high]),
        irq,
        dma: map.dma,
        port: map.port,
        padding: [0; 3],
    };
    set_map(machine, id, map)
}

/// Lets go of what a device held, when the protocols have let go of it.
pub(crate) fn unregistered(machine: &mut Machine, id: DeviceId) {
    if let Ok(Driver::Bond(_)) = machine.device(id).map(|device| &device.driver) {
        bond::release_all(machine, id);
    }
}

/// Makes a device a port of another.
#[doc(alias = "ndo_add_slave")]
pub(crate) fn add_port(
    machine: &mut Machine,
    master: DeviceId,
    port: DeviceId,
    extended: &mut Extended,
) -> Result<(), Errno> {
    match machine.device(master)?.driver {
        Driver::Bridge(_) => bridge::add_port(machine, master, port, extended),
        Driver::Bond(_) => bond::enslave(machine, master, port, extended),
        _ => Err(Errno::EOPNOTSUPP),
    }
}

/// Ends a device's being a port of another.
#[doc(alias = "ndo_del_slave")]
pub(crate) fn remove_port(
    machine: &mut Machine,
    master: DeviceId,
    port: DeviceId,
) -> Result<(), Errno> {
    match machine.device(master)?.driver {
        Driver::Bridge(_) => bridge::remove_port(machine, master, port),
        Driver::Bond(_) => {
            bond::release(machine, master, port);
            Ok(())
        }
        _ => Err(Errno::EOPNOTSUPP),
    }
}

/// Follows what happens to the devices that a driver's device depends on: what `drivers/net` has, which
/// Linux starts before IPv6.
pub(crate) fn event_before_ipv6(machine: &mut Machine, id: DeviceId, event: Event) {
    bond::event(machine, id, event);
    macvlan::event(machine, id, event);
    vxlan::event(machine, id, event);
}

/// The same, of what `net` has, which Linux starts after IPv6.
pub(crate) fn event(machine: &mut Machine, id: DeviceId, event: Event) {
    bridge::event(machine, id, event);
    vlan::event(machine, id, event);
}

/// Returns the devices for which a question is answered with yes, in the order of their registration.
fn devices_where(machine: &Machine, question: impl Fn(&Device) -> bool) -> Vec<DeviceId> {
    let mut found: Vec<&Device> =
        machine.devices.values().filter(|device| question(device)).collect();
    found.sort_by_key(|device| device.age);
    found.into_iter().map(|device| device.id).collect()
}
