//! Which code answers which message (`net/core/rtnetlink.c`), and the messages about devices.

mod af_spec;
mod dump_request;
mod every_family;
mod link;
mod nsid;
mod policy;
mod texts;

pub(crate) use dump_request::DumpRequest;
pub(crate) use link::{
    Arrival, LinkTable, configure_link, event, message_of_link_gone, notify_link, notify_port,
    parse_link_attributes, prepare_link, send_link_gone,
};
pub(crate) use nsid::{forget_net, known_number, number_of_net};
pub(crate) use policy::{
    Policy, Rule, check_one, parse, parse_nested, parse_question, parse_strictly,
};

use crate::af_netlink::{self, SocketId, Walk};
use crate::caller::Caller;
use crate::dev::Cause;
use crate::machine::Machine;
use crate::release::Release;
use crate::{addrconf, devinet, fib_frontend, fib_rules, igmp, ip6_fib, mcast, neighbour, route};
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::Family;
use ifctl_kernel::Errno;
use ifctl_netlink::{ExtendedAck, Message};
use std::borrow::Cow;

/// `RTM_MAX`.
const LAST_TYPE: u16 = 123;

/// What an extended acknowledgement says beside the errno.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[doc(alias = "netlink_ext_ack")]
pub(crate) struct Extended {
    /// The release that says it.
    release: Release,
    pub(crate) text: Option<Cow<'static, str>>,
    /// Where in the request the attribute stands that is wrong.
    pub(crate) offset: Option<u32>,
    /// The number of an attribute that lacks.
    pub(crate) missing: Option<u32>,
    /// The flags that the request has now, of which the acknowledgement repeats the header.
    pub(crate) changed_flags: Option<MessageFlags>,
    /// What the attribute should have been like, in the kernel's own description.
    pub(crate) policy: Option<Vec<u8>>,
}

impl Extended {
    /// Returns one that says nothing yet, as this release.
    pub(crate) fn of(release: Release) -> Self {
        Self { release, ..Self::default() }
    }

    /// Returns it for a message: what does not say why a request failed is a text alone.
    #[doc(alias = "netlink_ack_tlv_fill")]
    pub(crate) fn ack(&self, failed: bool) -> ExtendedAck<'_> {
        ExtendedAck {
            text: self.text.as_deref().filter(|text| self.is_said(text)).map(str::as_bytes),
            offset: self.offset.filter(|_| failed),
            missing_kind: self.missing.filter(|_| failed),
            policy: self.policy.as_deref().filter(|_| failed),
            ..ExtendedAck::default()
        }
    }

    /// Returns the release that says it.
    pub(crate) fn release(&self) -> Release {
        self.release
    }

    fn is_said(&self, text: &str) -> bool {
        texts::is_said(self.release, text)
    }

    /// Sets the text.
    pub(crate) fn say(&mut self, text: impl Into<Cow<'static, str>>) {
        self.text = Some(text.into());
    }

    /// Sets the text and the place, and returns the errno that goes with them.
    pub(crate) fn refuse(
        &mut self,
        errno: Errno,
        text: impl Into<Cow<'static, str>>,
        offset: Option<usize>,
    ) -> Errno {
        self.say(text);
        self.offset = offset.and_then(|offset| u32::try_from(offset).ok());
        errno
    }
}

/// A request.
pub(crate) struct Request<'a, 'm> {
    pub(crate) socket: SocketId,
    pub(crate) caller: Caller,
    pub(crate) message: &'a Message<'m>,
    pub(crate) extended: &'a mut Extended,
    /// What notifications of its effects are to say.
    pub(crate) cause: Cause,
    /// The socket checks dump requests strictly.
    pub(crate) strict: bool,
}

impl<'m> Request<'_, 'm> {
    /// Returns whether a flag of the message header is set.
    pub(crate) fn has(&self, flag: MessageFlags) -> bool {
        self.message.flags().contains(flag)
    }

    /// Refuses the request with a text.
    pub(crate) fn refuse(&mut self, errno: Errno, text: &'static str) -> Errno {
        self.extended.refuse(errno, text, None)
    }
}

/// How a request is answered that is not refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// With an acknowledgement, where one was asked for.
    Acknowledge,
    /// With a dump, which has an end of its own.
    Dump,
}

type Handler = fn(&mut Machine, &mut Request<'_, '_>) -> Result<(), Errno>;
type DumpHandler = fn(&mut Machine, &mut Request<'_, '_>) -> Result<Box<dyn Walk>, Errno>;

