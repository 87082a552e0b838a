//! A device's IPv4 addresses: Linux' list, in its order, with indexes beside it.
//!
//! Primaries come first, by descending number of their scope and then by arrival; secondaries follow,
//! by arrival. Linux walks its list for every question; here each has an index, since a device may have
//! a million addresses.

use super::id_table::{IdTable, hash, hash_bytes};
use ifctl_abi::DeviceName;
use ifctl_abi::rtnetlink::{AddressFlags, RouteScope};
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

/// The label that addresses have unless they are given another: the device's name.
const DEVICE: u32 = 0;

#[derive(Clone, Copy)]
struct Link {
    previous: u32,
    next: u32,
}

const UNLINKED: Link = Link { previous: NONE, next: NONE };

/// The chains that an entry is in.
#[derive(Clone, Copy)]
enum Way {
    /// The list.
    All = 0,
    /// Those of one label, in the list's order.
    Label = 1,
    /// Those of one mask and network, in the list's order; a ring.
    Group = 2,
    /// Those of one local address; a ring, in no order.
    Local = 3,
}

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

/// An ordered chain: its ends, and the last primary of each scope.
struct Chain {
    head: u32,
    tail: u32,
    /// The last primary of one scope, without a vector for most chains.
    scope: u8,
    last: u32,
    #[allow(
        clippy::box_collection,
        reason = "one word instead of three, in each of a million labels"
    )]
    others: Option<Box<BTreeMap<u8, u32>>>,
}

impl Default for Chain {
    fn default() -> Self {
        Self { head: NONE, tail: NONE, scope: 0, last: NONE, others: None }
    }
}

impl Chain {
    /// Returns the last primary of a scope of at least this number.
    fn last_primary(&self, scope: u8) -> Option<u32> {
        let one = Some((self.scope, self.last)).filter(|(of, last)| *last != NONE && *of >= scope);
        let other = self.others.iter().flat_map(|map| map.range(scope..).next());
        let other = other.map(|(of, last)| (*of, *last)).next();
        one.into_iter().chain(other).min().map(|(_, last)| last)
    }

    fn set_last_primary(&mut self, scope: u8, last: Option<u32>) {
        if self.last != NONE && self.scope == scope {
            self.last = last.unwrap_or(NONE);
            return;
        }
        let is_other = self.others.as_ref().is_some_and(|map| map.contains_key(&scope));
        match last {
            Some(last) if self.last == NONE && !is_other => {
                (self.scope, self.last) = (scope, last);
            }
            Some(last) => {
                self.others.get_or_insert_default().insert(scope, last);
            }
            None => {
                if let Some(others) = &mut self.others {
                    others.remove(&scope);
                }
            }
        }
    }
}

struct Label {
    name: DeviceName,
    chain: Chain,
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

    fn link(&self, id: u32, way: Way) -> Link {
        let links = self.entry(id).map(|entry| &entry.links);
        links.and_then(|links| links.get(way as usize)).copied().unwrap_or(UNLINKED)
    }

    fn link_mut(&mut self, id: u32, way: Way) -> Option<&mut Link> {
        self.entry_mut(id)?.links.get_mut(way as usize)
    }

    fn set_next(&mut self, id: u32, way: Way, next: u32) {
        if let Some(link) = self.link_mut(id, way) {
            link.next = next;
        }
    }

