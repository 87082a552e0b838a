//! Adding and deleting IPv4 routes.

use super::words::{Part, TARGETS, WORDS};
use super::{Action, LOOKUP, REFUSED, Stop, metric};
use crate::ifconfig::Prefix;
use crate::number::atoi;
use crate::output::Output;
use crate::resolve::{Kind, Resolver, held};
use crate::style::Style;
use crate::words::find;
use ifctl_netdevice::{Control, DeviceName, Family, Kernel, RouteFlags, RouteRequest};
use std::net::Ipv4Addr;

/// Adds or deletes the route that the words describe.
pub(super) fn run(
    kernel: &dyn Kernel,
    output: &Output,
    action: Action,
    style: Style,
    words: &[&[u8]],
) -> Result<(), Stop> {
    let mut route = read(output, words)?;
    let refused = |error: &ifctl_netdevice::Error, request: &[u8]| {
        let text = error.errno().map_or_else(|| error.to_string(), |errno| errno.to_string());
        output.complain(&[request, b": ", text.as_bytes()]);
        Stop::Status(REFUSED)
    };
    let control =
        Control::open(kernel, Family::INET).map_err(|error| refused(&error, b"socket"))?;
    if style == Style::Howto {
        find_mask(&control, &mut route);
    }
    match action {
        Action::Delete => {
            control.delete_route(&route).map_err(|error| refused(&error, b"SIOCDELRT"))
        }
        _ => control.add_route(&route).map_err(|error| refused(&error, b"SIOCADDRT")),
    }
}

/// Reads the words.
fn read(output: &Output, words: &[&[u8]]) -> Result<RouteRequest, Stop> {
    let mut resolver = Resolver::new(output.surroundings());
    let mut words = words.iter().copied().peekable();
    let asked = words.peek().and_then(|word| {
        TARGETS.iter().map(|row| &row.action).find(|target| target.inside == *word)
    });
    let asked = asked.map(|target| target.kind);
    if asked.is_some() {
        words.next();
    }
    let target = held(words.next().ok_or(Stop::Usage)?);
    let mut parts = target.splitn(2, |byte| *byte == b'/');
    let host = parts.next().unwrap_or_default();
    let prefix = parts.next().map(|digits| Prefix::read(digits).ok_or(Stop::Usage)).transpose()?;
    let found = match asked {
        Some(Kind::Host) => resolver.host_first(host),
        _ => resolver.network_first(host),
    };
    let Some((destination, kind)) = found else { return Err(not_found(output, &resolver, host)) };
    let kind = asked.unwrap_or(kind);
    let mut mask_word = None;

    let mut route = RouteRequest::new(destination, Ipv4Addr::UNSPECIFIED);
    route.flags = RouteFlags::UP;
    if kind == Kind::Host {
        route.flags |= RouteFlags::HOST;
    }
    // A host's own length says nothing that the kind does not.
    let mut mask = prefix
        .map(|prefix| prefix.mask().ok_or(Stop::Usage))
        .transpose()?
        .filter(|mask| !(kind == Kind::Host && *mask == Ipv4Addr::BROADCAST))
        .unwrap_or(Ipv4Addr::UNSPECIFIED);
    while let Some(word) = words.next() {
        let mut argument = || words.next().ok_or(Stop::Usage);
        match find(WORDS, word).map(|row| row.action.part) {
            Some(Part::Metric) => {
                // Sixteen bits, as the structure has them.
                route.metric = metric(argument()?)?.wrapping_add(1) as i16;
            }
            Some(Part::Netmask) => {
                let word = held(argument()?);
                if !mask.is_unspecified() {
                    return Err(Stop::Usage);
                }
                let found = resolver.network_first(word);
                mask = found.ok_or_else(|| not_found(output, &resolver, word))?.0;
                mask_word = Some(word);
            }
            Some(Part::Gateway) => {
                let word = held(argument()?);
                if route.gateway.is_some() {
                    return Err(Stop::Usage);
                }
                match resolver.host_first(word) {
                    None => return Err(not_found(output, &resolver, word)),
                    Some((_, Kind::Network)) => {
                        output.complain(&[b"route: ", word, b": cannot use a NETWORK as gateway!"]);
                        return Err(Stop::Usage);
                    }
                    Some((gateway, Kind::Host)) => route = route.via(gateway),
                }
            }
            Some(Part::Mss) => match atoi(argument()?) {
                mss @ 64..=65536 => {
                    route.mtu = mss.unsigned_abs();
                    route.flags |= RouteFlags::MTU;
                }
                _ => {
                    output.complain(&[b"route: Invalid MSS/MTU."]);
                    return Err(Stop::Usage);
                }
            },
            // Without a sign, unlike the other numbers.
            Some(Part::Window) => match atoi(argument()?) as u32 {
                window @ 128.. => {
                    route.window = window;
                    route.flags |= RouteFlags::WINDOW;
                }
                _ => {
                    output.complain(&[b"route: Invalid window."]);
                    return Err(Stop::Usage);
                }
            },
            Some(Part::Irtt) => {
                route.irtt = atoi(argument()?) as u16;
                route.flags |= RouteFlags::IRTT;
            }
            Some(Part::Flag(flag)) => route.flags |= flag,
            Some(Part::Device) => device(&mut route, argument()?)?,
            // Any other word is the device, and the last word.
            None => {
                device(&mut route, word)?;
                if words.next().is_some() {
                    return Err(Stop::Usage);
                }
            }
        }
    }
    if route.flags.contains(RouteFlags::REJECT) && route.device.is_none() {
        route.device = Some(DeviceName::truncated(b"lo"));
    }
    check(output, destination, mask, mask_word, kind)?;
    route.mask = (!mask.is_unspecified()).then_some(mask);
    Ok(route)
}

