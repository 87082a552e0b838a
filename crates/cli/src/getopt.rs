//! Options as glibc's getopt_long(3) finds them: anywhere among the words, long ones cut as far as one is
//! meant, with its texts for what is not understood.

use crate::output::Output;
use crate::surroundings::Surroundings;
use crate::words::{Word, find};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::vec::IntoIter;

/// The options of a program.
#[derive(Debug)]
pub(crate) struct Grammar<E: 'static> {
    /// The options: names of a dash and a letter, and long ones in the order in which an ambiguity is told.
    /// One that has an argument takes a word: the rest of its own, or the next.
    pub(crate) options: &'static [Word<E>],
    /// Whether two long options count as one where a word could be the beginning of either.
    pub(crate) alike: fn(&E, &E) -> bool,
}

/// Finds options, one after the other, and collects the other words.
#[derive(Debug)]
pub(crate) struct Getopt<'a, E: 'static> {
    program: &'a [u8],
    grammar: &'static Grammar<E>,
    arguments: IntoIter<&'a [u8]>,
    /// Letters of a word that are not read yet.
    letters: &'a [u8],
    words: Vec<&'a [u8]>,
    /// Whether the first word that is no option ends them.
    strict: bool,
}

/// An option that was not understood. It has been told.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Told;

/// What an option means, and the word that it takes.
pub(crate) type Found<'a, E> = (E, Option<&'a [u8]>);

impl<'a, E: Copy> Getopt<'a, E> {
    /// Begins with these words behind the program's name, which messages begin with. Where
    /// `POSIXLY_CORRECT` is set, the first word that is no option ends the options.
    pub(crate) fn new(
        program: &'a [u8],
        grammar: &'static Grammar<E>,
        arguments: impl IntoIterator<Item = &'a [u8]>,
        surroundings: &Surroundings,
    ) -> Self {
        Self {
            program,
            grammar,
            arguments: arguments.into_iter().collect::<Vec<_>>().into_iter(),
            letters: &[],
            words: Vec::new(),
            strict: surroundings.variable("POSIXLY_CORRECT").is_some(),
        }
    }

    /// Returns the next option; what is none of the program's is told.
    pub(crate) fn next(&mut self, output: &Output) -> Option<Result<Found<'a, E>, Told>> {
        loop {
            if let Some((letter, rest)) = self.letters.split_first() {
                self.letters = rest;
                return Some(self.short(*letter, output));
            }
            match self.arguments.next()? {
                b"--" => self.words.extend(self.arguments.by_ref()),
                [b'-', b'-', long @ ..] => return Some(self.long(long, output)),
                [b'-', letters @ ..] if !letters.is_empty() => self.letters = letters,
                word => {
                    self.words.push(word);
                    if self.strict {
                        self.words.extend(self.arguments.by_ref());
                    }
                }
            }
        }
    }

    /// Returns the words that are no options, once there is no further option.
    pub(crate) fn into_words(self) -> Vec<&'a [u8]> {
        self.words
    }

    fn short(&mut self, letter: u8, output: &Output) -> Result<Found<'a, E>, Told> {
        let Some(option) = find(self.grammar.options, &[b'-', letter]) else {
            return self.told(output, &[b"invalid option -- '", &[letter], b"'"]);
        };
        if !takes_word(option) {
            return Ok((option.action, None));
        }
        let rest = std::mem::take(&mut self.letters);
        let word = Some(rest).filter(|rest| !rest.is_empty()).or_else(|| self.arguments.next());
        match word {
            Some(word) => Ok((option.action, Some(word))),
            None => self.told(output, &[b"option requires an argument -- '", &[letter], b"'"]),
        }
    }

    fn long(&mut self, written: &'a [u8], output: &Output) -> Result<Found<'a, E>, Told> {
        let mut parts = written.splitn(2, |byte| *byte == b'=');
        let name = parts.next().unwrap_or_default();
        let value = parts.next();
        let candidates: Vec<_> =
            long_names(self.grammar.options).filter(|(long, _)| long.starts_with(name)).collect();
        // Those that are as good as the first are not told of either.
        let alike = |first: &Word<E>, other: &Word<E>| {
            takes_word(other) == takes_word(first)
                && (self.grammar.alike)(&first.action, &other.action)
        };
        let exact = candidates.iter().find(|(long, _)| long.len() == name.len()).copied();
        let (long, option) = match (exact, candidates.as_slice()) {
            (Some(exact), _) => exact,
            (None, []) => return self.told(output, &[b"unrecognized option '--", written, b"'"]),
            (None, [first, rest @ ..]) if rest.iter().all(|(_, other)| alike(first.1, other)) => {
                *first
            }
            (None, [first, rest @ ..]) => {
                let mut text = vec![&b"option '--"[..], written, b"' is ambiguous; possibilities:"];
                let others = rest.iter().filter(|(_, other)| !alike(first.1, other));
                for (long, _) in std::iter::once(first).chain(others) {
                    text.extend([&b" '--"[..], long, b"'"]);
                }
                return self.told(output, &text);
            }
        };
        match (takes_word(option), value) {
            (false, None) => Ok((option.action, None)),
            (false, Some(_)) => {
                self.told(output, &[b"option '--", long, b"' doesn't allow an argument"])
            }
            (true, value) => match value.or_else(|| self.arguments.next()) {
                Some(word) => Ok((option.action, Some(word))),
                None => self.told(output, &[b"option '--", long, b"' requires an argument"]),
            },
        }
    }

    fn told<T>(&self, output: &Output, text: &[&[u8]]) -> Result<T, Told> {
        output.complain(&[&[self.program, b": "], text].concat());
        Err(Told)
    }
}

