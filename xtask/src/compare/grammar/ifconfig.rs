//! `ifconfig [-a] [-v] [-s] [DEVICE [FAMILY] WORD...]`.

use super::{CLASSES, HOSTS6, LENGTHS, MASKS, NUMBERS, device, hardware, host, words};
use crate::compare::setup::Scene;
use crate::random::Random;

const FLAGS: &[&str] = &[
    "up",
    "down",
    "up",
    "down",
    "arp",
    "-arp",
    "trailers",
    "-trailers",
    "promisc",
    "-promisc",
    "allmulti",
    "-allmulti",
    "multicast",
    "-multicast",
    "dynamic",
    "-dynamic",
    "broadcast",
    "-broadcast",
    "pointopoint",
    "-pointopoint",
    "pointtopoint",
    "-pointtopoint",
];
const OPTIONS: &[&str] = &[
    "-a",
    "-s",
    "-v",
    "-a",
    "-s",
    "-v",
    "-as",
    "-V",
    "-version",
    "--version",
    "-h",
    "-help",
    "--help",
    "-?",
    "-i",
    "--",
    "-",
];
const FAMILIES: &[&str] = &[
    "inet",
    "inet6",
    "inet",
    "inet6",
    "unix",
    "ax25",
    "netrom",
    "rose",
    "ipx",
    "ddp",
    "ec",
    "ash",
    "x25",
    "unspec",
    "inet,inet6",
    "ip",
    "tcpip",
    "econet",
    "appletalk",
    "INET",
];
const NAMES: &[&str] = &[
    "foo",
    "e0",
    "p0",
    "a:1",
    "a b",
    "averyveryverylongname",
    "x/y",
    "",
    ".",
    "..",
    "foo%d",
    "e0:1",
    "lo",
    "\u{e9}",
    "15bytesofname01",
    "a\u{1b}b",
];
const MEDIA: &[&str] = &[
    "auto",
    "AUTO",
    "3",
    "0",
    "6",
    "7",
    "-1",
    "AUI",
    "aui",
    "10baset",
    "10base2",
    "100baseTX",
    "100baseFX",
    "100baseT4",
    "thick",
    "db15",
    "utp",
    "tpe",
    "bnc",
    "coax",
    "unknown",
    "foo",
    "99",
    "3x",
    "",
];

pub(super) fn line(random: &mut Random, scene: &Scene) -> Vec<String> {
    let mut line = words(&["ifconfig"]);
    while random.chance(18) {
        line.push(random.word_of(OPTIONS));
    }
    if random.chance(10) {
        return line;
    }
    line.push(device(random, scene));
    if random.chance(13) {
        return line;
    }
    if random.chance(15) {
        line.push(random.word_of(FAMILIES));
    }
    for _ in 0..[1, 1, 1, 1, 2, 2, 3, 4, 6][random.below(9)] {
        word(random, scene, &mut line);
    }
    line
}

fn word(random: &mut Random, scene: &Scene, line: &mut Vec<String>) {
    match random.below(100) {
        0..24 => line.push(random.word_of(FLAGS)),
        24..36 => line.push(host(random, scene)),
        36..46 => {
            let address = host(random, scene);
            line.push(format!("{address}/{}", random.word_of(LENGTHS)));
        }
        46..53 => line.extend(["netmask".to_owned(), random.word_of(MASKS)]),
        53..58 => line.extend(["broadcast".to_owned(), host(random, scene)]),
        58..63 => {
            let key = random.word_of(&["pointopoint", "pointtopoint", "dstaddr", "dstaddr"]);
            line.extend([key, host(random, scene)]);
        }
        63..71 => {
            let key = random.word_of(&[
                "mtu",
                "mtu",
                "txqueuelen",
                "txqueuelen",
                "keepalive",
                "outfill",
                "irq",
                "mem_start",
                "io_addr",
            ]);
            line.extend([key, random.word_of(NUMBERS)]);
        }
        71..78 => line.extend(["hw".to_owned(), random.word_of(CLASSES), hardware(random, scene)]),
        78..84 => {
            let key = random.word_of(&["add", "del"]);
            line.extend([key, random.pick_or(&scene.addresses6, 40, HOSTS6)]);
        }
        84..89 => line.extend([random.word_of(&["add", "add", "add", "del"]), host(random, scene)]),
        89..92 => line.extend(["name".to_owned(), random.word_of(NAMES)]),
        92..95 => line.extend([random.word_of(&["media", "port"]), random.word_of(MEDIA)]),
        95..97 => line.extend(["tunnel".to_owned(), random.word_of(HOSTS6)]),
        _ => line.push(random.word_of(&[
            "metric",
            "tunnel",
            "inet",
            "inet6",
            "-up",
            "UP",
            "netmask",
            "hw",
            "mtu",
            "default",
            "unix",
            "-s",
            "add",
            "del",
            "name",
            "media",
            "-a",
            "--help",
            "window",
            "txqueuelen",
            "dstaddr",
            "irq",
            "io_addr",
            "-mtu",
        ])),
    }
}
