//! The settings of IPv4 for devices: /proc/sys/net/ipv4/conf.

mod saved;

use super::netconf;
use crate::dev::{Device, DeviceId};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::release::Release;
use crate::sysctl::ConfOf;
use ifctl_abi::rtnetlink::IFLA_INET_CONF;
use ifctl_kernel::Errno;
use ifctl_netlink::{AttributeWriter, Attributes};
use zerocopy::IntoBytes;

/// The settings by name, each with what it starts with.
const SETTINGS: [(&str, i32); 33] = [
    ("accept_local", 0),
    ("accept_redirects", 1),
    ("accept_source_route", 1),
    ("arp_accept", 0),
    ("arp_announce", 0),
    ("arp_evict_nocarrier", 1),
    ("arp_filter", 0),
    ("arp_ignore", 0),
    ("arp_notify", 0),
    ("bc_forwarding", 0),
    ("bootp_relay", 0),
    ("disable_policy", 0),
    ("disable_xfrm", 0),
    ("drop_gratuitous_arp", 0),
    ("drop_unicast_in_l2_multicast", 0),
    ("force_igmp_version", 0),
    ("forwarding", 0),
    ("igmpv2_unsolicited_report_interval", 10000),
    ("igmpv3_unsolicited_report_interval", 1000),
    ("ignore_routes_with_linkdown", 0),
    ("log_martians", 0),
    ("mc_forwarding", 0),
    ("medium_id", 0),
    ("promote_secondaries", 0),
    ("proxy_arp", 0),
    ("proxy_arp_pvlan", 0),
    ("route_localnet", 0),
    ("rp_filter", 0),
    ("secure_redirects", 1),
    ("send_redirects", 1),
    ("shared_media", 1),
    ("src_valid_mark", 0),
    ("tag", 0),
];

/// The settings of a device, of new devices, or of all.
#[derive(Debug, Clone)]
#[doc(alias = "ipv4_devconf")]
pub(crate) struct Conf {
    values: [i32; SETTINGS.len()],
    /// Those that a device was given, and that do not follow `default` any more.
    given: u64,
}

/// The settings in the order of their numbers (`IPV4_DEVCONF_*`), which netlink lists them in.
const BY_NUMBER: [&str; SETTINGS.len()] = [
    "forwarding",
    "mc_forwarding",
    "proxy_arp",
    "accept_redirects",
    "secure_redirects",
    "send_redirects",
    "shared_media",
    "rp_filter",
    "accept_source_route",
    "bootp_relay",
    "log_martians",
    "tag",
    "arp_filter",
    "medium_id",
    "disable_xfrm",
    "disable_policy",
    "force_igmp_version",
    "arp_announce",
    "arp_ignore",
    "promote_secondaries",
    "arp_accept",
    "arp_notify",
    "accept_local",
    "src_valid_mark",
    "proxy_arp_pvlan",
    "route_localnet",
    "igmpv2_unsolicited_report_interval",
    "igmpv3_unsolicited_report_interval",
    "ignore_routes_with_linkdown",
    "drop_unicast_in_l2_multicast",
    "drop_gratuitous_arp",
    "bc_forwarding",
    "arp_evict_nocarrier",
];

/// Writes what a link's `IFLA_AF_SPEC` tells of IPv4: the attributes inside `AF_INET`'s.
#[doc(alias = "inet_fill_link_af")]
pub(crate) fn write_link_settings(
    release: Release,
    inet: &super::InDevice,
    to: &mut AttributeWriter<'_>,
) {
    let known = BY_NUMBER.iter().filter(|name| is_in(release, name));
    let values: Vec<i32> = known.map(|name| inet.conf.get(name)).collect();
    to.bytes(IFLA_INET_CONF, values.as_bytes());
}

/// Returns whether a release has a setting of this name, if the others have it.
fn is_in(release: Release, name: &str) -> bool {
    name != "arp_evict_nocarrier" || release >= Release::V6_1
}

