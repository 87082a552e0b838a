//! Ethernet over UDP (`drivers/net/vxlan`).

use super::veth::LARGEST_MTU;
use super::{Driver, Parameters, devices_where, settings};
use crate::dev::{self, Cause, DeviceId, NewDevice, Segmentation};
use crate::events::{Event, netdevice_event};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::release::Release;
use crate::rtnetlink::{Extended, LinkTable, Policy, Rule, parse_nested};
use ifctl_abi::HardwareType;
use ifctl_abi::rtnetlink::*;
use ifctl_kernel::Errno;
use ifctl_netlink::{Attribute, AttributeTable, AttributeWriter};

/// The port that Linux takes if none is given.
const DEFAULT_PORT: u16 = 8472;

/// What the tunnel adds to a packet over IPv4.
#[doc(alias = "VXLAN_HEADROOM")]
const OVERHEAD: u16 = 50;

/// The header of an Ethernet frame, in bytes.
#[doc(alias = "ETH_HLEN")]
const HEADER: u16 = 14;

/// Bits of the header that must be 0.
const RESERVED_BITS: [u8; 8] = [0xf7, 0xff, 0xff, 0xff, 0, 0, 0, 0xff];

/// What the attributes must be like.
#[doc(alias = "vxlan_policy")]
const POLICY: &Policy = &[
    (IFLA_VXLAN_ID, Rule::Number(4)),
    (IFLA_VXLAN_LINK, Rule::Number(4)),
    (IFLA_VXLAN_TTL, Rule::Number(1)),
    (IFLA_VXLAN_TOS, Rule::Number(1)),
    (IFLA_VXLAN_LEARNING, Rule::Number(1)),
    (IFLA_VXLAN_AGEING, Rule::Number(4)),
    (IFLA_VXLAN_LIMIT, Rule::Number(4)),
    (IFLA_VXLAN_PORT, Rule::Number(2)),
];

/// What a tunnel keeps.
#[derive(Debug, Clone)]
pub(crate) struct Vxlan {
    /// The namespace in which its packets travel.
    pub(crate) net: NetId,
    pub(super) below: Option<DeviceId>,
    pub(super) number: u32,
    pub(super) group: Option<[u8; 4]>,
    pub(super) local: Option<[u8; 4]>,
    pub(super) port: u16,
    pub(super) time_to_live: u8,
    pub(super) type_of_service: u8,
    pub(super) learning: u8,
    pub(super) ageing: u32,
    pub(super) limit: u32,
    pub(super) port_range: [u8; 4],
}

/// Returns a tunnel.
#[doc(alias = "vxlan_setup")]
pub(super) fn setup(machine: &mut Machine) -> NewDevice {
    let vxlan = Vxlan {
        net: NetId(0),
        below: None,
        number: 0,
        group: None,
        local: None,
        port: DEFAULT_PORT,
        time_to_live: 0,
        type_of_service: 0,
        learning: 1,
        ageing: 300,
        limit: 0,
        port_range: [0; 4],
    };
    let mut new = NewDevice::ether(Driver::Vxlan(Box::new(vxlan)));
    new.max_mtu = LARGEST_MTU;
    new.segmentation = Segmentation::default();
    new.headroom = HEADER + OVERHEAD;
    new.draw_address(machine);
    new
}

/// Checks what a tunnel is to be like.
#[doc(alias = "vxlan_validate")]
pub(super) fn check(
    table: &LinkTable<'_>,
    data: Option<&Attribute<'_>>,
    extended: &mut Extended,
) -> Result<(), Errno> {
    let data: Option<AttributeTable<'_, IFLA_VXLAN_COUNT>> = match data {
        Some(data) => Some(parse_nested(extended, data.nested(), POLICY)?),
        None => None,
    };
    let mut refuse = |errno, text: &'static str, place: Option<u16>, table: &LinkTable<'_>| {
        let offset = place.and_then(|kind| table.get(kind)).map(|attribute| attribute.offset());
        Err(extended.refuse(errno, text, offset))
    };
    match settings::check_address(table) {
        Err(Errno::EINVAL) => {
            let text = "Provided link layer address is not Ethernet";
            return refuse(Errno::EINVAL, text, Some(IFLA_ADDRESS), table);
        }
        Err(errno) => {
            let text = "Provided Ethernet address is not unicast";
            return refuse(errno, text, Some(IFLA_ADDRESS), table);
        }
        Ok(()) => {}
    }
    if table.u32(IFLA_MTU).ok().flatten().is_some_and(|mtu| !(68..=LARGEST_MTU).contains(&mtu)) {
        let text = "MTU must be between 68 and 65535";
        return refuse(Errno::EINVAL, text, Some(IFLA_MTU), table);
    }
    let Some(data) = data else {
        let text = "Required attributes not provided to perform the operation";
        return refuse(Errno::EINVAL, text, None, table);
    };
    match data.get(IFLA_VXLAN_ID) {
        Some(number) if number.u32().is_ok_and(|number| number >= 1 << 24) => {
            let text = "VXLAN ID must be lower than 16777216";
            Err(extended.refuse(Errno::ERANGE, text, Some(number.offset())))
        }
        _ => Ok(()),
    }
}

