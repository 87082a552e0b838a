//! The texts below /proc/net: the kernel's own, old ones, and nonsense.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ifctl_conformance::{private, sh};
use ifctl_netdevice::proc::{
    DevEntry, Fault, LineError, find_dev, parse_arp, parse_dev, parse_dev_mcast, parse_if_inet6,
    parse_igmp, parse_igmp6, parse_route, read_arp, read_dev, read_dev_mcast, read_if_inet6,
    read_igmp, read_igmp6, read_route,
};
use ifctl_netdevice::{AddressFlags, ArpFlags, DeviceName, HardwareType, Host, Kernel, RouteFlags};
use std::net::Ipv4Addr;
use std::ops::ControlFlow;
use std::path::Path;

fn name(name: &str) -> DeviceName {
    name.parse().unwrap()
}

#[test]
fn the_kernel_s_dev_lists_every_device_with_its_counters() {
    private(|| {
        sh(
            "ip link add 'a!\"#$&()*+,-|' type veth peer name peer; ip link set lo up; ip link set peer up",
        );
        sh("ip link set 'a!\"#$&()*+,-|' up");
        let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.send_to(&[0; 58], socket.local_addr().unwrap()).unwrap();
        socket.recv(&mut [0; 58]).unwrap();
        let entries = read_dev(&Host).unwrap();
        let names: Vec<_> = entries.iter().map(|entry| entry.name).collect();
        assert_eq!(names, [name("lo"), name("peer"), name("a!\"#$&()*+,-|")]);
        let lo = entries.first().unwrap();
        assert_eq!((lo.rx_packets, lo.rx_bytes), (1, 86));
        assert_eq!((lo.tx_packets, lo.tx_bytes), (1, 86));
    });
}

#[test]
fn one_device_of_many_is_found_and_no_line_read_behind_it() {
    private(|| {
        sh("for i in $(seq 40); do ip link add a$i type veth peer name b$i; done");
        let all = read_dev(&Host).unwrap();
        assert_eq!(all.len(), 81);
        for (place, entry) in all.iter().enumerate() {
            assert_eq!(find_dev(&Host, entry.name).unwrap(), Some(*entry));
            // Behind two lines of headers.
            let mut left = place + 3;
            let mut last = Vec::new();
            let mut take = |line: &[u8]| {
                left -= 1;
                last = line.to_vec();
                if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            };
            Host.read_lines(Path::new("/proc/net/dev"), &mut take).unwrap();
            assert!(last.trim_ascii_start().starts_with(entry.name.as_bytes()));
        }
        assert_eq!(find_dev(&Host, name("a")).unwrap(), None);
        assert_eq!(find_dev(&Host, name("b4:1")).unwrap(), None);
    });
}

#[test]
fn a_line_without_a_blank_behind_the_colon_reads_as_one_with() {
    let text = b"Inter-|   Receive                                                |  Transmit\n \
        face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n    \
        lo:18446744073709551615 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n  \
        eth0: 18446744073709551615 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n";
    let entries: Vec<DevEntry> = parse_dev(text).collect::<Result<_, _>>().unwrap();
    let [lo, eth0] = entries.try_into().unwrap();
    assert_eq!(lo, DevEntry { name: name("lo"), ..eth0 });
    assert_eq!((eth0.rx_bytes, eth0.rx_multicast), (u64::MAX, 8));
    assert_eq!((eth0.tx_bytes, eth0.tx_carrier, eth0.tx_compressed), (9, 15, 16));
}

#[test]
fn the_layouts_of_old_kernels_lack_columns_and_have_aliases() {
    let with_bytes = b"Inter-|   Receive                  |  Transmit\n \
        face |bytes packets errs drop fifo frame|bytes packets errs drop fifo colls carrier\n    \
        lo:1 2 3 4 5 6 7 8 9 10 11 12 13\n";
    let lo = parse_dev(with_bytes).next().unwrap().unwrap();
    assert_eq!((lo.rx_bytes, lo.rx_frame, lo.tx_bytes, lo.tx_carrier), (1, 6, 7, 13));
    assert_eq!((lo.rx_compressed, lo.rx_multicast, lo.tx_compressed), (0, 0, 0));
    let with_packets = b"Inter-|   Receive                  |  Transmit\n \
        face |packets errs drop fifo frame|packets errs drop fifo colls carrier\n\
        eth0:0:     1 2 3 4 5      6 7 8 9 10 11\n";
    let alias = parse_dev(with_packets).next().unwrap().unwrap();
    assert_eq!(alias.name, name("eth0:0"));
    assert_eq!((alias.rx_bytes, alias.rx_packets, alias.rx_frame), (0, 1, 5));
    assert_eq!((alias.tx_packets, alias.tx_colls, alias.tx_carrier), (6, 10, 11));
}