/// Takes settings out of a link's `IFLA_AF_SPEC`: the attributes inside `AF_INET`'s.
#[doc(alias = "inet_set_link_af")]
pub(crate) fn set_link_settings(
    machine: &mut Machine,
    id: DeviceId,
    settings: Attributes<'_>,
) -> Result<(), Errno> {
    let net = machine.device(id)?.net;
    let of_conf = settings.filter(|inet| inet.kind() == IFLA_INET_CONF);
    for setting in of_conf.flat_map(|conf| conf.nested()) {
        let name = setting_of_number(setting.kind());
        let name = name.filter(|name| is_in(machine.release, name)).ok_or(Errno::EINVAL)?;
        let value = setting.i32().map_err(|_| Errno::EINVAL)?;
        super::conf_set(machine, net, ConfOf::Device(id), name, value)?;
    }
    Ok(())
}

/// Returns the name of the setting of this number.
fn setting_of_number(number: u16) -> Option<&'static str> {
    BY_NUMBER.get(usize::from(number).checked_sub(1)?).copied()
}

/// The places of those that are looked up with each address.
const IGNORE_ROUTES_WITH_LINKDOWN: usize = 19;
const PROMOTE_SECONDARIES: usize = 23;

fn place(name: &str) -> Option<usize> {
    SETTINGS.iter().position(|(setting, _)| *setting == name)
}

impl Conf {
    /// Returns what new devices start with.
    pub(super) fn of_new() -> Self {
        Self { values: SETTINGS.map(|(_, value)| value), given: 0 }
    }

    /// Returns what `all` starts with.
    pub(super) fn of_all() -> Self {
        let mut all = Self::of_new();
        all.set("accept_source_route", 0);
        all
    }

    /// Returns what a device starts with.
    pub(super) fn of_device(default: Self, loopback: bool) -> Self {
        let mut conf = Self { given: 0, ..default };
        if loopback {
            conf.set("disable_policy", 1);
            conf.set("disable_xfrm", 1);
        }
        conf
    }

    /// Returns a setting, 0 for one that there is not.
    pub(crate) fn get(&self, name: &str) -> i32 {
        place(name).and_then(|place| self.values.get(place)).copied().unwrap_or(0)
    }

    fn set(&mut self, name: &str, value: i32) {
        if let Some(place) = place(name)
            && let Some(setting) = self.values.get_mut(place)
        {
            *setting = value;
            self.given |= 1 << place;
        }
    }

    /// Sets what the device was not given itself.
    fn follow(&mut self, name: &str, value: i32) {
        if place(name).is_some_and(|place| self.given >> place & 1 == 0) {
            let given = self.given;
            self.set(name, value);
            self.given = given;
        }
    }
}

fn conf(machine: &Machine, net: NetId, of: ConfOf) -> Option<&Conf> {
    let ipv4 = &machine.net(net).ok()?.ipv4;
    match of {
        ConfOf::All => Some(&ipv4.all),
        ConfOf::Default => Some(&ipv4.default),
        ConfOf::Device(id) => machine.inet(id).map(|inet| &inet.conf),
    }
}

fn conf_mut(machine: &mut Machine, net: NetId, of: ConfOf) -> Option<&mut Conf> {
    match of {
        ConfOf::All => Some(&mut machine.net_mut(net).ok()?.ipv4.all),
        ConfOf::Default => Some(&mut machine.net_mut(net).ok()?.ipv4.default),
        ConfOf::Device(id) => machine.inet_mut(id).map(|inet| &mut inet.conf),
    }
}

/// Returns the names of the settings.
pub(crate) fn conf_names() -> impl Iterator<Item = &'static str> {
    SETTINGS.iter().map(|(name, _)| *name)
}

/// Returns a setting, if there is one of this name, and the device has any.
pub(crate) fn conf_get(machine: &Machine, net: NetId, of: ConfOf, name: &str) -> Option<i32> {
    let conf = conf(machine, net, of).filter(|_| is_in(machine.release, name))?;
    place(name).and_then(|place| conf.values.get(place)).copied()
}

/// Changes a setting, and nothing else.
#[doc(alias = "ipv4_devconf_set")]
pub(crate) fn conf_store(
    machine: &mut Machine,
    net: NetId,
    of: ConfOf,
    name: &str,
    value: i32,
) -> Result<(), Errno> {
    conf_mut(machine, net, of).ok_or(Errno::ENOENT)?.set(name, value);
    Ok(())
}

