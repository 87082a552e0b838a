//! Faults that a test asks for.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::{Family, SocketType};
use ifctl_kernel::{Errno, Kernel, Receive};
use ifctl_netlink::{Encoder, Head, Link, LinkKind, LinkMessage, Messages};
use ifctl_virtual::{Asked, Verdict, VirtualKernel};

#[test]
fn only_the_message_that_is_to_lose_its_news_loses_them() {
    const LINKS: u32 = 1;
    let kernel = VirtualKernel::new();
    let socket = kernel.socket(Family::NETLINK, SocketType::RAW, 0).unwrap();
    let listener = kernel.socket(Family::NETLINK, SocketType::RAW, 0).unwrap();
    listener.bind(0, LINKS).unwrap();
    let mut messages = 0;
    kernel.before_each_request(move |_, asked| {
        messages += u32::from(matches!(asked, Asked::Message(_)));
        match asked {
            Asked::Message(_) if messages == 1 => Verdict::LoseNotifications,
            _ => Verdict::Proceed,
        }
    });
    let mut encoder = Encoder::new();
    // There is no such device, and so no news of it.
    let none = Link { name: Some(b"ifb0"), ..Link::default() };
    let flags = MessageFlags::empty();
    none.encode(Head::request(MessageType::DELLINK, flags, 1), &mut encoder).unwrap();
    let kind = Some(LinkKind::Other { kind: b"ifb", data: None });
    let link = Link { name: Some(b"ifb1"), kind, ..Link::default() };
    let flags = MessageFlags::CREATE | MessageFlags::EXCL;
    link.encode(Head::request(MessageType::NEWLINK, flags, 2), &mut encoder).unwrap();
    socket.send(encoder.as_bytes()).unwrap();

    let mut buffer = vec![0; 1 << 16];
    let mut heard = Vec::new();
    loop {
        match listener.receive(&mut buffer, Receive::NOW) {
            Ok(received) => {
                for message in Messages::new(&buffer[..received.copied]) {
                    let message = message.unwrap();
                    let link = LinkMessage::parse(&message).unwrap();
                    heard.push(String::from_utf8_lossy(link.name().unwrap()).into_owned());
                }
            }
            Err(Errno::ENOBUFS) => heard.push("lost".to_owned()),
            Err(Errno::EAGAIN) => break,
            Err(errno) => panic!("{errno}"),
        }
    }
    assert_eq!(heard, ["ifb1"]);
}
