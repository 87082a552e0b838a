//! `ifctl show --json`, on the real kernel in private namespaces: what it tells, with iproute2 as witness, and
//! its schema.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod shown;
mod tool;

use ifctl_conformance::{private, sh};
use insta::assert_snapshot;
use serde_json::Value;
use shown::{SCHEMA, check, json, set_up};
use std::collections::BTreeSet;
use tool::{ifctl, run, script};

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
