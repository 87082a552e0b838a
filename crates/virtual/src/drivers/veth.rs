//! Pairs of Ethernet devices with a cable between them (`drivers/net/veth.c`).

use super::settings::check_address;
use super::{Driver, Kind, Parameters};
use crate::dev::{
    self, Cause, DeviceId, HardwareAddress, NewDevice, PROCESSORS, Segmentation, assigned,
};
use crate::link_watch::set_carrier;
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::rtnetlink::{Extended, LinkTable, Rule, check_one, configure_link, prepare_link};
use ifctl_abi::DeviceName;
use ifctl_abi::rtnetlink::*;
use ifctl_kernel::Errno;
use ifctl_netlink::{Attribute, AttributeTable};
use zerocopy::FromBytes;

/// The greatest MTU.
#[doc(alias = "ETH_MAX_MTU")]
pub(super) const LARGEST_MTU: u32 = 65535;

/// One end.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Veth {
    /// The other end; none while the pair is made, and when it is taken apart.
    pub(crate) peer: Option<DeviceId>,
}

/// Returns an end.
#[doc(alias = "veth_setup")]
pub(super) fn setup() -> NewDevice {
    let mut new = NewDevice::ether(Driver::Veth(Veth::default()));
    new.max_mtu = LARGEST_MTU;
    new.queues.transmit = PROCESSORS;
    new.queues.receive = PROCESSORS;
    new.segmentation = Segmentation::longest();
    new
}

/// Checks what both ends are to be like.
#[doc(alias = "veth_validate")]
pub(super) fn check(
    table: &LinkTable<'_>,
    data: Option<&Attribute<'_>>,
    extended: &mut Extended,
) -> Result<(), Errno> {
    check_end(table)?;
    match peer_of(data, extended)? {
        Some((_, peer)) => check_end(&peer),
        None => Ok(()),
    }
}

fn check_end(table: &LinkTable<'_>) -> Result<(), Errno> {
    check_address(table)?;
    match table.u32(IFLA_MTU).ok().flatten() {
        Some(mtu) if !(68..=LARGEST_MTU).contains(&mtu) => Err(Errno::EINVAL),
        _ => Ok(()),
    }
}

/// Returns what a message says of the other end.
#[doc(alias = "rtnl_nla_parse_ifinfomsg")]
fn peer_of<'m>(
    data: Option<&Attribute<'m>>,
    extended: &mut Extended,
) -> Result<Option<(LinkHeader, LinkTable<'m>)>, Errno> {
    let Some(data) = data else { return Ok(None) };
    let table = AttributeTable::<{ VETH_INFO_PEER as usize + 1 }>::new(data.nested());
    let Some(peer) = table.get(VETH_INFO_PEER) else { return Ok(None) };
    check_one(extended, &peer, Rule::AtLeast(size_of::<LinkHeader>() as u16))?;
    let (header, _) = LinkHeader::read_from_prefix(peer.bytes()).map_err(|_| Errno::ERANGE)?;
    if header.index < 0 {
        let text = "ifindex can't be negative";
        return Err(extended.refuse(Errno::EINVAL, text, Some(peer.offset())));
    }
    let attributes = peer.nested_after(size_of::<LinkHeader>());
    let table = crate::rtnetlink::parse_link_attributes(extended, attributes)?;
    Ok(Some((header, table)))
}

/// Makes a pair: the other end first.
#[doc(alias = "veth_newlink")]
pub(super) fn new_link(
    machine: &mut Machine,
    mut new: NewDevice,
    parameters: Parameters<'_, '_>,
) -> Result<DeviceId, Errno> {
    let Parameters { net, table, data, extended } = parameters;
    let given = peer_of(data, extended)?;
    let (header, own) = match &given {
        Some((header, own)) => (*header, Some(own)),
        None => (LinkHeader::default(), None),
    };
    let mut peer = prepare_link(machine, Kind::Veth, own.unwrap_or(table), extended)?;
    if let Some(name) = own.and_then(|own| own.text(IFLA_IFNAME)) {
        peer.name = DeviceName::truncated(name);
        peer.name_assign_type = assigned::NAME_BY_USER;
    }
    if own.is_none_or(|own| own.get(IFLA_ADDRESS).is_none()) {
        peer.address_assign_type = assigned::ADDRESS_PERMANENT;
        peer.draw_address(machine);
    }
    // An index for the other end counts only where one is given for this end too.
    if new.index.is_some() {
        peer.index = u32::try_from(header.index).ok().filter(|index| *index > 0);
    }
    let peer = dev::register(machine, net, peer)?;
    set_carrier(machine, peer, false);
    let made = configure_link(machine, peer, &header, Cause::NONE).and_then(|()| {
        new.draw_address(machine);
        dev::register(machine, net, new)
    });
    let id = match made {
        Ok(id) => id,
        Err(errno) => {
            dev::unregister(machine, &[peer], Cause::NONE)?;
            return Err(errno);
        }
    };
    set_carrier(machine, id, false);
    join(machine, id, peer);
    Ok(id)
}

