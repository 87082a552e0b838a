//! Which devices and aliases are meant.

use crate::error::{CommandError, Kind};
use crate::near;
use ifctl_abi::Escaped;
use ifctl_netdevice::{Address, Device, DeviceName, Route, RouteProtocol, RouteTable, Snapshot};
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;

/// What of a snapshot is to be shown.
pub(super) struct Selection<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) devices: Vec<Chosen<'a>>,
    /// Whether names were given, so that routes of other devices are left out.
    narrowed: bool,
}

/// A device, with all its addresses or those of some labels.
pub(super) struct Chosen<'a> {
    pub(super) device: &'a Device,
    labels: Option<Vec<DeviceName>>,
}

impl<'a> Selection<'a> {
    /// Returns all devices where no name is given; else what the names mean, in their order, and the
    /// names that mean nothing.
    pub(super) fn new<'n>(snapshot: &'a Snapshot, names: &'n [OsString]) -> (Self, Vec<&'n OsStr>) {
        let mut selection = Self { snapshot, devices: Vec::new(), narrowed: !names.is_empty() };
        if names.is_empty() {
            let all = snapshot.devices.iter().map(|device| Chosen { device, labels: None });
            selection.devices = all.collect();
        }
        let missing = names.iter().filter(|name| !selection.add(name.as_bytes()));
        let missing = missing.map(OsString::as_os_str).collect();
        (selection, missing)
    }

    /// Returns whether nothing is to be shown.
    pub(super) fn is_empty(&self) -> bool {
        self.devices.is_empty()
    }

    /// Returns the routes that are worth showing: of the table of local addresses those alone that the
    /// kernel did not make, as each address brings several; over the devices chosen, where names were
    /// given.
    pub(super) fn routes(&self) -> impl Iterator<Item = &'a Route> {
        self.snapshot.routes.iter().filter(|route| {
            let made = route.protocol == RouteProtocol::KERNEL;
            let hops = || route.next_hops.iter().filter_map(|hop| hop.index);
            let over = |index| self.devices.iter().any(|chosen| chosen.device.index == index);
            (route.table != RouteTable::LOCAL || !made) && (!self.narrowed || hops().any(over))
        })
    }

    /// Adds what a name means, as given or as it is displayed, and returns whether it means anything.
    fn add(&mut self, name: &[u8]) -> bool {
        if let Some(device) = device_named(self.snapshot, name) {
            self.choose(device, None);
            return true;
        }
        let mut found = false;
        for address in &self.snapshot.addresses {
            if let Some(label) = address.label.filter(|label| is(name, label.as_bytes()))
                && let Some(device) = self.snapshot.device(address.index)
            {
                self.choose(device, Some(label));
                found = true;
            }
        }
        found
    }

    /// Adds a device, or of a device this label.
    fn choose(&mut self, device: &'a Device, label: Option<DeviceName>) {
        let known = self.devices.iter_mut().find(|chosen| chosen.device.index == device.index);
        match (known, label) {
            (None, _) => {
                self.devices.push(Chosen { device, labels: label.map(|label| vec![label]) });
            }
            (Some(chosen), None) => chosen.labels = None,
            (Some(Chosen { labels: Some(labels), .. }), Some(label)) => {
                if !labels.contains(&label) {
                    labels.push(label);
                }
            }
            (Some(Chosen { labels: None, .. }), Some(_)) => {}
        }
    }
}

impl<'a> Chosen<'a> {
    /// Returns the addresses to be shown, IPv4 before IPv6.
    pub(super) fn addresses(&self, snapshot: &'a Snapshot) -> impl Iterator<Item = &'a Address> {
        snapshot.addresses_of(self.device.index).filter(|address| match &self.labels {
            None => true,
            Some(labels) => address.label.is_some_and(|label| labels.contains(&label)),
        })
    }
}

/// Reports the names that mean nothing, each with names that it may have meant.
pub(super) fn report(
    snapshot: &Snapshot,
    missing: &[&OsStr],
    some_shown: bool,
    told: &mut dyn Write,
) -> Result<(), CommandError> {
    let kind = if some_shown { Kind::Partial } else { Kind::Failed };
    let names = all_names(snapshot);
    let mut errors = missing.iter().map(|name| {
        let name = Escaped(name.as_bytes()).to_string();
        let shown = if name.is_empty() { "''" } else { &name };
        let error =
            CommandError::new(kind, format!("{shown}: no device and no alias here has this name"));
        let near = near::hint(&name, "devices and aliases here", &names);
        near.into_iter().fold(error, CommandError::hint)
    });
    let Some(last) = errors.next_back() else { return Ok(()) };
    errors.for_each(|error| {
        error.report_to(told);
    });
    Err(last)
}

/// Returns the device of this name or alternative name, which may be longer than a device's name can.
fn device_named<'a>(snapshot: &'a Snapshot, name: &[u8]) -> Option<&'a Device> {
    let devices = || snapshot.devices.iter();
    devices().find(|device| is(name, device.name.as_bytes())).or_else(|| {
        devices().find(|device| device.alternative_names.iter().any(|other| is(name, other)))
    })
}

/// Returns whether a word is this name, as it is or as it is displayed.
fn is(word: &[u8], name: &[u8]) -> bool {
    word == name || (word.contains(&b'\\') && Escaped(name).to_string().as_bytes() == word)
}

/// Returns every name that can be asked for.
fn all_names(snapshot: &Snapshot) -> Vec<String> {
    let devices = snapshot.devices.iter().flat_map(|device| {
        let others = device.alternative_names.iter().map(|name| Escaped(name).to_string());
        std::iter::once(device.name.to_string()).chain(others)
    });
    devices.chain(snapshot.aliases().map(|alias| alias.label.to_string())).collect()
}
