//! Neighbours, through ARP's requests and through rtnetlink: the same on Linux and on the model.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ifctl_abi::arp::{ArpFlags, ArpReq};
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::{NeighbourFlags, NeighbourState, RouteProtocol};
use ifctl_abi::{DeviceName, Family, SockAddr, SocketType};
use ifctl_conformance::{on_both, on_both_in_two};
use ifctl_kernel::{Errno, Kernel, Receive, Request, Socket, SocketOption};
use ifctl_netdevice::{
    Address, Control, DeviceFlags, HardwareAddress, LinkKind, LinkSpec, NeighbourFilter, Peer,
    Rtnetlink,
};
use ifctl_netlink::{Answer, Encoder, Head, Messages, Neighbour};
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

fn name(text: &str) -> DeviceName {
    text.try_into().unwrap()
}

/// Makes `e0`, up, with 10.0.0.1/24, and its peer; returns its index.
fn e0(kernel: &dyn Kernel) -> u32 {
    for of in ["all", "default"] {
        let path = format!("/proc/sys/net/ipv6/conf/{of}/disable_ipv6");
        kernel.write(Path::new(&path), b"1").unwrap();
    }
    let mut rtnetlink = Rtnetlink::open(kernel).unwrap();
    let mac = |last| Some(HardwareAddress::ethernet([2, 0, 0, 0, 0, last]));
    let peer = Peer { hardware: mac(2), ..Peer::named(name("p0")) };
    let spec = LinkSpec { hardware: mac(1), ..LinkSpec::new(name("e0"), LinkKind::Veth(peer)) };
    rtnetlink.add_device(&spec).unwrap();
    let index = rtnetlink.device_named(b"e0").unwrap().index;
    let peer = rtnetlink.device_named(b"p0").unwrap().index;
    for device in [1, index, peer] {
        rtnetlink.change_device_flags(device, DeviceFlags::UP, DeviceFlags::empty()).unwrap();
    }
    rtnetlink.add_address(&Address::new(index, [10, 0, 0, 1].into(), 24)).unwrap();
    index
}

fn arp(address: Ipv4Addr, flags: u32, hardware: u16, device: &str) -> ArpReq {
    ArpReq {
        protocol_address: SockAddr::inet(address),
        hardware_address: SockAddr {
            family: hardware,
            data: [2, 0, 0, 0, 0, 9, 7, 7, 7, 7, 7, 7, 7, 7],
        },
        flags,
        mask: SockAddr::inet([255, 255, 255, 255].into()),
        device: name(device).to_array(),
    }
}

