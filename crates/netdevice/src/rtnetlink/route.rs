//! Routes.

use super::address::{asked_family, family_of, is_family};
use super::connection::malformed;
use super::{Batch, Dump, Rtnetlink};
use crate::{
    CongestionControl, Consistency, Error, Family, NextHop, NextHops, Result, Route, RouteKind,
    RouteMetrics, RouteProtocol, RouteTable, RouterPreference, RtmFlags,
};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::{self, *};
use ifctl_netlink::{EncodeError, Encoder, Head, Metrics, RouteMessage, dump_routes};

/// Which routes to list; what is `None` is not asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RouteFilter {
    /// Of one family; `None` for IPv4, then IPv6, in one request.
    pub family: Option<Family>,
    /// In this table.
    pub table: Option<RouteTable>,
    /// Made by this one.
    pub protocol: Option<RouteProtocol>,
    /// Of this kind.
    pub kind: Option<RouteKind>,
    /// Through the device of this index.
    pub index: Option<u32>,
}

impl RouteFilter {
    /// The IPv4 routes of the main table: those that `route` shows.
    pub const IPV4_MAIN: Self = Self {
        family: Some(Family::INET),
        table: Some(RouteTable::MAIN),
        protocol: None,
        kind: None,
        index: None,
    };

    /// Returns whether a route is asked for.
    fn matches(&self, route: &RouteMessage<'_>) -> bool {
        let through = |index| {
            route.output() == Ok(Some(index))
                || route.next_hops().iter().flatten().any(|hop| hop.index == index)
        };
        // A kernel without the family answers for all families, one without strict checking for
        // everything, and one that is asked for all families for multicast routing too.
        let is_of_family = match self.family {
            Some(family) => is_family(family, route.family()),
            None => matches!(route.family(), rtnetlink::Family::INET | rtnetlink::Family::INET6),
        };
        is_of_family
            && self.table.is_none_or(|table| route.route_table() == Ok(table))
            && self.protocol.is_none_or(|protocol| route.header().protocol == protocol)
            && self.kind.is_none_or(|kind| route.kind() == kind)
            && self.index.is_none_or(through)
    }
}

/// Which route to look up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RouteQuery {
    /// Where a packet is to go.
    #[doc(alias = "RTA_DST")]
    pub destination: IpAddr,
    /// Where it comes from.
    #[doc(alias = "RTA_SRC")]
    pub source: Option<IpAddr>,
    /// The index of the device that it must leave by.
    #[doc(alias = "RTA_OIF")]
    pub index: Option<u32>,
    /// Its mark.
    #[doc(alias = "RTA_MARK")]
    pub mark: Option<u32>,
}

impl RouteQuery {
    /// Returns the query for packets to this address.
    pub fn to(destination: IpAddr) -> Self {
        Self { destination, source: None, index: None, mark: None }
    }
}

impl Rtnetlink {
    /// Returns the routes, IPv4 before IPv6, in the kernel's order. One request.
    ///
    /// The kernel never tells of a change while it lists routes.
    ///
    /// # Errors
    ///
    /// `ENODEV` for an index that there is not and, where one family is asked for, `ENOENT` for a table
    /// that there is not, from a kernel that filters (Linux 4.20); [`Error::Malformed`] for an answer that cannot be understood.
    #[doc(alias = "RTM_GETROUTE")]
    pub fn routes(&mut self, filter: RouteFilter) -> Result<Dump<Route>> {
        self.collect(|connection, routes| {
            connection.visit_routes(filter, |message| {
                routes.push(Route::from_message(message)?);
                Ok(())
            })
        })
    }

