//! Settings: /proc/sys/net/ipv6/conf.

mod saved;

use super::netconf::{self, Told, Whose};
use super::{LEAST_MTU, device};
use crate::dev::{Device, DeviceId};
use crate::machine::Machine;
use crate::mcast;
use crate::net_namespace::NetId;
use crate::release::Release;
use crate::sysctl::ConfOf;
use ifctl_abi::DeviceFlags;
use ifctl_abi::rtnetlink::AddressFlags;
use ifctl_kernel::Errno;
use std::ops::RangeInclusive;

/// A setting: its name, what it starts with, what it may be, and its place in `IFLA_INET6_CONF`.
struct Line {
    name: &'static str,
    initially: i32,
    range: RangeInclusive<i32>,
    place: Option<u8>,
}

const fn line(name: &'static str, initially: i32, place: u8) -> Line {
    Line { name, initially, range: i32::MIN..=i32::MAX, place: Some(place) }
}

const fn bounded(name: &'static str, initially: i32, least: i32, most: i32, place: u8) -> Line {
    Line { name, initially, range: least..=most, place: Some(place) }
}

const fn unlisted(name: &'static str, initially: i32) -> Line {
    Line { name, initially, range: 0..=1, place: None }
}

/// The settings. Milliseconds and seconds are as the files tell them.
#[doc(alias("ipv6_devconf_dflt", "addrconf_sysctl"))]
const LINES: [Line; 62] = [
    line("accept_dad", 1, 27),
    line("accept_ra", 1, 3),
    line("accept_ra_defrtr", 1, 17),
    line("accept_ra_from_local", 0, 33),
    line("accept_ra_min_hop_limit", 1, 38),
    line("accept_ra_min_lft", 0, 58),
    line("accept_ra_mtu", 1, 35),
    line("accept_ra_pinfo", 1, 18),
    line("accept_ra_rt_info_max_plen", 0, 21),
    line("accept_ra_rt_info_min_plen", 0, 49),
    line("accept_ra_rtr_pref", 1, 19),
    line("accept_redirects", 1, 4),
    line("accept_source_route", 0, 24),
    bounded("accept_untracked_na", 0, 0, 2, 57),
    bounded("addr_gen_mode", 0, 0, 3, 47),
    line("autoconf", 1, 5),
    line("dad_transmits", 1, 6),
    line("disable_ipv6", 0, 26),
    line("disable_policy", 0, 48),
    line("drop_unicast_in_l2_multicast", 0, 40),
    line("drop_unsolicited_na", 0, 41),
    line("enhanced_dad", 1, 46),
    bounded("force_forwarding", 0, 0, 1, 59),
    line("force_mld_version", 0, 16),
    line("force_tllao", 0, 28),
    line("forwarding", 0, 0),
    bounded("hop_limit", 64, 1, 255, 1),
    line("ignore_routes_with_linkdown", 0, 39),
    bounded("ioam6_enabled", 0, 0, 1, 53),
    bounded("ioam6_id", 65535, 0, 65535, 54),
    line("ioam6_id_wide", -1, 55),
    line("keep_addr_on_down", 0, 42),
    line("max_addresses", 16, 15),
    line("max_desync_factor", 600, 14),
    line("mc_forwarding", 0, 25),
    bounded("mldv1_unsolicited_report_interval", 10000, 0, i32::MAX, 30),
    bounded("mldv2_unsolicited_report_interval", 1000, 0, i32::MAX, 31),
    line("mtu", 1280, 2),
    bounded("ndisc_evict_nocarrier", 1, 0, 1, 56),
    line("ndisc_notify", 0, 29),
    bounded("ndisc_tclass", 0, 0, 255, 50),
    line("optimistic_dad", 0, 23),
    line("proxy_ndp", 0, 22),
    line("ra_defrtr_metric", 1024, 52),
    unlisted("ra_honor_pio_life", 0),
    unlisted("ra_honor_pio_pflag", 0),
    line("regen_max_retry", 3, 13),
    Line { name: "regen_min_advance", initially: 2, range: i32::MIN..=i32::MAX, place: None },
    line("router_probe_interval", 60, 20),
    line("router_solicitation_delay", 1, 9),
    line("router_solicitation_interval", 4, 8),
    line("router_solicitation_max_interval", 3600, 43),
    bounded("router_solicitations", -1, -1, i32::MAX, 7),
    bounded("rpl_seg_enabled", 0, 0, 1, 51),
    line("seg6_enabled", 0, 44),
    line("seg6_require_hmac", 0, 45),
    line("suppress_frag_ndisc", 1, 32),
    line("temp_prefered_lft", 86400, 12),
    line("temp_valid_lft", 604_800, 11),
    line("use_oif_addrs_only", 0, 37),
    line("use_optimistic", 0, 34),
    line("use_tempaddr", 0, 10),
];

