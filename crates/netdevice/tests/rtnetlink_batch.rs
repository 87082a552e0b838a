//! Batches, on the kernel that the tests run on and on the model: every answer with its request, whatever the queue.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod rtnetlink;
mod wrapped;

use ifctl_conformance::{Setting, on_both_in_two};
use ifctl_netdevice::{
    Address, AddressFilter, Batch, DeviceFlags, DeviceName, Errno, Error, LinkKind, LinkSpec,
    Neighbour, Peer, Route, Rtnetlink, Socket,
};
use rtnetlink::open;
use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr};
use wrapped::{Way, Wrapped};

/// `lo`, which is down in a new namespace: adding addresses to it is quickest there.
const LO: u32 = 1;

fn host(number: u32) -> IpAddr {
    Ipv4Addr::from_bits(0x0a00_0000 + number).into()
}

fn present(kernel: &Setting<'_>) -> HashSet<IpAddr> {
    open(kernel).addresses(AddressFilter::IPV4).unwrap().into_iter().map(|a| a.local).collect()
}

/// What a request must end in.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Expected {
    Done,
    Refused(Errno),
}

/// Returns so many requests, some of which must fail, and what each must end in: scattered failures of
/// three kinds, and a run of 400 one behind the other, more than a queue of the default size holds.
fn requests(count: u32) -> (Batch<'static>, Vec<Expected>) {
    let mut batch = Batch::new();
    let mut expected = Vec::new();
    for number in 1..=count {
        let good = Address::new(LO, host(number), 32);
        let (address, end) = match number {
            1000..1400 => (Address::new(LO, host(7), 32), Expected::Refused(Errno::EEXIST)),
            _ if number % 10 == 3 => {
                (Address { index: 9999, ..good }, Expected::Refused(Errno::ENODEV))
            }
            _ if number % 100 == 50 => {
                (Address { prefix_length: 33, ..good }, Expected::Refused(Errno::EINVAL))
            }
            _ => (good, Expected::Done),
        };
        batch.add_address(&address).unwrap();
        expected.push(end);
    }
    (batch, expected)
}

#[test]
fn ten_thousand_requests_each_get_their_own_answer() {
    on_both_in_two(|kernel| {
        let (batch, expected) = requests(10_000);
        let outcome = open(kernel).run(&batch);
        let results: Vec<_> = outcome
            .results()
            .map(|result| match result {
                Ok(()) => Expected::Done,
                Err(error) => Expected::Refused(error.errno().unwrap()),
            })
            .collect();
        assert_eq!(results, expected);
        let refused = expected.iter().filter(|end| **end != Expected::Done).count();
        assert_eq!((outcome.asked(), outcome.refused(), outcome.lost()), (10_000, refused, 0));
        assert_eq!(outcome.done(), 10_000 - refused);
        assert_eq!(present(kernel).len(), outcome.done());
        let (place, error) = outcome.failures().first().unwrap();
        assert_eq!(*place, 2);
        let text = error.to_string();
        assert!(text.starts_with("RTM_NEWADDR 10.0.0.3/32: No such device"), "{text}");
    });
}

#[test]
fn an_overflowing_queue_makes_answers_lost_and_never_a_success_of_a_failure() {
    on_both_in_two(|kernel| {
        let (batch, expected) = requests(3_000);
        let mut rtnetlink = open(kernel);
        // The least that the kernel grants: room for a few answers.
        rtnetlink.set_receive_queue(1).unwrap();
        let outcome = rtnetlink.run(&batch);
        assert!(outcome.lost() > 0, "nothing was lost, so nothing was proved");
        assert_eq!(outcome.done() + outcome.refused() + outcome.lost(), outcome.asked());
        let present = present(kernel);
        for (number, (result, expected)) in (1..).zip(outcome.results().zip(&expected)) {
            match (result, expected) {
                (Ok(()), Expected::Done) => assert!(present.contains(&host(number))),
                (Ok(()), Expected::Refused(_)) => panic!("request {number} did not succeed"),
                (Err(error @ Error::AnswerLost { .. }), _) => {
                    assert_eq!(error.to_string(), "RTM_NEWADDR: the kernel's answer was lost");
                }
                (Err(error), Expected::Refused(errno)) => assert_eq!(error.errno(), Some(*errno)),
                (Err(error), Expected::Done) => panic!("request {number}: {error}"),
            }
        }
        // Every request was carried out all the same.
        let done = expected.iter().filter(|end| **end == Expected::Done).count();
        assert_eq!(present.len(), done);
        // And the sends shrank: most answers were kept.
        assert!(outcome.lost() < 1000, "{} lost", outcome.lost());
    });
}

