//! IPv4's side of a device in a state.

use super::list::FOREVER;
use super::{Address, AddressList, Conf, InDevice};
use crate::igmp::Groups;
use crate::state::{Address4, Bytes, Inet4, StateError, Within, must, wrong};
use crate::timers::END;
use ifctl_abi::DeviceName;
use ifctl_abi::rtnetlink::RouteScope;

impl InDevice {
    /// Returns what a state has of it.
    pub(crate) fn save(&self) -> Inet4 {
        let addresses = self.addresses.iter().map(|(_, address)| save(&address));
        Inet4 {
            settings: self.conf.save(),
            addresses: addresses.collect(),
            groups: self.groups.save(),
        }
    }

    /// Returns what a state has of the device of this name.
    pub(crate) fn load(saved: &Inet4, name: DeviceName) -> Result<Self, StateError> {
        let mut addresses = AddressList::new(name);
        for (place, saved) in saved.addresses.iter().enumerate() {
            load(&mut addresses, saved).within_item("addresses", place)?;
        }
        let ordered = addresses.iter().map(|(_, address)| save(&address));
        let is_same = ordered.eq(saved.addresses.iter().cloned());
        must(
            is_same,
            "addresses",
            "they are not in the kernel's order: primaries first, by scope",
        )?;
        Ok(Self {
            addresses,
            conf: Conf::load(&saved.settings).within("settings")?,
            groups: Groups::load(&saved.groups).within("groups")?,
            dead: false,
        })
    }
}

fn save(address: &Address) -> Address4 {
    let lasts = |seconds: u32| Some(seconds).filter(|seconds| *seconds != FOREVER);
    Address4 {
        local: address.local.into(),
        address: address.address.into(),
        prefix_length: address.prefix_length,
        broadcast: address.broadcast.into(),
        label: Bytes(address.label.as_bytes().to_vec()),
        scope: address.scope.0,
        protocol: address.protocol,
        flags: address.flags,
        priority: address.priority,
        valid: lasts(address.valid),
        preferred: lasts(address.preferred),
        created: address.created,
        updated: address.updated,
    }
}

fn load(list: &mut AddressList, saved: &Address4) -> Result<(), StateError> {
    must(saved.prefix_length <= 32, "prefix_length", "a prefix has 32 bits at most")?;
    must(!saved.local.is_unspecified(), "local", "0.0.0.0 is no address of a device")?;
    must(saved.updated <= END.as_secs() * 100, "updated", "time does not reach so far")?;
    let label = DeviceName::new(&saved.label.0);
    let label = label.map_err(|error| wrong(error.to_string()).within("label"))?;
    let lasting = |seconds: Option<u32>| seconds.unwrap_or(FOREVER);
    let address = Address {
        local: saved.local.into(),
        address: saved.address.into(),
        broadcast: saved.broadcast.into(),
        prefix_length: saved.prefix_length,
        scope: RouteScope(saved.scope),
        protocol: saved.protocol,
        flags: saved.flags,
        label,
        priority: saved.priority,
        valid: lasting(saved.valid),
        preferred: lasting(saved.preferred),
        created: saved.created,
        updated: saved.updated,
    };
    let (network, length) = (address.network(), address.prefix_length);
    let is_new = list.find(address.local, network, length).is_none();
    must(is_new, "local", "the device has this address already")?;
    let has_primary = list.in_group(network, length).next().is_some();
    must(
        address.is_secondary() == has_primary,
        "flags",
        "the first address of a network is its primary, and the others are SECONDARY",
    )?;
    list.insert(address, 0);
    Ok(())
}
