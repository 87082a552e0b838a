//! What the manual page says of `ifconfig` besides its words.

use super::words::{OPTIONS, WORDS, families};
use crate::help::{Part, example};
use crate::manual::{Manual, Place, Table};
use crate::words::{Values, entries};

/// The manual.
pub(crate) const MANUAL: &Manual = &Manual {
    synopsis: &[
        "[-a] [-v] [-s] [--all-addresses] [<interface>]",
        "[-v] <interface> [<family>] {<address> | <word> [<argument>]} ...",
    ],
    description: &[
        "Without an interface, show those that are up: a device's flags, MTU, addresses, hardware and \
         counters, and each alias by itself. With an interface alone, show that one, up or not.",
        "Words behind the interface change it, one after the other and each at once: what was done before a \
         word that is not understood stays done. A word that is not among those below is an IPv4 address to \
         set, or a name to look up for one. With a length behind a slash, 192.168.1.5/24, it brings its \
         network mask; without, Linux takes the mask of the address' class. Setting an address brings the \
         interface up.",
        "The interface is a device, eth0, or an alias, eth0:0: an IPv4 address with a label. Whatever is \
         behind the colon, an address that is set makes the alias, and down, or the address 0.0.0.0, \
         deletes it. All else that is changed by an alias' name is changed of its device.",
        "The family stands first among the words: inet where none is named. IPv6 addresses need none; they \
         are added and deleted with add and del.",
        "Changes need the capability CAP_NET_ADMIN; whoever has none is refused by Linux, word by word.",
    ],
    tables: &[
        Table {
            title: "Options",
            about: "They stand before the interface, each in a word of its own.",
            place: Place::First,
            entries: || entries(OPTIONS),
        },
        Table { title: "Words", about: "", place: Place::Later, entries: || entries(WORDS) },
    ],
    first: Values::Devices,
    later: Values::Of(families),
    parts: &[
        Part::List(
            "Environment",
            &[
                (
                    "IFCTL_STYLE",
                    "The layout of listings: modern, as net-tools 2.10 prints them, where it is not set; \
                     classic, as net-tools 1.60 did; howto, as the IP-alias HOWTO of 1997 shows them. Any \
                     other value is told of.",
                ),
                (
                    "IFCTL_ALL_ADDRESSES",
                    "With the value 1, the option --all-addresses is always given.",
                ),
            ],
        ),
        Part::List(
            "Files",
            &[
                ("/proc/net/if_inet6", "The IPv6 addresses, in whose order they are shown."),
                ("/etc/networks", "Names of networks, which are looked up before those of hosts."),
                ("/etc/hosts", "Names of hosts."),
            ],
        ),
        Part::List(
            "Exit status",
            &[
                ("0", "All was done."),
                ("1", "A word failed, and those behind it were tried; or an option is not known."),
                ("3", "The words are not understood: the usage text was printed."),
                ("255", "A flag could not be changed."),
            ],
        ),
        Part::Examples(&[
            example("ifconfig", "Show the interfaces that are up:"),
            example("ifconfig -a -s", "Show a line of counters for every interface:"),
            example(
                "ifconfig eth0 192.168.1.5 netmask 255.255.255.0",
                "Set the address of a device, and bring it up:",
            ),
            example("ifconfig eth0 192.168.1.5/24", "The same:"),
            example(
                "ifconfig eth0:1 172.16.3.100",
                "Add an alias, a further address of the device:",
            ),
            example("ifconfig eth0:0 down", "Delete an alias:"),
            example("ifconfig eth0 add 2001:db8::5/64", "Add an IPv6 address:"),
            example("ifconfig eth0 mtu 1400 -multicast", "Change several things at once:"),
            example("ifconfig eth1 hw ether 02:00:00:00:00:01", "Change the hardware address:"),
            example(
                "ifconfig --all-addresses eth0",
                "Show the addresses that ip(8) added without a label, too:",
            ),
            example("IFCTL_STYLE=classic ifconfig eth0", "Show a device as net-tools 1.60 did:"),
        ]),
        Part::Section(
            "Differences from net-tools",
            &[
                "Output, messages, exit statuses and effects are those of net-tools 2.10, save where it does \
                 what nobody can have meant: /32 sets the mask of a host, and a length over 32 is refused; a \
                 hardware address that is too short is refused; del of an address that is not there adds \
                 nothing, and touches no other device's; an alias with a number over 255 does not end the \
                 program; a listing goes on when a device vanishes, and output that cannot be written is a \
                 failure. docs/differences.md, in the source of ifctl, has them all, each with a command.",
                "Messages are English in every locale.",
            ],
        ),
    ],
    see_also: &[
        "ifctl(1)",
        "route(8)",
        "arp(8)",
        "ipmaddr(8)",
        "nameif(8)",
        "netdevice(7)",
        "ip(8)",
    ],
};
