//! New sockets, and the addresses that they are given.

use super::{Options, SHORTEST, Socket, Sockets, errno, message, open, port_of};
use crate::memory::Memory;
use crate::target::Target;
use ifctl_abi::{Family, SocketType};
use ifctl_kernel::{Errno, Socket as _};
use ifctl_linux::supervise::{Call, Listener};
use ifctl_virtual::{Capabilities, VirtualKernel, VirtualSocket};
use rustix::fd::OwnedFd;
use rustix::io::Errno as Failure;
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{AddressFamily, SocketFlags, SocketType as Kind};
use std::os::fd::AsFd;

/// The bits of a socket's type that are none.
pub(super) const TYPE: u32 = 0xf;

fn flags(kind: u32) -> SocketFlags {
    let non_blocking = kind & libc::SOCK_NONBLOCK.cast_unsigned() != 0;
    if non_blocking { SocketFlags::NONBLOCK } else { SocketFlags::empty() }
}

fn closes_on_exec(kind: u32) -> bool {
    kind & libc::SOCK_CLOEXEC.cast_unsigned() != 0
}

fn inode(socket: &OwnedFd) -> Result<u64, Errno> {
    rustix::fs::fstat(socket).map(|status| status.st_ino).map_err(errno)
}

impl Sockets {
    /// Opens a socket of IPv6, which is a real one, and remembers that it is of IPv6.
    pub(crate) fn create_inet6(&mut self, listener: &Listener, call: &Call) -> Result<(), Errno> {
        let kind = call.word(1);
        let protocol =
            rustix::net::RawProtocol::new(call.word(2)).map(rustix::net::Protocol::from_raw);
        let make = |family| {
            let flags = flags(kind) | SocketFlags::CLOEXEC;
            rustix::net::socket_with(family, Kind::from_raw(kind & TYPE), flags, protocol)
        };
        let socket = match make(AddressFamily::INET6) {
            // The host below has none; the model has.
            Err(Failure::AFNOSUPPORT) => make(AddressFamily::INET),
            made => made,
        }
        .map_err(errno)?;
        self.collect_if_many();
        self.inet6.insert(inode(&socket)?);
        listener.answer_with(call, socket.as_fd(), closes_on_exec(kind))
    }

    /// Opens a netlink socket.
    pub(crate) fn create(
        &mut self,
        listener: &Listener,
        call: &Call,
        kernel: &VirtualKernel,
        capabilities: Capabilities,
    ) -> Result<(), Errno> {
        let kind = call.word(1);
        let model = kernel.open(Family::NETLINK, SocketType(kind & TYPE), call.word(2))?;
        self.collect_if_many();
        let process = Target(call.thread()).process();
        let end = match self.connected(kind, process) {
            Err(Failure::MFILE) => {
                self.collect();
                self.connected(kind, process)
            }
            made => made,
        };
        let end = match end {
            // The process has another one of that port.
            Err(Failure::ADDRINUSE) => self.connected(kind, 0),
            made => made,
        }
        .map_err(errno)?;
        listener.answer_with(call, end.as_fd(), closes_on_exec(kind))?;
        self.insert(end, kind, model, Options::default(), capabilities)
    }

    /// Opens a socket with this port, connected to ours.
    fn connected(&self, kind: u32, port: u32) -> Result<OwnedFd, Failure> {
        let end = open(Kind::from_raw(kind & TYPE), flags(kind))?;
        rustix::net::bind(&end, &SocketAddrNetlink::new(port, 0))?;
        rustix::net::connect(&end, &self.address)?;
        Ok(end)
    }

    fn insert(
        &mut self,
        end: OwnedFd,
        kind: u32,
        model: VirtualSocket,
        options: Options,
        capabilities: Capabilities,
    ) -> Result<(), Errno> {
        let port = port_of(end.as_fd()).map_err(errno)?;
        let inode = inode(&end)?;
        if model.bind(port, 0) == Err(Errno::EADDRINUSE) {
            // Only one that is closed has it: Linux has just given the port to this one.
            self.collect();
        }
        self.by_port.insert(port, inode);
        let longest = SHORTEST;
        let socket = Socket {
            end,
            port,
            kind,
            model,
            options,
            waiting: None,
            has_lost: false,
            longest,
            capabilities,
            groups: 0,
        };
        self.by_inode.insert(inode, socket);
        Ok(())
    }

    /// Answers `bind`: the port may be another one than the socket was opened with.
    pub(crate) fn bind(
        &mut self,
        listener: &Listener,
        call: &Call,
        inode: u64,
        kernel: &VirtualKernel,
    ) -> Result<(), Errno> {
        let memory = Memory::of(listener, call);
        let (port, groups) = message::address(&memory, call.argument(1), call.word(2))?;
        let socket = self.by_inode.get(&inode).ok_or(Errno::EBADF)?;
        let inode = match port {
            0 => inode,
            port if port == socket.port => inode,
            port => self.give_port(listener, call, inode, port, kernel)?,
        };
        let socket = self.by_inode.get_mut(&inode).ok_or(Errno::EBADF)?;
        socket.model.bind(socket.port, groups)?;
        socket.groups = groups;
        if groups != 0 {
            self.listening.insert(inode);
        }
        Ok(())
    }

    /// Puts a socket with this port in the place of one that was not used yet.
    fn give_port(
        &mut self,
        listener: &Listener,
        call: &Call,
        old: u64,
        port: u32,
        kernel: &VirtualKernel,
    ) -> Result<u64, Errno> {
        let (target, place) = (Target(call.thread()), call.descriptor(0));
        let kind = self.by_inode.get(&old).ok_or(Errno::EBADF)?.kind;
        let end = match self.connected(kind, port) {
            Err(Failure::ADDRINUSE) => {
                self.collect();
                self.connected(kind, port)
            }
            made => made,
        }
        .map_err(errno)?;
        let socket = self.by_inode.get(&old).ok_or(Errno::EBADF)?;
        let flags = rustix::fs::fcntl_getfl(&socket.end).map_err(errno)?;
        rustix::fs::fcntl_setfl(&end, flags).map_err(errno)?;
        let (options, capabilities) = (socket.options.clone(), socket.capabilities);
        let model = kernel.open(Family::NETLINK, SocketType(kind & TYPE), 0)?;
        options.set_on(&model)?;
        let close = target.closes_on_exec(place);
        listener.replace(call, end.as_fd(), close, place)?;
        let new = inode(&end)?;
        let listened = self.listening.contains(&old);
        self.forget(old);
        self.insert(end, kind, model, options, capabilities)?;
        if listened {
            self.listening.insert(new);
        }
        Ok(new)
    }

    /// Answers `connect`: all are connected to the kernel, and to nobody else.
    pub(crate) fn connect(&self, memory: &Memory<'_>, call: &Call) -> Result<(), Errno> {
        match message::address(memory, call.argument(1), call.word(2))? {
            (0, _) => Ok(()),
            _ => Err(Errno::ECONNREFUSED),
        }
    }
}
