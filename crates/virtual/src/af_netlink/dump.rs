//! Listings that come piece by piece, as the reader makes room.

use super::{SocketId, socket, socket_mut};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::release::Release;
use crate::rtnetlink::Extended;
use ifctl_abi::netlink::{MessageFlags, MessageType, NetlinkHeader};
use ifctl_kernel::Errno;
use ifctl_netlink::{EncodeError, Encoder, ExtendedAck, Head, encode_done};

/// The room of a first piece: a page without the kernel's own part.
#[doc(alias = "NLMSG_GOODSIZE")]
const SHORTEST: usize = 3776;

/// The room of the longest piece.
pub(super) const LONGEST: usize = 32_448;

/// The bytes of a message that ends a dump.
const DONE_LENGTH: usize = 20;

/// A listing that is not read to its end.
pub(crate) struct Dump {
    request: NetlinkHeader,
    net: NetId,
    walk: Box<dyn Walk>,
    shortest: usize,
    /// Flags of every answer.
    flags: MessageFlags,
    /// The state of what is listed when the last message was written.
    generation: Option<u32>,
    /// The next message is to say that something changed: a test wants it so.
    interrupted: bool,
    outcome: Option<Result<(), Errno>>,
    extended: Extended,
}

impl Dump {
    /// Has the next message say that what is listed changed.
    pub(super) fn interrupt(&mut self) {
        self.interrupted = true;
    }
}

/// What a piece of a dump ended with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// There is more than fitted.
    Full,
    /// That was all; the end may come in the same datagram.
    Complete,
    /// That was all; the end comes in a datagram of its own, unless this one is empty.
    CompleteAlone,
}

/// Lists something, and remembers where it stopped.
pub(crate) trait Walk: Send {
    /// Writes as many messages as there is room for, from where the last piece ended.
    fn fill(
        &mut self,
        machine: &Machine,
        net: NetId,
        writer: &mut DumpWriter<'_>,
    ) -> Result<Progress, Errno>;
}

/// Where a dump's messages go.
pub(crate) struct DumpWriter<'a> {
    encoder: Encoder,
    request: NetlinkHeader,
    port: u32,
    flags: MessageFlags,
    /// The generation of what is listed now, if dumps of it notice changes.
    now: Option<u32>,
    generation: &'a mut Option<u32>,
    interrupted: &'a mut bool,
    pub(crate) extended: &'a mut Extended,
}

/// There is no more room in a piece of a dump.
#[derive(Debug)]
pub(crate) struct NoRoom;

impl DumpWriter<'_> {
    /// States the generation of what is listed; 0 counts as none.
    #[doc(alias = "nl_dump_check_consistent")]
    pub(crate) fn set_generation(&mut self, generation: u32) {
        self.now = Some(generation);
    }

    /// Forgets the generation: something else is listed from here on.
    pub(crate) fn reset_generation(&mut self) {
        self.now = None;
        *self.generation = None;
    }

    /// Returns whether nothing was written yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.encoder.is_empty()
    }

    /// Sets further flags for each answer: that a filter was honoured.
    pub(crate) fn add_flags(&mut self, flags: MessageFlags) {
        self.flags |= flags;
    }

    /// Writes one message, if there is room for it.
    pub(crate) fn put(
        &mut self,
        kind: MessageType,
        write: impl FnOnce(Head, &mut Encoder) -> Result<(), EncodeError>,
    ) -> Result<(), NoRoom> {
        let interrupted = self.interruption();
        let flags = MessageFlags::MULTI | self.flags | interrupted;
        let head = Head::answer(&self.request, kind, flags, self.port);
        write(head, &mut self.encoder).map_err(|_| NoRoom)?;
        self.seen();
        Ok(())
    }

    fn interruption(&self) -> MessageFlags {
        match (*self.generation, self.now) {
            (Some(then), Some(now)) if then != 0 && then != now => MessageFlags::DUMP_INTR,
            _ if *self.interrupted => MessageFlags::DUMP_INTR,
            _ => MessageFlags::empty(),
        }
    }

    fn seen(&mut self) {
        *self.interrupted = false;
        if self.now.is_some() {
            *self.generation = self.now;
        }
    }
}

/// Starts a listing, and makes its first piece.
#[doc(alias = "netlink_dump_start")]
pub(crate) fn start(
    machine: &mut Machine,
    id: SocketId,
    request: NetlinkHeader,
    shortest: usize,
    walk: Box<dyn Walk>,
) -> Result<(), Errno> {
    let release = machine.release;
    let socket = socket_mut(machine, id)?;
    if socket.dump.is_some() {
        return Err(Errno::EBUSY);
    }
    socket.dump = Some(Dump {
        request,
        net: socket.net,
        walk,
        shortest: shortest.max(SHORTEST),
        flags: MessageFlags::empty(),
        generation: None,
        interrupted: false,
        outcome: None,
        extended: Extended::of(release),
    });
    piece(machine, id)
}

/// Makes the next piece, if a dump waits and there is room for it.
pub(super) fn go_on(machine: &mut Machine, id: SocketId) -> Result<(), Errno> {
    let socket = socket(machine, id)?;
    if socket.dump.is_some() && socket.queue.is_half_empty() {
        piece(machine, id)?;
    }
    Ok(())
}

/// Makes one datagram of a dump, with its end if that fits.
#[doc(alias = "netlink_dump")]
fn piece(machine: &mut Machine, id: SocketId) -> Result<(), Errno> {
    let socket = socket_mut(machine, id)?;
    let (port, told) = (socket.port, socket.extended_ack);
    let longest = socket.longest_receive;
    let Some(mut dump) = socket.dump.take() else { return Ok(()) };
    let room = dump.shortest.max(longest);
    let mut writer = DumpWriter {
        encoder: Encoder::with_limit(room),
        request: dump.request,
        port,
        flags: dump.flags,
        now: None,
        generation: &mut dump.generation,
        interrupted: &mut dump.interrupted,
        extended: &mut dump.extended,
    };
    let mut alone = false;
    if dump.outcome.is_none() {
        let progress = dump.walk.fill(machine, dump.net, &mut writer);
        let empty = writer.encoder.is_empty();
        dump.outcome = match progress {
            // Not even one message fitted.
            Ok(Progress::Full) if empty => Some(Err(Errno::EMSGSIZE)),
            Ok(Progress::Full) => None,
            // Older kernels end all lists so.
            Ok(Progress::Complete) if machine.release >= Release::V6_12 => Some(Ok(())),
            Ok(Progress::Complete | Progress::CompleteAlone) => {
                alone = !empty;
                Some(Ok(()))
            }
            Err(errno) => Some(Err(errno)),
        };
    }
    dump.flags = writer.flags;
    let fits = writer.encoder.as_bytes().len() + DONE_LENGTH <= room;
    let interrupted = writer.interruption();
    writer.seen();
    let mut encoder = writer.encoder;
    let ended = match dump.outcome {
        Some(outcome) if fits && !alone => {
            let errno = outcome.err().map_or(0, |errno| errno.number().unsigned_abs() as u16);
            let ack =
                if told { dump.extended.ack(outcome.is_err()) } else { ExtendedAck::default() };
            let flags = dump.flags | interrupted;
            encode_done(&mut encoder, &dump.request, flags, errno, &ack, port).is_ok()
        }
        _ => false,
    };
    let socket = socket_mut(machine, id)?;
    socket.queue.push(encoder.into_bytes().into(), 0);
    if !ended {
        socket.dump = Some(dump);
    }
    Ok(())
}
