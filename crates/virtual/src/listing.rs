//! What is in the folders of /proc/net, /proc/sys/net and /sys/class/net.

use crate::caller::Caller;
use crate::machine::Machine;
use crate::{addrconf, devinet, net_procfs, sysctl, sysfs};
use ifctl_kernel::Errno;
use std::path::{Component, Path};

/// What a folder has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Whether it is a folder, or a link to one, as a device in /sys/class/net.
    pub is_folder: bool,
}

impl Entry {
    fn file(name: &str) -> Self {
        Self { name: name.to_owned(), is_folder: false }
    }

    fn folder(name: impl Into<String>) -> Self {
        Self { name: name.into(), is_folder: true }
    }
}

/// Returns what a folder has, of what can be read.
pub(crate) fn list(machine: &Machine, caller: Caller, path: &Path) -> Result<Vec<Entry>, Errno> {
    let parts = path.components().filter(|part| *part != Component::RootDir);
    let parts: Option<Vec<&str>> = parts.map(|part| part.as_os_str().to_str()).collect();
    let entries = match parts.ok_or(Errno::ENOENT)?[..] {
        ["proc", "net"] => net_procfs::names(machine, caller.net).map(Entry::file).collect(),
        ["proc", "sys", "net", "ipv4" | "ipv6", "neigh"] => Vec::new(),
        ["proc", "sys", "net", protocol @ ("ipv4" | "ipv6"), "conf"] => {
            let common = ["all", "default"].map(str::to_owned);
            let all = common.into_iter().chain(devices(machine, caller)?);
            all.filter(|of| {
                sysctl::is_there(machine, caller, &format!("{protocol}/conf/{of}/forwarding"))
            })
            .map(Entry::folder)
            .collect()
        }
        ["proc", "sys", "net", "ipv4", "conf", of] => {
            settings(machine, caller, "ipv4", of, devinet::conf_names())?
        }
        ["proc", "sys", "net", "ipv6", "conf", of] => {
            settings(machine, caller, "ipv6", of, addrconf::conf_names())?
        }
        ["sys", "class", "net"] => devices(machine, caller)?.map(Entry::folder).collect(),
        ["sys", "class", "net", device] => {
            let files = sysfs::names(machine, caller, device)?.map(Entry::file);
            files.chain([Entry::folder("statistics")]).collect()
        }
        ["sys", "class", "net", device, "statistics"] => {
            drop(sysfs::names(machine, caller, device)?);
            sysfs::STATISTICS.map(Entry::file).to_vec()
        }
        _ => return Err(Errno::ENOENT),
    };
    Ok(entries)
}

/// The names of the devices, by which their files are found.
fn devices(machine: &Machine, caller: Caller) -> Result<impl Iterator<Item = String>, Errno> {
    let devices = machine.net(caller.net)?.by_index_from(0);
    let names = devices.filter_map(|(_, id)| machine.device(id).ok().map(|device| device.name));
    Ok(names.filter_map(|name| String::from_utf8(name.as_bytes().to_vec()).ok()))
}

fn settings(
    machine: &Machine,
    caller: Caller,
    protocol: &str,
    of: &str,
    names: impl Iterator<Item = &'static str>,
) -> Result<Vec<Entry>, Errno> {
    let is_there =
        |name: &&str| sysctl::is_there(machine, caller, &format!("{protocol}/conf/{of}/{name}"));
    let entries: Vec<_> = names.filter(is_there).map(Entry::file).collect();
    if entries.is_empty() { Err(Errno::ENOENT) } else { Ok(entries) }
}
