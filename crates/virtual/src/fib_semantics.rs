//! What routes share, and what a route must be like (`net/ipv4/fib_semantics.c`).

mod check;
mod metrics;
mod saved;
mod state;
mod tell;

pub(crate) use check::{FibConfig, HopConfig, address_type, create_info};
pub(crate) use metrics::{Metrics, read_metrics};
pub(crate) use state::{sync_down_device, sync_up};
pub(crate) use tell::{fill, notify};

use crate::dev::DeviceId;
use crate::devinet;
use crate::machine::Machine;
use ifctl_abi::rtnetlink::{NextHopFlags, RouteProtocol, RouteScope, RouteType, RtmFlags};
use ifctl_kernel::Errno;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::net::IpAddr;
use std::sync::Arc;

/// What routes share.
pub(crate) type InfoId = u32;

/// A next hop as it was given, and what was found of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct HopKey {
    /// The index of its device, 0 for none.
    pub(crate) output: u32,
    pub(crate) device: Option<DeviceId>,
    pub(crate) gateway: Option<IpAddr>,
    /// The weight less one.
    pub(crate) hops: u8,
    /// ONLINK, and what means nothing.
    pub(crate) flags: NextHopFlags,
    /// 0: none.
    pub(crate) realms: u32,
    pub(crate) scope: RouteScope,
}

/// A next hop.
#[derive(Debug, Clone, Copy)]
#[doc(alias = "fib_nh")]
pub(crate) struct Hop {
    pub(crate) key: HopKey,
    /// DEAD and LINKDOWN.
    pub(crate) state: NextHopFlags,
}

/// What makes routes share: all but the destination and the preferred source.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct InfoKey {
    pub(crate) table: u32,
    pub(crate) protocol: RouteProtocol,
    pub(crate) scope: RouteScope,
    pub(crate) kind: RouteType,
    pub(crate) priority: u32,
    pub(crate) flags: RtmFlags,
    pub(crate) metrics: Option<Box<Metrics>>,
    pub(crate) hops: HopKeys,
}

/// Next hops, of which there is nearly always one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum HopKeys {
    One(HopKey),
    Many(Vec<HopKey>),
}

impl HopKeys {
    fn as_slice(&self) -> &[HopKey] {
        match self {
            Self::One(hop) => std::slice::from_ref(hop),
            Self::Many(hops) => hops,
        }
    }
}

/// What routes share, and how it fares.
#[doc(alias = "fib_info")]
pub(crate) struct Info {
    pub(crate) key: Arc<InfoKey>,
    pub(crate) hops: Vec<Hop>,
    /// DEAD and LINKDOWN: all next hops are.
    pub(crate) state: NextHopFlags,
    references: usize,
}

impl Info {
    /// Returns whether no next hop works any more.
    pub(crate) fn is_dead(&self) -> bool {
        self.state.contains(NextHopFlags::DEAD)
    }

    /// Returns whether a next hop goes by a device.
    #[doc(alias = "fib_info_nh_uses_dev")]
    pub(crate) fn uses(&self, device: DeviceId) -> bool {
        self.hops.iter().any(|hop| hop.key.device == Some(device))
    }
}

/// A quick hash: what is hashed is the kernel's own, and few.
#[derive(Default)]
struct Mixer(u64);

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.write_u64(u64::from(number));
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 ^= self.0 >> 32;
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }
}

/// All that routes of a namespace share.
#[derive(Default)]
pub(crate) struct Infos {
    infos: Vec<Option<Info>>,
    free: Vec<InfoId>,
    /// What was shared last, and is likely to be so again.
    latest: InfoId,
    by_key: HashMap<Arc<InfoKey>, InfoId, BuildHasherDefault<Mixer>>,
    by_device: BTreeMap<DeviceId, BTreeSet<InfoId>>,
}

impl Infos {
    /// Returns what routes share.
    pub(crate) fn get(&self, id: InfoId) -> Option<&Info> {
        self.infos.get(id as usize)?.as_ref()
    }

    fn get_mut(&mut self, id: InfoId) -> Option<&mut Info> {
        self.infos.get_mut(id as usize)?.as_mut()
    }

