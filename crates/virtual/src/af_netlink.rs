//! Netlink sockets: ports, groups, queues and dumps (`net/netlink/af_netlink.c`).

mod by_device;
mod dump;
mod queue;

pub(crate) use by_device::ByDevice;
pub(crate) use dump::{Dump, DumpWriter, Progress, Walk, start as start_dump};
pub(crate) use queue::Queue;

use crate::caller::{Caller, Capabilities};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::rtnetlink;
use ifctl_abi::SocketType;
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::Group;
use ifctl_kernel::{Errno, Receive, Received, SocketOption};
use ifctl_netlink::{EncodeError, Encoder, ExtendedAck, Message, encode_error};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A netlink socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SocketId(u64);

/// The most that one send may hold.
const SEND_BUFFER: usize = 212_992;

/// The most that a receive buffer may hold, unless its owner is an administrator.
#[doc(alias = "rmem_max")]
const RECEIVE_BUFFER_MAXIMUM: u32 = 212_992;

/// The least that a receive buffer holds.
#[doc(alias = "SOCK_MIN_RCVBUF")]
const RECEIVE_BUFFER_MINIMUM: usize = 2304;

/// Groups that `bind` can name.
const MASKED_GROUPS: u32 = 32;

/// `RTNLGRP_MAX`.
const LAST_GROUP: u32 = 39;

/// What the kernel keeps for a netlink socket.
pub(crate) struct NetlinkSocket {
    net: NetId,
    /// What whoever opened the socket may do.
    opener: Capabilities,
    /// 0 until it is bound.
    port: u32,
    groups: BTreeSet<u32>,
    pub(crate) strict_checking: bool,
    extended_ack: bool,
    capped_ack: bool,
    queue: Queue,
    dump: Option<Dump>,
    /// The longest buffer that was offered to receive into, for the next piece of a dump.
    longest_receive: usize,
}

/// Makes a socket.
#[doc(alias = "netlink_create")]
pub(crate) fn create(
    machine: &mut Machine,
    caller: Caller,
    kind: SocketType,
    protocol: u32,
) -> Result<SocketId, Errno> {
    if !matches!(kind, SocketType::RAW | SocketType::DATAGRAM) {
        return Err(Errno::ESOCKTNOSUPPORT);
    }
    if protocol != 0 {
        return Err(Errno::EPROTONOSUPPORT);
    }
    let id = SocketId(machine.next_id());
    let socket = NetlinkSocket {
        net: caller.net,
        opener: caller.capabilities,
        port: 0,
        groups: BTreeSet::new(),
        strict_checking: false,
        extended_ack: false,
        capped_ack: false,
        queue: Queue::default(),
        dump: None,
        longest_receive: 0,
    };
    machine.sockets.insert(id, socket);
    Ok(id)
}

/// Forgets a socket.
pub(crate) fn release(machine: &mut Machine, id: SocketId) {
    if let Some(socket) = machine.sockets.remove(&id)
        && let Some(net) = machine.nets.get_mut(&socket.net)
    {
        net.ports.remove(&socket.port);
        for group in socket.groups {
            net.leave(group, id);
        }
    }
}

fn socket(machine: &Machine, id: SocketId) -> Result<&NetlinkSocket, Errno> {
    machine.sockets.get(&id).ok_or(Errno::EBADF)
}

fn socket_mut(machine: &mut Machine, id: SocketId) -> Result<&mut NetlinkSocket, Errno> {
    machine.sockets.get_mut(&id).ok_or(Errno::EBADF)
}

/// Gives a socket its port, and replaces the groups that a mask can name.
#[doc(alias = "netlink_bind")]
pub(crate) fn bind(
    machine: &mut Machine,
    id: SocketId,
    port: u32,
    groups: u32,
) -> Result<(), Errno> {
    let bound = socket(machine, id)?.port;
    if bound != 0 && port != bound {
        return Err(Errno::EINVAL);
    }
    if bound == 0 {
        insert_port(machine, id, port)?;
    }
    let had: Vec<u32> = socket(machine, id)?
        .groups
        .range(..=MASKED_GROUPS)
        .copied()
        .filter(|group| groups >> (group - 1) & 1 == 0)
        .collect();
    for group in had {
        leave(machine, id, group)?;
    }
    for group in (1..=MASKED_GROUPS).filter(|group| groups >> (group - 1) & 1 == 1) {
        join(machine, id, group)?;
    }
    Ok(())
}

/// Gives a socket this port, or, for 0, one that no other has.
fn insert_port(machine: &mut Machine, id: SocketId, wanted: u32) -> Result<(), Errno> {
    let net_id = socket(machine, id)?.net;
    let net = machine.net_mut(net_id)?;
    let port = if wanted == 0 { net.free_port() } else { wanted };
    if net.ports.contains_key(&port) {
        return Err(Errno::EADDRINUSE);
    }
    net.ports.insert(port, id);
    socket_mut(machine, id)?.port = port;
    Ok(())
}

