//! Adds a thousand addresses to a device, counts the answers, and removes them: `batch_thousand lo`.
//!
//! Needs `CAP_NET_ADMIN`.
#![allow(clippy::print_stdout, reason = "that is what it is for")]

use ifctl_netdevice::{Address, Batch, Host, Rtnetlink};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let name = std::env::args().nth(1).unwrap_or("lo".to_owned());
    let mut rtnetlink = Rtnetlink::open(&Host)?;
    let index = rtnetlink.device_named(name.as_bytes())?.index;
    let (mut add, mut delete) = (Batch::new(), Batch::new());
    for number in 0..1000_u32 {
        let [.., high, low] = number.to_be_bytes();
        let address = Address::new(index, [10, 99, high, low].into(), 32);
        add.add_address(&address)?;
        delete.delete_address(&address)?;
    }
    for batch in [add, delete] {
        let outcome = rtnetlink.run(&batch);
        println!("asked {}, done {}", outcome.asked(), outcome.done());
        println!("refused {}, lost {}", outcome.refused(), outcome.lost());
        for (place, error) in outcome.failures() {
            println!("{place}: {error}");
        }
    }
    Ok(())
}
