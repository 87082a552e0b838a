//! IPv6 addresses of devices (`net/ipv6/addrconf.c`).

mod address;
mod change;
mod conf;
mod detection;
mod device;
mod ioctl;
mod link;
mod message;
mod netconf;
mod proc;
mod saved;
mod source;

pub(crate) use change::verify_lifetime;
pub(crate) use conf::{Conf, conf_get, conf_names, conf_set, evicts_without_carrier};
pub(crate) use detection::detection_work;
pub(crate) use device::event;
pub(crate) use ioctl::{add_address, remove_address};
pub(crate) use link::{dump as dump_links, set_link_settings, write_link_settings};
pub(crate) use message::{check_dump, delete_address, dump, get_address, new_address};
pub(crate) use netconf::{dump_netconf, get_netconf};
pub(crate) use proc::proc_if_inet6;
pub(crate) use source::source_for;

use crate::dev::DeviceId;
use crate::in6::{self, Kind};
use crate::ip6_fib::Tables;
use crate::machine::Machine;
use crate::mcast::Groups;
use crate::net_namespace::NetId;
use address::Addresses;
use ifctl_abi::rtnetlink::AddressFlags;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Duration;

/// The least MTU that IPv6 works with.
#[doc(alias = "IPV6_MIN_MTU")]
pub(crate) const LEAST_MTU: u32 = 1280;

/// What IPv6 keeps of a device.
pub(crate) struct Inet6Device {
    pub(crate) conf: Conf,
    addresses: Addresses,
    pub(crate) groups: Groups,
    /// The anycast addresses, with how many want each.
    pub(crate) anycasts: Groups,
    /// The device is up and has its carrier.
    #[doc(alias = "IF_READY")]
    ready: bool,
    /// When addresses were last made or lost.
    updated: Duration,
}

/// An address, and the number that it has among those alike: the newest comes first.
type Owned = (u128, Reverse<u64>);

/// What IPv6 keeps of a namespace.
pub(crate) struct Inet6Net {
    all: Conf,
    default: Conf,
    /// Which devices have an address.
    owners: BTreeMap<Owned, DeviceId>,
    /// Counts changes of addresses, for dumps to notice.
    generation: u32,
    pub(crate) tables: Tables,
    /// How many routes prefer a source, so that the loss of an address need not search for them.
    pub(crate) preferred_sources: BTreeMap<u128, u32>,
    /// A look for expired routes is planned.
    pub(crate) garbage_timer: bool,
    /// A rule was added: until then the rules are not asked.
    #[doc(alias = "fib6_has_custom_rules")]
    pub(crate) has_custom_rules: bool,
}

impl Default for Inet6Net {
    fn default() -> Self {
        Self {
            all: Conf::of_all(),
            default: Conf::of_new_devices(),
            owners: BTreeMap::new(),
            generation: 1,
            tables: Tables::default(),
            preferred_sources: BTreeMap::new(),
            garbage_timer: false,
            has_custom_rules: false,
        }
    }
}

impl Inet6Net {
    /// Notes that a route with a preferred source is gone.
    pub(crate) fn forget_preferred_source(&mut self, source: u128) {
        if let Some(count) = self.preferred_sources.get_mut(&source) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.preferred_sources.remove(&source);
            }
        }
    }

    /// Returns the devices that have an address, the last that got it first.
    fn owners(&self, address: u128) -> impl Iterator<Item = DeviceId> + '_ {
        let every = (address, Reverse(u64::MAX))..=(address, Reverse(0));
        self.owners.range(every).map(|(_, device)| *device)
    }

    /// Notes that a device has an address.
    #[doc(alias = "ipv6_add_addr_hash")]
    fn own(&mut self, address: Owned, id: DeviceId) {
        self.owners.insert(address, id);
        self.generation = self.generation.wrapping_add(1).max(1);
    }

    /// Notes that the device has it no more.
    fn disown(&mut self, address: Owned) {
        self.owners.remove(&address);
        self.generation = self.generation.wrapping_add(1).max(1);
    }
}

/// Returns whether an address is one of a namespace's, or of a device's.
#[doc(alias = "ipv6_chk_addr_and_flags")]
pub(crate) fn has_address(
    machine: &Machine,
    net: NetId,
    address: u128,
    device: Option<DeviceId>,
) -> bool {
    let Ok(space) = machine.net(net) else { return false };
    space.inet6.owners(address).any(|owner| device.is_none_or(|device| device == owner))
}

/// Returns whether packets over a device may have an address as their source.
#[doc(alias = "ipv6_chk_addr")]
pub(crate) fn may_prefer(machine: &Machine, net: NetId, address: u128, device: DeviceId) -> bool {
    let Ok(space) = machine.net(net) else { return false };
    let near = in6::kind(address).intersects(Kind::LINK_LOCAL | Kind::LOOPBACK);
    space.inet6.owners(address).filter(|owner| !near || *owner == device).any(|owner| {
        let inet6 = machine.device(owner).ok().and_then(|device| device.inet6.as_ref());
        inet6
            .and_then(|inet6| inet6.addresses.get(address))
            .is_some_and(|entry| !entry.flags.contains(AddressFlags::TENTATIVE))
    })
}

/// Returns a time in hundredths of a second, the unit in which netlink tells times.
#[doc(alias = "jiffies_to_clock_t")]
pub(crate) fn hundredths(time: Duration) -> i64 {
    i64::try_from(time.as_millis() / 10).unwrap_or(i64::MAX)
}