/// Returns what /proc/net/arp says, in order of its lines: the order of Linux' table is random.
fn table(kernel: &dyn Kernel) -> Vec<String> {
    let text = kernel.read(Path::new("/proc/net/arp")).unwrap();
    let mut lines: Vec<String> =
        String::from_utf8(text).unwrap().lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

#[test]
fn every_arp_request_is_answered_alike() {
    let addresses = [[10, 0, 0, 9], [192, 0, 2, 1], [0, 0, 0, 0], [10, 0, 0, 1], [224, 0, 0, 5]];
    let flags = [0, 2, 4, 6, 8, 0xa, 0xc, 0xe, 0x20, 0x28, 0x2a, 0x40, 0x48, 0x16, 0xffff];
    on_both(|kernel| {
        e0(kernel);
        let socket = kernel.socket(Family::INET, SocketType::DATAGRAM, 0).unwrap();
        let mut answers = Vec::new();
        for address in addresses {
            for flags in flags {
                for hardware in [0, 1, 772] {
                    for device in ["", "e0", "lo", "e0:1", "nosuch"] {
                        let request = arp(address.into(), flags, hardware, device);
                        let mut ask = |what: &str, request: &ArpReq, ask: Ask| {
                            let mut request = *request;
                            let answer = ask(socket.as_ref(), &mut request);
                            answers.push(format!(
                                "{what} {address:?} {flags:#x} {hardware} {device}: {answer:?} {request:?}"
                            ));
                        };
                        ask("set", &request, |socket, it| socket.ioctl(Request::SetArp(it)));
                        ask("get", &request, |socket, it| socket.ioctl(Request::GetArp(it)));
                        ask("delete", &request, |socket, it| socket.ioctl(Request::DeleteArp(it)));
                        ask("get", &request, |socket, it| socket.ioctl(Request::GetArp(it)));
                    }
                }
            }
            answers.extend(table(kernel));
        }
        answers
    });
}

type Ask = fn(&dyn Socket, &mut ArpReq) -> Result<(), Errno>;

#[test]
fn the_order_of_an_arp_requests_faults_is_the_same_for_whoever_asks() {
    on_both_in_two(|setting| {
        e0(setting.here);
        let mut answers = Vec::new();
        for kernel in [setting.here, setting.unprivileged] {
            let socket = kernel.socket(Family::INET, SocketType::DATAGRAM, 0).unwrap();
            for family in [0, 2, 10] {
                for mask in [[0, 0, 0, 0], [255, 255, 255, 0], [255, 255, 255, 255]] {
                    for flags in [0_u32, 0x20, 0x28, 0x40, 0x8] {
                        let mut request = arp([10, 0, 0, 9].into(), flags, 0, "nosuch");
                        request.protocol_address.family = family;
                        request.mask = SockAddr::inet(mask.into());
                        let mut again = request;
                        let mut third = request;
                        answers.push((
                            socket.ioctl(Request::SetArp(&mut request)),
                            socket.ioctl(Request::GetArp(&mut again)),
                            socket.ioctl(Request::DeleteArp(&mut third)),
                        ));
                    }
                }
            }
        }
        answers
    });
}

/// Sends one message and returns the errno, the text of the extended acknowledgement, and whatever
/// else came, with what is a time or a port left out.
fn exchange(socket: &dyn Socket, head: Head, neighbour: &Neighbour<'_>) -> Vec<String> {
    let mut encoder = Encoder::new();
    neighbour.encode(head, &mut encoder).unwrap();
    socket.send(encoder.as_bytes()).unwrap();
    let mut answers = Vec::new();
    let mut buffer = [0; 8192];
    while let Ok(received) = socket.receive(&mut buffer, Receive::NOW) {
        for message in Messages::new(&buffer[..received.copied]).map(Result::unwrap) {
            answers.push(match message.kind() {
                MessageType::ERROR => {
                    let answer = Answer::parse(&message).unwrap();
                    let text = answer.extended().text().map(|text| text.escape_ascii().to_string());
                    format!("{} {text:?} {:?}", answer.errno(), answer.extended().offset())
                }
                _ => {
                    let view = ifctl_netlink::NeighbourMessage::parse(&message).unwrap();
                    let told = Neighbour { cache_info: None, ..view.value().unwrap() };
                    format!("{:?} {:?} {told:?}", message.kind(), message.flags())
                }
            });
        }
    }
    answers
}

/// Returns what a listener is told meanwhile, but of multicast groups.
fn announced(listener: &dyn Socket) -> Vec<String> {
    let mut told = Vec::new();
    let mut buffer = [0; 8192];
    while let Ok(received) = listener.receive(&mut buffer, Receive::NOW) {
        for message in Messages::new(&buffer[..received.copied]).map(Result::unwrap) {
            let view = ifctl_netlink::NeighbourMessage::parse(&message).unwrap();
            if !view.destination().unwrap().unwrap().is_multicast() {
                let neighbour = Neighbour { cache_info: None, ..view.value().unwrap() };
                told.push(format!("{:?} {neighbour:?}", message.kind()));
            }
        }
    }
    told
}

/// Returns all entries but those of multicast groups, which Linux makes when it sends to them.
fn entries(kernel: &dyn Kernel) -> Vec<String> {
    let mut entries = Rtnetlink::open(kernel).unwrap();
    let mut entries = entries.neighbours(NeighbourFilter::default()).unwrap().entries;
    entries.retain(|entry| !entry.destination.is_multicast());
    let mut lines: Vec<String> = entries
        .iter()
        .map(|entry| {
            let link = &entry.hardware;
            format!(
                "{} {} {link:?} {:?} {:?}",
                entry.index, entry.destination, entry.state, entry.flags
            )
        })
        .collect();
    lines.sort();
    lines
}

#[test]
fn every_change_of_a_neighbour_is_answered_and_announced_alike() {
    let states = [0, 0x01, 0x02, 0x04, 0x20, 0x40, 0x80, 0x100];
    on_both(|kernel| {
        let index = e0(kernel);
        let listener = kernel.socket(Family::NETLINK, SocketType::RAW, 0).unwrap();
        // Nobody tells a socket without a port.
        let deaf = kernel.socket(Family::NETLINK, SocketType::RAW, 0).unwrap();
        deaf.set_option(SocketOption::Join(3)).unwrap();
        listener.bind(0, 0).unwrap();
        listener.set_option(SocketOption::Join(3)).unwrap();
        let socket = kernel.socket(Family::NETLINK, SocketType::RAW, 0).unwrap();
        socket.set_option(SocketOption::ExtendedAck(true)).unwrap();
        let mut answers = Vec::new();
        let mut sequence = 0;
        let with = MessageFlags::CREATE | MessageFlags::REPLACE;
        for state in states {
            for flags in [MessageFlags::empty(), MessageFlags::CREATE, MessageFlags::EXCL, with] {
                for link in
                    [None, Some(&[2, 0, 0, 0, 0, 9][..]), Some(&[2, 0, 0, 0, 0, 8]), Some(&[2, 0])]
                {
                    for neighbour_flags in [0, 0x80, 0x10] {
                        let neighbour = Neighbour {
                            state: NeighbourState::from_bits_retain(state),
                            flags: NeighbourFlags::from_bits_retain(neighbour_flags),
                            link_address: link,
                            ..Neighbour::permanent(index, [10, 0, 0, 9].into(), &[])
                        };
                        let ack = flags | MessageFlags::ACK;
                        sequence += 1;
                        let head = Head::request(MessageType::NEWNEIGH, ack, sequence);
                        answers.push(format!("{state:#x} {flags:?} {link:?} {neighbour_flags:#x}"));
                        answers.extend(exchange(socket.as_ref(), head, &neighbour));
                        answers.extend(entries(kernel));
                        answers.extend(announced(listener.as_ref()));
                    }
                }
            }
        }
        assert_eq!(deaf.receive(&mut [0; 64], Receive::NOW), Err(Errno::EAGAIN));
        answers
    });
}

#[test]
fn neighbours_are_deleted_and_asked_for_alike() {
    let mac = [2, 0, 0, 0, 0, 9];
    on_both(|kernel| {
        let index = e0(kernel);
        let socket = kernel.socket(Family::NETLINK, SocketType::RAW, 0).unwrap();
        socket.set_option(SocketOption::ExtendedAck(true)).unwrap();
        let entry = |address: [u8; 4]| Neighbour::permanent(index, address.into(), &mac);
        let proxy = Neighbour { flags: NeighbourFlags::PROXY, ..entry([10, 0, 0, 7]) };
        let kept = Neighbour { protocol: Some(RouteProtocol(42)), ..entry([10, 0, 0, 8]) };
        let six: IpAddr = "2001:db8::9".parse().unwrap();
        let requests = [
            ("NEW", entry([10, 0, 0, 9])),
            ("NEW", kept),
            ("NEW", proxy),
            ("NEW", Neighbour::permanent(index, six, &mac)),
            ("NEW", Neighbour::permanent(1, [10, 0, 0, 6].into(), &mac)),
            ("NEW", Neighbour::permanent(index, [10, 0, 0, 255].into(), &mac)),
            ("NEW", Neighbour::permanent(index, [10, 0, 0, 1].into(), &mac)),
            ("NEW", Neighbour { index: 0, ..entry([10, 0, 0, 5]) }),
            ("NEW", Neighbour { index: 99, ..entry([10, 0, 0, 5]) }),
            ("NEW", Neighbour { destination: None, ..entry([10, 0, 0, 5]) }),
            ("NEW", Neighbour { family: ifctl_abi::rtnetlink::Family(99), ..entry([10, 0, 0, 5]) }),
            ("GET", entry([10, 0, 0, 9])),
            (
                "GET",
                Neighbour {
                    link_address: None,
                    state: NeighbourState::empty(),
                    ..entry([10, 0, 0, 9])
                },
            ),
            ("GET", Neighbour { link_address: None, state: NeighbourState::empty(), ..proxy }),
            (
                "GET",
                Neighbour {
                    link_address: None,
                    state: NeighbourState::empty(),
                    ..entry([10, 0, 0, 4])
                },
            ),
            (
                "GET",
                Neighbour {
                    index: 99,
                    link_address: None,
                    state: NeighbourState::empty(),
                    ..entry([10, 0, 0, 9])
                },
            ),
            ("DEL", entry([10, 0, 0, 9])),
            ("DEL", entry([10, 0, 0, 9])),
            ("DEL", proxy),
            ("DEL", proxy),
            ("DEL", Neighbour { index: 0, ..entry([10, 0, 0, 8]) }),
            ("DEL", Neighbour { destination: None, ..entry([10, 0, 0, 8]) }),
        ];
        let mut answers = Vec::new();
        for (sequence, (what, neighbour)) in requests.iter().enumerate() {
            let (kind, flags) = match *what {
                "NEW" => (MessageType::NEWNEIGH, MessageFlags::CREATE | MessageFlags::ACK),
                "DEL" => (MessageType::DELNEIGH, MessageFlags::ACK),
                _ => (MessageType::GETNEIGH, MessageFlags::ACK),
            };
            let head = Head::request(kind, flags, sequence.try_into().unwrap());
            answers.push(format!("{what} {neighbour:?}"));
            answers.extend(exchange(socket.as_ref(), head, neighbour));
            answers.extend(entries(kernel));
            answers.extend(table(kernel));
        }
        answers
    });
}

#[test]
fn neighbours_go_with_their_devices_state() {
    on_both(|kernel| {
        let index = e0(kernel);
        let mut rtnetlink = Rtnetlink::open(kernel).unwrap();
        let peer = rtnetlink.device_named(b"p0").unwrap().index;
        let control = Control::open(kernel, Family::INET).unwrap();
        let mut after = Vec::new();
        let up = DeviceFlags::UP;
        let none = DeviceFlags::empty();
        for step in 0..6 {
            let socket = kernel.socket(Family::INET, SocketType::DATAGRAM, 0).unwrap();
            for (last, flags) in [(8, ArpFlags::COM), (9, ArpFlags::PERM)] {
                let mut request = arp([10, 0, 0, last].into(), flags.bits(), 0, "e0");
                socket.ioctl(Request::SetArp(&mut request)).unwrap();
            }
            after.push(table(kernel));
            match step {
                0 => rtnetlink.change_device_flags(index, none, up).unwrap(),
                1 => rtnetlink.change_device_flags(index, up, none).unwrap(),
                2 => {
                    let mac = HardwareAddress::ethernet([2, 0, 0, 0, 0, 5]);
                    rtnetlink.set_device_address(index, &mac).unwrap();
                }
                3 => rtnetlink.change_device_flags(peer, none, up).unwrap(),
                4 => rtnetlink.change_device_flags(peer, up, none).unwrap(),
                _ => control.set_address(name("e0"), Ipv4Addr::UNSPECIFIED).unwrap(),
            }
            // The loss of a carrier is told a moment later.
            std::thread::sleep(std::time::Duration::from_millis(50));
            after.push(table(kernel));
        }
        after
    });
}
