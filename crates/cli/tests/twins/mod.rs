//! Twins: a command line run by net-tools' own program and by ours, each in a namespace of its own made
//! alike, and everything compared: stdout, stderr, exit status, and what `ip` says afterwards.
//!
//! Where net-tools is not installed its recorded answers stand in (`tests/recorded/`), and the test says
//! so. `IFCTL_RECORD=1` writes them anew from the installed program.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

use ifctl_conformance::{has_init_capabilities, installed, private, say, try_sh};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

const IFCTL: &str = env!("CARGO_BIN_EXE_ifctl");

/// A set-up, by its letter, and a line of shell.
pub type Case = (char, &'static str);

/// What a line came to, as one text.
type Answer = String;

/// Every namespace begins so: fixed addresses, no traffic of its own, names from the fixtures alone.
const BASE: &str = "
    seen_without_carrier() {
        for i in $(seq 500); do ip link show $1 | grep -q NO-CARRIER && return; sleep 0.02; done
        return 1
    }
    test ! -e /proc/sys/net/ipv6 ||
        sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
    ip link set lo up
    ip link add e0 address 02:00:00:00:00:01 type veth peer name p0 address 02:00:00:00:00:02
    for file in resolv.conf hosts networks; do
        test ! -e /etc/$file || mount --bind $FIXTURES/$file /etc/$file
    done
";

/// Returns the commands of a set-up.
fn setup(letter: char) -> &'static str {
    match letter {
        // Everything down.
        '0' => "",
        // Up, without a carrier.
        'A' => "ip link set e0 up",
        // An address.
        'C' => "ip link set p0 up; ip addr add 192.168.1.5/24 brd + dev e0; ip link set e0 up",
        // An address and an alias in another network.
        'D' => {
            "ip link set p0 up; ip addr add 192.168.1.5/24 brd + dev e0; ip link set e0 up
             ip addr add 172.16.3.10/24 brd + dev e0 label e0:0"
        }
        // An address and two aliases in its network.
        'E' => {
            "ip link set p0 up; ip link set e0 up; ip addr add 10.5.0.1/24 brd + dev e0
             ip addr add 10.5.0.2/24 brd + dev e0 label e0:1
             ip addr add 10.5.0.3/24 brd + dev e0 label e0:2"
        }
        // Addresses without labels, odd labels, one label twice.
        'G' => {
            "ip link set p0 up; ip link set e0 up; ip addr add 10.5.5.1/24 dev e0
             ip addr add 10.5.5.2/24 dev e0; ip addr add 10.6.6.1/24 dev e0 label e0:zz
             ip addr add 10.7.7.1/24 brd + dev e0 label e0:5; ip addr add 10.8.8.1/32 dev lo
             ip addr add 10.9.8.1/24 dev e0 label e0:5; ip addr add 10.9.9.1/24 dev e0 label e0:"
        }
        // Point to point, a bridge, names for sorting.
        'I' => {
            "ip link add br0 address 02:00:00:00:00:03 type bridge; ip tuntap add dev tun0 mode tun
             ip addr add 10.1.1.1 peer 10.1.1.2 dev tun0; ip link set tun0 up
             seen_without_carrier tun0
             for n in eth10 eth2 a1 a01 a10 a1b12 a1b2 eth0.5 abcdefghijklmno; do
                 ip link add $n address 02:00:00:00:00:09 type ifb
             done
             ip addr add 10.0.0.1/24 dev eth2 label eth2:10; ip addr add 10.0.1.1/24 dev eth2 label eth2:9
             ip addr add 10.0.2.1/24 dev eth2 label eth2:b; ip addr add 10.0.3.1/24 dev eth2 label eth2:01"
        }
        // IPv6, without the packets that would be counted.
        'K' => {
            "sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.e0.disable_ipv6=0
             sysctl -qw net.ipv6.conf.e0.addr_gen_mode=1 net.ipv6.conf.p0.disable_ipv6=1
             sysctl -qw net.ipv6.conf.e0.accept_dad=0 net.ipv6.conf.e0.router_solicitations=0
             ip link set e0 up; ip addr add 2001:db8:5::1/64 dev e0 nodad; seen_without_carrier e0"
        }
        // Routes of every kind.
        'L' => {
            "ip link set p0 up; ip addr add 192.168.1.5/24 brd + dev e0; ip link set e0 up
             ip route add default via 192.168.1.1; ip route add default via 192.168.1.2 metric 9
             ip route add 10.0.0.0/8 via 192.168.1.1; ip route add 10.5.5.5 dev e0
             ip route add unreachable 10.6.0.0/16; ip route add blackhole 10.7.0.0/16
             ip route add prohibit 10.8.0.0/16; ip route add throw 10.10.0.0/16
             ip route add 172.20.0.0/16 dev e0; ip route add 0.0.0.0/1 dev e0
             ip route add 10.9.9.9 via 192.168.1.1; ip route add unreachable 10.6.6.6
             ip route add 10.11.0.0/16 nexthop via 192.168.1.1 nexthop via 192.168.1.2
             ip route add 10.12.0.0/16 dev e0 advmss 1360 window 4096 rtt 300ms"
        }
        // Neighbours of every kind.
        'N' => {
            "ip link set p0 up; ip addr add 10.1.2.3/24 brd + dev e0; ip link set e0 up
             ip neigh add 10.1.2.7 lladdr 2:0:0:0:0:7 dev e0 nud stale
             ip neigh add 10.1.2.9 lladdr 2:0:0:0:0:9 dev e0 nud permanent
             ip neigh add proxy 10.1.2.6 dev e0; ip addr add 10.9.9.1/24 dev e0
             ip neigh add 10.9.9.9 lladdr 2:0:0:0:0:19 dev e0 nud permanent"
        }
        letter => panic!("no set-up {letter}"),
    }
}

