//! The words behind a request, as the kernel's values.

use super::answer::Answer;
use ifctl_netdevice::{
    ArpEntry, ArpFlags, Control, DeviceFlags, DeviceName, Family, HardwareAddress, HardwareType,
    IfMap, Result, Route6Request, RouteFlags, RouteRequest, Which,
};
use std::ffi::{OsStr, OsString};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::unix::ffi::OsStrExt;
use std::str::FromStr;

/// A request with its argument, to be carried out on a socket.
pub(super) type Call = Box<dyn FnOnce(&Control<'static>) -> Result<Answer>>;

/// What is wrong with the words.
pub(super) type Parsed<T> = std::result::Result<T, String>;

/// The words that are not read yet.
pub(super) struct Words<'a> {
    rest: std::slice::Iter<'a, OsString>,
    /// The device or label that was named, once it is read.
    device: Option<DeviceName>,
    /// The family that the words read so far need.
    family: Option<Family>,
}

impl<'a> Words<'a> {
    pub(super) fn new(words: &'a [OsString]) -> Self {
        Self { rest: words.iter(), device: None, family: None }
    }

    /// Returns the device or label that was named.
    pub(super) fn named(&self) -> Option<DeviceName> {
        self.device
    }

    /// Returns the family that the words need: `INET6` where they hold an IPv6 address in the place of
    /// what may be either.
    pub(super) fn family(&self) -> Option<Family> {
        self.family
    }

    /// Refuses what is left over.
    pub(super) fn end(mut self) -> Parsed<()> {
        match self.rest.next() {
            None => Ok(()),
            Some(word) => Err(format!("{} is one word too many", word.display())),
        }
    }

    /// A request that reads something of a device.
    pub(super) fn read<T: Into<Answer> + 'static>(
        &mut self,
        function: fn(&Control<'static>, DeviceName) -> Result<T>,
    ) -> Parsed<Call> {
        let device = self.device()?;
        Ok(Box::new(move |control| function(control, device).map(Into::into)))
    }

