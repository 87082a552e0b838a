//! Every setting of a device's IPv4 and IPv6, given every kind of value.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ifctl_conformance::sequence::{Looking, Step, Who, account};
use ifctl_conformance::{on_linux, on_model, private};

/// A pair of devices, `e0` (3) and `p0` (2).
const PAIR: &str = "64000000100005060100000000000000000000000000000000000000000000000700030065300000\
    3c0012000900010076657468000000002c00020028000100000000000000000000000000000000000700030070300000\
    0a0001000200000000110000";
const VALUES: [&str; 16] = [
    "1",
    "0",
    "2",
    "-1",
    "3",
    "",
    "\n",
    " 1\n",
    "x",
    "1x",
    "1 2",
    "255",
    "256",
    "1280",
    "70000",
    "99999999999",
];
/// What has addresses made by itself, or at random. Nor is `default` written to: whether devices follow it
/// depends on what the first namespace's was given since the machine started.
const LEFT_OUT: [&str; 4] = ["stable_secret", "use_tempaddr", "addr_gen_mode", "accept_dad"];

/// Asks for each setting, writes each value to it, and then asks for them all: one may have changed others.
fn steps(family: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let path = |whose: &str, name: &str| format!("/proc/sys/net/{family}/conf/{whose}/{name}");
    let entries = std::fs::read_dir(path("all", "")).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    for name in names.iter().filter(|name| !LEFT_OUT.contains(&name.as_str())) {
        for whose in ["e0", "all", "lo"] {
            let path = path(whose, name);
            for value in VALUES {
                steps.push(Step::write(Who::Here, &path, value.as_bytes()));
                steps.push(Step::read(Who::Here, &path));
            }
        }
    }
    for name in &names {
        for whose in ["e0", "all", "lo", "default", "p0"] {
            steps.push(Step::read(Who::Here, &path(whose, name)));
        }
    }
    steps
}

#[test]
fn every_setting_takes_what_linux_takes() {
    private(|| {
        let looking = Looking { settings: true, ipv6: true, ..Looking::AT_ANSWERS };
        let mut all = vec![Step::netlink(Who::Here, PAIR)];
        all.extend(["ipv4", "ipv6"].into_iter().flat_map(steps));
        let model = on_model(|setting| account(setting, looking, &all, None));
        let linux = on_linux(|setting| account(setting, looking, &all, Some(&model)));
        let answers = linux.steps.iter().zip(&model.steps);
        let differing: Vec<String> = (all.iter().zip(answers))
            .filter(|(_, (linux, model))| linux != model)
            .map(|(step, (linux, model))| {
                format!("{step:?}\n  Linux: {linux:?}\n  model: {model:?}")
            })
            .collect();
        assert!(
            differing.is_empty(),
            "{} of {} differ\n{}",
            differing.len(),
            all.len(),
            differing.join("\n")
        );
    });
}