    /// Gives each route to a closure, as the message in the receive buffer, in one pass.
    ///
    /// Nothing is allocated. An error of the closure ends the visits and is returned.
    ///
    /// # Errors
    ///
    /// As [`routes`](Self::routes), and the closure's.
    #[doc(alias = "RTM_GETROUTE")]
    pub fn visit_routes(
        &mut self,
        filter: RouteFilter,
        mut visit: impl FnMut(&RouteMessage<'_>) -> Result<()>,
    ) -> Result<Consistency> {
        let family = asked_family(filter.family);
        let mut asked =
            ifctl_netlink::RouteFilter { family, ..ifctl_netlink::RouteFilter::default() };
        if self.is_strict() {
            asked.table = filter.table.unwrap_or_default();
            asked.protocol = filter.protocol.unwrap_or_default();
            asked.kind = filter.kind.unwrap_or_default();
            asked.output = filter.index;
        }
        self.dump(
            "RTM_GETROUTE",
            |encoder, sequence| dump_routes(encoder, sequence, &asked),
            |message| {
                if message.kind() != MessageType::NEWROUTE {
                    return Ok(());
                }
                let route = RouteMessage::parse(message).map_err(malformed("RTM_GETROUTE"))?;
                if filter.matches(&route) { visit(&route) } else { Ok(()) }
            },
        )
    }

    /// Returns the route that a packet would take: `ip route get`.
    ///
    /// The answer is no entry of a table: its destination is the packet's, with the source address that
    /// the kernel would choose.
    ///
    /// # Errors
    ///
    /// `ENETUNREACH` without a route; `EHOSTUNREACH`, `EACCES`, `EINVAL` for an unreachable, prohibit or
    /// blackhole route; `ENODEV` for an index that there is not.
    #[doc(alias = "RTM_GETROUTE")]
    pub fn route_to(&mut self, query: &RouteQuery) -> Result<Route> {
        let bits = |address: IpAddr| if address.is_ipv4() { 32 } else { 128 };
        let request = ifctl_netlink::Route {
            family: family_of(query.destination),
            destination: Some(query.destination),
            destination_length: bits(query.destination),
            source: query.source,
            source_length: query.source.map_or(0, bits),
            output: query.index,
            mark: query.mark,
            ..ifctl_netlink::Route::default()
        };
        self.ask(
            MessageType::GETROUTE,
            || query.destination.to_string(),
            |head, encoder| request.encode(head, encoder),
            |message| {
                let route = RouteMessage::parse(message).map_err(malformed("RTM_GETROUTE"))?;
                Route::from_message(&route)
            },
        )
    }

    /// Adds a route where there is none to the same destination with the same metric and type of
    /// service.
    ///
    /// Needs `CAP_NET_ADMIN`.
    ///
    /// # Errors
    ///
    /// `EPERM`; `EEXIST`; `ENODEV` without device and gateway, or for a device that there is not;
    /// `ENETDOWN` through a device that is down; `ENETUNREACH` for a gateway that is not on a link;
    /// `EINVAL` for bits beyond the prefix, a preferred source that is not ours, a scope too wide for the
    /// kind, a next hop of a route that has none by its nature.
    #[doc(alias = "RTM_NEWROUTE")]
    pub fn add_route(&mut self, route: &Route) -> Result<()> {
        self.change(|batch| batch.add_route(route))
    }

    /// Adds a route before those to the same destination with the same metric: it wins, as one made by
    /// `SIOCADDRT` does.
    ///
    /// Needs `CAP_NET_ADMIN`.
    ///
    /// # Errors
    ///
    /// As [`add_route`](Self::add_route); `EEXIST` only for one that is the same in everything.
    #[doc(alias("RTM_NEWROUTE", "NLM_F_CREATE"))]
    pub fn prepend_route(&mut self, route: &Route) -> Result<()> {
        self.change(|batch| batch.prepend_route(route))
    }

    /// Adds a route behind those to the same destination with the same metric; IPv6 makes a multipath
    /// route of them.
    ///
    /// Needs `CAP_NET_ADMIN`.
    ///
    /// # Errors
    ///
    /// As [`add_route`](Self::add_route); `EEXIST` only for one that is the same in everything.
    #[doc(alias("RTM_NEWROUTE", "NLM_F_APPEND"))]
    pub fn append_route(&mut self, route: &Route) -> Result<()> {
        self.change(|batch| batch.append_route(route))
    }

    /// Replaces the first route to the same destination with the same metric, or adds it.
    ///
    /// Needs `CAP_NET_ADMIN`.
    ///
    /// # Errors
    ///
    /// As [`add_route`](Self::add_route); `EEXIST` where a later one is the same in everything.
    #[doc(alias("RTM_NEWROUTE", "NLM_F_REPLACE"))]
    pub fn replace_route(&mut self, route: &Route) -> Result<()> {
        self.change(|batch| batch.replace_route(route))
    }

    /// Deletes the first route to this destination that is as described.
    ///
    /// Compared are destination, table and type of service, and what is given of the rest: the kind
    /// unless `UNSPEC`, the scope unless `NOWHERE` (0 is global, not any), the protocol unless `UNSPEC`,
    /// the metric unless 0, preferred source, next hops with their realms and metrics if there are any.
    ///
    /// Needs `CAP_NET_ADMIN`.
    ///
    /// # Errors
    ///
    /// `EPERM`; `ESRCH` where there is none.
    #[doc(alias = "RTM_DELROUTE")]
    pub fn delete_route(&mut self, route: &Route) -> Result<()> {
        self.change(|batch| batch.delete_route(route))
    }
}

impl Batch<'_> {
    /// Appends [`Rtnetlink::add_route`].
    ///
    /// # Errors
    ///
    /// [`Error::Unencodable`] if the message cannot be written.
    #[doc(alias = "RTM_NEWROUTE")]
    pub fn add_route(&mut self, route: &Route) -> Result<()> {
        self.push_route(MessageFlags::CREATE | MessageFlags::EXCL, route)
    }

