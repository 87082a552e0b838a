//! Carrying out the words behind a name, from left to right, each at once.
//!
//! Nothing is looked at in advance and nothing is taken back: what was done before a word that is not
//! understood stays done. The requests go out in the order in which net-tools sends them.

mod address;
mod hardware;
mod inet6;

use super::alias::Aliases;
use super::words::{Action, WORDS};
use super::{USAGE, usage};
use crate::family::{self, NamedFamily};
use crate::number::{atoi, strtoul};
use crate::output::Output;
use crate::resolve::Resolver;
use crate::words::find;
use ifctl_netdevice::{
    Control, DeviceFlags, DeviceName, Errno, Error, Family, Kernel, Refusal, Result,
};
use std::net::Ipv4Addr;

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
        let resolver = Resolver::new(output.surroundings());
        Self {
            kernel,
            output,
            resolver,
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
        let Some(row) = find(WORDS, word) else { return self.assign(word) };
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

    /// Returns the family that was named, or IPv4.
    pub(super) fn chosen_family(&self) -> Family {
        self.family.family()
    }

    fn set_flags(&mut self, flags: DeviceFlags) {
        self.change_flags(self.chosen_family(), |old| old | flags);
    }

    fn clear_flags(&mut self, flags: DeviceFlags) {
        self.change_flags(self.clearing_family(), |old| old - flags);
    }

    fn change_flags(&mut self, family: Family, change: impl FnOnce(DeviceFlags) -> DeviceFlags) {
        if let Err(message) = self.flags_of(self.name, family, change) {
            self.flag_failed(&[&message]);
        }
    }

    /// Reads the flags of a name and writes them changed. Through the IPv4 socket, and for an alias, the
    /// second deletes the alias if UP is not among them, and else does nothing.
    ///
    /// # Errors
    ///
    /// What is to be told.
    pub(super) fn flags_of(
        &mut self,
        name: DeviceName,
        family: Family,
        change: impl FnOnce(DeviceFlags) -> DeviceFlags,
    ) -> std::result::Result<(), Vec<u8>> {
        let old = self.socket(family).and_then(|socket| socket.flags(name));
        let old = old.map_err(|error| {
            let error = text(&error);
            [name.as_bytes(), b": ERROR while getting interface flags: ", error.as_bytes()].concat()
        })?;
        let result = self.socket(family).and_then(|socket| socket.set_flags(name, change(old)));
        result.map_err(|error| [b"SIOCSIFFLAGS: ", text(&error).as_bytes()].concat())
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
    pub(super) fn clearing_family(&self) -> Family {
        if self.name.is_alias() { Family::INET } else { self.family.family() }
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
