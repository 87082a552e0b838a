//! The layouts of older times, whole.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod tool;

use ifctl_conformance::{private, sh};
use insta::assert_snapshot;
use std::process::Command;
use tool::{IFCTL, Run};

/// Makes what the HOWTO has: `lo`, `eth0` with an address and two aliases, one of them unplugged.
fn set_up() {
    sh("sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
        ip link set lo up
        ip link add eth0 address 00:8e:b8:83:19:20 type veth peer name p0
        ip link set p0 address 02:00:00:00:00:02; ip link set p0 up
        ip addr add 172.16.3.1/16 brd + dev eth0; ip link set eth0 up
        ip addr add 172.16.3.10/16 brd + dev eth0 label eth0:0
        ip addr add 172.16.3.100/16 brd + dev eth0 label eth0:1");
}

fn styled(style: &str, line: &str) -> Run {
    let mut command = Command::new(IFCTL);
    command.args(line.split_whitespace());
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(variable);
    }
    let output = command.env("IFCTL_STYLE", style).output().unwrap();
    // A blank at the end of a line would not be seen.
    let visible = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(" \n", "·\n");
    Run {
        stdout: visible(output.stdout),
        stderr: visible(output.stderr),
        status: output.status.code().unwrap(),
    }
}

#[test]
fn classic_is_net_tools_1_60() {
    private(|| {
        set_up();
        sh("ip link add longername type bridge");
        assert_snapshot!(styled("classic", "ifconfig"), @"
        eth0      Link encap:Ethernet  HWaddr 00:8E:B8:83:19:20 ·
                  inet addr:172.16.3.1  Bcast:172.16.255.255  Mask:255.255.0.0
                  UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1
                  RX packets:0 errors:0 dropped:0 overruns:0 frame:0
                  TX packets:0 errors:0 dropped:0 overruns:0 carrier:0
                  collisions:0 txqueuelen:1000·
                  RX bytes:0 (0.0 B)  TX bytes:0 (0.0 B)

        eth0:0    Link encap:Ethernet  HWaddr 00:8E:B8:83:19:20 ·
                  inet addr:172.16.3.10  Bcast:172.16.255.255  Mask:255.255.0.0
                  UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1

        eth0:1    Link encap:Ethernet  HWaddr 00:8E:B8:83:19:20 ·
                  inet addr:172.16.3.100  Bcast:172.16.255.255  Mask:255.255.0.0
                  UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1

        lo        Link encap:Local Loopback ·
                  inet addr:127.0.0.1  Mask:255.0.0.0
                  UP LOOPBACK RUNNING  MTU:65536  Metric:1
                  RX packets:0 errors:0 dropped:0 overruns:0 frame:0
                  TX packets:0 errors:0 dropped:0 overruns:0 carrier:0
                  collisions:0 txqueuelen:1000·
                  RX bytes:0 (0.0 B)  TX bytes:0 (0.0 B)

        p0        Link encap:Ethernet  HWaddr 02:00:00:00:00:02 ·
                  UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1
                  RX packets:0 errors:0 dropped:0 overruns:0 frame:0
                  TX packets:0 errors:0 dropped:0 overruns:0 carrier:0
                  collisions:0 txqueuelen:1000·
                  RX bytes:0 (0.0 B)  TX bytes:0 (0.0 B)
        ");
        assert!(styled("classic", "ifconfig").stdout.ends_with("(0.0 B)\n\n"));
        assert_snapshot!(styled("classic", "ifconfig -a -s"), @"
        Iface   MTU Met    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg
        eth0   1500   1       0      0      0      0       0      0      0      0 BMRU
        eth0:  1500   1     - no statistics available -                        BMRU
        eth0:  1500   1     - no statistics available -                        BMRU
        lo    65536   1       0      0      0      0       0      0      0      0 LRU
        longe  1500   1       0      0      0      0       0      0      0      0 BM
        p0     1500   1       0      0      0      0       0      0      0      0 BMRU
        ");
        assert_snapshot!(styled("classic", "ifconfig eth0:9"), @"
        eth0:9    Link encap:Ethernet  HWaddr 00:8E:B8:83:19:20 ·
                  UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1
        ");
    });
}

#[test]
fn howto_is_the_howto_s_own() {
    private(|| {
        set_up();
        assert_snapshot!(styled("howto", "ifconfig"), @"
        lo        Link encap:Local Loopback
                  inet addr:127.0.0.1  Bcast:[NONE SET]  Mask:255.0.0.0
                  UP LOOPBACK RUNNING  MTU:65536  Metric:1
                  RX packets:0 errors:0 dropped:0 overruns:0
                  TX packets:0 errors:0 dropped:0 overruns:0

        p0        Link encap:10Mbps Ethernet  HWaddr 02:00:00:00:00:02
                  inet addr:[NONE SET]  Bcast:[NONE SET]  Mask:[NONE SET]
                  UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1
                  RX packets:0 errors:0 dropped:0 overruns:0
                  TX packets:0 errors:0 dropped:0 overruns:0

        eth0      Link encap:10Mbps Ethernet  HWaddr 00:8E:B8:83:19:20
                  inet addr:172.16.3.1  Bcast:172.16.255.255  Mask:255.255.0.0
                  UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1
                  RX packets:0 errors:0 dropped:0 overruns:0
                  TX packets:0 errors:0 dropped:0 overruns:0

        eth0:0    Link encap:10Mbps Ethernet  HWaddr 00:8E:B8:83:19:20
                  inet addr:172.16.3.10  Bcast:172.16.255.255  Mask:255.255.0.0
                  UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1
                  RX packets:0 errors:0 dropped:0 overruns:0
                  TX packets:0 errors:0 dropped:0 overruns:0

        eth0:1    Link encap:10Mbps Ethernet  HWaddr 00:8E:B8:83:19:20
                  inet addr:172.16.3.100  Bcast:172.16.255.255  Mask:255.255.0.0
                  UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1
                  RX packets:0 errors:0 dropped:0 overruns:0
                  TX packets:0 errors:0 dropped:0 overruns:0
        ");
        assert!(styled("howto", "ifconfig").stdout.ends_with("overruns:0\n\n"));
        assert_snapshot!(styled("howto", "ifconfig eth0:1"), @"
        eth0:1    Link encap:10Mbps Ethernet  HWaddr 00:8E:B8:83:19:20
                  inet addr:172.16.3.100  Bcast:172.16.255.255  Mask:255.255.0.0
                  UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1
                  RX packets:0 errors:0 dropped:0 overruns:0
                  TX packets:0 errors:0 dropped:0 overruns:0
        ");
        assert_snapshot!(styled("howto", "ifconfig -s eth0"), @"
        Iface   MTU Met    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg
        eth0   1500   1       0      0      0      0       0      0      0      0 BMRU
        ");
    });
}

#[test]
fn ipv6_addresses_have_their_lines_in_both() {
    private(|| {
        sh("ip link set lo up");
        let line = |style| {
            let run = styled(style, "ifconfig lo");
            run.stdout.lines().find(|line| line.contains("inet6")).map(str::to_owned)
        };
        let expected = Some("          inet6 addr: ::1/128 Scope:Host".to_owned());
        assert_eq!(line("classic"), expected);
        assert_eq!(line("howto"), expected);
    });
}

#[test]
fn an_unknown_style_is_told_and_the_default_used() {
    private(|| {
        assert_snapshot!(styled("retro", "ifconfig nosuch"), @"
        ! ifconfig: IFCTL_STYLE=retro is none of modern, classic, howto
        ! nosuch: error fetching interface information: Device not found
        [exit status: 1]
        ");
    });
}
