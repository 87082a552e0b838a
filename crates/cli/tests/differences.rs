//! Each line of docs/differences.md, shown by its command: net-tools does what is told of it, ours what the
//! document promises. Where net-tools is not installed ours is held alone, and the test says so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod twins;

use ifctl_conformance::{installed, private, say};
use std::collections::BTreeSet;

const DOCUMENT: &str = include_str!("../../../docs/differences.md");

/// A line of a table: its command, and how it is shown.
struct Line {
    /// The first column.
    told: &'static str,
    shown: Shown,
}

enum Shown {
    /// By these command lines. The document's statuses and texts are those of the first.
    By(&'static [Case]),
    /// By the test of this name, because it takes more than a command line.
    Test(&'static str, &'static str),
}

/// A line of shell in a set-up of the twins', and what both answers hold beside what the document says.
struct Case {
    line: twins::Case,
    theirs: &'static str,
    ours: &'static str,
}

const fn case(setup: char, line: &'static str, theirs: &'static str, ours: &'static str) -> Case {
    Case { line: (setup, line), theirs, ours }
}

/// Ended by SIGSEGV, as a shell tells it.
const CRASHED: &str = "status: 139\n";
/// Nothing was told, whatever was done.
const SILENT: &str = "stderr:\nstatus: 0\n";
const NO_MASK: &str = "|ifconfig: Error resolving '255.0.0.0' for netmask\nstatus: 1\n";
const UNKNOWN: &str = "|1.2.3.4/8: Unknown host\nstatus: 1\n";
const NO_ARP: &str = "|arp: invalid hardware address\nstatus: 255\n";
const UNCHANGED: &str = "02:00:00:00:00:01\n";
const NOT_TAKEN: &str = "|SIOCSIFHWADDR: ";

const LINES: &[Line] = &[
    Line {
        told: "`ifconfig e0 192.168.1.5/32`",
        shown: Shown::By(&[case(
            '0',
            "ifconfig e0 192.168.1.5/32",
            "e0 inet 192.168.1.5/0 ",
            "e0 inet 192.168.1.5/32 ",
        )]),
    },
    Line {
        told: "`ifconfig e0 192.168.1.5/33` (or `/-1`)",
        shown: Shown::By(&[
            case('0', "ifconfig e0 192.168.1.5/33", "inet 192.168.1.5/1 ", "|Usage:\n"),
            case('0', "ifconfig e0 192.168.1.5/-1", "inet 192.168.1.5/31 ", "|Usage:\n"),
        ]),
    },
    Line {
        told: "`route add -net 10.9.9.9/32 dev e0`",
        shown: Shown::By(&[case(
            'C',
            "route add -net 10.9.9.9/32 dev e0",
            "status: 7\n",
            "|10.9.9.9 dev e0 ",
        )]),
    },
    Line {
        told: "`route add -net 10.0.0.0/33 dev e0`",
        shown: Shown::By(&[case(
            'C',
            "route add -net 10.0.0.0/33 dev e0",
            "|Usage: inet_route",
            "stderr:\n|Usage: inet_route",
        )]),
    },
    Line {
        told: "`ifconfig e0 hw ether 02:01:02`",
        shown: Shown::By(&[
            case('0', "ifconfig e0 hw ether 02:01:02", "1000 02:01:02:", UNCHANGED),
            case('0', "ifconfig e0 hw ether 2", "", "|2: invalid ether address.\nstatus: 1\n"),
            case(
                '0',
                "ifconfig e0 hw ether ''",
                "stderr:\n",
                "|: invalid ether address.\nstatus: 1\n",
            ),
            case('0', "ifconfig e0 hw hippi 02:01", NOT_TAKEN, "|02:01: invalid hippi address.\n"),
            case('0', "ifconfig e0 hw eui64 2:1", NOT_TAKEN, "|2:1: invalid eui64 address.\n"),
            case('0', "ifconfig e0 hw fddi ''", NOT_TAKEN, "|: invalid fddi address.\n"),
            case('0', "ifconfig e0 hw arcnet ''", NOT_TAKEN, "|: invalid arcnet address.\n"),
        ]),
    },
    Line {
        told: "`ifconfig e0 hw ash 123456`",
        shown: Shown::By(&[case(
            '0',
            "ifconfig e0 hw ash 123456",
            CRASHED,
            "|SIOCSIFHWADDR: Invalid argument\nstatus: 1\n",
        )]),
    },
    Line {
        told: "`ifconfig e0 hw loop`",
        shown: Shown::By(&[case(
            '0',
            "env -i mtu=1 PATH=$PATH ifconfig e0 hw loop",
            "|mtu=1: Unknown host\n",
            "has no handler to set address. failed.\n|Usage:\n",
        )]),
    },
    Line {
        told: "`ifconfig e0 unix netmask 255.0.0.0` (or `broadcast`, `pointopoint`, `dstaddr`; ddp, ash, \
               unspec)",
        shown: Shown::By(&[
            case('0', "ifconfig e0 unix netmask 255.0.0.0", CRASHED, NO_MASK),
            case('0', "ifconfig e0 ddp netmask 255.0.0.0", CRASHED, NO_MASK),
            case('0', "ifconfig e0 ash netmask 255.0.0.0", CRASHED, NO_MASK),
            case('0', "ifconfig e0 unspec netmask 255.0.0.0", CRASHED, NO_MASK),
            case(
                '0',
                "ifconfig e0 unix broadcast 255.0.0.0",
                CRASHED,
                "for broadcast\nstatus: 1\n",
            ),
            case(
                '0',
                "ifconfig e0 ddp pointopoint 1.2.3.4",
                CRASHED,
                "for pointopoint\nstatus: 1\n",
            ),
            case('0', "ifconfig e0 ash dstaddr 1.2.3.4", CRASHED, "for dstaddr\nstatus: 1\n"),
        ]),
    },
    Line {
        told: "`ifconfig e0 ipx add 1.2.3.4/8` (or ec, unix, ddp, ash, unspec)",
        shown: Shown::By(&[
            case('0', "ifconfig e0 ipx add 1.2.3.4/8", CRASHED, UNKNOWN),
            case('0', "ifconfig e0 ec add 1.2.3.4/8", CRASHED, UNKNOWN),
            case('0', "ifconfig e0 unix add 1.2.3.4/8", CRASHED, UNKNOWN),
            case('0', "ifconfig e0 ddp add 1.2.3.4/8", CRASHED, UNKNOWN),
            case('0', "ifconfig e0 ash add 1.2.3.4/8", CRASHED, UNKNOWN),
            case('0', "ifconfig e0 unspec add 1.2.3.4/8", CRASHED, UNKNOWN),
        ]),
    },
    Line {
        told: "`ifconfig e0 del 9.9.9.9`",
        shown: Shown::By(&[case('D', "ifconfig e0 del 9.9.9.9", "inet 9.9.9.9/", UNCHANGED)]),
    },
    Line {
        told: "`ifconfig e0 add 9.9.9.9 del 9.9.9.9`",
        shown: Shown::By(&[case(
            'C',
            "ifconfig e0 add 9.9.9.9 del 9.9.9.9; ip -4 -o addr show dev e0 | grep -c inet",
            "stdout:\n|2\n",
            "stdout:\n|1\n",
        )]),
    },
    Line {
        told: "`ifconfig e01:0 10.9.0.1; ifconfig e0 del 10.9.0.1`",
        shown: Shown::By(&[
            case(
                'C',
                "ip link add e01 type ifb; ip link set e01 up; \
                 ifconfig e01:0 10.9.0.1; ifconfig e0 del 10.9.0.1; ip addr | grep -c 10.9.0.1",
                "stdout:\n|0\n",
                "stdout:\n|1\nstderr:\n|SIOCDIFADDR: Cannot assign requested address\n",
            ),
            case(
                'C',
                "ip link add e01 type ifb; ip link set e01 up; ifconfig e01:0 10.9.0.1; \
                 ifconfig e0 add 10.9.0.1; ip -o -4 addr show dev e0 | grep -c 10.9.0.1",
                "stdout:\n|0\n",
                "stdout:\n|1\n",
            ),
        ]),
    },
    Line {
        told: "`ifconfig e0:300 10.6.0.1; ifconfig e0 add 10.6.0.2`",
        shown: Shown::By(&[
            case(
                'C',
                "ifconfig e0:300 10.6.0.1; ifconfig e0 add 10.6.0.2",
                "status: 134\n",
                "inet 10.6.0.2/24 brd 192.168.1.255 scope global e0:0\n",
            ),
            case(
                'C',
                "ifconfig e0:2147483648 10.6.0.1; ifconfig e0 add 10.6.0.2",
                "status: 134\n",
                "scope global e0:0\n",
            ),
            // It passes over a number with a sign, as ours does.
            case(
                'C',
                "ifconfig e0:-1 10.6.0.1; ifconfig e0 add 10.6.0.2",
                "scope global e0:0\n",
                "scope global e0:0\n",
            ),
            case(
                'C',
                "seq 0 255 | sed 's/.*/addr add 10.7.0.&\\/32 dev e0 label e0:&/' | ip -batch -; \
                 ifconfig e0 add 10.6.0.2",
                "",
                "inet 10.6.0.2/24 brd 192.168.1.255 scope global e0:256\n",
            ),
        ]),
    },
    Line {
        told: "`ifconfig >/dev/full`",
        shown: Shown::By(&[
            case('C', "ifconfig >/dev/full", SILENT, "stderr:\n|ifconfig: write error: "),
            case('C', "route -n >/dev/full", SILENT, "stderr:\n|route: write error: "),
            case('N', "arp -n >/dev/full", SILENT, "stderr:\n|arp: write error: "),
            case('C', "ipmaddr >/dev/full", SILENT, "stderr:\n|ipmaddr: write error: "),
        ]),
    },
    Line {
        told: "`ifconfig`, while a device vanishes",
        shown: Shown::Test(
            include_str!("ifconfig_mends.rs"),
            "a_label_without_a_device_does_not_end_the_listing",
        ),
    },
    Line {
        told: "`ipmaddr`, with a device whose name has 15 bytes",
        shown: Shown::By(&[case(
            '0',
            "ip link add fifteen_bytes_x type ifb; ip link set fifteen_bytes_x up; ipmaddr show ipv4",
            "fifteen_bytes_x:\n|\tfamily 0 ?\n",
            "fifteen_bytes_x:\n|\tinet  224.0.0.1\n",
        )]),
    },
    Line {
        told: "`arp -s 10.1.2.4 02:01`",
        shown: Shown::By(&[
            case('N', "arp -s 10.1.2.4 02:01", "|10.1.2.4 dev e0 lladdr 02:01:", NO_ARP),
            case('N', "arp -s 10.1.2.4 ''", "|10.1.2.4 dev e0 lladdr ", NO_ARP),
            case('N', "arp -H eui64 -s 10.1.2.4 1:2:3", "SIOCSARP", NO_ARP),
            case('N', "arp -H hippi -s 10.1.2.4 01:02", "SIOCSARP", NO_ARP),
        ]),
    },
    Line {
        told: "`arp -H irda -s 10.1.2.4 01:02:03:04` (or `dlci`)",
        shown: Shown::By(&[
            case('N', "arp -H irda -s 10.1.2.4 01:02:03:04", CRASHED, NO_ARP),
            case('N', "arp -H dlci -s 10.1.2.4 12", CRASHED, NO_ARP),
        ]),
    },
    Line {
        told: "`ifconfig e0 unspec up`",
        shown: Shown::Test(
            include_str!("ifconfig_mends.rs"),
            "no_request_is_sent_to_standard_input",
        ),
    },
    Line {
        told: "`ifconfig gre0` (an address of 4 bytes)",
        shown: Shown::Test(
            include_str!("../src/hardware.rs"),
            "bytes_that_a_short_address_does_not_have_are_zeros",
        ),
    },
    Line {
        told: "`ifconfig sl0 keepalive 5`",
        shown: Shown::By(&[case(
            '0',
            "ifconfig e0 keepalive 5",
            "|SIOCSKEEPALIVE: Operation not supported\n",
            "|SIOCSKEEPALIVE: Operation not supported\nstatus: 1\n",
        )]),
    },
    Line {
        told: "`ifconfig`, at a terminal, with a device whose name holds an escape sequence",
        shown: Shown::By(&[
            case(
                '0',
                "ip link set e0 name $(printf 'e\\033[2J'); TERM=dumb script -qc 'ifconfig -a' /dev/null",
                "|e\x1b[2J: flags=",
                "|e\\x1b[2J: flags=",
            ),
            case(
                '0',
                "ip link set e0 name $(printf 'e\\033[2J'); ifconfig -a",
                "|e\x1b[2J: flags=",
                "|e\x1b[2J: flags=",
            ),
        ]),
    },
    Line {
        told: "`arp -v -Ds 10.1.2.4 lo`",
        shown: Shown::By(&[case(
            'N',
            "arp -v -Ds 10.1.2.4 lo",
            "has HW address unspec `00-00-00-00-00-00-",
            "has HW address unspec `00-00-00-00-00-00-00-00-00-00-00-00-00-00-00-00'.\n",
        )]),
    },
];

/// The lines of the document's tables, by columns.
fn table() -> Vec<[&'static str; 3]> {
    let rows = DOCUMENT.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let columns: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        columns.try_into().unwrap_or_else(|_| panic!("three columns: {row}"))
    })
    .collect()
}

