//! eth0 and its cable: a pair of virtual Ethernet devices, one end in each network.

use crate::error::CommandError;
use crate::sandbox::refusal::{self, Stage};
use ifctl_abi::netlink::{MessageFlags, MessageType, NETLINK_ROUTE};
use ifctl_abi::rtnetlink::{
    IFLA_IFNAME, IFLA_INFO_DATA, IFLA_INFO_KIND, IFLA_LINKINFO, IFLA_NET_NS_FD, VETH_INFO_PEER,
};
use ifctl_abi::{Family, SocketType};
use ifctl_kernel::{Errno, Kernel, Receive};
use ifctl_linux::Linux;
use ifctl_linux::namespace::NetworkNamespace;
use ifctl_netdevice::{Control, DeviceFlags};
use std::os::fd::{AsFd, AsRawFd};

/// The name of the end that nobody sees.
const PEER: &str = "peer";

/// The peer's index, which must not be eth0's: where a device and what it is stacked on have one
/// number, Linux takes them for one device and lets its carrier's news wait for up to a second
/// (net/core/link_watch.c), and eth0 would not be RUNNING right away.
const PEER_INDEX: i32 = 1000;

/// Bytes of the headers of a message and of its device part.
const HEADERS: [usize; 2] = [16, 16];

/// Makes eth0 in that network, down, and its peer in the calling thread's, up: eth0 has a carrier as
/// soon as it is up itself.
pub(crate) fn lay(network: &NetworkNamespace) -> Result<(), CommandError> {
    make(network).map_err(|errno| refusal::explain(Stage::Device, errno))?;
    let peer = PEER.try_into()?;
    Control::open(&Linux, Family::INET)?.change_flags(
        peer,
        DeviceFlags::UP,
        DeviceFlags::empty(),
    )?;
    Ok(())
}

/// Asks for the pair, and waits for the answer.
fn make(network: &NetworkNamespace) -> Result<(), Errno> {
    let socket = Linux.socket(Family::NETLINK, SocketType::RAW, NETLINK_ROUTE as u32)?;
    socket.send(&request(network.as_fd().as_raw_fd()))?;
    let mut answer = [0; 4096];
    let received = socket.receive(&mut answer, Receive::WAIT)?;
    let errno = answer.get(..received.copied).and_then(|answer| answer.get(16..20));
    match errno.and_then(|bytes| bytes.try_into().ok()).map(i32::from_ne_bytes) {
        Some(0) => Ok(()),
        Some(errno) => Err(Errno::new(errno.saturating_neg())),
        None => Err(Errno::EIO),
    }
}

/// Returns the message for a pair of which eth0 goes to the network behind the descriptor.
fn request(network: i32) -> Vec<u8> {
    let far = [
        vec![0; HEADERS[1]],
        attribute(IFLA_IFNAME, b"eth0\0"),
        attribute(IFLA_NET_NS_FD, &network.to_ne_bytes()),
    ];
    let kind = attribute(IFLA_INFO_KIND, b"veth\0");
    let data = attribute(IFLA_INFO_DATA, &attribute(VETH_INFO_PEER, &far.concat()));
    let mut near = vec![0; HEADERS[1]];
    near.splice(4..8, PEER_INDEX.to_ne_bytes());
    let body = [
        near,
        attribute(IFLA_IFNAME, format!("{PEER}\0").as_bytes()),
        attribute(IFLA_LINKINFO, &[kind, data].concat()),
    ]
    .concat();
    let flags =
        MessageFlags::REQUEST | MessageFlags::ACK | MessageFlags::CREATE | MessageFlags::EXCL;
    let mut message = Vec::new();
    message.extend(((HEADERS[0] + body.len()) as u32).to_ne_bytes());
    message.extend(MessageType::NEWLINK.0.to_ne_bytes());
    message.extend(flags.bits().to_ne_bytes());
    message.extend([0; 8]);
    message.extend(body);
    message
}

fn attribute(kind: u16, payload: &[u8]) -> Vec<u8> {
    let length = 4 + payload.len();
    let mut bytes = Vec::with_capacity(length.next_multiple_of(4));
    bytes.extend((length as u16).to_ne_bytes());
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(payload);
    bytes.resize(length.next_multiple_of(4), 0);
    bytes
}
