//! Netlink sockets of the targets: real ones, of another protocol.
//!
//! Each is a socket of `NETLINK_USERSOCK`, which nobody needs a privilege for, connected to one of ours. So
//! Linux does poll, dup, fork, close, peek, truncation and ports, and what is sent and received without
//! an address takes its usual way. A socket is known by its inode, whatever becomes of its descriptors.

mod answers;
mod collect;
mod create;
mod message;
mod option;
mod receive;
mod send;

use crate::model::Model;
use ifctl_abi::Family;
use ifctl_kernel::{Errno, Receive, Socket as _};
use ifctl_virtual::{Capabilities, VirtualKernel, VirtualSocket};
use message::Header;
use option::Options;
use rustix::fd::OwnedFd;
use rustix::io::Errno as Failure;
use rustix::net::netlink::{self, SocketAddrNetlink};
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketAddrAny, SocketFlags, SocketType};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::io;
use std::os::fd::{AsFd, BorrowedFd};

pub(crate) use answers::Answers;
pub(crate) use receive::Wanted;

/// The longest datagram that a netlink socket takes.
const LONGEST: usize = 1 << 18;

/// The room that the model is offered for a piece of a list as long as nothing is known of the reader.
const SHORTEST: usize = 4096;

/// The targets' sockets.
pub(crate) struct Sockets {
    /// What they are connected to.
    ours: OwnedFd,
    address: SocketAddrNetlink,
    by_inode: HashMap<u64, Socket>,
    by_port: HashMap<u32, u64>,
    /// Those that joined a group.
    listening: BTreeSet<u64>,
    /// Those whose queue was full.
    stuck: BTreeSet<u64>,
    /// The inodes of sockets of IPv6: others answer as those of IPv4 do.
    inet6: HashSet<u64>,
    /// How many there may be before those are looked for that are closed.
    most: usize,
    buffer: Vec<u8>,
    /// What requests came to, where somebody follows that.
    answers: Option<Answers>,
}

/// A target's netlink socket.
pub(crate) struct Socket {
    /// The target's end, open here too: to receive for it.
    end: OwnedFd,
    port: u32,
    kind: u32,
    pub(crate) model: VirtualSocket,
    /// What its opener may do.
    capabilities: Capabilities,
    /// The groups that it was bound to.
    groups: u32,
    /// The options that were set, for a socket in the place of this one.
    options: Options,
    /// What did not fit into the target's queue.
    waiting: Option<Vec<u8>>,
    /// Something was lost, and the target was not told yet.
    has_lost: bool,
    /// The longest buffer that was offered.
    longest: usize,
}

fn errno(failure: Failure) -> Errno {
    Errno::new(failure.raw_os_error())
}

/// Opens a socket of the protocol that all of these have.
fn open(kind: SocketType, flags: SocketFlags) -> Result<OwnedFd, Failure> {
    let protocol = Some(netlink::USERSOCK);
    rustix::net::socket_with(AddressFamily::NETLINK, kind, flags | SocketFlags::CLOEXEC, protocol)
}

fn port_of(socket: BorrowedFd<'_>) -> Result<u32, Failure> {
    let address = rustix::net::getsockname(socket)?;
    Ok(SocketAddrNetlink::try_from(address).map_err(|_| Failure::AFNOSUPPORT)?.pid())
}

impl Sockets {
    /// Returns none; what requests come to is noted where that is followed.
    pub(crate) fn new(follows: bool) -> io::Result<Self> {
        let ours = open(SocketType::DGRAM, SocketFlags::NONBLOCK)?;
        rustix::net::bind(&ours, &SocketAddrNetlink::new(0, 0))?;
        let address = SocketAddrNetlink::new(port_of(ours.as_fd())?, 0);
        Ok(Self {
            ours,
            address,
            by_inode: HashMap::new(),
            by_port: HashMap::new(),
            listening: BTreeSet::new(),
            stuck: BTreeSet::new(),
            inet6: HashSet::new(),
            most: 64,
            buffer: vec![0; LONGEST],
            answers: follows.then(Answers::default),
        })
    }

