//! What a route must be like to be taken.

use super::metrics::{BadMetrics, Metrics};
use super::{HopKey, HopKeys, InfoId, InfoKey, least_scope, refusal};
use crate::addrconf;
use crate::fib_trie::{self, Flow};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::rtnetlink::Extended;
use crate::sysctl::ConfOf;
use ifctl_abi::netlink::MessageFlags;
use ifctl_abi::rtnetlink::{
    NextHopFlags, RouteProtocol, RouteScope, RouteTable, RouteType, RtmFlags,
};
use ifctl_kernel::Errno;
use std::net::IpAddr;

/// A route that somebody wants, or wants gone.
#[derive(Debug, Clone)]
#[doc(alias = "fib_config")]
pub(crate) struct FibConfig {
    pub(crate) destination: u32,
    pub(crate) length: u8,
    pub(crate) tos: u8,
    /// 0: the main one.
    pub(crate) table: u32,
    pub(crate) protocol: RouteProtocol,
    pub(crate) scope: RouteScope,
    pub(crate) kind: RouteType,
    pub(crate) flags: RtmFlags,
    pub(crate) priority: u32,
    /// 0: none.
    pub(crate) source: u32,
    /// 0: none.
    pub(crate) output: u32,
    pub(crate) gateway: Option<IpAddr>,
    /// The realms of its only next hop, or its first; 0: none.
    pub(crate) realms: u32,
    /// The next hops, or what is wrong with them.
    pub(crate) hops: Option<Result<Vec<HopConfig>, &'static str>>,
    pub(crate) metrics: Option<Result<Metrics, BadMetrics>>,
    /// Where in the message there is an encapsulation whose kind is not told.
    pub(crate) untyped_encapsulation: Option<usize>,
    /// The flags of the request's message.
    pub(crate) request: MessageFlags,
}

impl FibConfig {
    /// Returns a unicast route with nothing to it.
    pub(crate) fn new(destination: u32, length: u8) -> Self {
        Self {
            destination,
            length,
            tos: 0,
            table: 0,
            protocol: RouteProtocol::UNSPEC,
            scope: RouteScope::UNIVERSE,
            kind: RouteType::UNICAST,
            flags: RtmFlags::empty(),
            priority: 0,
            source: 0,
            output: 0,
            gateway: None,
            realms: 0,
            hops: None,
            metrics: None,
            untyped_encapsulation: None,
            request: MessageFlags::empty(),
        }
    }
}

/// One next hop of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HopConfig {
    pub(crate) output: u32,
    pub(crate) gateway: Option<IpAddr>,
    /// The weight less one.
    pub(crate) hops: u8,
    pub(crate) flags: NextHopFlags,
    pub(crate) realms: Option<u32>,
}

/// Returns what an address is to this host: `UNICAST` unless a route says otherwise.
#[doc(alias("inet_addr_type", "inet_addr_type_dev_table"))]
pub(crate) fn address_type(machine: &Machine, net: NetId, table: u32, address: u32) -> RouteType {
    match address.to_be_bytes() {
        [0, 0, 0, 0] | [255, 255, 255, 255] => return RouteType::BROADCAST,
        [224..=239, ..] => return RouteType::MULTICAST,
        _ => {}
    }
    let table = if table == 0 { RouteTable::LOCAL.0 } else { table };
    let known = machine.net(net).is_ok_and(|net| net.fib.table(table).is_some());
    let flow = Flow { destination: address, ..Flow::default() };
    match fib_trie::look_up(machine, net, table, &flow) {
        _ if !known => RouteType::BROADCAST,
        Ok(found) => found.info.key.kind,
        _ => RouteType::UNICAST,
    }
}

