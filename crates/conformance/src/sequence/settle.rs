//! Waiting until nothing more happens.
//!
//! Linux does some of the work later, in workers: what follows from a carrier, and duplicate address
//! detection. The model does it when time passes.

use super::Looking;
use super::perform::Run;
use super::words::{self, Block};
use crate::both::{Setting, exchange, release};
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::{AddressFlags, IFA_ADDRESS, IFA_LOCAL, LinkHeader, OperationalState};
use ifctl_abi::{DeviceFlags, Family, SocketType};
use ifctl_kernel::{Kernel, Receive, Socket};
use ifctl_netlink::{AddressMessage, Encoder, Head, LinkMessage, Messages, dump_addresses};
use ifctl_virtual::Release;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long a worker of Linux's is waited for.
const PATIENCE: Duration = Duration::from_millis(500);

/// How long what cannot be seen is waited for, where another kernel told more.
const HOPE: Duration = Duration::from_millis(125);

/// For how long Linux puts off a look at a carrier. Since 6.2 it looks when it is asked about the device.
const PUT_OFF: Duration = Duration::from_millis(1050);

/// How long between two looks. A kernel's timer may make it a hundred times as long.
const PAUSE: Duration = Duration::from_micros(200);

/// Switches off what would happen by itself: detection of duplicate addresses, which takes a second, and
/// asking for routers; IPv6 where it is not looked at.
pub(super) fn quieten(setting: &Setting<'_>, looking: Looking) {
    let settings: &[(&str, &[u8])] = if looking.ipv6 {
        &[("accept_dad", b"0\n"), ("router_solicitations", b"0\n")]
    } else {
        &[("disable_ipv6", b"1\n")]
    };
    for kernel in [setting.here, setting.there] {
        for whose in ["default", "all"] {
            for (name, value) in settings {
                let path = format!("/proc/sys/net/ipv6/conf/{whose}/{name}");
                kernel.write(Path::new(&path), value).expect("a setting of IPv6");
            }
        }
    }
}

/// Waits until nothing more happens, and returns the events since the last time.
///
/// Of a worker that there is nothing to see of, no more can be known than that another kernel told more:
/// as many lines as that one's are waited for, for a while.
pub(super) fn settle(run: &mut Run<'_, '_>, lines: usize) -> Vec<String> {
    let mut heard = Vec::new();
    let start = Instant::now();
    let mut quiet_since = None;
    let mut puts_off = run.setting.model.is_none() && release() < Release::V6_12;
    loop {
        let before = heard.len();
        // Asked first: what a worker did until then is heard below, as it is done with that before it
        // lets go of the lock that looking at carriers takes.
        let in_vain = start.elapsed() > PATIENCE;
        let waits = run.setting.model.is_none() && run.looking.ipv6 && waits(run, in_vain);
        match run.setting.model {
            Some(model) => model.advance(Duration::from_millis(1)),
            None => {
                wait_for_carriers(run.setting.here);
                wait_for_carriers(run.setting.there);
            }
        }
        drain(run, &mut heard);
        if puts_off && heard.iter().any(|(_, block)| block.kind == MessageType::NEWLINK) {
            puts_off = false;
            std::thread::sleep(PUT_OFF);
            continue;
        }
        if heard.len() == before && !waits {
            let told = arranged_events(heard.clone());
            let since = *quiet_since.get_or_insert_with(Instant::now);
            if told.len() >= lines || run.setting.model.is_some() || since.elapsed() > HOPE {
                return told;
            }
            std::thread::sleep(PAUSE);
        }
        if waits {
            std::thread::sleep(PAUSE);
        }
    }
}

