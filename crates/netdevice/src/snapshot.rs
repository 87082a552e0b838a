//! Devices, addresses and routes, read at one time.

use crate::{
    Address, AddressFilter, Device, Kernel, Neighbour, NeighbourFilter, Result, Route, RouteFilter,
    Rtnetlink,
};
use ifctl_abi::DeviceName;

/// Devices, addresses and routes, read at one time.
///
/// Where a change came between, [`consistency`](Self::consistency) says so.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Snapshot {
    /// The devices, by index.
    pub devices: Vec<Device>,
    /// The addresses: IPv4 by device and then in the kernel's list order (in which the first of a label
    /// is the one that an ioctl means), then IPv6 by device.
    pub addresses: Vec<Address>,
    /// The routes of all tables, IPv4 before IPv6, in the kernel's order; empty where not asked for.
    pub routes: Vec<Route>,
    /// The neighbours, proxy entries apart; empty where not asked for.
    pub neighbours: Vec<Neighbour>,
    /// Whether a change came between.
    pub consistency: Consistency,
}

/// Whether what was read is of one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Consistency {
    /// No change was seen while each list was read.
    ///
    /// Linux tells this of devices and addresses, never of routes, and between two lists never.
    #[default]
    Consistent,
    /// Something changed while a list was read, and did so again each time that it was read anew: an
    /// entry may be missing, doubled or torn.
    #[doc(alias = "NLM_F_DUMP_INTR")]
    Interrupted,
}

/// What a snapshot is to hold beside the devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SnapshotParts {
    /// The addresses.
    pub addresses: bool,
    /// The routes of all tables, those of addresses among them: as many as addresses, at least.
    pub routes: bool,
    /// The neighbours.
    pub neighbours: bool,
}

impl Default for SnapshotParts {
    /// The addresses, not the routes.
    fn default() -> Self {
        Self { addresses: true, routes: false, neighbours: false }
    }
}

impl SnapshotParts {
    /// Everything.
    pub const ALL: Self = Self { addresses: true, routes: true, neighbours: true };
}

impl Consistency {
    /// Returns the consistency of two lists together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        if self == Self::Consistent { other } else { self }
    }
}

impl Snapshot {
    /// Reads a snapshot: one request for the devices, one for the addresses of each family, and one each
    /// for routes and neighbours where they are asked for, whatever their number.
    ///
    /// Needs no privilege.
    ///
    /// # Errors
    ///
    /// Those of opening a socket; [`Error::Malformed`](crate::Error::Malformed) for an answer that cannot
    /// be understood.
    #[doc(alias("RTM_GETLINK", "RTM_GETADDR", "RTM_GETROUTE", "RTM_GETNEIGH"))]
    pub fn take(kernel: &dyn Kernel, parts: SnapshotParts) -> Result<Self> {
        Self::read(&mut Rtnetlink::open(kernel)?, parts)
    }

    /// Reads a snapshot through a connection that is open already, as [`take`](Self::take) does.
    ///
    /// # Errors
    ///
    /// As [`take`](Self::take).
    pub fn read(rtnetlink: &mut Rtnetlink, parts: SnapshotParts) -> Result<Self> {
        let devices = rtnetlink.devices()?;
        let mut snapshot =
            Self { devices: devices.entries, consistency: devices.consistency, ..Self::default() };
        if parts.addresses {
            // The look-ups want each family together.
            for family in [AddressFilter::IPV4, AddressFilter::IPV6] {
                let addresses = rtnetlink.addresses(family)?;
                snapshot.consistency = snapshot.consistency.and(addresses.consistency);
                if snapshot.addresses.is_empty() {
                    snapshot.addresses = addresses.entries;
                } else {
                    snapshot.addresses.extend(addresses.entries);
                }
            }
        }
        if parts.routes {
            let routes = rtnetlink.routes(RouteFilter::default())?;
            snapshot.consistency = snapshot.consistency.and(routes.consistency);
            snapshot.routes = routes.entries;
        }
        if parts.neighbours {
            let neighbours = rtnetlink.neighbours(NeighbourFilter::default())?;
            snapshot.consistency = snapshot.consistency.and(neighbours.consistency);
            snapshot.neighbours = neighbours.entries;
        }
        snapshot.put_in_order();
        Ok(snapshot)
    }

    /// Puts devices and addresses in the order of their indices. The kernel's own order is the same
    /// unless a change came between, and then the look-ups must still find things.
    fn put_in_order(&mut self) {
        if !self.devices.is_sorted_by_key(|device| device.index) {
            self.devices.sort_by_key(|device| device.index);
        }
        let key = |address: &Address| (address.local.is_ipv6(), address.index);
        if !self.addresses.is_sorted_by_key(key) {
            self.addresses.sort_by_key(key);
        }
    }

    /// Returns the device of this index.
    pub fn device(&self, index: u32) -> Option<&Device> {
        let place = self.devices.binary_search_by_key(&index, |device| device.index).ok()?;
        self.devices.get(place)
    }

    /// Returns the device of this name; alternative names count too, as they do for the kernel.
    pub fn device_named(&self, name: DeviceName) -> Option<&Device> {
        self.devices.iter().find(|device| device.name == name).or_else(|| {
            self.devices.iter().find(|device| {
                device.alternative_names.iter().any(|other| **other == *name.as_bytes())
            })
        })
    }

    /// Returns the device that a label is of: the one whose name stands before the first colon.
    ///
    /// This is where the kernel looks for the address of `eth0:0`; whether there is such an address is
    /// another question.
    pub fn base_of(&self, label: DeviceName) -> Option<&Device> {
        self.device_named(label.base())
    }

    /// Returns the addresses of the device of this index, IPv4 before IPv6.
    pub fn addresses_of(&self, index: u32) -> impl Iterator<Item = &Address> {
        let (v4, v6) = self.families();
        run_of(v4, index).iter().chain(run_of(v6, index))
    }

    /// Returns the IPv4 addresses of the device of this index, in the kernel's list order.
    pub fn ipv4_of(&self, index: u32) -> &[Address] {
        run_of(self.families().0, index)
    }

    /// Returns the IPv6 addresses of the device of this index.
    pub fn ipv6_of(&self, index: u32) -> &[Address] {
        run_of(self.families().1, index)
    }

    /// Returns the IPv4 addresses that an ioctl on this label could mean, the one that it does mean
    /// first: those on the label's base device that carry the label.
    pub fn labelled(&self, label: DeviceName) -> impl Iterator<Item = &Address> {
        self.base_of(label)
            .map(|device| self.ipv4_of(device.index))
            .unwrap_or_default()
            .iter()
            .filter(move |address| address.label == Some(label))
    }

    /// Returns the IPv4 and the IPv6 addresses.
    fn families(&self) -> (&[Address], &[Address]) {
        self.addresses.split_at(self.addresses.partition_point(|address| address.local.is_ipv4()))
    }
}

/// Returns the addresses of one device among those of one family, which are in order of devices.
fn run_of(addresses: &[Address], index: u32) -> &[Address] {
    let start = addresses.partition_point(|address| address.index < index);
    let run = addresses.get(start..).unwrap_or_default();
    let length = run.partition_point(|address| address.index == index);
    run.get(..length).unwrap_or_default()
}
