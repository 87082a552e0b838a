//! Kernels in files under `ifctl run`, what it tells, and what it expects.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod run;
mod tool;

use run::{Who, each};
use std::fs;
use tool::finish;

/// Makes a kernel in a file, and returns the option that chooses it.
fn init(who: &Who, words: &[&str]) -> String {
    let (program, file) = (who.folder.path("ifctl"), who.folder.path("net.json"));
    let line = [&[&program, "virtual", "init", &file][..], words].concat();
    let made = finish(&mut who.command(&line));
    assert_eq!(made.status, 0, "{made}");
    format!("--kernel=virtual:{file}")
}

#[test]
fn what_a_run_changes_is_kept_for_the_next_and_for_our_own_tools() {
    each("kept", |who| {
        let kernel = init(who, &["--howto"]);
        who.answer(&[&kernel], "ip addr add 192.0.2.1/24 dev eth0; $F/insmod ip_alias.o");
        let printed = who.answer(&[&kernel], "ip -br addr show eth0; cat /proc/net/alias_types");
        assert!(printed.contains("192.0.2.1/24") && printed.contains("2       ip"), "{printed}");
        let program = who.folder.path("ifctl");
        let ours = finish(&mut who.command(&[&program, &kernel, "ifconfig", "eth0"]));
        assert!(ours.stdout.contains("192.0.2.1"), "{ours}");
        assert!(
            fs::read_dir(&who.folder.0)
                .unwrap()
                .flatten()
                .all(|entry| { !entry.file_name().to_string_lossy().ends_with(".new") })
        );
    });
}

#[test]
fn runs_at_the_same_time_and_our_own_tools_take_turns_and_lose_nothing() {
    each("turns", |who| {
        let kernel = init(who, &[]);
        let add = |from: u32| {
            format!(
                "n={from}; while [ $n -lt {} ]; do ip addr add 10.0.0.$n/32 dev lo; n=$((n+1)); done",
                from + 20
            )
        };
        let runs = [1, 41, 81].map(|from| who.script(&[&kernel], &add(from)).spawn().unwrap());
        let program = who.folder.path("ifctl");
        for n in 0..10 {
            let (label, address) = (format!("lo:{n}"), format!("10.0.1.{n}"));
            let own = finish(&mut who.command(&[&program, &kernel, "ifconfig", &label, &address]));
            assert_eq!(own.status, 0, "{own}");
        }
        for mut run in runs {
            assert!(run.wait().unwrap().success());
        }
        let printed = who.answer(&[&kernel], "ip -o -4 addr show lo | wc -l");
        assert_eq!(printed, "70\n");
    });
}

#[test]
fn a_program_of_ours_within_finds_the_same_kernel_by_its_file_and_by_its_calls() {
    each("same", |who| {
        let kernel = init(who, &["--howto"]);
        let script = format!(
            "ip addr add 192.0.2.1/24 dev eth0; $F/ifctl {kernel} ifconfig eth0 | grep -c 192.0.2.1
             $F/ifctl {kernel} ifconfig eth0 mtu 1400; cat /sys/class/net/eth0/mtu; $F/ifctl ifconfig eth0 | grep -c 1400"
        );
        assert_eq!(who.answer(&[&kernel], &script), "1\n1400\n1\n");
    });
}

#[test]
fn a_kernel_of_an_unprivileged_caller_is_not_changed() {
    each("unprivileged", |who| {
        let kernel = format!("{},unprivileged", init(who, &[]));
        let before = fs::read(who.folder.join("net.json")).unwrap();
        let run = who.run(&[&kernel], "ip link set lo up");
        assert_eq!(run.stderr, "RTNETLINK answers: Operation not permitted\n");
        assert_eq!(fs::read(who.folder.join("net.json")).unwrap(), before);
    });
}

#[test]
fn a_trace_and_a_record_tell_what_was_asked_and_what_it_came_to() {
    each("trace", |who| {
        let record = format!("--record={}", who.folder.path("record"));
        let run = who.run(
            &["--howto", "--trace", &record],
            "ifconfig eth0 172.16.3.10; ip link show nosuch || :; ip link add br0 type bridge
             ip link set br0 mtu 10 || :; ip route add 198.51.100.0/24 via 203.0.113.1 || :; ip addr > /dev/null",
        );
        let asked = |text: &str| run.stderr.lines().any(|line| line.contains(text));
        assert!(asked("] SIOCSIFADDR eth0 172.16.3.10 = ok"), "{run}");
        for outcome in [
            "RTM_GETLINK = ENODEV (No such device)",
            "RTM_NEWLINK = ok",
            "RTM_NEWLINK = EINVAL (Invalid argument)",
            "RTM_NEWROUTE = ENETUNREACH (Network is unreachable)",
        ] {
            assert!(asked(&format!("] {outcome}")), "{outcome}: {run}");
        }
        assert!(asked("RTM_GETADDR = ok"), "{run}");
        let lines = fs::read_to_string(who.folder.join("record")).unwrap();
        let lines: Vec<serde_json::Value> =
            lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let set = lines.iter().find(|line| line["call"] == "SIOCSIFADDR").unwrap();
        assert_eq!(set["program"], "ifconfig");
        assert_eq!(set["subject"], "eth0 172.16.3.10");
        assert!(set["error"].is_null() && set["process"].as_u64() > Some(1));
    });
}

#[test]
fn an_end_state_that_is_not_the_expected_one_fails_with_the_difference() {
    each("expected", |who| {
        let kernel = init(who, &["--howto"]);
        let bridge = "ip link add br0 address 02:00:00:00:00:01 type bridge";
        who.answer(&[&kernel], &format!("ip addr add 192.0.2.1/24 dev eth0; ip link; {bridge}"));
        let expect = format!("--expect={}", who.folder.path("net.json"));
        let same =
            who.run(&["--howto", &expect], &format!("{bridge}; ip addr add 192.0.2.1/24 dev eth0"));
        assert_eq!((same.status, same.stderr.as_str()), (0, ""), "{same}");
        let other =
            who.run(&["--howto", &expect], &format!("{bridge}; ip addr add 192.0.2.2/24 dev eth0"));
        assert_eq!(other.status, 1, "{other}");
        assert!(other.stderr.contains("not the expected one"), "{other}");
        let line = |start: char, address: &str| {
            other
                .stderr
                .lines()
                .any(|line| line.trim_start().starts_with(start) && line.contains(address))
        };
        assert!(line('-', "192.0.2.1") && line('+', "192.0.2.2"), "{other}");
    });
}