/// An event, and the namespace that it was heard in.
type Heard = (&'static str, Block);

/// Takes the events that are there.
fn drain(run: &mut Run<'_, '_>, heard: &mut Vec<Heard>) {
    let mut buffer = vec![0; 64 * 1024];
    for ((name, socket), ports) in run.listeners.iter().zip(&run.ports) {
        while let Ok(received) = socket.receive(&mut buffer, Receive::NOW) {
            let datagram = buffer.get(..received.copied).unwrap_or_default();
            for block in words::datagram(datagram, ports, run.looking) {
                let key = (*name, block.device, block.subject.clone());
                match (block.kind, block.family) {
                    (MessageType::NEWADDR, 10) => _ = run.announced.insert(key),
                    (MessageType::DELADDR, 10) => _ = run.announced.remove(&key),
                    _ => {}
                }
                heard.push((name, block));
            }
        }
    }
}

/// Returns the events in an order that two runs of Linux have in common.
///
/// Linux looks at carriers, and at new IPv6 addresses, in workers: the order among several of them is as it
/// happens, and so is that among their events and others.
fn arranged_events(mut heard: Vec<Heard>) -> Vec<String> {
    heard.retain(|(_, block)| !block.is_chance());
    let (mut six, mut others): (Vec<Heard>, Vec<Heard>) =
        heard.into_iter().partition(|(_, block)| block.family == 10);
    let is_of_a_carrier = |(_, block): &Heard| {
        block.kind == MessageType::NEWLINK && block.sequence == 0 && block.detail == 0
    };
    let alike = |one: &Heard, other: &Heard| is_of_a_carrier(one) && is_of_a_carrier(other);
    for run in others.chunk_by_mut(alike) {
        run.sort_by_key(|(name, block)| (*name, block.device));
    }
    // A device's neighbours go in the order of a hash.
    let is_neighbour = |(_, block): &Heard| block.kind == MessageType::DELNEIGH;
    for run in others.chunk_by_mut(|one, other| is_neighbour(one) && is_neighbour(other)) {
        run.sort_by(|(one, a), (other, b)| {
            (one, a.device, &a.subject).cmp(&(other, b.device, &b.subject))
        });
    }
    six.sort_by(|(one, a), (other, b)| {
        (one, a.device, &a.subject).cmp(&(other, b.device, &b.subject))
    });
    let told = |(name, block): Heard| {
        block.lines.into_iter().map(move |line| match line.starts_with(' ') {
            true => line,
            false => format!("event {name}: {line}"),
        })
    };
    others.into_iter().chain(six).flat_map(told).collect()
}

/// Returns an answer in an order that two runs of Linux have in common: neighbours are dumped by a hash
/// whose key is drawn at random.
pub(super) fn arranged_answer(mut blocks: Vec<Block>) -> Vec<Block> {
    blocks.retain(|block| !block.is_chance());
    let is_neighbour = |block: &Block| block.kind == MessageType::NEWNEIGH;
    for run in blocks.chunk_by_mut(|one, other| is_neighbour(one) && is_neighbour(other)) {
        run.sort_by(|a, b| (a.family, a.device, &a.subject).cmp(&(b.family, b.device, &b.subject)));
    }
    blocks
}

/// Waits until Linux has looked at the devices' carriers. In its worker it does so in the order in which
/// they changed, on which that of routes may depend; what it puts off, up to a second, and what changes no
/// operational state, it does when it is asked about that one device.
fn wait_for_carriers(kernel: &dyn Kernel) {
    let Ok(socket) = kernel.socket(Family::NETLINK, SocketType::RAW, 0) else { return };
    let start = Instant::now();
    while start.elapsed() < PATIENCE && devices(socket.as_ref()).iter().any(|(_, waits)| *waits) {
        std::thread::sleep(PAUSE);
    }
    for (index, _) in devices(socket.as_ref()) {
        ask(socket.as_ref(), &LinkHeader { index, ..LinkHeader::default() });
    }
}

/// Returns whether an IPv6 address is there that was not told of yet, or whose detection is not over.
/// When patience is at its end, such addresses are not waited for again.
fn waits(run: &mut Run<'_, '_>, in_vain: bool) -> bool {
    let mut waits = false;
    for (name, kernel) in [("here", run.setting.here), ("there", run.setting.there)] {
        let Ok(socket) = kernel.socket(Family::NETLINK, SocketType::RAW, 0) else { continue };
        for (device, address, flags) in addresses(socket.as_ref()) {
            let key = (name, device, address);
            let over = run.announced.contains(&key) && !flags.contains(AddressFlags::TENTATIVE);
            let given_up = (name, device, [&key.2[..], &[0]].concat());
            if !over && !run.announced.contains(&given_up) {
                waits = !in_vain;
                if in_vain {
                    run.announced.insert(given_up);
                }
            }
        }
    }
    waits
}

/// Asks about one device.
fn ask(socket: &dyn Socket, body: &LinkHeader) -> Vec<Vec<u8>> {
    let mut encoder = Encoder::new();
    let head = Head::request(MessageType::GETLINK, MessageFlags::empty(), 0);
    let encoded = encoder.message(head, body, |_| {});
    encoded.map(|()| exchange(socket, encoder.as_bytes())).unwrap_or_default()
}

/// Returns the devices' indexes, and whether their operational state does not follow from their carrier yet.
fn devices(socket: &dyn Socket) -> Vec<(i32, bool)> {
    let mut encoder = Encoder::new();
    let head = Head::dump(MessageType::GETLINK, 0);
    if encoder.message(head, &LinkHeader::default(), |_| {}).is_err() {
        return Vec::new();
    }
    let datagrams = exchange(socket, encoder.as_bytes());
    let messages = datagrams.iter().flat_map(|datagram| Messages::new(datagram)).flatten();
    let waits = |link: &LinkMessage<'_>| {
        let (Ok(Some(carrier)), Ok(Some(state))) = (link.carrier(), link.operational_state())
        else {
            return false;
        };
        match carrier {
            true if link.flags().contains(DeviceFlags::UP) => {
                matches!(state, OperationalState::DOWN | OperationalState::LOWERLAYERDOWN)
            }
            true => false,
            false => state == OperationalState::UP,
        }
    };
    messages
        .filter_map(|message| LinkMessage::parse(&message).ok())
        .map(|link| (link.index(), waits(&link)))
        .collect()
}

/// Returns the IPv6 addresses: device, address, flags.
fn addresses(socket: &dyn Socket) -> Vec<(u32, Vec<u8>, AddressFlags)> {
    let mut encoder = Encoder::new();
    let family = ifctl_abi::rtnetlink::Family::INET6;
    if dump_addresses(&mut encoder, 0, family, None).is_err() {
        return Vec::new();
    }
    let datagrams = exchange(socket, encoder.as_bytes());
    let messages = datagrams.iter().flat_map(|datagram| Messages::new(datagram)).flatten();
    messages
        .filter_map(|message| AddressMessage::parse(&message).ok())
        .filter_map(|address| {
            let table = address.table();
            let own = table.get(IFA_LOCAL).or_else(|| table.get(IFA_ADDRESS))?;
            Some((address.index(), own.bytes().to_vec(), address.flags().ok()?))
        })
        .collect()
}
