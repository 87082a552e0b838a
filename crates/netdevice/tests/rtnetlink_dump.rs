//! Lists that do not go smoothly: changes between, datagrams too long, kernels that do not filter.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod wrapped;

use ifctl_conformance::{Setting, ip as set_up, on_both_in_two};
use ifctl_kernel::{Receive, Received, SocketOption};
use ifctl_netdevice::{
    Address, AddressFilter, Batch, Consistency, Errno, Error, RouteFilter, RouteTable, Rtnetlink,
    Snapshot, SnapshotParts, Socket,
};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use wrapped::{Way, Wrapped};

fn address(number: u32) -> Address {
    let local: IpAddr = Ipv4Addr::from_bits(0x0a00_0000 + number).into();
    Address::new(1, local, 32)
}

fn add(kernel: &Setting<'_>, count: u32) {
    let mut batch = Batch::new();
    for number in 1..=count {
        batch.add_address(&address(number)).unwrap();
    }
    Rtnetlink::open(kernel.here).unwrap().run(&batch).into_result().unwrap();
}

/// Counts what is sent.
#[derive(Default)]
struct Counting {
    sends: AtomicUsize,
}

impl Way for Counting {
    fn send(&self, socket: &dyn Socket, bytes: &[u8]) -> Result<usize, Errno> {
        self.sends.fetch_add(1, Ordering::Relaxed);
        socket.send(bytes)
    }
}

#[test]
fn ten_thousand_addresses_and_their_routes_take_four_requests() {
    on_both_in_two(|kernel| {
        add(kernel, 10_000);
        let wrapped = Wrapped::new(kernel.here, Counting::default());
        let parts = SnapshotParts { neighbours: false, ..SnapshotParts::ALL };
        let snapshot = Snapshot::take(&wrapped, parts).unwrap();
        assert_eq!(wrapped.way.sends.load(Ordering::Relaxed), 4);
        assert_eq!(snapshot.addresses.len(), 10_000);
        assert!(snapshot.routes.len() >= 10_000);
    });
}

/// Changes the addresses after each of so many datagrams, and counts what is sent.
struct Restless {
    changes: AtomicU32,
    sends: AtomicUsize,
    other: Mutex<Rtnetlink>,
}

impl Restless {
    fn new<'k>(kernel: &Setting<'k>, changes: u32) -> Wrapped<'k, Self> {
        Wrapped::new(
            kernel.here,
            Self {
                changes: AtomicU32::new(changes),
                sends: AtomicUsize::new(0),
                other: Mutex::new(Rtnetlink::open(kernel.here).unwrap()),
            },
        )
    }
}

impl Way for Restless {
    fn send(&self, socket: &dyn Socket, bytes: &[u8]) -> Result<usize, Errno> {
        self.sends.fetch_add(1, Ordering::Relaxed);
        socket.send(bytes)
    }

    fn receive(
        &self,
        socket: &dyn Socket,
        buffer: &mut [u8],
        how: Receive,
    ) -> Result<Received, Errno> {
        let received = socket.receive(buffer, how);
        let left = self.changes.load(Ordering::Relaxed);
        if left > 0 {
            self.changes.store(left - 1, Ordering::Relaxed);
            self.other.lock().unwrap().add_address(&address(1_000_000 + left)).unwrap();
        }
        received
    }
}

#[test]
fn an_interrupted_list_is_read_anew() {
    on_both_in_two(|kernel| {
        add(kernel, 1000);
        let wrapped = Restless::new(kernel, 1);
        let list = Rtnetlink::open(&wrapped).unwrap().addresses(AddressFilter::IPV4).unwrap();
        assert_eq!(list.consistency, Consistency::Consistent);
        assert_eq!(list.entries.len(), 1001);
        assert_eq!(wrapped.way.sends.load(Ordering::Relaxed), 2);
    });
}

#[test]
fn a_list_that_is_interrupted_each_time_is_returned_and_says_so() {
    on_both_in_two(|kernel| {
        add(kernel, 1000);
        let wrapped = Restless::new(kernel, u32::MAX / 2);
        let list = Rtnetlink::open(&wrapped).unwrap().addresses(AddressFilter::IPV4).unwrap();
        assert_eq!(list.consistency, Consistency::Interrupted);
        assert!(list.entries.len() >= 1000, "{}", list.entries.len());
        assert_eq!(wrapped.way.sends.load(Ordering::Relaxed), 4);
        let snapshot = Snapshot::take(&wrapped, SnapshotParts::default()).unwrap();
        assert_eq!(snapshot.consistency, Consistency::Interrupted);
    });
}

/// Cuts so many datagrams to 100 bytes.
struct Cutting {
    cuts: AtomicU32,
}

impl Way for Cutting {
    fn receive(
        &self,
        socket: &dyn Socket,
        buffer: &mut [u8],
        how: Receive,
    ) -> Result<Received, Errno> {
        let left = self.cuts.load(Ordering::Relaxed);
        if left == 0 {
            return socket.receive(buffer, how);
        }
        self.cuts.store(left - 1, Ordering::Relaxed);
        socket.receive(buffer.get_mut(..100).unwrap(), how)
    }
}

