//! The same script of 200 commands on Linux, in a namespace, and under `ifctl run`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod run;
mod tool;

use ifctl_conformance::{peer, private, say, sh};
use run::{Who, each};
use std::fs;

/// The commands: what Linux keeps in the order of a table of its own, which is another one each time, is sorted,
/// and how often an IPv6 route was used is left out.
const SCRIPT: &str = include_str!("run/script.txt");

/// Runs each of the commands on a machine with a cable, and prints each with what came of it.
const WALK: &str = "
    for of in all default lo; do echo 0 > /proc/sys/net/ipv6/conf/$of/accept_dad; done
    ip link add e0 address 02:00:00:00:00:01 type veth peer name p0 address 02:00:00:00:00:02
    while read -r line; do echo \"$ $line\"; eval \"$line\" 2>&1; echo \"[$?]\"; done < $F/script";

/// Returns the lines without the counters of packets, of which the model has none.
fn tidy(text: &str) -> Vec<String> {
    let is_counter = |line: &&str| line.contains("X packets") || line.contains("X errors");
    text.lines().filter(|line| !is_counter(line)).map(str::to_owned).collect()
}

fn prepare(who: &Who) {
    fs::write(who.folder.join("script"), SCRIPT).unwrap();
}

#[test]
fn two_hundred_commands_print_the_same_on_linux_and_under_ifctl_run() {
    if !peer("ifconfig", "ifctl run: the script of 200 commands") {
        return;
    }
    assert_eq!(SCRIPT.lines().count(), 200);
    let host = Who::new("script-linux", false);
    prepare(&host);
    fs::write(host.folder.join("walk"), WALK).unwrap();
    let mut native = String::new();
    let folder = host.folder.0.display();
    let line = format!("F={folder} LC_ALL=C sh {folder}/walk");
    private(|| native = sh(&line));
    let native = tidy(&native);
    each("script", |who| {
        prepare(who);
        let run = tidy(&who.answer(&[], WALK));
        let different: Vec<_> =
            native.iter().zip(&run).filter(|(one, other)| one != other).collect();
        say(&format!(
            "ifctl run: 200 commands: {} lines on Linux, {} lines under ifctl run, {} different",
            native.len(),
            run.len(),
            different.len()
        ));
        assert!(different.is_empty() && native.len() == run.len(), "{different:#?}");
    });
}
