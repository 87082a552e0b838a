//! `show`: what /proc/net tells of the addresses, by device.

use super::Usage;
use super::words::{CHOICES, Choice};
use crate::output::{Output, Text};
use crate::words::find;
use ifctl_netdevice::Kernel;
use ifctl_netdevice::proc::{parse_dev_mcast, parse_igmp, parse_igmp6};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::Path;

/// How many bytes of a link layer address are shown.
const SHOWN: usize = 16;

/// What is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layer {
    All,
    Link,
    Ipv4,
    Ipv6,
}

/// An address that a device listens to.
#[derive(Debug)]
enum Group {
    Link(Vec<u8>),
    Ipv4(Ipv4Addr),
    Ipv6(Ipv6Addr),
}

/// What is shown of a device.
#[derive(Debug)]
struct Listener {
    name: Vec<u8>,
    groups: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    group: Group,
    users: u32,
    is_static: bool,
}

/// Shows what these words choose: a layer, a device's name, of each the last.
pub(super) fn run<'a>(
    kernel: &dyn Kernel,
    output: &mut Output,
    mut words: impl Iterator<Item = &'a [u8]>,
) -> Result<u8, Usage> {
    let mut layer = Layer::All;
    let mut device = None;
    while let Some(word) = words.next() {
        match find(CHOICES, word).map(|row| row.action) {
            Some(Choice::Layer(chosen)) => layer = chosen,
            found => {
                let name = if found.is_some() { words.next().ok_or(Usage)? } else { word };
                if name.is_empty() || name.len() > 15 {
                    return Err(Usage);
                }
                device = Some(name);
            }
        }
    }
    let text = output.text();
    for (index, listener) in listeners(kernel, layer, device) {
        text.number(u64::from(index));
        text.str(":\t");
        text.name(&listener.name);
        text.byte(b'\n');
        listener.groups.iter().for_each(|entry| entry.write(text));
    }
    Ok(0)
}

/// Reads what there is, by the devices' indices. A file that is missing, or a line that is not understood,
/// has nothing to tell.
fn listeners(kernel: &dyn Kernel, layer: Layer, device: Option<&[u8]>) -> BTreeMap<u32, Listener> {
    let mut found = BTreeMap::<u32, Listener>::new();
    let mut add = |index, name: &[u8], entry| {
        if device.is_none_or(|device| device == name) {
            let new = || Listener { name: name.to_vec(), groups: Vec::new() };
            found.entry(index).or_insert_with(new).groups.push(entry);
        }
    };
    let file = |of: Layer, path: &str| {
        if layer != Layer::All && layer != of {
            return Vec::new();
        }
        kernel.read(Path::new(path)).unwrap_or_default()
    };
    for entry in parse_dev_mcast(&file(Layer::Link, "/proc/net/dev_mcast")).flatten() {
        let (users, is_static) = (entry.users, entry.is_static);
        let group = Group::Link(entry.address);
        add(entry.index, entry.name.as_bytes(), Entry { group, users, is_static });
    }
    for entry in parse_igmp(&file(Layer::Ipv4, "/proc/net/igmp")).flatten() {
        let mut name = entry.name.as_bytes().to_vec();
        // In this file no blank parts a name of ten bytes from its colon, which has always been read as
        // the name's.
        if name.len() >= 10 {
            name.push(b':');
        }
        let group = Group::Ipv4(entry.group);
        add(entry.index, &name, Entry { group, users: entry.users, is_static: false });
    }
    for entry in parse_igmp6(&file(Layer::Ipv6, "/proc/net/igmp6")).flatten() {
        let group = Group::Ipv6(entry.group);
        let entry_of = Entry { group, users: entry.users, is_static: false };
        add(entry.index, entry.name.as_bytes(), entry_of);
    }
    found
}

impl Entry {
    fn write(&self, text: &mut Text) {
        match &self.group {
            Group::Link(address) => {
                text.str("\tlink  ");
                for (place, byte) in address.iter().take(SHOWN).enumerate() {
                    if place > 0 {
                        text.byte(b':');
                    }
                    text.hex_byte(*byte, false);
                }
            }
            Group::Ipv4(group) => {
                text.str("\tinet  ");
                text.ipv4(*group);
            }
            Group::Ipv6(group) => {
                text.str("\tinet6 ");
                text.ipv6(*group);
            }
        }
        if self.users != 1 {
            text.str(" users ");
            text.number(u64::from(self.users));
        }
        text.str(if self.is_static { " static\n" } else { "\n" });
    }
}
