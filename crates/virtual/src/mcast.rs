//! The groups that a device listens to (`net/ipv6/mcast.c`), and its anycast addresses (`anycast.c`).

mod message;
mod saved;

pub(crate) use message::{dump_anycasts, dump_groups};

use crate::addrconf::Inet6Device;
use crate::dev::{Device, DeviceId, HardwareAddress};
use crate::dev_addr_lists::{self, Kind};
use crate::in6::{self, mask};
use crate::ip6_fib::{self, Config, Flags};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::rtnetlink::Extended;
use ifctl_abi::rtnetlink::{RouteProtocol, RouteType};
use ifctl_abi::{DeviceFlags, HardwareType};
use ifctl_kernel::Errno;
use message::What;
use std::collections::BTreeMap;
use std::io::Write;

/// All nodes of this host.
pub(crate) const INTERFACE_LOCAL_NODES: u128 = 0xff01 << 112 | 1;

/// All nodes of the link.
pub(crate) const LINK_LOCAL_NODES: u128 = 0xff02 << 112 | 1;

/// All routers of the link.
pub(crate) const LINK_LOCAL_ROUTERS: u128 = 0xff02 << 112 | 2;

/// What a router listens to.
pub(crate) const GROUPS_OF_ROUTERS: [u128; 3] =
    [LINK_LOCAL_ROUTERS, 0xff01 << 112 | 2, 0xff05 << 112 | 2];

/// The device's filter lets the group through.
#[doc(alias = "MAF_LOADED")]
const LOADED: u32 = 4;

/// Nobody need be told who listens.
#[doc(alias = "MAF_NOREPORT")]
const UNREPORTED: u32 = 8;

/// One group of a device, or one anycast address.
#[derive(Debug, Clone, Copy)]
struct Group {
    address: u128,
    users: u32,
    flags: u32,
    /// When it was joined, in hundredths of a second since the kernel started.
    created: u32,
}

/// The groups of a device, or its anycast addresses.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    /// By age: the oldest first.
    by_age: BTreeMap<u64, Group>,
    ages: BTreeMap<u128, u64>,
    last: u64,
}

impl Groups {
    /// Returns the groups, the newest first.
    fn iter(&self) -> impl Iterator<Item = &Group> {
        self.by_age.values().rev()
    }

    fn get_mut(&mut self, address: u128) -> Option<&mut Group> {
        self.by_age.get_mut(self.ages.get(&address)?)
    }

    fn insert(&mut self, group: Group) {
        self.last += 1;
        self.ages.insert(group.address, self.last);
        self.by_age.insert(self.last, group);
    }

    fn remove(&mut self, address: u128) -> Option<Group> {
        self.by_age.remove(&self.ages.remove(&address)?)
    }

    /// Counts one user more, and returns whether there is an entry to count on.
    fn use_again(&mut self, address: u128) -> bool {
        let group = self.get_mut(address);
        group.map(|group| group.users = group.users.saturating_add(1)).is_some()
    }

    /// Counts one user less, and returns whether that was the last one.
    fn use_less(&mut self, address: u128) -> bool {
        self.get_mut(address).is_some_and(|group| {
            group.users = group.users.saturating_sub(1);
            group.users == 0
        })
    }
}

/// Listens to a group once more.
#[doc(alias("ipv6_dev_mc_inc", "igmp6_group_added"))]
pub(crate) fn join(machine: &mut Machine, id: DeviceId, address: u128) {
    let created = machine.stamp();
    let Some(inet6) = inet6_mut(machine, id) else { return };
    if inet6.groups.use_again(address) {
        return;
    }
    let reach = in6::reach(address);
    let unreported = address == LINK_LOCAL_NODES || reach < 2;
    let flags = if unreported { UNREPORTED } else { 0 };
    let group = Group { address, users: 1, flags, created };
    inet6.groups.insert(group);
    load(machine, id, address, true);
    message::notify(machine, id, What::Groups, &group, true);
}

