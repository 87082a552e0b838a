//! Routes added and deleted.

use super::lookup::{self, Flow};
use super::{Flags, LOCAL, MAIN, Place, Route, message};
use crate::addrconf;
use crate::dev::{Cause, Device, DeviceId};
use crate::fib_rules::Marks;
use crate::in6::{self, Kind};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::release::Release;
use crate::rtnetlink::Extended;
use crate::timers::Task;
use ifctl_abi::netlink::MessageFlags;
use ifctl_abi::rtnetlink::{NextHopFlags, RouteProtocol, RouteType};
use ifctl_kernel::Errno;
use std::time::Duration;

/// How often expired routes are looked for.
#[doc(alias = "ip6_rt_gc_interval")]
pub(super) const GARBAGE_INTERVAL: Duration = Duration::from_secs(30);

/// A route as somebody asks for it.
#[derive(Debug, Clone)]
#[doc(alias = "fib6_config")]
pub(crate) struct Config {
    pub(crate) table: u32,
    /// The request names the table: a gateway is looked for there first.
    pub(crate) names_table: bool,
    pub(crate) metric: u32,
    /// The device's index, 0 for none.
    pub(crate) index: u32,
    pub(crate) destination: u128,
    pub(crate) destination_length: u32,
    pub(crate) source: u128,
    pub(crate) source_length: u32,
    pub(crate) gateway: u128,
    pub(crate) preferred_source: u128,
    pub(crate) flags: Flags,
    pub(crate) kind: RouteType,
    pub(crate) protocol: RouteProtocol,
    /// Hundredths of a second from now, if `flags` say that it expires.
    pub(crate) expires: i64,
    /// Or why there are none: who deletes a route is not told.
    pub(crate) metrics: Result<Vec<(u16, u32)>, WrongMetrics>,
    pub(crate) hops: u8,
    /// A device that is down will do.
    pub(crate) ignores_down: bool,
    pub(crate) of_address: bool,
    pub(crate) request: RouteRequest,
}

/// What is wrong with metrics.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WrongMetrics {
    pub(crate) text: &'static str,
    /// Where in the message.
    pub(crate) offset: Option<usize>,
}

/// The message behind a change.
#[derive(Debug, Clone, Copy, Default)]
#[doc(alias = "nl_info")]
pub(crate) struct RouteRequest {
    pub(crate) cause: Cause,
    /// The flags of the message, if it is one of netlink's.
    pub(crate) flags: Option<MessageFlags>,
    /// Nobody is told.
    pub(crate) quiet: bool,
    /// All next hops of a route are to be deleted.
    pub(crate) all_hops: bool,
}

impl RouteRequest {
    fn has(&self, flag: MessageFlags) -> bool {
        self.flags.is_some_and(|flags| flags.contains(flag))
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            table: MAIN,
            names_table: true,
            metric: 0,
            index: 0,
            destination: 0,
            destination_length: 0,
            source: 0,
            source_length: 0,
            gateway: 0,
            preferred_source: 0,
            flags: Flags::UP,
            kind: RouteType::UNSPEC,
            protocol: RouteProtocol::UNSPEC,
            expires: 0,
            metrics: Ok(Vec::new()),
            hops: 0,
            ignores_down: false,
            of_address: false,
            request: RouteRequest::default(),
        }
    }
}

impl Config {
    /// Returns the place of the route, its lengths cut to what there is.
    pub(crate) fn place(&self) -> Place {
        let length = |length: u32| u8::try_from(length).unwrap_or(u8::MAX).min(128);
        let (to, from) = (length(self.destination_length), length(self.source_length));
        Place::between(self.destination, to, self.source, from)
    }
}

/// Adds a route.
#[doc(alias("ip6_route_add", "ip6_route_info_create"))]
pub(crate) fn add(
    machine: &mut Machine,
    net: NetId,
    config: &Config,
    extended: &mut Extended,
) -> Result<(), Errno> {
    let route = build(machine, net, config, extended)?;
    insert(machine, net, config, route, extended)
}

