//! The requests about devices: any socket answers them.

use super::Control;
use crate::{HardwareAddress, Result};
use ifctl_abi::{DeviceFlags, DeviceName, HardwareType, IfMap, IfReq, SockAddr};
use ifctl_kernel::Request;

impl Control<'_> {
    /// Returns the name of the device of this index (1 and up).
    ///
    /// # Errors
    ///
    /// `ENODEV`. Needs no privilege. See netdevice(7).
    #[doc(alias = "SIOCGIFNAME")]
    pub fn name(&self, index: u32) -> Result<DeviceName> {
        let mut argument = IfReq::default().with(&index);
        self.carry_out(index, Request::GetName(&mut argument))?;
        Ok(argument.device_name())
    }

    /// Returns the index of a device.
    ///
    /// # Errors
    ///
    /// `ENODEV`. Needs no privilege. See netdevice(7).
    #[doc(alias = "SIOCGIFINDEX")]
    pub fn index(&self, device: DeviceName) -> Result<u32> {
        let answer = self.ask(IfReq::named(device), |r| Request::GetIndex(r))?;
        Ok(answer.integer().unsigned_abs())
    }

    /// Returns the flags of a device: the low sixteen bits. `LOWER_UP`, `DORMANT` and `ECHO` are in
    /// [`Device::flags`](crate::Device), which comes through netlink.
    ///
    /// # Errors
    ///
    /// `ENODEV`. Needs no privilege. See netdevice(7).
    #[doc(alias = "SIOCGIFFLAGS")]
    pub fn flags(&self, device: DeviceName) -> Result<DeviceFlags> {
        Ok(self.ask(IfReq::named(device), |r| Request::GetFlags(r))?.flags())
    }

    /// Writes the whole flag word of a device; its low sixteen bits are sent.
    ///
    /// This is no mask: a settable bit that is missing is cleared, `MULTICAST` too. Bits that cannot be
    /// set are ignored in silence. If opening the device fails, the other bits stay changed.
    ///
    /// On an IPv4 or packet socket an *alias* whose flags lack `UP` is deleted, and nothing else ever
    /// happens to it.
    ///
    /// # Errors
    ///
    /// `EPERM` without `CAP_NET_ADMIN`, `ENODEV`, `EADDRNOTAVAIL` for an alias that is not there, or why
    /// the device could not be opened. See netdevice(7).
    #[doc(alias = "SIOCSIFFLAGS")]
    pub fn set_flags(&self, device: DeviceName, flags: DeviceFlags) -> Result<()> {
        self.ask(IfReq::named(device).with(&flags.low()), |r| Request::SetFlags(r)).map(drop)
    }

    /// Sets and clears some flags of a device and leaves the others: two system calls, between which
    /// another program's change can be lost.
    ///
    /// # Errors
    ///
    /// As [`flags`](Self::flags) and [`set_flags`](Self::set_flags).
    pub fn change_flags(
        &self,
        device: DeviceName,
        set: DeviceFlags,
        clear: DeviceFlags,
    ) -> Result<()> {
        let flags = self.flags(device)?;
        self.set_flags(device, flags.difference(clear).union(set))
    }

    /// Asks for the private flags of a device. Linux has never had them: it answers `EINVAL` on an IPv4
    /// socket and `ENOTTY` on others.
    ///
    /// # Errors
    ///
    /// Always, today. Needs no privilege.
    #[doc(alias = "SIOCGIFPFLAGS")]
    pub fn private_flags(&self, device: DeviceName) -> Result<u16> {
        let answer = self.ask(IfReq::named(device), |r| Request::GetPrivateFlags(r))?;
        Ok(answer.flags().low())
    }

    /// Asks to set the private flags of a device; see [`private_flags`](Self::private_flags).
    ///
    /// # Errors
    ///
    /// Always, today: `EINVAL` or `ENOTTY`, before any check of privilege.
    #[doc(alias = "SIOCSIFPFLAGS")]
    pub fn set_private_flags(&self, device: DeviceName, flags: u16) -> Result<()> {
        self.ask(IfReq::named(device).with(&flags), |r| Request::SetPrivateFlags(r)).map(drop)
    }

    /// Returns the metric of a device: always 0, as "this is currently not implemented".
    ///
    /// # Errors
    ///
    /// `ENODEV`. Needs no privilege. See netdevice(7).
    #[doc(alias = "SIOCGIFMETRIC")]
    pub fn metric(&self, device: DeviceName) -> Result<i32> {
        Ok(self.ask(IfReq::named(device), |r| Request::GetMetric(r))?.integer())
    }

    /// Asks to set the metric of a device, which Linux does not support.
    ///
    /// # Errors
    ///
    /// `EPERM` without `CAP_NET_ADMIN`, `ENODEV`, and else `EOPNOTSUPP`. See netdevice(7).
    #[doc(alias = "SIOCSIFMETRIC")]
    pub fn set_metric(&self, device: DeviceName, metric: i32) -> Result<()> {
        self.ask(IfReq::named(device).with(&metric), |r| Request::SetMetric(r)).map(drop)
    }

    /// Returns the MTU of a device in bytes.
    ///
    /// # Errors
    ///
    /// `ENODEV`. Needs no privilege. See netdevice(7).
    #[doc(alias = "SIOCGIFMTU")]
    pub fn mtu(&self, device: DeviceName) -> Result<i32> {
        Ok(self.ask(IfReq::named(device), |r| Request::GetMtu(r))?.integer())
    }

    /// Sets the MTU of a device in bytes.
    ///
    /// Below 1280 the device loses IPv6, below 68 (only `lo` and `ifb` go so low) IPv4, with all
    /// addresses.
    ///
    /// # Errors
    ///
    /// `EPERM` without `CAP_NET_ADMIN`, `ENODEV`, `EINVAL` outside of what the driver allows. See
    /// netdevice(7).
    #[doc(alias = "SIOCSIFMTU")]
    pub fn set_mtu(&self, device: DeviceName, mtu: i32) -> Result<()> {
        self.ask(IfReq::named(device).with(&mtu), |r| Request::SetMtu(r)).map(drop)
    }

    /// Returns the hardware address of a device: its type and at most 14 bytes (InfiniBand has 20,
    /// which netlink tells).
    ///
    /// The kernel does not say how many bytes it wrote. They are six for Ethernet and loopback; for any
    /// other type a second system call finds out, by asking into different leftovers.
    ///
    /// # Errors
    ///
    /// `ENODEV`. Needs no privilege. See netdevice(7).
    #[doc(alias = "SIOCGIFHWADDR")]
    pub fn hardware_address(&self, device: DeviceName) -> Result<HardwareAddress> {
        let filled_with = |fill: u8| -> Result<SockAddr> {
            let leftovers = SockAddr { family: 0, data: [fill; 14] };
            let argument = IfReq::named(device).with(&leftovers);
            Ok(self.ask(argument, |r| Request::GetHardwareAddress(r))?.address())
        };
        let answer = filled_with(0)?;
        let kind = HardwareType(answer.family);
        let length = match kind {
            HardwareType::ETHER | HardwareType::LOOPBACK => 6,
            _ => {
                let written =
                    answer.data.iter().zip(filled_with(0xff)?.data).take_while(|(a, b)| *a == b);
                // A device without an address has all 14 bytes zeroed.
                Some(written.count()).filter(|_| answer.data != [0; 14]).unwrap_or_default()
            }
        };
        let bytes = answer.data.get(..length).unwrap_or_default();
        Ok(HardwareAddress::new(kind, bytes).unwrap_or_default())
    }

    /// Sets the hardware address of a device: its first 14 bytes are sent.
    ///
    /// The kernel takes as many bytes as the device's addresses have, and wants the device's own type.
    ///
    /// # Errors
    ///
    /// `EPERM` without `CAP_NET_ADMIN`, `ENODEV`, `EOPNOTSUPP` if the driver cannot, `EINVAL` for another
    /// type, `EBUSY` if the driver cannot while the device is up, `EADDRNOTAVAIL` for a multicast or
    /// all-zero address. See netdevice(7).
    #[doc(alias = "SIOCSIFHWADDR")]
    pub fn set_hardware_address(
        &self,
        device: DeviceName,
        address: &HardwareAddress,
    ) -> Result<()> {
        let argument = IfReq::named(device).with(&address.to_sockaddr());
        self.ask(argument, |r| Request::SetHardwareAddress(r)).map(drop)
    }

    /// Sets the hardware broadcast address of a device: its first 14 bytes are sent.
    ///
    /// # Errors
    ///
    /// `EPERM` without `CAP_NET_ADMIN`, `ENODEV`, `EINVAL` for another type than the device's. See
    /// netdevice(7).
    #[doc(alias = "SIOCSIFHWBROADCAST")]
    pub fn set_hardware_broadcast(
        &self,
        device: DeviceName,
        address: &HardwareAddress,
    ) -> Result<()> {
        let argument = IfReq::named(device).with(&address.to_sockaddr());
        self.ask(argument, |r| Request::SetHardwareBroadcast(r)).map(drop)
    }

    /// Returns the hardware parameters of a device; a virtual device's are zero.
    ///
    /// # Errors
    ///
    /// `ENODEV`. Needs no privilege. See netdevice(7).
    #[doc(alias = "SIOCGIFMAP")]
    pub fn map(&self, device: DeviceName) -> Result<IfMap> {
        Ok(self.ask(IfReq::named(device), |r| Request::GetMap(r))?.map())
    }

    /// Sets the hardware parameters of a device, as its driver understands them.
    ///
    /// # Errors
    ///
    /// `EPERM` without `CAP_NET_ADMIN` in the *initial* user namespace, `ENODEV`, `EOPNOTSUPP` where the
    /// driver has none to set, as no virtual device's has. See netdevice(7).
    #[doc(alias = "SIOCSIFMAP")]
    pub fn set_map(&self, device: DeviceName, map: &IfMap) -> Result<()> {
        self.ask(IfReq::named(device).with(map), |r| Request::SetMap(r)).map(drop)
    }

    /// Adds an address to the device's link layer multicast filter. Adding it again changes nothing.
    ///
    /// The first six bytes are sent, with the family `AF_UNSPEC`, which Linux demands; they may be any
    /// address, multicast or not.
    ///
    /// # Errors
    ///
    /// `EPERM` without `CAP_NET_ADMIN`, `ENODEV`, `EINVAL` where the driver has no filter (`lo`, tun,
    /// ifb). See netdevice(7) and packet(7).
    #[doc(alias = "SIOCADDMULTI")]
    pub fn add_multicast(&self, device: DeviceName, address: &HardwareAddress) -> Result<()> {
        self.ask(multicast(device, address), |r| Request::AddMulticast(r)).map(drop)
    }

    /// Deletes an address from the device's link layer multicast filter.
    ///
    /// # Errors
    ///
    /// As [`add_multicast`](Self::add_multicast); `ENOENT` for an address that it did not add.
    #[doc(alias = "SIOCDELMULTI")]
    pub fn delete_multicast(&self, device: DeviceName, address: &HardwareAddress) -> Result<()> {
        self.ask(multicast(device, address), |r| Request::DeleteMulticast(r)).map(drop)
    }

    /// Returns the transmit queue length of a device in packets.
    ///
    /// # Errors
    ///
    /// `ENODEV`. Needs no privilege. See netdevice(7).
    #[doc(alias = "SIOCGIFTXQLEN")]
    pub fn tx_queue_length(&self, device: DeviceName) -> Result<i32> {
        Ok(self.ask(IfReq::named(device), |r| Request::GetTxQueueLength(r))?.integer())
    }

    /// Sets the transmit queue length of a device in packets.
    ///
    /// # Errors
    ///
    /// `EPERM` without `CAP_NET_ADMIN` in the *initial* user namespace (netlink's `IFLA_TXQLEN` asks for
    /// less), `ENODEV`, `EINVAL` for a negative one. See netdevice(7).
    #[doc(alias = "SIOCSIFTXQLEN")]
    pub fn set_tx_queue_length(&self, device: DeviceName, packets: i32) -> Result<()> {
        self.ask(IfReq::named(device).with(&packets), |r| Request::SetTxQueueLength(r)).map(drop)
    }

    /// Renames a device. Labels of its addresses are renamed with it, the first to the bare name.
    ///
    /// A name with `%d` asks for the lowest free number. The manual page says that the device must not
    /// be up; Linux has allowed it since 6.2.
    ///
    /// # Errors
    ///
    /// `EPERM` without `CAP_NET_ADMIN`, `ENODEV`, `EEXIST`, `EBUSY` while up before Linux 6.2, `EINVAL`
    /// for a name that is empty, `.`, `..`, or holds `/`, `:` or white space. See netdevice(7).
    #[doc(alias = "SIOCSIFNAME")]
    pub fn rename(&self, device: DeviceName, name: DeviceName) -> Result<()> {
        self.ask(IfReq::named(device).with(&name.to_array()), |r| Request::SetName(r)).map(drop)
    }
}

/// Returns the request about a multicast address: its family is none.
fn multicast(device: DeviceName, address: &HardwareAddress) -> IfReq {
    IfReq::named(device).with(&SockAddr { family: 0, ..address.to_sockaddr() })
}
