//! The requests about IPv4 addresses: sockets of `AF_INET` and `AF_PACKET` answer them.

use super::Control;
use crate::Result;
use core::net::Ipv4Addr;
use ifctl_abi::{DeviceName, IfReq, SockAddr};
use ifctl_kernel::Request;

/// Which IPv4 address is meant: the first with this label, or the one of that label whose address it
/// is.
///
/// Several addresses may carry one label: `ip addr add` labels all with the device's name. If none of
/// the label's is the given address, the first with the label is meant all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Which {
    /// The label: the device's name, or an alias.
    pub label: DeviceName,
    /// The address, if the first with the label is not enough.
    pub address: Option<Ipv4Addr>,
}

impl From<DeviceName> for Which {
    fn from(label: DeviceName) -> Self {
        Self { label, address: None }
    }
}

impl Which {
    /// Returns the request that selects this address.
    fn request(self) -> IfReq {
        let request = IfReq::named(self.label);
        match self.address {
            Some(address) => request.with(&SockAddr::inet(address)),
            None => request,
        }
    }
}

impl Control<'_> {
    /// Returns the IPv4 address of a label.
    ///
    /// # Errors
    ///
    /// `ENODEV`, `EADDRNOTAVAIL` if no address carries the label, `ENOTTY` on a socket of another
    /// family. Needs no privilege. See ip(7).
    #[doc(alias = "SIOCGIFADDR")]
    pub fn address(&self, which: impl Into<Which>) -> Result<Ipv4Addr> {
        let answer = self.ask(which.into().request(), |r| Request::GetAddress(r))?;
        Ok(answer.address().inet_address())
    }

    /// Sets the IPv4 address of a label, and makes it if there is none: this is how an alias is made.
    ///
    /// A new address gets the mask of its class and the broadcast address that follows from it. An
    /// address that the label had is *deleted first*, with its mask, broadcast and lifetime, and if it
    /// was the primary of its subnet its secondaries go too; if the new one is then refused, the old one
    /// is gone. The same address again changes nothing. 0.0.0.0 deletes the label's address. The device
    /// is not brought up.
    ///
    /// # Errors
    ///
    /// `EPERM` without `CAP_NET_ADMIN`, `ENODEV`, `EINVAL` for a multicast address, `EEXIST` if another
    /// label of the device has the address with the same mask, `ENOBUFS` if the device's MTU is below
    /// 68. See ip(7).
    #[doc(alias = "SIOCSIFADDR")]
    pub fn set_address(&self, label: DeviceName, address: Ipv4Addr) -> Result<()> {
        self.ask(inet(label, address), |r| Request::SetAddress(r)).map(drop)
    }

    /// Returns the peer's address of a label; its own where there is no peer.
    ///
    /// # Errors
    ///
    /// As [`address`](Self::address).
    #[doc(alias = "SIOCGIFDSTADDR")]
    pub fn destination(&self, which: impl Into<Which>) -> Result<Ipv4Addr> {
        let answer = self.ask(which.into().request(), |r| Request::GetDestination(r))?;
        Ok(answer.address().inet_address())
    }

    /// Sets the peer's address of a label.
    ///
    /// This, the broadcast address and the mask are changed by deleting the address and inserting the
    /// changed one: on a primary its secondaries are deleted (or one is promoted), and if the changed
    /// one collides with another address it *vanishes, and the call succeeds*.
    ///
    /// # Errors
    ///
    /// `EPERM` without `CAP_NET_ADMIN`, `ENODEV`, `EADDRNOTAVAIL` if no address carries the label,
    /// `EINVAL` for a multicast address. See ip(7).
    #[doc(alias = "SIOCSIFDSTADDR")]
    pub fn set_destination(&self, label: DeviceName, address: Ipv4Addr) -> Result<()> {
        self.ask(inet(label, address), |r| Request::SetDestination(r)).map(drop)
    }

    /// Returns the broadcast address of a label; 0.0.0.0 where there is none.
    ///
    /// # Errors
    ///
    /// As [`address`](Self::address).
    #[doc(alias = "SIOCGIFBRDADDR")]
    pub fn broadcast(&self, which: impl Into<Which>) -> Result<Ipv4Addr> {
        let answer = self.ask(which.into().request(), |r| Request::GetBroadcast(r))?;
        Ok(answer.address().inet_address())
    }

    /// Sets the broadcast address of a label; 0.0.0.0 takes it away. Mind what
    /// [`set_destination`](Self::set_destination) says of secondaries and collisions.
    ///
    /// # Errors
    ///
    /// `EPERM` without `CAP_NET_ADMIN`, `ENODEV`, `EADDRNOTAVAIL` if no address carries the label. See
    /// ip(7).
    #[doc(alias = "SIOCSIFBRDADDR")]
    pub fn set_broadcast(&self, label: DeviceName, address: Ipv4Addr) -> Result<()> {
        self.ask(inet(label, address), |r| Request::SetBroadcast(r)).map(drop)
    }

    /// Returns the mask of a label.
    ///
    /// # Errors
    ///
    /// As [`address`](Self::address).
    #[doc(alias = "SIOCGIFNETMASK")]
    pub fn netmask(&self, which: impl Into<Which>) -> Result<Ipv4Addr> {
        let answer = self.ask(which.into().request(), |r| Request::GetNetmask(r))?;
        Ok(answer.address().inet_address())
    }

    /// Sets the mask of a label. The broadcast address follows if it was the one that the old mask
    /// gives. Mind what [`set_destination`](Self::set_destination) says of secondaries and collisions.
    ///
    /// # Errors
    ///
    /// `EPERM` without `CAP_NET_ADMIN`, `ENODEV`, `EADDRNOTAVAIL` if no address carries the label,
    /// `EINVAL` for a mask with holes. See ip(7).
    #[doc(alias = "SIOCSIFNETMASK")]
    pub fn set_netmask(&self, label: DeviceName, mask: Ipv4Addr) -> Result<()> {
        self.ask(inet(label, mask), |r| Request::SetNetmask(r)).map(drop)
    }
}

/// Returns a request about a label with an IPv4 address.
fn inet(label: DeviceName, address: Ipv4Addr) -> IfReq {
    IfReq::named(label).with(&SockAddr::inet(address))
}
