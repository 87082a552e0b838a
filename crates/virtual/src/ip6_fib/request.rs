//! What callers ask of routes: rtnetlink's messages and the ioctls.

use super::change::{self, Config, RouteRequest, WrongMetrics};
use super::lookup::{self, Flow};
use super::message::{Looked, Told, write};
use super::{Flags, MAIN, METRIC_OF_USERS};
use crate::addrconf;
use crate::af_netlink;
use crate::caller::Caller;
use crate::dev::{DeviceId, INDEX_OF_LO};
use crate::fib_rules::Marks;
use crate::in6::{self, Kind};
use crate::lwtunnel;
use crate::machine::Machine;
use crate::memory::{UserMemory, get};
use crate::release::Release;
use crate::rtnetlink::{Extended, Policy, Request, Rule, parse, parse_question};
use ifctl_abi::In6RtMsg;
use ifctl_abi::ioctl::SIOCADDRT;
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::*;
use ifctl_kernel::Errno;
use ifctl_netlink::{Attribute, AttributeTable, Attributes, Encoder, Head};
use zerocopy::FromBytes;

#[doc(alias = "rtm_ipv6_policy")]
const POLICY: &Policy = &[
    (RTA_GATEWAY, Rule::AtLeast(16)),
    (RTA_PREFSRC, Rule::AtLeast(16)),
    (RTA_OIF, Rule::Number(4)),
    (RTA_IIF, Rule::Number(4)),
    (RTA_PRIORITY, Rule::Number(4)),
    (RTA_METRICS, Rule::Nest),
    (RTA_MULTIPATH, Rule::AtLeast(size_of::<NextHopHeader>() as u16)),
    (RTA_PREF, Rule::Number(1)),
    (RTA_ENCAP_TYPE, Rule::Number(2)),
    (RTA_ENCAP, Rule::Nest),
    (RTA_EXPIRES, Rule::Number(4)),
    (RTA_UID, Rule::Number(4)),
    (RTA_MARK, Rule::Number(4)),
    (RTA_TABLE, Rule::Number(4)),
    (RTA_IP_PROTO, Rule::Number(1)),
    (RTA_SPORT, Rule::Number(2)),
    (RTA_DPORT, Rule::Number(2)),
    (RTA_NH_ID, Rule::Exactly(4)),
    (RTA_FLOWLABEL, Rule::Since(Release::V6_18, &Rule::BigEndian)),
];

/// IP protocols that can be asked about.
const TCP: u8 = 6;
const UDP: u8 = 17;
const ICMPV6: u8 = 58;

/// Adds or replaces a route.
#[doc(alias = "inet6_rtm_newroute")]
pub(crate) fn new_route(machine: &mut Machine, request: &mut Request<'_, '_>) -> Result<(), Errno> {
    let (mut config, hops) = read(request)?;
    if config.metric == 0 {
        config.metric = METRIC_OF_USERS;
    }
    match hops {
        Some(hops) => add_hops(machine, request, config, hops),
        None => change::add(machine, request.caller.net, &config, request.extended),
    }
}

