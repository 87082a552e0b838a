//! tun and tap devices, whose other end is a descriptor of this program.

use crate::errno;
use ifctl_abi::{DeviceName, IfReq};
use ifctl_kernel::Errno;
use std::ffi::{c_int, c_ulong};
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};

const TUNSETIFF: u32 = 0x4004_54ca;
const TUNSETPERSIST: u32 = 0x4004_54cb;
const IFF_NO_PI: u16 = 0x1000;

/// What a device of /dev/net/tun carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TunMode {
    /// IP packets, on a point-to-point device.
    #[doc(alias = "IFF_TUN")]
    Tun,
    /// Ethernet frames, on an Ethernet device.
    #[doc(alias = "IFF_TAP")]
    Tap,
}

/// Which device to make, or to attach to if it is there and persistent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TunOptions {
    /// The name, which may hold a `%d`; `None` lets the kernel choose.
    pub name: Option<DeviceName>,
    /// What it carries.
    pub mode: TunMode,
    /// Whether the device outlives its descriptor.
    pub persistent: bool,
}

/// A tun or tap device, held by its descriptor: unless persistent it goes away with this value.
///
/// Reading takes one packet that the host sent to the device, writing gives the host one. There is no
/// header before the packet (`IFF_NO_PI`).
#[derive(Debug)]
pub struct TunDevice {
    file: File,
    name: DeviceName,
}

impl TunDevice {
    /// Makes a device in the calling thread's network namespace, or attaches to it.
    ///
    /// # Errors
    ///
    /// `EPERM` without `CAP_NET_ADMIN`, `EBUSY` if the device has a descriptor already, `EINVAL` if it is
    /// of another kind or the name cannot be one, `ENOENT` or `ENODEV` where the host has no
    /// /dev/net/tun. See the kernel's `Documentation/networking/tuntap.rst`.
    #[doc(alias = "TUNSETIFF")]
    pub fn open(options: TunOptions) -> Result<Self, Errno> {
        let file = File::options()
            .read(true)
            .write(true)
            .open("/dev/net/tun")
            .map_err(|error| errno::from_io(&error))?;
        let mode: u16 = match options.mode {
            TunMode::Tun => 1,
            TunMode::Tap => 2,
        };
        let mut request = IfReq::named(options.name.unwrap_or_default()).with(&(mode | IFF_NO_PI));
        // SAFETY: the descriptor is that of /dev/net/tun, for which the number means: read and write
        // one `ifreq` at the pointer, which is that of a live one, exclusively borrowed.
        let answer = unsafe {
            libc::ioctl(file.as_raw_fd(), TUNSETIFF as _, std::ptr::from_mut(&mut request))
        };
        if answer < 0 {
            return Err(errno::last());
        }
        let device = Self { file, name: request.device_name() };
        if options.persistent {
            device.set_persistent(true)?;
        }
        Ok(device)
    }

    /// Returns the device's name.
    pub fn name(&self) -> DeviceName {
        self.name
    }

    /// Sets whether the device outlives its descriptor.
    ///
    /// # Errors
    ///
    /// None that the kernel gives to an attached device.
    #[doc(alias = "TUNSETPERSIST")]
    pub fn set_persistent(&self, persistent: bool) -> Result<(), Errno> {
        // SAFETY: for this number the kernel takes the argument as an integer and follows no pointer.
        let answer = unsafe {
            libc::ioctl(self.file.as_raw_fd(), TUNSETPERSIST as _, c_ulong::from(persistent))
        };
        if answer < c_int::default() { Err(errno::last()) } else { Ok(()) }
    }
}

impl Read for &TunDevice {
    fn read(&mut self, packet: &mut [u8]) -> io::Result<usize> {
        (&self.file).read(packet)
    }
}

impl Write for &TunDevice {
    fn write(&mut self, packet: &[u8]) -> io::Result<usize> {
        (&self.file).write(packet)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl AsFd for TunDevice {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}
