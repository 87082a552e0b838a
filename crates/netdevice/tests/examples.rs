//! The examples, run.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ifctl_conformance::{private, sh};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Once;

/// Returns the program of an example, built from its present source.
fn example(name: &str) -> PathBuf {
    static BUILT: Once = Once::new();
    let tests = std::env::current_exe().unwrap();
    let profile = tests.parent().and_then(Path::parent).unwrap();
    BUILT.call_once(|| {
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--quiet", "--offline", "--examples", "--manifest-path"]);
        build.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
        build.env("CARGO_TARGET_DIR", profile.parent().unwrap());
        if profile.ends_with("release") {
            build.arg("--release");
        }
        assert!(build.status().unwrap().success(), "the examples do not build");
    });
    profile.join("examples").join(name)
}

fn run(name: &str, argument: Option<&str>) -> String {
    let output = Command::new(example(name)).args(argument).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn list_devices_shows_devices_and_addresses() {
    private(|| {
        sh("ip link set lo up; ip addr add 10.0.0.1/8 dev lo label lo:x");
        assert_eq!(
            run("list_devices", None),
            "1: lo DeviceFlags(UP | LOOPBACK | RUNNING | LOWER_UP) mtu 65536\n    \
             link 00:00:00:00:00:00\n    127.0.0.1/8\n    10.0.0.1/8 lo:x\n    ::1/128\n"
        );
    });
}

#[test]
fn alias_adds_shows_and_removes_an_alias() {
    private(|| {
        sh("ip link add eth0 type veth peer name peer");
        assert_eq!(
            run("alias", Some("eth0")),
            "device         family    address\neth0:0           2      172.16.3.10\n"
        );
        assert_eq!(sh("ip -o -4 addr show dev eth0"), "");
    });
}

#[test]
fn follow_events_tells_what_happens() {
    private(|| {
        let mut child =
            Command::new(example("follow_events")).arg("2").stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        // Once it has counted the devices it listens.
        output.read_line(&mut line).unwrap();
        assert_eq!(line, "1 devices\n");
        sh("ip addr add 10.0.0.1/8 dev lo; ip addr del 10.0.0.1/8 dev lo");
        let mut rest = String::new();
        output.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "address 10.0.0.1\naddress 10.0.0.1 is gone\n");
        assert!(child.wait().unwrap().success());
    });
}

#[test]
fn batch_thousand_adds_and_removes_a_thousand() {
    private(|| {
        let line = "asked 1000, done 1000\nrefused 0, lost 0\n";
        assert_eq!(run("batch_thousand", None), format!("{line}{line}"));
    });
}

#[test]
fn no_example_has_forty_lines() {
    for name in ["list_devices", "alias", "follow_events", "batch_thousand"] {
        let path = format!("{}/examples/{name}.rs", env!("CARGO_MANIFEST_DIR"));
        let lines = std::fs::read_to_string(path).unwrap().lines().count();
        assert!(lines < 40, "{name} has {lines} lines");
    }
}
