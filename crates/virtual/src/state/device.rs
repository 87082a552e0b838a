//! Devices in a state.

use super::error::{Within, must, wrong};
use super::form::{Bytes, HardwareBytes};
use super::parts::{Device as Saved, DriverState, Map, Queues, State};
use super::{Devices, NET, StateError, index_of};
use crate::addrconf::Inet6Device;
use crate::dev::{self, Device, DeviceId, HardwareAddress, INDEX_OF_LO, MAX_ADDR_LEN};
use crate::dev_addr_lists::AddressList;
use crate::devinet::InDevice;
use crate::drivers;
use crate::machine::Machine;
use ifctl_abi::rtnetlink::OperationalState;
use ifctl_abi::{DeviceName, HardwareType, IfMap};
use std::collections::{BTreeMap, BTreeSet};

/// The disciplines that there are.
const DISCIPLINES: [&str; 4] = ["noop", "noqueue", "pfifo_fast", "mq"];

#[allow(clippy::useless_conversion, reason = "a long has 32 bits on other machines")]
pub(super) fn save(machine: &Machine, id: DeviceId) -> Result<Saved, StateError> {
    let device = machine.device(id).map_err(|_| wrong("a device is gone"))?;
    // Whole, so that what is added to it is not forgotten here.
    let Device {
        id,
        net: _,
        index,
        name,
        altnames,
        name_assign_type,
        age: _,
        driver,
        flags,
        user_flags,
        promiscuity,
        allmulti,
        unicast,
        is_promiscuous_for_unicast,
        mtu,
        min_mtu,
        max_mtu,
        hardware_type,
        address,
        address_assign_type,
        broadcast,
        tx_queue_length,
        map,
        carrier,
        dormant,
        testing,
        oper_state,
        carrier_up_count,
        carrier_down_count,
        alias,
        group,
        link_mode,
        queues,
        segmentation,
        is_immutable,
        headroom,
        is_initializing: _,
        is_registered: _,
        master,
        multicast,
        inet,
        inet6,
    } = device;
    Ok(Saved {
        index: *index,
        name: Bytes(name.as_bytes().to_vec()),
        altnames: altnames.iter().map(|name| Bytes(name.to_vec())).collect(),
        name_assign_type: *name_assign_type,
        number: id.0,
        driver: drivers::save_driver(machine, driver)?,
        flags: *flags,
        user_flags: *user_flags,
        promiscuity: *promiscuity,
        allmulti: *allmulti,
        unicast: unicast.save(),
        is_promiscuous_for_unicast: *is_promiscuous_for_unicast,
        mtu: *mtu,
        min_mtu: *min_mtu,
        max_mtu: *max_mtu,
        hardware_type: hardware_type.0,
        address: hardware_bytes(address),
        address_assign_type: *address_assign_type,
        broadcast: hardware_bytes(broadcast),
        tx_queue_length: *tx_queue_length,
        map: Map {
            mem_start: map.mem_start.into(),
            mem_end: map.mem_end.into(),
            base_addr: map.base_addr,
            irq: map.irq,
            dma: map.dma,
            port: map.port,
        },
        carrier: *carrier,
        dormant: *dormant,
        testing: *testing,
        oper_state: oper_state.0,
        carrier_up_count: *carrier_up_count,
        carrier_down_count: *carrier_down_count,
        alias: Bytes(alias.clone()),
        group: *group,
        link_mode: *link_mode,
        queues: Queues {
            transmit: queues.transmit,
            receive: queues.receive,
            none: queues.none,
            discipline: queues.discipline.to_owned(),
            flush_timeout: queues.flush_timeout,
            deferred_interrupts: queues.deferred_interrupts,
        },
        segmentation: segmentation.clone(),
        is_immutable: *is_immutable,
        headroom: *headroom,
        master: master.map(|master| index_of(machine, master)).transpose()?,
        multicast: multicast.save(),
        kept_prefix_length: machine
            .net_alias
            .as_ref()
            .and_then(|alias| alias.masks.get(id).copied()),
        inet: inet.as_ref().map(InDevice::save),
        inet6: inet6.as_ref().map(Inet6Device::save),
    })
}

pub(crate) fn hardware_bytes(address: &HardwareAddress) -> HardwareBytes {
    HardwareBytes(address.as_bytes().to_vec())
}

