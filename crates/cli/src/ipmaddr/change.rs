//! `add` and `del`: a device begins or ceases to listen to a link layer address.

use super::Usage;
use super::words::is_dev;
use crate::number::strtoul;
use crate::output::Output;
use ifctl_netdevice::{Control, DeviceName, Error, Family, HardwareAddress, HardwareType, Kernel};

/// How many bytes of an address are sent.
const FETCHED: usize = 14;

/// What is done to a device's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// The address is added; a second time is none.
    Add,
    /// An address that was added is taken away.
    Delete,
}

/// Carries out `add` or `del` with these words, in any order: an address, `dev` and a name.
///
/// Without an address it is the one of zeros; one that begins with a zero may be followed by another.
/// Whether it is a multicast address is the kernel's to say, which does not.
pub(super) fn run<'a>(
    kernel: &dyn Kernel,
    output: &Output,
    change: Change,
    mut words: impl Iterator<Item = &'a [u8]>,
) -> Result<u8, Usage> {
    let mut device = DeviceName::default();
    let mut address = [0; FETCHED];
    while let Some(word) = words.next() {
        if is_dev(word) {
            let name = words.next().ok_or(Usage)?;
            if !device.is_empty() {
                return Err(Usage);
            }
            device = DeviceName::truncated(name);
        } else {
            if address.first().is_some_and(|byte| *byte != 0) {
                return Err(Usage);
            }
            read_address(word, &mut address).ok_or(Usage)?;
        }
    }
    if device.is_empty() {
        return Err(Usage);
    }
    let control = match Control::open(kernel, Family::INET) {
        Ok(control) => control,
        Err(error) => return Ok(refused(output, b"Cannot create socket: ", &error)),
    };
    // The type that is sent is none, which is AMPR NET/ROM's number; the kernel does not look at it.
    let address = HardwareAddress::new(HardwareType(0), &address).unwrap_or_default();
    let done = match change {
        Change::Add => control.add_multicast(device, &address),
        Change::Delete => control.delete_multicast(device, &address),
    };
    Ok(match done {
        Ok(()) => 0,
        Err(error) => refused(output, b"ioctl: ", &error),
    })
}

fn refused(output: &Output, what: &[u8], error: &Error) -> u8 {
    let cause = error.errno().map_or_else(|| error.to_string(), |errno| errno.to_string());
    output.complain(&[what, cause.as_bytes()]);
    1
}

/// Reads pairs of hexadecimal digits, with colons and dots between them or none; what is beyond the room
/// is read and left out. Of a pair only the first need be a digit.
fn read_address(word: &[u8], address: &mut [u8]) -> Option<()> {
    let mut room = address.iter_mut();
    let mut rest = word;
    while let Some((first, tail)) = rest.split_first() {
        if matches!(first, b':' | b'.') {
            rest = tail;
            continue;
        }
        let (_, tail) = rest.split_at_checked(2)?;
        // Blanks are skipped by what reads the number, and count all the same when the next is looked for.
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t'..=b'\r')).count();
        let number = rest.get(blanks..).unwrap_or_default();
        let pair = number.get(..2).unwrap_or(number);
        let (value, after) = strtoul(pair, 16);
        if after.len() == pair.len() {
            return None;
        }
        if let Some(byte) = room.next() {
            *byte = value as u8;
        }
        rest = tail;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(word: &str) -> Option<[u8; FETCHED]> {
        let mut address = [0; FETCHED];
        read_address(word.as_bytes(), &mut address).map(|()| address)
    }

    #[test]
    fn an_address_is_pairs_with_or_without_something_between() {
        for word in ["33:33:00:00:00:77", "33.33.0.0.0.77", "333300000077", "3333.0000.:0077"] {
            assert_eq!(
                address(word).map(|bytes| [bytes[0], bytes[1], bytes[5]]),
                Some([0x33, 0x33, 0x77]),
                "{word}"
            );
        }
        assert_eq!(address("3:+4-1 50x"), Some([3, 4, 0xff, 0x50, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
        assert_eq!(address("").map(|bytes| bytes[0]), Some(0));
        let blank = address(" 33:34  55").map(|bytes| [bytes[0], bytes[1], bytes[2], bytes[3]]);
        assert_eq!(blank, Some([0x33, 3, 0x34, 0x55]));
    }

    #[test]
    fn an_address_that_ends_in_half_a_pair_or_is_none_is_refused() {
        for word in ["3", "33:3", "zz", "33-33", "33:33:00:00:00:77z", "--", "33  "] {
            assert_eq!(address(word), None, "{word}");
        }
    }

    #[test]
    fn an_address_that_is_too_long_is_cut() {
        assert_eq!(address(&"0102".repeat(30)), Some([1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2]));
        assert_eq!(address(&("01".repeat(30) + "z")), None);
    }
}
