//! The hardware addresses that a device listens to (`net/core/dev_addr_lists.c`).

mod saved;

use crate::dev::{self, Device, DeviceId, HardwareAddress};
use crate::drivers;
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
    /// The device below listens to it too, which counts as one who wants it.
    pub(crate) synced: bool,
}

/// The addresses, in the order in which they were added.
#[derive(Debug, Default)]
pub(crate) struct AddressList {
    entries: Vec<Entry>,
}

impl AddressList {
    /// Returns whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the addresses.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    fn place(&self, address: HardwareAddress) -> Option<usize> {
        self.entries.iter().position(|entry| entry.address == address)
    }

    fn add(&mut self, address: HardwareAddress) {
        match self.place(address).and_then(|place| self.entries.get_mut(place)) {
            Some(entry) => entry.users = entry.users.saturating_add(1),
            None => self.entries.push(Entry { address, users: 1, global: false, synced: false }),
        }
    }

    fn remove(&mut self, address: HardwareAddress) {
        if let Some(place) = self.place(address) {
            self.release(place);
        }
    }

    fn add_global(&mut self, address: HardwareAddress) {
        match self.place(address).and_then(|place| self.entries.get_mut(place)) {
            Some(entry) if entry.global => {}
            Some(entry) => {
                entry.global = true;
                entry.users = entry.users.saturating_add(1);
            }
            None => self.entries.push(Entry { address, users: 1, global: true, synced: false }),
        }
    }

    fn remove_global(&mut self, address: HardwareAddress) -> Result<(), Errno> {
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

/// Which of a device's two lists.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Multicast,
    Unicast,
}

impl Kind {
    fn list(self, device: &mut Device) -> &mut AddressList {
        match self {
            Self::Multicast => &mut device.multicast,
            Self::Unicast => &mut device.unicast,
        }
    }
}

/// Has a device listen to an address for a protocol or a device above, once more.
#[doc(alias("dev_mc_add", "dev_uc_add"))]
pub(crate) fn add(machine: &mut Machine, id: DeviceId, kind: Kind, address: HardwareAddress) {
    if let Ok(device) = machine.device_mut(id) {
        kind.list(device).add(address);
        set_rx_mode(machine, id);
    }
}

/// Takes one of that back.
#[doc(alias("dev_mc_del", "dev_uc_del"))]
pub(crate) fn remove(machine: &mut Machine, id: DeviceId, kind: Kind, address: HardwareAddress) {
    if let Ok(device) = machine.device_mut(id) {
        kind.list(device).remove(address);
        set_rx_mode(machine, id);
    }
}

/// Has a device listen to a multicast address for a person; a second one does not count.
#[doc(alias = "dev_mc_add_global")]
pub(crate) fn add_global(
    machine: &mut Machine,
    id: DeviceId,
    address: HardwareAddress,
) -> Result<(), Errno> {
    machine.device_mut(id)?.multicast.add_global(address);
    set_rx_mode(machine, id);
    Ok(())
}

/// Takes that back.
#[doc(alias = "dev_mc_del_global")]
pub(crate) fn remove_global(
    machine: &mut Machine,
    id: DeviceId,
    address: HardwareAddress,
) -> Result<(), Errno> {
    machine.device_mut(id)?.multicast.remove_global(address)?;
    set_rx_mode(machine, id);
    Ok(())
}

/// Lets a device that is up, and the device below it, follow its lists.
#[doc(alias("__dev_set_rx_mode", "ndo_set_rx_mode"))]
pub(crate) fn set_rx_mode(machine: &mut Machine, id: DeviceId) {
    if machine.device(id).is_ok_and(Device::is_up) {
        dev::follow_unicast(machine, id);
        sync(machine, id, Kind::Multicast);
        sync(machine, id, Kind::Unicast);
    }
}

/// Has the device below listen to what a device listens to.
#[doc(alias("dev_mc_sync", "dev_uc_sync"))]
fn sync(machine: &mut Machine, id: DeviceId, kind: Kind) {
    let Ok(device) = machine.device_mut(id) else { return };
    let Some(below) = drivers::filter_below(device) else { return };
    let (mut added, mut gone) = (Vec::new(), Vec::new());
    kind.list(device).entries.retain_mut(|entry| {
        if !entry.synced {
            entry.synced = true;
            entry.users = entry.users.saturating_add(1);
            added.push(entry.address);
        } else if entry.users == 1 {
            gone.push(entry.address);
        }
        entry.users > 1
    });
    for address in added {
        add(machine, below, kind, address);
    }
    for address in gone {
        remove(machine, below, kind, address);
    }
}

/// Has the device below listen to nothing more for a device that is closed.
#[doc(alias("dev_mc_unsync", "dev_uc_unsync"))]
pub(crate) fn unsync(machine: &mut Machine, id: DeviceId) {
    let Ok(below) = machine.device(id).map(drivers::filter_below) else { return };
    for kind in [Kind::Multicast, Kind::Unicast] {
        let (Some(below), Ok(device)) = (below, machine.device_mut(id)) else { return };
        let mut gone = Vec::new();
        kind.list(device).entries.retain_mut(|entry| {
            if std::mem::take(&mut entry.synced) {
                entry.users = entry.users.saturating_sub(1);
                gone.push(entry.address);
            }
            entry.users > 0
        });
        for address in gone {
            remove(machine, below, kind, address);
        }
    }
}

/// Returns the text of /proc/net/dev_mcast.
#[doc(alias = "dev_mc_seq_show")]
pub(crate) fn proc_dev_mcast(machine: &Machine, net: NetId) -> Result<Vec<u8>, Errno> {
    let mut text = Vec::new();
    for (index, id) in machine.net(net)?.by_index_from(0) {
        let device = machine.device(id)?;
        for Entry { address, users, global, .. } in device.multicast.iter() {
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
