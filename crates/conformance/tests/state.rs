//! A state that is saved and set again is the same kernel: to every dump, to the texts and settings listed here,
//! and to the next change.
//!
//! On the model alone: Linux has no such thing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::{
    FRA_DPORT_RANGE, FRA_DSCP, FRA_FLOWLABEL, FRA_FLOWLABEL_MASK, FRA_GOTO, FRA_IIFNAME,
    FRA_IP_PROTO, FRA_OIFNAME, FRA_PRIORITY, FRA_SRC, Family as RouteFamily, LinkHeader,
    RuleAction, RuleHeader, RuleRange16,
};
use ifctl_abi::{DeviceName, Family, IfMap, SocketType};
use ifctl_conformance::ip;
use ifctl_kernel::{Kernel, Receive};
use ifctl_netdevice::{LinkKind, LinkSpec, Rtnetlink};
use ifctl_netlink::{Encoder, Head};
use ifctl_virtual::state::{Anycast, RuleState};
use ifctl_virtual::{IpAlias, StateError, TunMode, VirtualKernel};
use std::collections::BTreeSet;
use std::net::Ipv6Addr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;

/// Lines that the helper does not know.
const VLAN: &str = "link add link d0 name d0.7 type vlan id 7";
const BOND: &str = "link add bond0 type bond";
const RULE: &str = "rule add from 10.0.0.0/8 iif d0 oif nosuch ipproto tcp dport 80 lookup 100";
const RULE6: &str = "rule add dscp 10 flowlabel 0x10 lookup 100";
const JUMP: &str = "rule add goto 100";
const NO_LOCAL: &str = "rule del table local";

/// What is done at random; what the kernel refuses is done in vain.
const CHANGES: &[&str] = &[
    "link add d0 type dummy",
    "link add d1 type dummy",
    "link add v0 type veth peer name v1",
    "link add b0 type bridge",
    VLAN,
    BOND,
    RULE,
    RULE6,
    JUMP,
    NO_LOCAL,
    "link set bond0 up",
    "link set v1 master bond0",
    "link add link d0 name m0 type macvlan",
    "link set lo up",
    "link set d0 up",
    "link set d0 down",
    "link set d1 up",
    "link set v0 up",
    "link set v1 up",
    "link set v1 down",
    "link set b0 up",
    "link set m0 up",
    "link set d0.7 up",
    "link set eth0 up",
    "link set eth0 down",
    "link set v0 master b0",
    "link set d1 master b0",
    "link set d1 nomaster",
    "link set d0 mtu 1280",
    "link set d0 mtu 1000",
    "link set d0 mtu 1500",
    "link set eth0 address 02:00:00:00:00:07",
    "link del b0",
    "link del d0",
    "link del v0",
    "addr add 10.0.0.1/24 dev eth0",
    "addr add 10.0.0.2/24 dev eth0 label eth0:1",
    "addr add 10.0.0.3/24 dev eth0",
    "addr add 10.1.0.1/16 dev d0",
    "addr add 10.1.0.2/16 dev d0",
    "addr add 192.168.7.1/30 dev v0",
    "addr del 10.0.0.1/24 dev eth0",
    "addr del 10.1.0.1/16 dev d0",
    "addr add fd00::1/64 dev eth0",
    "addr add fd00::2/64 dev d0",
    "addr add fd01::1/64 dev v1",
    "addr del fd00::1/64 dev eth0",
    "route add 10.9.0.0/16 via 10.0.0.9",
    "route add 10.9.0.0/16 via 10.0.0.9 metric 7",
    "route add default via 10.1.0.9",
    "route add 10.8.0.0/16 dev d0",
    "route add 10.7.0.0/16 dev d0 table 100",
    "route add blackhole 10.6.0.0/16",
    "route add fd07::/64 dev eth0",
    "route add fd08::/64 via fd00::9",
    "neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev eth0",
    "neigh add fd00::9 lladdr 02:00:00:00:00:09 dev eth0",
    "neigh add 10.1.0.9 lladdr 02:00:00:00:00:09 dev d0",
    "neigh add proxy 10.0.0.50 dev eth0",
    "neigh add proxy fd00::50 dev eth0",
    "link set eth0 alias outside",
    "link property add dev eth0 altname lan0",
    "link set d0 promisc on",
    "link set d0 promisc off",
    "route add 10.5.0.0/16 nexthop via 10.0.0.9 nexthop via 10.1.0.9",
    "addr add 10.0.0.77/24 dev eth0 valid_lft 3 preferred_lft 2",
    "addr add fd00::77/64 dev eth0 valid_lft 600 preferred_lft 300",
];

