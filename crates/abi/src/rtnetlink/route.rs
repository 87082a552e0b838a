//! Routes: RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::Family;
use crate::netlink::{open_enum, wire_flags};

/// The fixed part of a route message, 12 bytes (`struct rtmsg`).
#[doc(alias = "rtmsg")]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(C)]
pub struct RouteHeader {
    /// Family of the destination.
    #[doc(alias = "rtm_family")]
    pub family: Family,
    /// Bits of the destination prefix.
    #[doc(alias = "rtm_dst_len")]
    pub destination_length: u8,
    /// Bits of the source prefix (IPv6; in an IPv4 lookup, 32 or 0).
    #[doc(alias = "rtm_src_len")]
    pub source_length: u8,
    /// Type of service that the route is for.
    #[doc(alias = "rtm_tos")]
    pub tos: u8,
    /// Routing table, where it is below 256; [`RTA_TABLE`] has all of it and wins.
    #[doc(alias = "rtm_table")]
    pub table: u8,
    /// Who made the route.
    #[doc(alias = "rtm_protocol")]
    pub protocol: RouteProtocol,
    /// How far the destination is.
    #[doc(alias = "rtm_scope")]
    pub scope: RouteScope,
    /// What the route does with a packet.
    #[doc(alias = "rtm_type")]
    pub kind: RouteType,
    /// Flags.
    #[doc(alias = "rtm_flags")]
    pub flags: RtmFlags,
}

/// The head of one next hop in [`RTA_MULTIPATH`], 8 bytes; attributes follow (`struct rtnexthop`).
#[doc(alias = "rtnexthop")]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(C)]
pub struct NextHopHeader {
    /// Bytes of the next hop, this head and its attributes included, padding after them not.
    #[doc(alias = "rtnh_len")]
    pub length: u16,
    /// Flags.
    #[doc(alias = "rtnh_flags")]
    pub flags: NextHopFlags,
    /// Weight less one.
    #[doc(alias = "rtnh_hops")]
    pub hops: u8,
    /// Index of the outgoing device; signed in the kernel's header, never negative in an answer.
    #[doc(alias = "rtnh_ifindex")]
    pub index: u32,
}

/// Age and use of a route, 32 bytes (`struct rta_cacheinfo`).
#[doc(alias = "rta_cacheinfo")]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(C)]
pub struct RouteCacheInfo {
    /// References.
    #[doc(alias = "rta_clntref")]
    pub references: u32,
    /// Hundredths of a second since it was used.
    #[doc(alias = "rta_lastuse")]
    pub last_use: u32,
    /// Hundredths of a second until it expires; 0 is never.
    #[doc(alias = "rta_expires")]
    pub expires: i32,
    /// Errno that the route answers with, positive or negative by family.
    #[doc(alias = "rta_error")]
    pub error: u32,
    /// Times used.
    #[doc(alias = "rta_used")]
    pub used: u32,
    /// Unused.
    #[doc(alias = "rta_id")]
    pub id: u32,
    /// Unused.
    #[doc(alias = "rta_ts")]
    pub timestamp: u32,
    /// Unused.
    #[doc(alias = "rta_tsage")]
    pub timestamp_age: u32,
}

