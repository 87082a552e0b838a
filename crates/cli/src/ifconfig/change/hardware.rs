//! The words that set the hardware address and what drivers know: ports, memory, media.

use super::super::entry::PORTS;
use super::super::words::Parameter;
use super::{Change, Step, Stop, Words, text};
use crate::hardware::Class;
use crate::number::{atoi, strtol, strtoul};
use crate::resolve::held;
use ifctl_netdevice::{DeviceFlags, Errno, Error, Refusal};

impl Change<'_> {
    pub(super) fn hardware(&mut self, words: &mut Words<'_>) -> Step {
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

    pub(super) fn parameter(&mut self, word: &[u8], parameter: Parameter, value: &[u8]) {
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

    pub(super) fn media(&mut self, words: &mut Words<'_>) -> Step {
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
            // All of it a number; as an int, -1 is what stands for none there.
            None if rest.is_empty() && number as i32 != -1 => Some(number as u8),
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
    pub(super) fn private(&mut self, request: &str) {
        let name = self.name;
        let index = self.selected().and_then(|socket| socket.index(name));
        let unsupported = || Error::from(Refusal::new("SIOCDEVPRIVATE", "", Errno::EOPNOTSUPP));
        self.told(request, index.and_then(|_| Err(unsupported())));
    }
}
