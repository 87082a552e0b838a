//! A hash table of nothing but ids: what an id stands for is looked up where it is kept.
//!
//! It costs four to nine bytes per id, where a map of keys and values would cost twenty and more.

/// No id.
const EMPTY: u32 = u32::MAX;

/// An id that was removed: a search goes on behind it.
const REMOVED: u32 = u32::MAX - 1;

/// Ids by a hash of what they stand for.
#[derive(Default)]
pub(super) struct IdTable {
    /// As many as a power of two, or none.
    slots: Vec<u32>,
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

impl IdTable {
    /// Returns the id with this hash that is meant.
    pub(super) fn find(&self, hash: u64, is_meant: impl Fn(u32) -> bool) -> Option<u32> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut place = hash as usize & mask;
        loop {
            match self.slots.get(place).copied().unwrap_or(EMPTY) {
                EMPTY => return None,
                REMOVED => {}
                id if is_meant(id) => return Some(id),
                _ => {}
            }
            place = (place + 1) & mask;
        }
    }

    /// Adds an id that is not in the table.
    pub(super) fn insert(&mut self, hash: u64, id: u32, hash_of: impl Fn(u32) -> u64) {
        if (self.used + 1) * 8 > self.slots.len() * 7 {
            // Room enough that the next one is far off.
            self.rebuild((self.live + 1) * 4 / 3, hash_of);
        }
        self.put(hash, id);
        self.live += 1;
    }

    /// Takes out an id.
    pub(super) fn remove(&mut self, hash: u64, id: u32) {
        self.exchange(hash, id, REMOVED);
        self.live = self.live.saturating_sub(1);
    }

    /// Puts an id in the place of another with the same hash.
    pub(super) fn replace(&mut self, hash: u64, old: u32, new: u32) {
        self.exchange(hash, old, new);
    }

    fn exchange(&mut self, hash: u64, old: u32, new: u32) {
        let Some(mask) = self.slots.len().checked_sub(1) else { return };
        let mut place = hash as usize & mask;
        while let Some(slot) = self.slots.get_mut(place).filter(|slot| **slot != EMPTY) {
            if *slot == old {
                *slot = new;
                return;
            }
            place = (place + 1) & mask;
        }
    }

    fn put(&mut self, hash: u64, id: u32) {
        let Some(mask) = self.slots.len().checked_sub(1) else { return };
        let mut place = hash as usize & mask;
        while let Some(slot) = self.slots.get_mut(place) {
            if *slot == EMPTY {
                *slot = id;
                self.used += 1;
                return;
            }
            place = (place + 1) & mask;
        }
    }

    fn rebuild(&mut self, least: usize, hash_of: impl Fn(u32) -> u64) {
        let slots = vec![EMPTY; (least + 1).next_power_of_two().max(8)];
        self.used = 0;
        for id in std::mem::replace(&mut self.slots, slots) {
            if id < REMOVED {
                self.put(hash_of(id), id);
            }
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