#[test]
fn every_line_of_the_document_is_shown_and_nothing_is_shown_that_it_does_not_tell() {
    let told: BTreeSet<&str> = table().into_iter().map(|[command, ..]| command).collect();
    let shown: BTreeSet<&str> = LINES.iter().map(|line| line.told).collect();
    assert_eq!(told, shown);
    for line in LINES {
        match line.shown {
            Shown::Test(file, test) => assert!(file.contains(&format!("fn {test}()")), "{test}"),
            Shown::By(cases) => assert!(!cases.is_empty(), "{}", line.told),
        }
    }
}

#[test]
fn net_tools_does_what_the_document_tells_and_ours_what_it_promises() {
    private(|| {
        let cases = || {
            LINES.iter().flat_map(|line| match line.shown {
                Shown::By(cases) => {
                    cases.iter().enumerate().map(|(at, case)| (line, at, case)).collect()
                }
                Shown::Test(..) => Vec::new(),
            })
        };
        let commands: Vec<twins::Case> = cases().map(|(_, _, case)| case.line).collect();
        let ours = twins::all_of_ours(&commands);
        let theirs = ["ifconfig", "route", "arp", "ipmaddr"].iter().all(|tool| installed(tool));
        let theirs = theirs.then(|| twins::all_of_theirs(&commands));
        if theirs.is_none() {
            say("net-tools is not installed: ours alone is held against the document");
        }
        let table = table();
        let mut faults = String::new();
        for (line, at, case) in cases() {
            let [_, they, we] = *table.iter().find(|row| row[0] == line.told).unwrap();
            let mut hold = |who: &str, answer: &str, expected, told| {
                let told = if at == 0 { told } else { "" };
                for missing in missing(answer, expected, told) {
                    faults += &format!("{who} {:?} lacks {missing}\n{answer}\n", case.line);
                }
            };
            hold("ours", &ours[&case.line], case.ours, we);
            if let Some(theirs) = &theirs {
                hold("net-tools", &theirs[&case.line], case.theirs, they);
            }
        }
        assert!(faults.is_empty(), "{faults}");
    });
}

/// Returns what an answer lacks of what is expected, and of what a cell of the document says.
fn missing(answer: &str, expected: &str, told: &str) -> Vec<String> {
    let after = |start: &str| told.split_once(start).map(|(_, rest)| rest);
    let mut wanted = vec![expected.to_owned()];
    if let Some(status) = after("status ").or(after("aborts (")) {
        let digits: String = status.chars().take_while(char::is_ascii_digit).collect();
        wanted.push(format!("status: {digits}\n"));
    }
    if told.contains("crashes") {
        wanted.push(CRASHED.to_owned());
    }
    if told.contains("usage") || told.contains("syntax") {
        wanted.push("|Usage:".to_owned());
    }
    // A message that the cell begins with, or that stands behind a colon.
    let message = told.strip_prefix('`').or(after(": `")).and_then(|rest| rest.split('`').next());
    wanted.extend(message.map(str::to_owned));
    wanted.retain(|wanted| !answer.contains(wanted));
    if told.contains("nothing done") && answer.contains("e0 inet ") {
        wanted.push("peace: something was done".to_owned());
    }
    wanted
}
