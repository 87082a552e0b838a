//! `ipmaddr`, as net-tools 2.10 has it: the multicast addresses that devices listen to.

mod change;
mod show;

use crate::output::Output;
use change::Change;
use ifctl_netdevice::Kernel;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

/// What `-V` prints.
const VERSION: &str = "net-tools 2.10\nAlexey Kuznetsov\n";

const USAGE: &str = "\
Usage: ipmaddr [ add | del ] MULTIADDR dev STRING
       ipmaddr show [ dev STRING ] [ ipv4 | ipv6 | link | all ]
       ipmaddr -V | -version
";

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
        output.complain_text(USAGE.as_bytes());
        3
    })
}

/// Returns whether a word is the beginning of a keyword, which may be cut anywhere.
fn begins(word: &[u8], keyword: &str) -> bool {
    keyword.as_bytes().starts_with(word)
}

fn status(kernel: &dyn Kernel, output: &mut Output, words: &[&[u8]]) -> Result<u8, Usage> {
    let mut words = words.iter().copied().peekable();
    while let Some(option) = words.next_if(|word| word.starts_with(b"-")) {
        // The family, the statistics and the names that are asked for here have never made a difference.
        if begins(option, "-family") {
            if !matches!(words.next(), Some(b"inet" | b"inet6")) {
                return Err(Usage);
            }
        } else if option == b"-V" || begins(option, "--version") {
            output.text().str(VERSION);
            return Ok(0);
        } else if option == b"-h" || begins(option, "--help") {
            output.text().str(USAGE);
            return Ok(0);
        } else if !["-stats", "-statistics", "-resolve"].iter().any(|name| begins(option, name)) {
            return Err(Usage);
        }
    }
    let Some(command) = words.next() else { return show::run(kernel, output, words) };
    if begins(command, "add") {
        change::run(kernel, output, Change::Add, words)
    } else if begins(command, "delete") {
        change::run(kernel, output, Change::Delete, words)
    } else if ["list", "show", "lst"].iter().any(|name| begins(command, name)) {
        show::run(kernel, output, words)
    } else {
        Err(Usage)
    }
}
