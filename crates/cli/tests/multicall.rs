//! The names by which the program is called, and the links that carry them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod tool;

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Command;
use tool::{Folder, IFCTL};

/// What a run came to: status, stdout, stderr.
fn run(program: impl AsRef<Path>, words: &[&str]) -> (i32, String, String) {
    let output = Command::new(program.as_ref()).args(words).output().unwrap();
    (
        output.status.code().unwrap_or(-1),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

fn install(words: &[&str]) -> (i32, String, String) {
    run(IFCTL, &[&["install-links"], words].concat())
}

#[test]
fn a_link_selects_the_tool_of_its_name() {
    let folder = Folder::new("link");
    let link = folder.join("insmod");
    symlink(IFCTL, &link).unwrap();
    let (status, stdout, stderr) = run(&link, &["/lib/modules/2.0.36/ipv4/ip_alias.o"]);
    assert_eq!((status, stdout.as_str()), (0, ""));
    assert_eq!(stderr, "insmod: ip_alias: built into Linux since 2.2, nothing to load\n");
}

#[test]
fn the_first_word_selects_the_tool_and_the_rest_is_left_untouched() {
    let (status, _, stderr) = run(IFCTL, &["insmod", "--help"]);
    assert_eq!(status, 1);
    assert!(stderr.starts_with("insmod: refusing to load module --help:"), "{stderr}");
}

#[test]
fn insmod_knows_ip_alias_by_every_ending_and_refuses_all_other_modules() {
    for ending in ["o", "ko", "ko.gz", "ko.xz", "ko.zst"] {
        assert_eq!(run(IFCTL, &["insmod", &format!("/a/ip_alias.{ending}")]).0, 0, "{ending}");
    }
    for other in ["/a/ip_alias", "/a/ip_alias.so", "/a/dummy.ko", "/ip_alias.o/dummy.o", ""] {
        assert_eq!(run(IFCTL, &["insmod", other]).0, 1, "{other}");
    }
    assert_eq!(run(IFCTL, &["insmod"]).0, 1);
}

#[test]
fn help_lists_every_tool_and_subcommand_with_examples() {
    let (status, stdout, _) = run(IFCTL, &["--help"]);
    assert_eq!(status, 0);
    for word in ["insmod", "install-links", "Examples:"] {
        assert!(stdout.contains(word), "{word} is missing from:\n{stdout}");
    }
    let (status, stdout, _) = run(IFCTL, &["install-links", "--help"]);
    assert_eq!(status, 0);
    assert!(stdout.contains("Examples:") && stdout.contains("Exit status:"), "{stdout}");
}

#[test]
fn words_that_nobody_knows_are_a_usage_error() {
    let (status, stdout, stderr) = run(IFCTL, &["frobnicate"]);
    assert_eq!((status, stdout.as_str()), (2, ""));
    assert!(stderr.contains("frobnicate"), "{stderr}");
}

#[test]
fn a_word_that_is_quoted_cannot_disturb_the_terminal() {
    for words in [
        &["ioctl", "a\x1b[31mb"][..],
        &["ioctl", "SIOCSIFMTU", "lo", "a\x1b[31mb"],
        &["install-links", "/a\x1b[31mb"],
        &["sandbox", "a\x1b[31mb"],
        &["insmod", "a\x1b[31mb"],
    ] {
        // As at a terminal, where escape sequences pass.
        let output = Command::new(IFCTL).args(words).env("CLICOLOR_FORCE", "1").output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.contains(r"a\x1b[31mb") && !stderr.contains("\x1b[31mb"), "{stderr:?}");
    }
}

#[test]
fn a_reader_that_goes_away_ends_the_program_by_sigpipe() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let status = Command::new(IFCTL).arg("--help").stdout(writer).status().unwrap();
    // The program must die of the signal, not report an error or panic.
    assert_eq!(status.signal(), Some(13));
}

#[test]
fn closed_standard_streams_are_opened_before_a_socket_takes_their_numbers() {
    // What the command of a sandbox finds open beside stdout, the program has opened.
    let command = "readlink /proc/self/fd/0 /proc/self/fd/2";
    let line = format!("{IFCTL} sandbox sh -c '{command}' <&- 2>&-");
    let (status, stdout, _) = run("/bin/sh", &["-c", &line]);
    assert_eq!((status, stdout.as_str()), (0, "/dev/null\n/dev/null\n"));
}

