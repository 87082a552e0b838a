//! Policy rules, on Linux and on the model: what is listed, told, refused, and which way packets take.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod ipv6_steps;

use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::*;
use ifctl_conformance::sequence::{Looking, Step, Who, assert_alike, hex};
use ipv6_steps::{
    A0, Attribute, B0, CREATE, all_up, ask, byte, delete_link, dev, message, number, rename,
    strict_dump, text, up, veth, which,
};
use std::net::IpAddr;
use zerocopy::IntoBytes;

const LOOKING: Looking =
    Looking { routes: true, addresses: true, ipv6: true, texts: true, ..Looking::AT_ANSWERS };

const FAMILIES: [Family; 2] = [Family::INET, Family::INET6];
const NONE: MessageFlags = MessageFlags::empty();

fn alike(steps: &[Step]) {
    assert_alike(LOOKING, steps);
}

/// An address of either family.
fn ip(kind: u16, text: &str) -> Attribute {
    match text.parse().unwrap() {
        IpAddr::V4(address) => (kind, address.octets().to_vec()),
        IpAddr::V6(address) => (kind, address.octets().to_vec()),
    }
}

fn short(kind: u16, value: u16) -> Attribute {
    (kind, value.to_ne_bytes().to_vec())
}

fn big(kind: u16, value: u32) -> Attribute {
    (kind, value.to_be_bytes().to_vec())
}

fn port(kind: u16, value: u16) -> Attribute {
    (kind, value.to_be_bytes().to_vec())
}

fn ports(kind: u16, start: u16, end: u16) -> Attribute {
    (kind, RuleRange16 { start, end }.as_bytes().to_vec())
}

fn users(start: u32, end: u32) -> Attribute {
    (FRA_UID_RANGE, RuleRange32 { start, end }.as_bytes().to_vec())
}

/// A rule that asks the main table.
fn header(family: Family) -> RuleHeader {
    RuleHeader { family, table: 254, action: RuleAction::TO_TABLE, ..RuleHeader::default() }
}

fn priority(value: u32) -> Attribute {
    number(FRA_PRIORITY, value)
}

fn add(header: RuleHeader, attributes: &[Attribute]) -> Step {
    ask(MessageType::NEWRULE, CREATE, header.as_bytes(), attributes)
}

fn delete(header: RuleHeader, attributes: &[Attribute]) -> Step {
    ask(MessageType::DELRULE, NONE, header.as_bytes(), attributes)
}

fn act(family: Family, action: RuleAction, attributes: &[Attribute]) -> Step {
    add(RuleHeader { action, table: 0, ..header(family) }, attributes)
}

fn list(family: Family) -> Step {
    let body = RuleHeader { family, ..RuleHeader::default() };
    strict_dump(MessageType::GETRULE, body.as_bytes(), &[])
}

/// Adds an IPv4 address to `a0`.
fn address4(text: &str) -> Step {
    let header = AddressHeader {
        family: Family::INET,
        prefix_length: 24,
        index: A0,
        ..AddressHeader::default()
    };
    ask(MessageType::NEWADDR, CREATE, header.as_bytes(), &[ip(IFA_LOCAL, text)])
}

