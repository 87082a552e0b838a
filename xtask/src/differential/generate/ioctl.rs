//! Requests by number.

use super::Generator;
use ifctl_abi::Family;
use ifctl_abi::ioctl::*;
use ifctl_conformance::sequence::{Asked, Step, Who};

const GETTERS: [u32; 9] = [
    SIOCGIFNAME,
    SIOCGIFINDEX,
    SIOCGIFFLAGS,
    SIOCGIFMETRIC,
    SIOCGIFMTU,
    SIOCGIFHWADDR,
    SIOCGIFMAP,
    SIOCGIFTXQLEN,
    SIOCGIFCONF,
];
const SETTERS: [u32; 10] = [
    SIOCSIFFLAGS,
    SIOCSIFMETRIC,
    SIOCSIFMTU,
    SIOCSIFMTU,
    SIOCSIFHWADDR,
    SIOCSIFHWBROADCAST,
    SIOCADDMULTI,
    SIOCDELMULTI,
    SIOCSIFTXQLEN,
    SIOCSIFNAME,
];
const REFUSED: [u32; 12] = [
    SIOCSIFMAP,
    SIOCGIFPFLAGS,
    SIOCSIFPFLAGS,
    SIOCGIFSLAVE,
    SIOCSIFSLAVE,
    SIOCGIFMEM,
    SIOCSIFMEM,
    SIOCSIFLINK,
    SIOCGIFCOUNT,
    SIOCGIFENCAP,
    SIOCRTMSG,
    0x8960,
];
const ADDRESS_SETTERS: [u32; 5] =
    [SIOCSIFADDR, SIOCSIFADDR, SIOCSIFNETMASK, SIOCSIFBRDADDR, SIOCSIFDSTADDR];
const ADDRESS_GETTERS: [u32; 4] = [SIOCGIFADDR, SIOCGIFNETMASK, SIOCGIFBRDADDR, SIOCGIFDSTADDR];
const MTUS: [i32; 14] =
    [1500, 1280, 1279, 1400, 68, 67, 0, 1, -1, 65535, 65536, 9000, 600, i32::MAX];
const NEW_NAMES: [&[u8]; 14] = [
    b"e0",
    b"p0",
    b"fifteen_bytes_x",
    b"e1",
    b"sixteen_bytes_xx",
    b"",
    b".",
    b"..",
    b"a/b",
    b"a:b",
    b"a b",
    b"n%d",
    b"%s%d",
    b"e\xc3\xa9",
];

impl Generator {
    fn family(&mut self) -> Family {
        match self.draw.below(10) {
            0 => Family::INET6,
            1 => Family::UNIX,
            2 => Family::PACKET,
            3 => Family::NETLINK,
            _ => Family::INET,
        }
    }

    /// A request about a device.
    pub(super) fn device_ioctl(&mut self) -> Step {
        let (who, family) = (self.who(), self.family());
        let number = match self.draw.below(10) {
            0..=2 => self.draw.pick(&GETTERS),
            3 => self.draw.pick(&REFUSED),
            4 if family != Family::INET6 => self.draw.pick(&ADDRESS_GETTERS),
            _ => self.draw.pick(&SETTERS),
        };
        let name = if self.draw.one_in(4) { self.label() } else { self.device() };
        let data = self.data_of(number);
        self.with(who, family, number, &name, &data)
    }

    /// A request about an IPv4 address.
    pub(super) fn address_ioctl(&mut self) -> Step {
        let who = self.who();
        let family = if self.draw.one_in(16) { self.family() } else { Family::INET };
        let number = match self.draw.below(8) {
            0 => SIOCGIFCONF,
            1 | 2 => self.draw.pick(&ADDRESS_GETTERS),
            3 => SIOCSIFFLAGS,
            _ => self.draw.pick(&ADDRESS_SETTERS),
        };
        let name = self.label();
        let data = match number {
            SIOCGIFCONF | SIOCSIFFLAGS => self.data_of(number),
            SIOCSIFNETMASK => {
                let mask = self.mask();
                self.sockaddr(mask).to_vec()
            }
            _ => {
                let address = self.ipv4();
                self.sockaddr(address).to_vec()
            }
        };
        self.with(who, family, number, &name, &data)
    }

    /// A device goes up or down.
    pub(super) fn up_or_down(&mut self) -> Step {
        let who = if self.draw.one_in(6) { Who::There } else { Who::Here };
        let name = self.device();
        let flags: u16 = if self.draw.one_in(3) { 0x1002 } else { 0x1003 };
        self.with(who, Family::INET, SIOCSIFFLAGS, &name, &flags.to_ne_bytes())
    }

