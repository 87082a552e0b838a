//! `ifctl man`, and the examples of helps and manual pages, every one of them run.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod tool;

use ifctl_conformance::{peer, private, sh, try_sh};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tool::{IFCTL, ifctl, run};

/// What ifctl is under one name or another.
const TOOLS: [&str; 5] = ["ifconfig", "route", "nameif", "ipmaddr", "arp"];
const SUBCOMMANDS: [&str; 9] = [
    "aliases",
    "completions",
    "install-links",
    "ioctl",
    "man",
    "run",
    "sandbox",
    "show",
    "virtual",
];

/// What groff says of each page where its own configuration is not installed.
const INCOMPLETE: &str = "can't find macro file 'man.local'";

/// A folder with all pages; removed, file by file, at the test's end.
struct Pages(PathBuf);

impl Pages {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("ifctl-{}-{name}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        let written = run(&[Path::new("man"), &folder]);
        assert_eq!((written.status, written.stderr.as_str()), (0, ""), "{written}");
        let count = fs::read_dir(&folder).unwrap().count();
        assert_eq!(written.stdout, format!("{}: {count} pages written\n", folder.display()));
        Self(folder)
    }

    fn all(&self) -> BTreeMap<String, String> {
        let files = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap());
        files
            .map(|file| {
                let name = file.file_name().into_string().unwrap();
                (name, fs::read_to_string(file.path()).unwrap())
            })
            .collect()
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        for entry in fs::read_dir(&self.0).into_iter().flatten().flatten() {
            let _ = fs::remove_file(entry.path());
        }
        let _ = fs::remove_dir(&self.0);
    }
}

#[test]
fn there_is_a_page_for_each_tool_and_each_subcommand() {
    let pages = Pages::new("each");
    let tools = TOOLS.map(|tool| format!("{tool}.8"));
    let subcommands = SUBCOMMANDS.map(|subcommand| format!("ifctl-{subcommand}.1"));
    let mut expected: Vec<_> = tools.into_iter().chain(subcommands).collect();
    expected.push("ifctl.1".to_owned());
    expected.sort_unstable();
    let pages = pages.all();
    assert_eq!(pages.keys().collect::<Vec<_>>(), expected.iter().collect::<Vec<_>>());
    for (name, page) in pages {
        for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES"] {
            assert!(page.contains(&format!(".SH \"{section}\"\n")), "{name}: {section}");
        }
        let differences = page.contains(".SH \"DIFFERENCES FROM NET\\-TOOLS\"\n");
        assert_eq!(differences, name.ends_with(".8"), "{name}");
    }
}

#[test]
fn roff_finds_nothing_to_warn_of_in_any_page() {
    if !peer("groff", "man: pages rendered") || !peer("man", "man: pages rendered") {
        return;
    }
    let pages = Pages::new("roff");
    for name in pages.all().keys() {
        let path = pages.0.join(name);
        let path = path.to_str().unwrap();
        for line in [format!("groff -man -Tutf8 -ww {path}"), format!("man --warnings -l {path}")] {
            let output = try_sh(&line);
            assert_eq!(output.status, 0, "{line}: {}", output.stderr);
            let ours: Vec<_> =
                output.stderr.lines().filter(|line| !line.contains(INCOMPLETE)).collect();
            assert!(ours.is_empty(), "{line}: {ours:?}");
            assert!(output.stdout.contains("SYNOPSIS"), "{line}");
        }
    }
}

/// Returns the text of a page as a terminal shows it, in lines as long as the paragraphs.
fn shown(pages: &Pages, name: &str) -> String {
    let path = pages.0.join(name);
    sh(&format!("MANWIDTH=900 man -l {}", path.to_str().unwrap()))
}

