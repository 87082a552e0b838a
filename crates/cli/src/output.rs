//! Where the personalities' output goes: one buffer and one write for stdout, and stderr at once.
//!
//! At a terminal, where both can be seen, what was said before on stdout goes out before a line on
//! stderr, as the C library's line buffer has it: the help's lists stand under their titles.
//!
//! Texts are bytes, because device names and arguments are.

use crate::surroundings::Surroundings;
use ifctl_abi::Escaped;
use std::cell::RefCell;
use std::io::{self, ErrorKind, IsTerminal, Write};

/// What a personality has to say.
#[derive(Debug)]
pub(crate) struct Output {
    /// The program's name, for its own messages.
    program: &'static str,
    /// What goes to stdout when the program ends, or before a message where both are seen together.
    text: RefCell<Text>,
    /// Whether control bytes in messages have to be escaped.
    escape_messages: bool,
    /// What stands around the run.
    surroundings: Surroundings,
    /// What goes to stderr, where that is caught.
    caught: Option<RefCell<Vec<u8>>>,
}

/// A text that grows: bytes, with writers for what listings consist of, none of which allocates
/// beyond the text itself.
#[derive(Debug, Default)]
pub(crate) struct Text {
    bytes: Vec<u8>,
    escape_names: bool,
}

impl Output {
    /// Returns an empty output. Names are escaped where they would reach a terminal.
    pub(crate) fn new(program: &'static str) -> Self {
        Self {
            program,
            text: RefCell::new(Text {
                bytes: Vec::new(),
                escape_names: io::stdout().is_terminal(),
            }),
            escape_messages: io::stderr().is_terminal(),
            surroundings: Surroundings::Host,
            caught: None,
        }
    }

    /// Returns an empty output that is kept, in these surroundings.
    pub(crate) fn caught(program: &'static str, surroundings: Surroundings) -> Self {
        let is_terminal = match &surroundings {
            Surroundings::Host => false,
            Surroundings::Given(given) => given.is_terminal,
        };
        Self {
            program,
            text: RefCell::new(Text { bytes: Vec::new(), escape_names: is_terminal }),
            escape_messages: is_terminal,
            surroundings,
            caught: Some(RefCell::default()),
        }
    }

    /// Returns what was kept: of stdout and of stderr.
    pub(crate) fn into_caught(self) -> (Vec<u8>, Vec<u8>) {
        let errors = self.caught.map(RefCell::into_inner).unwrap_or_default();
        (self.text.into_inner().bytes, errors)
    }

    /// Returns what stands around the run.
    pub(crate) fn surroundings(&self) -> &Surroundings {
        &self.surroundings
    }

    /// Returns what goes to stdout, to be added to.
    pub(crate) fn text(&mut self) -> &mut Text {
        self.text.get_mut()
    }

    /// Writes one line to stderr, at once.
    pub(crate) fn complain(&self, parts: &[&[u8]]) {
        let mut line = self.message(parts);
        line.byte(b'\n');
        self.complain_text(&line.bytes);
    }

    /// Writes a line as it was read, perhaps without its newline, to stderr, at once, behind a text of ours.
    pub(crate) fn complain_of_line(&self, what: &[u8], line: &[u8]) {
        match line.strip_suffix(b"\n") {
            Some(line) => self.complain(&[what, line]),
            None => self.complain_text(&self.message(&[what, line]).bytes),
        }
    }

    fn message(&self, parts: &[&[u8]]) -> Text {
        let mut text = Text { bytes: Vec::new(), escape_names: self.escape_messages };
        parts.iter().for_each(|part| text.name(part));
        text
    }

    /// Writes a text of our own, of any number of lines, to stderr, at once.
    pub(crate) fn complain_text(&self, text: &[u8]) {
        if let Some(caught) = &self.caught {
            caught.borrow_mut().extend_from_slice(text);
            return;
        }
        let mut before = self.text.borrow_mut();
        // Names are escaped towards terminals alone. What cannot be written now stays, and is told of
        // at the end.
        if before.escape_names && write_out(&before.bytes).is_ok() {
            before.bytes.clear();
        }
        // Where stderr itself cannot be written, nothing is left to tell.
        let _ = io::stderr().write_all(text);
    }

