//! `add` and `del` with an IPv4 address: aliases that are numbered by themselves.
//!
//! What net-tools does wrong here stays where it is only odd (what becomes of it is not told; two `add`
//! in one command take the same number). It is mended where it does harm: nothing is added by `del`,
//! no other device is touched, and no number makes the program abort.

use super::change::Change;
use super::entry::Inet;
use super::order::Key;
use super::{list, one, show};
use crate::number::atoi;
use ifctl_netdevice::{AddressFilter, DeviceFlags, DeviceName, Errno, Family, Rtnetlink};
use std::collections::{BTreeSet, HashSet};
use std::net::{IpAddr, Ipv4Addr};

/// The aliases that count for a name.
#[derive(Debug, Default)]
pub(super) struct Aliases {
    /// Labels of the name's device that begin with the name, with the peer's (or own) address.
    own: Vec<(DeviceName, Ipv4Addr)>,
    /// The numbers behind the colon of every label that begins with the name.
    used: BTreeSet<u32>,
}

impl Change<'_> {
    /// Sets the address on the first alias that is free, with the mask and broadcast address of the
    /// device. An alias that has the address already is turned up.
    pub(super) fn add_alias(&mut self, address: Ipv4Addr) {
        let Some(interface) = self.interface() else { return };
        let Some(aliases) = self.aliases() else { return };
        if let Some(label) = aliases.with(address) {
            let family = self.chosen_family();
            self.turn(label, family, |flags| flags | DeviceFlags::UP);
            return;
        }
        let number = aliases.free();
        let label = [self.name.as_bytes(), b":", number.to_string().as_bytes()].concat();
        // The number may be cut off, the colon not: where there is no room for it, nothing is done.
        let label = DeviceName::truncated(&label);
        if label == self.name {
            return;
        }
        // What becomes of these is not told. In a family other than IPv4 nothing becomes of them.
        if let Ok(socket) = self.selected() {
            let _ = socket.set_address(label, address);
            let _ = socket.set_netmask(label, interface.netmask);
            let _ = socket.set_broadcast(label, interface.broadcast);
        }
        let family = self.chosen_family();
        let _ = self.flags_of(label, family, |flags| flags | DeviceFlags::BROADCAST);
    }

    /// Deletes the alias that has the address.
    pub(super) fn delete_alias(&mut self, address: Ipv4Addr) {
        if self.interface().is_none() {
            return;
        }
        // Asked for anew: an `add` before it in the command may have made the very alias.
        let known = self.aliases.take();
        let Some(found) = self.aliases().map(|aliases| aliases.with(address)) else { return };
        self.aliases = known;
        match found {
            Some(label) => {
                let family = self.clearing_family();
                self.turn(label, family, |flags| flags - DeviceFlags::UP);
            }
            None => self.failed(&[b"SIOCDIFADDR: ", Errno::EADDRNOTAVAIL.to_string().as_bytes()]),
        }
    }

    /// Turns a known alias up or down. What goes wrong is told, and counts for nothing.
    fn turn(
        &mut self,
        label: DeviceName,
        family: Family,
        change: impl FnOnce(DeviceFlags) -> DeviceFlags,
    ) {
        if let Err(message) = self.flags_of(label, family, change) {
            self.output.complain(&[&message]);
        }
    }

    /// Returns what is known of the name's own address: all zeros where it has none. Where the device
    /// cannot be asked about, that is told of it, and then of every name that cannot be, as net-tools
    /// does, which reads all of them now; the status stays as it is.
    fn interface(&mut self) -> Option<Inet> {
        let name = self.name;
        let found = self.selected().and_then(|socket| socket.flags(name));
        if let Err(error) = found {
            show::complain(self.output, name, &error);
            let known = list::names(self.kernel()).unwrap_or_default();
            let mut names: Vec<_> = known.into_iter().chain([name]).map(Key::of).collect();
            names.sort();
            names.dedup();
            for key in names {
                let asked = self.selected().and_then(|socket| socket.flags(key.name()));
                if let Err(error) = asked {
                    show::complain(self.output, key.name(), &error);
                }
            }
            return None;
        }
        // Addresses are asked for through the IPv4 socket whatever the family.
        let inet = self.inet().ok().and_then(|inet| one::inet(inet, name));
        let none = Ipv4Addr::UNSPECIFIED;
        Some(inet.unwrap_or(Inet {
            address: none,
            destination: none,
            broadcast: none,
            netmask: none,
        }))
    }

    /// Returns the aliases, which are asked for once for all the words.
    fn aliases(&mut self) -> Option<&Aliases> {
        if self.aliases.is_none() {
            let addresses = Rtnetlink::open(self.kernel())
                .and_then(|mut rtnetlink| rtnetlink.addresses(AddressFilter::IPV4));
            match addresses {
                Ok(addresses) => {
                    let labels = addresses.entries.iter().filter_map(|address| {
                        let IpAddr::V4(destination) = address.peer_or_local() else { return None };
                        Some((address.label?, destination))
                    });
                    self.aliases = Some(Aliases::of(self.name, labels.collect()));
                }
                Err(error) => {
                    let error = error.to_string();
                    self.failed(&[b"ifconfig: ", error.as_bytes()]);
                }
            }
        }
        self.aliases.as_ref()
    }
}