const FILES: &[&str] = &[
    "alias_types",
    "aliases",
    "arp",
    "dev",
    "dev_mcast",
    "igmp",
    "route",
    "rt_cache",
    "if_inet6",
    "igmp6",
    "ipv6_route",
];

/// Numbers that are the same each time.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

/// Carries a line out, and returns whether the kernel took it.
fn change(kernel: &VirtualKernel, line: &str) -> bool {
    if line == VLAN {
        return add_vlan(kernel).is_ok();
    }
    if line == BOND {
        let spec = LinkSpec::new(DeviceName::truncated(b"bond0"), LinkKind::Other("bond"));
        let made = Rtnetlink::open(kernel).and_then(|mut rtnetlink| rtnetlink.add_device(&spec));
        return made.is_ok();
    }
    if line.starts_with("rule") {
        return change_rules(kernel, line);
    }
    catch_unwind(AssertUnwindSafe(|| ip(kernel, line))).is_ok()
}

fn change_rules(kernel: &VirtualKernel, line: &str) -> bool {
    let family = if line == RULE6 { RouteFamily::INET6 } else { RouteFamily::INET };
    let mut header = RuleHeader { family, ..RuleHeader::default() };
    header.table = if line == NO_LOCAL { 255 } else { 100 };
    header.source_length = if line == RULE { 8 } else { 0 };
    header.action = if line == JUMP { RuleAction::GOTO } else { RuleAction::TO_TABLE };
    let (kind, flags) = match line == NO_LOCAL {
        true => (MessageType::DELRULE, MessageFlags::ACK),
        false => (MessageType::NEWRULE, MessageFlags::CREATE | MessageFlags::ACK),
    };
    let mut encoder = Encoder::new();
    let written = encoder.message(Head::request(kind, flags, 1), &header, |to| match line {
        RULE => {
            to.bytes(FRA_SRC, &[10, 0, 0, 0]).text(FRA_IIFNAME, b"d0");
            to.text(FRA_OIFNAME, b"nosuch").u8(FRA_IP_PROTO, 6);
            to.value(FRA_DPORT_RANGE, &RuleRange16 { start: 80, end: 80 });
        }
        RULE6 => {
            to.u8(FRA_DSCP, 10).be32(FRA_FLOWLABEL, 0x10).be32(FRA_FLOWLABEL_MASK, 0xff);
        }
        JUMP => {
            to.u32(FRA_GOTO, 100).u32(FRA_PRIORITY, 50);
        }
        _ => {}
    });
    written.unwrap();
    let socket = kernel.socket(Family::NETLINK, SocketType::RAW, 0).unwrap();
    socket.send(encoder.as_bytes()).unwrap();
    let mut buffer = [0; 1024];
    let received = socket.receive(&mut buffer, Receive::WAIT).unwrap();
    assert!(received.copied > 20);
    buffer[16..20] == [0; 4]
}

fn add_vlan(kernel: &VirtualKernel) -> ifctl_netdevice::Result<()> {
    let mut rtnetlink = Rtnetlink::open(kernel)?;
    let below = rtnetlink.device_named(b"d0")?.index;
    let kind = LinkKind::Vlan { id: 7, protocol: None };
    let mut spec = LinkSpec::new(DeviceName::truncated(b"d0.7"), kind);
    spec.link = Some(below);
    rtnetlink.add_device(&spec)
}

