//! Neighbours.

use super::address::{asked_family, family_of, is_family};
use super::connection::malformed;
use super::{Batch, Dump, Rtnetlink};
use crate::{Consistency, Family, HardwareAddress, HardwareType, Neighbour, Result};
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::{NeighbourExtendedFlags, NeighbourFlags};
use ifctl_netlink::{NeighbourMessage, dump_neighbours};

/// Which neighbours to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NeighbourFilter {
    /// Of one family; `None` for IPv4 and IPv6.
    pub family: Option<Family>,
    /// On the device of this index.
    pub index: Option<u32>,
    /// The proxy entries, which are a list of their own, instead of the others.
    pub is_proxy: bool,
}

impl Rtnetlink {
    /// Returns the neighbours, or the proxy entries, in the order of the kernel's hash tables.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`](crate::Error::Malformed) for an answer that cannot be understood.
    #[doc(alias = "RTM_GETNEIGH")]
    pub fn neighbours(&mut self, filter: NeighbourFilter) -> Result<Dump<Neighbour>> {
        self.collect(|connection, neighbours| {
            connection.visit_neighbours(filter, |message| {
                neighbours.extend(Neighbour::from_message(message));
                Ok(())
            })
        })
    }

    /// Gives each neighbour to a closure, as the message in the receive buffer, in one pass.
    ///
    /// Nothing is allocated, and nothing is read anew: the result tells whether a change came between.
    /// An error of the closure ends the visits and is returned.
    ///
    /// # Errors
    ///
    /// As [`neighbours`](Self::neighbours), and the closure's.
    #[doc(alias = "RTM_GETNEIGH")]
    pub fn visit_neighbours(
        &mut self,
        filter: NeighbourFilter,
        mut visit: impl FnMut(&NeighbourMessage<'_>) -> Result<()>,
    ) -> Result<Consistency> {
        let flags = if filter.is_proxy { NeighbourFlags::PROXY } else { NeighbourFlags::empty() };
        let asked = ifctl_netlink::NeighbourFilter {
            family: asked_family(filter.family),
            index: filter.index,
            flags,
            ..ifctl_netlink::NeighbourFilter::default()
        };
        self.dump(
            "RTM_GETNEIGH",
            |encoder, sequence| dump_neighbours(encoder, sequence, &asked),
            |message| {
                if message.kind() != MessageType::NEWNEIGH {
                    return Ok(());
                }
                let neighbour =
                    NeighbourMessage::parse(message).map_err(malformed("RTM_GETNEIGH"))?;
                let is_asked =
                    filter.family.is_none_or(|family| is_family(family, neighbour.family()))
                        && filter.index.is_none_or(|index| index == neighbour.index());
                if is_asked { visit(&neighbour) } else { Ok(()) }
            },
        )
    }

    /// Adds a neighbour, or a proxy entry ([`Neighbour::proxy`]).
    ///
    /// Needs `CAP_NET_ADMIN`.
    ///
    /// # Errors
    ///
    /// `EPERM`; `EEXIST` where there is one (proxy entries: replaced); `ENODEV`; `EINVAL` for a device
    /// without neighbours, a hardware address too short, or a destination that is none.
    #[doc(alias = "RTM_NEWNEIGH")]
    pub fn add_neighbour(&mut self, neighbour: &Neighbour) -> Result<()> {
        self.change(|batch| batch.add_neighbour(neighbour))
    }

    /// Adds a neighbour, or changes the one that is there.
    ///
    /// Needs `CAP_NET_ADMIN`.
    ///
    /// # Errors
    ///
    /// As [`add_neighbour`](Self::add_neighbour), without `EEXIST`.
    #[doc(alias("RTM_NEWNEIGH", "NLM_F_REPLACE"))]
    pub fn replace_neighbour(&mut self, neighbour: &Neighbour) -> Result<()> {
        self.change(|batch| batch.replace_neighbour(neighbour))
    }

    /// Deletes the neighbour of this destination on this device; with [`NeighbourFlags::PROXY`], the
    /// proxy entry.
    ///
    /// Needs `CAP_NET_ADMIN`.
    ///
    /// # Errors
    ///
    /// `EPERM`; `ENODEV`; `ENOENT` where there is none.
    #[doc(alias = "RTM_DELNEIGH")]
    pub fn delete_neighbour(&mut self, neighbour: &Neighbour) -> Result<()> {
        self.change(|batch| batch.delete_neighbour(neighbour))
    }
}

impl Batch<'_> {
    /// Appends [`Rtnetlink::add_neighbour`].
    ///
    /// # Errors
    ///
    /// [`Error::Unencodable`](crate::Error::Unencodable) if the message cannot be written.
    #[doc(alias = "RTM_NEWNEIGH")]
    pub fn add_neighbour(&mut self, neighbour: &Neighbour) -> Result<()> {
        let flags = MessageFlags::CREATE | MessageFlags::EXCL;
        self.push(MessageType::NEWNEIGH, flags, |head, encoder| {
            neighbour.message().encode(head, encoder)
        })
    }

