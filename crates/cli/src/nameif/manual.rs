//! What the manual page says of `nameif` besides its options.

use super::words::OPTIONS;
use crate::help::{Part, example};
use crate::manual::{Manual, Place, Table};
use crate::words::{Values, entries};

/// The manual.
pub(crate) const MANUAL: &Manual = &Manual {
    synopsis: &["[-c <file>] [-s] [<name> <address>] ..."],
    description: &[
        "Give devices names by their hardware addresses: whichever device has the address gets the name. \
         Names and addresses come from the command line, and, where it has none or -c names a file, from a \
         file.",
        "An address is one to fourteen numbers in hexadecimal with colons between them; one that is shorter \
         than a device's fits every address that begins so. Where several fit a device, the last counts.",
        "No name can be given while another device has it: names cannot be swapped in one run. Renaming \
         needs the capability CAP_NET_ADMIN.",
    ],
    tables: &[Table {
        title: "Options",
        about: "They may stand anywhere. Long ones may be cut as long as one is meant.",
        place: Place::Anywhere,
        entries: || entries(OPTIONS),
    }],
    first: Values::Any,
    later: Values::Any,
    parts: &[
        Part::List(
            "Files",
            &[
                (
                    "/etc/mactab",
                    "The file that is read where no other is named: a name and an address on each line, with \
                     blanks between them. What follows a # is a comment.",
                ),
                ("/proc/net/dev", "The devices that there are."),
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
                ("0", "Every name was given; also for words that are not understood."),
                (
                    "1",
                    "A device was not found, or a name, an address or the file is not as it must be.",
                ),
            ],
        ),
        Part::Examples(&[
            example("nameif lan0 02:00:00:00:00:05", "Call the device with this address lan0:"),
            example("nameif -c mactab", "Give the names of a file:"),
        ]),
        Part::Section(
            "Differences from net-tools",
            &[
                "None is meant, save that output which cannot be written is a failure. Messages are English in \
               every locale.",
            ],
        ),
    ],
    see_also: &["ifctl(1)", "ifconfig(8)", "ip-link(8)", "systemd.link(5)"],
};
