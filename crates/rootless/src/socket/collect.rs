//! The end of sockets: nobody tells of it, so those that no program has are looked for now and then.

use super::Sockets;
use crate::target::inode;
use std::collections::HashSet;
use std::fs;

impl Sockets {
    /// Forgets those that are closed, once there are many.
    pub(super) fn collect_if_many(&mut self) {
        if self.by_inode.len() + self.inet6.len() >= self.most {
            self.collect();
            self.most = (2 * (self.by_inode.len() + self.inet6.len())).max(64);
        }
    }

    /// Forgets those that are closed.
    pub(super) fn collect(&mut self) {
        let open = open_sockets();
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

/// Returns the inodes of the sockets that other processes have.
fn open_sockets() -> HashSet<u64> {
    let own = std::process::id().to_string();
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let processes = processes.filter(|entry| {
        let name = entry.file_name();
        let is_process = name.to_str().is_some_and(|name| name.parse::<u32>().is_ok());
        is_process && name.to_str() != Some(&own)
    });
    let descriptors = processes.flat_map(|process| fs::read_dir(process.path().join("fd")));
    let links =
        descriptors.flatten().flatten().filter_map(|entry| fs::read_link(entry.path()).ok());
    links.filter_map(|link| inode(&link)).collect()
}
