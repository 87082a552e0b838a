//! A device's IPv4 addresses: Linux' list, in its order, with indexes beside it.
//!
//! Primaries come first, by descending number of their scope and then by arrival; secondaries follow,
//! by arrival. Linux walks its list for every question; here each has an index, since a device may have
//! a million addresses.

mod chain;
mod id_table;
mod label;

use chain::{Chain, Link, UNLINKED, Way, some};
use id_table::{IdTable, hash};
use ifctl_abi::DeviceName;
use ifctl_abi::rtnetlink::{AddressFlags, RouteScope};
use label::{DEVICE, Label};
use std::collections::BTreeMap;

/// A lifetime without end.
#[doc(alias = "INFINITY_LIFE_TIME")]
pub(crate) const FOREVER: u32 = u32::MAX;

/// An address; IP addresses are in host order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(alias = "in_ifaddr")]
pub(crate) struct Address {
    pub(crate) local: u32,
    /// The peer's, or the local one.
    pub(crate) address: u32,
    pub(crate) broadcast: u32,
    pub(crate) prefix_length: u8,
    pub(crate) scope: RouteScope,
    pub(crate) protocol: u8,
    pub(crate) flags: AddressFlags,
    pub(crate) label: DeviceName,
    /// The metric of its connected route.
    pub(crate) priority: u32,
    /// In seconds from `updated` on.
    pub(crate) valid: u32,
    pub(crate) preferred: u32,
    /// In hundredths of a second.
    pub(crate) created: u32,
    /// In hundredths of a second.
    pub(crate) updated: u64,
}

impl Address {
    /// Returns an address that lasts, and has nothing but itself.
    pub(crate) fn new(local: u32, prefix_length: u8, label: DeviceName) -> Self {
        Self {
            local,
            address: local,
            broadcast: 0,
            prefix_length,
            scope: RouteScope::UNIVERSE,
            protocol: 0,
            flags: AddressFlags::empty(),
            label,
            priority: 0,
            valid: FOREVER,
            preferred: FOREVER,
            created: 0,
            updated: 0,
        }
    }

    /// Returns the network that it is in, which is its peer's.
    pub(crate) fn network(&self) -> u32 {
        self.address & mask(self.prefix_length)
    }

    /// Returns whether it is a secondary.
    pub(crate) fn is_secondary(&self) -> bool {
        self.flags.contains(AddressFlags::SECONDARY)
    }
}

/// Returns the mask of a prefix length.
#[doc(alias = "inet_make_mask")]
pub(crate) fn mask(prefix_length: u8) -> u32 {
    u32::MAX.checked_shl(32 - u32::from(prefix_length.min(32))).unwrap_or(0)
}

/// An address in a list.
pub(crate) type AddressId = u32;

const NONE: u32 = u32::MAX;

struct Entry {
    local: u32,
    address: u32,
    broadcast: u32,
    flags: AddressFlags,
    created: u32,
    /// The lower half.
    updated: u32,
    label: u32,
    prefix_length: u8,
    scope: RouteScope,
    protocol: u8,
    /// There is something of it in `further`.
    has_further: bool,
    /// The place among those of the same scope.
    arrival: u64,
    links: [Link; 4],
}

/// What few addresses have.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Further {
    priority: u32,
    valid: u32,
    preferred: u32,
    /// The upper half.
    updated: u32,
}

const NOTHING_FURTHER: Further =
    Further { priority: 0, valid: FOREVER, preferred: FOREVER, updated: 0 };

impl Further {
    fn of(address: &Address) -> Self {
        let Address { priority, valid, preferred, .. } = *address;
        Self { priority, valid, preferred, updated: (address.updated >> 32) as u32 }
    }
}

/// A device's addresses.
pub(crate) struct AddressList {
    entries: Vec<Entry>,
    free: Vec<u32>,
    all: Chain,
    labels: Vec<Label>,
    free_labels: Vec<u32>,
    further: BTreeMap<u32, Further>,
    /// Labels by name, but for the device's.
    by_name: IdTable,
    /// The head of each group.
    groups: IdTable,
    /// The head of each ring of a local address.
    locals: IdTable,
    arrivals: u64,
    length: usize,
    /// Counts what changes places in the list.
    generation: u64,
}

impl AddressList {
    /// Returns an empty list of a device of this name.
    pub(crate) fn new(name: DeviceName) -> Self {
        Self {
            entries: Vec::new(),
            free: Vec::new(),
            all: Chain::default(),
            labels: vec![Label { name, chain: Chain::default() }],
            free_labels: Vec::new(),
            further: BTreeMap::new(),
            by_name: IdTable::default(),
            groups: IdTable::default(),
            locals: IdTable::default(),
            arrivals: 0,
            length: 0,
            generation: 0,
        }
    }

