//! Routes: RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE.

mod metrics;
mod next_hop;

use core::net::IpAddr;

use ifctl_abi::netlink::MessageType;
use ifctl_abi::rtnetlink::{
    Family, RTA_CACHEINFO, RTA_COUNT, RTA_DST, RTA_EXPIRES, RTA_FLOW, RTA_GATEWAY, RTA_IIF,
    RTA_MARK, RTA_METRICS, RTA_MULTIPATH, RTA_NH_ID, RTA_OIF, RTA_PREF, RTA_PREFSRC, RTA_PRIORITY,
    RTA_SRC, RTA_TABLE, RTA_UID, RTA_VIA, RouteCacheInfo, RouteHeader, RouteProtocol, RouteScope,
    RouteTable, RouteType, RtmFlags,
};
use zerocopy::{Immutable, IntoBytes};

pub use self::metrics::Metrics;
pub use self::next_hop::{NextHop, NextHopIter, NextHops};
use crate::table::{or_report, strictly};
use crate::{
    Attribute, AttributeError, AttributeTable, AttributeWriter, DecodeError, EncodeError, Encoder,
    Head, Message,
};

/// A route message, borrowed. See rtnetlink(7).
#[derive(Clone, Debug)]
pub struct RouteMessage<'a> {
    header: RouteHeader,
    table: AttributeTable<'a, RTA_COUNT>,
}

impl<'a> RouteMessage<'a> {
    /// Returns the view of a message.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Kind`] if the message is not about a route, [`DecodeError::Body`] if it is
    /// shorter than 12 bytes.
    pub fn parse(message: &Message<'a>) -> Result<Self, DecodeError> {
        if !matches!(message.kind().0, 24..=26) {
            return Err(DecodeError::Kind { found: message.kind(), expected: "RTM_*ROUTE" });
        }
        let (header, attributes) = message.body()?;
        Ok(Self { header, table: AttributeTable::new(attributes) })
    }

    /// Returns the fixed part.
    #[must_use]
    pub fn header(&self) -> &RouteHeader {
        &self.header
    }