#[test]
fn a_datagram_that_was_cut_makes_the_list_be_read_anew() {
    on_both_in_two(|kernel| {
        add(kernel, 1000);
        let wrapped = Wrapped::new(kernel.here, Cutting { cuts: AtomicU32::new(1) });
        let mut rtnetlink = Rtnetlink::open(&wrapped).unwrap();
        assert_eq!(rtnetlink.addresses(AddressFilter::IPV4).unwrap().entries.len(), 1000);
        // One pass alone cannot be read anew, and must not pass for the whole.
        wrapped.way.cuts.store(1, Ordering::Relaxed);
        let error = rtnetlink.visit_addresses(AddressFilter::IPV4, |_| Ok(())).unwrap_err();
        assert_eq!(error, Error::AnswerLost { operation: "RTM_GETADDR" });
        // Neither is one that is cut each time.
        wrapped.way.cuts.store(u32::MAX, Ordering::Relaxed);
        let error = rtnetlink.addresses(AddressFilter::IPV4).unwrap_err();
        assert_eq!(error, Error::AnswerLost { operation: "RTM_GETADDR" });
        wrapped.way.cuts.store(0, Ordering::Relaxed);
        assert_eq!(rtnetlink.devices().unwrap().entries.len(), 1);
    });
}

/// A kernel that never has an answer.
struct Silent;

impl Way for Silent {
    fn receive(&self, _: &dyn Socket, _: &mut [u8], _: Receive) -> Result<Received, Errno> {
        Err(Errno::EAGAIN)
    }
}

/// A kernel that answers nothing but that something was lost.
struct Overflowing;

impl Way for Overflowing {
    fn receive(&self, _: &dyn Socket, _: &mut [u8], _: Receive) -> Result<Received, Errno> {
        Err(Errno::ENOBUFS)
    }
}

#[test]
fn no_answer_is_an_error_and_never_a_wait() {
    on_both_in_two(|kernel| {
        let mut connections = [
            Rtnetlink::open(&Wrapped::new(kernel.here, Silent)).unwrap(),
            Rtnetlink::open(&Wrapped::new(kernel.here, Overflowing)).unwrap(),
        ];
        for rtnetlink in &mut connections {
            assert_eq!(rtnetlink.devices().unwrap_err().errno(), None);
            let lost = |operation| Error::AnswerLost { operation };
            assert_eq!(rtnetlink.device(1).unwrap_err(), lost("RTM_GETLINK"));
            assert_eq!(rtnetlink.add_address(&address(1)).unwrap_err(), lost("RTM_NEWADDR"));
            assert_eq!(rtnetlink.delete_address(&address(1)).unwrap_err(), lost("RTM_DELADDR"));
        }
    });
}

/// A kernel as before Linux 4.12: without strict checking, extended and capped acknowledgements.
struct Old;

impl Way for Old {
    fn set_option(&self, socket: &dyn Socket, option: SocketOption) -> Result<(), Errno> {
        match option {
            SocketOption::StrictChecking(_)
            | SocketOption::ExtendedAck(_)
            | SocketOption::CappedAck(_) => Err(Errno::ENOPROTOOPT),
            option => socket.set_option(option),
        }
    }
}

#[test]
fn a_kernel_that_does_not_filter_is_filtered_here() {
    on_both_in_two(|kernel| {
        set_up(
            kernel.here,
            "ip link add eth0 type veth peer name peer; ip link set eth0 up; ip link set lo up",
        );
        set_up(
            kernel.here,
            "ip addr add 10.0.0.1/24 dev eth0; ip route add unreachable 192.0.2.0/24 table 77",
        );
        let mut new = Rtnetlink::open(kernel.here).unwrap();
        let mut old = Rtnetlink::open(&Wrapped::new(kernel.here, Old)).unwrap();
        let index = new.device_named(b"eth0").unwrap().index;
        let filter = AddressFilter { index: Some(index), ..AddressFilter::IPV4 };
        let addresses = new.addresses(filter).unwrap();
        assert_eq!(addresses.entries.len(), 1);
        assert_eq!(old.addresses(filter).unwrap(), addresses);
        for filter in [
            RouteFilter::IPV4_MAIN,
            RouteFilter { table: Some(RouteTable(77)), ..RouteFilter::default() },
            RouteFilter { index: Some(index), ..RouteFilter::default() },
            RouteFilter::default(),
        ] {
            let expected = new.routes(filter).unwrap();
            assert!(!expected.entries.is_empty());
            assert_eq!(old.routes(filter).unwrap(), expected, "{filter:?}");
        }
    });
}

#[test]
fn a_kernel_that_gives_no_text_gives_the_number_all_the_same() {
    on_both_in_two(|kernel| {
        let mut old = Rtnetlink::open(&Wrapped::new(kernel.here, Old)).unwrap();
        let error = old.add_address(&Address { index: 9999, ..address(1) }).unwrap_err();
        assert_eq!(error.to_string(), "RTM_NEWADDR 10.0.0.1/32: No such device");
    });
}
