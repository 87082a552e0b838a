//! Device names and labels: at most fifteen bytes, whatever the bytes.

use core::fmt;
use core::str::FromStr;

/// The size of a device name in the kernel's structures, its terminating NUL included.
#[doc(alias = "IFNAMSIZ")]
pub const NAME_SIZE: usize = 16;

/// The name of a device (`eth0`), or the label of an IPv4 address (`eth0:0`).
///
/// Up to 15 bytes, none of them NUL. Linux does not promise UTF-8, so neither does this type: the
/// bytes are kept as they are, and `Display` escapes those that could disturb a terminal.
///
/// Which names a *device* may have is the kernel's to say (see `rename` of `ifctl-netdevice`); a
/// label may hold anything.
///
/// ```
/// use ifctl_abi::DeviceName;
///
/// let alias: DeviceName = "eth0:1".parse()?;
/// assert_eq!(alias.base().as_bytes(), b"eth0");
/// assert_eq!(alias.suffix(), Some(&b"1"[..]));
/// # Ok::<(), ifctl_abi::NameError>(())
/// ```
///
/// See netdevice(7), `ifr_name`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct DeviceName {
    bytes: [u8; NAME_SIZE],
}

/// Why some bytes are no device name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameError {
    /// The name has this many bytes; 15 is the most.
    TooLong(usize),
    /// The name holds a NUL byte, which would end it.
    Nul,
}

impl DeviceName {
    /// Returns the name made of these bytes.
    ///
    /// # Errors
    ///
    /// [`NameError::TooLong`] for more than 15 bytes, [`NameError::Nul`] for a NUL among them.
    pub fn new(name: &[u8]) -> Result<Self, NameError> {
        if name.contains(&0) {
            return Err(NameError::Nul);
        }
        if name.len() >= NAME_SIZE {
            return Err(NameError::TooLong(name.len()));
        }
        Ok(Self::truncated(name))
    }

    /// Returns the name as the kernel reads it: the first 15 bytes, ended by the first NUL.
    pub fn truncated(name: &[u8]) -> Self {
        let mut bytes = [0; NAME_SIZE];
        for (to, from) in bytes.iter_mut().zip(name).take(NAME_SIZE - 1) {
            if *from == 0 {
                break;
            }
            *to = *from;
        }
        Self { bytes }
    }

    /// Returns the name's bytes, without the terminating NUL.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.split(|b| *b == 0).next().unwrap_or_default()
    }

    /// Returns the name as the kernel's structures hold it, padded with NUL bytes.
    pub fn to_array(self) -> [u8; NAME_SIZE] {
        self.bytes
    }

    /// Returns whether the name is empty. No device has an empty name.
    pub fn is_empty(&self) -> bool {
        self.as_bytes().is_empty()
    }

    /// Returns whether the name has a colon: `eth0:0`. Such a name is a label, never a device.
    pub fn is_alias(&self) -> bool {
        self.bytes.contains(&b':')
    }

    /// Returns the base device's name: what stands before the first colon.
    pub fn base(&self) -> Self {
        Self::truncated(self.bytes.split(|b| *b == b':').next().unwrap_or_default())
    }

    /// Returns what stands behind the first colon, if there is one.
    pub fn suffix(&self) -> Option<&[u8]> {
        let name = self.as_bytes();
        let colon = name.iter().position(|b| *b == b':')?;
        name.get(colon + 1..)
    }
}

impl FromStr for DeviceName {
    type Err = NameError;

    fn from_str(name: &str) -> Result<Self, NameError> {
        Self::new(name.as_bytes())
    }
}

impl TryFrom<&str> for DeviceName {
    type Error = NameError;

    fn try_from(name: &str) -> Result<Self, NameError> {
        name.parse()
    }
}

/// Writes the name with what could disturb a terminal escaped; see [`Escaped`].
impl fmt::Display for DeviceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Escaped(self.as_bytes()), f)
    }
}

impl fmt::Debug for DeviceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceName({self})")
    }
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong(length) => {
                write!(f, "{length} bytes are too long for a device name: 15 is the most")
            }
            Self::Nul => f.write_str("a device name cannot hold a NUL byte"),
        }
    }
}

impl core::error::Error for NameError {}

/// Bytes of somebody else's, to be shown to a person.
///
/// Displays what is printable UTF-8 as it is, a backslash doubled, and every byte of anything else as
/// `\x1b`: control characters, what is not UTF-8, and the invisible characters that reorder or join
/// text. No such text can disturb a terminal, and the bytes can be had back from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Escaped<'a>(pub &'a [u8]);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = |f: &mut fmt::Formatter<'_>, bytes: &[u8]| {
            bytes.iter().try_for_each(|byte| write!(f, "\\x{byte:02x}"))
        };
        // Nearly every name there is, in one piece: there may be a million of them.
        if let Ok(text) = core::str::from_utf8(self.0)
            && self.0.iter().all(|byte| matches!(byte, b' '..=b'~') && *byte != b'\\')
        {
            return f.write_str(text);
        }
        for chunk in self.0.utf8_chunks() {
            for c in chunk.valid().chars() {
                match c {
                    '\\' => f.write_str("\\\\")?,
                    c if c.is_control() || is_invisible(c) => {
                        bytes(f, c.encode_utf8(&mut [0; 4]).as_bytes())?;
                    }
                    c => fmt::Write::write_char(f, c)?,
                }
            }
            bytes(f, chunk.invalid())?;
        }
        Ok(())
    }
}

/// Returns whether a character takes no room and changes how its neighbours look.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_fifteen_bytes_and_refuses_sixteen() {
        assert_eq!(DeviceName::new(&[b'a'; 15]).unwrap().as_bytes(), [b'a'; 15]);
        assert_eq!(DeviceName::new(&[b'a'; 16]), Err(NameError::TooLong(16)));
        assert_eq!(DeviceName::truncated(&[b'a'; 16]).as_bytes(), [b'a'; 15]);
    }

    #[test]
    fn a_nul_is_refused_and_ends_a_truncated_name() {
        assert_eq!(DeviceName::new(b"a\0b"), Err(NameError::Nul));
        assert_eq!(DeviceName::truncated(b"a\0b").as_bytes(), b"a");
    }

    #[test]
    fn the_base_ends_at_the_first_colon() {
        let name = DeviceName::new(b"eth0:1:2").unwrap();
        assert_eq!(name.base().as_bytes(), b"eth0");
        assert_eq!(name.suffix(), Some(&b"1:2"[..]));
        assert_eq!(DeviceName::new(b"eth0:").unwrap().suffix(), Some(&b""[..]));
        assert_eq!(DeviceName::new(b"eth0").unwrap().suffix(), None);
    }

    #[test]
    fn what_could_disturb_a_terminal_is_escaped() {
        let name = DeviceName::new(b"\x1b[2J\xffe\xc3\xa9\\").unwrap();
        assert_eq!(name.to_string(), "\\x1b[2J\\xffe\u{e9}\\\\");
        let reordered = DeviceName::new("a\u{202e}b".as_bytes()).unwrap();
        assert_eq!(reordered.to_string(), "a\\xe2\\x80\\xaeb");
    }
}
