//! IP aliases as Linux 2.0 had them, for who asks for that: a module, 256 for each device
//! (`net/core/net_alias.c` and `net/ipv4/ip_alias.c` of that time).
//!
//! An alias is still an address with a label, as today; what differs is which names are aliases, who
//! may make one and when, which mask it gets, and /proc/net/aliases and alias_types, which tell of them.

use crate::caller::{Caller, Capabilities};
use crate::dev::{Cause, DeviceId};
use crate::devinet::{self, AddressId};
use crate::events::Event;
use crate::machine::Machine;
use crate::net_namespace::NetId;
use ifctl_abi::ioctl::{SIOCSIFADDR, SIOCSIFNETMASK};
use ifctl_abi::{DeviceFlags, DeviceName};
use ifctl_kernel::Errno;
use std::collections::BTreeMap;
use std::io::Write;
use std::net::Ipv4Addr;

/// How many aliases a device may have.
#[doc(alias = "NET_ALIAS_MAX_DEFAULT")]
const SLOTS: u32 = 256;

/// The one module that there is.
const MODULE: &str = "ip_alias";

/// How a kernel knows IP aliases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IpAlias {
    /// They are labels of addresses, as many as there is room for: Linux since 2.2.
    #[default]
    BuiltIn,
    /// They are a module, which is not loaded yet, for 256 aliases on each device: Linux 2.0.
    Module,
}

/// What a kernel with the module keeps.
#[derive(Debug, Default)]
pub(crate) struct NetAlias {
    pub(crate) is_loaded: bool,
    /// The prefix lengths that devices were given, which outlast their addresses.
    pub(crate) masks: BTreeMap<DeviceId, u8>,
}

/// Loads a module.
#[doc(alias = "init_module")]
pub(crate) fn insert_module(
    machine: &mut Machine,
    caller: Caller,
    name: &str,
) -> Result<(), Errno> {
    caller.must_have(Capabilities::SYS_MODULE)?;
    match (&mut machine.net_alias, name) {
        (Some(aliases), MODULE) if !aliases.is_loaded => aliases.is_loaded = true,
        // What is built in is there as well.
        (_, MODULE) => return Err(Errno::EEXIST),
        _ => return Err(Errno::ENOENT),
    }
    Ok(())
}

/// Unloads a module that nothing uses.
#[doc(alias = "delete_module")]
pub(crate) fn remove_module(
    machine: &mut Machine,
    caller: Caller,
    name: &str,
) -> Result<(), Errno> {
    caller.must_have(Capabilities::SYS_MODULE)?;
    let in_use = machine.nets.keys().any(|net| aliases(machine, *net).next().is_some());
    match (&mut machine.net_alias, name) {
        (Some(aliases), MODULE) if aliases.is_loaded && in_use => Err(Errno::EBUSY),
        (Some(aliases), MODULE) if aliases.is_loaded => {
            aliases.is_loaded = false;
            Ok(())
        }
        _ => Err(Errno::ENOENT),
    }
}

/// What a name with a colon stands for.
pub(crate) enum Alias {
    /// The alias of this name, which has the slot's number without zeros before it.
    Named(DeviceName),
    /// The same, to be taken away: its name ends in `-`.
    Deleted(DeviceName),
}

/// Returns what a name with a colon stands for, where aliases are a module's.
#[doc(alias = "net_alias_dev_get")]
pub(crate) fn parse(label: DeviceName) -> Result<Alias, Errno> {
    let slot = label.suffix().ok_or(Errno::ENODEV)?;
    let (digits, is_deleted) = match slot.strip_suffix(b"-") {
        Some(digits) => (digits, true),
        None => (slot, false),
    };
    let number = std::str::from_utf8(digits)
        .ok()
        .filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|text| text.parse().ok())
        .filter(|number: &u32| *number < SLOTS)
        .ok_or(Errno::ENODEV)?;
    let mut name = label.base().as_bytes().to_vec();
    name.extend_from_slice(format!(":{number}").as_bytes());
    let name = DeviceName::truncated(&name);
    Ok(if is_deleted { Alias::Deleted(name) } else { Alias::Named(name) })
}

/// Refuses what cannot be asked of an alias that is not there: all but making it, with the module
/// loaded, on a device that is up.
#[doc(alias = "net_alias_dev_create")]
pub(crate) fn admit(machine: &Machine, device: DeviceId, number: u32) -> Result<(), Errno> {
    if number != SIOCSIFADDR {
        return Err(Errno::ENODEV);
    }
    if !machine.device(device)?.is_up() {
        return Err(Errno::EIO);
    }
    match &machine.net_alias {
        Some(aliases) if !aliases.is_loaded => Err(Errno::EINVAL),
        _ => Ok(()),
    }
}

