//! Listings of what a hostile kernel tells: every tool that shows something, on its answers.

use crate::commands::{check, given, run_called};
use crate::hostile::{Answers, Hostile};
use crate::{netlink, proc};
use ifctl_netlink::Messages;
use std::ffi::OsString;
use std::rc::Rc;

/// The lines that show something.
const LISTINGS: [(&str, &str); 24] = [
    ("ifconfig", "-a"),
    ("ifconfig", "-a -s"),
    ("ifconfig", "--all-addresses"),
    ("ifconfig", "lo"),
    ("ifconfig", "-s lo"),
    ("route", ""),
    ("route", "-n"),
    ("route", "-n -ee"),
    ("route", "-e -F -C"),
    ("route", "-6"),
    ("route", "-6 -n -C"),
    ("arp", ""),
    ("arp", "-n"),
    ("arp", "-a -v"),
    ("ipmaddr", "show"),
    ("ipmaddr", "show ipv4 dev lo"),
    ("nameif", "lo 00:00:00:00:00:00"),
    ("ifctl", "show"),
    ("ifctl", "show --routes"),
    ("ifctl", "show --json --routes"),
    ("ifctl", "show lo eth0:0"),
    ("ifctl", "aliases"),
    ("ifctl", "ioctl gifconf"),
    ("ifctl", "ioctl gifhwaddr lo"),
];

/// Returns for each listing a file, messages and records that are sound.
pub fn seeds() -> Vec<Vec<u8>> {
    let mut kinds = Vec::new();
    let mut messages = Vec::new();
    for message in netlink::seeds().iter().filter(|bytes| bytes.len() < 2_500) {
        let kind = Messages::new(message).find_map(Result::ok).map(|message| message.kind());
        // Two of each kind.
        if kinds.iter().filter(|known| **known == kind).count() < 2 {
            kinds.push(kind);
            messages.extend_from_slice(message);
        }
    }
    let listing = |(chosen, (called, words)): (usize, &(&str, &str))| {
        let path = match (*called, *words) {
            ("route", "-6" | "-6 -n -C") => "/proc/net/ipv6_route",
            ("route", _) => "/proc/net/route",
            ("arp", _) => "/proc/net/arp",
            ("ipmaddr", "show") => "/proc/net/dev_mcast",
            ("ipmaddr", _) => "/proc/net/igmp",
            _ => "/proc/net/dev",
        };
        let text = proc::FILES.iter().find(|(of, _)| *of == path).map_or("", |(_, text)| text);
        let length = (text.len() as u16).to_le_bytes();
        let rest = match *called {
            "ifctl" | "ifconfig" => messages.as_slice(),
            _ => b"",
        };
        [&[chosen as u8, 0][..], &length, text.as_bytes(), rest].concat()
    };
    LISTINGS.iter().enumerate().map(listing).collect()
}

/// Shows what a kernel answers whose files and messages, or records, these bytes are. Returns how many
/// lines were shown.
pub fn list(data: &[u8]) -> usize {
    let Some((&[chosen, mode, low, high], rest)) = data.split_first_chunk() else { return 0 };
    let length = usize::from(u16::from_le_bytes([low, high]));
    let (file, rest) = rest.split_at(rest.len().min(length));
    let Some((called, words)) = LISTINGS.get(usize::from(chosen) % LISTINGS.len()) else {
        return 0;
    };
    let as_records = mode & 32 != 0;
    let answers = Answers {
        file: (!file.is_empty()).then(|| file.to_vec()),
        messages: if as_records { Vec::new() } else { rest.to_vec() },
        records: if as_records { rest.to_vec() } else { Vec::new() },
        all_kinds: mode & 64 != 0,
        obeys: mode & 1 != 0,
    };
    let kernel = Hostile::new(answers, data.len());
    let given = Rc::new(given(mode));
    let words: Vec<OsString> = words.split_whitespace().map(OsString::from).collect();
    let Some(ran) = run_called(&kernel, &given, called, &words) else { return 0 };
    check(&ran, &given, data.len());
    if *called == "ifctl" {
        // Shown or piped, names are escaped, and JSON is text.
        let printed = str::from_utf8(&ran.stdout);
        let tame = |text: &str| !text.contains(|c: char| c.is_control() && c != '\n');
        assert!(printed.is_ok_and(tame), "{:?}", String::from_utf8_lossy(&ran.stdout));
        if words.iter().any(|word| word == "--json") && ran.status == 0 {
            let document = serde_json::from_slice::<serde_json::Value>(&ran.stdout);
            assert!(document.is_ok(), "{document:?}");
        }
    }
    ran.stdout.split(|byte| *byte == b'\n').count()
}
