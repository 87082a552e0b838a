//! /proc/net/dev: the counters of each device.

use super::{Columns, Fault, LineError, lines, name};
use crate::{DeviceName, Kernel, Refusal, Result, Statistics};
use core::ops::ControlFlow;
use std::path::Path;

/// The file.
const FILE: &str = "/proc/net/dev";

/// A line of /proc/net/dev.
///
/// Some columns are sums of the kernel's counters. The kernel writes 64 bits; a text of an old kernel
/// lacks some columns, which then are 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(missing_docs, reason = "the columns are the header's own")]
pub struct DevEntry {
    pub name: DeviceName,
    pub rx_bytes: u64,
    pub rx_packets: u64,
    pub rx_errs: u64,
    pub rx_drop: u64,
    pub rx_fifo: u64,
    pub rx_frame: u64,
    pub rx_compressed: u64,
    pub rx_multicast: u64,
    pub tx_bytes: u64,
    pub tx_packets: u64,
    pub tx_errs: u64,
    pub tx_drop: u64,
    pub tx_fifo: u64,
    pub tx_colls: u64,
    pub tx_carrier: u64,
    pub tx_compressed: u64,
}

impl DevEntry {
    /// Returns the line that the kernel would write for a device of this name with these counters.
    pub fn of(name: DeviceName, counters: &Statistics) -> Self {
        Self {
            name,
            rx_bytes: counters.rx_bytes,
            rx_packets: counters.rx_packets,
            rx_errs: counters.rx_errors,
            rx_drop: counters.rx_drop_sum(),
            rx_fifo: counters.rx_fifo_errors,
            rx_frame: counters.rx_frame_sum(),
            rx_compressed: counters.rx_compressed,
            rx_multicast: counters.multicast,
            tx_bytes: counters.tx_bytes,
            tx_packets: counters.tx_packets,
            tx_errs: counters.tx_errors,
            tx_drop: counters.tx_dropped,
            tx_fifo: counters.tx_fifo_errors,
            tx_colls: counters.collisions,
            tx_carrier: counters.tx_carrier_sum(),
            tx_compressed: counters.tx_compressed,
        }
    }
}

/// Yields the devices of a text of /proc/net/dev, in its order; the kernel's is by index.
///
/// The three layouts that Linux has had are told apart by the second header line: with compressed
/// packets (since 2.2), with bytes, and with neither. A name reaches to the last colon before the
/// numbers, which in old texts may follow it without a blank; it may hold any byte but `/`, `:` and
/// blanks, and in a text of Linux 2.0 an alias' colon too.
///
/// Names longer than 15 bytes and numbers over 64 bits are errors of their line.
///
/// See proc_pid_net(5).
#[doc(alias = "/proc/net/dev")]
pub fn parse_dev(text: &[u8]) -> impl Iterator<Item = Result<DevEntry, LineError>> {
    let mut layout = Layout::Compressed;
    lines(text).filter_map(move |(line, bytes)| {
        if is_header(bytes) {
            if line > 1 {
                layout = Layout::of(bytes);
            }
            return None;
        }
        Some(entry(bytes, layout).map_err(|fault| LineError { file: FILE, line, fault }))
    })
}

/// Returns one device of /proc/net/dev, if its line is there and good, and reads no further: where there
/// are many devices, most of the time goes into the kernel's writing of the file.
///
/// # Errors
///
/// Whatever errno the kernel gives for reading it.
pub fn find_dev(kernel: &dyn Kernel, name: DeviceName) -> Result<Option<DevEntry>> {
    let mut layout = Layout::Compressed;
    let mut number = 0;
    let mut found = None;
    let mut take = |line: &[u8]| {
        number += 1;
        if is_header(line) {
            if number > 1 {
                layout = Layout::of(line);
            }
        } else if line.trim_ascii_start().starts_with(name.as_bytes()) {
            found = entry(line, layout).ok().filter(|entry| entry.name == name);
        }
        if found.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    kernel
        .read_lines(Path::new(FILE), &mut take)
        .map_err(|errno| Refusal::new("read", FILE, errno))?;
    Ok(found)
}

/// Header lines are those with a bar and without a colon: a device's name may hold a bar too.
fn is_header(line: &[u8]) -> bool {
    line.contains(&b'|') && !line.contains(&b':')
}

/// Returns the devices of /proc/net/dev.
///
/// # Errors
///
/// Whatever errno the kernel gives for reading it; [`Error::Malformed`](crate::Error::Malformed) for a
/// line that cannot be understood.
pub fn read_dev(kernel: &dyn Kernel) -> Result<Vec<DevEntry>> {
    super::read(kernel, FILE, |text| parse_dev(text).collect())
}

/// Which columns a text has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// All sixteen.
    Compressed,
    /// Without compressed and multicast packets.
    Bytes,
    /// Without bytes too.
    Packets,
}

impl Layout {
    fn of(header: &[u8]) -> Self {
        let has = |word: &[u8]| header.windows(word.len()).any(|window| window == word);
        match (has(b"compressed"), has(b"bytes")) {
            (true, _) => Self::Compressed,
            (false, true) => Self::Bytes,
            (false, false) => Self::Packets,
        }
    }
}

fn entry(line: &[u8], layout: Layout) -> Result<DevEntry, Fault> {
    let colon = line.iter().rposition(|byte| *byte == b':').ok_or(Fault::Name)?;
    let (before, after) = line.split_at(colon);
    let mut columns = Columns::of(after.get(1..).unwrap_or_default());
    let mut next = |column, needs: Layout| match (layout, needs) {
        (Layout::Packets, Layout::Bytes)
        | (Layout::Packets | Layout::Bytes, Layout::Compressed) => Ok(0),
        _ => columns.decimal(column),
    };
    use Layout::{Bytes, Compressed, Packets};
    Ok(DevEntry {
        name: name(before.trim_ascii_start())?,
        rx_bytes: next("receive bytes", Bytes)?,
        rx_packets: next("receive packets", Packets)?,
        rx_errs: next("receive errs", Packets)?,
        rx_drop: next("receive drop", Packets)?,
        rx_fifo: next("receive fifo", Packets)?,
        rx_frame: next("receive frame", Packets)?,
        rx_compressed: next("receive compressed", Compressed)?,
        rx_multicast: next("receive multicast", Compressed)?,
        tx_bytes: next("transmit bytes", Bytes)?,
        tx_packets: next("transmit packets", Packets)?,
        tx_errs: next("transmit errs", Packets)?,
        tx_drop: next("transmit drop", Packets)?,
        tx_fifo: next("transmit fifo", Packets)?,
        tx_colls: next("transmit colls", Packets)?,
        tx_carrier: next("transmit carrier", Packets)?,
        tx_compressed: next("transmit compressed", Compressed)?,
    })
}
