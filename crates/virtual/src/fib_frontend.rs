//! IPv4 routes as callers ask for them, and as addresses and devices make them
//! (`net/ipv4/fib_frontend.c`).

mod dump;
mod ioctl;
mod netlink;
mod proc;

pub(crate) use dump::dump;
pub(crate) use ioctl::ioctl;
pub(crate) use netlink::{POLICY, check_prefix, delete_route, new_route};
pub(crate) use proc::proc_route;

use crate::arp;
use crate::dev::{self, Cause, DeviceId};
use crate::devinet::{Address, AddressId, AddressList, mask};
use crate::events::Event;
use crate::fib_semantics::{self, FibConfig};
use crate::fib_trie;
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::release::Release;
use crate::rtnetlink::Extended;
use ifctl_abi::DeviceFlags;
use ifctl_abi::netlink::MessageFlags;
use ifctl_abi::rtnetlink::{
    AddressFlags, NextHopFlags, RouteProtocol, RouteScope, RouteTable, RouteType,
};
use std::net::Ipv4Addr;

/// What is to be done with a route.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Do {
    Add,
    Delete,
}

/// Makes the routes of an address that is new.
#[doc(alias = "fib_inetaddr_event")]
pub(crate) fn address_up(machine: &mut Machine, device: DeviceId, id: AddressId) {
    add_routes(machine, device, id);
    fib_semantics::sync_up(machine, device, NextHopFlags::DEAD);
    count(machine, device);
}

/// Deletes the routes of an address that was taken out; with a device's last one all routes by the
/// device go.
#[doc(alias = "fib_inetaddr_event")]
pub(crate) fn address_down(machine: &mut Machine, device: DeviceId, address: &Address) {
    delete_routes(machine, device, address, None, None);
    count(machine, device);
    if machine.inet(device).is_some_and(|inet| inet.addresses.len() == 0) {
        disable(machine, device, Event::Down, true);
    }
}

/// Counts a change of addresses, for dumps to notice.
fn count(machine: &mut Machine, device: DeviceId) {
    let net = machine.device(device).map(|device| device.net);
    if let Ok(net) = net.and_then(|net| machine.net_mut(net)) {
        net.ipv4.generation = net.ipv4.generation.wrapping_add(1);
    }
}

/// Returns the primary of a network.
#[doc(alias = "inet_ifa_byprefix")]
fn primary(list: &AddressList, network: u32, length: u8) -> Option<Address> {
    list.in_group(network, length).next().and_then(|id| list.get(id))
}

/// Makes the routes of an address: to itself, and, while the device is up, to its broadcast address and
/// its network.
#[doc(alias = "fib_add_ifaddr")]
pub(crate) fn add_routes(machine: &mut Machine, device: DeviceId, id: AddressId) {
    let Some(list) = machine.inet(device).map(|inet| &inet.addresses) else { return };
    let Some(address) = list.get(id) else { return };
    let (network, length) = (address.network(), address.prefix_length);
    let source = match address.is_secondary() {
        true => primary(list, network, length).map(|primary| primary.local),
        false => Some(address.local),
    };
    let Some(source) = source else { return };
    let release = machine.release;
    let mut add = |kind, destination, length, priority| {
        magic(machine, device, Do::Add, kind, (destination, length), source, priority);
    };
    add(RouteType::LOCAL, address.local, 32, 0);
    let Ok(flags) = machine.device(device).map(|device| device.flags) else { return };
    if !flags.contains(DeviceFlags::UP) {
        return;
    }
    let mut add = |kind, destination, length, priority| {
        magic(machine, device, Do::Add, kind, (destination, length), source, priority);
    };
    if !matches!(address.broadcast, 0 | u32::MAX) {
        add(RouteType::BROADCAST, address.broadcast, 32, 0);
        arp::forget_broadcast(machine, device, address.broadcast);
    }
    let mut add = |kind, destination, length, priority| {
        magic(machine, device, Do::Add, kind, (destination, length), source, priority);
    };
    if network != 0 && !address.is_secondary() && (network != address.local || length < 32) {
        if !address.flags.contains(AddressFlags::NOPREFIXROUTE) {
            add(connected(flags), network, length, address.priority);
        }
        if length < 31 {
            if release < Release::V6_1 {
                add(RouteType::BROADCAST, network, 32, 0);
            }
            add(RouteType::BROADCAST, network | !mask(length), 32, 0);
            arp::forget_broadcast(machine, device, network | !mask(length));
        }
    }
}

/// Returns the type of the route to a device's network.
fn connected(flags: DeviceFlags) -> RouteType {
    if flags.contains(DeviceFlags::LOOPBACK) { RouteType::LOCAL } else { RouteType::UNICAST }
}

