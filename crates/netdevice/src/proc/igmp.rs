//! /proc/net/igmp and /proc/net/igmp6: the IP multicast groups that devices are members of.

use super::{Columns, Fault, LineError, address6, lines, name};
use crate::{DeviceName, Kernel, Result};
use core::net::{Ipv4Addr, Ipv6Addr};

/// The file of IPv4.
const FILE: &str = "/proc/net/igmp";
/// The file of IPv6.
const FILE6: &str = "/proc/net/igmp6";

/// A group of /proc/net/igmp, with the device of the line above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IgmpEntry {
    /// The device's index.
    pub index: u32,
    /// The device's name.
    pub name: DeviceName,
    /// The group.
    pub group: Ipv4Addr,
    /// How many have joined.
    pub users: u32,
}

/// A line of /proc/net/igmp6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Igmp6Entry {
    /// The device's index.
    pub index: u32,
    /// The device's name.
    pub name: DeviceName,
    /// The group.
    pub group: Ipv6Addr,
    /// How many have joined.
    pub users: u32,
}

/// Yields the groups of a text of /proc/net/igmp, in its order: by device's index, and on each the
/// latest first. The groups below a device's line that is not understood are not understood either.
///
/// See proc_pid_net(5).
#[doc(alias = "/proc/net/igmp")]
pub fn parse_igmp(text: &[u8]) -> impl Iterator<Item = Result<IgmpEntry, LineError>> {
    let mut device = Err(Fault::Missing("Idx"));
    lines(text).filter(|(line, bytes)| *line > 1 || !bytes.starts_with(b"Idx")).filter_map(
        move |(line, bytes)| {
            let parsed = if bytes.starts_with(b"\t") {
                device.and_then(|device| group(device, bytes))
            } else {
                device = header(bytes);
                // A device's own fault is told here; its groups follow.
                Err(device.err()?)
            };
            Some(parsed.map_err(|fault| LineError { file: FILE, line, fault }))
        },
    )
}

/// Yields the groups of a text of /proc/net/igmp6, in its order: by device's index, and on each the
/// latest first.
///
/// See proc_pid_net(5).
#[doc(alias = "/proc/net/igmp6")]
pub fn parse_igmp6(text: &[u8]) -> impl Iterator<Item = Result<Igmp6Entry, LineError>> {
    lines(text)
        .map(|(line, bytes)| entry6(bytes).map_err(|fault| LineError { file: FILE6, line, fault }))
}

/// Returns the groups of /proc/net/igmp.
///
/// # Errors
///
/// Whatever errno the kernel gives for reading it (`ENOENT` where it is built without multicast);
/// [`Error::Malformed`](crate::Error::Malformed) for a line that cannot be understood.
pub fn read_igmp(kernel: &dyn Kernel) -> Result<Vec<IgmpEntry>> {
    super::read(kernel, FILE, |text| parse_igmp(text).collect())
}

/// Returns the groups of /proc/net/igmp6.
///
/// # Errors
///
/// Whatever errno the kernel gives for reading it (`ENOENT` where it has no IPv6);
/// [`Error::Malformed`](crate::Error::Malformed) for a line that cannot be understood.
pub fn read_igmp6(kernel: &dyn Kernel) -> Result<Vec<Igmp6Entry>> {
    super::read(kernel, FILE6, |text| parse_igmp6(text).collect())
}

/// Reads a device's line: a colon ends the name, behind blanks if it is shorter than ten bytes.
fn header(line: &[u8]) -> Result<(u32, DeviceName), Fault> {
    let mut columns = Columns::of(line);
    let index = columns.decimal("Idx")?;
    let device = columns.bytes("Device")?;
    Ok((index, name(device.strip_suffix(b":").unwrap_or(device))?))
}

fn group((index, name): (u32, DeviceName), line: &[u8]) -> Result<IgmpEntry, Fault> {
    let mut columns = Columns::of(line);
    // The kernel prints the bytes of the address as a number of its own byte order.
    let group = Ipv4Addr::from(columns.hexadecimal("Group")?.to_ne_bytes());
    Ok(IgmpEntry { index, name, group, users: columns.decimal("Users")? })
}

fn entry6(line: &[u8]) -> Result<Igmp6Entry, Fault> {
    let mut columns = Columns::of(line);
    Ok(Igmp6Entry {
        index: columns.decimal("index")?,
        name: columns.name()?,
        group: address6(columns.bytes("group")?).ok_or(Fault::Address("group"))?,
        users: columns.decimal("users")?,
    })
}
