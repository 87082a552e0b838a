//! The requests about routes: IPv4's on sockets of `AF_INET` and `AF_PACKET`, IPv6's on `AF_INET6`.

use super::Control;
use crate::Result;
use core::ffi::c_ulong;
use core::net::{Ipv4Addr, Ipv6Addr};
use ifctl_abi::route::{RouteFlags, RtEntry};
use ifctl_abi::{DeviceName, In6RtMsg, SockAddr};
use ifctl_kernel::{Request, Route};

/// An IPv4 route as `rtentry` has it; the odd combinations that route(8) sends included.
///
/// See the kernel's `net/ipv4/fib_frontend.c` (`rtentry_to_fib_config`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RouteRequest {
    /// The destination; its bits below the mask must be 0.
    pub destination: Ipv4Addr,
    /// The destination's mask; `None` is 0.0.0.0, which only the default route passes. Not looked at
    /// with [`RouteFlags::HOST`].
    pub mask: Option<Ipv4Addr>,
    /// The gateway. Set [`RouteFlags::GATEWAY`] with it: without, it must be an address of this host.
    pub gateway: Option<Ipv4Addr>,
    /// The flags; [`RouteFlags::UP`] is not needed.
    pub flags: RouteFlags,
    /// The priority *plus one*; 0 for none. In a deletion 0 and 1 match any.
    pub metric: i16,
    /// The device; an alias makes its address the preferred source.
    pub device: Option<DeviceName>,
    /// The MSS plus 40, in bytes; counts with [`RouteFlags::MTU`].
    pub mtu: u32,
    /// The TCP window in bytes; counts with [`RouteFlags::WINDOW`].
    pub window: u32,
    /// The initial round trip time, in units of 1/8 of the kernel's `rtt` metric; counts with
    /// [`RouteFlags::IRTT`].
    pub irtt: u16,
}

/// An IPv6 route as `in6_rtmsg` has it.
///
/// See the kernel's `net/ipv6/route.c` (`rtmsg_to_fib6_config`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route6Request {
    /// The destination; bits below the prefix are cleared by the kernel.
    pub destination: Ipv6Addr,
    /// The prefix length in bits, up to 128.
    pub prefix_length: u16,
    /// The gateway. In a deletion it is compared only with [`RouteFlags::GATEWAY`].
    pub gateway: Option<Ipv6Addr>,
    /// The metric; 0 is 1024 when added, and any when deleted.
    pub metric: u32,
    /// The flags. Mind that [`RouteFlags::HOST`] is the bit that today means "on link".
    pub flags: RouteFlags,
    /// The device's index; 0 for none.
    pub index: u32,
}

impl RouteRequest {
    /// Returns a route to this destination and mask, up, with nothing else said.
    pub fn new(destination: Ipv4Addr, mask: Ipv4Addr) -> Self {
        Self {
            destination,
            mask: Some(mask),
            gateway: None,
            flags: RouteFlags::UP,
            metric: 0,
            device: None,
            mtu: 0,
            window: 0,
            irtt: 0,
        }
    }

    /// Returns the route through this gateway.
    #[must_use]
    pub fn via(mut self, gateway: Ipv4Addr) -> Self {
        self.gateway = Some(gateway);
        self.flags |= RouteFlags::GATEWAY;
        self
    }

    /// Returns the route by this device, or by this alias, whose address then is the source.
    #[must_use]
    pub fn dev(mut self, device: DeviceName) -> Self {
        self.device = Some(device);
        self
    }

    /// Returns the request's argument.
    fn argument(&self) -> Route {
        let inet = |address: Option<Ipv4Addr>| address.map(SockAddr::inet).unwrap_or_default();
        let entry = RtEntry {
            destination: SockAddr::inet(self.destination),
            gateway: inet(self.gateway),
            mask: inet(self.mask),
            flags: self.flags.bits() as u16,
            metric: self.metric,
            mtu: c_ulong::from(self.mtu),
            window: c_ulong::from(self.window),
            irtt: self.irtt,
            ..RtEntry::default()
        };
        Route { entry, device: self.device }
    }
}

impl Route6Request {
    /// Returns the request's argument.
    fn argument(&self) -> In6RtMsg {
        In6RtMsg {
            destination: self.destination.octets(),
            gateway: self.gateway.map(|gateway| gateway.octets()).unwrap_or_default(),
            destination_length: self.prefix_length,
            metric: self.metric,
            flags: self.flags.bits(),
            index: self.index.cast_signed(),
            ..In6RtMsg::default()
        }
    }
}

impl Control<'_> {
    /// Adds an IPv4 route to the main table.
    ///
    /// A route with the same destination and priority but another gateway or device is no obstacle: the
    /// new one goes before it.
    ///
    /// # Errors
    ///
    /// `EPERM` without `CAP_NET_ADMIN`, `EINVAL` for a mask with holes or a destination with bits below
    /// it, `ENODEV` for an unknown device or alias, or for neither device nor gateway, `ENETDOWN`,
    /// `ENETUNREACH` for a gateway that no device reaches, `EEXIST` for the very same route. See the
    /// kernel's `net/ipv4/fib_frontend.c`.
    #[doc(alias = "SIOCADDRT")]
    pub fn add_route(&self, route: &RouteRequest) -> Result<()> {
        self.carry_out(route.destination, Request::AddRoute(&mut route.argument()))
    }

    /// Deletes the first IPv4 route of the main table that matches what is given; a route that the
    /// kernel made with an address too.
    ///
    /// # Errors
    ///
    /// `ESRCH` if none matches; else as [`add_route`](Self::add_route).
    #[doc(alias = "SIOCDELRT")]
    pub fn delete_route(&self, route: &RouteRequest) -> Result<()> {
        self.carry_out(route.destination, Request::DeleteRoute(&mut route.argument()))
    }

    /// Adds an IPv6 route to the main table.
    ///
    /// # Errors
    ///
    /// `EPERM` without `CAP_NET_ADMIN`, `EINVAL` for a prefix over 128 or a link-local gateway without a
    /// device, `ENODEV`, `EHOSTUNREACH` for a gateway that is not on the link, `ENETDOWN`, `EACCES` where
    /// IPv6 is disabled, `EEXIST`. See the kernel's `net/ipv6/route.c`.
    #[doc(alias = "SIOCADDRT")]
    pub fn add_route6(&self, route: &Route6Request) -> Result<()> {
        self.carry_out(route.destination, Request::AddRoute6(&mut route.argument()))
    }

    /// Deletes the first IPv6 route of the main table that matches what is given.
    ///
    /// # Errors
    ///
    /// `EPERM` without `CAP_NET_ADMIN`, `ESRCH` if none matches.
    #[doc(alias = "SIOCDELRT")]
    pub fn delete_route6(&self, route: &Route6Request) -> Result<()> {
        self.carry_out(route.destination, Request::DeleteRoute6(&mut route.argument()))
    }
}
