//! RTM_NEWROUTE and RTM_DELROUTE.

use crate::devinet::mask;
use crate::fib_semantics::{FibConfig, HopConfig, read_metrics};
use crate::fib_trie;
use crate::lwtunnel;
use crate::machine::Machine;
use crate::release::Release;
use crate::rtnetlink::{Extended, Policy, Request, Rule, parse};
use ifctl_abi::rtnetlink::{
    Family, NextHopFlags, NextHopHeader, RTA_COUNT, RTA_DPORT, RTA_DST, RTA_ENCAP, RTA_ENCAP_TYPE,
    RTA_FLOW, RTA_FLOWLABEL, RTA_GATEWAY, RTA_IIF, RTA_IP_PROTO, RTA_MARK, RTA_METRICS,
    RTA_MULTIPATH, RTA_NH_ID, RTA_OIF, RTA_PREFSRC, RTA_PRIORITY, RTA_SPORT, RTA_SRC, RTA_TABLE,
    RTA_UID, RTA_VIA, RouteHeader, RouteTable,
};
use ifctl_kernel::Errno;
use ifctl_netlink::{Attribute, AttributeTable, Attributes};
use std::net::IpAddr;
use zerocopy::FromBytes;

/// `rtm_ipv4_policy`.
pub(crate) const POLICY: &Policy = &[
    (RTA_DST, Rule::Number(4)),
    (RTA_SRC, Rule::Number(4)),
    (RTA_IIF, Rule::Number(4)),
    (RTA_OIF, Rule::Number(4)),
    (RTA_GATEWAY, Rule::Number(4)),
    (RTA_PRIORITY, Rule::Number(4)),
    (RTA_PREFSRC, Rule::Number(4)),
    (RTA_METRICS, Rule::Nest),
    (RTA_MULTIPATH, Rule::AtLeast(8)),
    (RTA_FLOW, Rule::Number(4)),
    (RTA_ENCAP_TYPE, Rule::Number(2)),
    (RTA_ENCAP, Rule::Nest),
    (RTA_UID, Rule::Number(4)),
    (RTA_MARK, Rule::Number(4)),
    (RTA_TABLE, Rule::Number(4)),
    (RTA_IP_PROTO, Rule::Number(1)),
    (RTA_SPORT, Rule::Number(2)),
    (RTA_DPORT, Rule::Number(2)),
    (RTA_NH_ID, Rule::Exactly(4)),
    (RTA_FLOWLABEL, Rule::Unsupported),
];

/// Adds a route, or changes one.
#[doc(alias = "inet_rtm_newroute")]
pub(crate) fn new_route(machine: &mut Machine, request: &mut Request<'_, '_>) -> Result<(), Errno> {
    let config = read(request)?;
    fib_trie::insert(machine, request.caller.net, &config, request.cause, request.extended)
}

