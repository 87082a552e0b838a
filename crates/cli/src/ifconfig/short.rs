//! The short listings (`-s`): a row for each name.

use super::entry::{Entry, FLAG_LETTERS};
use crate::output::Text;
use crate::style::Style;
use ifctl_netdevice::DeviceFlags;

const MODERN: &str =
    "Iface      MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg\n";
const OLD: &str =
    "Iface   MTU Met    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg\n";

/// Appends the header, which net-tools 2.10 does not align with the rows.
pub(super) fn header(text: &mut Text, style: Style) {
    text.str(if style == Style::Modern { MODERN } else { OLD });
}

/// Appends the row of an entry.
pub(super) fn row(text: &mut Text, style: Style, entry: &Entry<'_>) {
    let modern = style == Style::Modern;
    let base = entry.base;
    let width = if modern { 15 } else { 5 };
    let mark = text.mark();
    text.name(entry.name.as_bytes().get(..width).unwrap_or(entry.name.as_bytes()));
    text.pad_to(mark, width + 1);
    text.number_right(base.mtu.unsigned_abs(), 5);
    text.str(if modern { " " } else { "   1" });
    match entry.counters {
        None => text.left(b"     - no statistics available -", 56),
        Some(counters) => {
            text.number_right(counters.rx_packets, 8);
            for count in [counters.rx_errs, counters.rx_drop] {
                text.byte(b' ');
                text.number_right(count, 6);
            }
            text.byte(b' ');
            if modern {
                text.number_left(counters.rx_fifo, 6);
                text.byte(b' ');
            } else {
                text.number_right(counters.rx_fifo, 6);
            }
            text.number_right(counters.tx_packets, 8);
            for count in [counters.tx_errs, counters.tx_drop, counters.tx_fifo] {
                text.byte(b' ');
                text.number_right(count, 6);
            }
            text.byte(b' ');
        }
    }
    letters(text, base.flags);
    text.byte(b'\n');
}

fn letters(text: &mut Text, flags: DeviceFlags) {
    if flags.low() == 0 {
        text.str("[NO FLAGS]");
    }
    for (_, letter) in FLAG_LETTERS.iter().filter(|(flag, _)| flags.contains(*flag)) {
        text.byte(*letter);
    }
}
