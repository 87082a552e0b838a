//! /proc/net/arp: the IPv4 neighbours, as arp(8) lists them.

use super::{Columns, Fault, LineError, lines};
use crate::{DeviceName, HardwareType, Kernel, Result};
use core::net::Ipv4Addr;
use ifctl_abi::arp::ArpFlags;

/// The file.
const FILE: &str = "/proc/net/arp";

/// A line of /proc/net/arp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArpTableEntry {
    /// The IPv4 address.
    pub address: Ipv4Addr,
    /// The type of the hardware address.
    pub kind: HardwareType,
    /// The flags; neither [`COM`](ArpFlags::COM) nor [`PERM`](ArpFlags::PERM) while the address is being
    /// asked for.
    pub flags: ArpFlags,
    /// The hardware address as the kernel writes it: pairs of hexadecimal digits between colons, a
    /// callsign for AMPR's types, nothing for a link layer without addresses.
    pub hardware_address: Vec<u8>,
    /// The mask; `*` in every kernel since 2.2.
    pub mask: Vec<u8>,
    /// The device.
    pub device: DeviceName,
}

/// Yields the neighbours of a text of /proc/net/arp, in its order: that of a hash table, proxy entries
/// last. Neighbours that need no address resolution are not in this file.
///
/// See arp(7), proc_pid_net(5).
#[doc(alias = "/proc/net/arp")]
pub fn parse_arp(text: &[u8]) -> impl Iterator<Item = Result<ArpTableEntry, LineError>> {
    lines(text)
        .filter(|(line, bytes)| *line > 1 || !bytes.starts_with(b"IP address"))
        .map(|(line, bytes)| entry(bytes).map_err(|fault| LineError { file: FILE, line, fault }))
}

/// Returns the neighbours of /proc/net/arp.
///
/// # Errors
///
/// Whatever errno the kernel gives for reading it; [`Error::Malformed`](crate::Error::Malformed) for a
/// line that cannot be understood.
pub fn read_arp(kernel: &dyn Kernel) -> Result<Vec<ArpTableEntry>> {
    super::read(kernel, FILE, |text| parse_arp(text).collect())
}

fn entry(line: &[u8]) -> Result<ArpTableEntry, Fault> {
    let mut columns = Columns::of(line);
    let address = columns.text("IP address").map_err(|_| Fault::Address("IP address"))?;
    let address = address.parse().map_err(|_| Fault::Address("IP address"))?;
    let kind = columns.prefixed("HW type")?.try_into().map_err(|_| Fault::Number("HW type"))?;
    let flags = ArpFlags::from_bits_retain(columns.prefixed("Flags")?);
    let first = columns.bytes("HW address")?;
    let second = columns.bytes("Mask")?;
    // Where there is no hardware address its column is blank.
    let (hardware_address, mask, device) = match columns.bytes("Device") {
        Ok(device) => (first, second, device),
        Err(_) => (&b""[..], first, second),
    };
    Ok(ArpTableEntry {
        address,
        kind: HardwareType(kind),
        flags,
        hardware_address: hardware_address.to_vec(),
        mask: mask.to_vec(),
        device: super::name(device)?,
    })
}
