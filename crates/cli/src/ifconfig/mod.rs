//! `ifconfig`, as net-tools 2.10 has it.
//!
//! docs/differences.md lists what is different on purpose.

mod alias;
mod change;
mod entry;
mod list;
mod long;
mod old;
mod one;
mod order;
mod prefix;
mod short;
mod show;
pub(crate) mod usage;
mod words;

pub(crate) use prefix::Prefix;

use crate::output::Output;
use crate::style::Style;
use change::Change;
use ifctl_netdevice::{DeviceName, Kernel};
use show::View;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

/// The exit status of words that were not understood.
const USAGE: u8 = 3;

/// Carries out the words behind the program's name and returns its exit status.
pub(crate) fn run(
    kernel: &dyn Kernel,
    output: &mut Output,
    _called: &OsStr,
    arguments: &[OsString],
) -> u8 {
    let mut words = arguments.iter().map(|word| word.as_bytes());
    let mut view = View {
        style: Style::from_environment("ifconfig", output),
        all_addresses: output
            .surroundings()
            .variable("IFCTL_ALL_ADDRESSES")
            .is_some_and(|value| value == "1"),
        ..View::default()
    };
    let mut verbose = false;
    let name = loop {
        match words.next() {
            None => return show::all(kernel, output, view),
            Some(b"-a") => view.all = true,
            Some(b"-s") => view.short = true,
            Some(b"-v") => verbose = true,
            Some(b"--all-addresses") => view.all_addresses = true,
            Some(b"-V" | b"-version" | b"--version") => {
                output.text().str(usage::VERSION);
                return 0;
            }
            Some(b"-?" | b"-h" | b"-help" | b"--help") => {
                usage::help(output);
                return 0;
            }
            Some(option @ [b'-', ..]) => {
                output.complain(&[b"ifconfig: option `", option, b"' not recognised."]);
                output.complain(&[b"ifconfig: `--help' gives usage information."]);
                return 1;
            }
            Some(name) => break DeviceName::truncated(name),
        }
    };
    let words: Vec<&[u8]> = words.collect();
    if words.is_empty() {
        return show::one(kernel, output, view, name);
    }
    Change::new(kernel, output, name, verbose).run(&words)
}
