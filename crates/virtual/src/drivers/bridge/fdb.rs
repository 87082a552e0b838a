//! The forwarding database (`br_fdb.c`), as far as it holds the addresses of the bridge itself and of its
//! ports: there are no packets to learn others from.

use super::{bridge, bridge_mut, ports};
use crate::af_netlink;
use crate::dev::{DeviceId, HardwareAddress};
use crate::machine::Machine;
use crate::release::Release;
use ifctl_abi::netlink::MessageType;
use ifctl_abi::rtnetlink::*;
use ifctl_netlink::{Head, Neighbour};

/// An address, and the port that it is at; none: the bridge itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(alias = "net_bridge_fdb_entry")]
pub(super) struct Entry {
    pub(super) address: HardwareAddress,
    pub(super) port: Option<DeviceId>,
}

/// Adds an address of the bridge's or of a port's; of several ports with one address the first counts.
#[doc(alias = "fdb_add_local")]
pub(super) fn add(
    machine: &mut Machine,
    id: DeviceId,
    port: Option<DeviceId>,
    address: HardwareAddress,
) {
    let Some(bridge) = bridge_mut(machine, id) else { return };
    if address.is_valid_ether() && !bridge.entries.iter().any(|entry| entry.address == address) {
        let entry = Entry { address, port };
        bridge.entries.insert(0, entry);
        notify(machine, id, entry, MessageType::NEWNEIGH);
    }
}

/// Takes an address out, unless another port has it, or the bridge itself.
#[doc(alias = "fdb_delete_local")]
fn delete(machine: &mut Machine, id: DeviceId, entry: Entry) {
    let has = |other: DeviceId| machine.device(other).is_ok_and(|d| d.address == entry.address);
    let another =
        ports(machine, id).into_iter().find(|port| Some(*port) != entry.port && has(*port));
    let stays = another.is_some() || (entry.port.is_some() && has(id));
    let Some(bridge) = bridge_mut(machine, id) else { return };
    let Some(place) = bridge.entries.iter().position(|other| *other == entry) else { return };
    match bridge.entries.get_mut(place) {
        Some(entry) if stays => entry.port = another,
        _ => {
            bridge.entries.remove(place);
            notify(machine, id, entry, MessageType::DELNEIGH);
        }
    }
}

fn of_port(machine: &Machine, id: DeviceId, port: Option<DeviceId>) -> Vec<Entry> {
    let entries = bridge(machine, id).map(|bridge| bridge.entries.iter());
    entries.into_iter().flatten().filter(|entry| entry.port == port).copied().collect()
}

/// Takes all addresses of a port out, or those of the bridge itself.
#[doc(alias = "br_fdb_delete_by_port")]
pub(super) fn delete_all(machine: &mut Machine, id: DeviceId, port: Option<DeviceId>) {
    for entry in of_port(machine, id, port) {
        delete(machine, id, entry);
    }
}

/// Goes on when a port has another address.
#[doc(alias = "br_fdb_changeaddr")]
pub(super) fn change_port(machine: &mut Machine, id: DeviceId, port: DeviceId) {
    let Ok(address) = machine.device(port).map(|device| device.address) else { return };
    if let Some(entry) = of_port(machine, id, Some(port)).first() {
        delete(machine, id, *entry);
    }
    add(machine, id, Some(port), address);
}

/// Takes another address for the bridge itself, whose device has the old one yet.
#[doc(alias = "br_fdb_change_mac_address")]
pub(super) fn change_own(machine: &mut Machine, id: DeviceId, address: HardwareAddress) {
    let Ok(old) = machine.device(id).map(|device| device.address) else { return };
    let own = of_port(machine, id, None).into_iter().find(|entry| entry.address == old);
    if let Some(entry) = own {
        delete(machine, id, entry);
    }
    add(machine, id, None, address);
}

/// Tells listeners.
#[doc(alias("fdb_notify", "fdb_fill_info"))]
fn notify(machine: &mut Machine, id: DeviceId, entry: Entry, kind: MessageType) {
    let Ok(device) = machine.device(id) else { return };
    let (net, index) = (device.net, device.index);
    af_netlink::announce(machine, net, Group::NEIGH, |machine, encoder| {
        let port = entry.port.and_then(|port| machine.device(port).ok());
        let neighbour = Neighbour {
            family: Family::BRIDGE,
            index: port.map_or(index, |port| port.index),
            state: NeighbourState::PERMANENT,
            link_address: Some(entry.address.as_bytes()),
            master: Some(index),
            extended_flags: (machine.release >= Release::V6_12)
                .then_some(NeighbourExtendedFlags::empty()),
            cache_info: Some(NeighbourCacheInfo::default()),
            ..Neighbour::default()
        };
        neighbour.encode(Head { kind, ..Head::default() }, encoder)
    });
}