#[test]
fn a_bad_line_of_dev_costs_that_line_alone() {
    let numbers = "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16";
    let text = format!(
        "sixteen_bytes_xx: {numbers}\n: {numbers}\nno colon\neth0: 1 2\n\
         eth1: 18446744073709551616 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\neth2: {numbers}\n"
    );
    let results: Vec<_> = parse_dev(text.as_bytes()).collect();
    let faults: Vec<_> = results.iter().map(|result| result.map(|entry| entry.name)).collect();
    let fault = |line, fault| Err(LineError { file: "/proc/net/dev", line, fault });
    assert_eq!(
        faults,
        [
            fault(1, Fault::Name),
            fault(2, Fault::Name),
            fault(3, Fault::Name),
            fault(4, Fault::Missing("receive errs")),
            fault(5, Fault::Number("receive bytes")),
            Ok(name("eth2")),
        ]
    );
}

#[test]
fn the_kernel_s_route_shows_what_ip_route_made() {
    private(|| {
        sh("ip link add eth0 type veth peer name peer; ip link set eth0 up; ip link set peer up");
        sh("ip addr add 10.0.0.1/24 dev eth0; ip route add default via 10.0.0.254 metric 7");
        sh("ip route add unreachable 192.0.2.0/24");
        sh(
            "ip route add 198.51.100.1 dev eth0 metric 4294967295 advmss 1000 window 2000 rtt 300ms",
        );
        let routes = read_route(&Host).unwrap();
        let [default, connected, reject, host] = routes.try_into().unwrap();
        assert_eq!(default.device, Some(name("eth0")));
        assert_eq!(default.gateway, Ipv4Addr::new(10, 0, 0, 254));
        assert_eq!((default.mask, default.metric), (Ipv4Addr::UNSPECIFIED, 7));
        assert_eq!(default.flags, RouteFlags::UP | RouteFlags::GATEWAY);
        assert_eq!(connected.destination, Ipv4Addr::new(10, 0, 0, 0));
        assert_eq!(connected.mask, Ipv4Addr::new(255, 255, 255, 0));
        assert_eq!((reject.device, reject.flags), (None, RouteFlags::UP | RouteFlags::REJECT));
        assert_eq!(host.flags, RouteFlags::UP | RouteFlags::HOST);
        assert_eq!((host.metric, host.mtu, host.window, host.irtt), (u32::MAX, 1040, 2000, 300));
    });
}

#[test]
fn a_bad_line_of_route_costs_that_line_alone() {
    let text =
        b"Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n\
        eth0\t0000000G\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n\
        eth0\t00000000\t00000000\t0001\t0\t0\t-2\t00000000\t0\t0\t0\n\
        eth0\t00000000\t00000000\t0001\t0\t0\t4294967296\t00000000\t0\t0\t0\n\
        eth0\t00000000\n";
    let results: Vec<_> =
        parse_route(text).map(|result| result.map(|route| route.metric)).collect();
    let fault = |line, fault| Err(LineError { file: "/proc/net/route", line, fault });
    assert_eq!(
        results,
        [
            fault(2, Fault::Number("Destination")),
            Ok(4_294_967_294),
            fault(4, Fault::Number("Metric")),
            fault(5, Fault::Missing("Gateway")),
        ]
    );
}

#[test]
fn the_kernel_s_if_inet6_holds_the_addresses_that_were_added() {
    private(|| {
        sh("ip link add eth0 type veth peer name peer; ip link set lo up");
        sh("ip addr add 2001:db8::1/64 dev eth0 nodad; ip addr add fe80::5/10 dev eth0 nodad");
        let mut entries = read_if_inet6(&Host).unwrap();
        entries.sort_by_key(|entry| entry.address);
        let [lo, global, link] = entries.try_into().unwrap();
        assert_eq!((lo.address, lo.name, lo.scope), ("::1".parse().unwrap(), name("lo"), 0x10));
        assert_eq!(lo.flags, AddressFlags::PERMANENT);
        assert_eq!(global.address, "2001:db8::1".parse::<std::net::Ipv6Addr>().unwrap());
        assert_eq!((global.prefix_length, global.scope), (64, 0));
        assert_eq!(global.flags, AddressFlags::PERMANENT | AddressFlags::NODAD);
        let index: u32 = sh("cat /sys/class/net/eth0/ifindex").trim().parse().unwrap();
        assert_eq!((global.name, global.index), (name("eth0"), index));
        assert_eq!((link.prefix_length, link.scope), (10, 0x20));
    });
}