/// Deletes the routes of a secondary whose primary goes and that stays itself.
pub(crate) fn withdraw(machine: &mut Machine, device: DeviceId, id: AddressId, primary: &Address) {
    let Some(list) = machine.inet(device).map(|inet| &inet.addresses) else { return };
    let Some(address) = list.get(id) else { return };
    delete_routes(machine, device, &address, Some(id), Some(primary));
}

/// Deletes the routes of an address, but for those that another one needs that has the same source. An
/// address that `keeps` its place stays in the list; the network of `leaving` needs nothing any more.
#[doc(alias = "fib_del_ifaddr")]
fn delete_routes(
    machine: &mut Machine,
    device: DeviceId,
    address: &Address,
    keeps: Option<AddressId>,
    leaving: Option<&Address>,
) {
    let Some(inet) = machine.inet(device) else { return };
    let (network, length) = (address.network(), address.prefix_length);
    let broadcast = address.address | !mask(length);
    let source = match address.is_secondary() {
        true => primary(&inet.addresses, network, length).map(|primary| primary.local),
        false => Some(address.local),
    };
    let Some(source) = source else { return };
    let is_net =
        !address.is_secondary() && network != 0 && (network != address.local || length < 32);
    let Ok(found) = machine.device(device) else { return };
    let (flags, net) = (found.flags, found.net);
    if is_net && !address.flags.contains(AddressFlags::NOPREFIXROUTE) {
        let kind = connected(flags);
        magic(machine, device, Do::Delete, kind, (network, length), source, 0);
    }
    let others = Others {
        source,
        group: (network, length),
        keeps,
        leaving: leaving.map(|leaving| (leaving.network(), leaving.prefix_length)),
    };
    let delete_broadcast = |machine: &mut Machine, wanted: u32| {
        if wanted == 0 {
            return;
        }
        let is_needed = machine
            .inet(device)
            .is_some_and(|inet| !inet.is_dead() && others.need_broadcast(&inet.addresses, wanted));
        if !is_needed {
            let kind = RouteType::BROADCAST;
            magic(machine, device, Do::Delete, kind, (wanted, 32), source, 0);
        }
    };
    delete_broadcast(machine, address.broadcast);
    if is_net && length < 31 {
        delete_broadcast(machine, broadcast);
        delete_broadcast(machine, network);
    }
    let is_needed = machine
        .inet(device)
        .is_some_and(|inet| !inet.is_dead() && others.need_local(&inet.addresses, address.local));
    if !is_needed {
        let kind = RouteType::LOCAL;
        magic(machine, device, Do::Delete, kind, (address.local, 32), source, 0);
        // Hardly ever does a route prefer an address, and that is quickly asked.
        let is_gone = keeps.is_none()
            && machine.net(net).is_ok_and(|net| net.fib.prefers(address.local))
            && fib_semantics::address_type(machine, net, 0, address.local) != RouteType::LOCAL;
        if is_gone {
            fib_trie::flush_source(machine, net, address.local);
        }
    }
}

/// The addresses whose routes have the same source as those of one that goes.
struct Others {
    source: u32,
    /// The network of the one that goes.
    group: (u32, u8),
    keeps: Option<AddressId>,
    /// A network that does not count.
    leaving: Option<(u32, u8)>,
}

impl Others {
    /// Returns whether an address counts.
    fn is_one(&self, list: &AddressList, id: AddressId) -> bool {
        let Some(address) = list.get(id) else { return false };
        let group = (address.network(), address.prefix_length);
        if Some(id) == self.keeps || Some(group) == self.leaving {
            return false;
        }
        let primary =
            if address.is_secondary() { primary(list, group.0, group.1) } else { Some(address) };
        group == self.group && address.is_secondary()
            || primary.is_some_and(|primary| primary.local == self.source)
    }

    /// Returns whether one of them is this local address.
    fn need_local(&self, list: &AddressList, local: u32) -> bool {
        list.with_local(local).any(|id| self.is_one(list, id))
    }

