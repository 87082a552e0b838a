//! Groups in messages: RTM_GETMULTICAST, RTM_NEWMULTICAST, RTM_DELMULTICAST.

use super::Group;
use crate::af_netlink::{self, ByDevice, DumpWriter, Progress, Walk};
use crate::dev::DeviceId;
use crate::devinet;
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::release::Release;
use crate::rtnetlink::{DumpRequest, Request};
use ifctl_abi::netlink::MessageType;
use ifctl_abi::rtnetlink::{
    AddressCacheInfo, AddressFlags, AddressHeader, Family, Group as Audience, IFA_CACHEINFO,
    IFA_MULTICAST,
};
use ifctl_kernel::Errno;
use ifctl_netlink::{EncodeError, Encoder, Head};

/// A membership has no end.
#[doc(alias = "INFINITY_LIFE_TIME")]
const FOREVER: u32 = u32::MAX;

#[doc(alias = "inet_fill_ifmcaddr")]
fn fill(index: u32, group: &Group, head: Head, encoder: &mut Encoder) -> Result<(), EncodeError> {
    let header = AddressHeader {
        family: Family::INET,
        prefix_length: 32,
        flags: AddressFlags::PERMANENT.bits() as u8,
        index,
        ..AddressHeader::default()
    };
    let (created, updated) = (group.created, group.created);
    let info = AddressCacheInfo { preferred: FOREVER, valid: FOREVER, created, updated };
    encoder.message(head, &header, |to| {
        to.be32(IFA_MULTICAST, group.address).value(IFA_CACHEINFO, &info);
    })
}

/// Tells listeners of a group that was joined or left.
#[doc(alias = "inet_ifmcaddr_notify")]
pub(super) fn notify(machine: &mut Machine, id: DeviceId, group: &Group, kind: MessageType) {
    let Ok(device) = machine.device(id) else { return };
    let (net, index) = (device.net, device.index);
    if machine.release >= Release::V6_18 {
        let head = Head { kind, ..Head::default() };
        af_netlink::announce(machine, net, Audience::IPV4_MCADDR, |_, encoder| {
            fill(index, group, head, encoder)
        });
    }
}

/// Where a list goes on.
struct Listing {
    /// To be checked at first.
    request: Option<DumpRequest>,
    place: ByDevice,
}

/// Lists the groups of all devices, or of one.
#[doc(alias = "inet_dump_ifmcaddr")]
pub(crate) fn dump(
    _machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<Box<dyn Walk>, Errno> {
    let request = DumpRequest::if_strict(request);
    Ok(Box::new(Listing { request, place: ByDevice::default() }))
}

impl Walk for Listing {
    #[doc(alias = "in_dev_dump_ifmcaddr")]
    fn fill(
        &mut self,
        machine: &Machine,
        net: NetId,
        writer: &mut DumpWriter<'_>,
    ) -> Result<Progress, Errno> {
        if let Some(request) = self.request.take() {
            let index = devinet::check_dump(&request, writer)?;
            self.place.only = (index != 0).then_some(index);
        }
        let net = machine.net(net)?;
        match self.place.only {
            Some(index) => _ = net.index(index)?,
            None => writer.set_generation(net.address_generation()),
        }
        let groups =
            |id| Ok(machine.inet(id).map(|inet| inet.groups.0.as_slice()).unwrap_or_default());
        self.place.go_on(net, groups, |index, group| {
            writer.put(MessageType::GETMULTICAST, |head, encoder| fill(index, group, head, encoder))
        })
    }
}
