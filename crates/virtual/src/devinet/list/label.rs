//! The labels of a list's addresses: few, or a million.

use super::chain::Chain;
use super::id_table::hash_bytes;
use super::{AddressList, NONE};
use ifctl_abi::DeviceName;

/// The label that addresses have unless they are given another: the device's name.
pub(super) const DEVICE: u32 = 0;

pub(super) struct Label {
    pub(super) name: DeviceName,
    pub(super) chain: Chain,
}

impl AddressList {
    pub(super) fn label_name(&self, label: u32) -> DeviceName {
        self.labels.get(label as usize).map(|label| label.name).unwrap_or_default()
    }

    pub(super) fn label_id(&self, name: DeviceName) -> Option<u32> {
        if name == self.label_name(DEVICE) {
            return Some(DEVICE);
        }
        self.by_name.find(hash_name(name), |label| self.label_name(label) == name)
    }

    /// Returns the number of a label, which it has as long as an address has the label.
    pub(super) fn intern(&mut self, name: DeviceName) -> u32 {
        if let Some(label) = self.label_id(name) {
            return label;
        }
        let new = Label { name, chain: Chain::default() };
        let label = match self.free_labels.pop() {
            Some(label) => {
                if let Some(place) = self.labels.get_mut(label as usize) {
                    *place = new;
                }
                label
            }
            None => {
                self.labels.push(new);
                (self.labels.len() - 1) as u32
            }
        };
        let labels = &self.labels;
        self.by_name.insert(hash_name(name), label, |label| {
            labels.get(label as usize).map_or(0, |label| hash_name(label.name))
        });
        label
    }

    /// Forgets an entry's label if the entry was the last one that had it.
    pub(super) fn release_label(&mut self, id: u32) {
        let Some(number) = self.entry(id).map(|entry| entry.label) else { return };
        let Some(label) = self.labels.get(number as usize) else { return };
        if number != DEVICE && label.chain.head == NONE {
            self.by_name.remove(hash_name(label.name), number);
            self.free_labels.push(number);
        }
    }
}

fn hash_name(name: DeviceName) -> u64 {
    hash_bytes(name.to_array(), name.as_bytes().len())
}