    /// Writes what was collected and returns the exit status: this one, or 1 if the text could not be
    /// written though there was somebody to read it.
    pub(crate) fn finish(self, status: u8) -> u8 {
        match write_out(&self.text.take().bytes) {
            Ok(()) => status,
            // The reader has seen enough, and does not wait for more.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => status,
            Err(error) => {
                let error = error.raw_os_error().map_or_else(
                    || error.to_string(),
                    |number| ifctl_netdevice::Errno::new(number).to_string(),
                );
                self.complain(&[self.program.as_bytes(), b": write error: ", error.as_bytes()]);
                if status == 0 { 1 } else { status }
            }
        }
    }
}

/// Writes bytes to stdout, in one write where there are any.
fn write_out(bytes: &[u8]) -> io::Result<()> {
    if bytes.is_empty() {
        return Ok(());
    }
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes).and_then(|()| stdout.flush())
}

impl Text {
    /// Returns the bytes so far.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Makes room for this many bytes more.
    pub(crate) fn reserve(&mut self, bytes: usize) {
        self.bytes.reserve(bytes);
    }

    /// Returns the length so far, to pad up to a column from.
    pub(crate) fn mark(&self) -> usize {
        self.bytes.len()
    }

    /// Appends a text of our own.
    pub(crate) fn str(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// Appends bytes as they are.
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Appends one byte.
    pub(crate) fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// Appends a name that others chose: as it is, but towards a terminal with what could disturb it
    /// escaped (`\x1b`).
    pub(crate) fn name(&mut self, name: &[u8]) {
        if self.escape_names {
            // Writing to a vector does not fail.
            let _ = write!(self.bytes, "{}", Escaped(name));
        } else {
            self.raw(name);
        }
    }

    /// Appends blanks until the text is this long after the mark.
    pub(crate) fn pad_to(&mut self, mark: usize, width: usize) {
        let end = mark.saturating_add(width);
        if self.bytes.len() < end {
            self.bytes.resize(end, b' ');
        }
    }

    /// Appends a text that is moved to the right of a field of this width.
    pub(crate) fn right(&mut self, text: &[u8], width: usize) {
        let mark = self.mark();
        self.pad_to(mark, width.saturating_sub(text.len()));
        self.raw(text);
    }

    /// Appends a text that is moved to the left of a field of this width.
    pub(crate) fn left(&mut self, text: &[u8], width: usize) {
        let mark = self.mark();
        self.raw(text);
        self.pad_to(mark, width);
    }

    /// Appends a number in decimal.
    pub(crate) fn number(&mut self, value: u64) {
        self.raw(Digits::new(value).as_bytes());
    }

    /// Appends a signed number in decimal.
    pub(crate) fn signed(&mut self, value: i64) {
        if value < 0 {
            self.byte(b'-');
        }
        self.number(value.unsigned_abs());
    }

    /// Appends a number to the right of a field of this width.
    pub(crate) fn number_right(&mut self, value: u64, width: usize) {
        self.right(Digits::new(value).as_bytes(), width);
    }

    /// Appends a number to the left of a field of this width.
    pub(crate) fn number_left(&mut self, value: u64, width: usize) {
        self.left(Digits::new(value).as_bytes(), width);
    }

    /// Appends a number in lower-case hexadecimal, without leading zeros.
    pub(crate) fn hex(&mut self, value: u64) {
        let digits = 16 - (value.leading_zeros() / 4).min(15);
        for place in (0..digits).rev() {
            self.byte(hex_digit((value >> (4 * place)) as u8, false));
        }
    }

    /// Appends two hexadecimal digits.
    pub(crate) fn hex_byte(&mut self, byte: u8, upper: bool) {
        self.byte(hex_digit(byte >> 4, upper));
        self.byte(hex_digit(byte, upper));
    }

    /// Appends an IPv4 address.
    pub(crate) fn ipv4(&mut self, address: std::net::Ipv4Addr) {
        for (i, octet) in address.octets().into_iter().enumerate() {
            if i > 0 {
                self.byte(b'.');
            }
            self.number(u64::from(octet));
        }
    }

    /// Appends an IPv6 address as RFC 5952 has it, save that a v4-mapped one is a dotted quad alone.
    pub(crate) fn ipv6(&mut self, address: std::net::Ipv6Addr) {
        match address.to_ipv4_mapped() {
            Some(address) => self.ipv4(address),
            // There are few of these in a listing. Writing to a vector does not fail.
            None => drop(write!(self.bytes, "{}", glibc_form(address))),
        }
    }
}

/// Returns the address as the C library writes it: it shows the last 32 bits of a v4-compatible
/// address as a dotted quad, which Rust does not.
fn glibc_form(address: std::net::Ipv6Addr) -> String {
    match address.segments() {
        [0, 0, 0, 0, 0, 0, high, low] if high != 0 => {
            let bits = (u32::from(high) << 16) | u32::from(low);
            format!("::{}", std::net::Ipv4Addr::from_bits(bits))
        }
        _ => address.to_string(),
    }
}

fn hex_digit(nibble: u8, upper: bool) -> u8 {
    match (nibble & 0xf, upper) {
        (nibble @ 0..=9, _) => b'0' + nibble,
        (nibble, true) => b'A' + nibble - 10,
        (nibble, false) => b'a' + nibble - 10,
    }
}

/// A number's decimal digits.
struct Digits {
    digits: [u8; 20],
    start: usize,
}

impl Digits {
    fn new(mut value: u64) -> Self {
        let mut this = Self { digits: [b'0'; 20], start: 20 };
        for digit in this.digits.iter_mut().rev() {
            *digit = b'0' + (value % 10) as u8;
            value /= 10;
            this.start -= 1;
            if value == 0 {
                break;
            }
        }
        this
    }

