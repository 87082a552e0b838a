//! Messages about devices.

use super::{Generator, write};
use ifctl_abi::netlink::{MessageFlags, MessageType, NLA_F_NESTED};
use ifctl_abi::rtnetlink::*;
use ifctl_conformance::sequence::{Asked, Step, Who};
use ifctl_netlink::{AttributeWriter, Encoder, Head};

const NAMES: [&[u8]; 10] = [
    b"e0",
    b"d0",
    b"br0",
    b"m0",
    b"fifteen_bytes_x",
    b"sixteen_bytes_xx",
    b"",
    b"n%d",
    b"a/b",
    b"e1",
];
/// Kinds, and one that no kernel has. A Linux without one of them refuses it, and the model with it.
const KINDS: [&[u8]; 11] = [
    b"veth", b"veth", b"bridge", b"bridge", b"ifb", b"macvlan", b"vxlan", b"dummy", b"vlan",
    b"nosuch", b"",
];

impl Generator {
    /// What every sequence begins with: two pairs of devices, one up, and more of one kind or another.
    pub(super) fn topology(&mut self) -> Vec<Step> {
        let mut steps = vec![
            self.pair(Who::Here, b"e0", b"p0", 0x10),
            self.pair(Who::Here, b"e1", b"p1", 0x20),
            self.pair(Who::There, b"e0", b"p0", 0x30),
        ];
        for index in [1, 2, 3] {
            if !self.draw.one_in(4) {
                steps.push(self.set_up(Who::Here, index));
            }
        }
        steps
    }

    fn pair(&mut self, who: Who, name: &[u8], peer: &[u8], number: u8) -> Step {
        let mut encoder = Encoder::new();
        let flags = MessageFlags::CREATE | MessageFlags::EXCL | MessageFlags::ACK;
        let head = Head::request(MessageType::NEWLINK, flags, self.next_sequence());
        // What a message of a few attributes is refused for is told by the kernels.
        write(&mut encoder, head, &LinkHeader::default(), |attributes| {
            attributes.text(IFLA_IFNAME, name);
            attributes.bytes(IFLA_ADDRESS, &[2, 0, 0, 0, 0, number]);
            veth(attributes, peer, number + 1);
        });
        let bytes = encoder.into_bytes();
        Step { who, asked: Asked::Netlink { strict: false, bytes } }
    }

    fn set_up(&mut self, who: Who, index: i32) -> Step {
        let mut encoder = Encoder::new();
        let head = Head::request(MessageType::NEWLINK, MessageFlags::ACK, self.next_sequence());
        let body = LinkHeader { index, flags: 1, change: 1, ..LinkHeader::default() };
        write(&mut encoder, head, &body, |_| {});
        let bytes = encoder.into_bytes();
        Step { who, asked: Asked::Netlink { strict: false, bytes } }
    }

    /// A message about a device.
    pub(super) fn link_message(&mut self, encoder: &mut Encoder) {
        match self.draw.below(16) {
            0..=3 if self.is_followed => self.get_link(encoder),
            0..=2 => self.create(encoder),
            3 => self.delete_link(encoder),
            4 | 5 => self.get_link(encoder),
            6 => self.property(encoder),
            _ => self.change_link(encoder),
        }
    }

    fn header(&mut self) -> LinkHeader {
        let index = if self.draw.one_in(6) { 0 } else { self.index().cast_signed() };
        LinkHeader { index, ..LinkHeader::default() }
    }

