//! Neighbours in a state.

use super::{Entry, Proxy, Table};
use crate::machine::Machine;
use crate::state::{
    Devices, Neighbour, Proxy as SavedProxy, State, StateError, Within, hardware, hardware_bytes,
    index_of, must,
};
use ifctl_abi::rtnetlink::{RouteProtocol, RouteType};

impl Table {
    /// Returns what a state has of the neighbours.
    pub(crate) fn save(&self, machine: &Machine) -> Result<Vec<Neighbour>, StateError> {
        self.iter()
            .map(|(device, address, entry)| {
                Ok(Neighbour {
                    device: index_of(machine, device)?,
                    address,
                    hardware: hardware_bytes(&entry.address),
                    state: entry.state,
                    flags: entry.flags,
                    extended_flags: entry.extended_flags,
                    kind: entry.kind.0,
                    protocol: entry.protocol.0,
                    confirmed: entry.confirmed,
                    used: entry.used,
                    updated: entry.updated,
                })
            })
            .collect()
    }

    /// Returns what a state has of the addresses that are answered for.
    pub(crate) fn save_proxies(&self, machine: &Machine) -> Result<Vec<SavedProxy>, StateError> {
        self.proxies
            .iter()
            .map(|((address, device), proxy)| {
                Ok(SavedProxy {
                    address: *address,
                    device: device.map(|device| index_of(machine, device)).transpose()?,
                    flags: proxy.flags,
                    protocol: proxy.protocol.0,
                    permanent: proxy.permanent,
                })
            })
            .collect()
    }

    /// Returns those of a state.
    pub(crate) fn load(state: &State, devices: &Devices) -> Result<Self, StateError> {
        let mut table = Self::default();
        for (place, saved) in state.neighbours.iter().enumerate() {
            table.load_entry(saved, devices).within_item("neighbours", place)?;
        }
        for (place, saved) in state.proxies.iter().enumerate() {
            let device = devices.find_if(saved.device).within("device");
            let device = device.within_item("proxies", place)?;
            let proxy = Proxy {
                flags: saved.flags,
                protocol: RouteProtocol(saved.protocol),
                permanent: saved.permanent,
            };
            let is_new = table.proxies.insert((saved.address, device), proxy).is_none();
            must(is_new, "address", "it is there twice").within_item("proxies", place)?;
        }
        Ok(table)
    }

    fn load_entry(&mut self, saved: &Neighbour, devices: &Devices) -> Result<(), StateError> {
        let device = devices.find(saved.device).within("device")?;
        let entry = Entry {
            state: saved.state,
            flags: saved.flags,
            extended_flags: saved.extended_flags,
            kind: RouteType(saved.kind),
            address: hardware(&saved.hardware).within("hardware")?,
            protocol: RouteProtocol(saved.protocol),
            confirmed: saved.confirmed,
            used: saved.used,
            updated: saved.updated,
        };
        let is_new = self.entries.insert((device, saved.address), entry).is_none();
        must(is_new, "address", "the device has this neighbour already")
    }
}
