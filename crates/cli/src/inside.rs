//! Runs inside the caller's process: on any kernel, in given surroundings, with what is printed caught.
//!
//! The code is the program's own; only what it stands on is another. (`insmod` and `rmmod` act here as on
//! Linux: modules of a virtual kernel are loaded through the program alone.)
//! `VirtualKernel`, the kernel in memory, lets every command line be tried without a privilege and without a
//! change to anything.

pub use crate::surroundings::Given;

use crate::output::Output;
use crate::surroundings::Surroundings;
use crate::{cli, personality};
use ifctl_kernel::Kernel;
use std::ffi::{OsStr, OsString};
use std::rc::Rc;

/// What a run printed, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ran {
    /// What it wrote to standard output.
    pub stdout: Vec<u8>,
    /// What it wrote to standard error.
    pub stderr: Vec<u8>,
    /// The exit status.
    pub status: u8,
}

/// Carries out the words of a personality, which is named as a link would be: `ifconfig`,
/// `inet6_route`. Returns `None` if there is none of this name.
pub fn personality(
    kernel: &dyn Kernel,
    given: &Rc<Given>,
    called: &OsStr,
    words: &[OsString],
) -> Option<Ran> {
    let personality = personality::by_link(called)?;
    let surroundings = Surroundings::Given(Rc::clone(given));
    let mut output = Output::caught(personality.name, surroundings);
    let status = (personality.run)(kernel, &mut output, called, words);
    let (stdout, stderr) = output.into_caught();
    Some(Ran { stdout, stderr, status })
}

/// Carries out the words after `ifctl` if they ask for a listing (`show`, `aliases`) or a request
/// (`ioctl`). Words that are not understood get clap's answer; those of other subcommands, which do more
/// than ask a kernel, get `None`.
pub fn ifctl(kernel: &dyn Kernel, words: &[OsString]) -> Option<Ran> {
    cli::run_inside(kernel, words)
}