/// Destination prefix, IP address bytes; absent: 0/0.
pub const RTA_DST: u16 = 1;
/// Source prefix, IP address bytes.
pub const RTA_SRC: u16 = 2;
/// Index of the incoming device, u32.
pub const RTA_IIF: u16 = 3;
/// Index of the outgoing device, u32.
pub const RTA_OIF: u16 = 4;
/// Gateway, IP address bytes of the route's own family.
pub const RTA_GATEWAY: u16 = 5;
/// Metric, u32; the lowest wins.
pub const RTA_PRIORITY: u16 = 6;
/// Preferred source address, IP address bytes.
pub const RTA_PREFSRC: u16 = 7;
/// Metrics, nested RTAX attributes.
pub const RTA_METRICS: u16 = 8;
/// Next hops, each a [`NextHopHeader`] with attributes.
pub const RTA_MULTIPATH: u16 = 9;
/// Unused.
pub const RTA_PROTOINFO: u16 = 10;
/// Realms, u32.
pub const RTA_FLOW: u16 = 11;
/// Age and use, [`RouteCacheInfo`].
pub const RTA_CACHEINFO: u16 = 12;
/// Unused.
pub const RTA_SESSION: u16 = 13;
/// Unused.
pub const RTA_MP_ALGO: u16 = 14;
/// Routing table, u32.
pub const RTA_TABLE: u16 = 15;
/// Packet mark of a lookup, u32.
pub const RTA_MARK: u16 = 16;
/// Statistics of a multicast route.
pub const RTA_MFC_STATS: u16 = 17;
/// Gateway of another family: family u16, then address bytes (`struct rtvia`).
#[doc(alias = "rtvia")]
pub const RTA_VIA: u16 = 18;
/// New destination (MPLS), label stack.
pub const RTA_NEWDST: u16 = 19;
/// IPv6 router preference, u8 (RFC 4191).
pub const RTA_PREF: u16 = 20;
/// Kind of encapsulation, u16.
pub const RTA_ENCAP_TYPE: u16 = 21;
/// Encapsulation, nested.
pub const RTA_ENCAP: u16 = 22;
/// Seconds until the route expires, u32.
pub const RTA_EXPIRES: u16 = 23;
/// Padding before a 64-bit value.
pub const RTA_PAD: u16 = 24;
/// User of a lookup, u32.
pub const RTA_UID: u16 = 25;
/// MPLS: carry the TTL over, u8.
pub const RTA_TTL_PROPAGATE: u16 = 26;
/// IP protocol of a lookup, u8.
pub const RTA_IP_PROTO: u16 = 27;
/// Source port of a lookup, u16 in network byte order.
pub const RTA_SPORT: u16 = 28;
/// Destination port of a lookup, u16 in network byte order.
pub const RTA_DPORT: u16 = 29;
/// Next hop object, u32.
pub const RTA_NH_ID: u16 = 30;
/// IPv6 flow label of a lookup, u32 in network byte order (since Linux 6.14).
pub const RTA_FLOWLABEL: u16 = 31;
/// One more than the highest route attribute here.
pub const RTA_COUNT: usize = 32;

/// Metrics that the kernel may not change by itself, u32, a bit per metric number.
pub const RTAX_LOCK: u16 = 1;
/// Path MTU in bytes, u32.
pub const RTAX_MTU: u16 = 2;
/// TCP window clamp in bytes, u32.
pub const RTAX_WINDOW: u16 = 3;
/// Initial TCP round trip time, u32, in eighths of a millisecond.
pub const RTAX_RTT: u16 = 4;
/// Initial variance of the round trip time, u32, in quarters of a millisecond.
pub const RTAX_RTTVAR: u16 = 5;
/// TCP slow start threshold in segments, u32.
pub const RTAX_SSTHRESH: u16 = 6;
/// TCP congestion window clamp in segments, u32.
pub const RTAX_CWND: u16 = 7;
/// TCP MSS to announce, in bytes, u32.
pub const RTAX_ADVMSS: u16 = 8;
/// Initial TCP reordering, u32.
pub const RTAX_REORDERING: u16 = 9;
/// TTL or hop limit, u32.
pub const RTAX_HOPLIMIT: u16 = 10;
/// Initial congestion window in segments, u32.
pub const RTAX_INITCWND: u16 = 11;
/// Feature bits, u32.
pub const RTAX_FEATURES: u16 = 12;
/// Least TCP retransmission time in milliseconds, u32.
pub const RTAX_RTO_MIN: u16 = 13;
/// Initial receive window in segments, u32.
pub const RTAX_INITRWND: u16 = 14;
/// Delayed acknowledgements off, u32.
pub const RTAX_QUICKACK: u16 = 15;
/// Name of the congestion control, C string.
pub const RTAX_CC_ALGO: u16 = 16;
/// TCP fast open without a cookie, u32.
pub const RTAX_FASTOPEN_NO_COOKIE: u16 = 17;
/// One more than the highest metric here.
pub const RTAX_COUNT: usize = 18;

