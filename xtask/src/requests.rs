//! Requests per second: the same requests to the model and to Linux, in turn, in one run.
//!
//! Both have the same devices, addresses and routes; Linux in a network namespace of its own, which this program
//! enters by running itself again. What is measured of Linux holds the system call, and of the model its lock.

use crate::namespaces;
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::{Family as RouteFamily, LinkHeader};
use ifctl_abi::{DeviceFlags, DeviceName, Family, IfReq, SockAddr, SocketType};
use ifctl_conformance::ip;
use ifctl_kernel::{Errno, Kernel, Receive, Request, Socket};
use ifctl_linux::Linux;
use ifctl_netlink::{
    Address, EncodeError, Encoder, Head, LinkFilter, RouteFilter, dump_addresses, dump_links,
    dump_routes,
};
use ifctl_virtual::VirtualKernel;
use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

type Result<T> = std::result::Result<T, String>;
type Answer = std::result::Result<(), Errno>;

/// Set in the process that is inside the private namespace.
const INSIDE: &str = "IFCTL_REQUESTS_INSIDE";
/// How many times as fast as Linux the model is to answer what only reads.
const GOAL: f64 = 1.0;
/// Rounds at the least.
const ROUNDS: usize = 21;

/// A kernel, and its caller's sockets.
struct Asker {
    inet: Box<dyn Socket>,
    netlink: Box<dyn Socket>,
    buffer: Vec<u8>,
    times: Vec<Duration>,
}

/// What is asked: a name, whether it only reads, how many requests one turn of it makes, how often it is turned
/// in a round, and the turn.
struct Row {
    name: &'static str,
    is_read: bool,
    requests: u32,
    turns: u32,
    turn: fn(&mut Asker, &Messages) -> Answer,
}

const ROWS: [Row; 7] = [
    Row { name: "ioctl: ten questions", is_read: true, requests: 10, turns: 200, turn: questions },
    Row {
        name: "netlink: one device",
        is_read: true,
        requests: 1,
        turns: 500,
        turn: |asker, messages| asker.ask(&messages.device),
    },
    Row {
        name: "netlink: devices",
        is_read: true,
        requests: 1,
        turns: 200,
        turn: |asker, messages| asker.ask(&messages.devices),
    },
    Row {
        name: "netlink: 100 addresses",
        is_read: true,
        requests: 1,
        turns: 100,
        turn: |asker, messages| asker.ask(&messages.addresses),
    },
    Row {
        name: "netlink: all 400 IPv4 routes",
        is_read: true,
        requests: 1,
        turns: 100,
        turn: |asker, messages| asker.ask(&messages.routes),
    },
    Row {
        name: "ioctl: an alias, set, deleted",
        is_read: false,
        requests: 2,
        turns: 50,
        turn: alias,
    },
    Row {
        name: "netlink: an address, added, deleted",
        is_read: false,
        requests: 2,
        turns: 50,
        turn: address,
    },
];

/// Measures as the words ask for.
pub(crate) fn run(words: &[String]) -> Result<()> {
    let seconds = match words {
        [] => 3,
        [option, value] if option == "--seconds" => {
            value.parse().map_err(|error| format!("--seconds {value}: {error}"))?
        }
        _ => return Err("requests: --seconds N is all that it knows".to_owned()),
    };
    if std::env::var_os(INSIDE).is_some() {
        return measure(Duration::from_secs(seconds));
    }
    let words: Vec<&str> =
        std::iter::once("requests").chain(words.iter().map(String::as_str)).collect();
    namespaces::enter("", &[], &words, (INSIDE, "1"))
}

