//! The words that set IPv4 addresses, masks, broadcast and peers' addresses.

use super::super::prefix::Prefix;
use super::super::words::UP_AND_RUNNING;
use super::{Change, Step, Stop, Words};
use crate::family::{Failure, Meaning};
use crate::resolve::{Kind, held};
use ifctl_netdevice::{Control, DeviceFlags, DeviceName, Family, Result};
use std::net::Ipv4Addr;

impl Change<'_> {
    /// Assigns an address: what every word is that is no other.
    pub(super) fn assign(&mut self, word: &[u8]) -> Step {
        let is_inet = self.family.family() == Family::INET;
        let (mut host, mut prefix) = (word, None);
        if is_inet && let Some(slash) = word.iter().position(|byte| *byte == b'/') {
            let (before, after) = word.split_at(slash);
            prefix = Some(Prefix::read(after.get(1..).unwrap_or_default()).ok_or(Stop::Usage)?);
            if self.netmask_given {
                return Err(Stop::Usage);
            }
            host = before;
        }
        if !self.family.has_addresses() {
            self.output.complain(&[b"ifconfig: Cannot set address for this protocol family."]);
            return Err(Stop::Failed);
        }
        let host = held(host);
        let number = self.family.number.to_string();
        match self.family.read(host, &mut self.resolver) {
            Err(failure) => {
                match failure {
                    Failure::Said(lines) => {
                        lines.iter().for_each(|line| self.output.complain(&[line]));
                    }
                    Failure::Unsaid => self.output.complain(&[
                        b"ifconfig: error resolving '",
                        host,
                        b"' to set address for af=",
                        self.family.name.as_bytes(),
                    ]),
                }
                self.output.complain(&[b"ifconfig: `--help' gives usage information."]);
                Err(Stop::Failed)
            }
            Ok(Meaning::Foreign(_)) => {
                if self.family.name == "ec" {
                    self.output.complain(&[b"No support for ECONET on this system."]);
                } else {
                    self.output.complain(&[
                        b"Don't know how to set addresses for family ",
                        number.as_bytes(),
                        b".",
                    ]);
                }
                Err(Stop::Failed)
            }
            Ok(Meaning::Inet(address, _)) => {
                if let Some(prefix) = prefix {
                    self.prefix_mask = Some(prefix.mask().ok_or(Stop::Usage)?);
                }
                let name = self.name;
                let result = self.inet().and_then(|inet| inet.set_address(name, address));
                self.told("SIOCSIFADDR", result);
                let deleted = address.is_unspecified() || name.as_bytes().ends_with(b"-");
                if !(name.is_alias() && deleted) {
                    self.set_flags(UP_AND_RUNNING);
                }
                Ok(())
            }
        }
    }

    /// Looks up an address of the selected family; a failure is told, and the next word's turn.
    fn address(&mut self, word: &[u8], purpose: &str) -> Option<Meaning> {
        let host = held(word);
        match self.family.read(host, &mut self.resolver) {
            Ok(meaning) => Some(meaning),
            Err(Failure::Said(lines)) => {
                lines.iter().for_each(|line| self.failed(&[line]));
                None
            }
            Err(Failure::Unsaid) => {
                self.failed(&[b"ifconfig: Error resolving '", host, b"' for ", purpose.as_bytes()]);
                None
            }
        }
    }

    /// Sends an address through the selected family's socket. Linux has no such request for families
    /// other than IPv4, and does not look at the address before it says so.
    fn send(
        &mut self,
        meaning: Meaning,
        send: impl FnOnce(&Control<'static>, DeviceName, Ipv4Addr) -> Result<()>,
    ) -> Result<()> {
        let address = match meaning {
            Meaning::Inet(address, _) => address,
            Meaning::Foreign(_) => Ipv4Addr::UNSPECIFIED,
        };
        let name = self.name;
        self.selected().and_then(|socket| send(socket, name, address))
    }

    pub(super) fn broadcast(&mut self, words: &mut Words<'_>) {
        if let Some(word) = words.next() {
            let Some(address) = self.address(word, "broadcast") else { return };
            let result = self.send(address, |s, name, a| s.set_broadcast(name, a));
            self.told("SIOCSIFBRDADDR", result);
        }
        self.set_flags(DeviceFlags::BROADCAST);
    }

    pub(super) fn point_to_point(&mut self, words: &mut Words<'_>) {
        if let Some(word) = words.next() {
            let Some(address) = self.address(word, "pointopoint") else { return };
            if let Meaning::Inet(_, Kind::Network) | Meaning::Foreign(Kind::Network) = address {
                let failure = self.family.failure(word, &self.resolver);
                self.failed(&[&failure]);
                return;
            }
            let result = self.send(address, |s, name, a| s.set_destination(name, a));
            self.told("SIOCSIFDSTADDR", result);
        }
        self.set_flags(DeviceFlags::POINTOPOINT);
    }

    pub(super) fn destination(&mut self, word: &[u8]) {
        if let Some(address) = self.address(word, "dstaddr") {
            let result = self.send(address, |s, name, a| s.set_destination(name, a));
            self.told("SIOCSIFDSTADDR", result);
        }
    }

    pub(super) fn netmask(&mut self, words: &mut Words<'_>) -> Step {
        let word = words.argument()?;
        if self.netmask_given {
            return Err(Stop::Usage);
        }
        if let Some(mask) = self.address(word, "netmask") {
            self.netmask_given = true;
            let result = self.send(mask, |s, name, a| s.set_netmask(name, a));
            self.mask_told(result);
        }
        Ok(())
    }

    /// Adds or deletes an address: IPv6 if the word holds a colon, else IPv4, as an alias.
    pub(super) fn add_or_delete(&mut self, word: &[u8], delete: bool) -> Step {
        if word.contains(&b':') {
            return self.change_inet6(word, delete);
        }
        let host = held(word);
        match self.resolver.network_first(host) {
            None => {
                let failure = self.family.failure(host, &self.resolver);
                self.failed(&[&failure]);
            }
            Some((address, _)) if delete => self.delete_alias(address),
            Some((address, _)) => self.add_alias(address),
        }
        Ok(())
    }
}
