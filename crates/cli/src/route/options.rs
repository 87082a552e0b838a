//! The options of `route`, which may stand anywhere among the words, as getopt_long(3) finds them.

use crate::getopt::{Getopt, Grammar, Takes, Told};
use crate::output::Output;

/// What the command line asks for.
#[derive(Debug, Default)]
pub(super) struct Options<'a> {
    /// Addresses are not turned into names.
    pub(super) numeric: bool,
    /// How often `-e` was given.
    pub(super) extend: usize,
    /// The routing table was asked for by name.
    pub(super) fib: bool,
    /// The routing cache was asked for.
    pub(super) cache: bool,
    /// Help was asked for, or the options were not understood.
    pub(super) help: bool,
    /// The version was asked for.
    pub(super) version: bool,
    /// The families, in order, by the names that they have inside.
    pub(super) families: Vec<&'static str>,
    /// The other words.
    pub(super) words: Vec<&'a [u8]>,
}

/// What an option does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    Numeric,
    Extend,
    Verbose,
    Fib,
    Cache,
    Help,
    Version,
    /// Takes a list of families.
    Families,
    /// Adds a family.
    Family(&'static str),
    /// Adds none, though it should: net-tools has forgotten it.
    Forgotten,
}

/// The options. `-N` was meant to be the opposite of `-n`. Families count as one option to getopt, which
/// takes the first of them.
const GRAMMAR: Grammar<Effect> = Grammar {
    short: &[
        (b'A', Takes::Word, Effect::Families),
        (b'e', Takes::Nothing, Effect::Extend),
        (b'C', Takes::Nothing, Effect::Cache),
        (b'F', Takes::Nothing, Effect::Fib),
        (b'h', Takes::Nothing, Effect::Help),
        (b'?', Takes::Nothing, Effect::Help),
        (b'n', Takes::Nothing, Effect::Numeric),
        (b'N', Takes::Nothing, Effect::Numeric),
        (b'6', Takes::Nothing, Effect::Family("inet6")),
        (b'4', Takes::Nothing, Effect::Family("inet")),
        (b'V', Takes::Nothing, Effect::Version),
        (b'v', Takes::Nothing, Effect::Verbose),
    ],
    long: &[
        ("ax25", Takes::Nothing, Effect::Family("ax25")),
        ("ip", Takes::Nothing, Effect::Family("inet")),
        ("ipx", Takes::Nothing, Effect::Family("ipx")),
        ("rose", Takes::Nothing, Effect::Family("rose")),
        ("appletalk", Takes::Nothing, Effect::Family("ddp")),
        ("netrom", Takes::Nothing, Effect::Family("netrom")),
        ("inet", Takes::Nothing, Effect::Family("inet")),
        ("inet6", Takes::Nothing, Effect::Family("inet6")),
        ("ddp", Takes::Nothing, Effect::Family("ddp")),
        ("unix", Takes::Nothing, Effect::Family("unix")),
        ("tcpip", Takes::Nothing, Effect::Forgotten),
        ("x25", Takes::Nothing, Effect::Family("x25")),
        ("bluetooth", Takes::Nothing, Effect::Family("bluetooth")),
        ("extend", Takes::Nothing, Effect::Extend),
        ("verbose", Takes::Nothing, Effect::Verbose),
        ("version", Takes::Nothing, Effect::Version),
        ("numeric", Takes::Nothing, Effect::Numeric),
        ("symbolic", Takes::Nothing, Effect::Numeric),
        ("protocol", Takes::Word, Effect::Families),
        ("cache", Takes::Nothing, Effect::Cache),
        ("fib", Takes::Nothing, Effect::Fib),
        ("help", Takes::Nothing, Effect::Help),
    ],
    alike: |one, other| is_family(*one) && is_family(*other),
};

