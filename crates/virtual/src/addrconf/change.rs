//! Addresses added, changed and deleted, and what comes and goes with them.

use super::address::{Address, FOREVER, State};
use super::{detection, device, hundredths, message};
use crate::dev::DeviceId;
use crate::in6::{self, Kind};
use crate::ip6_fib::{self, Config, Flags, METRIC_OF_ADDRESSES, Place};
use crate::machine::Machine;
use crate::mcast;
use crate::net_namespace::NetId;
use crate::release::Release;
use crate::rtnetlink::Extended;
use crate::timers::Task;
use ifctl_abi::netlink::MessageType;
use ifctl_abi::rtnetlink::{AddressFlags, RouteProtocol, RouteType};
use ifctl_kernel::Errno;
use std::time::Duration;

/// An address as somebody asks for it.
#[derive(Debug, Clone, Copy)]
#[doc(alias = "ifa6_config")]
pub(super) struct Config6 {
    pub(super) address: u128,
    pub(super) peer: u128,
    pub(super) prefix_length: u8,
    pub(super) flags: AddressFlags,
    pub(super) valid: u32,
    pub(super) preferred: u32,
    pub(super) metric: u32,
    pub(super) protocol: u8,
}

impl Config6 {
    /// Returns a permanent address.
    pub(super) fn permanent(address: u128, prefix_length: u8) -> Self {
        Self {
            address,
            peer: 0,
            prefix_length,
            flags: AddressFlags::PERMANENT,
            valid: FOREVER,
            preferred: FOREVER,
            metric: 0,
            protocol: 0,
        }
    }

    /// Returns the lifetime of the address' routes in hundredths of a second.
    fn expires(&self) -> Option<i64> {
        (self.valid != FOREVER).then(|| i64::from(self.valid) * 100)
    }
}

/// Adds an address for a caller, with its route and its duplicate detection.
#[doc(alias = "inet6_addr_add")]
pub(super) fn add(
    machine: &mut Machine,
    id: DeviceId,
    config: &Config6,
    extended: &mut Extended,
) -> Result<(), Errno> {
    if config.prefix_length > 128 {
        return Err(extended.refuse(Errno::EINVAL, "ipv6: Invalid prefix length", None));
    }
    if config.flags.contains(AddressFlags::MANAGETEMPADDR) && config.prefix_length != 64 {
        let text = "ipv6: address with \"mngtmpaddr\" flag must have a prefix length of 64";
        return Err(extended.refuse(Errno::EINVAL, text, None));
    }
    device::prepare(machine, id, extended)?;
    let joins = config.flags.contains(AddressFlags::MCAUTOJOIN);
    if joins {
        if !in6::kind(config.address).contains(Kind::MULTICAST) {
            return Err(extended.refuse(Errno::EINVAL, "ipv6: Multicast auto join failed", None));
        }
        mcast::join(machine, id, config.address);
    }
    let mut config = *config;
    config.flags.set(AddressFlags::DEPRECATED, config.preferred == 0);
    let config = &config;
    if let Err(errno) = insert(machine, id, config, extended) {
        if joins {
            mcast::leave(machine, id, config.address);
        }
        return Err(errno);
    }
    if !config.flags.contains(AddressFlags::NOPREFIXROUTE) {
        add_prefix_route(
            machine,
            id,
            config.address,
            config.prefix_length,
            config.metric,
            config.expires(),
        );
    }
    let detected = !config.flags.intersects(AddressFlags::OPTIMISTIC | AddressFlags::NODAD);
    if detected {
        message::notify(machine, id, config.address, MessageType::NEWADDR);
    }
    detection::start(machine, id, config.address);
    watch_lifetime(machine, id, config.address);
    Ok(())
}

