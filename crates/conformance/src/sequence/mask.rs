//! What two kernels may tell differently, and why: a table of attributes.
//!
//! What is no attribute is left out elsewhere, all of it listed here. `words`: policies of extended
//! acknowledgements, their wording unless it is looked at, IPv6's part of a device where IPv6 is not looked at.
//! `words` and `settle`: a neighbour without a device, or of a multicast group (on `lo`: 0.0.0.0), there by chance.
//! `settle`: the order of a device's neighbours, of several carriers' events, and of IPv6's events among others.
//! `state`: counters of /proc/net/dev, timers of igmp and igmp6, references and uses of ipv6_route, the order of
//! if_inet6 and arp, and arp's proxies without a device.

use ifctl_abi::netlink::MessageType;
use ifctl_abi::rtnetlink::FRA_PAD;
use std::path::Path;
use std::sync::LazyLock;

/// What becomes of an attribute before two kernels' answers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treatment {
    /// That it is there is compared, what it says is not.
    Value,
    /// Whether it is there is not compared either.
    Whole,
    /// These bytes of it are not compared.
    Bytes(usize, usize),
    /// An address' lifetimes: "for ever" is compared, and that they are finite.
    Lifetimes,
    /// What was done with a route: its error is compared, and whether it expires.
    Uses,
    /// What it says is not compared where the device is a veth.
    OfVeth,
    /// That, and nothing of it where this Linux was built without receive packet steering.
    OfVethWithSteering,
}

/// One row: of messages of this kind, the attribute at this path, treated so, for this reason.
#[derive(Debug, Clone, Copy)]
pub struct Mask {
    /// The kind of the messages: that of `NEW`.
    pub message: MessageType,
    /// The attribute's number, after those of the nests around it.
    pub path: &'static [u16],
    /// What becomes of it.
    pub treatment: Treatment,
    /// Why.
    pub reason: &'static str,
}

const fn row(
    message: MessageType,
    path: &'static [u16],
    treatment: Treatment,
    reason: &'static str,
) -> Mask {
    Mask { message, path, treatment, reason }
}

use MessageType as M;
use Treatment::{Bytes, Lifetimes, OfVeth, OfVethWithSteering, Uses, Value, Whole};

const COUNTER: &str = "counts packets, among them those that Linux sends by itself";
const CLOCK: &str = "tells the clock";
const BRIDGE_TIMER: &str = "a timer that runs";
const PADDING: &str = "fills up before eight bytes, where Linux takes unaligned reads for dear";

/// The table.
pub const MASKS: &[Mask] = &[
    row(M::NEWLINK, &[7], Value, COUNTER),
    row(M::NEWLINK, &[23], Value, COUNTER),
    row(M::NEWLINK, &[42], Whole, PADDING),
    row(M::NEWLINK, &[18, 2, 40], Whole, PADDING),
    row(M::NEWLINK, &[18, 5, 26], Whole, PADDING),
    row(M::NEWLINK, &[18, 3], Whole, COUNTER),
    row(M::NEWLINK, &[26, 10, 3], Value, COUNTER),
    row(M::NEWLINK, &[26, 10, 6], Value, COUNTER),
    row(
        M::NEWLINK,
        &[26, 10, 5],
        Bytes(4, 12),
        "the time of the last change, and a random reachable time",
    ),
    row(M::NEWLINK, &[12, 3], Value, COUNTER),
    row(M::NEWLINK, &[12, 6], Value, COUNTER),
    row(
        M::NEWLINK,
        &[12, 5],
        Bytes(4, 12),
        "the time of the last change, and a random reachable time",
    ),
    row(M::NEWLINK, &[12, 21], Value, BRIDGE_TIMER),
    row(M::NEWLINK, &[12, 22], Value, BRIDGE_TIMER),
    row(M::NEWLINK, &[12, 23], Value, BRIDGE_TIMER),
    row(M::NEWLINK, &[31], OfVeth, "a veth has a queue for each processor"),
    row(
        M::NEWLINK,
        &[32],
        OfVethWithSteering,
        "a veth has a queue for each processor; without CONFIG_RPS, as for one processor, receive queues are not told",
    ),
    row(M::NEWLINK, &[18, 2, 16], Value, BRIDGE_TIMER),
    row(M::NEWLINK, &[18, 2, 17], Value, BRIDGE_TIMER),
    row(M::NEWLINK, &[18, 2, 18], Value, BRIDGE_TIMER),
    row(M::NEWLINK, &[18, 2, 19], Value, BRIDGE_TIMER),
    row(M::NEWADDR, &[6], Lifetimes, CLOCK),
    row(M::NEWMULTICAST, &[6], Lifetimes, CLOCK),
    row(M::NEWANYCAST, &[6], Lifetimes, CLOCK),
    row(M::NEWROUTE, &[12], Uses, "how often and when the route was used, and the clock"),
    row(M::NEWNEIGH, &[3], Bytes(0, 12), CLOCK),
    row(M::NEWNEIGH, &[4], Value, "how often Linux has asked by now"),
    row(M::NEWPREFIX, &[2], Value, CLOCK),
    row(M::NEWRULE, &[FRA_PAD], Whole, PADDING),
];

/// Nests, that are told attribute by attribute: the kind of their messages, their path.
pub(super) const NESTS: &[(MessageType, &[u16])] = &[
    (M::NEWLINK, &[18]),
    (M::NEWLINK, &[18, 2]),
    (M::NEWLINK, &[18, 5]),
    (M::NEWLINK, &[26]),
    (M::NEWLINK, &[26, 2]),
    (M::NEWLINK, &[26, 10]),
    (M::NEWLINK, &[52]),
    (M::NEWLINK, &[12]),
    (M::NEWROUTE, &[8]),
];

/// Returns whether the Linux at hand has receive packet steering (CONFIG_RPS).
pub(super) fn steers() -> bool {
    static STEERS: LazyLock<bool> =
        LazyLock::new(|| Path::new("/proc/sys/net/core/rps_sock_flow_entries").exists());
    *STEERS
}

/// Returns what becomes of an attribute.
pub(super) fn treatment(message: MessageType, path: &[u16]) -> Option<Treatment> {
    let row = MASKS.iter().find(|row| row.message == message && row.path == path)?;
    Some(row.treatment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_reached() {
        for row in MASKS {
            let around = row.path.split_last().map_or(&[][..], |(_, around)| around);
            for end in 1..=around.len() {
                let nest = around.get(..end).unwrap_or_default();
                assert!(NESTS.contains(&(row.message, nest)), "{row:?}");
            }
        }
    }
}
