//! The requests about IPv6 addresses: sockets of `AF_INET6` answer them.

use super::Control;
use crate::Result;
use core::net::Ipv6Addr;
use ifctl_abi::In6IfReq;
use ifctl_kernel::Request;

impl Control<'_> {
    /// Adds an IPv6 address to the device of this index, with a prefix length of 0 to 128 bits. The
    /// device is not brought up.
    ///
    /// # Errors
    ///
    /// `EPERM` without `CAP_NET_ADMIN`, `ENODEV`, `EINVAL` for a longer prefix or a device whose MTU is
    /// below 1280, `EACCES` where IPv6 is disabled, `EADDRNOTAVAIL` for `::`, a multicast address, or
    /// `::1` on another device than loopback, `EEXIST` if the device has the address, with any prefix.
    /// See ipv6(7) and the kernel's `net/ipv6/addrconf.c` (`addrconf_add_ifaddr`).
    #[doc(alias = "SIOCSIFADDR")]
    pub fn add_address6(&self, index: u32, address: Ipv6Addr, prefix_length: u32) -> Result<()> {
        let mut argument =
            In6IfReq { address: address.octets(), prefix_length, index: index.cast_signed() };
        self.carry_out(address, Request::AddAddress6(&mut argument))
    }

    /// Deletes an IPv6 address from the device of this index: address and prefix length must be those
    /// that it has.
    ///
    /// # Errors
    ///
    /// `EPERM` without `CAP_NET_ADMIN`, `EINVAL` for a prefix over 128, `ENODEV`, `ENXIO` where the device
    /// has no IPv6, `EADDRNOTAVAIL` if it has no such address. See the kernel's
    /// `net/ipv6/addrconf.c` (`addrconf_del_ifaddr`).
    #[doc(alias = "SIOCDIFADDR")]
    pub fn delete_address6(&self, index: u32, address: Ipv6Addr, prefix_length: u32) -> Result<()> {
        let mut argument =
            In6IfReq { address: address.octets(), prefix_length, index: index.cast_signed() };
        self.carry_out(address, Request::DeleteAddress6(&mut argument))
    }
}
