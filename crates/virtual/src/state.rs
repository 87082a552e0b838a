//! The whole state of a kernel as plain values, to be kept in a file and set again.
//!
//! A state is what the kernel is, not how it came to be so: setting it runs no side effect and tells no
//! listener. What only lives with a program is no part of it: sockets and what waits in them, callers, and
//! the code that [`VirtualKernel::before_each_request`] has called.
//!
//! Whoever writes one by hand is told which value cannot be. With the feature `serde` all of it can be
//! written and read in any format that serde has.

mod device;
mod error;
mod form;
mod parts;

pub use error::StateError;
pub use form::{Bytes, HardwareBytes};
pub use parts::{
    Address4, Address6, Anycast, BridgeAddress, BridgePort, BridgeSettings, Device, DriverState,
    Group4, Group6, Inet4, Inet6, Ipv4State, Ipv6State, ListenedAddress, Map, ModuleState,
    Neighbour, NextHop, Proxy, Queues, Route4, Route6, RuleDevice, RulePorts, RulePrefix,
    RuleState, Segmentation, Settings, SharedRoute, State, Table4, Table6, Task, Timer, VxlanState,
};

use crate::VirtualKernel;
use crate::addrconf::Inet6Net;
use crate::caller::lock;
use crate::dev::DeviceId;
use crate::devinet::{AddressId, Conf};
use crate::drivers::Kind;
use crate::fib_rules::Rules;
use crate::fib_trie::Fib;
use crate::machine::Machine;
use crate::neighbour::Table;
use crate::net_alias::NetAlias;
use crate::net_namespace::{Net, NetId};
use crate::timers;
pub(crate) use device::{hardware, hardware_bytes};
pub(crate) use error::{Within, must, wrong};
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// The namespace of a state that is set.
pub(crate) const NET: NetId = NetId(1);

/// Finds a device by its index, or tells that there is none.
pub(crate) struct Devices(BTreeMap<u32, DeviceId>);

impl Devices {
    pub(crate) fn find(&self, index: u32) -> Result<DeviceId, StateError> {
        self.0.get(&index).copied().ok_or_else(|| wrong(format!("no device has index {index}")))
    }

    pub(crate) fn find_if(&self, index: Option<u32>) -> Result<Option<DeviceId>, StateError> {
        index.map(|index| self.find(index)).transpose()
    }
}

/// Returns the index of a device, for what names it.
pub(crate) fn index_of(machine: &Machine, id: DeviceId) -> Result<u32, StateError> {
    let device = machine.device(id);
    device.map(|device| device.index).map_err(|_| wrong("a device that is gone is still named"))
}

impl VirtualKernel {
    /// Returns the state of the kernel, as this caller's namespace has it.
    ///
    /// # Errors
    ///
    /// A kernel with more than one namespace has none: a state is one namespace's.
    pub fn save(&self) -> Result<State, StateError> {
        let machine = &mut *lock(&self.machine);
        timers::settle(machine);
        let machine = &*machine;
        let Machine {
            release,
            now,
            nets,
            devices: _,
            sockets: _,
            // Nothing is left of requests: what followed from them has just been done.
            watched: _,
            loses_notifications: _,
            timers,
            lacking,
            drawn_addresses,
            net_alias,
            last_id,
        } = machine;
        if nets.len() != 1 {
            let text = format!("a state holds one, and the kernel has {}", nets.len());
            return Err(wrong(text).within("namespaces"));
        }
        let gone = |_| wrong("the namespace is gone").within("namespaces");
        let net = machine.net(self.caller.net).map_err(gone)?;
        let devices = net.by_age().map(|id| device::save(machine, id));
        let mut places = Places::default();
        let waiting =
            timers.waiting().filter_map(|(due, task)| save_task(machine, &mut places, due, task));
        Ok(State {
            release: *release,
            now: *now,
            last_number: *last_id,
            last_index: net.last_index,
            drawn_addresses: *drawn_addresses,
            lacking: lacking.iter().map(|kind| kind.name().to_owned()).collect(),
            own_number: net.numbers.get(&self.caller.net).copied(),
            busy_udp_ports: net.busy_udp_ports.iter().copied().collect(),
            ip_alias: net_alias.as_ref().map(|alias| ModuleState { loaded: alias.is_loaded }),
            devices: devices.collect::<Result<_, _>>()?,
            ipv4: save_ipv4(net),
            ipv6: net.inet6.save(machine)?,
            neighbours: net.neighbours.save(machine)?,
            proxies: net.neighbours.save_proxies(machine)?,
            rules: net.rules.save(),
            timers: waiting.collect(),
        })
    }