/// Checks a route, and returns what it shares with others, which then has one reference more.
#[doc(alias = "fib_create_info")]
pub(crate) fn create_info(
    machine: &mut Machine,
    net: NetId,
    config: &FibConfig,
    extended: &mut Extended,
) -> Result<InfoId, Errno> {
    let mut invalid = |text: &'static str| Err(extended.refuse(Errno::EINVAL, text, None));
    if least_scope(config.kind).0 > config.scope.0 {
        return invalid("Invalid scope");
    }
    if config.flags.intersects(RtmFlags::DEAD | RtmFlags::LINKDOWN) {
        return invalid("Invalid rtm_flags - can not contain DEAD or LINKDOWN");
    }
    let hop_flags = NextHopFlags::from_bits_retain((config.flags.bits() & 0xff) as u8);
    let unchecked = |output, gateway, hops, flags, realms| HopKey {
        output,
        device: None,
        gateway,
        hops,
        flags,
        realms,
        scope: RouteScope::UNIVERSE,
    };
    if let Some(Err(BadMetrics { text, offset, .. })) = config.metrics {
        return Err(extended.refuse(Errno::EINVAL, text, offset));
    }
    if config.hops.is_none() && config.untyped_encapsulation.is_some() {
        let text = "Unknown LWT encapsulation type";
        return Err(extended.refuse(Errno::EINVAL, text, config.untyped_encapsulation));
    }
    let mut invalid = |text: &'static str| Err(extended.refuse(Errno::EINVAL, text, None));
    let mut hops = match &config.hops {
        None => HopKeys::One(unchecked(config.output, config.gateway, 0, hop_flags, config.realms)),
        Some(Err(text)) => return invalid(text),
        Some(Ok(hops)) => {
            let lost = NextHopFlags::DEAD | NextHopFlags::LINKDOWN;
            if hops.is_empty() {
                return Err(Errno::EINVAL);
            }
            if hops.iter().any(|hop| hop.flags.intersects(lost)) {
                return invalid("Invalid flags for nexthop - can not contain DEAD or LINKDOWN");
            }
            let first = hops.first();
            if config.output != 0 && first.is_some_and(|hop| hop.output != config.output) {
                return invalid("Nexthop device index does not match RTA_OIF");
            }
            if config.gateway.is_some() && first.is_some_and(|hop| hop.gateway != config.gateway) {
                return invalid("Nexthop gateway does not match RTA_GATEWAY or RTA_VIA");
            }
            let realms = |hop: &HopConfig| hop.realms.unwrap_or(0);
            if config.realms != 0 && first.is_some_and(|hop| realms(hop) != config.realms) {
                return invalid("Nexthop class id does not match RTA_FLOW");
            }
            let hop = |hop: &HopConfig| {
                unchecked(hop.output, hop.gateway, hop.hops, hop.flags, realms(hop))
            };
            HopKeys::Many(hops.iter().map(hop).collect())
        }
    };
    // One next hop needs no memory for its state: a host has a million routes to itself.
    let (mut only, mut many) = ([NextHopFlags::empty()], Vec::new());
    if refusal(config.kind).is_some() {
        if config.gateway.is_some() || config.output != 0 || config.hops.is_some() {
            return invalid(
                "Gateway, device and multipath can not be specified for this route type",
            );
        }
    } else {
        match config.kind {
            RouteType::UNICAST
            | RouteType::LOCAL
            | RouteType::BROADCAST
            | RouteType::ANYCAST
            | RouteType::MULTICAST => {}
            _ => return invalid("Invalid route type"),
        }
        if config.scope.0 > RouteScope::HOST.0 {
            return invalid("Invalid scope");
        }
        let hops = match &mut hops {
            HopKeys::One(hop) => std::slice::from_mut(hop),
            HopKeys::Many(hops) => hops.as_mut_slice(),
        };
        if config.scope == RouteScope::HOST {
            let [hop] = hops else {
                return invalid("Route with host scope can not have multiple nexthops");
            };
            if hop.gateway.is_some() {
                return invalid("Route with host scope can not have a gateway");
            }
            hop.scope = RouteScope::NOWHERE;
            hop.device = Some(machine.net(net)?.index(hop.output)?);
        } else if let [hop] = hops {
            only = [check_hop(machine, net, config, hop, extended)?];
        } else {
            for hop in hops {
                many.push(check_hop(machine, net, config, hop, extended)?);
            }
        }
        if config.source != 0 && !is_known_source(machine, net, config) {
            let text = "Invalid prefsrc address";
            return Err(extended.refuse(Errno::EINVAL, text, None));
        }
    }
    // One next hop is one, however it was written.
    let hops = match hops {
        HopKeys::Many(hops) if hops.len() == 1 => {
            hops.first().map_or(HopKeys::Many(Vec::new()), |hop| HopKeys::One(*hop))
        }
        hops => hops,
    };
    let key = InfoKey {
        table: if config.table == 0 { RouteTable::MAIN.0 } else { config.table },
        protocol: config.protocol,
        scope: config.scope,
        kind: config.kind,
        priority: config.priority,
        flags: config.flags,
        metrics: config.metrics.and_then(Result::ok).as_ref().and_then(Metrics::plain),
        hops,
    };
    let state = if many.is_empty() { only.as_slice() } else { &many };
    Ok(machine.net_mut(net)?.fib.infos.share(key, state))
}

/// Returns what [`is_valid_source`] does, and remembers it where only the local table was asked.
fn is_known_source(machine: &mut Machine, net: NetId, config: &FibConfig) -> bool {
    let is_local = |table| matches!(RouteTable(table), RouteTable::MAIN | RouteTable::LOCAL);
    if !is_local(config.table) {
        return is_valid_source(machine, net, config);
    }
    if machine.net(net).is_ok_and(|net| net.fib.is_valid_source(config.source)) {
        return true;
    }
    let is_valid = is_valid_source(machine, net, config);
    let is_own = config.destination == config.source;
    if is_valid
        && !is_own
        && let Ok(net) = machine.net_mut(net)
    {
        net.fib.set_valid_source(config.source);
    }
    is_valid
}

