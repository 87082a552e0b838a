//! Devices, addresses and routes for people: aligned lines, colour by meaning.

use super::selection::{Chosen, Selection};
use crate::flags::Names;
use crate::table::Table;
use anstyle::{AnsiColor, Style};
use ifctl_abi::Escaped;
use ifctl_netdevice::{
    Address, AddressFlags, Consistency, Device, DeviceFlags, HardwareType, Lifetime, NextHop,
    OperationalState, Route, RouteKind, RouteProtocol, RouteTable, Scope, Snapshot,
};
use std::fmt::Write;

const PLAIN: Style = Style::new();
const NAME: Style = Style::new().bold();
const LABEL: Style = AnsiColor::Cyan.on_default();
const GOOD: Style = AnsiColor::Green.on_default();
const WORTH_A_LOOK: Style = AnsiColor::Yellow.on_default();
const BAD: Style = AnsiColor::Red.on_default();
const ORDINARY: Style = Style::new().dimmed();

/// The shapes of lines, and their indents.
const DEVICE: usize = 0;
const ADDRESS: usize = 1;
const ROUTE: usize = 2;
const INDENTS: [usize; 3] = [0, 4, 0];

/// The flags of a device that are out of the ordinary, by the words that `ifconfig` has for them.
const NOTEWORTHY: &[(DeviceFlags, &str)] = &[
    (DeviceFlags::PROMISC, "promisc"),
    (DeviceFlags::ALLMULTI, "allmulti"),
    (DeviceFlags::NOARP, "-arp"),
    (DeviceFlags::DEBUG, "debug"),
    (DeviceFlags::DYNAMIC, "dynamic"),
];

/// Returns the lines, with colour.
pub(super) fn render(selection: &Selection<'_>, routes: bool) -> String {
    let snapshot = selection.snapshot;
    let mut table = Table::new(&INDENTS);
    for chosen in &selection.devices {
        add_device(&mut table, snapshot, chosen.device);
        add_addresses(&mut table, snapshot, chosen);
    }
    if routes {
        // A blank line, where anything stands before it.
        if !selection.is_empty() {
            table.line(DEVICE);
        }
        selection.routes().for_each(|route| add_route(&mut table, snapshot, route));
    }
    let mut text = String::new();
    if snapshot.consistency != Consistency::Consistent {
        let _ = writeln!(
            text,
            "{BAD}Changed while it was read, several times over: a line may be missing, doubled or out \
             of date.{BAD:#}"
        );
    }
    text.push_str(&table.render());
    text
}

fn add_device(table: &mut Table, snapshot: &Snapshot, device: &Device) {
    let (style, state) = state(device);
    table.line(DEVICE);
    table.cell(NAME, device.name);
    table.cell(style, state);
    table.cell(PLAIN, hardware(device));
    table.cell(PLAIN, format_args!("mtu {}", device.mtu));
    table.cell(PLAIN, kind(snapshot, device));
    table.cell(WORTH_A_LOOK, noteworthy(device));
    table.cell(PLAIN, details(snapshot, device));
}

/// Returns the state in words: what the administrator wants, and what is in the way of it.
fn state(device: &Device) -> (Style, &'static str) {
    if !device.flags.contains(DeviceFlags::UP) {
        return (BAD, "down");
    }
    if device.flags.contains(DeviceFlags::RUNNING) {
        return (GOOD, "up");
    }
    let obstacle = match device.operational_state {
        OperationalState::LOWERLAYERDOWN => "up, lower layer down",
        OperationalState::DORMANT => "up, dormant",
        OperationalState::TESTING => "up, testing",
        OperationalState::NOTPRESENT => "up, not present",
        _ => "up, no carrier",
    };
    (WORTH_A_LOOK, obstacle)
}

/// Returns the hardware address, or the name of the type where the address tells nothing.
fn hardware(device: &Device) -> String {
    let kind = device.hardware.kind();
    let name = kind.name().map(|name| name.trim_start_matches("ARPHRD_").to_lowercase());
    let name = name.unwrap_or_else(|| format!("type {}", kind.0));
    let telling = device.hardware.as_bytes().iter().any(|byte| *byte != 0);
    match (kind, telling) {
        (HardwareType::ETHER, _) => device.hardware.to_string(),
        (_, true) => format!("{name} {}", device.hardware),
        (_, false) => name,
    }
}

