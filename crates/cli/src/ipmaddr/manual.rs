//! What the manual page says of `ipmaddr` besides its words.

use super::words::{CHOICES, COMMANDS, OPTIONS};
use crate::help::{Part, example};
use crate::manual::{Manual, Place, Table};
use crate::words::{Values, entries};

/// The manual.
pub(crate) const MANUAL: &Manual = &Manual {
    synopsis: &[
        "[show] [[dev] <device>] [ipv4 | ipv6 | link | all]",
        "{add | del} <address> dev <device>",
        "{-h | -V}",
    ],
    description: &[
        "Show the multicast addresses that devices listen to, or change those of the link layer. The groups \
         of IPv4 and IPv6 are the programs' that joined them, and cannot be changed here.",
        "An address is pairs of hexadecimal digits, with colons or dots between them or none. Changes need the \
         capability CAP_NET_ADMIN.",
    ],
    tables: &[
        Table {
            title: "Options",
            about: "They stand before the command, and may be cut.",
            place: Place::First,
            entries: || entries(OPTIONS),
        },
        Table {
            title: "Commands",
            about: "They may be cut anywhere: del, s.",
            place: Place::First,
            entries: || entries(COMMANDS),
        },
        Table { title: "Words", about: "", place: Place::Later, entries: || entries(CHOICES) },
    ],
    first: Values::Any,
    later: Values::Any,
    parts: &[
        Part::List(
            "Files",
            &[(
                "/proc/net/dev_mcast, /proc/net/igmp, /proc/net/igmp6",
                "The addresses of the link layer, of IPv4 and of IPv6.",
            )],
        ),
        Part::List(
            "Exit status",
            &[
                (
                    "0",
                    "It was done; also for a device that is not there, of which nothing is shown.",
                ),
                ("1", "Linux refused the change."),
                ("3", "The words are not understood: the usage text was printed."),
            ],
        ),
        Part::Examples(&[
            example("ipmaddr show dev eth0", "Show what a device listens to:"),
            example("ipmaddr show ipv4", "Show the groups of IPv4 on all devices:"),
            example(
                "ipmaddr add 33:33:00:00:00:77 dev eth0",
                "Let a device receive what is sent to an Ethernet group:",
            ),
            example("ipmaddr del 33:33:00:00:00:78 dev eth0", "Let it receive that no longer:"),
        ]),
        Part::Section(
            "Differences from net-tools",
            &[
                "A device whose name has 15 bytes does not spoil the addresses of IPv4, and output that cannot \
                 be written is a failure.",
                "ipmaddr -version is refused, as by net-tools, though the usage text names it.",
            ],
        ),
    ],
    see_also: &["ifctl(1)", "ifconfig(8)", "ip-maddress(8)", "netdevice(7)"],
};
