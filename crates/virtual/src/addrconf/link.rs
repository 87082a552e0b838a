//! What messages about links tell of IPv6: `IFLA_AF_SPEC`, and the messages of IPv6's own.

use super::{Inet6Device, hundredths};
use crate::af_netlink::{self, DumpWriter, Progress, Walk};
use crate::dev::{self, Device, DeviceId};
use crate::drivers;
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::release::Release;
use crate::rtnetlink::Request;
use crate::sysctl::ConfOf;
use ifctl_abi::netlink::{MessageType, NLA_F_NESTED};
use ifctl_abi::rtnetlink::*;
use ifctl_kernel::Errno;
use ifctl_netlink::{AttributeWriter, Attributes, EncodeError, Encoder, Head};
use std::time::Duration;
use zerocopy::{Immutable, IntoBytes};

/// How many counters of IPv6 there are, the first being how many there are.
fn counters(release: Release) -> usize {
    if release >= Release::V6_12 { 38 } else { 37 }
}

/// How many counters of ICMPv6 there are, the first being how many there are.
fn icmp_counters(release: Release) -> usize {
    if release >= Release::V6_1 { 7 } else { 6 }
}

/// The device is up and has its carrier.
const IF_READY: u32 = 0x8000_0000;

/// `struct ifla_cacheinfo`.
#[derive(Debug, Clone, Copy, IntoBytes, Immutable)]
#[repr(C)]
struct CacheInfo {
    longest_reassembly: u32,
    updated: u32,
    reachable_time: u32,
    retransmission: u32,
}

/// Writes what a link's `IFLA_AF_SPEC` tells of IPv6: the attributes inside `AF_INET6`'s.
#[doc(alias("inet6_fill_link_af", "inet6_fill_ifla6_attrs"))]
pub(crate) fn write_link_settings(
    release: Release,
    device: &Device,
    mask: ExtendedMask,
    to: &mut AttributeWriter<'_>,
) {
    if let Some(inet6) = &device.inet6 {
        write_settings(release, inet6, mask, to);
    }
}

fn write_settings(
    release: Release,
    inet6: &Inet6Device,
    mask: ExtendedMask,
    to: &mut AttributeWriter<'_>,
) {
    to.u32(IFLA_INET6_FLAGS, if inet6.ready { IF_READY } else { 0 });
    let info = CacheInfo {
        longest_reassembly: 65535,
        updated: hundredths(inet6.updated) as u32,
        reachable_time: 30_000,
        retransmission: Duration::from_secs(1).as_millis() as u32,
    };
    to.value(IFLA_INET6_CACHEINFO, &info);
    to.bytes(IFLA_INET6_CONF, inet6.conf.told(release).as_bytes());
    if !mask.contains(ExtendedMask::SKIP_STATS) {
        to.bytes(IFLA_INET6_STATS, zeros(counters(release)).as_bytes());
        to.bytes(IFLA_INET6_ICMP6STATS, zeros(icmp_counters(release)).as_bytes());
    }
    to.bytes(IFLA_INET6_TOKEN, &[0; 16]);
    to.u8(IFLA_INET6_ADDR_GEN_MODE, inet6.conf.get("addr_gen_mode").unwrap_or(0) as u8);
}

/// Returns counters of packets, which the model has none of: the first tells how many they are.
fn zeros(many: usize) -> Vec<u64> {
    let mut counters = vec![0; many];
    if let Some(first) = counters.first_mut() {
        *first = many as u64;
    }
    counters
}

/// Changes what a link's `IFLA_AF_SPEC` can change of IPv6.
#[doc(alias("inet6_set_link_af", "inet6_validate_link_af"))]
pub(crate) fn set_link_settings(
    machine: &mut Machine,
    id: DeviceId,
    attributes: Attributes<'_>,
) -> Result<(), Errno> {
    let device = machine.device(id)?;
    let net = device.net;
    device.inet6.as_ref().ok_or(Errno::EAFNOSUPPORT)?;
    let mut mode = None;
    for attribute in attributes {
        match attribute.kind() {
            IFLA_INET6_ADDR_GEN_MODE => {
                let wanted = attribute.u8().map_err(|_| Errno::EINVAL)?;
                if wanted > 3 {
                    return Err(Errno::EINVAL);
                }
                mode = Some(wanted);
            }
            // An identifier for addresses that routers announce; none do here.
            IFLA_INET6_TOKEN => return Err(Errno::EINVAL),
            _ => {}
        }
    }
    match mode {
        // Without a secret there is no such mode.
        Some(2) => Err(Errno::EINVAL),
        Some(mode) => {
            // What follows is the next carrier's to bring about.
            super::conf::store_mode(machine, net, ConfOf::Device(id), mode.into());
            Ok(())
        }
        None => Err(Errno::EINVAL),
    }
}

