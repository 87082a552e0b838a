//! `ipmaddr` beside net-tools' own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod twins;

use twins::compare;

#[test]
fn addresses_are_shown_as_net_tools_shows_them() {
    compare(
        "ipmaddr",
        "ipmaddr_show.txt",
        &[
            (
                'C',
                "ipmaddr; ipmaddr show; ipmaddr l dev e0; ipmaddr lst p0 ipv4; ipmaddr sho all lo",
            ),
            ('C', "ipmaddr show ipv6 link; ipmaddr show link e0 ipv4; ipmaddr show e0 dev p0 link"),
            ('C', "ipmaddr show nosuch; ipmaddr show ipv; ipmaddr show inet; ipmaddr show -V"),
            ('K', "ipmaddr show dev lo; ipmaddr show lo ipv6"),
            (
                'C',
                "ipmaddr add 01:00:5e:00:00:01 dev e0; ipmaddr add 33:33:00:00:00:77 dev e0; ipmaddr",
            ),
            (
                '0',
                "ip link add abcdefghi address 2:0:0:0:0:5 type veth peer name abcdefghij address 2:0:0:0:0:6; ip link set abcdefghi up; \
                 ip link add p1 address 2:0:0:0:0:7 type veth peer name abcdefghijklmn address 2:0:0:0:0:8; ip link set abcdefghij up; \
                 ip link set abcdefghijklmn up; ipmaddr; ipmaddr show abcdefghij; \
                 ipmaddr show abcdefghij: ipv4",
            ),
            ('C', "mount -t tmpfs none /proc; ipmaddr; echo $?"),
            ('C', "ipmaddr | head -n 1; ipmaddr >&-; echo $?"),
        ],
    );
}

#[test]
fn addresses_are_added_and_deleted_as_net_tools_does() {
    compare(
        "ipmaddr",
        "ipmaddr_change.txt",
        &[
            ('C', "ipmaddr add 33:33:00:00:00:77 dev e0; ipmaddr a dev p0 33:33:00:00:00:78"),
            ('C', "ipmaddr add 3333.0000.0077 dev e0; ipmaddr add 33:33:0:0:0:78 dev e0:9"),
            (
                'C',
                "ipmaddr add 33 dev e0; ipmaddr add ff02::77 dev e0; ipmaddr add ' 34:35' dev e0",
            ),
            ('C', "ipmaddr add '' 33:33 dev '' dev e0; ipmaddr add 00:33 34:34 dev e0"),
            ('C', "ipmaddr add dev e0; ipmaddr add 02:00:00:00:00:99 dev e0"),
            ('C', "ipmaddr add 01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10:11 dev e0"),
            (
                'C',
                "ipmaddr add 33:33:00:00:00:77 dev e0; ipmaddr add 33:33:00:00:00:77 dev e0; \
                 ipmaddr show e0; ipmaddr delet 33:33:00:00:00:77 dev e0; ipmaddr d 33:33 dev e0",
            ),
            ('C', "ipmaddr add 33:33:00:00:00:77 dev nosuch; ipmaddr del 01:00:5e:00:00:01 dev e0"),
            ('C', "ipmaddr add 33:33:00:00:00:77 dev lo; ipmaddr add 33 dev abcdefghijklmnop"),
            ('C', "setpriv --bounding-set=-all --inh-caps=-all ipmaddr add 33:33 dev e0"),
        ],
    );
}

#[test]
fn words_are_read_as_net_tools_reads_them() {
    compare(
        "ipmaddr",
        "ipmaddr_words.txt",
        &[
            (
                'C',
                "ipmaddr -h; ipmaddr --help; ipmaddr --he; ipmaddr -V; ipmaddr --v; ipmaddr -s --",
            ),
            ('C', "ipmaddr -f inet6 -stat -resolve show lo; ipmaddr - inet -statistics show lo"),
            (
                'C',
                "ipmaddr -version; ipmaddr -help; ipmaddr -x; ipmaddr -f; ipmaddr -f ipx; echo $?",
            ),
            ('C', "ipmaddr foo; ipmaddr ''; ipmaddr addx; ipmaddr dev e0; ipmaddr showx"),
            ('C', "ipmaddr show dev; ipmaddr show ''; ipmaddr show abcdefghijklmnop"),
            ('C', "ipmaddr add; ipmaddr add 33:33; ipmaddr add dev; ipmaddr add zz dev e0"),
            ('C', "ipmaddr add 33 34 dev e0; ipmaddr add 33 dev e0 dev p0; ipmaddr add 33 e0"),
            ('C', "ipmaddr add 3:3:3 dev e0; ipmaddr add 33-33 dev e0; ipmaddr add 33:3 dev e0"),
        ],
    );
}
