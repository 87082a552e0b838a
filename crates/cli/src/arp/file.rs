//! `-f`: entries from a file like /etc/ethers.

use super::{Arp, Stop};

/// The file that is read where none is named.
const ETHERS: &[u8] = b"/etc/ethers";
/// How many bytes of a line are read at once; what follows is as good as the next line.
const PIECE: usize = 1023;
/// How many fields of a line are read.
const FIELDS: usize = 31;

impl Arp<'_> {
    /// Sets an entry for each line of a file. A line that is not understood, or refused, is told, and the
    /// next one tried; all that has never been a failure.
    pub(super) fn set_from_file(&mut self, name: Option<&[u8]>) -> Result<(), Stop> {
        let name = name.unwrap_or(ETHERS);
        let Ok(text) = self.output.surroundings().file(name) else {
            self.output.complain(&[b"arp: cannot open etherfile ", name, b" !"]);
            return Err(Stop::Failed);
        };
        for (piece, number) in pieces(&text).zip(1u64..) {
            let line = piece.split(|byte| *byte == b'\0').next().unwrap_or_default();
            if self.options.verbose {
                self.output.complain_of_line(b">> ", line);
            }
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            if matches!(line, [] | [b'#', ..]) {
                continue;
            }
            let mut fields = fields(line);
            let fault: &[u8] = match fields.as_mut_slice() {
                [] | [_] => b"format error",
                [first, second, ..] => {
                    if first.contains(&b':') {
                        std::mem::swap(first, second);
                    }
                    match self.set(&fields) {
                        Err(Stop::Failed) => b"cannot set entry",
                        done => {
                            done?;
                            continue;
                        }
                    }
                }
            };
            let number = number.to_string();
            let (number, of) = (number.as_bytes(), &b" of etherfile "[..]);
            self.output.complain(&[b"arp: ", fault, b" on line ", number, of, name, b" !"]);
        }
        Ok(())
    }
}

/// Yields the lines with their newlines, long ones in pieces.
fn pieces(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').flat_map(|line| line.chunks(PIECE))
}

/// Returns what stands between blanks, or between quotes.
fn fields(line: &[u8]) -> Vec<&[u8]> {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let mut fields = Vec::new();
    let mut rest = line;
    while fields.len() < FIELDS {
        let start = rest.iter().position(|byte| !blank(byte)).unwrap_or(rest.len());
        rest = rest.get(start..).unwrap_or_default();
        let (field, tail) = match rest {
            [] => break,
            [quote @ (b'"' | b'\''), quoted @ ..] => {
                let end = quoted.iter().position(|byte| byte == quote);
                let (field, tail) = quoted.split_at(end.unwrap_or(quoted.len()));
                (field, tail.get(1..).unwrap_or_default())
            }
            _ => rest.split_at(rest.iter().position(blank).unwrap_or(rest.len())),
        };
        fields.push(field);
        rest = tail;
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> String {
        let fields = fields(line.as_bytes());
        let fields: Vec<_> = fields.into_iter().map(String::from_utf8_lossy).collect();
        fields.join("|")
    }

    #[test]
    fn fields_stand_between_blanks_or_quotes() {
        assert_eq!(read(" a \t b\x0bc "), "a|b\x0bc");
        assert_eq!(read("'a b'\"c'd\"e 'f\"' '' \"g h"), "a b|c'd|e|f\"||g h");
        assert_eq!(read("a'b c\"d"), "a'b|c\"d");
        assert_eq!(read(""), "");
        assert_eq!(fields(&b"x ".repeat(99)).len(), FIELDS);
    }

    #[test]
    fn a_long_line_is_read_in_pieces() {
        let text = [&[b'x'; 1024][..], b"\n\n", &[b'y'; 1023], b"\nz"].concat();
        let lengths: Vec<_> = pieces(&text).map(<[u8]>::len).collect();
        assert_eq!(lengths, [1023, 2, 1, 1023, 1, 1]);
    }
}