/// Changes a setting, with what follows from it.
#[doc(alias("devinet_conf_proc", "devinet_sysctl_forward"))]
pub(crate) fn conf_set(
    machine: &mut Machine,
    net: NetId,
    of: ConfOf,
    name: &str,
    value: i32,
) -> Result<(), Errno> {
    let settings = conf_mut(machine, net, of).ok_or(Errno::ENOENT)?;
    place(name).ok_or(Errno::ENOENT)?;
    let old = settings.get(name);
    settings.set(name, value);
    let devices: Vec<DeviceId> = machine.net(net)?.by_age().collect();
    match of {
        // Forwarding for all means each device, whatever it had.
        ConfOf::All if name == "forwarding" && old != value => {
            if let Some(all) = conf_mut(machine, net, ConfOf::All) {
                all.set("accept_redirects", i32::from(value == 0));
            }
            if let Some(default) = conf_mut(machine, net, ConfOf::Default) {
                default.set(name, value);
            }
            netconf::notify(machine, net, ConfOf::All, name);
            netconf::notify(machine, net, ConfOf::Default, name);
            for device in devices {
                if let Some(inet) = machine.inet_mut(device) {
                    inet.conf.set(name, value);
                    netconf::notify(machine, net, ConfOf::Device(device), name);
                }
            }
            return Ok(());
        }
        ConfOf::Default if name != "forwarding" => {
            for device in devices {
                if let Some(inet) = machine.inet_mut(device) {
                    inet.conf.follow(name, value);
                }
            }
        }
        _ => {}
    }
    if old != value && netconf::is_told(name) {
        netconf::notify(machine, net, of, name);
    }
    Ok(())
}

/// Makes a device, which has an address now, keep its settings whatever `default` becomes.
#[doc(alias = "ipv4_devconf_setall")]
pub(super) fn touch(machine: &mut Machine, device: DeviceId) {
    if let Some(inet) = machine.inet_mut(device) {
        inet.conf.given = u64::MAX;
    }
}

/// Returns whether a secondary takes the place of its primary when that goes.
#[doc(alias = "IN_DEV_PROMOTE_SECONDARIES")]
pub(super) fn promotes_secondaries(machine: &Machine, device: DeviceId) -> bool {
    machine.device(device).is_ok_and(|device| either(machine, device, PROMOTE_SECONDARIES))
}

/// Returns whether routes over a device are passed over while it has no carrier.
#[doc(alias = "IN_DEV_IGNORE_ROUTES_WITH_LINKDOWN")]
pub(crate) fn ignores_link_down(machine: &Machine, device: &Device) -> bool {
    either(machine, device, IGNORE_ROUTES_WITH_LINKDOWN)
}

/// Returns whether neighbours go when the carrier does.
#[doc(alias = "IN_DEV_ARP_EVICT_NOCARRIER")]
pub(crate) fn evicts_without_carrier(machine: &Machine, id: DeviceId) -> bool {
    const NAME: &str = "arp_evict_nocarrier";
    let Some(inet) = machine.inet(id) else { return true };
    let net = machine.device(id).and_then(|device| machine.net(device.net));
    inet.conf.get(NAME) != 0 && net.is_ok_and(|net| net.ipv4.all.get(NAME) != 0)
}

/// Returns whether a setting is on for a device, or for all.
#[doc(alias = "IN_DEV_ORCONF")]
fn either(machine: &Machine, device: &Device, place: usize) -> bool {
    let is_on = |conf: &Conf| conf.values.get(place).is_some_and(|value| *value != 0);
    device.inet.as_ref().is_some_and(|inet| is_on(&inet.conf))
        || machine.net(device.net).is_ok_and(|net| is_on(&net.ipv4.all))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_names() {
        assert_eq!(place("promote_secondaries"), Some(PROMOTE_SECONDARIES));
        assert_eq!(place("ignore_routes_with_linkdown"), Some(IGNORE_ROUTES_WITH_LINKDOWN));
    }
}
