//! A virtual kernel like this host's: made by the requests that make a host, then held against it.

use crate::error::{CommandError, note};
use ifctl_abi::{DeviceFlags, DeviceName};
use ifctl_netdevice::{
    Address, AddressFilter, Device, Errno, HardwareType, Host, Kernel, LinkKind, LinkSpec,
    Neighbour, NeighbourFilter, Peer, Result, Route, RouteProtocol, Rtnetlink, Snapshot,
    SnapshotParts,
};
use ifctl_virtual::state::Bytes;
use ifctl_virtual::{Cable, Release, State, TunMode, VirtualKernel};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

/// The flags that a user sets, UP apart.
const SETTABLE: DeviceFlags = DeviceFlags::DEBUG
    .union(DeviceFlags::NOTRAILERS)
    .union(DeviceFlags::NOARP)
    .union(DeviceFlags::PROMISC)
    .union(DeviceFlags::ALLMULTI)
    .union(DeviceFlags::MULTICAST)
    .union(DeviceFlags::DYNAMIC);

/// Longer than the detection of duplicates takes, by default.
const DETECTION: Duration = Duration::from_secs(2);

/// What can be seen of this host.
struct Seen {
    host: Snapshot,
    /// What makes devices like the host's that a message can make, by index.
    specs: BTreeMap<u32, LinkSpec<'static>>,
    /// The addresses for which the host answers in another's place.
    proxies: Vec<Neighbour>,
}

/// Returns a kernel like this host's, and tells what is not in it.
pub(super) fn copy(release: Option<Release>) -> std::result::Result<State, CommandError> {
    let seen = Seen::now()?;
    let mut left = Left::default();
    let kernel =
        VirtualKernel::load(&seen.plugged_in(release.unwrap_or_else(of_host), &mut left)?)?;
    seen.make(&kernel, &mut left)?;
    let kernel = VirtualKernel::load(&seen.described(&kernel)?)?;
    // Those of all first: what is set there is set of each device.
    for name in ["all", "default"] {
        copy_settings(&kernel, name, &mut left);
    }
    for device in &seen.host.devices {
        match std::str::from_utf8(device.name.as_bytes()) {
            Ok(name) => copy_settings(&kernel, name, &mut left),
            Err(_) => left.add("settings of devices whose names are no text"),
        }
    }
    seen.fill(&mut Rtnetlink::open(&kernel)?, &mut left)?;
    // Addresses that are not tentative on the host are not in the copy.
    kernel.advance(DETECTION);
    seen.compare(&kernel, &mut left)?;
    left.tell();
    Ok(kernel.save()?)
}

/// Returns the last release that is no newer than this host's, or the first of all.
fn of_host() -> Release {
    let name = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    Release::of(&name).unwrap_or(Release::V5_10)
}

impl Seen {
    fn now() -> Result<Self> {
        let host = Snapshot::take(&Host, SnapshotParts::ALL)?;
        let mut specs = BTreeMap::new();
        let mut rtnetlink = Rtnetlink::open(&Host)?;
        let filter = NeighbourFilter { is_proxy: true, ..NeighbourFilter::default() };
        let proxies = rtnetlink.neighbours(filter)?.entries;
        rtnetlink.visit_devices(|message| {
            if let Some(spec) = LinkSpec::like(message) {
                specs.extend(spec.index.map(|index| (index, spec)));
            }
            Ok(())
        })?;
        // What reaches into another namespace has no other end here.
        let reaches_out =
            |index: &u32| host.device(*index).is_none_or(|device| device.link_namespace.is_some());
        specs.retain(|index, _| !reaches_out(index));
        Ok(Self { host, specs, proxies })
    }

