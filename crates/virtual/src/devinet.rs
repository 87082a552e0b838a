//! IPv4 addresses of devices (`net/ipv4/devinet.c`).

mod conf;
mod dump;
mod ioctl;
mod lifetime;
mod list;
mod netconf;
mod netlink;
mod saved;

pub(crate) use conf::{
    Conf, conf_get, conf_names, conf_set, conf_store, evicts_without_carrier, ignores_link_down,
    set_link_settings, write_link_settings,
};
pub(crate) use dump::{check_dump, dump};
pub(crate) use ioctl::{ioctl, records};
pub(crate) use lifetime::verify as verify_lifetime;
pub(crate) use list::{Address, AddressId, AddressList, mask};
pub(crate) use netconf::{dump as dump_netconf, get as get_netconf};
pub(crate) use netlink::{delete_address, new_address};

use crate::dev::{Cause, Device, DeviceId};
use crate::events::Event;
use crate::igmp::{self, Groups};
use crate::machine::Machine;
use crate::rtnetlink::Extended;
use crate::{arp, fib_frontend};
use conf::promotes_secondaries;
use ifctl_abi::netlink::MessageType;
use ifctl_abi::rtnetlink::{AddressFlags, RouteScope};
use ifctl_abi::{DeviceFlags, DeviceName, NAME_SIZE};
use ifctl_kernel::Errno;

/// What IPv4 keeps of a device.
#[doc(alias = "in_device")]
pub(crate) struct InDevice {
    pub(crate) addresses: AddressList,
    pub(crate) conf: Conf,
    pub(crate) groups: Groups,
    /// It is being destroyed: secondaries are not promoted any more.
    dead: bool,
}

/// What IPv4 keeps of a namespace, its routes apart.
pub(crate) struct Ipv4 {
    pub(crate) all: Conf,
    pub(crate) default: Conf,
    /// Counts changes to addresses, for dumps to notice.
    #[doc(alias = "dev_addr_genid")]
    pub(crate) generation: u32,
}

impl Default for Ipv4 {
    fn default() -> Self {
        Self { all: Conf::of_all(), default: Conf::of_new(), generation: 0 }
    }
}

/// The smallest MTU with which a device speaks IPv4.
#[doc(alias = "IPV4_MIN_MTU")]
const MIN_MTU: u32 = 68;

/// Flags that mean nothing to IPv4, and are not kept.
#[doc(alias = "IPV6ONLY_FLAGS")]
const IPV6_FLAGS: AddressFlags = AddressFlags::NODAD
    .union(AddressFlags::OPTIMISTIC)
    .union(AddressFlags::DADFAILED)
    .union(AddressFlags::HOMEADDRESS)
    .union(AddressFlags::TENTATIVE)
    .union(AddressFlags::MANAGETEMPADDR)
    .union(AddressFlags::STABLE_PRIVACY);

impl InDevice {
    /// Returns whether it is being destroyed.
    pub(crate) fn is_dead(&self) -> bool {
        self.dead
    }
}

impl Machine {
    /// Returns what IPv4 keeps of a device, if it speaks IPv4.
    #[doc(alias = "__in_dev_get_rtnl")]
    pub(crate) fn inet(&self, id: DeviceId) -> Option<&InDevice> {
        self.device(id).ok()?.inet.as_ref()
    }

    /// Returns what IPv4 keeps of a device, to change it.
    pub(crate) fn inet_mut(&mut self, id: DeviceId) -> Option<&mut InDevice> {
        self.device_mut(id).ok()?.inet.as_mut()
    }

    /// Returns the time in hundredths of a second.
    fn hundredths(&self) -> u64 {
        (self.now.as_millis() / 10) as u64
    }

    /// Returns the time in hundredths of a second as netlink tells it, which begins again after 497 days.
    #[doc(alias = "cstamp_delta")]
    pub(crate) fn stamp(&self) -> u32 {
        self.hundredths() as u32
    }
}

/// Adds an address to a device, if it is not there.
#[doc(alias = "inet_insert_ifa")]
pub(crate) fn insert(
    machine: &mut Machine,
    device: DeviceId,
    address: Address,
    cause: Cause,
    extended: &mut Extended,
) -> Result<(), Errno> {
    let Some(inet) = machine.inet(device) else { return Ok(()) };
    let found = inet.addresses.find(address.local, address.network(), address.prefix_length);
    match found {
        _ if address.local == 0 => Ok(()),
        Some(_) => Err(Errno::EEXIST),
        None => insert_new(machine, device, address, cause, extended),
    }
}

