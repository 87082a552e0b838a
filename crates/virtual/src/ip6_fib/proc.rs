//! /proc/net/ipv6_route.

use super::{Flags, Place};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use ifctl_kernel::Errno;
use std::io::Write;

/// Returns the file: all routes of all tables, and the entry that an empty root holds.
#[doc(alias("ipv6_route_native_seq_show", "fib6_null_entry"))]
pub(crate) fn proc_ipv6_route(machine: &Machine, net: NetId) -> Result<Vec<u8>, Errno> {
    let mut text = Vec::new();
    let none = 0_u128;
    for table in machine.net(net)?.inet6.tables.iter() {
        for (place, route) in
            table.nodes.iter().flat_map(|(place, node)| node.iter().map(move |r| (place, r)))
        {
            let name = machine.device(route.device)?.name;
            let mut flags = route.flags;
            flags.set(Flags::GATEWAY, flags.contains(Flags::GATEWAY) || route.gateway.is_some());
            // Who holds the entry: the table, and an address.
            let references = if route.of_address { 2 } else { 1 };
            let _ = write!(
                text,
                "{:032x} {:02x} {:032x} {:02x} {:032x} {:08x} {references:08x} {none:08x} {:08x} ",
                place.destination(),
                place.length(),
                place.source(),
                place.source_length(),
                route.gateway.unwrap_or(0),
                route.metric,
                flags.bits(),
            );
            right_aligned(&mut text, name.as_bytes());
        }
        if !table.nodes.contains_key(&Place::to(0, 0)) {
            let flags = (Flags::REJECT | Flags::NO_NEXT_HOP).bits();
            let _ = write!(
                text,
                "{none:032x} 00 {none:032x} 00 {none:032x} ffffffff 00000001 00000000 {flags:08x} ",
            );
            let lo = machine.device(machine.net(net)?.lo()?)?;
            right_aligned(&mut text, lo.name.as_bytes());
        }
    }
    Ok(text)
}

/// Writes a name with blanks before it to a width of 8, and ends the line.
fn right_aligned(text: &mut Vec<u8>, name: &[u8]) {
    text.extend(std::iter::repeat_n(b' ', 8_usize.saturating_sub(name.len())));
    text.extend_from_slice(name);
    text.push(b'\n');
}
