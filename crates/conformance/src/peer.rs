//! Peers: the programs that tests hold ours against.

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

/// Runs a line of shell in the caller's namespaces and returns what it printed on standard output.
///
/// # Panics
///
/// If the line fails.
pub fn sh(line: &str) -> String {
    let output = try_sh(line);
    assert!(output.status == 0, "`{line}` ended with {}: {}", output.status, output.stderr);
    output.stdout
}

/// Runs a line of shell in the caller's namespaces, in the C locale.
///
/// # Panics
///
/// If there is no shell.
pub fn try_sh(line: &str) -> Output {
    use std::os::unix::process::ExitStatusExt;
    let output = Command::new("sh")
        .args(["-c", line])
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

/// Returns whether a program is installed.
pub fn installed(program: &str) -> bool {
    try_sh(&format!("command -v {program}")).status == 0
}
