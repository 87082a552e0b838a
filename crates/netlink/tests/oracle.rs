//! Another library reads what we write, and we read what it writes: the same values.
//!
//! The oracle is netlink-packet-route. Each of its attributes is compared with our getter.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod agree;
mod common;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use agree::agree;
use common::*;
use ifctl_abi::HardwareType;
use ifctl_abi::netlink::MessageType;
use ifctl_abi::rtnetlink::*;
use ifctl_netlink::*;
use netlink_packet_core::{NetlinkHeader, NetlinkMessage, NetlinkPayload};
use netlink_packet_route::RouteNetlinkMessage as Oracle;
use netlink_packet_route::address::{self as oracle_address, AddressAttribute};
use netlink_packet_route::link::{
    self as oracle_link, InfoData, InfoVxlan, LinkAttribute, LinkInfo as OracleInfo,
};
use netlink_packet_route::neighbour::{
    self as oracle_neighbour, NeighbourAddress, NeighbourAttribute,
};
use netlink_packet_route::route::{
    self as oracle_route, RouteAddress, RouteAttribute, RouteMetric,
};
use proptest::prelude::*;

fn told(oracle: Oracle) -> Vec<u8> {
    let mut message =
        NetlinkMessage::new(NetlinkHeader::default(), NetlinkPayload::InnerMessage(oracle));
    message.finalize();
    let mut bytes = vec![0; message.buffer_len()];
    message.serialize(&mut bytes);
    bytes
}

#[test]
fn both_read_the_same_in_what_a_real_kernel_answered() {
    let dumps: [&[u8]; 9] = [
        include_bytes!("fixtures/links.bin"),
        include_bytes!("fixtures/addresses-ipv4.bin"),
        include_bytes!("fixtures/addresses-ipv6.bin"),
        include_bytes!("fixtures/routes-ipv4.bin"),
        include_bytes!("fixtures/routes-ipv6.bin"),
        include_bytes!("fixtures/neighbours.bin"),
        include_bytes!("fixtures/neighbours-proxy.bin"),
        include_bytes!("fixtures/forwarding.bin"),
        include_bytes!("fixtures/events.bin"),
    ];
    for dump in dumps {
        let mut known = 0;
        for message in Messages::new(dump).map(Result::unwrap) {
            if message.kind() != MessageType::DONE {
                known += agree(message.bytes());
            }
        }
        assert!(known > 0, "the oracle knew something");
    }
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn the_oracle_reads_the_address_that_we_wrote(own in own_address()) {
        let mut encoder = Encoder::new();
        own.value().encode(head(MessageType::NEWADDR), &mut encoder).unwrap();
        let written = Attributes::new(&encoder.as_bytes()[24..]).count();
        prop_assert_eq!(agree(encoder.as_bytes()), written);
    }

    #[test]
    fn the_oracle_reads_the_neighbour_that_we_wrote(mut own in own_neighbour()) {
        own.plain.next_hop_id = None;
        let mut encoder = Encoder::new();
        own.value().encode(head(MessageType::NEWNEIGH), &mut encoder).unwrap();
        let written = Attributes::new(&encoder.as_bytes()[28..]).count();
        prop_assert_eq!(agree(encoder.as_bytes()), written);
    }

    #[test]
    fn the_oracle_reads_the_route_that_we_wrote(mut own in own_route()) {
        // Of a multicast route the oracle expects the 64-bit RTA_EXPIRES of multicast routing.
        if own.plain.kind == RouteType::MULTICAST {
            own.plain.kind = RouteType::UNICAST;
        }
        let mut encoder = Encoder::new();
        own.value().encode(head(MessageType::NEWROUTE), &mut encoder).unwrap();
        let written = Attributes::new(&encoder.as_bytes()[28..]).count();
        prop_assert_eq!(agree(encoder.as_bytes()), written);
    }

    #[test]
    fn the_oracle_reads_the_device_that_we_wrote(mut own in own_link()) {
        // Other families give a device message other attributes, and of numbers that the oracle
        // does not know it forgets which they were.
        own.plain.family = Family::UNSPEC;
        own.plain.hardware_type = HardwareType(own.plain.hardware_type.0 % 8);
        let known = |protocol: u16| if protocol.is_multiple_of(2) { 0x8100 } else { 0x88a8 };
        match &mut own.kind {
            OwnKind::Other { data, .. } => *data = None,
            OwnKind::Plain(LinkKind::Vlan(vlan)) => vlan.protocol = vlan.protocol.map(known),
            OwnKind::Plain(LinkKind::Bridge(bridge)) => {
                bridge.vlan_protocol = bridge.vlan_protocol.map(known);
            }
            _ => {}
        }
        own.with(|link| {
            let mut encoder = Encoder::new();
            link.encode(head(MessageType::NEWLINK), &mut encoder).unwrap();
            let written = Attributes::new(&encoder.as_bytes()[32..]).count();
            prop_assert_eq!(agree(encoder.as_bytes()), written);
            Ok(())
        })?;
    }
}

