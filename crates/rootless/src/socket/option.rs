//! Options at the level of netlink, and what `getsockopt` tells of a socket besides.

use super::Sockets;
use crate::memory::Memory;
use ifctl_kernel::{Errno, Socket as _, SocketOption};
use ifctl_linux::supervise::Call;
use ifctl_virtual::{UserMemory as _, VirtualSocket};

/// What Linux knows and the model does not: a receive would tell the group, a send would tell who was
/// missed, other namespaces would be heard.
const WITHOUT_EFFECT: [i32; 3] =
    [libc::NETLINK_PKTINFO, libc::NETLINK_BROADCAST_ERROR, libc::NETLINK_LISTEN_ALL_NSID];

/// The options that are on or off.
const SWITCHES: [i32; 4] = [
    libc::NETLINK_NO_ENOBUFS,
    libc::NETLINK_CAP_ACK,
    libc::NETLINK_EXT_ACK,
    libc::NETLINK_GET_STRICT_CHK,
];

/// The options that were set, each with its value: of a group, whether it was joined or left last.
#[derive(Clone, Default)]
pub(super) struct Options(Vec<(i32, u32)>);

impl Options {
    /// Sets them on another socket of the model.
    pub(super) fn set_on(&self, model: &VirtualSocket) -> Result<(), Errno> {
        self.0.iter().try_for_each(|(name, value)| set(model, *name, *value))
    }

    fn note(&mut self, name: i32, value: u32) {
        let is_membership =
            |name| matches!(name, libc::NETLINK_ADD_MEMBERSHIP | libc::NETLINK_DROP_MEMBERSHIP);
        match is_membership(name) {
            true => self.0.retain(|(of, group)| !is_membership(*of) || *group != value),
            false => self.0.retain(|(of, _)| *of != name),
        }
        self.0.push((name, value));
    }

    fn is_on(&self, name: i32) -> bool {
        self.0.iter().any(|(of, value)| *of == name && *value != 0)
    }

    /// Returns a bit for each group that was joined, also by `bind`; nothing before any group was named.
    fn groups(&self, bound: u32) -> Vec<u8> {
        let named = |name| {
            self.0.iter().filter(move |(of, _)| *of == name).map(|(_, group)| u64::from(*group))
        };
        let joined = named(libc::NETLINK_ADD_MEMBERSHIP);
        let groups = joined.fold(u64::from(bound), |groups, group| {
            groups | group.checked_sub(1).and_then(|bit| 1_u64.checked_shl(bit as u32)).unwrap_or(0)
        });
        if groups == 0 && named(libc::NETLINK_DROP_MEMBERSHIP).next().is_none() {
            return Vec::new();
        }
        groups.to_le_bytes().chunks(4).flat_map(word_of_this_machine).collect()
    }
}

/// Four bytes of a number, lowest first, as the machine has them.
fn word_of_this_machine(bytes: &[u8]) -> [u8; 4] {
    u32::from_le_bytes(bytes.try_into().unwrap_or_default()).to_ne_bytes()
}

/// Sets an option on a socket of the model.
fn set(model: &VirtualSocket, name: i32, value: u32) -> Result<(), Errno> {
    model.set_option(match name {
        libc::NETLINK_ADD_MEMBERSHIP => SocketOption::Join(value),
        libc::NETLINK_DROP_MEMBERSHIP => SocketOption::Leave(value),
        libc::NETLINK_NO_ENOBUFS => SocketOption::NoOverflowError(value != 0),
        libc::NETLINK_CAP_ACK => SocketOption::CappedAck(value != 0),
        libc::NETLINK_EXT_ACK => SocketOption::ExtendedAck(value != 0),
        libc::NETLINK_GET_STRICT_CHK => SocketOption::StrictChecking(value != 0),
        name if WITHOUT_EFFECT.contains(&name) => return Ok(()),
        _ => return Err(Errno::ENOPROTOOPT),
    })
}

impl Sockets {
    /// Answers `setsockopt`.
    pub(crate) fn set_option(
        &mut self,
        memory: &Memory<'_>,
        call: &Call,
        inode: u64,
    ) -> Result<(), Errno> {
        if call.word(4) < 4 {
            return Err(Errno::EINVAL);
        }
        let value = u32::from_ne_bytes(memory.bytes(call.argument(3))?);
        let name = call.descriptor(2);
        let socket = self.by_inode.get_mut(&inode).ok_or(Errno::EBADF)?;
        set(&socket.model, name, value)?;
        socket.options.note(name, value);
        if name == libc::NETLINK_ADD_MEMBERSHIP {
            self.listening.insert(inode);
        }
        Ok(())
    }

    /// Answers `getsockopt` of netlink's options, and of the protocol.
    pub(crate) fn get_option(
        &self,
        memory: &mut Memory<'_>,
        call: &Call,
        inode: u64,
    ) -> Result<(), Errno> {
        let (level, name) = (call.descriptor(1), call.descriptor(2));
        let (buffer, length) = (call.argument(3), call.argument(4));
        let room = i32::from_ne_bytes(memory.bytes(length)?);
        let room = usize::try_from(room).map_err(|_| Errno::EINVAL)?;
        let socket = self.by_inode.get(&inode).ok_or(Errno::EBADF)?;
        let value = match name {
            _ if level == libc::SOL_SOCKET => libc::NETLINK_ROUTE.to_ne_bytes().to_vec(),
            libc::NETLINK_LIST_MEMBERSHIPS => {
                let groups = socket.options.groups(socket.groups);
                let fits = room.min(groups.len()) / 4 * 4;
                memory.write(buffer, groups.get(..fits).unwrap_or_default())?;
                return memory.write(length, &(groups.len() as u32).to_ne_bytes());
            }
            name if SWITCHES.contains(&name) || WITHOUT_EFFECT.contains(&name) => {
                i32::from(socket.options.is_on(name)).to_ne_bytes().to_vec()
            }
            _ => return Err(Errno::ENOPROTOOPT),
        };
        if level != libc::SOL_SOCKET && room < value.len() {
            return Err(Errno::EINVAL);
        }
        let fits = room.min(value.len());
        memory.write(buffer, value.get(..fits).unwrap_or_default())?;
        memory.write(length, &(fits as u32).to_ne_bytes())
    }
}
