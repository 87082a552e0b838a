//! Settings, read and written.

use super::{Area, Generator};
use ifctl_conformance::sequence::{Asked, Step, Who};

const IPV4: [&str; 10] = [
    "promote_secondaries",
    "promote_secondaries",
    "forwarding",
    "arp_ignore",
    "arp_announce",
    "rp_filter",
    "proxy_arp",
    "accept_local",
    "route_localnet",
    "ignore_routes_with_linkdown",
];
const IPV6: [&str; 8] = [
    "disable_ipv6",
    "disable_ipv6",
    "forwarding",
    "addr_gen_mode",
    "accept_ra",
    "autoconf",
    "ignore_routes_with_linkdown",
    "proxy_ndp",
];
/// Not `default`: whether a device follows it depends on what the first namespace's `default` was given
/// since the machine started.
const DEVICES: [&str; 5] = ["all", "e0", "lo", "e1", "nosuch"];
const VALUES: [&str; 12] =
    ["0", "1", "1\n", "0\n", "2", "-1", "3", "x", "", " 1", "1 2", "99999999999"];

impl Generator {
    /// A setting is read or written.
    pub(super) fn setting(&mut self) -> Step {
        let ipv6 = self.areas.contains(&Area::Ipv6) && self.draw.one_in(3);
        let name = if ipv6 { self.draw.pick(&IPV6) } else { self.draw.pick(&IPV4) };
        let family = if ipv6 { "ipv6" } else { "ipv4" };
        let device = match self.draw.pick(&DEVICES) {
            // `lo` gets an address while it is down, which a worker tells of when it likes.
            "lo" | "all" if name == "addr_gen_mode" => "e0",
            device => device,
        };
        let path = match self.draw.below(16) {
            0 => "/proc/sys/net/ipv4/ip_forward".to_owned(),
            _ => format!("/proc/sys/net/{family}/conf/{device}/{name}"),
        };
        let who = if self.draw.one_in(8) { Who::There } else { Who::Here };
        let asked = match self.draw.one_in(3) {
            true => Asked::Read(path),
            false => {
                let value = match self.draw.pick(&VALUES) {
                    // Addresses would be drawn at random from then on.
                    "3" if name == "addr_gen_mode" => "0",
                    value => value,
                };
                Asked::Write(path, value.as_bytes().to_vec())
            }
        };
        Step { who, asked }
    }
}
