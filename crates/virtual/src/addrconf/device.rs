//! What IPv6 does when something happens to a device.

use super::address::{Address, State};
use super::change::{self, Config6};
use super::conf::GenerationMode;
use super::{Conf, Inet6Device, LEAST_MTU, detection, link, netconf};
use crate::dev::{Device, DeviceId};
use crate::events::Event;
use crate::in6::{self, Kind, LOOPBACK};
use crate::ip6_fib::{self, Config, Flags, METRIC_OF_ADDRESSES};
use crate::machine::Machine;
use crate::mcast;
use crate::ndisc;
use crate::rtnetlink::Extended;
use crate::timers::Task;
use ifctl_abi::rtnetlink::{AddressFlags, AddressProtocol, RouteProtocol, RouteType};
use ifctl_abi::{DeviceFlags, HardwareType};
use ifctl_kernel::Errno;

/// The prefix of link-local addresses.
const LINK_LOCAL: u128 = 0xfe80 << 112;

/// Follows what happens to a device.
#[doc(alias = "addrconf_notify")]
pub(crate) fn event(machine: &mut Machine, id: DeviceId, event: Event) {
    match event {
        Event::Register => {
            let _ = find_or_add(machine, id);
        }
        Event::Unregister => disable(machine, id, true),
        Event::Down => disable(machine, id, false),
        Event::ChangeName if inet6(machine, id).is_some() => {
            netconf::notify_gone(machine, id);
            netconf::notify_new(machine, id);
        }
        Event::ChangeMtu => mtu_changed(machine, id),
        Event::Up => up(machine, id, false),
        Event::Change(_) => changed(machine, id),
        _ => {}
    }
}

fn mtu_changed(machine: &mut Machine, id: DeviceId) {
    let Ok(device) = machine.device_mut(id) else { return };
    let mtu = device.mtu;
    if mtu < LEAST_MTU {
        // The loopback keeps its state, and loses its addresses alone.
        let gone = !device.is_loopback();
        return disable(machine, id, gone);
    }
    if let Some(inet6) = &mut device.inet6 {
        let old = inet6.conf.get("mtu").unwrap_or(0);
        inet6.conf.set_mtu(mtu);
        return ip6_fib::mtu_changed(machine, id, old, mtu);
    }
    if add_device(machine, id).is_ok() && inet6(machine, id).is_some_and(|inet6| inet6.ready) {
        up(machine, id, true);
    }
}

fn inet6(machine: &Machine, id: DeviceId) -> Option<&Inet6Device> {
    machine.device(id).ok()?.inet6.as_ref()
}

fn is_disabled(machine: &Machine, id: DeviceId) -> bool {
    inet6(machine, id).is_some_and(|inet6| inet6.conf.is_disabled())
}

/// Returns whether a device can send: it is up, and has its carrier.
#[doc(alias = "addrconf_link_ready")]
fn is_ready(device: &Device) -> bool {
    device.is_up() && device.is_oper_up() && device.carrier
}

/// Makes IPv6's state of a device, which needs MTU enough.
#[doc(alias = "ipv6_add_dev")]
fn add_device(machine: &mut Machine, id: DeviceId) -> Result<(), Errno> {
    let now = machine.now;
    let device = machine.device(id)?;
    if device.mtu < LEAST_MTU {
        return Err(Errno::EINVAL);
    }
    let net = device.net;
    let conf = Conf::of_device(&machine.net(net)?.inet6.default, device);
    let ready = device.is_up() && is_ready(device);
    let joins_routers = conf.forwards() && device.flags.contains(DeviceFlags::MULTICAST);
    machine.device_mut(id)?.inet6 = Some(Inet6Device {
        conf,
        addresses: super::Addresses::default(),
        groups: mcast::Groups::default(),
        anycasts: Default::default(),
        ready,
        updated: now,
    });
    netconf::notify_new(machine, id);
    mcast::join(machine, id, mcast::INTERFACE_LOCAL_NODES);
    mcast::join(machine, id, mcast::LINK_LOCAL_NODES);
    if joins_routers {
        mcast::join(machine, id, mcast::LINK_LOCAL_ROUTERS);
    }
    Ok(())
}

/// Makes IPv6's state of a device unless it is there, and has its groups received.
#[doc(alias = "ipv6_find_idev")]
pub(super) fn find_or_add(machine: &mut Machine, id: DeviceId) -> Result<(), Errno> {
    if machine.device(id)?.inet6.is_none() {
        add_device(machine, id)?;
    }
    if machine.device(id)?.is_up() {
        mcast::device_up(machine, id);
    }
    Ok(())
}

/// Makes a device ready for addresses: with the route to all multicasts.
#[doc(alias = "addrconf_add_dev")]
pub(super) fn prepare(
    machine: &mut Machine,
    id: DeviceId,
    extended: &mut Extended,
) -> Result<(), Errno> {
    find_or_add(machine, id)?;
    if is_disabled(machine, id) {
        let text = "ipv6: IPv6 is disabled on this device";
        return Err(extended.refuse(Errno::EACCES, text, None));
    }
    let device = machine.device(id)?;
    if !device.is_loopback() {
        add_multicast_route(machine, id);
    }
    Ok(())
}