/// Listens to a group once less.
#[doc(alias("ipv6_dev_mc_dec", "igmp6_group_dropped"))]
pub(crate) fn leave(machine: &mut Machine, id: DeviceId, address: u128) {
    let Some(inet6) = inet6_mut(machine, id) else { return };
    if inet6.groups.use_less(address) {
        load(machine, id, address, false);
        let left = inet6_mut(machine, id).and_then(|inet6| inet6.groups.remove(address));
        if let Some(left) = left {
            message::notify(machine, id, What::Groups, &left, false);
        }
    }
}

fn inet6_mut(machine: &mut Machine, id: DeviceId) -> Option<&mut Inet6Device> {
    machine.device_mut(id).ok()?.inet6.as_mut()
}

/// Has the device's filter let a group through, or no more.
fn load(machine: &mut Machine, id: DeviceId, address: u128, on: bool) {
    // What does not leave the host needs no filter.
    if in6::reach(address) < 2 {
        return;
    }
    let Ok(device) = machine.device_mut(id) else { return };
    let Some(inet6) = &mut device.inet6 else { return };
    let Some(group) = inet6.groups.get_mut(address) else { return };
    if on == (group.flags & LOADED != 0) {
        return;
    }
    group.flags ^= LOADED;
    let Some(hardware) = hardware_group(device, address) else { return };
    if on {
        dev_addr_lists::add(machine, id, Kind::Multicast, hardware);
    } else {
        dev_addr_lists::remove(machine, id, Kind::Multicast, hardware);
    }
}

/// Returns the group of a device's hardware that carries a group.
#[doc(alias("ndisc_mc_map", "ipv6_eth_mc_map"))]
pub(crate) fn hardware_group(device: &Device, address: u128) -> Option<HardwareAddress> {
    let [.., a, b, c, d] = address.to_be_bytes();
    (device.hardware_type == HardwareType::ETHER)
        .then(|| HardwareAddress::new(&[0x33, 0x33, a, b, c, d]))
}

fn load_all(machine: &mut Machine, id: DeviceId, on: bool) {
    let Ok(device) = machine.device_mut(id) else { return };
    let Some(inet6) = &device.inet6 else { return };
    let groups: Vec<u128> = inet6.groups.iter().map(|group| group.address).collect();
    for address in groups {
        load(machine, id, address, on);
    }
}

/// Has the groups of a device received that is up.
#[doc(alias = "ipv6_mc_up")]
pub(crate) fn device_up(machine: &mut Machine, id: DeviceId) {
    load_all(machine, id, true);
}

/// Ends the reception of the groups of a device that goes down.
#[doc(alias = "ipv6_mc_down")]
pub(crate) fn device_down(machine: &mut Machine, id: DeviceId) {
    load_all(machine, id, false);
}

/// Leaves all groups of a device.
#[doc(alias("ipv6_mc_destroy_dev", "ipv6_ac_destroy_dev"))]
pub(crate) fn destroy(machine: &mut Machine, id: DeviceId) {
    let Ok(device) = machine.device_mut(id) else { return };
    let net = device.net;
    let Some(inet6) = &mut device.inet6 else { return };
    let anycasts = std::mem::take(&mut inet6.anycasts);
    let forwards = inet6.conf.forwards();
    for anycast in anycasts.iter() {
        leave_solicited(machine, id, anycast.address);
        ip6_fib::delete_route_of(machine, net, id, anycast.address);
    }
    device_down(machine, id);
    // Of the others nobody is told.
    leave(machine, id, LINK_LOCAL_NODES);
    if forwards {
        leave(machine, id, LINK_LOCAL_ROUTERS);
    }
    if let Some(inet6) = inet6_mut(machine, id) {
        inet6.groups = Groups::default();
    }
}

