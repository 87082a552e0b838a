//! What the differential search found, kept: sequences that the two kernels once answered differently.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ifctl_abi::Family;
use ifctl_conformance::sequence::{Looking, Step, Who, assert_alike};

const ROUTES: Looking =
    Looking { addresses: true, routes: true, files: true, ..Looking::AT_ANSWERS };
const NEIGHBOURS: Looking = Looking { neighbours: true, files: true, ..Looking::AT_ANSWERS };

/// A pair of devices, `e0` (3) and `p0` (2).
const PAIR: &str = "64000000100005060100000000000000000000000000000000000000000000000700030065300000\
    3c0012000900010076657468000000002c00020028000100000000000000000000000000000000000700030070300000\
    0a0001000200000000110000";

/// A pair of devices without a name (3) and `p1` (2), with hardware addresses.
const ADDRESSED_PAIR: &str = "68000000100005060200000000000000000000000000000000000000000000000a000100\
    02000000002000003c0012000900010076657468000000002c000200280001000000000000000000000000000000000007\
    000300703100000a0001000200000000210000";

/// A pair of devices, `e0` (3) and `p0` (2), with hardware addresses.
const ADDRESSED_E0: &str = "700000001000050601000000000000000000000000000000000000000000000007000300\
    653000000a00010002000000001000003c0012000900010076657468000000002c00020028000100000000000000000000000000\
    0000000007000300703000000a0001000200000000110000";

#[test]
fn a_namespace_without_routes_has_not_even_a_header_in_proc_net_route() {
    assert_alike(ROUTES, &[]);
}

#[test]
fn a_list_ends_before_or_after_the_next_answer_as_it_does_on_linux() {
    assert_alike(
        ROUTES,
        &[
            Step::netlink(
                Who::Here,
                "2000000010000500040000000000000000000000010000000100000001000000",
            ),
            Step::strict(
                Who::Here,
                "18000000160001031f0000000000000002000000000000002800000014000506200000000000000002180000\
                 03000000080002000a0000fe0800080000040000",
            ),
        ],
    );
}

#[test]
fn what_follows_a_sysctl_s_number_is_refused_after_the_number_is_taken() {
    let path = "/proc/sys/net/ipv4/conf/e0/promote_secondaries";
    assert_alike(
        Looking { settings: true, ..Looking::AT_ANSWERS },
        &[
            Step::netlink(Who::Here, PAIR),
            Step::write(Who::Here, path, b"1 2"),
            Step::read(Who::Here, path),
        ],
    );
}

#[test]
fn what_follows_the_device_s_name_stays_in_an_arp_answer() {
    assert_alike(
        NEIGHBOURS,
        &[
            Step::netlink(Who::Here, PAIR),
            Step::netlink(
                Who::Here,
                "240000001c0005060700000000000000020000000300000000000000080001000a090001",
            ),
            Step::ioctl(
                Who::Here,
                Family::PACKET,
                0x8954,
                "020000000a0900010000000000000000000000000000000000000000000000000000000000000000000000\
                 00000000000000000000006530007a",
            ),
        ],
    );
}

#[test]
fn who_forwards_accepts_no_redirects() {
    let redirects = Step::read(Who::Here, "/proc/sys/net/ipv4/conf/all/accept_redirects");
    let forward = |value: &[u8]| Step::write(Who::Here, "/proc/sys/net/ipv4/ip_forward", value);
    assert_alike(
        Looking { settings: true, ..Looking::AT_ANSWERS },
        &[
            Step::netlink(Who::Here, PAIR),
            forward(b"2"),
            redirects.clone(),
            Step::read(Who::Here, "/proc/sys/net/ipv4/conf/default/accept_redirects"),
            Step::read(Who::Here, "/proc/sys/net/ipv4/conf/e0/accept_redirects"),
            forward(b"0"),
            redirects,
        ],
    );
}

#[test]
fn what_stands_around_the_mask_stays_in_an_arp_answer() {
    let ask = |number, family, last| {
        let entry = format!("020000000a000003{}{last}6530", "00".repeat(43));
        Step::ioctl(Who::Here, family, number, &entry)
    };
    assert_alike(
        NEIGHBOURS,
        &[
            Step::netlink(Who::Here, PAIR),
            ask(0x8955, Family::PACKET, "00"),
            ask(0x8954, Family::INET, "a5"),
        ],
    );
}

