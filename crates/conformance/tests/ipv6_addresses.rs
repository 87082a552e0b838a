//! IPv6 addresses, with all that comes and goes with them, on Linux and on the model.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod ipv6_steps;

use ifctl_abi::Family as SocketFamily;
use ifctl_abi::ioctl::{SIOCDIFADDR, SIOCGIFADDR, SIOCSIFADDR, SIOCSIFDSTADDR};
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::*;
use ifctl_conformance::sequence::{Looking, Step, Who, assert_alike, hex};
use ipv6_steps::*;
use std::net::Ipv6Addr;

/// Returns a sequence that begins with everything up.
fn with_all_up(steps: impl IntoIterator<Item = Step>) -> Vec<Step> {
    all_up().into_iter().chain(steps).collect()
}

#[test]
fn the_loopback_has_its_address_while_it_is_up() {
    assert_alike(LOOKING, &[up(LO), down(LO), up(LO), up(LO)]);
}

#[test]
fn a_link_has_its_own_address_as_soon_as_it_has_a_carrier_and_while_it_is_up() {
    assert_alike(LOOKING, &with_all_up([down(A0), up(A0), down(B0), down(A0), up(A0), up(B0)]));
}

#[test]
fn links_and_ipv6_announce_themselves_in_linux_order() {
    let looking = Looking { links: true, files: false, ..LOOKING };
    let steps = with_all_up([add(A0, "2001:db8::1/64"), down(A0), up(A0), delete_link(A0)]);
    assert_alike(looking, &steps);
}

#[test]
fn addresses_come_with_their_routes_and_groups() {
    assert_alike(
        LOOKING,
        &with_all_up([
            add(A0, "2001:db8::1/64"),
            add(A0, "2001:db8::2/64"),
            add(A0, "2001:db8::3/128"),
            add(A0, "2001:db8:1::1/0"),
            add(A0, "fec0::1/64"),
            add(A0, "fd00::1/48"),
            add(A0, "::5/64"),
            add(A0, "::ffff:1.2.3.4/96"),
            add(A0, "fe80::5/64"),
            add(A0, "fe80::6/10"),
            add(LO, "2001:db8:5::1/64"),
            add(B0, "2001:db8::1/64"),
        ]),
    );
}

#[test]
fn addresses_go_with_the_routes_and_groups_that_no_other_needs() {
    assert_alike(
        LOOKING,
        &with_all_up([
            add(A0, "2001:db8::1/64"),
            add(A0, "2001:db8::2/64"),
            add(A0, "2001:db8:0:0:1::2/64"),
            add(A0, "2001:db8::3/128"),
            add(LO, "2001:db8:5::1/64"),
            remove(A0, "2001:db8::1/64"),
            remove(A0, "2001:db8::2/65"),
            remove(A0, "2001:db8::2/64"),
            remove(A0, "2001:db8:0:0:1::2/64"),
            remove(A0, "2001:db8::3/128"),
            remove(A0, "2001:db8::3/128"),
            remove(LO, "2001:db8:5::1/64"),
            remove(LO, "::1/128"),
            remove(A0, "fe80::ff:fe00:1/64"),
        ]),
    );
}

#[test]
fn a_peer_has_a_route_of_its_own() {
    assert_alike(
        LOOKING,
        &with_all_up([
            add_with(A0, "fd00::1/64", &[address(IFA_ADDRESS, "fd00:1::2")]),
            add_with(A0, "fd00::3/64", &[address(IFA_ADDRESS, "fd00::3")]),
            add_with(
                A0,
                "fd00::4/128",
                &[address(IFA_ADDRESS, "fd00:2::4"), number(IFA_RT_PRIORITY, 7)],
            ),
            replace_with(A0, "fd00::1/64", &[address(IFA_ADDRESS, "fd00:1::9")]),
            remove(A0, "fd00::1/64"),
            remove(A0, "fd00::4/128"),
        ]),
    );
}

