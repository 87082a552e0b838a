//! `ifconfig` beside net-tools' own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod twins;

use twins::compare;

#[test]
fn options_and_listings_are_net_tools() {
    compare(
        "ifconfig",
        "ifconfig_listings.txt",
        &[
            ('0', "ifconfig"),
            ('0', "ifconfig -a"),
            ('D', "ifconfig"),
            ('D', "ifconfig -s"),
            ('G', "ifconfig"),
            ('G', "ifconfig -s -a"),
            ('G', "ifconfig e0:5"),
            ('G', "ifconfig e0:"),
            ('I', "ifconfig -a"),
            ('I', "ifconfig -a -s"),
            ('I', "ifconfig tun0"),
            ('K', "ifconfig | sed 's/TX errors.*//'"),
            ('K', "ifconfig -v -a | grep inet6"),
            ('0', "ifconfig e0"),
            ('0', "ifconfig -s e0:9"),
            ('0', "ifconfig -s nosuch"),
            ('0', "ifconfig nosuch:0"),
            ('0', "ifconfig averyveryverylonginterfacename"),
            ('0', "ifconfig ''"),
            ('0', "ifconfig -as"),
            ('0', "ifconfig -"),
            ('0', "ifconfig -- e0"),
            ('0', "ifconfig -s -V e0"),
            ('0', "ifconfig --help"),
            ('0', "ifconfig -a e0 mtu 1400; ifconfig -s e0"),
            ('C', "ifconfig e0 dynamic; ifconfig e0; ifconfig -s e0"),
            (
                'C',
                "ip link set e0 promisc on allmulticast on arp off trailers off; ifconfig e0; ifconfig -s",
            ),
        ],
    );
}

#[test]
fn flags_numbers_and_names_are_set_as_net_tools_sets_them() {
    compare(
        "ifconfig",
        "ifconfig_flags.txt",
        &[
            ('0', "ifconfig e0 up down up"),
            ('A', "ifconfig e0 -arp"),
            ('A', "ifconfig e0 -arp arp"),
            ('A', "ifconfig e0 promisc allmulti -multicast dynamic -trailers"),
            ('A', "ip link set e0 promisc on; ifconfig e0 -promisc"),
            ('A', "ifconfig e0 -broadcast -pointopoint"),
            ('A', "ifconfig e0 broadcast"),
            ('A', "ifconfig e0 pointopoint"),
            ('A', "ifconfig e0 unix up"),
            ('A', "ifconfig e0 inet6 promisc"),
            ('A', "ifconfig e0 ax25 up"),
            ('A', "ifconfig e0 unspec up"),
            ('A', "ifconfig nosuch -promisc"),
            ('A', "ifconfig e0 inet"),
            ('A', "ifconfig e0 inet,inet6 up"),
            ('0', "ifconfig e0 mtu 1400x txqueuelen 0x20"),
            ('0', "ifconfig e0 mtu -5 txqueuelen 010 up"),
            ('0', "ifconfig -v e0 mtu 5 up"),
            ('0', "ifconfig e0 mtu"),
            ('0', "ifconfig e0 up txqueuelen"),
            ('0', "ifconfig nosuch mtu 1400 txqueuelen 5 name x hw ether 2:0:0:0:0:1 irq 5"),
            ('0', "ifconfig -v e0:1 up mtu 5; ifconfig -v e0:1 up netmask 255.0.0.0"),
            ('0', "ifconfig -v e0:1 up keepalive 1 promisc; ifconfig -v e0:1 up broadcast nosuch"),
            ('0', "ifconfig e0 keepalive 5 outfill 3; ifconfig nosuch outfill 1"),
            ('0', "ifconfig e0 io_addr 0x300 mem_start 1 irq 5"),
            ('0', "ifconfig e0 media 10baseT media 3 media foo media 3x up"),
            ('0', "ifconfig e0 media auto up"),
            ('0', "ifconfig e0 name foo up"),
            ('0', "ifconfig e0 name 'a b' name a:1"),
            ('0', "ifconfig e0 hw ether 02:00:00:00:00:77"),
            ('0', "ifconfig e0 hw ether 020000000078"),
            ('0', "ifconfig e0 hw ether 2:0:0:0:0:7:"),
            ('0', "ifconfig e0 hw ether 02-00-00-00-00-79 hw ether zz hw ether 02::1 mtu 1400"),
            ('0', "ifconfig e0 hw foo 00:11"),
            ('0', "ifconfig e0 hw ppp mtu 1400"),
            (
                '0',
                "ifconfig e0 hw arcnet 1 hw arcnet 1F hw tunnel 1 hw ash zz hw rose 0 hw ax25 zz!",
            ),
            ('0', "ifconfig lo hw ether 02:00:00:00:00:01"),
            ('0', "ifconfig e0 hw"),
        ],
    );
}

