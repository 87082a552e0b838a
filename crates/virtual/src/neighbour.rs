//! Neighbours: hardware addresses for protocol addresses, by device (`net/core/neighbour.c`).

mod message;
mod saved;

pub(crate) use message::{add, delete, dump, get};

use crate::af_netlink;
use crate::dev::{Cause, DeviceId, HardwareAddress};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::release::Release;
use crate::{arp, ndisc};
use ifctl_abi::netlink::MessageType;
use ifctl_abi::rtnetlink::{
    Group, NeighbourExtendedFlags, NeighbourFlags, NeighbourState, RouteProtocol, RouteType,
};
use ifctl_kernel::Errno;
use ifctl_netlink::Head;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::ops::Bound;
use std::time::Duration;

/// The states in which the hardware address is known.
#[doc(alias = "NUD_VALID")]
pub(crate) const VALID: NeighbourState = CONNECTED
    .union(NeighbourState::PROBE)
    .union(NeighbourState::STALE)
    .union(NeighbourState::DELAY);

/// The states in which it is taken to be right.
#[doc(alias = "NUD_CONNECTED")]
const CONNECTED: NeighbourState =
    NeighbourState::PERMANENT.union(NeighbourState::NOARP).union(NeighbourState::REACHABLE);

/// An entry.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) state: NeighbourState,
    pub(crate) flags: NeighbourFlags,
    pub(crate) extended_flags: NeighbourExtendedFlags,
    pub(crate) kind: RouteType,
    pub(crate) address: HardwareAddress,
    pub(crate) protocol: RouteProtocol,
    pub(crate) confirmed: Duration,
    pub(crate) used: Duration,
    pub(crate) updated: Duration,
}

/// An address that is answered for on behalf of others.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Proxy {
    pub(crate) flags: NeighbourFlags,
    pub(crate) protocol: RouteProtocol,
    /// It stays when the device's carrier is lost.
    pub(crate) permanent: bool,
}

/// What an address is answered for on: a device, or all of them.
pub(crate) type ProxyKey = (IpAddr, Option<DeviceId>);

/// The entries of a namespace.
#[derive(Default)]
pub(crate) struct Table {
    entries: BTreeMap<(DeviceId, IpAddr), Entry>,
    pub(crate) proxies: BTreeMap<ProxyKey, Proxy>,
}

impl Table {
    /// Returns an entry.
    pub(crate) fn get(&self, id: DeviceId, address: IpAddr) -> Option<&Entry> {
        self.entries.get(&(id, address))
    }

    /// Returns who answers for an address on a device: who does so on all of them goes first.
    #[doc(alias = "pneigh_lookup")]
    fn proxy(&self, address: IpAddr, id: Option<DeviceId>) -> Option<(ProxyKey, Proxy)> {
        let keys = [(address, None), (address, id)];
        keys.into_iter().find_map(|key| Some((key, *self.proxies.get(&key)?)))
    }

    /// Returns all entries.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (DeviceId, IpAddr, &Entry)> {
        self.entries.iter().map(|((id, address), entry)| (*id, *address, entry))
    }

    /// Returns the entries from one on, by device and address.
    fn from(
        &self,
        first: Option<(DeviceId, IpAddr)>,
    ) -> impl Iterator<Item = (DeviceId, IpAddr)> + '_ {
        let first = first.map_or(Bound::Unbounded, Bound::Included);
        self.entries.range((first, Bound::Unbounded)).map(|(key, _)| *key)
    }
}

/// How an entry is to be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Update {
    /// Take another hardware address than the one that is known.
    #[doc(alias = "NEIGH_UPDATE_F_OVERRIDE")]
    pub(crate) overriding: bool,
    /// The neighbour was learned elsewhere.
    pub(crate) learned: bool,
    /// The neighbour is a router, or is not; `None` leaves that.
    #[doc(alias = "NEIGH_UPDATE_F_OVERRIDE_ISROUTER")]
    pub(crate) router: Option<bool>,
    /// Only start to use it.
    pub(crate) using: bool,
}

impl Update {
    /// What an administrator does without a word.
    pub(crate) const PLAIN: Self =
        Self { overriding: true, learned: false, router: None, using: false };
}

