//! Policy rules, on Linux and on the model: which way packets take by them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod ipv6_steps;
mod rule_steps;

use ifctl_abi::netlink::MessageType;
use ifctl_abi::rtnetlink::*;
use ifctl_conformance::sequence::{Step, Who};
use ipv6_steps::{A0, Attribute, B0, CREATE, ask, byte, dev, number, rename, text, up, veth};
use rule_steps::{
    FAMILIES, NONE, act, add, address4, alike, big, delete, far, header, ip, list, look_up,
    look_up_of, of_family, port, ports, priority, route, rule_and_look_ups, short, two_ways, users,
};
use zerocopy::IntoBytes;

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
            steps.push(delete(of_family(family), &[priority(5)]));
        }
    }
    alike(&steps);
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
        steps.push(delete(of_family(family), &[priority(6)]));
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
            steps.push(delete(of_family(family), &rule));
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
