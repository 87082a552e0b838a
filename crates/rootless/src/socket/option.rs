//! `setsockopt` at the level of netlink.

use super::Sockets;
use crate::memory::Memory;
use ifctl_kernel::{Errno, Socket as _, SocketOption};
use ifctl_linux::supervise::Call;

/// What Linux knows and the model does not: a receive would tell the group, a send would tell who was
/// missed, other namespaces would be heard.
const WITHOUT_EFFECT: [i32; 3] =
    [libc::NETLINK_PKTINFO, libc::NETLINK_BROADCAST_ERROR, libc::NETLINK_LISTEN_ALL_NSID];

impl Sockets {
    /// Sets an option.
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
        let option = match name {
            libc::NETLINK_ADD_MEMBERSHIP => SocketOption::Join(value),
            libc::NETLINK_DROP_MEMBERSHIP => SocketOption::Leave(value),
            libc::NETLINK_NO_ENOBUFS => SocketOption::NoOverflowError(value != 0),
            libc::NETLINK_CAP_ACK => SocketOption::CappedAck(value != 0),
            libc::NETLINK_EXT_ACK => SocketOption::ExtendedAck(value != 0),
            libc::NETLINK_GET_STRICT_CHK => SocketOption::StrictChecking(value != 0),
            name if WITHOUT_EFFECT.contains(&name) => return Ok(()),
            _ => return Err(Errno::ENOPROTOOPT),
        };
        socket.model.set_option(option)?;
        socket.options.push(option);
        if let SocketOption::Join(_) = option {
            self.listening.insert(inode);
        }
        Ok(())
    }
}