    /// Returns a kernel of this state, seen by a caller who may do everything.
    ///
    /// # Errors
    ///
    /// The first value that no kernel can have, with the names of the fields that lead to it.
    pub fn load(state: &State) -> Result<Self, StateError> {
        must(state.now <= timers::END, "now", "time does not reach so far")?;
        let release = state.release;
        let mut machine = Machine { release, now: state.now, ..Machine::default() };
        machine.drawn_addresses = state.drawn_addresses;
        machine.last_id = state.last_number;
        let routes = state.ipv6.tables.iter().map(|table| table.routes.len());
        let numbered = routes.sum::<usize>().max(state.devices.len()) as u64;
        must(numbered <= state.last_number, "last_number", "fewer than things that have one")?;
        must(state.last_number < 1 << 63, "last_number", "no kernel has made so many things")?;
        machine.net_alias = state
            .ip_alias
            .as_ref()
            .map(|module| NetAlias { is_loaded: module.loaded, ..NetAlias::default() });
        for (place, name) in state.lacking.iter().enumerate() {
            let kind = Kind::named(name.as_bytes()).ok_or_else(|| wrong("no kind has this name"));
            machine.lacking.push(kind.within_item("lacking", place)?);
        }
        machine.nets.insert(NET, Net::default());
        let devices = device::load(&mut machine, state)?;
        let net = machine.net_mut(NET).map_err(|_| wrong("no namespace"))?;
        must(i32::try_from(state.last_index).is_ok(), "last_index", "an index has 31 bits")?;
        net.last_index = state.last_index;
        net.numbers.extend(state.own_number.map(|number| (NET, number)));
        net.busy_udp_ports.extend(&state.busy_udp_ports);
        net.ipv4.all = Conf::load(&state.ipv4.all).within("all").within("ipv4")?;
        net.ipv4.default = Conf::load(&state.ipv4.default).within("default").within("ipv4")?;
        net.fib = Fib::load(&state.ipv4, &devices).within("ipv4")?;
        net.rules = Rules::load(state.rules.as_deref(), &devices)?;
        net.neighbours = Table::load(state, &devices)?;
        let owned: Vec<_> = machine.devices.values().flat_map(Inet6Net::owned).collect();
        let inet6 = Inet6Net::load(&state.ipv6, &devices, owned.into_iter()).within("ipv6")?;
        let net = machine.net_mut(NET).map_err(|_| wrong("no namespace"))?;
        net.inet6 = inet6;
        let mut ids = Ids::default();
        for (place, timer) in state.timers.iter().enumerate() {
            load_timer(&mut machine, timer, &devices, &mut ids).within_item("timers", place)?;
        }
        Ok(Self::of(machine, NET))
    }
}

fn save_ipv4(net: &Net) -> Ipv4State {
    let mut state = Ipv4State {
        all: net.ipv4.all.save(),
        default: net.ipv4.default.save(),
        has_custom_rules: false,
        shared: Vec::new(),
        tables: Vec::new(),
    };
    net.fib.save(&mut state);
    state
}

/// The places of devices' IPv4 addresses in their lists, of those devices that were asked about.
type Places = HashMap<DeviceId, HashMap<AddressId, usize>>;

/// Devices' IPv4 addresses by place, of those devices that were asked about.
type Ids = HashMap<DeviceId, Vec<AddressId>>;

fn save_task(
    machine: &Machine,
    places: &mut Places,
    due: Duration,
    task: timers::Task,
) -> Option<Timer> {
    // What concerns a thing that is gone would do nothing.
    let task = match task {
        timers::Task::DuplicateDetection { device, address } => {
            let device = index_of(machine, device).ok()?;
            Task::DuplicateDetection { device, address: address.into() }
        }
        timers::Task::Ipv4Lifetime { device, address } => {
            let list = &machine.inet(device)?.addresses;
            let places = places
                .entry(device)
                .or_insert_with(|| list.iter().map(|(id, _)| id).zip(0..).collect());
            let place = *places.get(&address)?;
            Task::Ipv4Lifetime { device: index_of(machine, device).ok()?, place }
        }
        timers::Task::Ipv6Lifetime { device, address } => {
            let device = index_of(machine, device).ok()?;
            Task::Ipv6Lifetime { device, address: address.into() }
        }
        timers::Task::Ipv6Garbage { .. } => Task::Ipv6Garbage,
    };
    Some(Timer { due, task })
}

fn load_timer(
    machine: &mut Machine,
    timer: &Timer,
    devices: &Devices,
    ids: &mut Ids,
) -> Result<(), StateError> {
    let due = timer.due;
    match timer.task {
        Task::DuplicateDetection { device, address } => {
            let device = devices.find(device).within("device")?;
            let address = u128::from(address);
            let inet6 = machine.device(device).ok().and_then(|device| device.inet6.as_ref());
            if !inet6.is_some_and(|inet6| inet6.has(address)) {
                return Err(wrong("the device does not have it").within("address"));
            }
            machine.timers.at(due, timers::Task::DuplicateDetection { device, address });
        }
        Task::Ipv4Lifetime { device, place } => {
            let device = devices.find(device).within("device")?;
            let list = machine.inet(device).into_iter().flat_map(|inet| inet.addresses.iter());
            let ids = ids.entry(device).or_insert_with(|| list.map(|(id, _)| id).collect());
            let fewer = || wrong("the device has fewer addresses").within("place");
            let address = *ids.get(place).ok_or_else(fewer)?;
            machine.timers.at(due, timers::Task::Ipv4Lifetime { device, address });
        }
        Task::Ipv6Lifetime { device, address } => {
            let device = devices.find(device).within("device")?;
            let task = timers::Task::Ipv6Lifetime { device, address: address.into() };
            machine.timers.at(due, task);
        }
        Task::Ipv6Garbage => {
            machine.timers.at(due, timers::Task::Ipv6Garbage { net: NET });
            if let Ok(net) = machine.net_mut(NET) {
                net.inet6.garbage_timer = true;
            }
        }
    }
    Ok(())
}