open_enum! {
    /// What a route does with a packet (`rtm_type`). Names are those of ip-route(8).
    RouteType: u8 {
        /// Not told; in a deletion: any.
        #[doc(alias = "RTN_UNSPEC")]
        UNSPEC = 0, "none";
        /// Send on.
        #[doc(alias = "RTN_UNICAST")]
        UNICAST = 1, "unicast";
        /// Deliver here.
        #[doc(alias = "RTN_LOCAL")]
        LOCAL = 2, "local";
        /// Deliver here as broadcast, send as broadcast.
        #[doc(alias = "RTN_BROADCAST")]
        BROADCAST = 3, "broadcast";
        /// Deliver here as broadcast, send as unicast.
        #[doc(alias = "RTN_ANYCAST")]
        ANYCAST = 4, "anycast";
        /// Multicast.
        #[doc(alias = "RTN_MULTICAST")]
        MULTICAST = 5, "multicast";
        /// Drop silently; local senders get EINVAL.
        #[doc(alias = "RTN_BLACKHOLE")]
        BLACKHOLE = 6, "blackhole";
        /// Drop with ICMP unreachable; local senders get EHOSTUNREACH.
        #[doc(alias = "RTN_UNREACHABLE")]
        UNREACHABLE = 7, "unreachable";
        /// Drop with ICMP prohibited; local senders get EACCES.
        #[doc(alias = "RTN_PROHIBIT")]
        PROHIBIT = 8, "prohibit";
        /// Not in this table: go on with the next rule.
        #[doc(alias = "RTN_THROW")]
        THROW = 9, "throw";
        /// Translate; gone from the kernel.
        #[doc(alias = "RTN_NAT")]
        NAT = 10, "nat";
        /// Ask an external resolver; never implemented.
        #[doc(alias = "RTN_XRESOLVE")]
        XRESOLVE = 11, "xresolve";
    }
}

open_enum! {
    /// How far a destination is, or an address is valid (`rtm_scope`, `ifa_scope`).
    /// Higher is nearer. Names are those of ip-route(8).
    RouteScope: u8 {
        /// Everywhere. It is 0, so in a deletion it is *not* a wild card.
        #[doc(alias = "RT_SCOPE_UNIVERSE")]
        UNIVERSE = 0, "global";
        /// Inside this site.
        #[doc(alias = "RT_SCOPE_SITE")]
        SITE = 200, "site";
        /// On this link.
        #[doc(alias = "RT_SCOPE_LINK")]
        LINK = 253, "link";
        /// On this host.
        #[doc(alias = "RT_SCOPE_HOST")]
        HOST = 254, "host";
        /// Nowhere; in a deletion: any.
        #[doc(alias = "RT_SCOPE_NOWHERE")]
        NOWHERE = 255, "nowhere";
    }
}