/// Puts an address into the device's list.
#[doc(alias = "ipv6_add_addr")]
pub(super) fn insert(
    machine: &mut Machine,
    id: DeviceId,
    config: &Config6,
    extended: &mut Extended,
) -> Result<(), Errno> {
    let kind = in6::kind(config.address);
    let joins = config.flags.contains(AddressFlags::MCAUTOJOIN);
    let (now, number) = (machine.now, machine.next_id());
    let has_protocol = machine.release >= Release::V6_1;
    let device = machine.device_mut(id)?;
    let refusal = if kind.is_empty() {
        Some("ipv6: Invalid address")
    } else if kind.contains(Kind::MULTICAST) && !joins {
        Some("ipv6: Cannot assign multicast address without \"IFA_F_MCAUTOJOIN\" flag")
    } else if kind.contains(Kind::UNICAST | Kind::LOOPBACK) && !device.is_loopback() {
        Some("ipv6: Cannot assign loopback address on this device")
    } else {
        None
    };
    if let Some(text) = refusal {
        return Err(extended.refuse(Errno::EADDRNOTAVAIL, text, None));
    }
    let net = device.net;
    let inet6 = device.inet6.as_mut().ok_or(Errno::ENODEV)?;
    if inet6.conf.is_disabled() {
        let text = "ipv6: IPv6 is disabled on this device";
        return Err(extended.refuse(Errno::EACCES, text, None));
    }
    if inet6.addresses.get(config.address).is_some() {
        return Err(extended.refuse(Errno::EEXIST, "ipv6: address already assigned", None));
    }
    let mut flags = config.flags;
    if !flags.contains(AddressFlags::NODAD) {
        flags |= AddressFlags::TENTATIVE;
    }
    let entry = Address {
        address: config.address,
        peer: config.peer,
        created: now,
        updated: now,
        flags,
        valid: config.valid,
        preferred: config.preferred,
        metric: config.metric,
        probes: 0,
        prefix_length: config.prefix_length,
        protocol: if has_protocol { config.protocol } else { 0 },
        state: State::Before,
        number,
    };
    let owned = entry.owned();
    inet6.addresses.insert(entry);
    machine.net_mut(net)?.inet6.own(owned, id);
    Ok(())
}

/// Changes an address that is there.
#[doc(alias = "inet6_addr_modify")]
pub(super) fn modify(machine: &mut Machine, id: DeviceId, config: &Config6) -> Result<(), Errno> {
    let now = machine.now;
    let address = config.address;
    let inet6 = machine.device_mut(id)?.inet6.as_mut().ok_or(Errno::ENODEV)?;
    let entry = inet6.addresses.get_mut(address).ok_or(Errno::EADDRNOTAVAIL)?;
    if config.flags.contains(AddressFlags::MANAGETEMPADDR) && entry.prefix_length != 64 {
        return Err(Errno::EINVAL);
    }
    let had_route = entry.flags.contains(AddressFlags::PERMANENT)
        && !entry.flags.contains(AddressFlags::NOPREFIXROUTE);
    entry.flags.remove(
        AddressFlags::DEPRECATED
            | AddressFlags::PERMANENT
            | AddressFlags::NODAD
            | AddressFlags::HOMEADDRESS
            | AddressFlags::MANAGETEMPADDR
            | AddressFlags::NOPREFIXROUTE,
    );
    entry.flags |= config.flags;
    entry.flags.set(AddressFlags::DEPRECATED, config.preferred == 0);
    entry.updated = now;
    entry.valid = config.valid;
    entry.preferred = config.preferred;
    entry.protocol = config.protocol;
    if config.metric != 0 {
        entry.metric = config.metric;
    }
    let (length, metric, tentative) =
        (entry.prefix_length, entry.metric, entry.flags.contains(AddressFlags::TENTATIVE));
    let old_peer = entry.peer;
    let new_peer = config.peer != 0 && config.peer != old_peer;
    if new_peer {
        entry.peer = config.peer;
    }
    let peer = entry.peer;
    if new_peer && old_peer != 0 {
        delete_prefix_route(machine, id, old_peer, length);
    }
    if !tentative {
        message::notify(machine, id, address, MessageType::NEWADDR);
    }
    if !config.flags.contains(AddressFlags::NOPREFIXROUTE) {
        let kept = had_route && modify_prefix_route(machine, id, address, length, metric, config);
        if !kept {
            add_prefix_route(machine, id, address, length, metric, config.expires());
        }
        if peer != 0 {
            let kept = had_route && modify_prefix_route(machine, id, peer, length, metric, config);
            if !kept {
                add_prefix_route(machine, id, peer, length, metric, config.expires());
            }
        }
    } else if had_route {
        let fate = fate_of_prefix_route(machine, id, address, length);
        settle_prefix_route(machine, id, address, length, fate);
    }
    watch_lifetime(machine, id, address);
    Ok(())
}

