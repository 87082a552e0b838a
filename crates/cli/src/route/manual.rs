//! What the manual page says of `route` besides its words.

use super::words::{COMMANDS, OPTIONS, TARGETS, WORDS};
use crate::help::{Part, example};
use crate::manual::{Manual, Place, Table};
use crate::words::{Values, entries};

/// The manual.
pub(crate) const MANUAL: &Manual = &Manual {
    synopsis: &[
        "[-nNvee] [-FC] [-A <family> | -4 | -6]",
        "[-4 | -6] {add | del} [-net | -host] <target>[/<length>] [<word> [<argument>]] ... [[dev] <device>]",
        "{-h | -V}",
    ],
    description: &[
        "Without a command, show the routing table: for IPv4 the table main, for IPv6 all tables. With a \
         command, add or delete a route.",
        "The target is an address, a name, or default for every address that no other route fits. An \
         address is a host's unless -net says otherwise: a target with a length needs -net. To IPv6 a target \
         is an address with a length, 128 where none is given.",
        "A link to the program whose name begins with a family, inet6_route, shows and changes the routes of \
         that family. Changes need the capability CAP_NET_ADMIN.",
    ],
    tables: &[
        Table {
            title: "Options",
            about: "They may stand anywhere. Long ones may be cut as long as one is meant.",
            place: Place::Anywhere,
            entries: || entries(OPTIONS),
        },
        Table { title: "Commands", about: "", place: Place::First, entries: || entries(COMMANDS) },
        Table { title: "Targets", about: "", place: Place::Later, entries: || entries(TARGETS) },
        Table {
            title: "Words",
            about: "Behind the target, in any order. IPv6 takes gw, metric, mod, dyn and dev.",
            place: Place::Later,
            entries: || entries(WORDS),
        },
    ],
    first: Values::Any,
    later: Values::Devices,
    parts: &[
        Part::List(
            "Output",
            &[
                (
                    "Destination, Genmask",
                    "The network or host that the route leads to, and its mask.",
                ),
                (
                    "Gateway",
                    "Where packets are sent; 0.0.0.0, or *, for those that need no gateway.",
                ),
                (
                    "Flags",
                    "U the route can be used, G by a gateway, H to a host, ! refused; M changed and D made by a \
                     redirect. For IPv6 also D a default route, A made from an advertisement, a all on the \
                     link, e it expires, n no next hop, m, f and C of the kernel's own.",
                ),
                ("Metric", "The route's metric."),
                ("Ref, Use", "Counters that Linux keeps for IPv6 alone."),
                ("Iface", "The device."),
                ("MSS, Window, irtt", "With -e: what TCP begins with, where the route says."),
            ],
        ),
        Part::List(
            "Environment",
            &[
                (
                    "IFCTL_STYLE",
                    "With the value howto, add -net finds the mask of a network that was given none, as Linux \
                     did in 1997: that of the device's network, or of the address' class.",
                ),
                (
                    "POSIXLY_CORRECT",
                    "Where it is set, the first word that is no option ends the options.",
                ),
            ],
        ),
        Part::List(
            "Files",
            &[
                ("/proc/net/route, /proc/net/ipv6_route", "The tables that are shown."),
                ("/etc/networks", "Names of networks."),
                ("/etc/hosts", "Names of hosts."),
            ],
        ),
        Part::List(
            "Exit status",
            &[
                (
                    "0",
                    "It was done; also for options that are not known, and for add and del alone (IPv4).",
                ),
                ("1", "The family is not known, or Linux has no such table."),
                ("3", "The words are not understood: how routes are changed was printed."),
                ("6", "A name was not found."),
                ("7", "Linux refused the change."),
            ],
        ),
        Part::Examples(&[
            example("route -n", "Show the routes, with addresses for names:"),
            example("route -6 -n", "Show the routes of IPv6:"),
            example(
                "route add default gw 192.168.1.1",
                "Send by a gateway whatever has no other route:",
            ),
            example(
                "route add -net 10.9.0.0 netmask 255.255.0.0 gw 192.168.1.1 metric 5",
                "Send to a network by a gateway:",
            ),
            example("route add -host 10.8.0.1 dev eth0", "Find a host on a device's own network:"),
            example("route del -net 10.1.0.0/16", "Delete a route:"),
            example("route add -net 10.2.0.0/16 reject", "Let nobody reach a network:"),
            example(
                "route -6 add 2001:db8:1::/48 gw fe80::1 dev eth0",
                "Send to an IPv6 network by a router of the link:",
            ),
        ]),
        Part::Section(
            "Differences from net-tools",
            &[
                "Output, messages, exit statuses and effects are those of net-tools 2.10, save that -net with \
                 the length 32 adds a route of that length, that a length over 32 is refused, and that output \
                 which cannot be written is a failure. docs/differences.md, in the source of ifctl, has \
                 them all.",
                "Families that Linux no longer has are told as missing without a look for their files.",
            ],
        ),
    ],
    see_also: &["ifctl(1)", "ifconfig(8)", "arp(8)", "ip-route(8)", "rtnetlink(7)"],
};
