//! Groups and anycast addresses in messages: RTM_GETMULTICAST, RTM_GETANYCAST, and what tells of their
//! coming and going.

use super::{Group, Groups};
use crate::addrconf;
use crate::af_netlink::{self, ByDevice, DumpWriter, Progress, Walk};
use crate::dev::{Device, DeviceId};
use crate::in6::{self, Kind};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::release::Release;
use crate::rtnetlink::{DumpRequest, Request};
use ifctl_abi::netlink::MessageType;
use ifctl_abi::rtnetlink::{
    AddressCacheInfo, AddressFlags, AddressHeader, Family, Group as Audience, IFA_ANYCAST,
    IFA_CACHEINFO, IFA_MULTICAST, RouteScope,
};
use ifctl_kernel::Errno;
use ifctl_netlink::{EncodeError, Encoder, Head};

/// A membership has no end.
#[doc(alias = "INFINITY_LIFE_TIME")]
const FOREVER: u32 = u32::MAX;

/// Groups or anycast addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Groups,
    Anycasts,
}

impl What {
    fn of(self, device: &Device) -> Option<&Groups> {
        let inet6 = device.inet6.as_ref()?;
        Some(if self == Self::Groups { &inet6.groups } else { &inet6.anycasts })
    }
}

#[doc(alias("inet6_fill_ifmcaddr", "inet6_fill_ifacaddr"))]
fn fill(
    what: What,
    index: u32,
    scope: RouteScope,
    group: &Group,
    head: Head,
    encoder: &mut Encoder,
) -> Result<(), EncodeError> {
    let header = AddressHeader {
        family: Family::INET6,
        prefix_length: 128,
        flags: AddressFlags::PERMANENT.bits() as u8,
        scope,
        index,
    };
    let kind = if what == What::Groups { IFA_MULTICAST } else { IFA_ANYCAST };
    let (created, updated) = (group.created, group.created);
    let info = AddressCacheInfo { preferred: FOREVER, valid: FOREVER, created, updated };
    encoder.message(head, &header, |to| {
        to.address(kind, in6::to_ip(group.address)).value(IFA_CACHEINFO, &info);
    })
}

/// Returns the scope that is told: only that of a site is one.
fn scope(address: u128) -> RouteScope {
    match in6::kind(address).contains(Kind::SITE_LOCAL) {
        true => RouteScope::SITE,
        false => RouteScope::UNIVERSE,
    }
}

/// Tells listeners of a group or an anycast address that came or went.
#[doc(alias("inet6_ifmcaddr_notify", "inet6_ifacaddr_notify"))]
pub(super) fn notify(machine: &mut Machine, id: DeviceId, what: What, group: &Group, is_new: bool) {
    let (audience, kind, scope) = match (what, is_new) {
        // Of groups the scope is not told here.
        (What::Groups, true) => {
            (Audience::IPV6_MCADDR, MessageType::NEWMULTICAST, RouteScope::UNIVERSE)
        }
        (What::Groups, false) => {
            (Audience::IPV6_MCADDR, MessageType::DELMULTICAST, RouteScope::UNIVERSE)
        }
        (What::Anycasts, true) => {
            (Audience::IPV6_ACADDR, MessageType::NEWANYCAST, scope(group.address))
        }
        (What::Anycasts, false) => {
            (Audience::IPV6_ACADDR, MessageType::DELANYCAST, scope(group.address))
        }
    };
    let Ok(device) = machine.device(id) else { return };
    let (net, index) = (device.net, device.index);
    if machine.release >= Release::V6_18 {
        let head = Head { kind, ..Head::default() };
        af_netlink::announce(machine, net, audience, |_, encoder| {
            fill(what, index, scope, group, head, encoder)
        });
    }
}

/// Where a list goes on.
struct Listing {
    what: What,
    /// To be checked at first.
    request: Option<DumpRequest>,
    place: ByDevice,
}

fn dump(what: What, request: &mut Request<'_, '_>) -> Box<dyn Walk> {
    let request = DumpRequest::if_strict(request);
    Box::new(Listing { what, request, place: ByDevice::default() })
}

/// Lists the groups of all devices, or of one.
#[doc(alias = "inet6_dump_ifmcaddr")]
pub(crate) fn dump_groups(
    _machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<Box<dyn Walk>, Errno> {
    Ok(dump(What::Groups, request))
}

/// Lists the anycast addresses of all devices, or of one.
#[doc(alias = "inet6_dump_ifacaddr")]
pub(crate) fn dump_anycasts(
    _machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<Box<dyn Walk>, Errno> {
    Ok(dump(What::Anycasts, request))
}

impl Walk for Listing {
    #[doc(alias = "in6_dump_addrs")]
    fn fill(
        &mut self,
        machine: &Machine,
        net: NetId,
        writer: &mut DumpWriter<'_>,
    ) -> Result<Progress, Errno> {
        if let Some(request) = self.request.take() {
            self.place.only = addrconf::check_dump(&request, writer)?;
        }
        let net = machine.net(net)?;
        if let Some(index) = self.place.only {
            net.index(index)?;
        }
        let what = self.what;
        let kind = match what {
            What::Groups => MessageType::GETMULTICAST,
            What::Anycasts => MessageType::GETANYCAST,
        };
        let groups = |id| Ok(what.of(machine.device(id)?).into_iter().flat_map(Groups::iter));
        self.place.go_on(net, groups, |index, group| {
            let scope = scope(group.address);
            writer.put(kind, |head, encoder| fill(what, index, scope, group, head, encoder))
        })
    }
}