    fn set_previous(&mut self, id: u32, way: Way, previous: u32) {
        if let Some(link) = self.link_mut(id, way) {
            link.previous = previous;
        }
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

    fn chain_mut(&mut self, id: u32, way: Way) -> Option<&mut Chain> {
        match way {
            Way::All => Some(&mut self.all),
            _ => {
                let label = self.entry(id)?.label;
                self.labels.get_mut(label as usize).map(|label| &mut label.chain)
            }
        }
    }

    /// Places an entry in an ordered chain.
    fn link_chain(&mut self, id: u32, way: Way) {
        let Some(entry) = self.entry(id) else { return };
        let (secondary, scope) = (entry.is_secondary(), entry.scope.0);
        let Some(chain) = self.chain_mut(id, way) else { return };
        let before = if secondary {
            some(chain.tail)
        } else {
            let before = chain.last_primary(scope);
            chain.set_last_primary(scope, Some(id));
            before
        };
        let head = chain.head;
        let next = match before {
            Some(before) => self.link(before, way).next,
            None => head,
        };
        if let Some(link) = self.link_mut(id, way) {
            *link = Link { previous: before.unwrap_or(NONE), next };
        }
        self.join(before.unwrap_or(NONE), id, way);
        self.join_back(id, next, way);
    }

    /// Makes `next` follow `id`, or be the chain's first.
    fn join(&mut self, id: u32, next: u32, way: Way) {
        if id != NONE {
            self.set_next(id, way, next);
        } else if let Some(chain) = self.chain_mut(next, way) {
            chain.head = next;
        }
    }

    /// Makes `id` precede `next`, or be the chain's last.
    fn join_back(&mut self, id: u32, next: u32, way: Way) {
        if next != NONE {
            self.set_previous(next, way, id);
        } else if let Some(chain) = self.chain_mut(id, way) {
            chain.tail = id;
        }
    }

    fn unlink_chain(&mut self, id: u32, way: Way) {
        let Link { previous, next } = self.link(id, way);
        let Some(entry) = self.entry(id) else { return };
        let (primary, scope) = (!entry.is_secondary(), entry.scope);
        let before = self.entry(previous).filter(|entry| entry.scope == scope);
        let before = before.filter(|entry| !entry.is_secondary()).map(|_| previous);
        let Some(chain) = self.chain_mut(id, way) else { return };
        if primary && chain.last_primary(scope.0) == Some(id) {
            chain.set_last_primary(scope.0, before);
        }
        if previous == NONE {
            chain.head = next;
        }
        if next == NONE {
            chain.tail = previous;
        }
        if previous != NONE {
            self.set_next(previous, way, next);
        }
        if next != NONE {
            self.set_previous(next, way, previous);
        }
    }

    fn make_ring(&mut self, id: u32, way: Way) {
        if let Some(link) = self.link_mut(id, way) {
            *link = Link { previous: id, next: id };
        }
    }

    /// Adds an entry at the end of a ring.
    fn link_ring(&mut self, head: u32, id: u32, way: Way) {
        let last = self.link(head, way).previous;
        if let Some(link) = self.link_mut(id, way) {
            *link = Link { previous: last, next: head };
        }
        self.set_next(last, way, id);
        self.set_previous(head, way, id);
    }

    /// Takes an entry out of its ring, and returns the next one, if any is left.
    fn unring(&mut self, id: u32, way: Way) -> Option<u32> {
        let Link { previous, next } = self.link(id, way);
        self.set_next(previous, way, next);
        self.set_previous(next, way, previous);
        Some(next).filter(|next| *next != id)
    }

    fn ring(&self, head: Option<u32>, way: Way) -> impl Iterator<Item = AddressId> + '_ {
        std::iter::successors(head, move |id| {
            some(self.link(*id, way).next).filter(|next| Some(*next) != head)
        })
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

    fn label_name(&self, label: u32) -> DeviceName {
        self.labels.get(label as usize).map(|label| label.name).unwrap_or_default()
    }

    fn label_id(&self, name: DeviceName) -> Option<u32> {
        if name == self.label_name(DEVICE) {
            return Some(DEVICE);
        }
        self.by_name.find(hash_name(name), |label| self.label_name(label) == name)
    }

    /// Returns the number of a label, which it has as long as an address has the label.
    fn intern(&mut self, name: DeviceName) -> u32 {
        if let Some(label) = self.label_id(name) {
            return label;
        }
        let new = Label { name, chain: Chain::default() };
        let label = match self.free_labels.pop() {
            Some(label) => {
                if let Some(place) = self.labels.get_mut(label as usize) {
                    *place = new;
                }
                label
            }
            None => {
                self.labels.push(new);
                (self.labels.len() - 1) as u32
            }
        };
        let labels = &self.labels;
        self.by_name.insert(hash_name(name), label, |label| {
            labels.get(label as usize).map_or(0, |label| hash_name(label.name))
        });
        label
    }

    /// Forgets an entry's label if the entry was the last one that had it.
    fn release_label(&mut self, id: u32) {
        let Some(number) = self.entry(id).map(|entry| entry.label) else { return };
        let Some(label) = self.labels.get(number as usize) else { return };
        if number != DEVICE && label.chain.head == NONE {
            self.by_name.remove(hash_name(label.name), number);
            self.free_labels.push(number);
        }
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

fn some(id: u32) -> Option<u32> {
    Some(id).filter(|id| *id != NONE)
}

fn hash_group((network, prefix_length): (u32, u8)) -> u64 {
    // Neighbouring networks differ in the last bits of their prefix.
    let number = network.checked_shr(32 - u32::from(prefix_length.min(32))).unwrap_or(0);
    hash(number, u32::from(prefix_length))
}

fn hash_name(name: DeviceName) -> u64 {
    hash_bytes(name.to_array(), name.as_bytes().len())
}
