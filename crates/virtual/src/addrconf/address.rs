//! An address, and the list of a device's.

use super::Owned;
use crate::in6::{mask, reach};
use ifctl_abi::rtnetlink::AddressFlags;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

/// The lifetime that does not end.
#[doc(alias = "INFINITY_LIFE_TIME")]
pub(super) const FOREVER: u32 = u32::MAX;

/// How far duplicate detection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(alias = "INET6_IFADDR_STATE_PREDAD")]
pub(super) enum State {
    /// It has not begun.
    Before,
    /// It goes on, or is over.
    Begun,
}

/// An address of a device.
#[derive(Debug, Clone)]
#[doc(alias = "inet6_ifaddr")]
pub(super) struct Address {
    pub(super) address: u128,
    /// 0 for none.
    pub(super) peer: u128,
    pub(super) created: Duration,
    pub(super) updated: Duration,
    pub(super) flags: AddressFlags,
    /// Seconds from `updated` on.
    pub(super) valid: u32,
    /// Seconds from `updated` on.
    pub(super) preferred: u32,
    /// The metric of its route, 0 for the usual one.
    pub(super) metric: u32,
    /// How many more times it is asked for.
    pub(super) probes: u32,
    pub(super) prefix_length: u8,
    pub(super) protocol: u8,
    pub(super) state: State,
    /// Rises with the addresses of all devices.
    pub(super) number: u64,
}

impl Address {
    /// Returns the key of the namespace's addresses.
    pub(super) fn owned(&self) -> Owned {
        (self.address, Reverse(self.number))
    }

    /// Returns when it stops to be valid, in time since the kernel started; never for one without
    /// an end.
    pub(super) fn end(&self) -> Option<Duration> {
        (self.valid != FOREVER).then(|| self.updated + Duration::from_secs(self.valid.into()))
    }

    /// Returns when it is deprecated.
    pub(super) fn deprecation(&self) -> Option<Duration> {
        let preferred = Duration::from_secs(self.preferred.into());
        (self.preferred != FOREVER).then(|| self.updated + preferred)
    }
}

/// Where an address stands: the farther it reaches the earlier, and of equal ones the newest first.
pub(super) type Place = (Reverse<i8>, Reverse<u64>);

/// The addresses of a device.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    list: BTreeMap<Place, Address>,
    places: HashMap<u128, Place>,
    /// By prefix length, to find those of one prefix together.
    lengths: BTreeSet<(u8, u128)>,
    last: u64,
    /// Counts what changes places in the list.
    generation: u64,
}

impl Addresses {
    /// Returns the count of changes to the order.
    pub(super) fn generation(&self) -> u64 {
        self.generation
    }

    /// Returns an address.
    pub(super) fn get(&self, address: u128) -> Option<&Address> {
        self.list.get(self.places.get(&address)?)
    }

    /// Returns an address, to change it.
    pub(super) fn get_mut(&mut self, address: u128) -> Option<&mut Address> {
        self.list.get_mut(self.places.get(&address)?)
    }

    /// Adds an address, which must not be there yet.
    #[doc(alias = "ipv6_link_dev_addr")]
    pub(super) fn insert(&mut self, address: Address) {
        self.last += 1;
        self.generation += 1;
        let place = (Reverse(reach(address.address)), Reverse(self.last));
        self.places.insert(address.address, place);
        self.lengths.insert((address.prefix_length, address.address));
        self.list.insert(place, address);
    }

    /// Takes an address out.
    pub(super) fn remove(&mut self, address: u128) -> Option<Address> {
        let place = self.places.remove(&address)?;
        self.generation += 1;
        let address = self.list.remove(&place)?;
        self.lengths.remove(&(address.prefix_length, address.address));
        Some(address)
    }

    /// Returns the addresses in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Address> {
        self.list.values()
    }

    /// Returns the addresses from one place of the list on.
    pub(super) fn from(&self, start: Place) -> impl Iterator<Item = (Place, &Address)> {
        self.list.range(start..).map(|(place, address)| (*place, address))
    }

    /// Returns the place that so many addresses stand before, if there is one.
    pub(super) fn place_after(&self, count: usize) -> Option<Place> {
        self.list.keys().nth(count).copied()
    }

    /// Returns the addresses of one prefix.
    pub(super) fn of_prefix(&self, address: u128, length: u8) -> impl Iterator<Item = &Address> {
        let first = address & mask(length);
        let last = address | !mask(length);
        self.lengths
            .range((length, first)..=(length, last))
            .filter_map(|(_, address)| self.get(*address))
    }
}
