//! Every structure and number against the system's own definitions.
#![allow(clippy::unwrap_used)]

use core::mem::{align_of, offset_of, size_of};
use ifctl_abi::{IfMap, IfReq, In6IfReq, In6RtMsg, SockAddr, arp::ArpReq, ioctl, route::RtEntry};

macro_rules! same_layout {
    ($ours:ty, $theirs:ty $(, $field:ident = $their_field:ident)* $(,)?) => {
        assert_eq!(size_of::<$ours>(), size_of::<$theirs>(), stringify!($ours));
        assert_eq!(align_of::<$ours>(), align_of::<$theirs>(), stringify!($ours));
        $(assert_eq!(
            offset_of!($ours, $field),
            offset_of!($theirs, $their_field),
            concat!(stringify!($ours), ".", stringify!($field))
        );)*
    };
}

#[test]
fn structures_are_laid_out_as_the_system_has_them() {
    same_layout!(IfReq, libc::ifreq, name = ifr_name);
    same_layout!(
        IfMap,
        libc::__c_anonymous_ifru_map,
        mem_start = mem_start,
        mem_end = mem_end,
        base_addr = base_addr,
        irq = irq,
        dma = dma,
        port = port,
    );
    assert_eq!(size_of::<SockAddr>(), size_of::<libc::sockaddr>());
    same_layout!(
        RtEntry,
        libc::rtentry,
        destination = rt_dst,
        gateway = rt_gateway,
        mask = rt_genmask,
        flags = rt_flags,
        metric = rt_metric,
        device = rt_dev,
        mtu = rt_mtu,
        window = rt_window,
        irtt = rt_irtt,
    );
    assert_eq!(size_of::<ArpReq>(), size_of::<libc::arpreq>());
    assert_eq!(offset_of!(ArpReq, hardware_address), offset_of!(libc::arpreq, arp_ha));
    assert_eq!(offset_of!(ArpReq, flags), offset_of!(libc::arpreq, arp_flags));
    assert_eq!(offset_of!(ArpReq, mask), offset_of!(libc::arpreq, arp_netmask));
    assert_eq!(offset_of!(ArpReq, device), offset_of!(libc::arpreq, arp_dev));
    assert_eq!(size_of::<In6IfReq>(), size_of::<libc::in6_ifreq>());
    assert_eq!(offset_of!(In6IfReq, prefix_length), offset_of!(libc::in6_ifreq, ifr6_prefixlen));
    assert_eq!(offset_of!(In6IfReq, index), offset_of!(libc::in6_ifreq, ifr6_ifindex));
    assert_eq!(size_of::<In6RtMsg>(), size_of::<libc::in6_rtmsg>());
}

#[test]
fn numbers_are_the_systems() {
    macro_rules! same_number {
        ($($name:ident),* $(,)?) => {
            $(assert_eq!(u64::from(ioctl::$name), libc::$name as u64, stringify!($name));)*
        };
    }
    same_number!(
        SIOCADDRT,
        SIOCDELRT,
        SIOCGIFNAME,
        SIOCSIFLINK,
        SIOCGIFCONF,
        SIOCGIFFLAGS,
        SIOCSIFFLAGS,
        SIOCGIFADDR,
        SIOCSIFADDR,
        SIOCGIFDSTADDR,
        SIOCSIFDSTADDR,
        SIOCGIFBRDADDR,
        SIOCSIFBRDADDR,
        SIOCGIFNETMASK,
        SIOCSIFNETMASK,
        SIOCGIFMETRIC,
        SIOCSIFMETRIC,
        SIOCGIFMEM,
        SIOCSIFMEM,
        SIOCGIFMTU,
        SIOCSIFMTU,
        SIOCSIFNAME,
        SIOCSIFHWADDR,
        SIOCGIFENCAP,
        SIOCSIFENCAP,
        SIOCGIFHWADDR,
        SIOCGIFSLAVE,
        SIOCSIFSLAVE,
        SIOCADDMULTI,
        SIOCDELMULTI,
        SIOCGIFINDEX,
        SIOCSIFPFLAGS,
        SIOCGIFPFLAGS,
        SIOCDIFADDR,
        SIOCSIFHWBROADCAST,
        SIOCGIFCOUNT,
        SIOCGIFTXQLEN,
        SIOCSIFTXQLEN,
        SIOCDARP,
        SIOCGARP,
        SIOCSARP,
        SIOCGIFMAP,
        SIOCSIFMAP,
    );
}
