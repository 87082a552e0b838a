//! Neighbours, by number and by message.

use super::ioctl::put;
use super::{Area, Generator, write};
use ifctl_abi::Family as SocketFamily;
use ifctl_abi::ioctl::*;
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::*;
use ifctl_conformance::sequence::{Asked, Step};
use ifctl_netlink::{Encoder, Head};

impl Generator {
    /// An ARP request.
    pub(super) fn arp_ioctl(&mut self) -> Step {
        let who = self.who();
        let family = if self.draw.one_in(8) { SocketFamily::PACKET } else { SocketFamily::INET };
        let number = self.draw.pick(&[SIOCGARP, SIOCSARP, SIOCSARP, SIOCSARP, SIOCDARP]);
        let mut argument = vec![0; 68];
        let address = self.ipv4();
        let address = self.sockaddr(address);
        put(&mut argument, 0, &address);
        put(&mut argument, 16, &self.draw.pick(&[1_u16, 1, 0, 772]).to_ne_bytes());
        let hardware = self.hardware_address();
        put(&mut argument, 18, &hardware);
        let flags = self.draw.pick(&[0x6_u32, 0x6, 0x2, 0x0, 0xa, 0x8, 0x2a, 0x46, 0x20]);
        put(&mut argument, 32, &flags.to_ne_bytes());
        if self.draw.one_in(3) {
            let mask = self.draw.pick(&[[255, 255, 255, 255], [0, 0, 0, 0], [255, 0, 0, 0]]);
            let mask = self.sockaddr(mask);
            put(&mut argument, 36, &mask);
        }
        // A proxy without a device would outlive its namespace.
        if flags & 8 != 0 || !self.draw.one_in(4) {
            let name = if self.draw.one_in(6) { self.label() } else { self.device() };
            let name = self.name_field(&name);
            put(&mut argument, 52, &name);
        }
        Step { who, asked: Asked::Ioctl { family, number, argument, device: None } }
    }

    /// A message about a neighbour.
    pub(super) fn neighbour_message(&mut self, encoder: &mut Encoder) {
        let kind = self.draw.pick(&[28_u16, 28, 28, 29, 30]);
        let kind = MessageType(kind);
        let dump = kind == MessageType::GETNEIGH && self.draw.one_in(2);
        let flags = match kind {
            MessageType::NEWNEIGH => self.creation(),
            _ if dump => MessageFlags::DUMP,
            _ => self.acknowledgement(),
        };
        let head = Head::request(kind, flags, self.next_sequence());
        let has_ipv6 = self.areas.contains(&Area::Ipv6);
        let families = if has_ipv6 { [2_u8, 2, 10, 2, 0] } else { [2, 2, 2, 2, 0] };
        let body = NeighbourHeader {
            family: Family(self.draw.pick(&families)),
            index: if dump && !self.draw.one_in(4) { 0 } else { self.index() },
            state: NeighbourState::from_bits_retain(
                self.draw.pick(&[0x80_u16, 0x80, 0x40, 0x80, 0]),
            ),
            flags: NeighbourFlags::from_bits_retain(self.draw.pick(&[0_u8, 0, 0, 8, 0x80])),
            ..NeighbourHeader::default()
        };
        let destination = match body.family {
            Family::INET6 => self.ipv6().to_vec(),
            _ => self.ipv4().to_vec(),
        };
        let hardware = self.hardware_address();
        let [no_address, no_hardware, short] = [10, 6, 16].map(|times| self.draw.one_in(times));
        let index = self.index();
        write(encoder, head, &body, |attributes| {
            if dump {
                if no_hardware {
                    attributes.u32(NDA_IFINDEX, index);
                }
                return;
            }
            if !no_address {
                attributes.bytes(NDA_DST, &destination);
            }
            if !no_hardware && kind == MessageType::NEWNEIGH {
                let length = if short { 4 } else { 6 };
                attributes.bytes(NDA_LLADDR, hardware.get(..length).unwrap_or_default());
            }
        });
    }
}
