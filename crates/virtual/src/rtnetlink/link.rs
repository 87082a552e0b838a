//! The messages about devices.

use crate::machine::Machine;
use crate::rtnetlink::Request;
use ifctl_kernel::Errno;

use crate::dev::{Cause, DeviceId};
use crate::events::Event;
use ifctl_abi::DeviceFlags;

pub(super) fn new_link(
    _machine: &mut Machine,
    _request: &mut Request<'_, '_>,
) -> Result<(), Errno> {
    Err(Errno::EOPNOTSUPP)
}

pub(super) fn delete_link(
    _machine: &mut Machine,
    _request: &mut Request<'_, '_>,
) -> Result<(), Errno> {
    Err(Errno::EOPNOTSUPP)
}

pub(super) fn get_link(
    _machine: &mut Machine,
    _request: &mut Request<'_, '_>,
) -> Result<(), Errno> {
    Err(Errno::EOPNOTSUPP)
}

pub(super) fn set_link(
    _machine: &mut Machine,
    _request: &mut Request<'_, '_>,
) -> Result<(), Errno> {
    Err(Errno::EOPNOTSUPP)
}

pub(super) fn new_link_property(
    _machine: &mut Machine,
    _request: &mut Request<'_, '_>,
) -> Result<(), Errno> {
    Err(Errno::EOPNOTSUPP)
}

pub(super) fn delete_link_property(
    _machine: &mut Machine,
    _request: &mut Request<'_, '_>,
) -> Result<(), Errno> {
    Err(Errno::EOPNOTSUPP)
}

pub(super) fn dump(
    _machine: &mut Machine,
    _request: &mut Request<'_, '_>,
) -> Result<Box<dyn crate::af_netlink::Walk>, Errno> {
    Err(Errno::EOPNOTSUPP)
}

/// Returns the room that the longest message about a device needs.
#[doc(alias = "rtnl_calcit")]
pub(super) fn longest(_machine: &Machine, _request: &Request<'_, '_>) -> usize {
    0
}

/// Tells listeners of a device.
#[doc(alias = "rtmsg_ifinfo")]
pub(crate) fn notify_link(
    _machine: &mut Machine,
    _id: DeviceId,
    _changed: DeviceFlags,
    _cause: Cause,
) {
}

/// Tells listeners that a device is gone.
pub(crate) fn notify_link_gone(_machine: &mut Machine, _id: DeviceId, _cause: Cause) {}

/// Tells listeners of what happened to a device.
#[doc(alias = "rtnetlink_event")]
pub(crate) fn event(_machine: &mut Machine, _id: DeviceId, _event: Event) {}
