//! What is drawn from: few names, addresses and numbers, so that they meet, and the odd ones of each.

use super::Generator;
use ifctl_abi::NAME_SIZE;
use ifctl_abi::netlink::MessageFlags;

const DEVICES: [&[u8]; 6] = [b"e0", b"p0", b"e1", b"lo", b"fifteen_bytes_x", b"p1"];
const ODD_DEVICES: [&[u8]; 8] =
    [b"nosuch", b"", b"other", b"sixteen_bytes_xx", b"E0", b"e0 ", b"e\xc3\xa9", b"br0"];
const SUFFIXES: [&[u8]; 8] =
    [b":0", b":1", b":x", b":", b":1:2", b":a/b c%", b"::", b":0123456789abc"];
const FOREIGN_LABELS: [&[u8]; 4] = [b"foo:1", b"p0", b"e1:0", b"nosuch"];

const ADDRESSES: [[u8; 4]; 12] = [
    [10, 0, 0, 1],
    [10, 0, 0, 2],
    [10, 0, 0, 3],
    [10, 0, 1, 1],
    [10, 0, 0, 129],
    [10, 9, 0, 1],
    [172, 16, 3, 1],
    [172, 16, 3, 10],
    [192, 168, 1, 1],
    [192, 168, 1, 2],
    [10, 0, 0, 254],
    [127, 0, 0, 2],
];
const ODD_ADDRESSES: [[u8; 4]; 14] = [
    [0, 0, 0, 0],
    [255, 255, 255, 255],
    [224, 0, 0, 1],
    [239, 255, 255, 255],
    [240, 0, 0, 1],
    [0, 0, 0, 1],
    [0, 1, 2, 3],
    [10, 0, 0, 0],
    [10, 0, 0, 255],
    [10, 255, 255, 255],
    [127, 0, 0, 1],
    [169, 254, 1, 1],
    [128, 0, 0, 0],
    [192, 168, 1, 0],
];
const PREFIXES: [u8; 12] = [24, 24, 24, 8, 16, 25, 30, 31, 32, 32, 26, 12];
const ODD_PREFIXES: [u8; 8] = [0, 1, 2, 33, 64, 128, 255, 23];
const HOLES: [[u8; 4]; 4] =
    [[255, 0, 255, 0], [0, 255, 255, 255], [255, 255, 255, 1], [0, 0, 0, 255]];

impl Generator {
    /// A device's name: mostly one that there is.
    pub(super) fn device(&mut self) -> Vec<u8> {
        match self.draw.below(12) {
            0 => self.draw.pick(&ODD_DEVICES).to_vec(),
            1..=6 => b"e0".to_vec(),
            _ => self.draw.pick(&DEVICES).to_vec(),
        }
    }

    /// A device's name, or an alias of it.
    pub(super) fn label(&mut self) -> Vec<u8> {
        let mut name = self.device();
        match self.draw.below(10) {
            0..=3 => name.extend_from_slice(self.draw.pick(&SUFFIXES[..3])),
            4 => name.extend_from_slice(self.draw.pick(&SUFFIXES)),
            5 => name = self.draw.pick(&FOREIGN_LABELS).to_vec(),
            _ => {}
        }
        name
    }

    /// A name as `ifreq` holds it: now and then with bytes behind its end, or without an end.
    pub(super) fn name_field(&mut self, name: &[u8]) -> [u8; NAME_SIZE] {
        let mut field = [0; NAME_SIZE];
        if self.draw.one_in(10) {
            field = [b'z'; NAME_SIZE];
            if let Some(end) = field.get_mut(name.len()) {
                *end = 0;
            }
        }
        for (to, from) in field.iter_mut().zip(name) {
            *to = *from;
        }
        field
    }

    /// A device's index: mostly one that there is.
    pub(super) fn index(&mut self) -> u32 {
        match self.draw.below(16) {
            0 => self.draw.pick(&[0, 99, u32::MAX, i32::MAX as u32, 8, 9]),
            1 => 1,
            // `e0` and `p0` are made first, then another pair.
            2..=9 => 3,
            10 | 11 => 2,
            _ => 2 + u32::from(self.draw.byte() % 6),
        }
    }

    pub(super) fn ipv4(&mut self) -> [u8; 4] {
        match self.draw.below(10) {
            0 => self.draw.pick(&ODD_ADDRESSES),
            1 if self.draw.one_in(4) => self.draw.word().to_ne_bytes(),
            _ => self.draw.pick(&ADDRESSES),
        }
    }

    pub(super) fn prefix_length(&mut self) -> u8 {
        if self.draw.one_in(10) { self.draw.pick(&ODD_PREFIXES) } else { self.draw.pick(&PREFIXES) }
    }

    /// A mask, now and then with a hole.
    pub(super) fn mask(&mut self) -> [u8; 4] {
        if self.draw.one_in(10) {
            return self.draw.pick(&HOLES);
        }
        mask_of(self.prefix_length())
    }

    /// A network of this prefix length, now and then with bits behind it.
    pub(super) fn network(&mut self, prefix_length: u8) -> [u8; 4] {
        let address = u32::from_be_bytes(self.ipv4());
        let mask = u32::from_be_bytes(mask_of(prefix_length));
        let kept = if self.draw.one_in(12) { address } else { address & mask };
        kept.to_be_bytes()
    }

    /// A `sockaddr` of IPv4, now and then of another family, or with bytes where zeros belong.
    pub(super) fn sockaddr(&mut self, address: [u8; 4]) -> [u8; 16] {
        let family: u16 = if self.draw.one_in(16) { self.draw.pick(&[0, 1, 10]) } else { 2 };
        let rest = if self.draw.one_in(12) { 0xa5 } else { 0 };
        let mut bytes = [rest; 16];
        for (to, from) in bytes.iter_mut().zip(family.to_ne_bytes()) {
            *to = from;
        }
        for (to, from) in bytes.iter_mut().skip(4).zip(address) {
            *to = from;
        }
        bytes
    }

    pub(super) fn hardware_address(&mut self) -> [u8; 6] {
        match self.draw.below(8) {
            0 => [0; 6],
            1 => [1, 0, 0x5e, 0, 0, 1],
            2 => [0xff; 6],
            _ => [2, 0, 0, 0, 1, self.draw.byte() % 8],
        }
    }

    /// The flags of a request that makes something.
    pub(super) fn creation(&mut self) -> MessageFlags {
        use MessageFlags as F;
        let flags = match self.draw.below(12) {
            0 => F::empty(),
            1 => F::REPLACE,
            2 | 3 => F::CREATE | F::REPLACE,
            4 => F::CREATE | F::APPEND,
            5 | 6 => F::CREATE,
            7 => F::from_bits_retain(self.draw.word() as u16 & 0x0f00),
            _ => F::CREATE | F::EXCL,
        };
        flags | self.acknowledgement()
    }

    /// Mostly an acknowledgement is asked for; now and then an echo.
    pub(super) fn acknowledgement(&mut self) -> MessageFlags {
        match self.draw.below(10) {
            0 => MessageFlags::empty(),
            1 => MessageFlags::ACK | MessageFlags::ECHO,
            _ => MessageFlags::ACK,
        }
    }
}

/// Returns the mask of a prefix length; of one that is none, that of all bits.
pub(super) fn mask_of(prefix_length: u8) -> [u8; 4] {
    let bits = u32::from(prefix_length).min(32);
    u32::MAX.checked_shl(32 - bits).unwrap_or(0).to_be_bytes()
}
