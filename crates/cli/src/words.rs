//! The words of net-tools' tools: a word is a row of its tool's table.
//!
//! From a row come what the tool understands, its piece of the usage text, its entry in the manual page
//! and what a shell completes. The tables are constants: a run looks words up in them, and only a manual
//! page or a completion script reads the rest.

use crate::output::Text;

/// A word, and what it does.
#[derive(Debug)]
pub(crate) struct Word<A: 'static> {
    /// How it is written and told of.
    pub(crate) entry: Entry,
    /// Its piece of the usage text; empty where it is not listed. Where the text is made by [`usage`], `*`
    /// stands for the word and `%` for its argument.
    pub(crate) usage: &'static str,
    /// What it does.
    pub(crate) action: A,
}

/// How a word is written, and what the manual says of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    /// The ways to write it; all do the same, and the first is the one that texts use.
    pub(crate) names: &'static [&'static str],
    /// What follows it.
    pub(crate) argument: Argument,
    /// What the manual page says of it; empty where what stands before it tells of it too.
    pub(crate) about: &'static str,
}

/// What follows a word.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Argument {
    /// As the usage text writes it: `<address>`; empty for nothing.
    pub(crate) text: &'static str,
    /// What it can be, as far as a shell can tell.
    pub(crate) values: Values,
}

/// What an argument can be, as far as a shell can tell.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Values {
    /// Whatever somebody types.
    Any,
    /// The name of a device.
    Devices,
    /// A file.
    Files,
    /// One of these.
    Of(fn() -> Vec<&'static str>),
}

impl Argument {
    /// Nothing.
    pub(crate) const NONE: Self = Self::any("");

    /// Returns an argument that can be anything.
    pub(crate) const fn any(text: &'static str) -> Self {
        Self::of(text, Values::Any)
    }

    /// Returns an argument that is one of these.
    pub(crate) const fn of(text: &'static str, values: Values) -> Self {
        Self { text, values }
    }
}

impl<A> Word<A> {
    /// Returns a row: how it is written, what follows it, its piece of the usage text, what the manual
    /// page says of it, and what it does.
    pub(crate) const fn new(
        names: &'static [&'static str],
        argument: Argument,
        usage: &'static str,
        about: &'static str,
        action: A,
    ) -> Self {
        Self { entry: Entry { names, argument, about }, usage, action }
    }

    /// Returns whether this is the row of a word.
    pub(crate) fn is(&self, word: &[u8]) -> bool {
        self.entry.names.iter().any(|name| name.as_bytes() == word)
    }
}

/// Returns the row of a word that is written exactly so.
pub(crate) fn find<A>(rows: &'static [Word<A>], word: &[u8]) -> Option<&'static Word<A>> {
    rows.iter().find(|row| row.is(word))
}

/// Returns what the rows say, without what they do.
pub(crate) fn entries<A>(rows: &'static [Word<A>]) -> Vec<Entry> {
    rows.iter().map(|row| row.entry).collect()
}

/// Appends the rows' pieces of a usage text, one behind the other.
pub(crate) fn usage<'a, A: 'static>(text: &mut Text, rows: impl IntoIterator<Item = &'a Word<A>>) {
    for row in rows {
        for byte in row.usage.bytes() {
            match byte {
                b'*' => text.str(row.entry.names.first().copied().unwrap_or_default()),
                b'%' => text.str(row.entry.argument.text),
                byte => text.byte(byte),
            }
        }
    }
}

/// Appends a line of a usage text for each of these options, by its first name: all names, and what the row
/// says behind them.
pub(crate) fn option_lines<A>(text: &mut Text, options: &'static [Word<A>], order: &[&str]) {
    for option in order.iter().filter_map(|name| find(options, name.as_bytes())) {
        text.str("        ");
        let mark = text.mark();
        for (place, name) in option.entry.names.iter().enumerate() {
            text.str(if place == 0 { "" } else { ", " });
            text.str(name);
        }
        text.pad_to(mark, 25);
        text.str(option.usage);
        text.byte(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_of_the_usage_text_names_the_word_and_its_argument() {
        const ROWS: &[Word<()>] = &[
            Word::new(&["mtu", "MTU"], Argument::any("<NN>"), "  [* %]", "", ()),
            Word::new(&["up"], Argument::NONE, " [*", "", ()),
            Word::new(&["hidden"], Argument::NONE, "", "", ()),
        ];
        let mut text = Text::default();
        usage(&mut text, ROWS);
        assert_eq!(text.as_bytes(), b"  [mtu <NN>] [up");
        assert!(find(ROWS, b"MTU").is_some_and(|row| row.is(b"mtu")));
        assert!(find(ROWS, b"Mtu").is_none());
    }
}