    /// Appends [`Rtnetlink::replace_neighbour`].
    ///
    /// # Errors
    ///
    /// [`Error::Unencodable`](crate::Error::Unencodable) if the message cannot be written.
    #[doc(alias("RTM_NEWNEIGH", "NLM_F_REPLACE"))]
    pub fn replace_neighbour(&mut self, neighbour: &Neighbour) -> Result<()> {
        let flags = MessageFlags::CREATE | MessageFlags::REPLACE;
        self.push(MessageType::NEWNEIGH, flags, |head, encoder| {
            neighbour.message().encode(head, encoder)
        })
    }

    /// Appends [`Rtnetlink::delete_neighbour`].
    ///
    /// # Errors
    ///
    /// [`Error::Unencodable`](crate::Error::Unencodable) if the message cannot be written.
    #[doc(alias = "RTM_DELNEIGH")]
    pub fn delete_neighbour(&mut self, neighbour: &Neighbour) -> Result<()> {
        let named = ifctl_netlink::Neighbour {
            flags: neighbour.flags & NeighbourFlags::PROXY,
            ..ifctl_netlink::Neighbour::at(neighbour.index, neighbour.destination)
        };
        self.push(MessageType::DELNEIGH, MessageFlags::empty(), |head, encoder| {
            named.encode(head, encoder)
        })
    }
}

impl Neighbour {
    /// Returns the neighbour that a message tells of, `None` for one without an IP address (that of a
    /// bridge's forwarding table).
    pub(crate) fn from_message(message: &NeighbourMessage<'_>) -> Option<Self> {
        // What is odd about an attribute is the loss of that attribute alone.
        let value = message.value_reporting(&mut |_| {});
        Some(Self {
            index: value.index,
            destination: value.destination?,
            hardware: value.link_address.and_then(|bytes| {
                let ethernet = bytes.len() == 6;
                let kind = if ethernet { HardwareType::ETHER } else { HardwareType::VOID };
                HardwareAddress::new(kind, bytes).ok()
            }),
            state: value.state,
            flags: value.flags,
            extended_flags: value.extended_flags.unwrap_or(NeighbourExtendedFlags::empty()),
            protocol: value.protocol,
        })
    }

    /// Returns the message that asks for the neighbour.
    fn message(&self) -> ifctl_netlink::Neighbour<'_> {
        ifctl_netlink::Neighbour {
            family: family_of(self.destination),
            state: self.state,
            flags: self.flags,
            extended_flags: Some(self.extended_flags).filter(|flags| !flags.is_empty()),
            protocol: self.protocol,
            link_address: self.hardware.as_ref().map(HardwareAddress::as_bytes),
            ..ifctl_netlink::Neighbour::at(self.index, self.destination)
        }
    }
}
