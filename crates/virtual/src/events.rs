//! What happens to a device, told to all who keep something of it.

use crate::dev::DeviceId;
use crate::machine::Machine;
use crate::{
    addrconf, arp, devinet, drivers, fib_frontend, fib_rules, ndisc, net_alias, rtnetlink,
};
use ifctl_abi::DeviceFlags;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    Register,
    Unregister,
    Up,
    GoingDown,
    Down,
    /// These flags, or the operational state.
    Change(DeviceFlags),
    ChangeMtu,
    ChangeName,
    ChangeAddress,
    ChangeTxQueueLength,
    /// What the device can do.
    FeatureChange,
    /// The device has another master, or none.
    ChangeUpper,
}

/// Tells everybody, in the order in which Linux' parts register themselves; IPv6's neighbours come last.
#[doc(alias = "call_netdevice_notifiers")]
pub(crate) fn netdevice_event(machine: &mut Machine, id: DeviceId, event: Event) {
    fib_rules::event(machine, id, event);
    rtnetlink::event(machine, id, event);
    arp::event(machine, id, event);
    net_alias::event(machine, id, event);
    devinet::event(machine, id, event);
    fib_frontend::event(machine, id, event);
    drivers::event_before_ipv6(machine, id, event);
    addrconf::event(machine, id, event);
    drivers::event(machine, id, event);
    ndisc::event(machine, id, event);
}