/// Returns the key that an address has in the table, and makes the entry, with these flags, if there is
/// none.
#[doc(alias("__neigh_create", "neigh_lookup_errno"))]
pub(crate) fn create(
    machine: &mut Machine,
    id: DeviceId,
    address: IpAddr,
    flags: NeighbourFlags,
) -> Result<IpAddr, Errno> {
    let (key, state, kind, hardware) = match address {
        IpAddr::V4(address) => arp::constructor(machine, id, address)?,
        IpAddr::V6(address) => ndisc::constructor(machine, id, address)?,
    };
    let (now, net) = (machine.now, machine.device(id)?.net);
    let entry = Entry {
        state,
        flags,
        extended_flags: NeighbourExtendedFlags::empty(),
        kind,
        address: hardware,
        protocol: RouteProtocol::default(),
        confirmed: now,
        used: now,
        updated: now,
    };
    machine.net_mut(net)?.neighbours.entries.entry((id, key)).or_insert(entry);
    Ok(key)
}

/// Changes the state and the hardware address of an entry. An administrator asks.
#[doc(alias = "__neigh_update")]
pub(crate) fn update(
    machine: &mut Machine,
    id: DeviceId,
    address: IpAddr,
    hardware: Option<HardwareAddress>,
    wanted: NeighbourState,
    how: Update,
    cause: Cause,
) -> Result<(), UpdateError> {
    let (now, net) = (machine.now, machine.device(id)?.net);
    let has_address = !machine.device(id)?.address.as_bytes().is_empty();
    let key = (id, address);
    let entries = &mut machine.net_mut(net)?.neighbours.entries;
    let entry = entries.get_mut(&key).ok_or(Errno::ENOENT)?;
    let old = entry.state;
    // Where the rest is refused the flag is changed all the same, and told.
    let mut answer = Ok(());
    let mut told = entry.flags.contains(NeighbourFlags::EXT_LEARNED) != how.learned;
    entry.flags.set(NeighbourFlags::EXT_LEARNED, how.learned);
    if how.using {
        entry.state = old.difference(NeighbourState::PERMANENT);
    } else if !wanted.intersects(VALID) {
        entry.state = wanted;
        let gave_up = NeighbourState::INCOMPLETE | NeighbourState::PROBE;
        // What the flags did does not count here.
        told = old.intersects(VALID)
            || old.intersects(gave_up) && wanted.contains(NeighbourState::FAILED);
    } else {
        let hardware = match hardware {
            _ if !has_address => Ok(entry.address),
            Some(hardware) => Ok(hardware),
            None if old.intersects(VALID) => Ok(entry.address),
            None => Err(UpdateError::NoLinkAddress),
        };
        match hardware {
            Ok(hardware) => told |= set(entry, now, hardware, wanted, how),
            Err(error) => answer = Err(error),
        }
    }
    if told {
        notify(machine, id, address, MessageType::NEWNEIGH, cause);
    }
    answer
}

/// Gives an entry a state in which its hardware address is known, and returns whether that is to be told.
fn set(
    entry: &mut Entry,
    now: Duration,
    hardware: HardwareAddress,
    wanted: NeighbourState,
    how: Update,
) -> bool {
    let old = entry.state;
    if wanted.intersects(CONNECTED) {
        entry.confirmed = now;
    }
    let other = hardware != entry.address || !old.intersects(VALID);
    if old.intersects(VALID) && other && !how.overriding {
        return false;
    }
    if wanted != old || other {
        entry.updated = now;
    }
    let mut told = wanted != old || hardware != entry.address;
    entry.state = wanted;
    entry.address = hardware;
    if let Some(router) = how.router.filter(|_| how.overriding)
        && entry.flags.contains(NeighbourFlags::ROUTER) != router
    {
        entry.flags.set(NeighbourFlags::ROUTER, router);
        told = true;
    }
    told
}

/// Why an entry could not be changed.
pub(crate) enum UpdateError {
    /// Nothing is known, and nothing was given.
    NoLinkAddress,
    Refused(Errno),
}

impl From<Errno> for UpdateError {
    fn from(errno: Errno) -> Self {
        Self::Refused(errno)
    }
}

impl UpdateError {
    /// Returns the errno.
    pub(crate) fn errno(&self) -> Errno {
        match self {
            Self::NoLinkAddress => Errno::EINVAL,
            Self::Refused(errno) => *errno,
        }
    }
}

/// Sets what only a message can give.
fn set_protocol(
    machine: &mut Machine,
    id: DeviceId,
    address: IpAddr,
    protocol: RouteProtocol,
) -> Result<(), Errno> {
    let net = machine.device(id)?.net;
    let entries = &mut machine.net_mut(net)?.neighbours.entries;
    entries.get_mut(&(id, address)).ok_or(Errno::ENOENT)?.protocol = protocol;
    Ok(())
}