/// Returns the kind, and the device that it is linked to.
fn kind(snapshot: &Snapshot, device: &Device) -> String {
    let kind = device.kind.as_deref().unwrap_or_default();
    let mut text = Escaped(kind.as_bytes()).to_string();
    if let Some(link) = device.link.filter(|link| ![0, device.index].contains(link)) {
        let blank = if text.is_empty() { "" } else { " " };
        let _ = match device.link_namespace {
            Some(namespace) => write!(text, "{blank}@{link} of namespace {namespace}"),
            None => write!(text, "{blank}@{}", device_name(snapshot, link)),
        };
    }
    text
}

/// Returns the flags that are out of the ordinary.
fn noteworthy(device: &Device) -> String {
    let flags = NOTEWORTHY.iter().filter(|(flag, _)| device.flags.contains(*flag));
    // A careless write of the flags loses MULTICAST, and with it IPv6.
    let lost = device.flags.contains(DeviceFlags::BROADCAST)
        && !device.flags.contains(DeviceFlags::MULTICAST);
    let words = flags.map(|(_, word)| *word).chain(lost.then_some("-multicast"));
    words.collect::<Vec<_>>().join(" ")
}

/// Returns what else a person would ask for.
fn details(snapshot: &Snapshot, device: &Device) -> String {
    let mut words: Vec<String> = Vec::new();
    if device.promiscuity > 0 && !device.flags.contains(DeviceFlags::PROMISC) {
        words.push(format!("promiscuity {}", device.promiscuity));
    }
    if let Some(master) = device.master {
        words.push(format!("master {}", device_name(snapshot, master)));
    }
    for name in &device.alternative_names {
        words.push(format!("altname {}", Escaped(name)));
    }
    if let Some(description) = &device.description {
        words.push(format!("\"{}\"", Escaped(description)));
    }
    words.join(" ")
}

fn add_addresses(table: &mut Table, snapshot: &Snapshot, chosen: &Chosen<'_>) {
    let name = chosen.device.name;
    for address in chosen.addresses(snapshot) {
        table.line(ADDRESS);
        match address.peer {
            None => table.cell(PLAIN, format_args!("{}/{}", address.local, address.prefix_length)),
            Some(peer) => {
                let (local, length) = (address.local, address.prefix_length);
                table.cell(PLAIN, format_args!("{local} peer {peer}/{length}"));
            }
        }
        match address.label.filter(|label| *label != name) {
            Some(label) => table.cell(LABEL, label),
            None => table.cell(PLAIN, ""),
        }
        let far = if address.scope == Scope::UNIVERSE { PLAIN } else { ORDINARY };
        table.cell(far, address.scope);
        match address.broadcast {
            Some(broadcast) => table.cell(PLAIN, format_args!("broadcast {broadcast}")),
            None => table.cell(PLAIN, ""),
        }
        let (style, flags) = address_flags(address);
        table.cell(style, flags);
        table.cell(PLAIN, lifetimes(address));
    }
}

/// Returns the flags of an address that say something that its lifetimes do not.
fn address_flags(address: &Address) -> (Style, String) {
    let shown = address.flags.difference(AddressFlags::PERMANENT);
    if shown.is_empty() {
        return (PLAIN, String::new());
    }
    let style = if shown.contains(AddressFlags::DADFAILED) {
        BAD
    } else if shown.intersects(AddressFlags::TENTATIVE | AddressFlags::DEPRECATED) {
        WORTH_A_LOOK
    } else {
        ORDINARY
    };
    let mut text = String::new();
    for name in Names(shown).names() {
        let name = match name {
            "SECONDARY" if address.local.is_ipv6() => "temporary",
            other => &other.to_lowercase(),
        };
        let _ = write!(text, "{}{name}", if text.is_empty() { "" } else { " " });
    }
    if let others @ 1.. = Names(shown).others() {
        let _ = write!(text, "{}{others:#x}", if text.is_empty() { "" } else { " " });
    }
    (style, text)
}