/// How many numbers `IFLA_INET6_CONF` holds.
#[doc(alias = "DEVCONF_MAX")]
fn places(release: Release) -> usize {
    match release {
        Release::V5_10 => 52,
        Release::V6_1 | Release::V6_12 => 59,
        Release::V6_18 => 60,
    }
}

/// Returns whether a release has a setting of this name, if the others have it.
fn is_in(release: Release, name: &str) -> bool {
    let first = match name {
        "force_forwarding" => Release::V6_18,
        "ra_honor_pio_life" | "ra_honor_pio_pflag" | "regen_min_advance" => Release::V6_12,
        "accept_ra_min_lft"
        | "accept_untracked_na"
        | "ioam6_enabled"
        | "ioam6_id"
        | "ioam6_id_wide"
        | "ndisc_evict_nocarrier"
        | "ra_defrtr_metric" => Release::V6_1,
        _ => Release::V5_10,
    };
    release >= first
}

fn place(name: &str) -> Option<usize> {
    LINES.binary_search_by(|line| line.name.cmp(name)).ok()
}

/// How a device's link-local address is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(alias = "IN6_ADDR_GEN_MODE_EUI64")]
pub(super) enum GenerationMode {
    /// From the hardware address.
    Eui64,
    /// Not at all, or by a secret, which nobody can set here.
    None,
}

/// The settings of a device, of all, or of new ones.
#[derive(Debug, Clone)]
#[doc(alias = "ipv6_devconf")]
pub(crate) struct Conf {
    values: [i32; LINES.len()],
}

impl Conf {
    /// Returns what all devices start with together.
    pub(super) fn of_all() -> Self {
        let mut conf = Self::of_new_devices();
        conf.set("accept_dad", 0);
        conf
    }

    /// Returns what a device starts with in a new namespace.
    pub(super) fn of_new_devices() -> Self {
        Self { values: std::array::from_fn(|at| LINES.get(at).map_or(0, |line| line.initially)) }
    }

    /// Returns what a device starts with.
    pub(super) fn of_device(default: &Self, device: &Device) -> Self {
        let mut conf = default.clone();
        conf.set_mtu(device.mtu);
        if device.flags.intersects(DeviceFlags::NOARP | DeviceFlags::LOOPBACK) {
            conf.set("accept_dad", -1);
        }
        if device.is_loopback() {
            conf.set("use_tempaddr", -1);
        }
        conf
    }

    /// Returns a setting.
    pub(super) fn get(&self, name: &str) -> Option<i32> {
        self.values.get(place(name)?).copied()
    }

    fn set(&mut self, name: &str, value: i32) {
        if let Some(to) = place(name).and_then(|at| self.values.get_mut(at)) {
            *to = value;
        }
    }

