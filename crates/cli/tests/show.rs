//! `ifctl show`, on the real kernel in private namespaces, with iproute2 as witness.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod tool;

use ifctl_conformance::{private, sh};
use ifctl_netdevice::{Address, AddressFilter, Host, Rtnetlink};
use insta::assert_snapshot;
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Command;
use tool::{IFCTL, ifctl, ordinary, run, script, settle};

const SCHEMA: &str = include_str!("../schema/show.schema.json");

/// eth0, up, with a bit of everything; its peer `far` is a port of the bridge br0.
fn set_up() {
    script(
        "sysctl -qw net.ipv6.conf.default.accept_dad=0
        ip link set lo up
        ip link add eth0 address 02:00:00:00:00:01 type veth peer name far address 02:00:00:00:00:02
        ip link set far up
        ip link set eth0 up promisc on alias uplink
        ip link property add dev eth0 altname an-alternative-name
        ip link add br0 address 02:00:00:00:00:03 type bridge
        ip link set far master br0
        ip addr add 172.16.3.1/24 brd 172.16.3.255 dev eth0
        ip addr add 172.16.3.10/24 brd + dev eth0 label eth0:0
        ip addr add 10.9.0.1 peer 10.9.0.2/32 dev eth0 label eth0:1
        ip addr add 2001:db8::1/64 dev eth0 preferred_lft 0
        ip route add default via 172.16.3.200
        ip route add 198.51.100.0/24 nexthop via 172.16.3.201 weight 2 nexthop via 172.16.3.202
        ip route add unreachable 192.0.2.0/24 metric 7
        ip route add local 203.0.113.0/24 dev lo
        ip route add 198.51.100.9 via 172.16.3.200 mtu 1400 table 77",
    );
    settle(2);
}

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
fn json_is_one_line_of_all_that_is_known() {
    private(|| {
        // Down, so that nothing is counted and nothing comes by itself.
        script("ip link add eth0 address 02:00:00:00:00:01 type veth peer name far address 02:00:00:00:00:02
            ip addr add 172.16.3.1/24 brd 172.16.3.255 dev eth0
            ip addr add 172.16.3.10/24 brd + dev eth0 label eth0:0
            ip -6 addr add 2001:db8::1/64 dev eth0 nodad");
        assert_snapshot!(ifctl("show --json eth0"), @r#"{"consistent":true,"devices":[{"index":3,"name":"eth0","flags":["BROADCAST","MULTICAST"],"operational_state":"DOWN","carrier":false,"mtu":1500,"minimum_mtu":68,"maximum_mtu":65535,"hardware_type":"ETHER","hardware_address":"02:00:00:00:00:01","hardware_broadcast":"ff:ff:ff:ff:ff:ff","tx_queue_length":1000,"promiscuity":0,"kind":"veth","link":2,"link_name":"far","group":0,"queueing_discipline":"noop","statistics":{"rx_packets":0,"tx_packets":0,"rx_bytes":0,"tx_bytes":0,"rx_errors":0,"tx_errors":0,"rx_dropped":0,"tx_dropped":0,"multicast":0,"collisions":0,"rx_length_errors":0,"rx_over_errors":0,"rx_crc_errors":0,"rx_frame_errors":0,"rx_fifo_errors":0,"rx_missed_errors":0,"tx_aborted_errors":0,"tx_carrier_errors":0,"tx_fifo_errors":0,"tx_heartbeat_errors":0,"tx_window_errors":0,"rx_compressed":0,"tx_compressed":0,"rx_nohandler":0,"rx_otherhost_dropped":0},"addresses":[{"family":"inet","local":"172.16.3.1","prefix_length":24,"broadcast":"172.16.3.255","label":"eth0","scope":"global","flags":["PERMANENT"],"valid_lifetime":null,"preferred_lifetime":null},{"family":"inet","local":"172.16.3.10","prefix_length":24,"broadcast":"172.16.3.255","label":"eth0:0","scope":"global","flags":["SECONDARY","PERMANENT"],"valid_lifetime":null,"preferred_lifetime":null},{"family":"inet6","local":"2001:db8::1","prefix_length":64,"scope":"global","flags":["NODAD","PERMANENT"],"valid_lifetime":null,"preferred_lifetime":null}]}]}"#);
        json("show --json eth0");
    });
}

#[test]
fn devices_and_addresses_are_those_that_iproute2_tells() {
    private(|| {
        set_up();
        script("ip addr add 10.44.0.1/24 dev br0 valid_lft 40000 preferred_lft 30000");
        // Multicast goes on being announced: the counters are between those before and after.
        let ip = || -> Value { serde_json::from_str(&sh("ip -j -d -s addr")).unwrap() };
        let (earlier, ours, theirs) = (ip(), json("show --json"), ip());
        let (ours, theirs) = (ours["devices"].as_array().unwrap(), theirs.as_array().unwrap());
        assert_eq!(ours.len(), theirs.len());
        for ((ours, theirs), earlier) in ours.iter().zip(theirs).zip(earlier.as_array().unwrap()) {
            let name = &ours["name"];
            for (our, their) in [
                ("name", "ifname"),
                ("index", "ifindex"),
                ("mtu", "mtu"),
                ("operational_state", "operstate"),
                ("tx_queue_length", "txqlen"),
                ("hardware_address", "address"),
                ("hardware_broadcast", "broadcast"),
                ("promiscuity", "promiscuity"),
                ("minimum_mtu", "min_mtu"),
                ("maximum_mtu", "max_mtu"),
                ("master_name", "master"),
                ("description", "ifalias"),
                ("queueing_discipline", "qdisc"),
                ("alternative_names", "altnames"),
            ] {
                assert_eq!(ours[our], theirs[their], "{name}: {our}");
            }
            assert_eq!(ours["kind"], theirs["linkinfo"]["info_kind"], "{name}");
            // `ip` leaves RUNNING out, and adds what is no flag.
            let words = |list: &Value| -> BTreeSet<String> {
                let words =
                    list.as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned());
                words
                    .filter(|word| word != "RUNNING" && word != "NO-CARRIER" && word != "M-DOWN")
                    .collect()
            };
            assert_eq!(words(&ours["flags"]), words(&theirs["flags"]), "{name}");
            for (our, their, direction) in [
                ("rx_packets", "packets", "rx"),
                ("rx_bytes", "bytes", "rx"),
                ("tx_packets", "packets", "tx"),
                ("tx_bytes", "bytes", "tx"),
                ("rx_dropped", "dropped", "rx"),
                ("multicast", "multicast", "rx"),
            ] {
                let count = |device: &Value| device["stats64"][direction][their].as_u64();
                let our = ours["statistics"][our].as_u64().unwrap();
                let (least, most) = (count(earlier).unwrap(), count(theirs).unwrap());
                assert!((least..=most).contains(&our), "{name}: {their}: {least} {our} {most}");
            }
            let (ours, theirs) =
                (ours["addresses"].as_array().unwrap(), theirs["addr_info"].as_array().unwrap());
            assert_eq!(ours.len(), theirs.len(), "{name}");
            for (ours, theirs) in ours.iter().zip(theirs) {
                for (our, their) in [
                    ("family", "family"),
                    ("local", "local"),
                    ("prefix_length", "prefixlen"),
                    ("peer", "address"),
                    ("broadcast", "broadcast"),
                    ("label", "label"),
                    ("scope", "scope"),
                ] {
                    assert_eq!(ours[our], theirs[their], "{ours}: {our}");
                }
                let secondary = words(&ours["flags"]).contains("SECONDARY");
                assert_eq!(secondary, theirs["secondary"] == true, "{ours}");
                let forever = theirs["valid_life_time"] == u32::MAX;
                assert_eq!(ours["valid_lifetime"].is_null(), forever, "{ours}");
            }
        }
    });
}

#[test]
fn routes_are_those_that_iproute2_tells() {
    private(|| {
        set_up();
        let ours = json("show --json --routes");
        for (table, family) in [("main", "inet"), ("77", "inet"), ("main", "inet6")] {
            let option = if family == "inet" { "-4" } else { "-6" };
            let theirs = sh(&format!("ip -j {option} route show table {table}"));
            let theirs: Value = serde_json::from_str(&theirs).unwrap();
            let of_table = |route: &&Value| route["table"] == table && route["family"] == family;
            let ours: Vec<_> = ours["routes"].as_array().unwrap().iter().filter(of_table).collect();
            assert_eq!(ours.len(), theirs.as_array().unwrap().len(), "{table} {family}");
            for (ours, theirs) in ours.into_iter().zip(theirs.as_array().unwrap()) {
                let (network, length) =
                    (ours["destination"].as_str().unwrap(), &ours["prefix_length"]);
                let host = if family == "inet" { 32 } else { 128 };
                let destination = match length.as_u64().unwrap() {
                    0 => "default".to_owned(),
                    length if length == host => network.to_owned(),
                    length => format!("{network}/{length}"),
                };
                assert_eq!(theirs["dst"], destination);
                if let Some(hops) = theirs["nexthops"].as_array() {
                    let ours = ours["next_hops"].as_array().unwrap();
                    assert_eq!(ours.len(), hops.len());
                    for (ours, theirs) in ours.iter().zip(hops) {
                        assert_eq!(ours["gateway"], theirs["gateway"]);
                        assert_eq!(ours["weight"].as_u64().unwrap() + 1, theirs["weight"]);
                    }
                } else {
                    let hop = &ours["next_hops"][0];
                    assert_eq!(hop["gateway"], theirs["gateway"]);
                    assert_eq!(hop["device"], theirs["dev"]);
                }
                assert_eq!(ours["preferred_source"], theirs["prefsrc"]);
                assert_eq!(ours["priority"], theirs.get("metric").cloned().unwrap_or(0.into()));
                assert_eq!(ours["metrics"]["mtu"], theirs["metrics"][0]["mtu"]);
            }
        }
        let local: Vec<_> = ours["routes"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|route| route["table"] == "local")
            .collect();
        assert_eq!(local.len(), 1, "those of addresses are left out: {local:?}");
        assert_eq!(local[0]["destination"], "203.0.113.0");
        assert!(!ifctl("show --json").stdout.contains("\"routes\""), "only when asked for");
    });
}

#[test]
fn hostile_names_reach_no_terminal_and_can_be_had_back() {
    private(|| {
        script(
            r#"name=$(printf '\033[2J\377\\')
            ip link add "$name" type veth peer name far
            ip link set "$name" alias "$(printf 'a\033]0;b\007\\\302\200')"
            ip link property add dev "$name" altname "$(printf 'x\001\377y-longer-than-sixteen')"
            ip addr add 10.0.0.1/24 dev "$name" label "$name:$(printf '\r\b')""#,
        );
        let text = ifctl("show").stdout;
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
        let document = json("show --json");
        let device =
            document["devices"].as_array().unwrap().iter().find(|d| d["name_bytes"].is_string());
        let device = device.unwrap();
        assert_eq!(device["name"], r"\x1b[2J\xff\\");
        assert_eq!(device["name_bytes"], "1b5b324aff5c");
        assert_eq!(unescape(device["name"].as_str().unwrap()), b"\x1b[2J\xff\\");
        assert_eq!(unescape(device["description"].as_str().unwrap()), b"a\x1b]0;b\x07\\\xc2\x80");
        let other = device["alternative_names"][0].as_str().unwrap();
        assert_eq!(unescape(other), b"x\x01\xffy-longer-than-sixteen");
        let address = &device["addresses"][0];
        assert_eq!(unescape(address["label"].as_str().unwrap()), b"\x1b[2J\xff\\:\r\x08");
        assert_eq!(address["label_bytes"], "1b5b324aff5c3a0d08");
        // The other end names it, too.
        let far =
            document["devices"].as_array().unwrap().iter().find(|d| d["name"] == "far").unwrap();
        assert_eq!(far["link_name"], device["name"]);
        assert!(far.get("name_bytes").is_none());

        use std::os::unix::ffi::OsStrExt;
        let bytes = std::ffi::OsStr::from_bytes(b"\x1b[2J\xff\\");
        let by_bytes = run(&["show".as_ref(), bytes]);
        assert_eq!(by_bytes.status, 0);
        assert_eq!(
            run(&["show", r"\x1b[2J\xff\\"]),
            by_bytes,
            "a name can be given as it is shown"
        );
        assert_eq!(run(&["show", r"\x1b[2J\xff\\:\x0d\x08"]).stdout.lines().count(), 2);
        let missing = run(&["show".as_ref(), std::ffi::OsStr::from_bytes(b"\x1b[31m")]);
        assert!(missing.stderr.starts_with(r"ifctl: error: \x1b[31m: no device"), "{missing}");
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
fn a_thousand_aliases_are_shown_each_and_in_order() {
    private(|| {
        script("ip link add eth0 type veth peer name far
            seq 0 999 | sed 's|.*|addr add 10.0.0.1/32 dev eth0 label eth0:&|' \
                | awk '{ split($3, a, \"/\"); $3 = \"10.1.\" int(NR / 250) \".\" NR % 250 \"/32\"; print }' \
                | ip -batch -");
        let json = json("show --json eth0");
        let labels: Vec<_> = json["devices"][0]["addresses"]
            .as_array()
            .unwrap()
            .iter()
            .map(|address| address["label"].as_str().unwrap())
            .collect();
        let expected: Vec<_> = (0..1000).map(|n| format!("eth0:{n}")).collect();
        assert_eq!(labels, expected);
        assert_eq!(ifctl("show eth0").stdout.lines().count(), 1001);
        assert_eq!(ifctl("show eth0:999").stdout.lines().count(), 2);
    });
}

#[test]
fn the_committed_schema_is_what_the_program_prints() {
    // To renew it: ifctl show --schema >crates/cli/schema/show.schema.json
    assert!(ifctl("show --schema").stdout == SCHEMA, "schema/show.schema.json is out of date");
}

#[test]
fn a_schema_finds_what_is_missing_unknown_or_of_another_type() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let faults = |text: &str| {
        let mut faults = Vec::new();
        check(&schema, &schema, &serde_json::from_str(text).unwrap(), "$", &mut faults);
        faults
    };
    assert_eq!(faults(r#"{"consistent":true,"devices":[]}"#), [""; 0]);
    assert_eq!(
        faults(r#"{"consistent":1}"#),
        ["$: devices is missing", "$.consistent: 1 is no boolean"]
    );
    assert_eq!(faults(r#"{"consistent":true,"devices":[],"x":0}"#), ["$: x is unknown"]);
}

#[test]
fn the_help_has_examples() {
    let help = ifctl("show --help").stdout;
    for word in ["Examples:", "ifctl show eth0:0", "NO_COLOR", "Exit status:", "--routes", "--json"]
    {
        assert!(help.contains(word), "{word} is missing from:\n{help}");
    }
}

/// Runs the program, which must print one document that the committed schema allows.
fn json(line: &str) -> Value {
    let run = ifctl(line);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{line}");
    let document = run.stdout.strip_suffix('\n').expect("a newline at the end");
    assert!(!document.contains('\n'), "one line");
    let document = serde_json::from_str(document).unwrap();
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let mut faults = Vec::new();
    check(&schema, &schema, &document, "$", &mut faults);
    assert!(faults.is_empty(), "{line}: {faults:#?}");
    document
}

/// Checks a value against the part of JSON Schema that the schema uses; what the schema does not name is
/// a fault, too.
fn check(root: &Value, schema: &Value, value: &Value, path: &str, faults: &mut Vec<String>) {
    let known = [
        "$schema",
        "$defs",
        "$ref",
        "title",
        "description",
        "type",
        "properties",
        "required",
        "items",
        "enum",
        "format",
        "minimum",
        "maximum",
    ];
    for key in schema.as_object().unwrap().keys() {
        assert!(known.contains(&key.as_str()), "the check does not know {key}");
    }
    if let Some(reference) = schema["$ref"].as_str() {
        let target =
            root.pointer(reference.strip_prefix('#').unwrap()).expect("what is referred to");
        return check(root, target, value, path, faults);
    }
    let is = |kind: &str| match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "null" => value.is_null(),
        other => panic!("the check does not know the type {other}"),
    };
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().map(|kind| kind.as_str().unwrap()).collect(),
        kind => vec![kind.as_str().unwrap()],
    };
    if !kinds.iter().any(|kind| is(kind)) {
        faults.push(format!("{path}: {value} is no {}", kinds.join(" or ")));
        return;
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        faults.push(format!("{path}: {value} is none of {words:?}"));
    }
    if let (Some(number), Some(least)) = (value.as_i64(), schema["minimum"].as_i64())
        && number < least
    {
        faults.push(format!("{path}: {number} is less than {least}"));
    }
    if let (Some(number), Some(most)) = (value.as_i64(), schema["maximum"].as_i64())
        && number > most
    {
        faults.push(format!("{path}: {number} is more than {most}"));
    }
    if let Some(text) = value.as_str() {
        let fits = match schema["format"].as_str() {
            Some("ip") => text.parse::<std::net::IpAddr>().is_ok(),
            Some("ipv4") => text.parse::<std::net::Ipv4Addr>().is_ok(),
            _ => true,
        };
        if !fits {
            faults.push(format!("{path}: {text} is of another format"));
        }
    }
    if let Some(fields) = value.as_object() {
        for name in schema["required"].as_array().into_iter().flatten() {
            let name = name.as_str().unwrap();
            if !fields.contains_key(name) {
                faults.push(format!("{path}: {name} is missing"));
            }
        }
        for (name, value) in fields {
            match schema["properties"].get(name) {
                Some(schema) => check(root, schema, value, &format!("{path}.{name}"), faults),
                None => faults.push(format!("{path}: {name} is unknown")),
            }
        }
    }
    for (i, value) in value.as_array().into_iter().flatten().enumerate() {
        check(root, &schema["items"], value, &format!("{path}[{i}]"), faults);
    }
}

/// Returns the bytes that a text of ours stands for, as the schema's description tells it.
fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        bytes.extend(before.bytes());
        rest = match after.strip_prefix('x') {
            Some(digits) => {
                bytes.push(u8::from_str_radix(&digits[..2], 16).unwrap());
                &digits[2..]
            }
            None => {
                bytes.push(b'\\');
                after.strip_prefix('\\').expect("a doubled backslash")
            }
        };
    }
    bytes.extend(rest.bytes());
    bytes
}
