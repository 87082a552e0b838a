//! The ioctls of netdevice(7), ip(7), ipv6(7) and arp(7), one function each.

mod arp;
mod conf;
mod device;
mod inet;
mod inet6;
mod route;

pub use arp::ArpEntry;
pub use inet::Which;
pub use route::{Route6Request, RouteRequest};

use crate::{Refusal, Result};
use ifctl_abi::{DeviceName, Family, IfReq, SocketType};
use ifctl_kernel::{Kernel, Request, Socket};

/// A socket, for its ioctls.
///
/// The requests about devices work on a socket of any family and type; those about IPv4 addresses
/// and routes need one of `AF_INET` (or `AF_PACKET`), those about IPv6 one of `AF_INET6`. Asking the
/// wrong one is not an error of this library: the kernel's answer is passed through, mostly `ENOTTY`.
/// Mind `SIOCSIFFLAGS`: on an alias name it deletes that address through `AF_INET`, and takes the whole
/// device down through other families.
///
/// Every function makes one system call unless it says otherwise. Names are looked up by the kernel:
/// a device's name ends at its first colon, so a request about a *device* answers for `eth0` when asked
/// about `eth0:0`, whether or not there is such an alias.
///
/// ```no_run
/// use ifctl_netdevice::{Control, DeviceFlags, Host};
///
/// let control = Control::open(&Host, ifctl_netdevice::Family::INET)?;
/// let eth0 = "eth0".try_into()?;
/// control.set_mtu(eth0, 1400)?;
/// control.change_flags(eth0, DeviceFlags::UP, DeviceFlags::PROMISC)?;
/// control.set_address("eth0:0".try_into()?, [172, 16, 3, 10].into())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Control<'s> {
    socket: Box<dyn Socket + 's>,
}

impl Control<'static> {
    /// Opens a datagram socket of this family (raw for netlink and packet sockets), for its ioctls.
    ///
    /// # Errors
    ///
    /// `EAFNOSUPPORT` for a family that the kernel does not have; `EPERM` for `AF_PACKET` without
    /// `CAP_NET_RAW`.
    pub fn open(kernel: &dyn Kernel, family: Family) -> Result<Self> {
        let kind = match family {
            Family::NETLINK | Family::PACKET => SocketType::RAW,
            _ => SocketType::DATAGRAM,
        };
        let socket =
            kernel.socket(family, kind, 0).map_err(|errno| Refusal::new("socket", "", errno))?;
        Ok(Self { socket })
    }
}

impl<'s> Control<'s> {
    /// Takes a socket of the seam, for its ioctls.
    pub fn on(socket: impl Socket + 's) -> Self {
        Self { socket: Box::new(socket) }
    }

    /// Takes any socket of the caller's, for its ioctls: "any socket's file descriptor regardless of
    /// the family or type", as netdevice(7) says.
    ///
    /// # Errors
    ///
    /// `ENOTSOCK` if the descriptor is no socket.
    #[cfg(feature = "host")]
    pub fn on_descriptor(descriptor: std::os::fd::BorrowedFd<'s>) -> Result<Self> {
        let socket = ifctl_linux::FdSocket::new(descriptor)
            .map_err(|errno| Refusal::new("getsockopt", "", errno))?;
        Ok(Self::on(socket))
    }

    /// Carries out a request about a device or label, and returns the structure as the kernel left it.
    fn ask(
        &self,
        mut argument: IfReq,
        request: impl for<'a> FnOnce(&'a mut IfReq) -> Request<'a>,
    ) -> Result<IfReq> {
        let subject = DeviceName::truncated(&argument.name);
        self.carry_out(subject, request(&mut argument))?;
        Ok(argument)
    }

    /// Carries out a request; a refusal names it and what it was about.
    fn carry_out(&self, subject: impl ToString, request: Request<'_>) -> Result<()> {
        let operation = request.name();
        self.socket.ioctl(request).map_err(|errno| Refusal::new(operation, subject, errno).into())
    }
}
