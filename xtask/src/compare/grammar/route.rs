//! `route [OPTION...]` and `route add|del [-net|-host] TARGET [WORD...]`.

use super::{HOSTS6, LENGTHS, MASKS, NUMBERS, device, host, words};
use crate::compare::setup::Scene;
use crate::random::Random;

const OPTIONS: &[&str] = &[
    "-n",
    "-n",
    "-e",
    "-ee",
    "-e",
    "-v",
    "-F",
    "-C",
    "-FC",
    "-6",
    "-4",
    "-N",
    "-A inet6",
    "-A inet",
    "-A inet,inet6",
    "-A unix",
    "-A foo",
    "-A",
    "-Ainet6",
    "--numeric",
    "--num",
    "--n",
    "--extend",
    "--verbose",
    "--fib",
    "--cache",
    "--inet",
    "--inet6",
    "--ip",
    "--ipx",
    "--ax25",
    "--x25",
    "--tcpip",
    "--netrom",
    "--rose",
    "--ddp",
    "--appletalk",
    "--protocol inet6",
    "--protocol=inet",
    "--symbolic",
    "--unix",
    "-x",
    "-V",
    "--version",
    "-h",
    "--help",
    "-?",
    "--",
    "-ne",
    "-nee",
    "-eee",
    "-neev",
    "--bluetooth",
    "--ver",
    "--xyz",
    "-A ipx",
    "-A x25",
    "-A ip",
    "-A econet",
    "-A bluetooth",
    "-A ash",
    "--numeric=1",
];
const TARGETS: &[&str] = &[
    "10.0.0.0/8",
    "10.0.0.0",
    "192.168.1.0/24",
    "172.16.3.0",
    "10.5.5.5",
    "127.0.0.0",
    "10.1.2.3/24",
    "10.6.0.0/16",
    "default",
    "default",
    "default",
    "10.8.0.0/13",
    "10.0.0.0/",
    "0/0",
    "0.0.0.0",
    "224.0.0.0",
    "mynet",
    "tennet",
    "averyverylongnetworkname",
    "10.20.30.0/24",
    "10.9.9.9/31",
    "10.9.9.8/31",
    "255.255.255.255",
    "172.20.0.0/16",
];
const GATEWAYS: &[&str] = &[
    "192.168.1.1",
    "192.168.1.9",
    "10.5.0.254",
    "172.16.3.1",
    "10.1.1.1",
    "default",
    "loopback",
    "nosuch",
    "gw",
    "0.0.0.0",
    "192.168.1.255",
    "127.0.0.1",
    "2001:db8:5::9",
    "fe80::9",
    "fe80::9%e0",
    "::1",
    "::",
    "1.2.3.4.5",
    "",
];

pub(super) fn line(random: &mut Random, scene: &Scene) -> Vec<String> {
    let mut line = words(&["route"]);
    if random.chance(24) {
        while random.chance(70) && line.len() < 6 {
            option(random, &mut line);
        }
        if random.chance(12) {
            line.push(
                random.word_of(&["flush", "show", "list", "get", "ADD", "change", "help", "e0"]),
            );
        }
        return line;
    }
    if random.chance(8) {
        option(random, &mut line);
    }
    if random.chance(22) {
        line.push(random.word_of(&["-6", "-6", "--inet6", "-A inet6"]));
        if let Some(pair) = line.pop() {
            line.extend(pair.split(' ').map(str::to_owned));
        }
        line.push(random.word_of(&["add", "add", "del", "delete"]));
        line6(random, scene, &mut line);
        return line;
    }
    line.push(random.word_of(&["add", "add", "add", "del", "del", "delete"]));
    if random.chance(65) {
        line.push(random.word_of(&["-net", "-net", "-host"]));
    }
    if random.chance(97) {
        line.push(target(random, scene));
    }
    for _ in 0..[0, 1, 1, 1, 2, 2, 3][random.below(7)] {
        word(random, scene, &mut line);
    }
    if random.chance(4) {
        option(random, &mut line);
    }
    line
}

fn option(random: &mut Random, line: &mut Vec<String>) {
    line.extend(random.word_of(OPTIONS).split(' ').map(str::to_owned));
}

fn target(random: &mut Random, scene: &Scene) -> String {
    match random.below(10) {
        0..3 => random.pick_or(&scene.routes, 100, TARGETS),
        3..6 => random.word_of(TARGETS),
        6 => {
            let address = random.word_of(&[
                "10.0.0.0",
                "192.168.1.0",
                "default",
                "nosuch",
                "mynet",
                "10.128.0.0",
            ]);
            format!("{address}/{}", random.word_of(LENGTHS))
        }
        _ => host(random, scene),
    }
}

fn word(random: &mut Random, scene: &Scene, line: &mut Vec<String>) {
    match random.below(20) {
        0..5 => {
            let key = random.word_of(&["gw", "gw", "gateway"]);
            line.extend([key, random.pick_or(&scene.addresses, 20, GATEWAYS)]);
        }
        5..11 => {
            let key = random.word_of(&["dev", "dev", "device", ""]);
            line.extend([key, device(random, scene)].into_iter().filter(|word| !word.is_empty()));
        }
        11..13 => line.extend(["metric".to_owned(), random.word_of(NUMBERS)]),
        13..15 => line.extend(["netmask".to_owned(), random.word_of(MASKS)]),
        15..17 => {
            let key = random.word_of(&["mss", "window", "irtt", "mtu"]);
            line.extend([key, random.word_of(NUMBERS)]);
        }
        17..19 => line.push(random.word_of(&["reject", "reject", "mod", "dyn", "reinstate"])),
        _ => line.push(random.word_of(&[
            "foo", "-n", "add", "e0", "gw", "metric", "-net", "-host", "netmask", "mss", "dev",
            "reject", "lo", "-6", "via",
        ])),
    }
}

fn line6(random: &mut Random, scene: &Scene, line: &mut Vec<String>) {
    if random.chance(5) {
        line.push(random.word_of(&["-net", "-host", "default"]));
    }
    if random.chance(96) {
        line.push(random.pick_or(&scene.routes6, 30, HOSTS6));
    }
    for _ in 0..[0, 1, 1, 2, 3][random.below(5)] {
        match random.below(8) {
            0..2 => line.extend([random.word_of(&["gw", "gateway"]), random.word_of(GATEWAYS)]),
            2..5 => {
                let key = random.word_of(&["dev", "device", ""]);
                line.extend(
                    [key, device(random, scene)].into_iter().filter(|word| !word.is_empty()),
                );
            }
            5..7 => line.extend(["metric".to_owned(), random.word_of(NUMBERS)]),
            _ => line.push(random.word_of(&[
                "mod",
                "dyn",
                "reject",
                "reinstate",
                "mss",
                "netmask",
                "foo",
                "e0",
                "gw",
                "metric",
            ])),
        }
    }
}
