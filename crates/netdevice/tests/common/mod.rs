//! What the tests of the ioctls share.
#![allow(dead_code, reason = "each test program uses a part")]

use ifctl_conformance::{Setting, ip};
use ifctl_netdevice::{Control, DeviceName, Errno, Error, Family};
use std::path::Path;

/// A veth device `e0` (02:00:00:00:00:01) whose peer is `p0` (02:00:00:00:00:02), both down, and an
/// IPv4 socket beside them.
pub(crate) struct Veth {
    pub(crate) device: DeviceName,
    pub(crate) control: Control<'static>,
}

impl Veth {
    pub(crate) fn new(kernels: &Setting<'_>) -> Self {
        ip(
            kernels.here,
            "ip link add e0 address 02:00:00:00:00:01 type veth peer name p0 address 02:00:00:00:00:02",
        );
        let control = Control::open(kernels.here, Family::INET).unwrap();
        Self { device: name("e0"), control }
    }

    /// Both ends up.
    pub(crate) fn up(kernels: &Setting<'_>) -> Self {
        let veth = Self::new(kernels);
        ip(kernels.here, "ip link set e0 up; ip link set p0 up");
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

/// Returns what stands in a file of the kernel's.
pub(crate) fn text(kernels: &Setting<'_>, path: &str) -> String {
    let bytes = kernels.here.read(Path::new(path)).unwrap_or_else(|e| panic!("{path}: {e}"));
    String::from_utf8(bytes).unwrap()
}

/// Asserts that a caller without capabilities is refused for the lack of them.
pub(crate) fn refused(
    kernels: &Setting<'_>,
    request: impl FnOnce(&Control<'static>) -> Result<(), Error>,
) {
    refused_on(kernels, Family::INET, request);
}

/// As [`refused`], on a socket of this family.
pub(crate) fn refused_on(
    kernels: &Setting<'_>,
    family: Family,
    request: impl FnOnce(&Control<'static>) -> Result<(), Error>,
) {
    let answer = request(&Control::open(kernels.unprivileged, family).unwrap());
    assert_eq!(errno(answer), Errno::EPERM);
}
