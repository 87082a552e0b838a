//! Settings, read and written.

use super::{Area, Generator};
use ifctl_conformance::sequence::{Asked, Step, Who};

const IPV4: [&str; 34] = [
    "promote_secondaries",
    "promote_secondaries",
    "promote_secondaries",
    "forwarding",
    "forwarding",
    "arp_ignore",
    "arp_announce",
    "rp_filter",
    "proxy_arp",
    "accept_local",
    "route_localnet",
    "ignore_routes_with_linkdown",
    "accept_redirects",
    "accept_source_route",
    "arp_accept",
    "arp_evict_nocarrier",
    "arp_filter",
    "arp_notify",
    "bc_forwarding",
    "bootp_relay",
    "disable_policy",
    "disable_xfrm",
    "drop_gratuitous_arp",
    "drop_unicast_in_l2_multicast",
    "igmpv2_unsolicited_report_interval",
    "log_martians",
    "mc_forwarding",
    "medium_id",
    "proxy_arp_pvlan",
    "secure_redirects",
    "send_redirects",
    "shared_media",
    "src_valid_mark",
    "tag",
];
/// None that has something happen by itself, or at random.
const IPV6: [&str; 36] = [
    "disable_ipv6",
    "disable_ipv6",
    "disable_ipv6",
    "forwarding",
    "forwarding",
    "addr_gen_mode",
    "accept_ra",
    "autoconf",
    "ignore_routes_with_linkdown",
    "proxy_ndp",
    "accept_ra_defrtr",
    "accept_ra_min_hop_limit",
    "accept_ra_rt_info_max_plen",
    "accept_redirects",
    "accept_source_route",
    "accept_untracked_na",
    "disable_policy",
    "drop_unicast_in_l2_multicast",
    "drop_unsolicited_na",
    "force_forwarding",
    "force_tllao",
    "hop_limit",
    "ioam6_enabled",
    "ioam6_id",
    "keep_addr_on_down",
    "max_addresses",
    "mc_forwarding",
    "mldv1_unsolicited_report_interval",
    "mtu",
    "ndisc_evict_nocarrier",
    "ndisc_tclass",
    "ra_defrtr_metric",
    "rpl_seg_enabled",
    "seg6_enabled",
    "suppress_frag_ndisc",
    "use_oif_addrs_only",
];
/// Not `default`: whether a device follows it depends on what the first namespace's `default` was given
/// since the machine started.
const DEVICES: [&str; 5] = ["all", "e0", "lo", "e1", "nosuch"];
const VALUES: [&str; 14] =
    ["0", "1", "1\n", "0\n", "2", "-1", "3", "x", "", " 1", "1 2", "99999999999", "1280", "70000"];

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
