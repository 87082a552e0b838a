//! The way that a packet of this host's takes, and the source that it gets.

use super::Way;
use crate::dev::DeviceId;
use crate::devinet::mask;
use crate::fib_semantics;
use crate::fib_trie::{Flow, Found, look_up_by_rules};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use ifctl_abi::rtnetlink::{RouteScope, RouteType, RtmFlags};
use ifctl_kernel::Errno;

/// `RTCF_BROADCAST`, `RTCF_MULTICAST` and `RTCF_LOCAL`, of the flags that only such answers have.
const BROADCAST: RtmFlags = RtmFlags::from_bits_retain(0x1000_0000);
const MULTICAST: RtmFlags = RtmFlags::from_bits_retain(0x2000_0000);
const LOCAL: RtmFlags = RtmFlags::from_bits_retain(0x8000_0000);

const LOOPBACK: u32 = 0x7f00_0001;

fn is_multicast(address: u32) -> bool {
    address >> 28 == 14
}

fn is_loopback(address: u32) -> bool {
    address >> 24 == 127
}

/// Finds the way for a packet of this host's.
#[doc(alias("ip_route_output_key_hash_rcu", "ip_route_output"))]
pub(super) fn find(
    machine: &Machine,
    net: NetId,
    mut flow: Flow,
    mut source: u32,
) -> Result<Way, Errno> {
    let to_many = is_multicast(flow.destination) || flow.destination == u32::MAX;
    if source != 0 {
        if is_multicast(source) || source == u32::MAX {
            return Err(Errno::EINVAL);
        }
        let owner = owner(machine, net, source).ok_or(Errno::ENETUNREACH)?;
        if flow.output == 0 && to_many {
            return make(machine, flow.destination, source, owner, RouteType::UNICAST, None);
        }
    }
    let output = match flow.output {
        0 => None,
        index => {
            let id = machine.net(net)?.index(index)?;
            let device = machine.device(id)?;
            if !device.is_up() || device.inet.is_none() {
                return Err(Errno::ENETUNREACH);
            }
            let on_link = flow.destination >> 8 == 0x00e0_0000 || flow.destination == u32::MAX;
            if on_link {
                let link = RouteScope::LINK.0;
                source = or_else(source, || select(machine, net, id, 0, link));
                return make(machine, flow.destination, source, id, RouteType::UNICAST, None);
            }
            if is_multicast(flow.destination) {
                source = or_else(source, || select(machine, net, id, 0, flow.scope));
            } else if flow.destination == 0 {
                source = or_else(source, || select(machine, net, id, 0, RouteScope::HOST.0));
            }
            Some(id)
        }
    };
    let lo = machine.net(net)?.lo()?;
    if flow.destination == 0 {
        source = or_else(source, || LOOPBACK);
        return make(machine, source, source, lo, RouteType::LOCAL, None);
    }
    flow.source = source;
    let found = match look_up_by_rules(machine, net, &flow) {
        Ok(found) => found,
        // The tables say nothing: then it is on the link.
        Err(errno) => {
            let device = output.ok_or(errno)?;
            let link = RouteScope::LINK.0;
            source = or_else(source, || select(machine, net, device, 0, link));
            return make(machine, flow.destination, source, device, RouteType::UNICAST, None);
        }
    };
    let preferred = found.alias.source;
    if found.info.key.kind == RouteType::LOCAL {
        let own = if preferred != 0 { preferred } else { flow.destination };
        source = or_else(source, || own);
        return make(machine, flow.destination, source, lo, RouteType::LOCAL, Some(&found));
    }
    let device = found.hop.key.device.ok_or(Errno::ENETUNREACH)?;
    if source == 0 && preferred != 0 {
        source = preferred;
    } else if source == 0 {
        let gateway = match found.hop.key.gateway {
            Some(std::net::IpAddr::V4(gateway)) => gateway.to_bits(),
            _ => 0,
        };
        source = select(machine, net, device, gateway, found.info.key.scope.0);
    }
    make(machine, flow.destination, source, device, found.info.key.kind, Some(&found))
}

