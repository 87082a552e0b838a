//! The address families that `ifconfig` and `arp` know by name.

use crate::number::atoi;
use crate::resolve::{Kind, Resolver};
use ifctl_netdevice::Family;
use std::net::Ipv4Addr;

/// A family that may stand behind the interface's name.
#[derive(Debug)]
pub(crate) struct NamedFamily {
    /// The word.
    pub(crate) name: &'static str,
    /// What the help says of it; empty for the one that is not listed.
    pub(crate) title: &'static str,
    /// The `AF_*` number.
    pub(crate) number: u16,
    /// How its addresses are read.
    reader: Reader,
}

/// How the words of a family are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// It has no addresses that could be set.
    None,
    Inet,
    Inet6,
    /// Callsigns of amateur radio.
    Callsign,
    /// Ten digits.
    Rose,
    /// Up to fifteen digits.
    X25,
    /// Numbers.
    Econet,
    /// Never understood.
    Nothing,
}

/// What a word of a family means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// An IPv4 address, and whether it is a network's.
    Inet(Ipv4Addr, Kind),
    /// An address of another family. No request on Linux would read it.
    Foreign(Kind),
}

/// What to say of a word that a family does not understand.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// These lines.
    Said(Vec<Vec<u8>>),
    /// The family has no text of its own; the words around it are the caller's.
    Unsaid,
}

/// All of them, in the order in which the help lists them. `unspec` is not listed.
pub(crate) const FAMILIES: &[NamedFamily] = &[
    family("unix", "UNIX Domain", 1, Reader::None),
    family("inet", "DARPA Internet", 2, Reader::Inet),
    family("inet6", "IPv6", 10, Reader::Inet6),
    family("ax25", "AMPR AX.25", 3, Reader::Callsign),
    family("netrom", "AMPR NET/ROM", 6, Reader::Callsign),
    family("rose", "AMPR ROSE", 11, Reader::Rose),
    family("ipx", "Novell IPX", 4, Reader::Nothing),
    family("ddp", "Appletalk DDP", 5, Reader::None),
    family("ec", "Econet", 19, Reader::Econet),
    family("ash", "Ash", 18, Reader::None),
    family("x25", "CCITT X.25", 9, Reader::X25),
    family("unspec", "", 0, Reader::None),
];

/// The family of whoever names none.
pub(crate) const INET: &NamedFamily = &family("inet", "DARPA Internet", 2, Reader::Inet);

const fn family(
    name: &'static str,
    title: &'static str,
    number: u16,
    reader: Reader,
) -> NamedFamily {
    NamedFamily { name, title, number, reader }
}

impl NamedFamily {
    /// Returns the family of this name.
    pub(crate) fn by_name(word: &[u8]) -> Option<&'static Self> {
        FAMILIES.iter().find(|family| family.name.as_bytes() == word)
    }

    /// Returns the family as sockets know it.
    pub(crate) fn family(&self) -> Family {
        Family(self.number)
    }

    /// Returns whether the family has addresses that words can name.
    pub(crate) fn has_addresses(&self) -> bool {
        self.reader != Reader::None
    }

    /// Returns what a word of the family means.
    pub(crate) fn read(&self, word: &[u8], resolver: &mut Resolver) -> Result<Meaning, Failure> {
        match self.reader {
            Reader::None | Reader::Nothing => Err(Failure::Unsaid),
            Reader::Inet => resolver
                .network_first(word)
                .map(|(address, kind)| Meaning::Inet(address, kind))
                .ok_or_else(|| Failure::Said(vec![resolver.failure(word)])),
            Reader::Inet6 => {
                resolver.address6(word).map(|_| Meaning::Foreign(Kind::Host)).map_err(|code| {
                    let code = format!(": {code}").into_bytes();
                    let first = [b"getaddrinfo: ", word, &code].concat();
                    Failure::Said(vec![first, resolver.failure(word)])
                })
            }
            Reader::Callsign => said(word, callsign_fault(word), resolver),
            Reader::Rose => {
                let fault = (word.len() != 10).then_some("Node address must be ten digits");
                said(word, fault, resolver)
            }
            Reader::X25 => x25(word, resolver),
            Reader::Econet => {
                let digits = word.first().is_some_and(u8::is_ascii_digit);
                digits.then_some(Meaning::Foreign(Kind::Host)).ok_or(Failure::Unsaid)
            }
        }
    }

    /// Returns what is said of a word that was looked up as IPv4's or was of the wrong kind: in the
    /// families of radio and X.25, what was wrong with an earlier one, or nothing but the word.
    pub(crate) fn failure(&self, word: &[u8], resolver: &Resolver) -> Vec<u8> {
        match self.reader {
            Reader::Callsign | Reader::Rose | Reader::X25 => {
                [word, b": ", resolver.fault.as_bytes()].concat()
            }
            _ => resolver.failure(word),
        }
    }
}

fn said(
    word: &[u8],
    fault: Option<&'static str>,
    resolver: &mut Resolver,
) -> Result<Meaning, Failure> {
    let Some(fault) = fault else { return Ok(Meaning::Foreign(Kind::Host)) };
    resolver.fault = fault;
    Err(Failure::Said(vec![[word, b": ", fault.as_bytes()].concat()]))
}

/// Reads an address of X.25: up to fifteen digits, and perhaps behind a slash how many of them count.
/// Where some do, it is a network's.
fn x25(word: &[u8], resolver: &mut Resolver) -> Result<Meaning, Failure> {
    if word.len() > 18 {
        let fault = "Address can't exceed eighteen digits with sigdigits";
        return said(word, Some(fault), resolver);
    }
    let mut parts = word.splitn(2, |byte| *byte == b'/');
    let digits = parts.next().unwrap_or_default().len();
    let significant = match parts.next() {
        None => digits,
        Some(number) => usize::try_from(atoi(number)).unwrap_or(usize::MAX),
    };
    if !matches!(digits, 1..=15) || significant > digits {
        return said(word, Some("Invalid address"), resolver);
    }
    Ok(Meaning::Foreign(if significant == 0 { Kind::Host } else { Kind::Network }))
}

/// Returns what is wrong with a callsign: up to six letters and digits, and perhaps `-` and a number.
pub(crate) fn callsign_fault(word: &[u8]) -> Option<&'static str> {
    let call = word.split(|byte| *byte == b'-').next().unwrap_or_default();
    if call.iter().take(6).any(|byte| !byte.is_ascii_alphanumeric()) {
        Some("Invalid callsign")
    } else if call.len() > 6 {
        Some("Callsign too long")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surroundings::Surroundings;
    use std::rc::Rc;

    #[test]
    fn what_was_wrong_with_an_address_is_said_again_of_a_word_that_is_none() {
        let rose = NamedFamily::by_name(b"rose").unwrap();
        let mut resolver = Resolver::new(&Surroundings::Given(Rc::default()));
        assert_eq!(rose.failure(b"e0", &resolver), b"e0: ");
        let told = b"e1: Node address must be ten digits".to_vec();
        assert_eq!(rose.read(b"e1", &mut resolver), Err(Failure::Said(vec![told])));
        assert_eq!(rose.failure(b"e0", &resolver), b"e0: Node address must be ten digits");
    }
}
