//! The order of a listing: names as people sort them, `eth2` before `eth10`.

use ifctl_netdevice::DeviceName;
use std::cmp::Ordering;

/// What a name is sorted by; made once per name, since a comparison is done many times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    name: DeviceName,
    /// The length of the name without `:` and digits at its end.
    cut: u8,
    /// The length of that without digits at its end.
    stem: u8,
    /// Those digits as a number.
    number: u64,
    /// The digits behind the colon as a number, plus one; 0 for none.
    alias: u64,
}

impl Key {
    /// Returns the key of a name.
    pub(super) fn of(name: DeviceName) -> Self {
        let bytes = name.as_bytes();
        let digits = |bytes: &[u8]| bytes.iter().rev().take_while(|b| b.is_ascii_digit()).count();
        let alias_digits = digits(bytes);
        let head = bytes.len() - alias_digits;
        let (cut, alias) = match bytes.get(..head) {
            Some([before @ .., b':']) if alias_digits > 0 => {
                (before, bytes.get(head..).unwrap_or_default())
            }
            _ => (bytes, &b""[..]),
        };
        let stem = cut.len() - digits(cut);
        Self {
            name,
            // A name has at most fifteen bytes.
            cut: cut.len() as u8,
            stem: stem as u8,
            number: value(cut.get(stem..).unwrap_or_default()),
            alias: if alias.is_empty() { 0 } else { value(alias).saturating_add(1) },
        }
    }

    /// Returns the name.
    pub(super) fn name(&self) -> DeviceName {
        self.name
    }

    fn stem(&self) -> &[u8] {
        self.name.as_bytes().get(..usize::from(self.stem)).unwrap_or_default()
    }

    fn cut(&self) -> &[u8] {
        self.name.as_bytes().get(..usize::from(self.cut)).unwrap_or_default()
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        // The stems byte by byte as far as both go, then the shorter one first: the order of slices.
        self.stem()
            .cmp(other.stem())
            .then(self.number.cmp(&other.number))
            .then_with(|| self.cut().cmp(other.cut()))
            .then(self.alias.cmp(&other.alias))
            .then_with(|| self.name.as_bytes().cmp(other.name.as_bytes()))
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Returns the number that some digits are; there are at most fourteen.
fn value(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |value, digit| value * 10 + u64::from(digit - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_as_net_tools_sorts_them() {
        let order = "a01 a1 a10 a1b2 a1b12 abcdefghijklmno br-x e0 enp0s3 enp0s31f6 eth1 eth2 \
            eth2:01 eth2:1 eth2:9 eth2:10 eth10 eth10:0 eth0.5 eth2:b lo p0 wlan0";
        let expected: Vec<&str> = order.split_whitespace().collect();
        let mut keys: Vec<Key> =
            expected.iter().rev().map(|name| Key::of(name.parse().unwrap())).collect();
        keys.sort();
        let sorted: Vec<String> = keys.iter().map(|key| key.name().to_string()).collect();
        assert_eq!(sorted, expected);
    }

    #[test]
    fn a_colon_without_digits_is_a_part_of_the_name() {
        for name in ["e0:", "e0:x", ":1", "1", "", ":"] {
            let key = Key::of(name.parse().unwrap());
            assert_eq!(key.name().to_string(), name);
            assert_eq!(key.alias == 0, name != ":1", "{name}");
        }
    }
}
