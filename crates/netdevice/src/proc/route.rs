//! /proc/net/route: the IPv4 routes of the main table.

use super::{Columns, Fault, LineError, lines};
use crate::{DeviceName, Kernel, Result};
use core::net::Ipv4Addr;
use ifctl_abi::route::RouteFlags;

/// The file.
const FILE: &str = "/proc/net/route";

/// A line of /proc/net/route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RouteEntry {
    /// The device, `None` (`*`) for a route without one.
    pub device: Option<DeviceName>,
    /// The destination's network.
    pub destination: Ipv4Addr,
    /// The gateway, 0.0.0.0 for none (and for an IPv6 one).
    pub gateway: Ipv4Addr,
    /// Flags, as `SIOCADDRT` knows them.
    pub flags: RouteFlags,
    /// References; always 0 today.
    pub references: u32,
    /// Uses; always 0 today.
    pub uses: u32,
    /// The priority as the kernel keeps it: one less than the `rt_metric` of an ioctl.
    pub metric: u32,
    /// The destination's mask.
    pub mask: Ipv4Addr,
    /// The announced segment size plus 40, in bytes, 0 for none.
    pub mtu: u32,
    /// The TCP window in bytes, 0 for none.
    pub window: u32,
    /// The initial round trip time in milliseconds, 0 for none.
    pub irtt: u32,
}

/// Yields the routes of a text of /proc/net/route, in its order, in which the kernel searches none: by
/// destination, the longer prefix first.
///
/// See proc_pid_net(5).
#[doc(alias = "/proc/net/route")]
pub fn parse_route(text: &[u8]) -> impl Iterator<Item = Result<RouteEntry, LineError>> {
    lines(text)
        .filter(|(line, bytes)| *line > 1 || !bytes.starts_with(b"Iface"))
        .map(|(line, bytes)| entry(bytes).map_err(|fault| LineError { file: FILE, line, fault }))
}

/// Returns the routes of /proc/net/route.
///
/// # Errors
///
/// Whatever errno the kernel gives for reading it; [`Error::Malformed`](crate::Error::Malformed) for a
/// line that cannot be understood.
pub fn read_route(kernel: &dyn Kernel) -> Result<Vec<RouteEntry>> {
    super::read(kernel, FILE, |text| parse_route(text).collect())
}

fn entry(line: &[u8]) -> Result<RouteEntry, Fault> {
    let mut columns = Columns::of(line);
    let name = columns.bytes("Iface")?;
    let device = if name == b"*" { None } else { Some(super::name(name)?) };
    Ok(RouteEntry {
        device,
        destination: address(&mut columns, "Destination")?,
        gateway: address(&mut columns, "Gateway")?,
        flags: RouteFlags::from_bits_retain(columns.hexadecimal("Flags")?),
        references: word(&mut columns, "RefCnt")?,
        uses: word(&mut columns, "Use")?,
        metric: word(&mut columns, "Metric")?,
        mask: address(&mut columns, "Mask")?,
        mtu: word(&mut columns, "MTU")?,
        window: word(&mut columns, "Window")?,
        irtt: word(&mut columns, "IRTT")?,
    })
}

/// Returns an address: the word in network byte order, written as one of the machine's integers.
fn address(columns: &mut Columns<'_>, column: &'static str) -> Result<Ipv4Addr, Fault> {
    Ok(Ipv4Addr::from(columns.hexadecimal(column)?.to_ne_bytes()))
}

/// Returns a number of 32 bits, which some kernels write as a signed one.
fn word(columns: &mut Columns<'_>, column: &'static str) -> Result<u32, Fault> {
    let wide: i64 = columns.decimal(column)?;
    u32::try_from(wide)
        .or_else(|_| i32::try_from(wide).map(i32::cast_unsigned))
        .map_err(|_| Fault::Number(column))
}
