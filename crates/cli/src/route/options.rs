//! The options of `route`, which may stand anywhere among the words, as getopt_long(3) finds them.

use crate::output::Output;

/// What the command line asks for.
#[derive(Debug, Default)]
pub(super) struct Options {
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
    pub(super) words: Vec<Vec<u8>>,
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

/// The long options, in the order in which an ambiguity is told.
const LONG: &[(&str, Effect)] = &[
    ("ax25", Effect::Family("ax25")),
    ("ip", Effect::Family("inet")),
    ("ipx", Effect::Family("ipx")),
    ("rose", Effect::Family("rose")),
    ("appletalk", Effect::Family("ddp")),
    ("netrom", Effect::Family("netrom")),
    ("inet", Effect::Family("inet")),
    ("inet6", Effect::Family("inet6")),
    ("ddp", Effect::Family("ddp")),
    ("unix", Effect::Family("unix")),
    ("tcpip", Effect::Forgotten),
    ("x25", Effect::Family("x25")),
    ("bluetooth", Effect::Family("bluetooth")),
    ("extend", Effect::Extend),
    ("verbose", Effect::Verbose),
    ("version", Effect::Version),
    ("numeric", Effect::Numeric),
    ("symbolic", Effect::Numeric),
    ("protocol", Effect::Families),
    ("cache", Effect::Cache),
    ("fib", Effect::Fib),
    ("help", Effect::Help),
];

/// The short options. `-N` was meant to be the opposite of `-n`.
const SHORT: &[(u8, Effect)] = &[
    (b'A', Effect::Families),
    (b'e', Effect::Extend),
    (b'C', Effect::Cache),
    (b'F', Effect::Fib),
    (b'h', Effect::Help),
    (b'?', Effect::Help),
    (b'n', Effect::Numeric),
    (b'N', Effect::Numeric),
    (b'6', Effect::Family("inet6")),
    (b'4', Effect::Family("inet")),
    (b'V', Effect::Version),
    (b'v', Effect::Verbose),
];

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

/// A family's name that is none; it has been told.
#[derive(Debug)]
pub(super) struct UnknownFamily;

impl Options {
    /// Reads the words behind the program's name, which is the one that messages begin with.
    ///
    /// # Errors
    ///
    /// Ends at the first family that is not known. All else that is not understood is told and asks
    /// for help.
    pub(super) fn read(
        program: &[u8],
        arguments: impl Iterator<Item = Vec<u8>>,
        output: &Output,
    ) -> Result<Self, UnknownFamily> {
        let mut options = Self::default();
        let mut arguments = arguments.map(kind_of_target);
        while let Some(word) = arguments.next() {
            match word.as_slice() {
                b"--" => {
                    options.words.extend(arguments.by_ref());
                }
                [b'-', b'-', long @ ..] => {
                    options.long(program, long, &mut arguments, output)?;
                }
                [b'-', short @ ..] if !short.is_empty() => {
                    options.short(program, short, &mut arguments, output)?;
                }
                _ => options.words.push(word),
            }
        }
        Ok(options)
    }

    fn long(
        &mut self,
        program: &[u8],
        word: &[u8],
        arguments: &mut impl Iterator<Item = Vec<u8>>,
        output: &Output,
    ) -> Result<(), UnknownFamily> {
        let mut parts = word.splitn(2, |byte| *byte == b'=');
        let name = parts.next().unwrap_or_default();
        let value = parts.next();
        let complain =
            |text: &[&[u8]]| output.complain(&[&[program, b": option '--"], text].concat());
        let exact = LONG.iter().find(|(long, _)| long.as_bytes() == name);
        let candidates: Vec<_> =
            LONG.iter().filter(|(long, _)| long.as_bytes().starts_with(name)).collect();
        let chosen = match (exact, candidates.as_slice()) {
            (Some(exact), _) => exact,
            (None, []) => {
                output.complain(&[program, b": unrecognized option '--", word, b"'"]);
                self.help = true;
                return Ok(());
            }
            // Families count as one option to getopt, which takes the first of them.
            (None, [first, rest @ ..])
                if rest.iter().all(|other| is_family(first.1) && is_family(other.1)) =>
            {
                first
            }
            (None, several) => {
                let mut text: Vec<&[u8]> = vec![word, b"' is ambiguous; possibilities:"];
                for (long, _) in several {
                    text.extend([&b" '--"[..], long.as_bytes(), b"'"]);
                }
                complain(&text);
                self.help = true;
                return Ok(());
            }
        };
        match (chosen, value) {
            ((_, Effect::Families), Some(list)) => self.add_families(list, output),
            ((name, Effect::Families), None) => match arguments.next() {
                Some(list) => self.add_families(&list, output),
                None => {
                    complain(&[name.as_bytes(), b"' requires an argument"]);
                    self.help = true;
                    Ok(())
                }
            },
            ((name, _), Some(_)) => {
                complain(&[name.as_bytes(), b"' doesn't allow an argument"]);
                self.help = true;
                Ok(())
            }
            ((_, effect), None) => {
                self.apply(*effect, output);
                Ok(())
            }
        }
    }

    fn short(
        &mut self,
        program: &[u8],
        letters: &[u8],
        arguments: &mut impl Iterator<Item = Vec<u8>>,
        output: &Output,
    ) -> Result<(), UnknownFamily> {
        let mut rest = letters;
        while let [letter, tail @ ..] = rest {
            rest = tail;
            match SHORT.iter().find(|(short, _)| short == letter) {
                None => {
                    output.complain(&[program, b": invalid option -- '", &[*letter], b"'"]);
                    self.help = true;
                }
                Some((_, Effect::Families)) if !tail.is_empty() => {
                    return self.add_families(tail, output);
                }
                Some((_, Effect::Families)) => match arguments.next() {
                    Some(list) => return self.add_families(&list, output),
                    None => {
                        output.complain(&[program, b": option requires an argument -- 'A'"]);
                        self.help = true;
                    }
                },
                Some((_, effect)) => self.apply(*effect, output),
            }
        }
        Ok(())
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
fn kind_of_target(word: Vec<u8>) -> Vec<u8> {
    match word.as_slice() {
        b"-net" => b"#net".to_vec(),
        b"-host" => b"#host".to_vec(),
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Options {
        let words = line.split_whitespace().map(|word| word.as_bytes().to_vec());
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
