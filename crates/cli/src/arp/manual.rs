//! What the manual page says of `arp` besides its words.

use super::words::{DETAILS, OPTIONS};
use crate::help::{Part, example};
use crate::manual::{Manual, Place, Table};
use crate::words::{Values, entries};

/// The manual.
pub(crate) const MANUAL: &Manual = &Manual {
    synopsis: &[
        "[-vne] [-H <class>] [-i <device>] [-a] [<host>]",
        "[-v] [-i <device>] -d <host> [<word>] ...",
        "[-v] [-H <class>] [-i <device>] -s <host> <address> [<word>] ...",
        "[-v] [-H <class>] [-i <device>] -Ds <host> <device> [<word>] ...",
        "[-vD] [-H <class>] [-i <device>] -f [<file>]",
    ],
    description: &[
        "Show and change the neighbours of IPv4: which hardware address a host on the same network has. Linux \
         learns them by ARP; an entry that is set here stays until it is deleted.",
        "Without -d, -f or -s, show the entries, all or those of a host. Of -a, -d, -f and -s the last counts. \
         Changes need the capability CAP_NET_ADMIN.",
    ],
    tables: &[
        Table {
            title: "Options",
            about: "They may stand anywhere. Long ones may be cut as long as one is meant.",
            place: Place::Anywhere,
            entries: || entries(OPTIONS),
        },
        Table {
            title: "Words",
            about: "Behind what -s, -Ds and -d name, and on the lines of a file.",
            place: Place::Later,
            entries: || entries(DETAILS),
        },
    ],
    first: Values::Any,
    later: Values::Any,
    parts: &[
        Part::List(
            "Output",
            &[(
                "Flags",
                "C the address is known, M it was set by hand, P it is published: given to others who ask. \
                 An entry without an address is (incomplete); that of a published one is <from_interface>.",
            )],
        ),
        Part::List(
            "Files",
            &[
                ("/proc/net/arp", "The entries that are shown."),
                (
                    "/etc/ethers",
                    "The file that -f reads where none is named: an address and a host, or a host and an \
                     address, and words, on each line. A # in the first column begins a comment.",
                ),
            ],
        ),
        Part::List(
            "Environment",
            &[(
                "POSIXLY_CORRECT",
                "Where it is set, the first word that is no option ends the options.",
            )],
        ),
        Part::List(
            "Exit status",
            &[
                (
                    "0",
                    "It was done; also where no entry fits, and for lines of a file that failed.",
                ),
                ("3", "The words are not understood: the usage text was printed."),
                ("255", "All else failed."),
            ],
        ),
        Part::Examples(&[
            example("arp -n", "Show the entries, with addresses for names:"),
            example("arp -n -a -i eth0", "Show those of a device, as BSD does:"),
            example("arp -s 192.168.1.7 02:00:00:00:00:07", "Set an entry:"),
            example("arp -d 192.168.1.9", "Delete an entry:"),
            example(
                "arp -i eth0 -Ds 192.168.2.8 eth1 pub",
                "Answer on eth0 for another host, with the hardware address of eth1:",
            ),
            example("arp -f ethers", "Set the entries of a file:"),
        ]),
        Part::Section(
            "Differences from net-tools",
            &[
                "A hardware address that is too short is refused, and so is one of a class that arp lists and \
                 cannot read; output that cannot be written is a failure. docs/differences.md, in the source of \
                 ifctl, has a command for each.",
            ],
        ),
    ],
    see_also: &["ifctl(1)", "ifconfig(8)", "arp(7)", "ip-neighbour(8)"],
};
