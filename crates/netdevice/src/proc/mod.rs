//! The texts below /proc/net, parsed.
//!
//! Netlink tells more and quicker; these are for what people still read there, for recorded texts,
//! and for the one thing that netlink does not tell: the order that `ifconfig` shows IPv6 addresses in.
//!
//! Each `parse_*` takes the whole text as bytes, since names need not be UTF-8, and yields one result
//! per line: a line that cannot be understood costs that line and no other. None of them panics,
//! whatever the bytes. Each `read_*` reads the file through a kernel and wants all lines good.

mod arp;
mod dev;
mod dev_mcast;
mod if_inet6;
mod igmp;
mod route;

pub use arp::{ArpTableEntry, parse_arp, read_arp};
pub use dev::{DevEntry, find_dev, parse_dev, read_dev};
pub use dev_mcast::{DevMcastEntry, parse_dev_mcast, read_dev_mcast};
pub use if_inet6::{IfInet6Entry, parse_if_inet6, read_if_inet6};
pub use igmp::{Igmp6Entry, IgmpEntry, parse_igmp, parse_igmp6, read_igmp, read_igmp6};
pub use route::{RouteEntry, parse_route, read_route};

use crate::{DeviceName, Error, Kernel, Refusal};
use core::net::Ipv6Addr;
use core::str::FromStr;
use std::path::Path;

/// Why a line could not be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {fault}")]
pub struct LineError {
    /// The file: `/proc/net/dev`.
    pub file: &'static str,
    /// The line's number, counted from 1, headers included.
    pub line: usize,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The line ends before this column.
    #[error("no column `{0}`")]
    Missing(&'static str),
    /// This column is no number of its kind, or one too large.
    #[error("column `{0}` is no number, or too large")]
    Number(&'static str),
    /// The name is empty, has more than 15 bytes, or holds a NUL.
    #[error("no device name")]
    Name,
    /// This column is no address.
    #[error("column `{0}` is no address")]
    Address(&'static str),
}

impl From<LineError> for Error {
    fn from(error: LineError) -> Self {
        Self::Malformed {
            operation: error.file,
            detail: format!("line {}: {}", error.line, error.fault),
        }
    }
}

/// Reads a file through a kernel and parses it; one bad line fails it.
fn read<T>(
    kernel: &dyn Kernel,
    file: &'static str,
    parse: impl FnOnce(&[u8]) -> Result<Vec<T>, LineError>,
) -> crate::Result<Vec<T>> {
    let text = kernel.read(Path::new(file)).map_err(|errno| Refusal::new("read", file, errno))?;
    Ok(parse(&text)?)
}

/// Yields the lines that are not empty, with their numbers.
fn lines(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    text.split(|byte| *byte == b'\n')
        .enumerate()
        .map(|(at, line)| (at + 1, line))
        .filter(|(_, line)| !line.iter().all(u8::is_ascii_whitespace))
}

/// The columns of a line: what stands between blanks and tabs.
struct Columns<'a>(core::slice::Split<'a, u8, fn(&u8) -> bool>);

impl<'a> Columns<'a> {
    fn of(line: &'a [u8]) -> Self {
        Self(line.split(|byte| matches!(byte, b' ' | b'\t')))
    }

    /// Returns the next column's bytes.
    fn bytes(&mut self, column: &'static str) -> Result<&'a [u8], Fault> {
        self.0.find(|word| !word.is_empty()).ok_or(Fault::Missing(column))
    }

    /// Returns the next column as text, which a number is.
    fn text(&mut self, column: &'static str) -> Result<&'a str, Fault> {
        let word = self.bytes(column)?;
        // A sign that the kernel never writes would pass for a number.
        core::str::from_utf8(word)
            .ok()
            .filter(|word| !word.starts_with('+'))
            .ok_or(Fault::Number(column))
    }

    /// Returns the next column as a decimal number.
    fn decimal<T: FromStr>(&mut self, column: &'static str) -> Result<T, Fault> {
        self.text(column)?.parse().map_err(|_| Fault::Number(column))
    }

    /// Returns the next column as a hexadecimal number of at most 32 bits.
    fn hexadecimal(&mut self, column: &'static str) -> Result<u32, Fault> {
        u32::from_str_radix(self.text(column)?, 16).map_err(|_| Fault::Number(column))
    }

    /// Returns the next column as a hexadecimal number of at most 8 bits.
    fn hexadecimal_byte(&mut self, column: &'static str) -> Result<u8, Fault> {
        self.hexadecimal(column)?.try_into().map_err(|_| Fault::Number(column))
    }

    /// Returns the next column as a hexadecimal number with `0x` before it.
    fn prefixed(&mut self, column: &'static str) -> Result<u32, Fault> {
        self.text(column)?
            .strip_prefix("0x")
            .filter(|digits| !digits.starts_with('+'))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .ok_or(Fault::Number(column))
    }

    /// Returns the next column as a device's name.
    fn name(&mut self) -> Result<DeviceName, Fault> {
        name(self.bytes("name")?)
    }
}

/// Returns the name made of these bytes, which must not be none.
fn name(bytes: &[u8]) -> Result<DeviceName, Fault> {
    DeviceName::new(bytes).ok().filter(|name| !name.is_empty()).ok_or(Fault::Name)
}

/// Returns the IPv6 address that 32 hexadecimal digits stand for.
fn address6(digits: &[u8]) -> Option<Ipv6Addr> {
    let bytes: Vec<u8> = pairs(digits)?.collect();
    let bytes: [u8; 16] = bytes.try_into().ok()?;
    Some(Ipv6Addr::from(bytes))
}

/// Returns the bytes that pairs of hexadecimal digits stand for.
fn pairs(digits: &[u8]) -> Option<impl Iterator<Item = u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).map(|value| value as u8);
    if !digits.len().is_multiple_of(2) || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let (high, low) = (digits.iter().step_by(2), digits.iter().skip(1).step_by(2));
    Some(high.zip(low).filter_map(move |(high, low)| Some(digit(high)? << 4 | digit(low)?)))
}
