//! `add` and `del` with an IPv4 address: aliases that are numbered by themselves.
//!
//! What net-tools does wrong here stays where it is only odd (what becomes of it is not told; two `add`
//! in one command take the same number). It is mended where it does harm: nothing is added by `del`,
//! no other device is touched, and no number makes the program abort.

use super::change::Change;
use super::{one, show};
use crate::number::atoi;
use ifctl_netdevice::{AddressFilter, DeviceFlags, DeviceName, Errno, Rtnetlink};
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
            self.set_silently(label, |flags| flags | DeviceFlags::UP);
            return;
        }
        let number = aliases.free();
        let label = [self.name.as_bytes(), b":", number.to_string().as_bytes()].concat();
        let label = DeviceName::truncated(&label);
        // What becomes of these is not told.
        if let Ok(inet) = self.inet() {
            let _ = inet.set_address(label, address);
            let _ = inet.set_netmask(label, interface.netmask);
            let _ = inet.set_broadcast(label, interface.broadcast);
        }
        self.set_silently(label, |flags| flags | DeviceFlags::BROADCAST);
    }

    /// Deletes the alias that has the address.
    pub(super) fn delete_alias(&mut self, address: Ipv4Addr) {
        if self.interface().is_none() {
            return;
        }
        let Some(aliases) = self.aliases() else { return };
        match aliases.with(address) {
            Some(label) => self.set_silently(label, |flags| flags - DeviceFlags::UP),
            None => self.failed(&[b"SIOCDIFADDR: ", Errno::EADDRNOTAVAIL.to_string().as_bytes()]),
        }
    }

    fn set_silently(&mut self, label: DeviceName, change: impl FnOnce(DeviceFlags) -> DeviceFlags) {
        if let Ok(inet) = self.inet() {
            let _ = inet.flags(label).and_then(|flags| inet.set_flags(label, change(flags)));
        }
    }

    /// Returns what is known of the name's own address: all zeros where it has none. A device that
    /// does not exist is told of twice, as net-tools does, and the status stays as it is.
    fn interface(&mut self) -> Option<one::Inet> {
        let name = self.name;
        let found = self.inet().and_then(|inet| {
            inet.flags(name)?;
            Ok(one::inet(inet, name))
        });
        match found {
            Ok(inet) => Some(inet.unwrap_or(one::Inet {
                address: Ipv4Addr::UNSPECIFIED,
                destination: Ipv4Addr::UNSPECIFIED,
                broadcast: Ipv4Addr::UNSPECIFIED,
                netmask: Ipv4Addr::UNSPECIFIED,
            })),
            Err(error) => {
                show::complain(self.output, name, &error);
                show::complain(self.output, name, &error);
                None
            }
        }
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
                    self.aliases = Some(Aliases::of(self.name, labels));
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
    fn of(name: DeviceName, labels: impl Iterator<Item = (DeviceName, Ipv4Addr)>) -> Self {
        let mut aliases = Self::default();
        let mut seen = HashSet::new();
        for (label, address) in labels {
            let Some(suffix) = label.suffix() else { continue };
            if !label.as_bytes().starts_with(name.as_bytes()) || suffix.contains(&b'-') {
                continue;
            }
            // Labels of other devices count, as they do in net-tools (e01:0 for e0), but only so far.
            if let Ok(number) = u32::try_from(atoi(suffix)) {
                aliases.used.insert(number);
            }
            // Of several addresses with one label the first is the one that counts.
            if label.base() == name.base() && seen.insert(label) {
                aliases.own.push((label, address));
            }
        }
        aliases
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
        Aliases::of(name.parse().unwrap(), labels)
    }

    #[test]
    fn the_lowest_free_number_is_taken_whatever_others_there_are() {
        assert_eq!(aliases("e0", &[]).free(), 0);
        let labels = [("e0", [1; 4]), ("e0:0", [2; 4]), ("e0:2", [3; 4]), ("e0:300", [4; 4])];
        assert_eq!(aliases("e0", &labels).free(), 1);
    }

    #[test]
    fn an_alias_of_another_device_is_never_chosen() {
        let found = aliases("e0", &[("e01:0", [10, 9, 0, 1]), ("e0:300", [10, 6, 0, 1])]);
        assert_eq!(found.with([10, 9, 0, 1].into()), None);
        assert_eq!(found.with([10, 6, 0, 1].into()), Some("e0:300".parse().unwrap()));
        assert_eq!(found.free(), 1);
    }
}
