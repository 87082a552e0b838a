//! Layouts and numbers of netlink against the system's bindings.

use ifctl_abi::DeviceFlags;
use ifctl_abi::netlink::*;
use ifctl_abi::rtnetlink::*;

/// Compares constants of ours with those of the same name in libc.
macro_rules! same {
    ($($name:ident)*) => {
        $(assert_eq!(i64::from($name), i64::from(libc::$name), stringify!($name));)*
    };
}

/// Compares named values of a number or of flags with constants of libc.
macro_rules! same_in {
    ($number:ident as $integer:ty, $($value:ident $name:ident)*) => {
        $(assert_eq!(
            i64::from($number::$value.0),
            i64::from(libc::$name as $integer),
            stringify!($name)
        );)*
    };
}

macro_rules! same_bits {
    ($flags:ident as $integer:ty, $($value:ident $name:ident)*) => {
        $(assert_eq!($flags::$value.bits(), libc::$name as $integer, stringify!($name));)*
    };
}

/// Compares size, alignment and the place of each field.
macro_rules! same_layout {
    ($ours:ty, $theirs:ty, $($field:ident $name:ident)*) => {
        assert_eq!(size_of::<$ours>(), size_of::<$theirs>());
        assert_eq!(align_of::<$ours>(), align_of::<$theirs>());
        $(assert_eq!(
            core::mem::offset_of!($ours, $field),
            core::mem::offset_of!($theirs, $name),
            stringify!($name)
        );)*
    };
}

#[test]
fn fixed_parts_are_laid_out_as_the_system_has_them() {
    same_layout!(NetlinkHeader, libc::nlmsghdr, length nlmsg_len kind nlmsg_type
        flags nlmsg_flags sequence nlmsg_seq port nlmsg_pid);
    same_layout!(AttributeHeader, libc::nlattr, length nla_len kind nla_type);
    same_layout!(ErrorHeader, libc::nlmsgerr, error error request msg);
    same_layout!(LinkHeader, libc::ifinfomsg, family ifi_family hardware_type ifi_type
        index ifi_index flags ifi_flags change ifi_change);
    same_layout!(AddressHeader, libc::ifaddrmsg, family ifa_family prefix_length ifa_prefixlen
        flags ifa_flags scope ifa_scope index ifa_index);
}

#[test]
fn device_and_address_attributes_have_the_systems_numbers() {
    same!(IFLA_ADDRESS IFLA_BROADCAST IFLA_IFNAME IFLA_MTU IFLA_LINK IFLA_QDISC IFLA_STATS
        IFLA_MASTER IFLA_TXQLEN IFLA_MAP IFLA_OPERSTATE IFLA_LINKMODE IFLA_LINKINFO
        IFLA_NET_NS_PID IFLA_IFALIAS IFLA_STATS64 IFLA_AF_SPEC IFLA_GROUP IFLA_NET_NS_FD
        IFLA_EXT_MASK IFLA_PROMISCUITY IFLA_NUM_TX_QUEUES IFLA_NUM_RX_QUEUES IFLA_CARRIER
        IFLA_CARRIER_CHANGES IFLA_LINK_NETNSID IFLA_PROTO_DOWN IFLA_NEW_NETNSID
        IFLA_CARRIER_UP_COUNT IFLA_CARRIER_DOWN_COUNT IFLA_NEW_IFINDEX IFLA_MIN_MTU IFLA_MAX_MTU
        IFLA_PROP_LIST IFLA_ALT_IFNAME IFLA_PERM_ADDRESS IFLA_PARENT_DEV_NAME IFLA_ALLMULTI
        IFLA_INFO_KIND IFLA_INFO_DATA IFLA_INFO_XSTATS IFLA_INFO_SLAVE_KIND
        IFLA_INFO_SLAVE_DATA);
    same!(IFA_ADDRESS IFA_LOCAL IFA_LABEL IFA_BROADCAST IFA_ANYCAST IFA_CACHEINFO IFA_MULTICAST
        IFA_FLAGS);
    same_bits!(AddressFlags as u32, SECONDARY IFA_F_SECONDARY TEMPORARY IFA_F_TEMPORARY
        NODAD IFA_F_NODAD OPTIMISTIC IFA_F_OPTIMISTIC DADFAILED IFA_F_DADFAILED
        HOMEADDRESS IFA_F_HOMEADDRESS DEPRECATED IFA_F_DEPRECATED TENTATIVE IFA_F_TENTATIVE
        PERMANENT IFA_F_PERMANENT);
    same_in!(OperationalState as u8, UNKNOWN IF_OPER_UNKNOWN NOTPRESENT IF_OPER_NOTPRESENT
        DOWN IF_OPER_DOWN LOWERLAYERDOWN IF_OPER_LOWERLAYERDOWN TESTING IF_OPER_TESTING
        DORMANT IF_OPER_DORMANT UP IF_OPER_UP);
}

