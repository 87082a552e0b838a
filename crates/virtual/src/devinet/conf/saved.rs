//! The settings in a state.

use super::{Conf, SETTINGS, place};
use crate::state::{Settings, StateError, wrong};

impl Conf {
    /// Returns the settings as a state has them.
    pub(crate) fn save(&self) -> Settings {
        let given = |place: usize| self.given >> place & 1 == 1;
        let numbered = SETTINGS.iter().zip(self.values).enumerate();
        let changed = numbered.filter(|(_, ((_, initially), value))| initially != value);
        Settings {
            values: changed.map(|(_, ((name, _), value))| ((*name).to_owned(), value)).collect(),
            given: SETTINGS
                .iter()
                .enumerate()
                .filter(|(place, _)| given(*place))
                .map(|(_, (name, _))| (*name).to_owned())
                .collect(),
        }
    }

    /// Returns the settings of a state.
    pub(crate) fn load(saved: &Settings) -> Result<Self, StateError> {
        let known = |name: &str| {
            place(name).ok_or_else(|| wrong(format!("IPv4 has no setting named {name:?}")))
        };
        let mut conf = Self::of_new();
        for (name, value) in &saved.values {
            known(name)?;
            conf.set(name, *value);
        }
        conf.given = 0;
        for name in &saved.given {
            conf.given |= 1 << known(name)?;
        }
        if saved.given.len() == SETTINGS.len() {
            // Whatever there will be.
            conf.given = u64::MAX;
        }
        Ok(conf)
    }
}