#[test]
fn flags_and_attributes_of_an_address_do_what_they_do_on_linux() {
    let each = [
        flags(AddressFlags::NODAD),
        flags(AddressFlags::NOPREFIXROUTE),
        flags(AddressFlags::MANAGETEMPADDR),
        flags(AddressFlags::HOMEADDRESS),
        flags(AddressFlags::OPTIMISTIC),
        flags(AddressFlags::OPTIMISTIC | AddressFlags::NODAD),
        flags(AddressFlags::TENTATIVE | AddressFlags::DEPRECATED | AddressFlags::TEMPORARY),
        flags(AddressFlags::MCAUTOJOIN),
        number(IFA_RT_PRIORITY, 5),
        byte(IFA_PROTO, 9),
        lifetimes(100, 200),
        lifetimes(100, u32::MAX),
        lifetimes(0, 200),
        lifetimes(u32::MAX, u32::MAX),
    ];
    let steps = each
        .into_iter()
        .enumerate()
        .map(|(at, more)| add_with(A0, &format!("2001:db8:{at:x}::1/64"), &[more]));
    assert_alike(LOOKING, &with_all_up(steps));
}

#[test]
fn what_is_no_address_is_refused_in_linux_order() {
    let odd = |index, length, attributes: &[Attribute]| {
        ask(MessageType::NEWADDR, CREATE, &of_address(index, length), attributes)
    };
    let good = address(IFA_LOCAL, "2001:db8::1");
    assert_alike(
        LOOKING,
        &with_all_up([
            odd(A0, 129, std::slice::from_ref(&good)),
            odd(A0, 64, &[]),
            odd(99, 64, std::slice::from_ref(&good)),
            odd(99, 129, std::slice::from_ref(&good)),
            odd(99, 64, &[good.clone(), lifetimes(5, 3)]),
            odd(A0, 129, &[good.clone(), lifetimes(0, 0)]),
            odd(A0, 64, &[(IFA_LOCAL, vec![1, 2, 3, 4])]),
            odd(A0, 64, &[good.clone(), (IFA_CACHEINFO, vec![0; 4])]),
            add(A0, "::/64"),
            add(A0, "::1/64"),
            add(A0, "ff02::5/64"),
            add_with(A0, "ff02::5/64", &[flags(AddressFlags::MCAUTOJOIN)]),
            add_with(A0, "2001:db8::1/63", &[flags(AddressFlags::MANAGETEMPADDR)]),
            add(A0, "2001:db8::1/64"),
            add(A0, "2001:db8::1/64"),
            add(A0, "2001:db8::1/48"),
            add(LO, "::1/64"),
            remove(99, "2001:db8::1/64"),
            remove(99, "2001:db8::1/129"),
            ask(MessageType::DELADDR, MessageFlags::empty(), &of_address(A0, 64), &[]),
        ]),
    );
}

#[test]
fn replacing_changes_lifetimes_flags_and_metric() {
    assert_alike(
        LOOKING,
        &with_all_up([
            add(A0, "2001:db8::1/64"),
            replace_with(A0, "2001:db8::1/64", &[number(IFA_RT_PRIORITY, 9)]),
            replace_with(A0, "2001:db8::1/64", &[flags(AddressFlags::NOPREFIXROUTE)]),
            replace_with(A0, "2001:db8::1/64", &[byte(IFA_PROTO, 3)]),
            replace_with(A0, "2001:db8::7/64", &[]),
            new_lifetimes(),
        ]),
    );
}

fn new_lifetimes() -> Step {
    replace_with(A0, "2001:db8::7/64", &[lifetimes(u32::MAX, u32::MAX), flags(AddressFlags::NODAD)])
}

#[test]
fn addresses_added_to_a_closed_device_wait_for_it() {
    assert_alike(
        LOOKING,
        &[
            up(LO),
            veth(),
            add(A0, "2001:db8::1/64"),
            add_with(A0, "2001:db8::2/64", &[flags(AddressFlags::NODAD)]),
            add_with(A0, "2001:db8:1::2/64", &[lifetimes(500, 600)]),
            up(A0),
            add(A0, "2001:db8::3/64"),
            up(B0),
            down(A0),
            add(A0, "2001:db8::4/64"),
            up(A0),
        ],
    );
}

