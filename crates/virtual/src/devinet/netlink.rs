//! Addresses in messages: RTM_NEWADDR, RTM_DELADDR.

use super::list::FOREVER;
use super::{Address, AddressId, conf, insert_new, lifetime, mask, remove};
use crate::dev::{Cause, Device, DeviceId};
use crate::machine::Machine;
use crate::release::Release;
use crate::rtnetlink::{Policy, Request, Rule, parse};
use crate::{af_netlink, fib_frontend, igmp};
use ifctl_abi::DeviceName;
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::{
    AddressCacheInfo, AddressFlags, AddressHeader, AddressProtocol, Family, Group, IFA_ADDRESS,
    IFA_BROADCAST, IFA_CACHEINFO, IFA_COUNT, IFA_FLAGS, IFA_LABEL, IFA_LOCAL, IFA_PROTO,
    IFA_RT_PRIORITY, IFA_TARGET_NETNSID,
};
use ifctl_kernel::Errno;
use ifctl_netlink::{Address as Told, AttributeTable, EncodeError, Encoder, Head};
use std::net::{IpAddr, Ipv4Addr};

/// `ifa_ipv4_policy`.
pub(super) const POLICY: &Policy = &[
    (IFA_LOCAL, Rule::Number(4)),
    (IFA_ADDRESS, Rule::Number(4)),
    (IFA_BROADCAST, Rule::Number(4)),
    (IFA_LABEL, Rule::Text(15)),
    (IFA_CACHEINFO, Rule::AtLeast(16)),
    (IFA_FLAGS, Rule::Number(4)),
    (IFA_RT_PRIORITY, Rule::Number(4)),
    (IFA_TARGET_NETNSID, Rule::Signed),
    (IFA_PROTO, Rule::Since(Release::V6_1, &Rule::Number(1))),
];

type Table<'m> = AttributeTable<'m, IFA_COUNT>;

/// Returns an address in host order.
fn ipv4(table: &Table<'_>, kind: u16) -> Option<u32> {
    table.get(kind)?.be32().ok()
}

fn label(table: &Table<'_>) -> Option<DeviceName> {
    table.text(IFA_LABEL).map(DeviceName::truncated)
}