fn measure(time: Duration) -> Result<()> {
    let model = VirtualKernel::new();
    let set_up = set_up();
    for kernel in [&model as &dyn Kernel, &Linux] {
        ip(kernel, &set_up);
    }
    model.advance(Duration::from_secs(1));
    let failed = |errno: Errno| format!("requests: {errno}");
    let mut askers = [Asker::new(&model).map_err(failed)?, Asker::new(&Linux).map_err(failed)?];
    let messages = Messages::new()?;
    println!("Requests per second, by the median of rounds in turn.");
    println!(
        "{:<36} {:>6} | {:>12} | {:>12} | {:>6} | goal",
        "row", "rounds", "model", "Linux", "ratio"
    );
    for row in &ROWS {
        askers.iter_mut().for_each(|asker| asker.times.clear());
        let start = Instant::now();
        let mut rounds = 0;
        while rounds < ROUNDS || start.elapsed() < time {
            // Each begins as often as the other.
            askers.rotate_left(1);
            for asker in &mut askers {
                asker.round(row, &messages).map_err(|errno| format!("{}: {errno}", row.name))?;
            }
            rounds += 1;
        }
        if rounds % 2 == 1 {
            askers.rotate_left(1);
        }
        let [model, linux] = askers.each_ref().map(|asker| asker.rate(row));
        let ratio = model / linux;
        let goal = match row.is_read {
            true if ratio >= GOAL => "1 x Linux: met",
            true => "1 x Linux: MISSED",
            false => "none: it changes",
        };
        println!(
            "{:<36} {rounds:>6} | {model:>12.0} | {linux:>12.0} | {ratio:>6.2} | {goal}",
            row.name
        );
    }
    Ok(())
}

/// Returns lines that make a device with a hundred addresses, ten aliases among them, and a hundred routes besides
/// theirs.
fn set_up() -> String {
    let mut lines = String::from(
        "link set lo up; link add e0 address 02:00:00:00:00:01 type veth peer name p0 address \
         02:00:00:00:00:02; link set e0 up; link set p0 up",
    );
    for number in 0..100 {
        let label = if number % 10 == 0 { format!(" label e0:{number}") } else { String::new() };
        let _ = write!(lines, "; addr add 10.1.{number}.1/24 brd + dev e0{label}");
        let _ = write!(lines, "; route add 10.2.{number}.0/24 dev e0");
    }
    lines
}

impl Asker {
    fn new(kernel: &dyn Kernel) -> std::result::Result<Self, Errno> {
        Ok(Self {
            inet: kernel.socket(Family::INET, SocketType::DATAGRAM, 0)?,
            netlink: kernel.socket(Family::NETLINK, SocketType::RAW, 0)?,
            buffer: vec![0; 32 * 1024],
            times: Vec::new(),
        })
    }

    /// Carries a row's turns out, and keeps how long they took.
    fn round(&mut self, row: &Row, messages: &Messages) -> Answer {
        let start = Instant::now();
        for _ in 0..row.turns {
            (row.turn)(self, messages)?;
        }
        self.times.push(start.elapsed());
        Ok(())
    }

    /// Returns how many requests were answered in a second, by the median of the rounds.
    fn rate(&self, row: &Row) -> f64 {
        let mut times = self.times.clone();
        times.sort();
        let median = times.get(times.len() / 2).map(Duration::as_secs_f64).unwrap_or_default();
        f64::from(row.requests * row.turns) / median
    }

    /// Sends a message and takes its answer to the end.
    fn ask(&mut self, message: &[u8]) -> Answer {
        self.netlink.send(message)?;
        loop {
            let received = self.netlink.receive(&mut self.buffer, Receive::WAIT)?;
            let datagram = self.buffer.get(..received.copied).unwrap_or_default();
            let mut rest = datagram;
            let mut is_part = false;
            while let Some((length, kind, flags)) = head(rest) {
                match kind {
                    MessageType::DONE => return Ok(()),
                    MessageType::ERROR => {
                        let code = rest.get(16..20).and_then(|code| code.try_into().ok());
                        let errno = -code.map_or(0, i32::from_ne_bytes);
                        return if errno == 0 { Ok(()) } else { Err(Errno::new(errno)) };
                    }
                    _ => is_part = flags.contains(MessageFlags::MULTI),
                }
                rest = rest.get(length.max(1)..).unwrap_or_default();
            }
            if !is_part {
                return Ok(());
            }
        }
    }
}

