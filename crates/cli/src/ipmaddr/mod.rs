//! `ipmaddr`, as net-tools 2.10 has it: the multicast addresses that devices listen to.

mod change;
pub(crate) mod manual;
mod show;
mod words;

use crate::output::{Output, Text};
use change::Change;
use ifctl_netdevice::Kernel;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use words::{COMMANDS, Command, OPTIONS, Switch};

/// What `-V` prints.
const VERSION: &str = "net-tools 2.10\nAlexey Kuznetsov\n";

/// The words were not understood.
#[derive(Debug, PartialEq, Eq)]
struct Usage;

/// Carries out the words behind the program's name and returns its exit status.
pub(crate) fn run(
    kernel: &dyn Kernel,
    output: &mut Output,
    _called: &OsStr,
    arguments: &[OsString],
) -> u8 {
    let words: Vec<&[u8]> = arguments.iter().map(|word| word.as_bytes()).collect();
    status(kernel, output, &words).unwrap_or_else(|Usage| {
        let mut text = Text::default();
        words::usage(&mut text);
        output.complain_text(text.as_bytes());
        3
    })
}

fn status(kernel: &dyn Kernel, output: &mut Output, words: &[&[u8]]) -> Result<u8, Usage> {
    let mut words = words.iter().copied().peekable();
    while let Some(option) = words.next_if(|word| word.starts_with(b"-")) {
        match words::begun(OPTIONS, option).ok_or(Usage)?.action {
            // The family, the statistics and the names that are asked for here have never made a
            // difference.
            Switch::Family => {
                if !matches!(words.next(), Some(b"inet" | b"inet6")) {
                    return Err(Usage);
                }
            }
            Switch::Statistics | Switch::Resolve => {}
            Switch::Version => {
                output.text().str(VERSION);
                return Ok(0);
            }
            Switch::Help => {
                words::usage(output.text());
                return Ok(0);
            }
        }
    }
    let Some(command) = words.next() else { return show::run(kernel, output, words) };
    match words::begun(COMMANDS, command).ok_or(Usage)?.action {
        Command::Add => change::run(kernel, output, Change::Add, words),
        Command::Delete => change::run(kernel, output, Change::Delete, words),
        Command::Show => show::run(kernel, output, words),
    }
}
