//! What a port of a bridge is like, in [`IFLA_INFO_SLAVE_DATA`](super::IFLA_INFO_SLAVE_DATA).

/// State in the spanning tree, u8: 0 disabled, 1 listening, 2 learning, 3 forwarding, 4 blocking.
pub const IFLA_BRPORT_STATE: u16 = 1;
/// Priority in the spanning tree, u16.
pub const IFLA_BRPORT_PRIORITY: u16 = 2;
/// Cost of the way through the port, u32.
pub const IFLA_BRPORT_COST: u16 = 3;
/// Hairpin: send back through the port what came in by it, u8.
pub const IFLA_BRPORT_MODE: u16 = 4;
/// Shut the port when a message of a spanning tree comes in, u8.
pub const IFLA_BRPORT_GUARD: u16 = 5;
/// Never become the port to the root, u8.
pub const IFLA_BRPORT_PROTECT: u16 = 6;
/// Forget a multicast group at once when a listener leaves, u8.
pub const IFLA_BRPORT_FAST_LEAVE: u16 = 7;
/// Learn from what arrives, u8.
pub const IFLA_BRPORT_LEARNING: u16 = 8;
/// Send what is for an unknown address, u8.
pub const IFLA_BRPORT_UNICAST_FLOOD: u16 = 9;
/// Answer ARP, u8.
pub const IFLA_BRPORT_PROXYARP: u16 = 10;
/// Answer ARP as for wireless stations, u8.
pub const IFLA_BRPORT_PROXYARP_WIFI: u16 = 12;
/// Root bridge as the port's network sees it, 8 bytes.
pub const IFLA_BRPORT_ROOT_ID: u16 = 13;
/// Bridge through which the port's network reaches the root, 8 bytes.
pub const IFLA_BRPORT_BRIDGE_ID: u16 = 14;
/// That bridge's port, u16.
pub const IFLA_BRPORT_DESIGNATED_PORT: u16 = 15;
/// That bridge's cost to the root, u16.
pub const IFLA_BRPORT_DESIGNATED_COST: u16 = 16;
/// Priority and number, u16.
pub const IFLA_BRPORT_ID: u16 = 17;
/// Number, u16.
pub const IFLA_BRPORT_NO: u16 = 18;
/// A change was acknowledged, u8.
pub const IFLA_BRPORT_TOPOLOGY_CHANGE_ACK: u16 = 19;
/// A message of the spanning tree waits to be sent, u8.
pub const IFLA_BRPORT_CONFIG_PENDING: u16 = 20;
/// Message age timer, u64, hundredths of a second.
pub const IFLA_BRPORT_MESSAGE_AGE_TIMER: u16 = 21;
/// Forward delay timer, u64, hundredths of a second.
pub const IFLA_BRPORT_FORWARD_DELAY_TIMER: u16 = 22;
/// Hold timer, u64, hundredths of a second.
pub const IFLA_BRPORT_HOLD_TIMER: u16 = 23;
/// Multicast routers behind the port, u8.
pub const IFLA_BRPORT_MULTICAST_ROUTER: u16 = 25;
/// Send multicast that nobody is known to listen to, u8.
pub const IFLA_BRPORT_MCAST_FLOOD: u16 = 27;
/// Send multicast to each listener's own address, u8.
pub const IFLA_BRPORT_MCAST_TO_UCAST: u16 = 28;
/// Map VLANs to tunnels, u8.
pub const IFLA_BRPORT_VLAN_TUNNEL: u16 = 29;
/// Send broadcast, u8.
pub const IFLA_BRPORT_BCAST_FLOOD: u16 = 30;
/// Which link-local groups are forwarded, u16.
pub const IFLA_BRPORT_GROUP_FWD_MASK: u16 = 31;
/// Answer ARP and neighbour discovery instead of sending them, u8.
pub const IFLA_BRPORT_NEIGH_SUPPRESS: u16 = 32;
/// Nothing goes to another isolated port, u8.
pub const IFLA_BRPORT_ISOLATED: u16 = 33;
/// The ring of the media redundancy protocol is open, u8.
pub const IFLA_BRPORT_MRP_RING_OPEN: u16 = 35;
/// The interconnection of such rings is open, u8.
pub const IFLA_BRPORT_MRP_IN_OPEN: u16 = 36;
/// Most multicast hosts that are tracked, u32.
pub const IFLA_BRPORT_MCAST_EHT_HOSTS_LIMIT: u16 = 37;
/// Multicast hosts that are tracked, u32.
pub const IFLA_BRPORT_MCAST_EHT_HOSTS_CNT: u16 = 38;
/// Let in only addresses that are known, u8; since Linux 5.18.
pub const IFLA_BRPORT_LOCKED: u16 = 39;
/// Note unknown addresses behind a locked port, u8; since Linux 6.2.
pub const IFLA_BRPORT_MAB: u16 = 40;
/// Multicast groups behind the port, u32; since Linux 6.3.
pub const IFLA_BRPORT_MCAST_N_GROUPS: u16 = 41;
/// Most multicast groups behind the port, u32, 0 is no limit; since Linux 6.3.
pub const IFLA_BRPORT_MCAST_MAX_GROUPS: u16 = 42;
/// Answer ARP and neighbour discovery by VLAN, u8; since Linux 6.4.
pub const IFLA_BRPORT_NEIGH_VLAN_SUPPRESS: u16 = 43;
