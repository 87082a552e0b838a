//! What the tests of IPv6 share: requests as data, in the order in which they are made.

#![allow(dead_code, reason = "each test file uses its part")]

use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::*;
use ifctl_conformance::sequence::{Looking, Step, Who, hex};
use std::net::Ipv6Addr;
use zerocopy::IntoBytes;

/// IPv6 and its settings, apart from all else.
pub(crate) const LOOKING: Looking =
    Looking { ipv6: true, settings: true, files: true, ..Looking::AT_ANSWERS };

/// The index of `lo`.
pub(crate) const LO: u32 = 1;
/// The index of `a0`'s peer, which the kernel registers first.
pub(crate) const B0: u32 = 2;
/// The index of `a0`.
pub(crate) const A0: u32 = 3;

pub(crate) const CREATE: MessageFlags = MessageFlags::CREATE.union(MessageFlags::EXCL);

/// An attribute of a message.
pub(crate) type Attribute = (u16, Vec<u8>);

pub(crate) fn number(kind: u16, value: u32) -> Attribute {
    (kind, value.to_ne_bytes().to_vec())
}

pub(crate) fn byte(kind: u16, value: u8) -> Attribute {
    (kind, vec![value])
}

pub(crate) fn address(kind: u16, text: &str) -> Attribute {
    (kind, text.parse::<Ipv6Addr>().unwrap().octets().to_vec())
}

pub(crate) fn text(kind: u16, value: &str) -> Attribute {
    (kind, [value.as_bytes(), &[0]].concat())
}

/// Returns attributes, one behind the other.
pub(crate) fn together(attributes: &[Attribute]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (kind, payload) in attributes {
        bytes.extend_from_slice(&u16::try_from(payload.len() + 4).unwrap().to_ne_bytes());
        bytes.extend_from_slice(&kind.to_ne_bytes());
        bytes.extend_from_slice(payload);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }
    bytes
}

/// Returns a message.
pub(crate) fn message(
    kind: MessageType,
    flags: MessageFlags,
    body: &[u8],
    attributes: &[Attribute],
) -> Vec<u8> {
    let flags = flags | MessageFlags::REQUEST;
    let rest = [body, &together(attributes)].concat();
    let mut bytes = u32::try_from(16 + rest.len()).unwrap().to_ne_bytes().to_vec();
    bytes.extend_from_slice(&kind.0.to_ne_bytes());
    bytes.extend_from_slice(&flags.bits().to_ne_bytes());
    bytes.extend_from_slice(&[1, 0, 0, 0, 0, 0, 0, 0]);
    bytes.extend_from_slice(&rest);
    bytes
}

/// Returns a request that is acknowledged.
pub(crate) fn ask(
    kind: MessageType,
    flags: MessageFlags,
    body: &[u8],
    attributes: &[Attribute],
) -> Step {
    Step::netlink(Who::Here, &hex(&message(kind, flags | MessageFlags::ACK, body, attributes)))
}

/// Returns a dump request, by a socket that checks strictly.
pub(crate) fn strict_dump(kind: MessageType, body: &[u8], attributes: &[Attribute]) -> Step {
    Step::strict(Who::Here, &hex(&message(kind, MessageFlags::DUMP, body, attributes)))
}

fn link(index: u32, flags: u32, change: u32) -> Vec<u8> {
    let index = i32::try_from(index).unwrap();
    LinkHeader { index, flags, change, ..LinkHeader::default() }.as_bytes().to_vec()
}

/// Opens a device.
pub(crate) fn up(index: u32) -> Step {
    ask(MessageType::NEWLINK, MessageFlags::empty(), &link(index, 1, 1), &[])
}

/// Closes a device.
pub(crate) fn down(index: u32) -> Step {
    ask(MessageType::NEWLINK, MessageFlags::empty(), &link(index, 0, 1), &[])
}

/// Sets a device's MTU.
pub(crate) fn mtu(index: u32, mtu: u32) -> Step {
    ask(MessageType::NEWLINK, MessageFlags::empty(), &link(index, 0, 0), &[number(IFLA_MTU, mtu)])
}

/// Renames a device.
pub(crate) fn rename(index: u32, name: &str) -> Step {
    ask(MessageType::NEWLINK, MessageFlags::empty(), &link(index, 0, 0), &[text(IFLA_IFNAME, name)])
}

/// Deletes a device.
pub(crate) fn delete_link(index: u32) -> Step {
    ask(MessageType::DELLINK, MessageFlags::empty(), &link(index, 0, 0), &[])
}

/// Makes `a0` and `b0`, down, with hardware addresses that nothing random is in.
pub(crate) fn veth() -> Step {
    let mac = |last| (IFLA_ADDRESS, vec![2, 0, 0, 0, 0, last]);
    let peer = together(&[text(IFLA_IFNAME, "b0"), mac(2)]);
    let peer = [link(0, 0, 0), peer].concat();
    let data = together(&[(1, peer)]);
    let info = together(&[text(IFLA_INFO_KIND, "veth"), (IFLA_INFO_DATA, data)]);
    let attributes = [text(IFLA_IFNAME, "a0"), mac(1), (IFLA_LINKINFO, info)];
    ask(MessageType::NEWLINK, CREATE, &link(0, 0, 0), &attributes)
}

/// Opens everything: `lo`, `a0`, `b0`.
pub(crate) fn all_up() -> Vec<Step> {
    vec![up(LO), veth(), up(A0), up(B0)]
}

