//! Device messages on both kernels: listings, changes, names, notifications.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod link_help;

use ifctl_abi::netlink::{MessageFlags, MessageType};
use ifctl_abi::rtnetlink::*;
use ifctl_conformance::on_both;
use link_help::{Talk, create, index, name, veth};

#[test]
fn a_listing_of_lo_and_a_pair_reads_the_same_byte_for_byte() {
    on_both(|kernel| {
        let mut talk = Talk::new(kernel);
        talk.send(MessageType::NEWLINK, create(), &veth("v0", "v1"));
        let dump = MessageFlags::DUMP;
        let listing = talk.send(MessageType::GETLINK, dump, &index(0));
        assert!(listing.len() >= 4, "{listing:?}");
        (listing, talk.send(MessageType::GETLINK, MessageFlags::empty(), &name("v0")))
    });
}