    fn as_bytes(&self) -> &[u8] {
        self.digits.get(self.start..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Text)) -> String {
        let mut text = Text::default();
        write(&mut text);
        String::from_utf8(text.bytes).unwrap()
    }

    #[test]
    fn numbers_are_written_as_the_standard_library_writes_them() {
        for value in [0, 7, 10, 99, 100, 12345, u64::from(u32::MAX), u64::MAX] {
            assert_eq!(written(|t| t.number(value)), value.to_string());
            assert_eq!(written(|t| t.hex(value)), format!("{value:x}"));
            assert_eq!(written(|t| t.number_right(value, 8)), format!("{value:>8}"));
            assert_eq!(written(|t| t.number_left(value, 8)), format!("{value:<8}"));
        }
        assert_eq!(written(|t| t.signed(i64::MIN)), i64::MIN.to_string());
    }

    #[test]
    fn addresses_are_written_as_the_c_library_writes_them() {
        let v6 = |text: &str| written(|t| t.ipv6(text.parse().unwrap()));
        assert_eq!(written(|t| t.ipv4([10, 0, 255, 1].into())), "10.0.255.1");
        assert_eq!(v6("fe80:0:0:0:1::1"), "fe80::1:0:0:1");
        assert_eq!(v6("::1"), "::1");
        assert_eq!(v6("::1.2.3.4"), "::1.2.3.4");
        assert_eq!(v6("::ffff:9.9.9.9"), "9.9.9.9");
        assert_eq!(v6("1::ffff:0:0"), "1::ffff:0:0");
    }

    #[test]
    fn control_bytes_in_names_are_escaped_towards_a_terminal_only() {
        let name = b"a\x1b[2J";
        assert_eq!(written(|t| t.name(name)).as_bytes(), name);
        assert_eq!(
            written(|t| {
                t.escape_names = true;
                t.name(name);
            }),
            "a\\x1b[2J"
        );
    }
}
