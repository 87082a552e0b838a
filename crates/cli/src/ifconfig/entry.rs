//! What a listing tells of one name, whoever asked the kernel for it.

use ifctl_netdevice::proc::{DevEntry, IfInet6Entry};
use ifctl_netdevice::{DeviceFlags, DeviceName, HardwareAddress, IfMap};
use std::net::Ipv4Addr;

/// A device, as the listing of its own name and of its aliases needs it.
#[derive(Debug, Clone)]
pub(super) struct Base {
    /// The flags; the low sixteen count.
    pub(super) flags: DeviceFlags,
    /// The MTU; 0 where the kernel does not tell.
    pub(super) mtu: i64,
    /// The type and the hardware address.
    pub(super) hardware: HardwareAddress,
    /// The hardware parameters.
    pub(super) map: IfMap,
    /// The transmit queue's length, if the kernel tells it.
    pub(super) tx_queue_length: Option<i64>,
}

/// An IPv4 address and what goes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Inet {
    /// The host's own address.
    pub(super) address: Ipv4Addr,
    /// The peer's, or the own one where there is no peer.
    pub(super) destination: Ipv4Addr,
    /// The broadcast address, 0.0.0.0 for none.
    pub(super) broadcast: Ipv4Addr,
    /// The mask.
    pub(super) netmask: Ipv4Addr,
}

/// One block of the listing: a device, or an alias, which borrows all but the address.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'a> {
    /// The name, as it was asked for or as the label is.
    pub(super) name: DeviceName,
    /// The device.
    pub(super) base: &'a Base,
    /// The IPv4 address with this label, if there is one.
    pub(super) inet: Option<Inet>,
    /// More IPv4 addresses with this label, where they were asked for: net-tools never shows them.
    pub(super) further: &'a [Inet],
    /// The IPv6 addresses; none for an alias.
    pub(super) inet6: &'a [IfInet6Entry],
    /// The counters; none for an alias.
    pub(super) counters: Option<&'a DevEntry>,
}

/// The flags that have a name in a listing, in the order in which they are listed, with the letter of
/// the short listing, which has an order of its own.
pub(super) const FLAG_NAMES: &[(DeviceFlags, &str)] = &[
    (DeviceFlags::UP, "UP"),
    (DeviceFlags::BROADCAST, "BROADCAST"),
    (DeviceFlags::DEBUG, "DEBUG"),
    (DeviceFlags::LOOPBACK, "LOOPBACK"),
    (DeviceFlags::POINTOPOINT, "POINTOPOINT"),
    (DeviceFlags::NOTRAILERS, "NOTRAILERS"),
    (DeviceFlags::RUNNING, "RUNNING"),
    (DeviceFlags::NOARP, "NOARP"),
    (DeviceFlags::PROMISC, "PROMISC"),
    (DeviceFlags::ALLMULTI, "ALLMULTI"),
    (DeviceFlags::SLAVE, "SLAVE"),
    (DeviceFlags::MASTER, "MASTER"),
    (DeviceFlags::MULTICAST, "MULTICAST"),
    (DeviceFlags::DYNAMIC, "DYNAMIC"),
];

/// The letters of the short listing, in its order.
pub(super) const FLAG_LETTERS: &[(DeviceFlags, u8)] = &[
    (DeviceFlags::ALLMULTI, b'A'),
    (DeviceFlags::BROADCAST, b'B'),
    (DeviceFlags::DEBUG, b'D'),
    (DeviceFlags::LOOPBACK, b'L'),
    (DeviceFlags::MULTICAST, b'M'),
    (DeviceFlags::DYNAMIC, b'd'),
    (DeviceFlags::PROMISC, b'P'),
    (DeviceFlags::NOTRAILERS, b'N'),
    (DeviceFlags::NOARP, b'O'),
    (DeviceFlags::POINTOPOINT, b'P'),
    (DeviceFlags::SLAVE, b's'),
    (DeviceFlags::MASTER, b'm'),
    (DeviceFlags::RUNNING, b'R'),
    (DeviceFlags::UP, b'U'),
];

/// The names of the connectors, by number (`IF_PORT_*`), and all the words that `media` takes for them.
pub(super) const PORTS: &[&[&str]] = &[
    &["unknown"],
    &["10base2", "bnc", "coax"],
    &["10baseT", "utp", "tpe"],
    &["AUI", "thick", "db15"],
    &["100baseT"],
    &["100baseTX"],
    &["100baseFX"],
];

impl Entry<'_> {
    /// Returns the IPv4 addresses to show.
    pub(super) fn inets(&self) -> impl Iterator<Item = &Inet> {
        self.inet.iter().chain(self.further)
    }
}

impl Base {
    /// Returns whether a device of this name and these flags is in a listing that was not asked for all.
    pub(super) fn is_up(&self) -> bool {
        self.flags.contains(DeviceFlags::UP)
    }

    /// Returns the name of the connector, if the device can choose one.
    pub(super) fn port(&self) -> Option<&'static str> {
        self.flags.contains(DeviceFlags::PORTSEL).then(|| {
            PORTS
                .get(usize::from(self.map.port))
                .and_then(|names| names.first())
                .copied()
                .unwrap_or("unknown")
        })
    }

    /// Returns whether there is a hardware parameter to show.
    pub(super) fn has_resources(&self) -> bool {
        let map = &self.map;
        map.irq != 0 || map.mem_start != 0 || map.dma != 0 || map.base_addr >= FIRST_PORT
    }
}

/// The least I/O address that is shown.
pub(super) const FIRST_PORT: u16 = 0x100;
