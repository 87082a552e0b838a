//! The manual page of one of net-tools' tools, from its tables of words.

use super::roff::{Page, Span};
use super::{form, parts, see_also, source};
use crate::manual::Manual;
use crate::personality::Personality;
use crate::words::Entry;

/// Returns the page.
pub(super) fn page(tool: &Personality, manual: &Manual) -> String {
    let mut page = Page::new(tool.name, 8, &source(), "System administration");
    page.section("Name");
    page.name(tool.name, tool.about);
    page.section("Synopsis");
    for line in manual.synopsis {
        let name = [Span::Bold(tool.name), Span::Roman(" ")];
        page.form(&name.into_iter().chain(form(line)).collect::<Vec<_>>());
    }
    page.section("Description");
    manual.description.iter().for_each(|text| page.paragraph(text));
    for table in manual.tables {
        page.section(table.title);
        if !table.about.is_empty() {
            page.paragraph(table.about);
        }
        let entries = (table.entries)();
        // A row without a text of its own shares that of the row before.
        for group in entries.chunk_by(|_, next| next.about.is_empty()) {
            let tags: Vec<_> = group.iter().map(tag).collect();
            page.tagged(&tags, group.first().map_or("", |entry| entry.about));
        }
    }
    parts(&mut page, manual.parts);
    see_also(&mut page, manual.see_also);
    page.finish()
}

/// Returns the names of a word and its argument.
fn tag(entry: &Entry) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    for (place, name) in entry.names.iter().enumerate() {
        if place > 0 {
            spans.push(Span::Roman(", "));
        }
        spans.push(Span::Bold(name));
    }
    let argument = entry.argument.text;
    if !argument.is_empty() {
        spans.push(Span::Roman(" "));
        if argument.contains('<') {
            spans.extend(form(argument));
        } else {
            spans.push(Span::Italic(argument));
        }
    }
    spans
}
