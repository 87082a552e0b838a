//! /proc/net/route.

use crate::devinet::mask;
use crate::fib_trie::Key;
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::release::Release;
use ifctl_abi::rtnetlink::{RTAX_ADVMSS, RTAX_RTT, RTAX_WINDOW, RouteTable, RouteType};
use ifctl_kernel::Errno;
use std::net::IpAddr;

/// The length of a line, its end not counted.
const WIDTH: usize = 127;

/// Returns the text of /proc/net/route: the main table.
#[doc(alias("fib_route_seq_show", "fib_flag_trans"))]
pub(crate) fn proc_route(machine: &Machine, net: NetId) -> Result<Vec<u8>, Errno> {
    let fib = &machine.net(net)?.fib;
    // A table is made when a first route is; without one not even the header is written.
    let Some(table) = fib.table(RouteTable::MAIN.0) else { return Ok(Vec::new()) };
    let mut text = Vec::new();
    let header =
        "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT";
    line(&mut text, header.as_bytes());
    for (key, alias) in table.from(Key::FIRST) {
        let Some(info) = fib.infos.get(alias.info) else { continue };
        if matches!(info.key.kind, RouteType::BROADCAST | RouteType::MULTICAST) {
            continue;
        }
        let hop = info.hops.first().map(|hop| hop.key);
        let gateway = hop.and_then(|hop| hop.gateway);
        let refuses = matches!(info.key.kind, RouteType::UNREACHABLE | RouteType::PROHIBIT);
        let mut flags = if refuses { 0x200 } else { 0 };
        flags |= if gateway.is_some() { 2 } else { 0 };
        flags |= if key.length() == 32 { 4 } else { 0 };
        flags |= 1;
        let gateway = match gateway {
            Some(IpAddr::V4(gateway)) => gateway.to_bits(),
            _ => 0,
        };
        // Words in network order, printed as this machine's numbers.
        let word = |address: u32| u32::from_ne_bytes(address.to_be_bytes());
        let metrics = info.key.metrics.as_deref().copied().unwrap_or_default();
        let mss = metrics.get(RTAX_ADVMSS);
        let device = hop.and_then(|hop| hop.device).and_then(|id| machine.device(id).ok());
        let mut row = device.map_or(&b"*"[..], |device| device.name.as_bytes()).to_vec();
        row.extend_from_slice(
            format!(
                "\t{:08X}\t{:08X}\t{flags:04X}\t0\t0\t{}\t{:08X}\t{}\t{}\t{}",
                word(key.destination()),
                word(gateway),
                priority(machine.release, key.priority()),
                word(mask(key.length())),
                if mss == 0 { 0 } else { mss + 40 },
                metrics.get(RTAX_WINDOW),
                metrics.get(RTAX_RTT) >> 3,
            )
            .as_bytes(),
        );
        line(&mut text, &row);
    }
    Ok(text)
}

/// Returns a metric as this release writes it.
fn priority(release: Release, priority: u32) -> String {
    if release >= Release::V6_18 {
        priority.to_string()
    } else {
        priority.cast_signed().to_string()
    }
}

/// Adds a line, padded.
fn line(text: &mut Vec<u8>, row: &[u8]) {
    let end = text.len() + WIDTH.max(row.len());
    text.extend_from_slice(row);
    text.resize(end, b' ');
    text.push(b'\n');
}