/// Deletes a route, or some of its next hops.
#[doc(alias("inet6_rtm_delroute", "ip6_route_multipath_del"))]
pub(crate) fn delete_route(
    machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<(), Errno> {
    let (mut config, hops) = read(request)?;
    let net = request.caller.net;
    let Some(hops) = hops else {
        config.request.all_hops = true;
        return change::delete(machine, net, &config, request.extended);
    };
    let mut answer = Ok(());
    for hop in next_hops(request, &config, hops)? {
        if let Err(errno) = change::delete(machine, net, &hop, request.extended) {
            answer = Err(errno);
        }
    }
    answer
}

/// Returns the route of a request, and the attribute that tells several next hops.
#[doc(alias = "rtm_to_fib6_config")]
fn read<'m>(request: &mut Request<'_, 'm>) -> Result<(Config, Option<Attribute<'m>>), Errno> {
    let (header, attributes) = parse::<RouteHeader, RTA_COUNT>(request, POLICY)?;
    if header.tos != 0 {
        let text = "Invalid dsfield (tos): option not available for IPv6";
        return Err(request.refuse(Errno::EINVAL, text));
    }
    if let Some(label) = attributes.get(RTA_FLOWLABEL) {
        let text = "Flow label cannot be specified for this operation";
        return Err(request.extended.refuse(Errno::EINVAL, text, Some(label.offset())));
    }
    let mut config = Config {
        table: u32::from(header.table),
        destination_length: u32::from(header.destination_length),
        source_length: u32::from(header.source_length),
        kind: header.kind,
        protocol: header.protocol,
        request: RouteRequest {
            cause: request.cause,
            flags: Some(request.message.flags()),
            ..RouteRequest::default()
        },
        ..Config::default()
    };
    let rejecting =
        [RouteType::UNREACHABLE, RouteType::BLACKHOLE, RouteType::PROHIBIT, RouteType::THROW];
    config.flags.set(Flags::REJECT, rejecting.contains(&header.kind));
    config.flags.set(Flags::LOCAL, header.kind == RouteType::LOCAL);
    config.flags.set(Flags::CACHE, header.flags.contains(RtmFlags::CLONED));
    config.flags.set(Flags::ON_LINK, header.flags.contains(RtmFlags::ONLINK));
    if let Some(id) = attributes.get(RTA_NH_ID) {
        let exclusive = [RTA_OIF, RTA_GATEWAY, RTA_MULTIPATH, RTA_ENCAP];
        if exclusive.into_iter().any(|kind| attributes.get(kind).is_some()) {
            let text = "Nexthop specification and nexthop id are mutually exclusive";
            return Err(request.refuse(Errno::EINVAL, text));
        }
        if id.u32() != Ok(0) {
            return Err(request.refuse(Errno::EINVAL, "Nexthop id does not exist"));
        }
    }
    if let Some(gateway) = attributes.get(RTA_GATEWAY) {
        config.gateway = address(&gateway)?;
        config.flags |= Flags::GATEWAY;
    }
    if attributes.get(RTA_VIA).is_some() {
        let text = "IPv6 does not support RTA_VIA attribute";
        return Err(request.refuse(Errno::EINVAL, text));
    }
    if let Some(destination) = attributes.get(RTA_DST) {
        config.destination = prefix(&destination, header.destination_length)?;
    }
    if let Some(source) = attributes.get(RTA_SRC) {
        config.source = prefix(&source, header.source_length)?;
    }
    if let Some(source) = attributes.get(RTA_PREFSRC) {
        config.preferred_source = address(&source)?;
    }
    let number = |kind| attributes.u32(kind).ok().flatten();
    config.index = number(RTA_OIF).unwrap_or(0);
    config.metric = number(RTA_PRIORITY).unwrap_or(0);
    let table = number(RTA_TABLE).unwrap_or(config.table);
    config.names_table = table != 0;
    config.table = if table == 0 { MAIN } else { table };
    if let Some(metrics) = attributes.get(RTA_METRICS) {
        config.metrics = read_metrics(metrics.nested());
    }
    let preference = attributes.u8(RTA_PREF).ok().flatten().unwrap_or(0);
    config.flags |= Flags::of_preference(RouterPreference(preference));
    if let Some(kind) = attributes.get(RTA_ENCAP_TYPE).and_then(|kind| kind.u16().ok()) {
        lwtunnel::check_kind(kind, request.extended)?;
    }
    if let Some(seconds) = number(RTA_EXPIRES).filter(|seconds| *seconds != u32::MAX) {
        config.expires = i64::from(seconds) * 100;
        config.flags |= Flags::EXPIRES;
    }
    Ok((config, attributes.get(RTA_MULTIPATH)))
}

fn address(attribute: &Attribute<'_>) -> Result<u128, Errno> {
    attribute.value().map(in6::from_bytes).map_err(|_| Errno::EINVAL)
}

/// Returns a prefix, of which no more bytes need be given than it has.
fn prefix(attribute: &Attribute<'_>, length: u8) -> Result<u128, Errno> {
    let needed = usize::from(length).div_ceil(8);
    let mut bytes = [0; 16];
    let given = attribute.bytes().get(..needed).ok_or(Errno::EINVAL)?;
    for (to, from) in bytes.iter_mut().zip(given) {
        *to = *from;
    }
    Ok(in6::from_bytes(bytes))
}

