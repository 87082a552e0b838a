//! Set-ups, written as iproute2's `ip` takes them and carried out by our own library, on any kernel.

use ifctl_abi::netlink::{MessageFlags, MessageType, NLA_F_NESTED};
use ifctl_abi::rtnetlink::{IFLA_ALT_IFNAME, IFLA_IFALIAS, IFLA_PROP_LIST, LinkHeader};
use ifctl_abi::{Family, SocketType};
use ifctl_kernel::{Kernel, Receive};
use ifctl_netdevice::{
    Address, AddressFilter, AddressFlags, Bridge, DeviceFlags, DeviceName, Lifetime, LinkKind,
    LinkSpec, Neighbour, NeighbourState, NextHop, NextHops, Peer, Route, RouteKind, RouteProtocol,
    RouteTable, Rtnetlink, Scope,
};
use ifctl_netlink::{AttributeWriter, Encoder, Head};
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::slice::Iter;

/// Carries out lines of `ip`, one behind the other with semicolons or line ends between: `ip link add`,
/// `set`, `del` and `property add`, `ip addr add`, `del` and `flush`, `ip route add`, `ip neigh add`, with
/// the words that tests need.
///
/// # Panics
///
/// If a word is not known, or the kernel refuses anything.
pub fn ip(kernel: &dyn Kernel, lines: &str) {
    for line in lines.split([';', '\n']).map(str::trim).filter(|line| !line.is_empty()) {
        let words = words(line);
        let words: Vec<&str> = words
            .iter()
            .map(String::as_str)
            .filter(|word| !matches!(*word, "ip" | "-4" | "-6"))
            .collect();
        let mut caller =
            Caller { kernel, rtnetlink: Rtnetlink::open(kernel).expect("rtnetlink"), line };
        let (object, rest) = words.split_first().expect("an object");
        let (verb, rest) = rest.split_first().expect("a verb");
        match (*object, *verb) {
            ("link", "add") => caller.link_add(rest),
            ("link", "set") => caller.link_set(rest),
            ("link", "del") => caller.link_delete(rest),
            ("link", "property") => caller.link_property(rest),
            ("addr", "add") => caller.address(rest, true),
            ("addr", "del") => caller.address(rest, false),
            ("addr", "flush") => caller.flush(rest),
            ("route", "add") => caller.route(rest),
            ("neigh", "add") => caller.neighbour(rest),
            _ => panic!("`{line}`: not known here"),
        }
    }
}

/// Returns the flag of a word, and whether the word behind it sets it.
fn switch(word: &str, value: &str) -> (DeviceFlags, bool) {
    let is_on = value == "on";
    match word {
        "promisc" => (DeviceFlags::PROMISC, is_on),
        "allmulticast" => (DeviceFlags::ALLMULTI, is_on),
        "multicast" => (DeviceFlags::MULTICAST, is_on),
        "dynamic" => (DeviceFlags::DYNAMIC, is_on),
        _ => (DeviceFlags::NOTRAILERS, !is_on),
    }
}

/// Splits a line at blanks; between apostrophes they count as others.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for c in line.chars() {
        match c {
            '\'' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(String::new()),
            c => words.last_mut().expect("a word").push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

struct Caller<'a> {
    kernel: &'a dyn Kernel,
    rtnetlink: Rtnetlink,
    line: &'a str,
}

type Words<'a> = Iter<'a, &'a str>;

