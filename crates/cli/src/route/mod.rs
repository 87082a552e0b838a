//! `route`, as net-tools 2.10 has it.
//!
//! docs/differences.md lists what is different on purpose.

mod change;
mod change6;
pub(crate) mod manual;
mod options;
mod show;
mod show6;
mod usage;
mod words;
mod x25;

use crate::number::atoi;
use crate::output::Output;
use crate::style::Style;
use crate::words::find;
use ifctl_netdevice::Kernel;
use options::Options;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use words::COMMANDS;

/// The exit status of words that were not understood.
const USAGE: u8 = 3;
/// The exit status of a name that was not resolved.
const LOOKUP: u8 = 6;
/// The exit status of a request that was refused.
const REFUSED: u8 = 7;
/// The exit status of no family at all.
const NO_FAMILY: u8 = 8;

/// Carries out the words behind the program's name and returns its exit status.
///
/// A link whose name ends in `route` selects a family by what stands before: `inet6_route`.
pub(crate) fn run(
    kernel: &dyn Kernel,
    output: &mut Output,
    called: &OsStr,
    arguments: &[OsString],
) -> u8 {
    status(kernel, output, called.as_bytes(), arguments)
}

/// What is done to the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Add,
    Delete,
    Flush,
    /// Nothing: how it is done is shown.
    Help,
}

fn status(kernel: &dyn Kernel, output: &mut Output, called: &[u8], arguments: &[OsString]) -> u8 {
    let base = called.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    let prefix = base.strip_suffix(b"route");
    // Called as `ifctl route`, the program is still route.
    let program = if prefix.is_some() { called } else { b"route" };
    let arguments = arguments.iter().map(|word| word.as_bytes());
    let Ok(options) = Options::read(program, arguments, output) else { return 1 };
    if options.version {
        output.text().str(usage::VERSION);
        return 0;
    }
    if options.help {
        if options.families.is_empty() {
            usage::help(output);
            return 0;
        }
        return change(kernel, output, Action::Help, &options.families, &options);
    }
    let families = match by_name(prefix.unwrap_or_default(), output) {
        _ if !options.families.is_empty() => options.families.clone(),
        Ok(family) => vec![family],
        Err(name) => return unknown(output, &name, &options.words),
    };
    let Some(word) = options.words.first() else {
        return show(kernel, output, &families, &options);
    };
    match find(COMMANDS, word) {
        Some(command) => change(kernel, output, command.action, &families, &options),
        None => {
            usage::complain(output);
            USAGE
        }
    }
}

/// The families that a link's name may begin with.
const FAMILIES: [&str; 12] = [
    "inet",
    "inet6",
    "ax25",
    "netrom",
    "rose",
    "ipx",
    "ddp",
    "x25",
    "unix",
    "ec",
    "ash",
    "bluetooth",
];

/// Returns the family that stands before `route` in the program's name, up to the first underscore;
/// IPv4 if nothing does. An unknown one is given back.
fn by_name(prefix: &[u8], output: &Output) -> Result<&'static str, Vec<u8>> {
    if prefix.is_empty() {
        return Ok("inet");
    }
    let name = prefix.split(|byte| *byte == b'_').next().unwrap_or_default();
    match FAMILIES.iter().find(|family| family.as_bytes() == name) {
        Some(family) => Ok(family),
        None => {
            output.complain(&[b"Unknown address family `", name, b"'."]);
            Err(name.to_vec())
        }
    }
}

/// Ends a run under a name that begins with no family.
fn unknown(output: &Output, name: &[u8], words: &[&[u8]]) -> u8 {
    match words.first().copied() {
        None if name.is_empty() => NO_FAMILY,
        Some(word) if find(COMMANDS, word).is_none() => {
            usage::complain(output);
            USAGE
        }
        _ => not_supported(output, name),
    }
}

fn not_supported(output: &Output, name: &[u8]) -> u8 {
    output.complain(&[b"Address family `", name, b"' not supported."]);
    USAGE
}

fn no_routing(output: &Output, family: &str) -> u8 {
    output.complain(&[b"No routing for address family `", family.as_bytes(), b"'."]);
    USAGE
}

