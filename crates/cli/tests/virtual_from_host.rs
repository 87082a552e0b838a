//! `ifctl virtual init --from-host`: the copy of a network looks like that network.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ifctl_conformance::{private, sh};
use std::path::{Path, PathBuf};
use std::process::Command;

const IFCTL: &str = env!("CARGO_BIN_EXE_ifctl");

/// A host as a router or a container's host is: cables, a bridge, tunnels, a gateway that only a route
/// of its own reaches, settings that differ from those of all.
const HOST: &str = "
    ip link set lo up
    ip link add out0 address 02:00:00:00:00:01 index 20 type veth peer name in0 address 02:00:00:00:00:02
    ip link add br0 address 02:00:00:00:00:03 type bridge forward_delay 500
    ip link set in0 master br0
    ip link add mac0 address 02:00:00:00:00:04 link out0 index 10 type macvlan mode private
    ip link add vx0 address 02:00:00:00:00:05 type vxlan id 7 dstport 4789 local 10.0.0.1
    ip link add f0 address 02:00:00:00:00:06 type ifb
    ip tuntap add t0 mode tun
    ip tuntap add tap0 mode tap
    ip link set tap0 address 02:00:00:00:00:07
    ip link set out0 mtu 9000 txqueuelen 77 group 5 alias outside
    ip link property add dev out0 altname a-name-of-more-than-fifteen-bytes
    sysctl -qw net.ipv4.conf.default.rp_filter=2 net.ipv4.conf.out0.rp_filter=0
    sysctl -qw net.ipv4.conf.all.forwarding=1 net.ipv4.conf.out0.forwarding=0
    sysctl -qw net.ipv6.conf.out0.accept_dad=0 net.ipv6.conf.br0.addr_gen_mode=1
    ip link set out0 arp off
    ip link set out0 up
    ip link set in0 up
    ip link set br0 up
    ip link set t0 up
    ip addr add 10.0.0.1/32 dev out0 label out0:wan
    ip addr add 10.0.0.2/24 dev out0
    ip addr add 2001:db8::1/64 dev br0 nodad
    ip route add 192.0.2.1/32 dev out0
    ip route add default via 192.0.2.1
    ip route add 198.51.100.0/24 nexthop via 10.0.0.9 weight 2 nexthop via 192.0.2.1
    ip route add blackhole 203.0.113.0/24
    ip -6 route add default via 2001:db8::9
    ip neigh add 10.0.0.9 lladdr 02:00:00:00:00:99 dev out0
    ip neigh add proxy 10.0.0.7 dev out0
";

/// What says the same of both, statistics apart.
const QUESTIONS: &[&[&str]] = &[
    &["ifconfig", "-a"],
    &["route", "-n"],
    &["route", "-6", "-n"],
    &["arp", "-n"],
    &["show", "--routes"],
];

#[test]
fn the_copy_of_a_host_answers_as_the_host_does() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("host-{}", std::process::id()));
    private(|| {
        sh(HOST);
        sh("while ip -6 addr | grep -q tentative; do sleep 0.1; done");
        let told = run(&["virtual", "init", file.to_str().unwrap(), "--from-host"]);
        let constant = "not in it: statistics, rules, queueing, firewalls, and other namespaces";
        assert_eq!(
            told.lines().filter(|line| !line.contains(constant)).collect::<Vec<_>>(),
            [""; 0]
        );
        let kernel = format!("virtual:{}", file.display());
        for question in QUESTIONS {
            let host = tidy(question, &run(question));
            let copy = tidy(question, &run(&[&["--kernel", &kernel], *question].concat()));
            assert!(host == copy, "{question:?}\n{host}\n-- the copy --\n{copy}");
        }
        for setting in ["default/rp_filter", "out0/rp_filter", "all/forwarding", "out0/forwarding"]
        {
            let path = PathBuf::from("/proc/sys/net/ipv4/conf").join(setting);
            let state: ifctl_virtual::State = state_of(&file);
            let copy = ifctl_virtual::VirtualKernel::load(&state).unwrap();
            let copied = ifctl_netdevice::Kernel::read(&copy, &path).unwrap();
            assert_eq!(copied, std::fs::read(&path).unwrap(), "{setting}");
        }
    });
    std::fs::remove_file(&file).unwrap();
}

fn state_of(file: &Path) -> ifctl_virtual::State {
    let content: serde_json::Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    serde_json::from_value(content["state"].clone()).unwrap()
}

/// Returns stdout, or stderr where that is all there is.
fn run(words: &[&str]) -> String {
    let mut command = Command::new(IFCTL);
    command.env_remove("IFCTL_KERNEL").env_remove("IFCTL_STYLE").env("NO_COLOR", "1");
    let output = command.args(words).output().unwrap();
    assert!(output.status.success(), "{words:?}: {output:?}");
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

/// Returns a listing without counters: those of devices, and those of IPv6's routes. Of these, alike ones
/// are told in the order in which their devices came up, which is not known: all are sorted.
fn tidy(question: &[&str], text: &str) -> String {
    let is_counter = |line: &&str| {
        let line = line.trim_start();
        ["RX ", "TX ", "rx ", "tx "].iter().any(|start| line.starts_with(start))
    };
    // Linux 6.18 shows proxies without a device that namespaces before this one had.
    let is_older = |line: &&str| question.contains(&"arp") && line.ends_with(" *");
    let lines = text.lines().filter(|line| !is_counter(line) && !is_older(line));
    let mut lines: Vec<_> = lines.map(str::to_owned).collect();
    if question.contains(&"-6") {
        for line in &mut lines {
            let fields: Vec<_> = line.split_whitespace().collect();
            if let [destination, gateway, flags, metric, _, _, device] = fields[..] {
                *line = [destination, gateway, flags, metric, device].join(" ");
            }
        }
    }
    if question.iter().any(|word| ["-6", "--routes"].contains(word)) {
        lines.sort();
    }
    lines.join("\n")
}
