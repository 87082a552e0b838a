//! `ifctl ioctl`, on the real kernel in private namespaces, with iproute2 as witness.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod tool;

use ifctl_conformance::{has_init_capabilities, private, sh};
use insta::assert_snapshot;
use std::collections::BTreeSet;
use tool::{ifctl, powerless, run, script, settle};

/// eth0, an Ethernet device that is up, with an address and two aliases; its peer is `far`.
fn set_up() {
    script(
        "sysctl -qw net.ipv6.conf.default.accept_dad=0
        ip link add eth0 address 02:00:00:00:00:01 type veth peer name far address 02:00:00:00:00:02
        ip link set lo up
        ip link set far up
        ip link set eth0 up
        ip addr add 172.16.3.1/24 brd 172.16.3.255 dev eth0
        ip addr add 172.16.3.10/24 brd + dev eth0 label eth0:0
        ip addr add 10.9.0.1 peer 10.9.0.2/32 dev eth0 label eth0:1",
    );
    settle(2);
}

/// Everything of the namespace that a request could change, as iproute2 tells it.
fn state() -> String {
    sh("ip -d link; ip -4 addr; ip -6 addr; ip -4 route show table all; ip -6 route show table all;
        ip neigh; ip maddr; ip neigh show proxy")
}

#[test]
fn the_list_names_every_request_with_its_words_result_privilege_and_sockets() {
    assert_snapshot!(ifctl("ioctl --list"), @r"
    REQUEST             WORDS                                      PRINTS                 NEEDS                  SOCKETS            MANUAL
    SIOCGIFNAME         INDEX                                      the name               nothing                any                netdevice(7)
    SIOCGIFINDEX        DEVICE                                     the index              nothing                any                netdevice(7)
    SIOCGIFFLAGS        DEVICE                                     FLAGS                  nothing                any                netdevice(7)
    SIOCSIFFLAGS        DEVICE FLAGS                                                      CAP_NET_ADMIN          any                netdevice(7)
    SIOCGIFPFLAGS       DEVICE                                     bits                   nothing                none               netdevice(7)
    SIOCSIFPFLAGS       DEVICE BITS                                                       nothing                none               netdevice(7)
    SIOCGIFMETRIC       DEVICE                                     0                      nothing                any                netdevice(7)
    SIOCSIFMETRIC       DEVICE METRIC                                                     CAP_NET_ADMIN          none               netdevice(7)
    SIOCGIFMTU          DEVICE                                     bytes                  nothing                any                netdevice(7)
    SIOCSIFMTU          DEVICE BYTES                                                      CAP_NET_ADMIN          any                netdevice(7)
    SIOCGIFHWADDR       DEVICE                                     HARDWARE               nothing                any                netdevice(7)
    SIOCSIFHWADDR       DEVICE HARDWARE                                                   CAP_NET_ADMIN          any                netdevice(7)
    SIOCSIFHWBROADCAST  DEVICE HARDWARE                                                   CAP_NET_ADMIN          any                netdevice(7)
    SIOCGIFMAP          DEVICE                                     MAP                    nothing                any                netdevice(7)
    SIOCSIFMAP          DEVICE MAP                                                        initial CAP_NET_ADMIN  any                netdevice(7)
    SIOCADDMULTI        DEVICE HARDWARE                                                   CAP_NET_ADMIN          any                netdevice(7)
    SIOCDELMULTI        DEVICE HARDWARE                                                   CAP_NET_ADMIN          any                netdevice(7)
    SIOCGIFTXQLEN       DEVICE                                     packets                nothing                any                netdevice(7)
    SIOCSIFTXQLEN       DEVICE PACKETS                                                    initial CAP_NET_ADMIN  any                netdevice(7)
    SIOCSIFNAME         DEVICE NAME                                                       CAP_NET_ADMIN          any                netdevice(7)
    SIOCGIFCONF                                                    LABEL ADDRESS lines    nothing                any                netdevice(7)
    SIOCGIFADDR         LABEL [ADDRESS]                            the address            nothing                inet packet        ip(7)
    SIOCSIFADDR         LABEL ADDRESS                                                     CAP_NET_ADMIN          inet packet inet6  ip(7)
    SIOCDIFADDR         DEVICE ADDRESS6                                                   CAP_NET_ADMIN          inet6              ipv6(7)
    SIOCGIFDSTADDR      LABEL [ADDRESS]                            the peer's address     nothing                inet packet        ip(7)
    SIOCSIFDSTADDR      LABEL ADDRESS                                                     CAP_NET_ADMIN          inet packet        ip(7)
    SIOCGIFBRDADDR      LABEL [ADDRESS]                            the broadcast address  nothing                inet packet        ip(7)
    SIOCSIFBRDADDR      LABEL ADDRESS                                                     CAP_NET_ADMIN          inet packet        ip(7)
    SIOCGIFNETMASK      LABEL [ADDRESS]                            the mask               nothing                inet packet        ip(7)
    SIOCSIFNETMASK      LABEL MASK                                                        CAP_NET_ADMIN          inet packet        ip(7)
    SIOCADDRT           ROUTE                                                             CAP_NET_ADMIN          inet packet inet6  route(8)
    SIOCDELRT           ROUTE                                                             CAP_NET_ADMIN          inet packet inet6  route(8)
    SIOCGARP            address=ADDRESS dev=DEVICE                 ENTRY                  nothing                inet packet        arp(7)
    SIOCSARP            ENTRY                                                             CAP_NET_ADMIN          inet packet        arp(7)
    SIOCDARP            address=ADDRESS [flags=PUBL] [dev=DEVICE]                         CAP_NET_ADMIN          inet packet        arp(7)
    ");
}

#[test]
fn a_reading_request_prints_the_kernels_answer_on_one_line() {
    private(|| {
        set_up();
        let index = sh("cat /sys/class/net/eth0/ifindex");
        assert_eq!(ifctl("ioctl SIOCGIFINDEX eth0").stdout, index);
        assert_eq!(ifctl(&format!("ioctl SIOCGIFNAME {index}")).stdout, "eth0\n");
        for (line, answer) in [
            ("SIOCGIFFLAGS eth0", "UP,BROADCAST,RUNNING,MULTICAST"),
            ("SIOCGIFFLAGS lo", "UP,LOOPBACK,RUNNING"),
            ("SIOCGIFMETRIC eth0", "0"),
            ("SIOCGIFMTU eth0", "1500"),
            ("SIOCGIFMTU lo", "65536"),
            ("SIOCGIFHWADDR eth0", "02:00:00:00:00:01"),
            ("SIOCGIFHWADDR lo", "LOOPBACK/00:00:00:00:00:00"),
            ("SIOCGIFMAP eth0", "mem_start=0x0 mem_end=0x0 base_addr=0x0 irq=0 dma=0 port=0"),
            ("SIOCGIFTXQLEN eth0", "1000"),
            ("SIOCGIFADDR eth0", "172.16.3.1"),
            ("SIOCGIFADDR eth0:0", "172.16.3.10"),
            ("SIOCGIFDSTADDR eth0", "172.16.3.1"),
            ("SIOCGIFDSTADDR eth0:1", "10.9.0.2"),
            ("SIOCGIFBRDADDR eth0:0", "172.16.3.255"),
            ("SIOCGIFNETMASK eth0:0", "255.255.255.0"),
            ("SIOCGIFNETMASK eth0:1", "255.255.255.255"),
        ] {
            let run = ifctl(&format!("ioctl {line}"));
            assert_eq!(
                (run.stdout.as_str(), run.stderr.as_str(), run.status),
                (format!("{answer}\n").as_str(), "", 0),
                "{line}"
            );
        }
        assert_snapshot!(ifctl("ioctl SIOCGIFCONF"), @r"
        lo 127.0.0.1
        eth0 172.16.3.1
        eth0:1 10.9.0.1
        eth0:0 172.16.3.10
        ");
    });
}

#[test]
fn a_second_word_selects_among_the_addresses_of_one_label() {
    private(|| {
        set_up();
        script("ip addr add 192.0.2.1/25 dev eth0");
        assert_eq!(ifctl("ioctl SIOCGIFNETMASK eth0").stdout, "255.255.255.0\n");
        assert_eq!(ifctl("ioctl SIOCGIFNETMASK eth0 192.0.2.1").stdout, "255.255.255.128\n");
    });
}

#[test]
fn a_writing_request_prints_nothing_and_changes_what_it_names() {
    private(|| {
        set_up();
        for (line, witness, tells) in [
            ("SIOCSIFFLAGS eth0 up,iff_multicast,PROMISC", "ip link show eth0", "PROMISC"),
            ("SIOCSIFFLAGS eth0 0x1003", "ip link show eth0", "<BROADCAST,MULTICAST,UP,"),
            ("SIOCSIFMTU eth0 1400", "ip link show eth0", "mtu 1400 "),
            ("SIOCSIFHWADDR eth0 02:00:00:00:00:0a", "ip link show eth0", "02:00:00:00:00:0a brd"),
            ("SIOCSIFHWBROADCAST eth0 2:0:0:0:0:b", "ip link show eth0", "brd 02:00:00:00:00:0b"),
            ("SIOCADDMULTI eth0 01:00:5e:00:00:63", "ip maddr show eth0", "01:00:5e:00:00:63"),
            (
                "SIOCSIFADDR eth0:7 192.168.7.1",
                "ip addr show eth0",
                "192.168.7.1/24 brd 192.168.7.255",
            ),
            ("SIOCSIFADDR eth0 2001:db8::1/64", "ip addr show eth0", "2001:db8::1/64"),
            ("SIOCSIFADDR eth0 2001:db8::2", "ip addr show eth0", "2001:db8::2/128"),
            (
                "SIOCSIFDSTADDR eth0:7 192.168.7.9",
                "ip addr show eth0",
                "192.168.7.1 peer 192.168.7.9/24",
            ),
            ("SIOCSIFBRDADDR eth0:7 192.168.7.77", "ip addr show eth0", "brd 192.168.7.77"),
            ("SIOCSIFNETMASK eth0:7 255.255.0.0", "ip addr show eth0", "peer 192.168.7.9/16"),
            (
                "SIOCADDRT destination=198.51.100.0/24 gateway=172.16.3.200 metric=6",
                "ip route",
                "198.51.100.0/24 via 172.16.3.200 dev eth0 metric 5 ",
            ),
            (
                "SIOCADDRT destination=203.0.113.9 dev=eth0:0 mtu=1040 window=5000 irtt=5",
                "ip route",
                "203.0.113.9 dev eth0 scope link src 172.16.3.10 window 5000 rtt 5ms advmss 1000 ",
            ),
            (
                "SIOCADDRT destination=192.0.2.0/24 flags=reject",
                "ip route",
                "unreachable 192.0.2.0/24 ",
            ),
            (
                "SIOCADDRT destination=2001:db8:1::/48 gateway=2001:db8::99 dev=eth0 metric=7",
                "ip -6 route",
                "2001:db8:1::/48 via 2001:db8::99 dev eth0 metric 7 ",
            ),
            (
                "SIOCSARP address=172.16.3.7 hardware_address=02:00:00:00:00:07 flags=perm dev=eth0",
                "ip neigh",
                "172.16.3.7 dev eth0 lladdr 02:00:00:00:00:07 PERMANENT",
            ),
            (
                "SIOCSARP address=172.16.3.8 flags=COM,PUBL dev=eth0",
                "ip neigh show proxy",
                "172.16.3.8 dev eth0",
            ),
        ] {
            assert!(!sh(witness).contains(tells), "{line}: {witness} tells so before");
            assert_eq!(ifctl(&format!("ioctl {line}")).to_string(), "", "{line}");
            let after = sh(witness);
            assert!(after.contains(tells), "{line}: {witness} tells\n{after}");
        }
        for (line, witness, told) in [
            ("SIOCDELMULTI eth0 01:00:5e:00:00:63", "ip maddr show eth0", "01:00:5e:00:00:63"),
            ("SIOCSIFADDR eth0:7 0.0.0.0", "ip addr", "192.168.7.1"),
            ("SIOCDIFADDR eth0 2001:db8::2/128", "ip addr", "2001:db8::2"),
            ("SIOCDELRT destination=198.51.100.0/24", "ip route", "198.51.100.0/24"),
            ("SIOCDELRT destination=2001:db8:1::/48", "ip -6 route", "2001:db8:1::/48"),
            ("SIOCDARP address=172.16.3.7 dev=eth0", "ip neigh show nud permanent", "172.16.3.7"),
            (
                "SIOCDARP address=172.16.3.8 flags=PUBL dev=eth0",
                "ip neigh show proxy",
                "172.16.3.8",
            ),
            ("SIOCSIFFLAGS eth0:0 0", "ip addr", "eth0:0"),
            ("SIOCSIFFLAGS eth0 MULTICAST", "ip link show eth0", "UP,"),
            ("SIOCSIFNAME eth0 wan", "ip link", "eth0"),
        ] {
            assert!(sh(witness).contains(told), "{line}: {witness} does not tell it before");
            assert_eq!(ifctl(&format!("ioctl {line}")).to_string(), "", "{line}");
            let after = sh(witness);
            assert!(!after.contains(told), "{line}: {witness} tells\n{after}");
        }
    });
}

#[test]
fn the_transmit_queue_and_the_map_ask_for_the_initial_user_namespace() {
    private(|| {
        set_up();
        let queue = ifctl("ioctl SIOCSIFTXQLEN eth0 77");
        let map = ifctl("ioctl SIOCSIFMAP eth0 irq=7 base_addr=0x300");
        if has_init_capabilities() {
            assert_eq!(queue.to_string(), "");
            assert_eq!(sh("cat /sys/class/net/eth0/tx_queue_len"), "77\n");
            // No virtual device has a map to set.
            assert_snapshot!(map, @r"
            ! ifctl: error: SIOCSIFMAP eth0: Operation not supported
            [exit status: 1]
            ");
            let inside = sh(&format!(
                "unshare -Urn sh -c '{} ioctl SIOCSIFTXQLEN lo 5 2>&1 || :'",
                tool::IFCTL
            ));
            assert_snapshot!(inside, @r"
            ifctl: error: SIOCSIFTXQLEN lo: Operation not permitted
              hint: SIOCSIFTXQLEN needs CAP_NET_ADMIN in the initial user namespace: being root in a container or in ifctl sandbox is not enough
            ");
        } else {
            for run in [queue, map] {
                assert_eq!(run.status, 1);
                assert!(run.stderr.contains("Operation not permitted"), "{run}");
                assert!(run.stderr.contains("initial user namespace"), "{run}");
            }
        }
    });
}

#[test]
fn what_is_printed_can_be_given_back() {
    private(|| {
        set_up();
        for (get, set, subject) in [
            ("SIOCGIFFLAGS", "SIOCSIFFLAGS", "eth0"),
            ("SIOCGIFMTU", "SIOCSIFMTU", "eth0"),
            ("SIOCGIFHWADDR", "SIOCSIFHWADDR", "eth0"),
            ("SIOCGIFHWADDR", "SIOCSIFHWADDR", "lo"),
            ("SIOCGIFADDR", "SIOCSIFADDR", "eth0:0"),
            ("SIOCGIFDSTADDR", "SIOCSIFDSTADDR", "eth0:1"),
            ("SIOCGIFBRDADDR", "SIOCSIFBRDADDR", "eth0:0"),
            ("SIOCGIFNETMASK", "SIOCSIFNETMASK", "eth0:0"),
        ] {
            let before = state();
            let printed = ifctl(&format!("ioctl {get} {subject}")).stdout;
            assert_eq!(ifctl(&format!("ioctl {set} {subject} {printed}")).to_string(), "", "{set}");
            assert_eq!(state(), before, "{set} {subject} {printed}");
        }
        // Not before: a new hardware address clears the list.
        script("ip neigh add 172.16.3.7 lladdr 02:00:00:00:00:07 nud permanent dev eth0");
        let entry = ifctl("ioctl SIOCGARP address=172.16.3.7 dev=eth0").stdout;
        assert_eq!(
            entry,
            "address=172.16.3.7 hardware_address=02:00:00:00:00:07 flags=COM,PERM dev=eth0\n"
        );
        script("ip neigh flush nud permanent");
        assert_eq!(ifctl(&format!("ioctl SIOCSARP {entry}")).to_string(), "");
        assert!(sh("ip neigh").contains("172.16.3.7 dev eth0 lladdr 02:00:00:00:00:07 PERMANENT"));
    });
}

#[test]
fn a_caller_without_privilege_reads_all_and_changes_nothing() {
    private(|| {
        set_up();
        let before = state();
        let refused: BTreeSet<&str> = [
            "SIOCSIFFLAGS eth0 0",
            "SIOCSIFMETRIC eth0 1",
            "SIOCSIFMTU eth0 1400",
            "SIOCSIFHWADDR eth0 02:00:00:00:00:0a",
            "SIOCSIFHWBROADCAST eth0 02:00:00:00:00:0b",
            "SIOCSIFMAP eth0 irq=7",
            "SIOCADDMULTI eth0 01:00:5e:00:00:63",
            "SIOCDELMULTI eth0 01:00:5e:00:00:01",
            "SIOCSIFTXQLEN eth0 77",
            "SIOCSIFNAME eth0 wan",
            "SIOCSIFADDR eth0:0 192.168.7.1",
            "SIOCSIFADDR eth0 2001:db8::1/64",
            "SIOCDIFADDR eth0 2001:db8::1/64",
            "SIOCSIFDSTADDR eth0:0 172.16.3.9",
            "SIOCSIFBRDADDR eth0:0 172.16.3.9",
            "SIOCSIFNETMASK eth0:0 255.255.0.0",
            "SIOCADDRT destination=198.51.100.0/24 dev=eth0",
            "SIOCADDRT destination=2001:db8::/32 dev=eth0",
            "SIOCDELRT destination=172.16.3.0/24",
            "SIOCDELRT destination=fe80::/64 dev=eth0",
            "SIOCSARP address=172.16.3.7 hardware_address=02:00:00:00:00:07 flags=PERM dev=eth0",
            "SIOCDARP address=172.16.3.7 dev=eth0",
        ]
        .into();
        for line in &refused {
            let run = powerless(&format!("ioctl {line}"));
            assert_eq!((run.stdout.as_str(), run.status), ("", 1), "{line}");
            assert!(run.stderr.contains(": Operation not permitted\n"), "{line}: {run}");
            let request = line.split(' ').next().unwrap();
            assert!(run.stderr.contains(&format!("hint: {request} needs CAP_NET_ADMIN")), "{run}");
        }
        assert_eq!(state(), before);

        // None that needs a privilege was forgotten.
        let list = ifctl("ioctl --list").stdout;
        for row in list.lines().filter(|row| row.contains("CAP_NET_ADMIN")) {
            let request = row.split(' ').next().unwrap();
            assert!(refused.iter().any(|line| line.starts_with(request)), "{request} is not tried");
        }

        for line in ["SIOCGIFCONF", "SIOCGIFFLAGS eth0", "SIOCGIFHWADDR eth0", "SIOCGIFADDR eth0:0"]
        {
            let line = format!("ioctl {line}");
            assert_eq!(powerless(&line), ifctl(&line));
        }
        assert_snapshot!(powerless("ioctl SIOCGIFMTU eth0 --socket packet"), @r"
        ! ifctl: error: socket: Operation not permitted
        !   hint: a packet socket needs CAP_NET_RAW; every other one nothing
        [exit status: 1]
        ");
    });
}

#[test]
fn a_request_about_a_device_gets_the_same_answer_on_sockets_of_every_family() {
    private(|| {
        set_up();
        for line in [
            "SIOCGIFNAME 1",
            "SIOCGIFINDEX eth0",
            "SIOCGIFFLAGS eth0",
            "SIOCGIFMETRIC eth0",
            "SIOCGIFMTU eth0",
            "SIOCGIFHWADDR eth0",
            "SIOCGIFMAP eth0",
            "SIOCGIFTXQLEN eth0",
            "SIOCGIFCONF",
        ] {
            let inet = ifctl(&format!("ioctl {line}"));
            assert_eq!(inet.status, 0, "{line}");
            for family in ["inet", "inet6", "unix", "packet", "netlink"] {
                assert_eq!(ifctl(&format!("ioctl --socket {family} {line}")), inet, "{line}");
            }
        }
        for family in ["inet6", "unix", "packet", "netlink"] {
            let line = format!("ioctl SIOCSIFMTU eth0 14{} --socket {family}", family.len());
            assert_eq!(ifctl(&line).to_string(), "");
            assert_eq!(ifctl("ioctl gifmtu eth0").stdout, format!("14{}\n", family.len()));
        }
        assert_eq!(ifctl("ioctl SIOCGIFADDR eth0:0 --socket packet").stdout, "172.16.3.10\n");
        assert_snapshot!(ifctl("ioctl SIOCGIFADDR eth0:0 --socket unix"), @r"
        ! ifctl: error: SIOCGIFADDR eth0:0: Inappropriate ioctl for device
        !   hint: unix sockets do not answer SIOCGIFADDR: --socket inet and packet do
        [exit status: 1]
        ");
        assert_snapshot!(ifctl("ioctl SIOCSIFADDR eth0 2001:db8::1/64 --socket netlink"), @r"
        ! ifctl: error: SIOCSIFADDR 2001:db8::1: Inappropriate ioctl for device
        !   hint: netlink sockets do not answer SIOCSIFADDR: --socket inet and packet do, and with IPv6 addresses inet6
        [exit status: 1]
        ");
    });
}

#[test]
fn a_structure_of_one_family_is_never_sent_to_a_socket_of_another() {
    private(|| {
        set_up();
        let before = state();
        for line in [
            "SIOCSIFADDR eth0 2001:db8::1/64 --socket inet",
            "SIOCSIFADDR eth0 172.16.3.2 --socket inet6",
            "SIOCADDRT destination=10.0.0.0/8 dev=eth0 --socket inet6",
            "SIOCADDRT destination=2001:db8::/32 dev=eth0 --socket packet",
        ] {
            let run = ifctl(&format!("ioctl {line}"));
            assert_eq!(run.status, 2, "{line}: {run}");
            assert!(run.stderr.contains("IPv6 addresses go to --socket inet6"), "{run}");
        }
        assert_eq!(state(), before);
    });
}

#[test]
fn what_linux_does_not_carry_out_is_passed_on_and_explained() {
    private(|| {
        set_up();
        assert_snapshot!(ifctl("ioctl SIOCGIFPFLAGS eth0"), @r"
        ! ifctl: error: SIOCGIFPFLAGS eth0: Invalid argument
        !   hint: no Linux carries SIOCGIFPFLAGS out; it is there for completeness
        [exit status: 1]
        ");
        assert_snapshot!(ifctl("ioctl SIOCSIFPFLAGS eth0 0x1 --socket unix"), @r"
        ! ifctl: error: SIOCSIFPFLAGS eth0: Inappropriate ioctl for device
        !   hint: no Linux carries SIOCSIFPFLAGS out; it is there for completeness
        [exit status: 1]
        ");
        assert_snapshot!(ifctl("ioctl SIOCSIFMETRIC eth0 1"), @r"
        ! ifctl: error: SIOCSIFMETRIC eth0: Operation not supported
        !   hint: no Linux carries SIOCSIFMETRIC out; it is there for completeness
        [exit status: 1]
        ");
    });
}

#[test]
fn a_name_that_is_not_there_is_named_with_those_that_are() {
    private(|| {
        set_up();
        assert_snapshot!(ifctl("ioctl SIOCGIFMTU eht0"), @r"
        ! ifctl: error: SIOCGIFMTU eht0: No such device
        !   hint: did you mean eth0?
        [exit status: 1]
        ");
        assert_snapshot!(ifctl("ioctl SIOCGIFADDR wlan0:1"), @r"
        ! ifctl: error: SIOCGIFADDR wlan0:1: No such device
        !   hint: devices here: lo, far, eth0
        [exit status: 1]
        ");
        assert_snapshot!(ifctl("ioctl SIOCGIFADDR eth0:9"), @r"
        ! ifctl: error: SIOCGIFADDR eth0:9: Cannot assign requested address
        !   hint: no IPv4 address carries the label eth0:9: ifctl ioctl SIOCGIFCONF
        [exit status: 1]
        ");
        assert_snapshot!(ifctl("ioctl SIOCADDRT destination=10.0.0.0/8"), @r"
        ! ifctl: error: SIOCADDRT 10.0.0.0: No such device
        !   hint: a route needs dev=DEVICE, or a gateway=ADDRESS that a device leads to
        [exit status: 1]
        ");
        assert_snapshot!(ifctl("ioctl SIOCADDRT destination=10.0.0.0/8 dev=ehh0"), @r"
        ! ifctl: error: SIOCADDRT 10.0.0.0: No such device
        !   hint: did you mean eth0?
        [exit status: 1]
        ");
    });
}

#[test]
fn words_that_are_not_understood_end_with_2_and_say_what_is_wanted() {
    assert_snapshot!(ifctl("ioctl GIFMUT lo"), @r"
    ! ifctl: error: GIFMUT is no request that I know
    !   hint: did you mean GIFMTU?
    [exit status: 2]
    ");
    assert_snapshot!(ifctl("ioctl frobnicate"), @r"
    ! ifctl: error: frobnicate is no request that I know
    !   hint: all requests: ifctl ioctl --list
    [exit status: 2]
    ");
    for (line, fault) in [
        ("SIOCGIFMTU", "the name of a device is missing"),
        ("SIOCGIFMTU lo 5", "5 is one word too many"),
        ("SIOCGIFMTU a-name-of-16-byt", "16 bytes are too long for a device name: 15 is the most"),
        ("SIOCSIFMTU lo", "a number is missing"),
        ("SIOCSIFMTU lo many", "many is not a whole number of 32 bits"),
        ("SIOCSIFMTU lo 2147483648", "2147483648 is not a whole number of 32 bits"),
        ("SIOCGIFNAME lo", "lo is not an index"),
        ("SIOCSIFPFLAGS lo 65536", "65536 is no number of 16 bits"),
        ("SIOCSIFFLAGS lo 0x10000", "0x10000 does not fit into the bits 0xffff"),
        ("SIOCSIFFLAGS lo LOWER_UP", "LOWER_UP does not fit into the bits 0xffff"),
        ("SIOCSIFFLAGS lo up,", " is no flag"),
        ("SIOCSIFHWADDR lo 02:00:00:00:00", "02:00:00:00:00 is no hardware address"),
        ("SIOCSIFHWADDR lo WARP/02", "WARP/02 is no hardware address"),
        ("SIOCSIFMAP lo irq=256", "irq=256 is no number that fits"),
        ("SIOCSIFMAP lo irg=5", "irg is no key of this request"),
        ("SIOCSIFMAP lo 5", "5 is not of the form KEY=VALUE"),
        ("SIOCSIFADDR lo 127.1", "127.1 is not an IPv4 address"),
        ("SIOCSIFADDR lo ::1/x", "x is not a prefix length"),
        ("SIOCADDRT dev=lo", "destination=ADDRESS/LENGTH is missing"),
        ("SIOCADDRT destination=10.0.0.0/33", "/33 is too long"),
        ("SIOCADDRT destination=10.0.0.0/8 metric=40000", "40000 is not a metric"),
        ("SIOCSARP flags=PERM", "address=ADDRESS is missing"),
    ] {
        let run = ifctl(&format!("ioctl {line}"));
        assert_eq!((run.stdout.as_str(), run.status), ("", 2), "{line}");
        let request = line.split(' ').next().unwrap();
        let first = run.stderr.lines().next().unwrap();
        assert!(first.starts_with(&format!("ifctl: error: {request}: ")), "{line}: {run}");
        assert!(first.contains(fault), "{line}: {run}");
        assert!(run.stderr.contains(&format!("usage: ifctl ioctl {request}")), "{run}");
    }
}

#[test]
fn a_flag_to_be_changed_alone_is_refused_because_the_request_writes_the_whole_word() {
    assert_snapshot!(ifctl("ioctl SIOCSIFFLAGS eth0 +promisc"), @r"
    ! ifctl: error: SIOCSIFFLAGS: +promisc is no flag; the request writes the whole word, so name all that are to be set. Flags: UP,BROADCAST,DEBUG,LOOPBACK,POINTOPOINT,NOTRAILERS,RUNNING,NOARP,PROMISC,ALLMULTI,MASTER,SLAVE,MULTICAST,PORTSEL,AUTOMEDIA,DYNAMIC
    !   hint: usage: ifctl ioctl SIOCSIFFLAGS DEVICE FLAGS
    !   hint: what the words mean: ifctl ioctl --help
    [exit status: 2]
    ");
}

#[test]
fn a_negative_number_is_a_value_and_no_option() {
    private(|| {
        set_up();
        assert_snapshot!(ifctl("ioctl SIOCSIFMTU eth0 -1"), @r"
        ! ifctl: error: SIOCSIFMTU eth0: Invalid argument
        !   hint: eth0 takes 68 to 65535
        [exit status: 1]
        ");
    });
}

#[test]
fn a_hostile_name_is_taken_as_bytes_and_printed_escaped() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    private(|| {
        set_up();
        let hostile = OsStr::from_bytes(b"\x1b[2J\xff\\");
        let word = |word: &'static str| OsStr::new(word);
        assert_eq!(
            run(&[word("ioctl"), word("SIOCSIFNAME"), word("eth0"), hostile]).to_string(),
            ""
        );
        assert_eq!(run(&[word("ioctl"), word("SIOCGIFMTU"), hostile]).to_string(), "1500\n");
        let index = run(&[word("ioctl"), word("SIOCGIFINDEX"), hostile]).stdout;
        assert_eq!(ifctl(&format!("ioctl SIOCGIFNAME {index}")).stdout, "\\x1b[2J\\xff\\\\\n");
        assert_eq!(
            ifctl(&format!("ioctl SIOCGIFNAME {index} --json")).stdout,
            "{\"request\":\"SIOCGIFNAME\",\"value\":\"\\\\x1b[2J\\\\xff\\\\\\\\\"}\n"
        );
        let missing = run(&[word("ioctl"), word("SIOCGIFMTU"), OsStr::from_bytes(b"\x1b[2J\xff")]);
        assert_snapshot!(missing, @r"
        ! ifctl: error: SIOCGIFMTU \x1b[2J\xff: No such device
        !   hint: did you mean \x1b[2J\xff\\?
        [exit status: 1]
        ");
    });
}

#[test]
fn json_has_the_request_and_its_value() {
    private(|| {
        set_up();
        script("ip neigh add 172.16.3.7 lladdr 02:00:00:00:00:07 nud permanent dev eth0");
        for (line, value) in [
            ("SIOCGIFMTU eth0", "1500"),
            ("SIOCSIFMTU eth0 1400", "null"),
            ("SIOCGIFFLAGS eth0", r#"["UP","BROADCAST","RUNNING","MULTICAST"]"#),
            ("SIOCGIFHWADDR lo", r#""LOOPBACK/00:00:00:00:00:00""#),
            (
                "SIOCGIFMAP eth0",
                r#"{"mem_start":0,"mem_end":0,"base_addr":0,"irq":0,"dma":0,"port":0}"#,
            ),
            ("SIOCGIFADDR eth0:0", r#""172.16.3.10""#),
            (
                "SIOCGARP address=172.16.3.7 dev=eth0",
                r#"{"address":"172.16.3.7","hardware_address":"02:00:00:00:00:07","flags":["COM","PERM"],"dev":"eth0"}"#,
            ),
        ] {
            let request = line.split(' ').next().unwrap();
            assert_eq!(
                ifctl(&format!("ioctl --json {line}")).to_string(),
                format!("{{\"request\":\"{request}\",\"value\":{value}}}\n")
            );
        }
        let list = ifctl("ioctl --json SIOCGIFCONF").stdout;
        assert!(list.contains(r#"{"label":"eth0:0","address":"172.16.3.10"}"#), "{list}");
    });
}

#[test]
fn the_help_has_examples_and_every_kind_of_word() {
    let help = ifctl("ioctl --help").stdout;
    for word in [
        "Examples:",
        "Exit status:",
        "DEVICE",
        "LABEL",
        "FLAGS",
        "HARDWARE",
        "MAP",
        "ROUTE",
        "ENTRY",
    ] {
        assert!(help.contains(word), "{word} is missing from:\n{help}");
    }
}