    /// Returns the state of a kernel with the devices that are put into a machine or opened by a program:
    /// hardware, tun devices, and what stands for others.
    fn plugged_in(
        &self,
        release: Release,
        left: &mut Left,
    ) -> std::result::Result<State, CommandError> {
        let kernel = VirtualKernel::with_release(release);
        for device in self.host.devices.iter().filter(|device| !is_loopback(device)) {
            if self.specs.contains_key(&device.index) {
                continue;
            }
            if let Err(errno) = plug_in(&kernel, device, left) {
                left.add(&format!("devices ({errno})"));
            }
        }
        let mut state = kernel.save()?;
        for saved in &mut state.devices {
            let Some(device) = self.named(&saved.name.0) else { continue };
            saved.index = device.index;
            saved.mtu = device.mtu;
            saved.min_mtu = device.minimum_mtu.unwrap_or(saved.min_mtu);
            saved.max_mtu = device.maximum_mtu.unwrap_or(saved.max_mtu);
            saved.tx_queue_length = device.tx_queue_length;
            saved.carrier = device.carrier.unwrap_or(saved.carrier);
        }
        state.last_index = self.host.devices.iter().map(|device| device.index).max().unwrap_or(1);
        Ok(state)
    }

    /// Makes the devices that messages make: each after the one below it, then ports of bridges.
    fn make(&self, kernel: &VirtualKernel, left: &mut Left) -> Result<()> {
        let mut rtnetlink = Rtnetlink::open(kernel)?;
        let mut made: BTreeSet<u32> = self
            .host
            .devices
            .iter()
            .map(|device| device.index)
            .filter(|index| !self.specs.contains_key(index))
            .collect();
        let mut pending: Vec<&LinkSpec<'_>> = self.specs.values().collect();
        loop {
            let before = pending.len();
            pending.retain(|spec| {
                let index = spec.index.unwrap_or(0);
                let spec = match (spec.kind, spec.link) {
                    // The one end brings the other.
                    (LinkKind::Veth(_), _) if made.contains(&index) => return false,
                    (LinkKind::Veth(_), Some(link)) => {
                        made.insert(link);
                        let peer = self.peer(link);
                        LinkSpec { kind: LinkKind::Veth(peer), link: None, ..(*spec).clone() }
                    }
                    (_, Some(link)) if !made.contains(&link) => return true,
                    _ => (*spec).clone(),
                };
                made.insert(index);
                left.note(rtnetlink.add_device(&spec), "devices");
                false
            });
            if pending.len() == before {
                break;
            }
        }
        for spec in pending {
            left.add(&format!("devices without the one below them ({})", shown(spec.name)));
        }
        for device in &self.host.devices {
            if device.master.is_some() {
                let ported = rtnetlink.set_device_master(device.index, device.master);
                left.note(ported, "ports of bridges and bonds");
            }
        }
        Ok(())
    }

