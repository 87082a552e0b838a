//! `-s` and `-d`: an entry is set or deleted.

use super::words::{DETAILS, Detail};
use super::{Arp, Stop, WORD, failed, text};
use crate::hardware::{Case, Class, UNSPEC};
use crate::output::Text;
use crate::words::find;
use ifctl_netdevice::{ArpEntry, ArpFlags, DeviceName, Errno, HardwareAddress, HardwareType};
use std::net::Ipv4Addr;

/// What the words behind an entry's address say of it.
#[derive(Debug)]
struct Details {
    flags: ArpFlags,
    netmask: Option<Ipv4Addr>,
    /// `pub` was among them.
    public: bool,
    /// `priv` was among them.
    private: bool,
}

/// What is done with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Request {
    Set,
    Delete,
}

impl Arp<'_> {
    /// Sets an entry: a host, a hardware address or a device that has it, and details.
    pub(super) fn set(&mut self, words: &[&[u8]]) -> Result<(), Stop> {
        let [host, words @ ..] = words else { return Err(self.needed(b"host name")) };
        let address = self.address(host, WORD)?;
        let [word, words @ ..] = words else { return Err(self.needed(b"hardware address")) };
        let hardware_address =
            if self.options.use_device { self.of_device(word)? } else { self.hardware(word)? };
        let details = self.details(Request::Set, words)?;
        if self.options.verbose {
            self.output.complain(&[b"arp: SIOCSARP()"]);
        }
        let entry = self.entry(address, hardware_address, details.flags, details.netmask);
        self.control.set_arp(&entry).map_err(|error| failed(self.output, b"SIOCSARP: ", &error))
    }

    /// Deletes an entry: a host and details. What is known of a neighbour comes first, then what is
    /// answered in its place; with `pub` or `priv` alone there is no other.
    pub(super) fn delete(&mut self, words: &[&[u8]]) -> Result<(), Stop> {
        let [host, words @ ..] = words else { return Err(self.needed(b"host name")) };
        let address = self.address(host, WORD)?;
        let Details { flags, netmask, public, private } = self.details(Request::Delete, words)?;
        let flags = flags.difference(ArpFlags::PUBL);
        let both = public == private;
        for (asked, flags, name) in [
            (both || private, flags, &b"SIOCDARP(dontpub)"[..]),
            (both || public, flags.union(ArpFlags::PUBL), b"SIOCDARP(pub)"),
        ] {
            if asked && self.delete_one(address, flags, netmask, name)? {
                return Ok(());
            }
        }
        let text = self.output.text();
        text.str("No ARP entry for ");
        text.name(host.get(..WORD).unwrap_or(host));
        text.byte(b'\n');
        Err(Stop::Failed)
    }

    /// Makes one request, and returns whether there was such an entry.
    fn delete_one(
        &mut self,
        address: Ipv4Addr,
        flags: ArpFlags,
        netmask: Option<Ipv4Addr>,
        name: &[u8],
    ) -> Result<bool, Stop> {
        if self.options.verbose {
            self.output.complain(&[b"arp: ", name]);
        }
        let kind = self.options.class.map_or(HardwareType(0), |class| class.kind);
        let hardware_address = HardwareAddress::new(kind, &[]).unwrap_or_default();
        let entry = self.entry(address, hardware_address, flags, netmask);
        match self.control.delete_arp(&entry) {
            Ok(()) => Ok(true),
            Err(error) if matches!(error.errno(), Some(Errno::ENXIO | Errno::ENOENT)) => Ok(false),
            Err(error) => Err(failed(self.output, &[name, b": "].concat(), &error)),
        }
    }

    fn needed(&self, what: &[u8]) -> Stop {
        self.output.complain(&[b"arp: need ", what]);
        Stop::Failed
    }

    /// Reads a hardware address of the class that was asked for.
    fn hardware(&self, word: &[u8]) -> Result<HardwareAddress, Stop> {
        let class = self.options.class.unwrap_or(Class::of(HardwareType::ETHER));
        class.read(word).ok_or_else(|| {
            self.output.complain(&[class.before_invalid(), b"arp: invalid hardware address"]);
            Stop::Failed
        })
    }

    /// Fetches the hardware address of a device.
    fn of_device(&self, name: &[u8]) -> Result<HardwareAddress, Stop> {
        let device = DeviceName::truncated(name);
        let address = self.control.hardware_address(device).map_err(|error| {
            let cause = text(&error);
            let cause = cause.as_bytes();
            self.output.complain(&[b"arp: cant get HW-Address for `", name, b"': ", cause, b"."]);
            Stop::Failed
        })?;
        if self.options.class.is_some_and(|class| class.kind != address.kind()) {
            self.output.complain(&[b"arp: protocol type mismatch."]);
            return Err(Stop::Failed);
        }
        if self.options.verbose {
            let class = Class::of(address.kind());
            let class = if class.has_printer() { class } else { UNSPEC };
            let mut shown = Text::default();
            class.write(&mut shown, &address, Case::Lower);
            let (kind, shown) = (class.name.as_bytes(), shown.as_bytes());
            self.output.complain(&[
                b"arp: device `",
                name,
                b"' has HW address ",
                kind,
                b" `",
                shown,
                b"'.",
            ]);
        }
        Ok(address)
    }

    fn details(&mut self, request: Request, words: &[&[u8]]) -> Result<Details, Stop> {
        let mut flags = match request {
            Request::Set => ArpFlags::PERM | ArpFlags::COM,
            Request::Delete => ArpFlags::PERM,
        };
        let (mut public, mut private, mut netmask) = (false, false, None);
        let mut words = words.iter().copied();
        while let Some(word) = words.next() {
            if self.options.verbose && request == Request::Delete {
                self.output.complain(&[b"args=", word]);
            }
            match find(DETAILS, word).ok_or(Stop::Usage)?.action {
                Detail::Public => {
                    flags.insert(ArpFlags::PUBL);
                    public = true;
                }
                Detail::Private => {
                    flags.remove(ArpFlags::PUBL);
                    private = true;
                }
                Detail::Temporary => flags.remove(ArpFlags::PERM),
                Detail::Flag(flag) => flags.insert(flag),
                Detail::Device => {
                    let name = words.next().ok_or(Stop::Usage)?;
                    self.options.device = DeviceName::truncated(name);
                }
                Detail::Netmask => {
                    let mask = words.next().ok_or(Stop::Usage)?;
                    // A mask that is not written so is sent, whatever it is.
                    if mask != b"255.255.255.255" {
                        netmask = Some(self.address(mask, WORD)?);
                        flags.insert(ArpFlags::NETMASK);
                    }
                }
            }
        }
        Ok(Details { flags, netmask, public, private })
    }

    fn entry(
        &self,
        address: Ipv4Addr,
        hardware_address: HardwareAddress,
        flags: ArpFlags,
        netmask: Option<Ipv4Addr>,
    ) -> ArpEntry {
        let device = Some(self.options.device).filter(|device| !device.is_empty());
        ArpEntry { address, hardware_address, flags, device, netmask }
    }
}
