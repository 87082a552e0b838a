//! IPv4 addresses that do not last: what passing time does to them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::{AddressCacheInfo, AddressFlags, Group};
use ifctl_abi::{Family, SocketType};
use ifctl_kernel::{Kernel, Receive, Socket, SocketOption};
use ifctl_netlink::{Address, AddressMessage, Encoder, Head, Messages};
use ifctl_virtual::VirtualKernel;
use std::time::Duration;

/// What is announced: kind, whether the address is deprecated, and what is left of its lifetimes.
fn events(socket: &dyn Socket) -> Vec<(MessageType, bool, u32, u32)> {
    let mut buffer = vec![0; 4096];
    let mut events = Vec::new();
    while let Ok(received) = socket.receive(&mut buffer, Receive::NOW) {
        for message in Messages::new(&buffer[..received.copied]) {
            let message = message.unwrap();
            let view = AddressMessage::parse(&message).unwrap();
            let deprecated = view.flags().unwrap().contains(AddressFlags::DEPRECATED);
            let left = view.cache_info().unwrap().unwrap();
            events.push((message.kind(), deprecated, left.preferred, left.valid));
        }
    }
    events
}

#[test]
fn an_address_is_deprecated_and_then_deleted_when_its_time_is_over() {
    let kernel = VirtualKernel::new();
    let socket = || kernel.socket(Family::NETLINK, SocketType::RAW, 0).unwrap();
    let (writer, listener) = (socket(), socket());
    listener.bind(0, 0).unwrap();
    listener.set_option(SocketOption::Join(Group::IPV4_IFADDR.0)).unwrap();
    let lifetimes = AddressCacheInfo { preferred: 10, valid: 20, ..AddressCacheInfo::default() };
    let address = Address {
        cache_info: Some(lifetimes),
        ..Address::new(1, std::net::Ipv4Addr::new(10, 0, 0, 1).into(), 24)
    };
    let mut encoder = Encoder::new();
    let head = Head::request(MessageType::NEWADDR, MessageFlags::CREATE, 1);
    address.encode(head, &mut encoder).unwrap();
    writer.send(encoder.as_bytes()).unwrap();
    let (new, gone) = (MessageType::NEWADDR, MessageType::DELADDR);
    assert_eq!(events(listener.as_ref()), [(new, false, 10, 20)]);
    kernel.advance(Duration::from_secs(9));
    assert_eq!(events(listener.as_ref()), []);
    kernel.advance(Duration::from_secs(1));
    assert_eq!(events(listener.as_ref()), [(new, true, 0, 10)]);
    kernel.advance(Duration::from_secs(100));
    assert_eq!(events(listener.as_ref()), [(gone, true, 0, 0)]);
}
