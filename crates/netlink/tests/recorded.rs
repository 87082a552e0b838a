//! What a Linux 6.18 kernel answered: read with its meaning, and written again to the same bytes.
//!
//! `fixtures/record.py` made the answers; what it set up is what is expected here.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::net::IpAddr;

use ifctl_abi::netlink::{MessageFlags, MessageType, NetlinkHeader};
use ifctl_abi::rtnetlink::*;
use ifctl_abi::{DeviceFlags, HardwareType};
use ifctl_netlink::*;

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("fixtures/", $name, ".bin")).as_slice()
    };
}

fn messages(bytes: &[u8]) -> Vec<Message<'_>> {
    let mut messages: Vec<_> = Messages::new(bytes).collect::<Result<_, _>>().unwrap();
    messages.retain(|message| message.kind() != MessageType::DONE);
    messages
}

fn head(header: &NetlinkHeader) -> Head {
    let NetlinkHeader { kind, flags, sequence, port, .. } = *header;
    Head { kind, flags, sequence, port }
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn links() -> Vec<LinkMessage<'static>> {
    messages(fixture!("links")).iter().map(|link| LinkMessage::parse(link).unwrap()).collect()
}

fn link(name: &str) -> LinkMessage<'static> {
    links().into_iter().find(|link| link.name() == Some(name.as_bytes())).unwrap()
}

fn index(name: &str) -> u32 {
    u32::try_from(link(name).index()).unwrap()
}

