//! Sockets, and which code answers their requests (`net/socket.c`).

use crate::af_netlink::{self, SocketId};
use crate::caller::{Capabilities, VirtualKernel, lock};
use crate::drivers::bridge;
use crate::faults::Asked;
use crate::machine::Machine;
use crate::memory::{self, UserMemory};
use crate::{af_inet, af_inet6, dev_ioctl};
use ifctl_abi::ioctl::*;
use ifctl_abi::{Family, SocketType};
use ifctl_kernel::{Errno, Receive, Received, Request, Socket, SocketOption};
use ifctl_netlink::Messages;
use std::fmt;

/// A socket of a virtual kernel.
pub struct VirtualSocket {
    kernel: VirtualKernel,
    family: Family,
    netlink: Option<SocketId>,
}

impl VirtualSocket {
    pub(crate) fn open(
        kernel: &VirtualKernel,
        family: Family,
        kind: SocketType,
        protocol: u32,
    ) -> Result<Self, Errno> {
        let caller = kernel.caller;
        let netlink = match family {
            Family::INET | Family::INET6 if kind == SocketType::RAW => {
                caller.must_have(Capabilities::NET_RAW)?;
                None
            }
            Family::INET | Family::INET6 | Family::UNIX => None,
            Family::PACKET => {
                caller.must_have(Capabilities::NET_RAW)?;
                None
            }
            Family::NETLINK => {
                Some(af_netlink::create(&mut lock(&kernel.machine), caller, kind, protocol)?)
            }
            _ => return Err(Errno::EAFNOSUPPORT),
        };
        Ok(Self { kernel: kernel.clone(), family, netlink })
    }

    /// Carries out a request on an argument in the caller's memory: `ioctl(socket, number, address)`.
    ///
    /// # Errors
    ///
    /// The kernel's errno, `EFAULT` among them.
    pub fn ioctl_at(
        &self,
        number: u32,
        address: u64,
        memory: &mut dyn UserMemory,
    ) -> Result<(), Errno> {
        let asked = Asked::Ioctl { family: self.family, number };
        self.kernel.during(asked, |machine| self.dispatch(machine, number, address, memory))
    }

    /// The socket layer first, for every family; then the family; what that does not know is the
    /// device layer's.
    #[doc(alias("sock_ioctl", "sock_do_ioctl"))]
    fn dispatch(
        &self,
        machine: &mut Machine,
        number: u32,
        address: u64,
        memory: &mut dyn UserMemory,
    ) -> Result<(), Errno> {
        if number == SIOCGIFCONF {
            return dev_ioctl::list(machine, self.kernel.caller, address, memory);
        }
        let caller = self.kernel.caller;
        match number {
            SIOCBRADDBR | SIOCBRDELBR | SIOCGIFBR | SIOCSIFBR => {
                return bridge::ioctl_without_device(machine, caller, number, address, memory);
            }
            // The capability comes before the argument.
            SIOCBRADDIF | SIOCBRDELIF => caller.must_be_admin()?,
            _ => {}
        }
        let answer = match self.family {
            Family::INET | Family::PACKET => {
                af_inet::ioctl(machine, self.kernel.caller, self.family, number, address, memory)
            }
            Family::INET6 => af_inet6::ioctl(machine, self.kernel.caller, number, address, memory),
            _ => None,
        };
        match answer {
            Some(answer) => answer,
            None if number >> 8 == 0x89 => {
                dev_ioctl::ioctl(machine, self.kernel.caller, number, address, memory)
            }
            None => Err(Errno::ENOTTY),
        }
    }

    fn netlink(&self) -> Result<SocketId, Errno> {
        self.netlink.ok_or(Errno::EOPNOTSUPP)
    }
}

impl Socket for VirtualSocket {
    fn ioctl(&self, request: Request<'_>) -> Result<(), Errno> {
        let (number, argument) = request.into_parts();
        memory::with_argument(argument, |memory| self.ioctl_at(number, memory::ARGUMENT, memory))
    }

    fn bind(&self, port: u32, groups: u32) -> Result<(), Errno> {
        let id = self.netlink()?;
        af_netlink::bind(&mut lock(&self.kernel.machine), id, port, groups)
    }

    fn port(&self) -> Result<u32, Errno> {
        let id = self.netlink()?;
        af_netlink::port(&lock(&self.kernel.machine), id)
    }

    fn set_option(&self, option: SocketOption) -> Result<(), Errno> {
        match self.netlink {
            Some(id) => af_netlink::set_option(
                &mut lock(&self.kernel.machine),
                id,
                self.kernel.caller,
                option,
            ),
            None => Err(Errno::ENOPROTOOPT),
        }
    }

    fn send(&self, bytes: &[u8]) -> Result<usize, Errno> {
        match (self.netlink, self.family) {
            (Some(id), _) => {
                let sender = self.kernel.caller;
                af_netlink::accept(&mut lock(&self.kernel.machine), id, bytes)?;
                // Each message for itself: in between others may have theirs carried out. No worker of
                // Linux is so fast that it comes between two messages of one datagram.
                let mut refused = Ok(());
                for message in Messages::new(bytes).map_while(Result::ok) {
                    let asked = Asked::Message(message.header());
                    let answered = self.kernel.at_once(asked, |machine| {
                        af_netlink::carry_out(machine, id, sender, &message)
                    });
                    if let Err(errno) = answered {
                        let machine = &mut lock(&self.kernel.machine);
                        refused = refused.and(af_netlink::refuse(machine, id, &message, errno));
                    }
                }
                self.kernel.later();
                refused.map(|()| bytes.len())
            }
            (None, Family::UNIX) => Err(Errno::ENOTCONN),
            (None, _) => Err(Errno::EDESTADDRREQ),
        }
    }

    fn receive(&self, buffer: &mut [u8], how: Receive) -> Result<Received, Errno> {
        match self.netlink {
            Some(id) => self
                .kernel
                .during(Asked::Receive, |machine| af_netlink::receive(machine, id, buffer, how)),
            None => Err(Errno::EAGAIN),
        }
    }
}

impl Drop for VirtualSocket {
    fn drop(&mut self) {
        if let Some(id) = self.netlink {
            af_netlink::release(&mut lock(&self.kernel.machine), id);
        }
    }
}

impl fmt::Debug for VirtualSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VirtualSocket").field("family", &self.family).finish_non_exhaustive()
    }
}