#[test]
fn a_device_keeps_its_addresses_where_it_is_told_to() {
    assert_alike(
        LOOKING,
        &with_all_up([
            set("a0", "keep_addr_on_down", "1"),
            add(A0, "2001:db8::1/64"),
            add_with(A0, "2001:db8::2/64", &[flags(AddressFlags::NODAD)]),
            add_with(A0, "2001:db8:1::2/64", &[lifetimes(500, 600)]),
            add_with(A0, "2001:db8:2::2/64", &[flags(AddressFlags::NOPREFIXROUTE)]),
            down(A0),
            up(A0),
            set("all", "keep_addr_on_down", "-1"),
            down(A0),
            up(A0),
        ]),
    );
}

#[test]
fn a_small_mtu_ends_ipv6_on_a_device() {
    assert_alike(
        LOOKING,
        &with_all_up([
            add(A0, "2001:db8::1/64"),
            mtu(A0, 1279),
            add(A0, "2001:db8::1/64"),
            remove(A0, "2001:db8::1/64"),
            Step::read(Who::Here, "/proc/sys/net/ipv6/conf/a0/mtu"),
            mtu(A0, 1280),
            Step::read(Who::Here, "/proc/sys/net/ipv6/conf/a0/mtu"),
            mtu(A0, 1400),
            mtu(LO, 1279),
            add(LO, "2001:db8:9::1/64"),
            mtu(LO, 65536),
            down(A0),
            mtu(A0, 1000),
            up(A0),
        ]),
    );
}

#[test]
fn ipv6_is_disabled_and_enabled_by_its_setting() {
    assert_alike(
        LOOKING,
        &with_all_up([
            add(A0, "2001:db8::1/64"),
            set("a0", "disable_ipv6", "1"),
            add(A0, "2001:db8::1/64"),
            set("a0", "disable_ipv6", "2"),
            set("a0", "disable_ipv6", "0"),
            set("all", "disable_ipv6", "1"),
            Step::read(Who::Here, "/proc/sys/net/ipv6/conf/default/disable_ipv6"),
            set("all", "disable_ipv6", "0"),
            set("default", "disable_ipv6", "1"),
        ]),
    );
}

#[test]
fn a_router_joins_more_groups_and_answers_for_the_anycast_addresses() {
    assert_alike(
        LOOKING,
        &with_all_up([
            add(A0, "2001:db8::1/64"),
            set("a0", "forwarding", "1"),
            add(A0, "2001:db8::2/64"),
            add(A0, "2001:db8:1::2/127"),
            remove(A0, "2001:db8::1/64"),
            remove(A0, "2001:db8::2/64"),
            set("a0", "forwarding", "0"),
            set("all", "forwarding", "1"),
            add(A0, "2001:db8::2/64"),
            down(A0),
            up(A0),
            set("all", "forwarding", "0"),
            set("default", "forwarding", "1"),
        ]),
    );
}

#[test]
fn link_local_addresses_are_made_as_the_setting_tells() {
    assert_alike(
        LOOKING,
        &[
            up(LO),
            veth(),
            set("a0", "addr_gen_mode", "1"),
            set("b0", "addr_gen_mode", "4"),
            set("b0", "addr_gen_mode", "2"),
            up(A0),
            up(B0),
            set("a0", "addr_gen_mode", "0"),
            set("default", "addr_gen_mode", "1"),
            Step::read(Who::Here, "/proc/sys/net/ipv6/conf/default/addr_gen_mode"),
        ],
    );
}

