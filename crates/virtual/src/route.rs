//! Where an IPv4 packet would go (`net/ipv4/route.c`).

mod output;

use crate::af_netlink;
use crate::dev::DeviceId;
use crate::fib_frontend::POLICY;
use crate::fib_rules::{self, Marks};
use crate::fib_semantics::{self, Metrics, refusal};
use crate::fib_trie::{Alias, Flow, Key};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::rtnetlink::{Request, parse, parse_question};
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::{
    Family, RTA_CACHEINFO, RTA_COUNT, RTA_DPORT, RTA_DST, RTA_FLOW, RTA_FLOWLABEL, RTA_GATEWAY,
    RTA_IIF, RTA_IP_PROTO, RTA_MARK, RTA_METRICS, RTA_OIF, RTA_PREFSRC, RTA_SPORT, RTA_SRC,
    RTA_TABLE, RTA_UID, RTA_VIA, RTAX_COUNT, RouteCacheInfo, RouteHeader, RouteProtocol,
    RouteScope, RouteTable, RouteType, RtmFlags,
};
use ifctl_kernel::Errno;
use ifctl_netlink::{AttributeTable, AttributeWriter, Encoder, Head};
use std::net::{IpAddr, Ipv4Addr};

/// IP protocols.
const ICMP: u8 = 1;
const TCP: u8 = 6;
const UDP: u8 = 17;

/// A way that was found.
#[doc(alias = "rtable")]
pub(crate) struct Way {
    pub(crate) kind: RouteType,
    /// The device that packets leave by.
    pub(crate) device: DeviceId,
    pub(crate) source: u32,
    /// `RTCF_LOCAL` and its like.
    flags: RtmFlags,
    gateway: Option<IpAddr>,
    metrics: Option<Metrics>,
    /// 0: none.
    realms: u32,
    /// The route behind it, if there is one.
    route: Option<(u32, Key, Alias)>,
}

/// Returns the device by which a packet to a neighbour leaves.
#[doc(alias = "ip_route_output")]
pub(crate) fn device_to_neighbour(
    machine: &Machine,
    net: NetId,
    address: Ipv4Addr,
) -> Result<DeviceId, Errno> {
    let link = RouteScope::LINK.0;
    let flow = Flow { destination: address.to_bits(), scope: link, ..Flow::default() };
    output::find(machine, net, flow, 0).map(|way| way.device)
}