fn set(kernel: &VirtualKernel, path: &str, value: &str) {
    kernel.write(Path::new(path), value.as_bytes()).unwrap();
}

fn start(ip_alias: IpAlias) -> VirtualKernel {
    let kernel = VirtualKernel::with_ip_alias(ip_alias);
    let name = |name: &str| DeviceName::truncated(name.as_bytes());
    let map = IfMap { irq: 7, base_addr: 0x378, ..IfMap::default() };
    kernel.add_card(name("eth0"), [0, 0x8e, 0xb8, 0x83, 0x19, 0x20], map).unwrap();
    kernel.add_tun(name("tap0"), TunMode::Tap).unwrap();
    ip(&kernel, "link add d0 type dummy; link set d0 up");
    kernel
}

/// Returns every dump, text and setting, without the port of the socket that asked.
fn told(kernel: &VirtualKernel) -> Vec<(String, Vec<u8>)> {
    let mut told = Vec::new();
    let dumps = [
        (MessageType::GETLINK, 0),
        (MessageType::GETADDR, 2),
        (MessageType::GETADDR, 10),
        (MessageType::GETROUTE, 2),
        (MessageType::GETROUTE, 10),
        (MessageType::GETRULE, 2),
        (MessageType::GETRULE, 10),
        (MessageType::GETNEIGH, 0),
        (MessageType::GETNETCONF, 2),
        (MessageType::GETNETCONF, 10),
    ];
    for (kind, family) in dumps {
        told.push((format!("{kind:?} {family}"), dump(kernel, kind, family, false)));
    }
    told.push(("proxies".into(), dump(kernel, MessageType::GETNEIGH, 0, true)));
    let mut paths: Vec<String> = FILES.iter().map(|file| format!("/proc/net/{file}")).collect();
    for protocol in ["ipv4", "ipv6"] {
        for of in ["all", "default", "lo", "eth0", "d0", "v0"] {
            for name in ["forwarding", "disable_ipv6", "rp_filter", "accept_dad", "mtu", "tag"] {
                paths.push(format!("/proc/sys/net/{protocol}/conf/{of}/{name}"));
            }
        }
    }
    for device in ["lo", "eth0", "d0", "d1", "v0", "v1", "b0", "m0", "bond0", "tap0", "d0.7"] {
        for name in [
            "addr_assign_type",
            "address",
            "broadcast",
            "carrier",
            "carrier_changes",
            "dev_id",
            "dormant",
            "flags",
            "ifalias",
            "ifindex",
            "iflink",
            "link_mode",
            "mtu",
            "name_assign_type",
            "netdev_group",
            "operstate",
            "tx_queue_len",
            "type",
            "statistics/rx_packets",
        ] {
            paths.push(format!("/sys/class/net/{device}/{name}"));
        }
    }
    for path in paths {
        let text = kernel.read(Path::new(&path)).unwrap_or_else(|errno| format!("{errno}").into());
        told.push((path, text));
    }
    told
}

fn dump(kernel: &VirtualKernel, kind: MessageType, family: u8, proxies: bool) -> Vec<u8> {
    let socket = kernel.socket(Family::NETLINK, SocketType::RAW, 0).unwrap();
    let mut encoder = Encoder::new();
    let flags = MessageFlags::REQUEST | MessageFlags::DUMP;
    let head = Head { kind, flags, sequence: 1, port: 0 };
    let mut header = LinkHeader::default();
    header.family.0 = family;
    if proxies {
        // Where a link's flags are, a neighbour's state, flags and kind are: NTF_PROXY.
        header.flags = u32::from_ne_bytes([0, 0, 8, 0]);
    }
    encoder.message(head, &header, |_| {}).unwrap();
    socket.send(&encoder.into_bytes()).unwrap();
    let (mut all, mut buffer) = (Vec::new(), vec![0; 65536]);
    loop {
        let received = socket.receive(&mut buffer, Receive::default()).unwrap();
        let bytes = &buffer[..received.length];
        let mut rest = bytes;
        while rest.len() >= 16 {
            let length = u32::from_ne_bytes(rest[..4].try_into().unwrap()) as usize;
            let message = &rest[..length.min(rest.len())];
            all.extend_from_slice(&message[..12]);
            all.extend_from_slice(&message[16..]);
            if message[4..6] == MessageType::DONE.0.to_ne_bytes() {
                return all;
            }
            rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
        }
    }
}

