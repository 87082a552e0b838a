//! Words that stand for IPv4 and IPv6 addresses, and the way back, with the texts that go with a
//! failure.
//!
//! A word is `default`, a number in one of inet_aton(3)'s forms, a name of networks(5), or a host's.
//! See resolver(5), nsswitch.conf(5).

use crate::number::strtoul;
use crate::surroundings::Surroundings;
use std::collections::HashMap;
use std::ffi::CString;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The file of the names of networks.
const NETWORKS: &[u8] = b"/etc/networks";

/// How much of a word is looked up.
const LONGEST_HOST: usize = 127;

/// `h_errno`: the name is not known.
const HOST_NOT_FOUND: i32 = 1;
/// `h_errno`: the server failed for good.
const NO_RECOVERY: i32 = 3;

/// Returns the part of a word that net-tools' buffer holds: that is what is looked up, and told of.
pub(crate) fn held(word: &[u8]) -> &[u8] {
    word.get(..LONGEST_HOST).unwrap_or(word)
}

/// What kind of thing a word stood for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A host's name, or a number.
    Host,
    /// `default`, or a network's name.
    Network,
}

/// Looks words up, and remembers what the last failure was.
#[derive(Debug, Default)]
pub(crate) struct Resolver {
    surroundings: Surroundings,
    /// As C programs see it: a failure sets it, and it stays until the next one.
    h_errno: i32,
    /// What was last wrong with an address of another family: its tools keep that, too.
    pub(crate) fault: &'static str,
    networks: Option<Vec<Network>>,
    names: HashMap<IpAddr, Option<Vec<u8>>>,
}

/// A line of networks(5).
#[derive(Debug)]
struct Network {
    names: Vec<Vec<u8>>,
    number: u32,
}

impl Resolver {
    /// Returns a resolver that asks these.
    pub(crate) fn new(surroundings: &Surroundings) -> Self {
        Self { surroundings: surroundings.clone(), ..Self::default() }
    }

    /// Looks up a word, networks before hosts.
    pub(crate) fn network_first(&mut self, word: &[u8]) -> Option<(Ipv4Addr, Kind)> {
        if let Some(found) = literal(word) {
            return Some(found);
        }
        if let Some(found) = self.network(word) {
            return Some((found, Kind::Network));
        }
        self.host(word).map(|address| (address, Kind::Host))
    }

    /// Looks up a word, hosts before networks.
    pub(crate) fn host_first(&mut self, word: &[u8]) -> Option<(Ipv4Addr, Kind)> {
        if let Some(found) = literal(word) {
            return Some(found);
        }
        if let Some(address) = self.host(word) {
            return Some((address, Kind::Host));
        }
        self.network(word).map(|address| (address, Kind::Network))
    }

    /// Looks up a word as an IPv6 address or a host that has one.
    ///
    /// # Errors
    ///
    /// The C library's `EAI_*` number.
    pub(crate) fn address6(&mut self, word: &[u8]) -> Result<Ipv6Addr, i32> {
        let answer = CString::new(word)
            .map_err(|_| libc_eai::NONAME)
            .and_then(|name| self.surroundings.address6_by_name(&name));
        if answer.is_err() && word.is_empty() {
            // The number is the same whatever is asked; what else is told depends on it.
            self.host(word);
        } else if let Err(code) = answer
            // This word stands for no name in getaddrinfo(3), which then asks nobody.
            && word != b"*"
        {
            self.h_errno = match code {
                libc_eai::NONAME => HOST_NOT_FOUND,
                libc_eai::AGAIN => 2,
                libc_eai::FAIL => NO_RECOVERY,
                libc_eai::NODATA => 4,
                _ => self.h_errno,
            };
        }
        answer
    }

    /// Returns the name of the host of this address, if it has one.
    pub(crate) fn name_of_host(&mut self, address: IpAddr) -> Option<&[u8]> {
        let ask = || self.surroundings.name_by_address(address);
        self.names.entry(address).or_insert_with(ask).as_deref()
    }

    /// Returns the name of the network of this number, if it has one.
    pub(crate) fn name_of_network(&mut self, address: Ipv4Addr) -> Option<&[u8]> {
        let number = address.to_bits();
        self.networks()
            .iter()
            .find(|network| network.number == number)
            .and_then(|network| network.names.first())
            .map(Vec::as_slice)
    }

    /// Returns what herror(3) prints after a failure: `WORD: Unknown host`.
    pub(crate) fn failure(&self, word: &[u8]) -> Vec<u8> {
        let text: &[u8] = match self.h_errno {
            0 => b"Resolver Error 0 (no error)",
            HOST_NOT_FOUND => b"Unknown host",
            2 => b"Host name lookup failure",
            NO_RECOVERY => b"Unknown server error",
            4 => b"No address associated with name",
            ..0 => b"Resolver internal error",
            _ => b"Unknown resolver error",
        };
        if word.is_empty() { text.to_vec() } else { [word, b": ", text].concat() }
    }

    fn host(&mut self, word: &[u8]) -> Option<Ipv4Addr> {
        let Ok(name) = CString::new(word) else {
            self.h_errno = HOST_NOT_FOUND;
            return None;
        };
        let answer = self.surroundings.host_by_name(&name);
        if answer.h_errno != 0 {
            self.h_errno = answer.h_errno;
        }
        answer.address
    }

