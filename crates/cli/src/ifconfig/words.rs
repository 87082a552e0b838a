//! The options before the interface's name and the words behind it: a word is a row.
//!
//! The rows stand in the order of the usage text, which is made of what they bring to it.

use super::entry::PORTS;
use crate::family::FAMILIES;
use crate::hardware::CLASSES;
use crate::words::{Argument, Values, Word};
use ifctl_netdevice::DeviceFlags;

/// What an option does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Switch {
    /// Shows devices that are down, too.
    All,
    /// Tells of a failure at the end, again.
    Verbose,
    /// Shows a table.
    Short,
    /// Shows addresses without a label.
    AllAddresses,
    /// Prints the version.
    Version,
    /// Prints the usage text.
    Help,
}

/// The options.
pub(super) const OPTIONS: &[Word<Switch>] = &[
    Word::new(
        &["-a"],
        NONE,
        " [*]",
        "Show all devices, those that are down too. With an interface it changes nothing.",
        Switch::All,
    ),
    Word::new(
        &["-v"],
        NONE,
        " [*]",
        "Be verbose: tell at the end that a word before it failed, and tell of the request that deletes an \
         IPv6 address.",
        Switch::Verbose,
    ),
    Word::new(&["-s"], NONE, " [*]", "Show a line of counters for each device.", Switch::Short),
    Word::new(
        &["--all-addresses"],
        NONE,
        "",
        "Show every IPv4 address, those without a label too, as a further inet line. net-tools has no such \
         option.",
        Switch::AllAddresses,
    ),
    Word::new(
        &["-V", "-version", "--version"],
        NONE,
        "",
        "Print the version of net-tools whose behaviour this is.",
        Switch::Version,
    ),
    Word::new(&["-?", "-h", "-help", "--help"], NONE, "", "Print the usage text.", Switch::Help),
];

