//! What is different from net-tools on purpose; docs/differences.md lists it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod twins;

use ifctl_conformance::{peer, private, sh, try_sh};
use ifctl_netdevice::{Address, AddressFlags, DeviceName, Host, Lifetime, Rtnetlink, Scope};
use insta::assert_snapshot;
use std::fs::OpenOptions;
use std::net::UdpSocket;
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;

const IFCTL: &str = env!("CARGO_BIN_EXE_ifctl");

/// Runs a line in a namespace of set-up C (`e0` has 192.168.1.5/24) and keeps what is about `e0` or an
/// error.
fn told(case: twins::Case) -> String {
    let answer = twins::ours(case);
    let kept = |line: &&str| {
        !line.starts_with("|  ")
            && (line.contains(": ") || line.starts_with("|Usage") || line.starts_with("|ifconfig"))
            && !["stdout:", "state:", "|lo:", "|p0", "|1:"]
                .iter()
                .any(|start| line.starts_with(start))
    };
    answer.lines().filter(kept).map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_prefix_of_32_is_a_host_s_and_a_longer_one_is_refused() {
    private(|| {
        assert_snapshot!(told(('0', "ifconfig e0 192.168.1.5/32")), @"
        status: 0
        |e0@p0: <BROADCAST,MULTICAST,UP> 1500 1000 02:00:00:00:00:01
        |3: e0 inet 192.168.1.5/32 brd 192.168.1.255 scope global e0
        ");
        assert_snapshot!(told(('0', "ifconfig e0 192.168.1.5/33")), @"
        |Usage:
        status: 3
        |e0@p0: <BROADCAST,MULTICAST> 1500 1000 02:00:00:00:00:01
        ");
        assert_snapshot!(told(('0', "ifconfig e0 192.168.1.5/-1")), @"
        |Usage:
        status: 3
        |e0@p0: <BROADCAST,MULTICAST> 1500 1000 02:00:00:00:00:01
        ");
        assert_snapshot!(told(('C', "route add -net 10.0.0.0/33 dev e0")), @"
        |Usage: inet_route [-vF] del {-host|-net} Target[/prefix] [gw Gw] [metric M] [[dev] If]
        status: 3
        |e0@p0: <BROADCAST,MULTICAST,UP> 1500 1000 02:00:00:00:00:01
        |3: e0 inet 192.168.1.5/24 brd 192.168.1.255 scope global e0
        ");
        let host = twins::ours(('C', "route add -net 10.9.9.9/32 dev e0"));
        assert!(host.contains("status: 0\n") && host.contains("|10.9.9.9 dev e0"), "{host}");
    });
}

#[test]
fn a_hardware_address_that_ends_too_early_is_refused() {
    private(|| {
        for word in ["02:01:02", "2", "''", "02:00:00:00:00:"] {
            let line = Box::leak(format!("ifconfig e0 hw ether {word}").into_boxed_str());
            let answer = twins::ours(('0', line));
            let word = word.trim_matches('\'');
            assert!(answer.contains(&format!("|{word}: invalid ether address.\n")), "{answer}");
            assert!(answer.contains("status: 1"), "{answer}");
            assert!(answer.contains("02:00:00:00:00:01"), "{answer}");
        }
    });
}

#[test]
fn a_class_without_a_reader_at_the_end_does_not_run_into_the_environment() {
    private(|| {
        assert_snapshot!(told(('0', "env -i PATH=$PATH mtu=1 ifconfig e0 hw loop")), @"
        |Usage:
        status: 3
        |e0@p0: <BROADCAST,MULTICAST> 1500 1000 02:00:00:00:00:01
        ");
    });
}

#[test]
fn an_address_of_ash_may_hold_any_number() {
    private(|| {
        assert_snapshot!(told(('0', "ifconfig e0 hw ash 123456")), @"
        |SIOCSIFHWADDR: Invalid argument
        status: 1
        |e0@p0: <BROADCAST,MULTICAST> 1500 1000 02:00:00:00:00:01
        ");
    });
}

#[test]
fn a_family_without_addresses_reads_none() {
    private(|| {
        assert_snapshot!(told(('0', "ifconfig e0 unix netmask 255.0.0.0")), @"
        |ifconfig: Error resolving '255.0.0.0' for netmask
        status: 1
        |e0@p0: <BROADCAST,MULTICAST> 1500 1000 02:00:00:00:00:01
        ");
    });
}

#[test]
fn del_deletes_an_alias_or_nothing() {
    private(|| {
        assert_snapshot!(told(('D', "ifconfig e0 del 9.9.9.9")), @"
        |SIOCDIFADDR: Cannot assign requested address
        status: 1
        |e0@p0: <BROADCAST,MULTICAST,UP> 1500 1000 02:00:00:00:00:01
        |3: e0 inet 192.168.1.5/24 brd 192.168.1.255 scope global e0
        |3: e0 inet 172.16.3.10/24 brd 172.16.3.255 scope global e0:0
        ");
        assert_snapshot!(told(('D', "ifconfig e0 del 192.168.1.5")), @"
        |SIOCDIFADDR: Cannot assign requested address
        status: 1
        |e0@p0: <BROADCAST,MULTICAST,UP> 1500 1000 02:00:00:00:00:01
        |3: e0 inet 192.168.1.5/24 brd 192.168.1.255 scope global e0
        |3: e0 inet 172.16.3.10/24 brd 172.16.3.255 scope global e0:0
        ");
    });
}

#[test]
fn del_finds_what_an_add_before_it_made() {
    private(|| {
        assert_snapshot!(told(('C', "ifconfig e0 add 192.168.1.7 del 192.168.1.7")), @"
        status: 0
        |e0@p0: <BROADCAST,MULTICAST,UP> 1500 1000 02:00:00:00:00:01
        |3: e0 inet 192.168.1.5/24 brd 192.168.1.255 scope global e0
        ");
    });
}

#[test]
fn add_and_del_touch_no_other_device_and_stand_any_number() {
    private(|| {
        const OTHER: &str = "ip link add e01 address 02:00:00:00:00:09 type ifb; \
            ip addr add 10.9.0.1/24 dev e01 label e01:0; ifconfig e0 del 10.9.0.1";
        assert_snapshot!(told(('C', OTHER)), @"
        |SIOCDIFADDR: Cannot assign requested address
        status: 1
        |e0@p0: <BROADCAST,MULTICAST,UP> 1500 1000 02:00:00:00:00:01
        |e01: <BROADCAST,NOARP> 1500 32 02:00:00:00:00:09
        |3: e0 inet 192.168.1.5/24 brd 192.168.1.255 scope global e0
        |4: e01 inet 10.9.0.1/24 scope global e01:0
        ");
        const FAR: &str = "ifconfig e0:300 10.6.0.1; ifconfig e0 add 10.6.0.2 del 10.6.0.1";
        assert_snapshot!(told(('C', FAR)), @"
        status: 0
        |e0@p0: <BROADCAST,MULTICAST,UP> 1500 1000 02:00:00:00:00:01
        |3: e0 inet 192.168.1.5/24 brd 192.168.1.255 scope global e0
        |3: e0 inet 10.6.0.2/24 brd 192.168.1.255 scope global e0:0
        ");
    });
}

#[test]
fn output_that_cannot_be_written_is_a_failure_but_a_closed_pipe_needs_no_word() {
    private(|| {
        for words in [["ifconfig", "-a"], ["route", "-n"]] {
            let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
            let run = Command::new(IFCTL).args(words).stdout(full).output().unwrap();
            let expected = format!("{}: write error: No space left on device\n", words[0]);
            assert_eq!(String::from_utf8(run.stderr).unwrap(), expected);
            assert_eq!(run.status.code(), Some(1));
        }
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let run = Command::new(IFCTL).args(["ifconfig", "-a"]).stdout(writer).output().unwrap();
        assert!(run.stderr.is_empty());
        // As C programs end.
        const SIGPIPE: i32 = 13;
        assert_eq!(run.status.signal(), Some(SIGPIPE));
    });
}

#[test]
fn a_label_without_a_device_does_not_end_the_listing() {
    private(|| {
        sh("ip link set lo up; ip link add e0 type veth peer name p0; ip link set e0 up");
        let mut rtnetlink = Rtnetlink::open(&Host).unwrap();
        let index = rtnetlink.device_named(b"e0").unwrap().index;
        rtnetlink.add_address(&labelled(index, b"away:0", [10, 0, 0, 1])).unwrap();
        rtnetlink.add_address(&labelled(index, b"e0:1", [10, 0, 0, 2])).unwrap();
        let run = try_sh(&format!("{IFCTL} ifconfig -s -a | cut -d' ' -f1"));
        assert_eq!(run.stdout, "Iface\ne0\ne0:1\nlo\np0\n");
        assert_eq!(run.stderr, "away:0: error fetching interface information: Device not found\n");
        let run = try_sh(&format!("{IFCTL} ifconfig >/dev/null"));
        assert_eq!(run.status, 1);
        if peer("ifconfig", "what net-tools lists of a label of another device") {
            let run = try_sh("ifconfig -s -a | cut -d' ' -f1");
            assert_eq!(run.stdout, "Iface\n");
            assert!(run.stderr.starts_with("away:0: error fetching interface information: "));
        }
    });
}

#[test]
fn no_request_is_sent_to_standard_input() {
    private(|| {
        sh("ip link add e0 type veth peer name p0");
        let up = |program: &str| {
            let socket = OwnedFd::from(UdpSocket::bind("127.0.0.1:0").unwrap());
            let words = ["e0", "unspec", "up"];
            let run = Command::new(program).args(words).stdin(socket).output().unwrap();
            let is_up = sh("ip link show up").contains("e0@");
            sh("ip link set e0 down");
            (is_up, String::from_utf8(run.stderr).unwrap())
        };
        sh("ip link set lo up");
        let link = std::env::temp_dir().join(format!("ifctl-stdin-{}", std::process::id()));
        std::fs::create_dir(&link).unwrap();
        let ifconfig = link.join("ifconfig");
        std::os::unix::fs::symlink(IFCTL, &ifconfig).unwrap();
        let (is_up, told) = up(ifconfig.to_str().unwrap());
        std::fs::remove_file(&ifconfig).unwrap();
        std::fs::remove_dir(&link).unwrap();
        assert!(!is_up);
        assert!(told.contains("Inappropriate ioctl for device"), "{told}");
        if peer("ifconfig", "net-tools' request to standard input") {
            assert_eq!(up("ifconfig"), (true, String::new()));
        }
    });
}

#[test]
fn names_are_their_bytes_in_a_pipe() {
    private(|| {
        const NAME: &[u8] = b"e\x1b[2J\xff\xe2\x80\xae";
        sh("ip link add e0 type veth peer name p0");
        let mut rtnetlink = Rtnetlink::open(&Host).unwrap();
        let index = rtnetlink.device_named(b"e0").unwrap().index;
        rtnetlink.rename_device(index, DeviceName::new(NAME).unwrap()).unwrap();
        let run = Command::new(IFCTL).args(["ifconfig", "-a"]).output().unwrap();
        assert!(run.stdout.windows(NAME.len()).any(|window| window == NAME));
    });
}

#[test]
fn a_long_word_is_told_of_as_far_as_it_is_looked_up() {
    private(|| {
        let word = "z".repeat(300);
        for line in [
            "ifconfig e0 add LONG:",
            "ifconfig e0 netmask LONG",
            "ifconfig e0 hw ether LONG",
            "route add -net 10.0.0.0 netmask LONG",
            "route add default gw LONG",
            "route -6 add ::1 gw LONG",
        ] {
            let line = Box::leak(line.replace("LONG", &word).into_boxed_str());
            let answer = twins::ours(('0', line));
            assert!(answer.contains(&format!("|{}: ", "z".repeat(127))), "{answer}");
        }
        let line = Box::leak(format!("route -A {word}").into_boxed_str());
        let expected = format!("|Unknown address family `{}'.", "z".repeat(255));
        assert!(twins::ours(('0', line)).contains(&expected));
    });
}

#[test]
fn at_a_terminal_the_two_streams_come_in_the_order_in_which_they_were_written() {
    private(|| {
        // The lists of the help go to stderr, their titles to stdout.
        for (line, order) in [
            ("ifconfig --help", &["Usage:", "<HW>=", "loop (Local", "<AF>=", "unix (UNIX"][..]),
            ("route --help", &["Usage:", "List of possible", "inet (DARPA"]),
            ("ifconfig -s nosuch", &["Iface", "nosuch: error"]),
        ] {
            let shown = sh(&format!("TERM=dumb script -qc '{IFCTL} {line}' /dev/null"));
            let place = |text: &&str| shown.find(text).unwrap_or_else(|| panic!("{text}: {shown}"));
            assert!(order.iter().map(place).is_sorted(), "{shown}");
        }
    });
}

fn labelled(index: u32, label: &[u8], address: [u8; 4]) -> Address {
    Address {
        index,
        local: address.into(),
        peer: None,
        prefix_length: 32,
        broadcast: None,
        label: Some(DeviceName::new(label).unwrap()),
        scope: Scope::default(),
        flags: AddressFlags::empty(),
        preferred: Lifetime::FOREVER,
        valid: Lifetime::FOREVER,
        protocol: None,
        metric: 0,
    }
}
