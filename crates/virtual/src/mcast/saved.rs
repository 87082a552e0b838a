//! The groups in a state.

use super::{Group, Groups};
use crate::state::{Anycast, Group6, StateError, Within, must};

impl Groups {
    /// Returns what a state has of them.
    pub(crate) fn save(&self) -> Vec<Group6> {
        let save = |group: &Group| Group6 {
            address: group.address.into(),
            users: group.users,
            flags: group.flags,
            created: group.created,
        };
        self.iter().map(save).collect()
    }

    /// Returns those of a state.
    pub(crate) fn load(saved: &[Group6]) -> Result<Self, StateError> {
        let mut groups = Self::default();
        for (place, saved) in saved.iter().enumerate().rev() {
            let address = u128::from(saved.address);
            let is_new = !groups.ages.contains_key(&address);
            let checked = must(saved.address.is_multicast(), "address", "it is no group's")
                .and_then(|()| must(is_new, "address", "the group is there twice"))
                .and_then(|()| must(saved.users > 0, "users", "nobody wants it"));
            checked.within(&format!("[{place}]"))?;
            let Group6 { users, flags, created, .. } = *saved;
            groups.insert(Group { address, users, flags, created });
        }
        Ok(groups)
    }

    /// Returns what a state has of anycast addresses.
    pub(crate) fn save_anycasts(&self) -> Vec<Anycast> {
        let save = |entry: &Group| Anycast {
            address: entry.address.into(),
            users: entry.users,
            created: entry.created,
        };
        self.iter().map(save).collect()
    }

    /// Returns the anycast addresses of a state.
    pub(crate) fn load_anycasts(saved: &[Anycast]) -> Result<Self, StateError> {
        let mut anycasts = Self::default();
        for (place, saved) in saved.iter().enumerate().rev() {
            let Anycast { address, users, created } = *saved;
            let address = u128::from(address);
            let is_new = !anycasts.ages.contains_key(&address);
            let checked = must(is_new, "address", "it is there twice")
                .and_then(|()| must(users > 0, "users", "nobody wants it"));
            checked.within(&format!("[{place}]"))?;
            anycasts.insert(Group { address, users, flags: 0, created });
        }
        Ok(anycasts)
    }
}
