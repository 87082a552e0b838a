//! Devices, addresses and routes as JSON: streamed, in the words of the kernel and the manual pages.
//!
//! The types here are the schema: schemars writes schema/show.schema.json from them.

use super::selection::{Chosen, Selection};
use super::value::{FlagsOf, HardwareTypeName, Hex, Name, Text};
use crate::flags::Names;
use ifctl_abi::Escaped;
use ifctl_netdevice::{
    Address, AddressProtocol, CongestionControl, Consistency, Device, DeviceFlags, HardwareAddress,
    NextHop, NextHopFlags, OperationalState, Route, RouteKind, RouteMetrics, RouteProtocol,
    RouteTable, RouterPreference, Scope, Snapshot, Statistics,
};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::{Serialize, Serializer};
use std::ffi::c_ulong;
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr};

/// Writes the document and a newline.
pub(super) fn write(
    out: &mut impl Write,
    selection: &Selection<'_>,
    routes: bool,
) -> io::Result<()> {
    let document = DocumentView {
        consistent: selection.snapshot.consistency == Consistency::Consistent,
        devices: Devices(selection),
        routes: routes.then_some(Routes(selection)),
    };
    serde_json::to_writer(&mut *out, &document)?;
    out.write_all(b"\n")
}

/// Returns the schema of the document.
pub(super) fn schema() -> Schema {
    SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<DocumentView<'_>>()
}

/// Network devices, their addresses and routes, read at one time.
///
/// Names and descriptions are bytes to Linux. Here they are text in which a backslash is doubled, and
/// every byte of a control character, of an invisible character that reorders text, or of what is not
/// UTF-8 is written as a backslash, an `x` and two hexadecimal digits. Where that differs from the
/// bytes, `name_bytes` and its like hold them in hexadecimal.
///
/// Kinds, states, scopes and their like are the kernel's words, or the number in decimal where the
/// number has no word. Flags are the kernel's words, and at the end the bits without a word in
/// hexadecimal.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Document", title = "ifctl show --json")]
struct DocumentView<'a> {
    /// False if the lists changed while they were read, each time anew: an entry may be missing, doubled
    /// or torn.
    consistent: bool,
    /// The devices: all by index, or those asked for in that order.
    #[schemars(with = "Vec<DeviceView<'static>>")]
    devices: Devices<'a>,
    /// The routes, if asked for: those of all tables, save those of the local table that the kernel made
    /// with an address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<RouteView<'static>>")]
    routes: Option<Routes<'a>>,
}

/// A network device.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Device")]
struct DeviceView<'a> {
    /// The index, unique in the network namespace.
    index: u32,
    /// The name.
    #[schemars(with = "String")]
    name: Name,
    /// The bytes of the name in hexadecimal, where `name` is not those bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    name_bytes: Option<Hex<'a>>,
    /// Further names.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<String>")]
    alternative_names: Option<AlternativeNames<'a>>,
    /// What the administrator wrote about the device (`IFLA_IFALIAS`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    description: Option<Text<Escaped<'a>>>,
    /// The flags, without `IFF_`.
    #[schemars(with = "Vec<String>")]
    flags: Names<DeviceFlags>,
    /// The state of RFC 2863.
    #[schemars(with = "String")]
    operational_state: Text<OperationalState>,
    /// Whether there is a carrier, where the kernel tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool")]
    carrier: Option<bool>,
    /// The longest packet in bytes, without the link layer's header.
    mtu: u32,
    /// The least MTU that the device takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    minimum_mtu: Option<u32>,
    /// The greatest MTU that the device takes, 0 for no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    maximum_mtu: Option<u32>,
    /// The type of the link layer, without `ARPHRD_`.
    #[schemars(with = "String")]
    hardware_type: Text<HardwareTypeName>,
    /// The link layer address, where the link layer has addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    hardware_address: Option<Text<HardwareAddress>>,
    /// The link layer's broadcast address; on a tunnel, the other end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    hardware_broadcast: Option<Text<HardwareAddress>>,
    /// How many packets may wait to be sent.
    tx_queue_length: u32,
    /// The hardware parameters, where they are not all 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "MapView")]
    map: Option<MapView>,
    /// How many have asked for promiscuous mode.
    promiscuity: u32,
    /// The kind of a virtual device.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    kind: Option<Text<Escaped<'a>>>,
    /// The index of the device that this one is a port of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    master: Option<u32>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    master_name: Option<Name>,
    /// The index of the device below or, for a veth, of the other end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    link: Option<u32>,
    /// Its name, where it is in this namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    link_name: Option<Name>,
    /// The number of the namespace in which `link` is, where that is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "i32")]
    link_namespace: Option<i32>,
    /// The group.
    group: u32,
    /// The queueing discipline.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    queueing_discipline: Option<Text<Escaped<'a>>>,
    /// The counters since the device was made.
    statistics: StatisticsView,
    /// The addresses: IPv4 in the kernel's order, then IPv6; of an alias asked for, its own alone.
    #[schemars(with = "Vec<AddressView<'static>>")]
    addresses: Addresses<'a>,
}