/// What a word does.
#[derive(Debug, Clone, Copy)]
pub(super) enum Action {
    /// Sets flags.
    Set(DeviceFlags),
    /// Clears flags.
    Clear(DeviceFlags),
    /// Clears a flag and tells if it is still set afterwards: `still in MULTICAST mode.`
    ClearAndTest(DeviceFlags, &'static str),
    /// Sets an address and a flag; as the last word, the flag alone.
    Broadcast,
    /// As that, with the peer's address, which must be a host's.
    PointToPoint,
    /// Sets the network mask.
    Netmask,
    /// Sets the peer's address.
    Destination,
    /// Sets the other end of a tunnel.
    Tunnel,
    /// Adds an address.
    Add,
    /// Deletes an address.
    Delete,
    /// Asks the driver something of its own.
    Private(&'static str),
    /// Sets the hardware address.
    Hardware,
    /// Sets the MTU.
    Mtu,
    /// Sets the transmit queue's length.
    TxQueueLength,
    /// Sets one of the hardware parameters.
    Map(Parameter),
    /// Chooses a connector.
    Media,
    /// Renames the device.
    Rename,
}

/// Which of the hardware parameters.
#[derive(Debug, Clone, Copy)]
pub(super) enum Parameter {
    MemoryStart,
    IoAddress,
    Interrupt,
}

/// All the words.
pub(super) const WORDS: &[Word<Action>] = &[
    Word::new(
        &["add"],
        PREFIX,
        "  [* %]\n",
        "Add an address. An IPv6 address is taken with its prefix length, 128 where none is given. An IPv4 \
         address, which has no length here, becomes an alias under the lowest number that is free, eth0:0 \
         first, with the interface's own network mask and broadcast address.",
        Action::Add,
    ),
    Word::new(
        &["del"],
        PREFIX,
        "  [* %]\n",
        "Delete an address: an IPv6 address of the same prefix length, or the alias that has this IPv4 \
         address.",
        Action::Delete,
    ),
    Word::new(
        &["broadcast"],
        Argument::any("[<address>]"),
        "  [[-]* %]",
        "Set the broadcast address. As the last word, without an address, and with the dash, the flag \
         BROADCAST is meant, which Linux lets nobody change.",
        Action::Broadcast,
    ),
    Word::new(
        &["-broadcast"],
        NONE,
        "",
        "",
        Action::ClearAndTest(DeviceFlags::BROADCAST, "BROADCAST mode."),
    ),
    Word::new(
        &["pointopoint", "pointtopoint"],
        Argument::any("[<address>]"),
        "  [[-]* %]\n",
        "Set the address of the other end of a point-to-point link, which must be a host's. As the last word, \
         and with the dash, the flag POINTOPOINT is meant, which Linux lets nobody change.",
        Action::PointToPoint,
    ),
    Word::new(
        &["-pointopoint", "-pointtopoint"],
        NONE,
        "",
        "",
        Action::ClearAndTest(DeviceFlags::POINTOPOINT, "POINTOPOINT mode."),
    ),
    Word::new(
        &["netmask"],
        ADDRESS,
        "  [* %]",
        "Set the network mask of the IPv4 address. An address with a length behind a slash brings its own.",
        Action::Netmask,
    ),
    Word::new(
        &["dstaddr"],
        ADDRESS,
        "  [* %]",
        "Set the address of the other end, and no flag.",
        Action::Destination,
    ),
    Word::new(
        &["tunnel"],
        ADDRESS,
        "  [* %]\n",
        "Make a tunnel of a sit device to this host, which is written as an IPv6 address: ::192.0.2.1.",
        Action::Tunnel,
    ),
    Word::new(
        &["outfill"],
        NUMBER,
        "  [* %]",
        "Set SLIP's outfill timeout in seconds. No driver that Linux still has is asked.",
        Action::Private("SIOCSOUTFILL"),
    ),
    Word::new(
        &["keepalive"],
        NUMBER,
        " [* %]\n",
        "Set SLIP's keepalive timeout, likewise.",
        Action::Private("SIOCSKEEPALIVE"),
    ),
    Word::new(
        &["hw"],
        Argument::of("<HW> <address>", Values::Of(classes)),
        "  [* %]",
        "Set the hardware address, of this class; nearly always ether, with an address like \
         02:00:00:00:00:01. Some drivers want the device down.",
        Action::Hardware,
    ),
    Word::new(
        &["mtu"],
        NUMBER,
        "  [* %]\n",
        "Set the largest packet that the device sends, in bytes.",
        Action::Mtu,
    ),
    Word::new(
        &["trailers"],
        NONE,
        "  [[-]*]",
        "Clear or set the flag NOTRAILERS, which nothing in Linux looks at.",
        Action::Clear(DeviceFlags::NOTRAILERS),
    ),
    Word::new(&["-trailers"], NONE, "", "", Action::Set(DeviceFlags::NOTRAILERS)),
    Word::new(
        &["arp"],
        NONE,
        "  [[-]*]",
        "Let the device resolve addresses by ARP, or not: clear or set the flag NOARP.",
        Action::Clear(DeviceFlags::NOARP),
    ),
    Word::new(&["-arp"], NONE, "", "", Action::Set(DeviceFlags::NOARP)),
    Word::new(
        &["allmulti"],
        NONE,
        "  [[-]*]\n",
        "Receive all multicast packets of the network, or only those that were asked for.",
        Action::Set(DeviceFlags::ALLMULTI),
    ),
    Word::new(
        &["-allmulti"],
        NONE,
        "",
        "",
        Action::ClearAndTest(DeviceFlags::ALLMULTI, "ALLMULTI mode."),
    ),
    Word::new(
        &["multicast"],
        NONE,
        "  [*]",
        "Set or clear the flag MULTICAST, which drivers set as is right.",
        Action::Set(DeviceFlags::MULTICAST),
    ),
    Word::new(
        &["-multicast"],
        NONE,
        "",
        "",
        Action::ClearAndTest(DeviceFlags::MULTICAST, "MULTICAST mode."),
    ),
    Word::new(
        &["promisc"],
        NONE,
        "  [[-]*]\n",
        "Receive every packet of the network, or only those for this host. Others may have asked for it too: \
         a device that stays promiscuous is told of.",
        Action::Set(DeviceFlags::PROMISC),
    ),
    Word::new(
        &["-promisc"],
        NONE,
        "",
        "",
        Action::ClearAndTest(
            DeviceFlags::PROMISC,
            "promisc mode... maybe other application is running?",
        ),
    ),
    Word::new(
        &["mem_start"],
        NUMBER,
        "  [* %]",
        "Set the start of the memory that the device shares.",
        Action::Map(Parameter::MemoryStart),
    ),
    Word::new(
        &["io_addr"],
        NUMBER,
        "  [* %]",
        "Set the first I/O port of the device.",
        Action::Map(Parameter::IoAddress),
    ),
    Word::new(
        &["irq"],
        NUMBER,
        "  [* %]",
        "Set the interrupt of the device. Few drivers can change it, or the two above, and it needs the \
         capability in the initial user namespace.",
        Action::Map(Parameter::Interrupt),
    ),
    Word::new(
        &["media", "port"],
        Argument::of("<type>", Values::Of(media)),
        "  [* %]\n",
        "Choose the connector of a device that has several, by name or number. auto sets the flag AUTOMEDIA, \
         and is then taken for an address as well.",
        Action::Media,
    ),
    Word::new(
        &["txqueuelen"],
        NUMBER,
        "  [* %]\n",
        "Set how many packets may wait to be sent. Needs the capability in the initial user namespace.",
        Action::TxQueueLength,
    ),
    Word::new(
        &["name"],
        Argument::any("<newname>"),
        "  [* %]\n",
        "Rename the device. The words behind it are still tried with the old name.",
        Action::Rename,
    ),
    Word::new(
        &["dynamic"],
        NONE,
        "  [[-]*]\n",
        "Set or clear the flag DYNAMIC: addresses are lost when the device goes down.",
        Action::Set(DeviceFlags::DYNAMIC),
    ),
    Word::new(
        &["-dynamic"],
        NONE,
        "",
        "",
        Action::ClearAndTest(DeviceFlags::DYNAMIC, "DYNAMIC mode."),
    ),
    Word::new(
        &["up"],
        NONE,
        "  [*",
        "Bring the interface up. Setting an address does so by itself.",
        Action::Set(UP_AND_RUNNING),
    ),
    Word::new(
        &["down"],
        NONE,
        "|*] ...\n",
        "Take the interface down. An alias is deleted by it.",
        Action::Clear(DeviceFlags::UP),
    ),
];

const NONE: Argument = Argument::NONE;
const ADDRESS: Argument = Argument::any("<address>");
const PREFIX: Argument = Argument::any("<address>[/<prefixlen>]");
const NUMBER: Argument = Argument::any("<NN>");

/// What `up`, and setting an address, set. The kernel ignores the second.
pub(super) const UP_AND_RUNNING: DeviceFlags = DeviceFlags::UP.union(DeviceFlags::RUNNING);

/// Returns the classes whose addresses `hw` reads.
fn classes() -> Vec<&'static str> {
    CLASSES.iter().filter(|class| class.has_reader()).map(|class| class.name).collect()
}

/// Returns the connectors' names.
fn media() -> Vec<&'static str> {
    PORTS.iter().flat_map(|names| names.iter().copied()).collect()
}

/// Returns the families that may stand behind the interface's name, as far as the help lists them.
pub(super) fn families() -> Vec<&'static str> {
    let listed = FAMILIES.iter().filter(|family| !family.title.is_empty());
    listed.map(|family| family.name).collect()
}
