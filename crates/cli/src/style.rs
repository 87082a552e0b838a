//! Which layout `ifconfig` prints, by the environment variable `IFCTL_STYLE`.

use crate::output::Output;
use std::os::unix::ffi::OsStrExt;

/// The layout of a listing, and with it the habits of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Style {
    /// net-tools 2.10's; the default.
    #[default]
    Modern,
    /// net-tools 1.60's, of 2001: `Link encap:Ethernet  HWaddr ...`.
    Classic,
    /// That of the IP-alias HOWTO of 1997, in which `route add -net N` also finds the mask by itself.
    Howto,
}

impl Style {
    /// The words for it, and what they mean.
    const WORDS: [(&'static str, Self); 4] = [
        ("", Self::Modern),
        ("modern", Self::Modern),
        ("classic", Self::Classic),
        ("howto", Self::Howto),
    ];

    /// Returns the style that the environment asks for. A word that is none is told on stderr, and the
    /// default used.
    pub(crate) fn from_environment(program: &str, output: &Output) -> Self {
        let Some(word) = output.surroundings().variable("IFCTL_STYLE") else {
            return Self::default();
        };
        let known = Self::WORDS.into_iter().find(|(name, _)| word == *name);
        known.map_or_else(
            || {
                output.complain(&[
                    program.as_bytes(),
                    b": IFCTL_STYLE=",
                    word.as_bytes(),
                    b" is none of modern, classic, howto",
                ]);
                Self::default()
            },
            |(_, style)| style,
        )
    }
}
