//! Deterministic damage: from sound inputs to broken ones, the same on every run.

/// Marsaglia's xorshift. A seed of 0 gives nothing but zeros.
#[derive(Debug, Clone)]
pub struct Random(pub u64);

/// What numbers, lengths, names and options break on.
const PIECES: [&[u8]; 28] = [
    b"",
    b" ",
    b"\n",
    b"\t",
    b"\0",
    b":",
    b"/",
    b"-",
    b"--",
    b"+",
    b"#",
    b"=",
    b"%",
    b"0x",
    b"'\"",
    b"-1",
    b"0",
    b"256",
    b"65536",
    b"4294967296",
    b"18446744073709551616",
    b"99999999999999999999999999999999999999999",
    b"\x1b[2J",
    b"\xff\xfe",
    b"\xe2\x80\xae",
    b"abcdefghijklmnop",
    b"ffffffff",
    b"::ffff:1.2.3.4",
];

impl Random {
    /// Returns the next number.
    pub fn number(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Returns a number below the limit, 0 where that is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.number() >> 16) as usize % limit.max(1)
    }

    /// Returns a byte, every second time one at which something changes.
    pub fn byte(&mut self) -> u8 {
        let edges = [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 127, 128, 254, 255];
        match self.pick(&edges) {
            Some(edge) if self.below(2) == 0 => *edge,
            _ => self.number() as u8,
        }
    }

    /// Returns one of these.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }
}

/// Damages bytes in one to six places: bytes and lengths overwritten, pieces of these bytes or of others
/// put in, doubled or taken out, and what numbers and names break on. They grow to `limit` at most.
pub fn damage(random: &mut Random, bytes: &mut Vec<u8>, other: &[u8], limit: usize) {
    for _ in 0..=random.below(6) {
        let at = random.below(bytes.len());
        let end = bytes.len().min(at + 1 + random.below(24));
        match random.below(12) {
            0 => bytes.truncate(at),
            1 => {
                let byte = random.byte();
                bytes.insert(at, byte);
            }
            2 => {
                let piece = bytes.get(at..end).unwrap_or_default().to_vec();
                let to = random.below(bytes.len() + 1);
                bytes.splice(to..to, piece);
            }
            3 => {
                let from = random.below(other.len());
                let piece = other.get(from..).unwrap_or_default().iter().take(24).copied();
                bytes.splice(at..at, piece);
            }
            4 => drop(bytes.drain(at..end)),
            5 | 6 => {
                let piece = random.pick(&PIECES).copied().unwrap_or_default();
                bytes.splice(at..end.min(at + random.below(3)), piece.iter().copied());
            }
            // The low bytes of what may be a message's or an attribute's length or number.
            7 | 8 => overwrite(random, bytes, (at & !3) + 2 * (end & 1)),
            _ => overwrite(random, bytes, at),
        }
    }
    bytes.truncate(limit);
}

fn overwrite(random: &mut Random, bytes: &mut [u8], at: usize) {
    if let Some(byte) = bytes.get_mut(at) {
        *byte = random.byte();
    }
}

/// Returns bytes as hexadecimal digits, to be told and to be read again.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
