//! Single values as JSON strings, written without a string of their own on the way.

use crate::flags::Names;
use ifctl_abi::Escaped;
use ifctl_netdevice::{AddressFlags, DeviceName, HardwareType};
use serde::{Serialize, Serializer};
use std::fmt::{self, Display};

/// What displays, as a JSON string; without a string of its own on the way.
#[derive(Clone, Copy)]
pub(super) struct Text<T>(pub(super) T);

impl<T: Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0)
    }
}

/// A device's name or a label. There may be a million labels, and nearly all need no escape.
#[derive(Clone, Copy)]
pub(super) struct Name(pub(super) DeviceName);

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match str::from_utf8(self.0.as_bytes()) {
            Ok(name) if is_plain(name.as_bytes()) => to.serialize_str(name),
            _ => to.collect_str(&self.0),
        }
    }
}

/// Bytes in hexadecimal.
pub(super) struct Hex<'a>(pub(super) &'a [u8]);

impl<'a> Hex<'a> {
    /// Returns the bytes if they are not what they are displayed as.
    pub(super) fn of(bytes: &'a [u8]) -> Option<Self> {
        Some(Self(bytes))
            .filter(|_| !is_plain(bytes) && Escaped(bytes).to_string().as_bytes() != bytes)
    }
}

impl Serialize for Hex<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The name of a type of link layer without its prefix, or the number.
pub(super) struct HardwareTypeName(pub(super) HardwareType);

impl Display for HardwareTypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.name() {
            Some(name) => f.write_str(name.trim_start_matches("ARPHRD_")),
            None => write!(f, "{}", self.0.0),
        }
    }
}

/// The flags of an address, of which one bit has another name for each family.
pub(super) struct FlagsOf {
    pub(super) flags: AddressFlags,
    pub(super) ipv6: bool,
}

impl Serialize for FlagsOf {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if !self.ipv6 || !self.flags.contains(AddressFlags::TEMPORARY) {
            return Names(self.flags).serialize(to);
        }
        let rest = self.flags.difference(AddressFlags::TEMPORARY);
        to.collect_seq(
            std::iter::once("TEMPORARY").chain(Names(rest).names()).map(str::to_owned).chain(
                Some(Names(rest).others()).filter(|bits| *bits != 0).map(|b| format!("{b:#x}")),
            ),
        )
    }
}

/// Returns whether bytes are certain to be displayed as they are.
fn is_plain(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, b' '..=b'~') && *byte != b'\\')
}