    /// Returns what makes the other end of a veth.
    fn peer(&self, index: u32) -> Peer<'static> {
        match self.specs.get(&index) {
            Some(spec) => Peer { index: Some(index), ..peer_like(spec) },
            None => Peer::default(),
        }
    }

    /// Returns the state of a kernel with what the requests of the library do not set.
    fn described(&self, kernel: &VirtualKernel) -> std::result::Result<State, CommandError> {
        let mut state = kernel.save()?;
        for saved in &mut state.devices {
            let Some(device) = self.named(&saved.name.0) else { continue };
            saved.group = device.group;
            saved.alias.0 = device.description.as_deref().unwrap_or_default().to_vec();
            for name in &device.alternative_names {
                saved.altnames.push(Bytes(name.to_vec()));
            }
        }
        Ok(state)
    }

    /// Sets flags and gives the devices their addresses, routes and neighbours.
    fn fill(&self, rtnetlink: &mut Rtnetlink, left: &mut Left) -> Result<()> {
        let host = &self.host;
        for ours in rtnetlink.devices()? {
            let Some(device) = host.device(ours.index) else { continue };
            let set = rtnetlink.change_device_flags(device.index, device.flags, SETTABLE);
            left.note(set, "flags");
            if ours.tx_queue_length != device.tx_queue_length {
                let length = device.tx_queue_length;
                let set = rtnetlink.set_device_tx_queue_length(device.index, length);
                left.note(set, "queue lengths");
            }
            if ours.hardware != device.hardware {
                let set = rtnetlink.set_device_address(device.index, &device.hardware);
                left.note(set, "hardware addresses");
            }
        }
        for device in host.devices.iter().filter(|device| device.flags.contains(DeviceFlags::UP)) {
            let up = rtnetlink.change_device_flags(device.index, DeviceFlags::UP, DeviceFlags::UP);
            left.note(up, "devices that are up");
        }
        // To set one again would give it what it came without: lo's own has no route of its prefix.
        let there = rtnetlink.addresses(AddressFilter::default())?;
        let there: BTreeSet<_> = there.entries.iter().map(address_key).collect();
        for address in &host.addresses {
            if !there.contains(&address_key(address)) {
                left.note(rtnetlink.add_address(address), "addresses");
            }
        }
        // The kernel's own come with the addresses. A gateway may be reached by a route that is told of
        // later.
        let mut pending: Vec<_> =
            host.routes.iter().filter(|route| route.protocol != RouteProtocol::KERNEL).collect();
        loop {
            let before = pending.len();
            pending.retain(|route| !is_there(&rtnetlink.append_route(route)));
            if pending.len() == before {
                break;
            }
        }
        for route in pending {
            left.note(rtnetlink.append_route(route), "routes");
        }
        for neighbour in host.neighbours.iter().chain(&self.proxies) {
            left.note(rtnetlink.replace_neighbour(neighbour), "neighbours");
        }
        Ok(())
    }

    /// Takes away what the copy has more than the host, and tells in what else they differ.
    fn compare(&self, kernel: &VirtualKernel, left: &mut Left) -> Result<()> {
        let mut rtnetlink = Rtnetlink::open(kernel)?;
        let host: BTreeSet<_> = self.host.addresses.iter().map(address_key).collect();
        for address in &Snapshot::take(kernel, SnapshotParts::ALL)?.addresses {
            if !host.contains(&address_key(address)) {
                left.note(rtnetlink.delete_address(address), "addresses that it has more");
            }
        }
        let copy = Snapshot::take(kernel, SnapshotParts::ALL)?;
        let addresses: BTreeSet<_> = copy.addresses.iter().map(address_key).collect();
        for address in
            self.host.addresses.iter().filter(|one| !addresses.contains(&address_key(one)))
        {
            left.add(&format!("the address {}/{}", address.local, address.prefix_length));
        }
        for device in &self.host.devices {
            let Some(ours) = copy.device(device.index) else { continue };
            for what in differences(device, ours) {
                left.add(&format!("{what} of devices ({})", shown(Some(device.name))));
            }
        }
        let copied: BTreeSet<_> = copy.routes.iter().map(route_key).collect();
        let routes: BTreeSet<_> = self.host.routes.iter().map(route_key).collect();
        for (table, destination, length, ..) in routes.difference(&copied) {
            left.add(&format!("a route to {destination}/{length} in table {table}"));
        }
        for (table, destination, length, ..) in copied.difference(&routes) {
            note(&format!("in it alone: a route to {destination}/{length} in table {table}"));
        }
        Ok(())
    }

    fn named(&self, name: &[u8]) -> Option<&Device> {
        self.host.devices.iter().find(|device| device.name.as_bytes() == name)
    }
}

fn is_loopback(device: &Device) -> bool {
    device.flags.contains(DeviceFlags::LOOPBACK)
}

