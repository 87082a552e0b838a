//! The version and the usage text.

use super::words::{OPTIONS, WORDS};
use crate::family::FAMILIES;
use crate::hardware::CLASSES;
use crate::output::{Output, Text};
use crate::words::usage;

/// Whose behaviour this is, and in which version: what `-V` prints.
pub(super) const VERSION: &str = "net-tools 2.10\n";

const HARDWARE: &str = "\n  <HW>=Hardware Type.\n  List of possible hardware types:\n";
const FAMILY: &str = "  <AF>=Address family. Default: inet\n  List of possible address families:\n";

/// Prints the usage text for somebody who asked for it. The two lists in it go to stderr all the same,
/// as they do in net-tools.
pub(super) fn help(output: &mut Output) {
    head(output.text());
    output.text().str(HARDWARE);
    let mut classes = Text::default();
    hardware(&mut classes);
    output.complain_text(classes.as_bytes());
    output.text().str(FAMILY);
    let mut names = Text::default();
    families(&mut names);
    output.complain_text(names.as_bytes());
}

/// Prints the usage text for somebody whose words were not understood.
pub(super) fn complain(output: &Output) {
    let mut text = Text::default();
    head(&mut text);
    text.str(HARDWARE);
    hardware(&mut text);
    text.str(FAMILY);
    families(&mut text);
    output.complain_text(text.as_bytes());
}

fn head(text: &mut Text) {
    text.str("Usage:\n  ifconfig");
    usage(text, OPTIONS);
    text.str(" <interface> [[<AF>] <address>]\n");
    usage(text, WORDS);
}

fn hardware(text: &mut Text) {
    list(text, CLASSES.iter().map(|class| (class.name, class.title)));
}

fn families(text: &mut Text) {
    let listed = FAMILIES.iter().filter(|family| !family.title.is_empty());
    list(text, listed.map(|family| (family.name, family.title)));
}

/// Appends names with their titles, three a line.
pub(crate) fn list<'a>(text: &mut Text, names: impl Iterator<Item = (&'a str, &'a str)>) {
    for (place, (name, title)) in names.enumerate() {
        if place % 3 == 0 {
            text.str(if place == 0 { "    " } else { "\n    " });
        }
        text.str(name);
        text.str(" (");
        text.str(title);
        text.str(") ");
    }
    text.byte(b'\n');
}