#[test]
fn output_that_cannot_be_written_is_a_failure_of_every_subcommand() {
    let folder = Folder::new("full");
    let path = folder.0.to_str().unwrap();
    for line in [
        "--help",
        "--version",
        "show",
        "show --json",
        "show --schema",
        "aliases",
        "ioctl --list",
        "ioctl SIOCGIFMTU lo",
        "ioctl SIOCGIFMTU lo --json",
        &format!("install-links {path}"),
    ] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let words = line.split_whitespace();
        let output = Command::new(IFCTL).args(words).stdout(full).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{line}");
        assert!(stderr.contains("cannot write to standard output: No space left"), "{stderr}");
    }
    // What was refused is told whatever becomes of the counts.
    fs::remove_file(folder.join("route")).unwrap();
    fs::write(folder.join("route"), "somebody's").unwrap();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = Command::new(IFCTL).args(["install-links", path]).stdout(full).output().unwrap();
    assert!(String::from_utf8(output.stderr).unwrap().contains("route exists and is not our link"));
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn install_links_makes_links_that_lead_to_the_program_and_does_so_once() {
    let folder = Folder::new("once");
    let path = folder.0.to_str().unwrap();
    let (status, stdout, stderr) = install(&[path]);
    assert_eq!((status, stderr.as_str()), (0, ""));
    assert_eq!(stdout, format!("{path}: 5 made, 0 already there, 0 refused\n"));
    for name in ["ifconfig", "route", "nameif", "ipmaddr", "arp"] {
        assert_eq!(fs::canonicalize(folder.join(name)).unwrap(), fs::canonicalize(IFCTL).unwrap());
    }
    assert_eq!(install(&[path]).1, format!("{path}: 0 made, 5 already there, 0 refused\n"));
}

#[test]
fn install_links_keeps_what_is_not_its_own_and_counts_it() {
    let folder = Folder::new("kept");
    let path = folder.0.to_str().unwrap();
    for name in ["route", "nameif", "ipmaddr", "arp"] {
        fs::write(folder.join(name), "somebody's").unwrap();
    }
    symlink("/nowhere", folder.join("ifconfig")).unwrap();
    let (status, stdout, stderr) = install(&[path]);
    assert_eq!(status, 1);
    assert_eq!(stdout, format!("{path}: 0 made, 0 already there, 5 refused\n"));
    assert!(stderr.contains("route exists and is not our link"), "{stderr}");
    assert!(stderr.contains("ifconfig exists and is not our link"), "{stderr}");
    assert!(stderr.contains("--force"), "{stderr}");
    assert_eq!(fs::read_to_string(folder.join("route")).unwrap(), "somebody's");

    fs::remove_file(folder.join("ifconfig")).unwrap();
    let (status, stdout, _) = install(&[path]);
    assert_eq!(status, 3, "some made and others refused has a status of its own");
    assert_eq!(stdout, format!("{path}: 1 made, 0 already there, 4 refused\n"));
}

#[test]
fn install_links_replaces_others_files_only_when_forced() {
    let folder = Folder::new("forced");
    let path = folder.0.to_str().unwrap();
    fs::write(folder.join("route"), "somebody's").unwrap();
    let (status, stdout, stderr) = install(&["--force", path]);
    assert_eq!((status, stderr.as_str()), (0, ""));
    assert_eq!(stdout, format!("{path}: 5 made, 0 already there, 0 refused\n"));
    assert_eq!(fs::canonicalize(folder.join("route")).unwrap(), fs::canonicalize(IFCTL).unwrap());
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 5, "nothing else is left behind");
}

#[test]
fn install_links_names_a_folder_that_is_missing_and_the_way_out() {
    let folder = Folder::new("missing");
    let missing = folder.join("bin");
    let (status, stdout, stderr) = install(&[missing.to_str().unwrap()]);
    assert_eq!((status, stdout.as_str()), (1, ""));
    assert!(stderr.contains(&format!("{} is no folder", missing.display())), "{stderr}");
    assert!(stderr.contains(&format!("mkdir -p {}", missing.display())), "{stderr}");

    fs::write(&missing, "a file").unwrap();
    let (status, _, stderr) = install(&[missing.to_str().unwrap()]);
    assert_eq!(status, 1);
    assert!(stderr.contains("that name is taken") && !stderr.contains("mkdir"), "{stderr}");
}

#[test]
fn install_links_does_not_force_its_way_over_a_folder() {
    let folder = Folder::new("folder");
    fs::create_dir(folder.join("route")).unwrap();
    let (status, _, stderr) = install(&["--force", folder.0.to_str().unwrap()]);
    assert_eq!(status, 3);
    assert!(stderr.contains("Is a directory") && stderr.contains("hint"), "{stderr}");
    assert!(folder.join("route").is_dir());
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 5, "no temporary name is left behind");
}