/// An IP address.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Address")]
struct AddressView<'a> {
    /// `inet` or `inet6`.
    family: Family,
    /// The host's own address.
    local: IpAddr,
    /// The prefix length in bits: of the peer's network where there is a peer.
    prefix_length: u8,
    /// The address of the other end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "IpAddr")]
    peer: Option<IpAddr>,
    /// The broadcast address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Ipv4Addr")]
    broadcast: Option<Ipv4Addr>,
    /// The label of an IPv4 address: the device's name, or an alias such as eth0:0.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    label: Option<Name>,
    /// The bytes of the label in hexadecimal, where `label` is not those bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    label_bytes: Option<Hex<'a>>,
    /// Where the address is valid.
    #[schemars(with = "String")]
    scope: Text<Scope>,
    /// The flags, without `IFA_F_`.
    #[schemars(with = "Vec<String>")]
    flags: FlagsOf,
    /// For how many seconds the address is valid; null for ever.
    valid_lifetime: Option<u32>,
    /// For how many seconds the address is preferred; null for ever.
    preferred_lifetime: Option<u32>,
    /// Who made the address (`IFAPROT_*`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    protocol: Option<Text<AddressProtocol>>,
    /// The metric of the connected route, where it is not the default.
    #[serde(skip_serializing_if = "is_zero")]
    metric: u32,
}

/// An address family.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Family {
    Inet,
    Inet6,
}

/// The hardware parameters of a device, as its driver understands them.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Map")]
struct MapView {
    /// The first byte of its memory.
    mem_start: c_ulong,
    /// The last byte of its memory.
    mem_end: c_ulong,
    /// The first I/O port.
    base_addr: u16,
    /// The interrupt's number.
    irq: u8,
    /// The DMA channel.
    dma: u8,
    /// The connector.
    port: u8,
}

/// A route.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Route")]
struct RouteView<'a> {
    /// `inet` or `inet6`.
    family: Family,
    /// The destination's network.
    destination: IpAddr,
    /// Its prefix length in bits; 0 for a default route.
    prefix_length: u8,
    /// The network that packets must come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "IpAddr")]
    source: Option<IpAddr>,
    /// Its prefix length in bits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u8")]
    source_prefix_length: Option<u8>,
    /// What becomes of a packet (`rtm_type`).
    #[schemars(with = "String")]
    kind: Text<RouteKind>,
    /// The table.
    #[schemars(with = "String")]
    table: Text<RouteTable>,
    /// Who made the route.
    #[schemars(with = "String")]
    protocol: Text<RouteProtocol>,
    /// How far the destination is.
    #[schemars(with = "String")]
    scope: Text<Scope>,
    /// The type of service that the route is for, 0 for all.
    tos: u8,
    /// The metric, of which the least wins.
    priority: u32,
    /// The source address for packets that have none yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "IpAddr")]
    preferred_source: Option<IpAddr>,
    /// Where packets go: nowhere, one way, or one of several.
    #[schemars(with = "Vec<NextHopView>")]
    next_hops: NextHops<'a>,
    /// The identifier of the next hop object that the route uses.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    next_hop_object: Option<u32>,
    /// The metrics of connections over the route, where there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "MetricsView")]
    metrics: Option<MetricsView>,
    /// Which of several routers is to be taken: of IPv6 routes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    preference: Option<Text<RouterPreference>>,
    /// How many seconds the route lives on, if not for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    expires: Option<u32>,
}

