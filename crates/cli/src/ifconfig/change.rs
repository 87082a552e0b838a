//! Carrying out the words behind a name, from left to right, each at once.
//!
//! Nothing is looked at in advance and nothing is taken back: what was done before a word that is not
//! understood stays done. The requests go out in the order in which net-tools sends them.

use super::alias::Aliases;
use super::entry::PORTS;
use super::words::{Action, Parameter, UP_AND_RUNNING, Word};
use super::{USAGE, usage};
use crate::family::{self, Failure, Meaning, NamedFamily};
use crate::hardware::Class;
use crate::number::{atoi, strtol, strtoul};
use crate::output::Output;
use crate::resolve::{Kind, Resolver, held};
use ifctl_abi::{IfReq, SocketType, ioctl};
use ifctl_kernel::Request;
use ifctl_netdevice::{
    Control, DeviceFlags, DeviceName, Errno, Error, Family, Kernel, Refusal, Result,
};
use std::net::{Ipv4Addr, Ipv6Addr};

/// A change under way.
pub(super) struct Change<'k> {
    kernel: &'k dyn Kernel,
    pub(super) output: &'k mut Output,
    resolver: Resolver,
    /// The sockets opened so far, one per family.
    sockets: Vec<(Family, Control<'static>)>,
    pub(super) name: DeviceName,
    family: &'static NamedFamily,
    verbose: bool,
    /// 1 after a failure; the results of flags (-1) and masks (1) are or-ed in, so that -1 stays until
    /// a failure of another word puts 1 in its place.
    status: i32,
    netmask_given: bool,
    /// The mask of the last `A/P`, to be set at the end.
    prefix_mask: Option<Ipv4Addr>,
    /// The aliases as they were when the first `add` or `del` asked.
    pub(super) aliases: Option<Aliases>,
}

/// Why the words behind are not looked at any more.
#[derive(Debug)]
pub(super) enum Stop {
    /// They are not what the usage text says.
    Usage,
    /// It has been told; the status is 1.
    Failed,
}

type Step = Result<(), Stop>;

/// The words that are left.
struct Words<'w> {
    words: std::slice::Iter<'w, &'w [u8]>,
}

impl<'w> Words<'w> {
    fn next(&mut self) -> Option<&'w [u8]> {
        self.words.next().copied()
    }

    fn peek(&self) -> Option<&'w [u8]> {
        self.words.as_slice().first().copied()
    }

    /// Returns the argument of a word, without which it is not understood.
    fn argument(&mut self) -> Result<&'w [u8], Stop> {
        self.next().ok_or(Stop::Usage)
    }
}

impl<'k> Change<'k> {
    /// Returns a change of what this name stands for.
    pub(super) fn new(
        kernel: &'k dyn Kernel,
        output: &'k mut Output,
        name: DeviceName,
        verbose: bool,
    ) -> Self {
        Self {
            kernel,
            output,
            resolver: Resolver::default(),
            sockets: Vec::new(),
            name,
            family: family::INET,
            verbose,
            status: 0,
            netmask_given: false,
            prefix_mask: None,
            aliases: None,
        }
    }

    /// Carries the words out and returns the exit status.
    pub(super) fn run(mut self, words: &[&[u8]]) -> u8 {
        let mut words = Words { words: words.iter() };
        if let Some(first) = words.peek() {
            if let Some(family) = NamedFamily::by_name(first) {
                self.family = family;
                words.next();
            } else if first.contains(&b',') {
                self.output.complain(&[b"Please don't supply more than one address family."]);
            }
        }
        while let Some(word) = words.next() {
            match self.word(word, &mut words) {
                Ok(()) => {}
                Err(Stop::Usage) => {
                    usage::complain(self.output);
                    return USAGE;
                }
                Err(Stop::Failed) => return 1,
            }
        }
        if let Some(mask) = self.prefix_mask {
            let name = self.name;
            let result = self.inet().and_then(|inet| inet.set_netmask(name, mask));
            self.mask_told(result);
        }
        if self.verbose && self.status != 0 {
            let status = self.status.to_string();
            self.output.complain(&[
                b"WARNING: at least one error occured. (",
                status.as_bytes(),
                b")",
            ]);
        }
        // The low eight bits, as for every program: -1 is 255.
        self.status as u8
    }

