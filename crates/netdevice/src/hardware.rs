//! Link layer addresses.

use core::fmt;
use core::str::FromStr;
use ifctl_abi::{HardwareType, SockAddr};

/// The most bytes that a link layer address has (`MAX_ADDR_LEN`); InfiniBand uses 20.
const CAPACITY: usize = 32;

/// A link layer address: its type and 0 to 32 bytes.
///
/// Displays as pairs of hexadecimal digits between colons, `02:00:00:00:00:01`; parses from the same
/// as an Ethernet address, which needs all six.
///
/// See netdevice(7), `ifr_hwaddr`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct HardwareAddress {
    kind: HardwareType,
    length: u8,
    bytes: [u8; CAPACITY],
}

/// Why a text or some bytes are no link layer address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HardwareAddressError {
    /// More than 32 bytes.
    #[error("{0} bytes are too many for a hardware address: 32 is the most")]
    TooLong(usize),
    /// Not six pairs of hexadecimal digits between colons.
    #[error(
        "an Ethernet address is six pairs of hexadecimal digits between colons: 02:00:00:00:00:01"
    )]
    NotEthernet,
}

impl HardwareAddress {
    /// Returns the address of this type made of these bytes.
    ///
    /// # Errors
    ///
    /// [`HardwareAddressError::TooLong`] for more than 32 bytes.
    pub fn new(kind: HardwareType, bytes: &[u8]) -> Result<Self, HardwareAddressError> {
        let mut address = Self { kind, ..Self::default() };
        address
            .bytes
            .get_mut(..bytes.len())
            .ok_or(HardwareAddressError::TooLong(bytes.len()))?
            .copy_from_slice(bytes);
        address.length = bytes.len() as u8;
        Ok(address)
    }

    /// Returns an Ethernet address.
    pub const fn ethernet([a, b, c, d, e, f]: [u8; 6]) -> Self {
        let bytes = [
            a, b, c, d, e, f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            0, 0, 0,
        ];
        Self { kind: HardwareType::ETHER, length: 6, bytes }
    }

    /// Returns the type.
    pub fn kind(&self) -> HardwareType {
        self.kind
    }

    /// Returns the bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// Returns the address as `ifr_hwaddr` holds it: the type and the first 14 bytes.
    pub fn to_sockaddr(&self) -> SockAddr {
        let mut data = [0; 14];
        for (to, from) in data.iter_mut().zip(self.as_bytes()) {
            *to = *from;
        }
        SockAddr { family: self.kind.0, data }
    }
}

impl fmt::Display for HardwareAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, byte) in self.as_bytes().iter().enumerate() {
            let colon = if i == 0 { "" } else { ":" };
            write!(f, "{colon}{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for HardwareAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HardwareAddress({}, {self})", self.kind.0)
    }
}

impl FromStr for HardwareAddress {
    type Err = HardwareAddressError;

    fn from_str(text: &str) -> Result<Self, HardwareAddressError> {
        let mut bytes = [0; 6];
        let mut pairs = text.split(':');
        for byte in &mut bytes {
            *byte = pairs
                .next()
                .filter(|pair| matches!(pair.len(), 1 | 2) && !pair.starts_with('+'))
                .and_then(|pair| u8::from_str_radix(pair, 16).ok())
                .ok_or(HardwareAddressError::NotEthernet)?;
        }
        match pairs.next() {
            None => Ok(Self::ethernet(bytes)),
            Some(_) => Err(HardwareAddressError::NotEthernet),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ethernet_address_reads_back_as_it_is_written() {
        let address: HardwareAddress = "02:00:00:0a:ff:01".parse().unwrap();
        assert_eq!(address.to_string(), "02:00:00:0a:ff:01");
        assert_eq!(address, HardwareAddress::ethernet([2, 0, 0, 10, 255, 1]));
    }

    #[test]
    fn a_short_or_long_or_odd_ethernet_address_is_refused() {
        for text in [
            "",
            "02",
            "02:00:00:00:00",
            "02:00:00:00:00:01:02",
            "02:00:00:00:00:0g",
            "+2:0:0:0:0:1",
        ] {
            assert_eq!(
                text.parse::<HardwareAddress>(),
                Err(HardwareAddressError::NotEthernet),
                "{text}"
            );
        }
    }

    #[test]
    fn thirty_two_bytes_fit_and_no_more() {
        assert!(HardwareAddress::new(HardwareType::INFINIBAND, &[1; 32]).is_ok());
        assert_eq!(
            HardwareAddress::new(HardwareType::INFINIBAND, &[1; 33]),
            Err(HardwareAddressError::TooLong(33))
        );
    }
}
