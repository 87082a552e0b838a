//! Our getters beside another library's attributes: netlink-packet-route's.
#![allow(unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::common::only;
use ifctl_abi::rtnetlink::*;
use ifctl_netlink::*;
use netlink_packet_core::{NetlinkMessage, NetlinkPayload};
use netlink_packet_route::RouteNetlinkMessage as Oracle;
use netlink_packet_route::address::{self as oracle_address, AddressAttribute};
use netlink_packet_route::link::{
    self as oracle_link, InfoBridge, InfoData, InfoMacVlan, InfoVeth, InfoVlan, InfoVxlan,
    LinkAttribute, LinkInfo as OracleInfo, Prop,
};
use netlink_packet_route::neighbour::{
    self as oracle_neighbour, NeighbourAddress, NeighbourAttribute,
};
use netlink_packet_route::route::{
    self as oracle_route, RouteAddress, RouteAttribute, RouteMetric, RouteVia,
};
use std::net::IpAddr;

/// Returns what the other library reads.
fn ask(bytes: &[u8]) -> Oracle {
    let message = NetlinkMessage::<Oracle>::deserialize(bytes).expect("the oracle reads it");
    match message.payload {
        NetlinkPayload::InnerMessage(inner) => inner,
        other => panic!("{other:?}"),
    }
}

/// Compares both readings; returns how many attributes the oracle knew.
pub fn agree(bytes: &[u8]) -> usize {
    let message = only(bytes);
    match ask(bytes) {
        Oracle::NewAddress(oracle) | Oracle::DelAddress(oracle) => {
            agree_address(&AddressMessage::parse(&message).unwrap(), &oracle)
        }
        Oracle::NewNeighbour(oracle) => {
            agree_neighbour(&NeighbourMessage::parse(&message).unwrap(), &oracle)
        }
        Oracle::NewRoute(oracle) | Oracle::DelRoute(oracle) => {
            agree_route(&RouteMessage::parse(&message).unwrap(), &oracle)
        }
        Oracle::NewLink(oracle) => agree_link(&LinkMessage::parse(&message).unwrap(), &oracle),
        other => panic!("{other:?}"),
    }
}

fn agree_address(ours: &AddressMessage<'_>, oracle: &oracle_address::AddressMessage) -> usize {
    assert_eq!(ours.family().0, u8::from(oracle.header.family));
    assert_eq!(ours.prefix_length(), oracle.header.prefix_len);
    assert_eq!(ours.scope().0, u8::from(oracle.header.scope));
    assert_eq!(ours.header().flags, oracle.header.flags.bits());
    assert_eq!(ours.index(), oracle.header.index);
    let value = ours.value().unwrap();
    let mut known = 0;
    for attribute in &oracle.attributes {
        known += 1;
        match attribute {
            AddressAttribute::Address(address) => assert_eq!(value.address, Some(*address)),
            AddressAttribute::Local(address) => assert_eq!(value.local, Some(*address)),
            AddressAttribute::Label(label) => assert_eq!(value.label, Some(label.as_bytes())),
            AddressAttribute::Broadcast(address) => assert_eq!(value.broadcast, Some(*address)),
            AddressAttribute::Multicast(address) => {
                assert_eq!(ours.multicast(), Ok(Some(IpAddr::V6(*address))));
            }
            AddressAttribute::CacheInfo(info) => {
                let ours = value.cache_info.unwrap();
                let oracle = [info.ifa_preferred, info.ifa_valid, info.cstamp, info.tstamp];
                assert_eq!([ours.preferred, ours.valid, ours.created, ours.updated], oracle);
            }
            AddressAttribute::Flags(flags) => assert_eq!(value.flags.bits(), flags.bits()),
            AddressAttribute::RoutePriority(number) => assert_eq!(value.priority, Some(*number)),
            AddressAttribute::Protocol(protocol) => {
                assert_eq!(value.protocol, Some(AddressProtocol(u8::from(*protocol))));
            }
            other => panic!("{other:?}"),
        }
    }
    known
}

