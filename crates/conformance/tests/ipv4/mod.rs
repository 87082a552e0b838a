//! Requests about IPv4, as data.
#![allow(dead_code, reason = "each test file uses some")]

use ifctl_abi::ioctl::*;
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::RouteScope;
use ifctl_abi::{DeviceFlags, Family};
use ifctl_conformance::sequence::{Step, Who, hex};
use ifctl_netlink::{Address, Encoder, Head, Link, LinkKind, Peer};

/// The index of e0.
pub(crate) const E0: u32 = 2;

/// Makes a pair of devices, e0 (index 2) and p0 (3), both up.
pub(crate) fn veth() -> Vec<Step> {
    let mut encoder = Encoder::new();
    let peer = Peer { index: 3, address: Some(&[2, 0, 0, 0, 0, 0x11]), ..Peer::named(b"p0") };
    let link = Link {
        index: 2,
        address: Some(&[2, 0, 0, 0, 0, 0x10]),
        ..Link::new(b"e0", LinkKind::Veth(Some(peer)))
    };
    let flags = MessageFlags::CREATE | MessageFlags::EXCL | MessageFlags::ACK;
    link.encode(Head::request(MessageType::NEWLINK, flags, 1), &mut encoder).unwrap();
    vec![Step::netlink(Who::Here, &hex(encoder.as_bytes())), up("e0"), up("p0")]
}

/// An `ifreq` of this name and data, in hexadecimal digits.
pub(crate) fn named(name: &str, data: &[u8]) -> String {
    let mut bytes = name.as_bytes().to_vec();
    bytes.resize(16, 0);
    bytes.extend_from_slice(data);
    hex(&bytes)
}

/// A request about a label, with an address of a family.
pub(crate) fn of_family(number: u32, name: &str, address: [u8; 4], family: u8) -> Step {
    let [a, b, c, d] = address;
    let data = [family, 0, 0, 0, a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0];
    Step::ioctl(Who::Here, Family::INET, number, &named(name, &data))
}

/// A request about a label, with an address.
pub(crate) fn set(number: u32, name: &str, address: [u8; 4]) -> Step {
    of_family(number, name, address, 2)
}

fn flags(name: &str, flags: DeviceFlags) -> Step {
    let data = flags.low().to_ne_bytes();
    Step::ioctl(Who::Here, Family::INET, SIOCSIFFLAGS, &named(name, &data))
}

pub(crate) fn up(name: &str) -> Step {
    flags(name, DeviceFlags::UP | DeviceFlags::MULTICAST)
}

pub(crate) fn down(name: &str) -> Step {
    flags(name, DeviceFlags::MULTICAST)
}

pub(crate) fn rename(old: &str, new: &str) -> Step {
    let mut data = new.as_bytes().to_vec();
    data.resize(16, 0);
    // A device that is up can be renamed.
    Step::ioctl(Who::Here, Family::INET, SIOCSIFNAME, &named(old, &data))
}

/// An address of e0.
pub(crate) fn address(local: [u8; 4], length: u8) -> Address<'static> {
    Address::new(E0, local.into(), length)
}

pub(crate) fn hex_of(kind: MessageType, flags: MessageFlags, address: &Address<'_>) -> String {
    let mut encoder = Encoder::new();
    address.encode(Head::request(kind, flags, 1), &mut encoder).unwrap();
    hex(encoder.as_bytes())
}

pub(crate) fn message(kind: MessageType, flags: MessageFlags, address: &Address<'_>) -> Step {
    Step::netlink(Who::Here, &hex_of(kind, flags, address))
}

fn new(address: &Address<'_>) -> Step {
    let flags = MessageFlags::ACK | MessageFlags::CREATE | MessageFlags::EXCL;
    message(MessageType::NEWADDR, flags, address)
}

pub(crate) fn add(local: [u8; 4], length: u8) -> Step {
    new(&address(local, length))
}

pub(crate) fn labelled(local: [u8; 4], length: u8, label: &str) -> Step {
    new(&Address { label: Some(label.as_bytes()), ..address(local, length) })
}

pub(crate) fn scoped(local: [u8; 4], length: u8, scope: RouteScope) -> Step {
    new(&Address { scope, ..address(local, length) })
}

pub(crate) fn delete(local: [u8; 4], length: u8) -> Step {
    message(MessageType::DELADDR, MessageFlags::ACK, &address(local, length))
}
