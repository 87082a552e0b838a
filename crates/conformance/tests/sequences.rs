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
fn a_question_about_a_neighbour_without_its_address_is_told_what_lacks() {
    let step = Step::netlink(Who::Here, "1c0000001e0005000700000000000000020000000300000000000000");
    assert_alike(NEIGHBOURS, &[step]);
}
