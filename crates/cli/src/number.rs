//! Numbers as the C library reads them: what stands in front counts, and the rest is left.
//!
//! The personalities' words have always been read so (`mtu 1400x` is 1400, `txqueuelen 010` is 8), and
//! scripts rely on it.

/// Reads an unsigned number as strtoul(3) does, and returns it with what follows it.
///
/// Base 0 means what the prefix says: `0x` hexadecimal, `0` octal, else decimal. A minus sign negates
/// modulo 2^64; a number that is too large is the largest. No number at all is 0, and nothing is read.
pub(crate) fn strtoul(text: &[u8], base: u32) -> (u64, &[u8]) {
    let (negative, magnitude, rest) = magnitude(text, base);
    match magnitude {
        None => (u64::MAX, rest),
        Some(value) if negative => (value.wrapping_neg(), rest),
        Some(value) => (value, rest),
    }
}

/// Reads a signed number as strtol(3) does; what is too large or too small is the limit.
pub(crate) fn strtol(text: &[u8], base: u32) -> (i64, &[u8]) {
    let (negative, magnitude, rest) = magnitude(text, base);
    let value = match (magnitude, negative) {
        (Some(value), false) => i64::try_from(value).unwrap_or(i64::MAX),
        (Some(value), true) => 0i64.checked_sub_unsigned(value).unwrap_or(i64::MIN),
        (None, false) => i64::MAX,
        (None, true) => i64::MIN,
    };
    (value, rest)
}

/// Reads a number as atoi(3) does: the low 32 bits of the signed number in base 10.
pub(crate) fn atoi(text: &[u8]) -> i32 {
    strtol(text, 10).0 as i32
}

/// Returns the sign, the magnitude (`None` if it does not fit) and the rest.
fn magnitude(text: &[u8], base: u32) -> (bool, Option<u64>, &[u8]) {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r');
    let start = text.iter().position(|byte| !is_space(byte)).unwrap_or(text.len());
    let number = text.get(start..).unwrap_or_default();
    let (negative, number) = match number {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, number),
    };
    let (base, number) = match (base, number) {
        (0 | 16, [b'0', b'x' | b'X', rest @ ..])
            if rest.first().is_some_and(u8::is_ascii_hexdigit) =>
        {
            (16, rest)
        }
        (0, [b'0', ..]) => (8, number),
        (0, _) => (10, number),
        (base, _) => (base, number),
    };
    let mut value = Some(0u64);
    let mut rest = number;
    while let [first, tail @ ..] = rest
        && let Some(digit) = char::from(*first).to_digit(base)
    {
        value = value
            .and_then(|value| value.checked_mul(u64::from(base)))
            .and_then(|value| value.checked_add(u64::from(digit)));
        rest = tail;
    }
    if rest.len() == number.len() { (false, Some(0), text) } else { (negative, value, rest) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefix_chooses_the_base() {
        assert_eq!(strtoul(b"0x20", 0), (32, &b""[..]));
        assert_eq!(strtoul(b"010", 0), (8, &b""[..]));
        assert_eq!(strtoul(b"5k", 0), (5, &b"k"[..]));
        assert_eq!(strtoul(b"0x", 0), (0, &b"x"[..]));
        assert_eq!(strtoul(b"09", 0), (0, &b"9"[..]));
    }

    #[test]
    fn no_number_is_zero_and_nothing_is_read() {
        assert_eq!(strtoul(b"abc", 0), (0, &b"abc"[..]));
        assert_eq!(strtoul(b"", 0), (0, &b""[..]));
        assert_eq!(strtoul(b" -", 0), (0, &b" -"[..]));
    }

    #[test]
    fn signs_and_overflow_are_as_in_c() {
        assert_eq!(strtoul(b"-1", 0).0, u64::MAX);
        assert_eq!(strtoul(b" +8", 0).0, 8);
        assert_eq!(strtoul(b"99999999999999999999", 0).0, u64::MAX);
        assert_eq!(strtol(b"-9223372036854775808", 10).0, i64::MIN);
        assert_eq!(strtol(b"-99999999999999999999", 10).0, i64::MIN);
        assert_eq!(atoi(b"4294967297"), 1);
        assert_eq!(atoi(b"0x500"), 0);
        assert_eq!(atoi(b"1400x"), 1400);
    }
}