#[doc(alias = "addrconf_add_mroute")]
fn add_multicast_route(machine: &mut Machine, id: DeviceId) {
    let Ok(device) = machine.device(id) else { return };
    let (net, index) = (device.net, device.index);
    let config = Config {
        table: ip6_fib::LOCAL,
        metric: METRIC_OF_ADDRESSES,
        index,
        destination: 0xff << 120,
        destination_length: 8,
        flags: Flags::UP,
        kind: RouteType::MULTICAST,
        protocol: RouteProtocol::KERNEL,
        ..Config::default()
    };
    let _ = ip6_fib::add(machine, net, &config, &mut Extended::default());
}

/// Follows a device that is opened, or whose IPv6 is.
pub(super) fn up(machine: &mut Machine, id: DeviceId, ready: bool) {
    if is_disabled(machine, id) {
        return;
    }
    if is_slave(machine, id) {
        let multicasts = machine
            .device(id)
            .is_ok_and(|device| device.is_up() && device.flags.contains(DeviceFlags::MULTICAST));
        if multicasts {
            mcast::device_up(machine, id);
        }
        return;
    }
    if !ready {
        restore_permanent(machine, id);
        if !machine.device(id).is_ok_and(is_ready) {
            return;
        }
        if machine.device(id).is_ok_and(|device| device.inet6.is_none()) {
            let _ = add_device(machine, id);
        }
    }
    configure(machine, id, true);
}

/// Follows a device whose flags or carrier changed.
fn changed(machine: &mut Machine, id: DeviceId) {
    if is_disabled(machine, id) || is_slave(machine, id) {
        return;
    }
    if !machine.device(id).is_ok_and(is_ready) {
        return ip6_fib::device_changed(machine, id);
    }
    if inet6(machine, id).is_some_and(|inet6| inet6.ready) {
        mcast::device_up(machine, id);
        return ip6_fib::device_up(machine, id, true);
    }
    configure(machine, id, true);
}

/// Returns whether a device is a port of a bond, which has no addresses of its own.
fn is_slave(machine: &Machine, id: DeviceId) -> bool {
    machine.device(id).is_ok_and(|device| device.flags.contains(DeviceFlags::SLAVE))
}

fn configure(machine: &mut Machine, id: DeviceId, runs_detection: bool) {
    if let Ok(device) = machine.device_mut(id)
        && let Some(inet6) = &mut device.inet6
    {
        inet6.ready = true;
    }
    add_automatic_addresses(machine, id);
    if machine.device(id).is_ok_and(|device| device.inet6.is_none()) {
        return;
    }
    if runs_detection {
        detection::run(machine, id);
    }
    ip6_fib::device_up(machine, id, false);
    let now = machine.now;
    let Ok(device) = machine.device_mut(id) else { return };
    let mtu = device.mtu;
    if let Some(inet6) = &mut device.inet6 {
        if mtu >= LEAST_MTU {
            inet6.conf.set_mtu(mtu);
        }
        inet6.updated = now;
    }
    link::notify(machine, id);
    if mtu < LEAST_MTU {
        let gone = machine.device(id).is_ok_and(|device| !device.is_loopback());
        disable(machine, id, gone);
    }
}

/// Adds the addresses that a device has by itself.
#[doc(alias("addrconf_init_auto_addrs", "init_loopback", "addrconf_dev_config"))]
pub(super) fn add_automatic_addresses(machine: &mut Machine, id: DeviceId) {
    let Ok(kind) = machine.device(id).map(|device| device.hardware_type) else { return };
    match kind {
        HardwareType::LOOPBACK => add_loopback(machine, id),
        HardwareType::ETHER => add_link_local(machine, id),
        _ => {
            let multicasts = machine.device(id).is_ok_and(|device| {
                device.is_up() && device.flags.contains(DeviceFlags::MULTICAST)
            });
            if kind == HardwareType::NONE {
                let _ = prepare(machine, id, &mut Extended::default());
            } else if multicasts {
                mcast::device_up(machine, id);
            }
        }
    }
}

fn add_loopback(machine: &mut Machine, id: DeviceId) {
    if find_or_add(machine, id).is_err() {
        return;
    }
    let config =
        Config6 { protocol: AddressProtocol::KERNEL_LO.0, ..Config6::permanent(LOOPBACK, 128) };
    if change::insert(machine, id, &config, &mut Extended::default()).is_ok() {
        if let Ok(device) = machine.device_mut(id)
            && let Some(inet6) = &mut device.inet6
            && let Some(entry) = inet6.addresses.get_mut(LOOPBACK)
        {
            entry.flags.remove(AddressFlags::TENTATIVE);
        }
        change::usable(machine, id, LOOPBACK);
    }
}

