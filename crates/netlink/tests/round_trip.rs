//! What is written is read again as the same value.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::*;
use ifctl_abi::netlink::{MessageFlags, MessageType, NetlinkHeader};
use ifctl_netlink::*;
use proptest::prelude::*;

proptest! {
    #![proptest_config(cases(1000))]

    #[test]
    fn an_address_is_read_as_it_was_written(own in own_address()) {
        let mut encoder = Encoder::new();
        own.value().encode(head(MessageType::NEWADDR), &mut encoder).unwrap();
        let view = AddressMessage::parse(&only(encoder.as_bytes())).unwrap();
        prop_assert_eq!(view.value(), Ok(own.value()));
        prop_assert_eq!(view.local(), Ok(own.value().ours()));
        prop_assert_eq!(view.peer(), Ok(own.value().peer()));
    }

    #[test]
    fn a_neighbour_is_read_as_it_was_written(own in own_neighbour()) {
        let mut encoder = Encoder::new();
        own.value().encode(head(MessageType::NEWNEIGH), &mut encoder).unwrap();
        let view = NeighbourMessage::parse(&only(encoder.as_bytes())).unwrap();
        prop_assert_eq!(view.value(), Ok(own.value()));
    }

    #[test]
    fn a_route_is_read_as_it_was_written(own in own_route()) {
        let mut encoder = Encoder::new();
        own.value().encode(head(MessageType::NEWROUTE), &mut encoder).unwrap();
        let view = RouteMessage::parse(&only(encoder.as_bytes())).unwrap();
        prop_assert_eq!(view.value(), Ok(own.value()));
        let hops: Vec<_> = view.next_hops().iter().collect::<Result<_, _>>().unwrap();
        prop_assert_eq!(hops, own.hops);
    }

    #[test]
    fn a_device_is_read_as_it_was_written(own in own_link()) {
        own.with(|link| {
            let mut encoder = Encoder::new();
            link.encode(head(MessageType::NEWLINK), &mut encoder).unwrap();
            let view = LinkMessage::parse(&only(encoder.as_bytes())).unwrap();
            prop_assert_eq!(&view.value().unwrap(), link);
            Ok(())
        })?;
    }

    #[test]
    fn an_answer_is_read_as_it_was_written(
        (length, errno, sequence, port, capped) in any::<(u8, u16, u32, u32, bool)>(),
        text in proptest::option::of(text()),
        (offset, missing_kind, missing_nest) in any::<(Option<u32>, Option<u32>, Option<u32>)>(),
        cookie in any::<Option<[u8; 3]>>(),
        policy in any::<Option<[u8; 8]>>(),
    ) {
        let echo = vec![7; usize::from(length)];
        let request = NetlinkHeader {
            length: 16 + u32::from(length),
            kind: MessageType::NEWADDR,
            sequence,
            ..NetlinkHeader::default()
        };
        let extended = ExtendedAck {
            text: text.as_deref(),
            offset,
            cookie: cookie.as_ref().map(|cookie| &cookie[..]),
            policy: policy.as_ref().map(|policy| &policy[..]),
            missing_kind,
            missing_nest,
        };
        let mut encoder = Encoder::new();
        let echo = (!capped).then_some(&echo[..]);
        encode_error(&mut encoder, &request, echo, errno, &extended, port).unwrap();
        let message = only(encoder.as_bytes());
        let answer = Answer::parse(&message).unwrap();
        prop_assert_eq!((message.sequence(), message.port()), (sequence, port));
        prop_assert_eq!(answer.errno(), i32::from(errno));
        prop_assert_eq!(answer.request(), Some(&request));
        prop_assert_eq!(answer.echo(), echo.filter(|_| errno != 0));
        prop_assert_eq!(answer.extended().value(), extended);

        let mut encoder = Encoder::new();
        let flags = MessageFlags::DUMP_INTR;
        encode_done(&mut encoder, &request, flags, errno, &extended, port).unwrap();
        let message = only(encoder.as_bytes());
        let answer = Answer::parse(&message).unwrap();
        prop_assert!(message.is_interrupted() && message.flags().contains(MessageFlags::MULTI));
        prop_assert_eq!(answer.errno(), i32::from(errno));
        prop_assert_eq!(answer.request(), None);
        prop_assert_eq!(answer.extended().value(), extended);
    }

    #[test]
    fn messages_in_one_batch_stay_apart(
        addresses in proptest::collection::vec(own_address(), 0..20),
    ) {
        let mut encoder = Encoder::new();
        for (own, sequence) in addresses.iter().zip(1..) {
            let head = Head::request(MessageType::NEWADDR, MessageFlags::ACK, sequence);
            own.value().encode(head, &mut encoder).unwrap();
        }
        prop_assert_eq!(encoder.messages(), addresses.len());
        let bytes = encoder.into_bytes();
        let mut count = 0;
        for ((message, own), sequence) in Messages::new(&bytes).zip(&addresses).zip(1..) {
            let message = message.unwrap();
            prop_assert_eq!(message.sequence(), sequence);
            prop_assert_eq!(AddressMessage::parse(&message).unwrap().value(), Ok(own.value()));
            count += 1;
        }
        prop_assert_eq!(count, addresses.len());
    }
}
