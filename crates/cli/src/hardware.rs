//! Hardware classes: the names, titles and address forms of link layers.

use crate::family::callsign_fault;
use crate::number::{strtol, strtoul};
use crate::output::Text;
use ifctl_netdevice::{HardwareAddress, HardwareType};

/// How many bytes of a hardware address ifconfig has ever fetched.
const FETCHED: usize = 8;

/// A class of link layers.
#[derive(Debug)]
pub(crate) struct Class {
    /// The word of `hw`, and what the listing calls the class.
    pub(crate) name: &'static str,
    /// What the listing and the help call it at length.
    pub(crate) title: &'static str,
    /// The type of its devices.
    pub(crate) kind: HardwareType,
    /// How its addresses look.
    form: Form,
}

/// How the addresses of a class are written and read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Neither.
    None,
    /// Written as nothing, never understood.
    Tunnel,
    /// Six pairs; the second digit may be left out before a colon.
    Ether,
    /// This many pairs with this between them, in capitals. Both digits are needed, or not.
    Pairs { count: usize, separator: u8, both_digits: bool },
    /// A callsign, shifted by a bit.
    Callsign,
    /// Ten digits.
    Rose,
    /// Hops between brackets.
    Ash,
    /// A number of sixteen bits.
    Dlci,
    /// Four bytes backwards.
    Irda,
    /// Digits.
    X25,
    /// Sixteen pairs with dashes, whatever the type.
    Unspec,
}

/// All of them, in the order in which the help lists them.
pub(crate) const CLASSES: &[Class] = &[
    class("loop", "Local Loopback", HardwareType::LOOPBACK, Form::None),
    class("slip", "Serial Line IP", HardwareType::SLIP, Form::None),
    class("cslip", "VJ Serial Line IP", HardwareType::CSLIP, Form::None),
    class("slip6", "6-bit Serial Line IP", HardwareType::SLIP6, Form::None),
    class("cslip6", "VJ 6-bit Serial Line IP", HardwareType::CSLIP6, Form::None),
    class("adaptive", "Adaptive Serial Line IP", HardwareType::ADAPT, Form::None),
    class("ash", "Ash", HardwareType::ASH, Form::Ash),
    class("ether", "Ethernet", HardwareType::ETHER, Form::Ether),
    class("ax25", "AMPR AX.25", HardwareType::AX25, Form::Callsign),
    class("netrom", "AMPR NET/ROM", HardwareType::NETROM, Form::Callsign),
    class("rose", "AMPR ROSE", HardwareType::ROSE, Form::Rose),
    class("tunnel", "IPIP Tunnel", HardwareType::TUNNEL, Form::Tunnel),
    class("ppp", "Point-to-Point Protocol", HardwareType::PPP, Form::None),
    class("hdlc", "(Cisco)-HDLC", HardwareType::HDLC, Form::None),
    class("lapb", "LAPB", HardwareType::LAPB, Form::None),
    class("arcnet", "ARCnet", HardwareType::ARCNET, pairs(1, b':', true)),
    class("dlci", "Frame Relay DLCI", HardwareType::DLCI, Form::Dlci),
    class("frad", "Frame Relay Access Device", HardwareType::FRAD, Form::None),
    class("sit", "IPv6-in-IPv4", HardwareType::SIT, Form::None),
    class("fddi", "Fiber Distributed Data Interface", HardwareType::FDDI, pairs(6, b'-', true)),
    class("hippi", "HIPPI", HardwareType::HIPPI, pairs(6, b':', true)),
    class("irda", "IrLAP", HardwareType::IRDA, Form::Irda),
    class("ec", "Econet", HardwareType::ECONET, Form::None),
    class("x25", "generic X.25", HardwareType::X25, Form::X25),
    class("eui64", "Generic EUI-64", HardwareType::EUI64, pairs(8, b':', false)),
];

/// The class of every other type; the word is known to `hw`, though it is not listed.
pub(crate) const UNSPEC: &Class = &class("unspec", "UNSPEC", HardwareType::VOID, Form::Unspec);

const fn class(name: &'static str, title: &'static str, kind: HardwareType, form: Form) -> Class {
    Class { name, title, kind, form }
}

const fn pairs(count: usize, separator: u8, both_digits: bool) -> Form {
    Form::Pairs { count, separator, both_digits }
}

/// Which letters hexadecimal digits are written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    /// As net-tools 2.10 writes the addresses of Ethernet.
    Lower,
    /// As net-tools 1.60 and earlier did.
    Upper,
}

