//! `ifctl show`: devices and addresses, for people and for programs.

mod json;
mod selection;
mod text;
mod value;

use crate::cli::Streams;
use crate::error::{CommandError, printed};
use crate::help::{Part, example};
use anstream::adapter::strip_str;
use ifctl_netdevice::{Kernel, Snapshot, SnapshotParts};
use selection::Selection;
use std::ffi::OsString;
use std::io::{self, BufWriter, Write};

const ABOUT: &str = "\
Show devices and their addresses

A line for each device: name, state, hardware address, MTU, kind, and what is out of the ordinary. \
Below it a line for each address: with its prefix length and peer, label (where that is not the \
device's name), scope, broadcast address, flags, and lifetimes (where they end). \
With --routes the routes follow: those of all tables, save those of local addresses that Linux made \
with the addresses.

What was read while it changed is marked as such. Control characters of names are escaped (\\x1b), and \
backslashes doubled.";

/// What its help and manual page tell besides.
pub(crate) const HELP: &[Part] = &[
    Part::Examples(&[
        example("ifctl show", "All devices"),
        example("ifctl show eth0 lo", "Two of them"),
        example("ifctl show eth0:0", "An alias: its device, and its address alone"),
        example("ifctl show --routes eth0", "With the routes over it"),
        example("ifctl show --json | jq '.devices[].addresses[].local'", "All addresses"),
        example("ifctl show --schema", "What the JSON means, as a JSON Schema"),
    ]),
    Part::List(
        "Environment",
        &[
            ("NO_COLOR=1, CLICOLOR=0", "no colour; without them it is used on terminals"),
            ("CLICOLOR_FORCE=1", "colour wherever it goes"),
        ],
    ),
    Part::List(
        "Exit status",
        &[
            ("0", "all that was asked for is shown"),
            ("1", "nothing is: no such device or alias, or the kernel refused"),
            ("2", "the words are not understood"),
            ("3", "a part is: the message names what is missing"),
        ],
    ),
];

/// Show devices and their addresses
#[derive(Debug, clap::Args)]
#[command(long_about = ABOUT)]
pub(crate) struct Arguments {
    /// Print JSON, all that is known of each device
    #[arg(long)]
    json: bool,
    /// Show the routes, too
    #[arg(long)]
    routes: bool,
    /// Print the JSON Schema of what --json prints
    #[arg(long, exclusive = true)]
    schema: bool,
    /// Devices, by name or alternative name, and aliases [default: all devices]
    #[arg(value_name = "DEVICE")]
    names: Vec<OsString>,
}

/// Shows what is asked for, as far as it is there.
pub(crate) fn run(
    kernel: &dyn Kernel,
    streams: &mut Streams<'_>,
    arguments: &Arguments,
) -> Result<(), CommandError> {
    let mut out = BufWriter::with_capacity(1 << 16, &mut streams.out);
    if arguments.schema {
        let schema = serde_json::to_writer_pretty(&mut out, &json::schema());
        return printed(
            schema.map_err(io::Error::from).and_then(|()| writeln!(out)).and_then(|()| out.flush()),
        );
    }
    let parts = SnapshotParts { routes: arguments.routes, ..SnapshotParts::default() };
    let snapshot = Snapshot::take(kernel, parts)?;
    let (selection, missing) = Selection::new(&snapshot, &arguments.names);
    if !selection.is_empty() || missing.is_empty() {
        let written = if arguments.json {
            json::write(&mut out, &selection, arguments.routes)
        } else {
            let text = text::render(&selection, arguments.routes);
            // Stripped here, as the crate's own stream would make a system call of each line.
            if streams.in_colour {
                out.write_all(text.as_bytes())
            } else {
                write!(out, "{}", strip_str(&text))
            }
        };
        printed(written.and_then(|()| out.flush()))?;
    }
    selection::report(&snapshot, &missing, !selection.is_empty(), &mut streams.errors)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ifctl_netdevice::{Consistency, Device};

    #[test]
    fn what_changed_while_it_was_read_is_marked_as_such() {
        let mut snapshot = Snapshot::default();
        snapshot.devices.push(Device::default());
        for consistency in [Consistency::Consistent, Consistency::Interrupted] {
            snapshot.consistency = consistency;
            let (selection, _) = Selection::new(&snapshot, &[]);
            let torn = consistency == Consistency::Interrupted;
            let text = text::render(&selection, false);
            assert_eq!(text.contains("Changed while it was read"), torn, "{text}");
            let mut json = Vec::new();
            json::write(&mut json, &selection, false).unwrap();
            let json = String::from_utf8(json).unwrap();
            assert!(json.starts_with(&format!("{{\"consistent\":{},", !torn)), "{json}");
        }
    }
}
