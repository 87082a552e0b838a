//! What the tests of the ioctls share.
#![allow(dead_code, reason = "each test program uses a part")]

use ifctl_conformance::{sh, unprivileged};
use ifctl_netdevice::{Control, DeviceName, Errno, Error, Family, Host};

/// A veth device `e0` (02:00:00:00:00:01) whose peer is `p0` (02:00:00:00:00:02), both down, and an
/// IPv4 socket beside them.
pub(crate) struct Veth {
    pub(crate) device: DeviceName,
    pub(crate) control: Control<'static>,
}

impl Veth {
    pub(crate) fn new() -> Self {
        sh(
            "ip link add e0 address 02:00:00:00:00:01 type veth peer name p0 address 02:00:00:00:00:02",
        );
        Self { device: name("e0"), control: Control::open(&Host, Family::INET).unwrap() }
    }

    /// Both ends up.
    pub(crate) fn up() -> Self {
        let veth = Self::new();
        sh("ip link set e0 up; ip link set p0 up");
        veth
    }
}

/// Returns a device name.
pub(crate) fn name(name: &str) -> DeviceName {
    name.parse().unwrap()
}

/// Returns the errno of a refusal.
pub(crate) fn errno<T: std::fmt::Debug>(answer: Result<T, Error>) -> Errno {
    answer.unwrap_err().errno().unwrap()
}

/// Asserts that a caller without capabilities is refused for the lack of them.
pub(crate) fn refused(request: impl FnOnce(&Control<'static>) -> Result<(), Error> + Send) {
    refused_on(Family::INET, request);
}

/// As [`refused`], on a socket of this family.
pub(crate) fn refused_on(
    family: Family,
    request: impl FnOnce(&Control<'static>) -> Result<(), Error> + Send,
) {
    let answer = unprivileged(|| request(&Control::open(&Host, family).unwrap()));
    assert_eq!(errno(answer), Errno::EPERM);
}
