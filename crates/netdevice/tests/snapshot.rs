//! Snapshots of the kernel that the tests run on, and of the model.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ifctl_conformance::{Setting, ip as set_up, on_both_in_two};
use ifctl_netdevice::proc::{DevEntry, read_dev};
use ifctl_netdevice::{
    Address, Consistency, DeviceFlags, DeviceName, Errno, RouteTable, Rtnetlink, Snapshot,
    SnapshotParts,
};
use ifctl_virtual::{Capabilities, VirtualKernel};

fn name(name: &str) -> DeviceName {
    name.parse().unwrap()
}

fn take(kernel: &Setting<'_>, parts: SnapshotParts) -> Snapshot {
    Snapshot::take(kernel.here, parts).unwrap()
}

#[test]
fn the_howto_s_setup_gives_the_howto_s_two_texts() {
    on_both_in_two(|kernel| {
        set_up(
            kernel.here,
            "ip link add eth0 type veth peer name peer; ip addr add 127.0.0.1/8 dev lo",
        );
        set_up(kernel.here, "ip link set eth0 up; ip addr add 172.16.3.1/16 dev eth0");
        set_up(kernel.here, "ip addr add 172.16.3.10/16 dev eth0 label eth0:0");
        set_up(kernel.here, "ip addr add 172.16.3.100/16 dev eth0 label eth0:1");
        let snapshot = take(kernel, SnapshotParts::default());
        assert_eq!(
            snapshot.aliases_text(),
            "device         family    address\n\
             eth0:0           2      172.16.3.10\n\
             eth0:1           2      172.16.3.100\n"
        );
        assert_eq!(
            snapshot.alias_types_text(),
            "type    name            n_attach\n\
             2       ip              2\n"
        );
    });
}

#[test]
fn things_are_found_as_an_ioctl_would_find_them() {
    on_both_in_two(|kernel| {
        set_up(
            kernel.here,
            "ip link add eth0 type veth peer name peer; ip link property add dev eth0 altname other",
        );
        set_up(
            kernel.here,
            "ip addr add 10.0.0.1/24 dev eth0; ip addr add 10.0.1.1/24 dev eth0 label eth0:x",
        );
        set_up(
            kernel.here,
            "ip addr add 10.0.2.1/24 dev eth0 label eth0:x; ip addr add 10.0.3.1/24 dev peer",
        );
        set_up(kernel.here, "ip link set lo up; ip addr add 2001:db8::1/64 dev eth0 nodad");
        let snapshot = take(kernel, SnapshotParts::default());
        assert_eq!(snapshot.consistency, Consistency::Consistent);
        let eth0 = snapshot.device_named(name("eth0")).unwrap();
        assert_eq!(snapshot.device(eth0.index), Some(eth0));
        assert_eq!(snapshot.device_named(name("other")), Some(eth0));
        assert_eq!(snapshot.base_of(name("eth0:nosuch")), Some(eth0));
        assert_eq!(snapshot.device_named(name("eth0:x")), None);
        assert_eq!(snapshot.device(9999), None);
        let locals = |addresses: &[Address]| -> Vec<_> {
            addresses.iter().map(|address| address.local.to_string()).collect()
        };
        assert_eq!(locals(snapshot.ipv4_of(eth0.index)), ["10.0.0.1", "10.0.1.1", "10.0.2.1"]);
        assert_eq!(locals(snapshot.ipv6_of(eth0.index)), ["2001:db8::1"]);
        assert_eq!(snapshot.addresses_of(eth0.index).count(), 4);
        assert_eq!(snapshot.addresses_of(9999).count(), 0);
        let labelled: Vec<_> = snapshot.labelled(name("eth0:x")).copied().collect();
        assert_eq!(locals(&labelled), ["10.0.1.1", "10.0.2.1"]);
        assert_eq!(snapshot.labelled(name("eth0:y")).count(), 0);
        assert_eq!(snapshot.aliases().count(), 2);
    });
}

#[test]
fn the_counters_are_those_of_proc_net_dev() {
    on_both_in_two(|kernel| {
        set_up(kernel.here, "ip link set lo up");
        let is_linux = kernel.model.is_none();
        if is_linux {
            let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
            socket.send_to(&[0; 58], socket.local_addr().unwrap()).unwrap();
            socket.recv(&mut [0; 58]).unwrap();
        }
        let entries: Vec<_> = take(kernel, SnapshotParts::default())
            .devices
            .iter()
            .map(|device| DevEntry::of(device.name, &device.statistics))
            .collect();
        assert_eq!(entries, read_dev(kernel.here).unwrap());
        assert_eq!(
            entries.first().unwrap().tx_packets,
            u64::from(is_linux),
            "a model has no packets"
        );
    });
}

#[test]
fn routes_come_where_they_are_asked_for() {
    on_both_in_two(|kernel| {
        set_up(
            kernel.here,
            "ip link set lo up; ip route add 192.0.2.0/24 dev lo; ip -6 route add 2001:db8::/64 dev lo",
        );
        assert_eq!(take(kernel, SnapshotParts::default()).routes, []);
        let all = take(kernel, SnapshotParts::ALL);
        let mains = all.routes.iter().filter(|route| route.table == RouteTable::MAIN);
        let destinations: Vec<_> = mains.map(|route| route.destination.to_string()).collect();
        assert_eq!(destinations, ["192.0.2.0", "2001:db8::"]);
        assert!(all.routes.is_sorted_by_key(|route| route.destination.is_ipv6()));
        let none = SnapshotParts { addresses: false, ..SnapshotParts::default() };
        assert_eq!(take(kernel, none).addresses, []);
    });
}

#[test]
fn the_model_s_snapshot_has_lo_and_its_two_addresses() {
    let owner = VirtualKernel::new();
    let mut rtnetlink = Rtnetlink::open(&owner).unwrap();
    rtnetlink.change_device_flags(1, DeviceFlags::UP, DeviceFlags::empty()).unwrap();
    let model = owner.with_capabilities(Capabilities::empty());
    let snapshot = Snapshot::take(&model, SnapshotParts::ALL).unwrap();
    let lo = snapshot.device_named(name("lo")).unwrap();
    let locals: Vec<_> =
        snapshot.addresses_of(lo.index).map(|address| address.local.to_string()).collect();
    assert_eq!(locals, ["127.0.0.1", "::1"]);
    let mut rtnetlink = Rtnetlink::open(&model).unwrap();
    let error = rtnetlink.add_address(&Address::new(1, [10, 0, 0, 1].into(), 8)).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::EPERM));
}
