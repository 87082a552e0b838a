//! Chains and rings that the entries of a list are in.

use super::{AddressId, AddressList, NONE};
use std::collections::BTreeMap;

#[derive(Clone, Copy)]
pub(super) struct Link {
    pub(super) previous: u32,
    pub(super) next: u32,
}

pub(super) const UNLINKED: Link = Link { previous: NONE, next: NONE };

/// The chains that an entry is in.
#[derive(Clone, Copy)]
pub(super) enum Way {
    /// The list.
    All = 0,
    /// Those of one label, in the list's order.
    Label = 1,
    /// Those of one mask and network, in the list's order; a ring.
    Group = 2,
    /// Those of one local address; a ring, in no order.
    Local = 3,
}

/// An ordered chain: its ends, and the last primary of each scope.
pub(super) struct Chain {
    pub(super) head: u32,
    pub(super) tail: u32,
    /// The last primary of one scope, without a vector for most chains.
    pub(super) scope: u8,
    pub(super) last: u32,
    #[allow(
        clippy::box_collection,
        reason = "one word instead of three, in each of a million labels"
    )]
    pub(super) others: Option<Box<BTreeMap<u8, u32>>>,
}

impl Default for Chain {
    fn default() -> Self {
        Self { head: NONE, tail: NONE, scope: 0, last: NONE, others: None }
    }
}

impl Chain {
    /// Returns the last primary of a scope of at least this number.
    pub(super) fn last_primary(&self, scope: u8) -> Option<u32> {
        let one = Some((self.scope, self.last)).filter(|(of, last)| *last != NONE && *of >= scope);
        let other = self.others.iter().flat_map(|map| map.range(scope..).next());
        let other = other.map(|(of, last)| (*of, *last)).next();
        one.into_iter().chain(other).min().map(|(_, last)| last)
    }

    pub(super) fn set_last_primary(&mut self, scope: u8, last: Option<u32>) {
        if self.last != NONE && self.scope == scope {
            self.last = last.unwrap_or(NONE);
            return;
        }
        let is_other = self.others.as_ref().is_some_and(|map| map.contains_key(&scope));
        match last {
            Some(last) if self.last == NONE && !is_other => {
                (self.scope, self.last) = (scope, last);
            }
            Some(last) => {
                self.others.get_or_insert_default().insert(scope, last);
            }
            None => {
                if let Some(others) = &mut self.others {
                    others.remove(&scope);
                }
            }
        }
    }
}

impl AddressList {
    pub(super) fn link(&self, id: u32, way: Way) -> Link {
        let links = self.entry(id).map(|entry| &entry.links);
        links.and_then(|links| links.get(way as usize)).copied().unwrap_or(UNLINKED)
    }

    pub(super) fn link_mut(&mut self, id: u32, way: Way) -> Option<&mut Link> {
        self.entry_mut(id)?.links.get_mut(way as usize)
    }

    pub(super) fn set_next(&mut self, id: u32, way: Way, next: u32) {
        if let Some(link) = self.link_mut(id, way) {
            link.next = next;
        }
    }

    pub(super) fn set_previous(&mut self, id: u32, way: Way, previous: u32) {
        if let Some(link) = self.link_mut(id, way) {
            link.previous = previous;
        }
    }

    pub(super) fn chain_mut(&mut self, id: u32, way: Way) -> Option<&mut Chain> {
        match way {
            Way::All => Some(&mut self.all),
            _ => {
                let label = self.entry(id)?.label;
                self.labels.get_mut(label as usize).map(|label| &mut label.chain)
            }
        }
    }

    /// Places an entry in an ordered chain.
    pub(super) fn link_chain(&mut self, id: u32, way: Way) {
        let Some(entry) = self.entry(id) else { return };
        let (secondary, scope) = (entry.is_secondary(), entry.scope.0);
        let Some(chain) = self.chain_mut(id, way) else { return };
        let before = if secondary {
            some(chain.tail)
        } else {
            let before = chain.last_primary(scope);
            chain.set_last_primary(scope, Some(id));
            before
        };
        let head = chain.head;
        let next = match before {
            Some(before) => self.link(before, way).next,
            None => head,
        };
        if let Some(link) = self.link_mut(id, way) {
            *link = Link { previous: before.unwrap_or(NONE), next };
        }
        self.join(before.unwrap_or(NONE), id, way);
        self.join_back(id, next, way);
    }

    /// Makes `next` follow `id`, or be the chain's first.
    pub(super) fn join(&mut self, id: u32, next: u32, way: Way) {
        if id != NONE {
            self.set_next(id, way, next);
        } else if let Some(chain) = self.chain_mut(next, way) {
            chain.head = next;
        }
    }

    /// Makes `id` precede `next`, or be the chain's last.
    pub(super) fn join_back(&mut self, id: u32, next: u32, way: Way) {
        if next != NONE {
            self.set_previous(next, way, id);
        } else if let Some(chain) = self.chain_mut(id, way) {
            chain.tail = id;
        }
    }

    pub(super) fn unlink_chain(&mut self, id: u32, way: Way) {
        let Link { previous, next } = self.link(id, way);
        let Some(entry) = self.entry(id) else { return };
        let (primary, scope) = (!entry.is_secondary(), entry.scope);
        let before = self.entry(previous).filter(|entry| entry.scope == scope);
        let before = before.filter(|entry| !entry.is_secondary()).map(|_| previous);
        let Some(chain) = self.chain_mut(id, way) else { return };
        if primary && chain.last_primary(scope.0) == Some(id) {
            chain.set_last_primary(scope.0, before);
        }
        if previous == NONE {
            chain.head = next;
        }
        if next == NONE {
            chain.tail = previous;
        }
        if previous != NONE {
            self.set_next(previous, way, next);
        }
        if next != NONE {
            self.set_previous(next, way, previous);
        }
    }

    pub(super) fn make_ring(&mut self, id: u32, way: Way) {
        if let Some(link) = self.link_mut(id, way) {
            *link = Link { previous: id, next: id };
        }
    }

    /// Adds an entry at the end of a ring.
    pub(super) fn link_ring(&mut self, head: u32, id: u32, way: Way) {
        let last = self.link(head, way).previous;
        if let Some(link) = self.link_mut(id, way) {
            *link = Link { previous: last, next: head };
        }
        self.set_next(last, way, id);
        self.set_previous(head, way, id);
    }

    /// Takes an entry out of its ring, and returns the next one, if any is left.
    pub(super) fn unring(&mut self, id: u32, way: Way) -> Option<u32> {
        let Link { previous, next } = self.link(id, way);
        self.set_next(previous, way, next);
        self.set_previous(next, way, previous);
        Some(next).filter(|next| *next != id)
    }

    pub(super) fn ring(&self, head: Option<u32>, way: Way) -> impl Iterator<Item = AddressId> + '_ {
        std::iter::successors(head, move |id| {
            some(self.link(*id, way).next).filter(|next| Some(*next) != head)
        })
    }
}

pub(super) fn some(id: u32) -> Option<u32> {
    Some(id).filter(|id| *id != NONE)
}
