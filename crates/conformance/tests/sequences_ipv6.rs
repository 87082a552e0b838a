//! What the differential search found in IPv6, neighbours, settings and rules, kept: sequences that the two
//! kernels once answered differently.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ifctl_abi::Family;
use ifctl_conformance::sequence::{Looking, Step, Who, assert_alike};

const IPV6: Looking = Looking { ipv6: true, files: true, ..Looking::AT_ANSWERS };
const NEIGHBOURS: Looking = Looking { neighbours: true, files: true, ..Looking::AT_ANSWERS };
const SETTINGS: Looking = Looking { settings: true, files: true, ..Looking::AT_ANSWERS };

/// A pair of devices, `e0` (3) and `p0` (2).
const PAIR: &str = "700000001000050601000000000000000000000000000000000000000000000007000300653000000a000100\
    02000000001000003c0012000900010076657468000000002c000200280001000000000000000000000000000000\
    000007000300703000000a0001000200000000110000";

#[test]
fn a_list_of_proxies_is_limited_to_the_device_that_is_asked_about() {
    assert_alike(
        NEIGHBOURS,
        &[
            Step::netlink(Who::Here, PAIR),
            Step::netlink(
                Who::Here,
                "240000001c0005060600000000000000020000000300000000000800080001000a0000fe",
            ),
            Step::netlink(
                Who::Here,
                "240000001e0001031d0000000000000002000000000000000000080008000800ffffff7f",
            ),
        ],
    );
}

#[test]
fn devices_without_a_master_can_be_asked_for() {
    assert_alike(
        NEIGHBOURS,
        &[
            Step::netlink(Who::Here, PAIR),
            Step::netlink(
                Who::Here,
                "300000001c0005060100000000000000020000000300000080000000080001000a000001\
                 0a0002000200000000010000",
            ),
            Step::netlink(
                Who::Here,
                "240000001e000103010000000000000002000000000000000000000008000900ffffffff",
            ),
        ],
    );
}

#[test]
fn a_proxy_for_all_devices_goes_before_that_of_one() {
    assert_alike(
        NEIGHBOURS,
        &[
            Step::netlink(Who::Here, PAIR),
            Step::netlink(
                Who::Here,
                "240000001c0005060100000000000000020000000000000000000800080001000a000001",
            ),
            Step::netlink(
                Who::Here,
                "240000001c0005060200000000000000020000000300000000000800080001000a000001",
            ),
            Step::netlink(
                Who::Here,
                "240000001e0005000300000000000000020000000300000000000800080001000a000001",
            ),
        ],
    );
}

#[test]
fn a_permanent_proxy_outlives_the_carrier() {
    assert_alike(
        NEIGHBOURS,
        &[
            Step::netlink(Who::Here, PAIR),
            Step::netlink(
                Who::Here,
                "2000000010000500050000000000000000000000020000000100000001000000",
            ),
            Step::ioctl(Who::Here, Family::INET, 0x8914, "6530000000000000000000000000000003"),
            Step::netlink(
                Who::Here,
                "240000001c0005050b0000000000000002000000020000008000080008000100c0a80101",
            ),
            Step::netlink(
                Who::Here,
                "240000001c0005050b0000000000000002000000020000000000080008000100c0a80102",
            ),
            Step::ioctl(Who::Here, Family::INET, 0x8914, "6530"),
        ],
    );
}

#[test]
fn an_ipv6_proxy_needs_a_device_and_listens_to_who_asks_for_it() {
    let looking = Looking { neighbours: true, ..IPV6 };
    assert_alike(
        looking,
        &[
            Step::netlink(Who::Here, PAIR),
            Step::netlink(
                Who::Here,
                "300000001c00050601000000000000000a00000000000000000008001400010020010db8000000000000\
                 000000000001",
            ),
            Step::netlink(
                Who::Here,
                "300000001c00050601000000000000000a00000003000000000008001400010020010db8000000000000\
                 000000000001",
            ),
            Step::read(Who::Here, "/proc/net/igmp6"),
            Step::netlink(
                Who::Here,
                "300000001d00050001000000000000000a00000003000000000008001400010020010db8000000000000\
                 000000000001",
            ),
        ],
    );
}

#[test]
fn a_question_about_a_neighbour_lacks_its_address_before_its_family_matters() {
    let step = Step::netlink(Who::Here, "1c0000001e00050c0700000000000000000000000200000000000000");
    assert_alike(NEIGHBOURS, &[step]);
}

