//! Routes.

use crate::{
    NextHopFlags, RouteKind, RouteProtocol, RouteTable, RouterPreference, RtmFlags, Scope,
};
use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::ops::Deref;

/// A route.
///
/// See rtnetlink(7), `struct rtmsg`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[doc(alias("RTM_NEWROUTE", "rtmsg"))]
pub struct Route {
    /// The destination's network; its family is the route's family.
    #[doc(alias = "RTA_DST")]
    pub destination: IpAddr,
    /// The destination's prefix length in bits; 0 is the default route.
    #[doc(alias = "rtm_dst_len")]
    pub prefix_length: u8,
    /// The source's network and prefix length (IPv6 with subtrees only).
    #[doc(alias("RTA_SRC", "rtm_src_len"))]
    pub source: Option<(IpAddr, u8)>,
    /// What becomes of a packet.
    #[doc(alias = "rtm_type")]
    pub kind: RouteKind,
    /// The table.
    #[doc(alias("rtm_table", "RTA_TABLE"))]
    pub table: RouteTable,
    /// Who made the route.
    #[doc(alias = "rtm_protocol")]
    pub protocol: RouteProtocol,
    /// How far the destination is.
    #[doc(alias = "rtm_scope")]
    pub scope: Scope,
    /// The type of service that the route is for, 0 for all.
    #[doc(alias = "rtm_tos")]
    pub tos: u8,
    /// The metric, of which the least wins; 0 where the kernel gives none.
    #[doc(alias = "RTA_PRIORITY")]
    pub priority: u32,
    /// The source address for packets that have none yet.
    #[doc(alias = "RTA_PREFSRC")]
    pub preferred_source: Option<IpAddr>,
    /// Where packets go: nowhere for `unreachable` and its like, several for a multipath route.
    #[doc(alias("RTA_GATEWAY", "RTA_OIF", "RTA_MULTIPATH"))]
    pub next_hops: NextHops,
    /// The identifier of the next hop object that the route uses. Where it is given it alone is sent:
    /// [`next_hops`](Self::next_hops) then are what the kernel told of the object.
    #[doc(alias = "RTA_NH_ID")]
    pub next_hop_object: Option<u32>,
    /// The metrics of connections over the route.
    #[doc(alias = "RTA_METRICS")]
    pub metrics: RouteMetrics,
    /// Which of several routers is to be taken: always told of an IPv6 route, never of an IPv4 one.
    #[doc(alias = "RTA_PREF")]
    pub preference: Option<RouterPreference>,
    /// How many seconds the route lives on, if not for ever (IPv6 only).
    #[doc(alias("RTA_EXPIRES", "rta_expires"))]
    pub expires: Option<u32>,
    /// Flags; those of a single next hop are in its own, too.
    #[doc(alias = "rtm_flags")]
    pub flags: RtmFlags,
}

impl Route {
    /// Returns the unicast route to this network in the main table, all else at its default: protocol
    /// boot, scope global, no next hop.
    pub fn new(destination: IpAddr, prefix_length: u8) -> Self {
        Self {
            destination,
            prefix_length,
            source: None,
            kind: RouteKind::UNICAST,
            table: RouteTable::MAIN,
            protocol: RouteProtocol::BOOT,
            scope: Scope::UNIVERSE,
            tos: 0,
            priority: 0,
            preferred_source: None,
            next_hops: NextHops::default(),
            next_hop_object: None,
            metrics: RouteMetrics::default(),
            preference: None,
            expires: None,
            flags: RtmFlags::empty(),
        }
    }

    /// Returns the route to this network through a gateway, on whatever link that is found.
    pub fn via(destination: IpAddr, prefix_length: u8, gateway: IpAddr) -> Self {
        let hop = NextHop { gateway: Some(gateway), ..NextHop::default() };
        Self { next_hops: hop.into(), ..Self::new(destination, prefix_length) }
    }

    /// Returns the default route of the gateway's family through this gateway.
    pub fn default_via(gateway: IpAddr) -> Self {
        let unspecified: IpAddr = match gateway {
            IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
            IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
        };
        Self::via(unspecified, 0, gateway)
    }

