//! Netlink itself: message and attribute headers, flags, control messages, socket options.
//!
//! Numbers and layouts are those of `<linux/netlink.h>`; meaning is in netlink(7) and in the
//! kernel's `Documentation/userspace-api/netlink/`. Everything is in the host's byte order, and a
//! structure may be read from bytes of any alignment. Routing messages are in
//! [`rtnetlink`](crate::rtnetlink).

use bitflags::bitflags;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// Defines a number with named values that keeps values it does not know.
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        $name:ident: $number:ty {
            $($(#[$doc:meta])* $value:ident = $is:literal, $text:literal;)*
        }
    ) => {
        $(#[$meta])*
        #[derive(
            Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default,
            zerocopy::FromBytes, zerocopy::IntoBytes, zerocopy::Immutable, zerocopy::KnownLayout,
        )]
        #[repr(transparent)]
        pub struct $name(pub $number);

        impl $name {
            $($(#[$doc])* pub const $value: Self = Self($is);)*

            /// Returns the conventional name, or `None` for a number that has none here.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($is => Some($text),)*
                    _ => None,
                }
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self.name() {
                    Some(name) => write!(formatter, "{}({name})", stringify!($name)),
                    None => write!(formatter, "{}({})", stringify!($name), self.0),
                }
            }
        }

        /// Writes the conventional name, or the number in decimal.
        impl core::fmt::Display for $name {
            fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self.name() {
                    Some(name) => formatter.pad(name),
                    None => core::fmt::Display::fmt(&self.0, formatter),
                }
            }
        }
    };
}
pub(crate) use open_enum;

