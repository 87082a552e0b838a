//! Follows changes of devices and addresses, a number of them or for ever: `follow_events 10`.
#![allow(clippy::print_stdout, reason = "that is what it is for")]

use ifctl_netdevice::{Event, Events, Host, Subscription};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count = std::env::args().nth(1).map_or(Ok(usize::MAX), |count| count.parse())?;
    let mut events = Events::subscribe(&Host, Subscription::ADDRESSES)?;
    println!("{} devices", events.snapshot()?.devices.len());
    for _ in 0..count {
        match events.next()? {
            Event::Device(device) => println!("device {} {:?}", device.name, device.flags),
            Event::DeviceDeleted(device) => println!("device {} is gone", device.name),
            Event::Address(address) => println!("address {}", address.local),
            Event::AddressDeleted(address) => println!("address {} is gone", address.local),
            Event::Resynchronised(now) => {
                println!("some were lost; now there are {} addresses", now.addresses.len());
            }
            other => println!("{other:?}"),
        }
    }
    Ok(())
}
