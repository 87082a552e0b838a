//! Attributes: number, length, payload.

use core::iter::FusedIterator;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ifctl_abi::netlink::{AttributeHeader, NLA_F_NESTED, NLA_TYPE_MASK};
use ifctl_abi::rtnetlink::Family;
use zerocopy::{FromBytes, IntoBytes};

use crate::{AttributeError, aligned};

/// One attribute, borrowed from a message.
///
/// The getters take the beginning of a longer payload, as the kernel does, and refuse a shorter
/// one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute<'a> {
    pub(crate) raw_kind: u16,
    pub(crate) offset: usize,
    pub(crate) payload: &'a [u8],
}

impl<'a> Attribute<'a> {
    /// Returns the attribute's number, without the two flag bits.
    #[must_use]
    pub fn kind(&self) -> u16 {
        self.raw_kind & NLA_TYPE_MASK
    }

    /// Returns whether the sender marked the payload as attributes. Many senders do not.
    #[must_use]
    pub fn is_marked_nested(&self) -> bool {
        self.raw_kind & NLA_F_NESTED != 0
    }

    /// Returns where the attribute begins, from the beginning of the message's header: what
    /// NLMSGERR_ATTR_OFFS tells.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Returns the payload.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.payload
    }

    /// Returns the payload up to its first NUL, or all of it where there is none.
    #[must_use]
    #[inline]
    pub fn text(&self) -> &'a [u8] {
        self.payload.get(..text_length(self.payload)).unwrap_or_default()
    }

    /// Returns the attributes that the payload holds.
    #[must_use]
    pub fn nested(&self) -> Attributes<'a> {
        Attributes::at(self.payload, self.offset + size_of::<AttributeHeader>())
    }

    /// Returns the attributes behind a structure of this size that the payload begins with.
    #[must_use]
    pub fn nested_after(&self, size: usize) -> Attributes<'a> {
        let start = aligned(size);
        let bytes = self.payload.get(start..).unwrap_or_default();
        Attributes::at(bytes, self.offset + size_of::<AttributeHeader>() + start)
    }

    /// Returns the structure or number that the payload begins with.
    ///
    /// # Errors
    ///
    /// If the payload is shorter.
    #[inline]
    pub fn value<T: FromBytes>(&self) -> Result<T, AttributeError> {
        match T::read_from_prefix(self.payload) {
            Ok((value, _)) => Ok(value),
            Err(_) => Err(self.malformed(size_of::<T>())),
        }
    }

    /// Returns a structure that grows from kernel to kernel: what the payload lacks is zero.
    #[must_use]
    pub fn growing<T: FromBytes + IntoBytes>(&self) -> T {
        let mut value = T::new_zeroed();
        let room = value.as_mut_bytes();
        let length = room.len().min(self.payload.len());
        if let (Some(room), Some(bytes)) = (room.get_mut(..length), self.payload.get(..length)) {
            room.copy_from_slice(bytes);
        }
        value
    }

    /// Returns a number of one byte.
    ///
    /// # Errors
    ///
    /// If the payload is shorter.
    pub fn u8(&self) -> Result<u8, AttributeError> {
        self.value()
    }

    /// Returns a number of two bytes in the host's order.
    ///
    /// # Errors
    ///
    /// If the payload is shorter.
    pub fn u16(&self) -> Result<u16, AttributeError> {
        self.value()
    }

    /// Returns a number of four bytes in the host's order.
    ///
    /// # Errors
    ///
    /// If the payload is shorter.
    pub fn u32(&self) -> Result<u32, AttributeError> {
        self.value()
    }

    /// Returns a number of eight bytes in the host's order.
    ///
    /// # Errors
    ///
    /// If the payload is shorter.
    pub fn u64(&self) -> Result<u64, AttributeError> {
        self.value()
    }

    /// Returns a signed number of four bytes in the host's order.
    ///
    /// # Errors
    ///
    /// If the payload is shorter.
    pub fn i32(&self) -> Result<i32, AttributeError> {
        self.value()
    }

    /// Returns a number of two bytes in network byte order.
    ///
    /// # Errors
    ///
    /// If the payload is shorter.
    pub fn be16(&self) -> Result<u16, AttributeError> {
        Ok(u16::from_be_bytes(self.value()?))
    }

    /// Returns a number of four bytes in network byte order.
    ///
    /// # Errors
    ///
    /// If the payload is shorter.
    pub fn be32(&self) -> Result<u32, AttributeError> {
        Ok(u32::from_be_bytes(self.value()?))
    }

    /// Returns an IPv4 address.
    ///
    /// # Errors
    ///
    /// If the payload is shorter.
    #[inline]
    pub fn ipv4(&self) -> Result<Ipv4Addr, AttributeError> {
        Ok(Ipv4Addr::from(self.value::<[u8; 4]>()?))
    }

    /// Returns an IPv6 address.
    ///
    /// # Errors
    ///
    /// If the payload is shorter.
    #[inline]
    pub fn ipv6(&self) -> Result<Ipv6Addr, AttributeError> {
        Ok(Ipv6Addr::from(self.value::<[u8; 16]>()?))
    }

    /// Returns an IP address of the family that the message's header tells.
    ///
    /// # Errors
    ///
    /// If the payload is shorter than an address of the family, or the family is neither IPv4 nor
    /// IPv6 (`needed` is then 0).
    #[inline]
    pub fn address(&self, family: Family) -> Result<IpAddr, AttributeError> {
        match family {
            Family::INET => Ok(IpAddr::V4(self.ipv4()?)),
            Family::INET6 => Ok(IpAddr::V6(self.ipv6()?)),
            _ => Err(self.malformed(0)),
        }
    }

    #[cold]
    pub(crate) fn malformed(&self, needed: usize) -> AttributeError {
        AttributeError {
            kind: self.kind(),
            offset: self.offset,
            length: self.payload.len(),
            needed,
        }
    }
}