    /// Returns the attributes. (The routing table is [`route_table`](Self::route_table).)
    #[must_use]
    pub fn table(&self) -> &AttributeTable<'a, RTA_COUNT> {
        &self.table
    }

    /// Returns the family of the destination.
    #[must_use]
    pub fn family(&self) -> Family {
        self.header.family
    }

    /// Returns what the route does with a packet.
    #[must_use]
    pub fn kind(&self) -> RouteType {
        self.header.kind
    }

    /// Returns the routing table: RTA_TABLE or, where it is absent, the header's byte.
    ///
    /// # Errors
    ///
    /// If RTA_TABLE is shorter than 4 bytes.
    pub fn route_table(&self) -> Result<RouteTable, AttributeError> {
        let table = self.table.u32(RTA_TABLE)?;
        Ok(RouteTable(table.unwrap_or(u32::from(self.header.table))))
    }

    /// Returns the destination; absent, it is the default route (the header's length is then 0).
    ///
    /// # Errors
    ///
    /// If it does not fit the family.
    pub fn destination(&self) -> Result<Option<IpAddr>, AttributeError> {
        self.table.address(RTA_DST, self.header.family)
    }

    /// Returns the source prefix that the route is for.
    ///
    /// # Errors
    ///
    /// If it does not fit the family.
    pub fn source(&self) -> Result<Option<IpAddr>, AttributeError> {
        self.table.address(RTA_SRC, self.header.family)
    }

    /// Returns the gateway, of the route's family (RTA_GATEWAY) or another (RTA_VIA).
    ///
    /// # Errors
    ///
    /// If it does not fit its family.
    pub fn gateway(&self) -> Result<Option<IpAddr>, AttributeError> {
        gateway(&self.table, self.header.family)
    }

    /// Returns the index of the outgoing device.
    ///
    /// # Errors
    ///
    /// If it is shorter than 4 bytes.
    pub fn output(&self) -> Result<Option<u32>, AttributeError> {
        self.table.u32(RTA_OIF)
    }

    /// Returns the index of the incoming device.
    ///
    /// # Errors
    ///
    /// If it is shorter than 4 bytes.
    pub fn input(&self) -> Result<Option<u32>, AttributeError> {
        self.table.u32(RTA_IIF)
    }

    /// Returns the metric; absent, it is 0.
    ///
    /// # Errors
    ///
    /// If it is shorter than 4 bytes.
    pub fn priority(&self) -> Result<Option<u32>, AttributeError> {
        self.table.u32(RTA_PRIORITY)
    }

    /// Returns the preferred source address.
    ///
    /// # Errors
    ///
    /// If it does not fit the family.
    pub fn preferred_source(&self) -> Result<Option<IpAddr>, AttributeError> {
        self.table.address(RTA_PREFSRC, self.header.family)
    }

    /// Returns age and use.
    ///
    /// # Errors
    ///
    /// If they are shorter than 32 bytes.
    pub fn cache_info(&self) -> Result<Option<RouteCacheInfo>, AttributeError> {
        self.table.value(RTA_CACHEINFO)
    }

    /// Returns the metrics; empty where there are none.
    ///
    /// # Errors
    ///
    /// If one of them is shorter than 4 bytes.
    pub fn metrics(&self) -> Result<Metrics<'a>, AttributeError> {
        strictly(|report| self.metrics_reporting(report))
    }

    /// Returns the next hops of a multipath route; empty where there is at most one, which is then
    /// in [`gateway`](Self::gateway) and [`output`](Self::output).
    #[must_use]
    pub fn next_hops(&self) -> NextHops<'a> {
        match self.table.get(RTA_MULTIPATH) {
            Some(attribute) => NextHops::read(attribute, self.header.family),
            None => NextHops::default(),
        }
    }

    /// Returns the message as a value.
    ///
    /// The next hops stay as bytes in it; iterating over them tells what is odd about each.
    ///
    /// # Errors
    ///
    /// The first attribute that is malformed.
    pub fn value(&self) -> Result<Route<'a>, AttributeError> {
        strictly(|report| self.value_reporting(report))
    }

    /// Returns the message as a value in which malformed attributes are missing, and reports each
    /// of them.
    pub fn value_reporting(&self, report: &mut dyn FnMut(AttributeError)) -> Route<'a> {
        let header_table = RouteTable(u32::from(self.header.table));
        Route {
            family: self.header.family,
            destination_length: self.header.destination_length,
            source_length: self.header.source_length,
            tos: self.header.tos,
            table: or_report(self.route_table().map(Some), report).unwrap_or(header_table),
            protocol: self.header.protocol,
            scope: self.header.scope,
            kind: self.header.kind,
            flags: self.header.flags,
            destination: or_report(self.destination(), report),
            source: or_report(self.source(), report),
            gateway: or_report(self.gateway(), report),
            output: or_report(self.output(), report),
            input: or_report(self.input(), report),
            priority: or_report(self.priority(), report),
            preferred_source: or_report(self.preferred_source(), report),
            metrics: self.metrics_reporting(report),
            next_hops: self.next_hops(),
            realms: or_report(self.table.u32(RTA_FLOW), report),
            cache_info: or_report(self.cache_info(), report),
            preference: or_report(self.table.u8(RTA_PREF), report),
            expires: or_report(self.table.u32(RTA_EXPIRES), report),
            next_hop_id: or_report(self.table.u32(RTA_NH_ID), report),
            mark: or_report(self.table.u32(RTA_MARK), report),
            user: or_report(self.table.u32(RTA_UID), report),
        }
    }

    fn metrics_reporting(&self, report: &mut dyn FnMut(AttributeError)) -> Metrics<'a> {
        match self.table.get(RTA_METRICS) {
            Some(attribute) => Metrics::read(attribute.nested(), report),
            None => Metrics::default(),
        }
    }
}