/// The flags that an alias had from its device.
pub(crate) const FLAGS: DeviceFlags = DeviceFlags::UP
    .union(DeviceFlags::BROADCAST)
    .union(DeviceFlags::RUNNING)
    .union(DeviceFlags::NOARP)
    .union(DeviceFlags::LOOPBACK)
    .union(DeviceFlags::POINTOPOINT);

/// Returns whether a name is an alias's, where aliases are as good as devices; one that is not there is
/// no device.
pub(crate) fn is_one(machine: &Machine, device: DeviceId, name: DeviceName) -> Result<bool, Errno> {
    if machine.net_alias.is_none() || !name.is_alias() {
        return Ok(false);
    }
    let (Alias::Named(name) | Alias::Deleted(name)) = parse(name)?;
    let found = machine.inet(device).and_then(|inet| inet.addresses.with_label(name).next());
    found.map(|_| true).ok_or(Errno::ENODEV)
}

/// Notes a mask that a device is given.
pub(crate) fn keep_mask(machine: &mut Machine, device: DeviceId, number: u32, mask: u32) {
    if let Some(aliases) = &mut machine.net_alias
        && number == SIOCSIFNETMASK
    {
        aliases.masks.insert(device, mask.leading_ones() as u8);
    }
}

/// Returns the prefix length for a new address, if one was set before: for the name, which is `known`,
/// or for its device.
pub(crate) fn kept_length(machine: &Machine, id: DeviceId, known: Option<u8>) -> Option<u8> {
    let aliases = machine.net_alias.as_ref()?;
    let of_device = || {
        let device = machine.device(id).ok()?;
        let addresses = &device.inet.as_ref()?.addresses;
        let main = addresses.with_label(device.name).next()?;
        Some(addresses.get(main)?.prefix_length)
    };
    known.or_else(of_device).or_else(|| aliases.masks.get(&id).copied())
}

/// Returns the aliases of a namespace.
fn aliases(
    machine: &Machine,
    net: NetId,
) -> impl Iterator<Item = (DeviceId, AddressId, DeviceName, u32)> + '_ {
    let devices = machine.net(net).ok().into_iter().flat_map(|net| net.by_age());
    devices.flat_map(|device| {
        let inet = machine.inet(device).into_iter();
        inet.flat_map(move |inet| {
            inet.addresses
                .iter()
                .filter(|(_, address)| address.label.is_alias())
                .map(move |(id, address)| (device, id, address.label, address.local))
        })
    })
}

/// Takes the aliases of a device away when it goes down.
#[doc(alias = "net_alias_dev_rcv")]
pub(crate) fn event(machine: &mut Machine, device: DeviceId, event: Event) {
    let Some(kept) = &mut machine.net_alias else { return };
    match event {
        Event::Down => {}
        Event::Unregister => {
            kept.masks.remove(&device);
            return;
        }
        _ => return,
    }
    let Ok(net) = machine.device(device).map(|device| device.net) else { return };
    // One at a time: with a primary its secondaries may go.
    loop {
        let next = aliases(machine, net).find(|(on, ..)| *on == device);
        let Some((_, id, ..)) = next else { return };
        if devinet::remove(machine, device, id, Cause::NONE).is_none() {
            return;
        }
    }
}

/// Returns the text of /proc/net/aliases, which only a kernel with the module has.
#[doc(alias = "net_alias_getinfo")]
pub(crate) fn proc_aliases(machine: &Machine, net: NetId) -> Result<Vec<u8>, Errno> {
    machine.net_alias.as_ref().ok_or(Errno::ENOENT)?;
    let mut text = Vec::new();
    record(&mut text, b"device         family    address", b"");
    for (_, _, name, local) in aliases(machine, net) {
        let mut line = name.as_bytes().to_vec();
        line.resize(line.len().max(16), b' ');
        let address = Ipv4Addr::from_bits(local);
        record(&mut text, &line, format!(" {:<6} {address}", 2).as_bytes());
    }
    Ok(text)
}

/// Writes a line of 63 columns.
fn record(text: &mut Vec<u8>, start: &[u8], end: &[u8]) {
    let first = text.len();
    text.extend_from_slice(start);
    text.extend_from_slice(end);
    text.resize(text.len().max(first + 63), b' ');
    text.push(b'\n');
}

/// Returns the text of /proc/net/alias_types.
#[doc(alias = "net_alias_types_getinfo")]
pub(crate) fn proc_alias_types(machine: &Machine, net: NetId) -> Result<Vec<u8>, Errno> {
    let is_loaded = machine.net_alias.as_ref().ok_or(Errno::ENOENT)?.is_loaded;
    let mut text = b"type    name            n_attach\n".to_vec();
    if is_loaded {
        let count = aliases(machine, net).count();
        writeln!(text, "{:<7} {:<15} {count:<7}", 2, "ip").map_err(|_| Errno::ENOMEM)?;
    }
    Ok(text)
}
