//! VLANs and bonds, which the kernel that the model is compared with does not have.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::{Family, SocketType};
use ifctl_kernel::{Kernel, Receive, Socket};
use ifctl_netlink::{Answer, Encoder, Head, Link, LinkKind, Messages};
use ifctl_virtual::VirtualKernel;
use ifctl_virtual::state::DriverState;

/// Sends a message about a device, and returns its errno, negated as Linux does.
fn ask(socket: &dyn Socket, kind: MessageType, flags: MessageFlags, link: &Link<'_>) -> i32 {
    let mut encoder = Encoder::new();
    link.encode(Head::request(kind, flags | MessageFlags::ACK, 1), &mut encoder).unwrap();
    socket.send(encoder.as_bytes()).unwrap();
    let mut buffer = [0; 4096];
    let received = socket.receive(&mut buffer, Receive::NOW).unwrap();
    let message = Messages::new(&buffer[..received.copied]).next().unwrap().unwrap();
    Answer::parse(&message).unwrap().errno()
}

fn make(socket: &dyn Socket, name: &str, kind: &str, data: Option<&[u8]>, below: Option<u32>) {
    let link = Link {
        name: Some(name.as_bytes()),
        link: below,
        kind: Some(LinkKind::Other { kind: kind.as_bytes(), data }),
        ..Link::default()
    };
    let flags = MessageFlags::CREATE | MessageFlags::EXCL;
    assert_eq!(ask(socket, MessageType::NEWLINK, flags, &link), 0, "{name}");
}

fn flags_of(kernel: &VirtualKernel) -> u32 {
    let state = kernel.save().unwrap();
    let vlan = state.devices.iter().find_map(|device| match device.driver {
        DriverState::Vlan { flags, .. } => Some(flags),
        _ => None,
    });
    vlan.unwrap()
}

#[test]
fn the_flags_of_a_vlan_are_changed_where_the_mask_says_so_and_only_those_that_there_are() {
    let kernel = VirtualKernel::new();
    let socket = kernel.socket(Family::NETLINK, SocketType::RAW, 0).unwrap();
    make(socket.as_ref(), "ifb0", "ifb", None, None);
    // IFLA_VLAN_ID: 5.
    make(socket.as_ref(), "vlan5", "vlan", Some(&[6, 0, 1, 0, 5, 0, 0, 0]), Some(2));
    assert_eq!(flags_of(&kernel), 1);
    // IFLA_VLAN_FLAGS: flags and mask.
    let change = |flags: u8, mask: u8| {
        let data = [12, 0, 2, 0, flags, 0, 0, 0, mask, 0, 0, 0];
        let kind = LinkKind::Other { kind: b"vlan", data: Some(&data) };
        let link = Link { name: Some(b"vlan5"), kind: Some(kind), ..Link::default() };
        ask(socket.as_ref(), MessageType::NEWLINK, MessageFlags::empty(), &link)
    };
    assert_eq!((change(6, 4), flags_of(&kernel)), (0, 5));
    assert_eq!((change(0, 1), flags_of(&kernel)), (0, 4));
    assert_eq!((change(0x20, 0x20), flags_of(&kernel)), (22, 4));
    assert_eq!((change(0, 0x20), flags_of(&kernel)), (22, 4));
}

#[test]
fn a_member_that_a_bond_could_not_open_is_as_it_was_before() {
    let kernel = VirtualKernel::new();
    let socket = kernel.socket(Family::NETLINK, SocketType::RAW, 0).unwrap();
    make(socket.as_ref(), "ifb0", "ifb", None, None);
    make(socket.as_ref(), "vlan5", "vlan", Some(&[6, 0, 1, 0, 5, 0, 0, 0]), Some(2));
    make(socket.as_ref(), "bond0", "bond", None, None);
    let shorter = Link { name: Some(b"bond0"), mtu: Some(1400), ..Link::default() };
    assert_eq!(ask(socket.as_ref(), MessageType::NEWLINK, MessageFlags::empty(), &shorter), 0);
    let member = |kernel: &VirtualKernel| kernel.save().unwrap().devices.remove(2);
    let mut before = member(&kernel);
    let enslave = Link { name: Some(b"vlan5"), master: Some(4), ..Link::default() };
    // A VLAN does not come up while the device below is down: ENETDOWN.
    let answer = ask(socket.as_ref(), MessageType::NEWLINK, MessageFlags::empty(), &enslave);
    assert_eq!(answer, 100);
    // Its address was set, if to what it is.
    before.address_assign_type = 3;
    assert_eq!(member(&kernel), before);
}
