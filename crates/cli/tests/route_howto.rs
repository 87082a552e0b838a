//! `IFCTL_STYLE=howto route`: the mask and the device of a network are found, as kernels of 1997 did.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ifctl_conformance::{private, sh, try_sh};

const ROUTE: &str = concat!(env!("CARGO_BIN_EXE_ifctl"), " route");

fn set_up() {
    sh("ip link set lo up
        ip link add eth0 type veth peer name p0; ip link set p0 up; ip link set eth0 up
        ip addr add 172.16.3.1/16 dev eth0; ip addr add 172.16.3.10/16 dev eth0 label eth0:0
        ip addr add 192.168.7.1/25 dev p0");
}

/// Returns the routes that a line adds in howto style, as `ip` tells them.
fn added(words: &str) -> Vec<String> {
    let routes = || {
        sh("ip route show table main proto boot")
            .lines()
            .map(|line| line.trim_end().replace(" linkdown", ""))
            .collect::<Vec<_>>()
    };
    let before = routes();
    let run = try_sh(&format!("IFCTL_STYLE=howto {ROUTE} {words}"));
    assert_eq!((run.stderr.as_str(), run.status), ("", 0), "{words}");
    routes().into_iter().filter(|route| !before.contains(route)).collect()
}

#[test]
fn the_loopback_network_goes_to_lo() {
    private(|| {
        set_up();
        assert_eq!(added("add -net 127.0.0.0"), ["127.0.0.0/8 dev lo scope link"]);
    });
}

#[test]
fn the_mask_is_the_device_s_lengthened_while_bits_stand_below_it() {
    private(|| {
        set_up();
        assert_eq!(added("add -net 172.16.3.0 dev eth0"), ["172.16.3.0/24 dev eth0 scope link"]);
        assert_eq!(added("add -net 172.16.0.0 dev eth0"), ["172.16.0.0/16 dev eth0 scope link"]);
        assert_eq!(added("add -net 192.168.7.0 dev p0"), ["192.168.7.0/25 dev p0 scope link"]);
        assert_eq!(
            added("add -net 172.16.4.0 dev eth0:0"),
            ["172.16.4.0/22 dev eth0 scope link src 172.16.3.10"]
        );
    });
}

#[test]
fn outside_the_device_s_network_the_class_has_the_mask() {
    private(|| {
        set_up();
        assert_eq!(added("add -net 10.0.0.0 dev eth0"), ["10.0.0.0/8 dev eth0 scope link"]);
        assert_eq!(added("add -net 10.1.0.0 dev eth0"), ["10.1.0.0/16 dev eth0 scope link"]);
        assert_eq!(
            added("add -net 192.168.1.0 gw 172.16.3.200"),
            ["192.168.1.0/24 via 172.16.3.200 dev eth0"]
        );
    });
}

#[test]
fn without_a_device_the_one_on_whose_network_it_lies_is_taken() {
    private(|| {
        set_up();
        assert_eq!(added("add -net 192.168.7.0"), ["192.168.7.0/25 dev p0 scope link"]);
        let run = try_sh(&format!("IFCTL_STYLE=howto {ROUTE} add -net 10.0.0.0"));
        assert_eq!((run.stderr.as_str(), run.status), ("SIOCADDRT: No such device\n", 7));
    });
}

#[test]
fn a_route_is_deleted_by_the_same_words() {
    private(|| {
        set_up();
        for words in ["-net 127.0.0.0", "-net 172.16.3.0 dev eth0"] {
            assert_eq!(added(&format!("add {words}")).len(), 1, "{words}");
            sh(&format!("IFCTL_STYLE=howto {ROUTE} del {words}"));
        }
        assert_eq!(sh("ip route show table main proto boot"), "");
    });
}

#[test]
fn masks_that_are_given_and_hosts_stay_as_they_are() {
    private(|| {
        set_up();
        assert_eq!(
            added("add -net 172.16.0.0 netmask 255.255.255.0 dev eth0"),
            ["172.16.0.0/24 dev eth0 scope link"]
        );
        assert_eq!(added("add -host 172.16.3.9 dev eth0"), ["172.16.3.9 dev eth0 scope link"]);
        assert_eq!(added("add default gw 172.16.3.200"), ["default via 172.16.3.200 dev eth0"]);
    });
}

#[test]
fn in_the_default_style_a_network_without_a_mask_is_refused_as_by_net_tools() {
    private(|| {
        set_up();
        let run = try_sh(&format!("{ROUTE} add -net 172.16.3.0 dev eth0"));
        assert_eq!((run.stderr.as_str(), run.status), ("SIOCADDRT: Invalid argument\n", 7));
    });
}