#[test]
fn route_and_neighbour_numbers_are_the_systems() {
    same!(RTA_DST RTA_SRC RTA_IIF RTA_OIF RTA_GATEWAY RTA_PRIORITY RTA_PREFSRC RTA_METRICS
        RTA_MULTIPATH RTA_FLOW RTA_CACHEINFO RTA_TABLE RTA_MARK);
    same!(NDA_DST NDA_LLADDR NDA_CACHEINFO NDA_PROBES NDA_VLAN NDA_PORT NDA_VNI NDA_IFINDEX
        NDA_MASTER NDA_LINK_NETNSID NDA_SRC_VNI);
    same_in!(RouteType as u8, UNICAST RTN_UNICAST LOCAL RTN_LOCAL BROADCAST RTN_BROADCAST
        ANYCAST RTN_ANYCAST MULTICAST RTN_MULTICAST BLACKHOLE RTN_BLACKHOLE
        UNREACHABLE RTN_UNREACHABLE PROHIBIT RTN_PROHIBIT THROW RTN_THROW);
    same_in!(RouteScope as u8, UNIVERSE RT_SCOPE_UNIVERSE SITE RT_SCOPE_SITE LINK RT_SCOPE_LINK
        HOST RT_SCOPE_HOST NOWHERE RT_SCOPE_NOWHERE);
    same_in!(RouteTable as u32, COMPAT RT_TABLE_COMPAT DEFAULT RT_TABLE_DEFAULT
        MAIN RT_TABLE_MAIN LOCAL RT_TABLE_LOCAL);
    same_in!(RouteProtocol as u8, REDIRECT RTPROT_REDIRECT KERNEL RTPROT_KERNEL BOOT RTPROT_BOOT
        STATIC RTPROT_STATIC);
    same_bits!(RtmFlags as u32, NOTIFY RTM_F_NOTIFY CLONED RTM_F_CLONED EQUALIZE RTM_F_EQUALIZE
        PREFIX RTM_F_PREFIX);
    same_bits!(NeighbourState as u16, INCOMPLETE NUD_INCOMPLETE REACHABLE NUD_REACHABLE
        STALE NUD_STALE DELAY NUD_DELAY PROBE NUD_PROBE FAILED NUD_FAILED NOARP NUD_NOARP
        PERMANENT NUD_PERMANENT);
    same_bits!(NeighbourFlags as u8, USE NTF_USE SELF NTF_SELF MASTER NTF_MASTER PROXY NTF_PROXY
        OFFLOADED NTF_OFFLOADED ROUTER NTF_ROUTER);
}