/// Adds an address to a device that does not have it: as a secondary if another one has its network.
#[doc(alias = "__inet_insert_ifa")]
fn insert_new(
    machine: &mut Machine,
    device: DeviceId,
    mut address: Address,
    cause: Cause,
    extended: &mut Extended,
) -> Result<(), Errno> {
    let arrival = machine.next_id();
    let Some(inet) = machine.inet_mut(device) else { return Ok(()) };
    address.flags.remove(AddressFlags::SECONDARY | IPV6_FLAGS);
    let (network, length) = (address.network(), address.prefix_length);
    let first = inet.addresses.in_group(network, length).next();
    if let Some(primary) = first.and_then(|first| inet.addresses.get(first)) {
        if primary.scope != address.scope {
            return Err(extended.refuse(Errno::EINVAL, "ipv4: Invalid scope value", None));
        }
        address.flags.insert(AddressFlags::SECONDARY);
    }
    let id = inet.addresses.insert(address, arrival);
    lifetime::watch(machine, device, id, &address);
    netlink::notify(machine, device, MessageType::NEWADDR, &address, cause);
    fib_frontend::address_up(machine, device, id);
    Ok(())
}

/// Takes an address from a device: with its secondaries, if it is their primary and none is to take
/// its place. Returns it.
#[doc(alias("inet_del_ifa", "__inet_del_ifa"))]
pub(crate) fn remove(
    machine: &mut Machine,
    device: DeviceId,
    id: AddressId,
    cause: Cause,
) -> Option<Address> {
    let inet = machine.inet(device)?;
    let address = inet.addresses.get(id)?;
    let (network, length) = (address.network(), address.prefix_length);
    let mut heir = None;
    if !inet.dead && !address.is_secondary() {
        if promotes_secondaries(machine, device) {
            heir = machine.inet(device)?.addresses.in_group(network, length).nth(1);
        } else {
            loop {
                let inet = machine.inet_mut(device)?;
                let Some(id) = inet.addresses.in_group(network, length).nth(1) else { break };
                let secondary = inet.addresses.remove(id)?;
                lifetime::forget(machine, device, id, &secondary);
                netlink::notify(machine, device, MessageType::DELADDR, &secondary, cause);
                fib_frontend::address_down(machine, device, &secondary);
            }
        }
    }
    if heir.is_some() {
        // The others' routes name the one that goes as their source: they come again with another.
        for secondary in others_of(machine, device, network, length) {
            fib_frontend::withdraw(machine, device, secondary, &address);
        }
    }
    machine.inet_mut(device)?.addresses.remove(id)?;
    lifetime::forget(machine, device, id, &address);
    netlink::notify(machine, device, MessageType::DELADDR, &address, cause);
    fib_frontend::address_down(machine, device, &address);
    if let Some(heir) = heir {
        promote(machine, device, heir, cause);
    }
    Some(address)
}

/// Returns the secondaries of a network.
fn others_of(machine: &Machine, device: DeviceId, network: u32, length: u8) -> Vec<AddressId> {
    let group = machine.inet(device).map(|inet| inet.addresses.in_group(network, length));
    let all = group.into_iter().flatten();
    let is_secondary = |id: &AddressId| {
        let address = machine.inet(device).and_then(|inet| inet.addresses.get(*id));
        address.is_some_and(|address| address.is_secondary())
    };
    all.filter(is_secondary).collect()
}

/// Makes a secondary the primary of its network, and gives the others routes that name it.
fn promote(machine: &mut Machine, device: DeviceId, heir: AddressId, cause: Cause) {
    let arrival = machine.next_id();
    let Some(inet) = machine.inet_mut(device) else { return };
    inet.addresses.promote(heir, arrival);
    let Some(address) = inet.addresses.get(heir) else { return };
    netlink::notify(machine, device, MessageType::NEWADDR, &address, cause);
    fib_frontend::address_up(machine, device, heir);
    for id in others_of(machine, device, address.network(), address.prefix_length) {
        fib_frontend::add_routes(machine, device, id);
    }
}

