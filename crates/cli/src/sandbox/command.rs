//! The command that the sandbox was made for.

use crate::error::{CommandError, Kind};
use crate::help::Part;
use crate::sandbox::tools::{FOLDERS, names};
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// Where programs are looked for when the caller has no PATH at all.
const USUAL_PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// What the exit status tells of the command that something was made for.
pub(crate) const STATUS: [(&str, &str); 3] = [
    ("126", "the command could not be run"),
    ("127", "the command was not found"),
    ("any other", "the command's own"),
];

/// Tells how the command's end by a signal is shown.
pub(crate) const BY_SIGNAL: Part = Part::Text(
    "A signal that ends the command ends this process, which a shell shows as 128 and its number.",
);

/// Becomes the command, or the user's shell where there is none; returns why that failed.
pub(crate) fn become_command(words: &[OsString]) -> CommandError {
    let shell = || env::var_os("SHELL").filter(|shell| !shell.is_empty());
    let (program, rest) = match words.split_first() {
        Some((program, rest)) => (program.clone(), rest),
        None => (shell().unwrap_or_else(|| "/bin/sh".into()), words),
    };
    let error = Command::new(&program).args(rest).env("PATH", path_to_tools()).exec();
    explain(&program, &error)
}

/// Returns the caller's PATH if it leads to our tools, else one that does.
fn path_to_tools() -> OsString {
    let path = env::var_os("PATH").unwrap_or_else(|| USUAL_PATH.into());
    if names().all(|name| first_in(&path, name) == identity(&Path::new(FOLDERS[0]).join(name))) {
        return path;
    }
    let mut first = OsString::from(FOLDERS[0]);
    first.push(":");
    first.push(path);
    first
}

/// Returns which file a name leads to by this PATH.
fn first_in(path: &OsStr, name: impl AsRef<Path>) -> Option<(u64, u64)> {
    env::split_paths(path).find_map(|folder| identity(&folder.join(&name)))
}

fn identity(file: &Path) -> Option<(u64, u64)> {
    fs::metadata(file).ok().map(|found| (found.dev(), found.ino()))
}

/// Explains why a command could not be run.
pub(crate) fn explain(program: &OsStr, error: &io::Error) -> CommandError {
    let shown = Path::new(program).display();
    let text = format!("cannot run {shown}: {error}");
    let by_path = program.as_encoded_bytes().contains(&b'/');
    // Where a folder of PATH may not be looked into, execvp(3) says so of every name that is nowhere.
    let missing = error.kind() == io::ErrorKind::NotFound
        || error.kind() == io::ErrorKind::PermissionDenied
            && !by_path
            && first_in(&path_to_tools(), program).is_none();
    if missing && by_path && Path::new(program).exists() {
        return CommandError::new(Kind::NotExecutable, text).hint(
            "the file is there: what is missing is the interpreter that its first line names",
        );
    }
    if missing {
        let error = CommandError::new(Kind::NotFound, text);
        return if by_path {
            error
        } else {
            error.hint("no folder of PATH that can be read has it")
        };
    }
    let refused = CommandError::new(Kind::NotExecutable, text);
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            refused.hint(format!("make it executable: chmod +x {shown}; or run it by sh {shown}"))
        }
        _ => refused,
    }
}
