//! The long layouts of older times: net-tools 1.60's, and the IP-alias HOWTO's of 1997.

use super::entry::{Entry, FIRST_PORT, FLAG_NAMES, Inet};
use super::long::human;
use crate::hardware::{Case, Class};
use crate::output::Text;
use ifctl_netdevice::proc::DevEntry;
use ifctl_netdevice::{DeviceFlags, HardwareType};
use std::net::Ipv4Addr;

/// Linux has no metric of devices; 0 has always been shown as 1.
const METRIC: &str = "  Metric:1\n";

/// Appends the block of an entry as net-tools 1.60 did.
pub(super) fn classic(text: &mut Text, entry: &Entry<'_>) {
    let base = entry.base;
    let class = Class::of(base.hardware.kind());
    let mark = text.mark();
    text.name(entry.name.as_bytes().get(..9).unwrap_or(entry.name.as_bytes()));
    text.pad_to(mark, 10);
    text.str("Link encap:");
    text.str(class.title);
    text.str("  ");
    if class.has_printer() {
        text.str("HWaddr ");
        class.write(text, &base.hardware, Case::Upper);
        text.str("  ");
    }
    if let Some(port) = base.port() {
        text.str("Media:");
        text.str(port);
        if base.flags.contains(DeviceFlags::AUTOMEDIA) {
            text.str("(auto)");
        }
    }
    text.byte(b'\n');
    for inet in entry.inets() {
        text.str("          inet addr:");
        text.ipv4(inet.address);
        text.byte(b' ');
        if base.flags.contains(DeviceFlags::POINTOPOINT) {
            text.str(" P-t-P:");
            text.ipv4(inet.destination);
            text.byte(b' ');
        }
        if base.flags.contains(DeviceFlags::BROADCAST) {
            text.str(" Bcast:");
            text.ipv4(inet.broadcast);
            text.byte(b' ');
        }
        text.str(" Mask:");
        text.ipv4(inet.netmask);
        text.byte(b'\n');
    }
    inet6(text, entry);
    flags(text, base.flags);
    text.str(" MTU:");
    text.signed(base.mtu);
    text.str(METRIC);
    if let Some(counters) = entry.counters {
        statistics(text, counters, base.hardware.kind(), base.tx_queue_length);
    }
    resources(text, entry, " ");
    text.byte(b'\n');
}

/// Appends the block of an entry as the HOWTO shows it. An address that is not there is told, and an
/// alias has counters of its own, which are always zero.
pub(super) fn howto(text: &mut Text, entry: &Entry<'_>) {
    let base = entry.base;
    let class = Class::of(base.hardware.kind());
    let mark = text.mark();
    text.name(entry.name.as_bytes());
    text.pad_to(mark, 8);
    text.str("  Link encap:");
    text.str(if class.kind == HardwareType::ETHER { "10Mbps Ethernet" } else { class.title });
    if class.has_printer() {
        text.str("  HWaddr ");
        class.write(text, &base.hardware, Case::Upper);
    }
    text.byte(b'\n');
    howto_inet(text, base.flags, entry.inet);
    for inet in entry.further {
        howto_inet(text, base.flags, Some(*inet));
    }
    inet6(text, entry);
    flags(text, base.flags);
    text.str(" MTU:");
    text.signed(base.mtu);
    text.str(METRIC);
    let counters = entry.counters.copied().unwrap_or_default();
    for (head, packets, errors, dropped, overruns) in [
        ("RX", counters.rx_packets, counters.rx_errs, counters.rx_drop, counters.rx_fifo),
        ("TX", counters.tx_packets, counters.tx_errs, counters.tx_drop, counters.tx_fifo),
    ] {
        text.str("          ");
        text.str(head);
        text.str(" packets:");
        text.number(packets);
        text.str(" errors:");
        text.number(errors);
        text.str(" dropped:");
        text.number(dropped);
        text.str(" overruns:");
        text.number(overruns);
        text.byte(b'\n');
    }
    if !entry.name.is_alias() {
        resources(text, entry, "");
    }
    text.byte(b'\n');
}

