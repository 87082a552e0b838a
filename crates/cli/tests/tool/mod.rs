//! Running the program under test, in whatever namespaces the caller is.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Command, Output};

pub const IFCTL: &str = env!("CARGO_BIN_EXE_ifctl");

/// What a run came to. Displays as one block: stdout as it is, stderr behind `! `, the status if it is
/// not 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub stdout: String,
    pub stderr: String,
    pub status: i32,
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.stdout)?;
        self.stderr.lines().try_for_each(|line| writeln!(f, "! {line}"))?;
        if self.status == 0 { Ok(()) } else { writeln!(f, "[exit status: {}]", self.status) }
    }
}

/// A folder of the test's own that everybody may read, removed at its end.
///
/// It is removed file by file, never recursively: tests mount, and a removal that descends would go through
/// a mount into the host's own files.
pub struct Folder(pub PathBuf);

impl Folder {
    /// Makes a folder with nothing in it.
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("ifctl-{}-{name}", std::process::id()));
        fs::create_dir(&path).expect("a folder of the test's own");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("its mode");
        Self(path)
    }

    /// Makes a folder with a copy of the program.
    pub fn with_program(name: &str) -> Self {
        let folder = Self::new(name);
        // By another process: what a test beside this one starts meanwhile would inherit the descriptor that
        // writes it, and Linux refuses to execute a file that somebody may write to.
        let copied = Command::new("cp").arg(IFCTL).arg(folder.join("ifctl")).status();
        assert!(copied.expect("cp").success());
        folder
    }

    /// Returns the path of a file in it.
    pub fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Returns the path of a file in it, as a word of a shell.
    pub fn path(&self, name: &str) -> String {
        self.join(name).to_str().expect("a path of our own").to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        for entry in fs::read_dir(&self.0).into_iter().flatten().flatten() {
            // A folder among them is an empty one.
            let _ = fs::remove_file(entry.path()).or_else(|_| fs::remove_dir(entry.path()));
        }
        let _ = fs::remove_dir(&self.0);
    }
}

/// Runs the program with the words of a line, without a terminal and without colour.
pub fn ifctl(line: &str) -> Run {
    run(&line.split_whitespace().collect::<Vec<_>>())
}

/// Runs the program with these words.
pub fn run(words: &[impl AsRef<OsStr>]) -> Run {
    finish(Command::new(IFCTL).args(words))
}

/// Runs the program with the words of a line as root without any capability, which is what an
/// ordinary user has.
pub fn powerless(line: &str) -> Run {
    let mut command = Command::new("setpriv");
    command.args(["--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all", "--", IFCTL]);
    finish(command.args(line.split_whitespace()))
}

/// Runs the program with the words of a line as an ordinary user: `nobody` where the test is root's, with
/// a copy of the program that everybody may read.
pub fn ordinary(line: &str) -> Run {
    if !ifctl_conformance::has_init_capabilities() {
        return ifctl(line);
    }
    let folder = Folder::with_program("ordinary");
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"])
        .arg(folder.join("ifctl"));
    finish(command.args(line.split_whitespace()))
}

/// Runs lines of shell, each of which must succeed.
pub fn script(lines: &str) {
    ifctl_conformance::sh(&format!("set -e\n{lines}"));
}

/// Waits until nothing comes by itself any more: as many link-local addresses are there as devices are
/// up, none of them tentative, and every device that is up and has a carrier says so.
pub fn settle(link_local: usize) {
    ifctl_conformance::sh(&format!(
        "timeout 20 sh -c '
            until [ $(ip -6 addr show scope link -tentative | grep -c fe80::) = {link_local} ] \
                && [ -z \"$(ip -6 addr show tentative)\" ] \
                && ! ip link show up | grep LOWER_UP | grep -v lo: | grep -qv \"state UP\"
            do sleep 0.02; done'"
    ));
}

/// What has a say in what the tools do.
const VARIABLES: [&str; 7] = [
    "NO_COLOR",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "IFCTL_STYLE",
    "IFCTL_KERNEL",
    "IFCTL_ALL_ADDRESSES",
    "POSIXLY_CORRECT",
];

/// Takes out of a command's environment what has a say in the matter, but for what the command itself sets.
pub fn hermetic(command: &mut Command) -> &mut Command {
    let own =
        |variable: &str, command: &Command| command.get_envs().any(|(name, _)| name == variable);
    for variable in VARIABLES {
        if !own(variable, command) {
            command.env_remove(variable);
        }
    }
    command
}

/// Runs a command in an environment that has no say in the matter.
pub fn finish(command: &mut Command) -> Run {
    let command = hermetic(command);
    let Output { status, stdout, stderr } = command.output().expect("the program runs");
    Run {
        stdout: String::from_utf8(stdout).expect("UTF-8 on stdout"),
        stderr: String::from_utf8(stderr).expect("UTF-8 on stderr"),
        status: status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default()),
    }
}
