//! Policy rules of both families, and the routes and look-ups that they matter to.

use super::{Generator, write};
use ifctl_abi::netlink::MessageType;
use ifctl_abi::rtnetlink::*;
use ifctl_netlink::{Encoder, Head};

const FAMILIES: [u8; 9] = [2, 2, 2, 2, 10, 10, 10, 128, 129];
const ACTIONS: [u8; 12] = [1, 1, 1, 1, 1, 1, 2, 3, 6, 7, 8, 12];
const TABLES: [u32; 8] = [254, 255, 253, 100, 100, 1000, 0, 252];
const PRIORITIES: [u32; 8] = [0, 1, 5, 6, 7, 100, 32766, u32::MAX];

/// What may be told of a rule beside its priority, its table and its action.
const FURTHER: [u16; 20] = [
    FRA_DST,
    FRA_SRC,
    FRA_IIFNAME,
    FRA_OIFNAME,
    FRA_FWMARK,
    FRA_FWMASK,
    FRA_TUN_ID,
    FRA_SUPPRESS_IFGROUP,
    FRA_SUPPRESS_PREFIXLEN,
    FRA_L3MDEV,
    FRA_UID_RANGE,
    FRA_PROTOCOL,
    FRA_IP_PROTO,
    FRA_SPORT_RANGE,
    FRA_DPORT_RANGE,
    FRA_DSCP,
    FRA_FLOWLABEL,
    FRA_SPORT_MASK,
    FRA_DPORT_MASK,
    FRA_DSCP_MASK,
];

impl Generator {
    /// A message about rules, or about what they are for.
    pub(super) fn rule_message(&mut self, encoder: &mut Encoder) {
        match self.draw.below(16) {
            0 => self.route_message(encoder),
            1 => self.message6(encoder),
            2..=5 => self.way_of_a_packet(encoder),
            6 => self.get_rules(encoder),
            7..=9 => self.rule(encoder, MessageType::DELRULE),
            _ => self.rule(encoder, MessageType::NEWRULE),
        }
    }

    /// A list of rules, now and then with something that a strict socket is refused.
    fn get_rules(&mut self, encoder: &mut Encoder) {
        let head = Head::dump(MessageType::GETRULE, self.next_sequence());
        let family = Family(self.draw.pick(&[0, 2, 10, 128, 129, 7]));
        let mut body = RuleHeader { family, ..RuleHeader::default() };
        if self.draw.one_in(8) {
            body.table = 254;
        }
        let with_table = self.draw.one_in(8);
        write(encoder, head, &body, |attributes| {
            if with_table {
                attributes.u32(FRA_TABLE, 254);
            }
        });
    }

    fn rule(&mut self, encoder: &mut Encoder, kind: MessageType) {
        let is_new = kind == MessageType::NEWRULE;
        let flags = if is_new { self.creation() } else { self.acknowledgement() };
        let head = Head::request(kind, flags, self.next_sequence());
        let family = if self.draw.one_in(32) { 7 } else { self.draw.pick(&FAMILIES) };
        let is6 = matches!(family, 10 | 129);
        let mut body = RuleHeader { family: Family(family), ..RuleHeader::default() };
        // What is deleted is often told by its priority alone.
        let is_plain = !is_new && self.draw.one_in(2);
        if is_new || self.draw.one_in(2) {
            body.action = RuleAction(self.draw.pick(&ACTIONS));
        }
        let table = self.draw.pick(&TABLES);
        let is_jump = body.action == RuleAction::GOTO;
        let target = self.draw.pick(&PRIORITIES);
        let with_target = is_jump != self.draw.one_in(16);
        let [with_priority, with_table] = [!self.draw.one_in(4), !is_plain];
        let priority = self.draw.pick(&PRIORITIES);
        if !is_plain && self.draw.one_in(12) {
            body.tos = self.draw.pick(&[0x10, 0x08, 0x03, 0x20]);
        }
        if self.draw.one_in(12) {
            let flags = [RuleFlags::INVERT, RuleFlags::INVERT, RuleFlags::PERMANENT];
            body.flags = self.draw.pick(&flags);
        }
        let further: Vec<(u16, Vec<u8>)> = (0..self.draw.below(4))
            .filter(|_| !is_plain)
            .map(|_| {
                let kind = self.draw.pick(&FURTHER);
                (kind, self.of_rule(kind, is6, &mut body))
            })
            .collect();
        write(encoder, head, &body, |attributes| {
            if with_table {
                attributes.u32(FRA_TABLE, table);
            }
            if with_priority {
                attributes.u32(FRA_PRIORITY, priority);
            }
            if with_target {
                attributes.u32(FRA_GOTO, target);
            }
            for (kind, payload) in &further {
                attributes.bytes(*kind, payload);
            }
        });
    }