#[test]
fn addresses_are_set_as_net_tools_sets_them() {
    compare(
        "ifconfig",
        "ifconfig_addresses.txt",
        &[
            ('0', "ifconfig e0 192.168.1.5"),
            ('0', "ifconfig e0 10.1.1.1/24 broadcast 10.1.1.200 mtu 1400 up"),
            ('0', "ifconfig e0 netmask 255.255.0.0 192.168.1.5"),
            ('0', "ifconfig e0 netmask 255.255.0.0 192.168.1.5/24"),
            ('0', "ifconfig e0 192.168.1.5 netmask 255.255.0.0 192.168.1.6/24"),
            ('0', "ifconfig e0 192.168.1.5/24 192.168.2.5/16"),
            ('0', "ifconfig e0 192.168.1.5/24 netmask 255.255.0.0"),
            ('0', "ifconfig e0 192.168.1.5/0x18"),
            ('0', "ifconfig e0 192.168.1.5/"),
            ('0', "ifconfig e0 192.168.1.5/24/8"),
            ('0', "ifconfig e0 up 10.0.0.1 1.2.3.4.5 mtu 1400"),
            ('0', "ifconfig e0 ''"),
            ('0', "ifconfig e0 224.0.0.1"),
            ('0', "ifconfig e0 010.0.0.010 netmask 0xffff0000"),
            ('0', "ifconfig e0 gw"),
            ('0', "ifconfig e0 both/24"),
            ('0', "ifconfig e0 LOOPBACK"),
            ('0', "ifconfig nosuch 10.0.0.1/16"),
            ('0', "ifconfig e0 metric 5"),
            ('0', "ifconfig e0 inet inet"),
            ('0', "ifconfig e0 unix 1.2.3.4"),
            (
                '0',
                "ifconfig e0 x25 1/2; ifconfig e0 x25 pointopoint 1 pointopoint 1/a add x; ifconfig e0 rose add x",
            ),
            (
                '0',
                "ifconfig e0 ipx 1.2; ifconfig e0 ax25 1.2; ifconfig e0 rose 12; ifconfig e0 x25 12; ifconfig e0 ec 1.2",
            ),
            (
                '0',
                "ifconfig e0 ipx broadcast 1 up; ifconfig e0 netrom dstaddr 1.2; ifconfig e0 rose netmask 1",
            ),
            ('C', "ifconfig e0 0"),
            ('C', "ifconfig e0 default/24"),
            ('C', "ifconfig e0 netmask 255.255.255.192 broadcast 192.168.1.60"),
            ('C', "ifconfig e0 netmask 255.0.255.0 netmask 255.255.0.0"),
            ('C', "ifconfig e0 netmask nosuch netmask 255.255.0.0"),
            ('C', "ifconfig e0 netmask"),
            ('C', "ifconfig e0 broadcast up down"),
            ('C', "ifconfig e0 broadcast nosuch broadcast + pointopoint mynet dstaddr default"),
            ('C', "ifconfig e0 pointopoint default"),
            ('C', "ifconfig e0 localhost pointopoint default"),
            ('C', "ifconfig e0 pointopoint 10.0.0.9 up; ifconfig e0"),
            ('C', "ifconfig e0 pointopoint 224.0.0.1 dstaddr 10.0.0.8"),
            ('C', "ifconfig e0 -broadcast 192.168.1.99"),
            ('I', "ifconfig tun0 10.3.3.1 pointopoint 10.3.3.2; ifconfig tun0"),
        ],
    );
}