#[test]
fn a_page_tells_of_every_word_of_the_usage_text() {
    if !peer("man", "man: words looked up in pages") {
        return;
    }
    let pages = Pages::new("words");
    for (tool, words) in [
        (
            "ifconfig",
            "add del broadcast pointopoint netmask dstaddr tunnel outfill keepalive hw mtu \
          trailers arp allmulti multicast promisc mem_start io_addr irq media txqueuelen name dynamic up \
          down -a -v -s",
        ),
        (
            "route",
            "-v --verbose -n --numeric -e --extend -F --fib -C --cache -h --help -V --version add \
          del flush -host -net gw metric netmask mss window irtt mod dyn reinstate dev reject",
        ),
        ("nameif", "-c -s"),
        ("ipmaddr", "add del dev show ipv4 ipv6 link all -V"),
        (
            "arp",
            "-a -e -s --set -d --delete -v --verbose -n --numeric -i --device -D --use-device -A -p \
          --protocol -f --file -H pub temp netmask",
        ),
    ] {
        let usage = ifctl(&format!("{tool} {}", if tool == "arp" { "-h" } else { "--help" }));
        let syntax = if tool == "route" { ifctl("route -4 --help").stdout } else { String::new() };
        let page = shown(&pages, &format!("{tool}.8"));
        for word in words.split_whitespace() {
            let told = |text: &str| {
                text.split(|char: char| !(char.is_ascii_alphanumeric() || "-_".contains(char)))
                    .any(|piece| piece == word || piece.trim_start_matches('-') == word)
            };
            // Letters of options stand together in some of the usage texts.
            assert!(told(&usage.stdout) || told(&syntax) || word.len() == 2, "{tool} {word}");
            // A tag begins with a word, or has it behind a comma.
            let tag = page.lines().any(|line| {
                let line = line.trim_start();
                let tag = line.split("  ").next().unwrap_or(line);
                tag.split(", ").any(|name| name.split(' ').next() == Some(word))
            });
            assert!(tag, "{tool}.8: {word}");
        }
    }
}

/// What the examples find: an Ethernet device that is up, with an address and an alias, another one, a
/// route, a neighbour and files; and folders that are nobody's, where an example writes.
///
/// All of it is in namespaces of the example's own. Folders are only ever mounted over, and nothing removes
/// anything in them.
const SET_UP: &str = "
    mount -t sysfs none /sys
    mount -t tmpfs none /mnt
    mkdir /mnt/home /mnt/home/bin /mnt/home/man
    cd /mnt
    ln -s $REPOSITORY/examples examples
    echo 'lan0 02:00:00:00:00:05' > mactab
    echo '192.168.1.6 02:00:00:00:00:06' > ethers
    ip link set lo up
    ip link add eth0 type veth peer name far0
    ip link set far0 up
    ip link add eth1 address 02:00:00:00:00:05 type veth peer name far1
    ip addr add 192.168.1.5/24 dev eth0
    ip link set eth0 up
    ip addr add 172.16.3.10/16 label eth0:0 dev eth0
    ip route add 10.1.0.0/16 via 192.168.1.1
    ip neigh add 192.168.1.9 lladdr 02:00:00:00:00:09 dev eth0
    ip maddr add 33:33:00:00:00:78 dev eth0
    mount -t tmpfs none /usr/local/sbin
    mount -t tmpfs none /usr/sbin
    $IFCTL install-links /usr/sbin > /dev/null
    ln -s $IFCTL /usr/sbin/ifctl
    ifctl virtual init net.json
    exec bash -c \"$EXAMPLE\"";

/// What stands in for programs that an example is not about where they are not installed.
fn stand_ins() -> String {
    // The tests' root is already what sudo would make of somebody.
    let mut functions = String::from("sudo() { \"$@\"; }\n");
    for (program, function) in [("jq", "jq() { cat; }"), ("man", "man() { shift; cat \"$@\"; }")] {
        if !peer(program, &format!("man: examples with {program} itself")) {
            functions += &format!("{function}\n");
        }
    }
    functions
}

