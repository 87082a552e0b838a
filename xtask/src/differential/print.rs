//! Requests as the lines of a test.

use ifctl_abi::Family;
use ifctl_conformance::sequence::{Asked, Looking, Step, hex};
use std::fmt::Write as _;

/// Returns a test, to be pasted.
pub(crate) fn test(seed: u64, sequence: u64, looking: Looking, steps: &[Step]) -> String {
    let mut text = String::new();
    let lines: String =
        steps.iter().map(|step| format!("            {},\n", self::step(step))).collect();
    let _ = write!(
        text,
        "#[test]\nfn what_seed_{seed}_found_in_sequence_{sequence}() {{\n    assert_alike(\n        \
         {},\n        &[\n{lines}        ],\n    );\n}}\n",
        self::looking(looking)
    );
    text
}

fn looking(looking: Looking) -> String {
    if looking == Looking::AT_ALL {
        return "Looking::AT_ALL".to_owned();
    }
    let Looking { links, addresses, routes, ipv6, neighbours, settings, files, texts } = looking;
    let parts = [
        (links, "links"),
        (addresses, "addresses"),
        (routes, "routes"),
        (ipv6, "ipv6"),
        (neighbours, "neighbours"),
        (settings, "settings"),
        (files, "files"),
        (texts, "texts"),
    ];
    let on = parts.iter().filter(|(on, _)| *on).map(|(_, name)| format!("{name}: true, "));
    format!("Looking {{ {}..Looking::AT_ANSWERS }}", on.collect::<String>())
}

/// Returns one request, as Rust writes it.
pub(crate) fn step(step: &Step) -> String {
    let who = step.who;
    match &step.asked {
        Asked::Ioctl { family, number, argument, device: None } => {
            format!(
                "Step::ioctl(Who::{who:?}, {}, {number:#06x}, \"{}\")",
                self::family(*family),
                hex(argument)
            )
        }
        Asked::Ioctl { family, number, argument, device: Some(device) } => format!(
            "Step::route(Who::{who:?}, {}, {number:#06x}, \"{}\", b\"{}\")",
            self::family(*family),
            hex(argument),
            device.escape_ascii()
        ),
        Asked::Netlink { strict, bytes } => {
            let call = if *strict { "strict" } else { "netlink" };
            format!("Step::{call}(Who::{who:?}, \"{}\")", hex(bytes))
        }
        Asked::Read(path) => format!("Step::read(Who::{who:?}, {path:?})"),
        Asked::Write(path, bytes) => {
            format!("Step::write(Who::{who:?}, {path:?}, b\"{}\")", bytes.escape_ascii())
        }
    }
}

fn family(family: Family) -> String {
    let name = match family {
        Family::INET => "INET",
        Family::INET6 => "INET6",
        Family::UNIX => "UNIX",
        Family::PACKET => "PACKET",
        Family::NETLINK => "NETLINK",
        Family(number) => return format!("Family({number})"),
    };
    format!("Family::{name}")
}
