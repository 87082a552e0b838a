//! The number behind an address's slash.

use crate::number::strtoul;
use std::net::Ipv4Addr;

/// What stands behind the slash of an IPv4 address: a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Prefix(u64);

impl Prefix {
    /// Reads the number, in any of C's bases; nothing is 0. What is no number, or goes on behind it, is
    /// no prefix.
    pub(crate) fn read(digits: &[u8]) -> Option<Self> {
        let (length, rest) = strtoul(digits, 0);
        rest.is_empty().then_some(Self(length))
    }

    /// Returns the mask of this many ones. Unlike with net-tools, 32 is 255.255.255.255, and more than
    /// that is none.
    pub(crate) fn mask(self) -> Option<Ipv4Addr> {
        let length = u32::try_from(self.0).ok().filter(|length| *length <= 32)?;
        Some(Ipv4Addr::from_bits(u32::MAX.checked_shl(32 - length).unwrap_or(0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_length_is_a_number_of_c_and_at_most_32() {
        let mask = |digits: &str| {
            let mask = Prefix::read(digits.as_bytes()).map(Prefix::mask);
            mask.map(|mask| mask.map(|mask| mask.to_string()))
        };
        for (digits, expected) in [
            ("", "0.0.0.0"),
            ("0", "0.0.0.0"),
            ("8", "255.0.0.0"),
            ("0x18", "255.255.255.0"),
            ("030", "255.255.255.0"),
            ("+8", "255.0.0.0"),
            ("32", "255.255.255.255"),
        ] {
            assert_eq!(mask(digits), Some(Some(expected.to_owned())), "{digits}");
        }
        for digits in ["33", "64", "-1", "4294967304"] {
            assert_eq!(mask(digits), Some(None), "{digits}");
        }
        for digits in ["a", "24/8", "255.255.255.0"] {
            assert_eq!(mask(digits), None, "{digits}");
        }
    }
}