    /// What a request carries beside the name.
    fn data_of(&mut self, number: u32) -> Vec<u8> {
        match number {
            SIOCSIFMTU => self.draw.pick(&MTUS).to_ne_bytes().to_vec(),
            SIOCSIFTXQLEN => {
                self.draw.pick(&[0_i32, 1, 500, 1000, -1, 32768]).to_ne_bytes().to_vec()
            }
            SIOCGIFNAME => self.index().to_ne_bytes().to_vec(),
            SIOCSIFFLAGS => {
                let odd = self.draw.word() as u16;
                let usual = self.draw.pick(&[0x1003_u16, 0x1002, 0x1043, 0x1103, 0x1203, 0x1083]);
                if self.draw.one_in(6) { odd } else { usual }.to_ne_bytes().to_vec()
            }
            SIOCSIFHWADDR | SIOCSIFHWBROADCAST | SIOCADDMULTI | SIOCDELMULTI => {
                let is_list = matches!(number, SIOCADDMULTI | SIOCDELMULTI);
                let usual: u16 = if is_list { 0 } else { 1 };
                let family: u16 =
                    if self.draw.one_in(8) { self.draw.pick(&[0, 1, 2, 772]) } else { usual };
                let mut data = family.to_ne_bytes().to_vec();
                data.extend_from_slice(&self.hardware_address());
                data
            }
            SIOCSIFNAME => {
                let name = self.draw.pick(&NEW_NAMES);
                self.name_field(name).to_vec()
            }
            SIOCGIFCONF => {
                let records = self.draw.pick(&[64_u32, 3, 1, 0, u32::MAX]);
                let length = self.draw.pick(&[2560_i32, 120, 100, 40, 39, 0, -1]);
                [length.to_ne_bytes(), records.to_ne_bytes()].concat()
            }
            _ => {
                let fill = self.draw.pick(&[0_u8, 0xa5]);
                let mut data = vec![fill; 24];
                if self.draw.one_in(2) {
                    let address = self.ipv4();
                    data = self.sockaddr(address).to_vec();
                }
                data
            }
        }
    }

    fn with(&mut self, who: Who, family: Family, number: u32, name: &[u8], data: &[u8]) -> Step {
        let argument = match number {
            SIOCGIFCONF => data.to_vec(),
            _ => [self.name_field(name).as_slice(), data].concat(),
        };
        Step { who, asked: Asked::Ioctl { family, number, argument, device: None } }
    }

    /// An IPv4 route by ioctl.
    pub(super) fn route_ioctl(&mut self) -> Step {
        let who = self.who();
        let family = if self.draw.one_in(10) { Family::PACKET } else { Family::INET };
        let number = if self.draw.one_in(3) { SIOCDELRT } else { SIOCADDRT };
        let prefix_length = self.draw.pick(&[24_u8, 24, 16, 8, 32, 32, 0, 0, 25]);
        let destination = if prefix_length == 0 { [0; 4] } else { self.network(prefix_length) };
        let mut mask = super::pool::mask_of(prefix_length);
        if self.draw.one_in(12) {
            mask = self.mask();
        }
        let gateway = if self.draw.one_in(3) { [0; 4] } else { self.ipv4() };
        let mut flags: u16 = 1;
        flags |= if gateway == [0; 4] { 0 } else { 2 };
        flags |= if prefix_length == 32 && !self.draw.one_in(4) { 4 } else { 0 };
        if self.draw.one_in(6) {
            flags = self.draw.pick(&[0x201_u16, 0x205, 0x43, 0x83, 0x103, 0x1, 0x3, 0, 0x7, 0x5]);
        }
        let metric = self.draw.pick(&[0_i16, 0, 0, 1, 2, 5, -1, i16::MAX]);
        let mut entry = vec![0; 120];
        let destination = self.sockaddr(destination);
        let gateway = self.sockaddr(gateway);
        let mask = self.sockaddr(mask);
        put(&mut entry, 8, &destination);
        put(&mut entry, 24, &gateway);
        put(&mut entry, 40, &mask);
        put(&mut entry, 56, &flags.to_ne_bytes());
        put(&mut entry, 80, &metric.to_ne_bytes());
        put(&mut entry, 96, &self.draw.pick(&[0_u64, 40, 1500, 0, 100_000]).to_ne_bytes());
        put(&mut entry, 104, &self.draw.pick(&[0_u64, 1, 65535]).to_ne_bytes());
        put(&mut entry, 112, &self.draw.pick(&[0_u16, 7]).to_ne_bytes());
        let device = match self.draw.below(3) {
            0 => None,
            1 => Some(self.device()),
            _ => Some(self.label()),
        };
        Step { who, asked: Asked::Ioctl { family, number, argument: entry, device } }
    }
}

/// Writes bytes into others.
pub(super) fn put(into: &mut [u8], at: usize, bytes: &[u8]) {
    for (to, from) in into.iter_mut().skip(at).zip(bytes) {
        *to = *from;
    }
}
