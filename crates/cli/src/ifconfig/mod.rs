//! `ifconfig`, as net-tools 2.10 has it.
//!
//! docs/differences.md lists what is different on purpose.

mod alias;
mod change;
mod entry;
mod list;
mod long;
pub(crate) mod manual;
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
use crate::words::find;
use change::Change;
use ifctl_netdevice::{DeviceName, Kernel};
use show::View;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use words::{OPTIONS, Switch};

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
        let Some(word) = words.next() else { return show::all(kernel, output, view) };
        match find(OPTIONS, word).map(|option| option.action) {
            Some(Switch::All) => view.all = true,
            Some(Switch::Short) => view.short = true,
            Some(Switch::Verbose) => verbose = true,
            Some(Switch::AllAddresses) => view.all_addresses = true,
            Some(Switch::Version) => {
                output.text().str(usage::VERSION);
                return 0;
            }
            Some(Switch::Help) => {
                usage::help(output);
                return 0;
            }
            None if word.starts_with(b"-") => {
                output.complain(&[b"ifconfig: option `", word, b"' not recognised."]);
                output.complain(&[b"ifconfig: `--help' gives usage information."]);
                return 1;
            }
            None => break DeviceName::truncated(word),
        }
    };
    let words: Vec<&[u8]> = words.collect();
    if words.is_empty() {
        return show::one(kernel, output, view, name);
    }
    Change::new(kernel, output, name, verbose).run(&words)
}