/// One way that packets of a route may go.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NextHop")]
struct NextHopView {
    /// The router, where the destination is not on the link.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "IpAddr")]
    gateway: Option<IpAddr>,
    /// The index of the device.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    index: Option<u32>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    device: Option<Name>,
    /// The share of the traffic, minus one.
    weight: u8,
    /// The flags, without `RTNH_F_`.
    #[schemars(with = "Vec<String>")]
    flags: Names<NextHopFlags>,
    /// The realms: the source's in the upper sixteen bits, the destination's in the lower.
    #[serde(skip_serializing_if = "is_zero")]
    realms: u32,
}

/// Defines the view of the counters, whose fields are the library's by the same names.
macro_rules! statistics {
    ($($name:ident)*) => {
        /// The counters of a device, in 64 bits.
        #[derive(Serialize, JsonSchema)]
        #[schemars(rename = "Statistics")]
        struct StatisticsView {
            $($name: u64,)*
        }

        impl From<&Statistics> for StatisticsView {
            fn from(from: &Statistics) -> Self {
                let Statistics { $($name,)* } = *from;
                Self { $($name,)* }
            }
        }
    };
}

statistics! {
    rx_packets tx_packets rx_bytes tx_bytes rx_errors tx_errors rx_dropped tx_dropped multicast
    collisions rx_length_errors rx_over_errors rx_crc_errors rx_frame_errors rx_fifo_errors
    rx_missed_errors tx_aborted_errors tx_carrier_errors tx_fifo_errors tx_heartbeat_errors
    tx_window_errors rx_compressed tx_compressed rx_nohandler rx_otherhost_dropped
}