fn lifetimes(address: &Address) -> String {
    let (valid, preferred) = (address.valid, address.preferred);
    if (valid, preferred) == (Lifetime::FOREVER, Lifetime::FOREVER) {
        return String::new();
    }
    format!("valid {valid} preferred {preferred}")
}

/// Adds a line for each next hop; the second and later ones do not repeat the destination.
fn add_route(table: &mut Table, snapshot: &Snapshot, route: &Route) {
    let destination = if route.is_default() {
        let family = if route.destination.is_ipv6() { " (IPv6)" } else { "" };
        format!("default{family}")
    } else {
        format!("{}/{}", route.destination, route.prefix_length)
    };
    let hops = route.next_hops.iter().map(Some);
    let none = route.next_hops.is_empty().then_some(None);
    for (i, hop) in hops.chain(none).enumerate() {
        table.line(ROUTE);
        table.cell(NAME, if i == 0 { destination.as_str() } else { "" });
        let gateway = hop.and_then(|hop| hop.gateway);
        table.cell(PLAIN, gateway.map(|gateway| format!("via {gateway}")).unwrap_or_default());
        let index = hop.and_then(|hop| hop.index);
        let device = index.map(|index| format!("dev {}", device_name(snapshot, index)));
        table.cell(PLAIN, device.unwrap_or_default());
        let source = route.preferred_source.filter(|_| i == 0);
        table.cell(PLAIN, source.map(|source| format!("src {source}")).unwrap_or_default());
        let mut words = if i == 0 { route_details(route) } else { Vec::new() };
        if let Some(hop) = hop {
            words.extend(hop_details(route, hop));
        }
        table.cell(route_style(route), words.join(" "));
    }
}

/// Returns what is not as it is for most routes: unicast, in the main table, made by boot.
fn route_details(route: &Route) -> Vec<String> {
    let mut words = Vec::new();
    if route.kind != RouteKind::UNICAST {
        words.push(route.kind.to_string());
    }
    if route.priority != 0 {
        words.push(format!("metric {}", route.priority));
    }
    if route.table != RouteTable::MAIN {
        words.push(format!("table {}", route.table));
    }
    if route.protocol != RouteProtocol::BOOT {
        words.push(format!("proto {}", route.protocol));
    }
    words
}

/// Returns the share of one way of several, and its flags (`linkdown`).
fn hop_details(route: &Route, hop: &NextHop) -> impl Iterator<Item = String> {
    let shared = route.next_hops.len() > 1;
    let weight = shared.then(|| format!("weight {}", u16::from(hop.weight) + 1));
    weight.into_iter().chain(Names(hop.flags).names().map(str::to_lowercase))
}

fn route_style(route: &Route) -> Style {
    if route.is_reject() {
        BAD
    } else if route.protocol == RouteProtocol::KERNEL {
        ORDINARY
    } else {
        PLAIN
    }
}

/// Returns the name of the device of this index, or the index where it is not in the snapshot.
fn device_name(snapshot: &Snapshot, index: u32) -> String {
    snapshot.device(index).map_or_else(|| index.to_string(), |device| device.name.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ifctl_netdevice::HardwareAddress;

    #[test]
    fn a_hardware_address_has_its_type_with_it_unless_it_is_ethernets() {
        for (kind, bytes, text) in [
            (HardwareType::ETHER, &[2, 0, 0, 0, 0, 1][..], "02:00:00:00:00:01"),
            (HardwareType::ETHER, &[0; 6], "00:00:00:00:00:00"),
            (HardwareType::LOOPBACK, &[0; 6], "loopback"),
            (HardwareType::NONE, &[], "none"),
            (HardwareType::TUNNEL, &[192, 0, 2, 1], "tunnel c0:00:02:01"),
            (HardwareType(4321), &[], "type 4321"),
        ] {
            let mut device = Device::default();
            device.hardware = HardwareAddress::new(kind, bytes).unwrap();
            assert_eq!(hardware(&device), text);
        }
    }
}