/// Returns the route that is asked for, and makes its table.
pub(super) fn build(
    machine: &mut Machine,
    net: NetId,
    config: &Config,
    extended: &mut Extended,
) -> Result<Route, Errno> {
    let mut refuse = |errno, text| Err(extended.refuse(errno, text, None));
    if config.flags.contains(Flags::PCPU) {
        return refuse(Errno::EINVAL, "Userspace can not set RTF_PCPU");
    }
    if config.flags.contains(Flags::CACHE) {
        return refuse(Errno::EINVAL, "Userspace can not set RTF_CACHE");
    }
    if config.kind.0 > RouteType::XRESOLVE.0 {
        return refuse(Errno::EINVAL, "Invalid route type");
    }
    if config.destination_length > 128 {
        return refuse(Errno::EINVAL, "Invalid prefix length");
    }
    if config.source_length > 128 {
        return refuse(Errno::EINVAL, "Invalid source address length");
    }
    machine.net_mut(net)?.inet6.tables.make(config.table);
    let metrics = match &config.metrics {
        Ok(metrics) => metrics.as_slice(),
        Err(wrong) => return Err(extended.refuse(Errno::EINVAL, wrong.text, wrong.offset)),
    };
    let hop = next_hop(machine, net, config, extended)?;
    if config.preferred_source != 0
        && !addrconf::may_prefer(machine, net, config.preferred_source, hop.device)
    {
        return Err(extended.refuse(Errno::EINVAL, "Invalid source address", None));
    }
    let now = addrconf::hundredths(machine.now);
    // A route that refuses never expires.
    let expires = hop.flags.contains(Flags::EXPIRES).then(|| now.saturating_add(config.expires));
    let unless_unspecified = |kind: RouteType, other| if kind.0 == 0 { other } else { kind };
    Ok(Route {
        gateway: hop.gateway,
        preferred_source: config.preferred_source,
        id: machine.next_id(),
        device: hop.device,
        expires,
        metrics: (!metrics.is_empty()).then(|| metrics.into()),
        flags: hop.flags,
        metric: config.metric,
        kind: unless_unspecified(config.kind, RouteType::UNICAST),
        protocol: if config.protocol.0 == 0 { RouteProtocol::BOOT } else { config.protocol },
        hop_flags: hop.hop_flags,
        hops: config.hops,
        of_address: config.of_address,
    })
}

struct NextHop {
    device: DeviceId,
    gateway: Option<u128>,
    flags: Flags,
    hop_flags: NextHopFlags,
}

/// Checks where a route leads.
#[doc(alias = "fib6_nh_init")]
fn next_hop(
    machine: &Machine,
    net: NetId,
    config: &Config,
    extended: &mut Extended,
) -> Result<NextHop, Errno> {
    let mut given = None;
    if config.index != 0 {
        let id = machine.net(net)?.index(config.index)?;
        machine.device(id)?.inet6.as_ref().ok_or(Errno::ENODEV)?;
        given = Some(id);
    }
    let mut hop_flags = NextHopFlags::empty();
    if config.flags.contains(Flags::ON_LINK) {
        let text = "Nexthop device required for onlink";
        let id = given.ok_or_else(|| extended.refuse(Errno::ENODEV, text, None))?;
        if !machine.device(id)?.is_up() {
            return Err(extended.refuse(Errno::ENETDOWN, "Nexthop device is not up", None));
        }
        hop_flags |= NextHopFlags::ONLINK;
    }
    let given_device = given.and_then(|id| machine.device(id).ok());
    let circles = given_device.is_some_and(|device| leads_in_circles(device, config));
    if config.flags.contains(Flags::REJECT) || circles && machine.release < Release::V6_18 {
        let device = machine.net(net)?.lo()?;
        let flags = Flags::REJECT | Flags::NO_NEXT_HOP;
        return Ok(NextHop { device, gateway: None, flags, hop_flags });
    }
    let mut gateway = None;
    if config.flags.contains(Flags::GATEWAY) {
        given = Some(check_gateway(machine, net, config, given, extended)?);
        gateway = Some(config.gateway);
    }
    let device = given.ok_or(Errno::ENODEV)?;
    let found = machine.device(device)?;
    if found.inet6.as_ref().is_none_or(|inet6| inet6.conf.is_disabled()) {
        return Err(extended.refuse(Errno::EACCES, "IPv6 is disabled on nexthop device", None));
    }
    if !found.is_up() && !config.ignores_down {
        return Err(extended.refuse(Errno::ENETDOWN, "Nexthop device is not up", None));
    }
    if !config.flags.intersects(Flags::LOCAL | Flags::ANYCAST) && !found.carrier {
        hop_flags |= NextHopFlags::LINKDOWN;
    }
    let mut flags = config.flags;
    if leads_in_circles(found, config) {
        flags = Flags::REJECT | Flags::NO_NEXT_HOP;
    }
    Ok(NextHop { device, gateway, flags, hop_flags })
}