/// Deletes an address for a caller, who must know its prefix length.
#[doc(alias = "inet6_addr_del")]
pub(super) fn delete_exactly(
    machine: &mut Machine,
    net: NetId,
    index: u32,
    address: u128,
    length: u32,
    extended: &mut Extended,
) -> Result<(), Errno> {
    if length > 128 {
        return Err(extended.refuse(Errno::EINVAL, "ipv6: Invalid prefix length", None));
    }
    let text = "ipv6: Unable to find the interface";
    let found = machine.net(net)?.index(index);
    let id = found.map_err(|errno| extended.refuse(errno, text, None))?;
    let text = "ipv6: IPv6 is disabled on this device";
    let inet6 = machine.device(id)?.inet6.as_ref();
    let inet6 = inet6.ok_or_else(|| extended.refuse(Errno::ENXIO, text, None))?;
    let found = inet6.addresses.get(address);
    if found.is_none_or(|entry| u32::from(entry.prefix_length) != length) {
        return Err(extended.refuse(Errno::EADDRNOTAVAIL, "ipv6: address not found", None));
    }
    delete(machine, id, address);
    if in6::kind(address).contains(Kind::MULTICAST) {
        mcast::leave(machine, id, address);
    }
    Ok(())
}

/// Deletes an address, and what came with it.
#[doc(alias = "ipv6_del_addr")]
pub(super) fn delete(machine: &mut Machine, id: DeviceId, address: u128) {
    let Ok(device) = machine.device_mut(id) else { return };
    let net = device.net;
    let Some(entry) = device.inet6.as_mut().and_then(|inet6| inet6.addresses.remove(address))
    else {
        return;
    };
    if let Ok(space) = machine.net_mut(net) {
        space.inet6.disown(entry.owned());
    }
    forget_tasks(machine, id, address);
    let had_route = entry.flags.contains(AddressFlags::PERMANENT)
        && !entry.flags.contains(AddressFlags::NOPREFIXROUTE);
    let fate = had_route.then(|| fate_of_prefix_route(machine, id, address, entry.prefix_length));
    deleted(machine, id, &entry);
    if let Some(fate) = fate {
        settle_prefix_route(machine, id, address, entry.prefix_length, fate);
    }
    forget_source(machine, id, address);
}

/// Forgets what was to be done about an address that is gone.
pub(super) fn forget_tasks(machine: &mut Machine, device: DeviceId, address: u128) {
    machine.timers.cancel(Task::DuplicateDetection { device, address });
    machine.timers.cancel(Task::Ipv6Lifetime { device, address });
}

/// Tells of an address that is gone, and takes back what it had of its own.
#[doc(alias = "__ipv6_ifa_notify")]
pub(super) fn deleted(machine: &mut Machine, id: DeviceId, entry: &Address) {
    message::notify_entry(machine, id, entry, MessageType::DELADDR);
    if forwards(machine, id) {
        mcast::leave_anycast(machine, id, entry.address, entry.prefix_length);
    }
    mcast::leave_solicited(machine, id, entry.address);
    if entry.peer != 0 {
        delete_peer_route(machine, id, entry.peer);
    }
    let Ok(net) = machine.device(id).map(|device| device.net) else { return };
    ip6_fib::delete_route_of(machine, net, id, entry.address);
}

/// Adds what an address has of its own once it may be used, and tells of it.
#[doc(alias = "addrconf_dad_completed")]
pub(super) fn usable(machine: &mut Machine, id: DeviceId, address: u128) {
    message::notify(machine, id, address, MessageType::NEWADDR);
    add_own_route(machine, id, address);
    let Ok(device) = machine.device(id) else { return };
    let Some(entry) = device.inet6.as_ref().and_then(|inet6| inet6.addresses.get(address)) else {
        return;
    };
    let (peer, length, metric) = (entry.peer, entry.prefix_length, entry.metric);
    if forwards(machine, id) {
        mcast::join_anycast(machine, id, address, length);
    }
    if peer != 0 {
        add_prefix_route(machine, id, peer, 128, metric, None);
    }
}

fn forwards(machine: &Machine, id: DeviceId) -> bool {
    let inet6 = machine.device(id).ok().and_then(|device| device.inet6.as_ref());
    inet6.is_some_and(|inet6| inet6.conf.forwards())
}

