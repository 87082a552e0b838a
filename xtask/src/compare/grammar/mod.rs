//! Random command lines: the tools' own words, good and bad values, and words that are none.

mod arp;
mod ifconfig;
mod ipmaddr;
mod nameif;
mod route;

use super::case::Case;
use super::setup::{self, Scene};
use crate::random::Random;

/// A tool's command lines; of each hundred this many.
type Share = (usize, fn(&mut Random, &Scene) -> Vec<String>);

const SHARES: &[Share] = &[
    (48, ifconfig::line),
    (27, route::line),
    (14, arp::line),
    (6, nameif::line),
    (5, ipmaddr::line),
];

/// Words that are addresses, or look like some.
const HOSTS: &[&str] = &[
    "10.1.1.1",
    "192.168.1.5",
    "192.168.1.6",
    "192.168.1.1",
    "172.16.3.10",
    "10.5.0.2",
    "10.5.0.9",
    "10.9.9.9",
    "0.0.0.0",
    "0",
    "255.255.255.255",
    "224.0.0.1",
    "240.0.0.1",
    "127.0.0.1",
    "1.2.3",
    "10.1",
    "010.0.0.010",
    "0x0a000001",
    "0xzz",
    "default",
    "localhost",
    "nosuch",
    "loopback",
    "gw",
    "both",
    "mynet",
    "nethost",
    "link-local",
    "longhost",
    "tennet",
    "gateway.example.com",
    "1.2.3.4.5",
    "256.1.1.1",
    "",
    "-a",
    "up",
    "+",
    "/24",
    "1.2.3.4 x",
    "2001:db8::1",
    "::1",
    "4294967296",
    "10.1.1.1.",
    ".",
    "a:b",
    "*",
    "Default",
];
/// Network masks.
const MASKS: &[&str] = &[
    "255.255.255.0",
    "255.255.0.0",
    "255.0.0.0",
    "255.255.255.255",
    "255.255.255.252",
    "0.0.0.0",
    "default",
    "0xffffff00",
    "255.0.255.0",
    "24",
    "nosuch",
    "255.255.255",
    "",
];
/// Lengths of prefixes, behind the stroke.
const LENGTHS: &[&str] = &[
    "24",
    "24",
    "16",
    "8",
    "0",
    "30",
    "31",
    "32",
    "33",
    "64",
    "-1",
    "+8",
    "0x18",
    "030",
    "",
    "a",
    "24x",
    "24/8",
    "255.255.255.0",
    "099",
    "4294967296",
    "99999999999999999999",
];
/// IPv6 addresses, with and without a length.
const HOSTS6: &[&str] = &[
    "2001:db8:5::1/64",
    "2001:db8:5::1",
    "2001:db8::2",
    "::1/128",
    "fe80::1/64",
    "fe80::77/64",
    "fe80::9",
    "2001:db8::/129",
    "2001:db8::zz/64",
    ":",
    "::",
    "::/0",
    "::ffff:1.2.3.4/96",
    "2001:db8::3/abc",
    "ff02::1/64",
    "fe80::7/-1",
    "2001:db8::/",
    "2001:DB8::A/64",
    "fe80::9%e0",
    "2001:db8:a::/48",
    "default",
    "1::2::3",
    "::1.2.3.4",
    "2001:db8::4/64x",
];
/// Numbers, and what is none.
const NUMBERS: &[&str] = &[
    "0",
    "1",
    "2",
    "5",
    "64",
    "68",
    "100",
    "128",
    "1400",
    "1500",
    "4096",
    "32766",
    "32767",
    "32768",
    "65535",
    "65536",
    "65537",
    "-1",
    "+5",
    " 5",
    "1400x",
    "0x500",
    "010",
    "08",
    "abc",
    "",
    "4294967295",
    "4294967296",
    "2147483647",
    "2147483648",
    "99999999999999999999",
    "1.5",
];
/// Hardware addresses of several kinds, whole, short and wrong.
const HARDWARE: &[&str] = &[
    "02:00:00:00:00:77",
    "02:00:00:00:00:01",
    "020000000078",
    "2:0:0:0:0:1",
    "zz",
    "",
    "ff:ff:ff:ff:ff:ff",
    "00:00:00:00:00:00",
    "02-00-00-00-00-01",
    "02:00:00:00:00:08xyz",
    "01:00:5e:00:00:01",
    "02:01:02",
    "02",
    "02:00:00:00:00:79:80",
    "02:00:00:00:00:7:",
    "0:0:0:0:0:AB",
    "02::",
    "02:00:00:00:00:zz",
    "AB",
    "CALL-1",
    "0102030405",
    "01:02:03:04:05:06:07:08",
    "1:2:3",
    "02 00 00 00 00 01",
    ":",
    "02:00:00:00:00:100",
    "33:33:0:0:0:77",
    "010203040506070809",
    "02.00.00.00.00.01",
    "0x02:00:00:00:00:01",
];
/// Hardware classes, and what is none.
const CLASSES: &[&str] = &[
    "ether",
    "ether",
    "ether",
    "ether",
    "ether",
    "loop",
    "slip",
    "cslip",
    "slip6",
    "cslip6",
    "adaptive",
    "ash",
    "ax25",
    "netrom",
    "rose",
    "tunnel",
    "ppp",
    "hdlc",
    "lapb",
    "arcnet",
    "dlci",
    "frad",
    "sit",
    "fddi",
    "hippi",
    "irda",
    "ec",
    "x25",
    "eui64",
    "infiniband",
    "foo",
    "Ether",
    "",
    "unspec",
    "strip",
    "tr",
];
/// Devices that are not there, or are only nearly.
const DEVICES: &[&str] = &[
    "nosuch",
    "e0:0",
    "e0:1",
    "e0:",
    "e0:foo",
    "e0:0-",
    "e0:01",
    "e0:9",
    "lo:0",
    "nosuch:1",
    "e",
    "E0",
    "",
    "averyveryverylonginterfacename",
    "e0 ",
    "e0.1",
    "e0/x",
    "p0:1",
    "e0:0:0",
    ":0",
    "e0:300",
    "e0:averyverylonglabel",
];
/// Words that stand for trouble anywhere.
const STRANGE: &[&str] = &[
    "",
    " ",
    "-",
    "--",
    "-x",
    "*",
    "$HOME",
    "%s%n",
    "\u{1b}[31m",
    "\u{e9}",
    "a,b",
    "inet,inet6",
    "--help",
    "-h",
    "-V",
    "'",
    "\"",
    "\\",
    "\t",
    "a\nb",
    "0",
    "-1",
    "=",
    "/",
    ":",
    "..",
    "#",
    ";",
];