#[test]
fn messages_flags_groups_and_options_have_the_systems_numbers() {
    same_in!(MessageType as u16, NOOP NLMSG_NOOP ERROR NLMSG_ERROR DONE NLMSG_DONE
        OVERRUN NLMSG_OVERRUN NEWLINK RTM_NEWLINK DELLINK RTM_DELLINK GETLINK RTM_GETLINK
        SETLINK RTM_SETLINK NEWADDR RTM_NEWADDR DELADDR RTM_DELADDR GETADDR RTM_GETADDR
        NEWROUTE RTM_NEWROUTE DELROUTE RTM_DELROUTE GETROUTE RTM_GETROUTE
        NEWNEIGH RTM_NEWNEIGH DELNEIGH RTM_DELNEIGH GETNEIGH RTM_GETNEIGH
        NEWRULE RTM_NEWRULE NEWPREFIX RTM_NEWPREFIX GETMULTICAST RTM_GETMULTICAST
        GETANYCAST RTM_GETANYCAST NEWNETCONF RTM_NEWNETCONF NEWNSID RTM_NEWNSID);
    same_bits!(MessageFlags as u16, REQUEST NLM_F_REQUEST MULTI NLM_F_MULTI ACK NLM_F_ACK
        ECHO NLM_F_ECHO DUMP_INTR NLM_F_DUMP_INTR DUMP_FILTERED NLM_F_DUMP_FILTERED
        ROOT NLM_F_ROOT MATCH NLM_F_MATCH ATOMIC NLM_F_ATOMIC DUMP NLM_F_DUMP
        REPLACE NLM_F_REPLACE EXCL NLM_F_EXCL CREATE NLM_F_CREATE APPEND NLM_F_APPEND);
    same_in!(Group as u32, LINK RTNLGRP_LINK NEIGH RTNLGRP_NEIGH IPV4_IFADDR RTNLGRP_IPV4_IFADDR
        IPV4_ROUTE RTNLGRP_IPV4_ROUTE IPV4_RULE RTNLGRP_IPV4_RULE IPV6_IFADDR RTNLGRP_IPV6_IFADDR
        IPV6_ROUTE RTNLGRP_IPV6_ROUTE IPV6_IFINFO RTNLGRP_IPV6_IFINFO
        IPV6_PREFIX RTNLGRP_IPV6_PREFIX IPV6_RULE RTNLGRP_IPV6_RULE NSID RTNLGRP_NSID);
    same_bits!(GroupMask as u32, LINK RTMGRP_LINK NEIGH RTMGRP_NEIGH
        IPV4_IFADDR RTMGRP_IPV4_IFADDR IPV4_ROUTE RTMGRP_IPV4_ROUTE IPV4_RULE RTMGRP_IPV4_RULE
        IPV6_IFADDR RTMGRP_IPV6_IFADDR IPV6_ROUTE RTMGRP_IPV6_ROUTE);
    same!(NETLINK_ROUTE SOL_NETLINK NETLINK_ADD_MEMBERSHIP NETLINK_DROP_MEMBERSHIP
        NETLINK_PKTINFO NETLINK_BROADCAST_ERROR NETLINK_NO_ENOBUFS NETLINK_LISTEN_ALL_NSID
        NETLINK_LIST_MEMBERSHIPS NETLINK_CAP_ACK NETLINK_EXT_ACK NETLINK_GET_STRICT_CHK);
    same!(NLA_F_NESTED NLA_F_NET_BYTEORDER);
}

#[test]
fn a_number_without_a_name_is_kept_and_shown_as_a_number() {
    assert_eq!(RouteProtocol(77).name(), None);
    assert_eq!(RouteProtocol(77).to_string(), "77");
    assert_eq!(format!("{:?}", RouteScope(7)), "RouteScope(7)");
    assert_eq!(format!("{:>6}|", RouteScope::HOST), "  host|");
    let flags = AddressFlags::from_bits_retain(0x8000_0080);
    assert_eq!(flags.bits(), 0x8000_0080);
    assert_eq!(format!("{flags:?}"), "AddressFlags(PERMANENT | 0x80000000)");
    assert_eq!(DeviceFlags::from_bits_retain(0x8000_0001).bits(), 0x8000_0001);
}