    /// Returns how many addresses there are.
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// Returns the count of changes to the order.
    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    /// Returns an address.
    pub(crate) fn get(&self, id: AddressId) -> Option<Address> {
        let entry = self.entry(id)?;
        let Further { priority, valid, preferred, updated } = match entry.has_further {
            true => self.further.get(&id).copied().unwrap_or(NOTHING_FURTHER),
            false => NOTHING_FURTHER,
        };
        Some(Address {
            local: entry.local,
            address: entry.address,
            broadcast: entry.broadcast,
            prefix_length: entry.prefix_length,
            scope: entry.scope,
            protocol: entry.protocol,
            flags: entry.flags,
            label: self.label_name(entry.label),
            priority,
            valid,
            preferred,
            created: entry.created,
            updated: u64::from(updated) << 32 | u64::from(entry.updated),
        })
    }

    /// Returns the first address of the list.
    pub(crate) fn first(&self) -> Option<AddressId> {
        some(self.all.head)
    }

    /// Returns the address after one.
    pub(crate) fn next(&self, id: AddressId) -> Option<AddressId> {
        some(self.link(id, Way::All).next)
    }

    /// Returns the addresses in the list's order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (AddressId, Address)> + '_ {
        std::iter::successors(self.first(), |id| self.next(*id))
            .filter_map(|id| Some((id, self.get(id)?)))
    }

    /// Returns the addresses of a label in the list's order.
    pub(crate) fn with_label(&self, name: DeviceName) -> impl Iterator<Item = AddressId> + '_ {
        let head = self.label_id(name).and_then(|label| self.labels.get(label as usize));
        std::iter::successors(head.and_then(|label| some(label.chain.head)), |id| {
            some(self.link(*id, Way::Label).next)
        })
    }

    /// Returns the addresses of this local address, in no order.
    pub(crate) fn with_local(&self, local: u32) -> impl Iterator<Item = AddressId> + '_ {
        self.ring(self.local_head(local), Way::Local)
    }

    /// Returns when the newest of these local addresses came, of all devices' the greatest number.
    pub(crate) fn arrival_of_local(&self, local: u32) -> Option<u64> {
        let entries = self.with_local(local).filter_map(|id| self.entries.get(id as usize));
        entries.map(|entry| entry.arrival).max()
    }

    /// Returns the addresses of a network, its primary first, in the list's order.
    pub(crate) fn in_group(
        &self,
        network: u32,
        prefix_length: u8,
    ) -> impl Iterator<Item = AddressId> + '_ {
        self.ring(self.group_head(network, prefix_length), Way::Group)
    }

    /// Returns the address of this local address in this network.
    #[doc(alias = "find_matching_ifa")]
    pub(crate) fn find(&self, local: u32, network: u32, prefix_length: u8) -> Option<AddressId> {
        self.with_local(local).find(|id| {
            self.entry(*id).is_some_and(|entry| entry.group() == (network, prefix_length))
        })
    }

    /// Returns whether an address comes before another in the list.
    pub(crate) fn is_before(&self, one: AddressId, other: AddressId) -> bool {
        let place = |id| self.entry(id).map(Entry::place);
        place(one) < place(other)
    }

    /// Adds an address where its flags and its scope place it.
    pub(crate) fn insert(&mut self, address: Address, arrival: u64) -> AddressId {
        self.arrivals = arrival.max(self.arrivals + 1);
        let label = self.intern(address.label);
        let entry = Entry {
            local: address.local,
            address: address.address,
            broadcast: address.broadcast,
            flags: address.flags,
            created: address.created,
            updated: address.updated as u32,
            label,
            prefix_length: address.prefix_length,
            scope: address.scope,
            protocol: address.protocol,
            has_further: false,
            arrival: self.arrivals,
            links: [UNLINKED; 4],
        };
        let (group, local) = (entry.group(), entry.local);
        let id = match self.free.pop() {
            Some(id) => {
                if let Some(place) = self.entries.get_mut(id as usize) {
                    *place = entry;
                }
                id
            }
            None => {
                self.entries.push(entry);
                (self.entries.len() - 1) as u32
            }
        };
        self.set_further(id, Further::of(&address));
        self.link_chain(id, Way::All);
        self.link_chain(id, Way::Label);
        match self.group_head(group.0, group.1) {
            Some(head) => self.link_ring(head, id, Way::Group),
            None => {
                self.make_ring(id, Way::Group);
                let entries = &self.entries;
                self.groups.insert(hash_group(group), id, |id| {
                    entries.get(id as usize).map_or(0, |entry| hash_group(entry.group()))
                });
            }
        }
        match self.local_head(local) {
            Some(head) => self.link_ring(head, id, Way::Local),
            None => {
                self.make_ring(id, Way::Local);
                let entries = &self.entries;
                self.locals.insert(hash(local, 0), id, |id| {
                    entries.get(id as usize).map_or(0, |entry| hash(entry.local, 0))
                });
            }
        }
        self.length += 1;
        self.generation += 1;
        id
    }

    /// Takes an address out.
    pub(crate) fn remove(&mut self, id: AddressId) -> Option<Address> {
        let address = self.get(id)?;
        let group = (address.network(), address.prefix_length);
        self.unlink_chain(id, Way::All);
        self.unlink_chain(id, Way::Label);
        let (is_head, next) =
            (self.group_head(group.0, group.1) == Some(id), self.unring(id, Way::Group));
        match next {
            Some(next) if is_head => self.groups.replace(hash_group(group), id, next),
            Some(_) => {}
            None => self.groups.remove(hash_group(group), id),
        }
        let (is_head, next) =
            (self.local_head(address.local) == Some(id), self.unring(id, Way::Local));
        match next {
            Some(next) if is_head => self.locals.replace(hash(address.local, 0), id, next),
            Some(_) => {}
            None => self.locals.remove(hash(address.local, 0), id),
        }
        self.set_further(id, NOTHING_FURTHER);
        self.release_label(id);
        self.free.push(id);
        self.length -= 1;
        self.generation += 1;
        if self.length == 0 {
            // What a million addresses needed is given back.
            (self.entries, self.free) = (Vec::new(), Vec::new());
            (self.groups, self.locals) = (IdTable::default(), IdTable::default());
            (self.by_name, self.free_labels) = (IdTable::default(), Vec::new());
            self.labels.truncate(1);
            self.labels.shrink_to_fit();
        }
        Some(address)
    }

    /// Makes a secondary, which is the first of its group, a primary.
    pub(crate) fn promote(&mut self, id: AddressId, arrival: u64) {
        self.unlink_chain(id, Way::All);
        self.unlink_chain(id, Way::Label);
        self.arrivals = arrival.max(self.arrivals + 1);
        let arrival = self.arrivals;
        if let Some(entry) = self.entry_mut(id) {
            entry.flags.remove(AddressFlags::SECONDARY);
            entry.arrival = arrival;
        }
        self.link_chain(id, Way::All);
        self.link_chain(id, Way::Label);
        self.generation += 1;
    }

    /// Gives an address another label.
    pub(crate) fn relabel(&mut self, id: AddressId, name: DeviceName) {
        self.unlink_chain(id, Way::Label);
        self.release_label(id);
        let label = self.intern(name);
        if let Some(entry) = self.entry_mut(id) {
            entry.label = label;
        }
        self.link_chain(id, Way::Label);
    }

    /// Gives the device another name: addresses without a label of their own go with it.
    pub(crate) fn rename(&mut self, name: DeviceName) {
        if let Some(label) = self.label_id(name).filter(|label| *label != DEVICE) {
            let chain = self.labels.get(label as usize).map_or(NONE, |label| label.chain.head);
            let ids: Vec<u32> =
                std::iter::successors(some(chain), |id| some(self.link(*id, Way::Label).next))
                    .collect();
            if let Some(label) = self.labels.first_mut() {
                label.name = name;
            }
            for id in ids {
                self.relabel(id, name);
            }
        } else if let Some(label) = self.labels.first_mut() {
            label.name = name;
        }
    }

    /// Changes what does not move an address: all but label, network, scope and being a secondary.
    pub(crate) fn update(&mut self, id: AddressId, address: &Address) {
        if let Some(entry) = self.entry_mut(id) {
            entry.flags = address.flags;
            entry.protocol = address.protocol;
            entry.created = address.created;
            entry.updated = address.updated as u32;
        }
        self.set_further(id, Further::of(address));
    }

    fn entry(&self, id: u32) -> Option<&Entry> {
        self.entries.get(id as usize)
    }

    fn entry_mut(&mut self, id: u32) -> Option<&mut Entry> {
        self.entries.get_mut(id as usize)
    }

    fn set_further(&mut self, id: u32, further: Further) {
        let has = further != NOTHING_FURTHER;
        let Some(entry) = self.entry_mut(id) else { return };
        let had = std::mem::replace(&mut entry.has_further, has);
        if has {
            self.further.insert(id, further);
        } else if had {
            self.further.remove(&id);
        }
    }

    fn group_head(&self, network: u32, prefix_length: u8) -> Option<u32> {
        let group = (network, prefix_length);
        let is_meant = |id| self.entry(id).is_some_and(|entry| entry.group() == group);
        self.groups.find(hash_group(group), is_meant)
    }

    fn local_head(&self, local: u32) -> Option<u32> {
        let is_meant = |id| self.entry(id).is_some_and(|entry| entry.local == local);
        self.locals.find(hash(local, 0), is_meant)
    }
}

impl Entry {
    fn is_secondary(&self) -> bool {
        self.flags.contains(AddressFlags::SECONDARY)
    }

    fn group(&self) -> (u32, u8) {
        (self.address & mask(self.prefix_length), self.prefix_length)
    }

    /// What sorts as the list does.
    fn place(&self) -> (bool, u8, u64) {
        let secondary = self.is_secondary();
        (secondary, if secondary { 0 } else { !self.scope.0 }, self.arrival)
    }
}

fn hash_group((network, prefix_length): (u32, u8)) -> u64 {
    // Neighbouring networks differ in the last bits of their prefix.
    let number = network.checked_shr(32 - u32::from(prefix_length.min(32))).unwrap_or(0);
    hash(number, u32::from(prefix_length))
}