fn join(machine: &mut Machine, id: SocketId, group: u32) -> Result<(), Errno> {
    let socket = socket_mut(machine, id)?;
    socket.groups.insert(group);
    let net = socket.net;
    machine.net_mut(net)?.join(group, id);
    Ok(())
}

fn leave(machine: &mut Machine, id: SocketId, group: u32) -> Result<(), Errno> {
    let socket = socket_mut(machine, id)?;
    socket.groups.remove(&group);
    let net = socket.net;
    machine.net_mut(net)?.leave(group, id);
    Ok(())
}

/// Returns the port, 0 before it has one.
pub(crate) fn port(machine: &Machine, id: SocketId) -> Result<u32, Errno> {
    Ok(socket(machine, id)?.port)
}

/// Sets an option.
#[doc(alias = "netlink_setsockopt")]
pub(crate) fn set_option(
    machine: &mut Machine,
    id: SocketId,
    caller: Caller,
    option: SocketOption,
) -> Result<(), Errno> {
    match option {
        SocketOption::Join(group) | SocketOption::Leave(group)
            if group == 0 || group > LAST_GROUP =>
        {
            return Err(Errno::EINVAL);
        }
        SocketOption::Join(group) => return join(machine, id, group),
        SocketOption::Leave(group) => return leave(machine, id, group),
        _ => {}
    }
    let socket = socket_mut(machine, id)?;
    match option {
        SocketOption::StrictChecking(on) => socket.strict_checking = on,
        SocketOption::ExtendedAck(on) => socket.extended_ack = on,
        SocketOption::CappedAck(on) => socket.capped_ack = on,
        SocketOption::NoOverflowError(on) => socket.queue.ignore_overflow(on),
        SocketOption::ReceiveBuffer(bytes) => {
            let forced = caller.must_be_admin().is_ok();
            let bytes = if forced { bytes } else { bytes.min(RECEIVE_BUFFER_MAXIMUM) };
            // Twice what was asked for, since bookkeeping counts too.
            let limit = usize::try_from(bytes).unwrap_or(usize::MAX).saturating_mul(2);
            socket.queue.set_limit(limit.max(RECEIVE_BUFFER_MINIMUM));
        }
        _ => return Err(Errno::ENOPROTOOPT),
    }
    Ok(())
}

/// Takes a datagram, whose messages are then carried out in order; one whose length is wrong ends it
/// in silence.
#[doc(alias = "netlink_sendmsg")]
pub(crate) fn accept(machine: &mut Machine, id: SocketId, datagram: &[u8]) -> Result<(), Errno> {
    if datagram.is_empty() {
        return Err(Errno::ENODATA);
    }
    if socket(machine, id)?.port == 0 {
        insert_port(machine, id, 0)?;
    }
    if datagram.len() > SEND_BUFFER - 32 {
        return Err(Errno::EMSGSIZE);
    }
    Ok(())
}

/// Carries out one message of a datagram.
#[doc(alias = "netlink_rcv_skb")]
pub(crate) fn carry_out(
    machine: &mut Machine,
    id: SocketId,
    sender: Caller,
    message: &Message<'_>,
) -> Result<(), Errno> {
    let NetlinkSocket { net, opener, .. } = *socket(machine, id)?;
    // A change must be allowed to whoever opened the socket and to whoever sends.
    let caller = Caller { net, capabilities: opener & sender.capabilities };
    let mut extended = rtnetlink::Extended::of(machine.release);
    let flags = message.flags();
    let control = message.kind().0 < MessageType::NEWLINK.0;
    let answer = if flags.contains(MessageFlags::REQUEST) && !control {
        rtnetlink::receive(machine, id, caller, message, &mut extended)
    } else {
        Ok(rtnetlink::Answer::Acknowledge)
    };
    match answer {
        // A dump ends with its own message.
        Ok(rtnetlink::Answer::Dump) => Ok(()),
        Ok(rtnetlink::Answer::Acknowledge) if !flags.contains(MessageFlags::ACK) => Ok(()),
        Ok(rtnetlink::Answer::Acknowledge) => acknowledge(machine, id, message, None, &extended),
        Err(errno) => acknowledge(machine, id, message, Some(errno), &extended),
    }
}

/// Refuses a message that was not looked at.
pub(crate) fn refuse(
    machine: &mut Machine,
    id: SocketId,
    message: &Message<'_>,
    errno: Errno,
) -> Result<(), Errno> {
    acknowledge(machine, id, message, Some(errno), &rtnetlink::Extended::default())
}

/// Marks the dumps that are half read as interrupted.
pub(crate) fn interrupt_dumps(machine: &mut Machine) {
    for dump in machine.sockets.values_mut().filter_map(|socket| socket.dump.as_mut()) {
        dump.interrupt();
    }
}