#[test]
fn settings_read_alike_and_refuse_alike() {
    let names = [
        "accept_dad",
        "accept_ra",
        "addr_gen_mode",
        "autoconf",
        "dad_transmits",
        "forwarding",
        "hop_limit",
        "keep_addr_on_down",
        "max_addresses",
        "mtu",
        "proxy_ndp",
        "router_solicitations",
        "use_tempaddr",
        "ra_defrtr_metric",
        "temp_valid_lft",
        "nosuch",
    ];
    let mut steps = with_all_up([]);
    for whose in ["all", "default", "lo", "a0"] {
        for name in names {
            let path = format!("/proc/sys/net/ipv6/conf/{whose}/{name}");
            steps.push(Step::read(Who::Here, &path));
        }
    }
    for (name, value) in [
        ("mtu", "1279"),
        ("mtu", "1501"),
        ("mtu", "1400"),
        ("hop_limit", "0"),
        ("hop_limit", "256"),
        ("hop_limit", "7"),
        ("ioam6_id", "70000"),
        ("ra_defrtr_metric", "0"),
        ("ndisc_tclass", "256"),
        ("router_solicitations", "-7"),
        ("proxy_ndp", "3"),
        ("ignore_routes_with_linkdown", "1"),
        ("force_forwarding", "2"),
        ("accept_dad", "-5"),
        ("accept_dad", "x"),
        ("nosuch", "1"),
    ] {
        steps.push(set("a0", name, value));
    }
    steps.push(set("all", "ignore_routes_with_linkdown", "1"));
    steps.push(set("all", "proxy_ndp", "1"));
    assert_alike(LOOKING, &steps);
}

#[test]
fn a_rename_and_the_end_of_a_device_change_and_take_what_they_do_on_linux() {
    assert_alike(
        LOOKING,
        &with_all_up([
            add(A0, "2001:db8::1/64"),
            rename(A0, "c0"),
            Step::read(Who::Here, "/proc/sys/net/ipv6/conf/a0/forwarding"),
            Step::read(Who::Here, "/proc/sys/net/ipv6/conf/c0/forwarding"),
            delete_link(A0),
        ]),
    );
}

#[test]
fn addresses_are_listed_and_asked_for_alike() {
    let one = |index, length, attributes: &[Attribute]| {
        let bytes = message(
            MessageType::GETADDR,
            MessageFlags::empty(),
            &of_address(index, length),
            attributes,
        );
        Step::netlink(Who::Unprivileged, &hex(&bytes))
    };
    let strict = |body: &[u8], attributes: &[Attribute]| {
        let bytes = message(MessageType::GETADDR, MessageFlags::empty(), body, attributes);
        Step::strict(Who::Here, &hex(&bytes))
    };
    let get = MessageType::GETADDR;
    assert_alike(
        LOOKING,
        &with_all_up([
            add(A0, "2001:db8::1/64"),
            add(B0, "2001:db8::1/64"),
            one(0, 0, &[address(IFA_ADDRESS, "2001:db8::1")]),
            one(A0, 7, &[address(IFA_LOCAL, "2001:db8::1")]),
            one(B0, 0, &[address(IFA_LOCAL, "fe80::ff:fe00:1")]),
            one(99, 0, &[address(IFA_LOCAL, "fe80::ff:fe00:1")]),
            one(0, 0, &[address(IFA_LOCAL, "2001:db8::9")]),
            one(0, 0, &[]),
            strict(&of_address(0, 64), &[address(IFA_LOCAL, "::1")]),
            strict(&of_address(0, 0), &[address(IFA_LOCAL, "::1")]),
            strict(&of_address(0, 0), &[address(IFA_LOCAL, "::1"), text(IFA_LABEL, "x")]),
            strict(&[10, 0], &[]),
            strict_dump(get, &of_address(A0, 0), &[]),
            strict_dump(get, &of_address(99, 0), &[]),
            strict_dump(get, &of_address(0, 64), &[]),
            strict_dump(get, &of_address(0, 0), &[address(IFA_LOCAL, "::1")]),
            strict_dump(get, &[10], &[]),
        ]),
    );
}