#[test]
fn aliases_are_what_net_tools_makes_of_them() {
    compare(
        "ifconfig",
        "ifconfig_aliases.txt",
        &[
            ('C', "ifconfig e0:0 172.16.3.10 netmask 255.255.255.0; ifconfig"),
            ('C', "ifconfig e0:0 192.168.1.5"),
            ('C', "ifconfig e0:foo 10.1.1.1 e0:0- 10.1.1.2"),
            ('C', "ifconfig e0:0- 10.1.1.1; ifconfig e0:0- down; ifconfig e0:1- down"),
            ('0', "ifconfig e0:0 10.1.1.1 up"),
            ('0', "ifconfig e0:0 10.1.1.1 broadcast 10.255.255.255"),
            ('0', "ifconfig e0:0 10.1.1.1 -arp"),
            ('D', "ifconfig e0:0 down"),
            ('D', "ifconfig e0:0 0.0.0.0"),
            ('D', "ifconfig e0:0 default"),
            ('D', "ifconfig e0:0 promisc -multicast mtu 1400 txqueuelen 77 hw ether 2:0:0:0:0:99"),
            ('D', "ifconfig e0:0 inet6 promisc down"),
            ('D', "ifconfig e0:0 name foo; ifconfig -a -s"),
            ('D', "ifconfig e0:1 down"),
            ('D', "ifconfig e0:1 netmask 255.0.0.0 broadcast 1.2.3.4"),
            ('D', "ifconfig e0 down; ifconfig e0:0; ifconfig e0"),
            ('E', "ifconfig e0 0.0.0.0"),
            ('E', "ifconfig e0 10.5.0.9"),
            ('E', "ifconfig e0:1 netmask 255.255.0.0"),
            ('C', "ifconfig e0 add 10.20.0.1"),
            ('C', "ifconfig e0 add 10.20.0.1 add 10.20.0.2"),
            ('C', "ifconfig e0 add 10.20.0.1/24 add foo add"),
            ('C', "ifconfig e0 add 192.168.1.5"),
            ('0', "ifconfig e0 add 10.20.0.1"),
            ('A', "ifconfig e0 add 10.20.0.1"),
            ('D', "ifconfig e0 add 172.16.3.10 add 10.20.0.1"),
            ('D', "ifconfig e0 del 172.16.3.10"),
            ('D', "ifconfig e0:0 add 10.20.0.1"),
            ('G', "ifconfig e0 add 10.30.0.1; ifconfig e0 del 10.7.7.1 del 10.6.6.1; ifconfig"),
            ('0', "ifconfig nosuch add 1.2.3.4"),
            (
                'D',
                "ifconfig e0:foo add 10.20.0.1; ifconfig e0 ipx add 10.20.0.2; ifconfig e0 inet6 add 10.20.0.3",
            ),
            ('0', "ifconfig e0 add ''"),
        ],
    );
}

#[test]
fn ipv6_addresses_are_added_and_deleted_as_net_tools_does() {
    compare(
        "ifconfig",
        "ifconfig_ipv6.txt",
        &[
            ('K', "ifconfig e0 add 2001:db8::1/64"),
            ('K', "ifconfig e0 add 2001:db8::1 add 2001:db8::2/abc"),
            ('K', "ifconfig e0 add 2001:db8::1/129"),
            ('K', "ifconfig e0 add 2001:db8::1/-1"),
            ('K', "ifconfig e0 add 2001:db8::zz/64 add : up"),
            ('K', "ifconfig e0 add ::ffff:1.2.3.4/96"),
            ('K', "ifconfig nosuch add 2001:db8::1/64"),
            ('K', "ifconfig e0:0 add 2001:db8::1/64"),
            ('K', "ifconfig e0 add 2001:db8:5::1/64 del 2001:db8:5::1"),
            ('K', "ifconfig e0 inet6 del 2001:db8:5::1/64"),
            ('K', "ifconfig -v e0 del 2001:db8:5::9/64"),
            ('K', "ifconfig e0 inet6 netmask 255.0.0.0 broadcast nosuch dstaddr ::1 netmask ::1"),
            ('K', "ifconfig e0 inet6 2001:db8::1/64"),
            ('K', "ifconfig e0 inet6 2001:db8::1"),
            ('K', "ifconfig e0 tunnel 1.2.3.4 tunnel ::1 tunnel ::1/200"),
            ('K', "ifconfig e0 inet6 down"),
        ],
    );
}

#[test]
fn a_caller_without_privilege_is_refused_as_net_tools_refuses_him() {
    const POWERLESS: &str = "setpriv --bounding-set=-all --inh-caps=-all --ambient-caps=-all ";
    let lines = [
        "ifconfig e0",
        "ifconfig e0 up",
        "ifconfig e0 10.1.2.4/16",
        "ifconfig e0 netmask 255.0.0.0 mtu 1400 hw ether 2:0:0:0:0:9 name x txqueuelen 5",
        "ifconfig -v e0 -multicast",
        "ifconfig e0 add 10.1.2.9",
        "ifconfig e0:0 10.1.2.9",
        "ifconfig e0 add 2001:db8::1/64",
        "route add default gw 192.168.1.1",
        "route del -net 192.168.1.0/24",
    ];
    let cases: Vec<twins::Case> = lines
        .into_iter()
        .map(|line| ('C', &*Box::leak(format!("{POWERLESS}{line}").into_boxed_str())))
        .collect();
    compare("ifconfig", "unprivileged.txt", &cases);
}
