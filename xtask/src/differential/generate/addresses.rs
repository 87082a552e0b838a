//! Messages about IPv4 addresses.

use super::{Generator, write};
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::*;
use ifctl_netlink::{Encoder, Head};

const SCOPES: [u8; 8] = [0, 0, 0, 0, 253, 254, 200, 255];

impl Generator {
    /// A message about an IPv4 address.
    pub(super) fn address_message(&mut self, encoder: &mut Encoder) {
        match self.draw.below(12) {
            0 => self.get_addresses(encoder, 2),
            1..=3 => self.delete_address(encoder),
            _ => self.new_address(encoder),
        }
    }

    fn new_address(&mut self, encoder: &mut Encoder) {
        let flags = self.creation();
        let head = Head::request(MessageType::NEWADDR, flags, self.next_sequence());
        let mut body = AddressHeader { index: self.index(), ..AddressHeader::default() };
        body.family = Family(if self.draw.one_in(40) { 0 } else { 2 });
        body.prefix_length = self.prefix_length();
        body.scope = RouteScope(self.draw.pick(&SCOPES));
        let local = self.ipv4();
        let peer = self.ipv4();
        let broadcast = self.ipv4();
        let label = self.label();
        let wide = self.draw.pick(&[0_u32, 0x200, 0x80, 0x01, 0x400, 0x2]);
        let metric = self.draw.pick(&[0_u32, 5, 1024]);
        let has = |generator: &mut Self, times| generator.draw.one_in(times);
        let [no_local, with_peer, with_broadcast, with_label, with_flags, with_metric] =
            [20, 6, 3, 3, 8, 10].map(|times| has(self, times));
        let [with_lifetimes, with_protocol] = [12, 16].map(|times| has(self, times));
        let lifetimes = self.draw.pick(&[
            [u32::MAX, u32::MAX],
            [50_000, 90_000],
            [0, 90_000],
            [90_000, 50_000],
            [0, 0],
            [50_000, u32::MAX],
        ]);
        write(encoder, head, &body, |attributes| {
            if with_peer {
                attributes.bytes(IFA_ADDRESS, &peer);
            }
            if !no_local {
                attributes.bytes(IFA_LOCAL, &local);
            }
            if with_broadcast {
                attributes.bytes(IFA_BROADCAST, &broadcast);
            }
            if with_label {
                attributes.text(IFA_LABEL, &label);
            }
            if with_flags {
                attributes.u32(IFA_FLAGS, wide);
            }
            if with_metric {
                attributes.u32(IFA_RT_PRIORITY, metric);
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

    fn delete_address(&mut self, encoder: &mut Encoder) {
        let flags = self.acknowledgement();
        let head = Head::request(MessageType::DELADDR, flags, self.next_sequence());
        let mut body = AddressHeader { index: self.index(), ..AddressHeader::default() };
        body.family = Family::INET;
        body.prefix_length = self.prefix_length();
        let (local, address, label) = (self.ipv4(), self.ipv4(), self.label());
        let [no_local, with_address, with_label] = [6, 6, 5].map(|times| self.draw.one_in(times));
        write(encoder, head, &body, |attributes| {
            if !no_local {
                attributes.bytes(IFA_LOCAL, &local);
            }
            if with_address {
                attributes.bytes(IFA_ADDRESS, &address);
            }
            if with_label {
                attributes.text(IFA_LABEL, &label);
            }
        });
    }

    /// A dump of addresses, now and then with a filter, or a question about one.
    pub(super) fn get_addresses(&mut self, encoder: &mut Encoder, family: u8) {
        let dump = !self.draw.one_in(5);
        let flags = if dump { MessageFlags::DUMP } else { self.acknowledgement() };
        let head = Head::request(MessageType::GETADDR, flags, self.next_sequence());
        let family = Family(if self.draw.one_in(6) { 0 } else { family });
        let mut body = AddressHeader { family, ..AddressHeader::default() };
        if self.draw.one_in(3) {
            body.index = self.index();
        }
        if self.draw.one_in(12) {
            body.prefix_length = 24;
        }
        let local = self.ipv4();
        let with_local = self.draw.one_in(10);
        write(encoder, head, &body, |attributes| {
            if with_local {
                attributes.bytes(IFA_LOCAL, &local);
            }
        });
    }
}