/// A route, as a request or an answer holds it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Route<'a> {
    /// Family of the destination.
    pub family: Family,
    /// Bits of the destination prefix.
    pub destination_length: u8,
    /// Bits of the source prefix.
    pub source_length: u8,
    /// Type of service that the route is for.
    pub tos: u8,
    /// Routing table; [`RouteTable::UNSPEC`] writes no RTA_TABLE, and the kernel takes main.
    #[doc(alias = "RTA_TABLE")]
    pub table: RouteTable,
    /// Who made it.
    pub protocol: RouteProtocol,
    /// How far the destination is. In a deletion 0 is global, and NOWHERE is any.
    pub scope: RouteScope,
    /// What it does with a packet.
    pub kind: RouteType,
    /// Flags.
    pub flags: RtmFlags,
    /// Destination; absent: the default route.
    #[doc(alias = "RTA_DST")]
    pub destination: Option<IpAddr>,
    /// Source prefix.
    #[doc(alias = "RTA_SRC")]
    pub source: Option<IpAddr>,
    /// Gateway; one of another family than the route's is written as RTA_VIA.
    #[doc(alias = "RTA_GATEWAY")]
    #[doc(alias = "RTA_VIA")]
    pub gateway: Option<IpAddr>,
    /// Index of the outgoing device.
    #[doc(alias = "RTA_OIF")]
    pub output: Option<u32>,
    /// Index of the incoming device.
    #[doc(alias = "RTA_IIF")]
    pub input: Option<u32>,
    /// Metric.
    #[doc(alias = "RTA_PRIORITY")]
    pub priority: Option<u32>,
    /// Preferred source address.
    #[doc(alias = "RTA_PREFSRC")]
    pub preferred_source: Option<IpAddr>,
    /// Metrics.
    #[doc(alias = "RTA_METRICS")]
    pub metrics: Metrics<'a>,
    /// Next hops, where there is more than one.
    #[doc(alias = "RTA_MULTIPATH")]
    pub next_hops: NextHops<'a>,
    /// Realms.
    #[doc(alias = "RTA_FLOW")]
    pub realms: Option<u32>,
    /// Age and use.
    #[doc(alias = "RTA_CACHEINFO")]
    pub cache_info: Option<RouteCacheInfo>,
    /// IPv6 router preference (RFC 4191).
    #[doc(alias = "RTA_PREF")]
    pub preference: Option<u8>,
    /// Seconds until it expires.
    #[doc(alias = "RTA_EXPIRES")]
    pub expires: Option<u32>,
    /// Next hop object.
    #[doc(alias = "RTA_NH_ID")]
    pub next_hop_id: Option<u32>,
    /// Packet mark of a lookup.
    #[doc(alias = "RTA_MARK")]
    pub mark: Option<u32>,
    /// User of a lookup.
    #[doc(alias = "RTA_UID")]
    pub user: Option<u32>,
}

impl Route<'_> {
    /// Returns a unicast route to a prefix in the main table, global, made by RTPROT_BOOT.
    ///
    /// Bits of the address beyond the prefix are for the caller to clear: the kernel refuses them
    /// with EINVAL. A route without a gateway is to have the scope LINK.
    #[must_use]
    pub fn new(destination: IpAddr, destination_length: u8) -> Self {
        let family = match destination {
            IpAddr::V4(_) => Family::INET,
            IpAddr::V6(_) => Family::INET6,
        };
        Self {
            family,
            destination_length,
            destination: (destination_length > 0).then_some(destination),
            table: RouteTable::MAIN,
            protocol: RouteProtocol::BOOT,
            scope: RouteScope::UNIVERSE,
            kind: RouteType::UNICAST,
            ..Self::default()
        }
    }

    /// Appends the route as a message: RTM_NEWROUTE with NLM_F_CREATE and EXCL, REPLACE or APPEND
    /// to add; RTM_DELROUTE; RTM_GETROUTE to ask which route a destination takes; RTM_NEWROUTE as
    /// a kernel's answer or event.
    ///
    /// The order of attributes is the kernel's of the family. Adding and deleting need
    /// CAP_NET_ADMIN (EPERM).
    ///
    /// # Errors
    ///
    /// [`EncodeError`].
    pub fn encode(&self, head: Head, encoder: &mut Encoder) -> Result<(), EncodeError> {
        let RouteTable(compat) = RouteTable::COMPAT;
        let table = u8::try_from(self.table.0).or(u8::try_from(compat)).unwrap_or_default();
        let header = RouteHeader {
            family: self.family,
            destination_length: self.destination_length,
            source_length: self.source_length,
            tos: self.tos,
            table,
            protocol: self.protocol,
            scope: self.scope,
            kind: self.kind,
            flags: self.flags,
        };
        encoder.message(head, &header, |attributes| {
            if self.family == Family::INET6 {
                self.write_ipv6(attributes);
            } else {
                self.write_ipv4(attributes);
            }
        })
    }

    fn write_ipv4(&self, attributes: &mut AttributeWriter<'_>) {
        self.write_prefix(attributes);
        self.write_number(RTA_PRIORITY, self.priority, attributes);
        self.metrics.write(attributes);
        self.write_number(RTA_NH_ID, self.next_hop_id, attributes);
        self.write_preferred_source(attributes);
        self.write_path(attributes);
        self.write_rest(attributes);
    }

    fn write_ipv6(&self, attributes: &mut AttributeWriter<'_>) {
        self.write_prefix(attributes);
        self.write_preferred_source(attributes);
        self.metrics.write(attributes);
        self.write_number(RTA_PRIORITY, self.priority, attributes);
        self.write_path(attributes);
        self.write_number(RTA_NH_ID, self.next_hop_id, attributes);
        self.write_rest(attributes);
    }

    fn write_prefix(&self, attributes: &mut AttributeWriter<'_>) {
        if self.table != RouteTable::UNSPEC {
            attributes.value(RTA_TABLE, &self.table);
        }
        if let Some(destination) = self.destination {
            attributes.address(RTA_DST, destination);
        }
        if let Some(source) = self.source {
            attributes.address(RTA_SRC, source);
        }
        self.write_number(RTA_IIF, self.input, attributes);
    }

    fn write_path(&self, attributes: &mut AttributeWriter<'_>) {
        if let Some(gateway) = self.gateway {
            write_gateway(gateway, self.family, attributes);
        }
        self.write_number(RTA_OIF, self.output, attributes);
        self.write_number(RTA_FLOW, self.realms, attributes);
        self.next_hops.write(self.family, attributes);
    }

    fn write_rest(&self, attributes: &mut AttributeWriter<'_>) {
        self.write_number(RTA_MARK, self.mark, attributes);
        self.write_number(RTA_UID, self.user, attributes);
        self.write_number(RTA_EXPIRES, self.expires, attributes);
        if let Some(cache_info) = &self.cache_info {
            attributes.value(RTA_CACHEINFO, cache_info);
        }
        if let Some(preference) = self.preference {
            attributes.u8(RTA_PREF, preference);
        }
    }

    fn write_preferred_source(&self, attributes: &mut AttributeWriter<'_>) {
        if let Some(source) = self.preferred_source {
            attributes.address(RTA_PREFSRC, source);
        }
    }

    fn write_number(&self, kind: u16, number: Option<u32>, attributes: &mut AttributeWriter<'_>) {
        if let Some(number) = number {
            attributes.u32(kind, number);
        }
    }
}

