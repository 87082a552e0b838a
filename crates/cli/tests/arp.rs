//! `arp` where it is different from net-tools on purpose; docs/differences.md lists it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod tool;

use ifctl_conformance::{private, sh};
use std::fs::OpenOptions;
use std::process::Command;

fn set_up() {
    sh("ip link add e0 type veth peer name p0; ip addr add 10.1.2.3/24 dev e0");
    sh("ip link set p0 up; ip link set e0 up");
}

#[test]
fn a_hardware_address_that_ends_too_early_is_refused() {
    private(|| {
        set_up();
        for line in [
            "-s 10.1.2.4 02",
            "-s 10.1.2.4 02:00:00:00:00:",
            "-H eui64 -s 10.1.2.4 1:2:3",
            "-H irda -s 10.1.2.4 01:02:03:04",
            "-H dlci -s 10.1.2.4 12",
        ] {
            assert_eq!(
                tool::ifctl(&format!("arp {line}")).to_string(),
                "! arp: invalid hardware address\n[exit status: 255]\n",
                "{line}"
            );
        }
        assert_eq!(
            tool::run(&["arp", "-s", "10.1.2.4", ""]).to_string(),
            "! arp: invalid hardware address\n[exit status: 255]\n"
        );
        assert_eq!(sh("ip neigh"), "");
    });
}

#[test]
fn bytes_that_a_device_s_address_does_not_have_are_zeros() {
    private(|| {
        set_up();
        assert_eq!(
            tool::ifctl("arp -v -Ds 10.1.2.4 lo").to_string(),
            "! arp: device `lo' has HW address unspec `00-00-00-00-00-00-00-00-00-00-00-00-00-00-00-00'.\n\
             ! arp: SIOCSARP()\n! SIOCSARP: Invalid argument\n[exit status: 255]\n"
        );
    });
}

#[test]
fn a_table_that_cannot_be_written_fails() {
    private(|| {
        set_up();
        sh("ip neigh add proxy 10.1.2.6 dev e0");
        let full = || OpenOptions::new().write(true).open("/dev/full").unwrap();
        let told = "! arp: write error: No space left on device\n";
        let run = tool::finish(Command::new(tool::IFCTL).args(["arp", "-n"]).stdout(full()));
        assert_eq!(run.to_string(), format!("{told}[exit status: 1]\n"));
        let none = ["arp", "-d", "10.1.2.4"];
        let run = tool::finish(Command::new(tool::IFCTL).args(none).stdout(full()));
        assert_eq!(run.to_string(), format!("{told}[exit status: 255]\n"));
    });
}

#[test]
fn a_table_that_is_none_is_read_as_far_as_it_is_understood() {
    private(|| {
        sh("mount -t tmpfs none /proc; mkdir /proc/net");
        sh(r"long=$(printf '%300s' | tr ' ' x)
            { echo 'IP address'; echo '10.1.2.9 0x1 0x2 02:00:00:00:00:09 * e0'
              printf '10.1.2.8 0x1 0x22 \033[2J%s 255.0.0.0 p0\n' $long
              echo '10.1.2.7 0x99999 0x2 aa * e0'; echo '10.1.2.6 0x1 0x2 bb * e0'; } >/proc/net/arp");
        let run = tool::ifctl("arp -nv");
        assert_eq!(run.stdout.lines().count(), 4, "{run}");
        assert!(run.stdout.ends_with("Entries: 2\tSkipped: 0\tFound: 2\n"), "{run}");
    });
}