    fn network(&mut self, word: &[u8]) -> Option<Ipv4Addr> {
        let found = self
            .networks()
            .iter()
            .find(|network| network.names.iter().any(|name| name.eq_ignore_ascii_case(word)))
            .map(|network| Ipv4Addr::from_bits(network.number));
        if found.is_none() {
            self.h_errno = HOST_NOT_FOUND;
        }
        found
    }

    fn networks(&mut self) -> &[Network] {
        self.networks.get_or_insert_with(|| {
            self.surroundings.file(NETWORKS).map(|file| networks(&file)).unwrap_or_default()
        })
    }
}

/// The numbers of getaddrinfo(3)'s failures, which are the same in every C library for Linux.
mod libc_eai {
    pub(super) const NONAME: i32 = -2;
    pub(super) const AGAIN: i32 = -3;
    pub(super) const FAIL: i32 = -4;
    pub(super) const NODATA: i32 = -5;
}

/// Returns what a word means without asking anybody: `default`, or a number.
fn literal(word: &[u8]) -> Option<(Ipv4Addr, Kind)> {
    if word == b"default" {
        return Some((Ipv4Addr::UNSPECIFIED, Kind::Network));
    }
    inet_aton(word).map(|address| (address, Kind::Host))
}

/// Reads an IPv4 address in one of inet_aton(3)'s forms: one to four parts, the last of which fills
/// what is left, each decimal, octal or hexadecimal. Blanks, and anything behind them, may follow.
pub(crate) fn inet_aton(text: &[u8]) -> Option<Ipv4Addr> {
    let mut rest = text;
    let mut address = 0u32;
    for place in 0..4u32 {
        if !rest.first().is_some_and(u8::is_ascii_digit) {
            return None;
        }
        let (value, after) = strtoul(rest, 0);
        let value = u32::try_from(value).ok()?;
        if let [b'.', tail @ ..] = after {
            if place == 3 || value > 0xff {
                return None;
            }
            address |= value << (24 - 8 * place);
            rest = tail;
            continue;
        }
        let ends = after.first().is_none_or(|byte| matches!(byte, b' ' | b'\t'..=b'\r'));
        return (ends && value <= u32::MAX >> (8 * place))
            .then(|| Ipv4Addr::from_bits(address | value));
    }
    None
}

/// Reads the lines of networks(5): a name, a number of one to four parts, further names.
fn networks(file: &[u8]) -> Vec<Network> {
    file.split(|byte| *byte == b'\n')
        .filter_map(|line| {
            let line = line.split(|byte| *byte == b'#').next().unwrap_or_default();
            let mut fields =
                line.split(|byte| byte.is_ascii_whitespace()).filter(|field| !field.is_empty());
            let name = fields.next()?.to_vec();
            let number = network_number(fields.next()?)?;
            let names = std::iter::once(name).chain(fields.map(<[u8]>::to_vec)).collect();
            Some(Network { names, number })
        })
        .collect()
}

/// Reads the number of a network, its missing parts being zeros: `10` is 10.0.0.0.
fn network_number(text: &[u8]) -> Option<u32> {
    let mut parts = text.split(|byte| *byte == b'.');
    let mut number = 0u32;
    for _ in 0..4 {
        let part = match parts.next() {
            None | Some([]) => 0,
            Some(digits) => {
                let (value, rest) = strtoul(digits, 0);
                rest.is_empty().then_some(())?;
                u8::try_from(value).ok()?
            }
        };
        number = number << 8 | u32::from(part);
    }
    parts.next().is_none().then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_to_four_parts_in_three_bases() {
        let quad = |text: &str| inet_aton(text.as_bytes()).map(|address| address.to_string());
        for (text, address) in [
            ("10", "0.0.0.10"),
            ("1.2.3", "1.2.0.3"),
            ("10.1", "10.0.0.1"),
            ("0x0a000001", "10.0.0.1"),
            ("010.0.0.010", "8.0.0.8"),
            ("1.2.3.4 x", "1.2.3.4"),
        ] {
            assert_eq!(quad(text).as_deref(), Some(address), "{text}");
        }
        for text in
            ["", "1.2.3.4.5", "256.1.1.1", "1.2.3.256", "1.2.3.", "+1", "1.2.3.4x", "0x", "09"]
        {
            assert_eq!(quad(text), None, "{text}");
        }
    }

    #[test]
    fn a_network_s_number_is_filled_up_with_zeros() {
        let file = b"# c\ndefault 0.0.0.0\ntennet\t10 Ten # x\nbad 1.2.3.4.5\nworse\n";
        let found = networks(file);
        let numbers: Vec<_> = found.iter().map(|network| network.number).collect();
        assert_eq!(numbers, [0, 0x0a00_0000]);
        assert_eq!(found[1].names, [b"tennet".to_vec(), b"Ten".to_vec()]);
    }

    #[test]
    fn the_text_of_a_failure_is_the_last_one_s() {
        let mut resolver = Resolver::default();
        assert_eq!(resolver.failure(b"x"), b"x: Resolver Error 0 (no error)");
        assert_eq!(resolver.network_first(b"256.1.1.1"), None);
        assert_eq!(resolver.failure(b"256.1.1.1"), b"256.1.1.1: Unknown host");
        assert_eq!(resolver.network_first(b""), None);
        assert_eq!(resolver.failure(b""), b"Unknown server error");
        assert_eq!(resolver.address6(b"1.2.3.4"), Err(-9));
    }
}
