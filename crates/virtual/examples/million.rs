//! Adds a million addresses to one device of a virtual kernel, lists them and removes them, and prints
//! what each costs in time and in memory.
//!
//! Each way to do it runs in a process of its own, so that none inherits another's memory.
//!
//! `cargo run --release -p ifctl-virtual --example million [COUNT]`
#![allow(clippy::print_stdout, reason = "an example prints")]

use ifctl_abi::ioctl::SIOCSIFADDR;
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::{DeviceFlags, DeviceName, Family, IfReq, SockAddr, SocketType};
use ifctl_kernel::{Errno, Kernel, Receive, Request, Socket};
use ifctl_netlink::{Address, Encoder, Head, Messages, dump_addresses};
use ifctl_virtual::VirtualKernel;
use std::net::Ipv4Addr;
use std::process::Command;
use std::time::Duration;

/// The index of `lo`.
const LO: u32 = 1;

/// As many messages as one send takes.
const BATCH: usize = 3000;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let count = words.first().map_or(Ok(1_000_000), |word| word.parse())?;
    match words.get(1).map(String::as_str) {
        Some("one") => netlink("secondaries of one network, by netlink", count, 8),
        Some("own") => netlink("each a network of its own (/32), by netlink", count, 32),
        Some(_) => aliases("aliases lo:0, lo:1, ..., by SIOCSIFADDR", count),
        None => {
            println!("{count} addresses on one device, per address:");
            for way in ["one", "own", "aliases"] {
                let program = std::env::current_exe()?;
                let status = Command::new(program).args([&count.to_string(), way]).status()?;
                if !status.success() {
                    return Err(format!("{way}: {status}").into());
                }
            }
            Ok(())
        }
    }
}

/// A kernel with `lo` up, a netlink socket and one for ioctls.
type Started = (VirtualKernel, Box<dyn Socket>, Box<dyn Socket>);

/// Starts a kernel.
fn start() -> Result<Started> {
    let kernel = VirtualKernel::new();
    let inet = kernel.socket(Family::INET, SocketType::DATAGRAM, 0)?;
    let mut up = IfReq::named(DeviceName::truncated(b"lo")).with(&DeviceFlags::UP.low());
    inet.ioctl(Request::SetFlags(&mut up))?;
    let netlink = kernel.socket(Family::NETLINK, SocketType::RAW, 0)?;
    Ok((kernel, netlink, inet))
}

fn netlink(what: &str, count: u32, length: u8) -> Result<()> {
    let (_kernel, socket, _) = start()?;
    let before = resident()?;
    let added = batches(socket.as_ref(), MessageType::NEWADDR, 0..count, length)?;
    let bytes = resident()?.saturating_sub(before);
    let listed = list(socket.as_ref(), count)?;
    let removed = batches(socket.as_ref(), MessageType::DELADDR, (0..count).rev(), length)?;
    print(what, count, bytes, &[("add", added), ("list", listed), ("remove", removed)]);
    Ok(())
}

fn batches(
    socket: &dyn Socket,
    kind: MessageType,
    numbers: impl Iterator<Item = u32>,
    length: u8,
) -> Result<Duration> {
    let mut encoder = Encoder::new();
    let mut time = Duration::ZERO;
    let mut send = |encoder: &mut Encoder| -> Result<()> {
        let start = busy()?;
        socket.send(encoder.as_bytes())?;
        time += busy()? - start;
        encoder.clear();
        Ok(())
    };
    for number in numbers {
        let local = Ipv4Addr::from_bits(0x0a00_0001 + number);
        let address = Address::new(LO, local.into(), length);
        address.encode(Head::request(kind, MessageFlags::CREATE, number), &mut encoder)?;
        if encoder.messages() == BATCH {
            send(&mut encoder)?;
        }
    }
    if !encoder.is_empty() {
        send(&mut encoder)?;
    }
    // Only refusals answer.
    match socket.receive(&mut [0; 4096], Receive::NOW) {
        Err(Errno::EAGAIN) => Ok(time),
        answer => Err(format!("refused: {answer:?}").into()),
    }
}

/// Lists all addresses, and returns how long the kernel took.
fn list(socket: &dyn Socket, count: u32) -> Result<Duration> {
    let mut encoder = Encoder::new();
    dump_addresses(&mut encoder, 1, ifctl_abi::rtnetlink::Family::INET, None)?;
    let mut buffer = vec![0; 64 * 1024];
    let mut listed = 0;
    let start = busy()?;
    socket.send(encoder.as_bytes())?;
    loop {
        let received = socket.receive(&mut buffer, Receive::NOW)?;
        let datagram = buffer.get(..received.copied).unwrap_or_default();
        for message in Messages::new(datagram) {
            match message?.kind() {
                MessageType::DONE if listed > count => return Ok(busy()? - start),
                MessageType::DONE => return Err(format!("{listed} addresses listed").into()),
                _ => listed += 1,
            }
        }
    }
}

fn aliases(what: &str, count: u32) -> Result<()> {
    let (_kernel, netlink, inet) = start()?;
    let before = resident()?;
    let mut requests: Vec<IfReq> = (0..count)
        .map(|number| {
            let local = Ipv4Addr::from_bits(0x0a00_0001 + number);
            let label = DeviceName::truncated(format!("lo:{number}").as_bytes());
            IfReq::named(label).with(&SockAddr::inet(local))
        })
        .collect();
    let laid = resident()?;
    let run = |requests: &mut [IfReq], number| -> Result<Duration> {
        let start = busy()?;
        for request in requests {
            inet.ioctl(Request::Other { number, argument: request })?;
        }
        Ok(busy()? - start)
    };
    let added = run(&mut requests, SIOCSIFADDR)?;
    let bytes = resident()?.saturating_sub(laid.max(before));
    let listed = list(netlink.as_ref(), count)?;
    let found = run(&mut requests.clone(), ifctl_abi::ioctl::SIOCGIFADDR)?;
    let zero = SockAddr::inet(Ipv4Addr::UNSPECIFIED);
    let mut requests: Vec<IfReq> =
        requests.iter().rev().map(|request| request.with(&zero)).collect();
    let removed = run(&mut requests, SIOCSIFADDR)?;
    let times = [("add", added), ("list", listed), ("find", found), ("remove", removed)];
    print(what, count, bytes, &times);
    Ok(())
}

fn print(what: &str, count: u32, bytes: usize, times: &[(&str, Duration)]) {
    println!("{what}");
    println!("  memory {:6} bytes", bytes / count.max(1) as usize);
    for (name, time) in times {
        println!("  {name:6} {:6} ns", time.as_nanos() / u128::from(count.max(1)));
    }
}

/// Returns how long this thread has been on a processor: others that are on it meanwhile do not count.
fn busy() -> Result<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let time = text.split_whitespace().next().unwrap_or_default().parse()?;
    Ok(Duration::from_nanos(time))
}

/// Returns how many bytes of memory this process holds.
fn resident() -> Result<usize> {
    let text = std::fs::read_to_string("/proc/self/statm")?;
    let pages: usize = text.split_whitespace().nth(1).unwrap_or_default().parse()?;
    Ok(pages * 4096)
}
