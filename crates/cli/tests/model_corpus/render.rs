//! What `ip` prints of a kernel's state, written from a snapshot: as tests/corpus/run.py records it, which leaves
//! out what the kernel notices some time later.

use ifctl_kernel::Kernel;
use ifctl_netdevice::{
    Address, AddressFlags, Device, DeviceFlags, HardwareType, Neighbour, NeighbourFilter,
    NeighbourState, NextHop, NextHopFlags, Route, RouteKind, RouteProtocol, RouteTable, Rtnetlink,
    Scope, Snapshot, SnapshotParts,
};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::path::Path;

/// The lines of each command, by the heading that the runner gives it.
pub type State = BTreeMap<&'static str, Vec<String>>;

/// Returns what all commands of the runner say.
pub fn state(kernel: &dyn Kernel) -> State {
    let snapshot = Snapshot::take(kernel, SnapshotParts::ALL).unwrap();
    let told = Told { snapshot };
    let filter = NeighbourFilter { is_proxy: true, ..NeighbourFilter::default() };
    let proxies = Rtnetlink::open(kernel).unwrap().neighbours(filter).unwrap().entries;
    let main = |route: &&Route| route.table == RouteTable::MAIN;
    let routes = |is_ipv4: bool| {
        let of_family = move |route: &&Route| route.destination.is_ipv4() == is_ipv4;
        told.snapshot.routes.iter().filter(main).filter(of_family)
    };
    let neighbours = told.snapshot.neighbours.iter().filter_map(|entry| told.neighbour(entry));
    let proxy = |entry: &Neighbour| {
        format!("{} dev {} proxy", text(entry.destination), told.name(entry.index))
    };
    let mut state = State::from([
        ("== route", routes(true).flat_map(|route| told.route(route)).collect()),
        ("== route6", routes(false).map(|route| told.route6(route)).collect()),
        ("== addr", told.snapshot.addresses.iter().map(|entry| told.address(entry)).collect()),
        ("== link", told.snapshot.devices.iter().map(|device| told.link(device)).collect()),
        ("== neigh", neighbours.chain(proxies.iter().map(proxy)).collect()),
        ("== mcast", groups(kernel)),
    ]);
    for (heading, lines) in &mut state {
        // What comes and goes with a link's state.
        let comes = |line: &str| {
            let own = ["fe80::", "ff00::/8", "multicast ff"].iter().any(|own| line.contains(own));
            own && !line.contains("via fe80")
        };
        lines.retain(|line| !comes(line));
        if *heading != "== route" {
            lines.sort();
        }
    }
    state
}

struct Told {
    snapshot: Snapshot,
}

impl Told {
    fn name(&self, index: u32) -> String {
        let device = self.snapshot.devices.iter().find(|device| device.index == index);
        device.map_or_else(|| format!("if{index}"), |device| device.name.to_string())
    }

    fn link(&self, device: &Device) -> String {
        let link = device.link.map_or_else(String::new, |link| format!("@{}", self.name(link)));
        let lower = device
            .link
            .and_then(|link| self.snapshot.devices.iter().find(|device| device.index == link));
        let mut flags: Vec<&str> = FLAGS
            .iter()
            .filter(|(flag, _)| device.flags.contains(*flag))
            .map(|(_, name)| *name)
            .collect();
        // They come later, and are taken away; the comma before them stays.
        let is_late = device.flags.contains(DeviceFlags::LOWER_UP)
            || lower.is_some_and(|lower| !lower.flags.contains(DeviceFlags::UP));
        if is_late {
            flags.push("");
        }
        let queue = match device.tx_queue_length {
            0 => String::new(),
            length => format!(" qlen {length}"),
        };
        let hardware = &device.hardware;
        let bytes = hardware.to_string();
        let shown = match hardware.kind() {
            HardwareType::ETHER if !bytes.starts_with("02:0") => "RANDOM",
            _ => &bytes,
        };
        let kind = match hardware.kind() {
            HardwareType::ETHER => "ether",
            HardwareType::LOOPBACK => "loopback",
            _ => "none",
        };
        let end = match (device.hardware_broadcast.as_bytes(), device.flags) {
            ([], _) => String::new(),
            (_, flags) if flags.contains(DeviceFlags::POINTOPOINT) => {
                format!(" peer {}", device.hardware_broadcast)
            }
            _ => format!(" brd {}", device.hardware_broadcast),
        };
        let text = format!(
            "{}: {}{link}: <{}> mtu {}{queue} link/{kind} {shown}{end}",
            device.index,
            device.name,
            flags.join(","),
            device.mtu
        );
        text.trim_end().to_owned()
    }

