//! What the differential search found about devices and IPv4, kept: sequences that the two kernels once
//! answered differently.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ifctl_abi::Family;
use ifctl_conformance::sequence::{Looking, Step, Who, assert_alike};

/// Devices alone; IPv6 is disabled.
const LINKS: Looking = Looking { links: true, files: true, ..Looking::AT_ANSWERS };
const ROUTES: Looking =
    Looking { addresses: true, routes: true, files: true, ..Looking::AT_ANSWERS };
const LINKS_AND_NEIGHBOURS: Looking = Looking { neighbours: true, ..LINKS };

/// A pair of devices, `e0` (3) and `p0` (2).
const PAIR: &str = "70000000100005060100000000000000000000000000000000000000000000000700030065300000\
    0a00010002000000001000003c0012000900010076657468000000002c000200280001000000000000000000\
    000000000000000007000300703000000a0001000200000000110000";
const P0_UP: &str = "2000000010000500050000000000000000000000020000000100000001000000";
const E0_UP: &str = "2000000010000500060000000000000000000000030000000100000001000000";
/// A bridge, `br0` (4), up, with an address of its own.
const BRIDGE: &str = "440000001000050606000000000000000000000000000000010000000100000008000300627230000a0001\
    000200000002500000100012000b0001006272696467650000";
/// `e0` becomes a port of it.
const PORT: &str =
    "2800000010000500070000000000000000000000030000000000000000000000080 00a0004000000";
/// A macvlan on `e0`, (4), up.
const MACVLAN: &str = "50000000100005060a00000000000000000000000000000001000000010000000a0001000200000002\
    43000008000500030000001c0012000c0001006d6163766c616e000c0002000800010004000000";

#[test]
fn a_bridge_that_is_up_listens_to_those_who_snoop() {
    assert_alike(Looking::AT_ALL, &[Step::netlink(Who::Here, BRIDGE)]);
    assert_alike(LINKS, &[Step::netlink(Who::Here, BRIDGE)]);
}

#[test]
fn a_bridge_announces_the_addresses_that_are_its_own_or_its_ports() {
    let set_address = "2c000000130005000b0000000000000000000000030000000000000000000000\
        0a00010002000000012200 00";
    assert_alike(
        LINKS_AND_NEIGHBOURS,
        &[
            Step::netlink(Who::Here, PAIR),
            Step::netlink(Who::Here, BRIDGE),
            Step::netlink(Who::Here, PORT),
            Step::netlink(Who::Here, set_address),
            Step::netlink(
                Who::Here,
                "2000000011000500080000000000000000000000030000000000000000000000",
            ),
            Step::netlink(
                Who::Here,
                "2000000011000500090000000000000000000000040000000000000000000000",
            ),
        ],
    );
}

#[test]
fn a_port_that_leaves_a_bridge_takes_its_address_along() {
    let no_port =
        "2800000010000500090000000000000000000000030000000000000000000000080 00a0000000000";
    assert_alike(
        LINKS_AND_NEIGHBOURS,
        &[PAIR, BRIDGE, PORT, no_port].map(|bytes| Step::netlink(Who::Here, bytes)),
    );
}

#[test]
fn a_vxlan_that_is_made_and_set_up_at_once_is_announced_before_it_is_up() {
    let vxlan = "58000000100005060600000000000000000000000000000001000000010000000800030076783000\
        0a0001000200000002440000240012000a00010076786c616e000000140002000800010005000000\
        06000f0012b50000";
    assert_alike(Looking::AT_ALL, &[Step::netlink(Who::Here, vxlan)]);
}

#[test]
fn what_a_macvlan_listens_to_its_lower_device_listens_to() {
    let up = [PAIR, P0_UP, E0_UP, MACVLAN].map(|bytes| Step::netlink(Who::Here, bytes));
    let group = "6d6163766c616e30000000000000000000000100 5e000005";
    let [add, delete] =
        [0x8931, 0x8932].map(|number| Step::ioctl(Who::Here, Family::INET, number, group));
    let down = Step::netlink(
        Who::Here,
        "20000000100005000c0000000000000000000000040000000000000001000000",
    );
    assert_alike(LINKS, &[&up[..], std::slice::from_ref(&add)].concat());
    assert_alike(LINKS, &[&up[..], &[add.clone(), delete]].concat());
    assert_alike(LINKS, &[&up[..], &[add, down]].concat());
}