/// Returns the code for a message of this family, if that family has its own.
fn handler(kind: MessageType, family: Family) -> Option<Handler> {
    use MessageType as M;
    Some(match (family, kind) {
        (Family::UNSPEC, M::NEWLINK) => link::new_link,
        (Family::UNSPEC, M::DELLINK) => link::delete_link,
        (Family::UNSPEC, M::GETLINK) => link::get_link,
        (Family::UNSPEC, M::SETLINK) => link::set_link,
        (Family::UNSPEC, M::NEWLINKPROP) => link::new_link_property,
        (Family::UNSPEC, M::DELLINKPROP) => link::delete_link_property,
        (Family::UNSPEC, M::NEWRULE) => fib_rules::new_rule,
        (Family::UNSPEC, M::DELRULE) => fib_rules::delete_rule,
        (Family::UNSPEC, M::NEWNEIGH) => neighbour::add,
        (Family::UNSPEC, M::DELNEIGH) => neighbour::delete,
        (Family::UNSPEC, M::GETNEIGH) => neighbour::get,
        (Family::INET, M::NEWADDR) => devinet::new_address,
        (Family::INET, M::DELADDR) => devinet::delete_address,
        (Family::INET, M::NEWROUTE) => fib_frontend::new_route,
        (Family::INET, M::DELROUTE) => fib_frontend::delete_route,
        (Family::INET, M::GETROUTE) => route::get_route,
        (Family::INET, M::GETNETCONF) => devinet::get_netconf,
        (Family::INET6, M::NEWADDR) => addrconf::new_address,
        (Family::INET6, M::DELADDR) => addrconf::delete_address,
        (Family::INET6, M::GETADDR) => addrconf::get_address,
        (Family::INET6, M::NEWROUTE) => ip6_fib::new_route,
        (Family::INET6, M::DELROUTE) => ip6_fib::delete_route,
        (Family::INET6, M::GETROUTE) => ip6_fib::get_route,
        (Family::INET6, M::GETNETCONF) => addrconf::get_netconf,
        _ => return None,
    })
}

/// Returns the code for a dump of this family, if that family has its own.
fn dump_handler(release: Release, kind: MessageType, family: Family) -> Option<DumpHandler> {
    use MessageType as M;
    if (family, kind) == (Family::INET, M::GETMULTICAST) && release < Release::V6_18 {
        return None;
    }
    Some(match (family, kind) {
        (Family::UNSPEC, M::GETLINK) => link::dump,
        (Family::BRIDGE, M::GETLINK) => link::dump_bridge_ports,
        (Family::UNSPEC, M::GETADDR | M::GETROUTE | M::GETNETCONF) => every_family::dump,
        (Family::UNSPEC, M::GETRULE) => fib_rules::dump,
        (Family::UNSPEC, M::GETNEIGH) => neighbour::dump,
        (Family::INET, M::GETADDR) => devinet::dump,
        (Family::INET, M::GETMULTICAST) => igmp::dump,
        (Family::INET, M::GETROUTE) => fib_frontend::dump,
        (Family::INET, M::GETNETCONF) => devinet::dump_netconf,
        (Family::INET6, M::GETLINK) => addrconf::dump_links,
        (Family::INET6, M::GETADDR) => addrconf::dump,
        (Family::INET6, M::GETMULTICAST) => mcast::dump_groups,
        (Family::INET6, M::GETANYCAST) => mcast::dump_anycasts,
        (Family::INET6, M::GETROUTE) => ip6_fib::dump,
        (Family::INET6, M::GETNETCONF) => addrconf::dump_netconf,
        _ => return None,
    })
}

/// Carries out one message.
#[doc(alias = "rtnetlink_rcv_msg")]
pub(crate) fn receive(
    machine: &mut Machine,
    socket: SocketId,
    caller: Caller,
    message: &Message<'_>,
    extended: &mut Extended,
) -> Result<Answer, Errno> {
    let kind = message.kind();
    if kind.0 > LAST_TYPE {
        return Err(Errno::EOPNOTSUPP);
    }
    let Some(family) = message.payload().first().copied().map(Family) else {
        return Ok(Answer::Acknowledge);
    };
    let is_get = kind.0 % 4 == 2;
    if !is_get {
        caller.must_be_admin()?;
    }
    let port = af_netlink::port(machine, socket)?;
    let strict = machine.sockets.get(&socket).is_some_and(|socket| socket.strict_checking);
    let echo = message.flags().contains(MessageFlags::ECHO);
    let cause = match kind {
        // Of a device's beginning and end all were told alike before Linux 6.2.
        MessageType::NEWLINK | MessageType::DELLINK if machine.release < Release::V6_12 => {
            Cause::NONE
        }
        _ => Cause { port, sequence: message.sequence(), echo },
    };
    let mut request = Request { socket, caller, message, extended, cause, strict };
    if is_get && message.flags().intersects(MessageFlags::DUMP) {
        let handler = dump_handler(machine.release, kind, family)
            .or_else(|| dump_handler(machine.release, kind, Family::UNSPEC))
            .ok_or(Errno::EOPNOTSUPP)?;
        let shortest =
            if kind == MessageType::GETLINK { link::longest(machine, &request) } else { 0 };
        let walk = handler(machine, &mut request)?;
        af_netlink::start_dump(machine, socket, *message.header(), shortest, walk)?;
        return Ok(Answer::Dump);
    }
    let handler =
        handler(kind, family).or_else(|| handler(kind, Family::UNSPEC)).ok_or(Errno::EOPNOTSUPP)?;
    let is_delete = kind.0 % 4 == 1;
    if is_delete && message.flags().contains(MessageFlags::BULK) {
        return Err(request.refuse(Errno::EOPNOTSUPP, "Bulk delete is not supported"));
    }
    handler(machine, &mut request)?;
    Ok(Answer::Acknowledge)
}
