//! How the values of a state are written.

use std::fmt::Write;

/// Bytes that are nearly always text: names and labels. Written as text in which a byte that is none, and
/// a control character, is `\x1b`, and a backslash doubled.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "String", try_from = "String")
)]
pub struct Bytes(pub Vec<u8>);

impl From<Bytes> for String {
    fn from(bytes: Bytes) -> Self {
        let mut text = Self::new();
        for chunk in bytes.0.utf8_chunks() {
            for char in chunk.valid().chars() {
                match char {
                    '\\' => text.push_str("\\\\"),
                    char if char.is_control() => {
                        let mut buffer = [0; 4];
                        escape(&mut text, char.encode_utf8(&mut buffer).as_bytes());
                    }
                    char => text.push(char),
                }
            }
            escape(&mut text, chunk.invalid());
        }
        text
    }
}

fn escape(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "\\x{byte:02x}");
    }
}

impl TryFrom<String> for Bytes {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut bytes = Vec::new();
        let mut parts = text.split('\\');
        bytes.extend_from_slice(parts.next().unwrap_or_default().as_bytes());
        while let Some(part) = parts.next() {
            if part.is_empty() {
                // A doubled one: what follows it is as it is.
                let rest = parts.next().ok_or("a backslash at the end")?;
                bytes.push(b'\\');
                bytes.extend_from_slice(rest.as_bytes());
                continue;
            }
            let digits = part.strip_prefix('x').and_then(|part| part.get(..2));
            let byte = digits.and_then(byte);
            bytes.push(byte.ok_or("after a backslash: x and two digits, or another backslash")?);
            bytes.extend_from_slice(part.get(3..).unwrap_or_default().as_bytes());
        }
        Ok(Self(bytes))
    }
}

/// The bytes of a hardware address, written as `00:8e:b8:83:19:20`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "String", try_from = "String")
)]
pub struct HardwareBytes(pub Vec<u8>);

impl From<HardwareBytes> for String {
    fn from(bytes: HardwareBytes) -> Self {
        bytes.0.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":")
    }
}

impl TryFrom<String> for HardwareBytes {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let bytes: Option<Vec<u8>> = text.split(':').map(byte).collect();
        bytes.map(Self).ok_or_else(|| "bytes as two digits each, with colons between".to_owned())
    }
}

/// Returns the byte that two digits are.
fn byte(digits: &str) -> Option<u8> {
    let are_two = digits.len() == 2 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    if are_two { u8::from_str_radix(digits, 16).ok() } else { None }
}

/// Flags as their names: `UP | BROADCAST | 0x10000`.
#[cfg(feature = "serde")]
pub(super) mod flags {
    use bitflags::Flags;
    use bitflags::parser::{ParseHex, WriteHex, from_str, to_writer};
    use serde::de::Error as _;
    use serde::ser::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(in super::super) fn serialize<F, S>(flags: &F, serializer: S) -> Result<S::Ok, S::Error>
    where
        F: Flags,
        F::Bits: WriteHex,
        S: Serializer,
    {
        let mut text = String::new();
        to_writer(flags, &mut text).map_err(S::Error::custom)?;
        serializer.serialize_str(&text)
    }

    pub(in super::super) fn deserialize<'de, F, D>(deserializer: D) -> Result<F, D::Error>
    where
        F: Flags,
        F::Bits: ParseHex,
        D: Deserializer<'de>,
    {
        let text = String::deserialize(deserializer)?;
        from_str(&text).map_err(D::Error::custom)
    }
}

/// Times as seconds in decimal, in a string, so that no format rounds them: `12.5`.
#[cfg(feature = "serde")]
pub(super) mod seconds {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};
    use std::time::Duration;

    pub(in super::super) fn serialize<S>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error>
    where
        S: Serializer,
    {
        let text = format!("{}.{:09}", time.as_secs(), time.subsec_nanos());
        serializer.serialize_str(text.trim_end_matches('0').trim_end_matches('.'))
    }

    pub(in super::super) fn deserialize<'de, D>(deserializer: D) -> Result<Duration, D::Error>
    where
        D: Deserializer<'de>,
    {
        let text = String::deserialize(deserializer)?;
        parse(&text).ok_or_else(|| D::Error::custom("a time is seconds in decimal: \"12.5\""))
    }

    fn parse(text: &str) -> Option<Duration> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if part.len() > 9 || !is_number(whole) || !is_number(part) {
            return None;
        }
        let nanoseconds = format!("{part:0<9}").parse().ok()?;
        Some(Duration::new(whole.parse().ok()?, nanoseconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_as_they_were_written() {
        for bytes in
            [&b"eth0"[..], b"", b"a\\b", b"\\", b"\\\\", b"\xff\x1b[0m", "\u{85}ö".as_bytes()]
        {
            let text = String::from(Bytes(bytes.to_vec()));
            assert!(!text.contains(char::is_control), "{text:?}");
            assert_eq!(Bytes::try_from(text), Ok(Bytes(bytes.to_vec())));
        }
        for wrong in ["\\", "\\x1", "\\xyz", "\\n", "\\xé"] {
            assert!(Bytes::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn hardware_bytes_are_read_as_they_were_written() {
        for bytes in [vec![], vec![0], vec![0, 0x8e, 0xb8, 0x83, 0x19, 0x20]] {
            let text = String::from(HardwareBytes(bytes.clone()));
            assert_eq!(HardwareBytes::try_from(text), Ok(HardwareBytes(bytes)));
        }
        for wrong in ["0", "00:", ":", "+1:00", "gg", "00-11", "000"] {
            assert!(HardwareBytes::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }
}