fn agree_neighbour(
    ours: &NeighbourMessage<'_>,
    oracle: &oracle_neighbour::NeighbourMessage,
) -> usize {
    assert_eq!(ours.family().0, u8::from(oracle.header.family));
    assert_eq!(ours.index(), oracle.header.ifindex);
    assert_eq!(ours.state().bits(), u16::from(oracle.header.state));
    assert_eq!(ours.flags().bits(), oracle.header.flags.bits());
    assert_eq!(ours.header().kind.0, u8::from(oracle.header.kind));
    let value = ours.value().unwrap();
    let mut known = 0;
    for attribute in &oracle.attributes {
        known += 1;
        match attribute {
            NeighbourAttribute::Destination(address) => {
                let address: IpAddr = match address {
                    NeighbourAddress::Inet(address) => (*address).into(),
                    NeighbourAddress::Inet6(address) => (*address).into(),
                    // Of a forwarding entry it does not tell the family.
                    NeighbourAddress::Other(bytes) => match <[u8; 4]>::try_from(&bytes[..]) {
                        Ok(octets) => octets.into(),
                        Err(_) => <[u8; 16]>::try_from(&bytes[..]).unwrap().into(),
                    },
                    other => panic!("{other:?}"),
                };
                assert_eq!(value.destination, Some(address));
            }
            NeighbourAttribute::LinkLayerAddress(address) => {
                assert_eq!(value.link_address, Some(&address[..]));
            }
            NeighbourAttribute::CacheInfo(info) => {
                let ours = value.cache_info.unwrap();
                let oracle = [info.confirmed, info.used, info.updated, info.refcnt];
                assert_eq!([ours.confirmed, ours.used, ours.updated, ours.references], oracle);
            }
            NeighbourAttribute::Probes(number) => assert_eq!(value.probes, Some(*number)),
            NeighbourAttribute::Vlan(number) => assert_eq!(value.vlan, Some(*number)),
            NeighbourAttribute::Port(number) => assert_eq!(value.port, Some(*number)),
            NeighbourAttribute::Vni(number) => assert_eq!(value.vni, Some(*number)),
            NeighbourAttribute::SourceVni(number) => assert_eq!(value.source_vni, Some(*number)),
            NeighbourAttribute::IfIndex(number) => assert_eq!(value.via_index, Some(*number)),
            NeighbourAttribute::Controller(number) => assert_eq!(value.master, Some(*number)),
            NeighbourAttribute::LinkNetNsId(number) => {
                assert_eq!(value.link_namespace.map(i32::cast_unsigned), Some(*number));
            }
            NeighbourAttribute::Protocol(protocol) => {
                assert_eq!(value.protocol, Some(RouteProtocol(u8::from(*protocol))));
            }
            NeighbourAttribute::ExtFlags(flags) => {
                assert_eq!(value.extended_flags.unwrap().bits(), flags.bits());
            }
            // It does not know next hop objects here.
            NeighbourAttribute::Other(_) => known -= 1,
            other => panic!("{other:?}"),
        }
    }
    known
}

fn route_address(address: &RouteAddress) -> Option<IpAddr> {
    match address {
        RouteAddress::Inet(address) => Some((*address).into()),
        RouteAddress::Inet6(address) => Some((*address).into()),
        other => panic!("{other:?}"),
    }
}

fn via(via: &RouteVia) -> Option<IpAddr> {
    match via {
        RouteVia::Inet(address) => Some((*address).into()),
        RouteVia::Inet6(address) => Some((*address).into()),
        other => panic!("{other:?}"),
    }
}

