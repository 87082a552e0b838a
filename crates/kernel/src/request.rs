//! The requests, one line each.

use ifctl_abi::arp::ArpReq;
use ifctl_abi::route::RtEntry;
use ifctl_abi::{DeviceName, IfReq, In6IfReq, In6RtMsg, ioctl};

/// What a request's argument points to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ArgumentKind {
    /// A `struct ifreq`.
    IfReq,
    /// A `struct ifconf`.
    IfConf,
    /// A `struct rtentry`.
    Route,
    /// A `struct in6_rtmsg`.
    Route6,
    /// A `struct in6_ifreq`.
    Address6,
    /// A `struct arpreq`.
    Arp,
}

/// Which way a request's argument goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The kernel fills it; reading needs no privilege.
    Get,
    /// The kernel reads it; changing needs `CAP_NET_ADMIN`.
    Set,
}

/// One line of the table of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestInfo {
    /// The number that `ioctl` takes.
    pub number: u32,
    /// The name of the number: `SIOCGIFMTU`.
    pub name: &'static str,
    /// What the argument is.
    pub argument: ArgumentKind,
    /// Which way the argument goes.
    pub direction: Direction,
}

/// A list of IPv4 addresses to be filled: `struct ifconf`.
#[derive(Debug)]
#[doc(alias = "ifconf")]
pub struct IfConf<'a> {
    /// Where the records go; `None` asks for the length alone.
    pub buffer: Option<&'a mut [IfReq]>,
    /// In: how many bytes of the buffer may be used. Out: how many were filled, or, without a buffer,
    /// how many there are to fill.
    pub length: &'a mut i32,
}

/// A route, and the name of its device, which `struct rtentry` only points to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// The route; its `device` field is overwritten.
    pub entry: RtEntry,
    /// The device, or a label: then the label's address becomes the preferred source.
    pub device: Option<DeviceName>,
}