    fn word(&mut self, word: &[u8], words: &mut Words<'_>) -> Step {
        let Some(row) = Word::by_name(word) else { return self.assign(word) };
        match row.action {
            Action::Set(flags) => self.set_flags(flags),
            Action::Clear(flags) => self.clear_flags(flags),
            Action::ClearAndTest(flag, still) => {
                self.clear_flags(flag);
                self.test_flag(flag, still);
            }
            Action::Broadcast => self.broadcast(words),
            Action::PointToPoint => self.point_to_point(words),
            Action::Netmask => self.netmask(words)?,
            Action::Destination => self.destination(words.argument()?),
            Action::Tunnel => self.tunnel(words.argument()?)?,
            Action::Add => self.add_or_delete(words.argument()?, false)?,
            Action::Delete => self.add_or_delete(words.argument()?, true)?,
            Action::Private(request) => {
                words.argument()?;
                self.private(request);
            }
            Action::Hardware => self.hardware(words)?,
            Action::Mtu => {
                let mtu = atoi(words.argument()?);
                let name = self.name;
                let result = self.selected().and_then(|socket| socket.set_mtu(name, mtu));
                self.told("SIOCSIFMTU", result);
            }
            Action::TxQueueLength => {
                let length = strtoul(words.argument()?, 0).0 as i32;
                let name = self.name;
                let result =
                    self.selected().and_then(|socket| socket.set_tx_queue_length(name, length));
                self.told("SIOCSIFTXQLEN", result);
            }
            Action::Map(parameter) => self.parameter(word, parameter, words.argument()?),
            Action::Media => self.media(words)?,
            Action::Rename => {
                let new = DeviceName::truncated(words.argument()?);
                let name = self.name;
                let result = self.selected().and_then(|socket| socket.rename(name, new));
                self.told("SIOCSIFNAME", result);
            }
        }
        Ok(())
    }

    // Sockets.

