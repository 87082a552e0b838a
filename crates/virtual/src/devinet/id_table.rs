//! A hash table of nothing but ids: what an id stands for is looked up where it is kept.
//!
//! It costs six to thirteen bytes per id, where a map of keys and values would cost twenty and more.

/// The tag of a slot that was never used: a search ends there.
const EMPTY: u8 = 0;

/// The tag of a slot whose id was removed: a search goes on behind it.
const REMOVED: u8 = 1;

/// Ids by a hash of what they stand for.
#[derive(Default)]
pub(super) struct IdTable {
    /// As many as a power of two, or none.
    slots: Vec<u32>,
    /// A part of each id's hash, so that what is not meant is seldom looked up.
    tags: Vec<u8>,
    /// Slots that are not empty, removed ones among them.
    used: usize,
    live: usize,
}

/// Returns a well-mixed hash of two words.
pub(super) fn mix(a: u32, b: u32) -> u64 {
    let mut x = (u64::from(a) << 32 | u64::from(b)) ^ 0x9e37_79b9_7f4a_7c15;
    x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ x >> 31
}

fn tag(hash: u64) -> u8 {
    ((hash >> 56) as u8).max(REMOVED + 1)
}

impl IdTable {
    /// Returns the id with this hash that is meant.
    pub(super) fn find(&self, hash: u64, is_meant: impl Fn(u32) -> bool) -> Option<u32> {
        self.place(hash, is_meant).and_then(|place| self.slots.get(place).copied())
    }

    /// Adds an id that is not in the table.
    pub(super) fn insert(&mut self, hash: u64, id: u32, hash_of: impl Fn(u32) -> u64) {
        if (self.used + 1) * 8 > self.slots.len() * 7 {
            // Room enough that the next time is far off.
            self.rebuild((self.live + 1) * 4 / 3, hash_of);
        }
        self.put(hash, id);
        self.live += 1;
    }

    /// Takes out an id.
    pub(super) fn remove(&mut self, hash: u64, id: u32) {
        let place = self.place(hash, |other| other == id);
        if let Some(tag) = place.and_then(|place| self.tags.get_mut(place)) {
            *tag = REMOVED;
            self.live -= 1;
        }
    }

    /// Puts an id in the place of another with the same hash.
    pub(super) fn replace(&mut self, hash: u64, old: u32, new: u32) {
        let place = self.place(hash, |other| other == old);
        if let Some(slot) = place.and_then(|place| self.slots.get_mut(place)) {
            *slot = new;
        }
    }

    fn place(&self, hash: u64, is_meant: impl Fn(u32) -> bool) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        let (mut place, wanted) = (hash as usize & mask, tag(hash));
        loop {
            match *self.tags.get(place)? {
                EMPTY => return None,
                found if found == wanted && is_meant(*self.slots.get(place)?) => {
                    return Some(place);
                }
                _ => {}
            }
            place = (place + 1) & mask;
        }
    }

    fn put(&mut self, hash: u64, id: u32) {
        let Some(mask) = self.slots.len().checked_sub(1) else { return };
        let mut place = hash as usize & mask;
        while self.tags.get(place).is_some_and(|tag| *tag != EMPTY) {
            place = (place + 1) & mask;
        }
        if let (Some(to), Some(slot)) = (self.tags.get_mut(place), self.slots.get_mut(place)) {
            (*to, *slot) = (tag(hash), id);
            self.used += 1;
        }
    }

    fn rebuild(&mut self, least: usize, hash_of: impl Fn(u32) -> u64) {
        let count = (least + 1).next_power_of_two().max(8);
        let slots = std::mem::replace(&mut self.slots, vec![0; count]);
        let tags = std::mem::replace(&mut self.tags, vec![EMPTY; count]);
        self.used = 0;
        for (id, _) in slots.into_iter().zip(tags).filter(|(_, tag)| *tag > REMOVED) {
            self.put(hash_of(id), id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_until_they_are_removed_however_often_slots_are_used_again() {
        let mut table = IdTable::default();
        let hash = |id: u32| mix(id % 1000, 0);
        for round in 0..5 {
            for id in 0..5000 {
                table.insert(hash(id), id, hash);
            }
            for id in 0..5000 {
                assert_eq!(table.find(hash(id), |found| found == id), Some(id), "{round}");
            }
            for id in (0..5000).rev() {
                table.remove(hash(id), id);
                assert_eq!(table.find(hash(id), |found| found == id), None);
            }
        }
        assert!(table.slots.len() <= 16384);
    }
}