open_enum! {
    /// Who made a route (`rtm_protocol`). Names are those of iproute2's rt_protos.
    RouteProtocol: u8 {
        /// Not told; in a deletion: any.
        #[doc(alias = "RTPROT_UNSPEC")]
        UNSPEC = 0, "unspec";
        /// An ICMP redirect.
        #[doc(alias = "RTPROT_REDIRECT")]
        REDIRECT = 1, "redirect";
        /// The kernel, with an address.
        #[doc(alias = "RTPROT_KERNEL")]
        KERNEL = 2, "kernel";
        /// While booting; what SIOCADDRT and `ip route` set.
        #[doc(alias = "RTPROT_BOOT")]
        BOOT = 3, "boot";
        /// An administrator.
        #[doc(alias = "RTPROT_STATIC")]
        STATIC = 4, "static";
        /// gated.
        #[doc(alias = "RTPROT_GATED")]
        GATED = 8, "gated";
        /// IPv6 router announcement.
        #[doc(alias = "RTPROT_RA")]
        RA = 9, "ra";
        /// Merit MRT.
        #[doc(alias = "RTPROT_MRT")]
        MRT = 10, "mrt";
        /// Zebra, FRR.
        #[doc(alias = "RTPROT_ZEBRA")]
        ZEBRA = 11, "zebra";
        /// BIRD.
        #[doc(alias = "RTPROT_BIRD")]
        BIRD = 12, "bird";
        /// DECnet routing daemon.
        #[doc(alias = "RTPROT_DNROUTED")]
        DNROUTED = 13, "dnrouted";
        /// XORP.
        #[doc(alias = "RTPROT_XORP")]
        XORP = 14, "xorp";
        /// Netsukuku.
        #[doc(alias = "RTPROT_NTK")]
        NTK = 15, "ntk";
        /// A DHCP client.
        #[doc(alias = "RTPROT_DHCP")]
        DHCP = 16, "dhcp";
        /// Multicast daemon.
        #[doc(alias = "RTPROT_MROUTED")]
        MROUTED = 17, "mrouted";
        /// Keepalived.
        #[doc(alias = "RTPROT_KEEPALIVED")]
        KEEPALIVED = 18, "keepalived";
        /// Babel.
        #[doc(alias = "RTPROT_BABEL")]
        BABEL = 42, "babel";
        /// Open/R.
        #[doc(alias = "RTPROT_OPENR")]
        OPENR = 99, "openr";
        /// BGP.
        #[doc(alias = "RTPROT_BGP")]
        BGP = 186, "bgp";
        /// IS-IS.
        #[doc(alias = "RTPROT_ISIS")]
        ISIS = 187, "isis";
        /// OSPF.
        #[doc(alias = "RTPROT_OSPF")]
        OSPF = 188, "ospf";
        /// RIP.
        #[doc(alias = "RTPROT_RIP")]
        RIP = 189, "rip";
        /// EIGRP.
        #[doc(alias = "RTPROT_EIGRP")]
        EIGRP = 192, "eigrp";
    }
}

open_enum! {
    /// A routing table. Any number may be used; these four have meanings.
    RouteTable: u32 {
        /// Not told; the kernel takes main.
        #[doc(alias = "RT_TABLE_UNSPEC")]
        UNSPEC = 0, "unspec";
        /// What the header holds where the table is above 255.
        #[doc(alias = "RT_TABLE_COMPAT")]
        COMPAT = 252, "compat";
        /// Consulted last.
        #[doc(alias = "RT_TABLE_DEFAULT")]
        DEFAULT = 253, "default";
        /// Where routes are put and looked for by default.
        #[doc(alias = "RT_TABLE_MAIN")]
        MAIN = 254, "main";
        /// The kernel's own: local and broadcast addresses.
        #[doc(alias = "RT_TABLE_LOCAL")]
        LOCAL = 255, "local";
    }
}

open_enum! {
    /// Which of several IPv6 routers is to be taken (RFC 4191).
    RouterPreference: u8 {
        /// Neither before nor behind others.
        #[doc(alias = "ICMPV6_ROUTER_PREF_MEDIUM")]
        MEDIUM = 0, "medium";
        /// Before others.
        #[doc(alias = "ICMPV6_ROUTER_PREF_HIGH")]
        HIGH = 1, "high";
        /// No preference; Linux takes it for medium.
        #[doc(alias = "ICMPV6_ROUTER_PREF_INVALID")]
        INVALID = 2, "invalid";
        /// Behind others.
        #[doc(alias = "ICMPV6_ROUTER_PREF_LOW")]
        LOW = 3, "low";
    }
}