#[test]
fn a_bad_line_of_if_inet6_costs_that_line_alone() {
    let text = b"2001 01 80 10 80 lo\n\
        00000000000000000000000000000001 01 81 10 80 lo\n\
        0000000000000000000000000000000g 01 80 10 80 lo\n\
        00000000000000000000000000000001 01 80 10 80\n\
        00000000000000000000000000000001 0001 80 10 80       lo\n";
    let results: Vec<_> =
        parse_if_inet6(text).map(|result| result.map(|entry| entry.index)).collect();
    let fault = |line, fault| Err(LineError { file: "/proc/net/if_inet6", line, fault });
    assert_eq!(
        results,
        [
            fault(1, Fault::Address("address")),
            fault(2, Fault::Number("prefix length")),
            fault(3, Fault::Address("address")),
            fault(4, Fault::Missing("name")),
            Ok(1),
        ]
    );
}

#[test]
fn the_kernel_s_dev_mcast_tells_which_addresses_an_administrator_added() {
    private(|| {
        sh("ip link add eth0 type veth peer name peer; ip maddr add 01:00:5e:00:00:42 dev eth0");
        let entries = read_dev_mcast(&Host).unwrap();
        let added = entries.iter().find(|entry| entry.is_static).unwrap();
        assert_eq!(added.name, name("eth0"));
        assert_eq!(added.address, [1, 0, 0x5e, 0, 0, 0x42]);
        assert_eq!(added.users, 1);
        sh("ip link set eth0 up");
        let joined = read_dev_mcast(&Host).unwrap();
        let all_hosts = joined.iter().find(|entry| entry.address == [1, 0, 0x5e, 0, 0, 1]).unwrap();
        assert!(!all_hosts.is_static);
    });
}

#[test]
fn a_bad_line_of_dev_mcast_costs_that_line_alone() {
    let text = b"2 eth0 1 0 01005e0\n2 eth0 -1 0 01005e000001\n7    tun0            1     0     \n";
    let results: Vec<_> =
        parse_dev_mcast(text).map(|result| result.map(|entry| entry.address.len())).collect();
    let fault = |line, fault| Err(LineError { file: "/proc/net/dev_mcast", line, fault });
    assert_eq!(
        results,
        [fault(1, Fault::Address("address")), fault(2, Fault::Number("users")), Ok(0)]
    );
}

#[test]
fn the_kernel_s_arp_tells_what_is_known_of_each_neighbour() {
    private(|| {
        sh("ip link add eth0 type veth peer name peer; ip addr add 10.1.2.3/24 dev eth0");
        sh("ip link set peer up; ip link set eth0 up");
        sh("ip neigh add 10.1.2.9 lladdr 2:0:0:0:0:9 dev eth0 nud permanent");
        sh("ip neigh add proxy 10.1.2.6 dev eth0; ip tuntap add dev tun0 mode tun");
        sh("ip link set tun0 up; ip neigh add 10.2.2.2 dev tun0 nud permanent");
        let mut entries = read_arp(&Host).unwrap();
        entries.sort_by_key(|entry| entry.address);
        let [tun, proxy, known] = entries.try_into().unwrap();
        // A device without addresses has one neighbour, for all.
        assert_eq!((tun.address, tun.kind.0), (Ipv4Addr::UNSPECIFIED, 0xfffe));
        assert_eq!((tun.device, tun.hardware_address), (name("tun0"), Vec::new()));
        assert_eq!(proxy.flags, ArpFlags::PUBL | ArpFlags::PERM);
        assert_eq!((proxy.address, proxy.device), (Ipv4Addr::new(10, 1, 2, 6), name("eth0")));
        assert_eq!((known.kind, known.mask), (HardwareType::ETHER, b"*".to_vec()));
        assert_eq!(known.hardware_address, b"02:00:00:00:00:09");
        assert_eq!(known.flags, ArpFlags::COM | ArpFlags::PERM);
    });
}

#[test]
fn a_bad_line_of_arp_costs_that_line_alone() {
    let text = b"IP address       HW type     Flags       HW address            Mask     Device\n\
        10.1.2 0x1 0x2 02:00:00:00:00:07 * eth0\n\
        10.1.2.7 1 0x2 02:00:00:00:00:07 * eth0\n\
        10.1.2.7 0x10000 0x2 02:00:00:00:00:07 * eth0\n\
        10.1.2.7 0x1 0x2 02:00:00:00:00:07\n\
        10.1.2.7 0x1 0x2 02:00:00:00:00:07 * sixteen_bytes_xx\n\
        10.1.2.7 0x1 0x+2 02:00:00:00:00:07 * eth0\n\
        10.1.2.7 0x1 0x2 02:00:00:00:00:07 * eth0\n";
    let results: Vec<_> =
        parse_arp(text).map(|result| result.map(|entry| entry.flags.bits())).collect();
    let fault = |line, fault| Err(LineError { file: "/proc/net/arp", line, fault });
    assert_eq!(
        results,
        [
            fault(2, Fault::Address("IP address")),
            fault(3, Fault::Number("HW type")),
            fault(4, Fault::Number("HW type")),
            fault(5, Fault::Missing("Mask")),
            fault(6, Fault::Name),
            fault(7, Fault::Number("Flags")),
            Ok(2),
        ]
    );
}