fn peer_like(spec: &LinkSpec<'_>) -> Peer<'static> {
    Peer { name: spec.name, mtu: spec.mtu, hardware: spec.hardware, ..Peer::default() }
}

/// Puts a device into a machine: a tun or tap device, or a card for all else that looks like Ethernet. What
/// has no addresses of Ethernet's is a tun device: a wire to one other end.
fn plug_in(
    kernel: &VirtualKernel,
    device: &Device,
    left: &mut Left,
) -> std::result::Result<(), Errno> {
    let is_tun = device.kind.as_deref() == Some("tun");
    let address = <[u8; 6]>::try_from(device.hardware.as_bytes());
    if !is_tun && let Some(kind) = &device.kind {
        let why =
            if device.link_namespace.is_some() { ", with the other end elsewhere" } else { "" };
        left.add(&format!("the kind of {}: {kind}{why}", shown(Some(device.name))));
    }
    let mode = match (device.hardware.kind(), address) {
        (HardwareType::ETHER, Ok(address)) if !is_tun => {
            return kernel.add_card(device.name, address, device.map);
        }
        (HardwareType::ETHER, _) => TunMode::Tap,
        _ => TunMode::Tun,
    };
    kernel.add_tun(device.name, mode)?;
    match device.carrier {
        Some(true) => kernel.attach_tun(device.name, Cable::In),
        _ => Ok(()),
    }
}

fn copy_settings(kernel: &VirtualKernel, of: &str, left: &mut Left) {
    for protocol in ["ipv4", "ipv6"] {
        let folder = Path::new("/proc/sys/net").join(protocol).join("conf").join(of);
        let files: io::Result<Vec<_>> = fs::read_dir(&folder).and_then(Iterator::collect);
        let Ok(files) = files else {
            left.add(&format!("settings of {protocol}, which cannot be seen"));
            continue;
        };
        for file in files {
            let path = file.path();
            let Ok(value) = fs::read(&path) else { continue };
            if kernel.read(&path).is_ok_and(|ours| ours == value) {
                continue;
            }
            if kernel.write(&path, &value).is_err() {
                let name = file.file_name();
                left.add(&format!("the setting {protocol}/conf/{of}/{}", name.display()));
            }
        }
    }
}

/// Returns what a user would see to be different.
fn differences(host: &Device, copy: &Device) -> Vec<&'static str> {
    let of_driver = DeviceFlags::ECHO | DeviceFlags::DORMANT;
    let alike = [
        ("the flags", host.flags.difference(of_driver) == copy.flags.difference(of_driver)),
        ("the MTU", host.mtu == copy.mtu),
        ("the hardware address", host.hardware == copy.hardware),
        ("the master", host.master == copy.master),
        ("the queue length", host.tx_queue_length == copy.tx_queue_length),
        ("the state", host.operational_state == copy.operational_state),
    ];
    alike.into_iter().filter(|(_, alike)| !alike).map(|(what, _)| what).collect()
}

/// What tells an address from others.
fn address_key(address: &Address) -> impl Ord + use<> {
    (address.index, address.local, address.prefix_length, address.peer)
}

/// What tells a route from others: table, destination and its length, and the rest.
type RouteKey = (u32, IpAddr, u8, (u8, u32, u8), Vec<(Option<IpAddr>, Option<u32>)>);

fn route_key(route: &Route) -> RouteKey {
    let hops = route.next_hops.iter().map(|hop| (hop.gateway, hop.index)).collect();
    let rest = (route.tos, route.priority, route.kind.0);
    (route.table.0, route.destination, route.prefix_length, rest, hops)
}

fn is_there(added: &Result<()>) -> bool {
    added.as_ref().err().is_none_or(|error| error.errno() == Some(Errno::EEXIST))
}

fn shown(name: Option<DeviceName>) -> String {
    name.unwrap_or_default().to_string()
}

/// What is not in the copy, and how often.
#[derive(Default)]
struct Left(BTreeMap<String, usize>);

impl Left {
    fn add(&mut self, what: &str) {
        *self.0.entry(what.to_owned()).or_default() += 1;
    }

    fn note(&mut self, result: Result<()>, what: &str) {
        if let Err(error) = result
            && error.errno() != Some(Errno::EEXIST)
        {
            self.add(&format!("{what}: {error}"));
        }
    }

    fn tell(&self) {
        for (what, count) in &self.0 {
            let times = if *count == 1 { String::new() } else { format!(", {count} times") };
            note(&format!("not in it{times}: {what}"));
        }
        note("not in it: statistics, rules, queueing, firewalls, and other namespaces");
    }
}