impl Class {
    /// Returns the class of this name.
    pub(crate) fn by_name(word: &[u8]) -> Option<&'static Self> {
        CLASSES.iter().chain(std::iter::once(UNSPEC)).find(|class| class.name.as_bytes() == word)
    }

    /// Returns the class of a device of this type.
    pub(crate) fn of(kind: HardwareType) -> &'static Self {
        CLASSES.iter().find(|class| class.kind == kind).unwrap_or(UNSPEC)
    }

    /// Returns whether listings show the addresses of the class.
    pub(crate) fn has_printer(&self) -> bool {
        self.form != Form::None
    }

    /// Returns whether `hw` can read addresses of the class.
    pub(crate) fn has_reader(&self) -> bool {
        !matches!(self.form, Form::None | Form::Dlci | Form::Irda | Form::Unspec)
    }

    /// Returns whether `arp` knows addresses of the class.
    pub(crate) fn has_arp(&self) -> bool {
        !matches!(self.form, Form::None | Form::Tunnel | Form::Unspec)
    }

    /// Returns what is said, on the same line, before any message that an address is not understood.
    pub(crate) fn before_invalid(&self) -> &'static [u8] {
        if self.form == Form::Ash { b"Malformed Ash address" } else { b"" }
    }

    /// Appends an address of the class. Case is Ethernet's; the other classes have their own.
    pub(crate) fn write(&self, text: &mut Text, address: &HardwareAddress, case: Case) {
        let mut bytes = [0u8; 16];
        for (to, from) in bytes.iter_mut().zip(address.as_bytes()).take(FETCHED) {
            *to = *from;
        }
        let [a, b, c, d, e, f, g, h, ..] = bytes;
        match self.form {
            Form::None | Form::Tunnel => {}
            Form::Ether => write_pairs(text, &[a, b, c, d, e, f], b':', case == Case::Upper),
            Form::Pairs { count, separator, .. } => {
                write_pairs(text, bytes.get(..count).unwrap_or_default(), separator, true);
            }
            Form::Unspec => write_pairs(text, &bytes, b'-', true),
            Form::Callsign => {
                for byte in [a, b, c, d, e, f].map(|byte| byte >> 1) {
                    if !matches!(byte, 0 | b' ') {
                        text.name(&[byte]);
                    }
                }
                if (g >> 1) & 0xf != 0 {
                    text.byte(b'-');
                    text.number(u64::from((g >> 1) & 0xf));
                }
            }
            Form::Rose => {
                for byte in [a, b, c, d, e] {
                    text.hex_byte(byte, false);
                }
            }
            Form::Ash => {
                let hops = [a, b, c, d, e, f, g, h];
                let hops = hops.split(|hop| *hop == 0).next().unwrap_or_default();
                if !hops.is_empty() {
                    text.byte(b'[');
                    for hop in hops {
                        text.hex(u64::from(*hop));
                    }
                    text.byte(b']');
                }
            }
            Form::Dlci => text.number(u64::from(u16::from_ne_bytes([a, b]))),
            Form::Irda => {
                // Each byte is printed as the int that C makes of a char, in a field of eleven.
                let backwards = [d, c, b, a].map(|byte| format!("{:02x}", byte as i8 as i32));
                text.raw(backwards.join(":").as_bytes().get(..11).unwrap_or_default());
            }
            Form::X25 => {
                let digits = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
                text.name(digits);
            }
        }
    }

    /// Reads an address of the class. All of it must be there: an address that ends too early is none.
    pub(crate) fn read(&self, word: &[u8]) -> Option<HardwareAddress> {
        let mut bytes = [0u8; 14];
        match self.form {
            Form::None | Form::Tunnel | Form::Dlci | Form::Irda | Form::Unspec => return None,
            Form::Ether => read_pairs(word, bytes.get_mut(..6)?, false)?,
            Form::Pairs { count, both_digits, .. } => {
                read_pairs(word, bytes.get_mut(..count)?, both_digits)?;
            }
            Form::Callsign => {
                if callsign_fault(word).is_some() {
                    return None;
                }
                let mut parts = word.splitn(2, |byte| *byte == b'-');
                let call = parts.next().unwrap_or_default();
                for (to, from) in
                    bytes.iter_mut().zip(call.iter().chain(std::iter::repeat(&b' '))).take(6)
                {
                    *to = from.to_ascii_uppercase() << 1;
                }
                let (ssid, _) = strtoul(parts.next().unwrap_or_default(), 10);
                *bytes.get_mut(6)? = ((ssid as u8) << 1) & 0x1e;
            }
            Form::Rose => {
                if word.len() != 10 {
                    return None;
                }
                for (to, pair) in bytes.iter_mut().zip(word.chunks(2)) {
                    let [high, low] = pair else { return None };
                    *to = (high.wrapping_sub(b'0') << 4) | (low.wrapping_sub(b'0') & 0xf);
                }
            }
            Form::Ash => {
                let mut bytes = bytes.iter_mut();
                for hop in word.split(|byte| *byte == b':') {
                    let (value, rest) = strtol(hop, 16);
                    if !rest.is_empty() {
                        return None;
                    }
                    if let Some(byte) = bytes.next() {
                        *byte = value as u8;
                    }
                }
            }
            Form::X25 => {
                if !matches!(word.len(), 1..=15) {
                    return None;
                }
                for (to, from) in bytes.iter_mut().zip(word) {
                    *to = *from;
                }
            }
        }
        HardwareAddress::new(self.kind, &bytes).ok()
    }
}

