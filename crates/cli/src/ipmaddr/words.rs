//! The options, the commands and what chooses among the addresses: a word is a row.

use super::show::Layer;
use crate::output::Text;
use crate::words::{self, Argument, Values, Word};

/// What an option does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Switch {
    Family,
    Version,
    Help,
    Statistics,
    Resolve,
}

/// The options, which may be cut: the first that begins so is meant.
pub(super) const OPTIONS: &[Word<Switch>] = &[
    Word::new(
        &["-family"],
        Argument::of("inet|inet6", Values::Of(|| vec!["inet", "inet6"])),
        "",
        "Nothing: it is understood, and has never made a difference.",
        Switch::Family,
    ),
    Word::new(
        &["-V", "--version"],
        NONE,
        // The second of these has never been understood.
        "       ipmaddr * | -version\n",
        "Print the version of net-tools whose behaviour this is.",
        Switch::Version,
    ),
    Word::new(&["-h", "--help"], NONE, "", "Print the usage text.", Switch::Help),
    Word::new(&["-statistics", "-stats"], NONE, "", "Nothing, likewise.", Switch::Statistics),
    Word::new(&["-resolve"], NONE, "", "", Switch::Resolve),
];

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Command {
    Add,
    Delete,
    Show,
}

/// The commands, which may be cut: the first that begins so is meant.
pub(super) const COMMANDS: &[Word<Command>] = &[
    Word::new(
        &["add"],
        ADDRESS,
        "Usage: ipmaddr [ *",
        "Let the device listen to a link layer address. Linux does not look whether it is a multicast \
         address.",
        Command::Add,
    ),
    Word::new(
        &["del", "delete"],
        ADDRESS,
        " | * ] % dev STRING\n",
        "Let it listen no longer to an address that was added so.",
        Command::Delete,
    ),
    Word::new(
        &["show", "list", "lst"],
        NONE,
        "       ipmaddr *",
        "Show the addresses by device: of the link layer, of IPv4 and of IPv6, with the number of users \
         where that is not 1, and static for those that were added by hand. So it is without a command.",
        Command::Show,
    ),
];

/// What chooses among the addresses that are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    Device,
    Layer(Layer),
}

/// The words behind `show`; any other is a device's name. `dev` stands behind the other commands too.
pub(super) const CHOICES: &[Word<Choice>] = &[
    Word::new(
        &["dev"],
        Argument::of("STRING", Values::Devices),
        " [ * % ]",
        "The device; behind show the word itself may be left out.",
        Choice::Device,
    ),
    Word::new(
        &["ipv4"],
        NONE,
        " [ *",
        "Show the groups of IPv4 alone, those of IPv6, the addresses of the link layer, or all of them.",
        Choice::Layer(Layer::Ipv4),
    ),
    Word::new(&["ipv6"], NONE, " | *", "", Choice::Layer(Layer::Ipv6)),
    Word::new(&["link"], NONE, " | *", "", Choice::Layer(Layer::Link)),
    Word::new(&["all"], NONE, " | * ]\n", "", Choice::Layer(Layer::All)),
];

const NONE: Argument = Argument::NONE;
const ADDRESS: Argument = Argument::any("MULTIADDR");

/// Returns the first row that a word is the beginning of.
pub(super) fn begun<A>(rows: &'static [Word<A>], word: &[u8]) -> Option<&'static Word<A>> {
    rows.iter().find(|row| row.entry.names.iter().any(|name| name.as_bytes().starts_with(word)))
}

/// Returns whether a word is this one.
pub(super) fn is_dev(word: &[u8]) -> bool {
    words::find(CHOICES, word).is_some_and(|row| row.action == Choice::Device)
}

/// Appends the usage text.
pub(super) fn usage(text: &mut Text) {
    words::usage(text, COMMANDS);
    words::usage(text, CHOICES);
    words::usage(text, OPTIONS);
}