#[test]
fn a_device_on_one_that_is_tested_is_tested() {
    let testing =
        "28000000130005001200000000000000000000000300000000000000000000000500100005000000";
    let dormant =
        "28000000130005001300000000000000000000000300000000000000000000000500100006000000";
    let mut steps = [PAIR, P0_UP, E0_UP, MACVLAN, testing]
        .map(|bytes| Step::netlink(Who::Here, bytes))
        .to_vec();
    steps.push(Step::netlink(
        Who::Here,
        "28000000130005001400000000000000000000000300000000000000000000000500100000000000",
    ));
    steps.push(Step::netlink(Who::Here, dormant));
    assert_alike(LINKS, &steps);
}

#[test]
fn a_queue_that_needs_more_memory_than_there_is_at_once_is_refused() {
    let make_ifb = "38000000100005060900000000000000000000000000000001000000010000000a0001000200000002\
        4c00000c0012000800010069666200";
    let of_length = |length: u32| {
        let bytes = format!(
            "28000000100005002100000000000000000000000200000000000000000000000 8000d00{:08x}",
            length.swap_bytes()
        );
        Step::netlink(Who::Here, &bytes)
    };
    assert_alike(
        LINKS,
        &[
            Step::netlink(Who::Here, make_ifb),
            of_length(524_288),
            of_length(524_289),
            of_length(u32::MAX),
        ],
    );
}

#[test]
fn a_loopback_that_speaks_ipv4_again_has_the_settings_of_any_device() {
    assert_alike(
        LINKS,
        &[
            Step::ioctl(Who::Here, Family::INET6, 0x8922, "6c6f"),
            Step::ioctl(Who::Here, Family::UNIX, 0x8922, "6c6f00000000000000000000000000000005"),
        ],
    );
}

#[test]
fn ipv6_lists_its_own_of_devices() {
    let question = "200000001200010321000000000000000a000000000000000000000000000000";
    let of_a_device = "200000001200010321000000000000000a000000030000000000000000000000";
    let longer = "2800000012002d0d28000000000000000a00000000000000000000000000000008000a0005000000";
    for looking in [LINKS, Looking::AT_ALL] {
        assert_alike(
            looking,
            &[
                Step::netlink(Who::Here, PAIR),
                Step::netlink(Who::Here, E0_UP),
                Step::netlink(Who::Here, question),
                Step::netlink(Who::Here, of_a_device),
                Step::netlink(Who::Here, longer),
                Step::strict(Who::Here, question),
                Step::strict(Who::Here, of_a_device),
                Step::strict(Who::Here, longer),
            ],
        );
    }
}

#[test]
fn a_neighbour_that_turns_out_to_be_a_broadcast_address_is_forgotten() {
    assert_alike(
        Looking::AT_ALL,
        &[
            Step::netlink(Who::Here, PAIR),
            Step::netlink(Who::Here, E0_UP),
            Step::netlink(
                Who::Here,
                "240000001c000506170000000000000002000000030000000000000008000100ac100301",
            ),
            Step::netlink(
                Who::Here,
                "28000000140005051a00000000000000020c00fd0300000008000200ac10030108000400ac100301",
            ),
        ],
    );
}

#[test]
fn an_ipv6_route_that_refuses_or_is_gone_does_not_expire() {
    let on_lo = "400000001400010112000000000000000a4002fd010000001400010020010db8000000000000000000000010\
        1400060000000000905f01000000000000000000";
    let on_e0 = "400000001400050c16000000000000000a4002fd030000001400010020010db8000000000000000000000002\
        1400060000000000905f01000000000000000000";
    assert_alike(
        Looking::AT_ALL,
        &[
            Step::netlink(Who::Here, PAIR),
            Step::netlink(
                Who::Here,
                "2000000010000500040000000000000000000000010000000100000001000000",
            ),
            Step::netlink(Who::Here, E0_UP),
            Step::netlink(Who::Here, on_lo),
            Step::netlink(Who::Here, on_e0),
            Step::netlink(
                Who::Here,
                "28000000110005002100000000000000000000000000000000000000000000000700030065300000",
            ),
        ],
    );
}