/// Makes a line, in a set-up.
pub(crate) fn case(random: &mut Random) -> Case {
    let scene = setup::scene(random);
    let mut commands = vec![command(random, &scene)];
    let unprivileged = random.chance(7);
    // Privilege is given up for the first command of a line of the corpus alone.
    while !unprivileged && commands.len() < 3 && random.chance(22) {
        commands.push(command(random, &scene));
    }
    let redirection =
        if random.chance(4) { [">/dev/full", ">&-", "2>&-", "<&-"][random.below(4)] } else { "" };
    Case { setup: scene.setup, commands, redirection, unprivileged }
}

fn command(random: &mut Random, scene: &Scene) -> Vec<String> {
    let mut share = random.below(100);
    let line = SHARES.iter().find(|(percent, _)| {
        let found = share < *percent;
        share = share.saturating_sub(*percent);
        found
    });
    let mut words = line.map(|(_, line)| line(random, scene)).unwrap_or_default();
    if random.chance(6) && words.len() > 1 {
        disturb(random, &mut words);
    }
    words
}

/// Spoils one word behind the tool's name: as a hand does, or as somebody who means harm.
fn disturb(random: &mut Random, words: &mut Vec<String>) {
    let place = 1 + random.below(words.len() - 1);
    let word = words[place].clone();
    match random.below(7) {
        0 => words.insert(place, word),
        1 => drop(words.remove(place)),
        2 => words[place] = word.to_uppercase(),
        3 => words[place] = format!("{word}{}", random.word_of(STRANGE)),
        4 => words[place] = word.chars().take(word.chars().count().saturating_sub(1)).collect(),
        5 => {
            words[place] =
                word.chars().cycle().take(if word.is_empty() { 0 } else { 300 }).collect()
        }
        _ => words.insert(place, random.word_of(STRANGE)),
    }
}

/// Returns an IPv4 address or a name: one that the set-up has, or another.
fn host(random: &mut Random, scene: &Scene) -> String {
    random.pick_or(&scene.addresses, 35, HOSTS)
}

/// Returns a device or alias: one that the set-up has, or another.
fn device(random: &mut Random, scene: &Scene) -> String {
    if random.chance(25) {
        random.pick_or(&scene.labels, 70, DEVICES)
    } else {
        random.pick_or(&scene.devices, 92, DEVICES)
    }
}

/// Returns a hardware address.
fn hardware(random: &mut Random, scene: &Scene) -> String {
    random.pick_or(&scene.hardware, 30, HARDWARE)
}

/// Returns owned words.
fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}
