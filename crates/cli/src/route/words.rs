//! The options, the commands and the words of a route: a word is a row.

use super::Action;
use crate::resolve::Kind;
use crate::words::{Argument, Values, Word};
use ifctl_netdevice::RouteFlags;

/// What an option does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Numeric,
    Extend,
    Verbose,
    Fib,
    Cache,
    Help,
    Version,
    /// Takes a list of families.
    Families,
    /// Adds a family.
    Family(&'static str),
    /// Adds none, though it should: net-tools has forgotten it.
    Forgotten,
}

/// The options, in the order in which getopt_long(3) tells of those that a word could mean. What the usage
/// text says of one stands in it behind the names.
pub(super) const OPTIONS: &[Word<Effect>] = &[
    Word::new(
        &["--ax25"],
        NONE,
        "",
        "The address family; several are shown one after the other. Linux routes IPv4 (-4, --inet, --ip) and \
         IPv6 (-6, --inet6). What it no longer has is said to be missing; --tcpip is a fault of net-tools'.",
        Effect::Family("ax25"),
    ),
    Word::new(&["--ip"], NONE, "", "", Effect::Family("inet")),
    Word::new(&["--ipx"], NONE, "", "", Effect::Family("ipx")),
    Word::new(&["--rose"], NONE, "", "", Effect::Family("rose")),
    Word::new(&["--appletalk"], NONE, "", "", Effect::Family("ddp")),
    Word::new(&["--netrom"], NONE, "", "", Effect::Family("netrom")),
    Word::new(&["-4", "--inet"], NONE, "", "", Effect::Family("inet")),
    Word::new(&["-6", "--inet6"], NONE, "", "", Effect::Family("inet6")),
    Word::new(&["--ddp"], NONE, "", "", Effect::Family("ddp")),
    Word::new(&["--unix"], NONE, "", "", Effect::Family("unix")),
    Word::new(&["--tcpip"], NONE, "", "", Effect::Forgotten),
    Word::new(&["--x25"], NONE, "", "", Effect::Family("x25")),
    Word::new(&["--bluetooth"], NONE, "", "", Effect::Family("bluetooth")),
    Word::new(
        &["-e", "--extend"],
        NONE,
        "display other/more information",
        "Show the columns of netstat(8); twice, all columns; three times, the title alone.",
        Effect::Extend,
    ),
    Word::new(
        &["-v", "--verbose"],
        NONE,
        "be verbose",
        "Be verbose: it makes no difference.",
        Effect::Verbose,
    ),
    Word::new(
        &["-V", "--version"],
        NONE,
        "",
        "Print the version of net-tools whose behaviour this is.",
        Effect::Version,
    ),
    Word::new(
        &["-n", "--numeric"],
        NONE,
        "don't resolve names",
        "Show addresses, and look up no names for them.",
        Effect::Numeric,
    ),
    Word::new(
        &["-N", "--symbolic"],
        NONE,
        "",
        "The same: it was meant to be the opposite.",
        Effect::Numeric,
    ),
    Word::new(
        &["-A", "--protocol"],
        Argument::of("<af>", Values::Of(families)),
        "",
        "The address families, by name, with commas between them.",
        Effect::Families,
    ),
    Word::new(
        &["-C", "--cache"],
        NONE,
        "display routing cache instead of FIB",
        "Show the routing cache, which Linux has no longer for IPv4.",
        Effect::Cache,
    ),
    Word::new(
        &["-F", "--fib"],
        NONE,
        "display Forwarding Information Base (default)",
        "Show the routing table, as without the option.",
        Effect::Fib,
    ),
    Word::new(
        &["-h", "-?", "--help"],
        NONE,
        "",
        "Print the usage text; with a family, how its routes are changed.",
        Effect::Help,
    ),
];

/// The options of the usage text, in its order.
pub(super) const LISTED: [&str; 5] = ["-v", "-n", "-e", "-F", "-C"];

/// The words that `-A` takes, and the families' names inside.
pub(super) const FAMILIES: &[Word<&str>] = &[
    family(&["ax25"], "ax25"),
    family(&["ip"], "inet"),
    family(&["ipx"], "ipx"),
    family(&["rose"], "rose"),
    family(&["appletalk"], "ddp"),
    family(&["netrom"], "netrom"),
    family(&["inet"], "inet"),
    family(&["inet6"], "inet6"),
    family(&["ddp"], "ddp"),
    family(&["unix"], "unix"),
    family(&["tcpip"], "inet"),
    family(&["econet"], "ec"),
    family(&["x25"], "x25"),
    family(&["ash"], "ash"),
    family(&["bluetooth"], "bluetooth"),
];

