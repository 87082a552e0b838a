//! The options: a word is a row.

use crate::getopt::Grammar;
use crate::output::Text;
use crate::words::{self, Argument, Values, Word};

/// The options as getopt_long(3) reads them.
pub(super) const GRAMMAR: &Grammar<Effect> =
    &Grammar { options: OPTIONS, alike: |one, other| one == other };

/// What an option does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Syslog,
    File,
    Help,
}

/// The options, in the order in which getopt_long(3) tells of those that a word could mean.
pub(super) const OPTIONS: &[Word<Effect>] = &[
    Word::new(
        &["-s", "--syslog"],
        Argument::NONE,
        " [*]",
        "Tell of failures in the system's log, as local0.err, and not on standard error.",
        Effect::Syslog,
    ),
    Word::new(
        &["-c", "--config-file"],
        Argument::of("configurationfile", Values::Files),
        " [* %]",
        "Read names and addresses from this file: besides those of the command line, where it has any.",
        Effect::File,
    ),
    Word::new(&["-h", "--help"], Argument::NONE, "", "Print the usage text.", Effect::Help),
];

/// Appends the usage text, which has the options in an order of its own.
pub(super) fn usage(text: &mut Text) {
    let listed = [&b"-c"[..], b"-s"];
    text.str("usage: nameif");
    words::usage(text, listed.iter().filter_map(|name| words::find(OPTIONS, name)));
    text.str(" {ifname macaddress}\n");
}