fn howto_inet(text: &mut Text, flags: DeviceFlags, inet: Option<Inet>) {
    let set = |address: Ipv4Addr| (!address.is_unspecified()).then_some(address);
    field(text, "          inet addr:", inet.map(|inet| inet.address));
    if flags.contains(DeviceFlags::POINTOPOINT) {
        field(text, "  P-t-P:", inet.map(|inet| inet.destination));
    } else {
        field(text, "  Bcast:", inet.and_then(|inet| set(inet.broadcast)));
    }
    field(text, "  Mask:", inet.map(|inet| inet.netmask));
    text.byte(b'\n');
}

fn field(text: &mut Text, head: &str, address: Option<Ipv4Addr>) {
    text.str(head);
    match address {
        Some(address) => text.ipv4(address),
        None => text.str("[NONE SET]"),
    }
}

fn inet6(text: &mut Text, entry: &Entry<'_>) {
    for address in entry.inet6 {
        text.str("          inet6 addr: ");
        text.ipv6(address.address);
        text.byte(b'/');
        text.number(u64::from(address.prefix_length));
        text.str(match address.scope {
            0x00 => " Scope:Global\n",
            0x20 => " Scope:Link\n",
            0x40 => " Scope:Site\n",
            0x80 => " Scope:Compat\n",
            0x10 => " Scope:Host\n",
            _ => " Scope:Unknown\n",
        });
    }
}

/// Appends the names of the flags, each with a blank behind it.
fn flags(text: &mut Text, flags: DeviceFlags) {
    text.str("          ");
    if flags.low() == 0 {
        text.str("[NO FLAGS] ");
    }
    for (_, name) in FLAG_NAMES.iter().filter(|(flag, _)| flags.contains(*flag)) {
        text.str(name);
        text.byte(b' ');
    }
}

fn statistics(text: &mut Text, counters: &DevEntry, kind: HardwareType, queue: Option<i64>) {
    let compressed = matches!(kind, HardwareType::CSLIP | HardwareType::CSLIP6);
    text.str("          RX packets:");
    text.number(counters.rx_packets);
    text.str(" errors:");
    text.number(counters.rx_errs);
    text.str(" dropped:");
    text.number(counters.rx_drop);
    text.str(" overruns:");
    text.number(counters.rx_fifo);
    text.str(" frame:");
    text.number(counters.rx_frame);
    text.byte(b'\n');
    if compressed {
        text.str("             compressed:");
        text.number(counters.rx_compressed);
        text.byte(b'\n');
    }
    text.str("          TX packets:");
    text.number(counters.tx_packets);
    text.str(" errors:");
    text.number(counters.tx_errs);
    text.str(" dropped:");
    text.number(counters.tx_drop);
    text.str(" overruns:");
    text.number(counters.tx_fifo);
    text.str(" carrier:");
    text.number(counters.tx_carrier);
    text.str("\n          collisions:");
    text.number(counters.tx_colls);
    text.byte(b' ');
    if compressed {
        text.str("compressed:");
        text.number(counters.tx_compressed);
        text.byte(b' ');
    }
    if let Some(length) = queue {
        text.str("txqueuelen:");
        text.signed(length);
        text.byte(b' ');
    }
    text.str("\n          RX bytes:");
    text.number(counters.rx_bytes);
    text.str(" (");
    human(text, counters.rx_bytes);
    text.str(")  TX bytes:");
    text.number(counters.tx_bytes);
    text.str(" (");
    human(text, counters.tx_bytes);
    text.str(")\n");
}

/// Appends the hardware parameters, with a blank between two of them, and this behind the last.
fn resources(text: &mut Text, entry: &Entry<'_>, end: &str) {
    if !entry.base.has_resources() {
        return;
    }
    let map = &entry.base.map;
    let mut between = "          ";
    if map.irq != 0 {
        text.str(between);
        text.str("Interrupt:");
        text.number(u64::from(map.irq));
        between = " ";
    }
    if map.base_addr >= FIRST_PORT {
        text.str(between);
        text.str("Base address:0x");
        text.hex(u64::from(map.base_addr));
        between = " ";
    }
    if map.mem_start != 0 {
        text.str(between);
        text.str("Memory:");
        text.hex(map.mem_start);
        text.byte(b'-');
        text.hex(map.mem_end);
        between = " ";
    }
    if map.dma != 0 {
        text.str(between);
        text.str("DMA chan:");
        text.hex(u64::from(map.dma));
    }
    text.str(end);
    text.byte(b'\n');
}