/// Runs every case twice and compares, where the program is installed; else holds ours against what was
/// recorded. Call it first in a test, once.
pub fn compare(tool: &str, recorded: &str, cases: &[Case]) {
    private(|| {
        let recording = Recording { path: recorded_path(recorded) };
        let folder = Folder::new(recorded);
        let (cases, others) = comparable(tool, cases);
        if !others.is_empty() {
            say(&format!("not run, since this machine cannot make them: {others:?}"));
        }
        let ours = run_all(&folder, &cases, true);
        let theirs = if installed(tool) {
            let theirs = run_all(&folder, &cases, false);
            if std::env::var_os("IFCTL_RECORD").is_some() {
                recording.write(&theirs);
            }
            let known = recording.read();
            let missing: Vec<_> = cases.iter().filter(|case| !known.contains_key(*case)).collect();
            assert!(missing.is_empty(), "no recorded answers (IFCTL_RECORD=1): {missing:?}");
            theirs
        } else {
            say(&format!("{tool} is not installed: ours is held against recorded answers"));
            recording.read()
        };
        let mut differences = String::new();
        for case in &cases {
            let (ours, theirs) = (&ours[case], &theirs[case]);
            if ours != theirs {
                differences += &format!("{case:?}\n--- theirs\n{theirs}--- ours\n{ours}\n");
            }
        }
        assert!(differences.is_empty(), "differences from {tool}:\n{differences}");
    });
}

/// Returns the cases that can be compared, and the others. `SIOCSIFTXQLEN` and `SIOCSIFMAP` want
/// capabilities of the initial user namespace: without these the recorded answers are of no use. Set-up
/// I wants /dev/net/tun, which a container may not have.
fn comparable(tool: &str, cases: &[Case]) -> (Vec<Case>, Vec<Case>) {
    let all = installed(tool) || has_init_capabilities();
    let tun = fs::File::options().read(true).write(true).open("/dev/net/tun").is_ok();
    let privileged =
        |line: &str| ["txqueuelen", "io_addr", "media"].iter().any(|word| line.contains(word));
    cases.iter().partition(|(setup, line)| (all || !privileged(line)) && (*setup != 'I' || tun))
}

/// Runs one line with our program in a namespace made like the twins', and returns what it came to.
/// Only inside [`private`].
pub fn ours(case: Case) -> Answer {
    let folder = Folder::new("ours");
    run_all(&folder, &[case], true).remove(&case).expect("the one case")
}

/// Runs lines with our program, each in a namespace of its own. Only inside [`private`].
pub fn all_of_ours(cases: &[Case]) -> BTreeMap<Case, Answer> {
    run_all(&Folder::new("ours"), cases, true)
}

/// Runs lines with net-tools' programs, which must be installed. Only inside [`private`].
pub fn all_of_theirs(cases: &[Case]) -> BTreeMap<Case, Answer> {
    run_all(&Folder::new("theirs"), cases, false)
}

fn run_all(folder: &Folder, cases: &[Case], ours: bool) -> BTreeMap<Case, Answer> {
    let next = AtomicUsize::new(0);
    let answers = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let answer = run(folder, *case, ours);
                    answers.lock().expect("no thread panicked").insert(*case, answer);
                }
            });
        }
    });
    answers.into_inner().expect("no thread panicked")
}

