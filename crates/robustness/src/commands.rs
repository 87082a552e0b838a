//! Command lines: the personalities' words and those of `ifctl`, and the files that they name.

use crate::hostile::{Answers, Hostile};
use crate::proc;
use ifctl::inside::{self, Given, Ran};
use std::ffi::{OsStr, OsString};
use std::net::IpAddr;
use std::os::unix::ffi::OsStringExt;
use std::rc::Rc;

/// Command lines, recorded with net-tools' answers.
const CORPUS: &str = include_str!("../../../tests/corpus/corpus.txt");
const ETHERS: &[u8] = include_bytes!("../../../tests/corpus/fixtures/ethers");
const MACTAB: &[u8] = include_bytes!("../../../tests/corpus/fixtures/mactab1");
const NETWORKS: &[u8] = include_bytes!("../../../tests/corpus/fixtures/networks");

/// What a program can be called as. The last is no personality.
const CALLED: [&str; 9] = [
    "ifconfig",
    "route",
    "arp",
    "nameif",
    "ipmaddr",
    "inet6_route",
    "/sbin/x25_route",
    "insmod",
    "ifctl",
];

/// Words of `ifctl`, which the corpus has none of.
const OURS: [&str; 14] = [
    "show",
    "show --json lo",
    "show --routes lo lo:0 nosuch",
    "show --schema",
    "aliases --types",
    "ioctl --list",
    "ioctl SIOCGIFMTU lo",
    "ioctl gifconf --json",
    "ioctl SIOCSIFFLAGS lo UP,RUNNING,0x40",
    "ioctl SIOCSIFADDR lo 2001:db8::1/64 --socket inet6",
    "ioctl SIOCSIFHWADDR lo LOOPBACK/00:00:00:00:00:01",
    "ioctl SIOCSIFMAP lo mem_start=0x0 irq=7 port=0",
    "ioctl SIOCADDRT destination=10.0.0.0/8 gateway=127.0.0.1 dev=lo metric=1 flags=REJECT",
    "ioctl SIOCSARP address=127.0.0.2 hardware_address=02:00:00:00:00:07 flags=COM,PERM dev=lo",
];

/// The bytes of a line: what is called, the surroundings, and the words with NULs between them.
fn line(called: usize, words: &[&str]) -> Vec<u8> {
    [&[called as u8, 1][..], words.join("\0").as_bytes()].concat()
}

/// Returns lines of all tools.
pub fn seeds() -> Vec<Vec<u8>> {
    [seeds_of_personalities(), seeds_of_ifctl()].concat()
}

/// Returns the corpus' lines that need no shell.
pub fn seeds_of_personalities() -> Vec<Vec<u8>> {
    let lines = CORPUS.lines().filter(|line| !line.starts_with(['#', 's']));
    let commands = lines.filter_map(|line| line.split_once(": ").map(|(_, command)| command));
    let plain = commands.filter(|command| !command.contains([';', '&', '|', '<', '>', '$', '*']));
    let recorded = plain.filter_map(|command| {
        // An empty word is written as two quotes.
        let words: Vec<&str> = command.split(' ').map(|word| word.trim_matches('\'')).collect();
        let (tool, words) = words.split_first()?;
        Some(line(CALLED.iter().position(|called| called == tool)?, words))
    });
    recorded.collect()
}

/// Returns lines of `ifctl`, which take longer: clap builds its definition for each.
pub fn seeds_of_ifctl() -> Vec<Vec<u8>> {
    let words = OURS.iter().map(|words| words.split(' ').collect::<Vec<_>>());
    words.map(|words| line(CALLED.len() - 1, &words)).collect()
}

/// Carries out a command line on the model, which may refuse or do all changes. Returns 1 where it
/// succeeded.
pub fn run(data: &[u8]) -> usize {
    run_one_of(&CALLED, data)
}

/// Carries out a command line of a personality as [`run`] does, and none of `ifctl`, which takes hundreds of
/// times as long.
pub fn run_personality(data: &[u8]) -> usize {
    run_one_of(CALLED.split_last().map_or(&[], |(_, personalities)| personalities), data)
}

fn run_one_of(tools: &[&str], data: &[u8]) -> usize {
    let Some((&[called, mode], words)) = data.split_first_chunk() else { return 0 };
    let answers = Answers { obeys: mode & 1 != 0, ..Answers::default() };
    let kernel = Hostile::new(answers, data.len());
    let words: Vec<OsString> =
        words.split(|byte| *byte == 0).map(|word| OsString::from_vec(word.to_vec())).collect();
    let called = tools.get(usize::from(called) % tools.len().max(1)).copied().unwrap_or_default();
    let given = Rc::new(given(mode));
    let Some(ran) = run_called(&kernel, &given, called, &words) else { return 0 };
    check(&ran, &given, data.len());
    usize::from(ran.status == 0)
}

