//! The groups in a state.

use super::{Group, Groups};
use crate::state::{Group4, StateError, Within, must};

impl Groups {
    /// Returns what a state has of them.
    pub(crate) fn save(&self) -> Vec<Group4> {
        let save = |group: &Group| Group4 {
            address: group.address.into(),
            users: group.users,
            loaded: group.loaded,
            created: group.created,
        };
        self.0.iter().map(save).collect()
    }

    /// Returns those of a state.
    pub(crate) fn load(saved: &[Group4]) -> Result<Self, StateError> {
        let mut groups = Self::default();
        for (place, group) in saved.iter().enumerate() {
            let address = u32::from(group.address);
            let checked = must(group.address.is_multicast(), "address", "it is no group's")
                .and_then(|()| must(!groups.has(address), "address", "the group is there twice"))
                .and_then(|()| must(group.users > 0, "users", "nobody wants it"));
            checked.within(&format!("[{place}]"))?;
            let Group4 { users, loaded, created, .. } = *group;
            groups.0.push(Group { address, users, loaded, created });
        }
        Ok(groups)
    }
}
