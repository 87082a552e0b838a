//! What the tests of policy rules share: requests as data, for either family.

#![allow(dead_code, reason = "each test file uses its part")]

use crate::ipv6_steps::{
    self, A0, Attribute, B0, CREATE, all_up, ask, dev, number, strict_dump, which,
};
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::*;
use ifctl_conformance::sequence::{Looking, Step, assert_alike};
use std::net::IpAddr;
use zerocopy::IntoBytes;

const LOOKING: Looking =
    Looking { routes: true, addresses: true, ipv6: true, texts: true, ..Looking::AT_ANSWERS };

pub(crate) const FAMILIES: [Family; 2] = [Family::INET, Family::INET6];
pub(crate) const NONE: MessageFlags = MessageFlags::empty();

pub(crate) fn alike(steps: &[Step]) {
    assert_alike(LOOKING, steps);
}

/// An address of either family.
pub(crate) fn ip(kind: u16, text: &str) -> Attribute {
    match text.parse().unwrap() {
        IpAddr::V4(address) => (kind, address.octets().to_vec()),
        IpAddr::V6(address) => (kind, address.octets().to_vec()),
    }
}

pub(crate) fn short(kind: u16, value: u16) -> Attribute {
    (kind, value.to_ne_bytes().to_vec())
}

pub(crate) fn big(kind: u16, value: u32) -> Attribute {
    (kind, value.to_be_bytes().to_vec())
}

pub(crate) fn port(kind: u16, value: u16) -> Attribute {
    (kind, value.to_be_bytes().to_vec())
}

pub(crate) fn ports(kind: u16, start: u16, end: u16) -> Attribute {
    (kind, RuleRange16 { start, end }.as_bytes().to_vec())
}

pub(crate) fn users(start: u32, end: u32) -> Attribute {
    (FRA_UID_RANGE, RuleRange32 { start, end }.as_bytes().to_vec())
}

/// A header with a family and nothing else.
pub(crate) fn of_family(family: Family) -> RuleHeader {
    RuleHeader { family, ..RuleHeader::default() }
}

/// A rule that asks the main table.
pub(crate) fn header(family: Family) -> RuleHeader {
    RuleHeader { family, table: 254, action: RuleAction::TO_TABLE, ..RuleHeader::default() }
}

pub(crate) fn priority(value: u32) -> Attribute {
    number(FRA_PRIORITY, value)
}

pub(crate) fn add(header: RuleHeader, attributes: &[Attribute]) -> Step {
    ask(MessageType::NEWRULE, CREATE, header.as_bytes(), attributes)
}

pub(crate) fn delete(header: RuleHeader, attributes: &[Attribute]) -> Step {
    ask(MessageType::DELRULE, NONE, header.as_bytes(), attributes)
}

pub(crate) fn act(family: Family, action: RuleAction, attributes: &[Attribute]) -> Step {
    add(RuleHeader { action, table: 0, ..header(family) }, attributes)
}

pub(crate) fn list(family: Family) -> Step {
    strict_dump(MessageType::GETRULE, of_family(family).as_bytes(), &[])
}

/// Adds an IPv4 address to `a0`.
pub(crate) fn address4(text: &str) -> Step {
    let header = AddressHeader {
        family: Family::INET,
        prefix_length: 24,
        index: A0,
        ..AddressHeader::default()
    };
    ask(MessageType::NEWADDR, CREATE, header.as_bytes(), &[ip(IFA_LOCAL, text)])
}

/// Adds a route of either family to a table.
pub(crate) fn route(prefix: &str, table: u32, kind: RouteType, more: &[Attribute]) -> Step {
    let (destination, length) = prefix.split_once('/').unwrap();
    let family = if destination.contains(':') { Family::INET6 } else { Family::INET };
    let header = RouteHeader {
        family,
        destination_length: length.parse().unwrap(),
        protocol: RouteProtocol::BOOT,
        kind,
        ..RouteHeader::default()
    };
    let mut attributes = vec![ip(RTA_DST, destination), number(RTA_TABLE, table)];
    attributes.extend_from_slice(more);
    ask(MessageType::NEWROUTE, CREATE, header.as_bytes(), &attributes)
}

/// Asks which way a packet of either family takes, and from which table that is.
pub(crate) fn look_up(destination: &str, more: &[Attribute]) -> Step {
    look_up_of(destination, 0, more)
}

pub(crate) fn look_up_of(destination: &str, tos: u8, more: &[Attribute]) -> Step {
    if destination.contains(':') && tos == 0 {
        return which(destination, RtmFlags::empty(), more);
    }
    let is6 = destination.contains(':');
    let source = more.iter().find(|(kind, _)| *kind == RTA_SRC);
    let length = if is6 { 128 } else { 32 };
    let header = RouteHeader {
        family: if is6 { Family::INET6 } else { Family::INET },
        destination_length: length,
        source_length: if source.is_some() { length } else { 0 },
        tos,
        flags: if is6 { RtmFlags::empty() } else { RtmFlags::LOOKUP_TABLE },
        ..RouteHeader::default()
    };
    let mut attributes = vec![ip(RTA_DST, destination)];
    attributes.extend_from_slice(more);
    ask(MessageType::GETROUTE, NONE, header.as_bytes(), &attributes)
}

/// Devices, an address of each family, and in table 100 another way to the networks that `main` reaches.
pub(crate) fn two_ways() -> Vec<Step> {
    let mut steps = all_up();
    steps.push(address4("10.0.0.1"));
    steps.push(ipv6_steps::add(A0, "2001:db8::1/64"));
    for (prefix, gateway) in [
        ("192.0.2.0/24", "10.0.0.2"),
        ("0.0.0.0/0", "10.0.0.3"),
        ("2001:db8:5::/48", "2001:db8::2"),
        ("::/0", "2001:db8::3"),
    ] {
        steps.push(route(prefix, 254, RouteType::UNICAST, &[ip(RTA_GATEWAY, gateway)]));
    }
    for prefix in ["192.0.2.0/24", "2001:db8:5::/48"] {
        steps.push(route(prefix, 100, RouteType::UNICAST, &[dev(B0)]));
    }
    steps
}

/// A destination that both tables know, of a family.
pub(crate) fn far(family: Family) -> &'static str {
    if family == Family::INET { "192.0.2.9" } else { "2001:db8:5::9" }
}

/// A rule for table 100 before the main one, with look-ups of packets with these marks.
pub(crate) fn rule_and_look_ups(more: &[Attribute], packets: &[Vec<Attribute>]) -> Vec<Step> {
    let mut steps = two_ways();
    for family in FAMILIES {
        let mut attributes = vec![number(FRA_TABLE, 100), priority(50)];
        attributes.extend_from_slice(more);
        steps.push(add(header(family), &attributes));
        steps.push(list(family));
        for packet in packets {
            steps.push(look_up(far(family), packet));
        }
    }
    steps
}
