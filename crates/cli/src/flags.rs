//! Flags by their names, the same in every subcommand.

use bitflags::Flags;
use serde::{Serialize, Serializer};
use std::fmt::{self, Display};

/// Flags, by the names that the manual pages have for them without their prefix (`UP`).
///
/// Displays as the names joined by commas, with the bits that have no name in hexadecimal, and as `0`
/// without any. Serialises as a list of the same.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Names<F>(pub(crate) F);

impl<F: Flags<Bits: Into<u32>>> Names<F> {
    /// Returns the names.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> + use<F> {
        self.0.iter_names().map(|(name, _)| name)
    }

    /// Returns the bits that have no name.
    pub(crate) fn others(&self) -> u32 {
        self.0.iter_names().fold(self.0.bits().into(), |bits, (_, flag)| bits & !flag.bits().into())
    }
}

impl<F: Flags<Bits: Into<u32>>> Display for Names<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut comma = "";
        for name in self.names() {
            write!(f, "{comma}{name}")?;
            comma = ",";
        }
        match self.others() {
            0 if comma.is_empty() => f.write_str("0"),
            0 => Ok(()),
            others => write!(f, "{comma}{others:#x}"),
        }
    }
}

impl<F: Flags<Bits: Into<u32>>> Serialize for Names<F> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let others = Some(self.others()).filter(|bits| *bits != 0);
        let named = self.names().map(Name::Known);
        to.collect_seq(named.chain(others.map(Name::Other)))
    }
}

enum Name {
    Known(&'static str),
    Other(u32),
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known(name) => to.serialize_str(name),
            Self::Other(bits) => to.collect_str(&format_args!("{bits:#x}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ifctl_netdevice::DeviceFlags;

    #[test]
    fn bits_without_a_name_are_kept_in_hexadecimal() {
        for (bits, text, json) in [
            (0, "0", "[]"),
            (0x41, "UP,RUNNING", r#"["UP","RUNNING"]"#),
            (0x8000_0001, "UP,0x80000000", r#"["UP","0x80000000"]"#),
            (0x8000_0000, "0x80000000", r#"["0x80000000"]"#),
        ] {
            let names = Names(DeviceFlags::from_bits_retain(bits));
            assert_eq!(names.to_string(), text);
            assert_eq!(serde_json::to_string(&names).unwrap(), json);
        }
    }
}