impl Caller<'_> {
    fn done<T, E: std::fmt::Display>(&self, answer: Result<T, E>) -> T {
        answer.unwrap_or_else(|error| panic!("`{}`: {error}", self.line))
    }

    fn unknown(&self, word: &str) -> ! {
        panic!("`{}`: {word} is not known here", self.line)
    }

    fn value<'w>(&self, words: &mut Words<'w>) -> &'w str {
        words.next().unwrap_or_else(|| panic!("`{}`: a word lacks", self.line))
    }

    fn parse<T: std::str::FromStr<Err: std::fmt::Debug>>(&self, words: &mut Words<'_>) -> T {
        let word = self.value(words);
        word.parse().unwrap_or_else(|error| panic!("`{}`: {word}: {error:?}", self.line))
    }

    fn index(&mut self, name: &str) -> u32 {
        let device = self.rtnetlink.device_named(name.as_bytes());
        self.done(device).index
    }

    /// An address with its prefix length, that of one address where none is given.
    fn prefix(&self, word: &str) -> (IpAddr, u8) {
        let (address, length) = word.split_once('/').unzip();
        let address: IpAddr = self.done(address.unwrap_or(word).parse::<IpAddr>());
        let whole = if address.is_ipv4() { 32 } else { 128 };
        (address, length.map_or(whole, |length| self.done(length.parse::<u8>())))
    }

    fn link_add(&mut self, words: &[&str]) {
        let mut words = words.iter();
        let mut spec = LinkSpec::new(DeviceName::default(), LinkKind::Dummy);
        let mut peer = Peer::default();
        let mut is_peer = false;
        while let Some(word) = words.next() {
            match *word {
                "type" => {
                    spec.kind = match self.value(&mut words) {
                        "veth" => LinkKind::Veth(peer),
                        "bridge" => LinkKind::Bridge(Bridge::default()),
                        "ifb" => LinkKind::Ifb,
                        "macvlan" => LinkKind::Macvlan(None),
                        "dummy" => LinkKind::Dummy,
                        other => self.unknown(other),
                    };
                }
                "peer" => is_peer = true,
                "name" if is_peer => peer.name = Some(self.parse(&mut words)),
                "address" if is_peer => peer.hardware = Some(self.parse(&mut words)),
                "name" => spec.name = Some(self.parse(&mut words)),
                "address" => spec.hardware = Some(self.parse(&mut words)),
                "mtu" => spec.mtu = Some(self.parse(&mut words)),
                "index" => spec.index = Some(self.parse(&mut words)),
                "link" => {
                    let name = self.value(&mut words);
                    spec.link = Some(self.index(name));
                }
                name => spec.name = Some(self.done(name.parse().map_err(|e| format!("{e}")))),
            }
        }
        if is_peer {
            spec.kind = LinkKind::Veth(peer);
        }
        let answer = self.rtnetlink.add_device(&spec);
        self.done(answer);
    }

    fn link_set(&mut self, words: &[&str]) {
        let mut words = words.iter();
        let name = match self.value(&mut words) {
            "dev" => self.value(&mut words),
            name => name,
        };
        let index = self.index(name);
        let none = DeviceFlags::empty();
        while let Some(word) = words.next() {
            let answer = match *word {
                "up" => self.rtnetlink.change_device_flags(index, DeviceFlags::UP, none),
                "down" => self.rtnetlink.change_device_flags(index, none, DeviceFlags::UP),
                "promisc" | "allmulticast" | "multicast" | "dynamic" | "trailers" => {
                    let (flag, is_set) = switch(word, self.value(&mut words));
                    let (set, cleared) = if is_set { (flag, none) } else { (none, flag) };
                    self.rtnetlink.change_device_flags(index, set, cleared)
                }
                "mtu" => self.rtnetlink.set_device_mtu(index, self.parse(&mut words)),
                "txqueuelen" => {
                    self.rtnetlink.set_device_tx_queue_length(index, self.parse(&mut words))
                }
                "address" => self.rtnetlink.set_device_address(index, &self.parse(&mut words)),
                "name" => self.rtnetlink.rename_device(index, self.parse(&mut words)),
                "nomaster" => self.rtnetlink.set_device_master(index, None),
                "master" => {
                    let name = self.value(&mut words);
                    let master = self.index(name);
                    self.rtnetlink.set_device_master(index, Some(master))
                }
                "alias" => {
                    let text = self.value(&mut words);
                    self.change(MessageType::SETLINK, index, |attributes| {
                        attributes.bytes(IFLA_IFALIAS, text.as_bytes());
                    });
                    Ok(())
                }
                "addrgenmode" => {
                    let mode: &[u8] = match self.value(&mut words) {
                        "none" => b"1",
                        _ => b"0",
                    };
                    let path = format!("/proc/sys/net/ipv6/conf/{name}/addr_gen_mode");
                    self.done(self.kernel.write(Path::new(&path), mode));
                    Ok(())
                }
                word => self.unknown(word),
            };
            self.done(answer);
        }
    }

    fn link_delete(&mut self, words: &[&str]) {
        let name = words.iter().find(|word| **word != "dev").expect("a device");
        let index = self.index(name);
        let answer = self.rtnetlink.delete_device(index);
        self.done(answer);
    }

    fn link_property(&mut self, words: &[&str]) {
        let ["add", "dev", name, words @ ..] = words else { self.unknown("property") };
        let index = self.index(name);
        for pair in words.chunks(2) {
            let ["altname", name] = pair else { self.unknown("property") };
            self.change(MessageType::NEWLINKPROP, index, |attributes| {
                attributes.nested(IFLA_PROP_LIST | NLA_F_NESTED, |list| {
                    list.text(IFLA_ALT_IFNAME, name.as_bytes());
                });
            });
        }
    }

    /// Sends a change of a device that the library has no function for.
    fn change(
        &self,
        kind: MessageType,
        index: u32,
        attributes: impl FnOnce(&mut AttributeWriter<'_>),
    ) {
        let mut encoder = Encoder::new();
        let mut flags = MessageFlags::ACK;
        if kind == MessageType::NEWLINKPROP {
            flags |= MessageFlags::CREATE | MessageFlags::EXCL | MessageFlags::APPEND;
        }
        let body = LinkHeader { index: index.cast_signed(), ..LinkHeader::default() };
        self.done(encoder.message(Head::request(kind, flags, 1), &body, attributes));
        let socket = self.done(self.kernel.socket(Family::NETLINK, SocketType::RAW, 0));
        self.done(socket.send(encoder.as_bytes()));
        let mut answer = [0; 1024];
        self.done(socket.receive(&mut answer, Receive::NOW));
        let code = answer.get(16..20).and_then(|code| code.try_into().ok()).map(i32::from_ne_bytes);
        assert_eq!(code, Some(0), "`{}`", self.line);
    }

    fn address(&mut self, words: &[&str], is_new: bool) {
        let mut words = words.iter();
        let (local, prefix_length) = self.prefix(self.value(&mut words));
        let mut address = Address::new(0, local, prefix_length);
        let mut is_computed = false;
        while let Some(word) = words.next() {
            match *word {
                "dev" => {
                    let name = self.value(&mut words);
                    address.index = self.index(name);
                }
                "peer" => {
                    let (peer, length) = self.prefix(self.value(&mut words));
                    (address.peer, address.prefix_length) = (Some(peer), length);
                }
                "brd" => match self.value(&mut words) {
                    "+" => is_computed = true,
                    broadcast => address.broadcast = Some(self.done(broadcast.parse())),
                },
                "label" => address.label = Some(self.parse(&mut words)),
                "metric" => address.metric = self.parse(&mut words),
                "scope" => {
                    address.scope = match self.value(&mut words) {
                        "link" => Scope::LINK,
                        "host" => Scope::HOST,
                        _ => Scope::UNIVERSE,
                    };
                }
                "valid_lft" => address.valid = Lifetime::from_seconds(self.parse(&mut words)),
                "preferred_lft" => {
                    address.preferred = Lifetime::from_seconds(self.parse(&mut words));
                }
                "noprefixroute" => address.flags |= AddressFlags::NOPREFIXROUTE,
                "nodad" => address.flags |= AddressFlags::NODAD,
                word => self.unknown(word),
            }
        }
        if let (true, Some(mask), IpAddr::V4(local)) = (is_computed, address.netmask(), local) {
            address.broadcast = Some(local | !mask);
        }
        // As `ip` does: an address of the loopback network is one of the host.
        if local.is_loopback() && local.is_ipv4() {
            address.scope = Scope::HOST;
        }
        let answer = match is_new {
            true => self.rtnetlink.add_address(&address),
            false => self.rtnetlink.delete_address(&address),
        };
        self.done(answer);
    }

    /// Deletes a device's IPv6 addresses.
    fn flush(&mut self, words: &[&str]) {
        let name = words.iter().find(|word| **word != "dev").expect("a device");
        let index = self.index(name);
        let filter = AddressFilter { index: Some(index), ..AddressFilter::IPV6 };
        let addresses = self.rtnetlink.addresses(filter);
        for address in self.done(addresses).entries {
            let answer = self.rtnetlink.delete_address(&address);
            self.done(answer);
        }
    }

    fn route(&mut self, words: &[&str]) {
        let mut words = words.iter();
        let mut kind = RouteKind::UNICAST;
        let mut word = self.value(&mut words);
        if let Some(named) = [
            ("local", RouteKind::LOCAL),
            ("unreachable", RouteKind::UNREACHABLE),
            ("throw", RouteKind::THROW),
            ("blackhole", RouteKind::BLACKHOLE),
            ("prohibit", RouteKind::PROHIBIT),
        ]
        .into_iter()
        .find(|(name, _)| *name == word)
        {
            kind = named.1;
            word = self.value(&mut words);
        }
        let (destination, length) = match word {
            "default" => (Ipv4Addr::UNSPECIFIED.into(), 0),
            word => self.prefix(word),
        };
        let mut route = Route::new(destination, length);
        route.kind = kind;
        let mut hops = Vec::new();
        let mut hop = NextHop::default();
        let mut table = None;
        while let Some(word) = words.next() {
            match *word {
                "via" => hop.gateway = Some(self.parse(&mut words)),
                "dev" => {
                    let name = self.value(&mut words);
                    hop.index = Some(self.index(name));
                }
                "nexthop" => {
                    if hop != NextHop::default() {
                        hops.push(hop);
                    }
                    hop = NextHop::default();
                }
                "metric" => route.priority = self.parse(&mut words),
                "advmss" => route.metrics.advertised_mss = self.parse(&mut words),
                "window" => route.metrics.window = self.parse(&mut words),
                // The kernel's unit is an eighth of a millisecond.
                "rtt" => {
                    let time = self.value(&mut words).trim_end_matches("ms");
                    route.metrics.rtt = 8 * self.done(time.parse::<u32>());
                }
                "src" => route.preferred_source = Some(self.parse(&mut words)),
                "table" => {
                    table = Some(match self.value(&mut words) {
                        "local" => RouteTable::LOCAL,
                        number => RouteTable(self.done(number.parse::<u32>())),
                    });
                }
                "proto" => {
                    route.protocol = match self.value(&mut words) {
                        "static" => RouteProtocol::STATIC,
                        word => self.unknown(word),
                    };
                }
                word => self.unknown(word),
            }
        }
        if hop != NextHop::default() {
            hops.push(hop);
        }
        let has_gateway = hops.iter().any(|hop| hop.gateway.is_some());
        route.scope = match kind {
            RouteKind::LOCAL => Scope::HOST,
            RouteKind::UNICAST if !has_gateway && destination.is_ipv4() => Scope::LINK,
            _ => Scope::UNIVERSE,
        };
        route.table = table.unwrap_or(match kind {
            RouteKind::LOCAL => RouteTable::LOCAL,
            _ => RouteTable::MAIN,
        });
        route.next_hops = NextHops::from(hops);
        let answer = self.rtnetlink.add_route(&route);
        self.done(answer);
    }

    fn neighbour(&mut self, words: &[&str]) {
        let mut words = words.iter();
        let mut is_proxy = false;
        let mut address = None;
        let mut hardware = None;
        let mut index = 0;
        let mut state = None;
        while let Some(word) = words.next() {
            match *word {
                "proxy" => is_proxy = true,
                "lladdr" => hardware = Some(self.parse(&mut words)),
                "dev" => {
                    let name = self.value(&mut words);
                    index = self.index(name);
                }
                "nud" => {
                    state = Some(match self.value(&mut words) {
                        "permanent" => NeighbourState::PERMANENT,
                        "stale" => NeighbourState::STALE,
                        "incomplete" => NeighbourState::INCOMPLETE,
                        word => self.unknown(word),
                    });
                }
                word => address = Some(self.done(word.parse::<IpAddr>())),
            }
        }
        let address = address.expect("an address");
        let mut neighbour = match is_proxy {
            true => Neighbour::proxy(index, address),
            false => Neighbour::new(index, address, hardware.unwrap_or_default()),
        };
        neighbour.hardware = hardware.filter(|_| !is_proxy);
        if let Some(state) = state {
            neighbour.state = state;
        }
        let answer = self.rtnetlink.add_neighbour(&neighbour);
        self.done(answer);
    }
}