    fn address(&self, address: &Address) -> String {
        let family = if address.local.is_ipv4() { "inet" } else { "inet6" };
        let mut line = format!(
            "{}: {}    {family} {}",
            address.index,
            self.name(address.index),
            text(address.local)
        );
        if let Some(peer) = address.peer {
            line += &format!(" peer {}", text(peer));
        }
        line += &format!("/{}", address.prefix_length);
        if let Some(broadcast) = address.broadcast {
            line += &format!(" brd {broadcast}");
        }
        line += &format!(" scope {}", scope(address.scope));
        let secondary = if family == "inet" { "secondary" } else { "temporary" };
        for (flag, name) in [
            (AddressFlags::SECONDARY, secondary),
            (AddressFlags::NODAD, "nodad"),
            (AddressFlags::DEPRECATED, "deprecated"),
            (AddressFlags::MANAGETEMPADDR, "mngtmpaddr"),
            (AddressFlags::NOPREFIXROUTE, "noprefixroute"),
        ] {
            if address.flags.contains(flag) {
                line += &format!(" {name}");
            }
        }
        if !address.flags.contains(AddressFlags::PERMANENT) && address.valid.seconds().is_some() {
            line += " dynamic";
        }
        if let Some(label) = address.label {
            line += &format!(" {label}");
        }
        line
    }

    /// As `ip -d route show` does: a line, and one for each of several next hops.
    fn route(&self, route: &Route) -> Vec<String> {
        let mut line = format!("{} {}", kind(route.kind), prefix(route));
        if let [hop] = route.next_hops[..] {
            line += &self.hop(&hop);
        }
        line += &format!(" proto {} scope {}", protocol(route.protocol), scope(route.scope));
        if let Some(source) = route.preferred_source {
            line += &format!(" src {source}");
        }
        if route.priority != 0 {
            line += &format!(" metric {}", route.priority);
        }
        let mut lines = vec![line + &onlink(route) + &metrics(route)];
        if route.next_hops.len() > 1 {
            let hops = route.next_hops.iter();
            lines.extend(hops.map(|hop| {
                format!("nexthop{} weight {}", self.hop(hop), u32::from(hop.weight).max(1))
            }));
        }
        lines
    }

    /// As `ip -6 route show` does.
    fn route6(&self, route: &Route) -> String {
        let mut line = match route.kind {
            RouteKind::UNICAST => prefix(route),
            other => format!("{} {}", kind(other), prefix(route)),
        };
        if let [hop] = route.next_hops[..] {
            line += &self.hop(&hop);
        }
        if route.protocol != RouteProtocol::BOOT {
            line += &format!(" proto {}", protocol(route.protocol));
        }
        line += &format!(" metric {}", route.priority);
        line += &onlink(route);
        line + &metrics(route) + " pref medium"
    }

    fn hop(&self, hop: &NextHop) -> String {
        let mut text =
            hop.gateway.map_or_else(String::new, |via| format!(" via {}", self::text(via)));
        if let Some(index) = hop.index {
            text += &format!(" dev {}", self.name(index));
        }
        text
    }

    /// As `ip neigh` does, which leaves out those that are looked for nowhere.
    fn neighbour(&self, entry: &Neighbour) -> Option<String> {
        let (_, state) = STATES.iter().find(|(state, _)| entry.state == *state)?;
        let mut line = format!("{} dev {}", text(entry.destination), self.name(entry.index));
        if let Some(hardware) = entry.hardware {
            line += &format!(" lladdr {hardware}");
        }
        Some(format!("{line} {state}"))
    }
}