/// One end to be: its namespace, name and address.
type End = (NetId, DeviceName, [u8; 6]);

/// Makes a pair whose ends may be in different namespaces.
pub(crate) fn create(machine: &mut Machine, one: End, other: End) -> Result<(), Errno> {
    let mut ends = Vec::new();
    for (net, name, address) in [other, one] {
        let mut new = setup();
        new.name = name;
        new.name_assign_type = assigned::NAME_BY_USER;
        new.address = HardwareAddress::new(&address);
        new.address_assign_type = assigned::ADDRESS_SET;
        new.is_initializing = true;
        let made = dev::register(machine, net, new);
        let configured = made.and_then(|id| {
            set_carrier(machine, id, false);
            ends.push(id);
            // The second end tells of itself when it has the first.
            if let [peer, id] = ends.as_slice() {
                join(machine, *id, *peer);
            }
            dev::configure(machine, id, None, Cause::NONE)
        });
        if let Err(errno) = configured {
            dev::unregister(machine, &ends, Cause::NONE)?;
            return Err(errno);
        }
    }
    Ok(())
}

/// Lays the cable.
fn join(machine: &mut Machine, one: DeviceId, other: DeviceId) {
    for (id, peer) in [(one, other), (other, one)] {
        if let Ok(device) = machine.device_mut(id) {
            device.driver = Driver::Veth(Veth { peer: Some(peer) });
        }
    }
}

/// Takes the cable away, and returns the other end.
pub(super) fn part(machine: &mut Machine, id: DeviceId) -> Option<DeviceId> {
    let other = peer(machine, id)?;
    for id in [id, other] {
        if let Ok(device) = machine.device_mut(id) {
            device.driver = Driver::Veth(Veth { peer: None });
        }
    }
    Some(other)
}

/// Has both ends keep the room free that the bridge of either asks for.
#[doc(alias = "veth_set_rx_headroom")]
pub(super) fn follow_headroom(machine: &mut Machine, id: DeviceId) {
    let Some(other) = peer(machine, id) else { return };
    let asked = |id| {
        let master = machine.device(id).ok().and_then(|device| device.master);
        let master = master.and_then(|master| machine.device(master).ok());
        let bridge = master.filter(|master| matches!(master.driver, Driver::Bridge(_)));
        bridge.map_or(0, |bridge| bridge.headroom)
    };
    let headroom = asked(id).max(asked(other));
    for id in [id, other] {
        if let Ok(device) = machine.device_mut(id) {
            device.headroom = headroom;
        }
    }
}

fn peer(machine: &Machine, id: DeviceId) -> Option<DeviceId> {
    match &machine.device(id).ok()?.driver {
        Driver::Veth(veth) => veth.peer,
        _ => None,
    }
}

/// Opens an end, which must have another.
#[doc(alias = "veth_open")]
pub(super) fn open(machine: &mut Machine, id: DeviceId) -> Result<(), Errno> {
    peer(machine, id).map(|_| ()).ok_or(Errno::ENOTCONN)
}

/// Both ends up: there is a carrier.
pub(super) fn opened(machine: &mut Machine, id: DeviceId) {
    if let Some(peer) = peer(machine, id)
        && machine.device(peer).is_ok_and(dev::Device::is_up)
    {
        set_carrier(machine, id, true);
        set_carrier(machine, peer, true);
    }
}

/// Closes an end: neither has a carrier.
#[doc(alias = "veth_close")]
pub(super) fn stop(machine: &mut Machine, id: DeviceId) {
    set_carrier(machine, id, false);
    if let Some(peer) = peer(machine, id) {
        set_carrier(machine, peer, false);
    }
}