fn takes_word<E>(option: &Word<E>) -> bool {
    !option.entry.argument.text.is_empty()
}

/// Returns the long names, without their dashes, each with its row.
fn long_names<E>(
    options: &'static [Word<E>],
) -> impl Iterator<Item = (&'static [u8], &'static Word<E>)> {
    options.iter().flat_map(|option| {
        let long = option.entry.names.iter().filter_map(|name| name.strip_prefix("--"));
        long.map(move |name| (name.as_bytes(), option))
    })
}

/// Returns what a tool's messages about its options begin with: the word by which it was called, or its
/// plain name where it was called as a word of `ifctl`.
pub(crate) fn called_as(name: &str, called: &OsStr) -> Vec<u8> {
    let is_its_own = Path::new(called).file_name().is_some_and(|file| file == name);
    if is_its_own { called.as_bytes().to_vec() } else { name.as_bytes().to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Argument;
    use std::rc::Rc;

    const GRAMMAR: &Grammar<char> = &Grammar {
        options: &[
            option(&["--word", "-w"], "<word>", 'w'),
            option(&["-a", "--all"], "", 'a'),
            option(&["--also"], "", 'b'),
            option(&["--inet"], "", 'i'),
            option(&["--inet6"], "", '6'),
            option(&["--ipx"], "", 'i'),
        ],
        alike: |one, other| one == other,
    };

    const fn option(names: &'static [&str], argument: &'static str, action: char) -> Word<char> {
        Word::new(names, Argument::any(argument), "", "", action)
    }

    /// Returns what was found, the words of options behind a colon, and the other words.
    fn read(line: &str) -> String {
        let arguments: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
        let nothing = Surroundings::Given(Rc::default());
        let mut options = Getopt::new(b"tool", GRAMMAR, arguments, &nothing);
        let output = Output::new("tool");
        let mut text = String::new();
        while let Some(found) = options.next(&output) {
            match found {
                Ok((effect, word)) => {
                    text.push(effect);
                    if let Some(word) = word {
                        text.push_str(&format!(":{}", String::from_utf8_lossy(word)));
                    }
                }
                Err(Told) => text.push('!'),
            }
            text.push(' ');
        }
        let words = options.into_words().join(&b' ');
        format!("{text}| {}", String::from_utf8(words).unwrap())
    }

    #[test]
    fn options_may_stand_anywhere_before_two_dashes() {
        assert_eq!(read("x -aa y -wz -w -- - -- -a"), "a a w:z w:-- | x y - -a");
        assert_eq!(read("-aw"), "a ! | ");
        assert_eq!(read("-xa"), "! a | ");
    }

    #[test]
    fn long_options_may_be_cut_as_long_as_one_is_meant() {
        assert_eq!(read("--alls --all --wor=1=2 --w 3 --word"), "! a w:1=2 w:3 ! | ");
        assert_eq!(read("--al --inet --ine --i --ip --all=1 --"), "! i ! ! i ! | ");
    }
}
