//! Waiting until nothing more happens.
//!
//! Linux does some of the work later, in workers: what follows from a carrier, and duplicate address
//! detection. The model does it when time passes.

use super::Looking;
use super::perform::Run;
use super::words;
use crate::both::Setting;
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::{AddressFlags, LinkHeader};
use ifctl_abi::{DeviceFlags, Family, SocketType};
use ifctl_kernel::{Kernel, Receive, Socket};
use ifctl_netlink::{
    Address, AddressMessage, Encoder, Head, LinkMessage, Messages, dump_addresses,
};
use std::path::Path;
use std::time::Duration;

/// How often a worker of Linux' is waited for, a fifth of a millisecond each time.
const PATIENCE: usize = 250;

/// Switches off what would happen by itself: detection of duplicate addresses, which takes a second, and
/// asking for routers; IPv6 where it is not looked at.
pub(super) fn quieten(setting: &Setting<'_>, looking: Looking) {
    let mut settings = vec![("ipv6", "accept_dad"), ("ipv6", "router_solicitations")];
    if !looking.ipv6 {
        settings = vec![];
    }
    for kernel in [setting.here, setting.there] {
        for whose in ["default", "all"] {
            for (family, name) in &settings {
                let path = format!("/proc/sys/net/{family}/conf/{whose}/{name}");
                // A model may not have the setting: then it does not do by itself what it switches off.
                let _ = kernel.write(Path::new(&path), b"0\n");
            }
            if !looking.ipv6 {
                let path = format!("/proc/sys/net/ipv6/conf/{whose}/disable_ipv6");
                let _ = kernel.write(Path::new(&path), b"1\n");
            }
        }
    }
}

/// Waits until nothing more happens, and returns the events since the last time.
pub(super) fn settle(run: &mut Run<'_, '_>) -> Vec<String> {
    let mut heard = Vec::new();
    loop {
        match run.setting.model {
            Some(model) => model.advance(Duration::from_millis(1)),
            None => {
                for kernel in [run.setting.here, run.setting.there] {
                    settle_namespace(kernel, run.looking);
                }
            }
        }
        let before = heard.len();
        for (name, socket) in &run.listeners {
            heard.extend(drain(name, socket.as_ref(), run));
        }
        if heard.len() == before {
            return heard;
        }
    }
}

/// Takes the events that are there.
fn drain(name: &str, socket: &dyn Socket, run: &Run<'_, '_>) -> Vec<String> {
    let mut buffer = vec![0; 64 * 1024];
    let mut lines = Vec::new();
    while let Ok(received) = socket.receive(&mut buffer, Receive::NOW) {
        let datagram = buffer.get(..received.copied).unwrap_or_default();
        for line in words::datagram(datagram, &run.ports, run.looking) {
            lines.push(match line.starts_with(' ') {
                true => line,
                false => format!("event {name}: {line}"),
            });
        }
    }
    lines
}

/// Makes Linux do what it would do a moment later.
fn settle_namespace(kernel: &dyn Kernel, looking: Looking) {
    let Ok(socket) = kernel.socket(Family::NETLINK, SocketType::RAW, 0) else { return };
    let devices = devices(socket.as_ref());
    // To be asked about one device makes Linux look at its carrier first.
    for (index, _) in &devices {
        let body = LinkHeader { index: *index, ..LinkHeader::default() };
        ask(socket.as_ref(), &body);
    }
    if !looking.ipv6 {
        return;
    }
    for _ in 0..PATIENCE {
        let running: Vec<u32> = self::devices(socket.as_ref())
            .into_iter()
            .filter(|(_, flags)| flags.contains(DeviceFlags::UP | DeviceFlags::RUNNING))
            .filter_map(|(index, _)| u32::try_from(index).ok())
            .collect();
        if !tentative(socket.as_ref()).iter().any(|index| running.contains(index)) {
            return;
        }
        std::thread::sleep(Duration::from_micros(200));
    }
}

/// Asks about one device.
fn ask(socket: &dyn Socket, body: &LinkHeader) -> Vec<Vec<u8>> {
    let mut encoder = Encoder::new();
    let head = Head::request(MessageType::GETLINK, MessageFlags::empty(), 0);
    let encoded = encoder.message(head, body, |_| {});
    encoded.map(|()| exchange(socket, encoder.as_bytes())).unwrap_or_default()
}

/// Sends and takes what is answered.
pub(super) fn exchange(socket: &dyn Socket, bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut datagrams = Vec::new();
    if socket.send(bytes).is_ok() {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(received) = socket.receive(&mut buffer, Receive::NOW) {
            datagrams.push(buffer.get(..received.copied).unwrap_or_default().to_vec());
        }
    }
    datagrams
}

/// Returns the devices' indexes and flags.
fn devices(socket: &dyn Socket) -> Vec<(i32, DeviceFlags)> {
    let mut encoder = Encoder::new();
    let head = Head::dump(MessageType::GETLINK, 0);
    if encoder.message(head, &LinkHeader::default(), |_| {}).is_err() {
        return Vec::new();
    }
    let datagrams = exchange(socket, encoder.as_bytes());
    let messages = datagrams.iter().flat_map(|datagram| Messages::new(datagram)).flatten();
    messages
        .filter_map(|message| LinkMessage::parse(&message).ok())
        .map(|link| (link.index(), link.flags()))
        .collect()
}

/// Returns the devices of the IPv6 addresses whose detection is not over.
fn tentative(socket: &dyn Socket) -> Vec<u32> {
    let mut encoder = Encoder::new();
    let family = ifctl_abi::rtnetlink::Family::INET6;
    if dump_addresses(&mut encoder, 0, family, None).is_err() {
        return Vec::new();
    }
    let datagrams = exchange(socket, encoder.as_bytes());
    let messages = datagrams.iter().flat_map(|datagram| Messages::new(datagram)).flatten();
    let addresses: Vec<Address<'_>> = messages
        .filter_map(|message| AddressMessage::parse(&message).ok())
        .map(|address| address.value_reporting(&mut |_| {}))
        .collect();
    let waits = |address: &&Address<'_>| {
        address.flags.contains(AddressFlags::TENTATIVE)
            && !address.flags.contains(AddressFlags::DADFAILED)
    };
    addresses.iter().filter(waits).map(|address| address.index).collect()
}
