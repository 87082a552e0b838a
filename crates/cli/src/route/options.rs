//! The options of `route`, which may stand anywhere among the words, as getopt_long(3) finds them.

use super::words::{Effect, FAMILIES, OPTIONS, TARGETS};
use crate::getopt::{Getopt, Grammar, Told};
use crate::output::Output;
use crate::words::find;

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
    /// Something was told on standard error.
    pub(super) told: bool,
    /// The families, in order, by the names that they have inside.
    pub(super) families: Vec<&'static str>,
    /// The other words.
    pub(super) words: Vec<&'a [u8]>,
}

/// The options as getopt_long(3) reads them. Families count as one option to it, which takes the first.
const GRAMMAR: Grammar<Effect> =
    Grammar { options: OPTIONS, alike: |one, other| is_family(*one) && is_family(*other) };

/// How much of `-A`'s word is read, and how long the names of all families may be together.
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
        let mut getopt = Getopt::new(program, &GRAMMAR, arguments, output.surroundings());
        while let Some(found) = getopt.next(output) {
            match found {
                Ok((_, Some(list))) => options.add_families(list, output)?,
                // At once: what stands behind is not looked at.
                Ok((Effect::Version, _)) => {
                    options.version = true;
                    break;
                }
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
            Effect::Verbose | Effect::Families | Effect::Version => {}
            Effect::Fib => self.fib = true,
            Effect::Cache => self.cache = true,
            Effect::Help => self.help = true,
            Effect::Family(family) => self.add_family(family, output),
            Effect::Forgotten => {
                self.told = true;
                output.complain(&[b"route.c: Internal Error `longopts 1 range'."]);
            }
        }
    }

    /// Adds a family, if its name finds room in the list.
    fn add_family(&mut self, family: &'static str, output: &Output) {
        let length: usize = self.families.iter().map(|family| family.len() + 1).sum();
        if length + family.len() > LONGEST_LIST {
            self.told = true;
            output.complain(&[b"Too much address family arguments."]);
        } else {
            self.families.push(family);
        }
    }

    fn add_families(&mut self, list: &[u8], output: &Output) -> Result<(), UnknownFamily> {
        let list = list.get(..LONGEST_LIST).unwrap_or(list);
        for word in list.split(|byte| *byte == b',') {
            match find(FAMILIES, word) {
                Some(row) => self.add_family(row.action, output),
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
    match find(TARGETS, word) {
        Some(target) => target.action.inside,
        None => word,
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
