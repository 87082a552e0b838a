//! IPv6: addresses and routes, by number and by message.

use super::ioctl::put;
use super::{Generator, write};
use ifctl_abi::Family as SocketFamily;
use ifctl_abi::ioctl::*;
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::*;
use ifctl_conformance::sequence::{Asked, Step};
use ifctl_netlink::{Encoder, Head};
use std::net::Ipv6Addr;

const ADDRESSES: [&str; 9] = [
    "2001:db8::1",
    "2001:db8::2",
    "2001:db8:0:1::1",
    "fd00::1",
    "2001:db8::ffff:1",
    "fe80::1",
    "fe80::2",
    "fec0::1",
    "2001:db8::10",
];
const ODD_ADDRESSES: [&str; 8] = [
    "::",
    "::1",
    "ff02::1",
    "ff0e::5",
    "::ffff:10.0.0.1",
    "2001:db8::",
    "::10.0.0.1",
    "2002:a00:1::1",
];
const PREFIXES: [u8; 10] = [64, 64, 64, 128, 48, 127, 126, 0, 10, 129];

impl Generator {
    pub(super) fn ipv6(&mut self) -> [u8; 16] {
        let text = match self.draw.below(8) {
            0 => self.draw.pick(&ODD_ADDRESSES),
            _ => self.draw.pick(&ADDRESSES),
        };
        text.parse().unwrap_or(Ipv6Addr::UNSPECIFIED).octets()
    }

    pub(super) fn prefix6(&mut self) -> u8 {
        if self.draw.one_in(3) { self.draw.pick(&PREFIXES) } else { 64 }
    }

    pub(super) fn network6(&mut self, prefix_length: u8) -> [u8; 16] {
        let address = u128::from_be_bytes(self.ipv6());
        let mask = u128::MAX.checked_shl(128 - u32::from(prefix_length).min(128)).unwrap_or(0);
        if self.draw.one_in(12) { address } else { address & mask }.to_be_bytes()
    }

    /// An IPv6 request by number.
    pub(super) fn ioctl6(&mut self) -> Step {
        let who = self.who();
        let number = self.draw.pick(&[
            SIOCSIFADDR,
            SIOCDIFADDR,
            SIOCADDRT,
            SIOCADDRT,
            SIOCDELRT,
            SIOCSIFDSTADDR,
        ]);
        let mut argument = vec![0; 24];
        if matches!(number, SIOCADDRT | SIOCDELRT) {
            argument = vec![0; 80];
            let length = self.draw.pick(&PREFIXES);
            let destination = self.network6(length);
            let gateway = if self.draw.one_in(2) { [0; 16] } else { self.ipv6() };
            let flags = if gateway == [0; 16] { 1_u32 } else { 3 };
            let odd = self.draw.pick(&[0x201_u32, 0, 0x0100_0001, 0x4000_0001, 5, 1]);
            put(&mut argument, 0, &destination);
            put(&mut argument, 32, &gateway);
            put(&mut argument, 52, &u16::from(length).to_ne_bytes());
            put(&mut argument, 56, &self.draw.pick(&[0_u32, 1, 256, 1024]).to_ne_bytes());
            put(&mut argument, 72, &if self.draw.one_in(8) { odd } else { flags }.to_ne_bytes());
            let index = if self.draw.one_in(3) { 0 } else { self.index() };
            put(&mut argument, 76, &index.to_ne_bytes());
        } else {
            let address = self.ipv6();
            put(&mut argument, 0, &address);
            put(&mut argument, 16, &u32::from(self.prefix6()).to_ne_bytes());
            put(&mut argument, 20, &self.index().to_ne_bytes());
        }
        Step {
            who,
            asked: Asked::Ioctl { family: SocketFamily::INET6, number, argument, device: None },
        }
    }

    /// An IPv6 message.
    pub(super) fn message6(&mut self, encoder: &mut Encoder) {
        match self.draw.below(16) {
            4..=6 | 12..=15 if self.is_followed => self.route6(encoder, MessageType::NEWROUTE),
            0 => self.get_addresses(encoder, 10),
            1 => self.get_address6(encoder),
            2 => self.get_routes(encoder, 10),
            3 => self.look_up6(encoder),
            4..=6 => self.address6(encoder, MessageType::DELADDR),
            7..=9 => self.route6(encoder, MessageType::NEWROUTE),
            10 | 11 => self.route6(encoder, MessageType::DELROUTE),
            _ => self.address6(encoder, MessageType::NEWADDR),
        }
    }