fn addresses(bytes: &'static [u8]) -> Vec<AddressMessage<'static>> {
    messages(bytes).iter().map(|address| AddressMessage::parse(address).unwrap()).collect()
}

fn address(bytes: &'static [u8], ours: &str) -> AddressMessage<'static> {
    let ours = Ok(Some(ip(ours)));
    addresses(bytes).into_iter().find(|address| address.local() == ours).unwrap()
}

fn route(bytes: &'static [u8], to: &str, length: u8) -> RouteMessage<'static> {
    let to = Ok(Some(ip(to)));
    let routes = messages(bytes).into_iter().map(|route| RouteMessage::parse(&route).unwrap());
    routes
        .into_iter()
        .find(|route| route.destination() == to && route.header().destination_length == length)
        .unwrap()
}

#[test]
fn addresses_routes_and_neighbours_are_written_back_byte_for_byte() {
    let mut count = 0;
    for bytes in [
        fixture!("addresses-ipv4"),
        fixture!("addresses-ipv6"),
        fixture!("routes-ipv4"),
        fixture!("routes-ipv6"),
        fixture!("neighbours"),
        fixture!("neighbours-proxy"),
        fixture!("forwarding"),
        fixture!("events"),
    ] {
        for message in messages(bytes) {
            let mut encoder = Encoder::new();
            let head = head(message.header());
            if let Ok(view) = AddressMessage::parse(&message) {
                view.value().unwrap().encode(head, &mut encoder).unwrap();
            } else if let Ok(view) = RouteMessage::parse(&message) {
                view.value().unwrap().encode(head, &mut encoder).unwrap();
            } else {
                let view = NeighbourMessage::parse(&message).unwrap();
                view.value().unwrap().encode(head, &mut encoder).unwrap();
            }
            assert_eq!(encoder.as_bytes(), message.bytes(), "{message:?}");
            count += 1;
        }
    }
    assert!(count > 80, "{count} messages");
}

#[test]
fn what_a_device_value_holds_is_written_back_in_the_kernels_order() {
    for message in messages(fixture!("links")) {
        let mut encoder = Encoder::new();
        let value = LinkMessage::parse(&message).unwrap().value().unwrap();
        value.encode(head(message.header()), &mut encoder).unwrap();
        let body = size_of::<NetlinkHeader>() + size_of::<LinkHeader>();
        assert_eq!(encoder.as_bytes()[16..body], message.bytes()[16..body]);
        let mut kernels = Attributes::new(&message.bytes()[body..]);
        let ours: Vec<_> = Attributes::new(&encoder.as_bytes()[body..]).collect();
        assert!(ours.len() > 20);
        for attribute in ours {
            let same = kernels.find(|kernel| kernel.kind() == attribute.kind()).unwrap();
            // Of the settings of a kind a value holds some, the message all.
            if attribute.kind() != IFLA_LINKINFO {
                assert_eq!(attribute.bytes(), same.bytes(), "attribute {}", same.kind());
            }
        }
    }
}

#[test]
fn answers_are_written_back_byte_for_byte() {
    for bytes in [
        fixture!("error-echoed"),
        fixture!("error-capped"),
        fixture!("error-plain"),
        fixture!("acknowledged"),
        fixture!("acknowledged-warned"),
    ] {
        let message = Messages::new(bytes).next().unwrap().unwrap();
        let answer = Answer::parse(&message).unwrap();
        let errno = u16::try_from(answer.errno()).unwrap();
        let mut encoder = Encoder::new();
        let extended = answer.extended().value();
        let request = answer.request().unwrap();
        encode_error(&mut encoder, request, answer.echo(), errno, &extended, message.port())
            .unwrap();
        assert_eq!(encoder.as_bytes(), bytes);
    }
    let message = Messages::new(fixture!("done-refused")).next().unwrap().unwrap();
    let answer = Answer::parse(&message).unwrap();
    let errno = u16::try_from(answer.errno()).unwrap();
    let mut encoder = Encoder::new();
    let (extended, flags) = (answer.extended().value(), MessageFlags::empty());
    encode_done(&mut encoder, message.header(), flags, errno, &extended, message.port()).unwrap();
    assert_eq!(encoder.as_bytes(), fixture!("done-refused"));
}

#[test]
fn an_error_tells_its_text_and_where_the_request_was_wrong() {
    let message = Messages::new(fixture!("error-offset")).next().unwrap().unwrap();
    let answer = Answer::parse(&message).unwrap();
    assert_eq!((answer.errno(), message.sequence()), (34, 14));
    assert_eq!(answer.extended().text(), Some(&b"Attribute failed policy validation"[..]));
    assert!(answer.extended().policy().is_some());
    // What we say about the request that it repeats is what the kernel says.
    let request: Vec<u8> = [&message.payload()[4..20], answer.echo().unwrap()].concat();
    let request = Messages::new(&request).next().unwrap().unwrap();
    let odd = AddressMessage::parse(&request).unwrap().local().unwrap_err();
    assert_eq!((odd.kind, odd.length, odd.needed), (IFA_LOCAL, 2, 4));
    assert_eq!(answer.extended().offset(), Ok(Some(u32::try_from(odd.offset).unwrap())));
}

#[test]
fn an_error_in_a_dump_tells_its_text_behind_the_number() {
    let message = Messages::new(fixture!("done-refused")).next().unwrap().unwrap();
    assert_eq!(message.kind(), MessageType::DONE);
    let answer = Answer::parse(&message).unwrap();
    assert_eq!((answer.errno(), answer.request()), (22, None));
    let text = b"ipv4: Invalid values in header for address dump request";
    assert_eq!(answer.extended().text(), Some(&text[..]));
}

#[test]
fn an_acknowledgement_may_warn() {
    let warned = Messages::new(fixture!("acknowledged-warned")).next().unwrap().unwrap();
    let answer = Answer::parse(&warned).unwrap();
    assert_eq!((answer.errno(), answer.echo()), (0, None));
    let text = b"bytes leftover after parsing attributes";
    assert_eq!(answer.extended().text(), Some(&text[..]));
    let plain = Messages::new(fixture!("acknowledged")).next().unwrap().unwrap();
    assert!(Answer::parse(&plain).unwrap().extended().value().is_empty());
}

#[test]
fn devices_are_read_as_they_were_set_up() {
    let veth = link("veth0").value().unwrap();
    assert_eq!(veth.hardware_type, HardwareType::ETHER);
    assert!(veth.flags.contains(DeviceFlags::UP | DeviceFlags::PROMISC | DeviceFlags::LOWER_UP));
    assert_eq!(
        (veth.mtu, veth.tx_queue_length, veth.promiscuity),
        (Some(1400), Some(555), Some(1))
    );
    assert_eq!(veth.address, Some(&[2, 0, 0, 0, 0, 0x10][..]));
    assert_eq!(veth.operational_state, Some(OperationalState::UP));
    assert_eq!(veth.carrier, Some(true));
    assert_eq!((veth.kind, veth.link), (Some(LinkKind::Veth(None)), Some(index("veth1"))));
    let names = [&b"uplink"[..], b"a-name-much-longer-than-fifteen-bytes"];
    assert!(veth.alternative_names.iter().eq(names));
    assert!(veth.stats64.unwrap().rx_packets > 0);

    let port = link("veth1").value().unwrap();
    assert_eq!((port.master, port.port_kind), (Some(index("br0")), Some(&b"bridge"[..])));
    let Some(LinkKind::Bridge(bridge)) = link("br0").value().unwrap().kind else {
        panic!("br0 is a bridge");
    };
    assert_eq!((bridge.forward_delay, bridge.stp_state), (Some(400), Some(0)));

    let Some(LinkKind::Vxlan(vxlan)) = link("vx0").value().unwrap().kind else {
        panic!("vx0 is a vxlan");
    };
    assert_eq!((vxlan.id, vxlan.port, vxlan.ttl), (Some(42), Some(4789), Some(5)));
    assert_eq!((vxlan.group, vxlan.local), (Some(ip("239.1.1.1")), Some(ip("192.0.2.1"))));
    assert_eq!(vxlan.link, Some(index("veth0")));
    let Some(LinkKind::Vxlan(vxlan)) = link("vx6").value().unwrap().kind else {
        panic!("vx6 is a vxlan");
    };
    assert_eq!((vxlan.group, vxlan.local), (Some(ip("2001:db8::9")), Some(ip("2001:db8::1"))));
    assert_eq!(vxlan.source_ports, Some((40_000, 50_000)));

    let macvlan = link("mv0").value().unwrap();
    let bridge = Macvlan { mode: Some(MacvlanMode::BRIDGE), flags: Some(0) };
    assert_eq!(macvlan.kind, Some(LinkKind::Macvlan(bridge)));
    assert_eq!(macvlan.link, Some(index("veth0")));
    assert_eq!(link("ifb0").kind(), Some(&b"ifb"[..]));
    let tap = link("tap0").value().unwrap();
    assert_eq!(tap.description, Some(&b"a tap, described"[..]));
    assert!(matches!(tap.kind, Some(LinkKind::Tun(Tun { kind: Some(2), .. }))));
    assert_eq!(link("lo").kind(), None);
    assert_eq!(link("lo").hardware_type(), HardwareType::LOOPBACK);
}

#[test]
fn addresses_are_read_as_they_were_set_up() {
    let v4 = fixture!("addresses-ipv4");
    let plain = address(v4, "192.0.2.1").value().unwrap();
    assert_eq!(plain.broadcast, Some([192, 0, 2, 255].into()));
    assert_eq!((plain.label, plain.peer()), (Some(&b"veth0"[..]), None));
    assert_eq!((plain.prefix_length, plain.flags), (24, AddressFlags::PERMANENT));
    let alias = address(v4, "192.0.2.2").value().unwrap();
    assert_eq!((alias.label, alias.broadcast), (Some(&b"veth0:1"[..]), None));
    assert_eq!(alias.flags, AddressFlags::PERMANENT | AddressFlags::SECONDARY);
    let mortal = address(v4, "192.0.2.3").value().unwrap();
    let cache = mortal.cache_info.unwrap();
    assert!((3590..=3600).contains(&cache.valid) && (1790..=1800).contains(&cache.preferred));
    assert_eq!(mortal.flags, AddressFlags::SECONDARY);
    let peer = address(v4, "10.9.0.1").value().unwrap();
    assert_eq!((peer.peer(), peer.prefix_length), (Some(ip("10.9.0.2")), 32));
    assert_eq!(peer.priority, Some(300));
    assert_eq!(address(v4, "198.51.100.1").scope(), RouteScope::LINK);
    let made = address(v4, "10.20.0.7").value().unwrap();
    assert_eq!((made.protocol, made.index), (Some(AddressProtocol(77)), index("br0")));

    let v6 = fixture!("addresses-ipv6");
    let plain = address(v6, "2001:db8::1");
    assert!(plain.table().get(IFA_LOCAL).is_none());
    assert_eq!((plain.local(), plain.peer()), (Ok(Some(ip("2001:db8::1"))), Ok(None)));
    assert_eq!(plain.flags(), Ok(AddressFlags::PERMANENT | AddressFlags::NODAD));
    assert_eq!(address(v6, "2001:db8:1::1").peer(), Ok(Some(ip("2001:db8:1::2"))));
    assert_eq!(address(v6, "::1").protocol(), Ok(Some(AddressProtocol::KERNEL_LO)));

    let groups = addresses(fixture!("multicast-ipv6"));
    assert!(groups.iter().any(|group| group.multicast() == Ok(Some(ip("ff02::1")))));
}

#[test]
fn routes_are_read_as_they_were_set_up() {
    let v4 = fixture!("routes-ipv4");
    let default = messages(v4)
        .iter()
        .map(|route| RouteMessage::parse(route).unwrap().value().unwrap())
        .find(|route| route.destination_length == 0 && route.table == RouteTable::MAIN)
        .unwrap();
    assert_eq!((default.destination, default.priority), (None, Some(100)));
    assert_eq!(default.gateway, Some(ip("192.0.2.254")));

    let detailed = route(v4, "203.0.113.0", 25).value().unwrap();
    assert_eq!(detailed.preferred_source, Some(ip("192.0.2.2")));
    let metrics = detailed.metrics;
    assert_eq!((metrics.get(RTAX_MTU), metrics.get(RTAX_ADVMSS)), (Some(1300), Some(1200)));
    assert_eq!(metrics.get(RTAX_LOCK), Some(1 << RTAX_MTU));
    assert_eq!(metrics.congestion_control(), Some(&b"reno"[..]));

    let multipath = route(v4, "203.0.113.128", 25);
    let hops: Vec<_> = multipath.next_hops().iter().map(Result::unwrap).collect();
    let seen: Vec<_> = hops.iter().map(|hop| (hop.gateway, hop.index, hop.weight())).collect();
    let expected = [
        (Some(ip("192.0.2.252")), index("veth0"), 3),
        (Some(ip("198.51.100.2")), index("br0"), 200),
        (None, index("veth0"), 1),
    ];
    assert_eq!(seen, expected);
    assert_eq!((multipath.gateway(), multipath.output()), (Ok(None), Ok(None)));

    assert_eq!(route(v4, "10.1.0.0", 16).gateway(), Ok(Some(ip("2001:db8::77"))));
    assert!(route(v4, "10.2.0.0", 16).header().flags.contains(RtmFlags::ONLINK));
    assert_eq!(route(v4, "10.3.0.0", 16).kind(), RouteType::UNREACHABLE);
    assert_eq!(route(v4, "10.4.0.0", 16).route_table(), Ok(RouteTable(1000)));
    assert_eq!(route(v4, "10.4.0.0", 16).header().table, 252);
    assert_eq!(route(v4, "10.5.0.0", 16).kind(), RouteType::PROHIBIT);
    assert_eq!(route(v4, "10.6.0.0", 16).kind(), RouteType::THROW);
    assert_eq!(route(v4, "10.7.0.0", 16).kind(), RouteType::LOCAL);
    assert_eq!(route(v4, "10.8.0.0", 16).header().tos, 0x10);
    assert_eq!(route(v4, "10.10.0.0", 16).value().unwrap().next_hop_id, Some(7));

    let v6 = fixture!("routes-ipv6");
    let detailed = route(v6, "2001:db8:2::", 48).value().unwrap();
    assert_eq!((detailed.gateway, detailed.priority), (Some(ip("2001:db8::99")), Some(50)));
    assert_eq!((detailed.metrics.get(RTAX_MTU), detailed.preference), (Some(1280), Some(1)));
    let hops: Vec<_> =
        route(v6, "2001:db8:3::", 48).next_hops().iter().map(Result::unwrap).collect();
    assert_eq!((hops.len(), hops[0].weight()), (2, 2));
    let mortal = route(v6, "2001:db8:5::", 48).value().unwrap();
    assert!((300_000..=400_000).contains(&mortal.cache_info.unwrap().expires));
    assert_eq!(mortal.preferred_source, Some(ip("2001:db8::1")));
}

#[test]
fn neighbours_are_read_as_they_were_set_up() {
    let read = |bytes: &'static [u8]| -> Vec<Neighbour<'static>> {
        let parse = |message: &Message<'static>| NeighbourMessage::parse(message).unwrap();
        messages(bytes).iter().map(|message| parse(message).value().unwrap()).collect()
    };
    let neighbours = read(fixture!("neighbours"));
    let at = |text| *neighbours.iter().find(|found| found.destination == Some(ip(text))).unwrap();
    let fixed = at("192.0.2.99");
    assert_eq!((fixed.state, fixed.index), (NeighbourState::PERMANENT, index("veth0")));
    assert_eq!(fixed.link_address, Some(&[2, 0, 0, 0, 0, 0x99][..]));
    assert_eq!(at("192.0.2.98").protocol, Some(RouteProtocol::ZEBRA));
    assert_eq!(at("192.0.2.98").state, NeighbourState::STALE);
    assert!(at("2001:db8::99").flags.contains(NeighbourFlags::ROUTER));

    let proxies = read(fixture!("neighbours-proxy"));
    assert_eq!(proxies.len(), 1);
    assert_eq!(proxies[0].destination, Some(ip("192.0.2.50")));
    assert!(proxies[0].flags.contains(NeighbourFlags::PROXY));

    let forwarding = read(fixture!("forwarding"));
    let remote = forwarding.iter().find(|found| found.vni == Some(99)).unwrap();
    assert_eq!((remote.destination, remote.port), (Some(ip("192.0.2.77")), Some(4800)));
    assert_eq!(remote.via_index, Some(index("veth0")));
    let bridged = [2, 0, 0, 0, 0, 0x78];
    let bridged = forwarding.iter().find(|found| found.link_address == Some(&bridged)).unwrap();
    assert_eq!((bridged.master, bridged.index), (Some(index("br0")), index("veth1")));
}

#[test]
fn events_come_in_the_kernels_order() {
    let kinds: Vec<_> = messages(fixture!("events")).iter().map(Message::kind).collect();
    let expected =
        [MessageType::NEWADDR, MessageType::NEWROUTE, MessageType::DELADDR, MessageType::DELROUTE];
    assert_eq!(kinds, expected);
}
