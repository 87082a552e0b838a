//! `nameif [-c FILE] [-s] [NAME ADDRESS]...`.

use super::{hardware, words};
use crate::compare::setup::Scene;
use crate::random::Random;

const OPTIONS: &[&str] =
    &["-c", "-c", "-c", "--config-file", "-h", "--help", "-x", "--", "-V", "--conf", "-"];
const FILES: &[&str] = &[
    "$F/mactab1",
    "$F/mactab2",
    "$F/mactab3",
    "$F/mactab4",
    "/nosuch",
    "$F/ethers",
    "$F/resolv.conf",
    "/",
    "/etc/mactab",
];
const NAMES: &[&str] = &[
    "foo",
    "bar",
    "e0",
    "p0",
    "lo",
    "averyveryverylongname",
    "15bytesofname01",
    "a:1",
    "e0:1",
    "",
    "x/y",
    "a b",
    ".",
    "foo%d",
    "\u{e9}",
    "-x",
    "wlan0",
];

pub(super) fn line(random: &mut Random, scene: &Scene) -> Vec<String> {
    let mut line = words(&["nameif"]);
    if random.chance(35) {
        line.push(random.word_of(OPTIONS));
        if line.last().is_some_and(|word| word.contains("-c")) && random.chance(95) {
            line.push(random.word_of(FILES));
        }
    }
    for _ in 0..[0, 1, 1, 1, 2, 3][random.below(6)] {
        line.extend([random.word_of(NAMES), hardware(random, scene)]);
    }
    if random.chance(8) {
        line.pop();
    }
    line
}