    fn create(&mut self, encoder: &mut Encoder) {
        let flags = match self.draw.below(6) {
            0 => self.creation(),
            _ => MessageFlags::CREATE | MessageFlags::EXCL | MessageFlags::ACK,
        };
        let head = Head::request(MessageType::NEWLINK, flags, self.next_sequence());
        let index = if self.draw.one_in(8) { self.draw.pick(&[0, 3, 50, -1, 1]) } else { 0 };
        let up = u32::from(self.draw.one_in(2));
        let body = LinkHeader { index, flags: up, change: up, ..LinkHeader::default() };
        let name = self.draw.pick(&NAMES);
        let kind = self.draw.pick(&KINDS);
        let number = 0x40 + self.draw.byte() % 0x20;
        let lower = self.index();
        let mtu = self.draw.pick(&[1500_u32, 1400, 67, 68, 1279, 65535, 65536, 0]);
        let [has_name, has_mtu, has_master] = [8, 5, 8].map(|times| self.draw.one_in(times));
        let master = self.index();
        write(encoder, head, &body, |attributes| {
            if !has_name {
                attributes.text(IFLA_IFNAME, name);
            }
            attributes.bytes(IFLA_ADDRESS, &[2, 0, 0, 0, 2, number]);
            if has_mtu {
                attributes.u32(IFLA_MTU, mtu);
            }
            if has_master {
                attributes.u32(IFLA_MASTER, master);
            }
            match kind {
                b"veth" => veth(attributes, b"q0", number + 1),
                b"macvlan" => {
                    attributes.u32(IFLA_LINK, lower);
                    attributes.nested(IFLA_LINKINFO, |info| {
                        info.text(IFLA_INFO_KIND, kind);
                        info.nested(IFLA_INFO_DATA, |data| {
                            data.u32(IFLA_MACVLAN_MODE, 4);
                        });
                    });
                }
                b"vlan" => {
                    attributes.u32(IFLA_LINK, lower);
                    attributes.nested(IFLA_LINKINFO, |info| {
                        info.text(IFLA_INFO_KIND, kind);
                        info.nested(IFLA_INFO_DATA, |data| {
                            data.u16(IFLA_VLAN_ID, u16::from(number % 4));
                        });
                    });
                }
                b"vxlan" => {
                    attributes.nested(IFLA_LINKINFO, |info| {
                        info.text(IFLA_INFO_KIND, kind);
                        info.nested(IFLA_INFO_DATA, |data| {
                            data.u32(IFLA_VXLAN_ID, 5);
                            data.be16(IFLA_VXLAN_PORT, 4789);
                        });
                    });
                }
                b"" => {}
                _ => {
                    attributes.nested(IFLA_LINKINFO, |info| {
                        info.text(IFLA_INFO_KIND, kind);
                    });
                }
            }
        });
    }

    fn change_link(&mut self, encoder: &mut Encoder) {
        let kind = if self.draw.one_in(3) { MessageType::NEWLINK } else { MessageType::SETLINK };
        let head = Head::request(kind, self.acknowledgement(), self.next_sequence());
        let mut body = self.header();
        if self.draw.one_in(2) && !self.is_followed {
            body.flags = self.draw.pick(&[0_u32, 1, 1, 1, 0x100, 0x200, 0x80, 0x1043, 0x1002]);
            body.change = self.draw.pick(&[1_u32, 1, 1, 0, 0x100, 0x200, 0x80, u32::MAX]);
        }
        let (by_name, is_followed) = (self.draw.one_in(5), self.is_followed);
        if by_name {
            body.index = 0;
        }
        let name = if by_name { self.device() } else { self.draw.pick(&NAMES).to_vec() };
        let what = [(); 3].map(|()| self.draw.below(16));
        let mtu = self.draw.pick(&[1500_u32, 1400, 1280, 1279, 68, 67, 0, 65535, 65536, 9000]);
        let queue = self.draw.pick(&[0_u32, 1, 500, 1000, u32::MAX]);
        let hardware = self.hardware_address();
        let master = if self.draw.one_in(2) { 0 } else { self.index() };
        let byte = self.draw.pick(&[0_u8, 1, 2, 5, 6, 7]);
        let group = self.draw.pick(&[0_u32, 1, 77]);
        write(encoder, head, &body, |attributes| {
            if by_name {
                attributes.text(IFLA_IFNAME, &name);
            }
            for what in what {
                match what {
                    0 | 1 => attributes.u32(IFLA_MTU, mtu),
                    2 => attributes.u32(IFLA_TXQLEN, queue),
                    3 | 4 => attributes.bytes(IFLA_ADDRESS, &hardware),
                    5 => attributes.bytes(IFLA_BROADCAST, &hardware),
                    6 => attributes.text(IFLA_IFALIAS, b"what it is for"),
                    7 if !by_name => attributes.text(IFLA_IFNAME, &name),
                    8 | 9 if !is_followed => attributes.u32(IFLA_MASTER, master),
                    10 => attributes.u8(IFLA_OPERSTATE, byte),
                    11 => attributes.u8(IFLA_LINKMODE, byte),
                    12 => attributes.u32(IFLA_GROUP, group),
                    13 if !is_followed => attributes.u8(IFLA_CARRIER, byte % 2),
                    14 => attributes.bytes(IFLA_ADDRESS, &[2, 0]),
                    _ => attributes,
                };
            }
        });
    }

