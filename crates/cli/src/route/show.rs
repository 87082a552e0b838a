//! The IPv4 routing table.

use super::options::Options;
use crate::output::{Output, Text};
use crate::resolve::Resolver;
use ifctl_netdevice::proc::{RouteEntry, parse_route};
use ifctl_netdevice::{Errno, Kernel, RouteFlags};
use std::net::Ipv4Addr;
use std::path::Path;

/// Which columns are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    /// None.
    Nothing,
    /// Metric, references and uses.
    Plain,
    /// What TCP is told.
    Tcp,
    /// All of it.
    Wide,
}

impl Format {
    /// Returns the format for so many `-e`; the fourth comes round again.
    fn of(extend: usize) -> Self {
        match extend % 4 {
            0 => Self::Plain,
            1 => Self::Tcp,
            2 => Self::Wide,
            _ => Self::Nothing,
        }
    }
}

/// Appends the tables that the options ask for.
pub(super) fn tables(kernel: &dyn Kernel, output: &mut Output, options: &Options) -> u8 {
    let format = Format::of(options.extend);
    if options.fib || !options.cache {
        let file = match read(kernel, output, "/proc/net/route") {
            Ok(file) => file,
            Err(status) => return status,
        };
        let names = (!options.numeric).then(|| Resolver::new(output.surroundings()));
        table(output.text(), &file, format, names);
    }
    if options.cache {
        // The cache went in Linux 3.6; its file stayed, empty.
        if let Err(status) = read(kernel, output, "/proc/net/rt_cache") {
            return status;
        }
        output.text().str("Kernel IP routing cache\n");
        output.text().str(match format {
            Format::Nothing => "",
            Format::Plain => {
                "Source          Destination     Gateway         Flags Metric Ref    Use Iface\n"
            }
            Format::Tcp => {
                "Source          Destination     Gateway         Flags   MSS Window  irtt Iface\n"
            }
            Format::Wide => concat!(
                "Source          Destination     Gateway         Flags Metric Ref    Use Iface    ",
                "MSS   Window irtt  TOS HHRef HHUptod     SpecDst\n"
            ),
        });
    }
    0
}

fn read(kernel: &dyn Kernel, output: &mut Output, path: &str) -> Result<Vec<u8>, u8> {
    kernel.read(Path::new(path)).map_err(|errno: Errno| {
        output.complain(&[path.as_bytes(), b": ", errno.to_string().as_bytes()]);
        output.text().str("INET (IPv4) not configured in this system.\n");
        1
    })
}

fn table(text: &mut Text, file: &[u8], format: Format, mut names: Option<Resolver>) {
    text.str("Kernel IP routing table\n");
    text.str(match format {
        Format::Nothing => return,
        Format::Plain => {
            "Destination     Gateway         Genmask         Flags Metric Ref    Use Iface\n"
        }
        Format::Tcp => {
            "Destination     Gateway         Genmask         Flags   MSS Window  irtt Iface\n"
        }
        Format::Wide => concat!(
            "Destination     Gateway         Genmask         Flags Metric Ref    Use Iface    ",
            "MSS   Window irtt\n"
        ),
    });
    text.reserve(file.len());
    for route in parse_route(file).flatten().filter(|route| route.flags.contains(RouteFlags::UP)) {
        row(text, &route, format, names.as_mut());
    }
}

fn row(text: &mut Text, route: &RouteEntry, format: Format, mut names: Option<&mut Resolver>) {
    let rejected = route.flags.contains(RouteFlags::REJECT);
    let mark = text.mark();
    destination(text, route, names.as_deref_mut());
    text.pad_to(mark, 16);
    let mark = text.mark();
    if rejected {
        text.byte(b'-');
    } else {
        gateway(text, route.gateway, names);
    }
    text.pad_to(mark, 16);
    let mark = text.mark();
    text.ipv4(route.mask);
    text.pad_to(mark, 16);
    let mark = text.mark();
    flags(text, route.flags);
    text.pad_to(mark, 5);
    text.byte(b' ');
    let device = route.device.as_ref().map_or(&b"*"[..], |name| name.as_bytes());
    match (format, rejected) {
        (Format::Nothing, _) => {}
        (Format::Plain, _) | (Format::Wide, true) => {
            let mark = text.mark();
            text.signed(i64::from(route.metric.cast_signed()));
            text.pad_to(mark, 6);
            text.byte(b' ');
            if rejected {
                text.str("-  ");
                text.number_right(u64::from(route.uses), 7);
                text.str(if format == Format::Plain { " -" } else { " -        -     -      -" });
            } else {
                text.number_left(u64::from(route.references), 2);
                text.byte(b' ');
                text.number_right(u64::from(route.uses), 7);
                text.byte(b' ');
                text.name(device);
            }
        }
        (Format::Tcp, true) => text.str("    - -          - -"),
        (Format::Tcp, false) => {
            text.number_right(u64::from(route.mtu), 5);
            text.byte(b' ');
            text.number_left(u64::from(route.window), 5);
            text.byte(b' ');
            text.number_right(u64::from(route.irtt), 6);
            text.byte(b' ');
            text.name(device);
        }
        (Format::Wide, false) => {
            let mark = text.mark();
            text.signed(i64::from(route.metric.cast_signed()));
            text.pad_to(mark, 6);
            text.byte(b' ');
            text.number_left(u64::from(route.references), 3);
            text.byte(b' ');
            text.number_right(u64::from(route.uses), 6);
            text.byte(b' ');
            let mark = text.mark();
            text.name(device.get(..6).unwrap_or(device));
            text.pad_to(mark, 9);
            text.number_left(u64::from(route.mtu), 5);
            text.byte(b' ');
            text.number_left(u64::from(route.window), 6);
            text.byte(b' ');
            text.number(u64::from(route.irtt));
        }
    }
    text.byte(b'\n');
}

/// Appends the destination: a name if there is one and names are wanted. Names are cut.
fn destination(text: &mut Text, route: &RouteEntry, names: Option<&mut Resolver>) {
    let address = route.destination;
    let Some(names) = names else { return text.ipv4(address) };
    if address.is_unspecified() {
        return if route.mask.is_unspecified() { text.str("default") } else { text.ipv4(address) };
    }
    let host =
        route.flags.contains(RouteFlags::HOST) || address.to_bits() & !route.mask.to_bits() != 0;
    let name =
        if host { names.name_of_host(address.into()) } else { names.name_of_network(address) };
    name_or(text, name, address);
}

fn gateway(text: &mut Text, address: Ipv4Addr, names: Option<&mut Resolver>) {
    match names {
        Some(names) if !address.is_unspecified() => {
            name_or(text, names.name_of_host(address.into()), address);
        }
        _ => text.ipv4(address),
    }
}

fn name_or(text: &mut Text, name: Option<&[u8]>, address: Ipv4Addr) {
    match name {
        Some(name) => text.name(name.get(..15).unwrap_or(name)),
        None => text.ipv4(address),
    }
}

/// Appends the letters of the flags. `!` takes the place of those before it.
fn flags(text: &mut Text, flags: RouteFlags) {
    if flags.contains(RouteFlags::REJECT) {
        text.byte(b'!');
    } else {
        text.byte(b'U');
        if flags.contains(RouteFlags::GATEWAY) {
            text.byte(b'G');
        }
    }
    for (flag, letter) in [
        (RouteFlags::HOST, b'H'),
        (RouteFlags::REINSTATE, b'R'),
        (RouteFlags::DYNAMIC, b'D'),
        (RouteFlags::MODIFIED, b'M'),
    ] {
        if flags.contains(flag) {
            text.byte(letter);
        }
    }
}