/// Defines a set of flags that can stand inside a wire structure and keeps unknown bits.
macro_rules! wire_flags {
    (
        $(#[$meta:meta])*
        $name:ident: $number:ty {
            $($(#[$($doc:tt)*])* const $flag:ident = $is:expr;)*
        }
    ) => {
        $(#[$meta])*
        #[derive(
            Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default,
            zerocopy::FromBytes, zerocopy::IntoBytes, zerocopy::Immutable, zerocopy::KnownLayout,
        )]
        #[repr(transparent)]
        pub struct $name($number);

        bitflags::bitflags! {
            impl $name: $number {
                $($(#[$($doc)*])* const $flag = $is;)*
                /// Bits without a name here are kept, not lost.
                const _ = !0;
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                write!(formatter, "{}(", stringify!($name))?;
                bitflags::parser::to_writer(self, &mut *formatter)?;
                formatter.write_str(")")
            }
        }
    };
}
pub(crate) use wire_flags;

/// Messages and attributes begin at multiples of this many bytes.
pub const NLMSG_ALIGNTO: usize = 4;

/// The header that begins each netlink message, 16 bytes (`struct nlmsghdr`).
#[doc(alias = "nlmsghdr")]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(C)]
pub struct NetlinkHeader {
    /// Bytes of the message, this header included, padding after it not.
    #[doc(alias = "nlmsg_len")]
    pub length: u32,
    /// What the message is.
    #[doc(alias = "nlmsg_type")]
    pub kind: MessageType,
    /// Flags; what the upper byte means depends on `kind`.
    #[doc(alias = "nlmsg_flags")]
    pub flags: MessageFlags,
    /// Number chosen by the requester, repeated in each answer; 0 in most events.
    #[doc(alias = "nlmsg_seq")]
    pub sequence: u32,
    /// Port of the socket that the message is from (request) or for (answer); 0 is the kernel.
    #[doc(alias = "nlmsg_pid")]
    pub port: u32,
}

/// The header that begins each attribute, 4 bytes (`struct nlattr`, `struct rtattr`).
#[doc(alias = "nlattr")]
#[doc(alias = "rtattr")]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(C)]
pub struct AttributeHeader {
    /// Bytes of the attribute, this header included, padding after it not.
    #[doc(alias = "nla_len")]
    pub length: u16,
    /// Attribute number in the low 14 bits, [`NLA_F_NESTED`] and [`NLA_F_NET_BYTEORDER`] above.
    #[doc(alias = "nla_type")]
    pub kind: u16,
}

/// The fixed part of an NLMSG_ERROR message, 20 bytes (`struct nlmsgerr`).
#[doc(alias = "nlmsgerr")]
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(C)]
pub struct ErrorHeader {
    /// 0 for an acknowledgement, else a negative errno.
    pub error: i32,
    /// Header of the request that is answered.
    pub request: NetlinkHeader,
}

/// Marks an attribute whose payload is attributes. Much of rtnetlink leaves it out.
pub const NLA_F_NESTED: u16 = 0x8000;
/// Marks an attribute whose payload is in network byte order. rtnetlink does not set it.
pub const NLA_F_NET_BYTEORDER: u16 = 0x4000;
/// Selects the attribute number from the `kind` of an attribute header.
pub const NLA_TYPE_MASK: u16 = 0x3fff;

open_enum! {
    /// What a message is (`nlmsg_type`): netlink's control messages and rtnetlink's.
    ///
    /// In rtnetlink each subject has four: NEW, DEL, GET, SET, in this order, the first a multiple
    /// of four. See rtnetlink(7).
    #[doc(alias = "nlmsg_type")]
    MessageType: u16 {
        /// To be skipped.
        #[doc(alias = "NLMSG_NOOP")]
        NOOP = 1, "NLMSG_NOOP";
        /// An error or an acknowledgement.
        #[doc(alias = "NLMSG_ERROR")]
        ERROR = 2, "NLMSG_ERROR";
        /// The end of a dump, with its result.
        #[doc(alias = "NLMSG_DONE")]
        DONE = 3, "NLMSG_DONE";
        /// Data lost; no kernel sends it today.
        #[doc(alias = "NLMSG_OVERRUN")]
        OVERRUN = 4, "NLMSG_OVERRUN";
        /// Make or change a device; also the answer and the event.
        #[doc(alias = "RTM_NEWLINK")]
        NEWLINK = 16, "RTM_NEWLINK";
        /// Delete a device; also the event.
        #[doc(alias = "RTM_DELLINK")]
        DELLINK = 17, "RTM_DELLINK";
        /// Ask for one device or all.
        #[doc(alias = "RTM_GETLINK")]
        GETLINK = 18, "RTM_GETLINK";
        /// Change a device that exists.
        #[doc(alias = "RTM_SETLINK")]
        SETLINK = 19, "RTM_SETLINK";
        /// Add an address; also the answer and the event.
        #[doc(alias = "RTM_NEWADDR")]
        NEWADDR = 20, "RTM_NEWADDR";
        /// Delete an address; also the event.
        #[doc(alias = "RTM_DELADDR")]
        DELADDR = 21, "RTM_DELADDR";
        /// Ask for addresses (IPv4: all of them only).
        #[doc(alias = "RTM_GETADDR")]
        GETADDR = 22, "RTM_GETADDR";
        /// Add a route; also the answer and the event.
        #[doc(alias = "RTM_NEWROUTE")]
        NEWROUTE = 24, "RTM_NEWROUTE";
        /// Delete a route; also the event.
        #[doc(alias = "RTM_DELROUTE")]
        DELROUTE = 25, "RTM_DELROUTE";
        /// Ask which route a destination takes, or for all routes.
        #[doc(alias = "RTM_GETROUTE")]
        GETROUTE = 26, "RTM_GETROUTE";
        /// Add or change a neighbour; also the answer and the event.
        #[doc(alias = "RTM_NEWNEIGH")]
        NEWNEIGH = 28, "RTM_NEWNEIGH";
        /// Delete a neighbour; also the event.
        #[doc(alias = "RTM_DELNEIGH")]
        DELNEIGH = 29, "RTM_DELNEIGH";
        /// Ask for one neighbour or all.
        #[doc(alias = "RTM_GETNEIGH")]
        GETNEIGH = 30, "RTM_GETNEIGH";
        /// Add a policy routing rule; also the answer and the event.
        #[doc(alias = "RTM_NEWRULE")]
        NEWRULE = 32, "RTM_NEWRULE";
        /// Delete a policy routing rule; also the event.
        #[doc(alias = "RTM_DELRULE")]
        DELRULE = 33, "RTM_DELRULE";
        /// Ask for the policy routing rules.
        #[doc(alias = "RTM_GETRULE")]
        GETRULE = 34, "RTM_GETRULE";
        /// An IPv6 prefix was announced (event only).
        #[doc(alias = "RTM_NEWPREFIX")]
        NEWPREFIX = 52, "RTM_NEWPREFIX";
        /// A multicast group was joined (event, since Linux 6.14); also the answer of GETMULTICAST.
        #[doc(alias = "RTM_NEWMULTICAST")]
        NEWMULTICAST = 56, "RTM_NEWMULTICAST";
        /// A multicast group was left (event, since Linux 6.14).
        #[doc(alias = "RTM_DELMULTICAST")]
        DELMULTICAST = 57, "RTM_DELMULTICAST";
        /// Ask for the IPv6 multicast addresses of the devices.
        #[doc(alias = "RTM_GETMULTICAST")]
        GETMULTICAST = 58, "RTM_GETMULTICAST";
        /// An IPv6 anycast address came (event, since Linux 6.14).
        #[doc(alias = "RTM_NEWANYCAST")]
        NEWANYCAST = 60, "RTM_NEWANYCAST";
        /// An IPv6 anycast address went (event, since Linux 6.14).
        #[doc(alias = "RTM_DELANYCAST")]
        DELANYCAST = 61, "RTM_DELANYCAST";
        /// Ask for the IPv6 anycast addresses of the devices.
        #[doc(alias = "RTM_GETANYCAST")]
        GETANYCAST = 62, "RTM_GETANYCAST";
        /// Per-device IP settings changed (event); also the answer of GETNETCONF.
        #[doc(alias = "RTM_NEWNETCONF")]
        NEWNETCONF = 80, "RTM_NEWNETCONF";
        /// Per-device IP settings are gone (event).
        #[doc(alias = "RTM_DELNETCONF")]
        DELNETCONF = 81, "RTM_DELNETCONF";
        /// Ask for per-device IP settings.
        #[doc(alias = "RTM_GETNETCONF")]
        GETNETCONF = 82, "RTM_GETNETCONF";
        /// Give another namespace a number; also the answer and the event.
        #[doc(alias = "RTM_NEWNSID")]
        NEWNSID = 88, "RTM_NEWNSID";
        /// A namespace lost its number (event).
        #[doc(alias = "RTM_DELNSID")]
        DELNSID = 89, "RTM_DELNSID";
        /// Ask for the number of another namespace.
        #[doc(alias = "RTM_GETNSID")]
        GETNSID = 90, "RTM_GETNSID";
        /// Answer of GETSTATS.
        #[doc(alias = "RTM_NEWSTATS")]
        NEWSTATS = 92, "RTM_NEWSTATS";
        /// Ask for statistics of one device or all, less than a GETLINK.
        #[doc(alias = "RTM_GETSTATS")]
        GETSTATS = 94, "RTM_GETSTATS";
        /// Add a next hop object; also the answer and the event.
        #[doc(alias = "RTM_NEWNEXTHOP")]
        NEWNEXTHOP = 104, "RTM_NEWNEXTHOP";
        /// Delete a next hop object; also the event.
        #[doc(alias = "RTM_DELNEXTHOP")]
        DELNEXTHOP = 105, "RTM_DELNEXTHOP";
        /// Ask for next hop objects.
        #[doc(alias = "RTM_GETNEXTHOP")]
        GETNEXTHOP = 106, "RTM_GETNEXTHOP";
        /// Add properties, such as alternative names, to a device.
        #[doc(alias = "RTM_NEWLINKPROP")]
        NEWLINKPROP = 108, "RTM_NEWLINKPROP";
        /// Delete properties of a device.
        #[doc(alias = "RTM_DELLINKPROP")]
        DELLINKPROP = 109, "RTM_DELLINKPROP";
    }
}

wire_flags! {
    /// Flags of a message (`nlmsg_flags`). See netlink(7).
    ///
    /// The upper byte has another meaning in each direction and for each kind of request, so some
    /// names share a bit: 0x100 is ROOT in a GET, REPLACE in a NEW, NONREC in a DEL and CAPPED in
    /// an answer. `Debug` prints the name that was defined first.
    #[doc(alias = "nlmsg_flags")]
    MessageFlags: u16 {
        /// It is a request; without this the kernel skips the message.
        #[doc(alias = "NLM_F_REQUEST")]
        const REQUEST = 0x1;
        /// Part of an answer that NLMSG_DONE ends.
        #[doc(alias = "NLM_F_MULTI")]
        const MULTI = 0x2;
        /// Answer success too, not only failure.
        #[doc(alias = "NLM_F_ACK")]
        const ACK = 0x4;
        /// Send the requester the event that its request causes.
        #[doc(alias = "NLM_F_ECHO")]
        const ECHO = 0x8;
        /// What is dumped changed meanwhile: the dump may miss or repeat an entry.
        #[doc(alias = "NLM_F_DUMP_INTR")]
        const DUMP_INTR = 0x10;
        /// The dump was filtered as asked.
        #[doc(alias = "NLM_F_DUMP_FILTERED")]
        const DUMP_FILTERED = 0x20;
        /// GET: return all. Either of ROOT and MATCH starts a dump.
        #[doc(alias = "NLM_F_ROOT")]
        const ROOT = 0x100;
        /// GET: return what matches.
        #[doc(alias = "NLM_F_MATCH")]
        const MATCH = 0x200;
        /// GET: return an atomic snapshot. Nothing in rtnetlink does.
        #[doc(alias = "NLM_F_ATOMIC")]
        const ATOMIC = 0x400;
        /// GET: ROOT and MATCH.
        #[doc(alias = "NLM_F_DUMP")]
        const DUMP = 0x300;
        /// NEW: replace what exists.
        #[doc(alias = "NLM_F_REPLACE")]
        const REPLACE = 0x100;
        /// NEW: fail with EEXIST if it exists.
        #[doc(alias = "NLM_F_EXCL")]
        const EXCL = 0x200;
        /// NEW: make it if it does not exist.
        #[doc(alias = "NLM_F_CREATE")]
        const CREATE = 0x400;
        /// NEW: put it behind those that exist.
        #[doc(alias = "NLM_F_APPEND")]
        const APPEND = 0x800;
        /// DEL: do not delete recursively.
        #[doc(alias = "NLM_F_NONREC")]
        const NONREC = 0x100;
        /// DEL: delete many (neighbour flush).
        #[doc(alias = "NLM_F_BULK")]
        const BULK = 0x200;
        /// Answer: the request is not repeated in it, only its header.
        #[doc(alias = "NLM_F_CAPPED")]
        const CAPPED = 0x100;
        /// Answer: extended ACK attributes follow.
        #[doc(alias = "NLM_F_ACK_TLVS")]
        const ACK_TLVS = 0x200;
    }
}

/// Extended ACK: a text, C string.
pub const NLMSGERR_ATTR_MSG: u16 = 1;
/// Extended ACK: where in the request the offending attribute begins, u32, from the message header.
pub const NLMSGERR_ATTR_OFFS: u16 = 2;
/// Extended ACK: bytes that a successful operation returns.
pub const NLMSGERR_ATTR_COOKIE: u16 = 3;
/// Extended ACK: the policy that the offending attribute broke, nested.
pub const NLMSGERR_ATTR_POLICY: u16 = 4;
/// Extended ACK: number of a required attribute that is missing, u32.
pub const NLMSGERR_ATTR_MISS_TYPE: u16 = 5;
/// Extended ACK: offset of the nest in which an attribute is missing, u32; absent: the message.
pub const NLMSGERR_ATTR_MISS_NEST: u16 = 6;

/// The netlink protocol of routing, devices and addresses: third argument of socket(2).
pub const NETLINK_ROUTE: i32 = 0;
/// The level of netlink's options in setsockopt(2).
pub const SOL_NETLINK: i32 = 270;

/// Socket option, write: join a multicast group by number.
pub const NETLINK_ADD_MEMBERSHIP: i32 = 1;
/// Socket option, write: leave a multicast group by number.
pub const NETLINK_DROP_MEMBERSHIP: i32 = 2;
/// Socket option: tell the group of each message as ancillary data.
pub const NETLINK_PKTINFO: i32 = 3;
/// Socket option: tell senders of failed broadcasts.
pub const NETLINK_BROADCAST_ERROR: i32 = 4;
/// Socket option: do not report a full receive queue as ENOBUFS.
pub const NETLINK_NO_ENOBUFS: i32 = 5;
/// Socket option: receive events of every namespace that has a number here.
pub const NETLINK_LISTEN_ALL_NSID: i32 = 8;
/// Socket option, read: the groups joined, as a bit map.
pub const NETLINK_LIST_MEMBERSHIPS: i32 = 9;
/// Socket option: answers do not repeat the request (since Linux 4.3).
pub const NETLINK_CAP_ACK: i32 = 10;
/// Socket option: answers carry text and offset of an error (since Linux 4.12).
pub const NETLINK_EXT_ACK: i32 = 11;
/// Socket option: check dump requests, and filter as they ask (since Linux 4.20).
pub const NETLINK_GET_STRICT_CHK: i32 = 12;

bitflags! {
    /// Multicast groups 1 to 32 as the bits of `nl_groups` in `struct sockaddr_nl`.
    ///
    /// Higher groups are joined with [`NETLINK_ADD_MEMBERSHIP`] only; group numbers are
    /// [`rtnetlink::Group`](crate::rtnetlink::Group).
    #[doc(alias = "nl_groups")]
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct GroupMask: u32 {
        /// Devices.
        #[doc(alias = "RTMGRP_LINK")]
        const LINK = 0x1;
        /// Neighbours.
        #[doc(alias = "RTMGRP_NEIGH")]
        const NEIGH = 0x4;
        /// IPv4 addresses.
        #[doc(alias = "RTMGRP_IPV4_IFADDR")]
        const IPV4_IFADDR = 0x10;
        /// IPv4 routes.
        #[doc(alias = "RTMGRP_IPV4_ROUTE")]
        const IPV4_ROUTE = 0x40;
        /// IPv4 policy routing rules.
        #[doc(alias = "RTMGRP_IPV4_RULE")]
        const IPV4_RULE = 0x80;
        /// IPv6 addresses.
        #[doc(alias = "RTMGRP_IPV6_IFADDR")]
        const IPV6_IFADDR = 0x100;
        /// IPv6 routes.
        #[doc(alias = "RTMGRP_IPV6_ROUTE")]
        const IPV6_ROUTE = 0x400;
        /// Other groups are kept.
        const _ = !0;
    }
}

const _: () = {
    assert!(size_of::<NetlinkHeader>() == 16);
    assert!(size_of::<AttributeHeader>() == 4);
    assert!(size_of::<ErrorHeader>() == 20);
};