    fn delete_link(&mut self, encoder: &mut Encoder) {
        let flags = self.acknowledgement();
        let head = Head::request(MessageType::DELLINK, flags, self.next_sequence());
        let body = self.header();
        let name = self.device();
        write(encoder, head, &body, |attributes| {
            if body.index == 0 {
                attributes.text(IFLA_IFNAME, &name);
            }
        });
    }

    fn get_link(&mut self, encoder: &mut Encoder) {
        // What follows a list may run before it is at its end, and Linux' workers in between or not.
        let dump = self.draw.one_in(3) && !self.is_followed;
        let flags = if dump { MessageFlags::DUMP } else { self.acknowledgement() };
        let head = Head::request(MessageType::GETLINK, flags, self.next_sequence());
        let mut body = self.header();
        if dump && !self.draw.one_in(6) {
            body.index = 0;
        }
        let name = self.label();
        let what = self.draw.below(8);
        let master = self.index();
        write(encoder, head, &body, |attributes| {
            match what {
                0 | 1 => attributes.text(IFLA_IFNAME, &name),
                2 => attributes.text(IFLA_ALT_IFNAME, &name),
                3 => attributes.u32(IFLA_MASTER, master),
                4 => attributes.u32(IFLA_EXT_MASK, 1),
                5 => attributes.nested(IFLA_LINKINFO, |info| {
                    info.text(IFLA_INFO_KIND, b"veth");
                }),
                _ => attributes,
            };
        });
    }

    /// Another name comes or goes.
    fn property(&mut self, encoder: &mut Encoder) {
        let kind = match self.draw.one_in(3) {
            true => MessageType::DELLINKPROP,
            false => MessageType::NEWLINKPROP,
        };
        let flags = match self.draw.one_in(2) {
            true => MessageFlags::CREATE | MessageFlags::EXCL | MessageFlags::APPEND,
            false => MessageFlags::empty(),
        };
        let flags = flags | self.acknowledgement();
        let head = Head::request(kind, flags, self.next_sequence());
        let body = self.header();
        let names: [&[u8]; 6] =
            [b"other", b"other", b"a-name-that-is-longer-than-fifteen", b"e1", b"", b"x:y"];
        let name = self.draw.pick(&names);
        let nested = if self.draw.one_in(6) { 0 } else { NLA_F_NESTED };
        write(encoder, head, &body, |attributes| {
            attributes.nested(IFLA_PROP_LIST | nested, |list| {
                list.text(IFLA_ALT_IFNAME, name);
            });
        });
    }
}

/// Writes that a device is one end of a pair.
fn veth(attributes: &mut AttributeWriter<'_>, peer: &[u8], number: u8) {
    attributes.nested(IFLA_LINKINFO, |info| {
        info.text(IFLA_INFO_KIND, b"veth");
        info.nested(IFLA_INFO_DATA, |data| {
            data.nested_with(VETH_INFO_PEER, &LinkHeader::default(), |other| {
                other.text(IFLA_IFNAME, peer);
                other.bytes(IFLA_ADDRESS, &[2, 0, 0, 0, 0, number]);
            });
        });
    });
}