/// Returns whether a route over the loopback would only lead in circles: then it is one that refuses.
#[doc(alias = "fib6_is_reject")]
fn leads_in_circles(device: &Device, config: &Config) -> bool {
    device.is_loopback()
        && !in6::kind(config.destination).contains(Kind::LOOPBACK)
        && !config.flags.intersects(Flags::ANYCAST | Flags::LOCAL)
}

/// Checks a gateway, and returns the device that it is reached through.
#[doc(alias("ip6_validate_gw", "ip6_route_check_nh"))]
fn check_gateway(
    machine: &Machine,
    net: NetId,
    config: &Config,
    given: Option<DeviceId>,
    extended: &mut Extended,
) -> Result<DeviceId, Errno> {
    let kind = in6::kind(config.gateway);
    let is_link_local = kind == Kind::UNICAST | Kind::LINK_LOCAL;
    let is_own = |device: Option<DeviceId>| {
        let only_on = if kind.contains(Kind::LINK_LOCAL) { device } else { None };
        addrconf::has_address(machine, net, config.gateway, only_on)
    };
    let own = "Gateway can not be a local address";
    if given.is_some() && is_own(given) {
        return Err(extended.refuse(Errno::EINVAL, own, None));
    }
    let mut device = given;
    if !is_link_local {
        if !kind.intersects(Kind::UNICAST | Kind::MAPPED) {
            return Err(extended.refuse(Errno::EINVAL, "Invalid gateway address", None));
        }
        if config.flags.contains(Flags::ON_LINK) {
            check_on_link(machine, net, config, given, extended)?;
        } else {
            device = Some(reached_through(machine, net, config, given)?);
        }
    }
    let text = "Egress device not specified";
    let device = device.ok_or_else(|| extended.refuse(Errno::EINVAL, text, None))?;
    if machine.device(device)?.is_loopback() {
        let text = "Egress device can not be loopback device for this route";
        return Err(extended.refuse(Errno::EINVAL, text, None));
    }
    if given.is_none() && is_own(Some(device)) {
        return Err(extended.refuse(Errno::EINVAL, own, None));
    }
    Ok(device)
}

/// Finds the device of a gateway that is to be on one of our links.
fn reached_through(
    machine: &Machine,
    net: NetId,
    config: &Config,
    given: Option<DeviceId>,
) -> Result<DeviceId, Errno> {
    let flow = Flow {
        destination: config.gateway,
        source: config.preferred_source,
        device: given,
        output: config.index,
        strict: true,
        ignores_link_state: false,
        label: 0,
        marks: Marks::default(),
    };
    let fits = |route: &&Route| {
        !route.flags.contains(Flags::REJECT)
            && route.gateway.is_none()
            && given.is_none_or(|given| given == route.device)
    };
    let from_anywhere = Flow { source: 0, ..flow };
    let named = config.names_table.then_some(config.table);
    let of_table = Flow { ignores_link_state: true, ..flow };
    let in_table = named.and_then(|table| lookup::in_table(machine, net, table, &of_table));
    let found = in_table.map(|(_, route)| route).filter(fits).or_else(|| {
        lookup::of_gateway(machine, net, &from_anywhere).map(|found| found.route).filter(fits)
    });
    found.map(|route| route.device).ok_or(Errno::EHOSTUNREACH)
}

/// Checks a gateway that is said to be on the link: it must not be elsewhere.
#[doc(alias = "ip6_route_check_nh_onlink")]
fn check_on_link(
    machine: &Machine,
    net: NetId,
    config: &Config,
    given: Option<DeviceId>,
    extended: &mut Extended,
) -> Result<(), Errno> {
    let flow = Flow {
        destination: config.gateway,
        source: config.preferred_source,
        device: given,
        output: config.index,
        strict: false,
        ignores_link_state: true,
        label: 0,
        marks: Marks::default(),
    };
    let table = if config.table == 0 { MAIN } else { config.table };
    let Some((place, route)) = lookup::in_table(machine, net, table, &flow) else { return Ok(()) };
    // Neither a default route nor an unreachable destination says that it is elsewhere.
    let elsewhere = place.length() > 0
        && !route.flags.contains(Flags::REJECT)
        && (route.flags.intersects(Flags::LOCAL | Flags::ANYCAST) || Some(route.device) != given);
    if elsewhere {
        let text = "Nexthop has invalid gateway or device mismatch";
        return Err(extended.refuse(Errno::EINVAL, text, None));
    }
    Ok(())
}

