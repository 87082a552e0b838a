//! A device changed by a message: in Linux' order, until something is refused.

use super::{POLICY, Table, check_namespace, meant};
use crate::dev::{self, Device, DeviceId, HardwareAddress, LEGACY_SIZE, MtuError, Segmentation};
use crate::dev::{LONGEST_SIZE, MOST_SEGMENTS};
use crate::drivers;
use crate::events::{Event, netdevice_event};
use crate::machine::Machine;
use crate::rtnetlink::{Extended, Request, af_spec, parse};
use ifctl_abi::netlink::AttributeHeader;
use ifctl_abi::rtnetlink::*;
use ifctl_abi::{DeviceFlags, DeviceName};
use ifctl_kernel::Errno;

/// Changes a device.
#[doc(alias = "rtnl_setlink")]
pub(in crate::rtnetlink) fn set_link(
    machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<(), Errno> {
    let (header, table): (LinkHeader, Table<'_>) = parse(request, POLICY)?;
    check_namespace(request, &table)?;
    let id = meant(machine, request, &header, &table)?;
    apply(machine, request, id, &header, &table)
}

/// Makes the changes that a message asks for. Those before the first that is refused stay.
#[doc(alias = "do_setlink")]
pub(super) fn apply(
    machine: &mut Machine,
    request: &mut Request<'_, '_>,
    id: DeviceId,
    header: &LinkHeader,
    table: &Table<'_>,
) -> Result<(), Errno> {
    let mut told = false;
    let changed = change(machine, request, id, header, table, &mut told);
    if told {
        dev::state_change(machine, id);
    }
    changed
}

/// Does so for a device whose driver's settings were changed already, of which listeners are to know
/// whatever becomes of the rest.
pub(super) fn apply_after_driver(
    machine: &mut Machine,
    request: &mut Request<'_, '_>,
    id: DeviceId,
    header: &LinkHeader,
    table: &Table<'_>,
) -> Result<(), Errno> {
    let changed = change(machine, request, id, header, table, &mut false);
    dev::state_change(machine, id);
    changed
}

/// Sets `told` if listeners are to be told at the end, in one go.
fn change(
    machine: &mut Machine,
    request: &mut Request<'_, '_>,
    id: DeviceId,
    header: &LinkHeader,
    table: &Table<'_>,
    told: &mut bool,
) -> Result<(), Errno> {
    let device = machine.device(id)?;
    check(&device.address, &device.segmentation, table, request.extended)?;
    let number = |kind| table.u32(kind).ok().flatten();
    let byte = |kind| table.u8(kind).ok().flatten();
    if let Some(map) = table.value::<LinkMap>(IFLA_MAP).ok().flatten() {
        drivers::set_link_map(machine, id, &map)?;
        *told = true;
    }
    if let Some(address) = table.bytes(IFLA_ADDRESS) {
        let hardware_type = machine.device(id)?.hardware_type;
        dev::set_mac_address(machine, id, hardware_type, address)?;
    }
    if let Some(mtu) = number(IFLA_MTU) {
        dev::set_mtu(machine, id, mtu.cast_signed()).map_err(|error| {
            say(&error, request.extended);
            error.errno()
        })?;
    }
    if let Some(group) = number(IFLA_GROUP) {
        machine.device_mut(id)?.group = group;
        *told = true;
    }
    let name = DeviceName::truncated(table.text(IFLA_IFNAME).unwrap_or_default());
    if header.index > 0 && !name.is_empty() {
        dev::change_name(machine, id, name)?;
    }
    if let Some(alias) = table.get(IFLA_IFALIAS) {
        machine.device_mut(id)?.alias = alias.text().to_vec();
        *told = true;
    }
    if let Some(address) = table.bytes(IFLA_BROADCAST) {
        let device = machine.device_mut(id)?;
        let length = device.address.as_bytes().len();
        device.broadcast = HardwareAddress::new(address.get(..length).unwrap_or(address));
        netdevice_event(machine, id, Event::ChangeAddress);
    }
    if header.flags != 0 || header.change != 0 {
        let flags = combined_flags(machine.device(id)?, header);
        dev::change_flags(machine, id, flags, dev::Cause::NONE)?;
    }
    if let Some(master) = number(IFLA_MASTER) {
        set_master(machine, id, master, request.extended)?;
    }
    if let Some(carrier) = byte(IFLA_CARRIER) {
        drivers::change_carrier(machine, id, carrier != 0)?;
    }
    if let Some(length) = number(IFLA_TXQLEN) {
        dev::change_tx_queue_length(machine, id, length)?;
    }
    apply_segmentation(&mut machine.device_mut(id)?.segmentation, table);
    if let Some(state) = byte(IFLA_OPERSTATE) {
        set_oper_state(machine, id, OperationalState(state))?;
    }
    if let Some(mode) = byte(IFLA_LINKMODE) {
        let device = machine.device_mut(id)?;
        *told |= device.link_mode != mode;
        device.link_mode = mode;
    }
    if let Some(list) = table.get(IFLA_VFINFO_LIST) {
        /// `IFLA_VF_INFO`.
        const INFO: u16 = 1;
        if let Some(info) = list.nested().next() {
            if info.kind() != INFO || info.bytes().len() < size_of::<AttributeHeader>() {
                return Err(Errno::EINVAL);
            }
            // No device here has virtual functions, whatever is asked of one.
            let asks = info.nested().next().is_some();
            return Err(if asks { Errno::EOPNOTSUPP } else { Errno::EINVAL });
        }
    }
    if table.get(IFLA_VF_PORTS).is_some() || table.get(IFLA_PORT_SELF).is_some() {
        return Err(Errno::EOPNOTSUPP);
    }
    if let Some(settings) = table.get(IFLA_AF_SPEC) {
        af_spec::set(machine, id, &settings)?;
        *told = true;
    }
    if byte(IFLA_PROTO_DOWN).is_some() || table.get(IFLA_PROTO_DOWN_REASON).is_some() {
        return Err(request.refuse(Errno::EOPNOTSUPP, "Protodown not supported by device"));
    }
    Ok(())
}

/// Checks what is checked before anything is changed.
#[doc(alias = "validate_linkmsg")]
pub(super) fn check(
    address: &HardwareAddress,
    pieces: &Segmentation,
    table: &Table<'_>,
    extended: &mut Extended,
) -> Result<(), Errno> {
    for kind in [IFLA_ADDRESS, IFLA_BROADCAST] {
        if table.bytes(kind).is_some_and(|bytes| bytes.len() < address.as_bytes().len()) {
            return Err(Errno::EINVAL);
        }
    }
    let segments = pieces.tso_max_segments.min(MOST_SEGMENTS);
    for (kind, most, text) in [
        (IFLA_GSO_MAX_SIZE, pieces.tso_max_size, "too big gso_max_size"),
        (IFLA_GSO_MAX_SEGS, segments, "too big gso_max_segs"),
        (IFLA_GRO_MAX_SIZE, LONGEST_SIZE, "too big gro_max_size"),
        (IFLA_GSO_IPV4_MAX_SIZE, pieces.tso_max_size, "too big gso_ipv4_max_size"),
        (IFLA_GRO_IPV4_MAX_SIZE, LONGEST_SIZE, "too big gro_ipv4_max_size"),
    ] {
        if table.u32(kind).ok().flatten().is_some_and(|number| number > most) {
            return Err(extended.refuse(Errno::EINVAL, text, None));
        }
    }
    Ok(())
}

/// Checks an MTU for a device that is not there yet.
#[doc(alias = "dev_validate_mtu")]
pub(super) fn check_mtu(least: u32, most: u32, mtu: u32) -> Result<(), MtuError> {
    if i32::try_from(mtu).is_err() || mtu < least {
        Err(MtuError::BelowMinimum)
    } else if most > 0 && mtu > most {
        Err(MtuError::AboveMaximum)
    } else {
        Ok(())
    }
}

/// Gives the text that goes with an MTU that is not taken.
pub(super) fn say(error: &MtuError, extended: &mut Extended) {
    match error {
        MtuError::BelowMinimum => extended.say("mtu less than device minimum"),
        MtuError::AboveMaximum => extended.say("mtu greater than device maximum"),
        MtuError::Refused(_) => {}
    }
}

/// Sets how long a piece may be; a size for IPv4 follows that for all up to where it once ended.
#[doc(alias("netif_set_gso_max_size", "netif_set_gro_max_size"))]
pub(super) fn apply_segmentation(pieces: &mut Segmentation, table: &Table<'_>) {
    let number = |kind| table.u32(kind).ok().flatten();
    if let Some(size) = number(IFLA_GSO_MAX_SIZE) {
        pieces.gso_max_size = size;
        if size <= LEGACY_SIZE {
            pieces.gso_ipv4_max_size = size;
        }
    }
    if let Some(segments) = number(IFLA_GSO_MAX_SEGS) {
        pieces.gso_max_segments = segments;
    }
    if let Some(size) = number(IFLA_GRO_MAX_SIZE) {
        pieces.gro_max_size = size;
        if size <= LEGACY_SIZE {
            pieces.gro_ipv4_max_size = size;
        }
    }
    if let Some(size) = number(IFLA_GSO_IPV4_MAX_SIZE) {
        pieces.gso_ipv4_max_size = size;
    }
    if let Some(size) = number(IFLA_GRO_IPV4_MAX_SIZE) {
        pieces.gro_ipv4_max_size = size;
    }
}

/// Returns the whole flag word that a message asks for.
#[doc(alias = "rtnl_dev_combined_flags")]
pub(super) fn combined_flags(device: &Device, header: &LinkHeader) -> DeviceFlags {
    let flags = DeviceFlags::from_bits_retain(header.flags);
    if header.change == 0 {
        return flags;
    }
    let change = DeviceFlags::from_bits_retain(header.change);
    let counted = DeviceFlags::PROMISC | DeviceFlags::ALLMULTI;
    let current = device.flags.difference(counted) | (device.user_flags & counted);
    (flags & change) | current.difference(change)
}

/// Sets the state that a supplicant moves: only to and from dormant and testing.
#[doc(alias = "set_operstate")]
fn set_oper_state(
    machine: &mut Machine,
    id: DeviceId,
    wanted: OperationalState,
) -> Result<(), Errno> {
    use OperationalState as State;
    let device = machine.device_mut(id)?;
    let current = device.oper_state;
    let held = [State::DORMANT, State::TESTING, State::UNKNOWN];
    let next = match wanted {
        State::UP if held.contains(&current) => State::UP,
        State::TESTING if device.is_oper_up() => State::TESTING,
        State::DORMANT if device.is_oper_up() => State::DORMANT,
        _ => return Ok(()),
    };
    if next != current {
        device.oper_state = next;
        dev::state_change(machine, id);
    }
    Ok(())
}

/// Makes a device a port of the device of this index, and no longer of another; 0: of none.
#[doc(alias = "do_set_master")]
pub(super) fn set_master(
    machine: &mut Machine,
    id: DeviceId,
    index: u32,
    extended: &mut Extended,
) -> Result<(), Errno> {
    let device = machine.device(id)?;
    let net = device.net;
    if let Some(master) = device.master {
        if machine.device(master)?.index == index {
            return Ok(());
        }
        drivers::remove_port(machine, master, id)?;
    }
    if index == 0 {
        return Ok(());
    }
    let master = machine.net(net)?.index(index).map_err(|_| Errno::EINVAL)?;
    drivers::add_port(machine, master, id, extended)
}
