//! IPv6 routes (`net/ipv6/ip6_fib.c`, `net/ipv6/route.c`).

mod change;
mod device;
mod dump;
mod lookup;
mod message;
mod proc;
mod request;
mod table;

pub(crate) use change::{Config, add, delete_one, delete_route_of};
pub(crate) use device::{collect_garbage, device_changed, device_disabled, device_up, mtu_changed};
pub(crate) use dump::dump;
pub(crate) use proc::proc_ipv6_route;
pub(crate) use request::{delete_route, get_route, ioctl, new_route};
pub(crate) use table::{Place, Route, Tables};

use ifctl_abi::rtnetlink::{RouteTable, RouterPreference};

/// The table of prefixes, gateways, and all that users add.
pub(crate) const MAIN: u32 = RouteTable::MAIN.0;

/// The table of this host's own addresses.
pub(crate) const LOCAL: u32 = RouteTable::LOCAL.0;

/// The metric of a route that a user adds without one.
#[doc(alias = "IP6_RT_PRIO_USER")]
pub(crate) const METRIC_OF_USERS: u32 = 1024;

/// The metric of a route that comes with an address.
#[doc(alias = "IP6_RT_PRIO_ADDRCONF")]
pub(crate) const METRIC_OF_ADDRESSES: u32 = 256;

bitflags::bitflags! {
    /// What a route is, as /proc/net/ipv6_route tells it and `in6_rtmsg` takes it.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    #[doc(alias("RTF_UP", "rtmsg_flags"))]
    pub(crate) struct Flags: u32 {
        const UP = 0x1;
        const GATEWAY = 0x2;
        /// `RTNH_F_ONLINK`, which shares its bit with `RTF_HOST`.
        const ON_LINK = 0x4;
        const REJECT = 0x200;
        /// A default route that a router announced.
        const DEFAULT = 0x1_0000;
        const ADDRCONF = 0x4_0000;
        const ANYCAST = 0x10_0000;
        const NO_NEXT_HOP = 0x20_0000;
        const EXPIRES = 0x40_0000;
        const CACHE = 0x0100_0000;
        const PCPU = 0x4000_0000;
        const LOCAL = 0x8000_0000;
        const _ = !0;
    }
}

/// Where a router's preference lies in the flags.
const PREFERENCE_SHIFT: u32 = 27;

impl Flags {
    /// Returns the flags that tell a router's preference.
    #[doc(alias = "RTF_PREF")]
    fn of_preference(preference: RouterPreference) -> Self {
        let known = matches!(preference, RouterPreference::HIGH | RouterPreference::LOW);
        let preference = if known { preference } else { RouterPreference::MEDIUM };
        Self::from_bits_retain(u32::from(preference.0) << PREFERENCE_SHIFT)
    }

    /// Returns a router's preference.
    #[doc(alias = "IPV6_EXTRACT_PREF")]
    fn preference(self) -> RouterPreference {
        RouterPreference((self.bits() >> PREFERENCE_SHIFT & 3) as u8)
    }
}
