//! The words behind the interface's name: a word is a row.
//!
//! The rows stand in the order of the usage text, which is made of what they bring to it.

use ifctl_netdevice::DeviceFlags;

/// A word.
#[derive(Debug)]
pub(super) struct Word {
    /// The word, exactly.
    pub(super) name: &'static str,
    /// What it does.
    pub(super) action: Action,
    /// Its piece of the usage text; empty where another row's piece tells of it, or where the word is
    /// not listed.
    usage: &'static str,
}

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
pub(super) const WORDS: &[Word] = &[
    row("add", Action::Add, "  [add <address>[/<prefixlen>]]\n"),
    row("del", Action::Delete, "  [del <address>[/<prefixlen>]]\n"),
    row("broadcast", Action::Broadcast, "  [[-]broadcast [<address>]]"),
    row("-broadcast", Action::ClearAndTest(DeviceFlags::BROADCAST, "BROADCAST mode."), ""),
    row("pointopoint", Action::PointToPoint, "  [[-]pointopoint [<address>]]\n"),
    row("pointtopoint", Action::PointToPoint, ""),
    row("-pointopoint", Action::ClearAndTest(DeviceFlags::POINTOPOINT, "POINTOPOINT mode."), ""),
    row("-pointtopoint", Action::ClearAndTest(DeviceFlags::POINTOPOINT, "POINTOPOINT mode."), ""),
    row("netmask", Action::Netmask, "  [netmask <address>]"),
    row("dstaddr", Action::Destination, "  [dstaddr <address>]"),
    row("tunnel", Action::Tunnel, "  [tunnel <address>]\n"),
    row("outfill", Action::Private("SIOCSOUTFILL"), "  [outfill <NN>]"),
    row("keepalive", Action::Private("SIOCSKEEPALIVE"), " [keepalive <NN>]\n"),
    row("hw", Action::Hardware, "  [hw <HW> <address>]"),
    row("mtu", Action::Mtu, "  [mtu <NN>]\n"),
    row("trailers", Action::Clear(DeviceFlags::NOTRAILERS), "  [[-]trailers]"),
    row("-trailers", Action::Set(DeviceFlags::NOTRAILERS), ""),
    row("arp", Action::Clear(DeviceFlags::NOARP), "  [[-]arp]"),
    row("-arp", Action::Set(DeviceFlags::NOARP), ""),
    row("allmulti", Action::Set(DeviceFlags::ALLMULTI), "  [[-]allmulti]\n"),
    row("-allmulti", Action::ClearAndTest(DeviceFlags::ALLMULTI, "ALLMULTI mode."), ""),
    row("multicast", Action::Set(DeviceFlags::MULTICAST), "  [multicast]"),
    row("-multicast", Action::ClearAndTest(DeviceFlags::MULTICAST, "MULTICAST mode."), ""),
    row("promisc", Action::Set(DeviceFlags::PROMISC), "  [[-]promisc]\n"),
    row(
        "-promisc",
        Action::ClearAndTest(
            DeviceFlags::PROMISC,
            "promisc mode... maybe other application is running?",
        ),
        "",
    ),
    row("mem_start", Action::Map(Parameter::MemoryStart), "  [mem_start <NN>]"),
    row("io_addr", Action::Map(Parameter::IoAddress), "  [io_addr <NN>]"),
    row("irq", Action::Map(Parameter::Interrupt), "  [irq <NN>]"),
    row("media", Action::Media, "  [media <type>]\n"),
    row("port", Action::Media, ""),
    row("txqueuelen", Action::TxQueueLength, "  [txqueuelen <NN>]\n"),
    row("name", Action::Rename, "  [name <newname>]\n"),
    row("dynamic", Action::Set(DeviceFlags::DYNAMIC), "  [[-]dynamic]\n"),
    row("-dynamic", Action::ClearAndTest(DeviceFlags::DYNAMIC, "DYNAMIC mode."), ""),
    row("up", Action::Set(UP_AND_RUNNING), "  [up"),
    row("down", Action::Clear(DeviceFlags::UP), "|down] ...\n"),
];

/// What `up`, and setting an address, set. The kernel ignores the second.
pub(super) const UP_AND_RUNNING: DeviceFlags = DeviceFlags::UP.union(DeviceFlags::RUNNING);

const fn row(name: &'static str, action: Action, usage: &'static str) -> Word {
    Word { name, action, usage }
}

impl Word {
    /// Returns the word that this is; anything else is an address.
    pub(super) fn by_name(word: &[u8]) -> Option<&'static Self> {
        WORDS.iter().find(|row| row.name.as_bytes() == word)
    }
}

/// Returns the pieces of the usage text that tell of the words.
pub(super) fn usage() -> impl Iterator<Item = &'static str> {
    WORDS.iter().map(|word| word.usage)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_one_row() {
        for (place, word) in WORDS.iter().enumerate() {
            let first = WORDS.iter().position(|other| other.name == word.name);
            assert_eq!(first, Some(place), "{}", word.name);
        }
    }
}