    /// The payload of an attribute of a rule.
    fn of_rule(&mut self, kind: u16, is6: bool, body: &mut RuleHeader) -> Vec<u8> {
        let two = |a: u32, b: u32| [a.to_ne_bytes(), b.to_ne_bytes()].concat();
        match kind {
            FRA_DST | FRA_SRC => {
                let length = if is6 { self.prefix6() } else { self.prefix_length() };
                match kind {
                    FRA_DST => body.destination_length = length,
                    _ => body.source_length = length,
                }
                if is6 { self.network6(length).to_vec() } else { self.network(length).to_vec() }
            }
            FRA_IIFNAME | FRA_OIFNAME => match self.draw.below(8) {
                0 => b"lo\0".to_vec(),
                1 => b"nosuch\0".to_vec(),
                _ => self.device(),
            },
            FRA_TUN_ID => self.draw.pick(&[0_u64, 0, 5]).to_ne_bytes().to_vec(),
            FRA_L3MDEV => vec![self.draw.pick(&[0, 1, 1])],
            // Where the namespace's owner is another user than root no other number is anybody's.
            FRA_UID_RANGE => two(self.draw.pick(&[0, 0, 1]), 0),
            FRA_PROTOCOL => vec![self.draw.pick(&[0, 2, 4])],
            FRA_IP_PROTO => vec![self.draw.pick(&[6, 17, 0])],
            FRA_SPORT_RANGE | FRA_DPORT_RANGE => {
                let [start, end] = [0; 2].map(|_: u16| self.draw.pick(&[80_u16, 80, 90, 0, 65535]));
                [start.to_ne_bytes(), end.to_ne_bytes()].concat()
            }
            FRA_SPORT_MASK | FRA_DPORT_MASK => {
                self.draw.pick(&[0xff_u16, 0xf0, 0]).to_ne_bytes().to_vec()
            }
            FRA_DSCP | FRA_DSCP_MASK => vec![self.draw.pick(&[4, 0x3f, 10, 64])],
            FRA_SUPPRESS_IFGROUP | FRA_SUPPRESS_PREFIXLEN => {
                self.draw.pick(&[0_u32, 8, 24, u32::MAX]).to_ne_bytes().to_vec()
            }
            _ => self.draw.pick(&[0_u32, 1, 0xff, 0x10]).to_ne_bytes().to_vec(),
        }
    }

    /// Which way a packet takes that rules may look at.
    fn way_of_a_packet(&mut self, encoder: &mut Encoder) {
        let flags = self.acknowledgement();
        let head = Head::request(MessageType::GETROUTE, flags, self.next_sequence());
        let is6 = self.draw.one_in(2);
        let mut body = RouteHeader {
            family: if is6 { Family::INET6 } else { Family::INET },
            destination_length: if is6 { 128 } else { 32 },
            ..RouteHeader::default()
        };
        if self.draw.one_in(4) {
            body.tos = self.draw.pick(&[0x10, 0x08, 0x30]);
        }
        if self.draw.one_in(4) {
            body.flags = if is6 { RtmFlags::FIB_MATCH } else { RtmFlags::LOOKUP_TABLE };
        }
        let destination = if is6 { self.ipv6().to_vec() } else { self.ipv4().to_vec() };
        let mark = self.draw.pick(&[1_u32, 0xff, 0x10]);
        let port = self.draw.pick(&[80_u16, 85, 90]);
        let protocol = self.draw.pick(&[6_u8, 17]);
        let index = self.index();
        let [with_mark, with_ports, with_index] = [3, 4, 4].map(|times| self.draw.one_in(times));
        write(encoder, head, &body, |attributes| {
            attributes.bytes(RTA_DST, &destination);
            if with_mark {
                attributes.u32(RTA_MARK, mark);
            }
            if with_ports {
                attributes.u8(RTA_IP_PROTO, protocol);
                attributes.be16(RTA_SPORT, port);
                attributes.be16(RTA_DPORT, port);
            }
            if with_index {
                attributes.u32(RTA_OIF, index);
            }
        });
    }
}