    /// Appends [`Rtnetlink::prepend_route`].
    ///
    /// # Errors
    ///
    /// [`Error::Unencodable`] if the message cannot be written.
    #[doc(alias("RTM_NEWROUTE", "NLM_F_CREATE"))]
    pub fn prepend_route(&mut self, route: &Route) -> Result<()> {
        self.push_route(MessageFlags::CREATE, route)
    }

    /// Appends [`Rtnetlink::append_route`].
    ///
    /// # Errors
    ///
    /// [`Error::Unencodable`] if the message cannot be written.
    #[doc(alias("RTM_NEWROUTE", "NLM_F_APPEND"))]
    pub fn append_route(&mut self, route: &Route) -> Result<()> {
        self.push_route(MessageFlags::CREATE | MessageFlags::APPEND, route)
    }

    /// Appends [`Rtnetlink::replace_route`].
    ///
    /// # Errors
    ///
    /// [`Error::Unencodable`] if the message cannot be written.
    #[doc(alias("RTM_NEWROUTE", "NLM_F_REPLACE"))]
    pub fn replace_route(&mut self, route: &Route) -> Result<()> {
        self.push_route(MessageFlags::CREATE | MessageFlags::REPLACE, route)
    }

    /// Appends [`Rtnetlink::delete_route`].
    ///
    /// # Errors
    ///
    /// [`Error::Unencodable`] if the message cannot be written.
    #[doc(alias = "RTM_DELROUTE")]
    pub fn delete_route(&mut self, route: &Route) -> Result<()> {
        self.push(MessageType::DELROUTE, MessageFlags::empty(), |head, encoder| {
            route.encode(head, encoder)
        })
    }

    fn push_route(&mut self, flags: MessageFlags, route: &Route) -> Result<()> {
        self.push(MessageType::NEWROUTE, flags, |head, encoder| route.encode(head, encoder))
    }
}

impl Route {
    /// Returns the route that a message tells of.
    pub(crate) fn from_message(message: &RouteMessage<'_>) -> Result<Self> {
        // What is odd about an attribute is the loss of that attribute alone.
        let value = message.value_reporting(&mut |_| {});
        let unspecified = match value.family {
            rtnetlink::Family::INET => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            rtnetlink::Family::INET6 => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
            family => {
                let detail = format!("a route of the family {family}");
                return Err(Error::Malformed { operation: "RTM_NEWROUTE", detail });
            }
        };
        let many = value.next_hops.iter().flatten().map(|hop| NextHop {
            gateway: hop.gateway,
            index: Some(hop.index).filter(|index| *index != 0),
            weight: hop.hops,
            flags: hop.flags,
            realms: hop.realms.unwrap_or(0),
        });
        let next_hops = if value.gateway.is_some() || value.output.is_some() {
            NextHops::from(NextHop {
                gateway: value.gateway,
                index: value.output,
                weight: 0,
                // The next hop's flags are the low bits of the route's.
                flags: NextHopFlags::from_bits_retain(value.flags.bits() as u8),
                realms: value.realms.unwrap_or(0),
            })
        } else if value.next_hops.is_empty() {
            NextHops::default()
        } else {
            many.collect()
        };
        // Linux takes the one attribute and tells the other, in hundredths of a second.
        let remaining = value.cache_info.map(|info| info.expires).filter(|left| *left != 0);
        let remaining = remaining.map(|left| left.max(0).unsigned_abs() / 100);
        Ok(Self {
            destination: value.destination.unwrap_or(unspecified),
            prefix_length: value.destination_length,
            source: value.source.map(|source| (source, value.source_length)),
            kind: value.kind,
            table: value.table,
            protocol: value.protocol,
            scope: value.scope,
            tos: value.tos,
            priority: value.priority.unwrap_or(0),
            preferred_source: value.preferred_source,
            next_hops,
            next_hop_object: value.next_hop_id,
            metrics: RouteMetrics::from_message(&value.metrics),
            preference: value.preference.map(RouterPreference),
            expires: value.expires.or(remaining),
            flags: value.flags,
        })
    }