/// Adds a route of either family to a table.
fn route(prefix: &str, table: u32, kind: RouteType, more: &[Attribute]) -> Step {
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
fn look_up(destination: &str, more: &[Attribute]) -> Step {
    look_up_of(destination, 0, more)
}

fn look_up_of(destination: &str, tos: u8, more: &[Attribute]) -> Step {
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
fn two_ways() -> Vec<Step> {
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
fn far(family: Family) -> &'static str {
    if family == Family::INET { "192.0.2.9" } else { "2001:db8:5::9" }
}

/// A rule for table 100 before the main one, with look-ups of packets with these marks.
fn rule_and_look_ups(more: &[Attribute], packets: &[Vec<Attribute>]) -> Vec<Step> {
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

#[test]
fn a_rule_is_told_listed_and_deleted() {
    let mut steps = Vec::new();
    for family in FAMILIES {
        steps.extend([
            add(header(family), &[priority(100), number(FRA_TABLE, 1000), byte(FRA_PROTOCOL, 4)]),
            add(header(family), &[priority(100), number(FRA_TABLE, 1000), byte(FRA_PROTOCOL, 4)]),
            ask(
                MessageType::NEWRULE,
                MessageFlags::ECHO,
                header(family).as_bytes(),
                &[priority(100), number(FRA_TABLE, 1000), byte(FRA_PROTOCOL, 4)],
            ),
            list(family),
            delete(header(family), &[priority(101)]),
            delete(header(family), &[number(FRA_TABLE, 1000)]),
            delete(RuleHeader { table: 0, ..header(family) }, &[priority(100)]),
            delete(RuleHeader { table: 0, ..header(family) }, &[priority(100)]),
        ]);
    }
    steps.push(list(Family::UNSPEC));
    alike(&steps);
}

#[test]
fn a_rule_without_a_priority_comes_before_the_second_one() {
    let mut steps = Vec::new();
    for family in FAMILIES {
        steps.extend([add(header(family), &[]), add(header(family), &[number(FRA_TABLE, 7)])]);
        // Without a second one, and with one of priority 0, it is 0.
        steps.push(add(header(family), &[priority(0), number(FRA_TABLE, 8)]));
        steps.push(add(header(family), &[number(FRA_TABLE, 9)]));
        steps.push(list(family));
    }
    steps.extend(FAMILIES.map(|family| delete(RuleHeader { table: 8, ..header(family) }, &[])));
    alike(&steps);
}

#[test]
fn the_rules_of_a_new_namespace_can_be_deleted() {
    let mut steps = two_ways();
    for (family, near) in [(Family::INET, "10.0.0.1"), (Family::INET6, "2001:db8::1")] {
        for table in [253, 255, 254] {
            steps.push(delete(RuleHeader { table, ..header(family) }, &[]));
            steps.push(look_up(near, &[]));
            steps.push(look_up(far(family), &[]));
        }
        steps.push(add(header(family), &[number(FRA_TABLE, 100)]));
        steps.push(look_up(far(family), &[]));
        steps.push(list(family));
    }
    alike(&steps);
}

#[test]
fn what_a_rule_may_not_be_is_refused() {
    let mut steps = Vec::new();
    for family in FAMILIES {
        let plain = header(family);
        let jump = RuleHeader { action: RuleAction::GOTO, ..plain };
        let wrong_length = if family == Family::INET { 33 } else { 129 };
        let prefix = if family == Family::INET { "10.0.0.0" } else { "2001:db8::" };
        for (header, attributes) in [
            (RuleHeader { source_length: 8, ..plain }, vec![]),
            (RuleHeader { source_length: wrong_length, ..plain }, vec![ip(FRA_SRC, prefix)]),
            (RuleHeader { destination_length: 8, ..plain }, vec![(FRA_DST, vec![10, 0])]),
            (plain, vec![number(FRA_GOTO, 5)]),
            (jump, vec![]),
            (jump, vec![number(FRA_GOTO, 5), priority(5)]),
            (jump, vec![number(FRA_GOTO, 5)]),
            (plain, vec![byte(FRA_L3MDEV, 2)]),
            (plain, vec![byte(FRA_L3MDEV, 1)]),
            (plain, vec![users(7, 3)]),
            (plain, vec![users(0, u32::MAX)]),
            (plain, vec![ports(FRA_SPORT_RANGE, 0, 5)]),
            (plain, vec![ports(FRA_DPORT_RANGE, 9, 5)]),
            (plain, vec![ports(FRA_DPORT_RANGE, 9, 65535)]),
            (plain, vec![short(FRA_SPORT_MASK, 5)]),
            (plain, vec![ports(FRA_SPORT_RANGE, 5, 6), short(FRA_SPORT_MASK, 5)]),
            (plain, vec![ports(FRA_DPORT_RANGE, 6, 6), short(FRA_DPORT_MASK, 5)]),
            (plain, vec![byte(FRA_DPORT_MASK, 5)]),
            (plain, vec![byte(FRA_DSCP, 64)]),
            (plain, vec![short(FRA_DSCP, 6)]),
            (plain, vec![byte(FRA_DSCP_MASK, 64)]),
            (plain, vec![byte(FRA_DSCP_MASK, 3)]),
            (plain, vec![byte(FRA_DSCP, 5), byte(FRA_DSCP_MASK, 3)]),
            (RuleHeader { tos: 4, ..plain }, vec![byte(FRA_DSCP, 1)]),
            (RuleHeader { tos: 1, ..plain }, vec![]),
            (RuleHeader { tos: 0x20, ..plain }, vec![]),
            (plain, vec![big(FRA_FLOWLABEL, 1)]),
            (plain, vec![big(FRA_FLOWLABEL_MASK, 1)]),
            (plain, vec![short(FRA_FLOWLABEL, 1)]),
            (plain, vec![big(FRA_FLOWLABEL, 0), big(FRA_FLOWLABEL_MASK, 0x10_0000)]),
            (plain, vec![big(FRA_FLOWLABEL, 3), big(FRA_FLOWLABEL_MASK, 1)]),
            (RuleHeader { table: 0, ..plain }, vec![]),
            (plain, vec![byte(FRA_TABLE, 1)]),
            (plain, vec![text(FRA_IIFNAME, "sixteen_bytes_xx")]),
            (plain, vec![(FRA_OIFNAME, vec![])]),
            (plain, vec![(FRA_DSCP | 0x8000, vec![1])]),
        ] {
            steps.push(add(header, &attributes));
            steps.push(delete(header, &attributes));
        }
    }
    steps.push(add(header(Family(3)), &[]));
    steps.push(ask(MessageType::NEWRULE, CREATE, &[2, 0, 0, 0], &[]));
    steps.push(ask(MessageType::DELRULE, NONE, &[2, 0, 0, 0], &[]));
    steps.push(ask(MessageType::GETRULE, NONE, header(Family::INET).as_bytes(), &[]));
    let bytes = message(MessageType::NEWRULE, CREATE, header(Family::INET).as_bytes(), &[]);
    steps.push(Step::netlink(Who::Unprivileged, &hex(&bytes)));
    alike(&steps);
}

#[test]
fn a_strict_list_of_rules_has_nothing_but_a_family() {
    let ask = |header: RuleHeader, attributes: &[Attribute]| {
        strict_dump(MessageType::GETRULE, header.as_bytes(), attributes)
    };
    let empty = RuleHeader { family: Family::INET, ..RuleHeader::default() };
    alike(&[
        ask(empty, &[number(FRA_TABLE, 254)]),
        ask(RuleHeader { flags: RuleFlags::INVERT, ..empty }, &[]),
        ask(RuleHeader { family: Family(3), ..empty }, &[]),
        ask(RuleHeader { family: Family::IPMR, ..empty }, &[]),
    ]);
}

#[test]
fn all_that_a_rule_can_say_is_listed() {
    let mut steps = Vec::new();
    for family in FAMILIES {
        let (source, destination) = match family {
            Family::INET => ("10.1.2.3", "10.4.5.6"),
            _ => ("2001:db8:1::3", "2001:db8:4::6"),
        };
        let full = RuleHeader { source_length: 20, destination_length: 31, ..header(family) };
        steps.extend([
            add(
                full,
                &[
                    ip(FRA_SRC, source),
                    ip(FRA_DST, destination),
                    priority(5),
                    number(FRA_FWMARK, 0x10),
                    number(FRA_FWMASK, 0xff),
                    (FRA_TUN_ID, vec![1, 2, 3, 4, 5, 6, 7, 8]),
                    users(0, 0),
                    ports(FRA_SPORT_RANGE, 80, 80),
                    ports(FRA_DPORT_RANGE, 1000, 2000),
                    byte(FRA_IP_PROTO, 6),
                    number(FRA_SUPPRESS_IFGROUP, 3),
                    number(FRA_SUPPRESS_PREFIXLEN, 8),
                    byte(FRA_DSCP, 10),
                    byte(FRA_DSCP_MASK, 62),
                    text(FRA_IIFNAME, "lo"),
                    text(FRA_OIFNAME, "nosuch"),
                ],
            ),
            add(
                RuleHeader { tos: 0x10, ..header(family) },
                &[
                    number(FRA_FWMARK, 1),
                    ports(FRA_DPORT_RANGE, 80, 80),
                    short(FRA_DPORT_MASK, 0xf0),
                ],
            ),
            add(RuleHeader { tos: 0x10, ..header(family) }, &[number(FRA_FWMASK, 1)]),
            add(RuleHeader { table: 0, ..header(family) }, &[byte(FRA_L3MDEV, 1), priority(9)]),
            act(family, RuleAction::GOTO, &[number(FRA_GOTO, 6), priority(5)]),
            add(RuleHeader { flags: RuleFlags::INVERT, ..header(family) }, &[priority(6)]),
            add(RuleHeader { action: RuleAction(77), ..header(family) }, &[priority(6)]),
            list(family),
            delete(full, &[ip(FRA_SRC, source), ip(FRA_DST, destination), byte(FRA_DSCP, 11)]),
            delete(full, &[ip(FRA_SRC, source), ip(FRA_DST, source)]),
            delete(header(family), &[number(FRA_FWMASK, 1)]),
            delete(full, &[ip(FRA_SRC, source), ip(FRA_DST, destination), byte(FRA_DSCP, 10)]),
        ]);
    }
    steps.push(add(header(Family::INET), &[number(FRA_FLOW, 0x0007_0009)]));
    steps.push(delete(header(Family::INET), &[number(FRA_FLOW, 0x0007_0008)]));
    let label = [big(FRA_FLOWLABEL, 0x10), big(FRA_FLOWLABEL_MASK, 0xf_fff0)];
    steps.push(add(header(Family::INET6), &label));
    steps.push(delete(header(Family::INET6), &[big(FRA_FLOWLABEL, 0x11)]));
    alike(&steps);
}

#[test]
fn a_rule_of_ipv4_without_a_table_gets_an_empty_one() {
    let empty = RuleHeader { table: 0, ..header(Family::INET) };
    alike(&[
        route("192.0.2.0/24", 2, RouteType::BLACKHOLE, &[]),
        add(empty, &[]),
        add(empty, &[]),
        add(RuleHeader { table: 0, ..header(Family::INET6) }, &[]),
    ]);
}

#[test]
fn rules_of_multicast_routing_are_kept() {
    let mut steps = Vec::new();
    for family in [Family::IPMR, Family::IP6MR] {
        steps.extend([
            add(RuleHeader { tos: 3, ..header(family) }, &[priority(3)]),
            add(RuleHeader { table: 0, ..header(family) }, &[text(FRA_IIFNAME, "lo")]),
            list(family),
            delete(header(family), &[]),
            list(family),
        ]);
    }
    steps.push(list(Family::UNSPEC));
    alike(&steps);
}

#[test]
fn a_permanent_rule_stays() {
    let mut steps = Vec::new();
    for family in FAMILIES {
        let permanent = RuleHeader { flags: RuleFlags::PERMANENT, ..header(family) };
        steps.push(add(permanent, &[priority(4)]));
        steps.push(delete(permanent, &[priority(4)]));
    }
    alike(&steps);
}

#[test]
fn a_jump_without_a_goal_is_none() {
    let mut steps = two_ways();
    for family in FAMILIES {
        steps.extend([
            act(family, RuleAction::GOTO, &[number(FRA_GOTO, 40), priority(10)]),
            act(family, RuleAction::PROHIBIT, &[priority(30)]),
            list(family),
            look_up(far(family), &[]),
            add(header(family), &[number(FRA_TABLE, 100), priority(40)]),
            add(header(family), &[number(FRA_TABLE, 101), priority(40)]),
            list(family),
            look_up(far(family), &[]),
            delete(header(family), &[number(FRA_TABLE, 100), priority(40)]),
            list(family),
            look_up(far(family), &[]),
            delete(header(family), &[number(FRA_TABLE, 101), priority(40)]),
            list(family),
            look_up(far(family), &[]),
        ]);
    }
    alike(&steps);
}

#[test]
fn a_rule_names_its_device_while_that_is_there() {
    let mut steps = Vec::new();
    for family in FAMILIES {
        steps.push(add(header(family), &[text(FRA_IIFNAME, "a0"), priority(5)]));
        steps.push(add(header(family), &[text(FRA_OIFNAME, "a0"), priority(6)]));
        steps.push(add(header(family), &[text(FRA_OIFNAME, "b1"), priority(7)]));
        steps.push(add(header(family), &[(FRA_OIFNAME, vec![0]), priority(8)]));
    }
    steps.extend([veth(), list(Family::UNSPEC), rename(A0, "a1"), list(Family::UNSPEC)]);
    steps.extend([rename(B0, "b1"), list(Family::UNSPEC), rename(A0, "a0")]);
    steps.extend([list(Family::UNSPEC), delete_link(A0), list(Family::UNSPEC)]);
    alike(&steps);
}

#[test]
fn a_rule_finds_a_device_by_its_other_name() {
    let name = ipv6_steps::together(&[text(IFLA_ALT_IFNAME, "other")]);
    let body = LinkHeader { index: A0.cast_signed(), ..LinkHeader::default() };
    let named =
        ask(MessageType::NEWLINKPROP, CREATE, body.as_bytes(), &[(IFLA_PROP_LIST | 0x8000, name)]);
    let mut steps = two_ways();
    steps.push(named);
    for family in FAMILIES {
        steps.push(add(
            header(family),
            &[text(FRA_OIFNAME, "other"), number(FRA_TABLE, 100), priority(5)],
        ));
        steps.extend([list(family), look_up(far(family), &[dev(A0)])]);
    }
    steps.extend([rename(A0, "a1"), list(Family::UNSPEC)]);
    alike(&steps);
}

#[test]
fn packets_that_come_in_by_a_device_have_their_rules() {
    let packets = [vec![], vec![number(RTA_IIF, B0)], vec![number(RTA_IIF, A0)]];
    let mut steps = vec![Step::write(Who::Here, "/proc/sys/net/ipv4/conf/all/forwarding", b"1\n")];
    steps.extend(rule_and_look_ups(&[text(FRA_IIFNAME, "b0")], &packets));
    alike(&steps);
}

#[test]
fn packets_of_this_host_come_in_by_lo() {
    let packets = [vec![], vec![number(RTA_IIF, B0)]];
    alike(&rule_and_look_ups(&[text(FRA_IIFNAME, "lo")], &packets));
}

#[test]
fn packets_bound_to_a_device_have_their_rules() {
    let packets = [vec![], vec![dev(A0)], vec![dev(B0)]];
    alike(&rule_and_look_ups(&[text(FRA_OIFNAME, "b0")], &packets));
}

#[test]
fn rules_are_asked_of_packets_bound_to_a_device_that_there_is_not() {
    let mut steps = two_ways();
    steps.push(look_up(far(Family::INET6), &[dev(77), ip(RTA_SRC, "2001:db8::1")]));
    for family in FAMILIES {
        steps.push(act(family, RuleAction::PROHIBIT, &[priority(5)]));
        steps.push(look_up(far(family), &[dev(77)]));
    }
    alike(&steps);
}

#[test]
fn marked_packets_have_their_rules() {
    let packets = [vec![], vec![number(RTA_MARK, 0x11)], vec![number(RTA_MARK, 0x21)]];
    let marks = [number(FRA_FWMARK, 0x20), number(FRA_FWMASK, 0xf0)];
    alike(&rule_and_look_ups(&marks, &packets));
}

#[test]
fn users_have_their_rules() {
    let packets = [vec![], vec![number(RTA_UID, 0)], vec![number(RTA_IIF, 1)]];
    alike(&rule_and_look_ups(&[users(0, 0)], &packets));
}

#[test]
fn protocols_and_ports_have_their_rules() {
    let packet = |protocol, from, to| {
        vec![byte(RTA_IP_PROTO, protocol), port(RTA_SPORT, from), port(RTA_DPORT, to)]
    };
    let packets = [
        vec![],
        packet(6, 5, 85),
        packet(17, 5, 85),
        packet(6, 0, 85),
        packet(6, 5, 99),
        packet(1, 5, 85),
        packet(58, 5, 85),
        packet(2, 5, 85),
        [packet(6, 5, 85), vec![number(RTA_IIF, B0)]].concat(),
        [packet(17, 5, 85), vec![number(RTA_IIF, B0)]].concat(),
    ];
    let rule =
        [byte(FRA_IP_PROTO, 6), ports(FRA_SPORT_RANGE, 5, 5), ports(FRA_DPORT_RANGE, 80, 90)];
    let forwards = "/proc/sys/net/ipv4/conf/all/forwarding";
    let mut steps = vec![Step::write(Who::Here, forwards, b"1\n")];
    steps.extend(rule_and_look_ups(&rule, &packets));
    alike(&steps);
}

#[test]
fn of_a_port_the_bits_of_a_mask_count() {
    let packet = |port_| vec![byte(RTA_IP_PROTO, 17), port(RTA_DPORT, port_)];
    let rule = [ports(FRA_DPORT_RANGE, 0x10, 0x10), short(FRA_DPORT_MASK, 0xf0)];
    alike(&rule_and_look_ups(&rule, &[packet(0x1f), packet(0x2f), vec![]]));
}

#[test]
fn sources_and_destinations_have_their_rules() {
    let mut steps = two_ways();
    steps.push(address4("10.0.1.1"));
    steps.push(ipv6_steps::add(A0, "2001:db8:9::1/64"));
    for (family, network, inside, outside) in [
        (Family::INET, "10.0.1.0", "10.0.1.1", "10.0.0.1"),
        (Family::INET6, "2001:db8:9::", "2001:db8:9::1", "2001:db8::1"),
    ] {
        let source_length = if family == Family::INET { 24 } else { 64 };
        let table = number(FRA_TABLE, 100);
        let from = RuleHeader { source_length, ..header(family) };
        steps.push(add(from, &[ip(FRA_SRC, network), table.clone(), priority(5)]));
        let found = [vec![], vec![ip(RTA_SRC, inside)], vec![ip(RTA_SRC, outside)]];
        steps.extend(found.map(|source| look_up(far(family), &source)));
        let to = RuleHeader { destination_length: 16, ..header(family) };
        steps.push(add(to, &[ip(FRA_DST, far(family)), table, priority(4)]));
        steps.push(look_up(far(family), &[]));
        steps.push(delete(from, &[ip(FRA_SRC, network)]));
        steps.push(act(family, RuleAction::UNREACHABLE, &[priority(3)]));
        steps.push(look_up(far(family), &[]));
    }
    alike(&steps);
}

#[test]
fn a_source_is_found_before_a_rule_is_for_it() {
    let mut steps = two_ways();
    let rule = |source_length| RuleHeader {
        source_length,
        flags: RuleFlags::FIND_SOURCE,
        ..header(Family::INET6)
    };
    let table = number(FRA_TABLE, 100);
    steps.extend([
        add(rule(64), &[ip(FRA_SRC, "2001:db8::"), table.clone(), priority(5)]),
        look_up("2001:db8:5::9", &[]),
        delete(rule(64), &[ip(FRA_SRC, "2001:db8::")]),
        add(rule(64), &[ip(FRA_SRC, "2001:db8:77::"), table, priority(5)]),
        look_up("2001:db8:5::9", &[]),
    ]);
    alike(&steps);
}

#[test]
fn services_have_their_rules() {
    let mut steps = two_ways();
    for family in FAMILIES {
        let table = number(FRA_TABLE, 100);
        for (tos, more) in [
            (0x10, vec![]),
            (0, vec![byte(FRA_DSCP, 0x2c)]),
            (0, vec![byte(FRA_DSCP, 0x2c), byte(FRA_DSCP_MASK, 0x3c)]),
            (0, vec![byte(FRA_DSCP, 0)]),
        ] {
            let rule = RuleHeader { tos, ..header(family) };
            let attributes = [vec![table.clone(), priority(5)], more].concat();
            steps.push(add(rule, &attributes));
            steps.extend(
                [0, 0x10, 0x30, 0xb0, 0xb4, 0x13].map(|tos| look_up_of(far(family), tos, &[])),
            );
            steps.push(delete(rule, &attributes));
        }
    }
    alike(&steps);
}

#[test]
fn a_route_looks_at_three_bits_of_the_service() {
    let mut steps = two_ways();
    let header = RouteHeader {
        family: Family::INET,
        destination_length: 24,
        table: 254,
        tos: 0x10,
        protocol: RouteProtocol::BOOT,
        kind: RouteType::UNICAST,
        ..RouteHeader::default()
    };
    let attributes = [ip(RTA_DST, "192.0.2.0"), dev(B0)];
    steps.push(ask(MessageType::NEWROUTE, CREATE, header.as_bytes(), &attributes));
    steps.extend([0, 0x10, 0x30, 0xb0, 0x14].map(|tos| look_up_of("192.0.2.9", tos, &[])));
    alike(&steps);
}

#[test]
fn flow_labels_have_their_rules() {
    let mut steps = two_ways();
    let rule = [big(FRA_FLOWLABEL, 0x10), big(FRA_FLOWLABEL_MASK, 0xf_fff0)];
    let rule = [&rule[..], &[number(FRA_TABLE, 100), priority(5)]].concat();
    steps.push(add(header(Family::INET6), &rule));
    let far = far(Family::INET6);
    steps.extend([0x15, 0x25].map(|label| look_up(far, &[big(RTA_FLOWLABEL, label)])));
    steps.push(look_up(far, &[short(RTA_FLOWLABEL, 1)]));
    steps.push(look_up("192.0.2.9", &[big(RTA_FLOWLABEL, 1)]));
    alike(&steps);
}

#[test]
fn a_rule_can_be_for_what_it_does_not_fit() {
    let mut steps = two_ways();
    for family in FAMILIES {
        let rule = RuleHeader { flags: RuleFlags::INVERT, ..header(family) };
        let attributes = [number(FRA_TABLE, 100), number(FRA_FWMARK, 7), priority(5)];
        steps.push(add(rule, &attributes));
        steps.extend([7, 8].map(|mark| look_up(far(family), &[number(RTA_MARK, mark)])));
        let vrf = RuleHeader { table: 0, ..rule };
        steps.push(add(vrf, &[byte(FRA_L3MDEV, 1), priority(3)]));
        steps.push(look_up(far(family), &[]));
    }
    alike(&steps);
}

#[test]
fn a_rule_can_refuse() {
    let mut steps = two_ways();
    for family in FAMILIES {
        for action in [0, 3, 4, 6, 7, 8, 12, 200] {
            steps.push(act(family, RuleAction(action), &[priority(5)]));
            steps.push(look_up(far(family), &[]));
            steps.push(look_up(far(family), &[dev(B0)]));
            steps.push(look_up(far(family), &[number(RTA_IIF, B0)]));
            steps.push(delete(RuleHeader::default_of(family), &[priority(5)]));
        }
    }
    alike(&steps);
}

/// A header with a family and nothing else.
trait OfFamily {
    fn default_of(family: Family) -> Self;
}

impl OfFamily for RuleHeader {
    fn default_of(family: Family) -> Self {
        Self { family, ..Self::default() }
    }
}

#[test]
fn routes_that_are_too_short_are_suppressed() {
    let mut steps = two_ways();
    for (family, elsewhere) in [(Family::INET, "198.51.100.1"), (Family::INET6, "2001:db8:99::1")] {
        let suppress = number(FRA_SUPPRESS_PREFIXLEN, 0);
        steps.push(add(header(family), &[suppress, priority(5)]));
        steps.push(act(family, RuleAction::PROHIBIT, &[priority(6)]));
        steps.push(look_up(far(family), &[]));
        steps.push(look_up(elsewhere, &[]));
        // The last rule of all, and one for a table that there is not behind it.
        steps.push(delete(RuleHeader::default_of(family), &[priority(6)]));
        steps.push(delete(header(family), &[priority(32766)]));
        steps.push(look_up(elsewhere, &[]));
        steps.push(add(header(family), &[number(FRA_TABLE, 777), priority(7)]));
        steps.push(look_up(elsewhere, &[]));
    }
    alike(&steps);
}

#[test]
fn routes_by_devices_of_a_group_are_suppressed() {
    let mut steps = two_ways();
    let body = LinkHeader { index: A0.cast_signed(), ..LinkHeader::default() };
    steps.push(ask(MessageType::SETLINK, NONE, body.as_bytes(), &[number(IFLA_GROUP, 5)]));
    for family in FAMILIES {
        steps.push(add(header(family), &[number(FRA_SUPPRESS_IFGROUP, 5), priority(5)]));
        steps.push(act(family, RuleAction::PROHIBIT, &[priority(6)]));
        steps.push(look_up(far(family), &[]));
        steps.push(look_up(if family == Family::INET { "127.0.0.1" } else { "::1" }, &[]));
    }
    alike(&steps);
}

#[test]
fn gateways_are_looked_for_by_the_rules() {
    let mut steps = two_ways();
    for (family, gateway, to, near) in [
        (Family::INET, "10.0.0.9", "203.0.113.0/24", "192.0.2.77"),
        (Family::INET6, "2001:db8::9", "2001:db8:66::/64", "2001:db8:5::77"),
    ] {
        let via = |gateway, table, more: &[Attribute]| {
            route(to, table, RouteType::UNICAST, &[&[ip(RTA_GATEWAY, gateway)], more].concat())
        };
        steps.push(via(near, 300, &[]));
        steps.push(add(header(family), &[number(FRA_TABLE, 100), priority(5)]));
        steps.push(via(near, 300, &[]));
        steps.push(add(
            header(family),
            &[number(FRA_TABLE, 100), priority(5), number(FRA_SUPPRESS_PREFIXLEN, 128)],
        ));
        steps.push(via(near, 301, &[]));
        for action in [6, 7, 8] {
            let rule = [priority(4), text(FRA_OIFNAME, "a0")];
            steps.push(act(family, RuleAction(action), &rule));
            steps.push(via(gateway, 302, &[]));
            steps.push(via(gateway, 303, &[dev(A0)]));
            steps.push(delete(RuleHeader::default_of(family), &rule));
        }
        steps.push(act(family, RuleAction::PROHIBIT, &[priority(4), text(FRA_IIFNAME, "lo")]));
        steps.push(via(gateway, 304, &[]));
    }
    alike(&steps);
}

#[test]
fn the_default_table_does_not_allow_what_main_refuses() {
    alike(&[
        veth(),
        up(A0),
        up(B0),
        address4("10.0.0.1"),
        route("192.0.2.0/24", 254, RouteType::BLACKHOLE, &[]),
        look_up("192.0.2.9", &[]),
        route("198.51.100.0/24", 253, RouteType::UNICAST, &[dev(A0)]),
        look_up("192.0.2.9", &[]),
        route("192.0.2.0/24", 253, RouteType::UNICAST, &[dev(A0)]),
        look_up("192.0.2.9", &[]),
        add(header(Family::INET), &[priority(5)]),
        look_up("192.0.2.9", &[]),
    ]);
}

#[test]
fn realms_of_a_rule_are_told_where_the_route_has_none() {
    let mut steps = two_ways();
    let realms = number(FRA_FLOW, 0x0007_0009);
    steps.push(add(header(Family::INET), &[number(FRA_TABLE, 100), priority(5), realms]));
    steps.push(route("203.0.113.0/24", 100, RouteType::UNICAST, &[dev(B0), number(RTA_FLOW, 3)]));
    steps.push(look_up("192.0.2.9", &[]));
    steps.push(look_up("203.0.113.9", &[]));
    alike(&steps);
}

#[test]
fn a_long_list_of_rules_comes_in_pieces() {
    let mut steps = Vec::new();
    for family in FAMILIES {
        steps.extend((0..120).map(|number_| {
            let name = format!("device{number_}");
            add(header(family), &[text(FRA_IIFNAME, &name), priority(number_ % 7)])
        }));
        steps.push(list(family));
    }
    steps.push(list(Family::UNSPEC));
    alike(&steps);
}