fn assert_same(one: &VirtualKernel, other: &VirtualKernel, what: &str) {
    for ((name, one), (_, other)) in told(one).into_iter().zip(told(other)) {
        assert!(one == other, "{what}: {name}:\n{one:02x?}\n{other:02x?}");
    }
}

#[test]
fn a_state_that_is_set_again_answers_as_the_kernel_that_it_is_from() {
    let hook = std::panic::take_hook();
    // What the kernel refuses is told by a panic.
    std::panic::set_hook(Box::new(|_| {}));
    let outcome = catch_unwind(|| {
        let mut taken = BTreeSet::new();
        for seed in 0..400 {
            let mut draw = Draw(seed);
            let module = seed % 4 == 3;
            let kernel = start(if module { IpAlias::Module } else { IpAlias::BuiltIn });
            for _ in 0..40 {
                match draw.below(12) {
                    0 => kernel.advance(Duration::from_millis(draw.below(3000) as u64)),
                    1 => set(&kernel, "/proc/sys/net/ipv4/conf/all/forwarding", "1"),
                    2 => set(&kernel, "/proc/sys/net/ipv6/conf/default/accept_dad", "0"),
                    3 => set(&kernel, "/proc/sys/net/ipv4/conf/eth0/rp_filter", "2"),
                    _ => {
                        let line = CHANGES[draw.below(CHANGES.len())];
                        if change(&kernel, line) {
                            taken.insert(line);
                        }
                    }
                }
            }
            let state = kernel.save().unwrap();
            let again = VirtualKernel::load(&state).map_err(|error| error.to_string()).unwrap();
            assert_eq!(again.save().unwrap(), state, "seed {seed}");
            assert_same(&kernel, &again, &format!("seed {seed}"));
            let next = CHANGES[draw.below(CHANGES.len())];
            assert_eq!(change(&kernel, next), change(&again, next), "seed {seed}, {next}");
            kernel.advance(Duration::from_secs(3));
            again.advance(Duration::from_secs(3));
            assert_same(&kernel, &again, &format!("seed {seed}, after {next}"));
        }
        let never: Vec<_> = CHANGES.iter().filter(|line| !taken.contains(*line)).collect();
        assert!(never.is_empty(), "never taken: {never:?}");
    });
    std::panic::set_hook(hook);
    if let Err(cause) = outcome {
        let text = cause.downcast_ref::<String>().cloned().unwrap_or_default();
        panic!("{}", text.chars().take(3000).collect::<String>());
    }
}

/// Returns what is wrong with a state that was changed by hand.
fn refusal(change: impl FnOnce(&mut ifctl_virtual::State)) -> StateError {
    let kernel = start(IpAlias::BuiltIn);
    ip(&kernel, "link add v0 type veth peer name v1; addr add 10.0.0.1/24 dev eth0");
    ip(&kernel, "link set eth0 up; link add b0 type bridge; link set v0 master b0");
    let mut state = kernel.save().unwrap();
    change(&mut state);
    VirtualKernel::load(&state).expect_err("no kernel can be so")
}

