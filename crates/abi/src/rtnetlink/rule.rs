//! Policy rules: RTM_NEWRULE, RTM_DELRULE, RTM_GETRULE (`<linux/fib_rules.h>`).

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::Family;
use crate::netlink::{open_enum, wire_flags};

/// The fixed part of a rule message, 12 bytes (`struct fib_rule_hdr`).
#[doc(alias = "fib_rule_hdr")]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(C)]
pub struct RuleHeader {
    /// Family of the packets.
    pub family: Family,
    /// Bits of the destination prefix.
    #[doc(alias = "dst_len")]
    pub destination_length: u8,
    /// Bits of the source prefix.
    #[doc(alias = "src_len")]
    pub source_length: u8,
    /// Type of service that packets must have, 0 for any.
    pub tos: u8,
    /// Routing table, where it is below 256; [`FRA_TABLE`] has all of it and wins.
    pub table: u8,
    /// Nothing.
    #[doc(alias = "res1")]
    pub reserved: [u8; 2],
    /// What becomes of packets.
    pub action: RuleAction,
    /// Flags.
    pub flags: RuleFlags,
}

open_enum! {
    /// What becomes of packets that a rule fits.
    #[doc(alias = "FR_ACT_TO_TBL")]
    RuleAction: u8 {
        /// None that is known: they are dropped.
        #[doc(alias = "FR_ACT_UNSPEC")]
        UNSPEC = 0, "unspec";
        /// A table is asked.
        #[doc(alias = "FR_ACT_TO_TBL")]
        TO_TABLE = 1, "to_tbl";
        /// The rules go on at another one.
        #[doc(alias = "FR_ACT_GOTO")]
        GOTO = 2, "goto";
        /// Nothing: the rules go on.
        #[doc(alias = "FR_ACT_NOP")]
        NOP = 3, "nop";
        /// They are dropped (EINVAL).
        #[doc(alias = "FR_ACT_BLACKHOLE")]
        BLACKHOLE = 6, "blackhole";
        /// The network is unreachable (ENETUNREACH).
        #[doc(alias = "FR_ACT_UNREACHABLE")]
        UNREACHABLE = 7, "unreachable";
        /// It is forbidden (EACCES).
        #[doc(alias = "FR_ACT_PROHIBIT")]
        PROHIBIT = 8, "prohibit";
    }
}

wire_flags! {
    /// What a rule is beside what packets it fits.
    #[doc(alias = "FIB_RULE_INVERT")]
    RuleFlags: u32 {
        /// It cannot be deleted.
        #[doc(alias = "FIB_RULE_PERMANENT")]
        const PERMANENT = 0x1;
        /// It fits those packets that it would not fit otherwise.
        #[doc(alias = "FIB_RULE_INVERT")]
        const INVERT = 0x2;
        /// There is no rule of the priority that it goes to (answers).
        #[doc(alias = "FIB_RULE_UNRESOLVED")]
        const UNRESOLVED = 0x4;
        /// There is no device of the name in [`FRA_IIFNAME`] (answers).
        #[doc(alias("FIB_RULE_IIF_DETACHED", "FIB_RULE_DEV_DETACHED"))]
        const INPUT_DETACHED = 0x8;
        /// There is no device of the name in [`FRA_OIFNAME`] (answers).
        #[doc(alias = "FIB_RULE_OIF_DETACHED")]
        const OUTPUT_DETACHED = 0x10;
        /// A packet without a source has the one that it would get (IPv6).
        #[doc(alias = "FIB_RULE_FIND_SADDR")]
        const FIND_SOURCE = 0x1_0000;
    }
}

/// Destination prefix, an address.
pub const FRA_DST: u16 = 1;
/// Source prefix, an address.
pub const FRA_SRC: u16 = 2;
/// Name of the device that packets came in by, a string; `lo` for those of this host.
#[doc(alias = "FRA_IFNAME")]
pub const FRA_IIFNAME: u16 = 3;
/// Priority of the rule to go on at, u32.
pub const FRA_GOTO: u16 = 4;
/// Priority, u32: the least comes first.
pub const FRA_PRIORITY: u16 = 6;
/// Mark, u32.
pub const FRA_FWMARK: u16 = 10;
/// Realms, u32 (IPv4).
pub const FRA_FLOW: u16 = 11;
/// Tunnel, u64, in network byte order.
pub const FRA_TUN_ID: u16 = 12;
/// Group of devices by which no route that is found may go, u32.
pub const FRA_SUPPRESS_IFGROUP: u16 = 13;
/// Prefix length that a route must have more than, i32; -1 for none.
pub const FRA_SUPPRESS_PREFIXLEN: u16 = 14;
/// Table, u32.
pub const FRA_TABLE: u16 = 15;
/// Bits of the mark that count, u32.
pub const FRA_FWMASK: u16 = 16;
/// Name of the device that packets are bound to, a string.
pub const FRA_OIFNAME: u16 = 17;
/// Nothing: room before a number of eight bytes.
pub const FRA_PAD: u16 = 18;
/// The table is that of the packet's VRF, u8: 1.
pub const FRA_L3MDEV: u16 = 19;
/// Users, [`RuleRange32`].
pub const FRA_UID_RANGE: u16 = 20;
/// Who made the rule, u8: a [`RouteProtocol`](super::RouteProtocol).
pub const FRA_PROTOCOL: u16 = 21;
/// IP protocol, u8.
pub const FRA_IP_PROTO: u16 = 22;
/// Source ports, [`RuleRange16`].
pub const FRA_SPORT_RANGE: u16 = 23;
/// Destination ports, [`RuleRange16`].
pub const FRA_DPORT_RANGE: u16 = 24;
/// Differentiated services, u8: six bits.
pub const FRA_DSCP: u16 = 25;
/// Flow label, u32 in network byte order (IPv6).
pub const FRA_FLOWLABEL: u16 = 26;
/// Bits of the flow label that count, u32 in network byte order (IPv6).
pub const FRA_FLOWLABEL_MASK: u16 = 27;
/// Bits of the source port that count, u16.
pub const FRA_SPORT_MASK: u16 = 28;
/// Bits of the destination port that count, u16.
pub const FRA_DPORT_MASK: u16 = 29;
/// Bits of the differentiated services that count, u8.
pub const FRA_DSCP_MASK: u16 = 30;
/// One more than the greatest attribute of a rule.
#[doc(alias = "__FRA_MAX")]
pub const FRA_COUNT: usize = 31;

/// Users, from one to another (`struct fib_rule_uid_range`).
#[doc(alias = "fib_rule_uid_range")]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(C)]
pub struct RuleRange32 {
    /// The first.
    pub start: u32,
    /// The last.
    pub end: u32,
}

/// Ports, from one to another (`struct fib_rule_port_range`); in the host's byte order.
#[doc(alias = "fib_rule_port_range")]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(C)]
pub struct RuleRange16 {
    /// The first.
    pub start: u16,
    /// The last.
    pub end: u16,
}
