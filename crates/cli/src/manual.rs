//! What is told of a tool of net-tools' besides its usage text: the source of its manual page and of what
//! shells complete.

use crate::help::Part;
use crate::words::{Entry, Values};

/// A tool's manual.
#[derive(Debug)]
pub(crate) struct Manual {
    /// The forms of its command line, without the tool's name.
    pub(crate) synopsis: &'static [&'static str],
    /// What it is, in paragraphs.
    pub(crate) description: &'static [&'static str],
    /// Its words.
    pub(crate) tables: &'static [Table],
    /// What may stand in the first place that is no option's, besides words.
    pub(crate) first: Values,
    /// What may stand in the places behind it.
    pub(crate) later: Values,
    /// What follows in the manual page.
    pub(crate) parts: &'static [Part],
    /// Other manual pages: `ip(8)`.
    pub(crate) see_also: &'static [&'static str],
}

/// A table of words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table {
    /// Its title in the manual page.
    pub(crate) title: &'static str,
    /// What is said before the words; empty for nothing.
    pub(crate) about: &'static str,
    /// Where its words stand.
    pub(crate) place: Place,
    /// Its rows.
    pub(crate) entries: fn() -> Vec<Entry>,
}

/// Where words stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Anywhere.
    Anywhere,
    /// Before the first word that is no option, and in its place.
    First,
    /// Behind it.
    Later,
}
