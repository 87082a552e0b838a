//! `RTM_GETLINK` of one device.

use super::fill::{Filling, fill};
use super::{
    LONGEST_ALTNAME, Table, check_namespace_by_number, meant, parse_link_attributes, parse_question,
};
use crate::machine::Machine;
use crate::release::Release;
use crate::rtnetlink::{Extended, Request};
use crate::{af_netlink, link_watch};
use ifctl_abi::netlink::{AttributeHeader, MessageFlags, MessageType};
use ifctl_abi::rtnetlink::*;
use ifctl_kernel::Errno;
use ifctl_netlink::{Encoder, Head};

/// Answers with one device.
#[doc(alias = "rtnl_getlink")]
pub(in crate::rtnetlink) fn get_link(
    machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<(), Errno> {
    let (header, table) = check(request)?;
    check_namespace_by_number(request, &table)?;
    let mask = table.u32(IFLA_EXT_MASK).ok().flatten().unwrap_or_default();
    let id = meant(machine, request, &header, &table)?;
    if machine.release >= Release::V6_12 {
        link_watch::sync(machine, id);
    }
    let port = af_netlink::port(machine, request.socket)?;
    let flags = MessageFlags::empty();
    let head = Head::answer(request.message.header(), MessageType::NEWLINK, flags, port);
    let filling = Filling { mask: ExtendedMask::from_bits_retain(mask), ..Filling::default() };
    let mut encoder = Encoder::new();
    fill(machine, id, &filling, head, &mut encoder).map_err(|_| Errno::EMSGSIZE)?;
    af_netlink::unicast(machine, request.socket, encoder.into_bytes());
    Ok(())
}

#[doc(alias = "rtnl_valid_getlink_req")]
fn check<'m>(request: &mut Request<'_, 'm>) -> Result<(LinkHeader, Table<'m>), Errno> {
    if request.message.payload().len() < size_of::<LinkHeader>() {
        return Err(request.refuse(Errno::EINVAL, "Invalid header for get link"));
    }
    if request.strict
        && let Ok((header, _)) = request.message.body::<LinkHeader>()
        && (header.padding != 0
            || header.hardware_type != 0
            || header.flags != 0
            || header.change != 0)
    {
        let text = "Invalid values in header for get link request";
        return Err(request.refuse(Errno::EINVAL, text));
    }
    let (header, table): (LinkHeader, Table<'m>) = parse_question(request)?;
    if !request.strict {
        return Ok((header, table));
    }
    let known = [IFLA_IFNAME, IFLA_ALT_IFNAME, IFLA_EXT_MASK, IFLA_TARGET_NETNSID];
    if (1..IFLA_COUNT as u16).any(|kind| table.get(kind).is_some() && !known.contains(&kind)) {
        let text = "Unsupported attribute in get link request";
        return Err(request.refuse(Errno::EINVAL, text));
    }
    Ok((header, table))
}

/// The room that Linux counts for another name of a device, however short it is.
const ALTNAME_ROOM: usize = size_of::<AttributeHeader>() + LONGEST_ALTNAME as usize + 1;

/// About the room that Linux counts for what these devices have no or less of: an alias, hardware
/// addresses of the greatest length, ids of ports, numbers of namespaces.
const UNUSED_ROOM: usize = 540;

/// Returns the room that the longest message about a device needs, where a mask says that the reader
/// knows that it may be long; without one, the shortest piece must do. So it does without other names.
#[doc(alias("rtnl_calcit", "if_nlmsg_size"))]
pub(in crate::rtnetlink) fn longest(machine: &Machine, request: &Request<'_, '_>) -> usize {
    let attributes = match request.message.body::<LinkHeader>() {
        Ok((_, attributes)) => attributes,
        Err(_) => return 0,
    };
    let Ok(table) = parse_link_attributes(&mut Extended::of(machine.release), attributes) else {
        return 0;
    };
    let mask = table.u32(IFLA_EXT_MASK).ok().flatten().unwrap_or_default();
    let (true, Ok(net)) = (mask != 0, machine.net(request.caller.net)) else { return 0 };
    // The counters have their room even where they are left out.
    let mask = ExtendedMask::from_bits_retain(mask).difference(ExtendedMask::SKIP_STATS);
    let filling = Filling { mask, ..Filling::default() };
    let room = |id| {
        let device = machine.device(id).ok().filter(|device| !device.altnames.is_empty())?;
        let mut encoder = Encoder::new();
        fill(machine, id, &filling, Head::default(), &mut encoder).ok()?;
        let told = device
            .altnames
            .iter()
            .map(|name| (size_of::<AttributeHeader>() + name.len() + 1).next_multiple_of(4));
        Some(
            encoder.as_bytes().len() + UNUSED_ROOM + device.altnames.len() * ALTNAME_ROOM
                - told.sum::<usize>(),
        )
    };
    net.by_age().filter_map(room).max().unwrap_or(0)
}
