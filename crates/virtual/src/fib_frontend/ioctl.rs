//! `SIOCADDRT` and `SIOCDELRT`.

use crate::caller::Caller;
use crate::dev::{self, Cause};
use crate::fib_semantics::{FibConfig, Metrics, address_type};
use crate::fib_trie;
use crate::machine::Machine;
use crate::memory::{UserMemory, get};
use crate::rtnetlink::Extended;
use ifctl_abi::ioctl::SIOCDELRT;
use ifctl_abi::netlink::MessageFlags;
use ifctl_abi::route::{RouteFlags, RtEntry};
use ifctl_abi::rtnetlink::{
    RTAX_ADVMSS, RTAX_RTT, RTAX_WINDOW, RouteProtocol, RouteScope, RouteTable, RouteType,
};
use ifctl_abi::{DeviceName, Family, NAME_SIZE};
use ifctl_kernel::Errno;
use std::net::IpAddr;

/// Adds or deletes a route.
#[doc(alias = "ip_rt_ioctl")]
pub(crate) fn ioctl(
    machine: &mut Machine,
    caller: Caller,
    number: u32,
    address: u64,
    memory: &mut dyn UserMemory,
) -> Result<(), Errno> {
    let entry: RtEntry = get(memory, address)?;
    caller.must_be_admin()?;
    let delete = number == SIOCDELRT;
    let config = read(machine, caller, &entry, delete, memory)?;
    if delete {
        fib_trie::delete(machine, caller.net, &config, Cause::NONE)
    } else {
        let extended = &mut Extended::default();
        fib_trie::insert(machine, caller.net, &config, Cause::NONE, extended)
    }
}

/// Reads what is wanted, as Linux does, in its order.
#[doc(alias = "rtentry_to_fib_config")]
fn read(
    machine: &Machine,
    caller: Caller,
    entry: &RtEntry,
    delete: bool,
    memory: &dyn UserMemory,
) -> Result<FibConfig, Errno> {
    let net = caller.net;
    let flags = RouteFlags::from_bits_retain(u32::from(entry.flags));
    if entry.destination.family != Family::INET.0 {
        return Err(Errno::EAFNOSUPPORT);
    }
    let destination = entry.destination.inet_address().to_bits();
    let mut config = FibConfig::new(destination, 32);
    if !flags.contains(RouteFlags::HOST) {
        let mask = entry.mask.inet_address().to_bits();
        let family = entry.mask.family;
        if family != Family::INET.0 && (mask != 0 || family != 0) {
            return Err(Errno::EAFNOSUPPORT);
        }
        // The mask's ones must come first, and hold all of the destination's.
        if destination & !mask != 0 || mask.leading_ones() != mask.count_ones() {
            return Err(Errno::EINVAL);
        }
        config.length = mask.leading_ones() as u8;
    }
    if !delete {
        config.request = MessageFlags::CREATE;
        config.protocol = RouteProtocol::BOOT;
    }
    if entry.metric != 0 {
        config.priority = (i32::from(entry.metric) - 1) as u32;
    }
    if flags.contains(RouteFlags::REJECT) {
        config.scope = RouteScope::HOST;
        config.kind = RouteType::UNREACHABLE;
        return Ok(config);
    }
    config.scope = RouteScope::NOWHERE;
    if entry.device != 0 {
        let mut name = [0; NAME_SIZE];
        let room = name.get_mut(..NAME_SIZE - 1).ok_or(Errno::EFAULT)?;
        memory.read(entry.device as u64, room)?;
        let label = DeviceName::truncated(&name);
        let id = dev::look_up(machine, net, label)?;
        let device = machine.device(id)?;
        config.output = device.index;
        if label.is_alias() {
            let list = &device.inet.as_ref().ok_or(Errno::ENODEV)?.addresses;
            let address = list.with_label(label).next().and_then(|id| list.get(id));
            config.source = address.ok_or(Errno::ENODEV)?.local;
        }
    }
    config.table = RouteTable::MAIN.0;
    let gateway = entry.gateway.inet_address();
    if entry.gateway.family == Family::INET.0 && !gateway.is_unspecified() {
        config.gateway = Some(IpAddr::V4(gateway));
        let kind = address_type(machine, net, config.table, gateway.to_bits());
        if flags.contains(RouteFlags::GATEWAY) && kind == RouteType::UNICAST {
            config.scope = RouteScope::UNIVERSE;
        }
    }
    if delete {
        return Ok(config);
    }
    if flags.contains(RouteFlags::GATEWAY) && config.gateway.is_none() {
        return Err(Errno::EINVAL);
    }
    if config.scope == RouteScope::NOWHERE {
        config.scope = RouteScope::LINK;
    }
    if flags.intersects(RouteFlags::MTU | RouteFlags::WINDOW | RouteFlags::IRTT) {
        let mut metrics = Metrics::default();
        if flags.contains(RouteFlags::MTU) {
            metrics.set(RTAX_ADVMSS, (entry.mtu as u32).wrapping_sub(40));
        }
        if flags.contains(RouteFlags::WINDOW) {
            metrics.set(RTAX_WINDOW, entry.window as u32);
        }
        if flags.contains(RouteFlags::IRTT) {
            metrics.set(RTAX_RTT, u32::from(entry.irtt) << 3);
        }
        config.metrics = Some(Ok(metrics));
    }
    Ok(config)
}