#[test]
fn devices_take_a_setting_for_all_in_the_order_in_which_they_came() {
    let later = PAIR.replace("6530", "6531").replace("7030", "7031");
    let first =
        PAIR.replacen("00000000000000000000000000000000", "00000000000000000000000032000000", 1);
    let settings = Looking { settings: true, ipv6: true, ..Looking::AT_ANSWERS };
    let all = |family, name| format!("/proc/sys/net/{family}/conf/all/{name}");
    assert_alike(
        settings,
        &[
            Step::netlink(Who::Here, &first),
            Step::netlink(Who::Here, &later),
            Step::write(Who::Here, &all("ipv4", "forwarding"), b"1"),
            Step::write(Who::Here, &all("ipv6", "forwarding"), b"1"),
            Step::write(Who::Here, &all("ipv6", "disable_ipv6"), b"1"),
            Step::write(Who::Here, &all("ipv6", "disable_ipv6"), b"0"),
        ],
    );
}

/// `fec0::1` of the first device, permanent.
const NEIGHBOUR_6: &str = "300000001c00050509000000000000000a0000000300000080000000\
    14000100fec00000000000000000000000000001";
/// The same, answered for.
const PROXY_6: &str = "300000001c00050509000000000000000a0000000300000080000800\
    14000100fec00000000000000000000000000001";

#[test]
fn neighbours_of_ipv6_go_with_the_ipv6_of_their_device() {
    let all = Looking { ipv6: true, ..NEIGHBOURS };
    let low_mtu =
        Step::ioctl(Who::Here, Family::INET, 0x8922, "6530000000000000000000000000000004");
    let gone = Step::netlink(
        Who::Here,
        "28000000110005002800000000000000000000000000000000000000000000000700030065300000",
    );
    let of = |last: &[Step]| {
        let first = [PAIR, NEIGHBOUR_6, PROXY_6].map(|bytes| Step::netlink(Who::Here, bytes));
        [&first, last].concat()
    };
    let disabled = Step::write(Who::Here, "/proc/sys/net/ipv6/conf/e0/disable_ipv6", b"2");
    let again = Step::netlink(Who::There, PAIR);
    let there = [NEIGHBOUR_6, PROXY_6].map(|bytes| Step::netlink(Who::There, bytes));
    let there_gone = Step { who: Who::There, ..gone };
    let steps = [of(&[disabled, low_mtu, again]).as_slice(), &there, &[there_gone]].concat();
    assert_alike(all, &steps);
}

#[test]
fn a_device_that_goes_down_loses_its_routes_before_its_neighbours() {
    let up = "2000000010000500060000000000000000000000030000000100000001000000";
    let address =
        "2c0000001400010512000000000000000a4000000300000014000100fec00000000000000000000000000001";
    let down = Step::ioctl(Who::Here, Family::INET, 0x8914, "6530");
    let before = [PAIR, up, NEIGHBOUR_6, address].map(|bytes| Step::netlink(Who::Here, bytes));
    let steps = [before.as_slice(), &[down]].concat();
    assert_alike(Looking { ipv6: true, ..NEIGHBOURS }, &steps);
}

#[test]
fn a_local_route_elsewhere_makes_no_address_this_hosts_before_there_is_a_local_table() {
    let route = "24000000180005041a00000000000000020000000003fe02000000000800040003000000";
    let from =
        "2c0000001a0005001b0000000000000002200000000000000000000008000100c0a8010208000200ac10030a";
    let steps = [PAIR, route, from].map(|bytes| Step::netlink(Who::Here, bytes));
    assert_alike(ROUTES, &steps);
}

