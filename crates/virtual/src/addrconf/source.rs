//! The source address that suits a destination (RFC 6724).

use super::address::Address;
use crate::dev::DeviceId;
use crate::in6::{self, Kind, mask};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use ifctl_abi::rtnetlink::AddressFlags;

/// Prefixes that a source and a destination should share, with a number for each.
#[doc(alias = "ip6addrlbl_init_table")]
const LABELS: [(u128, u8, u8); 10] = [
    (1, 128, 0),
    (0xffff << 32, 96, 4),
    (0, 96, 3),
    (0x2001_0010 << 96, 28, 7),
    (0x2001 << 112, 32, 6),
    (0x2002 << 112, 16, 2),
    (0x3ffe << 112, 16, 12),
    (0xfec0 << 112, 10, 11),
    (0xfc00 << 112, 7, 5),
    (0, 0, 1),
];

fn label(address: u128) -> u8 {
    let found = LABELS.iter().find(|(prefix, length, _)| address & mask(*length) == *prefix);
    found.map_or(1, |(.., label)| *label)
}

/// Returns the address that a packet to a destination would have as its source.
#[doc(alias("ipv6_dev_get_saddr", "ipv6_get_saddr_eval"))]
pub(crate) fn source_for(
    machine: &Machine,
    net: NetId,
    device: DeviceId,
    destination: u128,
) -> Option<u128> {
    let space = machine.net(net).ok()?;
    let reach = in6::reach(destination);
    let multicast = in6::kind(destination).contains(Kind::MULTICAST);
    let only_here = multicast || reach <= 2;
    let mut best: Option<(Rank, u128)> = None;
    for id in space.by_age().filter(|id| !only_here || *id == device) {
        let Some(inet6) = machine.device(id).ok().and_then(|device| device.inet6.as_ref()) else {
            continue;
        };
        for entry in inet6.addresses.iter().filter(|entry| may_be_source(entry)) {
            let rank = rank(entry, destination, reach, id == device);
            if best.as_ref().is_none_or(|(most, _)| rank > *most) {
                best = Some((rank, entry.address));
            }
        }
    }
    best.map(|(_, address)| address)
}

fn may_be_source(entry: &Address) -> bool {
    let tentative = entry.flags.contains(AddressFlags::TENTATIVE)
        && !entry.flags.contains(AddressFlags::OPTIMISTIC);
    !tentative && !in6::kind(entry.address).contains(Kind::MULTICAST)
}

/// What speaks for an address, the first rule first.
type Rank = (bool, (bool, i16), bool, bool, bool, bool, u32);

fn rank(entry: &Address, destination: u128, wanted: i8, here: bool) -> Rank {
    let reach = i16::from(in6::reach(entry.address));
    let wanted = i16::from(wanted);
    // Of those that reach far enough the nearest, else the farthest.
    let scope = if reach >= wanted { (true, -reach) } else { (false, reach) };
    let proper = !entry.flags.contains(AddressFlags::DEPRECATED);
    let labelled = label(entry.address) == label(destination);
    let public = !entry.flags.contains(AddressFlags::TEMPORARY);
    let common = (entry.address ^ destination).leading_zeros();
    let common = common.min(u32::from(entry.prefix_length));
    (entry.address == destination, scope, proper, here, labelled, public, common)
}