    /// Returns the route to this network on the link of a device, with the scope that lets gateways be
    /// found there.
    pub fn on_link(destination: IpAddr, prefix_length: u8, index: u32) -> Self {
        let hop = NextHop { index: Some(index), ..NextHop::default() };
        Self { scope: Scope::LINK, next_hops: hop.into(), ..Self::new(destination, prefix_length) }
    }

    /// Returns the route that makes each address of this network one of the host's own, without any
    /// being added to a device (AnyIP). The device should be `lo`: from others the route goes with their
    /// last address.
    pub fn local(destination: IpAddr, prefix_length: u8, index: u32) -> Self {
        Self {
            kind: RouteKind::LOCAL,
            table: RouteTable::LOCAL,
            scope: Scope::HOST,
            ..Self::on_link(destination, prefix_length, index)
        }
    }

    /// Returns the route of this kind without a next hop: `UNREACHABLE`, `BLACKHOLE`, `PROHIBIT`,
    /// `THROW`.
    pub fn reject(destination: IpAddr, prefix_length: u8, kind: RouteKind) -> Self {
        Self { kind, ..Self::new(destination, prefix_length) }
    }

    /// Returns whether the route is a default route.
    pub fn is_default(&self) -> bool {
        self.prefix_length == 0
    }

    /// Returns whether packets of the route go nowhere: `unreachable` and its like.
    pub fn is_reject(&self) -> bool {
        matches!(
            self.kind,
            RouteKind::BLACKHOLE | RouteKind::UNREACHABLE | RouteKind::PROHIBIT | RouteKind::THROW
        )
    }

    /// Returns the first next hop's gateway.
    pub fn gateway(&self) -> Option<IpAddr> {
        self.next_hops.first().and_then(|hop| hop.gateway)
    }

    /// Returns the index of the first next hop's device.
    pub fn index(&self) -> Option<u32> {
        self.next_hops.first().and_then(|hop| hop.index)
    }
}

/// One way that packets of a route may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NextHop {
    /// The router; `None` where the destination is on the link. An IPv4 route may have an IPv6 one.
    #[doc(alias("RTA_GATEWAY", "RTA_VIA"))]
    pub gateway: Option<IpAddr>,
    /// The index of the device.
    #[doc(alias("RTA_OIF", "rtnh_ifindex"))]
    pub index: Option<u32>,
    /// How much of the traffic goes this way, minus one, as the kernel counts it: 0 to 255.
    #[doc(alias = "rtnh_hops")]
    pub weight: u8,
    /// Flags.
    #[doc(alias = "rtnh_flags")]
    pub flags: NextHopFlags,
    /// The realms that packets of this way are counted in: the source's in the upper sixteen bits, the
    /// destination's in the lower; 0 for none (IPv4 only).
    #[doc(alias = "RTA_FLOW")]
    pub realms: u32,
}

/// The next hops of a route: none, one without an allocation, or many. A slice in all but name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NextHops(Inner);

#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum Inner {
    #[default]
    None,
    One([NextHop; 1]),
    Many(Box<[NextHop]>),
}

impl Deref for NextHops {
    type Target = [NextHop];

    fn deref(&self) -> &[NextHop] {
        match &self.0 {
            Inner::None => &[],
            Inner::One(one) => one,
            Inner::Many(many) => many,
        }
    }
}

impl From<NextHop> for NextHops {
    fn from(hop: NextHop) -> Self {
        Self(Inner::One([hop]))
    }
}

impl From<Vec<NextHop>> for NextHops {
    fn from(hops: Vec<NextHop>) -> Self {
        match <[NextHop; 1]>::try_from(hops) {
            Ok(one) => Self(Inner::One(one)),
            Err(hops) if hops.is_empty() => Self(Inner::None),
            Err(hops) => Self(Inner::Many(hops.into())),
        }
    }
}

impl FromIterator<NextHop> for NextHops {
    fn from_iter<I: IntoIterator<Item = NextHop>>(hops: I) -> Self {
        hops.into_iter().collect::<Vec<_>>().into()
    }
}