/// The words that `-A` takes, and the families' names inside.
const FAMILIES: &[(&str, &str)] = &[
    ("ax25", "ax25"),
    ("ip", "inet"),
    ("ipx", "ipx"),
    ("rose", "rose"),
    ("appletalk", "ddp"),
    ("netrom", "netrom"),
    ("inet", "inet"),
    ("inet6", "inet6"),
    ("ddp", "ddp"),
    ("unix", "unix"),
    ("tcpip", "inet"),
    ("econet", "ec"),
    ("x25", "x25"),
    ("ash", "ash"),
    ("bluetooth", "bluetooth"),
];

/// How much of `-A`'s word is read.
const LONGEST_LIST: usize = 255;

/// A family's name that is none; it has been told.
#[derive(Debug)]
pub(super) struct UnknownFamily;

impl<'a> Options<'a> {
    /// Reads the words behind the program's name, which is the one that messages begin with.
    ///
    /// # Errors
    ///
    /// Ends at the first family that is not known. All else that is not understood is told and asks
    /// for help.
    pub(super) fn read(
        program: &'a [u8],
        arguments: impl IntoIterator<Item = &'a [u8]>,
        output: &Output,
    ) -> Result<Self, UnknownFamily> {
        let mut options = Self::default();
        let arguments: Vec<_> = arguments.into_iter().map(kind_of_target).collect();
        let mut getopt = Getopt::new(program, &GRAMMAR, arguments);
        while let Some(found) = getopt.next(output) {
            match found {
                Ok((_, Some(list))) => options.add_families(list, output)?,
                Ok((effect, None)) => options.apply(effect, output),
                Err(Told) => options.help = true,
            }
        }
        options.words = getopt.into_words();
        Ok(options)
    }

    fn apply(&mut self, effect: Effect, output: &Output) {
        match effect {
            Effect::Numeric => self.numeric = true,
            Effect::Extend => self.extend += 1,
            Effect::Verbose | Effect::Families => {}
            Effect::Fib => self.fib = true,
            Effect::Cache => self.cache = true,
            Effect::Help => self.help = true,
            Effect::Version => self.version = true,
            Effect::Family(family) => self.families.push(family),
            Effect::Forgotten => {
                output.complain(&[b"route.c: Internal Error `longopts 1 range'."]);
            }
        }
    }

    fn add_families(&mut self, list: &[u8], output: &Output) -> Result<(), UnknownFamily> {
        let list = list.get(..LONGEST_LIST).unwrap_or(list);
        for word in list.split(|byte| *byte == b',') {
            match FAMILIES.iter().find(|(name, _)| name.as_bytes() == word) {
                Some((_, family)) => self.families.push(family),
                None => {
                    output.complain(&[b"Unknown address family `", word, b"'."]);
                    return Err(UnknownFamily);
                }
            }
        }
        Ok(())
    }
}

fn is_family(effect: Effect) -> bool {
    matches!(effect, Effect::Family(_) | Effect::Forgotten)
}

/// Writes `-net` and `-host` in a way that is no option, wherever they stand.
fn kind_of_target(word: &[u8]) -> &[u8] {
    match word {
        b"-net" => b"#net",
        b"-host" => b"#host",
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Options<'_> {
        let words = line.split_whitespace().map(str::as_bytes);
        Options::read(b"route", words, &Output::new("route")).unwrap()
    }

    #[test]
    fn options_may_stand_among_the_words() {
        let options = read("add -net 10.0.0.0/8 -ne dev e0 -- -n");
        assert!(options.numeric);
        assert_eq!(options.extend, 1);
        assert_eq!(options.words.join(&b' '), b"add #net 10.0.0.0/8 dev e0 -n");
    }

    #[test]
    fn long_options_may_be_cut_as_long_as_one_is_meant() {
        assert!(read("--num").numeric);
        assert!(read("--n").help);
        assert_eq!(read("--i").families, ["inet"]);
        assert_eq!(
            read("--prot=inet6,ip -Ainet -A tcpip").families,
            ["inet6", "inet", "inet", "inet"]
        );
    }
}
