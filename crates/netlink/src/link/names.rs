//! Alternative names: IFLA_PROP_LIST.

use core::fmt;

use ifctl_abi::netlink::NLA_F_NESTED;
use ifctl_abi::rtnetlink::{IFLA_ALT_IFNAME, IFLA_PROP_LIST};

use crate::{Attribute, AttributeWriter, Attributes};

/// The alternative names of a device: those of a message, or of a slice.
///
/// ```
/// use ifctl_netlink::Names;
///
/// let names = Names::new(&[b"uplink", b"enp0s31f6"]);
/// assert!(names.iter().eq([&b"uplink"[..], b"enp0s31f6"]));
/// ```
#[derive(Clone)]
pub struct Names<'a>(Source<'a>);

#[derive(Clone)]
enum Source<'a> {
    Slice(&'a [&'a [u8]]),
    Attributes(Attributes<'a>),
}

impl<'a> Names<'a> {
    /// Returns the names to be written, each at most 127 bytes.
    #[must_use]
    pub fn new(names: &'a [&'a [u8]]) -> Self {
        Self(Source::Slice(names))
    }

    pub(super) fn read(list: Attribute<'a>) -> Self {
        Self(Source::Attributes(list.nested()))
    }

    /// Returns whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// Returns the names in their order.
    pub fn iter(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let (slice, attributes) = match self.0.clone() {
            Source::Slice(names) => (names, Attributes::default()),
            Source::Attributes(attributes) => (&[][..], attributes),
        };
        let names = attributes.filter(|attribute| attribute.kind() == IFLA_ALT_IFNAME);
        slice.iter().copied().chain(names.map(|attribute| attribute.text()))
    }

    pub(super) fn write(&self, attributes: &mut AttributeWriter<'_>) {
        if self.is_empty() {
            return;
        }
        attributes.nested(IFLA_PROP_LIST | NLA_F_NESTED, |inner| {
            for name in self.iter() {
                inner.text(IFLA_ALT_IFNAME, name);
            }
        });
    }
}

impl Default for Names<'_> {
    fn default() -> Self {
        Self::new(&[])
    }
}

/// Two are equal that have the same names, wherever they are.
impl PartialEq for Names<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Names<'_> {}

impl fmt::Debug for Names<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = formatter.debug_list();
        for name in self.iter() {
            list.entry(&format_args!("\"{}\"", name.escape_ascii()));
        }
        list.finish()
    }
}
