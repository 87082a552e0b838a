//! Lengths: what is refused, what is tolerated, and that a refusal leaves nothing behind.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::net::IpAddr;

use common::{head, only};
use ifctl_abi::netlink::{MessageFlags, MessageType, NetlinkHeader};
use ifctl_abi::rtnetlink::*;
use ifctl_netlink::*;

const NEWLINK: MessageType = MessageType::NEWLINK;

fn write(attributes: impl FnOnce(&mut AttributeWriter<'_>)) -> Result<Vec<u8>, EncodeError> {
    let mut encoder = Encoder::new();
    encoder.message(head(NEWLINK), &LinkHeader::default(), attributes)?;
    Ok(encoder.into_bytes())
}

#[test]
fn the_longest_attribute_is_written_and_one_byte_more_is_refused() {
    let payload = vec![b'x'; 65_531];
    let bytes = write(|attributes| {
        attributes.bytes(IFLA_PHYS_PORT_ID, &payload);
    })
    .unwrap();
    let view = LinkMessage::parse(&only(&bytes)).unwrap();
    assert_eq!(view.table().bytes(IFLA_PHYS_PORT_ID), Some(&payload[..]));

    let refused = write(|attributes| {
        attributes.text(IFLA_PHYS_PORT_ID, &payload);
    });
    let error = EncodeError::AttributeTooLong { kind: IFLA_PHYS_PORT_ID, length: 65_536 };
    assert_eq!(refused, Err(error));
}

#[test]
fn a_nest_that_grows_too_long_is_refused_and_not_wrapped() {
    let refused = write(|attributes| {
        attributes.nested(IFLA_PROP_LIST | 0x8000, |inner| {
            for _ in 0..20 {
                inner.bytes(IFLA_ALT_IFNAME, &[b'x'; 3_996]);
            }
        });
    });
    let error = EncodeError::AttributeTooLong { kind: IFLA_PROP_LIST, length: 4 + 20 * 4_000 };
    assert_eq!(refused, Err(error));
}

#[test]
fn a_next_hop_list_that_grows_too_long_is_refused() {
    let gateway = Some(IpAddr::from([10, 0, 0, 1]));
    let hops = vec![NextHop { index: 1, gateway, ..NextHop::default() }; 4_096];
    let route = Route { next_hops: NextHops::new(&hops), ..Route::new([0; 4].into(), 0) };
    let refused = route.encode(head(MessageType::NEWROUTE), &mut Encoder::new());
    let error = EncodeError::AttributeTooLong { kind: RTA_MULTIPATH, length: 4 + 4_096 * 16 };
    assert_eq!(refused, Err(error));
}

#[test]
fn a_refused_message_leaves_the_batch_as_it_was() {
    let mut encoder = Encoder::new();
    Link::at(1).encode(head(NEWLINK), &mut encoder).unwrap();
    let before = encoder.as_bytes().to_vec();
    let long = [b'x'; 70_000];
    Link::named(&long).encode(head(NEWLINK), &mut encoder).unwrap_err();
    assert_eq!((encoder.as_bytes(), encoder.messages()), (&before[..], 1));
    Link::at(2).encode(head(NEWLINK), &mut encoder).unwrap();
    assert_eq!(Messages::new(encoder.as_bytes()).map(Result::unwrap).count(), 2);
}

#[test]
fn a_full_batch_is_told_from_a_message_that_is_too_long() {
    let mut encoder = Encoder::with_limit(100);
    Link::named(b"eth0").encode(head(NEWLINK), &mut encoder).unwrap();
    Link::named(b"eth1").encode(head(NEWLINK), &mut encoder).unwrap();
    let full = Link::named(b"eth2").encode(head(NEWLINK), &mut encoder);
    assert_eq!(full, Err(EncodeError::Full { length: 120, limit: 100 }));
    encoder.clear();
    assert!(encoder.is_empty());
    Link::named(b"eth2").encode(head(NEWLINK), &mut encoder).unwrap();
    let long = [b'x'; 200];
    let refused = Link::named(&long).encode(head(NEWLINK), &mut encoder);
    assert_eq!(refused, Err(EncodeError::MessageTooLong { length: 240, limit: 100 }));
    assert_eq!(encoder.messages(), 1);
}

#[test]
fn a_limit_is_reached_to_the_byte() {
    let mut encoder = Encoder::with_limit(44);
    Link::named(b"eth0").encode(head(NEWLINK), &mut encoder).unwrap();
    let mut smaller = Encoder::with_limit(43);
    let refused = Link::named(b"eth0").encode(head(NEWLINK), &mut smaller);
    assert_eq!(refused, Err(EncodeError::MessageTooLong { length: 44, limit: 43 }));
    assert_eq!(encoder.as_bytes().len(), 44);
}

#[test]
fn absent_and_malformed_are_different() {
    let bytes = write(|attributes| {
        attributes.u16(IFLA_MTU, 1500).u8(IFLA_OPERSTATE, 6).flag(IFLA_CARRIER);
    })
    .unwrap();
    let view = LinkMessage::parse(&only(&bytes)).unwrap();
    let odd = AttributeError { kind: IFLA_MTU, offset: 32, length: 2, needed: 4 };
    assert_eq!(view.mtu(), Err(odd));
    assert_eq!(view.tx_queue_length(), Ok(None));
    assert_eq!(view.operational_state(), Ok(Some(OperationalState::UP)));
    assert_eq!(view.value().unwrap_err(), odd);

    let mut reported = Vec::new();
    let value = view.value_reporting(&mut |odd| reported.push(odd.kind));
    assert_eq!(value.operational_state, Some(OperationalState::UP));
    assert_eq!((value.mtu, value.carrier), (None, None));
    assert_eq!(reported, [IFLA_MTU, IFLA_CARRIER]);
}

#[test]
fn counters_of_an_old_kernel_read_zero_at_the_end_and_of_a_new_one_are_cut() {
    for length in [184, 192, 200, 208] {
        let payload: Vec<u8> = (0..length).map(|at| u8::from(at % 8 == 0)).collect();
        let one = u64::from_ne_bytes([1, 0, 0, 0, 0, 0, 0, 0]);
        let bytes = write(|attributes| {
            attributes.bytes(IFLA_STATS64, &payload);
        })
        .unwrap();
        let stats = LinkMessage::parse(&only(&bytes)).unwrap().stats64().unwrap();
        assert_eq!(stats.rx_packets, one);
        assert_eq!(stats.tx_compressed, one);
        assert_eq!(stats.rx_nohandler, if length >= 192 { one } else { 0 });
        assert_eq!(stats.rx_otherhost_dropped, if length >= 200 { one } else { 0 });
    }
}

#[test]
fn a_payload_longer_than_known_is_read() {
    let mut encoder = Encoder::new();
    let header = AddressHeader { family: Family::INET, ..AddressHeader::default() };
    encoder
        .message(head(MessageType::NEWADDR), &header, |attributes| {
            attributes
                .u64(IFA_FLAGS, u64::from_ne_bytes([1, 2, 3, 4, 9, 9, 9, 9]))
                .bytes(IFA_CACHEINFO, &[1; 24])
                .bytes(IFA_LOCAL, &[10, 0, 0, 1, 99, 99])
                .bytes(200, b"from the future");
        })
        .unwrap();
    let view = AddressMessage::parse(&only(encoder.as_bytes())).unwrap();
    assert_eq!(view.flags().unwrap().bits().to_ne_bytes(), [1, 2, 3, 4]);
    assert_eq!(view.cache_info().unwrap().unwrap().updated, 0x0101_0101);
    assert_eq!(view.local(), Ok(Some([10, 0, 0, 1].into())));
    let unknown = view.table().attributes().last().unwrap();
    assert_eq!((unknown.kind(), unknown.bytes()), (200, &b"from the future"[..]));
}

#[test]
fn of_attributes_that_come_twice_the_last_counts() {
    let bytes = write(|attributes| {
        attributes.u32(IFLA_MTU, 1).u32(IFLA_MTU, 2);
    })
    .unwrap();
    assert_eq!(LinkMessage::parse(&only(&bytes)).unwrap().mtu(), Ok(Some(2)));
}

#[test]
fn a_text_without_its_nul_is_read_to_its_end() {
    let bytes = write(|attributes| {
        attributes
            .bytes(IFLA_IFNAME, b"\xff\xfe")
            .bytes(IFLA_IFALIAS, b"one\0two")
            .flag(IFLA_QDISC);
    })
    .unwrap();
    let view = LinkMessage::parse(&only(&bytes)).unwrap();
    assert_eq!(view.name(), Some(&b"\xff\xfe"[..]));
    assert_eq!(view.description(), Some(&b"one"[..]));
    assert_eq!(view.queueing_discipline(), Some(&b""[..]));
}

#[test]
fn a_family_that_is_neither_ipv4_nor_ipv6_has_no_address() {
    let mut encoder = Encoder::new();
    let header = AddressHeader { family: Family::MPLS, ..AddressHeader::default() };
    encoder
        .message(head(MessageType::NEWADDR), &header, |attributes| {
            attributes.u32(IFA_LOCAL, 0);
        })
        .unwrap();
    let view = AddressMessage::parse(&only(encoder.as_bytes())).unwrap();
    let odd = AttributeError { kind: IFA_LOCAL, offset: 24, length: 4, needed: 0 };
    assert_eq!(view.local(), Err(odd));
}

#[test]
fn ipv4_through_an_ipv6_gateway_is_told_in_its_own_attribute() {
    let gateway = IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1]);
    let route = Route { gateway: Some(gateway), ..Route::new([10, 0, 0, 0].into(), 8) };
    let mut encoder = Encoder::new();
    route.encode(head(MessageType::NEWROUTE), &mut encoder).unwrap();
    let view = RouteMessage::parse(&only(encoder.as_bytes())).unwrap();
    assert!(view.table().get(RTA_GATEWAY).is_none());
    assert_eq!(view.table().bytes(RTA_VIA).map(<[u8]>::len), Some(18));
    assert_eq!(view.gateway(), Ok(Some(gateway)));
}

