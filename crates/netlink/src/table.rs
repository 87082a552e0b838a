//! Attributes by number.

use core::fmt;
use core::net::IpAddr;

use ifctl_abi::netlink::{AttributeHeader, NLA_TYPE_MASK};
use ifctl_abi::rtnetlink::Family;
use zerocopy::FromBytes;

use crate::{Attribute, AttributeError, Attributes};

/// The attributes of one message or nest, by number, found in one walk.
///
/// Who wants no more than two or three attributes of very many messages walks
/// [`Attributes`] itself (see [`Message::body`](crate::Message::body)), which costs half.
///
/// It knows numbers below `N`; of those that come twice, the last. The others are walked with
/// [`attributes`](Self::attributes).
#[derive(Clone, Copy)]
pub struct AttributeTable<'a, const N: usize> {
    bytes: &'a [u8],
    offset: usize,
    places: [Place; N],
}

/// Where an attribute's payload is; one that begins at 0 is not there, as a header precedes it.
#[derive(Clone, Copy, Default)]
struct Place {
    start: u32,
    length: u16,
    raw_kind: u16,
}

impl<'a, const N: usize> AttributeTable<'a, N> {
    /// Returns the attributes of a walk, from where it is.
    #[must_use]
    #[inline]
    pub fn new(attributes: Attributes<'a>) -> Self {
        let (bytes, offset) = (attributes.rest(), attributes.offset());
        let mut table = Self { bytes, offset, places: [Place::default(); N] };
        for attribute in attributes {
            let start = attribute.offset - offset + size_of::<AttributeHeader>();
            let kind = usize::from(attribute.raw_kind & NLA_TYPE_MASK);
            if let Some(place) = table.places.get_mut(kind) {
                // Both fit in a message; beyond it an attribute counts as absent.
                *place = Place {
                    start: u32::try_from(start).unwrap_or(0),
                    length: u16::try_from(attribute.payload.len()).unwrap_or(0),
                    raw_kind: attribute.raw_kind,
                };
            }
        }
        table
    }

    /// Has the attribute of this number count as absent: a reader that does not know it passes over it.
    pub fn forget(&mut self, kind: u16) {
        if let Some(place) = self.places.get_mut(usize::from(kind)) {
            *place = Place::default();
        }
    }

    /// Returns the attribute of this number.
    #[must_use]
    #[inline]
    pub fn get(&self, kind: u16) -> Option<Attribute<'a>> {
        let place = self.places.get(usize::from(kind))?;
        let start = usize::try_from(place.start).ok()?;
        if start == 0 {
            return None;
        }
        let payload = self.bytes.get(start..start + usize::from(place.length))?;
        let offset = self.offset + start - size_of::<AttributeHeader>();
        Some(Attribute { raw_kind: place.raw_kind, offset, payload })
    }

    /// Returns all attributes in their order, those unknown included.
    #[must_use]
    pub fn attributes(&self) -> Attributes<'a> {
        Attributes::at(self.bytes, self.offset)
    }

    /// Returns the structure or number in the attribute of this number, `None` where it is absent.
    ///
    /// # Errors
    ///
    /// If the attribute is too short.
    #[inline]
    pub fn value<T: FromBytes>(&self, kind: u16) -> Result<Option<T>, AttributeError> {
        self.get(kind).map(|attribute| attribute.value()).transpose()
    }

    /// Returns the u32 in the attribute of this number, `None` where it is absent.
    ///
    /// # Errors
    ///
    /// If the attribute is too short.
    #[inline]
    pub fn u32(&self, kind: u16) -> Result<Option<u32>, AttributeError> {
        self.value(kind)
    }

    /// Returns the byte in the attribute of this number, `None` where it is absent.
    ///
    /// # Errors
    ///
    /// If the attribute is empty.
    #[inline]
    pub fn u8(&self, kind: u16) -> Result<Option<u8>, AttributeError> {
        self.value(kind)
    }

    /// Returns the IP address in the attribute of this number, `None` where it is absent.
    ///
    /// # Errors
    ///
    /// Those of [`Attribute::address`].
    #[inline]
    pub fn address(&self, kind: u16, family: Family) -> Result<Option<IpAddr>, AttributeError> {
        self.get(kind).map(|attribute| attribute.address(family)).transpose()
    }

    /// Returns the text in the attribute of this number, up to its first NUL.
    #[must_use]
    pub fn text(&self, kind: u16) -> Option<&'a [u8]> {
        self.get(kind).map(|attribute| attribute.text())
    }

    /// Returns the payload of the attribute of this number.
    #[must_use]
    pub fn bytes(&self, kind: u16) -> Option<&'a [u8]> {
        self.get(kind).map(|attribute| attribute.bytes())
    }
}

impl<const N: usize> fmt::Debug for AttributeTable<'_, N> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.attributes()).finish()
    }
}

/// Takes the value, or reports what is odd about it and goes on without.
pub(crate) fn or_report<T>(
    result: Result<Option<T>, AttributeError>,
    report: &mut dyn FnMut(AttributeError),
) -> Option<T> {
    match result {
        Ok(value) => value,
        Err(odd) => {
            report(odd);
            None
        }
    }
}

/// Returns what the closure reads, or the first oddity that it reports.
pub(crate) fn strictly<T>(
    read: impl FnOnce(&mut dyn FnMut(AttributeError)) -> T,
) -> Result<T, AttributeError> {
    let mut first = None;
    let value = read(&mut |odd| {
        first.get_or_insert(odd);
    });
    first.map_or(Ok(value), Err)
}