/// Returns whether packets of a route may bear the source that it prefers.
#[doc(alias = "fib_valid_prefsrc")]
fn is_valid_source(machine: &Machine, net: NetId, config: &FibConfig) -> bool {
    let own = config.kind == RouteType::LOCAL
        && config.destination != 0
        && config.destination == config.source;
    let is_local = |table| address_type(machine, net, table, config.source) == RouteType::LOCAL;
    own || is_local(0)
        || !matches!(
            RouteTable(config.table),
            RouteTable::UNSPEC | RouteTable::MAIN | RouteTable::LOCAL
        ) && is_local(config.table)
}

/// Checks a next hop, and fills in its device and its scope.
#[doc(alias("fib_check_nh", "fib_check_nh_nongw"))]
fn check_hop(
    machine: &Machine,
    net: NetId,
    config: &FibConfig,
    hop: &mut HopKey,
    extended: &mut Extended,
) -> Result<NextHopFlags, Errno> {
    let mut refuse = |errno, text| Err(extended.refuse(errno, text, None));
    let device = match hop.gateway {
        Some(IpAddr::V4(gateway)) => {
            return check_gateway(machine, net, config, hop, gateway.to_bits(), extended);
        }
        Some(IpAddr::V6(_)) if hop.output == 0 => {
            return refuse(Errno::ENODEV, "Nexthop device required for onlink");
        }
        _ if hop.flags.intersects(NextHopFlags::PERVASIVE | NextHopFlags::ONLINK)
            && hop.gateway.is_none() =>
        {
            return refuse(
                Errno::EINVAL,
                "Invalid flags for nexthop - PERVASIVE and ONLINK can not be set",
            );
        }
        _ => machine.device(machine.net(net)?.index(hop.output)?)?,
    };
    if device.inet.is_none() {
        return Err(Errno::ENODEV);
    }
    if hop.gateway.is_some() {
        let of = ConfOf::Device(device.id);
        match addrconf::conf_get(machine, net, of, "disable_ipv6") {
            Some(0) => {}
            Some(_) => return refuse(Errno::EACCES, "IPv6 is disabled on nexthop device"),
            None => return Err(Errno::ENODEV),
        }
    }
    if !device.is_up() {
        return refuse(Errno::ENETDOWN, "Device for nexthop is not up");
    }
    hop.device = Some(device.id);
    hop.scope = if hop.gateway.is_some() { RouteScope::LINK } else { RouteScope::HOST };
    Ok(link_state(device.carrier))
}

fn link_state(carrier: bool) -> NextHopFlags {
    if carrier { NextHopFlags::empty() } else { NextHopFlags::LINKDOWN }
}

/// Checks a gateway: there must be a way to it that needs none.
#[doc(alias = "fib_check_nh_v4_gw")]
fn check_gateway(
    machine: &Machine,
    net: NetId,
    config: &FibConfig,
    hop: &mut HopKey,
    gateway: u32,
    extended: &mut Extended,
) -> Result<NextHopFlags, Errno> {
    let mut refuse = |errno, text| Err(extended.refuse(errno, text, None));
    if hop.flags.contains(NextHopFlags::ONLINK) {
        if config.scope.0 >= RouteScope::LINK.0 {
            return refuse(Errno::EINVAL, "Nexthop has invalid scope");
        }
        let Ok(device) = machine.net(net)?.index(hop.output).and_then(|id| machine.device(id))
        else {
            return refuse(Errno::ENODEV, "Nexthop device required for onlink");
        };
        if !device.is_up() {
            return refuse(Errno::ENETDOWN, "Nexthop device is not up");
        }
        let kind = address_type(machine, net, 0, gateway);
        if kind != RouteType::UNICAST {
            return refuse(Errno::EINVAL, "Nexthop has invalid gateway");
        }
        hop.device = Some(device.id);
        hop.scope = RouteScope::LINK;
        return Ok(link_state(device.carrier));
    }
    let flow = Flow {
        destination: gateway,
        scope: (config.scope.0.saturating_add(1)).max(RouteScope::LINK.0),
        output: hop.output,
        ignore_link_state: true,
        ..Flow::default()
    };
    let own = !matches!(RouteTable(config.table), RouteTable::UNSPEC | RouteTable::MAIN)
        && machine.net(net)?.fib.table(config.table).is_some();
    let found = match own {
        true => fib_trie::look_up(machine, net, config.table, &flow),
        false => Err(Errno::EAGAIN),
    };
    let found = match found {
        Ok(found) => found,
        Err(_) => match fib_trie::look_up_by_rules(machine, net, &flow) {
            Ok(found) => found,
            Err(errno) => return refuse(errno, "Nexthop has invalid gateway"),
        },
    };
    if !matches!(found.info.key.kind, RouteType::UNICAST | RouteType::LOCAL) {
        return refuse(Errno::EINVAL, "Nexthop has invalid gateway");
    }
    hop.scope = found.info.key.scope;
    hop.output = found.hop.key.output;
    hop.device = found.hop.key.device;
    let Some(device) = hop.device.and_then(|id| machine.device(id).ok()) else {
        return refuse(Errno::EINVAL, "No egress device for nexthop gateway");
    };
    if device.is_up() { Ok(link_state(device.carrier)) } else { Err(Errno::ENETDOWN) }
}