/// Takes an entry out.
#[doc(alias = "neigh_remove_one")]
pub(crate) fn remove(machine: &mut Machine, id: DeviceId, address: IpAddr) -> Result<(), Errno> {
    let net = machine.device(id)?.net;
    if machine.net(net)?.neighbours.get(id, address).is_some() {
        notify(machine, id, address, MessageType::DELNEIGH, Cause::NONE);
        machine.net_mut(net)?.neighbours.entries.remove(&(id, address));
    }
    Ok(())
}

/// Which entries survive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// None: the device goes down.
    Nothing,
    /// The addresses answered for: the device gets another hardware address, or asks for none any more.
    Proxies,
    /// Those that are permanent: the carrier is lost.
    Permanent,
}

/// Which of the two tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    Arp,
    Ndisc,
}

/// Takes the entries of a device out.
#[doc(alias("neigh_ifdown", "neigh_changeaddr", "neigh_carrier_down"))]
pub(crate) fn flush(machine: &mut Machine, id: DeviceId, protocol: Protocol, keep: Keep) {
    let Ok(net) = machine.device(id).map(|device| device.net) else { return };
    let Ok(table) = machine.net(net).map(|net| &net.neighbours) else { return };
    let first = (id, IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED));
    let gone: Vec<IpAddr> = table
        .entries
        .range(first..)
        .take_while(|((device, _), _)| *device == id)
        .filter(|((_, address), _)| address.is_ipv4() == (protocol == Protocol::Arp))
        .filter(|(_, entry)| {
            keep != Keep::Permanent || !entry.state.contains(NeighbourState::PERMANENT)
        })
        .map(|((_, address), _)| *address)
        .collect();
    for address in gone {
        // The device was found a moment ago.
        let _ = remove(machine, id, address);
    }
    if keep == Keep::Proxies {
        return;
    }
    let keeps = machine.release >= Release::V6_18;
    let Ok(table) = machine.net(net).map(|net| &net.neighbours) else { return };
    let gone: Vec<ProxyKey> = table
        .proxies
        .iter()
        .filter(|((_, device), _)| *device == Some(id))
        .filter(|((address, _), _)| address.is_ipv4() == (protocol == Protocol::Arp))
        .filter(|(_, proxy)| keep == Keep::Nothing || !(keeps && proxy.permanent))
        .map(|(key, _)| *key)
        .collect();
    for key in gone {
        let _ = remove_proxy(machine, net, key);
    }
}

/// Has an address answered for, and returns how.
#[doc(alias = "pneigh_create")]
pub(crate) fn add_proxy(
    machine: &mut Machine,
    net: NetId,
    address: IpAddr,
    id: Option<DeviceId>,
) -> Result<&mut Proxy, Errno> {
    let known = machine.net(net)?.neighbours.proxy(address, id).map(|(key, _)| key);
    if let (None, IpAddr::V6(address)) = (known, address) {
        ndisc::proxy_constructor(machine, id, address).map_err(|_| Errno::ENOBUFS)?;
    }
    let proxies = &mut machine.net_mut(net)?.neighbours.proxies;
    Ok(proxies.entry(known.unwrap_or((address, id))).or_default())
}

/// Answers for an address no more.
#[doc(alias = "pneigh_delete")]
pub(crate) fn remove_proxy(machine: &mut Machine, net: NetId, key: ProxyKey) -> Result<(), Errno> {
    machine.net_mut(net)?.neighbours.proxies.remove(&key).ok_or(Errno::ENOENT)?;
    if let (IpAddr::V6(address), Some(id)) = key {
        ndisc::proxy_destructor(machine, id, address);
    }
    Ok(())
}

/// Tells listeners of an entry.
#[doc(alias = "__neigh_notify")]
fn notify(machine: &mut Machine, id: DeviceId, address: IpAddr, kind: MessageType, cause: Cause) {
    let Ok(net) = machine.device(id).map(|device| device.net) else { return };
    let head = Head { kind, port: cause.port, ..Head::default() };
    // Who changes an entry holds it, who removes it has let go of it.
    let references = u32::from(kind == MessageType::NEWNEIGH);
    af_netlink::announce(machine, net, Group::NEIGH, |machine, encoder| {
        message::write(machine, id, address, references, head, encoder)
    });
}

/// Returns the text of /proc/net/arp.
pub(crate) fn proc_arp(machine: &Machine, net: NetId) -> Result<Vec<u8>, Errno> {
    arp::proc_text(machine, net)
}