#[doc(alias("addrconf_addr_gen", "addrconf_add_linklocal"))]
fn add_link_local(machine: &mut Machine, id: DeviceId) {
    if prepare(machine, id, &mut Extended::default()).is_err() {
        return;
    }
    let Ok(device) = machine.device(id) else { return };
    let Some(inet6) = &device.inet6 else { return };
    if inet6.conf.generation_mode() != GenerationMode::Eui64 {
        return;
    }
    let Some(identifier) = eui64(device) else { return };
    let all = machine.net(device.net).is_ok_and(|net| net.inet6.all.is_optimistic());
    let optimistic = (all || inet6.conf.is_optimistic()) && !inet6.conf.forwards();
    let address = LINK_LOCAL | u128::from(identifier);
    let mut config =
        Config6 { protocol: AddressProtocol::KERNEL_LL.0, ..Config6::permanent(address, 64) };
    config.flags.set(AddressFlags::OPTIMISTIC, optimistic);
    if change::insert(machine, id, &config, &mut Extended::default()).is_ok() {
        change::add_prefix_route(machine, id, address, 64, 0, None);
        detection::start(machine, id, address);
    }
}

/// Returns the identifier that an Ethernet address makes.
#[doc(alias = "addrconf_ifid_eui48")]
fn eui64(device: &Device) -> Option<u64> {
    let [a, b, c, d, e, f] = device.address.as_bytes() else { return None };
    Some(u64::from_be_bytes([a ^ 2, *b, *c, 0xff, 0xfe, *d, *e, *f]))
}

/// Gives the permanent addresses back what they lost when the device went down.
#[doc(alias("addrconf_permanent_addr", "fixup_permanent_addr"))]
fn restore_permanent(machine: &mut Machine, id: DeviceId) {
    let Some(inet6) = inet6(machine, id) else { return };
    let permanent: Vec<Address> = inet6
        .addresses
        .iter()
        .filter(|entry| entry.flags.contains(AddressFlags::PERMANENT))
        .cloned()
        .collect();
    for entry in permanent {
        if !entry.flags.contains(AddressFlags::NOPREFIXROUTE) {
            let Address { address, prefix_length, metric, .. } = entry;
            change::add_prefix_route(machine, id, address, prefix_length, metric, None);
        }
        if entry.state == State::Before {
            detection::start(machine, id, entry.address);
        }
    }
}

/// Takes a device's addresses and routes, save what its settings let it keep; or all of its state.
#[doc(alias = "addrconf_ifdown")]
pub(super) fn disable(machine: &mut Machine, id: DeviceId, gone: bool) {
    ip6_fib::device_disabled(machine, id, gone);
    // `rt6_disable_ip` does.
    ndisc::down(machine, id);
    let Ok(device) = machine.device(id) else { return };
    let Some(inet6) = &device.inet6 else { return };
    let was_ready = inet6.ready;
    let by_all = machine.net(device.net).map_or(0, |net| net.inet6.all.keeps_addresses());
    let keeping = if by_all != 0 { by_all } else { inet6.conf.keeps_addresses() };
    let keeps = !gone && !inet6.conf.is_disabled() && keeping > 0;
    let net = device.net;
    let entries: Vec<u128> = inet6.addresses.iter().map(|entry| entry.address).collect();
    if let Ok(device) = machine.device_mut(id)
        && let Some(inet6) = &mut device.inet6
        && !gone
    {
        inet6.ready = false;
    }
    for address in entries {
        let Ok(device) = machine.device_mut(id) else { return };
        let Some(inet6) = &mut device.inet6 else { return };
        let Some(entry) = inet6.addresses.get_mut(address) else { continue };
        let near = in6::kind(address).intersects(Kind::LINK_LOCAL | Kind::LOOPBACK);
        if keeps && entry.flags.contains(AddressFlags::PERMANENT) && !near {
            entry.state = State::Before;
            if !entry.flags.contains(AddressFlags::NODAD) {
                entry.flags |= AddressFlags::TENTATIVE;
            }
            let (length, forwards) = (entry.prefix_length, inet6.conf.forwards());
            ip6_fib::delete_route_of(machine, net, id, address);
            if forwards {
                mcast::leave_anycast(machine, id, address, length);
            }
            mcast::leave_solicited(machine, id, address);
            machine.timers.cancel(Task::DuplicateDetection { device: id, address });
        } else if let Some(entry) = inet6.addresses.remove(address) {
            if let Ok(space) = machine.net_mut(net) {
                space.inet6.disown(entry.owned());
            }
            change::forget_tasks(machine, id, address);
            change::deleted(machine, id, &entry);
        }
    }
    if gone {
        mcast::destroy(machine, id);
        netconf::notify_gone(machine, id);
        if let Ok(device) = machine.device_mut(id) {
            device.inet6 = None;
        }
    } else if was_ready {
        mcast::device_down(machine, id);
    }
    let now = machine.now;
    if let Ok(device) = machine.device_mut(id)
        && let Some(inet6) = &mut device.inet6
    {
        inet6.updated = now;
    }
}
