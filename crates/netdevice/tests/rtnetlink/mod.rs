//! What the tests of rtnetlink share.
#![allow(dead_code, reason = "each test program uses a part")]

use ifctl_conformance::{Setting, ip};
use ifctl_netdevice::Rtnetlink;

pub(crate) fn open(kernel: &Setting<'_>) -> Rtnetlink {
    Rtnetlink::open(kernel.here).unwrap()
}

/// Makes eth0 and its peer, both up and without link-local addresses, and returns eth0's index.
pub(crate) fn eth0(kernel: &Setting<'_>) -> u32 {
    ip(kernel.here, "ip link add eth0 type veth peer name peer; ip link set lo up");
    ip(kernel.here, "ip link set peer addrgenmode none up; ip link set eth0 addrgenmode none up");
    open(kernel).device_named(b"eth0").unwrap().index
}
