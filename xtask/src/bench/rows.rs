//! What is measured: a row each.

use std::fmt::Write as _;

/// A program's name and its words.
type Words = (&'static str, &'static [&'static str]);

/// One thing that all contenders do.
pub(super) struct Row {
    /// The name by which `cargo xtask bench` measures it alone.
    pub(super) name: &'static str,
    /// What is there to be shown: commands for `ip -batch`.
    pub(super) set_up: fn() -> String,
    /// A text that is in the output if all of it is.
    pub(super) shows: &'static str,
    pub(super) ours: Words,
    pub(super) net_tools: Option<Words>,
    pub(super) iproute2: Option<Words>,
    pub(super) goal: Goal,
}

/// How many times faster than whom ours shall be.
pub(super) enum Goal {
    NetTools(f64),
    Iproute2(f64),
}

pub(super) const ROWS: &[Row] = &[
    Row {
        name: "aliases",
        set_up: || {
            let mut batch = device();
            for i in 0..8000 {
                let _ = writeln!(batch, "addr add {}/32 dev e0 label e0:{i}", address(i));
            }
            batch
        },
        shows: "10.1.31.63",
        ours: ("ifconfig", &[]),
        net_tools: Some(("ifconfig", &[])),
        iproute2: Some(("ip", &["addr"])),
        goal: Goal::NetTools(200.0),
    },
    Row {
        name: "device",
        set_up: || {
            let mut batch = String::new();
            for i in 0..500 {
                let _ = writeln!(batch, "link add e{i} type ifb");
                let _ = writeln!(batch, "addr add {}/32 dev e{i}", address(i));
            }
            batch
        },
        shows: "10.1.0.250",
        ours: ("ifconfig", &["e250"]),
        net_tools: Some(("ifconfig", &["e250"])),
        iproute2: Some(("ip", &["addr", "show", "dev", "e250"])),
        goal: Goal::NetTools(1.0),
    },
    Row {
        name: "routes",
        set_up: || {
            let mut batch = device();
            for i in 0..10_000 {
                let _ = writeln!(batch, "route add {}/32 dev e0", address(i));
            }
            batch
        },
        shows: "10.1.39.15",
        ours: ("route", &["-n"]),
        net_tools: Some(("route", &["-n"])),
        iproute2: Some(("ip", &["route"])),
        goal: Goal::NetTools(1.0),
    },
    Row {
        name: "lo",
        set_up: || String::from("link set lo up\n"),
        shows: "127.0.0.1",
        ours: ("ifconfig", &["lo"]),
        net_tools: Some(("ifconfig", &["lo"])),
        iproute2: Some(("ip", &["addr", "show", "dev", "lo"])),
        goal: Goal::NetTools(1.0),
    },
    Row {
        name: "json",
        set_up: || {
            let mut batch = device();
            for i in 0..10_000 {
                let _ = writeln!(batch, "addr add {}/32 dev e0", address(i));
            }
            batch
        },
        shows: "10.1.39.15",
        ours: ("ifctl", &["show", "--json"]),
        net_tools: None,
        iproute2: Some(("ip", &["-j", "addr"])),
        goal: Goal::Iproute2(2.0),
    },
];

/// Returns the commands that make `lo` and a device `e0`, both up.
fn device() -> String {
    String::from("link set lo up\nlink add e0 type ifb\nlink set e0 up\n")
}

/// Returns the address with this number, all in 10.1.0.0/16.
fn address(number: u32) -> String {
    let [_, _, high, low] = number.to_be_bytes();
    format!("10.1.{high}.{low}")
}