/// Where a new route goes among those of its prefix.
enum Slot {
    Before(usize),
    InsteadOf(usize),
}

/// Puts a route into its table, and tells who listens.
#[doc(alias("fib6_add", "fib6_add_rt2node"))]
pub(super) fn insert(
    machine: &mut Machine,
    net: NetId,
    config: &Config,
    route: Route,
    extended: &mut Extended,
) -> Result<(), Errno> {
    let request = config.request;
    let place = config.place();
    let by_netlink = request.flags.is_some();
    let replaces = request.has(MessageFlags::REPLACE);
    let may_create = !by_netlink || request.has(MessageFlags::CREATE);
    let (id, expires) = (route.id, route.expires);
    let state = &mut machine.net_mut(net)?.inet6;
    let table = state.tables.get_mut(config.table).ok_or(Errno::ENOBUFS)?;
    // The root of the tree is always there.
    if !may_create && replaces && place != Place::to(0, 0) && !table.has_node(place) {
        let text = "Can not replace route - no match found";
        return Err(extended.refuse(Errno::ENOENT, text, None));
    }
    let node = table.node_mut(place);
    let mut told = MessageFlags::EXCL;
    if request.has(MessageFlags::APPEND) {
        told |= MessageFlags::APPEND;
    }
    let slot = slot(node, &route, &request, replaces, &mut told);
    let slot = match slot {
        Ok(Slot::InsteadOf(at)) => Slot::InsteadOf(at),
        Ok(Slot::Before(_)) if replaces && !may_create => {
            table.tidy(place);
            return Err(Errno::ENOENT);
        }
        Ok(slot) => slot,
        Err(errno) => {
            table.tidy(place);
            return Err(errno);
        }
    };
    if route.preferred_source != 0 {
        *state.preferred_sources.entry(route.preferred_source).or_default() += 1;
    }
    let mut gone = Vec::new();
    match slot {
        Slot::Before(at) => {
            node.insert(at.min(node.len()), route);
            told |= MessageFlags::CREATE;
        }
        Slot::InsteadOf(at) => {
            let metric = route.metric;
            let others = node.get(at).is_some_and(Route::is_shareable);
            if let Some(old) = node.get_mut(at) {
                gone.push(std::mem::replace(old, route));
            }
            if others {
                gone.extend(node.extract_if(.., |other| {
                    other.id != id && other.metric == metric && other.is_shareable()
                }));
            }
            told = MessageFlags::REPLACE;
        }
    }
    for route in &gone {
        state.forget_preferred_source(route.preferred_source);
    }
    if expires.is_some() && !state.garbage_timer {
        state.garbage_timer = true;
        machine.timers.at(machine.now + GARBAGE_INTERVAL, Task::Ipv6Garbage { net });
    }
    if !request.quiet {
        message::notify_added(machine, net, config.table, place, id, told, request.cause);
    }
    Ok(())
}

/// Finds where a route belongs: by metric, behind those of the same metric.
fn slot(
    node: &mut [Route],
    route: &Route,
    request: &RouteRequest,
    replaces: bool,
    told: &mut MessageFlags,
) -> Result<Slot, Errno> {
    let mut fallback = None;
    let mut at = node.len();
    for (index, other) in node.iter_mut().enumerate() {
        if other.metric == route.metric {
            if request.has(MessageFlags::EXCL) {
                return Err(Errno::EEXIST);
            }
            told.remove(MessageFlags::EXCL);
            if replaces {
                if route.is_shareable() == other.is_shareable() {
                    return Ok(Slot::InsteadOf(index));
                }
                fallback.get_or_insert(index);
                continue;
            }
            if other.goes_as(route) {
                // One that expires is given the new one's time.
                if other.expires.is_some() {
                    other.expires = route.expires;
                    other.flags.set(Flags::EXPIRES, route.expires.is_some());
                }
                return Err(Errno::EEXIST);
            }
        }
        if other.metric > route.metric {
            at = index;
            break;
        }
    }
    Ok(fallback.map_or(Slot::Before(at), Slot::InsteadOf))
}