/// Answers a message with its outcome.
#[doc(alias = "netlink_ack")]
fn acknowledge(
    machine: &mut Machine,
    id: SocketId,
    message: &Message<'_>,
    errno: Option<Errno>,
    extended: &rtnetlink::Extended,
) -> Result<(), Errno> {
    let socket = socket_mut(machine, id)?;
    // Of a message that failed all is repeated, with the padding that it lacks.
    let payload = (errno.is_some() && !socket.capped_ack).then(|| {
        let mut payload = message.payload().to_vec();
        payload.resize(payload.len().next_multiple_of(4), 0);
        payload
    });
    let echo = payload.as_deref();
    let told = match socket.extended_ack {
        true => extended.ack(errno.is_some()),
        false => ExtendedAck::default(),
    };
    let number = errno.map_or(0, |errno| errno.number().unsigned_abs() as u16);
    let mut header = *message.header();
    header.flags = extended.changed_flags.unwrap_or(header.flags);
    let mut encoder = Encoder::new();
    // No request is so long that its answer could not be written.
    if encode_error(&mut encoder, &header, echo, number, &told, socket.port).is_ok() {
        socket.queue.push(encoder.into_bytes().into(), 0);
    }
    Ok(())
}

/// Sends an answer to a socket.
#[doc(alias = "rtnl_unicast")]
pub(crate) fn unicast(machine: &mut Machine, id: SocketId, bytes: Vec<u8>) {
    if let Ok(socket) = socket_mut(machine, id) {
        socket.queue.push(bytes.into(), 0);
    }
}

/// Returns whether anybody would see a notification.
pub(crate) fn has_listeners(machine: &Machine, net: NetId, group: Group) -> bool {
    machine.net(net).is_ok_and(|net| net.members(group.0).next().is_some())
}

/// Sends to all members of a group, if it has any, the notification that `write` makes.
pub(crate) fn announce(
    machine: &mut Machine,
    net: NetId,
    group: Group,
    write: impl FnOnce(&Machine, &mut Encoder) -> Result<(), EncodeError>,
) {
    if !has_listeners(machine, net, group) {
        return;
    }
    let mut encoder = Encoder::new();
    if write(machine, &mut encoder).is_ok() {
        notify(machine, net, group, None, encoder.into_bytes());
    }
}

/// Sends a notification to all members of a group, and to the port that asked for an echo.
#[doc(alias("nlmsg_notify", "rtnl_notify"))]
pub(crate) fn notify(
    machine: &mut Machine,
    net_id: NetId,
    group: Group,
    echo_to: Option<u32>,
    bytes: Vec<u8>,
) {
    let Ok(net) = machine.net(net_id) else { return };
    let requester = echo_to.and_then(|port| net.ports.get(&port).copied());
    // A requester has its echo alone. A socket without a port hears nothing: it passes for the kernel,
    // whose port is 0, and which does not tell itself.
    let excluded = echo_to.unwrap_or(0);
    let members: Vec<SocketId> = net
        .members(group.0)
        .filter(|member| port(machine, *member).is_ok_and(|port| port != excluded))
        .collect();
    if machine.loses_notifications {
        for member in members {
            if let Ok(socket) = socket_mut(machine, member) {
                socket.queue.overflow();
            }
        }
        return;
    }
    let bytes: Arc<[u8]> = bytes.into();
    for member in members {
        if let Ok(socket) = socket_mut(machine, member) {
            socket.queue.push(Arc::clone(&bytes), group.0);
        }
    }
    if let Some(requester) = requester
        && let Ok(socket) = socket_mut(machine, requester)
    {
        socket.queue.push(bytes, 0);
    }
}

/// Receives a datagram, and lets a dump go on that waited for room.
#[doc(alias = "netlink_recvmsg")]
pub(crate) fn receive(
    machine: &mut Machine,
    id: SocketId,
    buffer: &mut [u8],
    how: Receive,
) -> Result<Received, Errno> {
    let socket = socket_mut(machine, id)?;
    let datagram = if how.peek { socket.queue.peek() } else { socket.queue.pop() }?;
    socket.longest_receive = socket.longest_receive.max(buffer.len()).min(dump::LONGEST);
    let copied = datagram.bytes.len().min(buffer.len());
    for (to, from) in buffer.iter_mut().zip(datagram.bytes.iter()) {
        *to = *from;
    }
    let groups = match datagram.group {
        0 => 0,
        group => 1_u32.checked_shl(group - 1).unwrap_or(0),
    };
    let length = datagram.bytes.len();
    dump::go_on(machine, id)?;
    socket_mut(machine, id)?.queue.wake();
    Ok(Received { copied, length, sender: 0, groups })
}
