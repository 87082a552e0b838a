//! What drivers keep, in a state.

use super::Driver;
use super::bond::{Bond, Slave};
use super::bridge::Bridge;
use super::ethernet::Card;
use super::macvlan::Macvlan;
use super::tun::{Tun, TunMode};
use super::veth::Veth;
use super::vlan::Vlan;
use super::vxlan::Vxlan;
use crate::machine::Machine;
use crate::state::{
    Devices, DriverState, NET, StateError, VxlanState, Within, hardware, hardware_bytes, index_of,
};
use ifctl_abi::rtnetlink::MacvlanMode;

/// Returns what a state has of a driver.
pub(crate) fn save(machine: &Machine, driver: &Driver) -> Result<DriverState, StateError> {
    Ok(match driver {
        Driver::Loopback => DriverState::Loopback,
        Driver::Ethernet(Card { permanent }) => {
            DriverState::Ethernet { permanent: hardware_bytes(permanent) }
        }
        Driver::Veth(Veth { peer }) => {
            DriverState::Veth { peer: peer.map(|peer| index_of(machine, peer)).transpose()? }
        }
        Driver::Bridge(bridge) => bridge.save(machine)?,
        Driver::Dummy => DriverState::Dummy,
        Driver::Ifb => DriverState::Ifb,
        Driver::Vlan(Vlan { below, number, protocol, flags, seen }) => DriverState::Vlan {
            below: index_of(machine, *below)?,
            number: *number,
            protocol: *protocol,
            flags: *flags,
            seen: hardware_bytes(seen),
        },
        Driver::Macvlan(Macvlan { below, mode, flags, is_listed }) => DriverState::Macvlan {
            below: index_of(machine, *below)?,
            mode: mode.0,
            is_listed: *is_listed,
            flags: *flags,
        },
        Driver::Vxlan(vxlan) => DriverState::Vxlan(Box::new(save_vxlan(machine, vxlan)?)),
        Driver::Tun(Tun { mode: TunMode::Tun, is_attached }) => {
            DriverState::Tun { is_attached: *is_attached }
        }
        Driver::Tun(Tun { mode: TunMode::Tap, is_attached }) => {
            DriverState::Tap { is_attached: *is_attached }
        }
        Driver::Bond(bond) => DriverState::Bond {
            ports: bond
                .slaves
                .iter()
                .map(|slave| Ok((index_of(machine, slave.device)?, hardware_bytes(&slave.address))))
                .collect::<Result<_, StateError>>()?,
        },
    })
}

fn save_vxlan(machine: &Machine, vxlan: &Vxlan) -> Result<VxlanState, StateError> {
    let Vxlan {
        net: _,
        below,
        number,
        group,
        local,
        port,
        time_to_live,
        type_of_service,
        learning,
        ageing,
        limit,
        port_range,
    } = vxlan;
    Ok(VxlanState {
        below: below.map(|below| index_of(machine, below)).transpose()?,
        number: *number,
        group: group.map(Into::into),
        local: local.map(Into::into),
        port: *port,
        time_to_live: *time_to_live,
        type_of_service: *type_of_service,
        learning: *learning,
        ageing: *ageing,
        limit: *limit,
        port_range: *port_range,
    })
}

/// Returns the driver of a state.
pub(crate) fn load(saved: &DriverState, devices: &Devices) -> Result<Driver, StateError> {
    Ok(match saved {
        DriverState::Loopback => Driver::Loopback,
        DriverState::Ethernet { permanent } => {
            Driver::Ethernet(Card { permanent: hardware(permanent).within("ethernet.permanent")? })
        }
        DriverState::Veth { peer } => {
            Driver::Veth(Veth { peer: devices.find_if(*peer).within("veth.peer")? })
        }
        DriverState::Bridge { ports, settings, address, mtu_is_set, addresses } => {
            let bridge = Bridge::load(ports, settings, address, *mtu_is_set, addresses, devices);
            Driver::Bridge(Box::new(bridge.within("bridge")?))
        }
        DriverState::Dummy => Driver::Dummy,
        DriverState::Ifb => Driver::Ifb,
        DriverState::Vlan { below, number, protocol, flags, seen } => Driver::Vlan(Vlan {
            below: devices.find(*below).within("vlan.below")?,
            number: *number,
            protocol: *protocol,
            flags: *flags,
            seen: hardware(seen).within("vlan.seen")?,
        }),
        DriverState::Macvlan { below, mode, flags, is_listed } => Driver::Macvlan(Macvlan {
            below: devices.find(*below).within("macvlan.below")?,
            mode: MacvlanMode(*mode),
            flags: *flags,
            is_listed: *is_listed,
        }),
        DriverState::Vxlan(vxlan) => Driver::Vxlan(Box::new(load_vxlan(vxlan, devices)?)),
        DriverState::Tun { is_attached } => {
            Driver::Tun(Tun { mode: TunMode::Tun, is_attached: *is_attached })
        }
        DriverState::Tap { is_attached } => {
            Driver::Tun(Tun { mode: TunMode::Tap, is_attached: *is_attached })
        }
        DriverState::Bond { ports } => {
            let mut slaves = Vec::new();
            for (place, (port, address)) in ports.iter().enumerate() {
                let slave = devices
                    .find(*port)
                    .and_then(|device| Ok(Slave { device, address: hardware(address)? }));
                slaves.push(slave.within_item("bond.ports", place)?);
            }
            Driver::Bond(Box::new(Bond { slaves }))
        }
    })
}

fn load_vxlan(saved: &VxlanState, devices: &Devices) -> Result<Vxlan, StateError> {
    Ok(Vxlan {
        net: NET,
        below: devices.find_if(saved.below).within("vxlan.below")?,
        number: saved.number,
        group: saved.group.map(|address| address.octets()),
        local: saved.local.map(|address| address.octets()),
        port: saved.port,
        time_to_live: saved.time_to_live,
        type_of_service: saved.type_of_service,
        learning: saved.learning,
        ageing: saved.ageing,
        limit: saved.limit,
        port_range: saved.port_range,
    })
}
