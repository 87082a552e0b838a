//! The addresses in a state.

use super::{AddressList, Entry};
use crate::state::{ListenedAddress, StateError, Within, hardware, hardware_bytes, must};

impl AddressList {
    /// Returns what a state has of them.
    pub(crate) fn save(&self) -> Vec<ListenedAddress> {
        let save = |entry: &Entry| ListenedAddress {
            address: hardware_bytes(&entry.address),
            users: entry.users,
            global: entry.global,
            synced: entry.synced,
        };
        self.iter().map(save).collect()
    }

    /// Returns those of a state.
    pub(crate) fn load(saved: &[ListenedAddress]) -> Result<Self, StateError> {
        let mut list = Self::default();
        for (place, saved) in saved.iter().enumerate() {
            let item = format!("[{place}]");
            let address = hardware(&saved.address).within("address").within(&item)?;
            let is_new = list.place(address).is_none();
            must(is_new, "address", "the address is there twice").within(&item)?;
            must(saved.users > 0, "users", "nobody wants it").within(&item)?;
            list.entries.push(Entry {
                address,
                users: saved.users,
                global: saved.global,
                synced: saved.synced,
            });
        }
        Ok(list)
    }
}
