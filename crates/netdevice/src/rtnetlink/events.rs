//! Changes, as they happen.

use super::connection::{QUEUE, malformed};
use super::{Rtnetlink, connection};
use crate::{Address, Device, Neighbour, Refusal, Result, Route, Snapshot, SnapshotParts};
use ifctl_abi::netlink::MessageType;
use ifctl_abi::rtnetlink::Group;
use ifctl_abi::{Family, SocketType};
use ifctl_kernel::{Errno, Kernel, Receive, Socket, SocketOption};
use ifctl_netlink::{
    AddressMessage, LinkMessage, Message, Messages, NeighbourMessage, RouteMessage,
};
use std::collections::VecDeque;
use std::os::fd::BorrowedFd;

/// The kernel's events are at most this long, as its dumps are.
const BUFFER: usize = 32 * 1024;

/// How many datagrams are thrown away at most when a queue has overflowed. What is left is seen after
/// the snapshot, in order, and so ends in the same state.
const DRAINED: usize = 1 << 16;

/// What to be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subscription {
    /// Devices.
    #[doc(alias = "RTNLGRP_LINK")]
    pub devices: bool,
    /// IPv4 addresses.
    #[doc(alias = "RTNLGRP_IPV4_IFADDR")]
    pub ipv4_addresses: bool,
    /// IPv6 addresses.
    #[doc(alias = "RTNLGRP_IPV6_IFADDR")]
    pub ipv6_addresses: bool,
    /// IPv4 routes. Those that go when a device goes down go in silence.
    #[doc(alias = "RTNLGRP_IPV4_ROUTE")]
    pub ipv4_routes: bool,
    /// IPv6 routes.
    #[doc(alias = "RTNLGRP_IPV6_ROUTE")]
    pub ipv6_routes: bool,
    /// Neighbours.
    #[doc(alias = "RTNLGRP_NEIGH")]
    pub neighbours: bool,
}

impl Subscription {
    /// Nothing.
    pub const NONE: Self = Self {
        devices: false,
        ipv4_addresses: false,
        ipv6_addresses: false,
        ipv4_routes: false,
        ipv6_routes: false,
        neighbours: false,
    };
    /// Devices and addresses.
    pub const ADDRESSES: Self =
        Self { devices: true, ipv4_addresses: true, ipv6_addresses: true, ..Self::NONE };
    /// Devices, addresses, routes and neighbours.
    pub const ALL: Self =
        Self { ipv4_routes: true, ipv6_routes: true, neighbours: true, ..Self::ADDRESSES };

    fn groups(self) -> impl Iterator<Item = Group> {
        [
            (self.devices, Group::LINK),
            (self.ipv4_addresses, Group::IPV4_IFADDR),
            (self.ipv6_addresses, Group::IPV6_IFADDR),
            (self.ipv4_routes, Group::IPV4_ROUTE),
            (self.ipv6_routes, Group::IPV6_ROUTE),
            (self.neighbours, Group::NEIGH),
        ]
        .into_iter()
        .filter_map(|(is_wanted, group)| is_wanted.then_some(group))
    }

    /// Returns what of a snapshot stands for the events that were lost.
    fn parts(self) -> SnapshotParts {
        SnapshotParts {
            addresses: true,
            routes: self.ipv4_routes || self.ipv6_routes,
            neighbours: self.neighbours,
        }
    }
}

/// Something that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A device was made or changed: as it is now.
    #[doc(alias = "RTM_NEWLINK")]
    Device(Box<Device>),
    /// A device was deleted or left the namespace: as it was.
    #[doc(alias = "RTM_DELLINK")]
    DeviceDeleted(Box<Device>),
    /// An address was added or changed: as it is now.
    #[doc(alias = "RTM_NEWADDR")]
    Address(Address),
    /// An address was deleted.
    #[doc(alias = "RTM_DELADDR")]
    AddressDeleted(Address),
    /// A route was added or replaced.
    #[doc(alias = "RTM_NEWROUTE")]
    Route(Box<Route>),
    /// A route was deleted.
    #[doc(alias = "RTM_DELROUTE")]
    RouteDeleted(Box<Route>),
    /// A neighbour was added or changed: as it is now.
    #[doc(alias = "RTM_NEWNEIGH")]
    Neighbour(Neighbour),
    /// A neighbour was deleted.
    #[doc(alias = "RTM_DELNEIGH")]
    NeighbourDeleted(Neighbour),
    /// Events were lost, as they came quicker than they were read. This is how things are now; what is
    /// told after it may be in it already.
    ///
    /// This is as much work as the whole configuration is large: a program that wants to be gentle under
    /// a storm of changes waits a moment before it asks for the next event.
    Resynchronised(Box<Snapshot>),
}

