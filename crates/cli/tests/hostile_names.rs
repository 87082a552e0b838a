//! Names that somebody chose to do harm, files that no kernel wrote, and devices that come and go.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod tool;

use ifctl_conformance::{peer, private, say, sh};
use ifctl_netdevice::{
    Address, DeviceName, HardwareAddress, Host, LinkKind, LinkSpec, Peer, Rtnetlink,
};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tool::{IFCTL, hermetic};

/// Names of devices: an escape sequence, control bytes, what is not UTF-8, what reorders text, what a
/// shell or a format would take, and fifteen bytes of each kind. Linux refuses blanks, slashes and colons.
const NAMES: [&[u8]; 8] = [
    b"a\x1b[2J",
    b"b\x01\x07\x08\x7f\x9b31m",
    b"c\xff\xfe\xc3(",
    b"d\xe2\x80\xaex",
    b"e'\"\\$(id)`&|",
    b"f\x1b]0;0123456789",
    b"\xc3\xa4\xc3\xb6\xc3\xbc\xe2\x82\xac\xf0\x9f\xa6\x80\xc3\xa4",
    b"-h",
];

/// Labels of addresses, in which Linux refuses nothing but a NUL.
const LABELS: [&[u8]; 4] =
    [b"e0: \t x", b"e0:\x1b[31mred\n", b"e0:\xff/..//..", b"e0:0123456789\r\x08"];

