//! Snapshots: of the kernel that the tests run on, and of the model.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ifctl_abi::{Family, SocketType};
use ifctl_conformance::{private, sh};
use ifctl_kernel::{Receive, Received, Request, SocketOption};
use ifctl_netdevice::proc::{DevEntry, read_dev};
use ifctl_netdevice::{
    Address, AddressFilter, Batch, Consistency, DeviceName, Errno, Host, Kernel, RouteFilter,
    RouteTable, Rtnetlink, Snapshot, SnapshotParts, Socket,
};
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

fn name(name: &str) -> DeviceName {
    name.parse().unwrap()
}

fn take(parts: SnapshotParts) -> Snapshot {
    Snapshot::take(&Host, parts).unwrap()
}

#[test]
fn the_howto_s_setup_gives_the_howto_s_two_texts() {
    private(|| {
        sh("ip link add eth0 type veth peer name peer; ip addr add 127.0.0.1/8 dev lo");
        sh("ip link set eth0 up; ip addr add 172.16.3.1/16 dev eth0");
        sh("ip addr add 172.16.3.10/16 dev eth0 label eth0:0");
        sh("ip addr add 172.16.3.100/16 dev eth0 label eth0:1");
        let snapshot = take(SnapshotParts::default());
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
    private(|| {
        sh(
            "ip link add eth0 type veth peer name peer; ip link property add dev eth0 altname other",
        );
        sh("ip addr add 10.0.0.1/24 dev eth0; ip addr add 10.0.1.1/24 dev eth0 label eth0:x");
        sh("ip addr add 10.0.2.1/24 dev eth0 label eth0:x; ip addr add 10.0.3.1/24 dev peer");
        sh("ip link set lo up; ip addr add 2001:db8::1/64 dev eth0 nodad");
        let snapshot = take(SnapshotParts::default());
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
    private(|| {
        sh("ip link set lo up");
        let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.send_to(&[0; 58], socket.local_addr().unwrap()).unwrap();
        socket.recv(&mut [0; 58]).unwrap();
        let entries: Vec<_> = take(SnapshotParts::default())
            .devices
            .iter()
            .map(|device| DevEntry::of(device.name, &device.statistics))
            .collect();
        assert_eq!(entries, read_dev(&Host).unwrap());
        assert_eq!(entries.first().unwrap().tx_packets, 1);
    });
}

#[test]
fn routes_come_where_they_are_asked_for() {
    private(|| {
        sh(
            "ip link set lo up; ip route add 192.0.2.0/24 dev lo; ip -6 route add 2001:db8::/64 dev lo",
        );
        assert_eq!(take(SnapshotParts::default()).routes, []);
        let all = take(SnapshotParts::ALL);
        let mains = all.routes.iter().filter(|route| route.table == RouteTable::MAIN);
        let destinations: Vec<_> = mains.map(|route| route.destination.to_string()).collect();
        assert_eq!(destinations, ["192.0.2.0", "2001:db8::"]);
        assert!(all.routes.is_sorted_by_key(|route| route.destination.is_ipv6()));
        let none = SnapshotParts { addresses: false, routes: false };
        assert_eq!(take(none).addresses, []);
    });
}

#[test]
fn twenty_thousand_addresses_take_four_requests() {
    private(|| {
        let mut batch = Batch::new();
        for number in 1..=20_000 {
            let local: IpAddr = Ipv4Addr::from_bits(0x0a00_0000 + number).into();
            batch.add_address(&Address::new(1, local, 32)).unwrap();
        }
        let kernel = Observed::new(true);
        Rtnetlink::open(&kernel).unwrap().run(&batch).into_result().unwrap();
        kernel.sends.store(0, Ordering::Relaxed);
        let snapshot = Snapshot::take(&kernel, SnapshotParts::ALL).unwrap();
        assert_eq!(kernel.sends.load(Ordering::Relaxed), 4);
        assert_eq!(snapshot.addresses.len(), 20_000);
        assert!(snapshot.routes.len() >= 20_000);
    });
}

#[test]
fn a_kernel_that_does_not_filter_is_filtered_here() {
    private(|| {
        sh("ip link add eth0 type veth peer name peer; ip link set eth0 up; ip link set lo up");
        sh("ip addr add 10.0.0.1/24 dev eth0; ip route add unreachable 192.0.2.0/24 table 77");
        let index = Rtnetlink::open(&Host).unwrap().device_named(b"eth0").unwrap().index;
        let filter = AddressFilter { index: Some(index), ..AddressFilter::IPV4 };
        let routes = [
            RouteFilter::IPV4_MAIN,
            RouteFilter { table: Some(RouteTable(77)), ..RouteFilter::default() },
            RouteFilter { index: Some(index), ..RouteFilter::default() },
            RouteFilter::default(),
        ];
        let mut strict = Rtnetlink::open(&Observed::new(true)).unwrap();
        let mut loose = Rtnetlink::open(&Observed::new(false)).unwrap();
        let addresses = strict.addresses(filter).unwrap();
        assert_eq!(addresses.entries.len(), 1);
        assert_eq!(loose.addresses(filter).unwrap(), addresses);
        for filter in routes {
            let expected = strict.routes(filter).unwrap();
            assert!(!expected.entries.is_empty());
            assert_eq!(loose.routes(filter).unwrap(), expected, "{filter:?}");
        }
    });
}

#[test]
fn the_model_s_snapshot_has_lo_and_its_two_addresses() {
    let model = ifctl_virtual::Virtual::new();
    let snapshot = Snapshot::take(&model, SnapshotParts::ALL).unwrap();
    let lo = snapshot.device_named(name("lo")).unwrap();
    let locals: Vec<_> =
        snapshot.addresses_of(lo.index).map(|address| address.local.to_string()).collect();
    assert_eq!(locals, ["127.0.0.1", "::1"]);
    let mut rtnetlink = Rtnetlink::open(&model).unwrap();
    let error = rtnetlink.add_address(&Address::new(1, [10, 0, 0, 1].into(), 8)).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::EPERM));
}

/// The real kernel, with its sends counted, and with strict checking or as before Linux 4.20.
struct Observed {
    is_strict: bool,
    sends: Arc<AtomicUsize>,
}

struct ObservedSocket {
    is_strict: bool,
    sends: Arc<AtomicUsize>,
    socket: Box<dyn Socket>,
}

impl Observed {
    fn new(is_strict: bool) -> Self {
        Self { is_strict, sends: Arc::default() }
    }
}

impl Kernel for Observed {
    fn socket(
        &self,
        family: Family,
        kind: SocketType,
        protocol: u32,
    ) -> Result<Box<dyn Socket>, Errno> {
        let socket = Host.socket(family, kind, protocol)?;
        let (is_strict, sends) = (self.is_strict, Arc::clone(&self.sends));
        Ok(Box::new(ObservedSocket { is_strict, sends, socket }))
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, Errno> {
        Host.read(path)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), Errno> {
        Host.write(path, bytes)
    }
}

impl Socket for ObservedSocket {
    fn ioctl(&self, request: Request<'_>) -> Result<(), Errno> {
        self.socket.ioctl(request)
    }

    fn bind(&self, port: u32, groups: u32) -> Result<(), Errno> {
        self.socket.bind(port, groups)
    }

    fn port(&self) -> Result<u32, Errno> {
        self.socket.port()
    }

    fn set_option(&self, option: SocketOption) -> Result<(), Errno> {
        match option {
            SocketOption::StrictChecking(_) if !self.is_strict => Err(Errno::ENOPROTOOPT),
            option => self.socket.set_option(option),
        }
    }

    fn send(&self, bytes: &[u8]) -> Result<usize, Errno> {
        self.sends.fetch_add(1, Ordering::Relaxed);
        self.socket.send(bytes)
    }

    fn receive(&self, buffer: &mut [u8], how: Receive) -> Result<Received, Errno> {
        self.socket.receive(buffer, how)
    }
}