/// A request's argument, whatever the request.
#[derive(Debug)]
#[non_exhaustive]
pub enum Argument<'a> {
    /// A `struct ifreq`, written back on success.
    IfReq(&'a mut IfReq),
    /// A `struct ifconf`, its length written back on success.
    IfConf(IfConf<'a>),
    /// A `struct rtentry`.
    Route(&'a mut Route),
    /// A `struct in6_rtmsg`.
    Route6(&'a mut In6RtMsg),
    /// A `struct in6_ifreq`.
    Address6(&'a mut In6IfReq),
    /// A `struct arpreq`, written back on success.
    Arp(&'a mut ArpReq),
}

macro_rules! requests {
    ($($(#[$doc:meta])*
        $variant:ident = $number:ident: $kind:ident($argument:ty), $direction:ident;)*) => {
        /// A request to a socket, with its argument.
        ///
        /// One line each; [`Request::TABLE`] is the same as data.
        #[derive(Debug)]
        #[non_exhaustive]
        pub enum Request<'a> {
            $($(#[$doc])* $variant($argument),)*
            /// Any other request whose argument is a `struct ifreq` without a pointer in it.
            ///
            /// A kernel answers those that it has never heard of with `ENOTTY`. Linux is not asked
            /// about a number whose argument is longer than an `ifreq` or may hold a pointer; that
            /// is refused with `EOPNOTSUPP` before any call.
            Other {
                /// The number that `ioctl` takes.
                number: u32,
                /// The argument.
                argument: &'a mut IfReq,
            },
        }

        impl<'a> Request<'a> {
            /// The table of the requests: number, name, argument, direction.
            pub const TABLE: &'static [RequestInfo] = &[$(RequestInfo {
                number: ioctl::$number,
                name: stringify!($number),
                argument: ArgumentKind::$kind,
                direction: Direction::$direction,
            },)*];

            /// Returns the number that `ioctl` takes.
            pub fn number(&self) -> u32 {
                match self {
                    $(Self::$variant(_) => ioctl::$number,)*
                    Self::Other { number, .. } => *number,
                }
            }

            /// Returns the name of the number: `SIOCGIFMTU`; `ioctl` for [`Other`](Self::Other).
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => stringify!($number),)*
                    Self::Other { .. } => "ioctl",
                }
            }

            /// Returns the number and the argument.
            pub fn into_parts(self) -> (u32, Argument<'a>) {
                match self {
                    $(Self::$variant(argument) => (ioctl::$number, Argument::$kind(argument)),)*
                    Self::Other { number, argument } => (number, Argument::IfReq(argument)),
                }
            }
        }
    };
}

requests! {
    /// Index in, name out.
    #[doc(alias = "SIOCGIFNAME")]
    GetName = SIOCGIFNAME: IfReq(&'a mut IfReq), Get;
    /// Name in, index out.
    #[doc(alias = "SIOCGIFINDEX")]
    GetIndex = SIOCGIFINDEX: IfReq(&'a mut IfReq), Get;
    /// Name in, flags out.
    #[doc(alias = "SIOCGIFFLAGS")]
    GetFlags = SIOCGIFFLAGS: IfReq(&'a mut IfReq), Get;
    /// Name and the whole flag word in.
    #[doc(alias = "SIOCSIFFLAGS")]
    SetFlags = SIOCSIFFLAGS: IfReq(&'a mut IfReq), Set;
    /// Refused by Linux.
    #[doc(alias = "SIOCGIFPFLAGS")]
    GetPrivateFlags = SIOCGIFPFLAGS: IfReq(&'a mut IfReq), Get;
    /// Refused by Linux.
    #[doc(alias = "SIOCSIFPFLAGS")]
    SetPrivateFlags = SIOCSIFPFLAGS: IfReq(&'a mut IfReq), Set;
    /// Name in, 0 out.
    #[doc(alias = "SIOCGIFMETRIC")]
    GetMetric = SIOCGIFMETRIC: IfReq(&'a mut IfReq), Get;
    /// Refused by Linux.
    #[doc(alias = "SIOCSIFMETRIC")]
    SetMetric = SIOCSIFMETRIC: IfReq(&'a mut IfReq), Set;
    /// Name in, MTU out.
    #[doc(alias = "SIOCGIFMTU")]
    GetMtu = SIOCGIFMTU: IfReq(&'a mut IfReq), Get;
    /// Name and MTU in.
    #[doc(alias = "SIOCSIFMTU")]
    SetMtu = SIOCSIFMTU: IfReq(&'a mut IfReq), Set;
    /// Name in, hardware address out.
    #[doc(alias = "SIOCGIFHWADDR")]
    GetHardwareAddress = SIOCGIFHWADDR: IfReq(&'a mut IfReq), Get;
    /// Name and hardware address in.
    #[doc(alias = "SIOCSIFHWADDR")]
    SetHardwareAddress = SIOCSIFHWADDR: IfReq(&'a mut IfReq), Set;
    /// Name and hardware broadcast address in.
    #[doc(alias = "SIOCSIFHWBROADCAST")]
    SetHardwareBroadcast = SIOCSIFHWBROADCAST: IfReq(&'a mut IfReq), Set;
    /// Name in, hardware parameters out.
    #[doc(alias = "SIOCGIFMAP")]
    GetMap = SIOCGIFMAP: IfReq(&'a mut IfReq), Get;
    /// Name and hardware parameters in.
    #[doc(alias = "SIOCSIFMAP")]
    SetMap = SIOCSIFMAP: IfReq(&'a mut IfReq), Set;
    /// Name and multicast address in.
    #[doc(alias = "SIOCADDMULTI")]
    AddMulticast = SIOCADDMULTI: IfReq(&'a mut IfReq), Set;
    /// Name and multicast address in.
    #[doc(alias = "SIOCDELMULTI")]
    DeleteMulticast = SIOCDELMULTI: IfReq(&'a mut IfReq), Set;
    /// Name in, transmit queue length out.
    #[doc(alias = "SIOCGIFTXQLEN")]
    GetTxQueueLength = SIOCGIFTXQLEN: IfReq(&'a mut IfReq), Get;
    /// Name and transmit queue length in.
    #[doc(alias = "SIOCSIFTXQLEN")]
    SetTxQueueLength = SIOCSIFTXQLEN: IfReq(&'a mut IfReq), Set;
    /// Name and new name in.
    #[doc(alias = "SIOCSIFNAME")]
    SetName = SIOCSIFNAME: IfReq(&'a mut IfReq), Set;
    /// Addresses out.
    #[doc(alias = "SIOCGIFCONF")]
    GetConf = SIOCGIFCONF: IfConf(IfConf<'a>), Get;
    /// Label in, address out.
    #[doc(alias = "SIOCGIFADDR")]
    GetAddress = SIOCGIFADDR: IfReq(&'a mut IfReq), Get;
    /// Label and address in.
    #[doc(alias = "SIOCSIFADDR")]
    SetAddress = SIOCSIFADDR: IfReq(&'a mut IfReq), Set;
    /// Label in, peer's address out.
    #[doc(alias = "SIOCGIFDSTADDR")]
    GetDestination = SIOCGIFDSTADDR: IfReq(&'a mut IfReq), Get;
    /// Label and peer's address in.
    #[doc(alias = "SIOCSIFDSTADDR")]
    SetDestination = SIOCSIFDSTADDR: IfReq(&'a mut IfReq), Set;
    /// Label in, broadcast address out.
    #[doc(alias = "SIOCGIFBRDADDR")]
    GetBroadcast = SIOCGIFBRDADDR: IfReq(&'a mut IfReq), Get;
    /// Label and broadcast address in.
    #[doc(alias = "SIOCSIFBRDADDR")]
    SetBroadcast = SIOCSIFBRDADDR: IfReq(&'a mut IfReq), Set;
    /// Label in, mask out.
    #[doc(alias = "SIOCGIFNETMASK")]
    GetNetmask = SIOCGIFNETMASK: IfReq(&'a mut IfReq), Get;
    /// Label and mask in.
    #[doc(alias = "SIOCSIFNETMASK")]
    SetNetmask = SIOCSIFNETMASK: IfReq(&'a mut IfReq), Set;
    /// IPv6 sockets: address in.
    #[doc(alias = "SIOCSIFADDR")]
    AddAddress6 = SIOCSIFADDR: Address6(&'a mut In6IfReq), Set;
    /// IPv6 sockets: address in.
    #[doc(alias = "SIOCDIFADDR")]
    DeleteAddress6 = SIOCDIFADDR: Address6(&'a mut In6IfReq), Set;
    /// Route in.
    #[doc(alias = "SIOCADDRT")]
    AddRoute = SIOCADDRT: Route(&'a mut Route), Set;
    /// Route in.
    #[doc(alias = "SIOCDELRT")]
    DeleteRoute = SIOCDELRT: Route(&'a mut Route), Set;
    /// IPv6 sockets: route in.
    #[doc(alias = "SIOCADDRT")]
    AddRoute6 = SIOCADDRT: Route6(&'a mut In6RtMsg), Set;
    /// IPv6 sockets: route in.
    #[doc(alias = "SIOCDELRT")]
    DeleteRoute6 = SIOCDELRT: Route6(&'a mut In6RtMsg), Set;
    /// Protocol address and device in, entry out.
    #[doc(alias = "SIOCGARP")]
    GetArp = SIOCGARP: Arp(&'a mut ArpReq), Get;
    /// Entry in.
    #[doc(alias = "SIOCSARP")]
    SetArp = SIOCSARP: Arp(&'a mut ArpReq), Set;
    /// Protocol address and device in.
    #[doc(alias = "SIOCDARP")]
    DeleteArp = SIOCDARP: Arp(&'a mut ArpReq), Set;
}
