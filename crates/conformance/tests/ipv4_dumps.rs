//! Lists of IPv4 addresses that change while they are read, on Linux and on the model.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::Family as RouteFamily;
use ifctl_abi::{DeviceFlags, DeviceName, Family, IfReq, SocketType};
use ifctl_conformance::on_both;
use ifctl_kernel::{Kernel, Receive, Request, Socket};
use ifctl_netlink::{Address, AddressMessage, Encoder, Head, Messages, dump_addresses};
use std::net::Ipv4Addr;

/// The index of `lo`.
const LO: u32 = 1;

fn change(socket: &dyn Socket, kind: MessageType, numbers: impl Iterator<Item = u32>, length: u8) {
    let mut encoder = Encoder::new();
    for number in numbers {
        let local = Ipv4Addr::from_bits(0x0a00_0001 + number);
        let head = Head::request(kind, MessageFlags::empty(), number);
        Address::new(LO, local.into(), length).encode(head, &mut encoder).unwrap();
    }
    socket.send(encoder.as_bytes()).unwrap();
}

/// Receives one datagram of a list: each message's kind, flags and address.
fn piece(socket: &dyn Socket) -> Vec<String> {
    let mut buffer = vec![0; 4000];
    let received = socket.receive(&mut buffer, Receive::WAIT).unwrap();
    let describe = |message: ifctl_netlink::Message<'_>| {
        let local = AddressMessage::parse(&message).ok().and_then(|view| view.local().ok()?);
        format!("{:?} {:?} {local:?}", message.kind(), message.flags())
    };
    Messages::new(&buffer[..received.copied]).map(|message| describe(message.unwrap())).collect()
}

/// Reads a list of 200 addresses, with a change after its first piece.
fn list_with(kernel: &dyn Kernel, change: impl Fn(&dyn Socket)) -> Vec<Vec<String>> {
    let inet = kernel.socket(Family::INET, SocketType::DATAGRAM, 0).unwrap();
    let mut up = IfReq::named(DeviceName::truncated(b"lo")).with(&DeviceFlags::UP.low());
    inet.ioctl(Request::SetFlags(&mut up)).unwrap();
    let socket = || kernel.socket(Family::NETLINK, SocketType::RAW, 0).unwrap();
    let (reader, writer) = (socket(), socket());
    self::change(writer.as_ref(), MessageType::NEWADDR, 0..200, 24);
    let mut encoder = Encoder::new();
    dump_addresses(&mut encoder, 1, RouteFamily::INET, None).unwrap();
    reader.send(encoder.as_bytes()).unwrap();
    let mut pieces = vec![piece(reader.as_ref())];
    change(writer.as_ref());
    while !pieces.last().is_some_and(|last| last.iter().any(|line| line.contains("DONE"))) {
        pieces.push(piece(reader.as_ref()));
    }
    pieces
}

#[test]
fn an_address_deleted_before_the_place_reached_makes_one_that_stays_missing() {
    on_both(|kernel| {
        let pieces = list_with(kernel, |writer| {
            change(writer, MessageType::DELADDR, 1..2, 24);
        });
        let lines: usize = pieces.iter().map(Vec::len).sum();
        assert_eq!(lines, 200 + 1, "127.0.0.1 and 200 addresses, without one, and the end");
        assert!(pieces.iter().flatten().any(|line| line.contains("DUMP_INTR")));
        pieces
    });
}

#[test]
fn a_primary_added_before_the_place_reached_makes_one_come_twice() {
    on_both(|kernel| {
        let pieces = list_with(kernel, |writer| {
            change(writer, MessageType::NEWADDR, 70_000..70_001, 24);
        });
        let lines: usize = pieces.iter().map(Vec::len).sum();
        assert_eq!(lines, 200 + 1 + 1 + 1);
        pieces
    });
}

#[test]
fn a_list_of_a_device_whose_addresses_do_not_change_is_whole() {
    on_both(|kernel| list_with(kernel, |_| {}));
}
