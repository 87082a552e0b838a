//! The groups in a state.

use super::{Group, Groups};
use crate::state::{Group6, StateError, Within, must};

impl Groups {
    /// Returns what a state has of them.
    pub(crate) fn save(&self) -> Vec<Group6> {
        let save = |group: &Group| Group6 {
            address: group.address.into(),
            users: group.users,
            flags: group.flags,
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
            groups.last += 1;
            groups.ages.insert(address, groups.last);
            let group = Group { address, users: saved.users, flags: saved.flags };
            groups.by_age.insert(groups.last, group);
        }
        Ok(groups)
    }
}
