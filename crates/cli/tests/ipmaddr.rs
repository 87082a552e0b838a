//! `ipmaddr` where it is different from net-tools on purpose; docs/differences.md lists it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod tool;

use ifctl_conformance::{private, sh};
use std::fs::OpenOptions;
use std::process::Command;

#[test]
fn a_name_of_fifteen_bytes_does_not_spoil_the_groups_below_it() {
    private(|| {
        sh("sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1");
        sh("ip link add p0 type veth peer name fifteen_bytes_x");
        sh("ip link set fifteen_bytes_x up; ip link set p0 up");
        let index =
            |name: &str| sh(&format!("cat /sys/class/net/{name}/ifindex")).trim().to_owned();
        assert_eq!(
            tool::ifctl("ipmaddr show ipv4").to_string(),
            format!(
                "{}:\tfifteen_bytes_x:\n\tinet  224.0.0.1\n{}:\tp0\n\tinet  224.0.0.1\n",
                index("fifteen_bytes_x"),
                index("p0")
            )
        );
    });
}

#[test]
fn a_listing_that_cannot_be_written_fails() {
    private(|| {
        sh("ip link set lo up");
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let run = tool::finish(Command::new(tool::IFCTL).arg("ipmaddr").stdout(full));
        assert_eq!(
            run.to_string(),
            "! ipmaddr: write error: No space left on device\n[exit status: 1]\n"
        );
    });
}