const FLAGS: [(DeviceFlags, &str); 15] = [
    (DeviceFlags::LOOPBACK, "LOOPBACK"),
    (DeviceFlags::BROADCAST, "BROADCAST"),
    (DeviceFlags::POINTOPOINT, "POINTOPOINT"),
    (DeviceFlags::MULTICAST, "MULTICAST"),
    (DeviceFlags::NOARP, "NOARP"),
    (DeviceFlags::ALLMULTI, "ALLMULTI"),
    (DeviceFlags::PROMISC, "PROMISC"),
    (DeviceFlags::MASTER, "MASTER"),
    (DeviceFlags::SLAVE, "SLAVE"),
    (DeviceFlags::DEBUG, "DEBUG"),
    (DeviceFlags::DYNAMIC, "DYNAMIC"),
    (DeviceFlags::AUTOMEDIA, "AUTOMEDIA"),
    (DeviceFlags::PORTSEL, "PORTSEL"),
    (DeviceFlags::NOTRAILERS, "NOTRAILERS"),
    (DeviceFlags::UP, "UP"),
];

const STATES: [(NeighbourState, &str); 7] = [
    (NeighbourState::INCOMPLETE, "INCOMPLETE"),
    (NeighbourState::REACHABLE, "REACHABLE"),
    (NeighbourState::STALE, "STALE"),
    (NeighbourState::DELAY, "DELAY"),
    (NeighbourState::PROBE, "PROBE"),
    (NeighbourState::FAILED, "FAILED"),
    (NeighbourState::PERMANENT, "PERMANENT"),
];

fn scope(scope: Scope) -> String {
    scope.name().map_or_else(|| scope.0.to_string(), str::to_owned)
}

fn kind(kind: RouteKind) -> String {
    kind.name().map_or_else(|| kind.0.to_string(), str::to_owned)
}

fn protocol(protocol: RouteProtocol) -> String {
    protocol.name().map_or_else(|| protocol.0.to_string(), str::to_owned)
}

/// Returns a destination: all is `default`, and the length of one address is not told.
fn prefix(route: &Route) -> String {
    let whole = if route.destination.is_ipv4() { 32 } else { 128 };
    match route.prefix_length {
        0 => "default".to_owned(),
        length if length == whole => text(route.destination),
        length => format!("{}/{length}", text(route.destination)),
    }
}

fn onlink(route: &Route) -> String {
    let is_onlink = route.next_hops.iter().any(|hop| hop.flags.contains(NextHopFlags::ONLINK));
    if is_onlink { " onlink".to_owned() } else { String::new() }
}

/// Returns the metrics of connections, in the order of their numbers.
fn metrics(route: &Route) -> String {
    let metrics = &route.metrics;
    let mut text = String::new();
    for (name, value, unit) in [
        ("mtu", metrics.mtu, ""),
        ("window", metrics.window, ""),
        ("rtt", metrics.rtt / 8, "ms"),
        ("advmss", metrics.advertised_mss, ""),
    ] {
        if value != 0 {
            text += &format!(" {name} {value}{unit}");
        }
    }
    text
}

/// Returns an address as inet_ntop(3) of the C library writes it, which knows IPv4 addresses with 96 zeros before
/// them.
fn text(address: IpAddr) -> String {
    match address {
        IpAddr::V6(six) if is_compatible(six) => {
            let [.., a, b, c, d] = six.octets();
            format!("::{a}.{b}.{c}.{d}")
        }
        address => address.to_string(),
    }
}

fn is_compatible(address: Ipv6Addr) -> bool {
    let [.., high, _] = address.segments();
    address.segments()[..6] == [0; 6] && high != 0
}

/// Returns what `ip maddr show dev e0` says of the groups that somebody joined by hand.
fn groups(kernel: &dyn Kernel) -> Vec<String> {
    let text = kernel.read(Path::new("/proc/net/dev_mcast")).unwrap();
    let text = String::from_utf8(text).unwrap();
    let rows = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    rows.filter_map(|row| match row[..] {
        [_, "e0", users, by_hand, address] if by_hand != "0" => {
            let pairs = address.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair));
            let users = if users == "1" { String::new() } else { format!(" users {users}") };
            Some(format!("link  {}{users} static", pairs.collect::<Vec<_>>().join(":")))
        }
        _ => None,
    })
    .collect()
}