/// Gives a state one rule, changed so.
fn rule(state: &mut ifctl_virtual::State, change: impl Fn(&mut RuleState)) {
    let kernel = start(IpAlias::BuiltIn);
    assert!(change_rules(&kernel, JUMP));
    let mut rule = kernel.save().unwrap().rules.unwrap().remove(0);
    change(&mut rule);
    state.rules = Some(vec![rule]);
}

#[test]
fn a_value_that_cannot_be_is_named() {
    let field = |change: fn(&mut ifctl_virtual::State)| refusal(change).field().to_owned();
    assert_eq!(field(|state| state.devices[1].index = 0), "devices[1].index");
    assert_eq!(field(|state| state.devices[1].index = 1), "devices[1].index");
    assert_eq!(field(|state| state.devices[1].name.0 = b"a/b".to_vec()), "devices[1].name");
    assert_eq!(field(|state| state.devices[1].name.0 = b"lo".to_vec()), "devices[1].name");
    assert_eq!(field(|state| state.devices[1].address.0 = vec![0; 33]), "devices[1].address");
    assert_eq!(field(|state| state.devices[1].master = Some(99)), "devices[1].master");
    assert_eq!(field(|state| state.devices[1].master = Some(1)), "devices[1].master");
    assert_eq!(field(|state| drop(state.devices.remove(0))), "devices");
    assert_eq!(
        field(|state| state.devices[1].inet.as_mut().unwrap().addresses[0].prefix_length = 33),
        "devices[1].inet.addresses[0].prefix_length"
    );
    assert_eq!(
        field(|state| {
            let settings = &mut state.devices[1].inet.as_mut().unwrap().settings;
            settings.values.insert("nonsense".into(), 1);
        }),
        "devices[1].inet.settings"
    );
    assert_eq!(
        field(|state| state.ipv4.tables[0].routes[0].shared = 99),
        "ipv4.tables[0].routes[0].shared"
    );
    assert_eq!(field(|state| state.ipv6.tables.clear()), "ipv6.tables");
    assert_eq!(field(|state| rule(state, |rule| rule.action = 2)), "rules[0].target");
    assert_eq!(field(|state| rule(state, |rule| rule.family = 7)), "rules[0].family");
    assert_eq!(field(|state| rule(state, |rule| rule.users = Some([3, 1]))), "rules[0].users");
    assert_eq!(field(|state| state.last_number = 0), "last_number");
    assert_eq!(field(|state| state.last_number = u64::MAX), "last_number");
    assert_eq!(field(|state| state.now = Duration::MAX), "now");
    assert_eq!(
        field(|state| state.devices[1].inet6.as_mut().unwrap().addresses[0].address =
            Ipv6Addr::UNSPECIFIED),
        "devices[1].inet6.addresses[0].address"
    );
    assert_eq!(
        field(|state| {
            let settings = &mut state.devices[1].inet6.as_mut().unwrap().settings;
            settings.values.insert("addr_gen_mode".into(), 4);
        }),
        "devices[1].inet6.settings"
    );
    assert_eq!(
        field(|state| {
            let all_routers = Ipv6Addr::from(0xfe80 << 112);
            let twice = Anycast { address: all_routers, users: 1, created: 0 };
            state.devices[1].inet6.as_mut().unwrap().anycasts = vec![twice.clone(), twice];
        }),
        "devices[1].inet6.anycasts[0].address"
    );
    assert_eq!(
        field(|state| state.devices[1].inet.as_mut().unwrap().addresses[0].updated = u64::MAX),
        "devices[1].inet.addresses[0].updated"
    );
    assert_eq!(
        field(|state| state.devices[1].inet6.as_mut().unwrap().addresses[0].updated = Duration::MAX),
        "devices[1].inet6.addresses[0].updated"
    );
}

#[test]
fn a_kernel_with_more_namespaces_than_one_has_no_state() {
    let kernel = start(IpAlias::BuiltIn);
    let other = kernel.new_namespace();
    assert_eq!(kernel.save().expect_err("two").field(), "namespaces");
    drop(other);
    assert!(kernel.save().is_ok());
}
