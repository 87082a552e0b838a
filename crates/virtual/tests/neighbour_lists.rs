//! Lists of neighbours that are longer than one datagram.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::{Family, SocketType};
use ifctl_kernel::{Kernel, Receive};
use ifctl_netlink::{
    Encoder, Head, Link, LinkKind, Messages, Neighbour, NeighbourFilter, NeighbourMessage,
    dump_neighbours,
};
use ifctl_virtual::VirtualKernel;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

#[test]
fn a_list_read_in_pieces_has_every_neighbour_once_by_family_and_device() {
    let kernel = VirtualKernel::new();
    let socket = kernel.socket(Family::NETLINK, SocketType::RAW, 0).unwrap();
    let mut encoder = Encoder::new();
    let flags = MessageFlags::CREATE | MessageFlags::EXCL;
    for name in [b"ifb0", b"ifb1"] {
        let kind = Some(LinkKind::Other { kind: b"ifb", data: None });
        let link = Link { name: Some(name), kind, ..Link::default() };
        link.encode(Head::request(MessageType::NEWLINK, flags, 1), &mut encoder).unwrap();
    }
    let mut expected = Vec::new();
    for address in [IpAddr::from(Ipv4Addr::new(10, 0, 0, 0)), Ipv6Addr::from(0xfd << 120).into()] {
        for index in [2, 3] {
            for number in 1..=500_u16 {
                let address = match address {
                    IpAddr::V4(net) => Ipv4Addr::from(u32::from(net) + u32::from(number)).into(),
                    IpAddr::V6(net) => Ipv6Addr::from(u128::from(net) + u128::from(number)).into(),
                };
                let neighbour = Neighbour::permanent(index, address, &[2, 0, 0, 0, 0, 9]);
                neighbour
                    .encode(Head::request(MessageType::NEWNEIGH, flags, 1), &mut encoder)
                    .unwrap();
                expected.push((index, address));
            }
        }
    }
    socket.send(encoder.as_bytes()).unwrap();
    let mut encoder = Encoder::new();
    dump_neighbours(&mut encoder, 2, &NeighbourFilter::default()).unwrap();
    socket.send(encoder.as_bytes()).unwrap();
    let (mut listed, mut pieces) = (Vec::new(), 0);
    let mut buffer = vec![0; 8192];
    while let Ok(received) = socket.receive(&mut buffer, Receive::NOW) {
        pieces += 1;
        for message in Messages::new(&buffer[..received.copied]).map(Result::unwrap) {
            if message.kind() != MessageType::DONE {
                let view = NeighbourMessage::parse(&message).unwrap();
                listed.push((view.header().index, view.destination().unwrap().unwrap()));
            }
        }
    }
    assert!(pieces > 3, "{pieces}");
    assert_eq!(listed, expected);
}