impl<'a> IntoIterator for &'a NextHops {
    type Item = &'a NextHop;
    type IntoIter = core::slice::Iter<'a, NextHop>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The metrics of connections over a route; 0 is "not given" in each, as it is for the kernel.
///
/// See ip-route(8) and the kernel's `include/uapi/linux/rtnetlink.h`, `RTAX_*`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct RouteMetrics {
    /// Which metrics are locked, by bit: `1 << RTAX_MTU` is 4.
    #[doc(alias = "RTAX_LOCK")]
    pub lock: u32,
    /// The path MTU in bytes.
    #[doc(alias = "RTAX_MTU")]
    pub mtu: u32,
    /// The greatest TCP window to announce, in bytes.
    #[doc(alias = "RTAX_WINDOW")]
    pub window: u32,
    /// The initial round trip time, in eighths of a millisecond.
    #[doc(alias = "RTAX_RTT")]
    pub rtt: u32,
    /// The initial variance of the round trip time, in quarters of a millisecond.
    #[doc(alias = "RTAX_RTTVAR")]
    pub rtt_variance: u32,
    /// The initial slow start threshold in segments.
    #[doc(alias = "RTAX_SSTHRESH")]
    pub slow_start_threshold: u32,
    /// The greatest congestion window in segments; ignored unless locked.
    #[doc(alias = "RTAX_CWND")]
    pub congestion_window: u32,
    /// The segment size to announce, in bytes.
    #[doc(alias = "RTAX_ADVMSS")]
    pub advertised_mss: u32,
    /// How far packets may be out of order, in segments.
    #[doc(alias = "RTAX_REORDERING")]
    pub reordering: u32,
    /// The hop limit of packets sent.
    #[doc(alias = "RTAX_HOPLIMIT")]
    pub hop_limit: u32,
    /// The initial congestion window in segments.
    #[doc(alias = "RTAX_INITCWND")]
    pub initial_congestion_window: u32,
    /// Features by bit: 1 is ECN.
    #[doc(alias = "RTAX_FEATURES")]
    pub features: u32,
    /// The least retransmission time in milliseconds.
    #[doc(alias = "RTAX_RTO_MIN")]
    pub minimum_rto: u32,
    /// The initial receive window in segments.
    #[doc(alias = "RTAX_INITRWND")]
    pub initial_receive_window: u32,
    /// Whether to acknowledge at once.
    #[doc(alias = "RTAX_QUICKACK")]
    pub quick_ack: u32,
    /// The algorithm that finds how fast to send.
    #[doc(alias = "RTAX_CC_ALGO")]
    pub congestion_control: Option<CongestionControl>,
}

/// The name of a congestion control: `cubic`. Displays escaped, where it holds what could disturb a
/// terminal.
///
/// See tcp(7), `tcp_available_congestion_control`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CongestionControl([u8; Self::ROOM]);

impl CongestionControl {
    /// The bytes that the kernel keeps a name in, with the NUL behind it.
    #[doc(alias = "TCP_CA_NAME_MAX")]
    const ROOM: usize = 16;

    /// Returns the name made of these bytes: 1 to 15, without a NUL.
    pub fn new(name: &[u8]) -> Option<Self> {
        let mut room = [0; Self::ROOM];
        room.get_mut(..name.len())?.copy_from_slice(name);
        let fits = !name.is_empty() && name.len() < Self::ROOM && !name.contains(&0);
        fits.then_some(Self(room))
    }

    /// Returns the name's bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.split(|byte| *byte == 0).next().unwrap_or_default()
    }
}

impl fmt::Display for CongestionControl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&ifctl_abi::Escaped(self.as_bytes()), f)
    }
}

impl fmt::Debug for CongestionControl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CongestionControl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_hops_read_as_the_slice_they_were_made_of() {
        let hop = |index| NextHop { index: Some(index), ..NextHop::default() };
        for count in 0..4 {
            let hops: Vec<_> = (0..count).map(hop).collect();
            assert_eq!(*NextHops::from(hops.clone()), hops);
        }
        assert_eq!(NextHops::from(vec![hop(3)]), NextHops::from(hop(3)));
    }

    #[test]
    fn the_name_of_a_congestion_control_has_one_to_fifteen_bytes() {
        for name in [&b"a"[..], b"cubic", b"fifteen_bytes_x"] {
            assert_eq!(CongestionControl::new(name).unwrap().as_bytes(), name);
        }
        for name in [&b""[..], b"sixteen_bytes_xy", b"seventeen_bytes_x", b"a\0b"] {
            assert_eq!(CongestionControl::new(name), None);
        }
    }
}