fn device(route: &mut RouteRequest, word: &[u8]) -> Result<(), Stop> {
    if route.device.is_some() {
        return Err(Stop::Usage);
    }
    route.device = Some(DeviceName::truncated(word));
    Ok(())
}

fn not_found(output: &Output, resolver: &Resolver, word: &[u8]) -> Stop {
    output.complain(&[&resolver.failure(word)]);
    Stop::Status(LOOKUP)
}

/// Checks a mask that was given, as a word or with the address.
fn check(
    output: &Output,
    target: Ipv4Addr,
    mask: Ipv4Addr,
    word: Option<&[u8]>,
    kind: Kind,
) -> Result<(), Stop> {
    if mask.is_unspecified() {
        return Ok(());
    }
    let hosts = !mask.to_bits();
    if kind == Kind::Host {
        let hosts = format!("{hosts:08x}");
        output.complain(&[
            b"route: netmask ",
            hosts.as_bytes(),
            b" doesn't make sense with host route",
        ]);
        return Err(Stop::Usage);
    }
    if hosts & hosts.wrapping_add(1) != 0 {
        output.complain(&[b"route: bogus netmask ", word.unwrap_or_default()]);
        return Err(Stop::Usage);
    }
    if target.to_bits() & hosts != 0 {
        output.complain(&[b"route: netmask doesn't match route address"]);
        return Err(Stop::Usage);
    }
    Ok(())
}

/// Finds the mask of a network that was named without one, and its device where that is not named
/// either, as kernels did when the HOWTO was written.
///
/// The mask is that of the device's network if the named one lies in it, else that of the address's
/// class; and so much longer that it covers all of the number.
fn find_mask(control: &Control<'_>, route: &mut RouteRequest) {
    let network = route.destination;
    if route.mask.is_some() || route.flags.contains(RouteFlags::HOST) || network.is_unspecified() {
        return;
    }
    let mask_on = |label: DeviceName| {
        let (address, mask) = (control.address(label).ok()?, control.netmask(label).ok()?);
        (address & mask == network & mask).then_some(mask)
    };
    let found = match route.device {
        Some(device) => mask_on(device),
        None if route.gateway.is_some() => None,
        None => control.addresses().unwrap_or_default().into_iter().find_map(|(label, _)| {
            let mask = mask_on(label)?;
            route.device = Some(label.base());
            Some(mask)
        }),
    };
    let mask = found.unwrap_or_else(|| class_mask(network)).to_bits();
    // Ones down to the lowest bit of the number that is set.
    let lowest = 1u32 << network.to_bits().trailing_zeros();
    let mask = mask | lowest.wrapping_neg();
    route.mask = Some(Ipv4Addr::from_bits(mask));
}

/// Returns the mask of an address's class.
fn class_mask(address: Ipv4Addr) -> Ipv4Addr {
    Ipv4Addr::from_bits(match address.octets() {
        [0..=127, ..] => 0xff00_0000,
        [128..=191, ..] => 0xffff_0000,
        [192..=223, ..] => 0xffff_ff00,
        _ => 0xf000_0000,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Result<RouteRequest, Stop> {
        let words: Vec<&[u8]> = line.split_whitespace().map(str::as_bytes).collect();
        read(&Output::new("route"), &words)
    }

    #[test]
    fn a_bare_address_is_a_host_and_takes_no_mask() {
        let route = words("10.0.0.1/32 gw 192.168.1.1").unwrap();
        assert_eq!(route.flags, RouteFlags::UP | RouteFlags::HOST | RouteFlags::GATEWAY);
        assert_eq!(route.mask, None);
        assert_eq!(words("10.0.0.0/8"), Err(Stop::Usage));
        assert_eq!(words("10.0.0.1 netmask 255.255.255.255"), Err(Stop::Usage));
    }

    #[test]
    fn a_network_s_mask_is_checked() {
        let mask = |line: &str| words(line).map(|route| route.mask);
        assert_eq!(mask("#net 10/8"), Err(Stop::Usage));
        assert_eq!(mask("#net 10.0.0.0/8"), Ok(Some([255, 0, 0, 0].into())));
        assert_eq!(mask("#net 10.0.0.1/32"), Ok(Some([255; 4].into())));
        assert_eq!(mask("#net 10.0.0.0/33"), Err(Stop::Usage));
        assert_eq!(mask("#net 10.0.0.0 netmask 255.0.255.0"), Err(Stop::Usage));
        assert_eq!(mask("#net 10.0.0.0/"), Ok(None));
    }

    #[test]
    fn a_metric_has_sixteen_bits_of_which_one_is_used_up() {
        let metric = |value: &str| words(&format!("10.0.0.1 metric {value}")).map(|r| r.metric);
        assert_eq!(metric("0"), Ok(1));
        assert_eq!(metric("7x"), Ok(8));
        assert_eq!(metric("32767"), Ok(i16::MIN));
        assert_eq!(metric("65535"), Ok(0));
        assert_eq!(metric("x"), Err(Stop::Usage));
    }

    #[test]
    fn the_device_may_stand_without_its_word_at_the_end_only() {
        assert_eq!(words("10.0.0.1 e0").unwrap().device, Some("e0".parse().unwrap()));
        assert_eq!(words("10.0.0.1 e0 metric 3"), Err(Stop::Usage));
        assert_eq!(words("10.0.0.1 dev e0 p0"), Err(Stop::Usage));
    }
}
