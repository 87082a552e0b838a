//! IPv4 multicast groups that devices are members of (`net/ipv4/igmp.c`).

mod message;
mod saved;

pub(crate) use message::dump;

use crate::dev::{DeviceId, HardwareAddress};
use crate::dev_addr_lists::{self, Kind};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use ifctl_abi::HardwareType;
use ifctl_abi::netlink::MessageType;
use ifctl_kernel::Errno;
use std::fmt::Write;

/// All hosts: 224.0.0.1.
#[doc(alias = "IGMP_ALL_HOSTS")]
const ALL_HOSTS: u32 = 0xe000_0001;

/// The groups of a device, the last one that was joined first.
#[derive(Debug, Default)]
#[doc(alias = "mc_list")]
pub(crate) struct Groups(Vec<Group>);

#[derive(Debug, Clone, Copy)]
struct Group {
    address: u32,
    users: u32,
    /// The device listens to it.
    loaded: bool,
    /// When it was joined, in hundredths of a second since the kernel started.
    created: u32,
}

impl Groups {
    /// Returns whether the device is a member of a group.
    #[doc(alias = "ip_check_mc_rcu")]
    pub(crate) fn has(&self, address: u32) -> bool {
        self.0.iter().any(|group| group.address == address)
    }
}

/// Makes a device that came up listen to its groups, that of all hosts among them.
#[doc(alias = "ip_mc_up")]
pub(crate) fn up(machine: &mut Machine, device: DeviceId) {
    join(machine, device, ALL_HOSTS);
    for address in addresses(machine, device) {
        load(machine, device, address, true);
    }
}

/// Makes a device that went down deaf.
#[doc(alias = "ip_mc_down")]
pub(crate) fn down(machine: &mut Machine, device: DeviceId) {
    for address in addresses(machine, device) {
        load(machine, device, address, false);
    }
    leave(machine, device, ALL_HOSTS);
}

/// Ends all memberships of a device that will not speak IPv4 any more.
#[doc(alias = "ip_mc_destroy_dev")]
pub(crate) fn destroy(machine: &mut Machine, device: DeviceId) {
    down(machine, device);
    if let Some(inet) = machine.inet_mut(device) {
        inet.groups.0.clear();
    }
}

fn addresses(machine: &Machine, device: DeviceId) -> Vec<u32> {
    let groups = machine.inet(device).map(|inet| inet.groups.0.iter());
    groups.into_iter().flatten().map(|group| group.address).collect()
}

/// Makes a device a member of a group, once more.
#[doc(alias = "ip_mc_inc_group")]
pub(crate) fn join(machine: &mut Machine, device: DeviceId, address: u32) {
    let created = machine.stamp();
    let Some(inet) = machine.inet_mut(device) else { return };
    if let Some(group) = inet.groups.0.iter_mut().find(|group| group.address == address) {
        group.users = group.users.saturating_add(1);
        return;
    }
    let group = Group { address, users: 1, loaded: false, created };
    inet.groups.0.insert(0, group);
    load(machine, device, address, true);
    message::notify(machine, device, &group, MessageType::NEWMULTICAST);
}

/// Takes one membership back.
#[doc(alias = "ip_mc_dec_group")]
pub(crate) fn leave(machine: &mut Machine, device: DeviceId, address: u32) {
    let Some(inet) = machine.inet_mut(device) else { return };
    let Some(group) = inet.groups.0.iter_mut().find(|group| group.address == address) else {
        return;
    };
    group.users = group.users.saturating_sub(1);
    if group.users == 0 {
        let left = *group;
        load(machine, device, address, false);
        if let Some(inet) = machine.inet_mut(device) {
            inet.groups.0.retain(|group| group.address != address);
        }
        message::notify(machine, device, &left, MessageType::DELMULTICAST);
    }
}

/// Makes a device listen to a group's hardware address, or stop to.
#[doc(alias("igmp_group_added", "igmp_group_dropped"))]
fn load(machine: &mut Machine, id: DeviceId, address: u32, on: bool) {
    let Ok(device) = machine.device_mut(id) else { return };
    let Some(inet) = &mut device.inet else { return };
    let Some(group) = inet.groups.0.iter_mut().find(|group| group.address == address) else {
        return;
    };
    if std::mem::replace(&mut group.loaded, on) == on {
        return;
    }
    // Only Ethernet has a hardware address for each group.
    if device.hardware_type == HardwareType::ETHER {
        let [_, b, c, d] = address.to_be_bytes();
        let address = HardwareAddress::new(&[0x01, 0x00, 0x5e, b & 0x7f, c, d]);
        match on {
            true => dev_addr_lists::add(machine, id, Kind::Multicast, address),
            false => dev_addr_lists::remove(machine, id, Kind::Multicast, address),
        }
    }
}

/// Returns the text of /proc/net/igmp.
#[doc(alias = "igmp_mc_seq_show")]
pub(crate) fn proc_igmp(machine: &Machine, net: NetId) -> Result<Vec<u8>, Errno> {
    let mut text = b"Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n".to_vec();
    for id in machine.net(net)?.by_age() {
        let Ok(device) = machine.device(id) else { continue };
        let Some(inet) = &device.inet else { continue };
        let groups = &inet.groups.0;
        if groups.is_empty() {
            continue;
        }
        let mut name = device.name.as_bytes().to_vec();
        name.resize(name.len().max(10), b' ');
        text.extend_from_slice(format!("{}\t", device.index).as_bytes());
        text.extend_from_slice(&name);
        let mut rest = String::new();
        let _ = writeln!(rest, ": {:5} {:>7}", groups.len(), "V3");
        for group in groups {
            let word = u32::from_ne_bytes(group.address.to_be_bytes());
            let _ = writeln!(rest, "\t\t\t\t{word:08X} {:5} 0:{:08X}\t\t0", group.users, 0);
        }
        text.extend_from_slice(rest.as_bytes());
    }
    Ok(text)
}