fn or_else(source: u32, other: impl FnOnce() -> u32) -> u32 {
    if source == 0 { other() } else { source }
}

/// Returns the device that has an address, of several the one that got it last, or a local route to it.
#[doc(alias = "__ip_dev_find")]
fn owner(machine: &Machine, net: NetId, address: u32) -> Option<DeviceId> {
    let arrival = |id: DeviceId| Some((machine.inet(id)?.addresses.arrival_of_local(address)?, id));
    let devices = machine.net(net).ok()?.by_index_from(0);
    let newest = devices.filter_map(|(_, id)| arrival(id)).max();
    newest.map(|(_, id)| id).or_else(|| {
        let flow = Flow { destination: address, ..Flow::default() };
        let table = ifctl_abi::rtnetlink::RouteTable::LOCAL.0;
        let found = crate::fib_trie::look_up(machine, net, table, &flow).ok()?;
        found.hop.key.device.filter(|_| found.info.key.kind == RouteType::LOCAL)
    })
}

/// Returns a source for packets that leave by a device: its first primary whose network has the
/// destination, or its first one, or another device's.
#[doc(alias = "inet_select_addr")]
pub(super) fn select(
    machine: &Machine,
    net: NetId,
    device: DeviceId,
    destination: u32,
    scope: u8,
) -> u32 {
    let mut first = 0;
    if let Some(inet) = machine.inet(device) {
        let all = machine.net(net).map_or(0, |net| net.ipv4.all.get("route_localnet"));
        let local_net = inet.conf.get("route_localnet") | all;
        let most = if local_net != 0 { RouteScope::LINK } else { RouteScope::HOST };
        // Secondaries stand at the end.
        let primaries = inet.addresses.iter().take_while(|(_, address)| !address.is_secondary());
        for (_, address) in primaries.filter(|(_, a)| a.scope.0.min(most.0) <= scope) {
            let fits = destination & mask(address.prefix_length) == address.network();
            if destination == 0 || fits {
                return address.local;
            }
            if first == 0 {
                first = address.local;
            }
        }
    }
    if first != 0 {
        return first;
    }
    let Ok(net) = machine.net(net) else { return 0 };
    let fits = |scope_of: RouteScope| scope_of != RouteScope::LINK && scope_of.0 <= scope;
    net.by_age()
        .filter_map(|id| machine.inet(id))
        .find_map(|inet| {
            let mut primaries =
                inet.addresses.iter().take_while(|(_, address)| !address.is_secondary());
            primaries.find(|(_, a)| fits(a.scope)).map(|(_, address)| address.local)
        })
        .unwrap_or(0)
}

/// Makes a way of what was found.
#[doc(alias("__mkroute_output", "rt_set_nexthop"))]
fn make(
    machine: &Machine,
    destination: u32,
    source: u32,
    id: DeviceId,
    kind: RouteType,
    found: Option<&Found<'_>>,
) -> Result<Way, Errno> {
    let device = machine.device(id)?;
    let inet = device.inet.as_ref().ok_or(Errno::EINVAL)?;
    let all = machine.net(device.net)?.ipv4.all.get("route_localnet");
    let local_net = inet.conf.get("route_localnet") | all;
    if local_net == 0 && is_loopback(source) && !device.is_loopback() {
        return Err(Errno::EINVAL);
    }
    let mut kind = kind;
    // What the route says of next hop and metrics, unless it is for many.
    let mut used = found;
    if destination == u32::MAX {
        (kind, used) = (RouteType::BROADCAST, None);
    } else if is_multicast(destination) {
        kind = RouteType::MULTICAST;
    }
    let mut flags = if device.is_loopback() { LOCAL } else { RtmFlags::empty() };
    match kind {
        RouteType::BROADCAST => {
            flags |= BROADCAST | LOCAL;
        }
        RouteType::MULTICAST => {
            flags |= MULTICAST;
            flags.set(LOCAL, inet.groups.has(destination));
            used = used.filter(|found| found.key.length() >= 4);
        }
        RouteType::LOCAL => flags |= LOCAL,
        _ => {}
    }
    let hop = used.map(|found| found.hop.key);
    let gateway = hop.filter(|hop| hop.scope == RouteScope::LINK).and_then(|hop| hop.gateway);
    let metrics = used.and_then(|found| found.info.key.metrics.as_deref().copied());
    let route = found.map(|found| (found.table, found.key, found.alias));
    let realms = used.map_or(0, |found| found.hop.key.realms);
    // A rule says what the route does not: from which realm, to which realm.
    let of_rule = found.map_or(0, |found| found.realms);
    let realms = [0xffff, 0xffff_0000].into_iter().fold(realms, |realms, half| {
        if realms & half == 0 { realms | of_rule & half } else { realms }
    });
    Ok(Way { kind, device: id, source, flags, gateway, metrics, realms, route })
}

