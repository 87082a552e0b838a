//! `ifctl man DIR`: the manual pages, made of the tables that the words are parsed by.

mod command;
mod roff;
mod tool;

use crate::cli::{self, Streams};
use crate::error::{CommandError, printed};
use crate::help::{Part, example};
use crate::personality;
use roff::{Page, Span};
use std::fs;
use std::io::Write;
use std::path::PathBuf;

const ABOUT: &str = "\
Write the manual pages into a folder

ifctl(1) and a page for each subcommand, ifconfig(8), route(8), nameif(8), ipmaddr(8) and arp(8). They are \
made of the same tables as the parsing and the helps. Files of these names are replaced. For man to find \
them by name they belong in the folders man1 and man8 of a folder in MANPATH; man also reads a page by its \
path.";

/// What its help and manual page tell besides.
pub(crate) const HELP: &[Part] = &[
    Part::Examples(&[
        example("ifctl man .", "Write all pages here"),
        example("ifctl man ~/man && man -l ~/man/ifconfig.8", "Write them, and read one"),
    ]),
    Part::List(
        "Exit status",
        &[
            ("0", "all pages are written"),
            ("1", "one could not be: those before it are"),
            ("2", "the words are not understood"),
        ],
    ),
];

/// Write the manual pages into a folder
#[derive(Debug, clap::Args)]
#[command(long_about = ABOUT)]
pub(crate) struct Arguments {
    /// The folder, which exists
    #[arg(value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    folder: PathBuf,
}

/// Writes the pages, and prints how many they are.
pub(crate) fn run(streams: &mut Streams<'_>, arguments: &Arguments) -> Result<(), CommandError> {
    let folder = &arguments.folder;
    let pages = pages();
    for (name, text) in &pages {
        let path = folder.join(name);
        fs::write(&path, text).map_err(|error| {
            let error = CommandError::failed(format!("cannot write {}: {error}", path.display()));
            if folder.is_dir() {
                error
            } else {
                error.hint(format!("make the folder first: mkdir -p {}", folder.display()))
            }
        })?;
    }
    printed(writeln!(streams.out, "{}: {} pages written", folder.display(), pages.len()))
}

/// Returns all pages, with the names of their files.
fn pages() -> Vec<(String, String)> {
    let mut definition = cli::definition();
    definition.build();
    let tools = personality::of_net_tools()
        .map(|(tool, manual)| (format!("{}.8", tool.name), tool::page(tool, manual)));
    let commands = command::pages(&definition);
    tools.chain(commands).collect()
}

/// What the foot of a page says.
fn source() -> String {
    format!("ifctl {}", env!("CARGO_PKG_VERSION"))
}

/// Adds what follows behind the words.
fn parts(page: &mut Page, parts: &[Part]) {
    for part in parts {
        match part {
            Part::Examples(examples) => {
                page.section("Examples");
                examples.iter().for_each(|one| page.example(one.command, one.about));
            }
            Part::List(title, rows) => {
                page.section(title);
                rows.iter().for_each(|(tag, text)| page.tagged(&[vec![Span::Bold(tag)]], text));
            }
            Part::Section(title, paragraphs) => {
                page.section(title);
                paragraphs.iter().for_each(|text| page.paragraph(text));
            }
            Part::Text(text) => page.paragraph(text),
        }
    }
}

/// Adds the last section: other pages, which are written `ip(8)`.
fn see_also(page: &mut Page, others: &[impl AsRef<str>]) {
    page.section("See also");
    let last = others.len().saturating_sub(1);
    let mut spans = Vec::new();
    for (place, other) in others.iter().map(AsRef::as_ref).enumerate() {
        let (name, section) = other.split_at(other.find('(').unwrap_or(other.len()));
        spans.extend([Span::Bold(name), Span::Roman(section)]);
        if place != last {
            spans.push(Span::Roman(", "));
        }
    }
    page.spans(&spans);
}

/// Returns the spans of a form in which `<` and `>` stand around what is to be replaced, and brackets, bars
/// and dots have their usual meaning.
fn form(text: &str) -> Vec<Span<'_>> {
    let mut spans = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let structure = |char: char| matches!(char, '[' | ']' | '{' | '}' | '|' | '.' | ' ');
        let place = |found: Option<usize>| found.unwrap_or(rest.len());
        let end = match first {
            '<' => place(rest.find('>')),
            first if structure(first) => place(rest.find(|char| !structure(char))),
            _ => place(rest.find(|char| structure(char) || char == '<')),
        };
        let (piece, tail) = rest.split_at(end);
        rest = tail.strip_prefix('>').unwrap_or(tail);
        spans.push(match first {
            '<' => Span::Italic(piece.trim_start_matches('<')),
            first if structure(first) => Span::Roman(piece),
            _ => Span::Bold(piece),
        });
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_tells_what_is_typed_from_what_is_replaced() {
        use Span::{Bold, Italic, Roman};
        assert_eq!(
            form("[-a] add <x>[/<y>] ..."),
            [
                Roman("["),
                Bold("-a"),
                Roman("] "),
                Bold("add"),
                Roman(" "),
                Italic("x"),
                Roman("["),
                Bold("/"),
                Italic("y"),
                Roman("] ..."),
            ]
        );
        assert_eq!(form("<open"), [Italic("open")]);
    }
}
