//! What is wrong with a state, and where.

use std::fmt;

/// A value that no kernel can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateError {
    field: String,
    problem: String,
}

impl StateError {
    /// Returns the names of the fields that lead to the value: `devices[2].mtu`.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// Returns what is wrong with it.
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// Puts the name of a field in front.
    pub(crate) fn within(mut self, field: &str) -> Self {
        let joint = if self.field.is_empty() || self.field.starts_with('[') { "" } else { "." };
        self.field = format!("{field}{joint}{}", self.field);
        self
    }
}

impl fmt::Display for StateError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.field, self.problem)
    }
}

impl std::error::Error for StateError {}

/// Returns an error that has no field yet.
pub(crate) fn wrong(problem: impl Into<String>) -> StateError {
    StateError { field: String::new(), problem: problem.into() }
}

/// Refuses what does not hold.
pub(crate) fn must(holds: bool, field: &str, problem: &str) -> Result<(), StateError> {
    if holds { Ok(()) } else { Err(wrong(problem).within(field)) }
}

/// Names the fields that lead to an error.
pub(crate) trait Within: Sized {
    fn within(self, field: &str) -> Self;

    /// Names an entry of a list.
    fn within_item(self, list: &str, place: usize) -> Self {
        self.within(&format!("[{place}]")).within(list)
    }
}

impl<T> Within for Result<T, StateError> {
    fn within(self, field: &str) -> Self {
        self.map_err(|error| error.within(field))
    }
}
