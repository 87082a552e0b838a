//! `arp [OPTION...] [HOST]`, `arp -s HOST ADDRESS [WORD...]`, `arp -d HOST [WORD...]`, `arp -f [FILE]`.

use super::{CLASSES, MASKS, device, hardware, host, words};
use crate::compare::setup::Scene;
use crate::random::Random;

const OPTIONS: &[&str] = &[
    "-a",
    "-a",
    "-n",
    "-n",
    "-e",
    "-v",
    "-N",
    "-an",
    "-ne",
    "-vn",
    "-H",
    "-t",
    "-i",
    "-A inet",
    "-A inet6",
    "-A foo",
    "-p inet",
    "-p ip",
    "--all",
    "--numeric",
    "--verbose",
    "--device",
    "--hw-type",
    "--use-device",
    "--protocol inet",
    "-x",
    "-h",
    "-V",
    "-?",
    "--version",
    "--help",
    "--num",
    "--de",
    "--",
    "-A",
    "-A unix",
    "-A ax25",
    "-A netrom",
    "-Ainet",
];
const WORDS: &[&str] = &[
    "pub", "temp", "priv", "trail", "dontpub", "auto", "dev", "netmask", "foo", "PUB", "", "pub",
    "temp", "-n", "only", "-i",
];

pub(super) fn line(random: &mut Random, scene: &Scene) -> Vec<String> {
    let mut line = words(&["arp"]);
    while random.chance(40) && line.len() < 5 {
        option(random, scene, &mut line);
    }
    match random.below(20) {
        0..8 => {
            if random.chance(45) {
                line.push(neighbour(random, scene));
            }
        }
        8..13 => {
            line.push(random.word_of(&["-s", "-s", "-s", "-Ds", "--set"]));
            let host = neighbour(random, scene);
            let address = if line.last().is_some_and(|word| word == "-Ds") {
                device(random, scene)
            } else {
                hardware(random, scene)
            };
            line.extend([host, address]);
            line.truncate(line.len() - [0, 0, 0, 0, 0, 0, 0, 1, 2][random.below(9)]);
            more(random, scene, &mut line);
        }
        13..17 => {
            line.push(random.word_of(&["-d", "-d", "--delete"]));
            if random.chance(95) {
                line.push(neighbour(random, scene));
            }
            more(random, scene, &mut line);
        }
        17 | 18 => {
            line.push(random.word_of(&["-f", "-f", "--file"]));
            if random.chance(90) {
                line.push(random.word_of(&[
                    "$F/ethers",
                    "$F/ethers",
                    "$F/mactab1",
                    "/nosuch",
                    "$F/hosts",
                    "/",
                    "$F/resolv.conf",
                ]));
            }
        }
        _ => line.push(random.word_of(&["foo", "", "-s", "-d", "nosuch"])),
    }
    line
}

fn neighbour(random: &mut Random, scene: &Scene) -> String {
    if random.chance(45) {
        random.pick_or(
            &scene.neighbours,
            70,
            &["10.1.2.4", "192.168.1.9", "10.5.0.7", "172.16.3.3"],
        )
    } else if random.chance(50) {
        random.word_of(&[
            "10.1.2.4",
            "192.168.1.9",
            "10.5.0.7",
            "172.16.3.3",
            "gw",
            "longhost",
            "both",
        ])
    } else {
        host(random, scene)
    }
}

fn option(random: &mut Random, scene: &Scene, line: &mut Vec<String>) {
    line.extend(random.word_of(OPTIONS).split(' ').map(str::to_owned));
    match line.last().map(String::as_str) {
        Some("-H" | "-t" | "--hw-type") => line.push(random.word_of(CLASSES)),
        Some("-i" | "--device") => line.push(device(random, scene)),
        _ => {}
    }
}

fn more(random: &mut Random, scene: &Scene, line: &mut Vec<String>) {
    while random.chance(35) {
        line.push(random.word_of(WORDS));
        match line.last().map(String::as_str) {
            Some("dev" | "-i") if random.chance(90) => line.push(device(random, scene)),
            Some("netmask") if random.chance(90) => line.push(random.word_of(MASKS)),
            _ => {}
        }
    }
}
