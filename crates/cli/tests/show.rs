//! `ifctl show` as people read it, on the real kernel in private namespaces.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod shown;
mod tool;

use ifctl_conformance::{private, sh};
use ifctl_netdevice::{Address, AddressFilter, Host, Rtnetlink};
use insta::assert_snapshot;
use shown::{json, set_up};
use std::process::Command;
use tool::{IFCTL, ifctl, ordinary, script};

#[test]
fn people_see_aligned_lines() {
    private(|| {
        set_up();
        assert_snapshot!(ifctl("show --routes"), @r#"
        lo    up    loopback           mtu 65536
            127.0.0.1/8                        host
            ::1/128                            host
        far   up    02:00:00:00:00:02  mtu 1500   veth @eth0           promiscuity 1 master br0
            fe80::ff:fe00:2/64                 link
        eth0  up    02:00:00:00:00:01  mtu 1500   veth @far   promisc  altname an-alternative-name "uplink"
            172.16.3.1/24                      global  broadcast 172.16.3.255
            10.9.0.1 peer 10.9.0.2/32  eth0:1  global
            172.16.3.10/24             eth0:0  global  broadcast 172.16.3.255  secondary
            2001:db8::1/64                     global                          deprecated  valid forever preferred 0sec
            fe80::ff:fe00:1/64                 link
        br0   down  02:00:00:00:00:03  mtu 1500   bridge

        198.51.100.9/32  via 172.16.3.200  dev eth0                  table 77
        default          via 172.16.3.200  dev eth0
        10.9.0.2/32                        dev eth0  src 10.9.0.1    proto kernel
        172.16.3.0/24                      dev eth0  src 172.16.3.1  proto kernel
        192.0.2.0/24                                                 unreachable metric 7
        198.51.100.0/24  via 172.16.3.201  dev eth0                  weight 2
                         via 172.16.3.202  dev eth0                  weight 1
        203.0.113.0/24                     dev lo                    local table local
        2001:db8::/64                      dev eth0                  metric 256 proto kernel
        fe80::/64                          dev eth0                  metric 256 proto kernel
        fe80::/64                          dev far                   metric 256 proto kernel
        "#);
    });
}

#[test]
fn a_name_narrows_the_view_to_its_device_and_the_routes_over_it() {
    private(|| {
        set_up();
        assert_snapshot!(ifctl("show br0 --routes lo"), @r"
        br0  down  02:00:00:00:00:03  mtu 1500   bridge
        lo   up    loopback           mtu 65536
            127.0.0.1/8  host
            ::1/128      host

        203.0.113.0/24  dev lo  local table local
        ");
    });
}

#[test]
fn an_alias_is_shown_as_its_device_with_its_address_alone() {
    private(|| {
        set_up();
        assert_snapshot!(ifctl("show eth0:0"), @r#"
        eth0  up  02:00:00:00:00:01  mtu 1500  veth @far  promisc  altname an-alternative-name "uplink"
            172.16.3.10/24  eth0:0  global  broadcast 172.16.3.255  secondary
        "#);
        assert_eq!(ifctl("show eth0:0 eth0:1").stdout.lines().count(), 3);
        assert_eq!(
            ifctl("show eth0:0 eth0"),
            ifctl("show eth0"),
            "the device is more than its alias"
        );
        assert_eq!(ifctl("show eth0 eth0:0"), ifctl("show eth0"));
        assert_eq!(ifctl("show an-alternative-name"), ifctl("show eth0"));
        let json = json("show --json eth0:1");
        assert_eq!(json["devices"].as_array().unwrap().len(), 1);
        let addresses = json["devices"][0]["addresses"].as_array().unwrap();
        assert_eq!(addresses.len(), 1);
        assert_eq!(
            (&addresses[0]["label"], &addresses[0]["peer"]),
            (&"eth0:1".into(), &"10.9.0.2".into())
        );
    });
}

#[test]
fn a_label_that_does_not_begin_with_its_device_is_an_alias_all_the_same() {
    private(|| {
        script("ip link add eth0 type veth peer name far; ip addr add 10.0.0.1/24 dev eth0");
        let mut rtnetlink = Rtnetlink::open(&Host).unwrap();
        let known = rtnetlink.addresses(AddressFilter::IPV4).unwrap().entries;
        // iproute2 refuses such a label.
        let foreign = Address {
            local: [10, 0, 0, 2].into(),
            label: Some("web".parse().unwrap()),
            ..*known.last().unwrap()
        };
        rtnetlink.add_address(&foreign).unwrap();
        let shown = ifctl("show web").stdout;
        assert!(
            shown.starts_with("eth0  down") && shown.contains("10.0.0.2/24  web  global"),
            "{shown}"
        );
        assert_eq!(shown.lines().count(), 2, "{shown}");
    });
}

#[test]
fn a_device_that_is_not_there_is_named_with_those_that_may_be_meant() {
    private(|| {
        set_up();
        assert_snapshot!(ifctl("show eht0"), @r"
        ! ifctl: error: eht0: no device and no alias here has this name
        !   hint: did you mean eth0?
        [exit status: 1]
        ");
        assert_snapshot!(ifctl("show eth0:7 lo wlp3s0"), @r"
        lo  up  loopback  mtu 65536
            127.0.0.1/8  host
            ::1/128      host
        ! ifctl: error: eth0:7: no device and no alias here has this name
        !   hint: did you mean eth0:1 or eth0:0?
        ! ifctl: error: wlp3s0: no device and no alias here has this name
        !   hint: devices and aliases here: lo, far, eth0, an-alternative-name, br0, eth0:1, eth0:0
        [exit status: 3]
        ");
        assert_eq!(ifctl("show --json eht0").stdout, "", "no half of a document");
        assert_eq!(ifctl("show --json eht0 lo").status, 3);
    });
}

#[test]
fn a_state_names_what_is_in_the_way() {
    private(|| {
        script(
            "ip link add here type veth peer name there
            ip link set here up arp off
            ip link add br0 type bridge
            ip link set there master br0
            ip link set br0 up multicast off",
        );
        let line =
            |name: &str| ifctl(&format!("show {name}")).stdout.lines().next().unwrap().to_owned();
        let (here, there, br0) = (line("here"), line("there"), line("br0"));
        assert!(
            here.starts_with("here  up, lower layer down  ") && here.ends_with("-arp"),
            "{here}"
        );
        assert!(there.starts_with("there  down  ") && there.ends_with(" master br0"), "{there}");
        assert!(br0.starts_with("br0  up, no carrier  ") && br0.ends_with("-multicast"), "{br0}");
        assert_snapshot!(ifctl("show lo"), @"lo  down  loopback  mtu 65536");
    });
}

#[test]
fn lifetimes_show_where_they_end() {
    private(|| {
        script(
            "ip link add eth0 type veth peer name far
            ip addr add 10.0.0.1/24 dev eth0 valid_lft 40000 preferred_lft 30000
            ip addr add 10.0.1.1/24 dev eth0 valid_lft 39999 preferred_lft 0",
        );
        let json = json("show --json eth0");
        let addresses = json["devices"][0]["addresses"].as_array().unwrap();
        let seconds = |i: usize, field: &str| addresses[i][field].as_u64().unwrap();
        // The kernel counts down while the test runs.
        assert!((39_000..=40_000).contains(&seconds(0, "valid_lifetime")));
        assert!((29_000..=30_000).contains(&seconds(0, "preferred_lifetime")));
        assert_eq!(seconds(1, "preferred_lifetime"), 0);
        assert_eq!(addresses[1]["flags"], serde_json::json!(["DEPRECATED"]));
        let text = ifctl("show eth0").stdout;
        let line = text.lines().nth(2).unwrap();
        assert!(
            line.contains("deprecated  valid 3") && line.ends_with("sec preferred 0sec"),
            "{text}"
        );
    });
}

#[test]
fn a_name_in_another_alphabet_is_shown_as_it_is_and_aligned() {
    private(|| {
        script("ip link add 網路 type veth peer name далеко");
        assert_eq!(json("show --json 網路")["devices"][0]["name"], "網路");
        assert!(json("show --json 網路")["devices"][0].get("name_bytes").is_none());
        let text = ifctl("show 網路 далеко").stdout;
        let lines: Vec<_> = text.lines().collect();
        // Four columns of a terminal against six.
        assert!(
            lines[0].starts_with("網路    down") && lines[1].starts_with("далеко  down"),
            "{text}"
        );
    });
}

#[test]
fn colour_is_for_terminals_and_for_those_who_demand_it() {
    private(|| {
        script("ip link add eth0 type veth peer name far; ip link set lo up");
        let show = |variable: &str, value: &str| {
            let mut command = Command::new(IFCTL);
            for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
                command.env_remove(variable);
            }
            let output = command.arg("show").env(variable, value).output().unwrap();
            String::from_utf8(output.stdout).unwrap()
        };
        let plain = show("IFCTL_NOTHING", "");
        assert!(!plain.contains('\x1b'), "{plain:?}");
        assert_eq!(show("NO_COLOR", "1"), plain);
        assert_eq!(show("CLICOLOR", "1"), plain, "a pipe is no terminal");
        let coloured = show("CLICOLOR_FORCE", "1");
        assert!(coloured.contains("\x1b[32mup\x1b[0m"), "{coloured:?}");
        assert!(coloured.contains("\x1b[31mdown\x1b[0m"), "{coloured:?}");
        // script(1) makes a terminal.
        let terminal = sh(&format!("TERM=xterm script -qec '{IFCTL} show' /dev/null"));
        assert_eq!(terminal.replace("\r\n", "\n"), coloured);
        let refused = sh(&format!("TERM=xterm NO_COLOR=1 script -qec '{IFCTL} show' /dev/null"));
        assert_eq!(refused.replace("\r\n", "\n"), plain);
    });
}

#[test]
fn an_ordinary_user_sees_the_same() {
    private(|| {
        set_up();
        for line in ["show --routes", "show eth0:0"] {
            assert_eq!(ordinary(line), ifctl(line), "{line}");
        }
        assert_eq!(ordinary("show lo").status, 0);
    });
}

#[test]
fn the_help_has_examples() {
    let help = ifctl("show --help").stdout;
    for word in ["Examples:", "ifctl show eth0:0", "NO_COLOR", "Exit status:", "--routes", "--json"]
    {
        assert!(help.contains(word), "{word} is missing from:\n{help}");
    }
}
