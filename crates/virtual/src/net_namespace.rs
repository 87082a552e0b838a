//! Network namespaces (`net/core/net_namespace.c`), and how devices are found in one.

use crate::af_netlink::SocketId;
use crate::dev::{DeviceId, INDEX_OF_LO};
use ifctl_kernel::Errno;
use std::collections::{BTreeMap, BTreeSet};

/// A namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NetId(pub(crate) u64);

/// What a namespace holds. The parts that a protocol keeps are types of its files.
#[derive(Default)]
pub(crate) struct Net {
    /// Devices by index: the order of /proc/net/dev and of netlink's dumps.
    by_index: BTreeMap<u32, DeviceId>,
    /// Devices by name, and by each other name that they have.
    by_name: BTreeMap<Box<[u8]>, DeviceId>,
    /// Devices in the order in which they were registered: that of `SIOCGIFCONF`.
    by_age: BTreeMap<u64, DeviceId>,
    pub(crate) last_index: u32,
    /// Counts changes to devices, for dumps to notice.
    pub(crate) dev_base_seq: u32,
    /// Netlink sockets by port.
    pub(crate) ports: BTreeMap<u32, SocketId>,
    /// Netlink sockets by group.
    groups: BTreeMap<u32, BTreeSet<SocketId>>,
    last_port: u32,
    /// UDP ports that programs hold.
    pub(crate) busy_udp_ports: BTreeSet<u16>,
    /// The numbers by which this namespace knows others.
    pub(crate) numbers: BTreeMap<NetId, u32>,
    pub(crate) inet6: crate::addrconf::Inet6Net,
    pub(crate) neighbours: crate::neighbour::Table,
    /// What IPv4 keeps beside its devices.
    pub(crate) ipv4: crate::devinet::Ipv4,
    /// The policy rules.
    pub(crate) rules: crate::fib_rules::Rules,
    /// The IPv4 routes.
    pub(crate) fib: crate::fib_trie::Fib,
}

impl Net {
    /// Returns the device of this index.
    pub(crate) fn index(&self, index: u32) -> Result<DeviceId, Errno> {
        self.by_index.get(&index).copied().ok_or(Errno::ENODEV)
    }

    /// Returns the device of this name, which may be one of its other names.
    pub(crate) fn name(&self, name: &[u8]) -> Result<DeviceId, Errno> {
        self.by_name.get(name).copied().ok_or(Errno::ENODEV)
    }

    /// Returns whether a device has this name.
    pub(crate) fn has_name(&self, name: &[u8]) -> bool {
        self.by_name.contains_key(name)
    }

    /// Returns `lo`.
    pub(crate) fn lo(&self) -> Result<DeviceId, Errno> {
        self.index(INDEX_OF_LO)
    }

    /// Returns what changes with IPv4 addresses and devices, for dumps to notice.
    #[doc(alias = "inet_base_seq")]
    pub(crate) fn address_generation(&self) -> u32 {
        self.ipv4.generation.wrapping_add(self.dev_base_seq).max(1)
    }

    /// Returns the devices by index, from this one on.
    pub(crate) fn by_index_from(&self, first: u32) -> impl Iterator<Item = (u32, DeviceId)> + '_ {
        self.by_index.range(first..).map(|(index, device)| (*index, *device))
    }

    /// Returns the devices in the order of their registration.
    pub(crate) fn by_age(&self) -> impl Iterator<Item = DeviceId> + '_ {
        self.by_age.values().copied()
    }

    /// Returns an index that no device of this namespace ever had.
    #[doc(alias = "dev_index_reserve")]
    pub(crate) fn next_index(&mut self) -> Result<u32, Errno> {
        loop {
            self.last_index = self.last_index.checked_add(1).ok_or(Errno::EBUSY)?;
            if i32::try_from(self.last_index).is_err() {
                return Err(Errno::EBUSY);
            }
            if !self.by_index.contains_key(&self.last_index) {
                return Ok(self.last_index);
            }
        }
    }

    /// Enters a device.
    pub(crate) fn list(&mut self, device: DeviceId, index: u32, name: &[u8], age: u64) {
        self.by_index.insert(index, device);
        self.by_name.insert(name.into(), device);
        self.by_age.insert(age, device);
        self.dev_base_seq = self.dev_base_seq.wrapping_add(1);
    }

    /// Takes a device out, and its names.
    pub(crate) fn unlist<'a>(
        &mut self,
        index: u32,
        age: u64,
        names: impl IntoIterator<Item = &'a [u8]>,
    ) {
        self.by_index.remove(&index);
        self.by_age.remove(&age);
        for name in names {
            self.by_name.remove(name);
        }
        self.dev_base_seq = self.dev_base_seq.wrapping_add(1);
    }

    /// Gives a device a further name.
    pub(crate) fn add_name(&mut self, name: &[u8], device: DeviceId) {
        self.by_name.insert(name.into(), device);
    }

    /// Takes a name from the device that has it.
    pub(crate) fn remove_name(&mut self, name: &[u8]) {
        self.by_name.remove(name);
    }

    /// Returns a port that no netlink socket has. Linux gives a process its own number first.
    #[doc(alias = "netlink_autobind")]
    pub(crate) fn free_port(&mut self) -> u32 {
        loop {
            self.last_port = self.last_port.wrapping_add(1).max(1);
            if !self.ports.contains_key(&self.last_port) {
                return self.last_port;
            }
        }
    }

    /// Makes a socket a member of a group.
    pub(crate) fn join(&mut self, group: u32, socket: SocketId) {
        self.groups.entry(group).or_default().insert(socket);
    }

    /// Ends a socket's membership of a group.
    pub(crate) fn leave(&mut self, group: u32, socket: SocketId) {
        if let Some(members) = self.groups.get_mut(&group) {
            members.remove(&socket);
        }
    }

    /// Returns the members of a group.
    pub(crate) fn members(&self, group: u32) -> impl Iterator<Item = SocketId> + '_ {
        self.groups.get(&group).into_iter().flatten().copied()
    }
}