wire_flags! {
    /// Flags of a route (`rtm_flags`); a route with one next hop carries
    /// [`NextHopFlags`] in the same word.
    RtmFlags: u32 {
        /// The next hop is dead.
        #[doc(alias = "RTNH_F_DEAD")]
        const DEAD = 0x1;
        /// Look the gateway up again.
        #[doc(alias = "RTNH_F_PERVASIVE")]
        const PERVASIVE = 0x2;
        /// Take the gateway to be on the link.
        #[doc(alias = "RTNH_F_ONLINK")]
        const ONLINK = 0x4;
        /// The next hop is in hardware.
        #[doc(alias = "RTNH_F_OFFLOAD")]
        const NEXT_HOP_OFFLOAD = 0x8;
        /// The next hop's device has no carrier.
        #[doc(alias = "RTNH_F_LINKDOWN")]
        const LINKDOWN = 0x10;
        /// The next hop is not resolved (multicast routes).
        #[doc(alias = "RTNH_F_UNRESOLVED")]
        const UNRESOLVED = 0x20;
        /// The next hop's packets go to the processor.
        #[doc(alias = "RTNH_F_TRAP")]
        const NEXT_HOP_TRAP = 0x40;
        /// Tell the user of changes.
        #[doc(alias = "RTM_F_NOTIFY")]
        const NOTIFY = 0x100;
        /// Made by a lookup, not by a person.
        #[doc(alias = "RTM_F_CLONED")]
        const CLONED = 0x200;
        /// Unused.
        #[doc(alias = "RTM_F_EQUALIZE")]
        const EQUALIZE = 0x400;
        /// An IPv6 prefix.
        #[doc(alias = "RTM_F_PREFIX")]
        const PREFIX = 0x800;
        /// Lookup: answer with the table that matched.
        #[doc(alias = "RTM_F_LOOKUP_TABLE")]
        const LOOKUP_TABLE = 0x1000;
        /// Lookup: answer with the route that matched, not with its result.
        #[doc(alias = "RTM_F_FIB_MATCH")]
        const FIB_MATCH = 0x2000;
        /// The route is in hardware.
        #[doc(alias = "RTM_F_OFFLOAD")]
        const OFFLOAD = 0x4000;
        /// The route's packets go to the processor.
        #[doc(alias = "RTM_F_TRAP")]
        const TRAP = 0x8000;
        /// Lookup: the user was to be told of changes.
        #[doc(alias = "RTCF_NOTIFY")]
        const NOTED = 0x1_0000;
        /// The hardware did not take the route.
        #[doc(alias = "RTM_F_OFFLOAD_FAILED")]
        const OFFLOAD_FAILED = 0x2000_0000;
    }
}

wire_flags! {
    /// Flags of a next hop (`rtnh_flags`).
    NextHopFlags: u8 {
        /// Dead: the device is gone or down.
        #[doc(alias = "RTNH_F_DEAD")]
        const DEAD = 0x01;
        /// Look the gateway up again.
        #[doc(alias = "RTNH_F_PERVASIVE")]
        const PERVASIVE = 0x02;
        /// Take the gateway to be on the link.
        #[doc(alias = "RTNH_F_ONLINK")]
        const ONLINK = 0x04;
        /// In hardware.
        #[doc(alias = "RTNH_F_OFFLOAD")]
        const OFFLOAD = 0x08;
        /// The device has no carrier.
        #[doc(alias = "RTNH_F_LINKDOWN")]
        const LINKDOWN = 0x10;
        /// Not resolved (multicast routes).
        #[doc(alias = "RTNH_F_UNRESOLVED")]
        const UNRESOLVED = 0x20;
        /// Packets go to the processor.
        #[doc(alias = "RTNH_F_TRAP")]
        const TRAP = 0x40;
    }
}

const _: () = {
    assert!(size_of::<RouteHeader>() == 12);
    assert!(size_of::<NextHopHeader>() == 8);
    assert!(size_of::<RouteCacheInfo>() == 32);
};
