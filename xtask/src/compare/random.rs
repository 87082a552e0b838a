//! Numbers that a seed decides: the same on every machine, so that a finding can be had again.

/// A sequence of numbers, by the method called SplitMix64.
pub(crate) struct Random(u64);

impl Random {
    /// Returns the sequence of one line of one search.
    pub(crate) fn new(seed: u64, line: u64) -> Self {
        let mut random = Self(seed);
        let start = random.next() ^ line.wrapping_mul(0xd134_2543_de82_ef95);
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

    /// Returns one of the words.
    pub(crate) fn pick(&mut self, words: &[&str]) -> String {
        (*words.get(self.below(words.len())).unwrap_or(&"")).to_owned()
    }

    /// Returns one of the owned words, or of the others where there are none or by chance.
    pub(crate) fn pick_or(&mut self, words: &[String], percent: usize, others: &[&str]) -> String {
        match words.get(self.below(words.len())) {
            Some(word) if self.chance(percent) => word.clone(),
            _ => self.pick(others),
        }
    }

    fn next(&mut self) -> u64 {
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
            let mut random = Random::new(seed, line);
            [(); 8].map(|()| random.below(1000))
        };
        assert_eq!(numbers(7, 3), numbers(7, 3));
        assert_ne!(numbers(7, 3), numbers(7, 4));
        assert_ne!(numbers(7, 3), numbers(8, 3));
    }

    #[test]
    fn nothing_is_picked_from_nothing() {
        let mut random = Random::new(1, 1);
        assert_eq!(random.pick(&[]), "");
        assert_eq!(random.pick_or(&[], 100, &["x"]), "x");
    }
}
