//! Bridges in a state.

use super::{Bridge, Port, State, fdb};
use crate::machine::Machine;
use crate::state::{
    BridgeAddress, BridgePort, BridgeSettings, Devices, DriverState, HardwareBytes, StateError,
    Within, hardware, hardware_bytes, index_of, must, wrong,
};
use std::collections::BTreeSet;

impl Bridge {
    /// Returns what a state has of it.
    pub(in crate::drivers) fn save(&self, machine: &Machine) -> Result<DriverState, StateError> {
        let Self { ports, settings, address, mtu_is_set, entries } = self;
        let port = |port: &Port| {
            let device = index_of(machine, port.device)?;
            let (number, state, cost) = (port.number, port.state as u8, port.cost);
            Ok(BridgePort { device, number, state, cost })
        };
        let entry = |entry: &fdb::Entry| {
            let device = entry.port.map(|port| index_of(machine, port)).transpose()?;
            Ok(BridgeAddress { address: hardware_bytes(&entry.address), port: device })
        };
        Ok(DriverState::Bridge {
            ports: ports.iter().map(port).collect::<Result<_, StateError>>()?,
            settings: settings.clone(),
            address: hardware_bytes(address),
            mtu_is_set: *mtu_is_set,
            addresses: entries.iter().map(entry).collect::<Result<_, StateError>>()?,
        })
    }

    /// Returns the bridge of a state.
    pub(in crate::drivers) fn load(
        ports: &[BridgePort],
        settings: &BridgeSettings,
        address: &HardwareBytes,
        mtu_is_set: bool,
        addresses: &[BridgeAddress],
        devices: &Devices,
    ) -> Result<Self, StateError> {
        let mut numbers = BTreeSet::new();
        let mut load = |port: &BridgePort| {
            let is_new = numbers.insert(port.number) && port.number != 0;
            must(is_new, "number", "it is 0, or another port has it")?;
            Ok(Port {
                device: devices.find(port.device).within("device")?,
                number: port.number,
                state: match port.state {
                    0 => State::Disabled,
                    3 => State::Forwarding,
                    4 => State::Blocking,
                    _ => return Err(wrong("it is 0, 3 or 4").within("state")),
                },
                cost: port.cost,
            })
        };
        let ports = ports.iter().enumerate();
        let ports = ports.map(|(place, port)| load(port).within_item("ports", place));
        let load = |saved: &BridgeAddress| {
            let find = |port| devices.find(port).within("port");
            let port = saved.port.map(find).transpose()?;
            Ok(fdb::Entry { address: hardware(&saved.address).within("address")?, port })
        };
        let addresses = addresses.iter().enumerate();
        let entries = addresses.map(|(place, saved)| load(saved).within_item("addresses", place));
        Ok(Self {
            entries: entries.collect::<Result<_, _>>()?,
            ports: ports.collect::<Result<_, _>>()?,
            settings: settings.clone(),
            address: hardware(address).within("address")?,
            mtu_is_set,
        })
    }
}