    fn address6(&mut self, encoder: &mut Encoder, kind: MessageType) {
        let is_new = kind == MessageType::NEWADDR;
        let flags = if is_new { self.creation() } else { self.acknowledgement() };
        let head = Head::request(kind, flags, self.next_sequence());
        let body = AddressHeader {
            family: Family::INET6,
            prefix_length: self.prefix6(),
            flags: if self.draw.one_in(4) { 2 } else { 0 },
            scope: RouteScope(if self.draw.one_in(6) { 253 } else { 0 }),
            index: self.index(),
        };
        let (address, local) = (self.ipv6(), self.ipv6());
        let [with_local, with_flags, with_lifetimes, with_metric, with_protocol] =
            [5, 6, 10, 12, 16].map(|times| self.draw.one_in(times) && is_new);
        let wide = self.draw.pick(&[0x200_u32, 0x2, 0x82, 0x100, 0x400, 0x04]);
        let lifetimes = self.draw.pick(&[[50_000_u32, 90_000], [0, 90_000], [9, 5], [0, 0]]);
        write(encoder, head, &body, |attributes| {
            if with_local {
                attributes.bytes(IFA_LOCAL, &local);
            }
            attributes.bytes(IFA_ADDRESS, &address);
            if with_flags {
                attributes.u32(IFA_FLAGS, wide);
            }
            if with_metric {
                attributes.u32(IFA_RT_PRIORITY, 77);
            }
            if with_protocol {
                attributes.u8(IFA_PROTO, 77);
            }
            if with_lifetimes {
                let [preferred, valid] = lifetimes;
                let info = AddressCacheInfo { preferred, valid, ..AddressCacheInfo::default() };
                attributes.value(IFA_CACHEINFO, &info);
            }
        });
    }

    fn get_address6(&mut self, encoder: &mut Encoder) {
        let flags = self.acknowledgement();
        let head = Head::request(MessageType::GETADDR, flags, self.next_sequence());
        let mut body = AddressHeader { family: Family::INET6, ..AddressHeader::default() };
        body.index = if self.draw.one_in(3) { 0 } else { self.index() };
        let address = self.ipv6();
        write(encoder, head, &body, |attributes| {
            attributes.bytes(IFA_ADDRESS, &address);
        });
    }

    fn route6(&mut self, encoder: &mut Encoder, kind: MessageType) {
        let is_new = kind == MessageType::NEWROUTE;
        let flags = if is_new { self.creation() } else { self.acknowledgement() };
        let head = Head::request(kind, flags, self.next_sequence());
        let from = if self.draw.one_in(6) { self.draw.pick(&[64_u8, 48, 128, 1]) } else { 0 };
        let body = RouteHeader {
            family: Family::INET6,
            destination_length: self.draw.pick(&PREFIXES),
            source_length: from,
            table: self.draw.pick(&[254_u8, 254, 254, 255, 100, 0]),
            protocol: RouteProtocol(self.draw.pick(&[3_u8, 4, 0])),
            scope: RouteScope(self.draw.pick(&[0_u8, 0, 253])),
            kind: RouteType(self.draw.pick(&[1_u8, 1, 1, 1, 2, 6, 7, 8, 9, 0])),
            ..RouteHeader::default()
        };
        let destination = self.network6(body.destination_length);
        let sources = self.network6(from);
        let (gateway, source) = (self.ipv6(), self.ipv6());
        let index = self.index();
        let rejects = (6..=9).contains(&body.kind.0) && !self.draw.one_in(8);
        let with_gateway = !rejects && self.draw.one_in(2);
        let with_index = !rejects && !self.draw.one_in(5);
        let [with_metric, with_source, with_metrics] =
            [4, 10, 10].map(|times| self.draw.one_in(times));
        let metric = self.draw.pick(&[0_u32, 1, 256, 1024]);
        write(encoder, head, &body, |attributes| {
            if body.destination_length > 0 {
                attributes.bytes(RTA_DST, &destination);
            }
            if from > 0 {
                attributes.bytes(RTA_SRC, &sources);
            }
            if with_metric {
                attributes.u32(RTA_PRIORITY, metric);
            }
            if with_source {
                attributes.bytes(RTA_PREFSRC, &source);
            }
            if with_metrics {
                attributes.nested(RTA_METRICS, |metrics| {
                    metrics.u32(RTAX_MTU, 1400);
                });
            }
            if with_gateway {
                attributes.bytes(RTA_GATEWAY, &gateway);
            }
            if with_index {
                attributes.u32(RTA_OIF, index);
            }
        });
    }

    fn look_up6(&mut self, encoder: &mut Encoder) {
        let flags = self.acknowledgement();
        let head = Head::request(MessageType::GETROUTE, flags, self.next_sequence());
        let mut body = RouteHeader { family: Family::INET6, ..RouteHeader::default() };
        body.destination_length = 128;
        if self.draw.one_in(4) {
            body.flags = RtmFlags::FIB_MATCH;
        }
        let (destination, source, index) = (self.ipv6(), self.ipv6(), self.index());
        let [with_source, with_index] = [3, 3].map(|times| self.draw.one_in(times));
        if with_source {
            body.source_length = 128;
        }
        write(encoder, head, &body, |attributes| {
            attributes.bytes(RTA_DST, &destination);
            if with_source {
                attributes.bytes(RTA_SRC, &source);
            }
            if with_index {
                attributes.u32(RTA_OIF, index);
            }
        });
    }

    /// A dump of settings, or a question about one device's.
    pub(super) fn netconf_message(&mut self, encoder: &mut Encoder) {
        let dump = self.draw.one_in(2);
        let flags = if dump { MessageFlags::DUMP } else { self.acknowledgement() };
        let head = Head::request(MessageType::GETNETCONF, flags, self.next_sequence());
        let family = self.draw.pick(&[2_u8, 2, 10, 0]);
        let index = self.draw.pick(&[-1_i32, -2, 1, 3, 2, 99]);
        write(encoder, head, &[family, 0, 0, 0], |attributes| {
            if !dump {
                attributes.i32(1, index);
            }
        });
    }
}
