//! Long listings: complete, in order, and the same as name by name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod tool;

use ifctl_conformance::{peer, private, sh};
use std::fmt::Write as _;
use tool::ifctl;

/// More than fit into one answer of the kernel's, and not in the order of the listing.
const ALIASES: u32 = 1500;

fn set_up() {
    sh("sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
        ip link set lo up
        ip link add e0 address 02:00:00:00:00:01 type veth peer name p0 address 02:00:00:00:00:02
        ip link set e0 up; ip link set p0 up");
    let mut batch = String::new();
    for i in 0..ALIASES {
        // 7 has no divisor in common with the number, so each label comes once.
        let number = i * 7 % ALIASES;
        let [_, _, high, low] = number.to_be_bytes();
        writeln!(batch, "addr add 10.9.{high}.{low}/32 dev e0 label e0:{number}").unwrap();
    }
    let path = std::env::temp_dir().join(format!("ifctl-listing-{}", std::process::id()));
    std::fs::write(&path, batch).unwrap();
    sh(&format!("ip -batch {}", path.display()));
    std::fs::remove_file(path).unwrap();
}

#[test]
fn a_long_listing_is_complete_in_order_and_net_tools_own() {
    private(|| {
        set_up();
        let has_peer = peer("ifconfig", "the bytes of a long listing beside net-tools' own");
        for words in ["ifconfig", "ifconfig -s", "ifconfig -a"] {
            let run = ifctl(words);
            assert_eq!((run.status, run.stderr.as_str()), (0, ""));
            if has_peer {
                assert!(run.stdout == sh(words), "`{words}` is not what net-tools prints");
            }
        }
        let listed = ifctl("ifconfig -s").stdout;
        let names: Vec<&str> =
            listed.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
        let aliases = (0..ALIASES).map(|number| format!("e0:{number}"));
        let expected: Vec<String> = std::iter::once("e0".to_owned())
            .chain(aliases)
            .chain(["lo".to_owned(), "p0".to_owned()])
            .collect();
        assert_eq!(names, expected);
    });
}

#[test]
fn a_list_is_the_same_as_its_names_one_by_one() {
    private(|| {
        sh("sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
            ip link set lo up
            ip link add e0 address 02:00:00:00:00:01 type veth peer name p0 address 02:00:00:00:00:02
            ip link set p0 up; ip addr add 10.1.0.1/24 brd + dev e0; ip link set e0 up
            ip link set e0 promisc on mtu 1400 txqueuelen 77
            ip addr add 10.1.0.2/24 dev e0 label e0:1; ip addr add 10.1.0.3 peer 10.2.0.1/24 dev e0 label e0:x
            ip addr add 10.1.0.4/24 dev e0; ip link add br0 type bridge; ip link add b1 type ifb
            ip addr add 127.0.0.1/8 dev lo 2>/dev/null || true");
        // Counters that are not zero.
        let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.send_to(b"counted", socket.local_addr().unwrap()).unwrap();
        assert!(!sh("cat /sys/class/net/lo/statistics/rx_packets").starts_with('0'));
        for style in ["modern", "classic", "howto"] {
            for option in ["", " -s"] {
                let run = |words: &str| sh(&format!("IFCTL_STYLE={style} {} {words}", tool::IFCTL));
                let list = run(&format!("ifconfig -a{option}"));
                let names = ["b1", "br0", "e0", "e0:1", "e0:x", "lo", "p0"];
                // The HOWTO's order is the kernel's: each block is looked for, not the whole.
                for name in names {
                    let one = run(&format!("ifconfig{option} {name}"));
                    let block = if option.is_empty() {
                        one.as_str()
                    } else {
                        one.split_once('\n').unwrap().1
                    };
                    assert!(
                        list.contains(block),
                        "{style}{option} {name}:\n{block}\nnot in\n{list}"
                    );
                }
                let lines = |name| run(&format!("ifconfig{option} {name}")).lines().count();
                let header = usize::from(!option.is_empty());
                let expected: usize = names.into_iter().map(|name| lines(name) - header).sum();
                assert_eq!(list.lines().count() - header, expected, "{style}{option}");
            }
        }
    });
}