pub(crate) fn run_called(
    kernel: &Hostile,
    given: &Rc<Given>,
    called: &str,
    words: &[OsString],
) -> Option<Ran> {
    match called {
        "ifctl" => inside::ifctl(kernel, words),
        called => inside::personality(kernel, given, OsStr::new(called), words),
    }
}

/// Returns the surroundings that some bits choose.
pub(crate) fn given(mode: u8) -> Given {
    let mut given = Given { is_terminal: mode & 2 != 0, ..Given::default() };
    let style: &[u8] = match mode >> 2 & 3 {
        1 => b"classic",
        2 => b"howto",
        3 => b"\x1b]0;\xff",
        _ => b"",
    };
    given.variables.push(("IFCTL_STYLE", OsString::from_vec(style.to_vec())));
    if mode & 16 != 0 {
        given.variables.push(("IFCTL_ALL_ADDRESSES", "1".into()));
    }
    given.files.insert(b"/etc/networks".to_vec(), NETWORKS.to_vec());
    given.files.insert(b"/etc/ethers".to_vec(), ETHERS.to_vec());
    given.files.insert(b"/etc/mactab".to_vec(), MACTAB.to_vec());
    given.hosts.push((b"localhost".to_vec(), IpAddr::from([127, 0, 0, 1])));
    given.hosts.push((b"\x1b[1mhost\xff".to_vec(), IpAddr::from([192, 168, 1, 1])));
    given
        .hosts
        .push((b"six".to_vec(), IpAddr::from([0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])));
    given
}

/// What every answer keeps to: it is no longer than the input accounts for, and nothing in it can disturb
/// a terminal that shows it.
pub(crate) fn check(ran: &Ran, given: &Given, input: usize) {
    let printed = ran.stdout.len() + ran.stderr.len();
    // The help and the list of requests are the longest texts that are there of themselves.
    assert!(printed <= 65_536 + 256 * input, "{printed} bytes for {input}");
    if given.is_terminal {
        for printed in [&ran.stdout, &ran.stderr] {
            let text = str::from_utf8(printed);
            let is_tame =
                |text: &str| !text.contains(|c: char| c.is_control() && !"\n\t".contains(c));
            assert!(text.is_ok_and(is_tame), "{:?}", String::from_utf8_lossy(printed));
        }
    }
}

/// The path of the file that a line names.
const FILE: &str = "f";

/// The lines that read a file: what is called, its words, and the file.
const READERS: [(&str, &str, &str); 9] = [
    ("arp", "-f f", FILE),
    ("arp", "-v -n -f f", FILE),
    ("arp", "-f", "/etc/ethers"),
    ("nameif", "-c f", FILE),
    ("nameif", "-s", "/etc/mactab"),
    ("route", "", "/etc/networks"),
    ("route", "add -net tennet gw localhost", "/etc/networks"),
    ("ifconfig", "lo broadcast tennet netmask loop", "/etc/networks"),
    ("arp", "-d Ten", "/etc/networks"),
];

/// Returns files, behind the byte that chooses the line and that of the surroundings.
pub fn file_seeds() -> Vec<Vec<u8>> {
    let with = |(reader, (called, _, _)): (usize, &(&str, &str, &str))| {
        let file = match *called {
            "nameif" => MACTAB,
            "arp" if reader < 3 => ETHERS,
            _ => NETWORKS,
        };
        [&[reader as u8, 1][..], file].concat()
    };
    READERS.iter().enumerate().map(with).collect()
}

/// Carries out a command line that reads these bytes as a file. Returns 1 where it succeeded.
pub fn with_files(data: &[u8]) -> usize {
    let Some((&[reader, mode], file)) = data.split_first_chunk() else { return 0 };
    let Some((called, words, path)) = READERS.get(usize::from(reader) % READERS.len()) else {
        return 0;
    };
    // The tables of routes, with networks that have names.
    let routes = proc::FILES.iter().find(|(path, _)| *path == "/proc/net/route");
    let table = routes.filter(|_| *called == "route").map(|(_, text)| text.as_bytes().to_vec());
    let answers = Answers { file: table, obeys: mode & 1 != 0, ..Answers::default() };
    let kernel = Hostile::new(answers, data.len());
    let words: Vec<OsString> = words.split_whitespace().map(OsString::from).collect();
    let mut given = given(mode);
    given.files.insert(path.as_bytes().to_vec(), file.to_vec());
    let given = Rc::new(given);
    let Some(ran) = run_called(&kernel, &given, called, &words) else { return 0 };
    check(&ran, &given, data.len());
    usize::from(ran.status == 0)
}