    /// A request that reads something of a label's address: its first, or the one that is given.
    pub(super) fn read_label(
        &mut self,
        function: fn(&Control<'static>, Which) -> Result<Ipv4Addr>,
    ) -> Parsed<Call> {
        let label = self.device()?;
        let address = self.next().map(ipv4).transpose()?;
        let which = Which { label, address };
        Ok(Box::new(move |control| function(control, which).map(Answer::Address)))
    }

    /// A request that writes a value to a device.
    pub(super) fn write<V: 'static>(
        &mut self,
        value: fn(&mut Self) -> Parsed<V>,
        function: fn(&Control<'static>, DeviceName, V) -> Result<()>,
    ) -> Parsed<Call> {
        let (device, value) = (self.device()?, value(self)?);
        Ok(Box::new(move |control| function(control, device, value).map(Into::into)))
    }

    /// As [`write`](Self::write), of a value that is taken by reference.
    pub(super) fn write_by_reference<V: 'static>(
        &mut self,
        value: fn(&mut Self) -> Parsed<V>,
        function: fn(&Control<'static>, DeviceName, &V) -> Result<()>,
    ) -> Parsed<Call> {
        let (device, value) = (self.device()?, value(self)?);
        Ok(Box::new(move |control| function(control, device, &value).map(Into::into)))
    }

    /// Adding or deleting an address: IPv4's request names a label, IPv6's an index, for which the
    /// device's name is looked up first.
    pub(super) fn add_address(&mut self) -> Parsed<Call> {
        let device = self.device()?;
        let word = self.needed("an address")?;
        if word.as_bytes().contains(&b':') {
            return self.change_address6(device, word, Control::add_address6);
        }
        let address = ipv4(word)?;
        Ok(Box::new(move |control| control.set_address(device, address).map(Into::into)))
    }

    /// Deleting an IPv6 address.
    pub(super) fn delete_address6(&mut self) -> Parsed<Call> {
        let device = self.device()?;
        let word = self.needed("an IPv6 address")?;
        self.change_address6(device, word, Control::delete_address6)
    }

    fn change_address6(
        &mut self,
        device: DeviceName,
        word: &OsStr,
        function: fn(&Control<'static>, u32, Ipv6Addr, u32) -> Result<()>,
    ) -> Parsed<Call> {
        self.family = Some(Family::INET6);
        let (address, length) = prefix(word)?;
        let address: Ipv6Addr = typed(address, "an IPv6 address")?;
        Ok(Box::new(move |control| {
            let index = control.index(device)?;
            function(control, index, address, length.unwrap_or(128)).map(Into::into)
        }))
    }

    /// Adding or deleting a route: the destination's family decides which structure it is.
    pub(super) fn route(
        &mut self,
        v4: fn(&Control<'static>, &RouteRequest) -> Result<()>,
        v6: fn(&Control<'static>, &Route6Request) -> Result<()>,
    ) -> Parsed<Call> {
        let pairs = self.pairs()?;
        let destination = pairs
            .iter()
            .find(|(key, _)| *key == "destination")
            .ok_or("destination=ADDRESS/LENGTH is missing")?
            .1;
        let (address, length) = prefix(destination)?;
        match typed(address, "an IP address")? {
            IpAddr::V4(address) => {
                let route = route4(address, length.unwrap_or(32), &pairs)?;
                self.device = route.device;
                Ok(Box::new(move |control| v4(control, &route).map(Into::into)))
            }
            IpAddr::V6(address) => {
                self.family = Some(Family::INET6);
                let (route, device) = route6(address, length.unwrap_or(128), &pairs)?;
                self.device = device;
                Ok(Box::new(move |control| {
                    let index = device.map_or(Ok(0), |device| control.index(device))?;
                    v6(control, &Route6Request { index, ..route }).map(Into::into)
                }))
            }
        }
    }

    /// An ARP entry, of which only the address must be given.
    pub(super) fn arp(&mut self) -> Parsed<ArpEntry> {
        let mut address = None;
        let mut entry = ArpEntry {
            address: Ipv4Addr::UNSPECIFIED,
            hardware_address: HardwareAddress::default(),
            flags: ArpFlags::empty(),
            device: None,
            netmask: None,
        };
        for (key, value) in self.pairs()? {
            match key {
                "address" => address = Some(ipv4(value)?),
                "hardware_address" => entry.hardware_address = hardware(value)?,
                "flags" => entry.flags = flags(value, "ATF_", u32::MAX)?,
                "dev" => entry.device = Some(name(value)?),
                "netmask" => entry.netmask = Some(ipv4(value)?),
                _ => {
                    return Err(unknown_key(key, "address, hardware_address, flags, dev, netmask"));
                }
            }
        }
        entry.address = address.ok_or("address=ADDRESS is missing")?;
        self.device = entry.device;
        Ok(entry)
    }

    /// The name of a device, or a label.
    pub(super) fn device(&mut self) -> Parsed<DeviceName> {
        let device = name(self.needed("the name of a device")?)?;
        self.device = Some(device);
        Ok(device)
    }

    /// A new name for a device.
    pub(super) fn new_name(&mut self) -> Parsed<DeviceName> {
        name(self.needed("the new name")?)
    }

    /// A number that the kernel takes as a C int.
    pub(super) fn integer(&mut self) -> Parsed<i32> {
        typed(self.needed("a number")?, "a whole number of 32 bits")
    }

    /// An index.
    pub(super) fn index(&mut self) -> Parsed<u32> {
        typed(self.needed("an index")?, "an index")
    }

    /// Sixteen bits, in decimal or hexadecimal.
    pub(super) fn short(&mut self) -> Parsed<u16> {
        let word = self.needed("a number")?;
        number(word)
            .and_then(|number| number.try_into().ok())
            .ok_or_else(|| format!("{} is no number of 16 bits", word.display()))
    }

    /// The flags of a device.
    pub(super) fn flags(&mut self) -> Parsed<DeviceFlags> {
        flags(self.needed("flags")?, "IFF_", 0xffff)
    }

    /// An IPv4 address.
    pub(super) fn ipv4(&mut self) -> Parsed<Ipv4Addr> {
        ipv4(self.needed("an IPv4 address")?)
    }

    /// A hardware address.
    pub(super) fn hardware(&mut self) -> Parsed<HardwareAddress> {
        hardware(self.needed("a hardware address")?)
    }

    /// Hardware parameters; those that are not given are 0.
    pub(super) fn map(&mut self) -> Parsed<IfMap> {
        let mut map = IfMap::default();
        for (key, value) in self.pairs()? {
            match key {
                "mem_start" => map.mem_start = fitting(key, value)?,
                "mem_end" => map.mem_end = fitting(key, value)?,
                "base_addr" => map.base_addr = fitting(key, value)?,
                "irq" => map.irq = fitting(key, value)?,
                "dma" => map.dma = fitting(key, value)?,
                "port" => map.port = fitting(key, value)?,
                _ => return Err(unknown_key(key, "mem_start, mem_end, base_addr, irq, dma, port")),
            }
        }
        Ok(map)
    }

    fn next(&mut self) -> Option<&'a OsStr> {
        self.rest.next().map(OsString::as_os_str)
    }

    fn needed(&mut self, what: &str) -> Parsed<&'a OsStr> {
        self.next().ok_or_else(|| format!("{what} is missing"))
    }

    /// Returns all words that are left, each a key and a value; only a name's need not be text.
    fn pairs(&mut self) -> Parsed<Vec<(&'a str, &'a OsStr)>> {
        self.rest
            .by_ref()
            .map(|word| {
                let mut parts = word.as_bytes().splitn(2, |byte| *byte == b'=');
                let key = parts.next().and_then(|key| str::from_utf8(key).ok());
                key.zip(parts.next().map(OsStr::from_bytes))
                    .ok_or_else(|| format!("{} is not of the form KEY=VALUE", word.display()))
            })
            .collect()
    }
}

fn route4(destination: Ipv4Addr, length: u32, pairs: &[(&str, &OsStr)]) -> Parsed<RouteRequest> {
    let zeros = 32_u32.checked_sub(length);
    let zeros =
        zeros.ok_or_else(|| format!("/{length} is too long: an IPv4 address has 32 bits"))?;
    let mask = u32::MAX.checked_shl(zeros).unwrap_or(0);
    let mut route = RouteRequest::new(destination, Ipv4Addr::from_bits(mask));
    for (key, value) in pairs.iter().copied() {
        match key {
            "destination" => {}
            "gateway" => route = route.via(ipv4(value)?),
            "dev" => route = route.dev(name(value)?),
            "metric" => route.metric = typed(value, "a metric: it has 16 bits and a sign")?,
            "mtu" => {
                route.mtu = fitting(key, value)?;
                route.flags |= RouteFlags::MTU;
            }
            "window" => {
                route.window = fitting(key, value)?;
                route.flags |= RouteFlags::WINDOW;
            }
            "irtt" => {
                route.irtt = fitting(key, value)?;
                route.flags |= RouteFlags::IRTT;
            }
            "flags" => route.flags |= flags(value, "RTF_", 0xffff)?,
            _ => {
                let keys = "destination, gateway, dev, metric, mtu, window, irtt, flags";
                return Err(unknown_key(key, keys));
            }
        }
    }
    Ok(route)
}

fn route6(
    destination: Ipv6Addr,
    length: u32,
    pairs: &[(&str, &OsStr)],
) -> Parsed<(Route6Request, Option<DeviceName>)> {
    let mut route = Route6Request {
        destination,
        prefix_length: length.try_into().map_err(|_| format!("/{length} does not fit"))?,
        gateway: None,
        metric: 0,
        flags: RouteFlags::UP,
        index: 0,
    };
    let mut device = None;
    for (key, value) in pairs.iter().copied() {
        match key {
            "destination" => {}
            "gateway" => {
                route.gateway = Some(typed(value, "an IPv6 address")?);
                route.flags |= RouteFlags::GATEWAY;
            }
            "dev" => device = Some(name(value)?),
            "metric" => route.metric = fitting(key, value)?,
            "flags" => route.flags |= flags(value, "RTF_", u32::MAX)?,
            _ => return Err(unknown_key(key, "destination, gateway, dev, metric, flags")),
        }
    }
    Ok((route, device))
}

/// Flags by their names, joined by commas, or as a number; `0` is none.
fn flags<F: bitflags::Flags<Bits = u32>>(word: &OsStr, prefix: &str, room: u32) -> Parsed<F> {
    let mut bits = 0;
    for part in text(word)?.split(',') {
        let bare = part.to_ascii_uppercase();
        let bare = bare.strip_prefix(prefix).unwrap_or(&bare);
        bits |= match (F::from_name(bare), number(part.as_ref())) {
            (Some(flag), _) => flag.bits(),
            (None, Some(number)) => u32::try_from(number).unwrap_or(u32::MAX),
            (None, None) => return Err(unknown_flag::<F>(part, room)),
        };
    }
    if bits & !room != 0 {
        return Err(format!("{} does not fit into the bits {room:#x}", word.display()));
    }
    Ok(F::from_bits_retain(bits))
}

fn unknown_flag<F: bitflags::Flags<Bits = u32>>(word: &str, room: u32) -> String {
    let named = F::FLAGS.iter().filter(|flag| flag.is_named() && flag.value().bits() & !room == 0);
    let names: Vec<_> = named.map(bitflags::Flag::name).collect();
    let change = if word.starts_with(['+', '-']) {
        "; the request writes the whole word, so name all that are to be set"
    } else {
        ""
    };
    format!("{word} is no flag{change}. Flags: {}", names.join(","))
}

/// A hardware address: `02:00:00:00:00:01`, or with its type before it, `LOOPBACK/00:00:00:00:00:00`.
fn hardware(word: &OsStr) -> Parsed<HardwareAddress> {
    let odd = || {
        format!(
            "{} is no hardware address, such as 02:00:00:00:00:01, or LOOPBACK/00:00:00:00:00:00 of \
             another type than Ethernet's",
            word.display()
        )
    };
    let Some((kind, bytes)) = text(word)?.split_once('/') else {
        return typed(word, "").map_err(|_: String| odd());
    };
    let kind = hardware_type(kind).ok_or_else(odd)?;
    let bytes = bytes
        .split(':')
        .filter(|_| !bytes.is_empty())
        .map(|pair| {
            Some(pair)
                .filter(|pair| pair.len() <= 2 && !pair.starts_with('+'))
                .and_then(|pair| u8::from_str_radix(pair, 16).ok())
        })
        .collect::<Option<Vec<_>>>()
        .ok_or_else(odd)?;
    HardwareAddress::new(kind, &bytes).map_err(|error| error.to_string())
}

/// Returns the type of this number or name, `ETHER` or `ARPHRD_ETHER`.
fn hardware_type(word: &str) -> Option<HardwareType> {
    if let Ok(number) = word.parse() {
        return Some(HardwareType(number));
    }
    let word = word.to_ascii_uppercase();
    let bare = word.strip_prefix("ARPHRD_").unwrap_or(&word);
    (0..=u16::MAX).map(HardwareType).find(|kind| {
        kind.name().and_then(|name| name.strip_prefix("ARPHRD_")).is_some_and(|name| name == bare)
    })
}

/// A number in decimal or, behind `0x`, in hexadecimal.
fn number(word: &OsStr) -> Option<u64> {
    let word = word.to_str()?;
    match word.strip_prefix("0x") {
        Some(digits) if !digits.starts_with('+') => u64::from_str_radix(digits, 16).ok(),
        _ => word.parse().ok(),
    }
}

/// A key's number, in a field of the kernel's that is not always wide enough.
fn fitting<T: TryFrom<u64>>(key: &str, value: &OsStr) -> Parsed<T> {
    number(value)
        .and_then(|number| number.try_into().ok())
        .ok_or_else(|| format!("{key}={} is no number that fits", value.display()))
}

/// An address with or without a prefix length.
fn prefix(word: &OsStr) -> Parsed<(&OsStr, Option<u32>)> {
    match text(word)?.split_once('/') {
        Some((address, length)) => {
            Ok((address.as_ref(), Some(typed(length.as_ref(), "a prefix length")?)))
        }
        None => Ok((word, None)),
    }
}

fn ipv4(word: &OsStr) -> Parsed<Ipv4Addr> {
    typed(word, "an IPv4 address")
}

fn typed<T: FromStr>(word: &OsStr, what: &str) -> Parsed<T> {
    let value = word.to_str().and_then(|word| word.parse().ok());
    value.ok_or_else(|| format!("{} is not {what}", word.display()))
}

fn text(word: &OsStr) -> Parsed<&str> {
    word.to_str().ok_or_else(|| format!("{} is not UTF-8", word.display()))
}

fn name(word: &OsStr) -> Parsed<DeviceName> {
    DeviceName::new(word.as_bytes()).map_err(|error| error.to_string())
}

fn unknown_key(key: &str, known: &str) -> String {
    format!("{key} is no key of this request. Keys: {known}")
}
