//! What the kernel tells of one name, asked by ioctl in the order in which net-tools asks.

use super::entry::{Base, Inet};
use super::list;
use ifctl_netdevice::{AddressFilter, Control, DeviceName, Kernel, Result, Rtnetlink};
use std::net::Ipv4Addr;

/// Asks for a device, and for the IPv4 address of this name.
///
/// The kernel cuts a name at its colon for all but the addresses, and so answers for an alias that
/// does not exist as for its device.
///
/// # Errors
///
/// Only what the kernel says to the first question counts, as it does to net-tools: `ENODEV`.
pub(super) fn fetch(control: &Control<'_>, name: DeviceName) -> Result<(Base, Option<Inet>)> {
    let base = Base {
        flags: control.flags(name)?,
        hardware: control.hardware_address(name).unwrap_or_default(),
        mtu: control.mtu(name).map_or(0, i64::from),
        map: control.map(name).unwrap_or_default(),
        tx_queue_length: control.tx_queue_length(name).ok().map(i64::from),
    };
    Ok((base, inet(control, name)))
}

/// Asks for the IPv4 address with this label.
pub(super) fn inet(control: &Control<'_>, label: DeviceName) -> Option<Inet> {
    let address = control.address(label).ok()?;
    Some(Inet {
        address,
        destination: control.destination(label).unwrap_or(Ipv4Addr::UNSPECIFIED),
        broadcast: control.broadcast(label).unwrap_or(Ipv4Addr::UNSPECIFIED),
        netmask: control.netmask(label).unwrap_or(Ipv4Addr::UNSPECIFIED),
    })
}

/// Asks for the IPv4 addresses with this label behind the first, which no ioctl lists.
pub(super) fn further(
    kernel: &dyn Kernel,
    control: &Control<'_>,
    label: DeviceName,
) -> Result<Vec<Inet>> {
    let device = AddressFilter { index: Some(control.index(label)?), ..AddressFilter::IPV4 };
    let addresses = Rtnetlink::open(kernel)?.addresses(device)?.entries;
    let same = addresses.iter().filter(|address| address.label == Some(label));
    Ok(same.skip(1).filter_map(list::inet).collect())
}
