//! The end of sockets: nobody tells of it, so those that no program has are looked for now and then.

use super::Sockets;
use crate::target::inode;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::collections::HashSet;
use std::{fs, io};

impl Sockets {
    /// Forgets those that are closed, once there are many.
    pub(super) fn collect_if_many(&mut self) {
        if self.by_inode.len() + self.inet6.len() >= self.most {
            // Long before there are none left: without any, nothing can be looked for.
            raise_limit();
            self.collect();
            self.most = (2 * (self.by_inode.len() + self.inet6.len())).max(64);
        }
    }

    /// Forgets those that are closed.
    pub(super) fn collect(&mut self) {
        let Ok(open) = open_sockets() else { return };
        let closed: Vec<u64> =
            self.by_inode.keys().filter(|inode| !open.contains(inode)).copied().collect();
        closed.into_iter().for_each(|inode| self.forget(inode));
        self.inet6.retain(|inode| open.contains(inode));
    }

    pub(super) fn forget(&mut self, inode: u64) {
        if let Some(socket) = self.by_inode.remove(&inode) {
            self.by_port.remove(&socket.port);
        }
        self.listening.remove(&inode);
        self.stuck.remove(&inode);
    }
}

/// Lets this process have as many descriptors as it may: one is kept of each target's netlink socket.
fn raise_limit() {
    let limit = getrlimit(Resource::Nofile);
    // Where it cannot be raised, targets are told in the end that there is none left.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
}

/// Returns the inodes of the sockets that other processes have; fails where they cannot be listed for want
/// of a descriptor here.
fn open_sockets() -> io::Result<HashSet<u64>> {
    let own = std::process::id();
    let mut inodes = HashSet::new();
    for process in fs::read_dir("/proc")? {
        let process = process?;
        let number = process.file_name().to_str().and_then(|name| name.parse::<u32>().ok());
        if number.is_none() || number == Some(own) {
            continue;
        }
        match fs::read_dir(process.path().join("fd")) {
            Ok(descriptors) => {
                let links = descriptors.flatten();
                let links = links.filter_map(|entry| fs::read_link(entry.path()).ok());
                inodes.extend(links.filter_map(|link| inode(&link)));
            }
            Err(error) if is_want(&error) => return Err(error),
            // It has ended, or is another user's.
            Err(_) => {}
        }
    }
    Ok(inodes)
}

fn is_want(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EMFILE | libc::ENFILE | libc::ENOMEM))
}