/// Attributes, one behind the other.
///
/// The walk ends at the end, or where what follows is no attribute: fewer than four bytes, a
/// length below four, or more than is left. Like the kernel it does not take that as an error;
/// [`rest`](Self::rest) tells it.
///
/// ```
/// use ifctl_netlink::Attributes;
///
/// // One attribute, number 4, with four bytes; then two bytes too many.
/// let bytes = [8, 0, 4, 0, 220, 5, 0, 0, 1, 2];
/// let mut attributes = Attributes::new(&bytes);
/// # if cfg!(target_endian = "little") {
/// let mtu = attributes.next().expect("there is one");
/// assert_eq!((mtu.kind(), mtu.u32()), (4, Ok(1500)));
/// assert!(attributes.next().is_none());
/// assert_eq!(attributes.rest(), [1, 2]);
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Attributes<'a> {
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Attributes<'a> {
    /// Returns the attributes in these bytes; their offsets count from the first byte.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self::at(bytes, 0)
    }

    /// Returns the attributes in these bytes, the first of which is at `offset` of the message.
    pub(crate) fn at(bytes: &'a [u8], offset: usize) -> Self {
        Self { rest: bytes, offset }
    }

    /// Returns the bytes that were not walked yet: when the walk has ended, those that are no
    /// attribute.
    #[must_use]
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Returns where the bytes not walked yet begin in the message.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Attribute<'a>;

    #[inline]
    fn next(&mut self) -> Option<Attribute<'a>> {
        let (header, _) = AttributeHeader::read_from_prefix(self.rest).ok()?;
        let length = usize::from(header.length);
        let payload = self.rest.get(size_of::<AttributeHeader>()..length)?;
        let attribute = Attribute { raw_kind: header.kind, offset: self.offset, payload };
        // The last attribute need not be padded.
        let step = aligned(length);
        self.rest = self.rest.get(step..).unwrap_or_default();
        self.offset += step;
        Some(attribute)
    }
}

impl FusedIterator for Attributes<'_> {}

/// Returns how many bytes come before the first NUL; all of them where there is none.
///
/// Names and labels are most of what a listing reads, so eight bytes are looked at together.
#[inline]
fn text_length(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    let (chunks, tail) = bytes.as_chunks::<8>();
    let mut length = 0;
    for chunk in chunks {
        let word = u64::from_le_bytes(*chunk);
        // The lowest bit of this is the highest bit of the first byte that is zero.
        let zeros = word.wrapping_sub(ONES) & !word & (ONES << 7);
        if zeros != 0 {
            return length + zeros.trailing_zeros() as usize / 8;
        }
        length += 8;
    }
    length + tail.iter().take_while(|&&byte| byte != 0).count()
}

#[cfg(test)]
mod tests {
    use super::text_length;

    #[test]
    fn a_text_ends_at_its_first_nul_wherever_that_is() {
        for length in 0..40 {
            for nul in 0..length {
                for after in [0, 1, 0x80, 0xff] {
                    let mut bytes = [0x81; 40];
                    bytes[nul] = 0;
                    bytes[nul + 1..].fill(after);
                    assert_eq!(text_length(&bytes[..length]), nul);
                }
            }
            assert_eq!(text_length(&[1; 40][..length]), length);
        }
    }
}
