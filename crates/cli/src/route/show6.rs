//! The IPv6 routing tables: all of them, local routes too.

use super::options::Options;
use crate::output::{Output, Text};
use crate::resolve::Resolver;
use ifctl_netdevice::Kernel;
use std::net::Ipv6Addr;
use std::path::Path;

const FILE: &str = "/proc/net/ipv6_route";
const HEADER: &str =
    "Destination                    Next Hop                   Flag Met Ref  Use If\n";

/// A route that a packet made, as the cache once held.
const CACHE: u32 = 0x0100_0000;

/// The letters of the flags, in order; the kernel's `include/uapi/linux/{route,ipv6_route}.h`.
const LETTERS: [(u32, u8); 11] = [
    (0x0002, b'G'),
    (0x0004, b'H'),
    (0x0001_0000, b'D'),
    (0x0004_0000, b'A'),
    (CACHE, b'C'),
    (0x0002_0000, b'a'),
    (0x0040_0000, b'e'),
    (0x0020, b'm'),
    (0x0020_0000, b'n'),
    (0x0200_0000, b'f'),
    (0, 0),
];
const UP: u32 = 0x0001;
const REJECT: u32 = 0x0200;

/// A line of the file.
#[derive(Debug, PartialEq, Eq)]
struct Route<'a> {
    destination: Ipv6Addr,
    prefix_length: u32,
    next_hop: Ipv6Addr,
    metric: u32,
    references: u32,
    uses: u32,
    flags: u32,
    device: &'a [u8],
}

/// Appends the tables that the options ask for.
pub(super) fn tables(kernel: &dyn Kernel, output: &mut Output, options: &Options) -> u8 {
    let file = match kernel.read(Path::new(FILE)) {
        Ok(file) => file,
        Err(errno) => {
            output.complain(&[FILE.as_bytes(), b": ", errno.to_string().as_bytes()]);
            output.text().str("INET6 (IPv6) not configured in this system.\n");
            return 1;
        }
    };
    let mut names = (!options.numeric).then(|| Resolver::new(output.surroundings()));
    let text = output.text();
    if options.fib || !options.cache {
        text.str("Kernel IPv6 routing table\n");
        text.str(HEADER);
        for route in lines(&file).filter(|route| route.flags & CACHE == 0) {
            row(text, &route, names.as_mut());
        }
    }
    if options.cache {
        text.str("Kernel IPv6 routing cache\n");
        text.str(HEADER);
        for route in lines(&file).filter(|route| route.flags & CACHE != 0) {
            row(text, &route, names.as_mut());
        }
    }
    0
}

fn row(text: &mut Text, route: &Route<'_>, mut names: Option<&mut Resolver>) {
    let mark = text.mark();
    address(text, route.destination, names.as_deref_mut());
    text.byte(b'/');
    text.number(u64::from(route.prefix_length));
    text.pad_to(mark, 30);
    text.byte(b' ');
    let mark = text.mark();
    address(text, route.next_hop, names);
    text.pad_to(mark, 26);
    text.byte(b' ');
    let mark = text.mark();
    if route.flags & REJECT != 0 {
        text.byte(b'!');
    } else if route.flags & UP != 0 {
        text.byte(b'U');
    }
    for (flag, letter) in LETTERS {
        if route.flags & flag != 0 {
            text.byte(letter);
        }
    }
    text.pad_to(mark, 4);
    text.byte(b' ');
    let mark = text.mark();
    text.signed(i64::from(route.metric.cast_signed()));
    text.pad_to(mark, 3);
    text.byte(b' ');
    text.signed(i64::from(route.references.cast_signed()));
    text.byte(b' ');
    let uses = route.uses.cast_signed();
    if uses < 0 {
        text.signed(i64::from(uses));
    } else {
        text.number_right(u64::from(route.uses), 6);
    }
    text.byte(b' ');
    text.name(route.device);
    text.byte(b'\n');
}

/// Appends an address, or its name if names are wanted and it has one.
fn address(text: &mut Text, address: Ipv6Addr, names: Option<&mut Resolver>) {
    match names {
        None => text.ipv6(address),
        Some(_) if address.is_unspecified() => text.str("[::]"),
        Some(names) => match names.name_of_host(address.into()) {
            Some(name) => text.name(name),
            None => text.ipv6(address),
        },
    }
}

/// Reads the file; a line that is not understood is left out.
fn lines(file: &[u8]) -> impl Iterator<Item = Route<'_>> {
    file.split(|byte| *byte == b'\n').filter_map(|line| {
        let mut columns = line.split(u8::is_ascii_whitespace).filter(|column| !column.is_empty());
        let destination = columns.next().and_then(in_hexadecimal)?;
        let prefix_length = columns.next().and_then(number)?;
        let _source = columns.next()?;
        let _source_length = columns.next()?;
        let next_hop = columns.next().and_then(in_hexadecimal)?;
        let metric = columns.next().and_then(number)?;
        let references = columns.next().and_then(number)?;
        let uses = columns.next().and_then(number)?;
        let flags = columns.next().and_then(number)?;
        let device = columns.next()?;
        Some(Route {
            destination,
            prefix_length,
            next_hop,
            metric,
            references,
            uses,
            flags,
            device,
        })
    })
}

fn in_hexadecimal(digits: &[u8]) -> Option<Ipv6Addr> {
    let digits = std::str::from_utf8(digits).ok().filter(|digits| digits.len() == 32)?;
    u128::from_str_radix(digits, 16).ok().map(Ipv6Addr::from_bits)
}

fn number(digits: &[u8]) -> Option<u32> {
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_kernel_s_is_read_and_nonsense_left_out() {
        let file = b"20010db8000500000000000000000000 40 00000000000000000000000000000000 00 \
            00000000000000000000000000000000 00000100 00000001 00000000 00000001       e0\n\
            nonsense\n\n";
        let routes: Vec<_> = lines(file).collect();
        assert_eq!(routes.len(), 1);
        assert_eq!(routes[0].destination.to_string(), "2001:db8:5::");
        assert_eq!((routes[0].prefix_length, routes[0].metric), (64, 256));
        let mut text = Text::default();
        row(&mut text, &routes[0], None);
        let expected =
            "2001:db8:5::/64                ::                         U    256 1      0 e0\n";
        assert_eq!(text.as_bytes(), expected.as_bytes());
    }
}
