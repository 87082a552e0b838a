//! Kernels and their sockets.

use crate::{Errno, Request};
use ifctl_abi::{Family, SocketType};
use std::ops::ControlFlow;
use std::os::fd::BorrowedFd;
use std::path::Path;

/// One caller's view of a kernel: a network namespace and credentials.
///
/// It is used as `&dyn Kernel`. Errors are errno values, exactly those of the kernel.
pub trait Kernel: Send + Sync {
    /// Opens a socket; for netlink the protocol is the netlink family (0 is `NETLINK_ROUTE`).
    ///
    /// # Errors
    ///
    /// As socket(2): `EAFNOSUPPORT` for a family that the kernel does not have, `EPERM` for a packet
    /// or raw socket without `CAP_NET_RAW`, `EMFILE` when no descriptor is left.
    fn socket(
        &self,
        family: Family,
        kind: SocketType,
        protocol: u32,
    ) -> Result<Box<dyn Socket>, Errno>;

    /// Returns the content of a file below /proc/net, /proc/sys/net or /sys/class/net, as this caller
    /// sees it.
    ///
    /// # Errors
    ///
    /// As open(2) and read(2): `ENOENT`, `EACCES`, or what the kernel gives for that file.
    fn read(&self, path: &Path) -> Result<Vec<u8>, Errno>;

    /// Hands the lines of such a file over, without their newlines, until one is enough.
    ///
    /// A kernel that writes its files while they are read is spared the rest.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read); lines may have been handed over before.
    fn read_lines(
        &self,
        path: &Path,
        take: &mut dyn FnMut(&[u8]) -> ControlFlow<()>,
    ) -> Result<(), Errno> {
        let text = self.read(path)?;
        let lines = text.split_inclusive(|byte| *byte == b'\n');
        let _ = lines.map(|line| line.strip_suffix(b"\n").unwrap_or(line)).try_for_each(take);
        Ok(())
    }

    /// Writes these bytes, in one call, to a file below /proc/sys/net or /sys/class/net.
    ///
    /// # Errors
    ///
    /// As open(2) and write(2): `ENOENT`, `EACCES`, `EPERM`, `EINVAL` for a value that the file does
    /// not take.
    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), Errno>;
}

/// What a kernel keeps for one socket: its namespace, its opener's credentials, and for netlink the
/// port, the groups, the options, a dump half read and a receive queue.
pub trait Socket: Send {
    /// Carries out one request.
    ///
    /// # Errors
    ///
    /// The kernel's errno. What a socket's family does not answer is the kernel's to refuse
    /// (`ENOTTY`).
    fn ioctl(&self, request: Request<'_>) -> Result<(), Errno>;

    /// Gives a netlink socket its port (0: the kernel picks one) and joins the groups of the mask.
    ///
    /// # Errors
    ///
    /// As bind(2): `EADDRINUSE`, `EPERM` for groups that need a capability, `EOPNOTSUPP` where the
    /// socket is no netlink socket.
    fn bind(&self, port: u32, groups: u32) -> Result<(), Errno>;

    /// Returns the port of a netlink socket, 0 before it has one.
    ///
    /// # Errors
    ///
    /// As getsockname(2); `EOPNOTSUPP` where the socket is no netlink socket.
    fn port(&self) -> Result<u32, Errno>;

    /// Sets a netlink option.
    ///
    /// # Errors
    ///
    /// As setsockopt(2): `ENOPROTOOPT` for an option that the kernel does not know.
    fn set_option(&self, option: SocketOption) -> Result<(), Errno>;

    /// Sends one datagram to the kernel and returns how many bytes it took.
    ///
    /// # Errors
    ///
    /// As send(2): `EMSGSIZE` above the send buffer, `ENOBUFS`, `ENODATA` for an empty one.
    fn send(&self, bytes: &[u8]) -> Result<usize, Errno>;

    /// Receives one datagram. What does not fit into the buffer is lost, and told by the true length.
    /// Not for byte streams, on which Linux throws away what it is asked the true length of.
    ///
    /// # Errors
    ///
    /// As recv(2): `ENOBUFS` once after the queue overflowed; `EAGAIN` when nothing is there and
    /// [`Receive::wait`] was not asked for, or the kernel is a model, which never blocks.
    fn receive(&self, buffer: &mut [u8], how: Receive) -> Result<Received, Errno>;

    /// Returns the descriptor behind the socket, to poll; `None` for a model's.
    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        None
    }
}

/// How to receive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Receive {
    /// Leave the datagram in the queue.
    #[doc(alias = "MSG_PEEK")]
    pub peek: bool,
    /// Wait for a datagram where none is there.
    #[doc(alias = "MSG_DONTWAIT")]
    pub wait: bool,
}

impl Receive {
    /// Takes the next datagram, waiting for it.
    pub const WAIT: Self = Self { peek: false, wait: true };
    /// Takes the next datagram if there is one.
    pub const NOW: Self = Self { peek: false, wait: false };
}

/// A datagram that was received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received {
    /// How many bytes were copied into the buffer.
    pub copied: usize,
    /// How many bytes the datagram has.
    pub length: usize,
    /// The sender's port; 0 is the kernel.
    pub sender: u32,
    /// The multicast group's mask that the datagram came by, 0 for none.
    pub groups: u32,
}

impl Received {
    /// Returns whether a part of the datagram was lost.
    pub fn is_truncated(&self) -> bool {
        self.length > self.copied
    }
}

/// The options of a netlink socket.
///
/// See netlink(7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SocketOption {
    /// Check dump requests strictly, and so honour their filters.
    #[doc(alias = "NETLINK_GET_STRICT_CHK")]
    StrictChecking(bool),
    /// Add a text and an offset to refusals.
    #[doc(alias = "NETLINK_EXT_ACK")]
    ExtendedAck(bool),
    /// Leave the refused request out of refusals.
    #[doc(alias = "NETLINK_CAP_ACK")]
    CappedAck(bool),
    /// Do not report a queue that overflowed.
    #[doc(alias = "NETLINK_NO_ENOBUFS")]
    NoOverflowError(bool),
    /// Join a multicast group, by number.
    #[doc(alias = "NETLINK_ADD_MEMBERSHIP")]
    Join(u32),
    /// Leave a multicast group, by number.
    #[doc(alias = "NETLINK_DROP_MEMBERSHIP")]
    Leave(u32),
    /// Set the receive queue's limit in bytes, beyond the system's maximum if the caller may
    /// (`CAP_NET_ADMIN`), else up to it.
    #[doc(alias("SO_RCVBUF", "SO_RCVBUFFORCE"))]
    ReceiveBuffer(u32),
}
