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

/// Gives `lo` an address that lasts so many seconds, or gives the address it has other lifetimes.
fn set_lifetimes(socket: &dyn Socket, host: u8, valid: u32) {
    let lifetimes = AddressCacheInfo { preferred: valid, valid, ..AddressCacheInfo::default() };
    let address = Address {
        cache_info: Some(lifetimes),
        ..Address::new(1, std::net::Ipv4Addr::new(10, 0, 0, host).into(), 32)
    };
    let mut encoder = Encoder::new();
    let flags = MessageFlags::CREATE | MessageFlags::REPLACE;
    address.encode(Head::request(MessageType::NEWADDR, flags, 1), &mut encoder).unwrap();
    socket.send(encoder.as_bytes()).unwrap();
}

/// Returns how many addresses there are.
fn count(kernel: &VirtualKernel) -> usize {
    let state = kernel.save().unwrap();
    state.devices.iter().flat_map(|device| &device.inet).map(|inet| inet.addresses.len()).sum()
}

#[test]
fn lifetimes_end_however_long_the_kernel_runs_and_however_long_they_are() {
    const DAY: u32 = 24 * 3600;
    let kernel = VirtualKernel::new();
    let socket = kernel.socket(Family::NETLINK, SocketType::RAW, 0).unwrap();
    let days = |days: u32| Duration::from_secs(u64::from(days * DAY));
    // 32 bits of hundredths of a second are 497 days.
    kernel.advance(days(500));
    set_lifetimes(socket.as_ref(), 1, DAY);
    set_lifetimes(socket.as_ref(), 2, 600 * DAY);
    assert_eq!(count(&kernel), 2);
    kernel.advance(days(1));
    assert_eq!(count(&kernel), 1);
    let again = VirtualKernel::load(&kernel.save().unwrap()).unwrap();
    for kernel in [kernel, again] {
        kernel.advance(days(598));
        assert_eq!(count(&kernel), 1);
        kernel.advance(days(1));
        assert_eq!(count(&kernel), 0);
    }
}

#[test]
fn an_address_whose_lifetimes_are_replaced_waits_for_the_last_ones_alone() {
    let kernel = VirtualKernel::new();
    let socket = kernel.socket(Family::NETLINK, SocketType::RAW, 0).unwrap();
    for valid in 1..100 {
        set_lifetimes(socket.as_ref(), 1, valid);
    }
    assert_eq!(kernel.save().unwrap().timers.len(), 1);
    set_lifetimes(socket.as_ref(), 1, u32::MAX);
    assert_eq!(kernel.save().unwrap().timers.len(), 0);
}

#[test]
fn time_that_has_no_room_ends_where_no_sum_with_it_is_out_of_range() {
    let kernel = VirtualKernel::new();
    let socket = kernel.socket(Family::NETLINK, SocketType::RAW, 0).unwrap();
    kernel.advance(Duration::MAX);
    kernel.advance(Duration::MAX);
    set_lifetimes(socket.as_ref(), 1, u32::MAX - 1);
    kernel.advance(Duration::from_secs(1));
    assert_eq!(count(&kernel), 1);
    assert!(VirtualKernel::load(&kernel.save().unwrap()).is_ok());
}