/// Answers where packets to an address would go.
#[doc(alias = "inet_rtm_getroute")]
pub(crate) fn get_route(machine: &mut Machine, request: &mut Request<'_, '_>) -> Result<(), Errno> {
    let (header, table) = read(request)?;
    let number = |kind| table.u32(kind).ok().flatten().unwrap_or(0);
    let address = |kind| table.get(kind).and_then(|given| given.be32().ok()).unwrap_or(0);
    if let Some(protocol) = table.u8(RTA_IP_PROTO).ok().flatten()
        && !matches!(protocol, ICMP | TCP | UDP)
    {
        return Err(request.refuse(Errno::EOPNOTSUPP, "Unsupported ip proto"));
    }
    let source = address(RTA_SRC);
    let net = request.caller.net;
    let input = number(RTA_IIF);
    let flow = Flow {
        destination: address(RTA_DST),
        tos: header.tos & 0xfc,
        output: number(RTA_OIF),
        marks: marks(machine, net, &table, input)?,
        ..Flow::default()
    };
    let way = if input == 0 {
        output::find(machine, net, flow, source)?
    } else {
        let device = machine.net(net)?.index(input)?;
        output::find_input(machine, net, flow, source, device)?
    };
    let wants_table = header.flags.contains(RtmFlags::LOOKUP_TABLE);
    let found_table = way.route.map_or(0, |(table, _, _)| table);
    let shown_table = if wants_table { found_table } else { RouteTable::MAIN.0 };
    let head = Head {
        kind: MessageType::NEWROUTE,
        flags: MessageFlags::empty(),
        sequence: request.cause.sequence,
        port: request.cause.port,
    };
    let mut encoder = Encoder::new();
    let written = if header.flags.contains(RtmFlags::FIB_MATCH) {
        let (_, key, alias) =
            way.route.ok_or_else(|| refusal(way.kind).unwrap_or(Errno::EHOSTUNREACH))?;
        let info = machine.net(net)?.fib.infos.get(alias.info).ok_or(Errno::EHOSTUNREACH)?;
        fib_semantics::fill(machine, shown_table, key, alias, info, head, &mut encoder)
    } else {
        let device = machine.device(way.device)?.index;
        // Asked to tell of changes, Linux notes so, and shows the note.
        let told = match header.flags.contains(RtmFlags::NOTIFY) {
            true => RtmFlags::NOTIFY | RtmFlags::NOTED,
            false => RtmFlags::empty(),
        };
        let answer = RouteHeader {
            family: Family::INET,
            destination_length: 32,
            source_length: if source == 0 { 0 } else { 32 },
            tos: way.route.map_or(0, |(_, key, _)| key.tos()),
            table: u8::try_from(shown_table).unwrap_or(RouteTable::COMPAT.0 as u8),
            protocol: RouteProtocol::UNSPEC,
            scope: RouteScope::UNIVERSE,
            kind: way.kind,
            flags: way.flags | RtmFlags::CLONED | told,
        };
        encoder.message(head, &answer, |to| {
            to.u32(RTA_TABLE, shown_table).be32(RTA_DST, flow.destination);
            if source != 0 {
                to.be32(RTA_SRC, source);
            }
            to.u32(RTA_OIF, device);
            if way.realms != 0 {
                to.u32(RTA_FLOW, way.realms);
            }
            if input == 0 && way.source != source {
                to.be32(RTA_PREFSRC, way.source);
            }
            write_rest(to, &way, number(RTA_MARK), table.u32(RTA_UID).ok().flatten(), input);
        })
    };
    written.map_err(|_| Errno::EMSGSIZE)?;
    af_netlink::unicast(machine, request.socket, encoder.into_bytes());
    Ok(())
}

/// Returns what rules look at of the packet that is asked about.
fn marks(machine: &Machine, net: NetId, table: &Table<'_>, input: u32) -> Result<Marks, Errno> {
    let port = |kind| table.get(kind).and_then(|given| given.be16().ok()).unwrap_or(0);
    let protocol = table.u8(RTA_IP_PROTO).ok().flatten().unwrap_or(UDP);
    let marks = Marks {
        mark: table.u32(RTA_MARK).ok().flatten().unwrap_or(0),
        user: table.u32(RTA_UID).ok().flatten().unwrap_or(0),
        protocol,
        source_port: port(RTA_SPORT),
        destination_port: port(RTA_DPORT),
        ..Marks::OWN
    };
    if input == 0 {
        return Ok(marks);
    }
    // What came in is nobody's, and is looked into only if a rule asks for that.
    let looks_into = fib_rules::of_net(machine, net)?.dissects(Family::INET);
    let incoming = Marks { input, mark: marks.mark, ..Marks::OWN };
    Ok(match protocol {
        _ if !looks_into => incoming,
        ICMP => Marks { protocol, ..incoming },
        _ => Marks { input, user: 0, ..marks },
    })
}

