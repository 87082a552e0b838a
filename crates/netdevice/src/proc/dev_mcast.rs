//! /proc/net/dev_mcast: the link layer multicast addresses that devices listen to.

use super::{Columns, Fault, LineError, lines, pairs};
use crate::{DeviceName, Kernel, Result};

/// The file.
const FILE: &str = "/proc/net/dev_mcast";

/// A line of /proc/net/dev_mcast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DevMcastEntry {
    /// The device's index.
    pub index: u32,
    /// The device's name.
    pub name: DeviceName,
    /// How many have asked for the address.
    pub users: u32,
    /// Whether an administrator asked for it, by `SIOCADDMULTI`.
    pub is_static: bool,
    /// The address' bytes, at most 32.
    pub address: Vec<u8>,
}

/// Yields the addresses of a text of /proc/net/dev_mcast, in its order: by device's index, and on each
/// in order of addition.
///
/// See proc_pid_net(5).
#[doc(alias = "/proc/net/dev_mcast")]
pub fn parse_dev_mcast(text: &[u8]) -> impl Iterator<Item = Result<DevMcastEntry, LineError>> {
    lines(text)
        .map(|(line, bytes)| entry(bytes).map_err(|fault| LineError { file: FILE, line, fault }))
}

/// Returns the addresses of /proc/net/dev_mcast.
///
/// # Errors
///
/// Whatever errno the kernel gives for reading it; [`Error::Malformed`](crate::Error::Malformed) for a
/// line that cannot be understood.
pub fn read_dev_mcast(kernel: &dyn Kernel) -> Result<Vec<DevMcastEntry>> {
    super::read(kernel, FILE, |text| parse_dev_mcast(text).collect())
}

fn entry(line: &[u8]) -> Result<DevMcastEntry, Fault> {
    let mut columns = Columns::of(line);
    Ok(DevMcastEntry {
        index: columns.decimal("index")?,
        name: columns.name()?,
        users: columns.decimal("users")?,
        is_static: columns.decimal::<u32>("global")? != 0,
        address: address(columns.bytes("address").unwrap_or_default())?,
    })
}

/// Returns the address that pairs of digits stand for; a link layer without addresses has none.
fn address(digits: &[u8]) -> Result<Vec<u8>, Fault> {
    pairs(digits)
        .map(Iterator::collect)
        .filter(|bytes: &Vec<u8>| bytes.len() <= 32)
        .ok_or(Fault::Address("address"))
}
