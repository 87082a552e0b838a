//! Bridge ports as messages of family bridge (`net/bridge/br_netlink.c`).

use crate::af_netlink::{self, DumpWriter, Progress, Walk};
use crate::dev::{Device, DeviceId, get_flags};
use crate::drivers;
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::rtnetlink::Request;
use ifctl_abi::netlink::{MessageFlags, MessageType, NLA_F_NESTED};
use ifctl_abi::rtnetlink::*;
use ifctl_kernel::Errno;
use ifctl_netlink::{EncodeError, Encoder, Head};

/// Tells listeners of a port.
#[doc(alias = "br_ifinfo_notify")]
pub(crate) fn notify_port(machine: &mut Machine, port: DeviceId, kind: MessageType) {
    let Ok(device) = machine.device(port) else { return };
    let net = device.net;
    if !af_netlink::has_listeners(machine, net, Group::LINK) {
        return;
    }
    let head = Head { kind, flags: MessageFlags::empty(), sequence: 0, port: 0 };
    let mut encoder = Encoder::new();
    if fill(machine, device, head, &mut encoder).is_ok() {
        af_netlink::notify(machine, net, Group::LINK, None, encoder.into_bytes());
    }
}

/// Writes the message of a port.
#[doc(alias = "br_fill_ifinfo")]
fn fill(
    machine: &Machine,
    device: &Device,
    head: Head,
    encoder: &mut Encoder,
) -> Result<(), EncodeError> {
    let header = LinkHeader {
        family: Family::BRIDGE,
        padding: 0,
        hardware_type: device.hardware_type.0,
        index: device.index.cast_signed(),
        flags: get_flags(device).bits(),
        change: 0,
    };
    let is_port = drivers::port_kind(machine, device) == Some("bridge");
    // A bridge is told as its own master.
    let master = match device.master {
        Some(master) if is_port => machine.device(master).ok(),
        _ => Some(device),
    };
    let state = if device.is_up() { device.oper_state } else { OperationalState::DOWN };
    let is_gone = head.kind == MessageType::DELLINK;
    encoder.message(head, &header, |attributes| {
        attributes.text(IFLA_IFNAME, device.name.as_bytes());
        if let Some(master) = master {
            attributes.u32(IFLA_MASTER, master.index);
        }
        attributes.u32(IFLA_MTU, device.mtu).u8(IFLA_OPERSTATE, state.0);
        if !device.address.as_bytes().is_empty() {
            attributes.bytes(IFLA_ADDRESS, device.address.as_bytes());
        }
        let index = drivers::link_index(machine, device);
        if index != device.index {
            attributes.u32(IFLA_LINK, index);
        }
        if is_port && !is_gone {
            attributes.nested(IFLA_PROTINFO | NLA_F_NESTED, |settings| {
                drivers::fill_port_data(machine, device, settings);
            });
        }
    })
}

/// A listing of ports, and of the bridges themselves where their VLANs are asked for.
struct Ports {
    with_bridges: bool,
    next: u32,
}

/// Returns the listing of all ports of bridges.
#[doc(alias = "rtnl_bridge_getlink")]
pub(in crate::rtnetlink) fn dump(
    _machine: &mut Machine,
    request: &mut Request<'_, '_>,
) -> Result<Box<dyn Walk>, Errno> {
    let mask = match request.message.body::<LinkHeader>() {
        Ok((_, mut attributes)) => attributes
            .find(|attribute| attribute.kind() == IFLA_EXT_MASK)
            .and_then(|mask| mask.u32().ok()),
        Err(_) => None,
    };
    let mask = ExtendedMask::from_bits_retain(mask.unwrap_or_default());
    let with_bridges = mask.intersects(ExtendedMask::BRVLAN | ExtendedMask::BRVLAN_COMPRESSED);
    Ok(Box::new(Ports { with_bridges, next: 0 }))
}

impl Walk for Ports {
    fn fill(
        &mut self,
        machine: &Machine,
        net: NetId,
        writer: &mut DumpWriter<'_>,
    ) -> Result<Progress, Errno> {
        for (index, id) in machine.net(net)?.by_index_from(self.next) {
            self.next = index;
            let Ok(device) = machine.device(id) else { continue };
            let is_port = drivers::port_kind(machine, device) == Some("bridge");
            let is_bridge = self.with_bridges && drivers::kind(device) == Some("bridge");
            if !is_port && !is_bridge {
                continue;
            }
            let written = writer
                .put(MessageType::NEWLINK, |head, encoder| fill(machine, device, head, encoder));
            if written.is_err() {
                return Ok(Progress::Full);
            }
        }
        self.next = u32::MAX;
        Ok(Progress::Complete)
    }
}