/// The commands; without one the table is shown.
pub(super) const COMMANDS: &[Word<Action>] = &[
    Word::new(
        &["add"],
        NONE,
        "{*",
        "Add a route. With the same target, metric and gateway as one that is there it is refused; with \
         another gateway it is put before that one.",
        Action::Add,
    ),
    Word::new(
        &["del", "delete"],
        NONE,
        "|*",
        "Delete the first route that fits: words that are left out fit all.",
        Action::Delete,
    ),
    Word::new(&["flush"], NONE, "|*}", "Is refused: nobody ever wrote it.", Action::Flush),
];

/// What stands before a target.
#[derive(Debug)]
pub(super) struct Target {
    /// How it is written once options have been read, so that it is none.
    pub(super) inside: &'static [u8],
    /// What the target is.
    pub(super) kind: Kind,
}

/// What a target is.
pub(super) const TARGETS: &[Word<Target>] = &[
    Word::new(
        &["-host"],
        Argument::any("Target"),
        "{*",
        "The target is a host: an address, or a name that is looked up among hosts first. So it is without a \
         word where the target is an address.",
        Target { inside: b"#host", kind: Kind::Host },
    ),
    Word::new(
        &["-net"],
        Argument::any("Target[/prefix]"),
        "|*} %",
        "The target is a network, which needs a length or a netmask. default, and a name of /etc/networks, \
         are networks without the word.",
        Target { inside: b"#net", kind: Kind::Network },
    ),
];

/// What a word says of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Gateway,
    Metric,
    Netmask,
    Mss,
    Window,
    Irtt,
    Flag(RouteFlags),
    Device,
}

/// A part of a route, and who takes the word for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Detail {
    pub(super) part: Part,
    /// Whether it is a word of IPv6 routes as well; where it is not it is a device's name there.
    pub(super) inet6: bool,
    /// Whether the usage text tells of it wherever routes are changed, not only where IPv4's are added.
    pub(super) common: bool,
}

/// The words behind the target, in the order of the usage text.
pub(super) const WORDS: &[Word<Detail>] = &[
    Word::new(
        &["gw", "gateway"],
        Argument::any("Gw"),
        " [* %]",
        "Send by way of this gateway, which must be within reach.",
        both(Part::Gateway, true),
    ),
    Word::new(
        &["metric"],
        Argument::any("M"),
        " [* %]",
        "Of several routes to a target the one of the lowest metric is used. 0 where none is given; to \
         IPv6 1, to delete as well.",
        both(Part::Metric, true),
    ),
    Word::new(
        &["netmask"],
        Argument::any("N"),
        "\n                              [* %]",
        "The mask of the network, where the target has no length.",
        inet(Part::Netmask),
    ),
    Word::new(
        &["mss", "mtu"],
        Argument::any("Mss"),
        " [* %]",
        "The largest segment that TCP is to ask for, 64 to 65536, of which Linux takes 40 off for headers.",
        inet(Part::Mss),
    ),
    Word::new(
        &["window"],
        Argument::any("W"),
        " [* %]",
        "The largest window that TCP is to offer, 128 at least.",
        inet(Part::Window),
    ),
    Word::new(
        &["irtt"],
        Argument::any("I"),
        " [* %]",
        "The round trip time that TCP begins with.",
        inet(Part::Irtt),
    ),
    Word::new(
        &["mod"],
        NONE,
        "\n                              [*]",
        "Set the flags of routes that a redirect changed or made, and of those to be brought back, which \
         Linux forgets.",
        both(Part::Flag(RouteFlags::MODIFIED), false),
    ),
    Word::new(&["dyn"], NONE, " [*]", "", both(Part::Flag(RouteFlags::DYNAMIC), false)),
    Word::new(&["reinstate"], NONE, " [*]", "", inet(Part::Flag(RouteFlags::REINSTATE))),
    Word::new(
        &["dev", "device"],
        Argument::of("If", Values::Devices),
        " [[*] %]",
        "Send through this device. Of an alias the address is what packets are sent from. The word may be left \
         out before the last.",
        both(Part::Device, true),
    ),
    Word::new(
        &["reject"],
        NONE,
        " *",
        "Let whoever sends to the target be told that it cannot be reached. A route so made is deleted with \
         the same word.",
        inet(Part::Flag(RouteFlags::REJECT)),
    ),
];

const NONE: Argument = Argument::NONE;

const fn family(names: &'static [&'static str], inside: &'static str) -> Word<&'static str> {
    Word::new(names, NONE, "", "", inside)
}

const fn both(part: Part, common: bool) -> Detail {
    Detail { part, inet6: true, common }
}

const fn inet(part: Part) -> Detail {
    Detail { part, inet6: false, common: false }
}

/// Returns the families that `-A` takes.
fn families() -> Vec<&'static str> {
    FAMILIES.iter().flat_map(|family| family.entry.names.iter().copied()).collect()
}
