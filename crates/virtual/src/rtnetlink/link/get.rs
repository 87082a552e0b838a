//! `RTM_GETLINK` of one device.

use super::fill::{Filling, fill};
use super::{Table, meant, parse_question};
use crate::af_netlink;
use crate::machine::Machine;
use crate::rtnetlink::Request;
use ifctl_abi::netlink::{MessageFlags, MessageType};
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
    if table.get(IFLA_TARGET_NETNSID).is_some() {
        return Err(Errno::EINVAL);
    }
    let mask = table.u32(IFLA_EXT_MASK).ok().flatten().unwrap_or_default();
    let id = meant(machine, request, &header, &table)?;
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

/// Returns the room that the longest message about a device needs; without a mask, the shortest piece
/// must do.
#[doc(alias = "rtnl_calcit")]
pub(in crate::rtnetlink) fn longest(_machine: &Machine, _request: &Request<'_, '_>) -> usize {
    0
}
