//! The words that take IPv6 addresses: `add`, `del` and `tunnel`.

use super::{Change, Step, Stop, text};
use crate::number::strtol;
use crate::resolve::held;
use ifctl_abi::{IfReq, SocketType, ioctl};
use ifctl_kernel::Request;
use ifctl_netdevice::{Family, Refusal};
use std::net::Ipv6Addr;

impl Change<'_> {
    pub(super) fn change_inet6(&mut self, word: &[u8], delete: bool) -> Step {
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

    pub(super) fn tunnel(&mut self, word: &[u8]) -> Step {
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
}
