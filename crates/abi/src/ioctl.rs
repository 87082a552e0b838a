//! The numbers of the requests, as `<linux/sockios.h>` has them.

/// Add a route.
pub const SIOCADDRT: u32 = 0x890B;
/// Delete a route.
pub const SIOCDELRT: u32 = 0x890C;
/// Never implemented.
pub const SIOCRTMSG: u32 = 0x890D;
/// Get the name of a device, by its index.
pub const SIOCGIFNAME: u32 = 0x8910;
/// Never implemented.
pub const SIOCSIFLINK: u32 = 0x8911;
/// List the IPv4 addresses.
pub const SIOCGIFCONF: u32 = 0x8912;
/// Get the flags.
pub const SIOCGIFFLAGS: u32 = 0x8913;
/// Set the flags.
pub const SIOCSIFFLAGS: u32 = 0x8914;
/// Get the IPv4 address of a label.
pub const SIOCGIFADDR: u32 = 0x8915;
/// Set the IPv4 address of a label; on an IPv6 socket, add an IPv6 address.
pub const SIOCSIFADDR: u32 = 0x8916;
/// Get the peer's address.
pub const SIOCGIFDSTADDR: u32 = 0x8917;
/// Set the peer's address.
pub const SIOCSIFDSTADDR: u32 = 0x8918;
/// Get the broadcast address.
pub const SIOCGIFBRDADDR: u32 = 0x8919;
/// Set the broadcast address.
pub const SIOCSIFBRDADDR: u32 = 0x891A;
/// Get the network mask.
pub const SIOCGIFNETMASK: u32 = 0x891B;
/// Set the network mask.
pub const SIOCSIFNETMASK: u32 = 0x891C;
/// Get the metric: 0.
pub const SIOCGIFMETRIC: u32 = 0x891D;
/// Set the metric: not supported.
pub const SIOCSIFMETRIC: u32 = 0x891E;
/// Never implemented.
pub const SIOCGIFMEM: u32 = 0x891F;
/// Never implemented.
pub const SIOCSIFMEM: u32 = 0x8920;
/// Get the MTU.
pub const SIOCGIFMTU: u32 = 0x8921;
/// Set the MTU.
pub const SIOCSIFMTU: u32 = 0x8922;
/// Rename a device.
pub const SIOCSIFNAME: u32 = 0x8923;
/// Set the hardware address.
pub const SIOCSIFHWADDR: u32 = 0x8924;
/// Never implemented.
pub const SIOCGIFENCAP: u32 = 0x8925;
/// Never implemented.
pub const SIOCSIFENCAP: u32 = 0x8926;
/// Get the hardware address.
pub const SIOCGIFHWADDR: u32 = 0x8927;
/// Get a slave: refused since Linux 2.2.
pub const SIOCGIFSLAVE: u32 = 0x8929;
/// Set a slave: refused since Linux 2.2.
pub const SIOCSIFSLAVE: u32 = 0x8930;
/// Add a link layer multicast address.
pub const SIOCADDMULTI: u32 = 0x8931;
/// Delete a link layer multicast address.
pub const SIOCDELMULTI: u32 = 0x8932;
/// Get the index of a device, by its name.
pub const SIOCGIFINDEX: u32 = 0x8933;
/// Set the private flags: refused.
pub const SIOCSIFPFLAGS: u32 = 0x8934;
/// Get the private flags: refused.
pub const SIOCGIFPFLAGS: u32 = 0x8935;
/// Delete an IPv6 address.
pub const SIOCDIFADDR: u32 = 0x8936;
/// Set the hardware broadcast address.
pub const SIOCSIFHWBROADCAST: u32 = 0x8937;
/// Never implemented.
pub const SIOCGIFCOUNT: u32 = 0x8938;
/// Old questions about bridges.
pub const SIOCGIFBR: u32 = 0x8940;
/// Old orders to bridges.
pub const SIOCSIFBR: u32 = 0x8941;
/// Get the transmit queue length.
pub const SIOCGIFTXQLEN: u32 = 0x8942;
/// Set the transmit queue length.
pub const SIOCSIFTXQLEN: u32 = 0x8943;
/// Ask or tell a driver what ethtool(8) does; the argument holds a pointer.
pub const SIOCETHTOOL: u32 = 0x8946;
/// Get the number of a device's physical interface.
pub const SIOCGMIIPHY: u32 = 0x8947;
/// Read a register of a physical interface.
pub const SIOCGMIIREG: u32 = 0x8948;
/// Write a register of a physical interface.
pub const SIOCSMIIREG: u32 = 0x8949;
/// Get or set what a device of a wide area network is.
pub const SIOCWANDEV: u32 = 0x894A;
/// Delete an ARP entry.
pub const SIOCDARP: u32 = 0x8953;
/// Get an ARP entry.
pub const SIOCGARP: u32 = 0x8954;
/// Set an ARP entry.
pub const SIOCSARP: u32 = 0x8955;
/// Get the hardware parameters.
pub const SIOCGIFMAP: u32 = 0x8970;
/// Set the hardware parameters.
pub const SIOCSIFMAP: u32 = 0x8971;
/// Make a bridge.
pub const SIOCBRADDBR: u32 = 0x89A0;
/// Remove a bridge.
pub const SIOCBRDELBR: u32 = 0x89A1;
/// Add a port to a bridge.
pub const SIOCBRADDIF: u32 = 0x89A2;
/// Remove a port from a bridge.
pub const SIOCBRDELIF: u32 = 0x89A3;
/// Set how packets are stamped with their time.
pub const SIOCSHWTSTAMP: u32 = 0x89B0;
/// Get how packets are stamped with their time.
pub const SIOCGHWTSTAMP: u32 = 0x89B1;