#[test]
fn we_read_what_the_oracle_wrote() {
    let local = Ipv4Addr::new(192, 0, 2, 1);
    let mut address = oracle_address::AddressMessage::default();
    address.header.family = netlink_packet_route::AddressFamily::Inet;
    address.header.prefix_len = 32;
    address.header.index = 7;
    address.attributes = vec![
        AddressAttribute::Local(local.into()),
        AddressAttribute::Address(Ipv4Addr::new(192, 0, 2, 9).into()),
        AddressAttribute::Label("ppp0:1".to_string()),
        AddressAttribute::RoutePriority(9),
    ];
    let bytes = told(Oracle::NewAddress(address));
    assert_eq!(agree(&bytes), 4);
    let view = AddressMessage::parse(&only(&bytes)).unwrap();
    assert_eq!(view.local(), Ok(Some(local.into())));
    assert_eq!(view.peer(), Ok(Some([192, 0, 2, 9].into())));

    let mut hop = oracle_route::RouteNextHop::default();
    hop.interface_index = 3;
    hop.hops = 4;
    hop.attributes = vec![RouteAttribute::Gateway(RouteAddress::Inet6(Ipv6Addr::LOCALHOST))];
    let mut route = oracle_route::RouteMessage::default();
    route.header.address_family = netlink_packet_route::AddressFamily::Inet6;
    route.attributes = vec![
        RouteAttribute::Table(1000),
        RouteAttribute::Metrics(vec![RouteMetric::Mtu(1300), RouteMetric::CcAlgo("bbr".into())]),
        RouteAttribute::MultiPath(vec![hop.clone(), hop]),
    ];
    let bytes = told(Oracle::NewRoute(route));
    assert_eq!(agree(&bytes), 3);
    let view = RouteMessage::parse(&only(&bytes)).unwrap();
    assert_eq!(view.route_table(), Ok(RouteTable(1000)));
    assert!(view.next_hops().iter().all(|hop| hop.unwrap().weight() == 5));

    let mut link = oracle_link::LinkMessage::default();
    link.attributes = vec![
        LinkAttribute::IfName("vx0".into()),
        LinkAttribute::LinkInfo(vec![
            OracleInfo::Kind(oracle_link::InfoKind::Vxlan),
            OracleInfo::Data(InfoData::Vxlan(vec![
                InfoVxlan::Id(42),
                InfoVxlan::Group(Ipv4Addr::new(239, 1, 1, 1)),
                InfoVxlan::Port(4789),
            ])),
        ]),
    ];
    let bytes = told(Oracle::NewLink(link));
    assert_eq!(agree(&bytes), 2);
    let kind = LinkMessage::parse(&only(&bytes)).unwrap().info().unwrap().value().unwrap();
    let group = Some(IpAddr::from([239, 1, 1, 1]));
    let vxlan = Vxlan { id: Some(42), group, port: Some(4789), ..Vxlan::default() };
    assert_eq!(kind, Some(LinkKind::Vxlan(vxlan)));

    let mut neighbour = oracle_neighbour::NeighbourMessage::default();
    neighbour.header.family = netlink_packet_route::AddressFamily::Inet;
    neighbour.attributes = vec![
        NeighbourAttribute::Destination(NeighbourAddress::Inet(local)),
        NeighbourAttribute::LinkLayerAddress(vec![2, 0, 0, 0, 0, 1]),
    ];
    assert_eq!(agree(&told(Oracle::NewNeighbour(neighbour))), 2);
}
