//! The settings in a state.

use super::{Conf, LINES, place};
use crate::state::{Settings, StateError, wrong};
use std::collections::BTreeSet;

impl Conf {
    /// Returns the settings as a state has them.
    pub(crate) fn save(&self) -> Settings {
        let changed =
            LINES.iter().zip(self.values).filter(|(line, value)| line.initially != *value);
        let values = changed.map(|(line, value)| (line.name.to_owned(), value)).collect();
        Settings { values, given: BTreeSet::new() }
    }

    /// Returns the settings of a state.
    pub(crate) fn load(saved: &Settings) -> Result<Self, StateError> {
        let mut conf = Self::of_new_devices();
        for (name, value) in &saved.values {
            let line = place(name).and_then(|place| LINES.get(place));
            let line = line.ok_or_else(|| wrong(format!("IPv6 has no setting named {name:?}")))?;
            if !line.range.contains(value) {
                return Err(wrong(format!("{name} cannot be {value}")));
            }
            conf.set(name, *value);
        }
        match saved.given.first() {
            Some(_) => Err(wrong("only IPv4 has settings that no longer follow")),
            None => Ok(conf),
        }
    }
}
