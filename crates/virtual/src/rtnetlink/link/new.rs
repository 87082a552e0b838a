//! `RTM_NEWLINK`: a device made, or one that is there changed.

use super::change::{self, set_master};
use super::{INFO_POLICY, POLICY, Table, check_namespace, check_namespace_count, named};
use crate::dev::{self, Cause, DeviceId, HardwareAddress, NewDevice, assigned};
use crate::drivers::{self, Kind, Parameters};
use crate::machine::Machine;
use crate::rtnetlink::{Extended, Request, parse, parse_nested};
use ifctl_abi::DeviceName;
use ifctl_abi::netlink::MessageFlags;
use ifctl_abi::rtnetlink::*;
use ifctl_kernel::Errno;
use ifctl_netlink::{Attribute, AttributeTable};

/// The most queues that a device may have.
const MOST_QUEUES: u32 = 4096;

/// Makes a device, or changes one.
#[doc(alias("rtnl_newlink", "__rtnl_newlink"))]
pub(in crate::rtnetlink) fn new_link(
    machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<(), Errno> {
    let (header, table): (LinkHeader, Table<'_>) = parse(request, POLICY)?;
    check_namespace_count(request, &table)?;
    let info: Option<AttributeTable<'_, IFLA_INFO_COUNT>> = match table.get(IFLA_LINKINFO) {
        // What is wrong in there is not told.
        Some(info) => {
            Some(parse_nested(&mut Extended::of(machine.release), info.nested(), INFO_POLICY)?)
        }
        None => None,
    };
    let of_info = |kind| info.as_ref().and_then(|info| info.get(kind));
    let kind = of_info(IFLA_INFO_KIND).and_then(|kind| drivers::kind_named(machine, kind.text()));
    let data = of_info(IFLA_INFO_DATA);
    if let Some(kind) = kind {
        drivers::check_data(kind, &table, data.as_ref(), request.extended)?;
    }
    let net = request.caller.net;
    if let Some(number) = table.get(IFLA_LINK_NETNSID).and_then(|number| number.i32().ok()) {
        let mut known = machine.net(net)?.numbers.values();
        if !known.any(|known| known.cast_signed() == number) {
            return Err(request.refuse(Errno::EINVAL, "Unknown network namespace id"));
        }
    }
    check_namespace(request, &table)?;
    let present = match u32::try_from(header.index) {
        Err(_) => return Err(request.refuse(Errno::EINVAL, "ifindex can't be negative")),
        Ok(0) => named(machine, request, &table).ok(),
        Ok(index) => machine.net(net)?.index(index).ok(),
    };
    if let Some(id) = present {
        if request.has(MessageFlags::EXCL) {
            return Err(Errno::EEXIST);
        }
        if request.has(MessageFlags::REPLACE) {
            return Err(Errno::EOPNOTSUPP);
        }
        if let Some(data) = data {
            let of_device = machine.device(id).ok().and_then(drivers::kind);
            if kind.is_none() || kind.map(Kind::name) != of_device {
                return Err(Errno::EOPNOTSUPP);
            }
            drivers::change_link(machine, id, &data, request.extended)?;
            return change::apply_after_driver(machine, request, id, &header, &table);
        }
        if of_info(IFLA_INFO_SLAVE_DATA).is_some() {
            return Err(Errno::EOPNOTSUPP);
        }
        return change::apply(machine, request, id, &header, &table);
    }
    if !request.has(MessageFlags::CREATE) {
        let names_none = [IFLA_IFNAME, IFLA_ALT_IFNAME].iter().all(|k| table.get(*k).is_none());
        let for_group = header.index == 0 && names_none;
        let Some(group) = table.u32(IFLA_GROUP).ok().flatten().filter(|_| for_group) else {
            return Err(Errno::ENODEV);
        };
        return change_group(machine, request, group, &header, &table);
    }
    if table.get(IFLA_MAP).is_some() || table.get(IFLA_PROTINFO).is_some() {
        return Err(Errno::EOPNOTSUPP);
    }
    let Some(kind) = kind else {
        return Err(request.refuse(Errno::EOPNOTSUPP, "Unknown device type"));
    };
    create(machine, request, kind, &header, &table, data.as_ref())
}

#[doc(alias = "rtnl_group_changelink")]
fn change_group(
    machine: &mut Machine,
    request: &mut Request<'_, '_>,
    group: u32,
    header: &LinkHeader,
    table: &Table<'_>,
) -> Result<(), Errno> {
    let members: Vec<DeviceId> = machine
        .net(request.caller.net)?
        .by_age()
        .filter(|id| machine.device(*id).is_ok_and(|device| device.group == group))
        .collect();
    members.into_iter().try_for_each(|id| change::apply(machine, request, id, header, table))
}

#[doc(alias = "rtnl_newlink_create")]
fn create(
    machine: &mut Machine,
    request: &mut Request<'_, '_>,
    kind: Kind,
    header: &LinkHeader,
    table: &Table<'_>,
    data: Option<&Attribute<'_>>,
) -> Result<(), Errno> {
    let net = request.caller.net;
    let mut new = prepare(machine, kind, table, request.extended)?;
    if let Some(name) = table.text(IFLA_IFNAME) {
        new.name = DeviceName::truncated(name);
        new.name_assign_type = assigned::NAME_BY_USER;
    }
    new.index = u32::try_from(header.index).ok().filter(|index| *index > 0);
    let parameters = Parameters { net, table, data, extended: request.extended };
    let id = drivers::new_link(machine, kind, new, parameters)?;
    let made = configure(machine, id, header, request.cause).and_then(|()| {
        match table.u32(IFLA_MASTER).ok().flatten() {
            Some(master) => set_master(machine, id, master, request.extended),
            None => Ok(()),
        }
    });
    if made.is_err() {
        let gone = drivers::with_companions(machine, [id]);
        dev::unregister(machine, &gone, Cause::NONE)?;
    }
    made
}

/// Returns a device of this kind as a message wants it, its name the kind's pattern.
#[doc(alias = "rtnl_create_link")]
pub(crate) fn prepare(
    machine: &mut Machine,
    kind: Kind,
    table: &Table<'_>,
    extended: &mut Extended,
) -> Result<NewDevice, Errno> {
    let number = |kind| table.u32(kind).ok().flatten();
    let mut new = drivers::setup(machine, kind);
    new.is_initializing = true;
    new.name = DeviceName::truncated(format!("{}%d", kind.name()).as_bytes());
    new.name_assign_type = assigned::NAME_ENUMERATED;
    if let Some(queues) = number(IFLA_NUM_TX_QUEUES) {
        new.queues.transmit = queues;
    }
    if let Some(queues) = number(IFLA_NUM_RX_QUEUES) {
        new.queues.receive = queues;
    }
    for (queues, text) in [
        (new.queues.transmit, "Invalid number of transmit queues"),
        (new.queues.receive, "Invalid number of receive queues"),
    ] {
        if !(1..=MOST_QUEUES).contains(&queues) {
            return Err(extended.refuse(Errno::EINVAL, text, None));
        }
    }
    change::check(&new.address, &new.segmentation, table, extended)?;
    if let Some(mtu) = number(IFLA_MTU) {
        change::check_mtu(new.min_mtu, new.max_mtu, mtu).map_err(|error| {
            change::say(&error, extended);
            error.errno()
        })?;
        new.mtu = mtu;
    }
    if let Some(address) = table.bytes(IFLA_ADDRESS) {
        new.address = cut(address, &new.address);
        new.address_assign_type = assigned::ADDRESS_SET;
    }
    if let Some(address) = table.bytes(IFLA_BROADCAST) {
        new.broadcast = cut(address, &new.broadcast);
    }
    new.tx_queue_length = number(IFLA_TXQLEN).unwrap_or(new.tx_queue_length);
    new.link_mode = table.u8(IFLA_LINKMODE).ok().flatten().unwrap_or(new.link_mode);
    new.group = number(IFLA_GROUP).unwrap_or(new.group);
    change::apply_segmentation(&mut new.segmentation, table);
    Ok(new)
}

/// Returns as many bytes as the address had.
fn cut(bytes: &[u8], had: &HardwareAddress) -> HardwareAddress {
    HardwareAddress::new(bytes.get(..had.as_bytes().len()).unwrap_or(bytes))
}

/// Brings a new device up if its message says so, and tells its listeners of it.
#[doc(alias = "rtnl_configure_link")]
pub(crate) fn configure(
    machine: &mut Machine,
    id: DeviceId,
    header: &LinkHeader,
    cause: Cause,
) -> Result<(), Errno> {
    let device = machine.device(id)?;
    let flags =
        (header.flags != 0 || header.change != 0).then(|| change::combined_flags(device, header));
    dev::configure(machine, id, flags, cause)
}