/// A subscription to what changes.
///
/// The kernel tells of changes in their order, those of other programs and those of one's own. Where
/// its queue for this subscriber overflows it drops events, and says so once: then everything is read
/// anew, [`Event::Resynchronised`] tells it, and the events go on.
///
/// Listening needs no privilege.
///
/// ```no_run
/// use ifctl_netdevice::{Event, Events, Host, Subscription};
///
/// let mut events = Events::subscribe(&Host, Subscription::ADDRESSES)?;
/// println!("{} addresses", events.snapshot()?.addresses.len());
/// loop {
///     match events.next()? {
///         Event::Address(address) => println!("+ {}", address.local),
///         Event::AddressDeleted(address) => println!("- {}", address.local),
///         Event::Resynchronised(now) => println!("= {} addresses", now.addresses.len()),
///         _ => {}
///     }
/// }
/// # #[allow(unreachable_code, reason = "events have no end")]
/// # Ok::<(), ifctl_netdevice::Error>(())
/// ```
///
/// See rtnetlink(7) and netlink(7).
pub struct Events {
    socket: Box<dyn Socket>,
    reader: Rtnetlink,
    subscription: Subscription,
    buffer: Vec<u8>,
    pending: VecDeque<Event>,
    /// Whether a snapshot is owed: events were lost or could not be understood, and it was not read yet.
    is_behind: bool,
}

impl Events {
    /// Subscribes to changes in the namespace that this kernel is seen from.
    ///
    /// A [`snapshot`](Self::snapshot) taken after this misses nothing: what changes after it is told.
    ///
    /// # Errors
    ///
    /// Those of socket(2) and bind(2), and of joining a group.
    #[doc(alias = "NETLINK_ADD_MEMBERSHIP")]
    pub fn subscribe(kernel: &dyn Kernel, subscription: Subscription) -> Result<Self> {
        let reader = Rtnetlink::open(kernel)?;
        let socket = kernel
            .socket(Family::NETLINK, SocketType::RAW, 0)
            .map_err(|errno| Refusal::new("socket", "rtnetlink", errno))?;
        // A socket without a port would be taken for the kernel, port 0, which is not told of its own
        // changes.
        socket.bind(0, 0).map_err(|errno| Refusal::new("bind", "rtnetlink", errno))?;
        // A change of many addresses is as many events; that the queue is long is a wish.
        let _ = socket.set_option(SocketOption::ReceiveBuffer(QUEUE));
        for group in subscription.groups() {
            socket
                .set_option(SocketOption::Join(group.0))
                .map_err(|errno| Refusal::new("NETLINK_ADD_MEMBERSHIP", group, errno))?;
        }
        Ok(Self {
            socket,
            reader,
            subscription,
            buffer: vec![0; BUFFER],
            pending: VecDeque::new(),
            is_behind: false,
        })
    }

    /// Limits the queue of events not yet read to so many bytes; see
    /// [`Rtnetlink::set_receive_queue`]. It is 1 MiB at first, or what the system's maximum leaves of it;
    /// a long queue overflows later.
    ///
    /// # Errors
    ///
    /// Those of setsockopt(2).
    #[doc(alias("SO_RCVBUF", "SO_RCVBUFFORCE"))]
    pub fn set_receive_queue(&mut self, bytes: u32) -> Result<()> {
        self.socket
            .set_option(SocketOption::ReceiveBuffer(bytes))
            .map_err(|errno| Refusal::new("setsockopt", "SO_RCVBUF", errno).into())
    }

    /// Returns the devices and addresses, and the routes and neighbours if they are subscribed to, as they
    /// are now.
    ///
    /// # Errors
    ///
    /// As [`Snapshot::take`].
    pub fn snapshot(&mut self) -> Result<Snapshot> {
        Snapshot::read(&mut self.reader, self.subscription.parts())
    }

    /// Returns the next event, and waits for it.
    ///
    /// # Errors
    ///
    /// What reading the socket or a snapshot anew gives. `EAGAIN` from a kernel that is a model and has
    /// no event. [`Error::Malformed`](crate::Error::Malformed) for an event that cannot be understood,
    /// after which [`Event::Resynchronised`] comes.
    #[expect(clippy::should_implement_trait, reason = "it has no end, and may fail")]
    pub fn next(&mut self) -> Result<Event> {
        loop {
            if let Some(event) = self.receive(Receive::WAIT)? {
                return Ok(event);
            }
        }
    }