fn agree_route(ours: &RouteMessage<'_>, oracle: &oracle_route::RouteMessage) -> usize {
    let (header, theirs) = (ours.header(), &oracle.header);
    assert_eq!(header.family.0, u8::from(theirs.address_family));
    assert_eq!(header.destination_length, theirs.destination_prefix_length);
    assert_eq!(header.source_length, theirs.source_prefix_length);
    assert_eq!((header.tos, header.table), (theirs.tos, theirs.table));
    assert_eq!(header.protocol.0, u8::from(theirs.protocol));
    assert_eq!(header.scope.0, u8::from(theirs.scope));
    assert_eq!(header.kind.0, u8::from(theirs.kind));
    assert_eq!(header.flags.bits(), theirs.flags.bits());
    let value = ours.value().unwrap();
    let mut known = 0;
    for attribute in &oracle.attributes {
        known += 1;
        match attribute {
            RouteAttribute::Destination(address) => {
                assert_eq!(value.destination, route_address(address));
            }
            RouteAttribute::Source(address) => assert_eq!(value.source, route_address(address)),
            RouteAttribute::Gateway(address) => assert_eq!(value.gateway, route_address(address)),
            RouteAttribute::Via(address) => assert_eq!(value.gateway, via(address)),
            RouteAttribute::PrefSource(address) => {
                assert_eq!(value.preferred_source, route_address(address));
            }
            RouteAttribute::Oif(number) => assert_eq!(value.output, Some(*number)),
            RouteAttribute::Iif(number) => assert_eq!(value.input, Some(*number)),
            RouteAttribute::Priority(number) => assert_eq!(value.priority, Some(*number)),
            RouteAttribute::Table(number) => assert_eq!(value.table, RouteTable(*number)),
            RouteAttribute::Mark(number) => assert_eq!(value.mark, Some(*number)),
            RouteAttribute::Uid(number) => assert_eq!(value.user, Some(*number)),
            RouteAttribute::Expires(number) => assert_eq!(value.expires, Some(*number)),
            RouteAttribute::NhId(number) => assert_eq!(value.next_hop_id, Some(*number)),
            RouteAttribute::Preference(preference) => {
                assert_eq!(value.preference, Some(u8::from(*preference)));
            }
            RouteAttribute::Realm(realm) => {
                let number = u32::from(realm.source) << 16 | u32::from(realm.destination);
                assert_eq!(value.realms, Some(number));
            }
            RouteAttribute::CacheInfo(info) => {
                let ours = value.cache_info.unwrap();
                assert_eq!(
                    (ours.references, ours.last_use, ours.expires.cast_unsigned(), ours.error),
                    (info.clntref, info.last_use, info.expires, info.error)
                );
                assert_eq!(
                    (ours.used, ours.id, ours.timestamp, ours.timestamp_age),
                    (info.used, info.id, info.ts, info.ts_age)
                );
            }
            RouteAttribute::Metrics(metrics) => agree_metrics(&value.metrics, metrics),
            RouteAttribute::MultiPath(hops) => agree_next_hops(ours.next_hops(), hops),
            other => panic!("{other:?}"),
        }
    }
    known
}