/// Which routes a dump shall return.
///
/// The kernel heeds all but the family only where the socket is strict (NETLINK_GET_STRICT_CHK),
/// and returns every table where it is not: check the answers. A table that does not exist ends a
/// strict dump with ENOENT.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RouteFilter {
    /// Family; [`Family::UNSPEC`] is all.
    pub family: Family,
    /// Of this table only.
    pub table: RouteTable,
    /// Made by this one only.
    pub protocol: RouteProtocol,
    /// Of this kind only.
    pub kind: RouteType,
    /// Through this device only.
    pub output: Option<u32>,
    /// With [`RtmFlags::CLONED`]: the exceptions learnt, instead of the routes.
    pub flags: RtmFlags,
}

/// Appends a request for all routes.
///
/// # Errors
///
/// [`EncodeError`].
pub fn dump_routes(
    encoder: &mut Encoder,
    sequence: u32,
    filter: &RouteFilter,
) -> Result<(), EncodeError> {
    let route = Route {
        family: filter.family,
        table: filter.table,
        protocol: filter.protocol,
        kind: filter.kind,
        output: filter.output,
        flags: filter.flags,
        ..Route::default()
    };
    route.encode(Head::dump(MessageType::GETROUTE, sequence), encoder)
}

/// Returns the gateway in RTA_GATEWAY, or in RTA_VIA: a family and an address.
fn gateway(
    table: &AttributeTable<'_, RTA_COUNT>,
    family: Family,
) -> Result<Option<IpAddr>, AttributeError> {
    if let Some(attribute) = table.get(RTA_GATEWAY) {
        return attribute.address(family).map(Some);
    }
    let Some(attribute) = table.get(RTA_VIA) else {
        return Ok(None);
    };
    let family = u8::try_from(attribute.u16()?).map_err(|_| attribute.malformed(0))?;
    let payload = attribute.payload.get(size_of::<u16>()..).unwrap_or_default();
    Attribute { payload, ..attribute }.address(Family(family)).map(Some)
}

/// Appends a gateway as RTA_GATEWAY where it is of the route's family, else as RTA_VIA.
fn write_gateway(gateway: IpAddr, family: Family, attributes: &mut AttributeWriter<'_>) {
    match (gateway, family) {
        (IpAddr::V4(_), Family::INET) | (IpAddr::V6(_), Family::INET6) => {
            attributes.address(RTA_GATEWAY, gateway);
        }
        (IpAddr::V4(address), _) => {
            let family = u16::from(Family::INET.0).to_ne_bytes();
            attributes.value(RTA_VIA, &Via { family, address: address.octets() });
        }
        (IpAddr::V6(address), _) => {
            let family = u16::from(Family::INET6.0).to_ne_bytes();
            attributes.value(RTA_VIA, &Via { family, address: address.octets() });
        }
    }
}

/// What RTA_VIA holds (`struct rtvia`).
#[derive(IntoBytes, Immutable)]
#[repr(C)]
struct Via<const N: usize> {
    family: [u8; 2],
    address: [u8; N],
}
