//! Adds an alias to a device, shows it as /proc/net/aliases did, and removes it: `alias eth0`.
//!
//! Needs `CAP_NET_ADMIN`.
#![allow(clippy::print_stdout, reason = "that is what it is for")]

use ifctl_netdevice::{Address, DeviceName, Host, Rtnetlink, Snapshot, SnapshotParts};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let name = std::env::args().nth(1).unwrap_or("eth0".to_owned());
    let label: DeviceName = format!("{name}:0").parse()?;
    let mut rtnetlink = Rtnetlink::open(&Host)?;
    let device = rtnetlink.device_named(name.as_bytes())?;
    let mut alias = Address::new(device.index, [172, 16, 3, 10].into(), 16);
    alias.label = Some(label);
    rtnetlink.add_address(&alias)?;
    print!("{}", Snapshot::take(&Host, SnapshotParts::default())?.aliases_text());
    rtnetlink.delete_address(&alias)?;
    Ok(())
}