#[test]
fn a_short_question_for_neighbours_is_answered_and_told_to_be_short() {
    let step = Step::netlink(Who::Here, "140000001e0001030b00000000000000000000000200000080000000");
    assert_alike(NEIGHBOURS, &[step]);
}

#[test]
fn a_strict_question_for_settings_says_what_is_wrong_with_it() {
    assert_alike(
        SETTINGS,
        &[
            Step::strict(Who::Here, "1c0000005200050006000000000000000a0000000800020063000000"),
            Step::strict(Who::Here, "1c000000520005000600000000000000020000000800020063000000"),
            Step::strict(Who::Here, "110000005200010313000000000000000200000000"),
        ],
    );
}

#[test]
fn settings_of_no_device_are_asked_for_in_vain() {
    let step = Step::netlink(Who::Here, "1c000000520005000c000000000000000200000008000100feffb9ff");
    assert_alike(SETTINGS, &[step]);
}

#[test]
fn rules_are_asked_for_strictly_without_a_limit() {
    assert_alike(
        IPV6,
        &[
            Step::strict(Who::Here, "1c000000220001031c000000000000000a8100006404fd0200000000"),
            Step::strict(Who::Here, "1c000000220001031c000000000000000a0000000000000000000000"),
            Step::netlink(Who::Here, "1c000000220001031c00000000000000630000000000000000000000"),
            Step::netlink(Who::Here, "1c000000220001031c00000000000000000000000000000000000000"),
        ],
    );
}

#[test]
fn who_deletes_an_ipv6_route_is_not_told_that_its_metrics_are_wrong() {
    assert_alike(
        IPV6,
        &[Step::netlink(
            Who::Here,
            "280000001900050009000000000000000a7e0000fe000001000000000c0008000800630078050000",
        )],
    );
}

#[test]
fn of_several_devices_with_an_ipv6_address_the_last_one_tells_of_it() {
    assert_alike(
        IPV6,
        &[
            Step::netlink(Who::Here, PAIR),
            Step::netlink(
                Who::Here,
                "2c0000001400050013000000000000000a7f0200010000001400020020010db8000000000000000000000010",
            ),
            Step::ioctl(
                Who::Here,
                Family::INET6,
                0x8916,
                "20010db80000000000000000000000100000000003",
            ),
            Step::netlink(
                Who::Here,
                "2c0000001600050024000000000000000a000000000000001400010020010db8000000000000000000000010",
            ),
        ],
    );
}

#[test]
fn nobody_is_told_of_a_proxy_setting_that_an_arp_request_makes() {
    assert_alike(
        Looking { settings: true, ..NEIGHBOURS },
        &[
            Step::netlink(Who::Here, PAIR),
            Step::ioctl(
                Who::Here,
                Family::INET,
                0x8955,
                "020000000000000000000000000000000100000000000000000000000000000028000000000000000000\
                 00000000000000000000653000",
            ),
            Step::read(Who::Here, "/proc/sys/net/ipv4/conf/e0/proxy_arp"),
        ],
    );
}

#[test]
fn a_gateway_is_not_looked_for_in_a_table_that_nobody_names() {
    assert_alike(
        IPV6,
        &[
            Step::netlink(Who::Here, PAIR),
            Step::netlink(
                Who::Here,
                "2000000010000500040000000000000000000000030000000100000001000000",
            ),
            Step::netlink(
                Who::Here,
                "2c0000001400050005000000000000000a400000030000001400010020010db8000000000000000000000001",
            ),
            Step::netlink(
                Who::Here,
                "30000000180005040b000000000000000a000000ff000000000000001400050020010db80000000000000000\
                 ffff0001",
            ),
            Step::netlink(
                Who::Here,
                "300000001800050c1a000000000000000a00000000040000000000001400050020010db80000000000000000\
                 00000002",
            ),
        ],
    );
}

#[test]
fn the_route_to_a_new_peer_takes_the_place_of_one_with_another_metric() {
    assert_alike(
        IPV6,
        &[
            Step::netlink(Who::Here, PAIR),
            Step::netlink(
                Who::Here,
                "2c0000001400050c06000000000000000a4000000300000014000100fe800000000000000000000000000001",
            ),
            Step::ioctl(Who::Here, Family::INET, 0x8914, "6530000000000000000000000000000003"),
            Step::ioctl(
                Who::Here,
                Family::INET6,
                0x890b,
                "20010db800000000000000000000000000000000000000000000000000000000000000000000000000000000\
                 000000000000000040000000000000000000000000000000000000000000000003",
            ),
            Step::netlink(
                Who::Here,
                "400000001400050523000000000000000a4000000300000014000200fe800000000000000000000000000001\
                 1400010020010db8000000000000000000000010",
            ),
        ],
    );
}

