//! Messages about IPv4 routes.

use super::{Generator, write};
use ifctl_abi::netlink::MessageType;
use ifctl_abi::rtnetlink::*;
use ifctl_netlink::{Encoder, Head};

const KINDS: [u8; 14] = [1, 1, 1, 1, 1, 1, 2, 2, 3, 6, 7, 8, 9, 0];
const SCOPES: [u8; 8] = [0, 0, 0, 253, 253, 254, 255, 200];
const TABLES: [u8; 8] = [254, 254, 254, 254, 255, 100, 0, 253];
const PROTOCOLS: [u8; 4] = [3, 4, 2, 186];

impl Generator {
    /// A message about an IPv4 route.
    pub(super) fn route_message(&mut self, encoder: &mut Encoder) {
        match self.draw.below(16) {
            0 | 1 => self.get_routes(encoder, 2),
            2 | 3 => self.look_up(encoder),
            4..=7 => self.delete_route(encoder),
            8 => self.any_ip(encoder),
            _ => self.new_route(encoder),
        }
    }

    fn route_header(&mut self) -> RouteHeader {
        let mut body = RouteHeader { family: Family::INET, ..RouteHeader::default() };
        body.destination_length = match self.draw.below(6) {
            0 => 0,
            1 => 32,
            _ => self.prefix_length(),
        };
        body.kind = RouteType(self.draw.pick(&KINDS));
        body.scope = RouteScope(match (body.kind, self.draw.one_in(8)) {
            (_, true) => self.draw.pick(&SCOPES),
            (RouteType::LOCAL, _) => 254,
            (RouteType::UNICAST, _) => self.draw.pick(&SCOPES[..4]),
            (RouteType::BROADCAST, _) => 253,
            _ => 0,
        });
        body.table = self.draw.pick(&TABLES);
        body.protocol = RouteProtocol(self.draw.pick(&PROTOCOLS));
        body.tos = if self.draw.one_in(16) { self.draw.pick(&[0x10, 0x08, 0x03]) } else { 0 };
        body
    }

    fn new_route(&mut self, encoder: &mut Encoder) {
        let flags = self.creation();
        let head = Head::request(MessageType::NEWROUTE, flags, self.next_sequence());
        let mut body = self.route_header();
        if self.draw.one_in(16) {
            body.flags = RtmFlags::ONLINK;
        }
        self.route(encoder, head, body);
    }

    fn delete_route(&mut self, encoder: &mut Encoder) {
        let flags = self.acknowledgement();
        let head = Head::request(MessageType::DELROUTE, flags, self.next_sequence());
        let mut body = self.route_header();
        if self.draw.one_in(2) {
            (body.scope, body.kind) = (RouteScope::NOWHERE, RouteType::UNSPEC);
            body.protocol = RouteProtocol(0);
        }
        self.route(encoder, head, body);
    }