/// Finds the way for a packet that comes in by a device.
#[doc(alias = "ip_route_input_rcu")]
pub(super) fn find_input(
    machine: &Machine,
    net: NetId,
    flow: Flow,
    source: u32,
    input: DeviceId,
) -> Result<Way, Errno> {
    let device = machine.device(input)?;
    let inet = device.inet.as_ref().ok_or(Errno::EINVAL)?;
    let destination = flow.destination;
    if is_multicast(source) || source == u32::MAX || is_multicast(destination) {
        return Err(Errno::EINVAL);
    }
    if destination == u32::MAX || source == 0 && destination == 0 {
        let (kind, flags) = (RouteType::BROADCAST, BROADCAST | LOCAL);
        let lo = machine.net(net)?.lo()?;
        return Ok(Way {
            kind,
            device: lo,
            source,
            flags,
            gateway: None,
            metrics: None,
            realms: 0,
            route: None,
        });
    }
    // Addresses of nobody's, and this host's own, come from no link.
    let martian = source >> 24 == 0 || destination >> 24 == 0;
    let loops = !device.is_loopback() && (is_loopback(source) || is_loopback(destination));
    if martian || loops {
        return Err(Errno::EINVAL);
    }
    let flow = Flow { output: 0, source, ..flow };
    let found = look_up_by_rules(machine, net, &flow);
    let own = fib_semantics::address_type(machine, net, 0, source) == RouteType::LOCAL;
    if own && !device.is_loopback() && inet.conf.get("accept_local") == 0 {
        return Err(Errno::EINVAL);
    }
    let found = found.map_err(|errno| match errno {
        Errno::EACCES | Errno::EINVAL => errno,
        _ => Errno::EHOSTUNREACH,
    })?;
    let kind = found.info.key.kind;
    let lo = machine.net(net)?.lo()?;
    let route = Some((found.table, found.key, found.alias));
    let metrics = found.info.key.metrics.as_deref().copied();
    match kind {
        RouteType::LOCAL | RouteType::BROADCAST => {
            let flags = if kind == RouteType::LOCAL { LOCAL } else { BROADCAST | LOCAL };
            let (gateway, metrics, realms) = (None, None, 0);
            Ok(Way { kind, device: lo, source, flags, gateway, metrics, realms, route })
        }
        RouteType::UNICAST if forwards(inet) => {
            let hop = found.hop.key;
            let id = hop.device.ok_or(Errno::EHOSTUNREACH)?;
            let gateway = hop.gateway.filter(|_| hop.scope == RouteScope::LINK);
            let flags = RtmFlags::empty();
            let realms = hop.realms;
            Ok(Way { kind, device: id, source, flags, gateway, metrics, realms, route })
        }
        RouteType::UNICAST => Err(Errno::EHOSTUNREACH),
        _ => Err(Errno::EINVAL),
    }
}

/// Returns whether packets that come in by a device go on to others.
#[doc(alias = "IN_DEV_FORWARD")]
fn forwards(inet: &crate::devinet::InDevice) -> bool {
    inet.conf.get("forwarding") != 0
}