/// Adds the route that makes an address this host's, if it is not there.
#[doc(alias("addrconf_f6i_alloc", "ip6_ins_rt"))]
pub(super) fn add_own_route(machine: &mut Machine, id: DeviceId, address: u128) {
    let Ok(device) = machine.device(id) else { return };
    let (net, index) = (device.net, device.index);
    let config = Config {
        table: ip6_fib::LOCAL,
        index,
        destination: address,
        destination_length: 128,
        flags: Flags::UP | Flags::NO_NEXT_HOP | Flags::LOCAL,
        kind: RouteType::LOCAL,
        protocol: RouteProtocol::KERNEL,
        ignores_down: true,
        of_address: true,
        ..Config::default()
    };
    let _ = ip6_fib::add(machine, net, &config, &mut Extended::default());
}

/// Adds the route to an address' prefix.
#[doc(alias = "addrconf_prefix_route")]
pub(super) fn add_prefix_route(
    machine: &mut Machine,
    id: DeviceId,
    prefix: u128,
    length: u8,
    metric: u32,
    expires: Option<i64>,
) {
    let Ok(device) = machine.device(id) else { return };
    let (net, index) = (device.net, device.index);
    let mut flags = Flags::UP;
    flags.set(Flags::EXPIRES, expires.is_some());
    let config = Config {
        metric: if metric == 0 { METRIC_OF_ADDRESSES } else { metric },
        index,
        destination: prefix,
        destination_length: length.into(),
        flags,
        kind: RouteType::UNICAST,
        protocol: RouteProtocol::KERNEL,
        expires: expires.unwrap_or(0),
        ..Config::default()
    };
    let _ = ip6_fib::add(machine, net, &config, &mut Extended::default());
}

/// Returns a prefix' route over a device, whoever made it.
#[doc(alias = "addrconf_get_prefix_route")]
fn prefix_route(
    machine: &mut Machine,
    id: DeviceId,
    prefix: u128,
    length: u8,
) -> Option<&mut ip6_fib::Route> {
    let net = machine.device(id).ok()?.net;
    let table = machine.net_mut(net).ok()?.inet6.tables.get_mut(ip6_fib::MAIN)?;
    let node = table.nodes.get_mut(&Place::to(prefix, length))?;
    node.iter_mut().find(|route| {
        route.device == id && route.gateway.is_none() && !route.flags.contains(Flags::DEFAULT)
    })
}

fn delete_prefix_route(machine: &mut Machine, id: DeviceId, prefix: u128, length: u8) {
    let Some(route) = prefix_route(machine, id, prefix, length).map(|route| route.id) else {
        return;
    };
    let Ok(net) = machine.device(id).map(|device| device.net) else { return };
    ip6_fib::delete_one(machine, net, ip6_fib::MAIN, Place::to(prefix, length), route);
}

/// Deletes the first route to a peer over a device, be it even one through a gateway.
fn delete_peer_route(machine: &mut Machine, id: DeviceId, peer: u128) {
    let Ok(net) = machine.device(id).map(|device| device.net) else { return };
    let place = Place::to(peer, 128);
    let table = machine.net(net).ok().and_then(|net| net.inet6.tables.get(ip6_fib::MAIN));
    let node = table.and_then(|table| table.nodes.get(&place));
    let found = node.and_then(|node| node.iter().find(|route| route.device == id));
    if let Some(route) = found.map(|route| route.id) {
        ip6_fib::delete_one(machine, net, ip6_fib::MAIN, place, route);
    }
}

/// Gives a prefix' route the metric and lifetime of its address, and returns whether it was there.
fn modify_prefix_route(
    machine: &mut Machine,
    id: DeviceId,
    prefix: u128,
    length: u8,
    metric: u32,
    config: &Config6,
) -> bool {
    let wanted = if metric == 0 { METRIC_OF_ADDRESSES } else { metric };
    let boot = hundredths(BEFORE_BOOT);
    let Some(route) = prefix_route(machine, id, prefix, length) else { return false };
    if route.metric != wanted {
        delete_prefix_route(machine, id, prefix, length);
        add_prefix_route(machine, id, prefix, length, metric, config.expires());
        return true;
    }
    // Linux takes the lifetime for a point of time, in ticks: one long past.
    route.expires = config.expires().map(|expires| expires * 100 / TICKS_PER_SECOND - boot);
    route.flags.set(Flags::EXPIRES, route.expires.is_some());
    true
}

/// Linux' clock counts so many ticks a second.
#[doc(alias = "CONFIG_HZ")]
const TICKS_PER_SECOND: i64 = 250;

/// How far its clock is when it starts: 2^32 ticks, less five minutes.
#[doc(alias = "INITIAL_JIFFIES")]
const BEFORE_BOOT: Duration = Duration::from_millis(((1 << 32) - 300 * 250) * 4);

