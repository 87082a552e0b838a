//! The long layout of net-tools 2.10.

use super::entry::{Entry, FIRST_PORT, FLAG_NAMES};
use crate::hardware::{Case, Class};
use crate::output::Text;
use ifctl_netdevice::proc::DevEntry;
use ifctl_netdevice::{DeviceFlags, HardwareType};

const INDENT: &str = "        ";

/// Appends the block of an entry.
pub(super) fn block(text: &mut Text, entry: &Entry<'_>) {
    let base = entry.base;
    text.name(entry.name.as_bytes());
    flags(text, base.flags);
    text.str("  mtu ");
    text.signed(base.mtu);
    text.byte(b'\n');
    for inet in entry.inets() {
        text.str("        inet ");
        text.ipv4(inet.address);
        text.str("  netmask ");
        text.ipv4(inet.netmask);
        if base.flags.contains(DeviceFlags::BROADCAST) {
            text.str("  broadcast ");
            text.ipv4(inet.broadcast);
        }
        if base.flags.contains(DeviceFlags::POINTOPOINT) {
            text.str("  destination ");
            text.ipv4(inet.destination);
        }
        text.byte(b'\n');
    }
    for address in entry.inet6 {
        text.str("        inet6 ");
        text.ipv6(address.address);
        text.str("  prefixlen ");
        text.number(u64::from(address.prefix_length));
        text.str("  scopeid 0x");
        text.hex(u64::from(address.scope));
        scopes(text, address.scope);
        text.byte(b'\n');
    }
    let class = Class::of(base.hardware.kind());
    text.str(INDENT);
    text.str(class.name);
    if class.has_printer() {
        text.byte(b' ');
        class.write(text, &base.hardware, Case::Lower);
    }
    if let Some(length) = base.tx_queue_length {
        text.str("  txqueuelen ");
        text.signed(length);
    }
    text.str("  (");
    text.str(class.title);
    text.str(")\n");
    if let Some(port) = base.port() {
        text.str("        media ");
        text.str(port);
        if base.flags.contains(DeviceFlags::AUTOMEDIA) {
            text.str("autoselect");
        }
        text.byte(b'\n');
    }
    if let Some(counters) = entry.counters {
        statistics(text, counters, base.hardware.kind());
    }
    resources(text, entry);
    text.byte(b'\n');
}

/// Appends `: flags=4163<UP,BROADCAST>`: the number signed, as sixteen bits are, and with two slips of
/// net-tools that show when no flag has a name.
fn flags(text: &mut Text, flags: DeviceFlags) {
    text.str(": flags=");
    text.signed(i64::from(flags.low().cast_signed()));
    if flags.low() == 0 {
        text.byte(b'<');
        return;
    }
    let mut separator = b'<';
    for (_, name) in FLAG_NAMES.iter().filter(|(flag, _)| flags.contains(*flag)) {
        text.byte(separator);
        text.str(name);
        separator = b',';
    }
    if separator == b',' {
        text.byte(b'>');
    }
}

/// Appends the names of an IPv6 scope: `<link>`, `<compat,global>`; nothing for an unknown one.
fn scopes(text: &mut Text, scope: u8) {
    const COMPATIBLE: u8 = 0x80;
    let names: &[(u8, &str)] = &[(0x00, "global"), (0x20, "link"), (0x40, "site"), (0x10, "host")];
    let rest = scope & 0xf0 & !COMPATIBLE;
    let name = names.iter().find(|(number, _)| *number == rest).map(|(_, name)| *name);
    let compatible = (scope & COMPATIBLE != 0).then_some("compat");
    let mut separator = b'<';
    for name in compatible.into_iter().chain(name) {
        text.byte(separator);
        text.str(name);
        separator = b',';
    }
    if separator == b',' {
        text.byte(b'>');
    }
}

