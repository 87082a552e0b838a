//! The options, and the words of an entry: a word is a row.

use crate::family::FAMILIES;
use crate::getopt::Grammar;
use crate::hardware::CLASSES;
use crate::words::{Argument, Values, Word};
use ifctl_netdevice::ArpFlags;

/// The options as getopt_long(3) reads them.
pub(super) const GRAMMAR: &Grammar<Effect> =
    &Grammar { options: OPTIONS, alike: |one, other| one == other };

/// What an option does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    All,
    Class,
    Device,
    Family,
    Help,
    Linux,
    Mode(Mode),
    Numeric,
    Symbolic,
    /// `-?` is to getopt what an option is that there is not.
    Unknown,
    UseDevice,
    Verbose,
    Version,
}

/// What is done; the last option that says so counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Mode {
    #[default]
    Show,
    Set,
    Delete,
    File,
}

/// The options, in the order in which getopt_long(3) tells of those that a word could mean. What the usage
/// text says of one stands in it behind the names; `--all` is not among these there.
pub(super) const OPTIONS: &[Word<Effect>] = &[
    Word::new(
        &["-v", "--verbose"],
        NONE,
        "be verbose",
        "Tell of each request before it is made, and how many entries there were.",
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
        &["-a"],
        NONE,
        "display (all) hosts in alternative (BSD) style",
        "Show the entries as sentences: name, address, hardware address, device.",
        Effect::All,
    ),
    Word::new(&["--all"], NONE, "", "", Effect::All),
    Word::new(
        &["-d", "--delete"],
        NONE,
        "delete a specified entry",
        "Delete the entry of a host: what is known of the neighbour, else what is answered in its place.",
        Effect::Mode(Mode::Delete),
    ),
    Word::new(
        &["-f", "--file"],
        NONE,
        "read new entries from file or from /etc/ethers",
        "Set an entry for each line of a file: host, hardware address, and words as behind -s. A line that \
         fails is told of, and the next one tried.",
        Effect::Mode(Mode::File),
    ),
    Word::new(
        &["-n", "--numeric"],
        NONE,
        "don't resolve names",
        "Show addresses, and look up no names for them.",
        Effect::Numeric,
    ),
    Word::new(
        &["-s", "--set"],
        NONE,
        "set a new ARP entry",
        "Set the entry of a host: to a hardware address, or, with -D, to that of a device.",
        Effect::Mode(Mode::Set),
    ),
    Word::new(
        &["-A", "-p", "--protocol"],
        Argument::of("<family>", Values::Of(families)),
        "specify protocol family",
        "The address family. inet is the only one.",
        Effect::Family,
    ),
    Word::new(
        &["-H", "-t", "--hw-type"],
        Argument::of("<hw>", Values::Of(classes)),
        "",
        "The class of hardware addresses; ether where none is named. A listing shows this class alone.",
        Effect::Class,
    ),
    Word::new(
        &["-i", "--device"],
        Argument::of("<if>", Values::Devices),
        "specify network interface (e.g. eth0)",
        "The device of the entry. A listing shows the entries of this device alone.",
        Effect::Device,
    ),
    Word::new(&["-h", "--help"], NONE, "", "Print the usage text.", Effect::Help),
    Word::new(
        &["-D", "--use-device"],
        NONE,
        "read <hwaddr> from given device",
        "Take the name behind the host for a device's, and its hardware address for the entry's.",
        Effect::UseDevice,
    ),
    Word::new(
        &["-N", "--symbolic"],
        NONE,
        "",
        "Was meant to be the opposite of -n; says that it is not.",
        Effect::Symbolic,
    ),
    Word::new(
        &["-e"],
        NONE,
        "display (all) hosts in default (Linux) style",
        "Show the entries in columns, as without options.",
        Effect::Linux,
    ),
    Word::new(&["-?"], NONE, "", "", Effect::Unknown),
];

/// The options of the usage text, in its order.
pub(super) const LISTED: [&str; 10] = ["-a", "-e", "-s", "-d", "-v", "-n", "-i", "-D", "-A", "-f"];

/// What a word behind an entry's address says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    Public,
    Private,
    Temporary,
    Flag(ArpFlags),
    Device,
    Netmask,
}

/// `auto` of old kernels (`ATF_MAGIC`): Linux has never looked at it.
pub(super) const MAGIC: ArpFlags = ArpFlags::from_bits_retain(0x80);

/// The words behind an entry's address.
pub(super) const DETAILS: &[Word<Detail>] = &[
    Word::new(
        &["pub"],
        NONE,
        "",
        "Answer for the host: the entry is one of those that this host gives to others who ask. With -d, \
         delete such an entry alone.",
        Detail::Public,
    ),
    Word::new(
        &["priv"],
        NONE,
        "",
        "The entry is for this host's own use; so it is without a word. With -d, delete such an entry alone.",
        Detail::Private,
    ),
    Word::new(
        &["temp"],
        NONE,
        "",
        "Let Linux forget the entry when it likes. Without the word it stays.",
        Detail::Temporary,
    ),
    Word::new(
        &["trail"],
        NONE,
        "",
        "Set the flag for trailers, which Linux does not look at.",
        Detail::Flag(ArpFlags::USETRAILERS),
    ),
    Word::new(
        &["dontpub"],
        NONE,
        "",
        "Set the flag DONTPUB, which Linux refuses.",
        Detail::Flag(ArpFlags::DONTPUB),
    ),
    Word::new(
        &["auto"],
        NONE,
        "",
        "Set the flag of entries that were made by themselves, which Linux does not look at.",
        Detail::Flag(MAGIC),
    ),
    Word::new(
        &["dev"],
        Argument::of("<if>", Values::Devices),
        "",
        "The device of this entry, as -i names it.",
        Detail::Device,
    ),
    Word::new(
        &["netmask"],
        Argument::any("<nm>"),
        "",
        "The mask of a published entry. Linux takes 255.255.255.255, and 0.0.0.0 with pub, which turns \
         proxy_arp on.",
        Detail::Netmask,
    ),
];

const NONE: Argument = Argument::NONE;

/// Returns the classes that `-H` takes.
fn classes() -> Vec<&'static str> {
    CLASSES.iter().filter(|class| class.has_arp()).map(|class| class.name).collect()
}

fn families() -> Vec<&'static str> {
    FAMILIES.iter().map(|family| family.name).filter(|name| *name == "inet").collect()
}
