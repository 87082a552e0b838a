//! rtnetlink as the library speaks it: lists, single answers, batches and events of a hostile kernel.

use crate::hostile::{Answers, Hostile};
use crate::netlink;
use ifctl_netdevice::{
    Address, Batch, Events, RouteQuery, Rtnetlink, Snapshot, SnapshotParts, Subscription,
};
use std::collections::BTreeSet;

/// Returns recorded messages, behind the byte that says which of them every list gets.
pub fn seeds() -> Vec<Vec<u8>> {
    let with = |all_kinds: u8| move |messages: Vec<u8>| [&[all_kinds][..], &messages].concat();
    netlink::seeds()
        .into_iter()
        .map(with(0))
        .chain(netlink::seeds().into_iter().map(with(1)))
        .collect()
}

/// Reads all that the library reads. Returns how many things it was told.
pub fn ask(data: &[u8]) -> usize {
    let Some((mode, messages)) = data.split_first() else { return 0 };
    let all_kinds = mode & 1 != 0;
    let answers = Answers { messages: messages.to_vec(), all_kinds, ..Answers::default() };
    let kernel = Hostile::new(answers, data.len());
    // A message has sixteen bytes at least.
    let most = messages.len() / 16 + 1;
    let mut told = 0;
    if let Ok(snapshot) = Snapshot::take(&kernel, SnapshotParts::ALL) {
        // Where nothing is said the model's own lists are told, which are short.
        let own = if messages.is_empty() { 16 } else { 0 };
        for (entries, lists) in [
            (snapshot.devices.len(), 1),
            // They are asked for by their two families.
            (snapshot.addresses.len(), 2),
            (snapshot.routes.len(), 1),
            (snapshot.neighbours.len(), 1),
        ] {
            assert!(entries <= lists * most + own, "{entries} entries of {most} messages");
            told += entries;
        }
        let shown = snapshot.aliases_text().len() + snapshot.alias_types_text().len();
        assert!(shown <= 512 + 8 * data.len(), "{shown} bytes");
        let indexes: BTreeSet<u32> = snapshot.devices.iter().map(|device| device.index).collect();
        let found = indexes.iter().map(|index| snapshot.addresses_of(*index).count());
        assert!(found.sum::<usize>() <= snapshot.addresses.len(), "an address has one device");
    }
    let Ok(mut rtnetlink) = Rtnetlink::open(&kernel) else { return told };
    told += usize::from(rtnetlink.device_named(b"lo").is_ok());
    told += usize::from(rtnetlink.device(1).is_ok());
    let query = RouteQuery::to([10, 0, 0, 1].into());
    told += usize::from(rtnetlink.route_to(&query).is_ok());
    let mut batch = Batch::new();
    let address = Address::new(1, [10, 0, 0, 1].into(), 8);
    let pushed =
        [batch.add_address(&address), batch.delete_address(&address), batch.delete_device(7)];
    let outcome = rtnetlink.run(&batch);
    let asked = pushed.iter().filter(|pushed| pushed.is_ok()).count();
    assert_eq!(outcome.asked(), asked);
    assert_eq!(outcome.done() + outcome.refused() + outcome.lost(), asked, "{outcome:?}");
    assert!(outcome.failures().is_sorted_by(|one, other| one.0 < other.0), "{outcome:?}");
    told + events(&kernel, most)
}

fn events(kernel: &Hostile, most: usize) -> usize {
    let Ok(mut events) = Events::subscribe(kernel, Subscription::ALL) else { return 0 };
    let mut told = 0;
    // What could not be understood is told by a snapshot.
    while let Ok(Some(_)) = events.try_next() {
        told += 1;
        assert!(told <= most + 1, "{told} events of {most} messages");
    }
    told
}
