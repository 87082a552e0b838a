//! /proc/net/if_inet6: the IPv6 addresses.

use super::{Columns, Fault, LineError, address6, lines};
use crate::{AddressFlags, DeviceName, Kernel, Result};
use core::net::Ipv6Addr;

/// The file.
const FILE: &str = "/proc/net/if_inet6";

/// A line of /proc/net/if_inet6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfInet6Entry {
    /// The address.
    pub address: Ipv6Addr,
    /// The device's index.
    pub index: u32,
    /// The prefix length in bits.
    pub prefix_length: u8,
    /// The address' scope in the kernel's IPv6 numbers: 0 global, 0x10 host, 0x20 link, 0x40 site, 0x80
    /// compatible with IPv4.
    pub scope: u8,
    /// The flags' low eight bits: those above are not in this file.
    pub flags: AddressFlags,
    /// The device's name.
    pub name: DeviceName,
}

/// Yields the addresses of a text of /proc/net/if_inet6, in its order: that of a hash table, which is
/// the one that net-tools' `ifconfig` shows.
///
/// See proc_pid_net(5).
#[doc(alias = "/proc/net/if_inet6")]
pub fn parse_if_inet6(text: &[u8]) -> impl Iterator<Item = Result<IfInet6Entry, LineError>> {
    lines(text)
        .map(|(line, bytes)| entry(bytes).map_err(|fault| LineError { file: FILE, line, fault }))
}

/// Returns the addresses of /proc/net/if_inet6; none where the kernel has no IPv6.
///
/// # Errors
///
/// Whatever errno the kernel gives for reading it; [`Error::Malformed`](crate::Error::Malformed) for a
/// line that cannot be understood.
pub fn read_if_inet6(kernel: &dyn Kernel) -> Result<Vec<IfInet6Entry>> {
    match super::read(kernel, FILE, |text| parse_if_inet6(text).collect()) {
        Err(error) if error.errno() == Some(crate::Errno::ENOENT) => Ok(Vec::new()),
        other => other,
    }
}

fn entry(line: &[u8]) -> Result<IfInet6Entry, Fault> {
    let mut columns = Columns::of(line);
    Ok(IfInet6Entry {
        address: address6(columns.bytes("address")?).ok_or(Fault::Address("address"))?,
        index: columns.hexadecimal("index")?,
        prefix_length: columns
            .hexadecimal_byte("prefix length")
            .ok()
            .filter(|length| *length <= 128)
            .ok_or(Fault::Number("prefix length"))?,
        scope: columns.hexadecimal_byte("scope")?,
        flags: AddressFlags::from_bits_retain(columns.hexadecimal("flags")?),
        name: columns.name()?,
    })
}
