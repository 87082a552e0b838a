//! Real clients, unmodified, on the model: each lists, and each changes something.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod run;
mod tool;

use ifctl_conformance::{installed, peer};
use run::{Who, each};
use std::fs;
use std::path::Path;
use tool::finish;

fn file(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).unwrap()
}

/// The HOWTO's commands, with `insmod` ours, and its last two listings as it had them.
fn howto(insmod: &str) -> String {
    let script = file("examples/ip-alias-howto.sh");
    assert!(script.contains("/sbin/insmod") && script.contains("/sbin/ifctl aliases --types"));
    script
        .replace("/sbin/insmod", insmod)
        .replace("/sbin/ifctl aliases --types", "cat /proc/net/alias_types")
        .replace("/sbin/ifctl aliases", "cat /proc/net/aliases")
}

/// What /proc/net/aliases and alias_types hold in the HOWTO.
fn told_aliases() -> Vec<String> {
    let seed = file("tests/seeds/ip-alias-howto.txt");
    let (_, aliases) = seed.split_once("And /proc/net/aliases:").unwrap();
    let (aliases, _) = aliases.split_once("Of course").unwrap();
    let lines = aliases.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with("And "));
    lines.map(str::to_owned).collect()
}

/// Has the HOWTO's commands carried out by a client: what its programs' names begin with, what it says of a route that
/// Linux refuses, and how a device's paragraph begins and names its address.
fn howto_by(who: &Who, folder: &str, refusal: &str, paragraph: impl Fn(&str, &str) -> [String; 2]) {
    let insmod = who.folder.path("insmod");
    let script = howto("INSMOD").replace("/sbin/", folder).replace("INSMOD", &insmod);
    let run = who.run(&["--howto"], &script);
    // Networks that fit no class, and one without a device: today's clients ask Linux for what it refuses.
    assert_eq!(run.stderr, format!("{refusal}\n").repeat(2), "{run}");
    assert_eq!(run.status, 0);
    let lines: Vec<_> = run.stdout.lines().map(str::trim).collect();
    let told = told_aliases();
    assert_eq!(told.len(), 5);
    assert_eq!(lines[lines.len() - told.len()..], told[..]);
    for (name, address) in
        [("eth0", "172.16.3.1"), ("eth0:0", "172.16.3.10"), ("eth0:1", "172.16.3.100")]
    {
        let [first, second] = paragraph(name, address);
        let line = lines.iter().position(|line| line.starts_with(&first));
        let line = line.unwrap_or_else(|| panic!("{first}: {run}"));
        assert_eq!(lines[line + 1], second, "{name}");
    }
}

#[test]
fn the_howto_s_commands_are_carried_out_by_debian_s_own_ifconfig_and_route() {
    if !peer("ifconfig", "ifctl run: the HOWTO by net-tools") {
        return;
    }
    each("howto", |who| {
        howto_by(who, "/sbin/", "SIOCADDRT: Invalid argument", |name, address| {
            let inet = format!("inet {address}  netmask 255.255.255.0  broadcast 172.16.3.255");
            [format!("{name}: flags"), inet]
        });
    });
}

#[test]
fn the_howto_s_commands_are_carried_out_by_busybox() {
    if !peer("busybox", "ifctl run: the HOWTO by busybox") {
        return;
    }
    each("howto-busybox", |who| {
        howto_by(who, "busybox ", "route: SIOCADDRT: Invalid argument", |name, address| {
            let inet = format!("inet addr:{address}  Bcast:172.16.3.255  Mask:255.255.255.0");
            [format!("{name:<9} Link encap:Ethernet  HWaddr 00:8E:B8:83:19:20"), inet]
        });
    });
}

#[test]
fn the_howto_s_commands_are_carried_out_by_our_tools_as_programs_of_the_host() {
    each("howto-ours", |who| {
        let folder = who.folder.0.display();
        for tool in ["ifconfig", "route"] {
            std::os::unix::fs::symlink(who.folder.join("ifctl"), who.folder.join(tool)).unwrap();
        }
        let script = howto("/sbin/insmod").replace("/sbin/", &format!("{folder}/"));
        let printed = who.answer(&["--howto"], &script);
        let seed = file("tests/seeds/ip-alias-howto.txt");
        let picture = seed.split_once("my /sbin/ifconfig looks like:").unwrap().1;
        let picture = picture.split_once("Of course").unwrap().0;
        // How many packets there were is the HOWTO's own affair.
        let tidy = |text: &str| -> Vec<String> {
            let lines = text.lines().map(str::trim);
            let lines = lines.filter(|line| !line.is_empty() && !line.starts_with("And "));
            lines.filter(|line| !line.contains("X packets:")).map(str::to_owned).collect()
        };
        assert_eq!(tidy(&printed), tidy(picture));
    });
}

