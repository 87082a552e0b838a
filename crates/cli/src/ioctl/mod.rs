//! `ifctl ioctl`: every request of netdevice(7), and those of ip(7), arp(7) and routes, by its name.

mod answer;
mod hint;
mod table;
mod words;

use crate::cli::Streams;
use crate::error::{CommandError, Kind, printed};
use crate::help::{Part, example};
use crate::near;
use crate::table::Table;
use anstream::adapter::strip_str;
use anstyle::{AnsiColor, Style};
use ifctl_netdevice::{Control, Family, Kernel};
use serde::Serialize;
use std::ffi::OsString;
use std::io::{self, Write};
use table::{Row, TABLE};
use words::Words;

/// What its help and manual page tell besides.
pub(crate) const HELP: &[Part] = &[
    Part::List(
        "Words",
        &[
            (
                "DEVICE",
                "A device's name. A request about a device cuts it at the first colon, as Linux does",
            ),
            ("LABEL", "A device's name, or an alias: eth0:0"),
            (
                "ADDRESS",
                "172.16.3.10; to SIOCSIFADDR also an IPv6 address, 2001:db8::1/64. With a request that reads: \
                 of several addresses of one label, the one that is meant",
            ),
            (
                "FLAGS",
                "UP,BROADCAST,RUNNING; also iff_up,..., or a number: 0x1043. SIOCSIFFLAGS writes the whole \
                 word: a flag that is not named is cleared, MULTICAST too. To change a single one, use ifctl \
                 ifconfig eth0 promisc",
            ),
            (
                "HARDWARE",
                "02:00:00:00:00:01; of other types than Ethernet's LOOPBACK/00:00:00:00:00:00",
            ),
            (
                "MAP",
                "mem_start=0x0 mem_end=0x0 base_addr=0x300 irq=7 dma=0 port=0; 0 for what is not given",
            ),
            (
                "ROUTE",
                "destination=10.0.0.0/8 gateway=172.16.3.200 dev=eth0 metric=1 mtu=N window=N irtt=N \
                 flags=REJECT; destination=2001:db8::/32 for an IPv6 route. Linux takes the metric of an IPv4 \
                 route as the priority plus one, and mtu as the MSS plus 40",
            ),
            (
                "ENTRY",
                "address=172.16.3.7 hardware_address=02:00:00:00:00:07 flags=COM,PERM dev=eth0",
            ),
        ],
    ),
    Part::Text(
        "What is printed is in the same form, so that it can be given back; control characters of names are \
         escaped (\\x1b), and backslashes doubled.",
    ),
    Part::Examples(&[
        example("ifctl ioctl SIOCGIFMTU eth0", "Print the MTU: 1500"),
        example("ifctl ioctl gifflags eth0", "SIOC can be left out, and case does not matter"),
        example(
            "ifctl ioctl SIOCSIFMTU eth0 1400",
            "Nothing is printed where the kernel returns nothing",
        ),
        example("ifctl ioctl SIOCSIFADDR eth0:0 172.16.3.10", "Set the address of an alias"),
        example(
            "ifctl ioctl SIOCGIFMTU lo --socket unix",
            "Ask on another socket, to see what it answers",
        ),
        example("ifctl ioctl SIOCGIFCONF --json | jq .value", "The IPv4 addresses as JSON"),
        example("ifctl ioctl --list", "All requests, and the words that they take"),
    ]),
    Part::List(
        "Exit status",
        &[
            ("0", "the kernel did it"),
            ("1", "the kernel refused"),
            ("2", "the words are not understood"),
        ],
    ),
];