#[test]
fn a_gateway_s_kind_is_asked_of_the_table_of_its_route() {
    assert_alike(
        ROUTES,
        &[
            // `blackhole default`, of the scope of a link.
            Step::netlink(Who::There, "1c0000001800050c16000000000000000200000000bafd0600000000"),
            Step::ioctl(
                Who::There,
                Family::PACKET,
                0x890b,
                "0000000000000000020000000000000000000000000000000200000000000081000000000000000000\
                 00000000000000000000000000000007",
            ),
        ],
    );
}

#[test]
fn an_address_of_two_devices_is_the_one_s_that_got_it_last() {
    let to_a_group =
        "2c0000001a000100160000000000000002200000000000000000000008000100efffffff080002000a090001";
    let on = |index: u32, length: u8| {
        let bytes = format!(
            "20000000140005061500000000000000{:02x}{length:02x}0000{:08x}080002000a090001",
            2,
            index.swap_bytes()
        );
        Step::netlink(Who::Here, &bytes)
    };
    for order in [[2, 3], [3, 2]] {
        let mut steps = vec![Step::netlink(Who::Here, PAIR)];
        steps.extend(order.map(|index| on(index, 16)));
        steps.push(Step::netlink(Who::Here, to_a_group));
        assert_alike(ROUTES, &steps);
    }
}

#[test]
fn a_macvlan_s_mtu_follows_before_ipv6_leaves_the_lower_device() {
    assert_alike(
        Looking::AT_ALL,
        &[
            Step::netlink(Who::Here, PAIR),
            Step::netlink(Who::Here, MACVLAN),
            Step::ioctl(Who::Here, Family::PACKET, 0x8922, "653000000000000000000000000000000002"),
        ],
    );
}

#[test]
fn memberships_are_listed_in_the_order_in_which_devices_came() {
    let other_pair = "6800000010000506020000000000000000000000000000000000000000000000\
        0a00010002000000002000003c0012000900010076657468000000002c000200\
        280001000000000000000000000000000000000007000300703100000a000100\
        0200000000210000";
    let with_a_lower_index = "44000000100005061e000000000000000000000003000000010000000100\
        000008000300627230000a0001000200000002540000100012000b0001006272696467650000";
    let gone = "28000000110001001700000000000000000000000000000000000000000000000700030065300000";
    assert_alike(
        Looking::AT_ALL,
        &[PAIR, other_pair, gone, with_a_lower_index].map(|bytes| Step::netlink(Who::Here, bytes)),
    );
}

#[test]
fn a_device_s_headroom_and_tailroom_cannot_be_set() {
    assert_alike(
        LINKS,
        &[
            Step::netlink(Who::Here, PAIR),
            Step::netlink(
                Who::Here,
                "28000000130005001500000000000000000000000300000000000000000000000800450043000000",
            ),
            Step::netlink(
                Who::Here,
                "28000000130005001500000000000000000000000300000000000000000000000800440043000000",
            ),
        ],
    );
}

#[test]
fn a_device_s_name_in_an_arp_request_needs_an_end() {
    let entry = |name: &str| {
        let entry = format!(
            "020000000a000002000000000000000001000200000001040000000000000000\
             0200000000000000000000000000000000000000{name}"
        );
        Step::ioctl(Who::Here, Family::INET, 0x8955, &entry)
    };
    assert_alike(
        LINKS_AND_NEIGHBOURS,
        &[
            Step::netlink(Who::Here, PAIR),
            Step::ioctl(
                Who::Here,
                Family::INET,
                0x8923,
                "653000000000000000000000000000006669667465656e5f62797465735f78",
            ),
            entry("6669667465656e5f62797465735f783a"),
            entry("6669667465656e5f62797465735f7800"),
        ],
    );
}