    /// Returns what goes by a device.
    fn of_device(&self, device: DeviceId) -> impl Iterator<Item = InfoId> + '_ {
        self.by_device.get(&device).into_iter().flatten().copied()
    }

    /// Adds a reference to what is like this, which is made if nothing is.
    #[doc(alias = "fib_find_info")]
    fn share(&mut self, key: InfoKey, state: &[NextHopFlags]) -> InfoId {
        let latest = self.get(self.latest).filter(|info| *info.key == key).map(|_| self.latest);
        if let Some(id) = latest.or_else(|| self.by_key.get(&key).copied()) {
            self.latest = id;
            if let Some(info) = self.get_mut(id) {
                info.references += 1;
            }
            return id;
        }
        let hops: Vec<Hop> = key
            .hops
            .as_slice()
            .iter()
            .zip(state)
            .map(|(key, state)| Hop { key: *key, state: *state })
            .collect();
        let down = hops.iter().all(|hop| hop.state.contains(NextHopFlags::LINKDOWN));
        let state = if down { NextHopFlags::LINKDOWN } else { NextHopFlags::empty() };
        let key = Arc::new(key);
        let id = match self.free.pop() {
            Some(id) => id,
            None => {
                self.infos.push(None);
                (self.infos.len() - 1) as InfoId
            }
        };
        for device in hops.iter().filter_map(|hop| hop.key.device) {
            self.by_device.entry(device).or_default().insert(id);
        }
        self.by_key.insert(Arc::clone(&key), id);
        if let Some(place) = self.infos.get_mut(id as usize) {
            *place = Some(Info { key, hops, state, references: 1 });
        }
        id
    }

    /// Gives a reference back.
    #[doc(alias = "fib_release_info")]
    pub(crate) fn release(&mut self, id: InfoId) {
        let Some(info) = self.get_mut(id) else { return };
        info.references -= 1;
        if info.references > 0 {
            return;
        }
        let Some(info) = self.infos.get_mut(id as usize).and_then(Option::take) else { return };
        self.by_key.remove(&info.key);
        for device in info.hops.iter().filter_map(|hop| hop.key.device) {
            if let Some(ids) = self.by_device.get_mut(&device) {
                ids.remove(&id);
                if ids.is_empty() {
                    self.by_device.remove(&device);
                }
            }
        }
        self.free.push(id);
    }
}

/// Returns the errno with which routes of a kind refuse packets, if they do.
#[doc(alias = "fib_props")]
pub(crate) fn refusal(kind: RouteType) -> Option<Errno> {
    Some(match kind {
        RouteType::BLACKHOLE | RouteType::NAT | RouteType::XRESOLVE => Errno::EINVAL,
        RouteType::UNREACHABLE => Errno::EHOSTUNREACH,
        RouteType::PROHIBIT => Errno::EACCES,
        RouteType::THROW => Errno::EAGAIN,
        _ => return None,
    })
}

/// Returns the least scope that a route of a kind may have.
fn least_scope(kind: RouteType) -> RouteScope {
    match kind {
        RouteType::UNSPEC | RouteType::NAT | RouteType::XRESOLVE => RouteScope::NOWHERE,
        RouteType::LOCAL => RouteScope::HOST,
        RouteType::BROADCAST | RouteType::ANYCAST => RouteScope::LINK,
        _ => RouteScope::UNIVERSE,
    }
}

/// Returns whether the device of a next hop passes over next hops without carrier.
#[doc(alias = "ip_ignore_linkdown")]
pub(crate) fn ignores_link_down(machine: &Machine, hop: &Hop) -> bool {
    let device = hop.key.device.and_then(|device| machine.device(device).ok());
    device.is_some_and(|device| devinet::ignores_link_down(machine, device))
}

/// Returns whether a route's next hops and metrics are what a request names, as far as it names any.
#[doc(alias("fib_nh_match", "fib_metrics_match"))]
pub(crate) fn matches(config: &FibConfig, info: &Info) -> bool {
    if config.priority != 0 && config.priority != info.key.priority {
        return false;
    }
    let first = info.hops.first().map(|hop| hop.key);
    let matches = if config.output != 0 || config.gateway.is_some() {
        first.is_some_and(|hop| {
            (config.realms == 0 || config.realms == hop.realms)
                && (config.output == 0 || config.output == hop.output)
                && (config.gateway.is_none() || config.gateway == hop.gateway)
        })
    } else if let Some(Ok(hops)) = &config.hops {
        let pairs = || hops.iter().zip(info.hops.iter().map(|hop| hop.key));
        hops.len() >= info.hops.len()
            && pairs().all(|(wanted, hop)| {
                (wanted.output == 0 || wanted.output == hop.output)
                    && (wanted.gateway.is_none() || wanted.gateway == hop.gateway)
                    && wanted.realms.is_none_or(|realms| realms == hop.realms)
            })
    } else {
        !matches!(config.hops, Some(Err(_)))
    };
    let has = |wanted: &Metrics| match info.key.metrics.as_deref() {
        Some(metrics) => wanted.is_part_of(metrics),
        None => wanted.is_part_of(&Metrics::default()),
    };
    matches
        && match &config.metrics {
            Some(Ok(wanted)) => has(wanted),
            Some(Err(bad)) => bad.wanted.is_some_and(|wanted| has(&wanted)),
            None => true,
        }
}
