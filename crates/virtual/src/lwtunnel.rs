//! Encapsulations that routes ask for (`net/core/lwtunnel.c`).

use crate::rtnetlink::Extended;
use ifctl_kernel::Errno;

/// Refuses a kind of encapsulation that there is not, and those that this Linux was built without: MPLS, ILA, RPL,
/// IOAM6 and XFRM.
#[doc(alias = "lwtunnel_valid_encap_type")]
pub(crate) fn check_kind(kind: u16, extended: &mut Extended) -> Result<(), Errno> {
    let (errno, text) = match kind {
        // IP, IPv6, segment routing, BPF.
        2 | 4..=7 => return Ok(()),
        1 | 3 | 8..=10 => (Errno::EOPNOTSUPP, "lwt encapsulation type not supported"),
        _ => (Errno::EINVAL, "Unknown lwt encapsulation type"),
    };
    Err(extended.refuse(errno, text, None))
}
