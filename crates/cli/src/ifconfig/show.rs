//! Showing one name, or all.

use super::entry::{Base, Entry};
use super::list::{Found, Listing, Order};
use super::{long, old, one, short};
use crate::output::{Output, Text};
use crate::style::Style;
use ifctl_netdevice::proc::{self, IfInet6Entry};
use ifctl_netdevice::{Control, DeviceFlags, DeviceName, Errno, Error, Family, Kernel};
use std::path::Path;

/// How to show.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct View {
    /// Devices that are down, too (`-a`).
    pub(super) all: bool,
    /// In rows (`-s`).
    pub(super) short: bool,
    /// All IPv4 addresses of a label, not its first alone (`--all-addresses`).
    pub(super) all_addresses: bool,
    /// Whose layout.
    pub(super) style: Style,
}

impl View {
    fn begin(self, text: &mut Text) {
        if self.short {
            short::header(text, self.style);
        }
    }

    fn show(self, text: &mut Text, entry: &Entry<'_>) {
        match (self.short, self.style) {
            (true, style) => short::row(text, style, entry),
            (false, Style::Modern) => long::block(text, entry),
            (false, Style::Classic) => old::classic(text, entry),
            (false, Style::Howto) => old::howto(text, entry),
        }
    }
}

/// Shows one name, up or down, and returns the exit status.
pub(super) fn one(kernel: &dyn Kernel, output: &mut Output, view: View, name: DeviceName) -> u8 {
    view.begin(output.text());
    let counters = match proc::find_dev(kernel, name) {
        Ok(counters) => counters,
        Err(error) => {
            no_counters(output, error.errno().unwrap_or(Errno::EIO));
            return 1;
        }
    };
    let fetched = Control::open(kernel, Family::INET).and_then(|control| {
        let (base, inet) = one::fetch(&control, name)?;
        let further = match view.all_addresses && inet.is_some() {
            true => one::further(kernel, &control, name)?,
            false => Vec::new(),
        };
        Ok((base, inet, further))
    });
    match fetched {
        Err(error) => {
            complain(output, name, &error);
            1
        }
        Ok((base, inet, further)) => {
            let inet6 = if view.short || name.is_alias() {
                Vec::new()
            } else {
                inet6(kernel).into_iter().filter(|entry| entry.name == name).collect()
            };
            let counters = counters.as_ref();
            let further = &further;
            let entry = Entry { name, base: &base, inet, further, inet6: &inet6, counters };
            view.show(output.text(), &entry);
            0
        }
    }
}

/// Shows all names, and returns the exit status.
pub(super) fn all(kernel: &dyn Kernel, output: &mut Output, view: View) -> u8 {
    view.begin(output.text());
    // In 1997 the order was the kernel's.
    let order = if view.style == Style::Howto { Order::Kernel } else { Order::Names };
    let listing = match Listing::read(kernel, order) {
        Ok(listing) => listing,
        Err(error) => {
            output.complain(&[b"ifconfig: ", error.to_string().as_bytes()]);
            return 1;
        }
    };
    let mut inet6 = if view.short { Vec::new() } else { inet6(kernel) };
    // Stable, so that the addresses of each device stay in the order of the file.
    inet6.sort_by_key(|entry| entry.name);
    output.text().reserve(listing.len().saturating_mul(if view.short { 100 } else { 260 }));
    let mut status = 0;
    for (name, found) in listing.entries() {
        let Some(Found { base, inet, further, counters }) = found else {
            complain_of(output, name, Errno::ENODEV);
            status = 1;
            continue;
        };
        if view.all || Base::is_up(base) {
            let own = own_flags(kernel, view, name).map(|flags| Base { flags, ..base.clone() });
            let base = own.as_ref().unwrap_or(base);
            let inet6 = if counters.is_some() { of(&inet6, name) } else { &[] };
            let further = if view.all_addresses { further } else { &[] };
            view.show(output.text(), &Entry { name, base, inet, further, inet6, counters });
        }
    }
    status
}

/// Returns the flags that an alias has of its own, as the HOWTO shows them: where aliases are a module's,
/// not all of the device's are the alias's too.
fn own_flags(kernel: &dyn Kernel, view: View, name: DeviceName) -> Option<DeviceFlags> {
    if view.style != Style::Howto || !name.is_alias() {
        return None;
    }
    Control::open(kernel, Family::INET).and_then(|control| control.flags(name)).ok()
}

/// Tells that the kernel knows nothing of a name, or what else it answered.
pub(super) fn complain(output: &Output, name: DeviceName, error: &Error) {
    complain_of(output, name, error.errno().unwrap_or(Errno::EIO));
}

fn complain_of(output: &Output, name: DeviceName, errno: Errno) {
    let text = match errno {
        Errno::ENODEV => "Device not found".to_owned(),
        errno => errno.to_string(),
    };
    output.complain(&[
        name.as_bytes(),
        b": error fetching interface information: ",
        text.as_bytes(),
    ]);
}

fn no_counters(output: &Output, errno: Errno) {
    output.complain(&[
        b"Warning: cannot open /proc/net/dev (",
        errno.to_string().as_bytes(),
        b"). Limited output.",
    ]);
}

/// Returns the IPv6 addresses in the order of their file, which is the order in which they are shown.
/// Where there is no IPv6 there is no file.
fn inet6(kernel: &dyn Kernel) -> Vec<IfInet6Entry> {
    kernel
        .read(Path::new("/proc/net/if_inet6"))
        .map(|file| proc::parse_if_inet6(&file).flatten().collect())
        .unwrap_or_default()
}

/// Returns the addresses of one device among all of them, in order of names.
fn of(inet6: &[IfInet6Entry], name: DeviceName) -> &[IfInet6Entry] {
    let start = inet6.partition_point(|entry| entry.name < name);
    let rest = inet6.get(start..).unwrap_or_default();
    rest.get(..rest.partition_point(|entry| entry.name == name)).unwrap_or_default()
}
