//! `ipmaddr [OPTION...] [show [dev] DEVICE | add|del ADDRESS dev DEVICE]`.

use super::{HARDWARE, device, words};
use crate::compare::setup::Scene;
use crate::random::Random;

const OPTIONS: &[&str] = &[
    "-f inet",
    "-f inet6",
    "-family inet",
    "-family foo",
    "-s",
    "-stats",
    "-r",
    "-resolve",
    "-V",
    "--version",
    "-h",
    "--help",
    "-fam inet",
    "-x",
    "-version",
    "-f",
    "--",
    "-",
    "-4",
    "-6",
    "-stat",
    "-he",
];
const GROUPS: &[&str] = &[
    "33:33:00:00:00:77",
    "33:33:0:0:0:77",
    "01:00:5e:01:02:03",
    "01.00.5e.01.02.04",
    "33330000007",
    "333300000077",
    "",
    "3:3",
    "33:33:00:00:00:77:88",
    "224.1.2.3",
];

pub(super) fn line(random: &mut Random, scene: &Scene) -> Vec<String> {
    let mut line = words(&["ipmaddr"]);
    while random.chance(15) {
        line.extend(random.word_of(OPTIONS).split(' ').map(str::to_owned));
    }
    if random.chance(45) {
        if random.chance(70) {
            line.push(
                random.word_of(&[
                    "show", "list", "lst", "s", "sh", "l", "shx", "ls", "showx", "SHOW",
                ]),
            );
        }
        if random.chance(25) {
            line.push(random.word_of(&["ipv4", "ipv6", "link", "all", "inet", "ip", "lin"]));
        }
        if random.chance(60) {
            if random.chance(50) {
                line.push("dev".to_owned());
            }
            line.push(device(random, scene));
        }
        return line;
    }
    line.push(random.word_of(&["add", "add", "del", "delete", "a", "d", "ad", "de", "addx"]));
    let group = if random.chance(70) { random.word_of(GROUPS) } else { random.word_of(HARDWARE) };
    let device = device(random, scene);
    match random.below(6) {
        0 => line.extend([group, device]),
        1 => line.extend(["dev".to_owned(), device, group]),
        2 if random.chance(50) => line.push(group),
        _ => line.extend([group, "dev".to_owned(), device]),
    }
    line
}
