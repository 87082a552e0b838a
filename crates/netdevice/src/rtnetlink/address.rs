//! Addresses.

use super::connection::malformed;
use super::{Batch, Dump, Rtnetlink};
use crate::{Address, Consistency, DeviceName, Error, Family, Lifetime, Result};
use core::net::IpAddr;
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::{self, AddressCacheInfo};
use ifctl_netlink::{AddressMessage, dump_addresses};

/// Which addresses to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AddressFilter {
    /// Of one family; `None` for IPv4, then IPv6.
    pub family: Option<Family>,
    /// On the device of this index.
    pub index: Option<u32>,
}

impl AddressFilter {
    /// All IPv4 addresses.
    pub const IPV4: Self = Self { family: Some(Family::INET), index: None };
    /// All IPv6 addresses.
    pub const IPV6: Self = Self { family: Some(Family::INET6), index: None };

    /// Returns the filter for the addresses of one device.
    pub fn device(index: u32) -> Self {
        Self { family: None, index: Some(index) }
    }

    fn families(self) -> impl Iterator<Item = rtnetlink::Family> {
        [rtnetlink::Family::INET, rtnetlink::Family::INET6]
            .into_iter()
            .filter(move |family| self.family.is_none_or(|only| is_family(only, *family)))
    }
}

impl Rtnetlink {
    /// Returns the addresses: IPv4 by device and in the kernel's list order, then IPv6 by device. One
    /// request for each family, whatever the number of addresses.
    ///
    /// # Errors
    ///
    /// `ENODEV` for an index that there is not, from a kernel that filters (Linux 4.20);
    /// [`Error::Malformed`] for an answer that cannot be understood.
    #[doc(alias("RTM_GETADDR", "getifaddrs"))]
    pub fn addresses(&mut self, filter: AddressFilter) -> Result<Dump<Address>> {
        self.collect(|connection, addresses| {
            connection.visit_addresses(filter, |message| {
                addresses.push(Address::from_message(message)?);
                Ok(())
            })
        })
    }

    /// Gives each address to a closure, as the message in the receive buffer, in one pass.
    ///
    /// Nothing is allocated, and nothing is read anew: the result tells whether a change came between.
    /// An error of the closure ends the visits and is returned.
    ///
    /// # Errors
    ///
    /// As [`addresses`](Self::addresses), and the closure's.
    #[doc(alias = "RTM_GETADDR")]
    pub fn visit_addresses(
        &mut self,
        filter: AddressFilter,
        mut visit: impl FnMut(&AddressMessage<'_>) -> Result<()>,
    ) -> Result<Consistency> {
        let mut consistency = Consistency::Consistent;
        let index = filter.index.filter(|_| self.is_strict());
        for family in filter.families() {
            let pass = self.dump(
                "RTM_GETADDR",
                |encoder, sequence| dump_addresses(encoder, sequence, family, index),
                |message| {
                    if message.kind() != MessageType::NEWADDR {
                        return Ok(());
                    }
                    let address =
                        AddressMessage::parse(message).map_err(malformed("RTM_GETADDR"))?;
                    // A kernel without the family answers for all families, one without strict
                    // checking for all devices.
                    let is_asked = address.family() == family
                        && filter.index.is_none_or(|index| index == address.index());
                    if is_asked { visit(&address) } else { Ok(()) }
                },
            )?;
            consistency = consistency.and(pass);
        }
        Ok(consistency)
    }

    /// Adds an address to a device, with its label, peer, broadcast address, scope, lifetimes, flags,
    /// protocol and the metric of its connected route.
    ///
    /// The kernel adds nothing by itself: no mask and broadcast address of the class, and no scope
    /// `host` for 127.0.0.0/8. It decides whether the address is secondary. 0.0.0.0 is a success that
    /// does nothing.
    ///
    /// Needs `CAP_NET_ADMIN`.
    ///
    /// # Errors
    ///
    /// `EPERM`; `EEXIST` where the device has the address (IPv4: with this prefix); `ENODEV`; `EINVAL`
    /// for a prefix too long, lifetimes that contradict each other, or another scope than the rest of
    /// the network; `ENOBUFS` for IPv4 on a device with an MTU below 68; IPv6: `EACCES` where it is
    /// disabled, `EADDRNOTAVAIL` for a multicast or unspecified address.
    #[doc(alias = "RTM_NEWADDR")]
    pub fn add_address(&mut self, address: &Address) -> Result<()> {
        self.change(|batch| batch.add_address(address))
    }

    /// Adds an address, or changes the one that is there: its lifetimes, flags, protocol and metric. The
    /// label, the broadcast address, the scope and the peer of an address that is there stay as they
    /// are.
    ///
    /// Needs `CAP_NET_ADMIN`.
    ///
    /// # Errors
    ///
    /// As [`add_address`](Self::add_address), without `EEXIST`.
    #[doc(alias("RTM_NEWADDR", "NLM_F_REPLACE"))]
    pub fn replace_address(&mut self, address: &Address) -> Result<()> {
        self.change(|batch| batch.replace_address(address))
    }

    /// Deletes an address: the first on the device with this local address, prefix length, peer and, if
    /// given, label.
    ///
    /// With a primary IPv4 address its secondaries go too, unless the sysctl `promote_secondaries` makes
    /// one of them the primary.
    ///
    /// Needs `CAP_NET_ADMIN`.
    ///
    /// # Errors
    ///
    /// `EPERM`; `ENODEV`; `EADDRNOTAVAIL` where there is no such address.
    #[doc(alias = "RTM_DELADDR")]
    pub fn delete_address(&mut self, address: &Address) -> Result<()> {
        self.change(|batch| batch.delete_address(address))
    }
}

impl Batch<'_> {
    /// Appends [`Rtnetlink::add_address`].
    ///
    /// # Errors
    ///
    /// [`Error::Unencodable`] if the message cannot be written.
    #[doc(alias = "RTM_NEWADDR")]
    pub fn add_address(&mut self, address: &Address) -> Result<()> {
        self.push_address(MessageType::NEWADDR, MessageFlags::CREATE | MessageFlags::EXCL, address)
    }