/// Deletes the first route that fits, or all next hops of it.
#[doc(alias = "ip6_route_del")]
pub(crate) fn delete(
    machine: &mut Machine,
    net: NetId,
    config: &Config,
    extended: &mut Extended,
) -> Result<(), Errno> {
    let Some(table) = machine.net(net)?.inet6.tables.get(config.table) else {
        return Err(extended.refuse(Errno::ESRCH, "FIB table does not exist", None));
    };
    let place = table.located(config.place());
    if config.flags.contains(Flags::CACHE) {
        // An exception to a route is meant. There are none; Linux counts that as done.
        return Ok(());
    }
    let by_gateway = config.flags.contains(Flags::GATEWAY);
    let node = table.nodes.get(&place).map(Vec::as_slice).unwrap_or_default();
    let matches = |route: &&Route| {
        let index = machine.device(route.device).map_or(0, |device| device.index);
        (config.index == 0 || config.index == index)
            && (!by_gateway || route.gateway.unwrap_or(0) == config.gateway)
            && (config.metric == 0 || config.metric == route.metric)
            && (config.protocol.0 == 0 || config.protocol == route.protocol)
    };
    let Some(found) = node.iter().find(matches) else {
        // An empty root holds an entry that cannot be deleted.
        let null = node.is_empty()
            && place == Place::to(0, 0)
            && matches!(config.index, 0 | crate::dev::INDEX_OF_LO)
            && matches!(config.metric, 0 | u32::MAX)
            && (!by_gateway || config.gateway == 0)
            && matches!(config.protocol, RouteProtocol::UNSPEC | RouteProtocol::KERNEL);
        return Err(if null { Errno::ENOENT } else { Errno::ESRCH });
    };
    let (id, metric) = (found.id, found.metric);
    let hops: Vec<u64> = if config.request.all_hops && !by_gateway && found.is_shareable() {
        super::table::siblings(node, metric).into_iter().map(|route| route.id).collect()
    } else {
        vec![id]
    };
    let mut request = config.request;
    if hops.len() > 1 {
        // All are told of in one message, before they go.
        message::notify_deleted_together(machine, net, config.table, place, id, request.cause);
        request.quiet = true;
    }
    for hop in hops.into_iter() {
        remove(machine, net, config.table, place, hop, request);
    }
    Ok(())
}

/// Takes a route out of its table, and tells who listens.
#[doc(alias = "fib6_del_route")]
pub(super) fn remove(
    machine: &mut Machine,
    net: NetId,
    table_id: u32,
    place: Place,
    id: u64,
    request: RouteRequest,
) {
    let Ok(space) = machine.net_mut(net) else { return };
    let Some(table) = space.inet6.tables.get_mut(table_id) else { return };
    let node = table.node_mut(place);
    let gone = node.iter().position(|route| route.id == id).map(|at| node.remove(at));
    table.tidy(place);
    if let Some(route) = gone {
        space.inet6.forget_preferred_source(route.preferred_source);
        if !request.quiet {
            message::notify_deleted(machine, net, table_id, place, &route, request.cause);
        }
    }
}

/// Deletes one route that was found before.
#[doc(alias = "ip6_del_rt")]
pub(crate) fn delete_one(machine: &mut Machine, net: NetId, table: u32, place: Place, id: u64) {
    remove(machine, net, table, place, id, RouteRequest::default());
}

/// Deletes the route that comes with an address, if it is there.
pub(crate) fn delete_route_of(machine: &mut Machine, net: NetId, device: DeviceId, address: u128) {
    let place = Place::to(address, 128);
    let table = machine.net(net).ok().and_then(|net| net.inet6.tables.get(LOCAL));
    let node = table.and_then(|table| table.nodes.get(&place)).map(Vec::as_slice);
    let mut own = node.unwrap_or_default().iter();
    if let Some(route) = own.find(|route| route.of_address && route.device == device) {
        let id = route.id;
        remove(machine, net, LOCAL, place, id, RouteRequest::default());
    }
}
