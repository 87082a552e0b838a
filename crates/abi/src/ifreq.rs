//! `struct ifreq`: a name, and one of a dozen things in the same bytes.

use crate::{DeviceFlags, DeviceName, SockAddr};
use core::ffi::c_ulong;
use core::mem::size_of;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// The bytes of an [`IfReq`] that its members share: as many as the largest of them, [`IfMap`], has.
pub const IFREQ_DATA_LENGTH: usize = size_of::<IfMap>();

/// A `struct ifreq`: 40 bytes on 64-bit machines, 32 on others.
///
/// The C union is an array of bytes here, so every member can be read at any time and none of it is
/// undefined; which of them means something is the request's to say.
///
/// See netdevice(7).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(C)]
#[doc(alias = "ifreq")]
pub struct IfReq {
    /// The device's name (`ifr_name`), ended by a NUL; the kernel overwrites the last byte with one.
    pub name: [u8; 16],
    /// The shared bytes (`ifr_ifru`), held as words so that the structure is aligned as C's is.
    words: [c_ulong; IFREQ_DATA_LENGTH / size_of::<c_ulong>()],
}

/// The hardware parameters of a device, as its driver understands them.
///
/// See netdevice(7), `SIOCGIFMAP`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(C)]
#[doc(alias = "ifmap")]
pub struct IfMap {
    /// First byte of the device's memory.
    pub mem_start: c_ulong,
    /// Last byte of the device's memory.
    pub mem_end: c_ulong,
    /// First I/O port.
    pub base_addr: u16,
    /// Interrupt number.
    pub irq: u8,
    /// DMA channel.
    pub dma: u8,
    /// Which of its connectors the device uses (`IF_PORT_*`).
    pub port: u8,
    /// Bytes that the kernel neither reads nor writes.
    pub padding: [u8; 3],
}

impl IfReq {
    /// Returns a request about the device or label of this name, all else zero.
    pub fn named(name: DeviceName) -> Self {
        Self { name: name.to_array(), ..Self::default() }
    }

    /// Returns this request with the first shared bytes replaced by the value's.
    ///
    /// A value longer than the shared bytes is cut, as there is no room for more.
    #[must_use]
    pub fn with<T: IntoBytes + Immutable>(mut self, value: &T) -> Self {
        for (to, from) in self.words.as_mut_bytes().iter_mut().zip(value.as_bytes()) {
            *to = *from;
        }
        self
    }

    /// Returns the shared bytes (`ifr_ifru`).
    pub fn data(&self) -> &[u8] {
        self.words.as_bytes()
    }

    /// Returns the shared bytes, to be written.
    pub fn data_mut(&mut self) -> &mut [u8] {
        self.words.as_mut_bytes()
    }

    /// Returns the first shared bytes as a value, or its zero if it is longer than they are.
    fn read<T: FromBytes + Default>(&self) -> T {
        T::read_from_prefix(self.data()).map(|(value, _)| value).unwrap_or_default()
    }

    /// Returns the name, ended by its first NUL.
    pub fn device_name(&self) -> DeviceName {
        DeviceName::truncated(&self.name)
    }

    /// Returns the shared bytes as an integer: `ifr_ifindex`, `ifr_mtu`, `ifr_metric`, `ifr_qlen`.
    #[doc(alias("ifr_ifindex", "ifr_mtu", "ifr_metric", "ifr_qlen"))]
    pub fn integer(&self) -> i32 {
        self.read()
    }

    /// Returns the sixteen flags of `ifr_flags`.
    #[doc(alias = "ifr_flags")]
    pub fn flags(&self) -> DeviceFlags {
        DeviceFlags::from_bits_retain(u32::from(self.read::<u16>()))
    }

    /// Returns the shared bytes as a socket address: `ifr_addr` and its like, `ifr_hwaddr`.
    #[doc(alias("ifr_addr", "ifr_hwaddr", "ifr_netmask", "ifr_broadaddr", "ifr_dstaddr"))]
    pub fn address(&self) -> SockAddr {
        self.read()
    }

    /// Returns the hardware parameters.
    #[doc(alias = "ifr_map")]
    pub fn map(&self) -> IfMap {
        self.read()
    }

    /// Returns the second name.
    #[doc(alias("ifr_newname", "ifr_slave"))]
    pub fn new_name(&self) -> DeviceName {
        DeviceName::truncated(self.data().get(..16).unwrap_or_default())
    }
}