/// What becomes of a prefix' route when an address goes.
#[derive(Debug, Clone, Copy)]
#[doc(alias = "cleanup_prefix_rt_t")]
enum Fate {
    Stays,
    Goes,
    /// It stays as long as the address that lives longest.
    Expires(Duration),
}

#[doc(alias = "check_cleanup_prefix_route")]
fn fate_of_prefix_route(machine: &Machine, id: DeviceId, address: u128, length: u8) -> Fate {
    let inet6 = machine.device(id).ok().and_then(|device| device.inet6.as_ref());
    let Some(inet6) = inet6 else { return Fate::Goes };
    let mut fate = Fate::Goes;
    for other in inet6.addresses.of_prefix(address, length) {
        if other.address == address {
            continue;
        }
        if other.flags.intersects(AddressFlags::PERMANENT | AddressFlags::NOPREFIXROUTE) {
            return Fate::Stays;
        }
        if let Some(end) = other.end() {
            fate = match fate {
                Fate::Expires(latest) => Fate::Expires(latest.max(end)),
                _ => Fate::Expires(end.max(machine.now)),
            };
        }
    }
    fate
}

#[doc(alias = "cleanup_prefix_route")]
fn settle_prefix_route(machine: &mut Machine, id: DeviceId, address: u128, length: u8, fate: Fate) {
    match fate {
        Fate::Stays => {}
        Fate::Goes => delete_prefix_route(machine, id, address, length),
        Fate::Expires(end) => {
            if let Some(route) = prefix_route(machine, id, address, length)
                && route.expires.is_none()
            {
                route.expires = Some(hundredths(end));
                route.flags |= Flags::EXPIRES;
            }
        }
    }
}

/// Takes a source that is gone from the routes that prefer it.
#[doc(alias = "rt6_remove_prefsrc")]
fn forget_source(machine: &mut Machine, id: DeviceId, address: u128) {
    let Ok(net) = machine.device(id).map(|device| device.net) else { return };
    let Ok(space) = machine.net_mut(net) else { return };
    if !space.inet6.preferred_sources.contains_key(&address) {
        return;
    }
    let near = in6::kind(address).intersects(Kind::LINK_LOCAL | Kind::LOOPBACK);
    let owners: Vec<DeviceId> = space.inet6.owners(address).collect();
    let is_ours = |over| if near { owners.contains(&over) } else { !owners.is_empty() };
    let mut forgotten = 0;
    for table in space.inet6.tables.iter_mut() {
        for route in table.nodes.values_mut().flatten() {
            if route.preferred_source == address && !is_ours(route.device) {
                route.preferred_source = 0;
                forgotten += 1;
            }
        }
    }
    for _ in 0..forgotten {
        space.inet6.forget_preferred_source(address);
    }
}

/// Has an address looked at when its preferred or its valid lifetime ends.
pub(super) fn watch_lifetime(machine: &mut Machine, id: DeviceId, address: u128) {
    let Ok(device) = machine.device(id) else { return };
    let inet6 = device.inet6.as_ref();
    let Some(entry) = inet6.and_then(|inet6| inet6.addresses.get(address)) else { return };
    let deprecated = entry.flags.contains(AddressFlags::DEPRECATED);
    let next = entry.deprecation().filter(|_| !deprecated).into_iter().chain(entry.end()).min();
    let task = Task::Ipv6Lifetime { device: id, address };
    match next {
        Some(next) => machine.timers.at(next, task),
        None => machine.timers.cancel(task),
    }
}

/// Deprecates or deletes an address whose time is over.
#[doc(alias = "addrconf_verify_rtnl")]
pub(crate) fn verify_lifetime(machine: &mut Machine, id: DeviceId, address: u128) {
    let now = machine.now;
    let Ok(device) = machine.device_mut(id) else { return };
    let inet6 = device.inet6.as_mut();
    let Some(entry) = inet6.and_then(|inet6| inet6.addresses.get_mut(address)) else { return };
    if entry.end().is_some_and(|end| end <= now) {
        delete(machine, id, address);
        return;
    }
    let over = entry.deprecation().is_some_and(|end| end <= now);
    if over && !entry.flags.contains(AddressFlags::DEPRECATED) {
        entry.flags |= AddressFlags::DEPRECATED;
        message::notify(machine, id, address, MessageType::NEWADDR);
        watch_lifetime(machine, id, address);
    }
}
