//! The hardware multicast addresses that a device listens to (`net/core/dev_addr_lists.c`).

mod saved;

use crate::dev::HardwareAddress;
use crate::machine::Machine;
use crate::net_namespace::NetId;
use ifctl_kernel::Errno;
use std::io::Write;

/// One address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) address: HardwareAddress,
    /// How many want it.
    pub(crate) users: u32,
    /// A person wants it (`SIOCADDMULTI`), who counts once.
    pub(crate) global: bool,
}

/// The addresses, in the order in which they were added.
#[derive(Debug, Default)]
pub(crate) struct AddressList {
    entries: Vec<Entry>,
}

impl AddressList {
    /// Returns the addresses.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    fn place(&self, address: HardwareAddress) -> Option<usize> {
        self.entries.iter().position(|entry| entry.address == address)
    }

    /// Adds a reference for a protocol.
    #[doc(alias = "dev_mc_add")]
    pub(crate) fn add(&mut self, address: HardwareAddress) {
        match self.place(address).and_then(|place| self.entries.get_mut(place)) {
            Some(entry) => entry.users = entry.users.saturating_add(1),
            None => self.entries.push(Entry { address, users: 1, global: false }),
        }
    }

    /// Gives a protocol's reference back.
    #[doc(alias = "dev_mc_del")]
    pub(crate) fn remove(&mut self, address: HardwareAddress) {
        if let Some(place) = self.place(address) {
            self.release(place);
        }
    }

    /// Adds a person's reference; a second one does not count.
    #[doc(alias = "dev_mc_add_global")]
    pub(crate) fn add_global(&mut self, address: HardwareAddress) {
        match self.place(address).and_then(|place| self.entries.get_mut(place)) {
            Some(entry) if entry.global => {}
            Some(entry) => {
                entry.global = true;
                entry.users = entry.users.saturating_add(1);
            }
            None => self.entries.push(Entry { address, users: 1, global: true }),
        }
    }

    /// Gives a person's reference back.
    #[doc(alias = "dev_mc_del_global")]
    pub(crate) fn remove_global(&mut self, address: HardwareAddress) -> Result<(), Errno> {
        let place = self.place(address).ok_or(Errno::ENOENT)?;
        let entry = self.entries.get_mut(place).ok_or(Errno::ENOENT)?;
        if !std::mem::take(&mut entry.global) {
            return Err(Errno::ENOENT);
        }
        self.release(place);
        Ok(())
    }

    fn release(&mut self, place: usize) {
        let Some(entry) = self.entries.get_mut(place) else { return };
        entry.users = entry.users.saturating_sub(1);
        if entry.users == 0 {
            self.entries.remove(place);
        }
    }
}

/// Returns the text of /proc/net/dev_mcast.
#[doc(alias = "dev_mc_seq_show")]
pub(crate) fn proc_dev_mcast(machine: &Machine, net: NetId) -> Result<Vec<u8>, Errno> {
    let mut text = Vec::new();
    for (index, id) in machine.net(net)?.by_index_from(0) {
        let device = machine.device(id)?;
        for Entry { address, users, global } in device.multicast.iter() {
            write!(text, "{index:<4} ").map_err(|_| Errno::ENOMEM)?;
            let name = device.name;
            text.extend_from_slice(name.as_bytes());
            text.resize(text.len() + 15_usize.saturating_sub(name.as_bytes().len()), b' ');
            write!(text, " {users:<5} {:<5} ", u8::from(*global)).map_err(|_| Errno::ENOMEM)?;
            for byte in address.as_bytes() {
                write!(text, "{byte:02x}").map_err(|_| Errno::ENOMEM)?;
            }
            text.push(b'\n');
        }
    }
    Ok(text)
}
