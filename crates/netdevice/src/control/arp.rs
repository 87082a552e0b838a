//! The requests about ARP entries: sockets of `AF_INET` and `AF_PACKET` answer them.

use super::Control;
use crate::{HardwareAddress, Result};
use core::net::Ipv4Addr;
use ifctl_abi::arp::{ArpFlags, ArpReq};
use ifctl_abi::{DeviceName, HardwareType, SockAddr};
use ifctl_kernel::Request;

/// An ARP entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArpEntry {
    /// The IPv4 address.
    pub address: Ipv4Addr,
    /// The hardware address; what the kernel returns has no length of its own and is taken as six
    /// bytes for Ethernet, fourteen for other types.
    pub hardware_address: HardwareAddress,
    /// The flags; [`PERM`](ArpFlags::PERM) implies [`COM`](ArpFlags::COM), and one of them is needed.
    pub flags: ArpFlags,
    /// The device; for a new entry `None` asks the routes. No alias: the kernel refuses it.
    pub device: Option<DeviceName>,
    /// With [`PUBL`](ArpFlags::PUBL) and [`NETMASK`](ArpFlags::NETMASK) the mask of the network to answer
    /// for. 255.255.255.255 is what `None` means, and 0.0.0.0 turns the device's sysctl `proxy_arp` on, or
    /// off where the entry is deleted; the kernel refuses any other.
    pub netmask: Option<Ipv4Addr>,
}

impl Control<'_> {
    /// Returns the ARP entry of an address on a device.
    ///
    /// # Errors
    ///
    /// `ENXIO` if there is none, `ENODEV` for an unknown device. Needs no privilege. See arp(7).
    #[doc(alias = "SIOCGARP")]
    pub fn arp(&self, address: Ipv4Addr, device: DeviceName) -> Result<ArpEntry> {
        let mut argument = ArpReq {
            protocol_address: SockAddr::inet(address),
            device: device.to_array(),
            ..ArpReq::default()
        };
        self.carry_out(address, Request::GetArp(&mut argument))?;
        let SockAddr { family, data } = argument.hardware_address;
        let kind = HardwareType(family);
        let length = if kind == HardwareType::ETHER { 6 } else { data.len() };
        let bytes = data.get(..length).unwrap_or_default();
        Ok(ArpEntry {
            address,
            hardware_address: HardwareAddress::new(kind, bytes).unwrap_or_default(),
            flags: ArpFlags::from_bits_retain(argument.flags),
            device: Some(DeviceName::truncated(&argument.device)),
            netmask: None,
        })
    }

    /// Sets an ARP entry, new or not.
    ///
    /// # Errors
    ///
    /// `EPERM` without `CAP_NET_ADMIN`, `EINVAL` without one of `COM` and `PERM` or with another type of
    /// hardware than the device's, `ENODEV`, `ENETUNREACH` where no device is given and no route leads to
    /// the address. See arp(7).
    #[doc(alias = "SIOCSARP")]
    pub fn set_arp(&self, entry: &ArpEntry) -> Result<()> {
        self.carry_out(entry.address, Request::SetArp(&mut entry.argument()))
    }

    /// Deletes an ARP entry; with [`ArpFlags::PUBL`] the proxy entry of that address. The hardware address
    /// does not matter.
    ///
    /// # Errors
    ///
    /// `EPERM` without `CAP_NET_ADMIN`, `ENXIO` (for a proxy entry `ENOENT`) if there is none, `ENODEV`. See
    /// arp(7).
    #[doc(alias = "SIOCDARP")]
    pub fn delete_arp(&self, entry: &ArpEntry) -> Result<()> {
        self.carry_out(entry.address, Request::DeleteArp(&mut entry.argument()))
    }
}

impl ArpEntry {
    /// Returns the request's argument.
    fn argument(&self) -> ArpReq {
        ArpReq {
            protocol_address: SockAddr::inet(self.address),
            hardware_address: self.hardware_address.to_sockaddr(),
            flags: self.flags.bits(),
            mask: self.netmask.map(SockAddr::inet).unwrap_or_default(),
            device: self.device.map(DeviceName::to_array).unwrap_or_default(),
        }
    }
}
