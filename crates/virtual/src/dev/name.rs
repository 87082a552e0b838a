//! Names of devices: which are allowed, how a pattern is filled, renaming.

use super::{DeviceId, assigned};
use crate::events::{Event, netdevice_event};
use crate::machine::Machine;
use crate::net_namespace::{Net, NetId};
use crate::release::Release;
use ifctl_abi::DeviceName;
use ifctl_kernel::Errno;

/// How many numbers a pattern may be filled with.
const PATTERN_NUMBERS: usize = 8 * 4096;

/// Finds a device by its name, cut at the first colon.
pub(crate) fn look_up(machine: &Machine, net: NetId, name: DeviceName) -> Result<DeviceId, Errno> {
    let base = name.as_bytes().split(|byte| *byte == b':').next();
    machine.net(net)?.name(base.unwrap_or_default())
}

/// Returns whether a device may have this name.
#[doc(alias = "dev_valid_name")]
pub(crate) fn is_valid_name(name: &[u8]) -> bool {
    !matches!(name, b"" | b"." | b"..")
        && name.len() < ifctl_abi::NAME_SIZE
        && !name.iter().any(|byte| matches!(byte, b'/' | b':') || is_space(*byte))
}

/// The kernel's `isspace`, which knows the no-break space of Latin-1.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r' | 0xa0)
}

/// Returns the name that a wanted name or pattern stands for in a namespace.
#[doc(alias("__dev_alloc_name", "dev_prep_valid_name"))]
pub(crate) fn prepare(net: &Net, wanted: DeviceName) -> Result<DeviceName, Errno> {
    let bytes = wanted.as_bytes();
    if !is_valid_name(bytes) {
        return Err(Errno::EINVAL);
    }
    let Some(percent) = bytes.iter().position(|byte| *byte == b'%') else {
        return if net.has_name(bytes) { Err(Errno::EEXIST) } else { Ok(wanted) };
    };
    let (before, after) = bytes.split_at(percent);
    let after = after.strip_prefix(b"%d").ok_or(Errno::EINVAL)?;
    if after.contains(&b'%') {
        return Err(Errno::EINVAL);
    }
    let numbered = |number: usize| {
        let text = [before, number.to_string().as_bytes(), after].concat();
        DeviceName::truncated(&text)
    };
    (0..PATTERN_NUMBERS)
        .map(numbered)
        .find(|name| !net.has_name(name.as_bytes()))
        .ok_or(Errno::ENFILE)
}

/// Renames a device, which may be up since Linux 6.2.
#[doc(alias = "dev_change_name")]
pub(crate) fn change_name(
    machine: &mut Machine,
    id: DeviceId,
    wanted: DeviceName,
) -> Result<(), Errno> {
    let device = machine.device(id)?;
    let (net, old) = (device.net, device.name);
    if device.is_up() && machine.release < Release::V6_12 {
        return Err(Errno::EBUSY);
    }
    if wanted == old {
        return Ok(());
    }
    let name = prepare(machine.net(net)?, wanted)?;
    let names = machine.net_mut(net)?;
    names.remove_name(old.as_bytes());
    names.add_name(name.as_bytes(), id);
    let device = machine.device_mut(id)?;
    device.name = name;
    device.name_assign_type = assigned::NAME_RENAMED;
    netdevice_event(machine, id, Event::ChangeName);
    Ok(())
}

/// Gives a device a further name, which may be of any bytes.
#[doc(alias = "netdev_name_node_alt_create")]
pub(crate) fn add_altname(machine: &mut Machine, id: DeviceId, name: &[u8]) -> Result<(), Errno> {
    let net = machine.device(id)?.net;
    let names = machine.net_mut(net)?;
    if names.has_name(name) {
        return Err(Errno::EEXIST);
    }
    names.add_name(name, id);
    machine.device_mut(id)?.altnames.push(name.into());
    Ok(())
}

/// Takes a further name from a device.
#[doc(alias = "netdev_name_node_alt_destroy")]
pub(crate) fn remove_altname(
    machine: &mut Machine,
    id: DeviceId,
    name: &[u8],
) -> Result<(), Errno> {
    let device = machine.device(id)?;
    let net = device.net;
    let has = machine.net(net)?.name(name).map_err(|_| Errno::ENOENT)?;
    if has != id || device.name.as_bytes() == name {
        return Err(Errno::EINVAL);
    }
    machine.net_mut(net)?.remove_name(name);
    machine.device_mut(id)?.altnames.retain(|altname| altname.as_ref() != name);
    Ok(())
}