#[test]
fn settings_are_written_alike_whatever_is_written() {
    const VALUES: [&[u8]; 12] = [
        b"-1",
        b"2",
        b"1 2",
        b"x",
        b"",
        b"1",
        b"99999999999",
        b" 1",
        b"0x10",
        b"-0",
        b"0",
        b"4294967295",
    ];
    const SETTINGS_OF: [(&str, &[&str]); 2] = [
        ("ipv4", &["bc_forwarding", "mc_forwarding", "rp_filter", "proxy_arp"]),
        (
            "ipv6",
            &[
                "force_forwarding",
                "forwarding",
                "ignore_routes_with_linkdown",
                "ioam6_enabled",
                "ioam6_id",
                "mc_forwarding",
                "mldv1_unsolicited_report_interval",
                "ndisc_evict_nocarrier",
                "proxy_ndp",
                "ra_defrtr_metric",
                "ra_honor_pio_life",
            ],
        ),
    ];
    let mut steps = vec![Step::netlink(Who::Here, PAIR)];
    for (family, names) in SETTINGS_OF {
        for (of, name) in names.iter().flat_map(|name| [("e0", name), ("all", name)]) {
            let path = format!("/proc/sys/net/{family}/conf/{of}/{name}");
            for value in VALUES {
                steps.push(Step::write(Who::Here, &path, value));
                steps.push(Step::read(Who::Here, &path));
            }
        }
    }
    assert_alike(Looking { settings: true, ..IPV6 }, &steps);
}

#[test]
fn the_way_addresses_are_made_is_a_number_without_a_sign() {
    let of = |of: &str, value: &[u8]| {
        Step::write(Who::Here, &format!("/proc/sys/net/ipv6/conf/{of}/addr_gen_mode"), value)
    };
    assert_alike(
        Looking { settings: true, ..IPV6 },
        &[
            Step::netlink(Who::Here, PAIR),
            of("e0", b"1 2"),
            of("e0", b"-1"),
            of("e0", b"2"),
            of("all", b"2"),
            of("e0", b"2"),
            of("e0", b"0"),
        ],
    );
}

#[test]
fn another_hardware_address_forgets_neighbours_and_keeps_proxies() {
    assert_alike(
        NEIGHBOURS,
        &[
            Step::netlink(Who::Here, PAIR),
            Step::ioctl(
                Who::Here,
                Family::INET,
                0x8955,
                "020000000000000000000000000000000000000000000000000000000000000008000000000000000000\
                 000000000000000000006530",
            ),
            Step::netlink(
                Who::Here,
                "2c000000100005001c00000000000000000000000300000000000000000000000a000100020000000101\
                 0000",
            ),
        ],
    );
}

#[test]
fn a_device_that_asks_for_no_neighbours_any_more_forgets_them() {
    assert_alike(
        Looking { neighbours: true, links: true, ..Looking::AT_ANSWERS },
        &[
            Step::netlink(Who::Here, PAIR),
            Step::netlink(
                Who::Here,
                "240000001c0005040b00000000000000020000000300000080000000080001000a000003",
            ),
            Step::ioctl(Who::Here, Family::INET, 0x8914, "6530000000000000000000000000000083"),
        ],
    );
}

#[test]
fn neighbours_outlive_the_carrier_where_a_setting_says_so() {
    let mut steps = vec![Step::netlink(Who::Here, PAIR)];
    for (all, one) in [("0", "1"), ("1", "0"), ("1", "1")] {
        let set = |of: &str, value: &str| {
            let paths = [
                format!("/proc/sys/net/ipv4/conf/{of}/arp_evict_nocarrier"),
                format!("/proc/sys/net/ipv6/conf/{of}/ndisc_evict_nocarrier"),
            ];
            paths.map(|path| Step::write(Who::Here, &path, value.as_bytes()))
        };
        steps.extend([
            Step::ioctl(Who::Here, Family::INET, 0x8914, "6530000000000000000000000000000003"),
            Step::ioctl(Who::Here, Family::INET, 0x8914, "7030000000000000000000000000000003"),
            Step::netlink(
                Who::Here,
                "240000001c0005050b0000000000000002000000020000000000080008000100c0a80102",
            ),
            Step::netlink(
                Who::Here,
                "300000001c00050601000000000000000a00000002000000000008001400010020010db8000000000000\
                 000000000001",
            ),
        ]);
        steps.extend(set("all", all));
        steps.extend(set("p0", one));
        steps.push(Step::ioctl(Who::Here, Family::INET, 0x8914, "6530"));
    }
    assert_alike(Looking { neighbours: true, ..IPV6 }, &steps);
}

