//! A hash table of nothing but ids: what an id stands for is looked up where it is kept.
//!
//! It costs seven to fifteen bytes per id, where a map of keys and values would cost twenty and more. Ids
//! lie in buckets of a cache line, and things with neighbouring numbers in the same one: who adds a
//! million addresses seldom takes them at random, and then most are where the last one was.

/// How many ids a bucket has room for.
const ROOM: usize = 12;

/// The tag of a place without an id.
const EMPTY: u8 = 0;

/// A line of the processor's cache.
#[derive(Clone)]
#[repr(align(64))]
struct Bucket {
    ids: [u32; ROOM],
    /// A part of each id's hash, so that what is not meant is seldom looked up.
    tags: [u8; ROOM],
    /// How many ids would be here, had there been room: a search goes on behind.
    passed: u32,
}

const EMPTY_BUCKET: Bucket = Bucket { ids: [0; ROOM], tags: [EMPTY; ROOM], passed: 0 };

/// Ids by a hash of what they stand for.
#[derive(Default)]
pub(super) struct IdTable {
    /// As many as a power of two, or none.
    buckets: Vec<Bucket>,
    live: usize,
}

/// How many buckets lie in a page of memory, as a power of two.
const PAGE: u32 = 6;

/// The last bucket of a page.
const LAST: u64 = (1 << PAGE) - 1;

/// Returns a hash of a number and of what goes with it: from the top, where its page is, then its bucket
/// there, then its last two bits. Numbers that differ only in those have the same bucket, the next four the
/// next one, and 256 of them a page. Multiplying spreads neighbouring pages evenly, where a random hash would
/// crowd some and leave others empty.
pub(super) fn hash(number: u32, other: u32) -> u64 {
    const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
    let (page, near) = (u64::from(number >> (2 + PAGE)), u64::from(number & 3));
    let page = page.wrapping_mul(GOLDEN).wrapping_add(mix(u64::from(other)));
    // Each page begins elsewhere, or numbers far apart would share some buckets.
    let first = page.wrapping_mul(GOLDEN) >> (64 - PAGE);
    let bucket = u64::from(number >> 2).wrapping_add(first) & LAST;
    page << (2 + PAGE) | bucket << 2 | near
}

/// Returns a hash of bytes. Those that differ in the last two bits of the last one have the same bucket.
pub(super) fn hash_bytes(bytes: [u8; 16], length: usize) -> u64 {
    let mut bytes = bytes;
    let last = length.checked_sub(1).and_then(|last| bytes.get_mut(last));
    let near = last.map_or(0, |last| {
        let near = *last & 3;
        *last ^= near;
        near
    });
    let number = u128::from_ne_bytes(bytes);
    mix(mix(number as u64) ^ (number >> 64) as u64) << 2 | u64::from(near)
}

/// Returns a well-mixed hash of a word.
fn mix(word: u64) -> u64 {
    let mut x = word ^ 0x9e37_79b9_7f4a_7c15;
    x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ x >> 31
}

fn tag(hash: u64) -> u8 {
    ((hash >> (2 + PAGE) << 2 | hash & 3) as u8).max(EMPTY + 1)
}

/// A place of an id.
#[derive(Clone, Copy)]
struct Place {
    bucket: usize,
    slot: usize,
}

impl IdTable {
    /// Returns the id with this hash that is meant.
    pub(super) fn find(&self, hash: u64, is_meant: impl Fn(u32) -> bool) -> Option<u32> {
        let Place { bucket, slot } = self.place(hash, is_meant)?;
        self.buckets.get(bucket)?.ids.get(slot).copied()
    }

    /// Adds an id that is not in the table.
    pub(super) fn insert(&mut self, hash: u64, id: u32, hash_of: impl Fn(u32) -> u64) {
        if (self.live + 1) * 4 > self.buckets.len() * ROOM * 3 {
            self.grow(hash_of);
        }
        self.put(hash, id);
        self.live += 1;
    }

    /// Takes out an id.
    pub(super) fn remove(&mut self, hash: u64, id: u32) {
        let Some(found) = self.place(hash, |other| other == id) else { return };
        for bucket in self.way(hash) {
            let Some(passed) = self.buckets.get_mut(bucket) else { return };
            if bucket == found.bucket {
                if let Some(tag) = passed.tags.get_mut(found.slot) {
                    *tag = EMPTY;
                }
                self.live -= 1;
                return;
            }
            passed.passed -= 1;
        }
    }