/// Follows what happens to a device.
#[doc(alias = "inetdev_event")]
pub(crate) fn event(machine: &mut Machine, id: DeviceId, event: Event) {
    let Ok(device) = machine.device(id) else { return };
    let (has_mtu, is_up, is_loopback) =
        (device.mtu >= MIN_MTU, device.is_up(), device.is_loopback());
    if device.inet.is_none() {
        match event {
            Event::Register => start(machine, id, is_loopback),
            Event::ChangeMtu if has_mtu => {
                // What is special about a loopback is so from its start alone.
                start(machine, id, false);
                if is_up {
                    igmp::up(machine, id);
                }
            }
            _ => {}
        }
        return;
    }
    match event {
        Event::Up if has_mtu => {
            if is_loopback {
                let mut own = Address::new(0x7f00_0001, 8, device.name);
                own.scope = RouteScope::HOST;
                own.flags = AddressFlags::PERMANENT;
                (own.created, own.updated) = (machine.stamp(), machine.hundredths());
                conf::touch(machine, id);
                // It may be there already.
                let _ = insert(machine, id, own, Cause::NONE, &mut Extended::default());
            }
            igmp::up(machine, id);
        }
        Event::Down => igmp::down(machine, id),
        Event::ChangeMtu if !has_mtu => destroy(machine, id),
        Event::Unregister => destroy(machine, id),
        Event::ChangeName => {
            rename(machine, id);
            // The settings move to the folder of the new name.
            if machine.device(id).is_ok_and(|device| device.inet.is_some()) {
                netconf::notify_end(machine, id);
                netconf::notify_start(machine, id);
            }
        }
        _ => {}
    }
}

/// Lets a device speak IPv4.
#[doc(alias = "inetdev_init")]
fn start(machine: &mut Machine, id: DeviceId, loopback: bool) {
    let Ok(device) = machine.device(id) else { return };
    let (name, net) = (device.name, device.net);
    let Ok(default) = machine.net(net).map(|net| net.ipv4.default.clone()) else { return };
    let conf = Conf::of_device(default, loopback);
    if let Ok(device) = machine.device_mut(id) {
        let groups = Groups::default();
        let addresses = AddressList::new(name);
        device.inet = Some(InDevice { addresses, conf, groups, dead: false });
    }
    netconf::notify_start(machine, id);
}

/// Takes all addresses from a device, which then does not speak IPv4 any more.
#[doc(alias = "inetdev_destroy")]
fn destroy(machine: &mut Machine, id: DeviceId) {
    if let Some(inet) = machine.inet_mut(id) {
        inet.dead = true;
    }
    igmp::destroy(machine, id);
    while let Some(first) = machine.inet(id).and_then(|inet| inet.addresses.first()) {
        remove(machine, id, first, Cause::NONE);
    }
    netconf::notify_end(machine, id);
    if let Ok(device) = machine.device_mut(id) {
        device.inet = None;
    }
    arp::down(machine, id);
}

/// Gives addresses labels of the device's new name.
#[doc(alias = "inetdev_changename")]
fn rename(machine: &mut Machine, id: DeviceId) {
    let Ok(name) = machine.device(id).map(|device| device.name) else { return };
    let Some(inet) = machine.inet_mut(id) else { return };
    let old: Vec<(AddressId, DeviceName)> =
        inet.addresses.iter().map(|(id, address)| (id, address.label)).collect();
    inet.addresses.rename(name);
    for (place, (address, old)) in (1_usize..).zip(old) {
        let label = if place == 1 { name } else { relabelled(name, old, place) };
        let Some(inet) = machine.inet_mut(id) else { return };
        inet.addresses.relabel(address, label);
        if let Some(address) = inet.addresses.get(address) {
            netlink::notify(machine, id, MessageType::NEWADDR, &address, Cause::NONE);
        }
    }
}

/// Returns the label that follows from an old one: the part from its first colon on stays, over the
/// end of the name where there is no room behind it.
fn relabelled(name: DeviceName, old: DeviceName, place: usize) -> DeviceName {
    let numbered = format!(":{place}");
    let colon = old.as_bytes().iter().position(|byte| *byte == b':');
    let part = match colon {
        Some(colon) => old.as_bytes().get(colon..).unwrap_or_default(),
        None => numbered.as_bytes(),
    };
    let room = (NAME_SIZE - 1).saturating_sub(part.len());
    let kept = name.as_bytes().len().min(room);
    DeviceName::truncated(&[name.as_bytes().get(..kept).unwrap_or_default(), part].concat())
}

/// Returns the prefix length that an address has by its class; none for a group's.
#[doc(alias = "inet_abc_len")]
pub(crate) fn class_length(address: u32) -> Option<u8> {
    match (address, address >> 28) {
        (0 | u32::MAX, _) => Some(0),
        (_, 0..=7) => Some(8),
        (_, 8..=11) => Some(16),
        (_, 12..=13) => Some(24),
        (_, 14) => None,
        (_, _) => Some(32),
    }
}

/// Returns the broadcast address that a class-made address gets.
fn class_broadcast(device: &Device, address: u32, length: u8) -> u32 {
    let has = device.flags.contains(DeviceFlags::BROADCAST) && length < 31;
    if has { address | !mask(length) } else { 0 }
}