/// Makes a device of each name, up and with an address, a route and a neighbour, and labels on `e0`.
fn set_up() {
    sh("test ! -e /proc/sys/net/ipv6 ||
            sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
        ip link set lo up; ip link add e0 type veth peer name p0; ip link set e0 up");
    let mut rtnetlink = Rtnetlink::open(&Host).unwrap();
    for (place, name) in NAMES.iter().enumerate() {
        let number = place as u8;
        let (name, peer) = (DeviceName::new(name).unwrap(), format!("peer{place}"));
        sh(&format!(
            "ip link add v{place} address 02:00:00:00:00:0{place} type veth peer name {peer}"
        ));
        let index = rtnetlink.device_named(format!("v{place}").as_bytes()).unwrap().index;
        rtnetlink.rename_device(index, name).unwrap();
        rtnetlink.add_address(&Address::new(index, [10, 9, number, 1].into(), 24)).unwrap();
        let control = ifctl_netdevice::Control::open(&Host, ifctl_netdevice::Family::INET).unwrap();
        let flags = control.flags(name).unwrap();
        control.set_flags(name, flags | ifctl_netdevice::DeviceFlags::UP).unwrap();
        let entry = ifctl_netdevice::ArpEntry {
            address: [10, 9, number, 2].into(),
            hardware_address: HardwareAddress::ethernet([2, 0, 0, 0, 9, number]),
            flags: ifctl_netdevice::ArpFlags::COM | ifctl_netdevice::ArpFlags::PERM,
            device: Some(name),
            netmask: None,
        };
        control.set_arp(&entry).unwrap();
    }
    let index = rtnetlink.device_named(b"e0").unwrap().index;
    for (label, number) in LABELS.iter().zip(1..) {
        let label = Some(DeviceName::new(label).unwrap());
        let address = Address::new(index, [172, 16, number, 1].into(), 24);
        rtnetlink.add_address(&Address { label, ..address }).unwrap();
    }
}

/// The listings of the personalities; the words behind the tool.
const LISTINGS: [&str; 14] = [
    "ifconfig -a",
    "ifconfig -a -s",
    "ifconfig --all-addresses",
    "route -n",
    "route -n -ee",
    "route -6 -n",
    "arp -n",
    "arp -a -n",
    "ipmaddr show",
    "ipmaddr",
    "show",
    "show --routes",
    "show --json --routes",
    "aliases",
];

fn run(program: &str, words: &[&[u8]]) -> Output {
    let mut command = Command::new(program);
    command.args(words.iter().map(|word| OsStr::from_bytes(word))).env("LC_ALL", "C");
    hermetic(&mut command).output().unwrap()
}

fn ours(line: &str) -> Output {
    run(IFCTL, &line.split(' ').map(str::as_bytes).collect::<Vec<_>>())
}

/// Ended by itself, and not by a panic.
fn is_sound(output: &Output) -> bool {
    output.status.signal().is_none() && output.status.code() != Some(101)
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

fn replaced(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut replaced = Vec::new();
    let mut rest = text;
    while let Some((first, tail)) = rest.split_first() {
        rest = match rest.strip_prefix(from) {
            Some(tail) => {
                replaced.extend_from_slice(to);
                tail
            }
            None => {
                replaced.push(*first);
                tail
            }
        };
    }
    replaced
}

#[test]
fn in_a_pipe_every_tool_gives_a_name_s_bytes_as_net_tools_does() {
    private(|| {
        set_up();
        let mut lines: Vec<Vec<&[u8]>> = LISTINGS[..10]
            .iter()
            .filter(|line| !line.contains("--all-addresses"))
            .map(|line| line.split(' ').map(str::as_bytes).collect())
            .collect();
        for name in &NAMES[..7] {
            lines.push(vec![b"ifconfig", name]);
            lines.push(vec![b"ifconfig", b"-s", name]);
            lines.push(vec![b"ifconfig", name, b"mtu", b"x"]);
            lines.push(vec![b"ifconfig", name, b"10.9.9.999"]);
            lines.push(vec![b"arp", b"-n", b"-i", name]);
            lines.push(vec![b"ipmaddr", b"show", b"dev", name]);
            lines.push(vec![b"nameif", name, b"02:00:00:00:00:zz"]);
            lines.push(vec![b"nameif", name, b"02:00:00:00:ff:ff"]);
            lines.push(vec![b"route", b"add", b"-host", b"10.77.0.1", b"dev", name, b"metric"]);
            lines.push(vec![b"route", b"del", b"-host", b"10.77.0.1", b"dev", name]);
            // What the words of a line are, net-tools says again.
            lines.push(vec![b"ifconfig", b"e0", b"netmask", name]);
            lines.push(vec![b"ifconfig", b"e0", b"hw", b"ether", name]);
            lines.push(vec![b"ifconfig", b"e0", b"hw", name]);
            lines.push(vec![b"arp", b"-H", name]);
            lines.push(vec![b"route", b"-A", name]);
        }
        for label in LABELS {
            lines.push(vec![b"ifconfig", label]);
            lines.push(vec![b"ifconfig", b"-s", label]);
        }
        let mut compared = 0;
        let mut peers = vec!["ifconfig", "route", "nameif", "ipmaddr", "arp"];
        peers.retain(|tool| peer(tool, &format!("lines of {tool} beside net-tools' own")));
        for line in lines {
            let output = run(IFCTL, &line);
            assert!(is_sound(&output), "{line:?}: {output:?}");
            let (tool, words) = line.split_first().unwrap();
            let tool = std::str::from_utf8(tool).unwrap();
            if !peers.contains(&tool) {
                continue;
            }
            let theirs = run(&format!("/usr/sbin/{tool}"), words);
            // Where net-tools is called by its path its messages may begin with that.
            let path = format!("/usr/sbin/{tool}");
            let plain = |text: &[u8]| replaced(text, path.as_bytes(), tool.as_bytes());
            let ours = (output.status.code(), plain(&output.stdout), plain(&output.stderr));
            // A name of fifteen bytes runs over in ipmaddr, see docs/differences.md.
            let whole = replaced(&theirs.stdout, b"family 0 ?", b"inet  224.0.0.1");
            let theirs = (theirs.status.code(), plain(&whole), plain(&theirs.stderr));
            if ours != theirs {
                let lines = |(status, out, err): (Option<i32>, Vec<u8>, Vec<u8>)| {
                    let text = format!("{status:?}\n{}{}", out.escape_ascii(), err.escape_ascii());
                    text.replace(r"\n", "\n").lines().map(str::to_owned).collect::<Vec<_>>()
                };
                let (ours, theirs) = (lines(ours), lines(theirs));
                let differ = ours.iter().zip(&theirs).find(|(ours, theirs)| ours != theirs);
                let line: Vec<_> =
                    line.iter().map(|word| word.escape_ascii().to_string()).collect();
                panic!("{line:?}: {differ:?} of {} and {} lines", ours.len(), theirs.len());
            }
            compared += 1;
        }
        say(&format!("{compared} lines are alike from net-tools and from ours"));
        assert_eq!(compared == 0, peers.is_empty());
        // Nothing of a name is lost on the way.
        for line in ["ifconfig -a", "route -n", "arp -n", "ipmaddr show"] {
            let listing = ours(line).stdout;
            for name in &NAMES[..7] {
                assert!(contains(&listing, name), "{name:?} in {line}");
            }
        }
    });
}

#[test]
fn at_a_terminal_no_tool_lets_a_name_s_bytes_through() {
    private(|| {
        set_up();
        for line in LISTINGS {
            let mut script = Command::new("script");
            script.args(["-qc", &format!("{IFCTL} {line}"), "/dev/null"]);
            script.env("TERM", "dumb").env("NO_COLOR", "1");
            let shown = hermetic(&mut script).output().unwrap();
            let text = String::from_utf8(shown.stdout).unwrap_or_else(|e| panic!("{line}: {e}"));
            let text = text.replace("\r\n", "\n");
            let odd = |c: char| c.is_control() && !"\n\t".contains(c) || c == '\u{202e}';
            assert!(!text.contains(odd), "{line}: {text:?}");
            if !line.contains("-6") && line != "aliases" {
                // In JSON the backslash itself is escaped.
                let text = if line.contains("json") { text.replace(r"\\", r"\") } else { text };
                assert!(text.contains(r"a\x1b[2J"), "{line}: {text}");
                assert!(text.contains(r"c\xff\xfe\xc3("), "{line}: {text}");
            }
        }
    });
}

#[test]
fn ifctl_prints_text_and_json_that_are_utf_8_and_hold_no_control_byte_even_in_a_pipe() {
    private(|| {
        set_up();
        for line in &LISTINGS[10..] {
            let text = String::from_utf8(ours(line).stdout).unwrap();
            assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{line}: {text:?}");
        }
        let json: serde_json::Value = serde_json::from_slice(&ours("show --json").stdout).unwrap();
        let devices = json["devices"].as_array().unwrap();
        for name in NAMES {
            let hexadecimal: String = name.iter().map(|byte| format!("{byte:02x}")).collect();
            let plain = std::str::from_utf8(name).unwrap_or_default();
            let is_it = |device: &&serde_json::Value| {
                device["name_bytes"] == hexadecimal.as_str() || device["name"] == plain
            };
            assert_eq!(devices.iter().filter(is_it).count(), 1, "{name:?}");
        }
        // And clap's own messages do not either, which quote the words.
        let told = ours("sho\x1b[2Jw").stderr;
        assert!(contains(&told, br"sho\x1b[2Jw") && !told.contains(&0x1b), "{told:?}");
        let told = run(IFCTL, &[b"s\xffho\x0cw"]).stderr;
        assert!(contains(&told, br"s\xffho\x0cw") && !told.contains(&0xff), "{told:?}");
        let told = ours("show --js\x07on").stderr;
        assert!(contains(&told, br"--js\x07on") && !told.contains(&7), "{told:?}");
    });
}

#[test]
fn a_file_that_no_kernel_wrote_breaks_no_tool() {
    private(|| {
        sh("ip link set lo up; ip link add e0 address 02:00:00:00:00:01 type veth peer name p0
            mount -t tmpfs none /proc; mkdir -p /proc/net /proc/self");
        let long = "A".repeat(4096);
        let numbers = "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16";
        let header = "Inter-|   Receive | Transmit\n face |bytes packets errs compressed\n";
        let good = format!("  e0: {numbers}\n");
        // CVE-2025-46836: a name that goes on and on, with and without its colon, and with a blank in
        // place of it. The header that runs over is GHSA-w7jq-cmw2-cq59's.
        for lines in [
            format!("{header}{long}: {numbers}\n{good}"),
            format!("{header}{long}\n{good}"),
            format!("{header}{long} {numbers}\n{good}"),
            format!("{header}{long}:{long}:{numbers}\n{good}"),
            format!("{header}{}\n{good}", "x:".repeat(20_000)),
            format!("{} |{}\n{header}{good}", "H".repeat(100_000), "|".repeat(5_000)),
            format!("{header}\0\0\0: {numbers}\n{good}"),
            format!("{header}e1: {}\n{good}", "9".repeat(10_000)),
            format!("{header}e1: -1 {numbers}\n{good}"),
            format!("{header}{}{good}", "\n".repeat(50_000)),
        ] {
            std::fs::write("/proc/net/dev", &lines).unwrap();
            let one = ours("ifconfig e0");
            let text = String::from_utf8(one.stdout).unwrap();
            assert_eq!(
                (one.status.code(), one.stderr.as_slice()),
                (Some(0), &b""[..]),
                "{lines:.200}"
            );
            assert!(text.contains("RX packets 2  bytes 1 (1.0 B)\n"), "{text} of {lines:.200}");
            let all = ours("ifconfig -a");
            assert_eq!((all.status.code(), all.stderr.as_slice()), (Some(0), &b""[..]));
            let nameif = ours("nameif e0 02:00:00:00:00:01");
            assert!(is_sound(&nameif), "{nameif:?}");
            assert!(matches!(nameif.status.code(), Some(0 | 1)), "{nameif:?}");
            if lines.contains(&long) {
                // It reads the file line by line, and says of which one it cannot.
                let told = String::from_utf8(nameif.stderr).unwrap();
                assert_eq!(told.trim_end(), format!("interface name `{long}' too long"));
            }
            assert!(is_sound(&ours("ioctl SIOCGIFMTU nosuch")));
        }
        // The line of the device itself is the broken one: no counters, and nothing else missing.
        for line in [format!("e0{long}: {numbers}"), "e0: 1 2".to_owned(), format!("e0: {long}")] {
            std::fs::write("/proc/net/dev", format!("{header}{line}\n")).unwrap();
            let one = ours("ifconfig e0");
            let text = String::from_utf8(one.stdout).unwrap();
            assert_eq!(one.status.code(), Some(0), "{line:.200}");
            assert!(text.starts_with("e0: flags=4098<BROADCAST,MULTICAST>"), "{text}");
            assert!(!text.contains("RX"), "{text} of {line:.200}");
        }
    });
}

#[test]
fn tables_that_no_kernel_wrote_cost_their_own_lines_alone() {
    private(|| {
        sh("ip link set lo up; mount -t tmpfs none /proc; mkdir -p /proc/net");
        let long = "F".repeat(20_000);
        let write = |file: &str, text: String| {
            std::fs::write(Path::new("/proc/net").join(file), text).unwrap();
        };
        // GHSA-h667-qrp8-gj58: hexadecimal digits without an end.
        write(
            "dev_mcast",
            format!("1 lo 1 0 {long}\n{long} lo 1 0 00\n2 {long} 1 0 00\n3 e0 1 0 0102\n"),
        );
        write(
            "igmp",
            format!("Idx\n1 {long} : 1\n\t\t\t\t{long} 1\n2 e1 : 1\n\t\t\t\t010000E0 3\n"),
        );
        write("igmp6", format!("1 lo {long} 1\n4 e2 ff020000000000000000000000000001 1\n"));
        write(
            "route",
            format!(
                "Iface {long}\n{long} 0 0 1 0 0 0 0 0 0 0\ne0 0000000A 0 1 0 0 0 000000FF 0 0 0\n"
            ),
        );
        write("ipv6_route", format!("{long}\n{} e0\n", "0".repeat(500)));
        // In this one net-tools ends at the first line that it cannot read.
        write(
            "arp",
            format!(
                "IP address\n10.0.0.2 0x1 0x2 02:00:00:00:00:02 * e0\n10.0.0.1 0x1 0x2 {long} * {long}\n"
            ),
        );
        for (line, kept) in [
            ("ipmaddr show", "3:\te0\n\tlink  01:02\n"),
            ("ipmaddr show", "2:\te1\n\tinet  224.0.0.1 users 3\n"),
            ("ipmaddr show", "4:\te2\n\tinet6 ff02::1\n"),
            (
                "route -n",
                "10.0.0.0        0.0.0.0         255.0.0.0       U     0      0        0 e0\n",
            ),
            ("route -6 -n", "Kernel IPv6 routing table\n"),
            (
                "arp -n",
                "10.0.0.2                 ether   02:00:00:00:00:02   C                     e0\n",
            ),
        ] {
            let output = ours(line);
            let text = String::from_utf8(output.stdout.clone()).unwrap();
            assert!(is_sound(&output) && text.contains(kept), "{line}: {output:?}");
            assert!(text.len() < 2_000, "{line}: {} bytes", text.len());
        }
    });
}

#[test]
fn devices_that_come_and_go_break_no_listing_and_hide_none_that_stays() {
    private(|| {
        sh("test ! -e /proc/sys/net/ipv6 || sysctl -qw net.ipv6.conf.default.disable_ipv6=1
            ip link set lo up; ip link add stays type veth peer name peer
            ip addr add 10.1.0.1/24 dev stays; ip link set stays up");
        let (done, changes) = (AtomicBool::new(false), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut rtnetlink = Rtnetlink::open(&Host).unwrap();
                while !done.load(Ordering::Relaxed) {
                    for number in 0..4_u8 {
                        let name = |end: &str| DeviceName::new(format!("{end}{number}").as_bytes());
                        let (name, peer) = (name("go").unwrap(), name("gone").unwrap());
                        let spec = LinkSpec::new(name, LinkKind::Veth(Peer::named(peer)));
                        rtnetlink.add_device(&spec).unwrap();
                        let index = rtnetlink.device_named(name.as_bytes()).unwrap().index;
                        let address = Address::new(index, [10, 2, number, 1].into(), 24);
                        rtnetlink.add_address(&address).unwrap();
                        changes.fetch_add(1, Ordering::Relaxed);
                    }
                    for number in 0..4 {
                        let name = format!("go{number}");
                        let index = rtnetlink.device_named(name.as_bytes()).unwrap().index;
                        rtnetlink.delete_device(index).unwrap();
                        changes.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
            let end = OnDrop(&done);
            for round in 0..15 {
                let before = changes.load(Ordering::Relaxed);
                for line in LISTINGS.iter().chain(&[
                    "ifconfig go1",
                    "show go1",
                    "nameif stays 02:00:00:00:ee:ee",
                ]) {
                    let output = ours(line);
                    assert!(is_sound(&output), "{line}: {output:?}");
                    let (told, status) =
                        (String::from_utf8_lossy(&output.stderr), output.status.code());
                    match *line {
                        "ifconfig -a"
                        | "ifconfig -a -s"
                        | "ifconfig --all-addresses"
                        | "show"
                        | "show --json --routes" => {
                            assert!(contains(&output.stdout, b"stays"), "{line}: {output:?}");
                            assert!(contains(&output.stdout, b"lo"), "{line}: {output:?}");
                        }
                        "ifconfig go1" => assert!(
                            status == Some(0)
                                || told.starts_with("go1: error fetching interface information: "),
                            "{output:?}"
                        ),
                        _ => {}
                    }
                }
                // It is no listing while nothing happens.
                while round == 0 && changes.load(Ordering::Relaxed) < before + 8 {
                    std::thread::yield_now();
                }
            }
            drop(end);
        });
        assert!(changes.load(Ordering::Relaxed) >= 8);
    });
}

/// Ends the other thread, whether the test passes or not.
struct OnDrop<'a>(&'a AtomicBool);

impl Drop for OnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
