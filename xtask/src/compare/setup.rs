//! Random set-ups: devices, addresses, routes, neighbours, and the files that names come from.

use crate::random::Random;

/// A set-up, and what there is in it for a command line to hit.
pub(crate) struct Scene {
    /// The lines of shell.
    pub(crate) setup: Vec<String>,
    /// The devices' names.
    pub(crate) devices: Vec<String>,
    /// The aliases.
    pub(crate) labels: Vec<String>,
    /// IPv4 addresses of the devices.
    pub(crate) addresses: Vec<String>,
    /// IPv6 addresses with their lengths.
    pub(crate) addresses6: Vec<String>,
    /// Destinations of IPv4 routes, as `ip` takes them.
    pub(crate) routes: Vec<String>,
    /// Destinations of IPv6 routes.
    pub(crate) routes6: Vec<String>,
    /// IPv4 neighbours.
    pub(crate) neighbours: Vec<String>,
    /// Hardware addresses.
    pub(crate) hardware: Vec<String>,
}

/// Names of further devices: for the sorting, of full length, of odd letters.
const NAMES: &[&str] = &[
    "eth0",
    "eth1",
    "eth10",
    "eth2",
    "a1",
    "a01",
    "a10",
    "a1b2",
    "a1b12",
    "br-x",
    "e01",
    "e1",
    "wlan0",
    "eth0.5",
    "enp0s31f6",
    "abcdefghijklmno",
    "abcdefghijklmn",
    "caf\u{e9}",
    "e0x",
    "x%d",
    "E0",
    "add",
    "up",
    "lo1",
    "1",
    "10.0.0.1",
    "-x",
    "e\u{1b}[7m",
    "default",
    "inet",
];
const LABELS: &[&str] =
    &["0", "1", "2", "01", "9", "10", "zz", "", "0-", "255", "300", "-1", "3:0", "b"];
const ADDRESSES: &[&str] = &[
    "192.168.1.5/24",
    "192.168.1.6/24",
    "192.168.1.5/16",
    "192.168.1.77/32",
    "10.5.0.1/24",
    "10.5.0.2/24",
    "10.5.0.3/25",
    "10.0.0.1/8",
    "172.16.3.10/24",
    "172.16.3.11/16",
    "10.1.2.3/24",
    "169.254.7.7/16",
    "10.9.0.1/30",
    "10.9.0.2/31",
    "1.1.1.1/1",
    "100.64.0.1/10",
    "192.168.1.1/24",
];
const ROUTES: &[&str] = &[
    "default",
    "10.0.0.0/8",
    "10.5.5.5",
    "10.6.0.0/16",
    "172.20.0.0/16",
    "0.0.0.0/1",
    "192.168.1.0/24",
    "10.20.30.40",
    "224.0.0.0/4",
    "169.254.0.0/16",
    "127.0.0.0/8",
    "192.168.1.0/25",
];
const GATEWAYS: &[&str] = &["192.168.1.1", "10.5.0.254", "172.16.3.1", "10.1.2.1", "192.168.1.9"];
const ADDRESSES6: &[&str] = &[
    "2001:db8:5::1/64",
    "2001:db8:5::2/128",
    "2001:db8:6::1/48",
    "fd00::1/64",
    "fe80::77/64",
    "::ffff:1.2.3.4/96",
    "fec0::1/64",
    "2001:db8:1111:2222:3333:4444:5555:6666/64",
    "2001:db8::/32",
];
const ROUTES6: &[&str] = &[
    "::/0",
    "2001:db8:a::/48",
    "2001:db8:b::/48",
    "2001:db8:c::7",
    "::ffff:1.2.3.0/120",
    "2000::/3",
];

/// Makes a set-up.
pub(crate) fn scene(random: &mut Random) -> Scene {
    let mut scene = Scene {
        setup: Vec::new(),
        devices: ["e0", "e0", "e0", "e0", "p0", "lo"].map(str::to_owned).to_vec(),
        labels: Vec::new(),
        addresses: Vec::new(),
        addresses6: Vec::new(),
        routes: Vec::new(),
        routes6: Vec::new(),
        neighbours: Vec::new(),
        hardware: ["02:00:00:00:00:01", "02:00:00:00:00:02"].map(str::to_owned).to_vec(),
    };
    let ipv6 = random.chance(30);
    if !ipv6 {
        scene.add("sysctl -qw net.ipv6.conf.all.disable_ipv6=1");
    }
    scene.files(random);
    if random.chance(40) {
        scene.devices(random);
    }
    // Before anything is up: ARP turned off races with what the kernel does then.
    if random.chance(10) {
        scene.flags(random);
    }
    if random.chance(75) {
        scene.add("ip link set p0 up");
    }
    if random.chance(75) {
        scene.add("ip link set e0 up");
    }
    if random.chance(5) {
        scene.add("sysctl -qw net.ipv4.conf.all.promote_secondaries=1");
    }
    for _ in 0..[0, 1, 1, 1, 2, 3, 5][random.below(7)] {
        scene.address(random);
    }
    for _ in 0..[0, 0, 0, 1, 2, 4][random.below(6)] {
        scene.route(random);
    }
    for _ in 0..[0, 0, 0, 1, 3][random.below(5)] {
        scene.neighbour(random);
    }
    if random.chance(10) {
        let device = scene.device(random);
        let group =
            random.word_of(&["33:33:00:00:00:77", "01:00:5e:01:02:03", "02:00:00:00:00:99"]);
        scene.add(&format!("ip maddr add {group} dev {device}"));
    }
    if ipv6 {
        for _ in 0..random.below(3) {
            let address = random.word_of(ADDRESSES6);
            let device = scene.device(random);
            scene.add(&format!("ip addr add {address} dev {device} nodad"));
            scene.addresses6.push(address);
        }
        for _ in 0..random.below(3) {
            scene.route6(random);
        }
    }
    scene
}

