//! All names of a listing, from one snapshot of devices and one of IPv4 addresses.
//!
//! Asking by ioctl would make the kernel search the device's addresses for each label: the time grows
//! with the square of their number.

use super::entry::{Base, Inet};
use super::order::Key;
use ifctl_netdevice::proc::DevEntry;
use ifctl_netdevice::{Address, AddressFilter, Device, DeviceName, Kernel, Result, Rtnetlink};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};

/// Devices and labels, in the order in which they are listed.
#[derive(Debug)]
pub(super) struct Listing {
    bases: Vec<(Base, DevEntry)>,
    rows: Vec<Row>,
}

/// The order of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// By name, as people sort names.
    Names,
    /// Devices as the kernel has them, each followed by its aliases.
    Kernel,
}

/// What is known of a name: the device, the IPv4 address, and for the device's own name the counters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'a> {
    pub(super) base: &'a Base,
    pub(super) inet: Option<Inet>,
    /// The label's other addresses, in the kernel's order.
    pub(super) further: &'a [Inet],
    pub(super) counters: Option<&'a DevEntry>,
}

#[derive(Debug)]
struct Row {
    key: Key,
    /// The device's place in `bases`; none for a label that is no device's.
    base: Option<usize>,
    inet: Option<Inet>,
    /// The label's other addresses, in the kernel's order.
    further: Vec<Inet>,
}

impl Listing {
    /// Asks the kernel for devices and IPv4 addresses.
    pub(super) fn read(kernel: &dyn Kernel, order: Order) -> Result<Self> {
        let mut rtnetlink = Rtnetlink::open(kernel)?;
        let devices = rtnetlink.devices()?.entries;
        let mut addresses = rtnetlink.addresses(AddressFilter::IPV4)?.entries;
        // The kernel's order, unless something changed meanwhile.
        addresses.sort_by_key(|address| address.index);
        Ok(Self::of(&devices, &addresses, order))
    }

    /// Lists devices, and addresses in the order of their devices.
    fn of(devices: &[Device], addresses: &[Address], order: Order) -> Self {
        let bases: Vec<_> = devices
            .iter()
            .map(|device| (base(device), DevEntry::of(device.name, &device.statistics)))
            .collect();
        let mut rows = Vec::with_capacity(devices.len() + addresses.len());
        let mut places = HashMap::with_capacity(devices.len());
        for (place, device) in devices.iter().enumerate() {
            places.insert(device.name, place);
            let start = addresses.partition_point(|address| address.index < device.index);
            let own_addresses = addresses.get(start..).unwrap_or_default().iter();
            let (mut own, mut further) = (None, Vec::new());
            for address in own_addresses.take_while(|address| address.index == device.index) {
                let label = address.label.unwrap_or(device.name);
                if label == device.name {
                    match own {
                        None => own = inet(address),
                        Some(_) => further.extend(inet(address)),
                    }
                } else if label.base() == device.name {
                    rows.push(Row {
                        key: Key::of(label),
                        base: Some(place),
                        inet: inet(address),
                        further: Vec::new(),
                    });
                } else {
                    // A label that the kernel would look for on another device.
                    rows.push(Row {
                        key: Key::of(label),
                        base: None,
                        inet: None,
                        further: Vec::new(),
                    });
                }
            }
            rows.push(Row { key: Key::of(device.name), base: Some(place), inet: own, further });
        }
        for row in &mut rows {
            if row.base.is_none() {
                row.base = places.get(&row.key.name().base()).copied();
            }
        }
        // Stable: of several addresses with one label the first is the one that an ioctl would find.
        rows.sort_by_key(|row| row.key);
        rows.dedup_by(|later, first| {
            let same = later.key == first.key;
            if same && first.inet.is_none() {
                first.inet = later.inet.take();
            }
            if same {
                first.further.extend(later.inet);
                first.further.append(&mut later.further);
            }
            same
        });
        if order == Order::Kernel {
            rows.sort_by_key(|row| row.base);
        }
        Self { bases, rows }
    }

    /// Returns how many names there are.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Returns the names in order, with what is known of them; nothing is of a label without a device.
    pub(super) fn entries(&self) -> impl Iterator<Item = (DeviceName, Option<Found<'_>>)> {
        self.rows.iter().map(|row| {
            let found = row.base.and_then(|place| self.bases.get(place));
            let found = found.map(|(base, counters)| {
                let own = counters.name == row.key.name();
                Found {
                    base,
                    inet: row.inet,
                    further: &row.further,
                    counters: own.then_some(counters),
                }
            });
            (row.key.name(), found)
        })
    }
}

/// Returns the names of all devices and labels, each label once per address.
pub(super) fn names(kernel: &dyn Kernel) -> Result<Vec<DeviceName>> {
    let mut rtnetlink = Rtnetlink::open(kernel)?;
    let devices = rtnetlink.devices()?.entries;
    let addresses = rtnetlink.addresses(AddressFilter::IPV4)?.entries;
    let labels = addresses.iter().filter_map(|address| address.label);
    Ok(devices.iter().map(|device| device.name).chain(labels).collect())
}

fn base(device: &Device) -> Base {
    Base {
        flags: device.flags,
        mtu: i64::from(device.mtu),
        hardware: device.hardware,
        map: device.map,
        tx_queue_length: Some(i64::from(device.tx_queue_length)),
    }
}

/// Returns an IPv4 address as a listing has it.
pub(super) fn inet(address: &Address) -> Option<Inet> {
    match (address.local, address.peer_or_local()) {
        (IpAddr::V4(local), IpAddr::V4(destination)) => Some(Inet {
            address: local,
            destination,
            broadcast: address.broadcast.unwrap_or(Ipv4Addr::UNSPECIFIED),
            netmask: address.netmask().unwrap_or(Ipv4Addr::UNSPECIFIED),
        }),
        _ => None,
    }
}
