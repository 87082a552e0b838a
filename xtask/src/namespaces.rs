//! Namespaces of a chore's own, which it enters by running itself again.

use std::process::Command;

/// Runs this program again with these words behind unshare(1): as root directly, as an ordinary user inside a
/// user namespace. The variable tells it that it is inside.
pub(crate) fn enter(
    further: &str,
    options: &[&str],
    words: &[&str],
    variable: (&str, &str),
) -> Result<(), String> {
    let me = std::env::current_exe().map_err(|error| format!("this program's path: {error}"))?;
    let privileged = Command::new("unshare").args(["-nm", "true"]).status();
    let flags = match privileged {
        Ok(status) if status.success() => "-nm",
        _ => "-Urnm",
    };
    let status = Command::new("unshare")
        .arg(format!("{flags}{further}"))
        .args(options)
        .arg("--")
        .arg(me)
        .args(words)
        .env(variable.0, variable.1)
        .status()
        .map_err(|error| format!("unshare(1): {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{}: {status}", words.join(" "))) }
}
