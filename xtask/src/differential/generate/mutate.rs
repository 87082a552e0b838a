//! Datagrams with something wrong in them.

use super::Generator;
use super::ioctl::put;

/// Messages that may be made of others: those that the model claims to know, control messages, and
/// numbers beyond the end.
const KINDS: [u16; 25] = [
    16, 17, 18, 19, 20, 21, 22, 24, 25, 26, 28, 29, 30, 32, 33, 34, 82, 108, 109, 2, 3, 124, 200,
    1, 23,
];
const FAMILIES: [u8; 5] = [0, 2, 10, 99, 255];

impl Generator {
    /// Returns the datagram with one or two things changed; as it was where the change would ask for what
    /// must not be asked for.
    pub(super) fn mutated(&mut self, bytes: Vec<u8>) -> Vec<u8> {
        let mut changed = bytes.clone();
        for _ in 0..=self.draw.below(2) {
            self.mutate(&mut changed);
        }
        if is_harmless(&changed) { changed } else { bytes }
    }

    fn mutate(&mut self, bytes: &mut Vec<u8>) {
        let at = self.draw.below(bytes.len());
        match self.draw.below(10) {
            0 => bytes.truncate(at),
            1 => put(bytes, 4, &self.draw.pick(&KINDS).to_ne_bytes()),
            2 => put(bytes, 6, &(self.draw.word() as u16 & 0x0fff | 1).to_ne_bytes()),
            3 => put(bytes, 16, &[self.draw.pick(&FAMILIES)]),
            4 => put(bytes, 0, &self.draw.pick(&[0_u32, 15, 16, 17, 20, 400]).to_ne_bytes()),
            // The length of an attribute, or its number.
            5 => put(bytes, at & !3, &self.draw.pick(&[0_u16, 3, 4, 5, 6, 40]).to_ne_bytes()),
            6 => {
                put(bytes, (at & !3) + 2, &self.draw.pick(&[0_u16, 1, 2, 3, 63, 99]).to_ne_bytes())
            }
            7 => {
                let extra = self.draw.below(6);
                bytes.extend(std::iter::repeat_n(0x5a, extra));
            }
            8 => put(bytes, 6, &[self.draw.byte() & 0x0f]),
            _ => put(bytes, at, &[self.draw.byte()]),
        }
    }
}

/// Returns whether a neighbour is to be used at once, which sends packets.
fn flags_use(message: &[u8]) -> bool {
    message.get(26).is_some_and(|flags| flags & 1 != 0)
}

/// Returns whether a datagram asks for nothing outside the namespaces, nor for anything drawn at random.
fn is_harmless(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some((header, _)) = rest.split_at_checked(16) {
        let half = |at: usize| {
            let half = header.get(at..at + 2).and_then(|half| half.try_into().ok());
            u16::from_ne_bytes(half.unwrap_or_default())
        };
        let length = usize::from(half(0));
        let (kind, flags) = (half(4), half(6));
        let Some(message) = rest.get(..length).filter(|_| length >= 16) else { return true };
        let family = message.get(16).copied().unwrap_or(0);
        let is_link = (16..20).contains(&kind);
        // A new device without an address of its own gets a random one.
        if (kind == 16 && flags & 0x400 != 0) || !FAMILIES.contains(&family) {
            return false;
        }
        if (16..124).contains(&kind) && !KINDS.contains(&kind) {
            return false;
        }
        // A neighbour in another state than these has timers, which run as they may.
        let state = message.get(24).copied().unwrap_or(0);
        if (28..32).contains(&kind) && state & 0x3f != 0 || kind == 28 && flags_use(message) {
            return false;
        }
        // Where an attribute could name another namespace, wherever it begins.
        let names_a_namespace = message.chunks(4).any(|word| match word {
            [_, _, low, high] => {
                matches!(u16::from_ne_bytes([*low, *high]) & 0x3fff, 19 | 28 | 37 | 45 | 46)
            }
            _ => false,
        });
        if is_link && names_a_namespace {
            return false;
        }
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    true
}
