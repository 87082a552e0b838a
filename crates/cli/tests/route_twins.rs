//! `route` beside net-tools' own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod twins;

use twins::compare;

#[test]
fn tables_are_shown_as_net_tools_shows_them() {
    compare(
        "route",
        "route_tables.txt",
        &[
            ('L', "route"),
            ('L', "route -n"),
            ('L', "route -en"),
            ('L', "route -ee"),
            ('L', "route -eee; route -eeee -n"),
            ('L', "route -N; route -FC; route -Cee"),
            ('L', "route --numeric --extend --extend --fib"),
            ('L', "route -A foo; route -A unix; route -A ddp"),
            ('L', "route -A inet,foo"),
            ('L', "route -A ax25; route -A netrom; route -A rose"),
            ('L', "route -4 --ip -n"),
            (
                'I',
                "ip addr add 10.9.0.1/16 dev abcdefghijklmno; ip link set abcdefghijklmno up; route -n; route -een",
            ),
            ('K', "route -6 -n | grep -v fe80 | sed 's/ [0-9]* *[0-9]* [^ ]*$//'"),
            ('K', "route -A inet6 -C"),
        ],
    );
}

#[test]
fn options_and_words_are_read_as_net_tools_reads_them() {
    compare(
        "route",
        "route_words.txt",
        &[
            ('0', "route -h"),
            ('0', "route -h -6; route -h -A x25; route -h -A ipx; route -4 -6 -h"),
            ('0', "route -V"),
            ('0', "route -Z -x; route --foo; route --help=x"),
            ('0', "route --ver; route --n; route --protocol; route -A"),
            ('0', "route add default metric -1"),
            ('0', "route foo; route ADD default"),
            ('0', "route add; route del; route -6 add"),
            ('0', "route flush; route -6 flush; route -C add x"),
            ('0', "route --tcpip -n; route --i -n; route -- -n"),
            (
                '0',
                "route -4 -6 add x; route -A ipx add x; route -A ash del x; route -A x25 add 1 2",
            ),
        ],
    );
}

#[test]
fn routes_are_added_as_net_tools_adds_them() {
    compare(
        "route",
        "route_add.txt",
        &[
            ('D', "route add -net 127.0.0.0 netmask 255.0.0.0 lo"),
            ('D', "route add -net 172.16.3.0; route add -net 192.168.1.0 dev e0"),
            ('D', "route add -net 172.16.3.0 netmask 255.255.255.0 dev e0:0"),
            ('D', "route add -host 172.16.3.10 dev e0:0; route add -host 172.16.3.99 dev e0:1"),
            (
                'D',
                "route add default gw 192.168.1.1; route add default gw 192.168.1.2; route add default gw 192.168.1.2; route -n",
            ),
            ('D', "route add default gw 172.16.3.1 metric 7x e0:0"),
            ('D', "route add default; route add default gw 10.1.1.1; route add default dev e0"),
            ('D', "route add -host default gw 192.168.1.1"),
            (
                'D',
                "route add default gw default; route add default gw loopback; route add default gw nosuch",
            ),
            (
                'D',
                "route add -net 10.0.0.0/8 gw 192.168.1.1; route add -net 10.0.0.0/0x8 gw 192.168.1.2 metric 5",
            ),
            ('D', "route add 10.0.0.0/8 gw 192.168.1.1"),
            ('D', "route add -net 10.1.2.3 netmask 255.0.0.0 gw 192.168.1.1"),
            (
                'D',
                "route add -net 10.0.0.0 netmask 255.0.255.0 gw 192.168.1.1; route add default netmask 24",
            ),
            ('D', "route add -net 10.0.0.0/8 netmask 255.0.0.0 gw 192.168.1.1"),
            ('D', "route add -net 10.8.0.0 netmask nosuch gw 192.168.1.1"),
            ('D', "route add 10.0.0.1/32 gw 192.168.1.1"),
            ('D', "route add 10.0.0.1 e0 metric 3"),
            ('D', "route add 10.0.0.1 metric 3 e0"),
            (
                'D',
                "route add 10.0.0.1 dev e0 p0; route add 10.0.0.1 dev; route add 10.0.0.1 dev nosuch",
            ),
            (
                'D',
                "route add 10.0.0.1 gw 192.168.1.1 metric 65536; route add 10.0.0.2 dev e0 metric 32767; route -n",
            ),
            (
                'D',
                "route add 10.0.0.1 dev e0 mss 63; route add 10.0.0.1 dev e0 window 127; route add 10.0.0.1 irtt",
            ),
            (
                'D',
                "route add 10.0.0.1 mss 1400 window 8192 irtt 120 metric 7 mod dyn reinstate dev e0; route -een",
            ),
            (
                'D',
                "route add -net 10.0.0.0/8 reject; route -n; route del -net 10.0.0.0/8; route del -net 10.0.0.0/8 reject",
            ),
            ('D', "route add 10.0.0.1 reject gw 192.168.1.1 dev e0"),
            ('D', "route add default/8 gw 192.168.1.1; route add -net; route add '' dev e0"),
            ('D', "route add nosuch dev e0; route add -net -host 10.0.0.4 dev e0"),
            (
                'D',
                "route add mynet netmask 255.255.255.0 dev e0 metric 4; route add both dev e0; route add gw dev e0; route",
            ),
            ('D', "route add 1.1.1.1 gw mynet"),
            ('D', "route add 1.1.1.1 gw nethost"),
        ],
    );
}

#[test]
fn routes_are_deleted_as_net_tools_deletes_them() {
    compare(
        "route",
        "route_del.txt",
        &[
            ('L', "route delete default"),
            ('L', "route del default gw 192.168.1.2"),
            (
                'L',
                "route del default gw 9.9.9.9; route del default dev p0; route del -host default",
            ),
            (
                'L',
                "route del -net 10.0.0.0; route del -net 10.0.0.0/8 mss 1400; route del 10.5.5.5/32",
            ),
            (
                'L',
                "route del -net 10.6.0.0/16; route del -net 10.7.0.0/16; route del -net 10.11.0.0/16",
            ),
            ('L', "route del -net 192.168.1.0/24; route del nosuch"),
            ('D', "route del -net 172.16.3.0/24 dev e0:0"),
        ],
    );
}

#[test]
fn ipv6_routes_are_changed_as_net_tools_changes_them() {
    compare(
        "route",
        "route_ipv6.txt",
        &[
            ('K', "route -6 add 2001:db8:6::/48 dev e0"),
            (
                'K',
                "route -6 add 2001:db8:6::1 gw 2001:db8:5::9; route -6 add 2001:db8:6::1 gw 2001:db8:5::9 dev e0",
            ),
            ('K', "route -6 add default gw 2001:db8:5::9 metric 5"),
            ('K', "route -6 add default gw fe80::9; route -6 add 2001:db8:6::/48"),
            ('K', "route -6 add 2001:db8:6::1/48 e0 metric 5; route -6 add nosuch dev e0"),
            (
                'K',
                "route -6 add 1.2.3.4 dev e0; route -6 add -net 2001:db8:6::/48 dev e0; route -6 add '' dev e0",
            ),
            (
                'K',
                "route -6 add 2001:db8:6::/129 dev e0; route -6 add default gw fe80::9%e0; route -6 add 2001::2 reject",
            ),
            ('K', "route -6 del 2001:db8:5::/64; route -6 del 2001:db8:5::/64 metric 256"),
            ('K', "route -6 add 2001:db8:6::/x dev e0 dev nosuch"),
        ],
    );
}
