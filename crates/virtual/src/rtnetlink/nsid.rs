//! The numbers by which namespaces know each other (`net/core/net_namespace.c`).

use crate::af_netlink;
use crate::machine::Machine;
use crate::net_namespace::NetId;
use ifctl_abi::netlink::MessageType;
use ifctl_abi::rtnetlink::Group;
use ifctl_netlink::Head;
use std::collections::BTreeSet;

/// The number itself.
const NETNSA_NSID: u16 = 1;

/// Returns the number by which a namespace knows another, given now if it has none.
#[doc(alias = "peernet2id_alloc")]
pub(crate) fn number_of_net(machine: &mut Machine, net: NetId, other: NetId) -> i32 {
    if let Some(number) = known_number(machine, net, other) {
        return number;
    }
    let Ok(namespace) = machine.net_mut(net) else { return -1 };
    let taken: BTreeSet<u32> = namespace.numbers.values().copied().collect();
    let number = (0..).find(|number| !taken.contains(number)).unwrap_or(0);
    namespace.numbers.insert(other, number);
    notify(machine, net, MessageType::NEWNSID, number);
    number.cast_signed()
}

/// Returns the number by which a namespace knows another, if it has one.
#[doc(alias = "peernet2id")]
pub(crate) fn known_number(machine: &Machine, net: NetId, other: NetId) -> Option<i32> {
    machine.net(net).ok()?.numbers.get(&other).map(|number| number.cast_signed())
}

/// Takes back all numbers of a namespace that ends.
#[doc(alias = "unhash_nsid")]
pub(crate) fn forget_net(machine: &mut Machine, gone: NetId) {
    let knowing: Vec<NetId> = machine.nets.keys().copied().collect();
    for net in knowing {
        let number = machine.net_mut(net).ok().and_then(|net| net.numbers.remove(&gone));
        if let Some(number) = number {
            notify(machine, net, MessageType(MessageType::NEWNSID.0 + 1), number);
        }
    }
}

#[doc(alias = "rtnl_net_notifyid")]
fn notify(machine: &mut Machine, net: NetId, kind: MessageType, number: u32) {
    let head = Head { kind, ..Head::default() };
    af_netlink::announce(machine, net, Group::NSID, |_, encoder| {
        // `struct rtgenmsg`: a family.
        encoder.message(head, &[0_u8], |attributes| {
            attributes.u32(NETNSA_NSID, number);
        })
    });
}