/// Runs a command as it stands, in a network of its own.
fn try_example(command: &str, stand_ins: &str) {
    let output = Command::new("unshare")
        .args(["--net", "--mount", "--propagation", "private", "sh", "-ec", SET_UP])
        .env("IFCTL", IFCTL)
        .env("REPOSITORY", concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .env("EXAMPLE", format!("{stand_ins}{command}"))
        .env("HOME", "/mnt/home")
        .env("SHELL", "/bin/sh")
        .env("LC_ALL", "C")
        .env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let (stdout, stderr) = (output.stdout, String::from_utf8(output.stderr).unwrap());
    assert!(output.status.success(), "{command}: {stderr}{}", String::from_utf8_lossy(&stdout));
    // The module that the HOWTO loads is told of there, and an installation's own faults elsewhere.
    let mut told = stderr.lines().filter(|line| !line.contains(INCOMPLETE));
    assert!(command.contains("howto.sh") || told.next().is_none(), "{command}: {stderr}");
}

/// Returns the commands of a help's examples: what stands before the first two blanks.
fn examples_of_help(help: &str) -> Vec<&str> {
    let lines = help.lines().skip_while(|line| *line != "Examples:").skip(1);
    let lines = lines.take_while(|line| !line.is_empty());
    let commands =
        lines.filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')));
    commands.map(|line| line.split("  ").next().unwrap_or(line)).collect()
}

#[test]
fn every_help_has_examples_and_each_of_them_works() {
    private(try_helps);
}

fn try_helps() {
    let helps = SUBCOMMANDS.map(|subcommand| format!("{subcommand} --help"));
    let (stand_ins, mut count) = (stand_ins(), 0);
    for line in helps.iter().map(String::as_str).chain(["--help"]) {
        let help = ifctl(line);
        assert_eq!((help.status, help.stderr.as_str()), (0, ""), "{line}");
        let examples = examples_of_help(&help.stdout);
        assert!(!examples.is_empty(), "{line}: {help}");
        assert!(help.stdout.contains("\nExit status:\n"), "{line}: {help}");
        for command in examples {
            assert!(command.contains("ifctl "), "{command}");
            try_example(command, &stand_ins);
            count += 1;
        }
    }
    assert!(count > 25, "{count}");
}

/// Returns the commands of a page's examples, as they were before they were escaped.
fn examples_of_page(page: &str) -> Vec<String> {
    let mut commands = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if line == ".EX" {
            let command = lines.next().unwrap();
            assert_eq!(lines.next(), Some(".EE"));
            let pairs = [
                ("\\&", ""),
                ("\\-", "-"),
                ("\\(aq", "'"),
                ("\\(ga", "`"),
                ("\\(ha", "^"),
                ("\\(ti", "~"),
            ];
            let plain =
                pairs.iter().fold(command.to_owned(), |text, (from, to)| text.replace(from, to));
            commands.push(plain.replace("\\e", "\\"));
        }
    }
    commands
}

#[test]
fn every_example_of_a_tool_s_page_works() {
    private(try_pages);
}

fn try_pages() {
    let pages = Pages::new("examples").all();
    let stand_ins = stand_ins();
    for tool in TOOLS {
        let examples = examples_of_page(&pages[&format!("{tool}.8")]);
        assert!(examples.len() >= 2, "{tool}: {examples:?}");
        for command in &examples {
            assert!(command.contains(tool), "{command}");
            try_example(command, &stand_ins);
        }
    }
}

#[test]
fn a_command_s_page_has_its_help_s_examples() {
    let pages = Pages::new("same").all();
    assert_eq!(examples_of_page(&pages["ifctl.1"]), examples_of_help(&ifctl("--help").stdout));
    for subcommand in SUBCOMMANDS {
        let help = ifctl(&format!("{subcommand} --help")).stdout;
        let page = &pages[&format!("ifctl-{subcommand}.1")];
        assert_eq!(examples_of_page(page), examples_of_help(&help), "{subcommand}");
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_told_of_with_a_way_out() {
    let refused = ifctl("man /nowhere/at/all");
    assert_eq!(
        refused.to_string(),
        "! ifctl: error: cannot write /nowhere/at/all/ifconfig.8: No such file or directory (os error 2)\n\
         !   hint: make the folder first: mkdir -p /nowhere/at/all\n[exit status: 1]\n"
    );
}