/// Writes a setting.
pub(crate) fn set(whose: &str, name: &str, value: &str) -> Step {
    let path = format!("/proc/sys/net/ipv6/conf/{whose}/{name}");
    Step::write(Who::Here, &path, value.as_bytes())
}

/// Returns the fixed part of a message about an address.
pub(crate) fn of_address(index: u32, length: u8) -> Vec<u8> {
    let header = AddressHeader {
        family: Family::INET6,
        prefix_length: length,
        index,
        ..AddressHeader::default()
    };
    header.as_bytes().to_vec()
}

/// Adds an address: `2001:db8::1/64`.
pub(crate) fn add(index: u32, prefix: &str) -> Step {
    add_with(index, prefix, &[])
}

/// Adds an address with further attributes.
pub(crate) fn add_with(index: u32, prefix: &str, more: &[Attribute]) -> Step {
    new_address(CREATE, index, prefix, more)
}

/// Changes an address that is there.
pub(crate) fn replace_with(index: u32, prefix: &str, more: &[Attribute]) -> Step {
    new_address(MessageFlags::REPLACE, index, prefix, more)
}

fn new_address(flags: MessageFlags, index: u32, prefix: &str, more: &[Attribute]) -> Step {
    let (text, length) = prefix.split_once('/').unwrap();
    let mut attributes = vec![address(IFA_LOCAL, text)];
    attributes.extend_from_slice(more);
    ask(MessageType::NEWADDR, flags, &of_address(index, length.parse().unwrap()), &attributes)
}

/// Deletes an address.
pub(crate) fn remove(index: u32, prefix: &str) -> Step {
    let (text, length) = prefix.split_once('/').unwrap();
    let body = of_address(index, length.parse().unwrap());
    ask(MessageType::DELADDR, MessageFlags::empty(), &body, &[address(IFA_LOCAL, text)])
}

/// Flags of an address.
pub(crate) fn flags(flags: AddressFlags) -> Attribute {
    number(IFA_FLAGS, flags.bits())
}

/// Lifetimes of an address, in seconds.
pub(crate) fn lifetimes(preferred: u32, valid: u32) -> Attribute {
    let info = AddressCacheInfo { preferred, valid, ..AddressCacheInfo::default() };
    (IFA_CACHEINFO, info.as_bytes().to_vec())
}

/// Returns the fixed part of a message about a route.
pub(crate) fn of_route(length: u8) -> RouteHeader {
    RouteHeader {
        family: Family::INET6,
        destination_length: length,
        table: 254,
        protocol: RouteProtocol::BOOT,
        kind: RouteType::UNICAST,
        ..RouteHeader::default()
    }
}

/// Adds a route: `2001:db8:1::/64`.
pub(crate) fn route(prefix: &str, more: &[Attribute]) -> Step {
    route_how(CREATE, prefix, more)
}

/// Adds a route with these flags.
pub(crate) fn route_how(how: MessageFlags, prefix: &str, more: &[Attribute]) -> Step {
    let (text, length) = prefix.split_once('/').unwrap();
    route_of(how, text, of_route(length.parse().unwrap()), more)
}

/// Adds a route with this fixed part.
pub(crate) fn route_of(
    how: MessageFlags,
    destination: &str,
    header: RouteHeader,
    more: &[Attribute],
) -> Step {
    let mut attributes = vec![address(RTA_DST, destination)];
    attributes.extend_from_slice(more);
    ask(MessageType::NEWROUTE, how, header.as_bytes(), &attributes)
}

/// Deletes a route, of whatever type and protocol.
pub(crate) fn unroute(prefix: &str, more: &[Attribute]) -> Step {
    let (text, length) = prefix.split_once('/').unwrap();
    let header = RouteHeader {
        protocol: RouteProtocol::UNSPEC,
        kind: RouteType::UNSPEC,
        ..of_route(length.parse().unwrap())
    };
    let mut attributes = vec![address(RTA_DST, text)];
    attributes.extend_from_slice(more);
    ask(MessageType::DELROUTE, MessageFlags::empty(), header.as_bytes(), &attributes)
}

pub(crate) fn via(gateway: &str) -> Attribute {
    address(RTA_GATEWAY, gateway)
}

pub(crate) fn dev(index: u32) -> Attribute {
    number(RTA_OIF, index)
}

/// A next hop of `RTA_MULTIPATH`.
pub(crate) fn hop(index: u32, gateway: Option<&str>, hops: u8) -> Vec<u8> {
    let attributes: Vec<Attribute> = gateway.into_iter().map(via).collect();
    let attributes = together(&attributes);
    let length = u16::try_from(8 + attributes.len()).unwrap();
    let head = NextHopHeader { length, flags: NextHopFlags::empty(), hops, index };
    [head.as_bytes(), &attributes].concat()
}

/// Asks which route a packet takes.
pub(crate) fn which(destination: &str, flags: RtmFlags, more: &[Attribute]) -> Step {
    let header = RouteHeader {
        family: Family::INET6,
        destination_length: 128,
        flags,
        ..RouteHeader::default()
    };
    let mut attributes = vec![address(RTA_DST, destination)];
    attributes.extend_from_slice(more);
    let bytes =
        message(MessageType::GETROUTE, MessageFlags::empty(), header.as_bytes(), &attributes);
    Step::netlink(Who::Here, &hex(&bytes))
}