#[test]
fn netconf_is_listed_and_asked_for_alike() {
    const INDEX: u16 = 1;
    let get = MessageType::GETNETCONF;
    let one = |attributes: &[Attribute]| {
        Step::netlink(
            Who::Here,
            &hex(&message(get, MessageFlags::empty(), &[10, 0, 0, 0], attributes)),
        )
    };
    assert_alike(
        LOOKING,
        &with_all_up([
            one(&[number(INDEX, A0)]),
            one(&[number(INDEX, u32::MAX)]),
            one(&[number(INDEX, u32::MAX - 1)]),
            one(&[number(INDEX, 77)]),
            one(&[]),
            strict_dump(get, &[10, 0, 0, 0], &[]),
            strict_dump(get, &[10], &[]),
            strict_dump(get, &[10, 0, 0, 0], &[number(INDEX, 1)]),
        ]),
    );
}

#[test]
fn what_a_differential_search_found_of_addresses_stays_found() {
    let managing = flags(AddressFlags::MANAGETEMPADDR);
    let get = MessageType::GETADDR;
    assert_alike(
        LOOKING,
        &with_all_up([
            // What counts is the prefix length that the address has, not the one that is told.
            add(A0, "fec0::1/127"),
            replace_with(A0, "fec0::1/64", std::slice::from_ref(&managing)),
            add(A0, "fec0::2/64"),
            replace_with(A0, "fec0::2/127", &[managing]),
            strict_dump(get, &of_address(0, 0), &[(IFA_LOCAL, vec![1, 2, 3, 4])]),
            strict_dump(get, &of_address(A0, 0), &[number(60, 5)]),
        ]),
    );
}

/// Returns an `in6_ifreq`.
fn request(text: &str, length: u32, index: u32) -> String {
    let octets = text.parse::<Ipv6Addr>().unwrap().octets();
    hex(&[octets.as_slice(), &length.to_ne_bytes(), &index.to_ne_bytes()].concat())
}

#[test]
fn the_ioctls_answer_in_linux_order() {
    let call = |number, text: &str, length, index| {
        Step::ioctl(Who::Here, SocketFamily::INET6, number, &request(text, length, index))
    };
    let poor = |number, text: &str, length, index| {
        let argument = request(text, length, index);
        Step::ioctl(Who::Unprivileged, SocketFamily::INET6, number, &argument)
    };
    assert_alike(
        LOOKING,
        &with_all_up([
            call(SIOCSIFADDR, "2001:db8::5", 64, A0),
            call(SIOCSIFADDR, "2001:db8::5", 64, A0),
            call(SIOCSIFADDR, "2001:db8::6", 129, A0),
            call(SIOCSIFADDR, "2001:db8::6", 129, 99),
            call(SIOCSIFADDR, "2001:db8::6", u32::MAX, A0),
            call(SIOCSIFADDR, "2001:db8::6", 256 + 64, A0),
            call(SIOCSIFADDR, "2001:db8::6", 64, u32::MAX),
            call(SIOCSIFADDR, "2001:db8::6", 64, 0),
            call(SIOCSIFADDR, "::", 64, A0),
            call(SIOCSIFADDR, "ff02::5", 64, A0),
            call(SIOCSIFADDR, "::1", 128, A0),
            call(SIOCSIFADDR, "2001:db8:8::8", 0, A0),
            call(SIOCSIFADDR, "2001:db8:9::8", 128, LO),
            call(SIOCDIFADDR, "2001:db8::5", 65, A0),
            call(SIOCDIFADDR, "2001:db8::5", 129, 99),
            call(SIOCDIFADDR, "2001:db8::5", 64, 99),
            call(SIOCDIFADDR, "2001:db8::5", 64, A0),
            call(SIOCDIFADDR, "2001:db8::5", 64, A0),
            call(SIOCSIFDSTADDR, "2001:db8::5", 64, A0),
            call(SIOCGIFADDR, "2001:db8::5", 64, A0),
            poor(SIOCSIFADDR, "2001:db8::5", 129, 99),
            poor(SIOCDIFADDR, "2001:db8::5", 129, 99),
        ]),
    );
}