fn statistics(text: &mut Text, counters: &DevEntry, kind: HardwareType) {
    let compressed = matches!(kind, HardwareType::CSLIP | HardwareType::CSLIP6);
    text.str("        RX packets ");
    text.number(counters.rx_packets);
    text.str("  bytes ");
    amount(text, counters.rx_bytes);
    text.byte(b'\n');
    if compressed {
        text.str("        RX compressed:");
        text.number(counters.rx_compressed);
        text.byte(b'\n');
    }
    text.str("        RX errors ");
    text.number(counters.rx_errs);
    text.str("  dropped ");
    text.number(counters.rx_drop);
    text.str("  overruns ");
    text.number(counters.rx_fifo);
    text.str("  frame ");
    text.number(counters.rx_frame);
    text.str("\n        TX packets ");
    text.number(counters.tx_packets);
    text.str("  bytes ");
    amount(text, counters.tx_bytes);
    text.byte(b'\n');
    if compressed {
        text.str("        TX compressed ");
        text.number(counters.tx_compressed);
        text.byte(b'\n');
    }
    text.str("        TX errors ");
    text.number(counters.tx_errs);
    text.str("  dropped ");
    text.number(counters.tx_drop);
    text.str(" overruns ");
    text.number(counters.tx_fifo);
    text.str("  carrier ");
    text.number(counters.tx_carrier);
    text.str("  collisions ");
    text.number(counters.tx_colls);
    text.byte(b'\n');
}

/// Appends a number of bytes and, in brackets, the same in a greater unit.
fn amount(text: &mut Text, bytes: u64) {
    text.number(bytes);
    text.str(" (");
    human(text, bytes);
    text.byte(b')');
}

/// Appends a number of bytes in the greatest unit that it exceeds, one decimal, the rest cut off.
pub(super) fn human(text: &mut Text, bytes: u64) {
    const UNITS: [(u32, &str); 6] =
        [(60, " EiB"), (50, " PiB"), (40, " TiB"), (30, " GiB"), (20, " MiB"), (10, " KiB")];
    let unit = UNITS.into_iter().find(|(bits, _)| bytes > 1 << bits);
    let (bits, name) = unit.unwrap_or((0, " B"));
    // Above 2^60 the unit is divided first, since ten times the number might not fit.
    let tenths = if bits == 60 { bytes / ((1 << 60) / 10) } else { (bytes * 10) >> bits };
    text.number(tenths / 10);
    text.byte(b'.');
    text.number(tenths % 10);
    text.str(name);
}

fn resources(text: &mut Text, entry: &Entry<'_>) {
    if !entry.base.has_resources() {
        return;
    }
    let map = &entry.base.map;
    text.str("        device ");
    if map.irq != 0 {
        text.str("interrupt ");
        text.number(u64::from(map.irq));
        text.str("  ");
    }
    if map.base_addr >= FIRST_PORT {
        text.str("base 0x");
        text.hex(u64::from(map.base_addr));
        text.str("  ");
    }
    if map.mem_start != 0 {
        text.str("memory 0x");
        text.hex(map.mem_start);
        text.byte(b'-');
        text.hex(map.mem_end);
        text.str("  ");
    }
    if map.dma != 0 {
        text.str("  dma 0x");
        text.hex(u64::from(map.dma));
    }
    text.byte(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Text)) -> String {
        let mut text = Text::default();
        write(&mut text);
        String::from_utf8(text.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn a_unit_is_used_only_above_its_own_size_and_cut_off_after_one_decimal() {
        for (bytes, shown) in [
            (0, "0.0 B"),
            (1024, "1024.0 B"),
            (1025, "1.0 KiB"),
            (1_048_576, "1024.0 KiB"),
            (999_999_999, "953.6 MiB"),
            (1 << 60, "1024.0 PiB"),
            (u64::MAX, "16.0 EiB"),
        ] {
            assert_eq!(written(|text| human(text, bytes)), shown, "{bytes}");
        }
    }

    #[test]
    fn flags_are_a_signed_number_and_the_brackets_slip_as_in_net_tools() {
        let shown = |bits| written(|text| flags(text, DeviceFlags::from_bits_retain(bits)));
        assert_eq!(shown(0x1043), ": flags=4163<UP,BROADCAST,RUNNING,MULTICAST>");
        assert_eq!(shown(0x9043), ": flags=-28605<UP,BROADCAST,RUNNING,MULTICAST,DYNAMIC>");
        assert_eq!(shown(0x1_0049), ": flags=73<UP,LOOPBACK,RUNNING>");
        assert_eq!(shown(0), ": flags=0<");
        assert_eq!(shown(0x2000), ": flags=8192");
    }

    #[test]
    fn a_scope_may_have_two_names_or_none() {
        let shown = |scope| written(|text| scopes(text, scope));
        assert_eq!(shown(0x00), "<global>");
        assert_eq!(shown(0x80), "<compat,global>");
        assert_eq!(shown(0x20), "<link>");
        assert_eq!(shown(0x50), "");
    }
}
