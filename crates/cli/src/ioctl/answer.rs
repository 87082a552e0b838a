//! What a request returns, and how it is printed.

use crate::flags::Names;
use ifctl_netdevice::{
    ArpEntry, ArpFlags, DeviceFlags, DeviceName, HardwareAddress, HardwareType, IfMap,
};
use serde::{Serialize, Serializer};
use std::fmt::{self, Display};
use std::net::Ipv4Addr;

/// What a request returns.
///
/// Displays as one line that the request's counterpart takes as it is: what `SIOCGIFMAP` prints,
/// `SIOCSIFMAP` reads. `SIOCGIFCONF`'s is one line for each address.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Answer {
    /// The request returns nothing.
    Done,
    Number(i64),
    Name(#[serde(serialize_with = "displayed")] DeviceName),
    Flags(#[serde(serialize_with = "listed")] DeviceFlags),
    Hardware(#[serde(serialize_with = "typed")] HardwareAddress),
    Map(#[serde(with = "Map")] IfMap),
    Address(Ipv4Addr),
    Addresses(Vec<Labelled>),
    Arp(#[serde(with = "Arp")] ArpEntry),
}

/// An entry of `SIOCGIFCONF`'s list.
#[derive(Debug, Serialize)]
pub(super) struct Labelled {
    #[serde(serialize_with = "displayed")]
    label: DeviceName,
    address: Ipv4Addr,
}

#[derive(Serialize)]
#[serde(remote = "IfMap")]
struct Map {
    mem_start: std::ffi::c_ulong,
    mem_end: std::ffi::c_ulong,
    base_addr: u16,
    irq: u8,
    dma: u8,
    port: u8,
    #[serde(skip)]
    #[allow(dead_code, reason = "serde wants every field of the structure named")]
    padding: [u8; 3],
}

#[derive(Serialize)]
#[serde(remote = "ArpEntry")]
struct Arp {
    address: Ipv4Addr,
    #[serde(serialize_with = "typed")]
    hardware_address: HardwareAddress,
    #[serde(serialize_with = "listed")]
    flags: ArpFlags,
    #[serde(rename = "dev", serialize_with = "perhaps_displayed")]
    device: Option<DeviceName>,
    #[serde(skip)]
    #[allow(
        dead_code,
        reason = "serde wants every field of the structure named; none is ever read"
    )]
    netmask: Option<Ipv4Addr>,
}

impl Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => Ok(()),
            Self::Number(number) => writeln!(f, "{number}"),
            Self::Name(name) => writeln!(f, "{name}"),
            Self::Flags(flags) => writeln!(f, "{}", Names(*flags)),
            Self::Hardware(address) => writeln!(f, "{}", Typed(address)),
            Self::Map(map) => writeln!(
                f,
                "mem_start={:#x} mem_end={:#x} base_addr={:#x} irq={} dma={} port={}",
                map.mem_start, map.mem_end, map.base_addr, map.irq, map.dma, map.port
            ),
            Self::Address(address) => writeln!(f, "{address}"),
            Self::Addresses(list) => {
                list.iter().try_for_each(|entry| writeln!(f, "{} {}", entry.label, entry.address))
            }
            Self::Arp(entry) => {
                write!(f, "address={} ", entry.address)?;
                write!(f, "hardware_address={} ", Typed(&entry.hardware_address))?;
                write!(f, "flags={}", Names(entry.flags))?;
                entry.device.iter().try_for_each(|device| write!(f, " dev={device}"))?;
                writeln!(f)
            }
        }
    }
}

impl From<Vec<(DeviceName, Ipv4Addr)>> for Answer {
    fn from(list: Vec<(DeviceName, Ipv4Addr)>) -> Self {
        let entries = list.into_iter().map(|(label, address)| Labelled { label, address });
        Self::Addresses(entries.collect())
    }
}

impl From<()> for Answer {
    fn from((): ()) -> Self {
        Self::Done
    }
}

macro_rules! answers {
    ($($from:ty => $variant:ident;)*) => {
        $(impl From<$from> for Answer {
            fn from(value: $from) -> Self {
                Self::$variant(value.into())
            }
        })*
    };
}

answers! {
    i32 => Number;
    u32 => Number;
    u16 => Number;
    DeviceName => Name;
    DeviceFlags => Flags;
    HardwareAddress => Hardware;
    IfMap => Map;
    Ipv4Addr => Address;
    ArpEntry => Arp;
}

/// A hardware address, with its type before it where that is not Ethernet's.
struct Typed<'a>(&'a HardwareAddress);

impl Display for Typed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0.kind(), self.0.kind().name()) {
            (HardwareType::ETHER, _) => write!(f, "{}", self.0),
            (_, Some(name)) => write!(f, "{}/{}", name.trim_start_matches("ARPHRD_"), self.0),
            (HardwareType(number), None) => write!(f, "{number}/{}", self.0),
        }
    }
}

fn displayed<S: Serializer>(value: &impl Display, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(value)
}

fn perhaps_displayed<S: Serializer>(
    value: &Option<impl Display>,
    to: S,
) -> Result<S::Ok, S::Error> {
    value.as_ref().map(ToString::to_string).serialize(to)
}

fn typed<S: Serializer>(address: &HardwareAddress, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(&Typed(address))
}

fn listed<S: Serializer, F: bitflags::Flags<Bits = u32> + Copy>(
    flags: &F,
    to: S,
) -> Result<S::Ok, S::Error> {
    Names(*flags).serialize(to)
}