    fn route(&mut self, encoder: &mut Encoder, head: Head, body: RouteHeader) {
        let destination = self.network(body.destination_length);
        let gateway = self.ipv4();
        let source = self.ipv4();
        let index = self.index();
        let rejects = (6..=9).contains(&body.kind.0) && !self.draw.one_in(8);
        let with_gateway = !rejects && body.scope.0 < 253 && !self.draw.one_in(4);
        let with_index = !rejects && (!with_gateway || self.draw.one_in(2));
        let [with_source, with_metric, with_metrics, with_table] =
            [6, 3, 10, 10].map(|times| self.draw.one_in(times));
        let metric = self.draw.pick(&[0_u32, 1, 5, 100, u32::MAX]);
        let table = self.draw.pick(&[254_u32, 255, 100, 1000, 300]);
        let multipath = !rejects && self.draw.one_in(12);
        let second = self.ipv4();
        let other = self.index();
        let window = self.draw.pick(&[1400_u32, 0, 70_000]);
        write(encoder, head, &body, |attributes| {
            if body.destination_length > 0 {
                attributes.bytes(RTA_DST, &destination);
            }
            if with_table {
                attributes.u32(RTA_TABLE, table);
            }
            if with_source {
                attributes.bytes(RTA_PREFSRC, &source);
            }
            if with_metric {
                attributes.u32(RTA_PRIORITY, metric);
            }
            if with_metrics {
                attributes.nested(RTA_METRICS, |metrics| {
                    metrics.u32(RTAX_MTU, window);
                    metrics.u32(RTAX_WINDOW, 7);
                });
            }
            if multipath {
                attributes.nested(RTA_MULTIPATH, |hops| {
                    for (hops_more, gateway, index) in [(0, gateway, index), (3, second, other)] {
                        let head =
                            NextHopHeader { hops: hops_more, index, ..NextHopHeader::default() };
                        hops.next_hop(&head, |hop| {
                            hop.bytes(RTA_GATEWAY, &gateway);
                        });
                    }
                });
            } else {
                if with_gateway {
                    attributes.bytes(RTA_GATEWAY, &gateway);
                }
                if with_index {
                    attributes.u32(RTA_OIF, index);
                }
            }
        });
    }

    /// A range whose every address is local, on `lo` or on a device that may lose its last address.
    fn any_ip(&mut self, encoder: &mut Encoder) {
        let flags = self.creation();
        let head = Head::request(MessageType::NEWROUTE, flags, self.next_sequence());
        let body = RouteHeader {
            family: Family::INET,
            destination_length: 24,
            table: 255,
            protocol: RouteProtocol(3),
            scope: RouteScope::HOST,
            kind: RouteType::LOCAL,
            ..RouteHeader::default()
        };
        let index = self.draw.pick(&[1_u32, 3, 3]);
        let third = self.draw.byte() % 3;
        write(encoder, head, &body, |attributes| {
            attributes.bytes(RTA_DST, &[198, 51, third, 0]);
            attributes.u32(RTA_OIF, index);
        });
    }

    /// A dump of routes, now and then with a filter.
    pub(super) fn get_routes(&mut self, encoder: &mut Encoder, family: u8) {
        let head = Head::dump(MessageType::GETROUTE, self.next_sequence());
        let family = Family(if self.draw.one_in(6) { 0 } else { family });
        let mut body = RouteHeader { family, ..RouteHeader::default() };
        if self.draw.one_in(3) {
            body.table = self.draw.pick(&TABLES);
        }
        if self.draw.one_in(6) {
            body.kind = RouteType(self.draw.pick(&KINDS));
        }
        if self.draw.one_in(6) {
            body.protocol = RouteProtocol(self.draw.pick(&PROTOCOLS));
        }
        if self.draw.one_in(16) {
            body.destination_length = 24;
        }
        let index = self.index();
        let table = self.draw.pick(&[254_u32, 255, 100, 1000]);
        let [with_index, with_table] = [5, 6].map(|times| self.draw.one_in(times));
        write(encoder, head, &body, |attributes| {
            if with_index {
                attributes.u32(RTA_OIF, index);
            }
            if with_table {
                attributes.u32(RTA_TABLE, table);
            }
        });
    }

    /// Which route goes to an address.
    fn look_up(&mut self, encoder: &mut Encoder) {
        let flags = self.acknowledgement();
        let head = Head::request(MessageType::GETROUTE, flags, self.next_sequence());
        let mut body = RouteHeader { family: Family::INET, ..RouteHeader::default() };
        body.destination_length = if self.draw.one_in(8) { 24 } else { 32 };
        if self.draw.one_in(4) {
            body.flags = self.draw.pick(&[RtmFlags::LOOKUP_TABLE, RtmFlags::FIB_MATCH]);
        }
        let (destination, source, index) = (self.ipv4(), self.ipv4(), self.index());
        let [with_source, with_index] = [6, 4].map(|times| self.draw.one_in(times));
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
}