#[test]
fn net_tools_changes_and_lists() {
    if !peer("ifconfig", "ifctl run: net-tools") {
        return;
    }
    each("net-tools", |who| {
        let printed = who.answer(
            &["--howto"],
            "ifconfig eth0 10.0.0.1 netmask 255.0.0.0; ifconfig eth0 mtu 1400; route add default gw 10.0.0.9
             arp -s 10.0.0.5 02:00:00:00:00:05; ifconfig eth0 | head -2; route -n | tail -2; arp -n | tail -1
             nameif nic 00:8e:b8:83:19:20 || :; ipmaddr show dev lo | head -1",
        );
        let words: Vec<_> = printed.split_whitespace().collect();
        for wanted in ["mtu", "1400", "10.0.0.1", "10.0.0.9", "10.0.0.5", "02:00:00:00:00:05"] {
            assert!(words.contains(&wanted), "{wanted}: {printed}");
        }
    });
}

#[test]
fn iproute2_changes_and_lists_in_json_and_by_batch() {
    each("iproute2", |who| {
        let lines = "link add br0 address 02:00:00:00:00:07 type bridge\nlink set br0 up\n\
                     addr add 192.0.2.1/24 dev br0\nroute add 198.51.100.0/24 via 192.0.2.9\n\
                     neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev br0\n";
        fs::write(who.folder.join("batch"), lines).unwrap();
        let printed = who.answer(
            &[],
            "ip -batch $F/batch; ip -j addr show br0; ip -j route; ip -br link; ip neigh
             ip route get 198.51.100.7 from 192.0.2.1",
        );
        let lines: Vec<_> = printed.lines().collect();
        let addresses: serde_json::Value = serde_json::from_str(lines[0]).unwrap();
        assert_eq!(addresses[0]["addr_info"][0]["local"], "192.0.2.1");
        assert_eq!(addresses[0]["address"], "02:00:00:00:00:07");
        let routes: serde_json::Value = serde_json::from_str(lines[1]).unwrap();
        assert_eq!(routes[1]["gateway"], "192.0.2.9");
        assert!(
            printed.contains("192.0.2.9 dev br0 lladdr 02:00:00:00:00:09 PERMANENT"),
            "{printed}"
        );
        assert!(printed.contains("198.51.100.7 from 192.0.2.1 via 192.0.2.9 dev br0"), "{printed}");
        let refused = who.run(&[], "ip link add br0 type bridge; ip link add br0 type bridge");
        assert_eq!(refused.stderr, "RTNETLINK answers: File exists\n");
        assert_eq!(refused.status, 2);
    });
}

#[test]
fn one_program_is_told_what_another_one_does() {
    each("monitor", |who| {
        let printed = who.answer(
            &[],
            "ip -o monitor link address > $F/news &
             until [ -s $F/news ]; do ip link set lo up; ip link set lo down; done
             ip link add br1 address 02:00:00:00:00:08 type bridge; ip addr add 192.0.2.3/24 dev br1
             until grep -q 192.0.2.3/24 $F/news; do :; done; kill $!; wait $! 2> /dev/null || :; cat $F/news",
        );
        assert!(printed.contains("br1") && printed.contains("02:00:00:00:00:08"), "{printed}");
        assert!(printed.contains("inet 192.0.2.3/24"), "{printed}");
    });
}

#[test]
fn python_changes_and_lists() {
    if !peer("python3", "ifctl run: python") {
        return;
    }
    let program = r#"
import fcntl, os, socket, struct
control = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
address = struct.pack("16sHH4s8x", b"eth0:3", socket.AF_INET, 0, socket.inet_aton("192.0.2.33"))
fcntl.ioctl(control, 0x8916, address)
print(socket.if_nameindex())
answer = fcntl.ioctl(control, 0x8915, struct.pack("16s16x", b"eth0:3"))
print(socket.inet_ntoa(answer[20:24]))
route = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
port = os.getpid() + (5 << 22)
route.bind((port, 0))
print(route.getsockname() == (port, 0))
route.sendto(struct.pack("=IHHIIBxHiII", 32, 18, 0x301, 7, 0, 0, 0, 0, 0, 0), (0, 0))
data, sender = route.recvfrom(65536)
print(sender, struct.unpack_from("=IHHII", data)[1:] == (16, 2, 7, port))
route.setblocking(False)
try:
    while True:
        route.recv(65536)
except BlockingIOError:
    print("empty")
print(sorted(os.listdir("/sys/class/net")), open("/sys/class/net/eth0/address").read().strip())
print(os.path.exists("/proc/net/aliases"), os.stat("/sys/class/net/eth0/mtu").st_size)
"#;
    each("python", |who| {
        fs::write(who.folder.join("program.py"), program).unwrap();
        let python = if installed("/usr/bin/python3") { "/usr/bin/python3" } else { "python3" };
        let script =
            format!("insmod=1 $F/insmod ip_alias.o; ip link set eth0 up; {python} $F/program.py");
        let printed = who.answer(&["--howto"], &script);
        assert_eq!(
            printed,
            "[(1, 'lo'), (2, 'eth0')]\n192.0.2.33\nTrue\n(0, 0) True\nempty\n['eth0', 'lo'] \
             00:8e:b8:83:19:20\nTrue 4096\n"
        );
    });
}

