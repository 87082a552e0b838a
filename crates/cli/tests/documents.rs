//! The documents' commands, run as they stand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod tool;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use tool::{IFCTL, hermetic};

fn text(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The blocks of commands in a document: under which heading, and the lines.
fn blocks(document: &str) -> Vec<(String, Vec<&str>)> {
    let mut blocks: Vec<(String, Vec<&str>)> = Vec::new();
    let mut heading = "";
    let mut inside = false;
    for line in document.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            heading = title;
        }
        match line.strip_prefix("    ") {
            Some(command) if !inside => blocks.push((heading.to_owned(), vec![command])),
            Some(command) => blocks.last_mut().unwrap().1.push(command),
            None if inside && line.is_empty() => blocks.last_mut().unwrap().1.push(""),
            None => {}
        }
        inside = line.starts_with("    ") || (inside && line.is_empty());
    }
    blocks
}

/// Runs the commands of a block, one after the other in one shell in a sandbox, and returns the block
/// with what was printed.
fn played(lines: &[&str]) -> String {
    let mut script = String::from("exec 2>&1\n");
    for command in lines.iter().filter_map(|line| line.strip_prefix("$ ")) {
        script += &format!("printf '%s\\n' '$ {}'\n{command}\n", command.replace('\'', "'\\''"));
    }
    let mut command = Command::new(IFCTL);
    command
        .args(["sandbox", "--", "sh", "-c", &script])
        .env("LC_ALL", "C")
        .env("NO_COLOR", "1")
        .env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        .stderr(Stdio::inherit());
    let output = hermetic(&mut command).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_the_manuals_do_not_tell_is_so() {
    let document = text("docs/undocumented.md");
    let blocks = blocks(&document);
    assert!(blocks.len() >= 10);
    for (heading, lines) in blocks {
        let written = lines.join("\n");
        assert_eq!(played(&lines).trim_end(), written.trim_end(), "{heading}");
    }
}

/// A listing's lines without what differs from run to run: random hardware addresses, counters, and IPv6
/// addresses, which come when the kernel is ready.
fn lasting(text: &str) -> Vec<String> {
    let changing = |line: &&str| line.contains("inet6 addr: fe80") || line.contains("X packets:");
    let lines = text.lines().map(str::trim_end).filter(|line| !changing(line));
    lines.map(|line| line.split("  HWaddr").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn the_readme_shows_what_the_howto_prints() {
    let readme = text("README.md");
    let blocks = blocks(&readme);
    let (_, written) = blocks.iter().find(|(_, lines)| lines[0].starts_with("lo  ")).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/ip-alias-howto.sh");
    let output = hermetic(Command::new(IFCTL).args(["sandbox", script])).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(lasting(&printed), lasting(&written.join("\n")));
    assert!(printed.contains("\neth0:1           2      172.16.3.100\n"));
}

#[test]
fn the_readme_names_each_request_as_the_tool_does() {
    let output = hermetic(Command::new(IFCTL).args(["ioctl", "--list"])).output().unwrap();
    let list = String::from_utf8(output.stdout).unwrap();
    // REQUEST, then its words up to the next column, which two blanks set off.
    let known: BTreeSet<String> = list
        .lines()
        .map(|line| {
            let (request, rest) = line.split_once("  ").unwrap_or((line, ""));
            let words = rest.trim_start().split("  ").next().unwrap_or_default();
            format!("{request} {words}").trim_end().to_owned()
        })
        .collect();
    let readme = text("README.md");
    let rows = readme.lines().filter_map(|line| {
        let command = line.split('`').nth(1)?;
        line.starts_with("| SIOC").then(|| command.strip_prefix("ifctl ioctl ").unwrap())
    });
    let rows: Vec<&str> = rows.collect();
    assert_eq!(rows.len(), 21);
    for row in rows.iter().filter(|row| **row != "SIOCGIFCONF") {
        assert!(known.contains(*row), "README: {row}");
    }
    assert!(list.contains("\nSIOCGIFCONF "));
}
