//! `ifctl install-links DIR`: the names by which the old tools are called.

use crate::error::{CommandError, Kind, printed};
use crate::help::{Part, example};
use crate::personality;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};

/// What its help and manual page tell besides.
pub(crate) const HELP: &[Part] = &[
    Part::Examples(&[
        example("ifctl install-links ~/bin", "For one person, with ~/bin first in PATH"),
        example(
            "sudo ifctl install-links /usr/local/sbin",
            "For a host, before net-tools' own in PATH",
        ),
        example("sudo ifctl install-links --force /usr/sbin", "In place of net-tools' own"),
    ]),
    Part::List(
        "Exit status",
        &[
            ("0", "all links are there"),
            ("1", "none could be made"),
            ("2", "the words are not understood"),
            ("3", "some could be made, others not"),
        ],
    ),
];

/// Make links named ifconfig, route, nameif, ipmaddr and arp in a folder, to this program
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Replace files of these names that are not our links
    #[arg(long)]
    force: bool,
    /// The folder, which exists
    #[arg(value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    folder: PathBuf,
}

/// Makes the links, all that can be made, and prints how many were made and how many were there.
pub(crate) fn run(arguments: &Arguments) -> Result<(), CommandError> {
    let program = running_program()?;
    let folder = &arguments.folder;
    if !folder.is_dir() {
        let error = CommandError::failed(format!("{} is no folder", folder.display()));
        return Err(match fs::symlink_metadata(folder) {
            Ok(_) => error.hint("that name is taken: choose another one"),
            Err(_) => error.hint(format!("make it first: mkdir -p {}", folder.display())),
        });
    }
    let (mut made, mut present, mut refusals) = (0, 0, Vec::new());
    for (tool, _) in personality::of_net_tools() {
        match install(&program, &folder.join(tool.name), arguments.force) {
            Ok(Outcome::Made) => made += 1,
            Ok(Outcome::Present) => present += 1,
            Err(error) => refusals.push(error),
        }
    }
    let counts = printed(writeln!(
        io::stdout(),
        "{}: {made} made, {present} already there, {} refused",
        folder.display(),
        refusals.len()
    ));
    match refusals.pop() {
        None => counts,
        Some(last) => {
            refusals.iter().for_each(|refusal| {
                refusal.report();
            });
            let kind = if made + present > 0 { Kind::Partial } else { Kind::Failed };
            Err(last.of_kind(kind))
        }
    }
}

enum Outcome {
    Made,
    Present,
}

/// Makes one link, unless what is there leads to the program already.
fn install(program: &Path, link: &Path, force: bool) -> Result<Outcome, CommandError> {
    match symlink(program, link) {
        Ok(()) => Ok(Outcome::Made),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            if leads_to(link, program) {
                Ok(Outcome::Present)
            } else if force {
                replace(program, link).map(|()| Outcome::Made)
            } else {
                Err(CommandError::failed(format!("{} exists and is not our link", link.display()))
                    .hint("--force replaces it; a folder earlier in PATH needs no replacing"))
            }
        }
        Err(error) => Err(refusal(link, &error)),
    }
}

/// Puts the link in the place of a file in one step, so that the name is never missing.
fn replace(program: &Path, link: &Path) -> Result<(), CommandError> {
    let mut beside = link.as_os_str().to_owned();
    beside.push(format!(".ifctl-{}", std::process::id()));
    symlink(program, &beside).map_err(|error| refusal(link, &error))?;
    fs::rename(&beside, link).map_err(|error| {
        // The rename's cause is the one to tell.
        let _ = fs::remove_file(&beside);
        refusal(link, &error)
    })
}

fn leads_to(link: &Path, program: &Path) -> bool {
    match (fs::metadata(link), fs::metadata(program)) {
        (Ok(link), Ok(program)) => (link.dev(), link.ino()) == (program.dev(), program.ino()),
        _ => false,
    }
}

fn refusal(link: &Path, error: &io::Error) -> CommandError {
    let refused = CommandError::failed(format!("cannot make {}: {error}", link.display()));
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            refused.hint("run it as the folder's owner (sudo), or choose a folder of yours: ~/bin")
        }
        io::ErrorKind::IsADirectory => refused.hint("remove or rename that folder first"),
        io::ErrorKind::ReadOnlyFilesystem => refused.hint("choose a folder that can be written"),
        _ => refused,
    }
}

/// Returns the path of the running executable, which a link can lead to.
fn running_program() -> Result<PathBuf, CommandError> {
    let program = std::env::current_exe().map_err(|error| {
        CommandError::failed(format!("cannot tell this program's path: {error}"))
    })?;
    if program.exists() {
        return Ok(program);
    }
    Err(CommandError::failed(format!(
        "{} is gone: links to it would lead nowhere",
        program.display()
    ))
    .hint("call ifctl by the path at which it is installed now"))
}
