//! What extended acknowledgements say in one release and not in an older one.

use crate::release::Release;

/// The texts that came later than the oldest release, each with the first that says it.
const LATER: &[(&str, Release)] = &[
    ("ifindex can't be negative", Release::V6_1),
    ("Bulk delete is not supported", Release::V6_1),
    ("ipv4: Invalid scope value", Release::V6_12),
    ("ipv4: Address already assigned", Release::V6_12),
    ("ipv4: address lifetime invalid", Release::V6_12),
    ("ipv4: Address not found", Release::V6_12),
    ("ipv4: Multicast auto join failed", Release::V6_12),
    ("ipv4: Local address is not supplied", Release::V6_12),
    ("ipv4: Invalid prefix length", Release::V6_12),
    ("ipv4: Device not found", Release::V6_12),
    ("ipv6: Multicast auto join failed", Release::V6_12),
    ("ipv6: Unable to find the interface", Release::V6_12),
    ("ipv6: Invalid prefix length", Release::V6_12),
    ("ipv6: Cannot assign loopback address on this device", Release::V6_12),
    ("ipv6: Cannot assign multicast address without \"IFA_F_MCAUTOJOIN\" flag", Release::V6_12),
    ("ipv6: address with \"mngtmpaddr\" flag must have a prefix length of 64", Release::V6_12),
    ("ipv6: address not found", Release::V6_12),
    ("ipv6: address already assigned", Release::V6_12),
    ("ipv6: address lifetime invalid", Release::V6_12),
    ("too big gso_max_size", Release::V6_12),
    ("too big gso_max_segs", Release::V6_12),
    ("too big gro_max_size", Release::V6_12),
];

/// Returns whether a release says this, if the others do.
pub(super) fn is_said(release: Release, text: &str) -> bool {
    LATER.iter().all(|(later, first)| *later != text || release >= *first)
}
