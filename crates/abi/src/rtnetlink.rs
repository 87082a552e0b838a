//! Routing netlink: the fixed headers, attribute numbers and values of devices, addresses, routes,
//! rules and neighbours.
//!
//! Numbers and layouts are those of `<linux/rtnetlink.h>`, `<linux/if_link.h>`,
//! `<linux/if_addr.h>`, `<linux/fib_rules.h>` and `<linux/neighbour.h>`; meaning is in rtnetlink(7)
//! and in the kernel's `Documentation/netlink/specs/rt-*.yaml`. Values are in the host's byte order
//! except where a name says otherwise; IP addresses are bytes in network order.
//!
//! Attribute numbers are plain constants under the header's own names, as they are searched for;
//! their documentation tells the payload.

mod address;
mod link;
mod neighbour;
mod netconf;
mod route;
mod rule;

pub use address::*;
pub use link::*;
pub use neighbour::*;
pub use netconf::*;
pub use route::*;
pub use rule::*;

use crate::netlink::open_enum;

open_enum! {
    /// An address family as rtnetlink's headers hold it: one byte.
    Family: u8 {
        /// Any family.
        #[doc(alias = "AF_UNSPEC")]
        UNSPEC = 0, "unspec";
        /// IPv4.
        #[doc(alias = "AF_INET")]
        INET = 2, "inet";
        /// The bridge's view of devices and its forwarding table.
        #[doc(alias = "AF_BRIDGE")]
        BRIDGE = 7, "bridge";
        /// IPv6.
        #[doc(alias = "AF_INET6")]
        INET6 = 10, "inet6";
        /// Raw link layer.
        #[doc(alias = "AF_PACKET")]
        PACKET = 17, "packet";
        /// MPLS labels.
        #[doc(alias = "AF_MPLS")]
        MPLS = 28, "mpls";
        /// IPv4 multicast routing.
        #[doc(alias = "RTNL_FAMILY_IPMR")]
        IPMR = 128, "ipmr";
        /// IPv6 multicast routing.
        #[doc(alias = "RTNL_FAMILY_IP6MR")]
        IP6MR = 129, "ip6mr";
    }
}

open_enum! {
    /// A multicast group of NETLINK_ROUTE, by number: what to join to see which events.
    #[doc(alias = "RTNLGRP_LINK")]
    Group: u32 {
        /// Devices.
        #[doc(alias = "RTNLGRP_LINK")]
        LINK = 1, "link";
        /// Neighbours.
        #[doc(alias = "RTNLGRP_NEIGH")]
        NEIGH = 3, "neigh";
        /// IPv4 addresses.
        #[doc(alias = "RTNLGRP_IPV4_IFADDR")]
        IPV4_IFADDR = 5, "ipv4-ifaddr";
        /// IPv4 routes.
        #[doc(alias = "RTNLGRP_IPV4_ROUTE")]
        IPV4_ROUTE = 7, "ipv4-route";
        /// IPv4 policy routing rules.
        #[doc(alias = "RTNLGRP_IPV4_RULE")]
        IPV4_RULE = 8, "ipv4-rule";
        /// IPv6 addresses.
        #[doc(alias = "RTNLGRP_IPV6_IFADDR")]
        IPV6_IFADDR = 9, "ipv6-ifaddr";
        /// IPv6 routes.
        #[doc(alias = "RTNLGRP_IPV6_ROUTE")]
        IPV6_ROUTE = 11, "ipv6-route";
        /// IPv6 state of devices.
        #[doc(alias = "RTNLGRP_IPV6_IFINFO")]
        IPV6_IFINFO = 12, "ipv6-ifinfo";
        /// IPv6 prefixes announced by routers.
        #[doc(alias = "RTNLGRP_IPV6_PREFIX")]
        IPV6_PREFIX = 18, "ipv6-prefix";
        /// IPv6 policy routing rules.
        #[doc(alias = "RTNLGRP_IPV6_RULE")]
        IPV6_RULE = 19, "ipv6-rule";
        /// IPv4 settings of devices.
        #[doc(alias = "RTNLGRP_IPV4_NETCONF")]
        IPV4_NETCONF = 24, "ipv4-netconf";
        /// IPv6 settings of devices.
        #[doc(alias = "RTNLGRP_IPV6_NETCONF")]
        IPV6_NETCONF = 25, "ipv6-netconf";
        /// MPLS routes.
        #[doc(alias = "RTNLGRP_MPLS_ROUTE")]
        MPLS_ROUTE = 27, "mpls-route";
        /// Numbers of network namespaces.
        #[doc(alias = "RTNLGRP_NSID")]
        NSID = 28, "nsid";
        /// Next hop objects.
        #[doc(alias = "RTNLGRP_NEXTHOP")]
        NEXTHOP = 32, "nexthop";
        /// IPv4 multicast groups of devices (since Linux 6.14).
        #[doc(alias = "RTNLGRP_IPV4_MCADDR")]
        IPV4_MCADDR = 37, "ipv4-mcaddr";
        /// IPv6 multicast groups of devices (since Linux 6.14).
        #[doc(alias = "RTNLGRP_IPV6_MCADDR")]
        IPV6_MCADDR = 38, "ipv6-mcaddr";
        /// IPv6 anycast addresses of devices (since Linux 6.14).
        #[doc(alias = "RTNLGRP_IPV6_ACADDR")]
        IPV6_ACADDR = 39, "ipv6-acaddr";
    }
}