    /// Puts an id in the place of another with the same hash.
    pub(super) fn replace(&mut self, hash: u64, old: u32, new: u32) {
        let place = self.place(hash, |other| other == old);
        let bucket = place.and_then(|place| self.buckets.get_mut(place.bucket));
        if let Some((bucket, place)) = bucket.zip(place)
            && let Some(id) = bucket.ids.get_mut(place.slot)
        {
            *id = new;
        }
    }

    /// Returns the buckets in the order in which an id is looked for.
    fn way(&self, hash: u64) -> impl Iterator<Item = usize> + use<> {
        let count = self.buckets.len();
        let mask = count.wrapping_sub(1);
        let page = ((hash >> 32) * (count as u64 >> PAGE)) >> 32;
        let first = (page << PAGE | hash >> 2 & LAST) as usize;
        (0..count).map(move |step| first.wrapping_add(step) & mask)
    }

    fn place(&self, hash: u64, is_meant: impl Fn(u32) -> bool) -> Option<Place> {
        let wanted = tag(hash);
        for place in self.way(hash) {
            let bucket = self.buckets.get(place)?;
            for (slot, (tag, id)) in bucket.tags.iter().zip(&bucket.ids).enumerate() {
                if *tag == wanted && is_meant(*id) {
                    return Some(Place { bucket: place, slot });
                }
            }
            if bucket.passed == 0 {
                return None;
            }
        }
        None
    }

    fn put(&mut self, hash: u64, id: u32) {
        for place in self.way(hash) {
            let Some(bucket) = self.buckets.get_mut(place) else { return };
            let free = bucket.tags.iter().position(|tag| *tag == EMPTY);
            if let Some(slot) = free
                && let (Some(to), Some(of)) = (bucket.ids.get_mut(slot), bucket.tags.get_mut(slot))
            {
                (*to, *of) = (id, tag(hash));
                return;
            }
            bucket.passed += 1;
        }
    }

    fn grow(&mut self, hash_of: impl Fn(u32) -> u64) {
        let count = (self.buckets.len() * 2).max(1);
        let old = std::mem::replace(&mut self.buckets, vec![EMPTY_BUCKET; count]);
        for bucket in old {
            let ids = bucket.ids.into_iter().zip(bucket.tags);
            for (id, _) in ids.filter(|(_, tag)| *tag != EMPTY) {
                self.put(hash_of(id), id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_until_they_are_removed_however_often_places_are_used_again() {
        let mut table = IdTable::default();
        let hash = |id: u32| hash(id % 1000, 0);
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
        assert!(table.buckets.len() <= 1024);
        assert!(table.buckets.iter().all(|bucket| bucket.passed == 0));
    }

    #[test]
    fn numbers_find_room_where_they_belong_whatever_lies_between_them() {
        for step in [1, 2, 3, 4, 16, 100, 255, 256, 257, 1000, 1024, 4096, 65536, 65537, 1 << 18] {
            let number = |id: u32| 0x0a00_0001_u32.wrapping_add(id.wrapping_mul(step));
            let mut table = IdTable::default();
            for id in 0..16000 {
                table.insert(hash(number(id), 24), id, |id| hash(number(id), 24));
            }
            let passed: u32 = table.buckets.iter().map(|bucket| bucket.passed).sum();
            assert!(passed < 32000, "16000 numbers, {step} apart, pass by {passed} full buckets");
        }
    }

    #[test]
    fn names_are_told_apart_by_every_byte() {
        let names: Vec<[u8; 16]> = (0..16)
            .flat_map(|at| {
                (1..=255).map(move |byte| {
                    let mut name = [b'x'; 16];
                    name[at] = byte;
                    name
                })
            })
            .collect();
        let mut hashes: Vec<u64> = names.iter().map(|name| hash_bytes(*name, 16)).collect();
        hashes.sort_unstable();
        hashes.dedup();
        // All x stands sixteen times.
        assert_eq!(hashes.len(), 255 * 16 - 15);
    }
}
