//! Events, on the kernel that the tests run on and on the model.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod rtnetlink;
mod wrapped;

use ifctl_conformance::{ip as set_up, on_both_in_two, private, sh};
use ifctl_kernel::{Receive, Received};
use ifctl_netdevice::{
    Address, Batch, DeviceFlags, Errno, Error, Event, Events, HardwareAddress, Host, Neighbour,
    Route, Socket, Subscription,
};
use rtnetlink::open;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use wrapped::{Way, Wrapped};

fn host(number: u32) -> IpAddr {
    Ipv4Addr::from_bits(0x0a00_0000 + number).into()
}

/// Returns the events that are there.
fn drain(events: &mut Events) -> Vec<Event> {
    std::iter::from_fn(|| events.try_next().unwrap()).collect()
}

/// Returns an event in a word.
fn word(event: &Event) -> String {
    match event {
        Event::Device(device) => format!("device {}", device.name),
        Event::DeviceDeleted(device) => format!("no device {}", device.name),
        Event::Address(address) => format!("address {}", address.local),
        Event::AddressDeleted(address) => format!("no address {}", address.local),
        Event::Route(route) => format!("route {}/{}", route.destination, route.prefix_length),
        Event::RouteDeleted(route) => {
            format!("no route {}/{}", route.destination, route.prefix_length)
        }
        Event::Neighbour(neighbour) => format!("neighbour {}", neighbour.destination),
        Event::NeighbourDeleted(neighbour) => format!("no neighbour {}", neighbour.destination),
        Event::Resynchronised(_) => "resynchronised".to_owned(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn changes_are_told_in_their_order() {
    on_both_in_two(|kernel| {
        let no_ipv6 = Path::new("/proc/sys/net/ipv6/conf/default/disable_ipv6");
        kernel.here.write(no_ipv6, b"1").unwrap();
        set_up(kernel.here, "ip link add eth0 type veth peer name peer");
        let mut rtnetlink = open(kernel);
        let index = rtnetlink.device_named(b"eth0").unwrap().index;
        let mut events = Events::subscribe(kernel.here, Subscription::ALL).unwrap();
        assert_eq!(events.try_next().unwrap(), None);
        rtnetlink.change_device_flags(index, DeviceFlags::UP, DeviceFlags::empty()).unwrap();
        rtnetlink.add_address(&Address::new(index, host(1), 24)).unwrap();
        rtnetlink.add_route(&Route::via(IpAddr::from([192, 0, 2, 0]), 24, host(2))).unwrap();
        let hardware = "02:00:00:00:00:02".parse().unwrap();
        rtnetlink.add_neighbour(&Neighbour::new(index, host(2), hardware)).unwrap();
        rtnetlink.delete_neighbour(&Neighbour::new(index, host(2), hardware)).unwrap();
        rtnetlink.delete_address(&Address::new(index, host(1), 24)).unwrap();
        rtnetlink.delete_device(index).unwrap();
        let told = drain(&mut events);
        let words: Vec<_> = told.iter().map(word).collect();
        // What matters of it, in order; the kernel tells more.
        let mut rest = words.iter();
        for wanted in [
            "device eth0",
            "address 10.0.0.1",
            "route 10.0.0.1/32",
            "route 10.0.0.0/24",
            "route 192.0.2.0/24",
            "neighbour 10.0.0.2",
            "no address 10.0.0.1",
            "no route 10.0.0.1/32",
            "no device eth0",
        ] {
            assert!(rest.any(|word| word == wanted), "no `{wanted}` in its place: {words:?}");
        }
        let Some(Event::Device(up)) = told.first() else { panic!("{words:?}") };
        assert!(up.flags.contains(DeviceFlags::UP));
    });
}

#[test]
fn only_what_was_subscribed_to_is_told() {
    on_both_in_two(|kernel| {
        let wanted = Subscription { ipv4_addresses: true, ..Subscription::NONE };
        let mut events = Events::subscribe(kernel.here, wanted).unwrap();
        set_up(
            kernel.here,
            "ip link add eth0 type veth peer name peer; ip link set lo up; ip addr add 10.0.0.1/8 dev lo",
        );
        let words: Vec<_> = drain(&mut events).iter().map(word).collect();
        assert_eq!(words, ["address 127.0.0.1", "address 10.0.0.1"]);
    });
}

#[test]
fn waiting_ends_with_an_event_of_another_thread() {
    // Linux alone: a model does not wait.
    private(|| {
        let mut events = Events::subscribe(&Host, Subscription::ADDRESSES).unwrap();
        assert!(events.descriptor().is_some());
        std::thread::scope(|scope| {
            scope.spawn(|| sh("ip addr add 10.0.0.1/8 dev lo"));
            assert_eq!(word(&events.next().unwrap()), "address 10.0.0.1");
        });
    });
}

#[test]
fn an_overflow_is_told_with_how_things_are_now_and_the_events_go_on() {
    on_both_in_two(|kernel| {
        let mut events = Events::subscribe(kernel.here, Subscription::ADDRESSES).unwrap();
        // The least that the kernel grants: room for a few events.
        events.set_receive_queue(1).unwrap();
        let mut batch = Batch::new();
        for number in 1..=2000 {
            batch.add_address(&Address::new(1, host(number), 32)).unwrap();
        }
        open(kernel).run(&batch).into_result().unwrap();
        let told = drain(&mut events);
        let [Event::Resynchronised(now)] = told.as_slice() else {
            panic!("{:?}", told.iter().map(word).collect::<Vec<_>>())
        };
        assert_eq!(now.addresses.len(), 2000);
        assert_eq!(now.devices.len(), 1);
        open(kernel).add_address(&Address::new(1, host(5000), 32)).unwrap();
        open(kernel).delete_address(&Address::new(1, host(1), 32)).unwrap();
        let words: Vec<_> = drain(&mut events).iter().map(word).collect();
        assert_eq!(words, ["address 10.0.19.136", "no address 10.0.0.1"]);
    });
}

#[test]
fn routes_are_in_the_resynchronisation_of_one_who_subscribed_to_them() {
    on_both_in_two(|kernel| {
        set_up(kernel.here, "ip link set lo up");
        let wanted = Subscription { ipv4_routes: true, ..Subscription::NONE };
        let mut events = Events::subscribe(kernel.here, wanted).unwrap();
        events.set_receive_queue(1).unwrap();
        let mut batch = Batch::new();
        for number in 1..=500 {
            batch.add_route(&Route::local(host(number), 32, 1)).unwrap();
        }
        open(kernel).run(&batch).into_result().unwrap();
        let Event::Resynchronised(now) = events.next().unwrap() else { panic!("no overflow") };
        let there = now.routes.iter().filter(|route| route.prefix_length == 32);
        assert!(there.count() >= 500);
    });
}

#[test]
fn neighbours_are_in_the_resynchronisation_of_one_who_subscribed_to_them() {
    on_both_in_two(|kernel| {
        set_up(
            kernel.here,
            "ip link add e0 type veth peer name p0; ip link set e0 up; ip addr add 10.0.0.1/8 dev e0",
        );
        let index = open(kernel).device_named(b"e0").unwrap().index;
        let wanted = Subscription { neighbours: true, ..Subscription::NONE };
        let mut events = Events::subscribe(kernel.here, wanted).unwrap();
        events.set_receive_queue(1).unwrap();
        let hardware = HardwareAddress::ethernet([2, 0, 0, 0, 0, 9]);
        let mut batch = Batch::new();
        for number in 2..=100 {
            batch.add_neighbour(&Neighbour::new(index, host(number), hardware)).unwrap();
        }
        open(kernel).run(&batch).into_result().unwrap();
        let Event::Resynchronised(now) = events.next().unwrap() else { panic!("no overflow") };
        let there = now.neighbours.iter().filter(|known| known.hardware == Some(hardware));
        assert_eq!(there.count(), 99);
        assert_eq!(now.routes, []);
    });
}

#[test]
fn a_snapshot_after_subscribing_misses_nothing() {
    on_both_in_two(|kernel| {
        let mut events = Events::subscribe(kernel.here, Subscription::ADDRESSES).unwrap();
        open(kernel).add_address(&Address::new(1, host(1), 8)).unwrap();
        let snapshot = events.snapshot().unwrap();
        assert_eq!(snapshot.addresses.len(), 1);
        open(kernel).add_address(&Address::new(1, host(2), 8)).unwrap();
        let words: Vec<_> = drain(&mut events).iter().map(word).collect();
        assert_eq!(words, ["address 10.0.0.1", "address 10.0.0.2"]);
    });
}

#[test]
fn listening_needs_no_privilege() {
    on_both_in_two(|kernel| {
        let mut events = Events::subscribe(kernel.unprivileged, Subscription::ALL).unwrap();
        set_up(kernel.here, "ip addr add 10.0.0.1/8 dev lo");
        let words: Vec<_> = drain(&mut events).iter().map(word).collect();
        assert_eq!(words.first().unwrap(), "address 10.0.0.1");
    });
}

#[test]
fn a_model_says_that_there_are_no_more_events_and_does_not_wait() {
    let model = ifctl_virtual::VirtualKernel::new();
    let mut events = Events::subscribe(&model, Subscription::ALL).unwrap();
    assert_eq!(events.try_next().unwrap(), None);
    assert_eq!(events.next().unwrap_err().errno(), Some(Errno::EAGAIN));
    assert!(events.descriptor().is_none());
}

/// Spoils the length of the first message of one datagram.
struct Spoiling {
    next: AtomicBool,
}

impl Way for Spoiling {
    fn receive(
        &self,
        socket: &dyn Socket,
        buffer: &mut [u8],
        how: Receive,
    ) -> Result<Received, Errno> {
        let received = socket.receive(buffer, how)?;
        if self.next.swap(false, Ordering::Relaxed) {
            buffer.get_mut(..4).unwrap().fill(0xff);
        }
        Ok(received)
    }
}

#[test]
fn an_event_that_cannot_be_understood_is_an_error_and_then_a_resynchronisation() {
    on_both_in_two(|kernel| {
        let wrapped = Wrapped::new(kernel.here, Spoiling { next: AtomicBool::new(false) });
        let mut events = Events::subscribe(&wrapped, Subscription::ADDRESSES).unwrap();
        open(kernel).add_address(&Address::new(1, host(1), 32)).unwrap();
        wrapped.way.next.store(true, Ordering::Relaxed);
        let error = events.try_next().unwrap_err();
        assert!(matches!(error, Error::Malformed { .. }), "{error}");
        let Some(Event::Resynchronised(now)) = events.try_next().unwrap() else { panic!("lost") };
        assert_eq!(now.addresses.len(), 1);
        open(kernel).delete_address(&Address::new(1, host(1), 32)).unwrap();
        let words: Vec<_> = drain(&mut events).iter().map(word).collect();
        assert_eq!(words, ["no address 10.0.0.1"]);
    });
}