    /// Returns the socket of a family; a family without one has a descriptor that is none.
    fn socket(&mut self, family: Family) -> Result<&Control<'static>> {
        let place = match self.sockets.iter().position(|(opened, _)| *opened == family) {
            Some(place) => place,
            None => {
                // For the family of no sockets net-tools asks its standard input, whatever that is.
                let errno = if family == Family::UNSPEC { Errno::ENOTTY } else { Errno::EBADF };
                let refusal = || Refusal::new("ioctl", "", errno);
                let opened = match family {
                    Family::UNSPEC => None,
                    family => Control::open(self.kernel, family).ok(),
                };
                self.sockets.push((family, opened.ok_or_else(refusal)?));
                self.sockets.len() - 1
            }
        };
        let socket = self.sockets.get(place).map(|(_, socket)| socket);
        socket.ok_or_else(|| Refusal::new("ioctl", "", Errno::EBADF).into())
    }

    /// Returns the IPv4 socket, which the addresses are set through.
    pub(super) fn inet(&mut self) -> Result<&Control<'static>> {
        self.socket(Family::INET)
    }

    /// Returns the socket of the family that was selected.
    pub(super) fn selected(&mut self) -> Result<&Control<'static>> {
        self.socket(self.family.family())
    }

    // Results.

    /// Tells what became of a request, if that was not what was asked for.
    fn told(&mut self, request: &str, result: Result<()>) {
        if let Err(error) = result {
            self.failed(&[request.as_bytes(), b": ", text(&error).as_bytes()]);
        }
    }

    /// Tells of a failure after which the next word is carried out.
    pub(super) fn failed(&mut self, parts: &[&[u8]]) {
        self.output.complain(parts);
        self.status = 1;
    }

    fn mask_told(&mut self, result: Result<()>) {
        if let Err(error) = result {
            self.output.complain(&[b"SIOCSIFNETMASK: ", text(&error).as_bytes()]);
            self.status |= 1;
        }
    }

    fn flag_failed(&mut self, parts: &[&[u8]]) {
        self.output.complain(parts);
        self.status |= -1;
    }

    // Flags.

    fn set_flags(&mut self, flags: DeviceFlags) {
        self.change_flags(self.family.family(), |old| old | flags);
    }

    fn clear_flags(&mut self, flags: DeviceFlags) {
        self.change_flags(self.clearing_family(), |old| old - flags);
    }

    /// Reads the flags and writes them changed. Through the IPv4 socket, and for an alias, the second
    /// deletes the alias if UP is not among them, and else does nothing.
    fn change_flags(&mut self, family: Family, change: impl FnOnce(DeviceFlags) -> DeviceFlags) {
        let name = self.name;
        let old = self.socket(family).and_then(|socket| socket.flags(name));
        match old {
            Err(error) => self.flag_failed(&[
                name.as_bytes(),
                b": ERROR while getting interface flags: ",
                text(&error).as_bytes(),
            ]),
            Ok(old) => {
                let new = change(old);
                let result = self.socket(family).and_then(|socket| socket.set_flags(name, new));
                if let Err(error) = result {
                    self.flag_failed(&[b"SIOCSIFFLAGS: ", text(&error).as_bytes()]);
                }
            }
        }
    }

    /// Tells if a flag is still set.
    fn test_flag(&mut self, flag: DeviceFlags, still: &str) {
        let (name, family) = (self.name, self.clearing_family());
        match self.socket(family).and_then(|socket| socket.flags(name)) {
            Err(error) => self.output.complain(&[
                name.as_bytes(),
                b": ERROR while testing interface flags: ",
                text(&error).as_bytes(),
            ]),
            Ok(flags) if flags.intersects(flag) => self.output.complain(&[
                b"Warning: Interface ",
                name.as_bytes(),
                b" still in ",
                still.as_bytes(),
            ]),
            Ok(_) => {}
        }
    }

    /// Returns the family of the socket that flags are cleared through: aliases are IPv4's.
    fn clearing_family(&self) -> Family {
        if self.name.is_alias() { Family::INET } else { self.family.family() }
    }

    // Addresses.

    /// Assigns an address: what every word is that is no other.
    fn assign(&mut self, word: &[u8]) -> Step {
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

    fn broadcast(&mut self, words: &mut Words<'_>) {
        if let Some(word) = words.next() {
            let Some(address) = self.address(word, "broadcast") else { return };
            let result = self.send(address, |s, name, a| s.set_broadcast(name, a));
            self.told("SIOCSIFBRDADDR", result);
        }
        self.set_flags(DeviceFlags::BROADCAST);
    }

    fn point_to_point(&mut self, words: &mut Words<'_>) {
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

    fn destination(&mut self, word: &[u8]) {
        if let Some(address) = self.address(word, "dstaddr") {
            let result = self.send(address, |s, name, a| s.set_destination(name, a));
            self.told("SIOCSIFDSTADDR", result);
        }
    }

    fn netmask(&mut self, words: &mut Words<'_>) -> Step {
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
    fn add_or_delete(&mut self, word: &[u8], delete: bool) -> Step {
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

    fn change_inet6(&mut self, word: &[u8], delete: bool) -> Step {
        let Some((address, prefix_length)) = self.inet6_argument(word)? else { return Ok(()) };
        let Some(index) = self.index_for_inet6() else { return Ok(()) };
        if delete && self.verbose {
            let argument = format!("{{ifindex={index},prefixlen={prefix_length}}})");
            self.output.complain(&[b"now deleting: ioctl(SIOCDIFADDR,", argument.as_bytes()]);
        }
        let socket = self.socket(Family::INET6);
        if delete {
            let result = socket.and_then(|s| s.delete_address6(index, address, prefix_length));
            self.told("SIOCDIFADDR", result);
        } else {
            let result = socket.and_then(|s| s.add_address6(index, address, prefix_length));
            self.told("SIOCSIFADDR", result);
        }
        Ok(())
    }

    fn tunnel(&mut self, word: &[u8]) -> Step {
        let Some((address, prefix_length)) = self.inet6_argument(word)? else { return Ok(()) };
        let Some(index) = self.index_for_inet6() else { return Ok(()) };
        // The structure is an in6_ifreq: the address where a name would be, then two numbers.
        let mut argument = IfReq::default().with(&[prefix_length, index]);
        argument.name = address.octets();
        let request = Request::Other { number: ioctl::SIOCSIFDSTADDR, argument: &mut argument };
        let result = self
            .kernel
            .socket(Family::INET6, SocketType::DATAGRAM, 0)
            .and_then(|socket| socket.ioctl(request))
            .map_err(|errno| Refusal::new("SIOCSIFDSTADDR", "", errno).into());
        self.told("SIOCSIFDSTADDR", result);
        Ok(())
    }

    /// Reads an IPv6 address with its prefix length, 128 if there is none.
    fn inet6_argument(&mut self, word: &[u8]) -> Result<Option<(Ipv6Addr, u32)>, Stop> {
        let mut parts = held(word).splitn(2, |byte| *byte == b'/');
        let host = parts.next().unwrap_or_default();
        let prefix_length = match parts.next() {
            None => 128,
            Some(digits) => match strtol(digits, 10).0 {
                length @ 0..=128 => length as u32,
                _ => return Err(Stop::Usage),
            },
        };
        let address = std::str::from_utf8(host).ok().and_then(|host| host.parse().ok());
        if address.is_none() {
            let failure = self.resolver.failure(host);
            self.failed(&[&failure]);
        }
        Ok(address.map(|address| (address, prefix_length)))
    }

    fn index_for_inet6(&mut self) -> Option<u32> {
        let name = self.name;
        let result = match self.socket(Family::INET6) {
            Ok(socket) => socket.index(name),
            Err(_) => {
                self.failed(&[b"No support for INET6 on this system."]);
                return None;
            }
        };
        match result {
            Ok(index) => Some(index),
            Err(error) => {
                self.failed(&[b"SIOGIFINDEX: ", text(&error).as_bytes()]);
                None
            }
        }
    }

    // Hardware.

    fn hardware(&mut self, words: &mut Words<'_>) -> Step {
        let class = Class::by_name(words.argument()?).ok_or(Stop::Usage)?;
        if !class.has_reader() {
            self.failed(&[
                b"hw address type `",
                class.name.as_bytes(),
                b"' has no handler to set address. failed.",
            ]);
            // The address is skipped unseen; where there is none, so ends the list of words.
            words.argument()?;
            return Ok(());
        }
        let word = held(words.argument()?);
        let Some(address) = class.read(word) else {
            let (first, class) = (class.before_invalid(), class.name.as_bytes());
            self.failed(&[first, word, b": invalid ", class, b" address."]);
            return Ok(());
        };
        let name = self.name;
        let result = self.selected().and_then(|socket| socket.set_hardware_address(name, &address));
        match result {
            Err(error) if error.errno() == Some(Errno::EBUSY) => self.failed(&[
                b"SIOCSIFHWADDR: ",
                text(&error).as_bytes(),
                b" - you may need to down the interface",
            ]),
            result => self.told("SIOCSIFHWADDR", result),
        }
        Ok(())
    }

    fn parameter(&mut self, word: &[u8], parameter: Parameter, value: &[u8]) {
        self.change_map(word, |map| match parameter {
            Parameter::MemoryStart => map.mem_start = strtoul(value, 0).0,
            Parameter::IoAddress => map.base_addr = strtol(value, 0).0 as u16,
            Parameter::Interrupt => map.irq = atoi(value) as u8,
        });
    }

    fn change_map(&mut self, word: &[u8], change: impl FnOnce(&mut ifctl_netdevice::IfMap)) {
        let name = self.name;
        match self.selected().and_then(|socket| socket.map(name)) {
            Err(error) => self.failed(&[word, b": SIOCGIFMAP: ", text(&error).as_bytes()]),
            Ok(mut map) => {
                change(&mut map);
                let result = self.selected().and_then(|socket| socket.set_map(name, &map));
                if let Err(error) = result {
                    self.failed(&[word, b": SIOCSIFMAP: ", text(&error).as_bytes()]);
                }
            }
        }
    }

    fn media(&mut self, words: &mut Words<'_>) -> Step {
        let word = words.peek().ok_or(Stop::Usage)?;
        if word.eq_ignore_ascii_case(b"auto") {
            // The word stays, and is taken for an address next, as in net-tools.
            self.set_flags(DeviceFlags::AUTOMEDIA);
            return Ok(());
        }
        words.next();
        let (number, rest) = strtol(word, 10);
        let by_name = PORTS
            .iter()
            .position(|names| names.iter().any(|name| name.as_bytes().eq_ignore_ascii_case(word)));
        let port = match by_name {
            None if rest.is_empty() && !word.is_empty() => Some(number as u8),
            by_name => by_name.and_then(|port| u8::try_from(port).ok()),
        };
        match port {
            None => self.failed(&[b"Unknown media type."]),
            Some(port) => self.change_map(b"port", |map| map.port = port),
        }
        Ok(())
    }

    /// Answers for a driver's private request, which only SLIP ever had: it is not sent, since another
    /// driver may understand something else by the number.
    fn private(&mut self, request: &str) {
        let name = self.name;
        let index = self.selected().and_then(|socket| socket.index(name));
        let unsupported = || Error::from(Refusal::new("SIOCDEVPRIVATE", "", Errno::EOPNOTSUPP));
        self.told(request, index.and_then(|_| Err(unsupported())));
    }

    /// Returns the kernel that is changed.
    pub(super) fn kernel(&self) -> &'k dyn Kernel {
        self.kernel
    }
}

/// Returns the C library's text of an error.
fn text(error: &Error) -> String {
    error.errno().map_or_else(|| error.to_string(), |errno| errno.to_string())
}

/// What stands behind the slash of an IPv4 address: a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Prefix(u64);

impl Prefix {
    /// Reads the number, in any of C's bases; nothing is 0. What is no number, or goes on behind it, is
    /// no prefix.
    pub(crate) fn read(digits: &[u8]) -> Option<Self> {
        let (length, rest) = strtoul(digits, 0);
        rest.is_empty().then_some(Self(length))
    }

    /// Returns the mask of this many ones. Unlike with net-tools, 32 is 255.255.255.255, and more than
    /// that is none.
    pub(crate) fn mask(self) -> Option<Ipv4Addr> {
        let length = u32::try_from(self.0).ok().filter(|length| *length <= 32)?;
        Some(Ipv4Addr::from_bits(u32::MAX.checked_shl(32 - length).unwrap_or(0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_length_is_a_number_of_c_and_at_most_32() {
        let mask = |digits: &str| {
            let mask = Prefix::read(digits.as_bytes()).map(Prefix::mask);
            mask.map(|mask| mask.map(|mask| mask.to_string()))
        };
        for (digits, expected) in [
            ("", "0.0.0.0"),
            ("0", "0.0.0.0"),
            ("8", "255.0.0.0"),
            ("0x18", "255.255.255.0"),
            ("030", "255.255.255.0"),
            ("+8", "255.0.0.0"),
            ("32", "255.255.255.255"),
        ] {
            assert_eq!(mask(digits), Some(Some(expected.to_owned())), "{digits}");
        }
        for digits in ["33", "64", "-1", "4294967304"] {
            assert_eq!(mask(digits), Some(None), "{digits}");
        }
        for digits in ["a", "24/8", "255.255.255.0"] {
            assert_eq!(mask(digits), None, "{digits}");
        }
    }
}
