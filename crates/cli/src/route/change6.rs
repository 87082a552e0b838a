//! Adding and deleting IPv6 routes.

use super::words::{Part, WORDS};
use super::{Action, LOOKUP, REFUSED, Stop, metric};
use crate::number::strtol;
use crate::output::Output;
use crate::resolve::{Resolver, held};
use crate::words::find;
use ifctl_netdevice::{Control, DeviceName, Error, Family, Kernel, Route6Request, RouteFlags};
use std::net::Ipv6Addr;

/// Adds or deletes the route that the words describe.
pub(super) fn run(
    kernel: &dyn Kernel,
    output: &Output,
    action: Action,
    words: &[&[u8]],
) -> Result<(), Stop> {
    let (mut route, device) = read(output, words)?;
    let refused = |error: &Error, request: &[u8]| {
        let text = error.errno().map_or_else(|| error.to_string(), |errno| errno.to_string());
        output.complain(&[request, b": ", text.as_bytes()]);
        Stop::Status(REFUSED)
    };
    let control =
        Control::open(kernel, Family::INET6).map_err(|error| refused(&error, b"socket"))?;
    if let Some(device) = device {
        route.index = control.index(device).map_err(|error| refused(&error, b"SIOGIFINDEX"))?;
    }
    match action {
        Action::Delete => {
            control.delete_route6(&route).map_err(|error| refused(&error, b"SIOCDELRT"))
        }
        _ => control.add_route6(&route).map_err(|error| refused(&error, b"SIOCADDRT")),
    }
}

/// Reads the words: the route, and the name of its device.
fn read(output: &Output, words: &[&[u8]]) -> Result<(Route6Request, Option<DeviceName>), Stop> {
    let mut resolver = Resolver::new(output.surroundings());
    let mut words = words.iter().copied();
    let target = words.next().ok_or(Stop::Usage)?;
    let (destination, prefix_length) = if target == b"default" {
        (Ipv6Addr::UNSPECIFIED, 0)
    } else {
        let mut parts = held(target).splitn(2, |byte| *byte == b'/');
        let host = parts.next().unwrap_or_default();
        let prefix_length = match parts.next() {
            None => 128,
            Some(digits) => match strtol(digits, 10).0 {
                length @ 0..=128 => length as u16,
                _ => return Err(Stop::Usage),
            },
        };
        let address = resolver.address6(host).map_err(|code| {
            let code = format!(": {code}").into_bytes();
            output.complain(&[b"getaddrinfo: ", host, &code]);
            output.complain(&[&resolver.failure(host)]);
            Stop::Status(1)
        })?;
        (address, prefix_length)
    };
    let mut route = Route6Request {
        destination,
        prefix_length,
        gateway: None,
        // What net-tools sends where no metric is named, to delete as well.
        metric: 1,
        flags: RouteFlags::UP,
        index: 0,
    };
    if prefix_length == 128 {
        route.flags |= RouteFlags::HOST;
    }
    let mut device = None;
    while let Some(word) = words.next() {
        let mut argument = || words.next().ok_or(Stop::Usage);
        let part = find(WORDS, word).filter(|row| row.action.inet6).map(|row| row.action.part);
        match part {
            Some(Part::Metric) => {
                route.metric = metric(argument()?)?.cast_unsigned();
            }
            Some(Part::Gateway) => {
                let word = held(argument()?);
                if route.gateway.is_some() {
                    return Err(Stop::Usage);
                }
                let gateway = std::str::from_utf8(word).ok().and_then(|text| text.parse().ok());
                route.gateway = Some(gateway.ok_or_else(|| {
                    output.complain(&[&resolver.failure(word)]);
                    Stop::Status(LOOKUP)
                })?);
                route.flags |= RouteFlags::GATEWAY;
            }
            Some(Part::Flag(flag)) => route.flags |= flag,
            Some(Part::Device) => device = Some(DeviceName::truncated(argument()?)),
            // Any other word is the device, and the last word.
            _ => {
                device = Some(DeviceName::truncated(word));
                if words.next().is_some() {
                    return Err(Stop::Usage);
                }
            }
        }
    }
    Ok((route, device))
}