/// Adds an address, or changes one.
#[doc(alias = "inet_rtm_newaddr")]
pub(crate) fn new_address(
    machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<(), Errno> {
    let (header, table): (AddressHeader, Table<'_>) = parse(request, POLICY)?;
    if header.prefix_length > 32 {
        return Err(request.refuse(Errno::EINVAL, "ipv4: Invalid prefix length"));
    }
    let Some(local) = ipv4(&table, IFA_LOCAL) else {
        return Err(request.refuse(Errno::EINVAL, "ipv4: Local address is not supplied"));
    };
    let told: Option<AddressCacheInfo> =
        table.get(IFA_CACHEINFO).and_then(|attribute| attribute.value().ok());
    let (valid, preferred) = told.map_or((FOREVER, FOREVER), |told| (told.valid, told.preferred));
    let is_wrong = valid == 0 || preferred > valid;
    let is_early = machine.release >= Release::V6_18;
    if is_wrong && is_early {
        return Err(request.refuse(Errno::EINVAL, "ipv4: address lifetime invalid"));
    }
    if local == 0 && is_early {
        return Ok(());
    }
    let Ok(id) = machine.net(request.caller.net)?.index(header.index) else {
        return Err(request.refuse(Errno::ENODEV, "ipv4: Device not found"));
    };
    let device = machine.device(id)?;
    let Some(inet) = &device.inet else { return Err(Errno::ENOBUFS) };
    if is_wrong {
        conf::touch(machine, id);
        return Err(request.refuse(Errno::EINVAL, "ipv4: address lifetime invalid"));
    }
    if local == 0 {
        conf::touch(machine, id);
        return Ok(());
    }
    let header_flags = AddressFlags::from_bits_retain(u32::from(header.flags));
    let mut address = Address {
        address: ipv4(&table, IFA_ADDRESS).unwrap_or(local),
        broadcast: ipv4(&table, IFA_BROADCAST).unwrap_or(0),
        scope: header.scope,
        protocol: table.u8(IFA_PROTO).ok().flatten().unwrap_or(0),
        flags: table.value(IFA_FLAGS).ok().flatten().unwrap_or(header_flags),
        priority: table.u32(IFA_RT_PRIORITY).ok().flatten().unwrap_or(0),
        ..Address::new(local, header.prefix_length, label(&table).unwrap_or(device.name))
    };
    let found = inet.addresses.find(local, address.network(), address.prefix_length);
    conf::touch(machine, id);
    let Some(found) = found else {
        lifetime::set(machine, &mut address, valid, preferred);
        if address.flags.contains(AddressFlags::MCAUTOJOIN) && !join(machine, id, &address) {
            return Err(request.refuse(Errno::EINVAL, "ipv4: Multicast auto join failed"));
        }
        return insert_new(machine, id, address, request.cause, request.extended);
    };
    if request.has(MessageFlags::EXCL) || !request.has(MessageFlags::REPLACE) {
        return Err(request.refuse(Errno::EEXIST, "ipv4: Address already assigned"));
    }
    replace(machine, id, found, address, (valid, preferred), request.cause)
}

/// Gives an address the metric, protocol and lifetimes of another; the rest of it stays.
fn replace(
    machine: &mut Machine,
    device: DeviceId,
    id: AddressId,
    new: Address,
    (valid, preferred): (u32, u32),
    cause: Cause,
) -> Result<(), Errno> {
    let found = machine.inet(device).and_then(|inet| inet.addresses.get(id));
    let mut address = found.ok_or(Errno::ENODEV)?;
    if address.priority != new.priority {
        fib_frontend::modify_prefix_metric(machine, device, &address, new.priority);
        address.priority = new.priority;
    }
    if machine.release >= Release::V6_12 {
        address.protocol = new.protocol;
    }
    lifetime::forget(machine, device, id, &address);
    lifetime::set(machine, &mut address, valid, preferred);
    if let Some(inet) = machine.inet_mut(device) {
        inet.addresses.update(id, &address);
    }
    lifetime::watch(machine, device, id, &address);
    notify(machine, device, MessageType::NEWADDR, &address, cause);
    Ok(())
}

/// Joins the group that an address is; it must be one.
#[doc(alias = "ip_mc_autojoin_config")]
fn join(machine: &mut Machine, device: DeviceId, address: &Address) -> bool {
    let is_group = address.address >> 28 == 14;
    if is_group {
        igmp::join(machine, device, address.address);
    }
    is_group
}

/// Deletes the first address that is as it is told to be.
#[doc(alias = "inet_rtm_deladdr")]
pub(crate) fn delete_address(
    machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<(), Errno> {
    let (header, table): (AddressHeader, Table<'_>) = parse(request, POLICY)?;
    let device = machine.net(request.caller.net)?.index(header.index).ok();
    let Some(device) = device.filter(|device| machine.inet(*device).is_some()) else {
        return Err(request.refuse(Errno::ENODEV, "ipv4: Device not found"));
    };
    let Some((id, address)) = find(machine, device, header.prefix_length, &table) else {
        return Err(request.refuse(Errno::EADDRNOTAVAIL, "ipv4: Address not found"));
    };
    if address.address >> 28 == 14 && address.flags.contains(AddressFlags::MCAUTOJOIN) {
        igmp::leave(machine, device, address.address);
    }
    remove(machine, device, id, request.cause);
    Ok(())
}

/// Finds the first address that has what a request names; by the narrowest index that there is for it.
fn find(
    machine: &Machine,
    device: DeviceId,
    length: u8,
    table: &Table<'_>,
) -> Option<(AddressId, Address)> {
    let list = &machine.inet(device)?.addresses;
    let (local, address) = (ipv4(table, IFA_LOCAL), ipv4(table, IFA_ADDRESS));
    let label = label(table);
    let fits = |id: &AddressId| {
        list.get(*id).is_some_and(|found| {
            local.is_none_or(|local| found.local == local)
                && label.is_none_or(|label| found.label == label)
                && address.is_none_or(|address| {
                    found.prefix_length == length && found.network() == address & mask(length)
                })
        })
    };
    let first = |one, other| if list.is_before(one, other) { one } else { other };
    let id = match (local, address, label) {
        (Some(local), _, _) => list.with_local(local).filter(fits).reduce(first),
        (_, Some(_), _) if length > 32 => None,
        (_, Some(address), _) => list.in_group(address & mask(length), length).find(fits),
        (_, _, Some(label)) => list.with_label(label).find(fits),
        _ => list.first(),
    }?;
    Some((id, list.get(id)?))
}

/// Writes an address.
#[doc(alias = "inet_fill_ifaddr")]
pub(super) fn fill(
    machine: &Machine,
    device: &Device,
    address: &Address,
    head: Head,
    encoder: &mut Encoder,
) -> Result<(), EncodeError> {
    let shown = |address: u32| Some(Ipv4Addr::from_bits(address)).filter(|a| !a.is_unspecified());
    let (mut preferred, mut valid) = (FOREVER, FOREVER);
    if !address.flags.contains(AddressFlags::PERMANENT) {
        (preferred, valid) = (address.preferred, address.valid);
        if preferred != FOREVER {
            let age = lifetime::age(machine, address);
            preferred = preferred.saturating_sub(age);
            if valid != FOREVER {
                valid = valid.saturating_sub(age);
            }
        }
    }
    let (created, updated) = (address.created, address.updated as u32);
    let told = Told {
        family: Family::INET,
        index: device.index,
        prefix_length: address.prefix_length,
        scope: address.scope,
        flags: address.flags,
        local: shown(address.local).map(IpAddr::V4),
        address: shown(address.address).map(IpAddr::V4),
        broadcast: shown(address.broadcast),
        label: Some(address.label.as_bytes()).filter(|label| !label.is_empty()),
        protocol: Some(AddressProtocol(address.protocol)).filter(|protocol| protocol.0 != 0),
        priority: Some(address.priority).filter(|priority| *priority != 0),
        cache_info: Some(AddressCacheInfo { preferred, valid, created, updated }),
    };
    told.encode(head, encoder)
}

/// Tells listeners of an address that came, went or changed.
#[doc(alias = "rtmsg_ifa")]
pub(super) fn notify(
    machine: &mut Machine,
    device: DeviceId,
    kind: MessageType,
    address: &Address,
    cause: Cause,
) {
    let Ok(device) = machine.device(device) else { return };
    let (net, group) = (device.net, Group::IPV4_IFADDR);
    if !cause.echo && !af_netlink::has_listeners(machine, net, group) {
        return;
    }
    let flags = MessageFlags::empty();
    let head = Head { kind, flags, sequence: cause.sequence, port: cause.port };
    let mut encoder = Encoder::new();
    if fill(machine, device, address, head, &mut encoder).is_ok() {
        let echo_to = cause.echo.then_some(cause.port);
        af_netlink::notify(machine, net, group, echo_to, encoder.into_bytes());
    }
}