/// Deletes a route.
#[doc(alias = "inet_rtm_delroute")]
pub(crate) fn delete_route(
    machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<(), Errno> {
    let config = read(request)?;
    let net = request.caller.net;
    if machine.net(net)?.fib.table(config.table).is_none() {
        return Err(request.refuse(Errno::ESRCH, "ipv4: FIB table does not exist"));
    }
    if machine.release == Release::V6_12 {
        check_prefix(&config, request.extended)?;
    }
    fib_trie::delete(machine, net, &config, request.cause)
}

/// Checks what a route leads to: Linux 6.12 does so once there is a table for it, others before.
#[doc(alias = "fib_valid_key_len")]
pub(crate) fn check_prefix(config: &FibConfig, extended: &mut Extended) -> Result<(), Errno> {
    if config.length > 32 {
        return Err(extended.refuse(Errno::EINVAL, "Invalid prefix length", None));
    }
    if config.destination & !mask(config.length) != 0 {
        let text = "Invalid prefix for given prefix length";
        return Err(extended.refuse(Errno::EINVAL, text, None));
    }
    Ok(())
}

/// Reads what is wanted.
#[doc(alias = "rtm_to_fib_config")]
fn read(request: &mut Request<'_, '_>) -> Result<FibConfig, Errno> {
    // Unlike elsewhere nothing is said of this.
    request.message.body::<RouteHeader>().map_err(|_| Errno::EINVAL)?;
    let (header, table): (RouteHeader, AttributeTable<'_, RTA_COUNT>) = parse(request, POLICY)?;
    if header.tos & 3 != 0 {
        return Err(request.refuse(Errno::EINVAL, "Invalid dsfield (tos): ECN bits must be 0"));
    }
    if header.kind.0 > 11 {
        return Err(request.refuse(Errno::EINVAL, "Invalid route type"));
    }
    let number = |kind| table.u32(kind).ok().flatten();
    let address = |kind| table.get(kind).and_then(|attribute| attribute.be32().ok()).unwrap_or(0);
    let mut config = FibConfig {
        tos: header.tos,
        table: number(RTA_TABLE).unwrap_or(u32::from(header.table)),
        protocol: header.protocol,
        scope: header.scope,
        kind: header.kind,
        flags: header.flags,
        priority: number(RTA_PRIORITY).unwrap_or(0),
        source: address(RTA_PREFSRC),
        output: number(RTA_OIF).unwrap_or(0),
        realms: number(RTA_FLOW).unwrap_or(0),
        request: request.message.flags(),
        ..FibConfig::new(address(RTA_DST), header.destination_length)
    };
    config.gateway = gateway(table.get(RTA_GATEWAY), table.get(RTA_VIA))
        .map_err(|text| request.refuse(Errno::EINVAL, text))?;
    config.metrics = table.get(RTA_METRICS).map(|metrics| read_metrics(&metrics));
    config.hops = table.get(RTA_MULTIPATH).map(|hops| read_hops(&hops));
    match table.get(RTA_ENCAP_TYPE).and_then(|kind| kind.u16().ok()) {
        Some(kind) => lwtunnel::check_kind(kind, request.extended)?,
        None => config.untyped_encapsulation = table.get(RTA_ENCAP).map(|it| it.offset()),
    }
    if request.extended.release() != Release::V6_12 {
        check_prefix(&config, request.extended)?;
    }
    if table.get(RTA_NH_ID).is_some_and(|id| id.u32() != Ok(0)) {
        return Err(request.refuse(Errno::EINVAL, "Nexthop id does not exist"));
    }
    if config.table == 0 {
        config.table = RouteTable::MAIN.0;
    }
    Ok(config)
}

/// Returns the gateway of a route or of one next hop.
#[doc(alias = "fib_gw_from_via")]
fn gateway(
    gateway: Option<Attribute<'_>>,
    via: Option<Attribute<'_>>,
) -> Result<Option<IpAddr>, &'static str> {
    let found = match (gateway, via) {
        (Some(_), Some(_)) => {
            return Err("Nexthop configuration can not contain both GATEWAY and VIA");
        }
        (Some(gateway), None) => {
            let Some(bytes) = gateway.bytes().first_chunk::<4>() else {
                return Err("Invalid IPv4 address in RTA_GATEWAY");
            };
            Some(IpAddr::from(*bytes))
        }
        (None, Some(via)) => {
            let Some((family, bytes)) = via.bytes().split_first_chunk::<2>() else {
                return Err("Invalid attribute length for RTA_VIA");
            };
            let family = u16::from_ne_bytes(*family);
            if family == u16::from(Family::INET.0) {
                let Ok(bytes) = <[u8; 4]>::try_from(bytes) else {
                    return Err("Invalid IPv4 address in RTA_VIA");
                };
                Some(IpAddr::from(bytes))
            } else if family == u16::from(Family::INET6.0) {
                let Ok(bytes) = <[u8; 16]>::try_from(bytes) else {
                    return Err("Invalid IPv6 address in RTA_VIA");
                };
                return Ok(Some(IpAddr::from(bytes)));
            } else {
                return Err("Unsupported address family in RTA_VIA");
            }
        }
        (None, None) => None,
    };
    Ok(found.filter(|gateway| !gateway.is_unspecified()))
}

/// Reads the next hops of a route.
#[doc(alias("fib_count_nexthops", "fib_get_nhs"))]
fn read_hops(attribute: &Attribute<'_>) -> Result<Vec<HopConfig>, &'static str> {
    let mut hops = Vec::new();
    let mut rest = attribute.bytes();
    while !rest.is_empty() {
        let size = size_of::<NextHopHeader>();
        let head = NextHopHeader::read_from_prefix(rest).ok().map(|(head, _)| head);
        let part = head.and_then(|head| Some((head, rest.get(size..usize::from(head.length))?)));
        let Some((head, attributes)) = part else {
            return Err("Invalid nexthop configuration - extra data after nexthops");
        };
        let table: AttributeTable<'_, RTA_COUNT> = AttributeTable::new(Attributes::new(attributes));
        let realms = match table.get(RTA_FLOW) {
            Some(realms) if realms.bytes().len() < 4 => return Err("Invalid RTA_FLOW"),
            realms => realms.and_then(|realms| realms.u32().ok()),
        };
        hops.push(HopConfig {
            output: head.index,
            gateway: gateway(table.get(RTA_GATEWAY), table.get(RTA_VIA))?,
            hops: head.hops,
            flags: NextHopFlags::from_bits_retain(head.flags.bits()),
            realms,
        });
        let length = usize::from(head.length).next_multiple_of(4).min(rest.len());
        rest = rest.get(length..).unwrap_or_default();
    }
    Ok(hops)
}
