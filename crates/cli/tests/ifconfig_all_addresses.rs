//! `ifconfig --all-addresses`: what `ip addr add` made without a label shows too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod tool;

use ifctl_conformance::{peer, private, sh};
use tool::ifctl;

fn set_up() {
    sh("sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
        ip link add e0 address 02:00:00:00:00:01 type veth peer name p0
        ip addr add 10.0.0.1/24 brd + dev e0
        ip addr add 10.0.0.2/24 brd + dev e0
        ip addr add 10.1.0.1/16 dev e0
        ip addr add 10.2.0.1/24 dev e0 label e0:0
        ip addr add 10.2.0.2/24 dev e0 label e0:0
        ip link set e0 up");
}

/// The inet lines of a listing, with the names that they stand under.
fn inet(listing: &str) -> Vec<String> {
    let mut name = "";
    let mut lines = Vec::new();
    for line in listing.lines() {
        if !line.starts_with(' ') && !line.is_empty() {
            name = line.split([' ', '\t']).next().unwrap().trim_end_matches(':');
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        if let ["inet", word, rest @ ..] = words.as_slice() {
            let address = word.strip_prefix("addr:").unwrap_or(word);
            lines.push(format!("{name} {address} {}", rest.join(" ")));
        }
    }
    lines
}

#[test]
fn every_address_of_a_label_shows_in_a_list_and_by_name() {
    private(|| {
        set_up();
        let expected = [
            "e0 10.0.0.1 netmask 255.255.255.0 broadcast 10.0.0.255",
            "e0 10.1.0.1 netmask 255.255.0.0 broadcast 0.0.0.0",
            "e0 10.0.0.2 netmask 255.255.255.0 broadcast 10.0.0.255",
            "e0:0 10.2.0.1 netmask 255.255.255.0 broadcast 0.0.0.0",
            "e0:0 10.2.0.2 netmask 255.255.255.0 broadcast 0.0.0.0",
        ];
        assert_eq!(inet(&ifctl("ifconfig --all-addresses").stdout), expected);
        assert_eq!(inet(&ifctl("ifconfig --all-addresses e0").stdout), expected[..3]);
        assert_eq!(inet(&ifctl("ifconfig --all-addresses e0:0").stdout), expected[3..]);
    });
}

#[test]
fn the_environment_asks_for_it_too_and_the_old_layouts_have_it() {
    private(|| {
        set_up();
        for style in ["classic", "howto"] {
            let listing = sh(&format!(
                "IFCTL_STYLE={style} IFCTL_ALL_ADDRESSES=1 {} ifconfig e0",
                env!("CARGO_BIN_EXE_ifctl")
            ));
            let addresses: Vec<_> = inet(&listing);
            let addresses: Vec<_> =
                addresses.iter().map(|line| line.split(' ').nth(1).unwrap()).collect();
            assert_eq!(addresses, ["10.0.0.1", "10.1.0.1", "10.0.0.2"], "{style}");
        }
    });
}

#[test]
fn without_being_asked_the_bytes_are_net_tools_own() {
    private(|| {
        set_up();
        let ours = ifctl("ifconfig").stdout;
        assert_eq!(inet(&ours).len(), 2);
        if peer("ifconfig", "the listing beside net-tools' own") {
            assert_eq!(ours, sh("ifconfig"));
        }
    });
}
