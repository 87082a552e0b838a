//! Sockets, and which code answers their requests.

use crate::{dev_ioctl, devinet, rtnetlink};
use ifctl_abi::Family;
use ifctl_abi::ioctl::*;
use ifctl_kernel::{Argument, Errno, Receive, Received, Request, Socket, SocketOption};
use std::cell::RefCell;
use std::collections::VecDeque;

/// What the kernel keeps for one socket.
pub(crate) struct VirtualSocket {
    family: Family,
    port: u32,
    queue: RefCell<VecDeque<Vec<u8>>>,
}

impl VirtualSocket {
    pub(crate) fn new(family: Family, port: u32) -> Self {
        Self { family, port, queue: RefCell::default() }
    }

    fn netlink(&self) -> Result<(), Errno> {
        if self.family == Family::NETLINK { Ok(()) } else { Err(Errno::EOPNOTSUPP) }
    }
}

impl Socket for VirtualSocket {
    fn ioctl(&self, request: Request<'_>) -> Result<(), Errno> {
        let (number, argument) = request.into_parts();
        let inet = matches!(self.family, Family::INET | Family::PACKET);
        match (number, argument) {
            // The socket layer itself, for every family.
            (SIOCGIFCONF, Argument::IfConf(conf)) => devinet::list(conf),
            // The family's own handler: the caller has no privilege, and most setters ask for it first.
            (SIOCGIFPFLAGS | SIOCSIFPFLAGS, _) if inet => Err(Errno::EINVAL),
            (SIOCGIFADDR..=SIOCSIFNETMASK, Argument::IfReq(request)) if inet => {
                devinet::ioctl(number, request)
            }
            (SIOCADDRT | SIOCDELRT, _) if inet || self.family == Family::INET6 => Err(Errno::EPERM),
            (SIOCSIFADDR | SIOCDIFADDR, _) if self.family == Family::INET6 => Err(Errno::EPERM),
            // For tunnels over IPv4 alone, which this kernel has none of.
            (SIOCSIFDSTADDR, _) if self.family == Family::INET6 => Err(Errno::ENODEV),
            (SIOCGARP, _) if inet => Err(Errno::ENXIO),
            (SIOCSARP | SIOCDARP, _) if inet => Err(Errno::EPERM),
            // The device layer.
            (_, Argument::IfReq(request)) => dev_ioctl::ioctl(number, request),
            _ => Err(Errno::ENOTTY),
        }
    }

    fn bind(&self, _port: u32, _groups: u32) -> Result<(), Errno> {
        self.netlink()
    }

    fn port(&self) -> Result<u32, Errno> {
        self.netlink().map(|()| self.port)
    }

    fn set_option(&self, _option: SocketOption) -> Result<(), Errno> {
        self.netlink().map_err(|_| Errno::ENOPROTOOPT)
    }

    fn send(&self, bytes: &[u8]) -> Result<usize, Errno> {
        match self.family {
            Family::NETLINK => {}
            Family::UNIX => return Err(Errno::ENOTCONN),
            _ => return Err(Errno::EDESTADDRREQ),
        }
        if bytes.is_empty() {
            return Err(Errno::ENODATA);
        }
        self.queue.borrow_mut().extend(rtnetlink::answers(bytes, self.port));
        Ok(bytes.len())
    }

    fn receive(&self, buffer: &mut [u8], how: Receive) -> Result<Received, Errno> {
        let mut queue = self.queue.borrow_mut();
        let datagram = queue.front().ok_or(Errno::EAGAIN)?;
        let copied = datagram.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(datagram) {
            *to = *from;
        }
        let received = Received { copied, length: datagram.len(), sender: 0, groups: 0 };
        if !how.peek {
            queue.pop_front();
        }
        Ok(received)
    }
}