#[test]
fn one_malformed_next_hop_does_not_hide_the_next_and_a_wrong_length_ends_the_walk() {
    let mut encoder = Encoder::new();
    let header = RouteHeader { family: Family::INET, ..RouteHeader::default() };
    let hop = |index| NextHopHeader { index, ..NextHopHeader::default() };
    encoder
        .message(head(MessageType::NEWROUTE), &header, |attributes| {
            attributes.nested(RTA_MULTIPATH, |hops| {
                hops.next_hop(&hop(1), |inner| {
                    inner.u8(RTA_GATEWAY, 1);
                });
                hops.next_hop(&hop(2), |inner| {
                    inner.u32(RTA_GATEWAY, 0);
                });
                hops.u32(0x4242, 0); // A "next hop" of eight bytes...
                hops.u32(0x4242, 0);
            });
        })
        .unwrap();
    let mut bytes = encoder.into_bytes();
    let last = bytes.len() - 8;
    bytes[last] = 200; // ... and one of two hundred.
    let view = RouteMessage::parse(&only(&bytes)).unwrap();
    let hops: Vec<_> = view.next_hops().iter().collect();
    assert_eq!(hops.len(), 4);
    assert_eq!(hops[0].unwrap_err().kind, RTA_GATEWAY);
    assert_eq!(hops[1].unwrap().index, 2);
    assert!(hops[2].is_ok());
    assert_eq!(hops[3].unwrap_err().needed, 200);
}

