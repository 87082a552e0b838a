//! IPv6 in a state.

use super::address::{Address, Addresses, FOREVER, State as Detection};
use super::{Conf, Inet6Device, Inet6Net, Owned};
use crate::dev::DeviceId;
use crate::ip6_fib::Tables;
use crate::machine::Machine;
use crate::mcast::Groups;
use crate::state::{Address6, Devices, Inet6, Ipv6State, StateError, Within, index_of, must};
use crate::timers::END;

impl Inet6Device {
    /// Returns what a state has of it.
    pub(crate) fn save(&self) -> Inet6 {
        Inet6 {
            settings: self.conf.save(),
            addresses: self.addresses.iter().map(save).collect(),
            groups: self.groups.save(),
            anycasts: self.anycasts.save_anycasts(),
            ready: self.ready,
            updated: self.updated,
        }
    }

    /// Returns what a state has of it.
    pub(crate) fn load(saved: &Inet6) -> Result<Self, StateError> {
        let mut addresses = Addresses::default();
        // The newest comes first.
        for (place, saved) in saved.addresses.iter().enumerate().rev() {
            load(&mut addresses, saved).within_item("addresses", place)?;
        }
        let ordered = addresses.iter().map(save);
        let is_same = ordered.eq(saved.addresses.iter().cloned());
        must(is_same, "addresses", "they are not in the kernel's order: farthest reach first")?;
        Ok(Self {
            conf: Conf::load(&saved.settings).within("settings")?,
            addresses,
            groups: Groups::load(&saved.groups).within("groups")?,
            anycasts: Groups::load_anycasts(&saved.anycasts).within("anycasts")?,
            ready: saved.ready,
            updated: saved.updated,
        })
    }

    /// Returns whether the device has an address.
    pub(crate) fn has(&self, address: u128) -> bool {
        self.addresses.get(address).is_some()
    }
}

fn save(address: &Address) -> Address6 {
    let lasts = |seconds: u32| Some(seconds).filter(|seconds| *seconds != FOREVER);
    Address6 {
        address: address.address.into(),
        peer: address.peer.into(),
        prefix_length: address.prefix_length,
        protocol: address.protocol,
        flags: address.flags,
        metric: address.metric,
        valid: lasts(address.valid),
        preferred: lasts(address.preferred),
        created: address.created,
        updated: address.updated,
        probes: address.probes,
        waits_for_detection: address.state == Detection::Before,
        number: address.number,
    }
}

fn load(list: &mut Addresses, saved: &Address6) -> Result<(), StateError> {
    must(saved.prefix_length <= 128, "prefix_length", "a prefix has 128 bits at most")?;
    let address = u128::from(saved.address);
    must(list.get(address).is_none(), "address", "the device has it already")?;
    must(!saved.address.is_unspecified(), "address", ":: is no address of a device")?;
    must(saved.updated <= END, "updated", "time does not reach so far")?;
    let waits = saved.waits_for_detection;
    list.insert(Address {
        address,
        peer: saved.peer.into(),
        created: saved.created,
        updated: saved.updated,
        flags: saved.flags,
        valid: saved.valid.unwrap_or(FOREVER),
        preferred: saved.preferred.unwrap_or(FOREVER),
        metric: saved.metric,
        probes: saved.probes,
        prefix_length: saved.prefix_length,
        protocol: saved.protocol,
        state: if waits { Detection::Before } else { Detection::Begun },
        number: saved.number,
    });
    Ok(())
}

impl Inet6Net {
    /// Returns what a state has of it.
    pub(crate) fn save(&self, machine: &Machine) -> Result<Ipv6State, StateError> {
        let tables = self.tables.save(|device| index_of(machine, device))?;
        Ok(Ipv6State {
            all: self.all.save(),
            default: self.default.save(),
            has_custom_rules: self.has_custom_rules,
            tables,
        })
    }

    /// Returns what a state has of it, of devices with these addresses.
    pub(crate) fn load(
        saved: &Ipv6State,
        devices: &Devices,
        addresses: impl Iterator<Item = (Owned, DeviceId)>,
    ) -> Result<Self, StateError> {
        let mut net = Self {
            all: Conf::load(&saved.all).within("all")?,
            default: Conf::load(&saved.default).within("default")?,
            owners: addresses.collect(),
            tables: Tables::load(&saved.tables, devices).within("tables")?,
            has_custom_rules: saved.has_custom_rules,
            ..Self::default()
        };
        for route in net.tables.iter().flat_map(|table| table.nodes.values()).flatten() {
            if route.preferred_source != 0 {
                *net.preferred_sources.entry(route.preferred_source).or_default() += 1;
            }
        }
        Ok(net)
    }

    /// Returns the addresses of a device, with it.
    pub(crate) fn owned(
        device: &crate::dev::Device,
    ) -> impl Iterator<Item = (Owned, DeviceId)> + '_ {
        let addresses = device.inet6.iter().flat_map(|inet6| inet6.addresses.iter());
        addresses.map(|address| (address.owned(), device.id))
    }
}