/// Returns the hardware address that these bytes are.
pub(crate) fn hardware(bytes: &HardwareBytes) -> Result<HardwareAddress, StateError> {
    must(bytes.0.len() <= MAX_ADDR_LEN, "", "a hardware address has 32 bytes at most")?;
    Ok(HardwareAddress::new(&bytes.0))
}

/// Sets the devices, with what protocols keep of each.
pub(super) fn load(machine: &mut Machine, state: &State) -> Result<Devices, StateError> {
    let mut known = BTreeMap::new();
    let mut numbers = BTreeSet::new();
    for (place, saved) in state.devices.iter().enumerate() {
        let mut checked = || {
            let is_index = saved.index > 0 && i32::try_from(saved.index).is_ok();
            must(is_index, "index", "an index is a number from 1 on, of 31 bits")?;
            let is_new = known.insert(saved.index, DeviceId(saved.number)).is_none();
            must(is_new, "index", "another device has it")?;
            must(saved.number <= state.last_number, "number", "it is above last_number")?;
            must(numbers.insert(saved.number), "number", "another device has it")
        };
        checked().within_item("devices", place)?;
    }
    let devices = Devices(known);
    let los = state.devices.iter().filter(|device| device.driver == DriverState::Loopback);
    let los: Vec<u32> = los.map(|device| device.index).collect();
    must(los == [INDEX_OF_LO], "devices", "there must be one loopback, with index 1")?;
    for (age, saved) in (1..).zip(&state.devices) {
        let place = age as usize - 1;
        device(machine, saved, age, &devices).within_item("devices", place)?;
    }
    let by_index: ByIndex<'_> = state.devices.iter().map(|saved| (saved.index, saved)).collect();
    let mut owned = BTreeMap::new();
    for saved in &state.devices {
        owned.extend(ports(saved).into_iter().map(|port| (port, saved.index)));
    }
    for (place, saved) in state.devices.iter().enumerate() {
        related(&by_index, &owned, saved).within_item("devices", place)?;
    }
    Ok(devices)
}

#[allow(clippy::useless_conversion, reason = "a long has 32 bits on other machines")]
fn device(
    machine: &mut Machine,
    saved: &Saved,
    age: u64,
    devices: &Devices,
) -> Result<(), StateError> {
    let id = devices.find(saved.index)?;
    let net = machine.net_mut(NET).map_err(|_| wrong("no namespace"))?;
    let name = &saved.name.0;
    must(dev::is_valid_name(name) && !name.contains(&b'%'), "name", "no device may have it")?;
    must(!net.has_name(name), "name", "another device has it")?;
    net.list(id, saved.index, name, age);
    for (place, other) in saved.altnames.iter().enumerate() {
        let fits = (1..128).contains(&other.0.len()) && !other.0.contains(&0);
        must(fits, "", "another name has 1 to 127 bytes").within_item("altnames", place)?;
        let is_new = !net.has_name(&other.0);
        must(is_new, "", "a device has it").within_item("altnames", place)?;
        net.add_name(&other.0, id);
    }
    if let Some(length) = saved.kept_prefix_length {
        must(length <= 32, "kept_prefix_length", "a prefix has 32 bits at most")?;
        let alias = machine.net_alias.as_mut();
        let alias = alias.ok_or_else(|| {
            wrong("only a kernel whose aliases are a module's keeps it")
                .within("kept_prefix_length")
        })?;
        alias.masks.insert(id, length);
    }
    let name = DeviceName::truncated(name);
    let map = &saved.map;
    let long = |number: u64, field| {
        number.try_into().map_err(|_| wrong("too large for this machine").within(field))
    };
    let discipline = DISCIPLINES.into_iter().find(|known| *known == saved.queues.discipline);
    let queues = dev::Queues {
        transmit: saved.queues.transmit,
        receive: saved.queues.receive,
        none: saved.queues.none,
        discipline: discipline
            .ok_or_else(|| wrong("no such queueing discipline").within("queues.discipline"))?,
        flush_timeout: saved.queues.flush_timeout,
        deferred_interrupts: saved.queues.deferred_interrupts,
    };
    must((1..=4096).contains(&queues.transmit), "queues.transmit", "1 to 4096")?;
    must((1..=4096).contains(&queues.receive), "queues.receive", "1 to 4096")?;
    must(saved.alias.0.len() < 256, "alias", "it has 255 bytes at most")?;
    let segmentation = saved.segmentation.clone();
    let device = Device {
        id,
        net: NET,
        index: saved.index,
        name,
        altnames: saved.altnames.iter().map(|name| name.0.as_slice().into()).collect(),
        name_assign_type: saved.name_assign_type,
        age,
        driver: drivers::load_driver(&saved.driver, devices).within("driver")?,
        flags: saved.flags,
        user_flags: saved.user_flags,
        promiscuity: saved.promiscuity,
        allmulti: saved.allmulti,
        unicast: AddressList::load(&saved.unicast).within("unicast")?,
        is_promiscuous_for_unicast: saved.is_promiscuous_for_unicast,
        mtu: saved.mtu,
        min_mtu: saved.min_mtu,
        max_mtu: saved.max_mtu,
        hardware_type: HardwareType(saved.hardware_type),
        address: hardware(&saved.address).within("address")?,
        address_assign_type: saved.address_assign_type,
        broadcast: hardware(&saved.broadcast).within("broadcast")?,
        tx_queue_length: saved.tx_queue_length,
        map: IfMap {
            mem_start: long(map.mem_start, "map.mem_start")?,
            mem_end: long(map.mem_end, "map.mem_end")?,
            base_addr: map.base_addr,
            irq: map.irq,
            dma: map.dma,
            port: map.port,
            padding: [0; 3],
        },
        carrier: saved.carrier,
        dormant: saved.dormant,
        testing: saved.testing,
        oper_state: OperationalState(saved.oper_state),
        carrier_up_count: saved.carrier_up_count,
        carrier_down_count: saved.carrier_down_count,
        alias: saved.alias.0.clone(),
        group: saved.group,
        link_mode: saved.link_mode,
        queues,
        segmentation,
        is_immutable: saved.is_immutable,
        headroom: saved.headroom,
        is_initializing: false,
        is_registered: true,
        master: devices.find_if(saved.master).within("master")?,
        multicast: AddressList::load(&saved.multicast).within("multicast")?,
        inet: saved
            .inet
            .as_ref()
            .map(|inet| InDevice::load(inet, name))
            .transpose()
            .within("inet")?,
        inet6: saved.inet6.as_ref().map(Inet6Device::load).transpose().within("inet6")?,
    };
    machine.devices.insert(id, device);
    Ok(())
}