/// Make one request of netdevice(7) or ip(7), as ioctl(2) does
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "ifctl ioctl [OPTIONS] REQUEST [DEVICE] [VALUE]...\n       ifctl ioctl --list"
)]
pub(crate) struct Arguments {
    /// List all requests: what words they take, what they print and need, and which sockets answer
    #[arg(long, conflicts_with_all = ["socket", "json"])]
    list: bool,
    /// Ask on a socket of this family [default: inet, for IPv6 addresses and routes inet6]
    #[arg(long, value_name = "FAMILY")]
    socket: Option<SocketFamily>,
    /// Print JSON: {"request": NAME, "value": what is printed}
    #[arg(long)]
    json: bool,
    /// The request: SIOCGIFMTU, gifmtu
    #[arg(required_unless_present = "list")]
    request: Option<String>,
    /// The request's words
    #[arg(value_name = "DEVICE, VALUE", allow_negative_numbers = true)]
    words: Vec<OsString>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum SocketFamily {
    Inet,
    Inet6,
    Unix,
    Packet,
    Netlink,
}

impl SocketFamily {
    fn family(self) -> Family {
        match self {
            Self::Inet => Family::INET,
            Self::Inet6 => Family::INET6,
            Self::Unix => Family::UNIX,
            Self::Packet => Family::PACKET,
            Self::Netlink => Family::NETLINK,
        }
    }
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    request: &'static str,
    value: answer::Answer,
}

/// Makes the request and prints what the kernel returned, or prints the list.
pub(crate) fn run(
    kernel: &dyn Kernel,
    streams: &mut Streams<'_>,
    arguments: &Arguments,
) -> Result<(), CommandError> {
    let Some(request) = &arguments.request else { return list(streams) };
    let row = table::find(request).ok_or_else(|| unknown(request))?;
    let mut words = Words::new(&arguments.words);
    let call = (row.parse)(&mut words).map_err(|fault| usage(row, &fault))?;
    let (subject, needed) = (words.named(), words.family());
    words.end().map_err(|fault| usage(row, &fault))?;
    let family = match arguments.socket.map(SocketFamily::family) {
        None => row.sockets.family(needed),
        Some(family) if row.sockets.agrees(family, needed) => family,
        Some(_) => {
            let fault = "IPv6 addresses go to --socket inet6, IPv4 addresses to all others: each \
                         takes another structure";
            return Err(usage(row, fault));
        }
    };
    let refused = |error| hint::explain(kernel, error, row, family, subject);
    let control = Control::open(kernel, family).map_err(refused)?;
    let value = call(&control).map_err(refused)?;
    let out = &mut streams.out;
    printed(if arguments.json {
        serde_json::to_writer(&mut *out, &Document { request: row.name, value })
            .map_err(io::Error::from)
            .and_then(|()| writeln!(out))
    } else {
        write!(out, "{value}")
    })
}

/// Returns the names of all requests.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|row| row.name)
}

/// Returns the name of each request, the words behind it, and what there is to know of it in a sentence or two.
pub(crate) fn requests() -> impl Iterator<Item = (&'static str, &'static str, String)> {
    TABLE.iter().map(|row| {
        let prints = if row.prints.is_empty() { "nothing" } else { row.prints };
        let (needs, sockets) = (row.needs.text(), row.sockets.text());
        let manual = row.manual;
        let about = format!(
            "Prints {prints}. Needs {needs}. Sockets that answer: {sockets}. See {manual}."
        );
        (row.name, row.words, about)
    })
}

fn unknown(request: &str) -> CommandError {
    let names: Vec<_> = TABLE
        .iter()
        .flat_map(|row| [row.name, row.name.trim_start_matches("SIOC")])
        .map(String::from)
        .collect();
    let error = CommandError::new(Kind::Usage, format!("{request} is no request that I know"));
    match near::hint(request, "requests", &names) {
        Some(hint) => error.hint(hint),
        None => error.hint("all requests: ifctl ioctl --list"),
    }
}

fn usage(row: &Row, fault: &str) -> CommandError {
    CommandError::new(Kind::Usage, format!("{}: {fault}", row.name))
        .hint(format!("usage: ifctl ioctl {} {}", row.name, row.words))
        .hint("what the words mean: ifctl ioctl --help")
}

fn list(streams: &mut Streams<'_>) -> Result<(), CommandError> {
    let (plain, bold) = (Style::new(), Style::new().bold());
    let mut list = Table::new(&[0]);
    list.line(0);
    for title in ["REQUEST", "WORDS", "PRINTS", "NEEDS", "SOCKETS", "MANUAL"] {
        list.cell(bold, title);
    }
    for row in TABLE {
        list.line(0);
        list.cell(AnsiColor::Cyan.on_default(), row.name);
        list.cell(plain, row.words);
        list.cell(plain, row.prints);
        let needs = if row.needs == table::Privilege::Nothing {
            plain
        } else {
            AnsiColor::Yellow.on_default()
        };
        list.cell(needs, row.needs.text());
        list.cell(plain, row.sockets.text());
        list.cell(plain, row.manual);
    }
    let list = list.render();
    printed(if streams.in_colour {
        streams.out.write_all(list.as_bytes())
    } else {
        write!(streams.out, "{}", strip_str(&list))
    })
}
