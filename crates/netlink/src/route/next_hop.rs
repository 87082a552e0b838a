//! The next hops of a multipath route: RTA_MULTIPATH.

use core::fmt;
use core::iter::FusedIterator;
use core::net::IpAddr;

use ifctl_abi::netlink::AttributeHeader;
use ifctl_abi::rtnetlink::{Family, NextHopFlags, NextHopHeader, RTA_FLOW, RTA_MULTIPATH};
use zerocopy::FromBytes;

use super::{gateway, write_gateway};
use crate::table::{or_report, strictly};
use crate::{Attribute, AttributeError, AttributeTable, AttributeWriter, Attributes, aligned};

/// One way of a multipath route.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NextHop {
    /// Index of the outgoing device.
    pub index: u32,
    /// Weight less one, as the wire has it (`rtnh_hops`).
    pub hops: u8,
    /// Flags.
    pub flags: NextHopFlags,
    /// Gateway.
    pub gateway: Option<IpAddr>,
    /// Realms.
    pub realms: Option<u32>,
}

impl NextHop {
    /// Returns the weight: 1 to 256.
    #[must_use]
    pub fn weight(&self) -> u16 {
        u16::from(self.hops) + 1
    }
}

/// The next hops of a route: those of a message, or of a slice.
///
/// ```
/// use ifctl_netlink::{NextHop, NextHops, Route};
///
/// let hops = [2, 3].map(|index| NextHop { index, ..NextHop::default() });
/// let route = Route {
///     next_hops: NextHops::new(&hops),
///     ..Route::new([0, 0, 0, 0].into(), 0)
/// };
/// assert_eq!(route.next_hops.iter().filter_map(Result::ok).count(), 2);
/// ```
#[derive(Clone, Copy)]
pub struct NextHops<'a>(Source<'a>);

#[derive(Clone, Copy)]
enum Source<'a> {
    Slice(&'a [NextHop]),
    Bytes { bytes: &'a [u8], offset: usize, family: Family },
}

impl<'a> NextHops<'a> {
    /// Returns the next hops to be written.
    #[must_use]
    pub fn new(hops: &'a [NextHop]) -> Self {
        Self(Source::Slice(hops))
    }

    pub(super) fn read(attribute: Attribute<'a>, family: Family) -> Self {
        let offset = attribute.offset() + size_of::<AttributeHeader>();
        Self(Source::Bytes { bytes: attribute.bytes(), offset, family })
    }

    /// Returns whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// Returns the next hops in their order. One of which an attribute is malformed is an error,
    /// and the walk goes on; one whose length is wrong is an error that ends the walk.
    #[must_use]
    pub fn iter(&self) -> NextHopIter<'a> {
        NextHopIter(self.0)
    }

    pub(super) fn write(&self, family: Family, attributes: &mut AttributeWriter<'_>) {
        // A list of which no entry can be written would be read as no list.
        if !self.iter().any(|hop| hop.is_ok()) {
            return;
        }
        attributes.nested(RTA_MULTIPATH, |inner| {
            for hop in self.iter().filter_map(Result::ok) {
                let head =
                    NextHopHeader { length: 0, flags: hop.flags, hops: hop.hops, index: hop.index };
                inner.next_hop(&head, |inner| {
                    if let Some(gateway) = hop.gateway {
                        write_gateway(gateway, family, inner);
                    }
                    if let Some(realms) = hop.realms {
                        inner.u32(RTA_FLOW, realms);
                    }
                });
            }
        });
    }
}

impl Default for NextHops<'_> {
    fn default() -> Self {
        Self::new(&[])
    }
}

/// Two are equal that have the same next hops, wherever they are.
impl PartialEq for NextHops<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for NextHops<'_> {}

impl fmt::Debug for NextHops<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.iter()).finish()
    }
}

impl<'a> IntoIterator for NextHops<'a> {
    type Item = Result<NextHop, AttributeError>;
    type IntoIter = NextHopIter<'a>;

    fn into_iter(self) -> NextHopIter<'a> {
        self.iter()
    }
}

/// Iterator over [`NextHops`].
#[derive(Clone)]
pub struct NextHopIter<'a>(Source<'a>);

impl Iterator for NextHopIter<'_> {
    type Item = Result<NextHop, AttributeError>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Source::Slice(hops) => {
                let (hop, rest) = hops.split_first()?;
                *hops = rest;
                Some(Ok(*hop))
            }
            Source::Bytes { bytes, offset, family } => {
                if bytes.is_empty() {
                    return None;
                }
                let hop = read_one(bytes, *offset, *family);
                let step = hop.as_ref().map_or(usize::MAX, |(_, length)| aligned(*length));
                let step = step.min(bytes.len());
                *bytes = bytes.get(step..).unwrap_or_default();
                *offset += step;
                Some(hop.and_then(|(hop, _)| hop))
            }
        }
    }
}

impl FusedIterator for NextHopIter<'_> {}

/// Returns the first next hop and its length, or that there is no whole one: the outer error ends
/// the walk, the inner does not.
fn read_one(
    bytes: &[u8],
    offset: usize,
    family: Family,
) -> Result<(Result<NextHop, AttributeError>, usize), AttributeError> {
    let needed =
        |needed| AttributeError { kind: RTA_MULTIPATH, offset, length: bytes.len(), needed };
    let size = size_of::<NextHopHeader>();
    let (head, _) = NextHopHeader::read_from_prefix(bytes).map_err(|_| needed(size))?;
    let length = usize::from(head.length);
    let attributes = bytes.get(size..length).ok_or_else(|| needed(length.max(size)))?;
    let table = AttributeTable::new(Attributes::at(attributes, offset + size));
    let hop = strictly(|report| NextHop {
        index: head.index,
        hops: head.hops,
        flags: head.flags,
        gateway: or_report(gateway(&table, family), report),
        realms: or_report(table.u32(RTA_FLOW), report),
    });
    Ok((hop, length))
}