    fn is(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value != 0)
    }

    pub(crate) fn is_disabled(&self) -> bool {
        self.is("disable_ipv6")
    }

    pub(crate) fn ignores_routes_with_linkdown(&self) -> bool {
        self.is("ignore_routes_with_linkdown")
    }

    pub(crate) fn forwards(&self) -> bool {
        self.is("forwarding")
    }

    pub(super) fn is_optimistic(&self) -> bool {
        self.is("optimistic_dad")
    }

    pub(super) fn uses_optimistic(&self) -> bool {
        self.is("use_optimistic")
    }

    /// Below 1: not.
    pub(super) fn accepts_detection(&self) -> i32 {
        self.get("accept_dad").unwrap_or(0)
    }

    pub(super) fn detection_probes(&self) -> u32 {
        u32::try_from(self.get("dad_transmits").unwrap_or(0)).unwrap_or(0)
    }

    /// Above 0: they do. Below 0: they do not, whatever others say.
    pub(super) fn keeps_addresses(&self) -> i32 {
        self.get("keep_addr_on_down").unwrap_or(0)
    }

    pub(super) fn generation_mode(&self) -> GenerationMode {
        match self.get("addr_gen_mode") {
            Some(0) => GenerationMode::Eui64,
            _ => GenerationMode::None,
        }
    }

    pub(super) fn set_mtu(&mut self, mtu: u32) {
        self.set("mtu", i32::try_from(mtu).unwrap_or(i32::MAX));
    }

    /// Returns all settings as netlink tells them: times in milliseconds.
    #[doc(alias = "ipv6_store_devconf")]
    pub(super) fn told(&self, release: Release) -> Vec<i32> {
        let mut array = vec![0; places(release)];
        for (line, value) in LINES.iter().zip(self.values) {
            let seconds = matches!(
                line.name,
                "router_probe_interval"
                    | "router_solicitation_delay"
                    | "router_solicitation_interval"
                    | "router_solicitation_max_interval"
            );
            let value = if seconds { value.saturating_mul(1000) } else { value };
            let to = line.place.and_then(|place| array.get_mut(usize::from(place)));
            if let Some(to) = to {
                *to = value;
            }
        }
        array
    }
}

/// Returns the names of the settings.
pub(crate) fn conf_names() -> impl Iterator<Item = &'static str> {
    LINES.iter().map(|line| line.name).chain(["stable_secret"])
}

/// Returns a setting, if there is one of this name, and the device has any.
pub(crate) fn conf_get(machine: &Machine, net: NetId, of: ConfOf, name: &str) -> Option<i32> {
    let space = &machine.net(net).ok().filter(|_| is_in(machine.release, name))?.inet6;
    match of {
        ConfOf::All => space.all.get(name),
        ConfOf::Default => space.default.get(name),
        ConfOf::Device(id) => machine.device(id).ok()?.inet6.as_ref()?.conf.get(name),
    }
}

/// Returns whether neighbours go when the carrier does.
#[doc(alias = "ndisc_netdev_event")]
pub(crate) fn evicts_without_carrier(machine: &Machine, id: DeviceId) -> bool {
    const NAME: &str = "ndisc_evict_nocarrier";
    let Ok(device) = machine.device(id) else { return true };
    let Some(inet6) = &device.inet6 else { return true };
    inet6.conf.is(NAME) && machine.net(device.net).is_ok_and(|net| net.inet6.all.is(NAME))
}

fn conf_mut(machine: &mut Machine, net: NetId, of: ConfOf) -> Option<&mut Conf> {
    match of {
        ConfOf::All => Some(&mut machine.net_mut(net).ok()?.inet6.all),
        ConfOf::Default => Some(&mut machine.net_mut(net).ok()?.inet6.default),
        ConfOf::Device(id) => Some(&mut machine.device_mut(id).ok()?.inet6.as_mut()?.conf),
    }
}

fn store(machine: &mut Machine, net: NetId, of: ConfOf, name: &str, value: i32) {
    if let Some(conf) = conf_mut(machine, net, of) {
        conf.set(name, value);
    }
}

/// Sets how a device's link-local address is made, from its next carrier on.
pub(super) fn store_mode(machine: &mut Machine, net: NetId, of: ConfOf, mode: i32) {
    store(machine, net, of, "addr_gen_mode", mode);
}

fn devices(machine: &Machine, net: NetId) -> Vec<DeviceId> {
    let space = machine.net(net).ok();
    space.map(|space| space.by_age().collect()).unwrap_or_default()
}

