//! Numbers that a seed decides: the same on every machine, so that a finding can be had again.

/// A sequence of numbers, by the method called SplitMix64.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    /// Returns the numbers of one line or sequence of one search. The seed is mixed first: two that follow
    /// one another would draw the same numbers otherwise, one place apart.
    pub(crate) fn of(seed: u64, place: u64) -> Self {
        let mut random = Self(seed);
        let start = random.next() ^ place.wrapping_mul(0xd134_2543_de82_ef95);
        Self(start)
    }

    /// Returns a number below `end`, or 0 where there is none.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap_or(1)).unwrap_or(0)
    }

    /// Returns true in so many of a hundred cases.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// Returns true once in so many times.
    pub(crate) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// Returns one of these, or the default where there is none.
    pub(crate) fn pick<T: Clone + Default>(&mut self, from: &[T]) -> T {
        from.get(self.below(from.len())).cloned().unwrap_or_default()
    }

    /// Returns one of the words.
    pub(crate) fn word_of(&mut self, words: &[&str]) -> String {
        self.pick(words).to_owned()
    }

    /// Returns one byte.
    pub(crate) fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    /// Returns four bytes.
    pub(crate) fn word(&mut self) -> u32 {
        (self.next() >> 32) as u32
    }

    /// Returns one of the owned words, or of the others where there are none or by chance.
    pub(crate) fn pick_or(&mut self, words: &[String], percent: usize, others: &[&str]) -> String {
        match words.get(self.below(words.len())) {
            Some(word) if self.chance(percent) => word.clone(),
            _ => self.word_of(others),
        }
    }

    /// Returns the next number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_and_a_line_decide_the_numbers() {
        let numbers = |seed, line| {
            let mut random = Random::of(seed, line);
            [(); 8].map(|()| random.below(1000))
        };
        assert_eq!(numbers(7, 3), numbers(7, 3));
        assert_ne!(numbers(7, 3), numbers(7, 4));
        assert_ne!(numbers(7, 3), numbers(8, 3));
    }

    /// A finding is told as a seed and a number: what they draw never changes.
    #[test]
    fn what_a_seed_draws_is_what_it_drew_before() {
        let four = |mut random: Random| [(); 4].map(|()| random.below(1000));
        assert_eq!(four(Random::of(7, 3)), [306, 206, 756, 771]);
    }

    #[test]
    fn seeds_that_follow_one_another_have_no_number_in_common() {
        let drawn = |seed| {
            let mut random = Random::of(seed, 3);
            [(); 64].map(|()| random.next())
        };
        let first = drawn(7);
        assert!(drawn(8).iter().all(|number| !first.contains(number)));
    }

    #[test]
    fn nothing_is_picked_from_nothing() {
        let mut random = Random::of(1, 1);
        assert_eq!(random.word_of(&[]), "");
        assert_eq!(random.pick_or(&[], 100, &["x"]), "x");
    }
}
