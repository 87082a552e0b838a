//! `ifctl aliases`: the two texts of the IP-alias HOWTO that Linux itself no longer has.

use crate::cli::Streams;
use crate::error::{CommandError, printed};
use crate::help::{Part, example};
use ifctl_abi::Escaped;
use ifctl_netdevice::{Kernel, Snapshot, SnapshotParts};
use std::path::Path;

const ABOUT: &str = "\
Print the IP aliases, as /proc/net/aliases had them

An alias is an IPv4 address whose label is not the bare name of its device. Linux 2.2 made them labels \
and dropped /proc/net/aliases and /proc/net/alias_types; these are the same texts, with the alias, the \
number of the address family (2, AF_INET) and the address. Control characters of a label are escaped \
(\\x1b), and backslashes doubled.";

/// What its help and manual page tell besides.
pub(crate) const HELP: &[Part] = &[
    Part::Examples(&[
        example("ifctl aliases", "/proc/net/aliases"),
        example("ifctl aliases --types", "/proc/net/alias_types: how many there are"),
        example("ifctl show eth0:0", "One alias, with all that is known of it"),
        example(
            "ifctl show --json | jq '.devices[] | .name as $device | .addresses[] | \
             select(.label and .label != $device)'",
            "All of them, with all that is known",
        ),
    ]),
    Part::List(
        "Exit status",
        &[
            ("0", "the text is printed, be it empty"),
            ("1", "the kernel refused"),
            ("2", "the words are not understood"),
        ],
    ),
];

/// Print the IP aliases, as /proc/net/aliases had them
#[derive(Debug, clap::Args)]
#[command(long_about = ABOUT)]
pub(crate) struct Arguments {
    /// Print the types of aliases and their numbers, as /proc/net/alias_types had them
    #[arg(long)]
    types: bool,
}

/// Prints one of the texts.
pub(crate) fn run(
    kernel: &dyn Kernel,
    streams: &mut Streams<'_>,
    arguments: &Arguments,
) -> Result<(), CommandError> {
    // A kernel with the module has the texts.
    let name = if arguments.types { "alias_types" } else { "aliases" };
    if let Ok(text) = kernel.read(&Path::new("/proc/net").join(name)) {
        let lines = text.split_inclusive(|byte| *byte == b'\n');
        let lines = lines.map(|line| match line.strip_suffix(b"\n") {
            Some(line) => format!("{}\n", Escaped(line)),
            None => Escaped(line).to_string(),
        });
        return printed(streams.out.write_all(lines.collect::<String>().as_bytes()));
    }
    let snapshot = Snapshot::take(kernel, SnapshotParts::default())?;
    let text = if arguments.types { snapshot.alias_types_text() } else { snapshot.aliases_text() };
    printed(streams.out.write_all(text.as_bytes()))
}