    /// Writes the message that asks for the route.
    fn encode(&self, head: Head, encoder: &mut Encoder) -> core::result::Result<(), EncodeError> {
        let given = |number: u32| Some(number).filter(|number| *number != 0);
        let (hop, many) = match *self.next_hops {
            // What the object stands for is told beside it, and refused beside it.
            _ if self.next_hop_object.is_some() => (NextHop::default(), Vec::new()),
            [] => (NextHop::default(), Vec::new()),
            [hop] => (hop, Vec::new()),
            ref many => {
                let hop = |hop: &NextHop| ifctl_netlink::NextHop {
                    index: hop.index.unwrap_or(0),
                    hops: hop.weight,
                    flags: hop.flags & NextHopFlags::ONLINK,
                    gateway: hop.gateway,
                    realms: given(hop.realms),
                };
                (NextHop::default(), many.iter().map(hop).collect())
            }
        };
        let onlink = u32::from((hop.flags & NextHopFlags::ONLINK).bits());
        let route = ifctl_netlink::Route {
            family: family_of(self.destination),
            destination_length: self.prefix_length,
            source_length: self.source.map_or(0, |(_, length)| length),
            tos: self.tos,
            table: self.table,
            protocol: self.protocol,
            scope: self.scope,
            kind: self.kind,
            flags: RtmFlags::from_bits_retain(onlink),
            destination: Some(self.destination).filter(|_| self.prefix_length > 0),
            source: self.source.map(|(source, _)| source),
            gateway: hop.gateway,
            output: hop.index,
            priority: given(self.priority),
            preferred_source: self.preferred_source,
            metrics: self.metrics.message(),
            next_hops: ifctl_netlink::NextHops::new(&many),
            realms: given(hop.realms),
            preference: self.preference.map(|preference| preference.0),
            expires: self.expires,
            next_hop_id: self.next_hop_object,
            ..ifctl_netlink::Route::default()
        };
        route.encode(head, encoder)
    }
}

macro_rules! metrics {
    ($($field:ident = $number:ident;)*) => {
        impl RouteMetrics {
            fn from_message(metrics: &Metrics<'_>) -> Self {
                Self {
                    $($field: metrics.get($number).unwrap_or(0),)*
                    congestion_control: metrics.congestion_control().and_then(CongestionControl::new),
                }
            }

            fn message(&self) -> Metrics<'_> {
                let mut metrics = Metrics::default();
                if let Some(name) = &self.congestion_control {
                    metrics = metrics.with_congestion_control(name.as_bytes());
                }
                $(if self.$field != 0 {
                    metrics = metrics.with($number, self.$field);
                })*
                metrics
            }
        }
    };
}

metrics! {
    lock = RTAX_LOCK;
    mtu = RTAX_MTU;
    window = RTAX_WINDOW;
    rtt = RTAX_RTT;
    rtt_variance = RTAX_RTTVAR;
    slow_start_threshold = RTAX_SSTHRESH;
    congestion_window = RTAX_CWND;
    advertised_mss = RTAX_ADVMSS;
    reordering = RTAX_REORDERING;
    hop_limit = RTAX_HOPLIMIT;
    initial_congestion_window = RTAX_INITCWND;
    features = RTAX_FEATURES;
    minimum_rto = RTAX_RTO_MIN;
    initial_receive_window = RTAX_INITRWND;
    quick_ack = RTAX_QUICKACK;
}