/// Runs one line in a namespace of its own.
fn run(folder: &Folder, (letter, line): Case, ours: bool) -> Answer {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    let run = folder.0.join(RUNS.fetch_add(1, Ordering::Relaxed).to_string());
    fs::create_dir(&run).expect("a folder");
    // Linux 6.18 keeps proxy entries without a device beyond the end of their namespace, and may show them
    // in a later one: what is there from the start has no business there.
    let script = format!(
        "export FIXTURES={fixtures} LC_ALL=C LANGUAGE=; unset IFCTL_STYLE
         ip -4 neigh show proxy | while read -r left _; do {IFCTL} arp -d $left pub; done
         (set -e; {BASE} {setup}) >/dev/null 2>{run}/setup; echo $? >>{run}/setup
         ({path} {line}\n) >{run}/stdout 2>{run}/stderr </dev/null; echo $? >{run}/status
         (ip -o link; echo; ip -o addr; echo; ip route show table main; echo; ip -6 route show; echo
          ip -4 neigh show | sort; ip -4 neigh show proxy; ip maddr show | grep static; true) >{run}/state 2>/dev/null",
        fixtures = folder.0.join("fixtures").display(),
        setup = setup(letter),
        path = if ours { format!("PATH={}:$PATH;", folder.0.display()) } else { String::new() },
        run = run.display(),
    );
    let script_file = run.join("script");
    fs::write(&script_file, script).expect("a file");
    let entered = try_sh(&format!("unshare -nm -- sh {}", script_file.display()));
    assert_eq!(entered.status, 0, "unshare: {}", entered.stderr);
    let read = |name: &str| {
        let bytes = fs::read(run.join(name)).expect("what the script wrote");
        String::from_utf8_lossy(&bytes).into_owned()
    };
    // Two namespaces in which nothing was made would be alike as well.
    assert_eq!(read("setup"), "0\n", "set-up {letter}");
    let status = read("status");
    let state: String = read("state").lines().map(essence).collect();
    format!(
        "stdout:\n{}stderr:\n{}status: {status}state:\n{state}",
        indented(&read("stdout")),
        indented(&read("stderr")),
    )
}

fn indented(text: &str) -> String {
    text.split_inclusive('\n').map(|line| format!("|{}\n", line.trim_end_matches('\n'))).collect()
}

/// Returns what matters of a line of `ip`, whatever its version: of a device the name, flags, MTU, queue
/// and address, of all else what stands before the lifetimes.
fn essence(line: &str) -> String {
    let line = line.split(" valid_lft").next().unwrap_or_default().replace('\\', " ");
    let words: Vec<&str> = line.split_whitespace().collect();
    let kept: Vec<&str> = if words.iter().any(|word| word.starts_with("link/")) {
        let after = |key: &str| {
            let place = words.iter().position(|word| *word == key)?;
            words.get(place + 1).copied()
        };
        let address = words.iter().position(|word| *word == "link/ether");
        let address = address.and_then(|place| words.get(place + 1)).copied();
        [words.get(1).copied(), words.get(2).copied(), after("mtu"), after("qlen"), address]
            .into_iter()
            .flatten()
            .collect()
    } else {
        words
    };
    // The kernel notices some time later that there is no carrier.
    let timely = |word: &&str| !matches!(*word, "linkdown" | "dead" | "tentative");
    let mut line = kept.into_iter().filter(timely).collect::<Vec<_>>().join(" ");
    for late in ["NO-CARRIER,", ",LOWER_UP", ",M-DOWN"] {
        line = line.replace(late, "");
    }
    if line.is_empty() { line } else { format!("|{line}\n") }
}

struct Recording {
    path: PathBuf,
}

fn recorded_path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded").join(name)
}

/// What stands before a case in a recording.
const HEAD: &str = "### ";

impl Recording {
    fn write(&self, answers: &BTreeMap<Case, Answer>) {
        let text: String = answers
            .iter()
            .map(|((setup, line), answer)| format!("{HEAD}{setup} {line}\n{answer}"))
            .collect();
        fs::write(&self.path, text).expect("the recording");
    }

    fn read(&self) -> BTreeMap<Case, Answer> {
        let text = fs::read_to_string(&self.path).unwrap_or_default();
        // For the life of the test, which is what the cases live for too.
        let text: &'static str = Box::leak(text.into_boxed_str());
        text.split(HEAD)
            .filter_map(|block| {
                let (head, answer) = block.split_once('\n')?;
                let (setup, line) = head.split_once(' ')?;
                Some(((setup.chars().next()?, line), answer.to_owned()))
            })
            .collect()
    }
}

/// A folder with links to our program and the fixtures, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        static FOLDERS: AtomicUsize = AtomicUsize::new(0);
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir()
            .join(format!("ifctl-twins-{}-{number}-{name}", std::process::id()));
        let fixtures = path.join("fixtures");
        fs::create_dir_all(&fixtures).expect("a folder");
        fs::write(fixtures.join("resolv.conf"), "").expect("a file");
        fs::write(fixtures.join("hosts"), include_str!("fixtures/hosts")).expect("a file");
        fs::write(fixtures.join("networks"), include_str!("fixtures/networks")).expect("a file");
        for tool in ["ifconfig", "route", "nameif", "ipmaddr", "arp"] {
            symlink(IFCTL, path.join(tool)).expect("a link");
        }
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Only what was made here: files, in two levels of folders.
        for folder in fs::read_dir(&self.0).into_iter().flatten().flatten() {
            for file in fs::read_dir(folder.path()).into_iter().flatten().flatten() {
                let _ = fs::remove_file(file.path());
            }
            let _ = fs::remove_file(folder.path()).or_else(|_| fs::remove_dir(folder.path()));
        }
        let _ = fs::remove_dir(&self.0);
    }
}