/// Makes a tunnel.
#[doc(alias("vxlan_newlink", "__vxlan_dev_create"))]
pub(super) fn new_link(
    machine: &mut Machine,
    mut new: NewDevice,
    parameters: Parameters<'_, '_>,
) -> Result<DeviceId, Errno> {
    let Parameters { net, table, data, extended } = parameters;
    let data = data.map(|data| AttributeTable::<'_, IFLA_VXLAN_COUNT>::new(data.nested()));
    let get = |kind| data.as_ref().and_then(|data| data.get(kind));
    let number = |kind| get(kind).and_then(|attribute| attribute.u32().ok());
    let byte = |kind| get(kind).and_then(|attribute| attribute.u8().ok());
    let address = |kind| get(kind).and_then(|attribute| attribute.value::<[u8; 4]>().ok());
    let Driver::Vxlan(vxlan) = &mut new.driver else { return Err(Errno::EINVAL) };
    vxlan.net = net;
    vxlan.number = number(IFLA_VXLAN_ID).unwrap_or(0);
    vxlan.group = address(IFLA_VXLAN_GROUP).filter(|address| *address != [0; 4]);
    vxlan.local = address(IFLA_VXLAN_LOCAL).filter(|address| *address != [0; 4]);
    vxlan.port = get(IFLA_VXLAN_PORT).and_then(|port| port.be16().ok()).unwrap_or(DEFAULT_PORT);
    vxlan.time_to_live = byte(IFLA_VXLAN_TTL).unwrap_or(0);
    vxlan.type_of_service = byte(IFLA_VXLAN_TOS).unwrap_or(0);
    vxlan.learning = byte(IFLA_VXLAN_LEARNING).map_or(1, |learning| u8::from(learning != 0));
    vxlan.ageing = number(IFLA_VXLAN_AGEING).unwrap_or(vxlan.ageing);
    vxlan.limit = number(IFLA_VXLAN_LIMIT).unwrap_or(0);
    vxlan.port_range = address(IFLA_VXLAN_PORT_RANGE).unwrap_or([0; 4]);
    if let Some(link) = number(IFLA_VXLAN_LINK).filter(|link| *link != 0) {
        let Ok(below) = machine.net(net)?.index(link) else {
            let text = "Invalid local interface, device not found";
            return Err(extended.refuse(Errno::ENODEV, text, None));
        };
        vxlan.below = Some(below);
        let lower = machine.device(below)?;
        if table.get(IFLA_MTU).is_none() {
            new.mtu = lower.mtu.saturating_sub(OVERHEAD.into()).max(68);
        }
        new.segmentation.tso_max_size = lower.segmentation.tso_max_size;
        // A tun device has no header of its own.
        let header = if lower.hardware_type == HardwareType::NONE { 0 } else { HEADER };
        new.headroom = (header + OVERHEAD).saturating_add(lower.headroom);
    } else if vxlan.group.is_some_and(|[first, ..]| (224..240).contains(&first)) {
        let text = "Local interface required for multicast remote destination";
        return Err(extended.refuse(Errno::EINVAL, text, None));
    }
    let (wanted, port, below) = (vxlan.number, vxlan.port, vxlan.below);
    let is_same = |device: &dev::Device| match &device.driver {
        Driver::Vxlan(other) => (other.net, other.number, other.port) == (net, wanted, port),
        _ => false,
    };
    if machine.devices.values().any(is_same) {
        let text = "A VXLAN device with the specified VNI already exists";
        return Err(extended.refuse(Errno::EEXIST, text, None));
    }
    let id = dev::register(machine, net, new)?;
    if let Some(below) = below {
        netdevice_event(machine, below, Event::ChangeUpper);
    }
    // Listeners are told before the rest of the message is looked at.
    dev::configure(machine, id, None, Cause::NONE)?;
    Ok(id)
}

/// Opens a tunnel, whose UDP port must be free.
#[doc(alias("vxlan_open", "vxlan_sock_add"))]
pub(super) fn open(machine: &mut Machine, id: DeviceId) -> Result<(), Errno> {
    let Driver::Vxlan(vxlan) = &machine.device(id)?.driver else { return Ok(()) };
    let is_busy = machine.net(vxlan.net).is_ok_and(|net| net.busy_udp_ports.contains(&vxlan.port));
    if is_busy { Err(Errno::EADDRINUSE) } else { Ok(()) }
}

/// Refuses an MTU that the device below cannot carry.
#[doc(alias = "vxlan_change_mtu")]
pub(super) fn check_mtu(machine: &Machine, id: DeviceId, mtu: u32) -> Result<(), Errno> {
    let Driver::Vxlan(vxlan) = &machine.device(id)?.driver else { return Ok(()) };
    let below = vxlan.below.and_then(|below| machine.device(below).ok());
    match below {
        Some(below) if mtu > below.mtu.saturating_sub(OVERHEAD.into()) => Err(Errno::EINVAL),
        _ => Ok(()),
    }
}

/// Goes with the device below.
#[doc(alias = "vxlan_handle_lowerdev_unregister")]
pub(super) fn event(machine: &mut Machine, below: DeviceId, event: Event) {
    if event != Event::Unregister {
        return;
    }
    let tunnels = devices_where(machine, |device| match &device.driver {
        Driver::Vxlan(vxlan) => vxlan.below == Some(below),
        _ => false,
    });
    if !tunnels.is_empty() {
        let _ = dev::unregister(machine, &tunnels, Cause::NONE);
    }
}

impl Vxlan {
    /// Writes the settings.
    #[doc(alias = "vxlan_fill_info")]
    pub(super) fn fill(&self, machine: &Machine, data: &mut AttributeWriter<'_>) {
        data.u32(IFLA_VXLAN_ID, self.number);
        if let Some(group) = self.group {
            data.bytes(IFLA_VXLAN_GROUP, &group);
        }
        if let Some(below) = self.below.and_then(|below| machine.device(below).ok()) {
            data.u32(IFLA_VXLAN_LINK, below.index);
        }
        if let Some(local) = self.local {
            data.bytes(IFLA_VXLAN_LOCAL, &local);
        }
        data.u8(IFLA_VXLAN_TTL, self.time_to_live)
            .u8(IFLA_VXLAN_TTL_INHERIT, 0)
            .u8(IFLA_VXLAN_TOS, self.type_of_service)
            .u8(IFLA_VXLAN_DF, 0)
            .be32(IFLA_VXLAN_LABEL, 0);
        if machine.release >= Release::V6_12 {
            data.u32(IFLA_VXLAN_LABEL_POLICY, 0);
        }
        data.u8(IFLA_VXLAN_LEARNING, self.learning)
            .u8(IFLA_VXLAN_PROXY, 0)
            .u8(IFLA_VXLAN_RSC, 0)
            .u8(IFLA_VXLAN_L2MISS, 0)
            .u8(IFLA_VXLAN_L3MISS, 0)
            .u8(IFLA_VXLAN_COLLECT_METADATA, 0)
            .u32(IFLA_VXLAN_AGEING, self.ageing)
            .u32(IFLA_VXLAN_LIMIT, self.limit)
            .be16(IFLA_VXLAN_PORT, self.port)
            .u8(IFLA_VXLAN_UDP_CSUM, 1)
            .u8(IFLA_VXLAN_UDP_ZERO_CSUM6_TX, 0)
            .u8(IFLA_VXLAN_UDP_ZERO_CSUM6_RX, 0)
            .u8(IFLA_VXLAN_REMCSUM_TX, 0)
            .u8(IFLA_VXLAN_REMCSUM_RX, 0);
        if machine.release >= Release::V6_12 {
            data.u8(IFLA_VXLAN_LOCALBYPASS, 1);
        }
        data.bytes(IFLA_VXLAN_PORT_RANGE, &self.port_range);
        if machine.release >= Release::V6_18 {
            data.bytes(IFLA_VXLAN_RESERVED_BITS, &RESERVED_BITS);
        }
    }
}
