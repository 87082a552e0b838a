//! What hostile bytes are given to: one function for each kind of input that comes from a kernel, a file
//! or a person.
//!
//! Each takes any bytes, feeds them to the parsers of that kind, and panics if one of them does, goes
//! round for longer than the input can account for, or answers with more than the input can account for.
//! It returns how many things were understood, so that a caller can tell a test from idling.
//!
//! The targets in `fuzz/` call these functions and do nothing else; the tests of this crate call the same
//! ones with [`damage`]d [`Target::seeds`], without a fuzzer: messages of netlink, lines of /proc/net and
//! command lines by the million, the other kinds some thousands of times.
#![forbid(unsafe_code)]

pub mod damage;
pub mod netlink;

#[cfg(feature = "tools")]
pub mod commands;
#[cfg(feature = "tools")]
pub mod hostile;
#[cfg(feature = "tools")]
pub mod listings;
#[cfg(feature = "tools")]
pub mod proc;
#[cfg(feature = "tools")]
pub mod records;
#[cfg(feature = "tools")]
pub mod rtnetlink;

/// A kind of input, and what it is given to.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// The name of the fuzz target.
    pub name: &'static str,
    /// What the bytes are given to. Returns how many things in them were understood.
    pub run: fn(&[u8]) -> usize,
    /// Sound inputs, to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// The targets: each fuzz target is one of these.
pub const TARGETS: &[Target] = &[
    Target { name: "netlink_read", run: netlink::read, seeds: netlink::seeds },
    Target { name: "netlink_round_trip", run: netlink::round_trip, seeds: netlink::seeds },
    #[cfg(feature = "tools")]
    Target { name: "proc_files", run: proc::parse, seeds: proc::seeds },
    #[cfg(feature = "tools")]
    Target { name: "records", run: records::read, seeds: records::seeds },
    #[cfg(feature = "tools")]
    Target { name: "rtnetlink", run: rtnetlink::ask, seeds: rtnetlink::seeds },
    #[cfg(feature = "tools")]
    Target { name: "commands", run: commands::run, seeds: commands::seeds },
    #[cfg(feature = "tools")]
    Target { name: "host_files", run: commands::with_files, seeds: commands::file_seeds },
    #[cfg(feature = "tools")]
    Target { name: "listings", run: listings::list, seeds: listings::seeds },
];