#[test]
fn what_is_wrong_with_a_new_device_is_told_with_its_place_or_not_at_all() {
    let without_kind = "5c000000100005000f00000000000000000000000000000000000000000000003c0012000400010076657468\
        000000002c000200280001000000000000000000000000000000000000000700030071300000\
        0a0001000200000000590000";
    let negative = PAIR.replacen("280001000000000000000000", "2800010000000000000000e2", 1);
    assert_alike(
        Looking { links: true, ..Looking::AT_ANSWERS },
        &[Step::netlink(Who::Here, without_kind), Step::netlink(Who::Here, &negative)],
    );
}

#[test]
fn a_destination_of_routes_from_sources_has_a_place_for_what_replaces_its_routes() {
    let up = "2000000010000500050000000000000000000000030000000100000001000000";
    let from = "4c00000018000d0607000000000000000a403000fe0300010000000014000100\
        20010db800000001000000000000000014000200\
        20010db8000000000000000000000000\
        0800040003000000";
    let replace = "380000001800050120000000000000000a400000fe0000010000000014000100\
        20010db80000000100000000000000000800040003000000";
    let steps = [PAIR, up, from, replace].map(|bytes| Step::netlink(Who::Here, bytes));
    assert_alike(Looking { ipv6: true, ..Looking::AT_ANSWERS }, &steps);
}

#[test]
fn the_first_address_to_go_leaves_a_main_table_behind() {
    let rule =
        "2c00000020000106010000000000000002000010000000010000000008000f00fd0000000800060000000000";
    let address = "20000000140001050e00000000000000021f000002000000080002000a000002";
    let before = [PAIR, rule, address].map(|bytes| Step::netlink(Who::Here, bytes));
    let none = Step::ioctl(Who::Here, Family::INET, 0x8916, "7030000000000000000000000000000002");
    assert_alike(ROUTES, &[before.as_slice(), &[none]].concat());
}

#[test]
fn a_question_about_a_neighbour_without_its_address_is_told_what_lacks() {
    let step = Step::netlink(Who::Here, "1c0000001e0005000700000000000000020000000300000000000000");
    assert_alike(NEIGHBOURS, &[step]);
}

#[test]
fn a_device_of_a_loopback_source_is_no_way_to_a_neighbour() {
    assert_alike(
        Looking::AT_ALL,
        &[
            Step::netlink(Who::Here, ADDRESSED_E0),
            Step::netlink(
                Who::Here,
                "28000000140005061c00000000000000021f000003000000080002007f000002080004000a090001",
            ),
            Step::ioctl(Who::Here, Family::INET, 0x8914, "6530000000000000000000000000000003"),
            Step::ioctl(Who::Here, Family::INET, 0x8953, "020000000a090001"),
        ],
    );
}

#[test]
fn a_next_hop_without_the_gateway_it_announces_is_refused() {
    assert_alike(
        Looking::AT_ALL,
        &[Step::netlink(
            Who::Here,
            "4800000018000500130000000000000002080000fdbafd0100000000080001000a000000240009001000000003000000\
                 040005007f0000021000000303000000080005000a0900015a5a",
        )],
    );
}

#[test]
fn a_number_of_a_strict_message_has_four_bytes() {
    assert_alike(
        Looking::AT_ALL,
        &[
            Step::netlink(Who::Here, ADDRESSED_PAIR),
            Step::netlink(
                Who::Here,
                "300000006c0005000c000000000000000000000003000000000000000000000010003f000a0035006f74686572000000",
            ),
        ],
    );
}

#[test]
fn neighbours_and_proxies_go_where_a_small_mtu_takes_ipv4_away() {
    assert_alike(
        Looking::AT_ALL,
        &[
            Step::netlink(Who::Here, ADDRESSED_PAIR),
            Step::netlink(
                Who::Here,
                "240000001c0005000600000000000000020000000100000080000800080001007f000002",
            ),
            Step::netlink(
                Who::Here,
                "240000001c000d040700000000000000020000000100000080000000080001007f000002",
            ),
            Step::netlink(
                Who::Here,
                "28000000130005000e00000000000000000000000100000000000000800000000800040043000000",
            ),
            Step::netlink(
                Who::Here,
                "240000001c0005001400000000000000020000000300000000000800080001000a000101",
            ),
        ],
    );
}