/// Returns the metrics of a request, by number.
#[doc(alias = "ip_metrics_convert")]
fn read_metrics(attributes: Attributes<'_>) -> Result<Vec<(u16, u32)>, WrongMetrics> {
    let wrong = |text, offset| Err(WrongMetrics { text, offset });
    let mut metrics = std::collections::BTreeMap::new();
    for attribute in attributes.filter(|attribute| attribute.kind() != 0) {
        let kind = attribute.kind();
        if usize::from(kind) >= RTAX_COUNT {
            return wrong("Invalid metric type", None);
        }
        if kind == RTAX_CC_ALGO {
            return wrong("Unknown tcp congestion algorithm", None);
        }
        let value = attribute.u32().ok().filter(|_| attribute.bytes().len() == 4);
        let Some(value) = value else {
            return wrong("Invalid attribute in metrics", Some(attribute.offset()));
        };
        let most = match kind {
            RTAX_ADVMSS => 65535 - 40,
            RTAX_MTU => 65535 - 15,
            RTAX_HOPLIMIT => 255,
            _ => u32::MAX,
        };
        metrics.insert(kind, value.min(most));
    }
    Ok(metrics.into_iter().filter(|(_, value)| *value != 0).collect())
}

/// Returns a route for each next hop of a request.
#[doc(alias = "rtm_to_fib6_multipath_config")]
fn next_hops(
    request: &mut Request<'_, '_>,
    config: &Config,
    hops: Attribute<'_>,
) -> Result<Vec<Config>, Errno> {
    let mut configs = Vec::new();
    let mut rest = hops.bytes();
    while let Ok((head, _)) = NextHopHeader::read_from_prefix(rest) {
        let length = usize::from(head.length);
        let Some(hop) = rest.get(size_of::<NextHopHeader>()..length) else { break };
        let attributes = AttributeTable::<RTA_COUNT>::new(Attributes::new(hop));
        let mut one = Config { hops: head.hops, ..config.clone() };
        if head.index != 0 {
            one.index = head.index;
        }
        if let Some(gateway) = attributes.get(RTA_GATEWAY) {
            one.gateway = gateway.value().map(in6::from_bytes).map_err(|_| {
                request.refuse(Errno::EINVAL, "Invalid IPv6 address in RTA_GATEWAY")
            })?;
            one.flags |= Flags::GATEWAY;
        }
        one.flags |= Flags::from_bits_retain(u32::from(head.flags.bits()) & Flags::ON_LINK.bits());
        configs.push(one);
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    if configs.is_empty() {
        let text = "Invalid nexthop configuration - no valid nexthops";
        return Err(request.refuse(Errno::EINVAL, text));
    }
    Ok(configs)
}

/// Adds a route that several next hops share.
#[doc(alias = "ip6_route_multipath_add")]
fn add_hops(
    machine: &mut Machine,
    request: &mut Request<'_, '_>,
    config: Config,
    hops: Attribute<'_>,
) -> Result<(), Errno> {
    let net = request.caller.net;
    let replaces = request.has(MessageFlags::REPLACE);
    let appends = request.has(MessageFlags::APPEND);
    let mut routes: Vec<(Config, super::Route)> = Vec::new();
    for hop in next_hops(request, &config, hops)? {
        let route = change::build(machine, net, &hop, request.extended)?;
        if !route.is_shareable() {
            let text = "Device only routes can not be added for IPv6 using the multipath API.";
            return Err(request.refuse(Errno::EINVAL, text));
        }
        if routes.iter().any(|(_, other)| other.goes_as(&route)) {
            return Err(Errno::EEXIST);
        }
        routes.push((hop, route));
    }
    let mut told = if replaces { MessageFlags::REPLACE } else { MessageFlags::CREATE };
    told.set(MessageFlags::APPEND, appends);
    let place = config.place();
    let mut added: Vec<(Config, u64)> = Vec::new();
    let mut answer = Ok(());
    for (mut hop, route) in routes {
        hop.request.quiet = true;
        if let Some(flags) = request.extended.changed_flags {
            hop.request.flags = Some(flags);
        }
        let id = route.id;
        answer = change::insert(machine, net, &hop, route, request.extended);
        if answer.is_err() {
            if replaces && !added.is_empty() {
                let text = "multipath route replace failed (check consistency of installed routes)";
                request.extended.say(text);
            }
            break;
        }
        added.push((hop, id));
        // Linux changes the message itself, which its acknowledgement then repeats.
        let mut flags = request.message.flags();
        flags.remove(MessageFlags::EXCL | MessageFlags::REPLACE);
        request.extended.changed_flags = Some(flags | MessageFlags::CREATE);
    }
    let first = added.first().map(|(_, id)| *id);
    if let Some(first) = first {
        // Who appends is told of the whole route, from its first next hop on.
        let of = if appends { first_sibling(machine, net, &config, first) } else { first };
        let cause = config.request.cause;
        super::message::notify_added(machine, net, config.table, place, of, told, cause);
    }
    if answer.is_err() {
        for (mut hop, _) in added {
            hop.request.quiet = false;
            let _ = change::delete(machine, net, &hop, &mut Extended::default());
        }
    }
    answer
}

fn first_sibling(
    machine: &Machine,
    net: crate::net_namespace::NetId,
    config: &Config,
    id: u64,
) -> u64 {
    let tables = machine.net(net).ok().map(|net| &net.inet6.tables);
    let node = tables.and_then(|tables| tables.get(config.table)?.nodes.get(&config.place()));
    node.and_then(|node| super::table::siblings(node, config.metric).first().map(|r| r.id))
        .unwrap_or(id)
}

/// What a flow label may be.
#[doc(alias = "IPV6_FLOWLABEL_MASK")]
const LABELS: u32 = 0xf_ffff;

/// Answers with the route that a packet takes.
#[doc(alias = "inet6_rtm_getroute")]
pub(crate) fn get_route(machine: &mut Machine, request: &mut Request<'_, '_>) -> Result<(), Errno> {
    if request.strict {
        check_strictly(request)?;
    }
    let (header, attributes) = parse::<RouteHeader, RTA_COUNT>(request, POLICY)?;
    let given = |kind| attributes.get(kind).map(|it| address(&it)).transpose();
    let source = given(RTA_SRC)?.unwrap_or(0);
    let destination = given(RTA_DST)?.unwrap_or(0);
    let net = request.caller.net;
    let number = |kind| attributes.u32(kind).ok().flatten().unwrap_or(0);
    let (input, output) = (number(RTA_IIF), number(RTA_OIF));
    let protocol = attributes.u8(RTA_IP_PROTO).ok().flatten();
    if !matches!(protocol, None | Some(TCP | UDP | ICMPV6)) {
        return Err(request.refuse(Errno::EOPNOTSUPP, "Unsupported ip proto"));
    }
    let device = match (input, output) {
        (0, 0) => None,
        // Where no device has the index, no route goes by it, but the rules are asked all the same.
        (0, index) => Some(machine.net(net)?.index(index).unwrap_or(DeviceId(u64::MAX))),
        (index, _) => Some(machine.net(net)?.index(index)?),
    };
    let kind = in6::kind(destination);
    let is_near = kind.intersects(Kind::MULTICAST | Kind::LINK_LOCAL | Kind::LOOPBACK);
    let strict = is_near || input == 0 && device.is_some() && source == 0;
    let port = |kind| attributes.get(kind).and_then(|given| given.be16().ok()).unwrap_or(0);
    let label = attributes.get(RTA_FLOWLABEL).and_then(|given| given.be32().ok()).unwrap_or(0);
    let user = attributes.u32(RTA_UID).ok().flatten();
    let flow = Flow {
        destination,
        source,
        device,
        output: if input == 0 { output } else { 0 },
        strict,
        ignores_link_state: false,
        label: u32::from(header.tos) << 20 | label,
        marks: Marks {
            input: if input == 0 { INDEX_OF_LO } else { input },
            mark: number(RTA_MARK),
            // Who asks is root, as far as the model knows; a packet that comes in is nobody's.
            user: user.unwrap_or(if input == 0 { 0 } else { u32::MAX }),
            protocol: protocol.unwrap_or(0),
            source_port: port(RTA_SPORT),
            destination_port: port(RTA_DPORT),
        },
    };
    let found = lookup::by_rules(machine, net, &flow)?;
    let source = found.source;
    if found.route.flags.contains(Flags::REJECT) {
        match found.route.kind {
            RouteType::BLACKHOLE => return Err(Errno::EINVAL),
            RouteType::UNREACHABLE => return Err(Errno::EHOSTUNREACH),
            RouteType::PROHIBIT => return Err(Errno::EACCES),
            _ => {}
        }
    }
    let leaves = lookup::leaves_by(machine, net, found.route)?;
    let preferred = match found.route.preferred_source {
        0 => addrconf::source_for(machine, net, found.route.device, destination),
        source => Some(source),
    };
    let looked = Looked {
        destination,
        source,
        input,
        preferred: preferred.filter(|_| input == 0),
        device: machine.device(leaves)?.index,
    };
    let matched = header.flags.contains(RtmFlags::FIB_MATCH);
    let flags = MessageFlags::empty();
    let head =
        Head::answer(request.message.header(), MessageType::NEWROUTE, flags, request.cause.port);
    let mut encoder = Encoder::new();
    let told =
        Told { table: found.table, place: found.place, route: found.route, siblings: Vec::new() };
    let looked = if matched { None } else { Some(&looked) };
    let _ = write(machine, &told, looked, head, &mut encoder);
    af_netlink::unicast(machine, request.socket, encoder.into_bytes());
    Ok(())
}

/// Refuses what a strict socket may not ask for.
#[doc(alias = "inet6_rtm_valid_getroute_req")]
fn check_strictly(request: &mut Request<'_, '_>) -> Result<(), Errno> {
    let Ok((header, _)) = request.message.body::<RouteHeader>() else {
        return Err(request.refuse(Errno::EINVAL, "Invalid header for get route request"));
    };
    let whole = |length: u8| matches!(length, 0 | 128);
    let unused = !whole(header.source_length)
        || !whole(header.destination_length)
        || header.table != 0
        || header.protocol.0 != 0
        || header.scope.0 != 0
        || header.kind.0 != 0;
    if unused {
        let text = "Invalid values in header for get route request";
        return Err(request.refuse(Errno::EINVAL, text));
    }
    if !header.flags.difference(RtmFlags::FIB_MATCH).is_empty() {
        return Err(request.refuse(Errno::EINVAL, "Invalid flags for get route request"));
    }
    let question =
        parse_question::<RouteHeader>(request.extended, request.message, POLICY, RTA_FLOWLABEL);
    let (_, attributes) = question?;
    let label = attributes.clone().filter(|attribute| attribute.kind() == RTA_FLOWLABEL).last();
    if let Some(label) = label.filter(|label| label.be32().is_ok_and(|bits| bits > LABELS)) {
        return Err(request.extended.refuse(
            Errno::EINVAL,
            "Invalid flow label",
            Some(label.offset()),
        ));
    }
    for attribute in attributes {
        let needs_length = match attribute.kind() {
            RTA_SRC => header.source_length == 0,
            RTA_DST => header.destination_length == 0,
            RTA_IIF | RTA_OIF | RTA_MARK | RTA_UID | RTA_SPORT | RTA_DPORT | RTA_IP_PROTO
            | RTA_FLOWLABEL => false,
            _ => {
                let text = "ipv6: Unsupported attribute in get route request";
                return Err(request.refuse(Errno::EINVAL, text));
            }
        };
        if needs_length {
            let text = "ipv6: rtm_src_len and rtm_dst_len must be 128 for IPv6";
            return Err(request.refuse(Errno::EINVAL, text));
        }
    }
    Ok(())
}

/// Adds or deletes a route by `in6_rtmsg`.
#[doc(alias("ipv6_route_ioctl", "rtmsg_to_fib6_config"))]
pub(crate) fn ioctl(
    machine: &mut Machine,
    caller: Caller,
    number: u32,
    address: u64,
    memory: &mut dyn UserMemory,
) -> Result<(), Errno> {
    let message: In6RtMsg = get(memory, address)?;
    caller.must_be_admin()?;
    let mut config = Config {
        metric: message.metric,
        index: u32::try_from(message.index).unwrap_or(u32::MAX),
        destination: in6::from_bytes(message.destination),
        destination_length: u32::from(message.destination_length),
        source: in6::from_bytes(message.source),
        source_length: u32::from(message.source_length),
        gateway: in6::from_bytes(message.gateway),
        flags: Flags::from_bits_retain(message.flags),
        // A type beyond those there are stays one.
        kind: RouteType(u8::try_from(message.kind).unwrap_or(u8::MAX)),
        expires: i64::try_from(message.info).unwrap_or(i64::MAX),
        ..Config::default()
    };
    let mut extended = Extended::default();
    if number == SIOCADDRT {
        if config.metric == 0 {
            config.metric = METRIC_OF_USERS;
        }
        return change::add(machine, caller.net, &config, &mut extended);
    }
    let longest = config.destination_length.max(config.source_length);
    if longest > 128 && !config.flags.contains(Flags::CACHE) {
        return Err(Errno::ESRCH);
    }
    change::delete(machine, caller.net, &config, &mut extended)
}