/// Devices by index.
type ByIndex<'s> = BTreeMap<u32, &'s Saved>;

fn ports(device: &Saved) -> Vec<u32> {
    match &device.driver {
        DriverState::Bridge { ports, .. } => ports.iter().map(|port| port.device).collect(),
        DriverState::Bond { ports } => ports.iter().map(|(port, _)| *port).collect(),
        _ => Vec::new(),
    }
}

/// Checks what devices say of each other; each of `owned` is the port of the device beside it.
fn related(
    devices: &ByIndex<'_>,
    owned: &BTreeMap<u32, u32>,
    device: &Saved,
) -> Result<(), StateError> {
    let other = |index: u32| devices.get(&index).copied();
    if let Some(master) = device.master
        && other(master).is_some()
    {
        let knows = owned.get(&device.index) == Some(&master);
        must(knows, "master", "that device does not have this one as a port")?;
    }
    let ports = ports(device);
    for port in &ports {
        let follows = other(*port).is_some_and(|port| port.master == Some(device.index));
        let text = format!("device {port} does not have this one as its master");
        must(follows, "driver.ports", &text)?;
    }
    let unique: BTreeSet<u32> = ports.iter().copied().collect();
    must(unique.len() == ports.len(), "driver.ports", "a port is there twice")?;
    if let DriverState::Veth { peer: Some(peer) } = device.driver {
        let back = other(peer).map(|peer| &peer.driver);
        let is_pair =
            peer != device.index && back == Some(&DriverState::Veth { peer: Some(device.index) });
        must(is_pair, "driver.veth.peer", "that device is not the other end")?;
    }
    // No device stands on itself, through however many.
    let below = |device: &Saved| {
        let mut below = self::ports(device);
        match &device.driver {
            DriverState::Vlan { below: one, .. } | DriverState::Macvlan { below: one, .. } => {
                below.push(*one);
            }
            DriverState::Vxlan(vxlan) => below.extend(vxlan.below),
            _ => {}
        }
        below
    };
    let mut seen = BTreeSet::new();
    let mut next = below(device);
    while let Some(index) = next.pop() {
        must(index != device.index, "driver", "the device stands on itself")?;
        if seen.insert(index) {
            next.extend(other(index).map(below).unwrap_or_default());
        }
    }
    Ok(())
}
