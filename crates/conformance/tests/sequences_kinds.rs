//! Sequences about kinds of devices that a Linux may be built without. Where it is, both kernels refuse them; `cargo
//! xtask kernels` runs these tests on one that has them.
#![allow(missing_docs)]

use ifctl_abi::Family;
use ifctl_conformance::sequence::{Looking, Step, Who, assert_alike};

/// A pair `e0` (3), `p0` (2), down.
const PAIR: &str = "700000001000050601000000000000000000000000000000000000000000000007000300653000000a00010002000000001000003c0012000900010076657468000000002c000200280001000000000000000000000000000000000007000300703000000a0001000200000000110000";

#[test]
fn a_dummy_puts_together_pieces_of_the_ordinary_size() {
    assert_alike(
        Looking::AT_ALL,
        &[Step::netlink(
            Who::Here,
            "3000000010000506180000000000000000000000000000000100000001000000100012000a00010064756d6d79000000",
        )],
    );
}

#[test]
fn a_vlan_that_cannot_come_up_lets_the_device_below_go_again() {
    assert_alike(
        Looking::AT_ALL,
        &[
            Step::netlink(Who::Here, PAIR),
            Step::netlink(
                Who::Here,
                "44000000100005061c000000000000000000000000000000010000000100000008000500020000001c00120009000100766c616e000000000c0002000600010003000000",
            ),
        ],
    );
}

#[test]
fn a_vlan_begins_with_the_carrier_of_the_device_below() {
    assert_alike(
        Looking::AT_ALL,
        &[
            Step::netlink(Who::Here, PAIR),
            Step::netlink(
                Who::Here,
                "2000000010000500050000000000000000000000020000000100000001000000",
            ),
            Step::ioctl(Who::Here, Family::INET, 0x8914, "653000000000000000000000000000009d"),
            Step::netlink(
                Who::Here,
                "440000001000050612000000000000000000000000000000000000000000000008000500030000001c00120009000100766c616e000000000c0002000600010000000000",
            ),
        ],
    );
}