    /// Returns whether one of them has this broadcast address, or a network that has it.
    fn need_broadcast(&self, list: &AddressList, wanted: u32) -> bool {
        let primaries = list.with_local(self.source).filter_map(|id| list.get(id));
        let groups = primaries
            .filter(|address| !address.is_secondary())
            .map(|address| (address.network(), address.prefix_length));
        let mut groups: Vec<(u32, u8)> = groups.chain([self.group]).collect();
        groups.dedup();
        let of_network = |network: u32, length: u8| {
            length < 31 && network != 0 && (wanted == network | !mask(length) || wanted == network)
        };
        // Of a million secondaries of a primary that leaves none counts: they are not looked at.
        let mut counting = groups.into_iter().filter(|group| Some(*group) != self.leaving);
        counting.any(|(network, length)| {
            list.in_group(network, length).filter(|id| self.is_one(list, *id)).any(|id| {
                list.get(id).is_some_and(|address| {
                    address.broadcast == wanted
                        || !address.is_secondary() && of_network(network, length)
                })
            })
        })
    }
}

/// Makes or deletes a route of the kernel's own.
#[doc(alias = "fib_magic")]
fn magic(
    machine: &mut Machine,
    device: DeviceId,
    what: Do,
    kind: RouteType,
    (destination, length): (u32, u8),
    source: u32,
    priority: u32,
) {
    let Ok(found) = machine.device(device) else { return };
    let (net, output) = (found.net, found.index);
    let is_unicast = kind == RouteType::UNICAST;
    let config = FibConfig {
        table: if is_unicast { RouteTable::MAIN.0 } else { RouteTable::LOCAL.0 },
        protocol: RouteProtocol::KERNEL,
        scope: if kind == RouteType::LOCAL { RouteScope::HOST } else { RouteScope::LINK },
        kind,
        priority,
        source,
        output,
        request: MessageFlags::CREATE | MessageFlags::APPEND,
        ..FibConfig::new(destination, length)
    };
    // The table is there from then on, even if a route is to go.
    if let Ok(net) = machine.net_mut(net) {
        net.fib.make_table(config.table);
    }
    // A route that is there already, or is not there, or cannot be, is nobody's fault.
    let _ = match what {
        Do::Add => fib_trie::insert(machine, net, &config, Cause::NONE, &mut Extended::default()),
        Do::Delete => fib_trie::delete(machine, net, &config, Cause::NONE),
    };
}

/// Gives the route to an address' network another metric.
#[doc(alias = "fib_modify_prefix_metric")]
pub(crate) fn modify_prefix_metric(
    machine: &mut Machine,
    device: DeviceId,
    address: &Address,
    priority: u32,
) {
    let Ok(flags) = machine.device(device).map(|device| device.flags) else { return };
    let hidden = AddressFlags::SECONDARY | AddressFlags::NOPREFIXROUTE;
    let (network, length) = (address.network(), address.prefix_length);
    if !flags.contains(DeviceFlags::UP)
        || address.flags.intersects(hidden)
        || network == 0
        || length == 32
    {
        return;
    }
    let (kind, to) = (connected(flags), (network, length));
    magic(machine, device, Do::Add, kind, to, address.local, priority);
    magic(machine, device, Do::Delete, kind, to, address.local, address.priority);
}

/// Returns what an address is to a namespace.
#[doc(alias("inet_addr_type", "inet_addr_type_dev_table"))]
pub(crate) fn address_type(machine: &Machine, net: NetId, address: Ipv4Addr) -> RouteType {
    fib_semantics::address_type(machine, net, 0, address.to_bits())
}

/// Follows what happens to a device.
#[doc(alias = "fib_netdev_event")]
pub(crate) fn event(machine: &mut Machine, id: DeviceId, event: Event) {
    if event == Event::Unregister {
        disable(machine, id, event, true);
        return;
    }
    let Some(list) = machine.inet(id).map(|inet| &inet.addresses) else { return };
    match event {
        Event::Up => {
            let ids: Vec<AddressId> = list.iter().map(|(id, _)| id).collect();
            for address in ids {
                add_routes(machine, id, address);
            }
            fib_semantics::sync_up(machine, id, NextHopFlags::DEAD);
            count(machine, id);
        }
        Event::Down => disable(machine, id, event, false),
        Event::Change(_) => {
            let works = DeviceFlags::RUNNING | DeviceFlags::LOWER_UP;
            let flags = machine.device(id).map(dev::get_flags).unwrap_or_default();
            if flags.intersects(works) {
                fib_semantics::sync_up(machine, id, NextHopFlags::LINKDOWN);
            } else {
                fib_semantics::sync_down_device(machine, id, event, false);
            }
        }
        _ => {}
    }
}

/// Drops the routes that a device was for.
#[doc(alias = "fib_disable_ip")]
fn disable(machine: &mut Machine, id: DeviceId, event: Event, force: bool) {
    if fib_semantics::sync_down_device(machine, id, event, force) > 0
        && let Ok(net) = machine.device(id).map(|device| device.net)
    {
        fib_trie::flush(machine, net);
    }
    arp::down(machine, id);
}