/// Changes a setting, with what follows from it.
pub(crate) fn conf_set(
    machine: &mut Machine,
    net: NetId,
    of: ConfOf,
    name: &str,
    value: i32,
) -> Result<(), Errno> {
    let old = conf_get(machine, net, of, name).ok_or(Errno::ENOENT)?;
    let line = place(name).and_then(|at| LINES.get(at)).ok_or(Errno::ENOENT)?;
    if !line.range.contains(&value) {
        return Err(Errno::EINVAL);
    }
    match name {
        "mtu" => {
            let most = match of {
                ConfOf::Device(id) => i32::try_from(machine.device(id)?.mtu).unwrap_or(i32::MAX),
                _ => i32::MAX,
            };
            if value < LEAST_MTU as i32 || value > most {
                return Err(Errno::EINVAL);
            }
            store(machine, net, of, name, value);
        }
        "forwarding" => set_forwarding(machine, net, of, old, value),
        "disable_ipv6" => set_disabled(machine, net, of, old, value),
        "addr_gen_mode" => return set_generation_mode(machine, net, of, value),
        "proxy_ndp" | "ignore_routes_with_linkdown" => {
            store(machine, net, of, name, value);
            match name {
                "proxy_ndp" if old != value => told(machine, net, of, Told::ProxyNeighbours),
                "proxy_ndp" => {}
                _ => fixup_linkdown(machine, net, of, old, value),
            }
        }
        "force_forwarding" => {
            store(machine, net, of, name, value);
            if old != value {
                told(machine, net, of, Told::ForceForwarding);
            }
            if old != value && of == ConfOf::All {
                // Not to new ones.
                for id in devices(machine, net) {
                    let device = ConfOf::Device(id);
                    let before = conf_get(machine, net, device, name);
                    store(machine, net, device, name, value);
                    if before.is_some_and(|before| before != value) {
                        told(machine, net, device, Told::ForceForwarding);
                    }
                }
            }
        }
        "ra_defrtr_metric" if value == 0 => return Err(Errno::EINVAL),
        _ => store(machine, net, of, name, value),
    }
    Ok(())
}

/// Tells of a setting.
fn told(machine: &mut Machine, net: NetId, of: ConfOf, told: Told) {
    let whose = match of {
        ConfOf::All => Whose::All,
        ConfOf::Default => Whose::Default,
        ConfOf::Device(id) => Whose::Device(id),
    };
    netconf::notify(machine, net, whose, told);
}

/// Tells of a setting that was switched; that of all devices is given to each, and to new ones.
#[doc(alias("addrconf_fixup_linkdown", "addrconf_linkdown_change"))]
fn fixup_linkdown(machine: &mut Machine, net: NetId, of: ConfOf, old: i32, value: i32) {
    const NAME: &str = "ignore_routes_with_linkdown";
    let toggled = |old: i32| (old == 0) != (value == 0);
    if of == ConfOf::All {
        store(machine, net, ConfOf::Default, NAME, value);
        for id in devices(machine, net) {
            let device = ConfOf::Device(id);
            let before = conf_get(machine, net, device, NAME);
            store(machine, net, device, NAME, value);
            if before.is_some_and(toggled) {
                told(machine, net, device, Told::RoutesWithLinkdown);
            }
        }
    }
    if toggled(old) {
        told(machine, net, of, Told::RoutesWithLinkdown);
    }
}

#[doc(alias = "addrconf_fixup_forwarding")]
fn set_forwarding(machine: &mut Machine, net: NetId, of: ConfOf, old: i32, value: i32) {
    const NAME: &str = "forwarding";
    let toggled = |old: i32| (old == 0) != (value == 0);
    store(machine, net, of, NAME, value);
    match of {
        ConfOf::Default => {
            if toggled(old) {
                netconf::notify(machine, net, Whose::Default, Told::Forwarding);
            }
        }
        ConfOf::All => {
            let of_new = conf_get(machine, net, ConfOf::Default, NAME).unwrap_or(0);
            store(machine, net, ConfOf::Default, NAME, value);
            if toggled(of_new) {
                netconf::notify(machine, net, Whose::Default, Told::Forwarding);
            }
            for id in devices(machine, net) {
                let before = conf_get(machine, net, ConfOf::Device(id), NAME);
                store(machine, net, ConfOf::Device(id), NAME, value);
                if value == 0 {
                    store(machine, net, ConfOf::Device(id), "force_forwarding", 0);
                }
                if before.is_some_and(toggled) {
                    forwarding_changed(machine, net, id, value != 0);
                }
            }
            if toggled(old) {
                netconf::notify(machine, net, Whose::All, Told::Forwarding);
            }
        }
        ConfOf::Device(id) => {
            if toggled(old) {
                forwarding_changed(machine, net, id, value != 0);
            }
        }
    }
}

