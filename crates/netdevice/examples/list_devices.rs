//! Lists the devices with their addresses: `list_devices`.
#![allow(clippy::print_stdout, reason = "that is what it is for")]

use ifctl_netdevice::{Host, Result, Snapshot, SnapshotParts};

fn main() -> Result<()> {
    let snapshot = Snapshot::take(&Host, SnapshotParts::default())?;
    for device in &snapshot.devices {
        println!("{}: {} {:?} mtu {}", device.index, device.name, device.flags, device.mtu);
        println!("    link {}", device.hardware);
        for address in snapshot.addresses_of(device.index) {
            print!("    {}/{}", address.local, address.prefix_length);
            match address.label {
                Some(label) if label != device.name => println!(" {label}"),
                _ => println!(),
            }
        }
    }
    Ok(())
}
