//! Sockets of the real kernel.

use crate::{errno, ioctl};
use ifctl_kernel::{Errno, Receive, Received, Request, Socket, SocketOption};
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{RecvFlags, SendFlags, SocketAddrAny, sockopt};
use std::ffi::c_int;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

/// A socket of any family and type, by its descriptor, owned or borrowed.
///
/// ```
/// use ifctl_kernel::{Request, Socket};
/// use ifctl_linux::FdSocket;
/// use std::os::fd::AsFd;
///
/// let any = std::net::UdpSocket::bind("127.0.0.1:0")?;
/// let mut lo = ifctl_abi::IfReq::named("lo".try_into()?);
/// FdSocket::new(any.as_fd())?.ioctl(Request::GetIndex(&mut lo))?;
/// assert_eq!(lo.integer(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct FdSocket<F>(F);

impl<'fd> FdSocket<BorrowedFd<'fd>> {
    /// Returns the socket behind a descriptor of the caller's.
    ///
    /// # Errors
    ///
    /// `ENOTSOCK` if the descriptor is no socket: the numbers of the requests mean other things to
    /// other files.
    pub fn new(descriptor: BorrowedFd<'fd>) -> Result<Self, Errno> {
        sockopt::socket_type(descriptor).map_err(errno::from_rustix)?;
        Ok(Self(descriptor))
    }
}

impl FdSocket<OwnedFd> {
    /// Returns the socket behind a descriptor that socket(2) gave.
    pub(crate) fn opened(descriptor: OwnedFd) -> Self {
        Self(descriptor)
    }
}

impl<F: AsFd> FdSocket<F> {
    fn socket(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl<F: AsFd + Send> Socket for FdSocket<F> {
    fn ioctl(&self, request: Request<'_>) -> Result<(), Errno> {
        ioctl::ioctl(self.socket(), request)
    }

    fn bind(&self, port: u32, groups: u32) -> Result<(), Errno> {
        netlink_address(rustix::net::getsockname(self.socket()))?;
        rustix::net::bind(self.socket(), &SocketAddrNetlink::new(port, groups))
            .map_err(errno::from_rustix)
    }

    fn port(&self) -> Result<u32, Errno> {
        Ok(netlink_address(rustix::net::getsockname(self.socket()))?.pid())
    }

    fn set_option(&self, option: SocketOption) -> Result<(), Errno> {
        let (number, value) = match option {
            SocketOption::StrictChecking(on) => (libc::NETLINK_GET_STRICT_CHK, c_int::from(on)),
            SocketOption::ExtendedAck(on) => (libc::NETLINK_EXT_ACK, c_int::from(on)),
            SocketOption::CappedAck(on) => (libc::NETLINK_CAP_ACK, c_int::from(on)),
            SocketOption::NoOverflowError(on) => (libc::NETLINK_NO_ENOBUFS, c_int::from(on)),
            SocketOption::Join(group) => (libc::NETLINK_ADD_MEMBERSHIP, number_of(group)?),
            SocketOption::Leave(group) => (libc::NETLINK_DROP_MEMBERSHIP, number_of(group)?),
            SocketOption::ReceiveBuffer(bytes) => {
                return set_receive_buffer(self.socket(), bytes as usize);
            }
            _ => return Err(Errno::ENOPROTOOPT),
        };
        set_netlink_option(self.socket(), number, value)
    }

    fn send(&self, bytes: &[u8]) -> Result<usize, Errno> {
        rustix::io::retry_on_intr(|| rustix::net::send(self.socket(), bytes, SendFlags::empty()))
            .map_err(errno::from_rustix)
    }

    fn receive(&self, buffer: &mut [u8], how: Receive) -> Result<Received, Errno> {
        let mut flags = RecvFlags::TRUNC;
        flags.set(RecvFlags::PEEK, how.peek);
        flags.set(RecvFlags::DONTWAIT, !how.wait);
        let (copied, length, sender) =
            rustix::io::retry_on_intr(|| rustix::net::recvfrom(self.socket(), &mut *buffer, flags))
                .map_err(errno::from_rustix)?;
        let sender = sender.and_then(|address| SocketAddrNetlink::try_from(address).ok());
        Ok(Received {
            copied,
            length,
            sender: sender.map_or(0, |address| address.pid()),
            groups: sender.map_or(0, |address| address.groups()),
        })
    }

    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        Some(self.socket())
    }
}

/// Returns a socket's own netlink address, `EOPNOTSUPP` if it has one of another family.
fn netlink_address(name: rustix::io::Result<SocketAddrAny>) -> Result<SocketAddrNetlink, Errno> {
    let name = name.map_err(errno::from_rustix)?;
    SocketAddrNetlink::try_from(name).map_err(|_| Errno::EOPNOTSUPP)
}

/// Returns a group's number as the option takes it.
fn number_of(group: u32) -> Result<c_int, Errno> {
    c_int::try_from(group).map_err(|_| Errno::EINVAL)
}

/// Sets the limit of the receive queue, by force where the caller may.
fn set_receive_buffer(socket: BorrowedFd<'_>, bytes: usize) -> Result<(), Errno> {
    sockopt::set_socket_recv_buffer_size_force(socket, bytes)
        .or_else(|_| sockopt::set_socket_recv_buffer_size(socket, bytes))
        .map_err(errno::from_rustix)
}

/// Sets an option of the netlink level, which rustix lacks.
fn set_netlink_option(socket: BorrowedFd<'_>, number: c_int, value: c_int) -> Result<(), Errno> {
    // SAFETY: the kernel reads `size_of::<c_int>()` bytes at the pointer, which is that of a live
    // c_int; the descriptor is open as long as it is borrowed.
    let answer = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::SOL_NETLINK,
            number,
            std::ptr::from_ref(&value).cast(),
            size_of::<c_int>() as libc::socklen_t,
        )
    };
    if answer < 0 { Err(errno::last()) } else { Ok(()) }
}