/// Returns a message's length with its padding, its kind and its flags.
fn head(bytes: &[u8]) -> Option<(usize, MessageType, MessageFlags)> {
    let length = u32::from_ne_bytes(*bytes.first_chunk()?);
    let half = |at: usize| Some(u16::from_ne_bytes(*bytes.get(at..)?.first_chunk()?));
    let length = usize::try_from(length).ok()?.next_multiple_of(4);
    Some((length, MessageType(half(4)?), MessageFlags::from_bits_retain(half(6)?)))
}

/// What is asked by netlink.
struct Messages {
    device: Vec<u8>,
    devices: Vec<u8>,
    addresses: Vec<u8>,
    routes: Vec<u8>,
    add: Vec<u8>,
    delete: Vec<u8>,
}

impl Messages {
    fn new() -> Result<Self> {
        let device = Head::request(MessageType::GETLINK, MessageFlags::empty(), 1);
        let added = MessageFlags::CREATE | MessageFlags::EXCL | MessageFlags::ACK;
        // The device's index, on both kernels: the cable's other end was there before it.
        let address = Address::new(3, Ipv4Addr::new(10, 3, 0, 1).into(), 24);
        let change =
            |kind, flags| written(|encoder| address.encode(Head::request(kind, flags, 1), encoder));
        Ok(Self {
            device: written(|encoder| {
                encoder.message(device, &LinkHeader { index: 3, ..LinkHeader::default() }, |_| {})
            })?,
            devices: written(|encoder| dump_links(encoder, 1, &LinkFilter::default()))?,
            addresses: written(|encoder| dump_addresses(encoder, 1, RouteFamily::INET, None))?,
            routes: written(|encoder| {
                let filter = RouteFilter { family: RouteFamily::INET, ..RouteFilter::default() };
                dump_routes(encoder, 1, &filter)
            })?,
            add: change(MessageType::NEWADDR, added)?,
            delete: change(MessageType::DELADDR, MessageFlags::ACK)?,
        })
    }
}

/// Returns a message that an encoder was given.
fn written(
    write: impl FnOnce(&mut Encoder) -> std::result::Result<(), EncodeError>,
) -> Result<Vec<u8>> {
    let mut encoder = Encoder::new();
    write(&mut encoder).map_err(|error| format!("requests: {error}"))?;
    Ok(encoder.into_bytes())
}

fn record(name: &[u8]) -> IfReq {
    IfReq::named(DeviceName::truncated(name))
}

/// What `ifconfig e0` asks, and for an alias.
fn questions(asker: &mut Asker, _: &Messages) -> Answer {
    let inet = asker.inet.as_ref();
    inet.ioctl(Request::GetFlags(&mut record(b"e0")))?;
    inet.ioctl(Request::GetMtu(&mut record(b"e0")))?;
    inet.ioctl(Request::GetHardwareAddress(&mut record(b"e0")))?;
    inet.ioctl(Request::GetMap(&mut record(b"e0")))?;
    inet.ioctl(Request::GetMetric(&mut record(b"e0")))?;
    inet.ioctl(Request::GetTxQueueLength(&mut record(b"e0")))?;
    inet.ioctl(Request::GetIndex(&mut record(b"e0")))?;
    inet.ioctl(Request::GetAddress(&mut record(b"e0:0")))?;
    inet.ioctl(Request::GetBroadcast(&mut record(b"e0:50")))?;
    inet.ioctl(Request::GetNetmask(&mut record(b"e0:90")))
}

fn alias(asker: &mut Asker, _: &Messages) -> Answer {
    let address = SockAddr::inet(Ipv4Addr::new(10, 4, 0, 1));
    asker.inet.ioctl(Request::SetAddress(&mut record(b"e0:new").with(&address)))?;
    // Taking an alias down deletes it.
    let down = DeviceFlags::empty().low();
    asker.inet.ioctl(Request::SetFlags(&mut record(b"e0:new").with(&down)))
}

fn address(asker: &mut Asker, messages: &Messages) -> Answer {
    asker.ask(&messages.add)?;
    asker.ask(&messages.delete)
}