impl Scene {
    fn add(&mut self, line: &str) {
        self.setup.push(line.to_owned());
    }

    /// Returns a device's name, as a shell takes it.
    fn device(&self, random: &mut Random) -> String {
        let name = random.pick_or(&self.devices, 100, &["e0"]);
        if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._%".contains(&byte)) {
            name
        } else {
            "e0".to_owned()
        }
    }

    fn files(&mut self, random: &mut Random) {
        if random.chance(40) {
            self.add("mount --bind $F/hosts /etc/hosts");
        }
        if random.chance(40) {
            self.add("mount --bind $F/networks /etc/networks");
        }
        if random.chance(50) {
            self.add("mount --bind $F/nsswitch.files /etc/nsswitch.conf");
        }
    }

    fn devices(&mut self, random: &mut Random) {
        for number in 0..=random.below(4) {
            let address = format!("02:00:00:00:01:{number:02x}");
            let name = match random.below(8) {
                0 => {
                    self.add(&format!("ip link add br0 address {address} type bridge"));
                    if random.chance(30) {
                        self.add("ip link set p0 master br0");
                    }
                    "br0".to_owned()
                }
                1 => {
                    self.add(&format!("ip link add mv0 link e0 address {address} type macvlan"));
                    "mv0".to_owned()
                }
                2 => {
                    self.add("ip tuntap add dev tun0 mode tun");
                    if random.chance(50) {
                        self.add("ip addr add 10.1.1.1 peer 10.1.1.2 dev tun0");
                        self.addresses.push("10.1.1.1".to_owned());
                    }
                    "tun0".to_owned()
                }
                _ => {
                    let name = random.word_of(NAMES);
                    // "name" before it: some names look like words of ip's.
                    let quoted = if name.is_ascii() && !name.contains('\u{1b}') {
                        name.clone()
                    } else {
                        format!("'{name}'")
                    };
                    self.add(&format!("ip link add name {quoted} address {address} type ifb"));
                    name
                }
            };
            if random.chance(60) && name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                self.add(&format!("ip link set dev {name} up"));
            }
            self.devices.push(name);
            self.hardware.push(address);
        }
    }

    fn flags(&mut self, random: &mut Random) {
        let device = self.device(random);
        let words = random.word_of(&[
            "promisc on",
            "allmulticast on",
            "arp off",
            "trailers off",
            "mtu 1400",
            "txqueuelen 7",
            "dynamic on",
            "multicast off",
            "mtu 68",
            "promisc on allmulticast on arp off",
        ]);
        self.add(&format!("ip link set dev {device} {words}"));
    }

    fn address(&mut self, random: &mut Random) {
        let address = random.word_of(ADDRESSES);
        let device = self.device(random);
        let broadcast = random.word_of(&[" brd +", " brd +", " brd +", "", " brd 10.255.255.255"]);
        let mut label = String::new();
        if random.chance(45) && !device.contains('.') && device.len() < 11 {
            let name = format!("{device}:{}", random.word_of(LABELS));
            label = format!(" label {name}");
            self.labels.push(name);
        }
        let peer = if random.chance(5) { " peer 10.77.0.1/24" } else { "" };
        let address_alone = address.split('/').next().unwrap_or_default().to_owned();
        let first = if peer.is_empty() { &address } else { &address_alone };
        self.add(&format!("ip addr add {first}{peer}{broadcast} dev {device}{label}"));
        self.addresses.push(address_alone);
    }

    fn route(&mut self, random: &mut Random) {
        let target = random.word_of(ROUTES);
        let way = match random.below(10) {
            0..3 => format!("{target} via {} onlink dev e0", random.word_of(GATEWAYS)),
            3 => format!("{target} via {}", random.word_of(GATEWAYS)),
            4..7 => format!("{target} dev {}", self.device(random)),
            7 => format!(
                "{} {target}",
                random.word_of(&["unreachable", "blackhole", "prohibit", "throw"])
            ),
            8 => format!("{target} dev e0 advmss 1360 window 4096 rtt 300ms"),
            _ => format!("{target} dev e0 table 7"),
        };
        let metric =
            random.word_of(&["", "", "", " metric 9", " metric 4294967295", " metric 100"]);
        self.add(&format!("ip route add {way}{metric}"));
        self.routes.push(target);
    }

    fn neighbour(&mut self, random: &mut Random) {
        let host =
            random.word_of(&["10.1.2.7", "10.1.2.8", "192.168.1.9", "192.168.1.1", "10.9.9.9"]);
        let device = self.device(random);
        let line = match random.below(5) {
            0 => format!("ip neigh add proxy {host} dev {device}"),
            1 => format!("ip neigh add {host} lladdr 2:0:0:0:0:7 dev {device} nud stale"),
            2 => format!("ip neigh add {host} dev {device} nud noarp"),
            _ => format!("ip neigh add {host} lladdr 2:0:0:0:0:9 dev {device} nud permanent"),
        };
        self.add(&line);
        self.neighbours.push(host);
    }

    fn route6(&mut self, random: &mut Random) {
        let target = random.word_of(ROUTES6);
        let way = random.word_of(&[
            "dev e0",
            "via 2001:db8:5::9 dev e0 onlink",
            "dev e0 metric 77",
            "dev lo",
        ]);
        let kind = random.word_of(&["", "", "", "unreachable "]);
        let way = if kind.is_empty() { way } else { String::new() };
        self.add(format!("ip route add {kind}{target} {way}").trim_end());
        self.routes6.push(target);
    }
}