/// Returns whether a device asks for addresses at all.
fn solicits(machine: &Machine, id: DeviceId) -> bool {
    let quiet = DeviceFlags::LOOPBACK | DeviceFlags::NOARP;
    machine.device(id).is_ok_and(|device| !device.flags.intersects(quiet))
}

/// Listens to those who ask for an address.
#[doc(alias = "addrconf_join_solict")]
pub(crate) fn join_solicited(machine: &mut Machine, id: DeviceId, address: u128) {
    if solicits(machine, id) {
        join(machine, id, in6::solicited_node(address));
    }
}

/// Stops to listen to those who ask for an address.
#[doc(alias = "addrconf_leave_solict")]
pub(crate) fn leave_solicited(machine: &mut Machine, id: DeviceId, address: u128) {
    if solicits(machine, id) {
        leave(machine, id, in6::solicited_node(address));
    }
}

/// Returns the address that means any router of a prefix.
fn anycast_of(address: u128, length: u8) -> Option<u128> {
    let anycast = address & mask(length);
    (length < 127 && anycast != 0).then_some(anycast)
}

/// Answers for any router of an address' prefix.
#[doc(alias("addrconf_join_anycast", "__ipv6_dev_ac_inc"))]
pub(crate) fn join_anycast(machine: &mut Machine, id: DeviceId, address: u128, length: u8) {
    let Some(anycast) = anycast_of(address, length) else { return };
    let created = machine.stamp();
    let Ok(device) = machine.device_mut(id) else { return };
    let (net, index) = (device.net, device.index);
    let Some(inet6) = &mut device.inet6 else { return };
    if inet6.anycasts.use_again(anycast) {
        return;
    }
    let entry = Group { address: anycast, users: 1, flags: 0, created };
    inet6.anycasts.insert(entry);
    let config = Config {
        table: ip6_fib::LOCAL,
        index,
        destination: anycast,
        destination_length: 128,
        flags: Flags::UP | Flags::NO_NEXT_HOP | Flags::ANYCAST,
        kind: RouteType::ANYCAST,
        protocol: RouteProtocol::KERNEL,
        ignores_down: true,
        of_address: true,
        ..Config::default()
    };
    let _ = ip6_fib::add(machine, net, &config, &mut Extended::default());
    join_solicited(machine, id, anycast);
    message::notify(machine, id, What::Anycasts, &entry, true);
}

/// Answers no more for any router of an address' prefix.
#[doc(alias("addrconf_leave_anycast", "__ipv6_dev_ac_dec"))]
pub(crate) fn leave_anycast(machine: &mut Machine, id: DeviceId, address: u128, length: u8) {
    let Some(anycast) = anycast_of(address, length) else { return };
    let Ok(device) = machine.device_mut(id) else { return };
    let net = device.net;
    let Some(inet6) = &mut device.inet6 else { return };
    if !inet6.anycasts.use_less(anycast) {
        return;
    }
    let Some(left) = inet6.anycasts.remove(anycast) else { return };
    leave_solicited(machine, id, anycast);
    ip6_fib::delete_route_of(machine, net, id, anycast);
    message::notify(machine, id, What::Anycasts, &left, false);
}

/// Returns /proc/net/igmp6.
#[doc(alias = "igmp6_mc_seq_show")]
pub(crate) fn proc_igmp6(machine: &Machine, net: NetId) -> Result<Vec<u8>, Errno> {
    let mut text = Vec::new();
    for id in machine.net(net)?.by_age() {
        let device = machine.device(id)?;
        let index = device.index;
        let Some(inet6) = &device.inet6 else { continue };
        for Group { address, users, flags, .. } in inet6.groups.iter() {
            let _ = write!(text, "{index:<4} ");
            let name = device.name.as_bytes();
            text.extend_from_slice(name);
            text.extend(std::iter::repeat_n(b' ', 15_usize.saturating_sub(name.len())));
            let _ = writeln!(text, " {address:032x} {users:5} {flags:08X} 0");
        }
    }
    Ok(text)
}