#[test]
fn psutil_pyroute2_and_ifaddr_change_and_list() {
    let modules = [
        (
            "psutil",
            "import psutil; assert psutil.net_if_addrs()['lo'][0].address == '192.0.2.9'; \
             assert psutil.net_if_stats()['lo'].mtu == 65536",
        ),
        (
            "pyroute2",
            "import pyroute2; ip = pyroute2.IPRoute(); ip.addr('add', index=1, address='192.0.2.4', prefixlen=24); \
             assert '192.0.2.4' in str(ip.get_addr())",
        ),
        ("ifaddr", "import ifaddr; assert '192.0.2.9' in str(ifaddr.get_adapters())"),
    ];
    for (module, program) in modules {
        let there = installed("python3")
            && finish(
                std::process::Command::new("python3").args(["-c", &format!("import {module}")]),
            )
            .status
                == 0;
        if !there {
            ifctl_conformance::say(&format!("ifctl run: {module}: not done, it is not installed"));
            continue;
        }
        each(module, |who| {
            fs::write(who.folder.join("program.py"), program).unwrap();
            who.answer(&[], "ip addr add 192.0.2.9/32 dev lo; python3 $F/program.py");
        });
    }
}

#[test]
fn a_static_program_changes_and_lists() {
    each("static", |who| {
        let Some(program) = who.compiled("addresses", "ifctl run: a static program") else {
            return;
        };
        let script = format!("$F/insmod ip_alias.o; ip link set eth0 up; {program}");
        let printed = who.answer(&["--howto"], &script);
        assert_eq!(printed, "lo  0x8\neth0  0x1\neth0:7 192.0.2.7 0x1\n2\n");
    });
}

#[test]
fn busybox_changes_and_lists() {
    if !peer("busybox", "ifctl run: busybox") {
        return;
    }
    each("busybox", |who| {
        let printed = who.answer(
            &[],
            "busybox ip link add d0 type dummy; busybox ip addr add 192.0.2.5/24 dev d0; busybox ifconfig d0 up
             busybox ifconfig d0; busybox ip addr show dev d0; busybox route -n",
        );
        assert_eq!(printed.matches("192.0.2.5").count(), 2, "{printed}");
        assert!(printed.contains("192.0.2.0"), "{printed}");
    });
}

#[test]
fn ifup_and_ifdown_bring_an_interface_up_and_down() {
    if !peer("ifup", "ifctl run: ifupdown") {
        return;
    }
    each("ifup", |who| {
        let text = "iface eth0 inet static\n address 192.0.2.6/24\n gateway 192.0.2.1\n";
        fs::write(who.folder.join("interfaces"), text).unwrap();
        fs::create_dir(who.folder.join("state")).unwrap();
        // Without the scripts of other packages, which would act on the host for root.
        let printed = who.answer(
            &["--howto"],
            "how='--no-scripts -i '$F'/interfaces --state-dir '$F; ifup $how eth0; ip -br -4 addr show eth0; \
             ip route; ifdown $how eth0; ip -br addr show eth0; ip route",
        );
        let lines: Vec<String> = printed
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(
            lines,
            [
                "eth0 UNKNOWN 192.0.2.6/24",
                "default via 192.0.2.1 dev eth0 onlink",
                "192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.6",
                "eth0 DOWN",
            ],
            "{printed}"
        );
    });
}

/// What a caller is shown that it is.
fn ids(who: &Who, options: &[&str]) -> String {
    who.answer(options, "id -u")
}

#[test]
fn programs_see_that_they_are_root_unless_told_otherwise() {
    let who = Who::new("ids", true);
    assert_eq!(ids(&who, &[]), "0\n");
    assert_ne!(ids(&who, &["--as-user"]), "0\n");
    let run = who.run(&["--as-user"], "ip link set lo up; echo 1 > /proc/sys/net/ipv4/ip_forward");
    assert!(run.stderr.contains("RTNETLINK answers: Operation not permitted"), "{run}");
    assert!(run.stderr.contains("Permission denied"), "{run}");
}