#[test]
fn a_header_that_contradicts_the_datagram_ends_it_with_an_error() {
    let mut encoder = Encoder::new();
    Link::at(1).encode(head(NEWLINK), &mut encoder).unwrap();
    Link::at(2).encode(head(NEWLINK), &mut encoder).unwrap();
    let bytes = encoder.into_bytes();
    for (length, told) in [(15_u32, 15), (33, 33), (0, 0), (u32::MAX, u32::MAX)] {
        let mut bytes = bytes.clone();
        bytes[32..36].copy_from_slice(&length.to_ne_bytes());
        let mut messages = Messages::new(&bytes);
        assert!(messages.next().unwrap().is_ok());
        let error = DecodeError::MessageLength { offset: 32, length: told, available: 32 };
        assert_eq!(messages.next().unwrap().unwrap_err(), error);
        assert!(messages.next().is_none());
    }
}

#[test]
fn padding_is_skipped_and_a_fragment_is_not() {
    let mut encoder = Encoder::new();
    // A body of one byte, as old programs send it, is padded to the next message.
    encoder.message(head(MessageType::GETLINK), &0_u8, |_| {}).unwrap();
    Link::at(2).encode(head(NEWLINK), &mut encoder).unwrap();
    let mut bytes = encoder.into_bytes();
    let lengths = |bytes: &[u8]| -> Vec<usize> {
        Messages::new(bytes).filter_map(|m| Some(m.ok()?.bytes().len())).collect()
    };
    assert_eq!(lengths(&bytes), [17, 32]);
    // The last message's padding may be cut off.
    let first = &bytes[..17];
    assert_eq!(only(first).payload(), [0]);
    let body = only(first).body::<LinkHeader>();
    let error = DecodeError::Body { kind: MessageType::GETLINK, length: 1, needed: 16 };
    assert_eq!(body.err(), Some(error));

    bytes.extend([0; 12]);
    assert_eq!(Messages::new(&bytes).map(Result::unwrap).count(), 2);
    bytes.push(1);
    let error = DecodeError::Fragment { offset: 52, available: 13 };
    assert_eq!(Messages::new(&bytes).last().unwrap().unwrap_err(), error);
}