    /// Returns the next event if there is one.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next).
    pub fn try_next(&mut self) -> Result<Option<Event>> {
        loop {
            match self.receive(Receive::NOW) {
                Ok(None) => {}
                Err(error) if error.errno() == Some(Errno::EAGAIN) => return Ok(None),
                other => return other,
            }
        }
    }

    /// Returns the descriptor to poll for reading; `None` from a kernel that is a model.
    ///
    /// When it is readable, call [`try_next`](Self::try_next) until it gives nothing: one read can
    /// bring several events.
    pub fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        self.socket.descriptor()
    }

    /// Returns an event, `None` where what was received holds none.
    fn receive(&mut self, how: Receive) -> Result<Option<Event>> {
        if let Some(event) = self.pending.pop_front() {
            return Ok(Some(event));
        }
        if self.is_behind {
            return self.resynchronise().map(Some);
        }
        let received = match self.socket.receive(&mut self.buffer, how) {
            Ok(received) => received,
            Err(Errno::ENOBUFS) => return self.resynchronise().map(Some),
            Err(errno) => return Err(Refusal::new("recv", "rtnetlink", errno).into()),
        };
        if received.sender != 0 {
            return Ok(None);
        }
        if received.is_truncated() {
            return self.resynchronise().map(Some);
        }
        let datagram = self.buffer.get(..received.copied).unwrap_or_default();
        let outcome = Messages::new(datagram).try_for_each(|message| {
            self.pending.extend(event(&message.map_err(malformed("rtnetlink event"))?)?);
            Ok(())
        });
        // What else was in the datagram is lost with what could not be read.
        self.is_behind = outcome.is_err();
        outcome.map(|()| self.pending.pop_front())
    }

    /// Throws away what is queued, which is older than what is read now, and reads everything anew.
    fn resynchronise(&mut self) -> Result<Event> {
        self.is_behind = true;
        self.pending.clear();
        for _ in 0..DRAINED {
            match self.socket.receive(&mut self.buffer, Receive::NOW) {
                // While the queue is not empty the kernel adds nothing to one that overflowed.
                Ok(_) | Err(Errno::ENOBUFS) => {}
                Err(_) => break,
            }
        }
        let snapshot = self.snapshot()?;
        self.is_behind = false;
        Ok(Event::Resynchronised(Box::new(snapshot)))
    }
}

/// Returns the event that a message tells of, `None` for one that is not about this model's things.
fn event(message: &Message<'_>) -> Result<Option<Event>> {
    let malformed = || connection::malformed("rtnetlink event");
    Ok(match message.kind() {
        MessageType::NEWLINK | MessageType::DELLINK => {
            let link = LinkMessage::parse(message).map_err(malformed())?;
            // A bridge tells of its ports in messages of its own family.
            if link.family() != ifctl_abi::rtnetlink::Family::UNSPEC {
                return Ok(None);
            }
            let device = Box::new(Device::from_message(&link)?);
            Some(match message.kind() {
                MessageType::NEWLINK => Event::Device(device),
                _ => Event::DeviceDeleted(device),
            })
        }
        MessageType::NEWADDR | MessageType::DELADDR => {
            let address = AddressMessage::parse(message).map_err(malformed())?;
            let address = Address::from_message(&address)?;
            Some(match message.kind() {
                MessageType::NEWADDR => Event::Address(address),
                _ => Event::AddressDeleted(address),
            })
        }
        MessageType::NEWROUTE | MessageType::DELROUTE => {
            let route = RouteMessage::parse(message).map_err(malformed())?;
            let route = Box::new(Route::from_message(&route)?);
            Some(match message.kind() {
                MessageType::NEWROUTE => Event::Route(route),
                _ => Event::RouteDeleted(route),
            })
        }
        MessageType::NEWNEIGH | MessageType::DELNEIGH => {
            let neighbour = NeighbourMessage::parse(message).map_err(malformed())?;
            Neighbour::from_message(&neighbour).map(|neighbour| match message.kind() {
                MessageType::NEWNEIGH => Event::Neighbour(neighbour),
                _ => Event::NeighbourDeleted(neighbour),
            })
        }
        _ => None,
    })
}