impl Aliases {
    fn of(name: DeviceName, labels: Vec<(DeviceName, Ipv4Addr)>) -> Self {
        let mut aliases = Self::default();
        let mut seen = HashSet::new();
        // The name itself counts as well, if it is an alias's, whether it exists or not.
        let named = aliases.count(name);
        for (label, address) in labels {
            if !label.as_bytes().starts_with(name.as_bytes()) || !aliases.count(label) {
                continue;
            }
            // Of several addresses with one label the first is the one that counts.
            if label.base() == name.base() && seen.insert(label) {
                aliases.own.push((label, address));
            }
        }
        // Where it does not exist, its address is taken for zeros.
        if named && seen.insert(name) {
            aliases.own.push((name, Ipv4Addr::UNSPECIFIED));
        }
        aliases
    }

    /// Counts the number of a label as used. Labels of other devices count, as they do in net-tools
    /// (`e01:0` for `e0`), but only so far. Returns whether the label is one that counts.
    fn count(&mut self, label: DeviceName) -> bool {
        let Some(suffix) = label.suffix().filter(|suffix| !suffix.contains(&b'-')) else {
            return false;
        };
        self.used.extend(u32::try_from(atoi(suffix)));
        true
    }

    fn with(&self, address: Ipv4Addr) -> Option<DeviceName> {
        self.own.iter().find(|(_, other)| *other == address).map(|(label, _)| *label)
    }

    /// Returns the lowest number that is not used.
    fn free(&self) -> u32 {
        (0..=u32::MAX).find(|number| !self.used.contains(number)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aliases(name: &str, labels: &[(&str, [u8; 4])]) -> Aliases {
        let labels =
            labels.iter().map(|(label, address)| (label.parse().unwrap(), (*address).into()));
        Aliases::of(name.parse().unwrap(), labels.collect())
    }

    #[test]
    fn the_lowest_free_number_is_taken_whatever_others_there_are() {
        assert_eq!(aliases("e0", &[]).free(), 0);
        let labels = [("e0", [1; 4]), ("e0:0", [2; 4]), ("e0:2", [3; 4]), ("e0:300", [4; 4])];
        assert_eq!(aliases("e0", &labels).free(), 1);
    }

    #[test]
    fn an_alias_counts_itself() {
        assert_eq!(aliases("e0:0", &[("e0:0", [1; 4])]).free(), 1);
        assert_eq!(aliases("e0:foo", &[]).free(), 1);
        assert_eq!(aliases("e0:-1", &[]).free(), 0);
        assert_eq!(aliases("e0:3", &[]).with([0; 4].into()), Some("e0:3".parse().unwrap()));
        assert_eq!(aliases("e0:3", &[("e0:3", [1; 4])]).with([0; 4].into()), None);
    }

    #[test]
    fn an_alias_of_another_device_is_never_chosen() {
        let found = aliases("e0", &[("e01:0", [10, 9, 0, 1]), ("e0:300", [10, 6, 0, 1])]);
        assert_eq!(found.with([10, 9, 0, 1].into()), None);
        assert_eq!(found.with([10, 6, 0, 1].into()), Some("e0:300".parse().unwrap()));
        assert_eq!(found.free(), 1);
    }
}