#[test]
fn a_loopback_of_another_name_is_told_by_that() {
    assert_alike(
        IPV6,
        &[Step::netlink(
            Who::Here,
            "28000000100005000a0000000000000000000000010000000000000001000000070003006d300000",
        )],
    );
}

#[test]
fn a_source_may_be_of_the_host_where_all_devices_route_its_network() {
    assert_alike(
        Looking { addresses: true, routes: true, settings: true, ..Looking::AT_ANSWERS },
        &[
            Step::netlink(
                Who::Here,
                "2000000010000500040000000000000000000000010000000100000001000000",
            ),
            Step::write(Who::Here, "/proc/sys/net/ipv4/conf/all/route_localnet", b"1"),
            Step::netlink(
                Who::Here,
                "20000000140005001100000000000000021e00c801000000080002000a000001",
            ),
            Step::netlink(
                Who::Here,
                "2c0000001a000d00130000000000000002200000000000000000000008000100ac10030a\
                 0800040001000000",
            ),
        ],
    );
}

#[test]
fn groups_are_told_by_the_age_of_their_devices() {
    assert_alike(
        IPV6,
        &[
            Step::netlink(
                Who::Here,
                "38000000100005061200000000000000000000003200000001000000010000000a000100020000000252\
                 00000c0012000800010069666200",
            ),
            Step::netlink(Who::Here, PAIR),
        ],
    );
}

#[test]
fn a_route_s_mtu_follows_its_device_s_down() {
    assert_alike(
        Looking { links: true, ..IPV6 },
        &[
            Step::netlink(
                Who::Here,
                "28000000180005050d000000000000000a30000000030006000000000c0008000800020078050000",
            ),
            Step::netlink(
                Who::Here,
                "28000000100005001d00000000000000000000000100000000000000000000000800040000050000",
            ),
            Step::netlink(
                Who::Here,
                "28000000100005001d00000000000000000000000100000000000000000000000800040000090000",
            ),
        ],
    );
}

#[test]
fn an_empty_write_gives_a_setting_of_all_devices_to_each() {
    let write = |of: &str, name: &str, value: &[u8]| {
        Step::write(Who::Here, &format!("/proc/sys/net/ipv6/conf/{of}/{name}"), value)
    };
    let mut steps = vec![Step::netlink(Who::Here, PAIR)];
    for name in ["disable_ipv6", "forwarding", "ignore_routes_with_linkdown", "proxy_ndp"] {
        steps.push(write("e0", name, b"1"));
        steps.push(write("all", name, b""));
    }
    assert_alike(Looking { settings: true, ..IPV6 }, &steps);
}

#[test]
fn the_way_of_a_packet_does_not_expire_with_its_route() {
    assert_alike(
        IPV6,
        &[
            Step::netlink(Who::Here, PAIR),
            Step::netlink(
                Who::Here,
                "2000000010000500050000000000000000000000020000000100000001000000",
            ),
            Step::netlink(
                Who::Here,
                "400000001400050c10000000000000000a4002000200000014000100fe8000000000000000000000000000021\
                 400060000000000905f01000000000000000000",
            ),
            Step::netlink(
                Who::Here,
                "300000001a00050017000000000000000a800000000000000000000014000100fe800000000000000000000000\
                 000001",
            ),
        ],
    );
}

#[test]
fn a_look_up_passes_over_a_device_without_carrier_where_its_settings_say_so() {
    assert_alike(
        Looking::AT_ALL,
        &[
            Step::netlink(
                Who::Here,
                "68000000100005060100000000000000000000000000000000000000000000000a00010002000000001000003c00120009000100\
                 76657468000000002c000200280001000000000000000000000000000000000007000300703000000a0001000200000000110000",
            ),
            Step::netlink(
                Who::Here,
                "2000000010000500050000000000000000000000020000000100000001000000",
            ),
            Step::write(
                Who::Here,
                "/proc/sys/net/ipv6/conf/all/ignore_routes_with_linkdown",
                b"-1",
            ),
            Step::netlink(
                Who::Here,
                "2c0000001400050609000000000000000a4002fd020000001400010020010db8000000000000000000000001",
            ),
            Step::netlink(
                Who::Here,
                "300000001a00050010000000030000000a80000000000000002000001400010020010db8000000000000000000000010",
            ),
        ],
    );
}