fn agree_metrics(ours: &Metrics<'_>, theirs: &[RouteMetric]) {
    for metric in theirs {
        let (kind, number) = match metric {
            RouteMetric::Lock(number) => (RTAX_LOCK, number),
            RouteMetric::Mtu(number) => (RTAX_MTU, number),
            RouteMetric::Window(number) => (RTAX_WINDOW, number),
            RouteMetric::Rtt(number) => (RTAX_RTT, number),
            RouteMetric::RttVar(number) => (RTAX_RTTVAR, number),
            RouteMetric::SsThresh(number) => (RTAX_SSTHRESH, number),
            RouteMetric::Cwnd(number) => (RTAX_CWND, number),
            RouteMetric::Advmss(number) => (RTAX_ADVMSS, number),
            RouteMetric::Reordering(number) => (RTAX_REORDERING, number),
            RouteMetric::Hoplimit(number) => (RTAX_HOPLIMIT, number),
            RouteMetric::InitCwnd(number) => (RTAX_INITCWND, number),
            RouteMetric::Features(number) => (RTAX_FEATURES, number),
            RouteMetric::RtoMin(number) => (RTAX_RTO_MIN, number),
            RouteMetric::InitRwnd(number) => (RTAX_INITRWND, number),
            RouteMetric::QuickAck(number) => (RTAX_QUICKACK, number),
            RouteMetric::FastopenNoCookie(number) => (RTAX_FASTOPEN_NO_COOKIE, number),
            RouteMetric::CcAlgo(name) => {
                assert_eq!(ours.congestion_control(), Some(name.as_bytes()));
                continue;
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(ours.get(kind), Some(*number));
    }
    let count = ours.iter().count() + usize::from(ours.congestion_control().is_some());
    assert_eq!(count, theirs.len());
}

fn agree_next_hops(ours: NextHops<'_>, theirs: &[oracle_route::RouteNextHop]) {
    assert_eq!(ours.iter().count(), theirs.len());
    for (ours, theirs) in ours.iter().zip(theirs) {
        let ours = ours.unwrap();
        assert_eq!((ours.index, ours.hops), (theirs.interface_index, theirs.hops));
        assert_eq!(ours.flags.bits(), theirs.flags.bits());
        let gateway = theirs.attributes.iter().find_map(|attribute| match attribute {
            RouteAttribute::Gateway(address) => route_address(address),
            RouteAttribute::Via(address) => via(address),
            _ => None,
        });
        assert_eq!(ours.gateway, gateway);
    }
}

fn agree_link(ours: &LinkMessage<'_>, oracle: &oracle_link::LinkMessage) -> usize {
    let (header, theirs) = (ours.header(), &oracle.header);
    assert_eq!(header.family.0, u8::from(theirs.interface_family));
    assert_eq!(header.index.cast_unsigned(), theirs.index);
    assert_eq!(header.hardware_type, u16::from(theirs.link_layer_type));
    assert_eq!(header.flags, theirs.flags.bits());
    assert_eq!(header.change, theirs.change_mask.bits());
    let value = ours.value().unwrap();
    let mut known = 0;
    for attribute in &oracle.attributes {
        known += 1;
        match attribute {
            LinkAttribute::IfName(text) => assert_eq!(value.name, Some(text.as_bytes())),
            LinkAttribute::IfAlias(text) => assert_eq!(value.description, Some(text.as_bytes())),
            LinkAttribute::Qdisc(text) => {
                assert_eq!(value.queueing_discipline, Some(text.as_bytes()));
            }
            LinkAttribute::Address(bytes) => assert_eq!(value.address, Some(&bytes[..])),
            LinkAttribute::Broadcast(bytes) => assert_eq!(value.broadcast, Some(&bytes[..])),
            LinkAttribute::PermAddress(bytes) => {
                assert_eq!(value.permanent_address, Some(&bytes[..]));
            }
            LinkAttribute::Mtu(number) => assert_eq!(value.mtu, Some(*number)),
            LinkAttribute::MinMtu(number) => assert_eq!(value.least_mtu, Some(*number)),
            LinkAttribute::MaxMtu(number) => assert_eq!(value.greatest_mtu, Some(*number)),
            LinkAttribute::TxQueueLen(number) => assert_eq!(value.tx_queue_length, Some(*number)),
            LinkAttribute::Link(number) => assert_eq!(value.link, Some(*number)),
            LinkAttribute::Controller(number) => assert_eq!(value.master, Some(*number)),
            LinkAttribute::Group(number) => assert_eq!(value.group, Some(*number)),
            LinkAttribute::Promiscuity(number) => assert_eq!(value.promiscuity, Some(*number)),
            LinkAttribute::AllMulticast(number) => assert_eq!(value.all_multicast, Some(*number)),
            LinkAttribute::NumTxQueues(number) => assert_eq!(value.tx_queues, Some(*number)),
            LinkAttribute::NumRxQueues(number) => assert_eq!(value.rx_queues, Some(*number)),
            LinkAttribute::CarrierChanges(number) => {
                assert_eq!(value.carrier_changes, Some(*number));
            }
            LinkAttribute::CarrierUpCount(number) => {
                assert_eq!(value.carrier_up_count, Some(*number));
            }
            LinkAttribute::CarrierDownCount(number) => {
                assert_eq!(value.carrier_down_count, Some(*number));
            }
            LinkAttribute::NetNsPid(number) => assert_eq!(value.namespace_process, Some(*number)),
            LinkAttribute::NetNsFd(number) => {
                assert_eq!(value.namespace_descriptor, Some(number.cast_unsigned()));
            }
            LinkAttribute::LinkNetNsId(number) => assert_eq!(value.link_namespace, Some(*number)),
            LinkAttribute::Carrier(number) => assert_eq!(value.carrier, Some(*number != 0)),
            LinkAttribute::ProtoDown(number) => {
                assert_eq!(value.protocol_down, Some(*number != 0));
            }
            LinkAttribute::OperState(state) => {
                assert_eq!(value.operational_state, Some(OperationalState(u8::from(*state))));
            }
            LinkAttribute::Mode(mode) => {
                assert_eq!(value.link_mode, Some(LinkMode(u8::from(*mode))));
            }
            LinkAttribute::Map(map) => {
                let ours = value.map.unwrap();
                assert_eq!(
                    (ours.mem_start, ours.mem_end, ours.base_addr),
                    (map.memory_start, map.memory_end, map.base_address)
                );
                assert_eq!((ours.irq, ours.dma, ours.port), (map.irq, map.dma, map.port));
            }
            LinkAttribute::Stats64(stats) => agree_counters(&value.stats64.unwrap(), stats),
            LinkAttribute::Stats(stats) => {
                let ours = value.stats.unwrap();
                assert_eq!(
                    (ours.rx_bytes, ours.tx_packets, ours.rx_nohandler),
                    (stats.rx_bytes, stats.tx_packets, stats.rx_nohandler)
                );
            }
            LinkAttribute::PropList(properties) => {
                let theirs = properties.iter().filter_map(|property| match property {
                    Prop::AltIfName(name) => Some(name.as_bytes()),
                    _ => None,
                });
                assert!(value.alternative_names.iter().eq(theirs));
            }
            LinkAttribute::LinkInfo(info) => agree_info(&value, info),
            // It knows more of a device than we do, and the other way round.
            _ => known -= 1,
        }
    }
    known
}

fn agree_counters(ours: &LinkStats64, theirs: &oracle_link::Stats64) {
    assert_eq!(
        (ours.rx_packets, ours.tx_packets, ours.rx_bytes, ours.tx_bytes),
        (theirs.rx_packets, theirs.tx_packets, theirs.rx_bytes, theirs.tx_bytes)
    );
    assert_eq!(
        (ours.rx_errors, ours.tx_errors, ours.rx_dropped, ours.tx_dropped),
        (theirs.rx_errors, theirs.tx_errors, theirs.rx_dropped, theirs.tx_dropped)
    );
    assert_eq!(
        (ours.multicast, ours.collisions, ours.rx_frame_errors, ours.tx_carrier_errors),
        (theirs.multicast, theirs.collisions, theirs.rx_frame_errors, theirs.tx_carrier_errors)
    );
    assert_eq!(
        (ours.rx_fifo_errors, ours.tx_fifo_errors, ours.rx_nohandler, ours.rx_otherhost_dropped),
        (
            theirs.rx_fifo_errors,
            theirs.tx_fifo_errors,
            theirs.rx_nohandler,
            theirs.rx_otherhost_dropped
        )
    );
}

fn agree_info(ours: &Link<'_>, theirs: &[OracleInfo]) {
    for info in theirs {
        match info {
            OracleInfo::Kind(kind) => {
                assert_eq!(ours.kind.unwrap().name(), kind.to_string().as_bytes());
            }
            OracleInfo::PortKind(kind) => {
                assert_eq!(ours.port_kind, Some(kind.to_string().as_bytes()));
            }
            OracleInfo::Data(data) => agree_data(&ours.kind.unwrap(), data),
            _ => {}
        }
    }
}

fn agree_data(ours: &LinkKind<'_>, theirs: &InfoData) {
    match (ours, theirs) {
        (LinkKind::Veth(Some(peer)), InfoData::Veth(InfoVeth::Peer(theirs))) => {
            assert_eq!(peer.index.cast_unsigned(), theirs.header.index);
            assert_eq!(peer.flags.bits(), theirs.header.flags.bits());
            for attribute in &theirs.attributes {
                match attribute {
                    LinkAttribute::IfName(name) => assert_eq!(peer.name, Some(name.as_bytes())),
                    LinkAttribute::Address(bytes) => assert_eq!(peer.address, Some(&bytes[..])),
                    LinkAttribute::Mtu(number) => assert_eq!(peer.mtu, Some(*number)),
                    LinkAttribute::NetNsPid(number) => {
                        assert_eq!(peer.namespace_process, Some(*number));
                    }
                    LinkAttribute::NetNsFd(number) => {
                        assert_eq!(peer.namespace_descriptor, Some(number.cast_unsigned()));
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
        (LinkKind::Vlan(vlan), InfoData::Vlan(theirs)) => {
            for info in theirs {
                match info {
                    InfoVlan::Id(number) => assert_eq!(vlan.id, Some(*number)),
                    InfoVlan::Protocol(protocol) => {
                        assert_eq!(vlan.protocol, Some(u16::from(*protocol)));
                    }
                    InfoVlan::Flags((flags, mask)) => {
                        let ours = vlan.flags.unwrap();
                        assert_eq!((ours.flags, ours.mask), (flags.bits(), mask.bits()));
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
        (LinkKind::Macvlan(macvlan), InfoData::MacVlan(theirs)) => {
            for info in theirs {
                match info {
                    InfoMacVlan::Mode(mode) => {
                        assert_eq!(macvlan.mode, Some(MacvlanMode(u32::from(*mode))));
                    }
                    InfoMacVlan::Flags(flags) => assert_eq!(macvlan.flags, Some(flags.bits())),
                    _ => {}
                }
            }
        }
        (LinkKind::Vxlan(vxlan), InfoData::Vxlan(theirs)) => agree_vxlan(vxlan, theirs),
        (LinkKind::Bridge(bridge), InfoData::Bridge(theirs)) => agree_bridge(bridge, theirs),
        // The oracle knows no setting of a tun device.
        (LinkKind::Tun(_), InfoData::Tun(_)) => {}
        (LinkKind::Other { .. }, _) => {}
        other => panic!("{other:?}"),
    }
}

fn agree_vxlan(ours: &Vxlan, theirs: &[InfoVxlan]) {
    for info in theirs {
        match info {
            InfoVxlan::Id(number) => assert_eq!(ours.id, Some(*number)),
            InfoVxlan::Group(address) => assert_eq!(ours.group, Some((*address).into())),
            InfoVxlan::Group6(address) => assert_eq!(ours.group, Some((*address).into())),
            InfoVxlan::Local(address) => assert_eq!(ours.local, Some((*address).into())),
            InfoVxlan::Local6(address) => assert_eq!(ours.local, Some((*address).into())),
            InfoVxlan::Link(number) => assert_eq!(ours.link, Some(*number)),
            InfoVxlan::Tos(number) => assert_eq!(ours.tos, Some(*number)),
            InfoVxlan::Ttl(number) => assert_eq!(ours.ttl, Some(*number)),
            InfoVxlan::Learning(truth) => assert_eq!(ours.learning, Some(*truth)),
            InfoVxlan::Ageing(number) => assert_eq!(ours.ageing, Some(*number)),
            InfoVxlan::Limit(number) => assert_eq!(ours.limit, Some(*number)),
            InfoVxlan::PortRange(ports) => assert_eq!(ours.source_ports, Some(*ports)),
            InfoVxlan::Port(number) => assert_eq!(ours.port, Some(*number)),
            _ => {}
        }
    }
}

fn agree_bridge(ours: &Bridge, theirs: &[InfoBridge]) {
    for info in theirs {
        match info {
            InfoBridge::ForwardDelay(number) => assert_eq!(ours.forward_delay, Some(*number)),
            InfoBridge::HelloTime(number) => assert_eq!(ours.hello_time, Some(*number)),
            InfoBridge::MaxAge(number) => assert_eq!(ours.max_age, Some(*number)),
            InfoBridge::AgeingTime(number) => assert_eq!(ours.ageing_time, Some(*number)),
            InfoBridge::StpState(state) => {
                assert_eq!(ours.stp_state, Some(u32::from(*state)));
            }
            InfoBridge::Priority(number) => assert_eq!(ours.priority, Some(*number)),
            InfoBridge::VlanFiltering(truth) => assert_eq!(ours.vlan_filtering, Some(*truth)),
            InfoBridge::VlanProtocol(protocol) => {
                assert_eq!(ours.vlan_protocol, Some(u16::from(*protocol)));
            }
            _ => {}
        }
    }
}