    /// Returns the socket to wait on for what the targets send.
    pub(crate) fn ours(&self) -> BorrowedFd<'_> {
        self.ours.as_fd()
    }

    /// Returns whether a queue was full, so that it must be looked after.
    pub(crate) fn is_stuck(&self) -> bool {
        !self.stuck.is_empty()
    }

    /// Returns whether a target is told of what happens.
    pub(crate) fn is_listening(&self) -> bool {
        !self.listening.is_empty()
    }

    pub(crate) fn get(&mut self, inode: u64) -> Option<&mut Socket> {
        self.by_inode.get_mut(&inode)
    }

    pub(crate) fn is_inet6(&self, inode: u64) -> bool {
        self.inet6.contains(&inode)
    }

    /// Takes all that the targets have sent without an address, with who sent each.
    pub(crate) fn take(&mut self) -> Vec<(u64, Vec<u8>)> {
        let mut taken = Vec::new();
        if self.by_inode.is_empty() {
            // Nobody is there who could send.
            return taken;
        }
        loop {
            let received =
                rustix::net::recvfrom(&self.ours, self.buffer.as_mut_slice(), RecvFlags::DONTWAIT);
            let (length, sender) = match received {
                Ok((length, _, sender)) => (length, sender),
                // Something was lost, by a flood; what is there can still be taken.
                Err(Failure::NOBUFS | Failure::INTR) => continue,
                Err(_) => return taken,
            };
            let Some(inode) = sender.and_then(|sender| self.sender(sender)) else { continue };
            let bytes = self.buffer.get(..length).unwrap_or_default().to_vec();
            taken.push((inode, bytes));
        }
    }

    fn sender(&self, address: SocketAddrAny) -> Option<u64> {
        let port = SocketAddrNetlink::try_from(address).ok()?.pid();
        self.by_port.get(&port).copied()
    }

    /// Has the model carry a datagram out, and tells the answer, and what follows, to whom it concerns.
    pub(crate) fn request(&mut self, inode: u64, bytes: &[u8]) {
        if let Some(socket) = self.by_inode.get_mut(&inode) {
            // A refusal of the datagram itself could only be told to a send that has returned.
            if let (Err(errno), Some(answers)) = (socket.model.send(bytes), &mut self.answers) {
                answers.refuse(bytes, errno);
            }
        }
        self.deliver(inode);
        self.tell();
    }

    /// Has all sockets be another kernel's, which is the same one a moment later.
    pub(crate) fn move_to(&mut self, model: &Model) {
        for socket in self.by_inode.values_mut() {
            // What refuses this is a kernel without room for it: the socket then has no answers.
            let _ = socket.move_to(&model.kernel(socket.capabilities));
        }
    }

    /// Gives those that joined a group what is new.
    pub(crate) fn tell(&mut self) {
        let listening: Vec<u64> = self.listening.iter().copied().collect();
        listening.into_iter().for_each(|inode| self.deliver(inode));
    }

    /// Tries again what did not fit.
    pub(crate) fn unstick(&mut self) {
        let stuck: Vec<u64> = self.stuck.iter().copied().collect();
        stuck.into_iter().for_each(|inode| self.deliver(inode));
    }

    /// Returns what requests came to since this was asked last.
    pub(crate) fn take_answers(&mut self) -> Answers {
        self.answers.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Puts what the model has for a socket into its queue.
    fn deliver(&mut self, inode: u64) {
        let Some(socket) = self.by_inode.get_mut(&inode) else { return };
        let is_done = socket.deliver(&self.ours, self.answers.as_mut());
        match is_done {
            true => self.stuck.remove(&inode),
            false => self.stuck.insert(inode),
        };
        if let Some(answers) = &mut self.answers {
            answers.is_cut |= !is_done;
        }
    }
}

impl Socket {
    fn move_to(&mut self, kernel: &VirtualKernel) -> Result<(), Errno> {
        let model =
            kernel.open(Family::NETLINK, ifctl_abi::SocketType(self.kind & create::TYPE), 0)?;
        model.bind(self.port, self.groups)?;
        self.options.set_on(&model)?;
        self.model = model;
        Ok(())
    }

    /// Puts what the model has into the target's queue; returns whether all of it was taken.
    fn deliver(&mut self, ours: &OwnedFd, mut answers: Option<&mut Answers>) -> bool {
        let to = SocketAddrNetlink::new(self.port, 0);
        let mut noted = |datagram: Vec<u8>| {
            if let Some(answers) = &mut answers {
                answers.note(&datagram);
            }
            datagram
        };
        while let Some(datagram) = self.waiting.take().or_else(|| self.next().map(&mut noted)) {
            match rustix::net::sendto(ours, &datagram, SendFlags::DONTWAIT, &to) {
                Ok(_) => {}
                Err(Failure::AGAIN | Failure::NOBUFS | Failure::INTR) => {
                    self.waiting = Some(datagram);
                    return false;
                }
                // The end is kept open here: no other failure passes.
                Err(_) => self.has_lost = true,
            }
        }
        true
    }

    /// Takes the next datagram that the model has.
    fn next(&mut self) -> Option<Vec<u8>> {
        loop {
            // Its length first: what does not fit would be cut.
            match self.model.receive(&mut [], Receive { peek: true, wait: false }) {
                Ok(there) => {
                    let mut datagram = vec![0; there.length.max(self.longest)];
                    let length = self.model.receive(&mut datagram, Receive::NOW).ok()?.copied;
                    datagram.truncate(length);
                    return Some(datagram);
                }
                Err(Errno::ENOBUFS) => self.has_lost = true,
                Err(_) => return None,
            }
        }
    }
}