#[test]
fn a_view_of_another_kind_of_message_is_refused() {
    let mut encoder = Encoder::new();
    Link::at(2).encode(head(NEWLINK), &mut encoder).unwrap();
    let message = only(encoder.as_bytes());
    let refused = DecodeError::Kind { found: NEWLINK, expected: "RTM_*ADDR" };
    assert_eq!(AddressMessage::parse(&message).err(), Some(refused));
    assert!(RouteMessage::parse(&message).is_err());
    assert!(NeighbourMessage::parse(&message).is_err());
    assert!(Answer::parse(&message).is_err());
}

#[test]
fn an_error_shorter_than_the_request_it_claims_to_repeat_is_still_an_error() {
    let request = NetlinkHeader { length: 4000, sequence: 3, ..NetlinkHeader::default() };
    let mut encoder = Encoder::new();
    let extended = ExtendedAck { text: Some(b"lost"), ..ExtendedAck::default() };
    encode_error(&mut encoder, &request, Some(b"four"), 22, &extended, 9).unwrap();
    let message = only(encoder.as_bytes());
    let answer = Answer::parse(&message).unwrap();
    assert_eq!((answer.errno(), answer.echo()), (22, None));
    assert!(answer.extended().value().is_empty());
}

#[test]
fn the_end_of_a_dump_needs_no_number() {
    let mut encoder = Encoder::new();
    let done = Head { kind: MessageType::DONE, flags: MessageFlags::MULTI, ..Head::default() };
    encoder.message(done, &[0_u8; 0], |_| {}).unwrap();
    assert_eq!(Answer::parse(&only(encoder.as_bytes())).unwrap().errno(), 0);
    encoder.clear();
    encoder.message(done, &i32::MIN, |_| {}).unwrap();
    assert_eq!(Answer::parse(&only(encoder.as_bytes())).unwrap().errno(), i32::MAX);
    encoder.clear();
    encoder.message(done, &4_i32, |_| {}).unwrap();
    assert_eq!(Answer::parse(&only(encoder.as_bytes())).unwrap().errno(), 0);
}

#[test]
fn dump_requests_hold_what_a_strict_kernel_takes_and_no_more() {
    let mut encoder = Encoder::new();
    dump_addresses(&mut encoder, 1, Family::INET, Some(3)).unwrap();
    let routes =
        RouteFilter { family: Family::INET, table: RouteTable(1000), ..Default::default() };
    dump_routes(&mut encoder, 2, &routes).unwrap();
    let neighbours = NeighbourFilter { index: Some(3), ..Default::default() };
    dump_neighbours(&mut encoder, 3, &neighbours).unwrap();
    let links =
        LinkFilter { mask: ExtendedMask::SKIP_STATS, kind: Some(b"veth"), ..Default::default() };
    dump_links(&mut encoder, 4, &links).unwrap();
    let messages: Vec<_> = Messages::new(encoder.as_bytes()).map(Result::unwrap).collect();
    let dump = MessageFlags::REQUEST | MessageFlags::DUMP;
    assert!(messages.iter().all(|message| message.flags() == dump));
    assert_eq!(messages[0].payload(), [2, 0, 0, 0, 3, 0, 0, 0]);
    let kinds = |at: usize, skip| -> Vec<u16> {
        Attributes::new(&messages[at].payload()[skip..]).map(|found| found.kind()).collect()
    };
    // The header's byte says "see RTA_TABLE" for a table above 255.
    assert_eq!(RouteMessage::parse(&messages[1]).unwrap().header().table, 252);
    assert_eq!(kinds(1, 12), [RTA_TABLE]);
    assert_eq!(kinds(2, 12), [NDA_IFINDEX]);
    assert_eq!(kinds(3, 16), [IFLA_EXT_MASK, IFLA_LINKINFO]);
}
