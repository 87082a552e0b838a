//! Peers: the programs that tests hold ours against.

use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;

/// What a command printed, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// The exit status; 128 and the signal's number if a signal ended it.
    pub status: i32,
}

/// Runs lines of shell in the caller's namespaces and returns what they printed on standard output.
///
/// # Panics
///
/// If any command of theirs fails.
pub fn sh(line: &str) -> String {
    let output = run("-ec", line);
    assert!(output.status == 0, "`{line}` ended with {}: {}", output.status, output.stderr);
    output.stdout
}

/// Runs a line of shell in the caller's namespaces, in the C locale.
///
/// # Panics
///
/// If there is no shell.
pub fn try_sh(line: &str) -> Output {
    run("-c", line)
}

fn run(how: &str, line: &str) -> Output {
    let output = Command::new("sh")
        .args([how, line])
        .env("LC_ALL", "C")
        .env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        .output()
        .expect("a shell");
    Output {
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        status: output.status.code().unwrap_or_else(|| 128 + output.status.signal().unwrap_or(0)),
    }
}

/// Returns whether a program is installed. Where it is not, it says what is therefore not done: no test leaves
/// anything out in silence.
///
/// # Panics
///
/// If nothing can be said.
pub fn peer(program: &str, what: &str) -> bool {
    let is_there = installed(program);
    if !is_there {
        say(&format!("{what}: not done, {program} is not installed"));
    }
    is_there
}

/// Says something that a test that passes says too: the harness captures what macros print.
///
/// # Panics
///
/// If standard error cannot be written to.
pub fn say(line: &str) {
    std::io::stderr().write_all(format!("{line}\n").as_bytes()).expect("standard error");
}

/// Returns whether a program is installed.
pub fn installed(program: &str) -> bool {
    try_sh(&format!("command -v {program}")).status == 0
}