/// Shows the tables of the families, up to the first that has none.
fn show(kernel: &dyn Kernel, output: &mut Output, families: &[&str], options: &Options<'_>) -> u8 {
    for family in families {
        let status = match *family {
            "inet" => show::tables(kernel, output, options),
            "inet6" => show6::tables(kernel, output, options),
            "bluetooth" => not_supported(output, family.as_bytes()),
            family => missing(output, family, options),
        };
        if status != 0 {
            return status;
        }
    }
    0
}

/// Tells that Linux has no such family any more, in the words of net-tools, which looks for its files.
fn missing(output: &mut Output, family: &str, options: &Options<'_>) -> u8 {
    let (errors, text): (&[&[u8]], &str) = match family {
        "ax25" => (
            &[b"/proc/net/ax25_route: No such file or directory"],
            "AX.25 not configured in this system.\n",
        ),
        "ipx" => (
            &[b"No such file or directory"],
            "IPX routing not in file /proc/net/ipx/route or /proc/net/ipx_route found.\n",
        ),
        "rose" => (
            &[
                b"/proc/net/rose_nodes: No such file or directory",
                b"ROSE not configured in this system.",
            ],
            "",
        ),
        "ddp" => (
            &[
                b"Error opening /proc/net/atalk_route: No such file or directory",
                b"DDP (AppleTalk) not configured on this system.",
            ],
            "",
        ),
        "netrom" => (
            &[
                b"/proc/net/nr_nodes: No such file or directory",
                // The C library's perror(3) changes the errno, where it is the first to write.
                if options.told {
                    b"/proc/net/nr_neigh: No such file or directory"
                } else {
                    b"/proc/net/nr_neigh: Invalid argument"
                },
            ],
            "NET/ROM not configured in this system.\n",
        ),
        "x25" => (&[], "X.25 not configured in this system.\n"),
        family => return no_routing(output, family),
    };
    errors.iter().for_each(|line| output.complain(&[line]));
    output.text().str(text);
    1
}

/// Changes the table of the one family, or shows how that is done.
fn change(
    kernel: &dyn Kernel,
    output: &mut Output,
    action: Action,
    families: &[&'static str],
    options: &Options<'_>,
) -> u8 {
    let [family] = families else {
        output.complain(&[b"Please don't supply more than one address family."]);
        return not_supported(output, families.join(",").as_bytes());
    };
    let syntax: usage::Syntax = match *family {
        "inet" => usage::inet,
        "inet6" => usage::inet6,
        "x25" => usage::x25,
        "ipx" => return unwritten(output, "IPX"),
        "netrom" => return unwritten(output, "NET/ROM"),
        "bluetooth" => return not_supported(output, family.as_bytes()),
        family => return no_routing(output, family),
    };
    let words = options.words.get(1..).unwrap_or_default();
    let done = match action {
        // Asking for help is no way around it.
        Action::Help | Action::Add | Action::Delete
            if options.cache && matches!(*family, "inet" | "x25") =>
        {
            let family = family.as_bytes();
            output.complain(&[b"Modifying `", family, b"' routing cache not supported"]);
            Err(Stop::Usage)
        }
        Action::Help => {
            syntax(output.text());
            Ok(())
        }
        Action::Flush => {
            let family = family.as_bytes();
            output.complain(&[b"Flushing `", family, b"' routing table not supported"]);
            Err(Stop::Usage)
        }
        Action::Add | Action::Delete => match *family {
            "inet" if words.is_empty() => {
                syntax(output.text());
                Ok(())
            }
            "inet" => {
                let style = Style::from_environment("route", output);
                change::run(kernel, output, action, style, words)
            }
            "inet6" => change6::run(kernel, output, action, words),
            _ => x25::run(output, words),
        },
    };
    match done {
        Ok(()) => 0,
        Err(Stop::Status(status)) => status,
        Err(Stop::Usage) => {
            usage::complain_of_syntax(output, syntax);
            USAGE
        }
    }
}

fn unwritten(output: &Output, family: &str) -> u8 {
    output.complain(&[family.as_bytes(), b": this needs to be written"]);
    1
}

/// Why a route was not changed.
#[derive(Debug, PartialEq, Eq)]
enum Stop {
    /// The words are not what the syntax says.
    Usage,
    /// It has been told; this is the exit status.
    Status(u8),
}

/// Reads a metric: it begins with a digit, and what follows the number is left.
fn metric(word: &[u8]) -> Result<i32, Stop> {
    if word.first().is_some_and(u8::is_ascii_digit) { Ok(atoi(word)) } else { Err(Stop::Usage) }
}
