//! `RTM_DELLINK`.

use super::{POLICY, Table, check_namespace_by_number, named};
use crate::dev::{self, Cause, DeviceId};
use crate::drivers;
use crate::machine::Machine;
use crate::rtnetlink::{Request, parse};
use ifctl_abi::rtnetlink::*;
use ifctl_kernel::Errno;

/// Removes a device with what its driver takes along, or all devices of a group.
#[doc(alias("rtnl_dellink", "__rtnl_dellink"))]
pub(in crate::rtnetlink) fn delete_link(
    machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<(), Errno> {
    let (header, table): (LinkHeader, Table<'_>) = parse(request, POLICY)?;
    check_namespace_by_number(request, &table)?;
    let net = request.caller.net;
    let ids: Vec<DeviceId> = match u32::try_from(header.index) {
        Ok(index) if index > 0 => vec![machine.net(net)?.index(index)?],
        _ if table.get(IFLA_IFNAME).is_some() || table.get(IFLA_ALT_IFNAME).is_some() => {
            vec![named(machine, request, &table)?]
        }
        _ => {
            let group = table.u32(IFLA_GROUP).ok().flatten().ok_or(Errno::EINVAL)?;
            group_members(machine, request, group)?
        }
    };
    if ids.iter().any(|id| !machine.device(*id).is_ok_and(drivers::is_deletable)) {
        return Err(Errno::EOPNOTSUPP);
    }
    let gone = drivers::with_companions(machine, ids);
    let cause = if request.cause.echo { request.cause } else { Cause::NONE };
    dev::unregister(machine, &gone, cause)
}

#[doc(alias = "rtnl_group_dellink")]
fn group_members(
    machine: &Machine,
    request: &Request<'_, '_>,
    group: u32,
) -> Result<Vec<DeviceId>, Errno> {
    if group == 0 {
        return Err(Errno::EPERM);
    }
    let ids: Vec<DeviceId> = machine
        .net(request.caller.net)?
        .by_age()
        .filter(|id| machine.device(*id).is_ok_and(|device| device.group == group))
        .collect();
    if ids.is_empty() { Err(Errno::ENODEV) } else { Ok(ids) }
}