#[test]
fn the_kernel_s_igmp_and_igmp6_list_the_groups_that_were_joined() {
    private(|| {
        sh("ip link add fifteen_bytes_x type veth peer name peer; ip link set fifteen_bytes_x up");
        sh("ip addr add 10.0.0.1/24 dev fifteen_bytes_x");
        let group = Ipv4Addr::new(224, 0, 0, 251);
        let group6: std::net::Ipv6Addr = "ff02::fb".parse().unwrap();
        let index: u32 = sh("cat /sys/class/net/fifteen_bytes_x/ifindex").trim().parse().unwrap();
        let sockets = [(); 2].map(|()| {
            let socket = std::net::UdpSocket::bind("0.0.0.0:0").unwrap();
            socket.join_multicast_v4(&group, &Ipv4Addr::new(10, 0, 0, 1)).unwrap();
            socket
        });
        let socket6 = std::net::UdpSocket::bind("[::]:0").unwrap();
        socket6.join_multicast_v6(&group6, index).unwrap();
        let joined = read_igmp(&Host).unwrap();
        let joined = joined.iter().find(|entry| entry.group == group).unwrap();
        assert_eq!((joined.index, joined.name), (index, name("fifteen_bytes_x")));
        assert_eq!(joined.users, 2);
        let joined = read_igmp6(&Host).unwrap();
        let joined = joined.iter().find(|entry| entry.group == group6).unwrap();
        assert_eq!((joined.index, joined.name), (index, name("fifteen_bytes_x")));
        assert_eq!(joined.users, 1);
        drop(sockets);
    });
}

#[test]
fn groups_belong_to_the_device_above_them_or_to_none() {
    let text = b"Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n\
        \t\t\t\t010000E0     1 0:00000000\t\t0\n\
        1\tlo        :     2      V3\n\
        \t\t\t\t0100000G     1 0:00000000\t\t0\n\
        \t\t\t\t010000E0     1 0:00000000\t\t0\n\
        x\tbad       :     1      V3\n\
        \t\t\t\t010000E0     1 0:00000000\t\t0\n";
    let results: Vec<_> =
        parse_igmp(text).map(|result| result.map(|entry| (entry.index, entry.users))).collect();
    let fault = |line, fault| Err(LineError { file: "/proc/net/igmp", line, fault });
    assert_eq!(
        results,
        [
            fault(2, Fault::Missing("Idx")),
            fault(4, Fault::Number("Group")),
            Ok((1, 1)),
            fault(6, Fault::Number("Idx")),
            fault(7, Fault::Number("Idx")),
        ]
    );
    let text = b"1    lo              ff020000000000000000000000000001     1 0000000C 0\n\
        1    lo              ff02     1 0000000C 0\n";
    let results: Vec<_> =
        parse_igmp6(text).map(|result| result.map(|entry| entry.group.to_string())).collect();
    let bad = LineError { file: "/proc/net/igmp6", line: 2, fault: Fault::Address("group") };
    assert_eq!(results, [Ok("ff02::1".to_owned()), Err(bad)]);
}

#[test]
fn no_bytes_make_a_parser_panic() {
    // A small generator, so that the bytes are the same each time.
    let mut state = 1_u64;
    let mut next = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u8
    };
    let alphabet = b" \t\n:|*-+09aFgz\0\xff\x7f/";
    for _ in 0..2000 {
        let text: Vec<u8> = (0..next())
            .map(|_| alphabet.get(usize::from(next()) % alphabet.len()).copied().unwrap())
            .collect();
        let lines = text.split(|byte| *byte == b'\n').count();
        assert!(parse_dev(&text).count() <= lines);
        assert!(parse_route(&text).count() <= lines);
        assert!(parse_if_inet6(&text).count() <= lines);
        assert!(parse_dev_mcast(&text).count() <= lines);
        assert!(parse_arp(&text).count() <= lines);
        assert!(parse_igmp(&text).count() <= lines);
        assert!(parse_igmp6(&text).count() <= lines);
    }
}
