//! Socket addresses as `ifreq` and `rtentry` hold them, and socket kinds.

use core::net::Ipv4Addr;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// An address family: what a socket speaks, or what an address is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Family(pub u16);

impl Family {
    /// No family: what `SIOCADDMULTI` wants.
    #[doc(alias = "AF_UNSPEC")]
    pub const UNSPEC: Self = Self(0);
    /// Local sockets.
    #[doc(alias = "AF_UNIX")]
    pub const UNIX: Self = Self(1);
    /// IPv4.
    #[doc(alias = "AF_INET")]
    pub const INET: Self = Self(2);
    /// IPv6.
    #[doc(alias = "AF_INET6")]
    pub const INET6: Self = Self(10);
    /// Netlink.
    #[doc(alias = "AF_NETLINK")]
    pub const NETLINK: Self = Self(16);
    /// Packets of the link layer.
    #[doc(alias = "AF_PACKET")]
    pub const PACKET: Self = Self(17);
}

/// A socket type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SocketType(pub u32);

impl SocketType {
    /// A byte stream.
    #[doc(alias = "SOCK_STREAM")]
    pub const STREAM: Self = Self(1);
    /// Datagrams.
    #[doc(alias = "SOCK_DGRAM")]
    pub const DATAGRAM: Self = Self(2);
    /// Raw packets.
    #[doc(alias = "SOCK_RAW")]
    pub const RAW: Self = Self(3);
}

/// A `struct sockaddr`, 16 bytes: a family and 14 bytes that it explains.
///
/// For IPv4 the data are a port (2 bytes), the address (4) and padding (8), as `sockaddr_in` has
/// them; for a hardware address the family is an `ARPHRD_*` type and the data begin with the address.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(C)]
#[doc(alias = "sockaddr")]
pub struct SockAddr {
    /// The family, in the machine's byte order.
    pub family: u16,
    /// What the family says.
    pub data: [u8; 14],
}

impl SockAddr {
    /// Returns the socket address of an IPv4 address, port 0.
    #[doc(alias = "sockaddr_in")]
    pub fn inet(address: Ipv4Addr) -> Self {
        let [a, b, c, d] = address.octets();
        Self { family: Family::INET.0, data: [0, 0, a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0] }
    }

    /// Returns the IPv4 address at its place in the data, whatever the family says.
    pub fn inet_address(&self) -> Ipv4Addr {
        let [_, _, a, b, c, d, ..] = self.data;
        Ipv4Addr::new(a, b, c, d)
    }
}