fn write_pairs(text: &mut Text, bytes: &[u8], separator: u8, upper: bool) {
    for (i, byte) in bytes.iter().enumerate() {
        if i > 0 {
            text.byte(separator);
        }
        text.hex_byte(*byte, upper);
    }
}

/// Reads pairs of hexadecimal digits, with a colon behind each or none. Where one digit is enough, a
/// colon or the end must follow it. What follows the last pair does not matter.
fn read_pairs(word: &[u8], bytes: &mut [u8], both_digits: bool) -> Option<()> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).map(|value| value as u8);
    let mut rest = word;
    for byte in bytes {
        let (first, tail) = rest.split_first()?;
        let high = digit(first)?;
        (*byte, rest) = match tail.split_first() {
            Some((second, tail)) if digit(second).is_some() => (high << 4 | digit(second)?, tail),
            None | Some((b':', _)) if !both_digits => (high, tail),
            _ => return None,
        };
        if let [b':', tail @ ..] = rest {
            rest = tail;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ether(word: &str) -> Option<[u8; 6]> {
        let class = Class::by_name(b"ether").unwrap();
        class.read(word.as_bytes()).map(|address| address.as_bytes()[..6].try_into().unwrap())
    }

    #[test]
    fn an_ethernet_address_may_leave_out_colons_and_leading_zeros() {
        assert_eq!(ether("02:00:00:00:00:77"), Some([2, 0, 0, 0, 0, 0x77]));
        assert_eq!(ether("020000000078"), Some([2, 0, 0, 0, 0, 0x78]));
        assert_eq!(ether("2:0:0:0:0:a"), Some([2, 0, 0, 0, 0, 10]));
        assert_eq!(ether("02:00:00:00:00:08xyz"), Some([2, 0, 0, 0, 0, 8]));
    }

    #[test]
    fn an_ethernet_address_that_ends_too_early_is_refused() {
        for word in ["", "2", "02:01:02", "02:00:00:00:00", "02:00:00:00:00:", "02-00-00-00-00-79"]
        {
            assert_eq!(ether(word), None, "{word}");
        }
    }

    #[test]
    fn addresses_of_x25_have_up_to_fifteen_digits_and_those_of_ash_any_number() {
        let read = |class: &str, word: &str| {
            Class::by_name(class.as_bytes()).unwrap().read(word.as_bytes()).is_some()
        };
        assert!(read("x25", "123456789012345") && read("ash", &"1".repeat(100)) && read("ash", ""));
        assert!(!read("x25", "1234567890123456") && !read("x25", "") && !read("ash", "[12]"));
        assert!(read("ash", "02::f:-1:0x1") && !read("ash", "1g") && !read("ash", "1-2"));
    }

    #[test]
    fn a_type_without_a_class_is_printed_as_sixteen_pairs_of_which_eight_are_known() {
        let mut text = Text::default();
        let address = HardwareAddress::new(HardwareType::INFINIBAND, &[0xab; 20]).unwrap();
        let class = Class::of(HardwareType::INFINIBAND);
        class.write(&mut text, &address, Case::Lower);
        assert_eq!(text.as_bytes(), b"AB-AB-AB-AB-AB-AB-AB-AB-00-00-00-00-00-00-00-00");
    }

    #[test]
    fn bytes_that_a_short_address_does_not_have_are_zeros() {
        // Linux' GRE tunnels, which have no class: 192.0.2.1.
        let kind = HardwareType(778);
        let address = HardwareAddress::new(kind, &[192, 0, 2, 1]).unwrap();
        let mut text = Text::default();
        Class::of(kind).write(&mut text, &address, Case::Lower);
        assert_eq!(text.as_bytes(), b"C0-00-02-01-00-00-00-00-00-00-00-00-00-00-00-00");
    }
}