#[test]
fn after_an_overflow_the_connection_goes_on() {
    on_both_in_two(|kernel| {
        let (batch, _) = requests(3_000);
        let mut rtnetlink = open(kernel);
        rtnetlink.set_receive_queue(1).unwrap();
        assert!(rtnetlink.run(&batch).lost() > 0);
        let error = rtnetlink.add_address(&Address::new(LO, host(1), 32)).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::EEXIST));
        rtnetlink.add_address(&Address::new(LO, host(1_000_000), 32)).unwrap();
        assert!(rtnetlink.devices().unwrap().into_iter().any(|device| device.index == LO));
    });
}

#[test]
fn a_batch_holds_changes_of_every_kind_in_order() {
    on_both_in_two(|kernel| {
        let eth0: DeviceName = "eth0".parse().unwrap();
        let kind = LinkKind::Veth(Peer::named("peer".parse().unwrap()));
        let mut batch = Batch::new();
        batch.add_device(&LinkSpec { index: Some(7), ..LinkSpec::new(eth0, kind) }).unwrap();
        batch.change_device_flags(7, DeviceFlags::UP, DeviceFlags::empty()).unwrap();
        batch.add_address(&Address::new(7, host(1), 24)).unwrap();
        batch.add_route(&Route::via(IpAddr::from([192, 0, 2, 0]), 24, host(2))).unwrap();
        let hardware = "02:00:00:00:00:02".parse().unwrap();
        batch.add_neighbour(&Neighbour::new(7, host(2), hardware)).unwrap();
        batch.add_route(&Route::via(IpAddr::from([192, 0, 3, 0]), 24, host(0x1_0000))).unwrap();
        batch.delete_neighbour(&Neighbour::new(7, host(3), hardware)).unwrap();
        batch.set_device_mtu(7, 1).unwrap();
        batch.delete_device(7).unwrap();
        assert_eq!(batch.len(), 9);
        let texts: Vec<_> = open(kernel)
            .run(&batch)
            .into_results()
            .into_iter()
            .map(|result| result.map_err(|error| error.to_string()).err().unwrap_or_default())
            .collect();
        let [.., route, neighbour, mtu, _] = texts.as_slice() else { panic!("{texts:?}") };
        assert!(texts.iter().take(5).all(String::is_empty), "{texts:?}");
        assert!(route.starts_with("RTM_NEWROUTE 192.0.3.0/24: Network is unreachable"), "{route}");
        assert!(neighbour.starts_with("RTM_DELNEIGH 10.0.0.3: No such file"), "{neighbour}");
        assert!(mtu.starts_with("RTM_NEWLINK device 7: Invalid argument"), "{mtu}");
        assert_eq!(texts.last().unwrap(), "");
        assert_eq!(open(kernel).devices().unwrap().entries.len(), 1);
    });
}

#[test]
fn without_privilege_each_request_is_refused_and_nothing_changes() {
    on_both_in_two(|kernel| {
        let (batch, _) = requests(500);
        let outcome = Rtnetlink::open(kernel.unprivileged).unwrap().run(&batch);
        assert_eq!((outcome.asked(), outcome.refused()), (500, 500));
        assert!(outcome.results().all(|result| result.unwrap_err().errno() == Some(Errno::EPERM)));
        assert!(present(kernel).is_empty());
    });
}

#[test]
fn an_empty_batch_asks_nothing() {
    on_both_in_two(|kernel| {
        let outcome = open(kernel).run(&Batch::new());
        assert_eq!((outcome.asked(), outcome.done(), outcome.failures()), (0, 0, &[][..]));
        outcome.into_result().unwrap();
    });
}

#[test]
fn a_send_buffer_smaller_than_usual_makes_smaller_sends() {
    on_both_in_two(|kernel| {
        let (batch, expected) = requests(500);
        let outcome = Rtnetlink::open(&Wrapped::new(kernel.here, ShortSends { most: 300 }))
            .unwrap()
            .run(&batch);
        let done = expected.iter().filter(|end| **end == Expected::Done).count();
        assert_eq!((outcome.done(), outcome.lost()), (done, 0));
        assert_eq!(present(kernel).len(), done);
        // One that not even a single request fits is refused, request by request.
        let outcome = Rtnetlink::open(&Wrapped::new(kernel.here, ShortSends { most: 20 }))
            .unwrap()
            .run(&batch);
        assert_eq!(outcome.refused(), 500);
        assert!(
            outcome.results().all(|result| result.unwrap_err().errno() == Some(Errno::EMSGSIZE))
        );
    });
}

/// A send buffer of so many bytes.
struct ShortSends {
    most: usize,
}

impl Way for ShortSends {
    fn send(&self, socket: &dyn Socket, bytes: &[u8]) -> Result<usize, Errno> {
        if bytes.len() > self.most { Err(Errno::EMSGSIZE) } else { socket.send(bytes) }
    }
}