/// Writes what follows the addresses.
#[doc(alias = "rt_fill_info")]
fn write_rest(to: &mut AttributeWriter<'_>, way: &Way, mark: u32, user: Option<u32>, input: u32) {
    match way.gateway {
        Some(IpAddr::V4(gateway)) => {
            to.bytes(RTA_GATEWAY, &gateway.octets());
        }
        Some(IpAddr::V6(gateway)) => {
            let family = u16::from(Family::INET6.0).to_ne_bytes();
            to.bytes(RTA_VIA, &[&family[..], &gateway.octets()].concat());
        }
        None => {}
    }
    if let Some(metrics) = way.metrics {
        to.nested(RTA_METRICS, |to| {
            let told = metrics.told();
            for kind in 1..RTAX_COUNT as u16 {
                if let Some(value) = told.get(kind) {
                    to.u32(kind, value);
                }
            }
        });
    }
    if mark != 0 {
        to.u32(RTA_MARK, mark);
    }
    // Who asks is root, as far as the model knows; a packet that comes in is nobody's.
    let user = user.or((input == 0).then_some(0));
    if let Some(user) = user.filter(|user| *user != u32::MAX) {
        to.u32(RTA_UID, user);
    }
    if input != 0 {
        to.u32(RTA_IIF, input);
    }
    to.value(RTA_CACHEINFO, &RouteCacheInfo::default());
}

type Table<'m> = AttributeTable<'m, RTA_COUNT>;

/// Reads a request, which a strict socket has checked more strictly.
#[doc(alias = "inet_rtm_valid_getroute_req")]
fn read<'m>(request: &mut Request<'_, 'm>) -> Result<(RouteHeader, Table<'m>), Errno> {
    let header = request.message.body::<RouteHeader>().map(|(header, _)| header);
    let Ok(header) = header else {
        return Err(request.refuse(Errno::EINVAL, "ipv4: Invalid header for route get request"));
    };
    if !request.strict {
        return parse(request, POLICY);
    }
    let lengths = [header.source_length, header.destination_length];
    if lengths.iter().any(|length| !matches!(length, 0 | 32))
        || header.table != 0
        || header.protocol != RouteProtocol::UNSPEC
        || header.scope != RouteScope::UNIVERSE
        || header.kind != RouteType::UNSPEC
    {
        let text = "ipv4: Invalid values in header for route get request";
        return Err(request.refuse(Errno::EINVAL, text));
    }
    let known = RtmFlags::NOTIFY | RtmFlags::LOOKUP_TABLE | RtmFlags::FIB_MATCH;
    if !header.flags.difference(known).is_empty() {
        let text = "ipv4: Unsupported rtm_flags for route get request";
        return Err(request.refuse(Errno::EINVAL, text));
    }
    let question =
        parse_question::<RouteHeader>(request.extended, request.message, POLICY, RTA_FLOWLABEL);
    let (header, attributes) = question?;
    let has = |wanted| attributes.clone().any(|attribute| attribute.kind() == wanted);
    if has(RTA_SRC) && header.source_length == 0 || has(RTA_DST) && header.destination_length == 0 {
        let text = "ipv4: rtm_src_len and rtm_dst_len must be 32 for IPv4";
        return Err(request.refuse(Errno::EINVAL, text));
    }
    let known =
        [RTA_IIF, RTA_OIF, RTA_SRC, RTA_DST, RTA_IP_PROTO, RTA_SPORT, RTA_DPORT, RTA_MARK, RTA_UID];
    if attributes.clone().any(|attribute| !known.contains(&attribute.kind())) {
        let text = "ipv4: Unsupported attribute in route get request";
        return Err(request.refuse(Errno::EINVAL, text));
    }
    Ok((header, AttributeTable::new(attributes)))
}

/// Returns `/proc/net/rt_cache`: the head of a cache that Linux has no more since 3.6.
#[doc(alias = "rt_cache_seq_show")]
pub(crate) fn proc_rt_cache(_machine: &Machine, _net: NetId) -> Result<Vec<u8>, Errno> {
    let head = "Iface\tDestination\tGateway \tFlags\t\tRefCnt\tUse\tMetric\tSource\t\tMTU\tWindow\tIRTT\tTOS\t\
        HHRef\tHHUptod\tSpecDst";
    Ok(format!("{head:<127}\n").into_bytes())
}
