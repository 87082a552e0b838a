//! How things stand in both namespaces.

use super::perform::Run;
use super::step::Who;
use super::words;
use ifctl_abi::Family;
use ifctl_abi::ioctl::SIOCGIFCONF;
use ifctl_abi::netlink::MessageFlags;
use ifctl_abi::netlink::{MessageType, NetlinkHeader};
use ifctl_abi::rtnetlink::{NeighbourFlags, NeighbourHeader};
use std::path::Path;
use zerocopy::IntoBytes;

/// Returns all that is looked at.
pub(super) fn state(run: &mut Run<'_, '_>) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, who) in [("here", Who::Here), ("there", Who::There)] {
        for (what, kind, family) in dumps(run) {
            lines.push(format!("{what} {name}"));
            lines.extend(run.ask(who, false, &dump(kind, &[family])));
        }
        if run.looking.neighbours {
            lines.push(format!("proxies {name}"));
            let body = NeighbourHeader { flags: NeighbourFlags::PROXY, ..Default::default() };
            let request = dump(MessageType::GETNEIGH, body.as_bytes());
            lines.extend(run.ask(who, false, &request));
        }
        for file in files(run) {
            let bytes = run.kernel(who).read(Path::new(file));
            match bytes {
                Ok(bytes) => lines.extend(tidy(file, words::file(file, &bytes))),
                Err(errno) => lines.push(format!("{file}: {}", words::errno(errno))),
            }
        }
        if run.looking.addresses {
            let step = super::Step {
                who,
                asked: super::Asked::Ioctl {
                    family: Family::UNIX,
                    number: SIOCGIFCONF,
                    argument: [4096_u32.to_ne_bytes(), 64_u32.to_ne_bytes()].concat(),
                    device: None,
                },
            };
            lines.extend(run.step(&step, 0));
        }
    }
    lines
}

fn dumps(run: &Run<'_, '_>) -> Vec<(&'static str, MessageType, u8)> {
    let looking = run.looking;
    let dumps = [
        (looking.links, ("devices", MessageType::GETLINK, 0)),
        (looking.addresses, ("IPv4 addresses", MessageType::GETADDR, 2)),
        (looking.ipv6, ("IPv6 addresses", MessageType::GETADDR, 10)),
        (looking.routes, ("IPv4 routes", MessageType::GETROUTE, 2)),
        (looking.ipv6, ("IPv6 routes", MessageType::GETROUTE, 10)),
        (looking.routes, ("IPv4 rules", MessageType::GETRULE, 2)),
        (looking.ipv6, ("IPv6 rules", MessageType::GETRULE, 10)),
        (looking.neighbours, ("neighbours", MessageType::GETNEIGH, 0)),
        (looking.ipv6, ("IPv6 groups", MessageType::GETMULTICAST, 10)),
        (looking.ipv6, ("IPv6 anycast addresses", MessageType::GETANYCAST, 10)),
        (looking.settings, ("IPv4 settings", MessageType::GETNETCONF, 2)),
        (looking.settings && looking.ipv6, ("IPv6 settings", MessageType::GETNETCONF, 10)),
    ];
    dumps.into_iter().filter(|(on, _)| *on).map(|(_, dump)| dump).collect()
}

fn files(run: &Run<'_, '_>) -> Vec<&'static str> {
    let looking = run.looking;
    let files = [
        (looking.links, "/proc/net/dev"),
        (looking.links, "/proc/net/dev_mcast"),
        (looking.addresses, "/proc/net/igmp"),
        (looking.routes, "/proc/net/route"),
        (looking.neighbours, "/proc/net/arp"),
        (looking.ipv6, "/proc/net/if_inet6"),
        (looking.ipv6, "/proc/net/ipv6_route"),
        (looking.ipv6, "/proc/net/igmp6"),
    ];
    files.into_iter().filter(|(on, _)| *on && looking.files).map(|(_, file)| file).collect()
}

/// Returns a request for a dump as `ip` makes it, for a socket that does not check strictly; its body
/// begins so.
fn dump(kind: MessageType, begin: &[u8]) -> Vec<u8> {
    let mut header = NetlinkHeader {
        kind,
        flags: MessageFlags::REQUEST | MessageFlags::DUMP,
        sequence: 1,
        ..NetlinkHeader::default()
    };
    let mut body = begin.to_vec();
    body.resize(size_of_header(kind), 0);
    header.length = u32::try_from(size_of::<NetlinkHeader>() + body.len()).unwrap_or(0);
    [header.as_bytes(), &body].concat()
}

/// Returns how long the fixed part of a request is.
fn size_of_header(kind: MessageType) -> usize {
    match kind {
        MessageType::GETADDR | MessageType::GETMULTICAST | MessageType::GETANYCAST => 8,
        MessageType::GETNETCONF => 1,
        MessageType::GETLINK => 16,
        _ => 12,
    }
}

/// Leaves out of a file what may differ: counters, timers, and the order of a hash table.
fn tidy(file: &str, mut lines: Vec<String>) -> Vec<String> {
    match file {
        // Name and colon, then counters.
        "/proc/net/dev" => {
            for line in lines.iter_mut().skip(3) {
                if let Some((name, _)) = line.rsplit_once(": ") {
                    *line = format!("{name}: (counters)");
                }
            }
        }
        // The tables are hashed with keys drawn at random.
        "/proc/net/if_inet6" | "/proc/net/arp" => lines.sort(),
        // Whether a timer runs, and how long.
        "/proc/net/igmp" | "/proc/net/igmp6" => {
            for line in &mut lines {
                let words: Vec<&str> = line.split_whitespace().collect();
                let timer = if file == "/proc/net/igmp" { 2..4 } else { 4..6 };
                let kept = words.iter().enumerate().filter(|(at, _)| !timer.contains(at));
                *line = format!("  {}", kept.map(|(_, word)| *word).collect::<Vec<_>>().join(" "));
            }
        }
        // References and uses.
        "/proc/net/ipv6_route" => {
            for line in &mut lines {
                let words: Vec<&str> = line.split_whitespace().collect();
                let kept = words.iter().enumerate().filter(|(at, _)| !matches!(at, 6 | 7));
                *line = format!("  {}", kept.map(|(_, word)| *word).collect::<Vec<_>>().join(" "));
            }
        }
        _ => {}
    }
    lines
}
