//! The flag word of a device.

use bitflags::bitflags;

bitflags! {
    /// The flags of a device.
    ///
    /// `SIOCGIFFLAGS` and `SIOCSIFFLAGS` carry the low sixteen bits; [`LOWER_UP`](Self::LOWER_UP),
    /// [`DORMANT`](Self::DORMANT) and [`ECHO`](Self::ECHO) are seen through netlink alone. Bits that
    /// have no name here survive a round trip.
    ///
    /// "Settable" below is what Linux stores when asked; the other bits it ignores in silence.
    ///
    /// See netdevice(7) and the kernel's `include/uapi/linux/if.h`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
    pub struct DeviceFlags: u32 {
        /// The device is up. Settable: setting it opens the device, clearing it closes it.
        #[doc(alias = "IFF_UP")]
        const UP = 0x1;
        /// The broadcast address is valid.
        #[doc(alias = "IFF_BROADCAST")]
        const BROADCAST = 0x2;
        /// Internal debugging. Settable.
        #[doc(alias = "IFF_DEBUG")]
        const DEBUG = 0x4;
        /// A loopback device.
        #[doc(alias = "IFF_LOOPBACK")]
        const LOOPBACK = 0x8;
        /// A point-to-point link.
        #[doc(alias = "IFF_POINTOPOINT")]
        const POINTOPOINT = 0x10;
        /// Avoid the use of trailers. Settable, without effect.
        #[doc(alias = "IFF_NOTRAILERS")]
        const NOTRAILERS = 0x20;
        /// Resources allocated: the device is up and operational (RFC 2863).
        #[doc(alias = "IFF_RUNNING")]
        const RUNNING = 0x40;
        /// No ARP protocol, the link layer's destination address is not set. Settable.
        #[doc(alias = "IFF_NOARP")]
        const NOARP = 0x80;
        /// Promiscuous mode, as the administrator asked. Settable; others' references do not show.
        #[doc(alias = "IFF_PROMISC")]
        const PROMISC = 0x100;
        /// Receive all multicast packets, as the administrator asked. Settable.
        #[doc(alias = "IFF_ALLMULTI")]
        const ALLMULTI = 0x200;
        /// Master of a load balancing bundle.
        #[doc(alias = "IFF_MASTER")]
        const MASTER = 0x400;
        /// Slave of a load balancing bundle.
        #[doc(alias = "IFF_SLAVE")]
        const SLAVE = 0x800;
        /// Supports multicast. Settable, and so cleared by a careless write.
        #[doc(alias = "IFF_MULTICAST")]
        const MULTICAST = 0x1000;
        /// Can select its media type by the hardware map. Settable, without effect.
        #[doc(alias = "IFF_PORTSEL")]
        const PORTSEL = 0x2000;
        /// Selects its media by itself. Settable, without effect.
        #[doc(alias = "IFF_AUTOMEDIA")]
        const AUTOMEDIA = 0x4000;
        /// The addresses are lost when the device goes down. Settable; Linux keeps them all the same.
        #[doc(alias = "IFF_DYNAMIC")]
        const DYNAMIC = 0x8000;
        /// The driver signals that the lower layer is up (a carrier). Netlink only.
        #[doc(alias = "IFF_LOWER_UP")]
        const LOWER_UP = 0x1_0000;
        /// The driver signals that the link waits for something (802.1X, say). Netlink only.
        #[doc(alias = "IFF_DORMANT")]
        const DORMANT = 0x2_0000;
        /// The device sends back what it sent (CAN). Netlink only.
        #[doc(alias = "IFF_ECHO")]
        const ECHO = 0x4_0000;
        // A flag word may hold bits that this list does not name yet.
        const _ = !0;
    }
}

impl DeviceFlags {
    /// The bits that a user may change; Linux ignores the others in a write.
    pub const SETTABLE: Self = Self::UP
        .union(Self::DEBUG)
        .union(Self::NOTRAILERS)
        .union(Self::NOARP)
        .union(Self::PROMISC)
        .union(Self::ALLMULTI)
        .union(Self::MULTICAST)
        .union(Self::PORTSEL)
        .union(Self::AUTOMEDIA)
        .union(Self::DYNAMIC);

    /// Returns the flags that `ifr_flags`, a 16-bit field, can carry.
    pub fn low(self) -> u16 {
        (self.bits() & 0xffff) as u16
    }
}
