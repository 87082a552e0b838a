//! Files that are read: a copy of the model's text, which nobody can change.

use ifctl_kernel::Errno;
use rustix::fd::OwnedFd;
use rustix::fs::{MemfdFlags, Mode, OFlags, SealFlags};
use std::os::fd::AsRawFd;

/// Files of /proc/net that tell of what the model does not have, or not as a file: better none than the
/// host's.
const HIDDEN: [&str; 14] = [
    "anycast6",
    "bonding",
    "dev_snmp6",
    "fib_trie",
    "fib_triestat",
    "ip6_mr_cache",
    "ip6_mr_vif",
    "ip_mr_cache",
    "ip_mr_vif",
    "mcfilter",
    "mcfilter6",
    "rt6_stats",
    "vlan",
    "wireless",
];

/// The files of /proc/net that the model has, or would have in another state.
const MODELLED: [&str; 11] = [
    "alias_types",
    "aliases",
    "arp",
    "dev",
    "dev_mcast",
    "if_inet6",
    "igmp",
    "igmp6",
    "ipv6_route",
    "route",
    "rt_cache",
];

/// Returns whether a file of /proc/net is the model's to have, or to lack.
pub(super) fn is_modelled(name: &str) -> bool {
    HIDDEN.iter().chain(&MODELLED).any(|modelled| *modelled == name)
}

fn errno(failure: rustix::io::Errno) -> Errno {
    Errno::new(failure.raw_os_error())
}

/// Returns a file with this text.
pub(super) fn open(text: &[u8], flags: OFlags) -> Result<OwnedFd, Errno> {
    if flags.contains(OFlags::DIRECTORY) {
        return Err(Errno::ENOTDIR);
    }
    let kept = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let file = rustix::fs::memfd_create("ifctl-run", kept).map_err(errno)?;
    let mut rest = text;
    while !rest.is_empty() {
        let written = rustix::io::write(&file, rest).map_err(errno)?;
        rest = rest.get(written..).unwrap_or_default();
    }
    let seals = SealFlags::SEAL | SealFlags::SHRINK | SealFlags::GROW | SealFlags::WRITE;
    rustix::fs::fcntl_add_seals(&file, seals).map_err(errno)?;
    // Opened anew: from its beginning, and to be read alone.
    let path = format!("/proc/self/fd/{}", file.as_raw_fd());
    rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()).map_err(errno)
}