    /// Appends [`Rtnetlink::replace_address`].
    ///
    /// # Errors
    ///
    /// [`Error::Unencodable`] if the message cannot be written.
    #[doc(alias("RTM_NEWADDR", "NLM_F_REPLACE"))]
    pub fn replace_address(&mut self, address: &Address) -> Result<()> {
        let flags = MessageFlags::CREATE | MessageFlags::REPLACE;
        self.push_address(MessageType::NEWADDR, flags, address)
    }

    /// Appends [`Rtnetlink::delete_address`].
    ///
    /// # Errors
    ///
    /// [`Error::Unencodable`] if the message cannot be written.
    #[doc(alias = "RTM_DELADDR")]
    pub fn delete_address(&mut self, address: &Address) -> Result<()> {
        self.push_address(MessageType::DELADDR, MessageFlags::empty(), address)
    }

    fn push_address(
        &mut self,
        kind: MessageType,
        flags: MessageFlags,
        address: &Address,
    ) -> Result<()> {
        self.push(kind, flags, |head, encoder| address.message().encode(head, encoder))
    }
}

impl Address {
    /// Returns the address that a message tells of.
    pub(crate) fn from_message(message: &AddressMessage<'_>) -> Result<Self> {
        // What is odd about an attribute is the loss of that attribute alone.
        let value = message.value_reporting(&mut |_| {});
        let Some(local) = value.ours() else {
            let detail = format!("an address without an address on device {}", value.index);
            return Err(Error::Malformed { operation: "RTM_NEWADDR", detail });
        };
        let lifetimes = value.cache_info.unwrap_or(AddressCacheInfo {
            preferred: Lifetime::FOREVER.to_raw(),
            valid: Lifetime::FOREVER.to_raw(),
            ..AddressCacheInfo::default()
        });
        Ok(Self {
            index: value.index,
            local,
            peer: value.peer(),
            prefix_length: value.prefix_length,
            broadcast: value.broadcast,
            label: value.label.map(DeviceName::truncated),
            scope: value.scope,
            flags: value.flags,
            preferred: Lifetime::from_seconds(lifetimes.preferred),
            valid: Lifetime::from_seconds(lifetimes.valid),
            protocol: value.protocol,
            metric: value.priority.unwrap_or(0),
        })
    }

    /// Returns the message that asks for the address.
    fn message(&self) -> ifctl_netlink::Address<'_> {
        let is_forever = (self.preferred, self.valid) == (Lifetime::FOREVER, Lifetime::FOREVER);
        ifctl_netlink::Address {
            family: family_of(self.local),
            index: self.index,
            prefix_length: self.prefix_length,
            scope: self.scope,
            flags: self.flags,
            local: Some(self.local),
            address: Some(self.peer_or_local()),
            broadcast: self.broadcast,
            label: self.label.as_ref().map(DeviceName::as_bytes),
            protocol: self.protocol,
            priority: Some(self.metric).filter(|metric| *metric != 0),
            cache_info: (!is_forever).then(|| AddressCacheInfo {
                preferred: self.preferred.to_raw(),
                valid: self.valid.to_raw(),
                ..AddressCacheInfo::default()
            }),
        }
    }
}

/// Returns an address' family.
pub(super) fn family_of(address: IpAddr) -> rtnetlink::Family {
    match address {
        IpAddr::V4(_) => rtnetlink::Family::INET,
        IpAddr::V6(_) => rtnetlink::Family::INET6,
    }
}

/// Returns whether a family, as sockets number it, is this one of a message: the numbers are the same.
pub(super) fn is_family(family: Family, told: rtnetlink::Family) -> bool {
    family.0 == u16::from(told.0)
}

/// Returns the family to ask for: any, where the caller wants no single one or one that no message has.
pub(super) fn asked_family(family: Option<Family>) -> rtnetlink::Family {
    let number = family.and_then(|family| u8::try_from(family.0).ok());
    number.map_or(rtnetlink::Family::UNSPEC, rtnetlink::Family)
}
