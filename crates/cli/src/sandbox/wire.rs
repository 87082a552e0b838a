//! eth0 and its cable: a pair of virtual Ethernet devices, one end in each network.

use crate::error::CommandError;
use crate::sandbox::refusal::{self, Stage};
use ifctl_netdevice::host::NetworkNamespace;
use ifctl_netdevice::{DeviceFlags, Error, Host, LinkKind, LinkSpec, Peer, Rtnetlink};
use std::os::fd::AsFd;

/// The name of the end that nobody sees.
const PEER: &str = "peer";

/// The peer's index, which must not be eth0's: where a device and what it is stacked on have one
/// number, Linux takes them for one device and lets its carrier's news wait for up to a second
/// (net/core/link_watch.c), and eth0 would not be RUNNING right away.
const PEER_INDEX: u32 = 1000;

/// Makes eth0 in that network, down, and its peer in the calling thread's, up: eth0 has a carrier as
/// soon as it is up itself.
pub(crate) fn lay(network: &NetworkNamespace) -> Result<(), CommandError> {
    let eth0 = Peer {
        name: Some("eth0".try_into()?),
        namespace: Some(network.as_fd()),
        ..Peer::default()
    };
    let pair = LinkSpec {
        index: Some(PEER_INDEX),
        ..LinkSpec::new(PEER.try_into()?, LinkKind::Veth(eth0))
    };
    let mut rtnetlink = Rtnetlink::open(&Host)?;
    rtnetlink.add_device(&pair).map_err(explain)?;
    rtnetlink.change_device_flags(PEER_INDEX, DeviceFlags::UP, DeviceFlags::empty())?;
    Ok(())
}

fn explain(error: Error) -> CommandError {
    match error.errno() {
        Some(errno) => refusal::explain(Stage::Device, errno),
        None => error.into(),
    }
}