#[test]
fn a_neighbour_made_as_learned_and_refused_is_not_told_of() {
    assert_alike(
        Looking::AT_ALL,
        &[
            Step::netlink(Who::Here, ADDRESSED_PAIR),
            Step::netlink(
                Who::Here,
                "240000001c000507170000000000000002000000020000004000f400080001000a000003",
            ),
        ],
    );
}

#[test]
fn no_worker_comes_between_two_messages_of_one_datagram() {
    assert_alike(
        Looking::AT_ALL,
        &[
            Step::netlink(
                Who::Here,
                "700000001000050601000000000000000000000000000000000000000000000007000300653000000a000100\
                 02000000001000003c0012000900010076657468000000002c0002002800010000000000000000000000000000\
                 00000007000300703000000a0001000200000000110000",
            ),
            Step::netlink(
                Who::Here,
                "2000000010000500050000000000000000000000020000000100000001000000",
            ),
            Step::netlink(
                Who::Here,
                "2000000010000500060000000000000000000000030000000100000001000000",
            ),
            Step::ioctl(Who::Here, Family::INET6, 0x8922, "6530000000000000000000000000000044"),
            Step::netlink(
                Who::Here,
                "340000001300010022000000000000000000000003000000000000000000000008000400000500000a000100\
                 0200000104000028000000130005002300000000000000000000000300000000000000000000000800\
                 0400ff040000",
            ),
        ],
    );
}

#[test]
fn a_vlan_that_is_down_goes_with_the_carrier_it_had() {
    assert_alike(
        Looking::AT_ALL,
        &[
            Step::netlink(Who::Here, ADDRESSED_E0),
            Step::netlink(
                Who::Here,
                "2000000010000500050000000000000000000000020000000100000001000000",
            ),
            Step::ioctl(Who::Here, Family::INET, 0x8914, "653000000000000000000000000000009d"),
            Step::netlink(
                Who::Here,
                "440000001000050612000000000000000000000000000000000000000000000008000500030000001c001200090001\
                 00766c616e000000000c0002000600010000000000",
            ),
            Step::netlink(
                Who::Here,
                "2000000011000d0014000000f600000000000000030000000000000000000000",
            ),
        ],
    );
}

#[test]
fn a_look_up_that_asks_to_be_told_of_changes_says_so() {
    assert_alike(
        Looking::AT_ALL,
        &[
            Step::netlink(
                Who::Here,
                "2000000010000500050000000000000000000000010000000100000001000000",
            ),
            Step::netlink(
                Who::Here,
                "240000001a0005001500000000000000022000000000000000010000080001007f000001",
            ),
        ],
    );
}

#[test]
fn devices_of_a_kind_that_there_is_not_are_all_devices() {
    assert_alike(
        Looking::AT_ALL,
        &[Step::netlink(
            Who::Here,
            "3000000012000506290000000000000000000000000000000000000000000000100012000a00010064756d6d79000000",
        )],
    );
}

#[test]
fn a_question_about_one_device_brings_its_carrier_up_to_date() {
    assert_alike(
        Looking::AT_ALL,
        &[
            Step::netlink(Who::Here, ADDRESSED_PAIR),
            Step::netlink(
                Who::Here,
                "2000000010000500050000000000000000000000020000000100000001000000",
            ),
            Step::netlink(
                Who::Here,
                "280000001000050014000000000000000000000003000000030000000000000008001d000100000020000000120005\
                 00170000000000000000000000030000000000000000000000",
            ),
        ],
    );
}

#[test]
fn what_is_left_over_in_a_nest_is_told_of() {
    assert_alike(
        Looking::AT_ALL,
        &[Step::netlink(
            Who::Here,
            "5c00000010000d011700000000000000000000000000000000000000000000003c0012000900010076657468000000002c000200\
             28000100000000000000000000000000000000000700030071300000280001000200000000450000",
        )],
    );
}

#[test]
fn a_multicast_neighbour_of_lo_has_its_broadcast_address() {
    assert_alike(
        Looking::AT_ALL,
        &[Step::netlink(
            Who::Here,
            "300000001c00050525000000000000000a000000010000008000000014000100ff0e0000000000000000000000000005",
        )],
    );
}
