//! Sequences of requests, drawn at random, with a liking for what is rare.

mod addresses;
mod ioctl;
mod ipv6;
mod links;
mod mutate;
mod neighbours;
mod pool;
mod routes;
mod rules;
mod settings;

use crate::random::Random;
use ifctl_conformance::sequence::{Asked, Looking, Step, Who};
use ifctl_netlink::{AttributeWriter, Encoder, Head};
use zerocopy::{Immutable, IntoBytes};

/// A part of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Area {
    /// Requests about a device, by number.
    Ioctl,
    /// IPv4 addresses.
    Addresses,
    /// IPv4 routes.
    Routes,
    /// Devices, by netlink.
    Links,
    /// IPv6 addresses and routes.
    Ipv6,
    /// Neighbours.
    Neighbours,
    /// Settings: /proc/sys/net, netconf.
    Settings,
    /// Policy rules of both families.
    Rules,
}

impl Area {
    pub(crate) const ALL: [(&'static str, Self); 8] = [
        ("ioctl", Self::Ioctl),
        ("addresses", Self::Addresses),
        ("routes", Self::Routes),
        ("links", Self::Links),
        ("ipv6", Self::Ipv6),
        ("neighbours", Self::Neighbours),
        ("settings", Self::Settings),
        ("rules", Self::Rules),
    ];
}

/// Returns what of the state is looked at when requests of these areas are drawn.
pub(crate) fn looking(areas: &[Area]) -> Looking {
    let has = |area| areas.contains(&area);
    Looking {
        links: has(Area::Links) || has(Area::Ioctl),
        addresses: has(Area::Addresses) || has(Area::Routes) || has(Area::Rules),
        routes: has(Area::Addresses) || has(Area::Routes) || has(Area::Rules),
        ipv6: has(Area::Ipv6) || has(Area::Rules),
        neighbours: has(Area::Neighbours),
        settings: has(Area::Settings),
        files: true,
        texts: false,
    }
}

/// One sequence in the making.
pub(crate) struct Generator {
    pub(crate) draw: Random,
    areas: Vec<Area>,
    sequence: u32,
    /// Between this message and the next of a datagram Linux's workers may run, or not.
    is_followed: bool,
}

/// Returns the requests of a sequence: a few that make devices, then so many drawn at random.
pub(crate) fn sequence(draw: Random, areas: &[Area], length: usize) -> Vec<Step> {
    let mut generator = Generator { draw, areas: areas.to_vec(), sequence: 0, is_followed: false };
    let mut steps = generator.topology();
    for _ in 0..length {
        steps.push(generator.step());
    }
    steps
}

impl Generator {
    fn who(&mut self) -> Who {
        match self.draw.below(20) {
            0 => Who::Unprivileged,
            1 | 2 => Who::There,
            3 if self.draw.one_in(3) => Who::ThereUnprivileged,
            _ => Who::Here,
        }
    }

    fn step(&mut self) -> Step {
        let area = self.areas.get(self.draw.below(self.areas.len())).copied();
        // Whatever the area, devices go up and down, and addresses come.
        let area = match self.draw.below(16) {
            0 => return self.up_or_down(),
            1 if self.areas.contains(&Area::Routes) => Some(Area::Addresses),
            1 if self.areas == [Area::Rules] => Some(Area::Addresses),
            _ => area,
        };
        match area {
            Some(Area::Ioctl) | None => self.device_ioctl(),
            Some(Area::Addresses) if self.draw.one_in(2) => self.address_ioctl(),
            Some(Area::Routes) if self.draw.one_in(3) => self.route_ioctl(),
            Some(Area::Ipv6) if self.draw.one_in(4) => self.ioctl6(),
            Some(Area::Neighbours) if self.draw.one_in(2) => self.arp_ioctl(),
            Some(Area::Settings) if !self.draw.one_in(5) => self.setting(),
            Some(area) => self.datagram(area),
        }
    }

    /// A datagram of messages about an area.
    fn datagram(&mut self, area: Area) -> Step {
        let who = self.who();
        let count = if self.draw.one_in(6) { 2 + self.draw.below(3) } else { 1 };
        let mut bytes = Vec::new();
        for number in 1..=count {
            self.is_followed = number < count;
            let mut encoder = Encoder::new();
            match area {
                Area::Addresses => self.address_message(&mut encoder),
                Area::Routes => self.route_message(&mut encoder),
                Area::Links | Area::Ioctl => self.link_message(&mut encoder),
                Area::Ipv6 => self.message6(&mut encoder),
                Area::Neighbours => self.neighbour_message(&mut encoder),
                Area::Settings => self.netconf_message(&mut encoder),
                Area::Rules => self.rule_message(&mut encoder),
            }
            bytes.extend_from_slice(encoder.as_bytes());
        }
        if self.draw.one_in(8) {
            bytes = self.mutated(bytes);
        }
        Step { who, asked: Asked::Netlink { strict: self.draw.one_in(3), bytes } }
    }

    /// The sequence number of the next message.
    fn next_sequence(&mut self) -> u32 {
        self.sequence += 1;
        self.sequence
    }
}

/// Appends a message. None that is drawn is longer than there is room for.
#[allow(clippy::expect_used, reason = "a sequence with a message less would be another one")]
fn write<B: IntoBytes + Immutable>(
    encoder: &mut Encoder,
    head: Head,
    body: &B,
    attributes: impl FnOnce(&mut AttributeWriter<'_>),
) {
    encoder.message(head, body, attributes).expect("room for a message");
}
