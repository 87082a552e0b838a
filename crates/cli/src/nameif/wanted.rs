//! The names that are wanted, from arguments and from files like /etc/mactab.

use super::Stop;
use crate::number::strtoul;
use ifctl_netdevice::DeviceName;

/// The most bytes that an address has here: what `ifr_hwaddr` holds.
const LONGEST: usize = 14;

/// A name, for the device of an address.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    /// The name.
    pub(super) name: DeviceName,
    /// What the device's address begins with: 1 to 14 bytes.
    pub(super) address: Vec<u8>,
    /// Whether a device was found.
    pub(super) found: bool,
}

/// Where a pair comes from, for messages.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    /// The word of this number is the address.
    Argument(usize),
    /// It is in the line of this number; lines without a pair are not counted.
    Line(usize),
}

impl Wanted {
    /// Reads a name and an address that were given as arguments.
    pub(super) fn of_words(
        name: &[u8],
        address: &[u8],
        place: Place,
        tell: &dyn Fn(&[u8]),
    ) -> Result<Self, Stop> {
        let device = DeviceName::new(name)
            .map_err(|_| [b"interface name `", name, b"' too long"].concat())?;
        Self::of(device, address, place, tell)
    }

    fn of(
        name: DeviceName,
        address: &[u8],
        place: Place,
        tell: &dyn Fn(&[u8]),
    ) -> Result<Self, Stop> {
        if name.is_alias() {
            let place = place.to_string();
            tell(
                &[
                    b"alias device ",
                    name.as_bytes(),
                    b" at ",
                    place.as_bytes(),
                    b" probably has no mac",
                ]
                .concat(),
            );
        }
        Ok(Self { name, address: read_address(address, place)?, found: false })
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Argument(number) => write!(f, "argument {number}"),
            Self::Line(number) => write!(f, "line {number}"),
        }
    }
}

/// Reads the lines of a file: a name, blanks, an address; what follows does not matter, nor what is behind
/// a `#`.
pub(super) fn of_file(
    text: &[u8],
    wanted: &mut Vec<Wanted>,
    tell: &dyn Fn(&[u8]),
) -> Result<(), Stop> {
    let mut number = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let line = line.split(|byte| matches!(byte, b'\0' | b'#')).next().unwrap_or_default();
        let pair = trim_start(line);
        if pair.is_empty() {
            continue;
        }
        number += 1;
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
        let end = pair.iter().position(blank).unwrap_or(pair.len());
        let (name, rest) = pair.split_at(end);
        // The newline belongs to a name that nothing follows.
        let name =
            DeviceName::new(name).map_err(|_| [b"interface name too long at ", line].concat())?;
        let start = rest.iter().position(|byte| !blank(byte)).unwrap_or(rest.len());
        let rest = rest.get(start..).unwrap_or_default();
        let end = rest.iter().position(|byte| !byte.is_ascii_hexdigit() && *byte != b':');
        let address = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        wanted.push(Wanted::of(name, address, Place::Line(number), tell)?);
    }
    Ok(())
}

/// Reads an address: 1 to 14 hexadecimal numbers between colons. What follows a number does not matter.
fn read_address(text: &[u8], place: Place) -> Result<Vec<u8>, Stop> {
    let mut address = Vec::new();
    let parts = text.split(|byte| *byte == b':');
    for part in parts.clone() {
        let (value, rest) = strtoul(part, 16);
        // C keeps the number in 32 bits.
        let byte = u8::try_from(value as u32).ok().filter(|_| rest.len() < part.len());
        let Some(byte) = byte else {
            let shown = parts.clone().next().unwrap_or_default();
            return Err(
                [b"cannot parse MAC `", shown, b"' at ", place.to_string().as_bytes()].concat()
            );
        };
        if address.len() == LONGEST {
            return Err(format!(
                "MAC address at {place} is larger than maximum allowed {LONGEST} bytes"
            )
            .into_bytes());
        }
        address.push(byte);
    }
    Ok(address)
}

/// Returns the text without the blanks, of any kind, that it begins with.
pub(super) fn trim_start(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|byte| !matches!(byte, b' ' | b'\t'..=b'\r'));
    text.get(start.unwrap_or(text.len())..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    fn address(text: &str) -> Result<Vec<u8>, String> {
        read_address(text.as_bytes(), Place::Argument(2))
            .map_err(|message| String::from_utf8(message).unwrap())
    }

    #[test]
    fn an_address_has_one_to_fourteen_numbers_of_eight_bits() {
        assert_eq!(address("02:0:0x0:+0:00000:1"), Ok(vec![2, 0, 0, 0, 0, 1]));
        assert_eq!(address("02-00"), Ok(vec![2]));
        assert_eq!(address("1:2:3:4:5:6:7:8:9:a:b:c:d:e").map(|bytes| bytes.len()), Ok(14));
        assert_eq!(
            address("1:2:3:4:5:6:7:8:9:a:b:c:d:e:zz").unwrap_err(),
            "cannot parse MAC `1' at argument 2"
        );
    }

    #[test]
    fn a_message_shows_an_address_up_to_its_first_colon() {
        for (text, shown) in [
            ("", ""),
            ("zz", "zz"),
            ("1ff:00", "1ff"),
            ("02:00:", "02"),
            ("02::00", "02"),
            (":2", ""),
        ] {
            let message = format!("cannot parse MAC `{shown}' at argument 2");
            assert_eq!(address(text), Err(message), "{text}");
        }
    }

    /// Returns the pairs or the message, behind what was told meanwhile.
    fn file(text: &str) -> String {
        let told = RefCell::new(String::new());
        let mut wanted = Vec::new();
        let end = of_file(text.as_bytes(), &mut wanted, &|text| {
            told.borrow_mut().push_str(&format!("{}; ", String::from_utf8_lossy(text)));
        });
        let mut told = told.into_inner();
        wanted.iter().for_each(|pair| told += &format!("{} {:x?} ", pair.name, pair.address));
        told + &String::from_utf8(end.err().unwrap_or_default()).unwrap()
    }

    #[test]
    fn a_file_has_a_pair_a_line_and_lines_without_one_are_not_counted() {
        assert_eq!(
            file("# c\n\n \t \nfoo 02:00 # x\n  bar\t \t2:3\r\n\x0b\nbaz zz\n"),
            "foo [2, 0] bar [2, 3] cannot parse MAC `' at line 3"
        );
        assert_eq!(file("\n foo"), "cannot parse MAC `' at line 1");
        assert_eq!(file("a:1 02\0:zz"), "alias device a:1 at line 1 probably has no mac; a:1 [2] ");
    }

    #[test]
    fn a_name_in_a_file_has_fifteen_bytes_at_most_counting_the_newline_behind_it() {
        assert_eq!(file("abcdefghijklmno 02"), "abcdefghijklmno [2] ");
        assert_eq!(file("abcdefghijklmno\n"), "interface name too long at abcdefghijklmno\n");
        assert_eq!(
            file(" averyverylongname 02 # c"),
            "interface name too long at  averyverylongname 02 "
        );
    }
}