/// Joins the groups of routers, and answers for the anycast address of each prefix; or stops to.
#[doc(alias = "dev_forward_change")]
fn forwarding_changed(machine: &mut Machine, net: NetId, id: DeviceId, forwards: bool) {
    let Ok(device) = machine.device(id) else { return };
    if device.flags.contains(DeviceFlags::MULTICAST) {
        for group in mcast::GROUPS_OF_ROUTERS {
            if forwards {
                mcast::join(machine, id, group);
            } else {
                mcast::leave(machine, id, group);
            }
        }
    }
    let Ok(device) = machine.device(id) else { return };
    let Some(inet6) = &device.inet6 else { return };
    let addresses: Vec<(u128, u8)> = inet6
        .addresses
        .iter()
        .filter(|entry| !entry.flags.contains(AddressFlags::TENTATIVE))
        .map(|entry| (entry.address, entry.prefix_length))
        .collect();
    for (address, length) in addresses {
        if forwards {
            mcast::join_anycast(machine, id, address, length);
        } else {
            mcast::leave_anycast(machine, id, address, length);
        }
    }
    netconf::notify(machine, net, Whose::Device(id), Told::Forwarding);
}

#[doc(alias("addrconf_disable_ipv6", "dev_disable_change"))]
fn set_disabled(machine: &mut Machine, net: NetId, of: ConfOf, old: i32, value: i32) {
    const NAME: &str = "disable_ipv6";
    store(machine, net, of, NAME, value);
    let changed = match of {
        ConfOf::Default => Vec::new(),
        ConfOf::All => {
            store(machine, net, ConfOf::Default, NAME, value);
            devices(machine, net)
                .into_iter()
                .filter_map(|id| Some((id, conf_get(machine, net, ConfOf::Device(id), NAME)?)))
                .collect()
        }
        ConfOf::Device(id) => vec![(id, old)],
    };
    for (id, old) in changed {
        store(machine, net, ConfOf::Device(id), NAME, value);
        match ((old == 0) != (value == 0), value == 0) {
            (true, true) => device::up(machine, id, false),
            (true, false) => device::disable(machine, id, false),
            (false, _) => {}
        }
    }
}

#[doc(alias = "addrconf_sysctl_addr_gen_mode")]
fn set_generation_mode(
    machine: &mut Machine,
    net: NetId,
    of: ConfOf,
    value: i32,
) -> Result<(), Errno> {
    const NAME: &str = "addr_gen_mode";
    const STABLE_PRIVACY: i32 = 2;
    // It needs a secret, which this kernel's callers cannot set. Who sets it for all is not told.
    if value == STABLE_PRIVACY && matches!(of, ConfOf::Device(_)) {
        return Err(Errno::EINVAL);
    }
    let touched = match of {
        ConfOf::Default => Vec::new(),
        ConfOf::Device(id) => vec![id],
        ConfOf::All => {
            store(machine, net, ConfOf::Default, NAME, value);
            devices(machine, net)
        }
    };
    for id in touched {
        let before = conf_get(machine, net, ConfOf::Device(id), NAME);
        if before.is_some_and(|before| before != value) {
            store(machine, net, ConfOf::Device(id), NAME, value);
            device::add_automatic_addresses(machine, id);
        }
    }
    store(machine, net, of, NAME, value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_are_in_order_so_that_each_is_found() {
        assert!(LINES.is_sorted_by_key(|line| line.name));
        assert!(LINES.iter().all(|line| place(line.name).is_some()));
        let mut places: Vec<u8> = LINES.iter().filter_map(|line| line.place).collect();
        places.sort_unstable();
        // All but the secret, which is no number.
        assert!(places.into_iter().eq((0..60).filter(|place| *place != 36)));
    }
}