/// Tells listeners of IPv6's own messages about links.
#[doc(alias = "inet6_ifinfo_notify")]
pub(super) fn notify(machine: &mut Machine, id: DeviceId) {
    let Ok(net) = machine.device(id).map(|device| device.net) else { return };
    if !af_netlink::has_listeners(machine, net, Group::IPV6_IFINFO) {
        return;
    }
    let mut encoder = Encoder::new();
    let head = Head { kind: MessageType::NEWLINK, ..Head::default() };
    if let Some(Ok(())) = write(machine, id, head, &mut encoder) {
        af_netlink::notify(machine, net, Group::IPV6_IFINFO, None, encoder.into_bytes());
    }
}

/// Writes IPv6's own message about a device, if IPv6 knows it.
#[doc(alias = "inet6_fill_ifinfo")]
fn write(
    machine: &Machine,
    id: DeviceId,
    head: Head,
    encoder: &mut Encoder,
) -> Option<Result<(), EncodeError>> {
    let device = machine.device(id).ok()?;
    let inet6 = device.inet6.as_ref()?;
    let body = LinkHeader {
        family: Family::INET6,
        hardware_type: device.hardware_type.0,
        index: i32::try_from(device.index).unwrap_or(i32::MAX),
        flags: dev::get_flags(device).bits(),
        ..LinkHeader::default()
    };
    let lower = drivers::link_index(machine, device);
    Some(encoder.message(head, &body, |to| {
        to.text(IFLA_IFNAME, device.name.as_bytes());
        if !device.address.as_bytes().is_empty() {
            to.bytes(IFLA_ADDRESS, device.address.as_bytes());
        }
        to.u32(IFLA_MTU, device.mtu);
        if lower != device.index {
            to.u32(IFLA_LINK, lower);
        }
        let state = if device.is_up() { device.oper_state } else { OperationalState::DOWN };
        to.u8(IFLA_OPERSTATE, state.0);
        to.nested(IFLA_PROTINFO | NLA_F_NESTED, |to| {
            write_settings(machine.release, inet6, ExtendedMask::empty(), to)
        });
    }))
}

/// A listing of the devices that IPv6 knows.
struct Listing {
    /// What a strict socket's request holds that it must not.
    wrong: Option<&'static str>,
    next: u32,
}

/// Lists what IPv6 tells of devices.
#[doc(alias = "inet6_dump_ifinfo")]
pub(crate) fn dump(
    _machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<Box<dyn Walk>, Errno> {
    let wrong = if request.strict { check(request.message.payload()) } else { None };
    Ok(Box::new(Listing { wrong, next: 0 }))
}

/// Returns what is wrong with a request for a listing.
#[doc(alias = "inet6_valid_dump_ifinfo")]
fn check(payload: &[u8]) -> Option<&'static str> {
    match payload.split_at_checked(size_of::<LinkHeader>()) {
        None => Some("ipv6: Invalid header for link dump request"),
        Some((_, [_, ..])) => Some("ipv6: Invalid data after header"),
        Some(([_, rest @ ..], [])) if rest.iter().any(|byte| *byte != 0) => {
            Some("ipv6: Invalid values in header for dump request")
        }
        Some(_) => None,
    }
}

impl Walk for Listing {
    fn fill(
        &mut self,
        machine: &Machine,
        net: NetId,
        writer: &mut DumpWriter<'_>,
    ) -> Result<Progress, Errno> {
        if let Some(text) = self.wrong {
            return Err(writer.extended.refuse(Errno::EINVAL, text, None));
        }
        for (index, id) in machine.net(net)?.by_index_from(self.next) {
            self.next = index;
            if machine.device(id).is_ok_and(|device| device.inet6.is_none()) {
                continue;
            }
            let put = writer.put(MessageType::NEWLINK, |head, encoder| {
                write(machine, id, head, encoder).unwrap_or(Ok(()))
            });
            if put.is_err() {
                return Ok(Progress::Full);
            }
        }
        self.next = u32::MAX;
        Ok(Progress::Complete)
    }
}
