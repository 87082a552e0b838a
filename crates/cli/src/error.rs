//! What a subcommand of `ifctl` says when it fails, and the exit status that goes with it.

use anstyle::{AnsiColor, Style};
use std::error::Error;
use std::fmt;
use std::io::{self, Write};

/// The kinds of failure that a caller can tell apart, by their exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It was tried and refused, or could not be tried: nothing of it was done.
    Failed = 1,
    /// The words are not understood, and nothing was tried: clap's own status.
    Usage = 2,
    /// Some of what was asked for was done, and not all.
    Partial = 3,
    /// No sandbox, or no listener for system calls, was to be had, so the command was not tried: env(1)'s
    /// status for its own failures.
    NoSandbox = 125,
    /// The command is there and cannot be run: the shells' status for it.
    NotExecutable = 126,
    /// There is no such command: the shells' status for it.
    NotFound = 127,
}

/// A failure: what was tried and why it did not go, and ways out.
///
/// Displays as one line, the causes after the thing, joined by colons.
#[derive(Debug)]
pub(crate) struct CommandError {
    kind: Kind,
    source: Box<dyn Error + Send + Sync>,
    hints: Vec<String>,
}

impl CommandError {
    /// Returns an error of this kind, from an error or from a text that names the thing and the cause.
    pub(crate) fn new(kind: Kind, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind, source: source.into(), hints: Vec::new() }
    }

    /// Returns an error after which nothing was done.
    pub(crate) fn failed(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(Kind::Failed, source)
    }

    /// Returns the error as one of another kind.
    pub(crate) fn of_kind(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    /// Adds a way out.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Writes the error and its hints to stderr and returns the exit status.
    pub(crate) fn report(&self) -> u8 {
        self.report_to(&mut anstream::stderr())
    }

    /// Writes the error and its hints, with colours, and returns the exit status.
    pub(crate) fn report_to(&self, errors: &mut dyn Write) -> u8 {
        let red = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
        let cyan = Style::new().fg_color(Some(AnsiColor::Cyan.into()));
        let mut text = format!("ifctl: {red}error{red:#}: {}\n", tamed(&self.to_string()));
        for hint in &self.hints {
            text.push_str(&format!("  {cyan}hint{cyan:#}: {}\n", tamed(hint)));
        }
        // Nothing is left to tell where stderr itself cannot be written.
        let _ = errors.write_all(text.as_bytes());
        self.kind as u8
    }
}

/// Returns a line in which the control characters of the words that it quotes are written as `\x1b`.
/// Names are written so already, and their backslashes stay as they are.
fn tamed(line: &str) -> String {
    let mut tame = String::with_capacity(line.len());
    for char in line.chars() {
        match char {
            char if char.is_control() => {
                let mut bytes = [0; 4];
                char.encode_utf8(&mut bytes)
                    .bytes()
                    .for_each(|byte| tame.push_str(&format!("\\x{byte:02x}")));
            }
            char => tame.push(char),
        }
    }
    tame
}

impl fmt::Display for CommandError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.source)?;
        let mut cause = self.source.source();
        while let Some(error) = cause {
            write!(formatter, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for CommandError {
    fn from(error: E) -> Self {
        Self::failed(error)
    }
}

/// Returns what writing to stdout came to, as a failure that names what could not be written.
pub(crate) fn printed(result: io::Result<()>) -> Result<(), CommandError> {
    result
        .map_err(|error| CommandError::failed(format!("cannot write to standard output: {error}")))
}

/// Tells on stderr what went otherwise than a reader would expect, where that is no failure.
pub(crate) fn note(text: &str) {
    // Nothing is left to tell where stderr itself cannot be written.
    let _ = writeln!(anstream::stderr(), "ifctl: note: {text}");
}
