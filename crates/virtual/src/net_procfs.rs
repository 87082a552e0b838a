//! The files below /proc/net, and the way to those below /proc/sys/net and /sys/class/net
//! (`net/core/net-procfs.c`, and each protocol's own).

use crate::caller::{Caller, Capabilities};
use crate::dev;
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::sysfs;
use crate::{
    addrconf, dev_addr_lists, fib_frontend, igmp, ip6_fib, mcast, neighbour, net_alias, route,
    sysctl,
};
use ifctl_kernel::Errno;
use std::path::Path;

type Text = fn(&Machine, NetId) -> Result<Vec<u8>, Errno>;

/// The files of /proc/net, with the code that writes each.
const FILES: &[(&str, Text)] = &[
    ("alias_types", net_alias::proc_alias_types),
    ("aliases", net_alias::proc_aliases),
    ("arp", neighbour::proc_arp),
    ("dev", dev::proc_dev),
    ("dev_mcast", dev_addr_lists::proc_dev_mcast),
    ("igmp", igmp::proc_igmp),
    ("route", fib_frontend::proc_route),
    ("rt_cache", route::proc_rt_cache),
    ("if_inet6", addrconf::proc_if_inet6),
    ("igmp6", mcast::proc_igmp6),
    ("ipv6_route", ip6_fib::proc_ipv6_route),
];

/// A file that a path names.
enum File<'a> {
    Text(Text),
    Setting(&'a str),
    Attribute(&'a str),
}

fn find(path: &Path) -> Result<File<'_>, Errno> {
    let path = path.to_str().ok_or(Errno::ENOENT)?;
    if let Some(setting) = path.strip_prefix("/proc/sys/net/") {
        return Ok(File::Setting(setting));
    }
    if let Some(attribute) = path.strip_prefix("/sys/class/net/") {
        return Ok(File::Attribute(attribute));
    }
    let name = path
        .strip_prefix("/proc/net/")
        .or_else(|| path.strip_prefix("/proc/self/net/"))
        .ok_or(Errno::ENOENT)?;
    let text = FILES.iter().find(|(file, _)| *file == name).ok_or(Errno::ENOENT)?;
    Ok(File::Text(text.1))
}

/// Returns the names of the files of /proc/net that there are.
pub(crate) fn names(machine: &Machine, net: NetId) -> impl Iterator<Item = &'static str> {
    FILES.iter().filter(move |(_, text)| text(machine, net).is_ok()).map(|(name, _)| *name)
}

/// Returns a file's content.
pub(crate) fn read(machine: &Machine, caller: Caller, path: &Path) -> Result<Vec<u8>, Errno> {
    match find(path)? {
        File::Text(text) => text(machine, caller.net),
        File::Setting(path) => sysctl::read(machine, caller, path),
        File::Attribute(path) => sysfs::read(machine, caller, path),
    }
}

/// Writes to a file.
pub(crate) fn write(
    machine: &mut Machine,
    caller: Caller,
    path: &Path,
    bytes: &[u8],
) -> Result<(), Errno> {
    match find(path)? {
        // Only root's powers over files open what nobody may write; then writing fails.
        File::Text(_) if caller.capabilities.contains(Capabilities::INITIAL_NET_ADMIN) => {
            Err(Errno::EIO)
        }
        File::Text(_) => Err(Errno::EACCES),
        File::Setting(path) => sysctl::write(machine, caller, path, bytes),
        File::Attribute(path) => sysfs::write(machine, caller, path, bytes),
    }
}
