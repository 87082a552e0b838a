//! The files of /proc/net.

use crate::netlink::Count;
use core::fmt::{Debug, Write};
use ifctl_netdevice::proc::*;

const DEV: &str = "Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:   86       1    0    0    0     0          0         0       86       1    0    0    0     0       0          0
eth0:0: 18446744073709551615 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
 a!\"#$&()*+,-|:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0
";
const DEV_OF_LINUX_2_0: &str = "Inter-|   Receive                  |  Transmit
 face |packets errs drop fifo frame|packets errs drop fifo colls carrier
    lo:      1    2    3    4    5        6    7    8    9   10   11
";
const IF_INET6: &str = "00000000000000000000000000000001 01 80 10 80       lo
fe80000000000000000002fffe000001 02 40 20 c0     eth0
";
const IGMP: &str = "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter
1\tlo        :     1      V3
\t\t\t\t010000E0     1 0:00000000\t\t0
2\tabcdefghijklmno:     2      V3
\t\t\t\tFB0000E0     1 0:00000000\t\t0
\t\t\t\t010000E0    12 1:00000010\t\t1
";
const IGMP6: &str = "1    lo              ff020000000000000000000000000001     1 0000000C 0
2    eth0            ff0200000000000000000001ff000001     1 00000004 0
";
const DEV_MCAST: &str = "2    eth0            1     0     01005e000001
2    eth0            2     1     333300000001
";
const ARP: &str = "IP address       HW type     Flags       HW address            Mask     Device
10.1.2.9         0x1         0x6         02:00:00:00:00:09     *        eth0
10.1.2.6         0x1         0xc         00:00:00:00:00:00     *        eth0
10.1.2.8         0x3         0x2         AX25-7                *        ax0
";
const ROUTE: &str =
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
*\t0006000A\t00000000\t0201\t0\t0\t-1\t0000FFFF\t0\t0\t0
eth0\t000C000A\t00000000\t0001\t0\t0\t0\t0000FFFF\t1400\t4096\t2400
";
const IPV6_ROUTE: &str = "20010db8000500000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
";

/// The files: their paths, and what they may hold.
pub const FILES: [(&str, &str); 9] = [
    ("/proc/net/dev", DEV),
    ("/proc/net/dev", DEV_OF_LINUX_2_0),
    ("/proc/net/if_inet6", IF_INET6),
    ("/proc/net/igmp", IGMP),
    ("/proc/net/igmp6", IGMP6),
    ("/proc/net/dev_mcast", DEV_MCAST),
    ("/proc/net/arp", ARP),
    ("/proc/net/route", ROUTE),
    ("/proc/net/ipv6_route", IPV6_ROUTE),
];

/// Returns the files, and each line of them alone, behind the byte that chooses the parser.
pub fn seeds() -> Vec<Vec<u8>> {
    let chosen = |path: &str| PARSERS.iter().position(|(of, _)| *of == path);
    let mut seeds = Vec::new();
    for (path, text) in FILES {
        let Some(chosen) = chosen(path) else { continue };
        let with = |text: &str| [&[chosen as u8][..], text.as_bytes()].concat();
        seeds.push(with(text));
        seeds.extend(text.lines().map(with));
    }
    seeds
}

/// Returns each line of the files that is no heading, behind the byte that chooses the parser.
pub fn line_seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (path, text) in FILES {
        let Some(chosen) = PARSERS.iter().position(|(of, _)| *of == path) else { continue };
        let lines = text.lines().skip(heading(path).lines().count());
        seeds.extend(lines.map(|line| [&[chosen as u8][..], line.as_bytes()].concat()));
    }
    seeds
}

/// Returns the lines that stand above the first one that says something.
fn heading(path: &str) -> &'static str {
    let (text, lines) = match path {
        "/proc/net/dev" => (DEV, 2),
        "/proc/net/igmp" => (IGMP, 2),
        "/proc/net/arp" => (ARP, 1),
        "/proc/net/route" => (ROUTE, 1),
        _ => return "",
    };
    let end = text.match_indices('\n').nth(lines - 1);
    end.and_then(|(end, _)| text.get(..=end)).unwrap_or_default()
}

/// Parses a line under its file's heading; the first byte chooses the file. Returns how many lines were understood.
pub fn parse_line(data: &[u8]) -> usize {
    let Some((first, line)) = data.split_first() else { return 0 };
    let chosen = usize::from(*first) % PARSERS.len();
    PARSERS.get(chosen).map_or(0, |(path, parse)| parse(&[heading(path).as_bytes(), line].concat()))
}

/// Parses a text. Returns how many of its lines were understood.
type Parser = fn(&[u8]) -> usize;

const PARSERS: [(&str, Parser); 7] = [
    ("/proc/net/dev", |text| understood(text, parse_dev(text))),
    ("/proc/net/if_inet6", |text| understood(text, parse_if_inet6(text))),
    ("/proc/net/igmp", |text| understood(text, parse_igmp(text))),
    ("/proc/net/igmp6", |text| understood(text, parse_igmp6(text))),
    ("/proc/net/dev_mcast", |text| understood(text, parse_dev_mcast(text))),
    ("/proc/net/arp", |text| understood(text, parse_arp(text))),
    ("/proc/net/route", |text| understood(text, parse_route(text))),
];

/// Parses a file that the first byte chooses. Returns how many lines were understood.
pub fn parse(data: &[u8]) -> usize {
    let Some((first, text)) = data.split_first() else { return 0 };
    let chosen = usize::from(*first) % PARSERS.len();
    PARSERS.get(chosen).map_or(0, |(_, parse)| parse(text))
}

/// Takes every entry: there is at most one for each line, and what is shown of all of them is no longer than the
/// text accounts for.
fn understood<T: Debug>(text: &[u8], entries: impl Iterator<Item = Result<T, LineError>>) -> usize {
    let lines = text.split(|byte| *byte == b'\n').count();
    let (mut results, mut good) = (0, 0);
    let mut shown = Count(0);
    for entry in entries {
        results += 1;
        match entry {
            Ok(entry) => {
                good += 1;
                // Counting does not fail.
                write!(shown, "{entry:?}").unwrap_or_default();
            }
            Err(error) => assert!(error.line >= 1 && error.line <= lines, "{error}"),
        }
    }
    assert!(results <= lines, "{results} entries of {lines} lines");
    // Of a line, numbers, escaped names and the fields' own names.
    let most = 1024 * lines + 8 * text.len();
    assert!(shown.0 <= most, "{} characters of {} bytes", shown.0, text.len());
    good
}
