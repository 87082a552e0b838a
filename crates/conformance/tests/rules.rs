//! Policy rules, on Linux and on the model: what is listed, told and refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod ipv6_steps;
mod rule_steps;

use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::*;
use ifctl_conformance::sequence::{Step, Who, hex};
use ipv6_steps::{
    A0, Attribute, B0, CREATE, ask, byte, delete_link, message, number, rename, strict_dump, text,
    veth,
};
use rule_steps::{
    FAMILIES, NONE, act, add, alike, big, delete, header, ip, list, ports, priority, route, short,
    users,
};
use zerocopy::IntoBytes;

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