/// Defines the view of a route's metrics, whose fields are the library's by the same names.
macro_rules! metrics {
    ($($name:ident)*) => {
        /// The metrics of connections over the route, those that are given.
        #[derive(Serialize, JsonSchema)]
        #[schemars(rename = "Metrics")]
        struct MetricsView {
            $(#[serde(skip_serializing_if = "is_zero")] $name: u32,)*
            /// The algorithm that finds how fast to send.
            #[serde(skip_serializing_if = "Option::is_none")]
            #[schemars(with = "String")]
            congestion_control: Option<Text<CongestionControl>>,
        }

        impl From<&RouteMetrics> for MetricsView {
            fn from(from: &RouteMetrics) -> Self {
                let RouteMetrics { $($name,)* congestion_control, .. } = *from;
                Self { $($name,)* congestion_control: congestion_control.map(Text) }
            }
        }
    };
}

metrics! {
    lock mtu window rtt rtt_variance slow_start_threshold congestion_window advertised_mss reordering
    hop_limit initial_congestion_window features minimum_rto initial_receive_window quick_ack
}

impl<'a> DeviceView<'a> {
    fn of(snapshot: &'a Snapshot, chosen: &'a Chosen<'a>) -> Self {
        let device = chosen.device;
        let name = |index| Some(Name(snapshot.device(index)?.name));
        let here = device.link.filter(|_| device.link_namespace.is_none());
        Self {
            index: device.index,
            name: Name(device.name),
            name_bytes: Hex::of(device.name.as_bytes()),
            alternative_names: Some(AlternativeNames(device))
                .filter(|names| !names.0.alternative_names.is_empty()),
            description: device.description.as_deref().map(|bytes| Text(Escaped(bytes))),
            flags: Names(device.flags),
            operational_state: Text(device.operational_state),
            carrier: device.carrier,
            mtu: device.mtu,
            minimum_mtu: device.minimum_mtu,
            maximum_mtu: device.maximum_mtu,
            hardware_type: Text(HardwareTypeName(device.hardware.kind())),
            hardware_address: hardware(device.hardware),
            hardware_broadcast: hardware(device.hardware_broadcast),
            tx_queue_length: device.tx_queue_length,
            map: MapView::of(device),
            promiscuity: device.promiscuity,
            kind: device.kind.as_ref().map(|kind| Text(Escaped(kind.as_bytes()))),
            master: device.master,
            master_name: device.master.and_then(name),
            link: device.link,
            link_name: here.and_then(name),
            link_namespace: device.link_namespace,
            group: device.group,
            queueing_discipline: device
                .queueing_discipline
                .as_ref()
                .map(|name| Text(Escaped(name.as_bytes()))),
            statistics: StatisticsView::from(&device.statistics),
            addresses: Addresses { snapshot, chosen },
        }
    }
}

impl<'a> AddressView<'a> {
    fn of(address: &'a Address) -> Self {
        let ipv6 = address.local.is_ipv6();
        Self {
            family: family(address.local),
            local: address.local,
            prefix_length: address.prefix_length,
            peer: address.peer,
            broadcast: address.broadcast,
            label: address.label.map(Name),
            label_bytes: address.label.as_ref().and_then(|label| Hex::of(label.as_bytes())),
            scope: Text(address.scope),
            flags: FlagsOf { flags: address.flags, ipv6 },
            valid_lifetime: address.valid.seconds(),
            preferred_lifetime: address.preferred.seconds(),
            protocol: address.protocol.map(Text),
            metric: address.metric,
        }
    }
}

impl MapView {
    fn of(device: &Device) -> Option<Self> {
        let map = device.map;
        let view = Self {
            mem_start: map.mem_start,
            mem_end: map.mem_end,
            base_addr: map.base_addr,
            irq: map.irq,
            dma: map.dma,
            port: map.port,
        };
        Some(view).filter(|_| map != Default::default())
    }
}

impl<'a> RouteView<'a> {
    fn of(snapshot: &'a Snapshot, route: &'a Route) -> Self {
        Self {
            family: family(route.destination),
            destination: route.destination,
            prefix_length: route.prefix_length,
            source: route.source.map(|(network, _)| network),
            source_prefix_length: route.source.map(|(_, length)| length),
            kind: Text(route.kind),
            table: Text(route.table),
            protocol: Text(route.protocol),
            scope: Text(route.scope),
            tos: route.tos,
            priority: route.priority,
            preferred_source: route.preferred_source,
            next_hops: NextHops { snapshot, route },
            next_hop_object: route.next_hop_object,
            metrics: Some(MetricsView::from(&route.metrics))
                .filter(|_| route.metrics != RouteMetrics::default()),
            preference: route.preference.map(Text),
            expires: route.expires,
        }
    }
}

impl NextHopView {
    fn of(snapshot: &Snapshot, hop: &NextHop) -> Self {
        let device = hop.index.and_then(|index| snapshot.device(index));
        Self {
            gateway: hop.gateway,
            index: hop.index,
            device: device.map(|device| Name(device.name)),
            weight: hop.weight,
            flags: Names(hop.flags),
            realms: hop.realms,
        }
    }
}

/// The devices, written as they are walked; so are the lists below.
struct Devices<'a>(&'a Selection<'a>);

impl Serialize for Devices<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.devices.iter().map(|chosen| DeviceView::of(self.0.snapshot, chosen)))
    }
}

struct AlternativeNames<'a>(&'a Device);

impl Serialize for AlternativeNames<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.alternative_names.iter().map(|name| Text(Escaped(name))))
    }
}

struct Addresses<'a> {
    snapshot: &'a Snapshot,
    chosen: &'a Chosen<'a>,
}

impl Serialize for Addresses<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.chosen.addresses(self.snapshot).map(AddressView::of))
    }
}

struct Routes<'a>(&'a Selection<'a>);

impl Serialize for Routes<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.routes().map(|route| RouteView::of(self.0.snapshot, route)))
    }
}

struct NextHops<'a> {
    snapshot: &'a Snapshot,
    route: &'a Route,
}

impl Serialize for NextHops<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.route.next_hops.iter().map(|hop| NextHopView::of(self.snapshot, hop)))
    }
}

fn family(address: IpAddr) -> Family {
    if address.is_ipv6() { Family::Inet6 } else { Family::Inet }
}

fn hardware(address: HardwareAddress) -> Option<Text<HardwareAddress>> {
    Some(Text(address)).filter(|_| !address.as_bytes().is_empty())
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}
