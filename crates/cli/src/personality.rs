//! The tools that the program is when it is called by their name.

use crate::manual::Manual;
use crate::output::Output;
use crate::virtual_file::Choice;
use crate::{arp, ifconfig, ipmaddr, modules, nameif, route};
use ifctl_netdevice::{Host, Kernel};
use ifctl_virtual::VirtualKernel;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

/// Carries words out on a virtual kernel and returns the exit status.
type RunVirtual = fn(&VirtualKernel, &mut Output, &[OsString]) -> u8;

/// A tool with its own grammar, messages and exit status.
pub(crate) struct Personality {
    /// The name of the link that selects it, and the word after `ifctl`.
    pub(crate) name: &'static str,
    /// What `ifctl --help` says of it.
    pub(crate) about: &'static str,
    /// What its manual page tells, and shells complete; those of net-tools', which it can stand in for on a
    /// host, have one.
    pub(crate) manual: Option<&'static Manual>,
    /// Whether a longer name that ends so selects it too, as `inet6_route` does.
    by_ending: bool,
    /// Carries the words out on a kernel and returns the exit status. The tool's name is not among them:
    /// what the program was called as stands before.
    pub(crate) run: fn(&dyn Kernel, &mut Output, &OsStr, &[OsString]) -> u8,
    /// What it does instead on a virtual kernel, where that can do more than Linux.
    run_virtual: Option<RunVirtual>,
}

impl Personality {
    /// Carries the words out on the kernel that was chosen, or the host's, and returns the exit status.
    pub(crate) fn run(&self, chosen: Option<&Choice>, called: &OsStr, words: &[OsString]) -> u8 {
        let mut output = Output::new(self.name);
        let Some(choice) = chosen else {
            let status = (self.run)(&Host, &mut output, called, words);
            return output.finish(status);
        };
        let ran = choice.with_kernel(|kernel| match self.run_virtual {
            Some(run) => run(kernel, &mut output, words),
            None => (self.run)(kernel, &mut output, called, words),
        });
        match ran {
            Ok(status) => output.finish(status),
            Err(error) => {
                // What it printed was true of a kernel that nobody will see.
                let _ = output.into_caught();
                error.report()
            }
        }
    }
}

/// All of them, in the order in which the help lists them.
pub(crate) const PERSONALITIES: &[Personality] = &[
    Personality {
        name: "ifconfig",
        about: "Show and change devices and addresses, as net-tools does",
        manual: Some(ifconfig::manual::MANUAL),
        by_ending: false,
        run: ifconfig::run,
        run_virtual: None,
    },
    Personality {
        name: "route",
        about: "Show and change routes, as net-tools does",
        manual: Some(route::manual::MANUAL),
        by_ending: true,
        run: route::run,
        run_virtual: None,
    },
    Personality {
        name: "nameif",
        about: "Name devices by their hardware addresses, as net-tools does",
        manual: Some(nameif::manual::MANUAL),
        by_ending: false,
        run: nameif::run,
        run_virtual: None,
    },
    Personality {
        name: "ipmaddr",
        about: "Show and change the multicast addresses of devices, as net-tools does",
        manual: Some(ipmaddr::manual::MANUAL),
        by_ending: false,
        run: ipmaddr::run,
        run_virtual: None,
    },
    Personality {
        name: "arp",
        about: "Show and change the IPv4 neighbours, as net-tools does",
        manual: Some(arp::manual::MANUAL),
        by_ending: false,
        run: arp::run,
        run_virtual: None,
    },
    Personality {
        name: "insmod",
        about: "Answer the HOWTO's insmod: IP aliases are built into Linux since 2.2",
        manual: None,
        by_ending: false,
        run: modules::insmod,
        run_virtual: Some(modules::insmod_virtual),
    },
    Personality {
        name: "rmmod",
        about: "Unload a module from a virtual kernel; what is built into Linux stays",
        manual: None,
        by_ending: false,
        run: modules::rmmod,
        run_virtual: Some(modules::rmmod_virtual),
    },
];

/// Returns net-tools' tools, with their manuals.
pub(crate) fn of_net_tools() -> impl Iterator<Item = (&'static Personality, &'static Manual)> {
    PERSONALITIES.iter().filter_map(|tool| tool.manual.map(|manual| (tool, manual)))
}

/// Returns the tool that a word names.
pub(crate) fn by_name(word: &OsStr) -> Option<&'static Personality> {
    PERSONALITIES.iter().find(|personality| personality.name == word)
}

/// Returns the tool that the program was called as; `called` is `argv[0]`, a path or a bare name.
pub(crate) fn by_link(called: &OsStr) -> Option<&'static Personality> {
    let name = OsStr::from_bytes(called.as_bytes().rsplit(|byte| *byte == b'/').next()?);
    by_name(name).or_else(|| {
        PERSONALITIES
            .iter()
            .filter(|personality| personality.by_ending)
            .find(|personality| name.as_bytes().ends_with(personality.name.as_bytes()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manual::Place;

    #[test]
    fn a_word_has_one_row_among_those_that_stand_in_its_place() {
        for (tool, manual) in of_net_tools() {
            for place in [Place::First, Place::Later] {
                let here = |table: &&crate::manual::Table| {
                    table.place == place || table.place == Place::Anywhere
                };
                let tables = manual.tables.iter().filter(here);
                let mut names: Vec<_> =
                    tables.flat_map(|table| (table.entries)()).flat_map(|row| row.names).collect();
                let rows = names.len();
                names.sort_unstable();
                names.dedup();
                assert_eq!(names.len(), rows, "{}, {place:?}", tool.name);
            }
        }
    }

    #[test]
    fn every_word_is_told_of_in_the_manual() {
        for (tool, manual) in of_net_tools() {
            for table in manual.tables {
                let first = (table.entries)().first().copied();
                assert!(first.is_some_and(|row| !row.about.is_empty()), "{}", tool.name);
            }
        }
    }
}
