//! Linux network devices, addresses, aliases and routes.
#![forbid(unsafe_code)]

mod aliases;
mod control;
mod error;
mod hardware;
#[cfg(feature = "host")]
pub mod host;
mod model;
pub mod proc;
mod rtnetlink;
mod snapshot;

pub use aliases::Alias;
pub use control::{ArpEntry, Control, Route6Request, RouteRequest, Which};
pub use error::{Error, Refusal, Result};
pub use hardware::{HardwareAddress, HardwareAddressError};
#[cfg(feature = "host")]
pub use host::Host;
pub use ifctl_abi::arp::ArpFlags;
pub use ifctl_abi::route::RouteFlags;
pub use ifctl_abi::rtnetlink::{
    AddressFlags, AddressProtocol, MacvlanMode, NeighbourExtendedFlags, NeighbourFlags,
    NeighbourState, NextHopFlags, OperationalState, RouteFlags as RtmFlags, RouteProtocol,
    RouteScope as Scope, RouteTable, RouteType as RouteKind,
};
pub use ifctl_abi::{DeviceFlags, DeviceName, Family, HardwareType, IfMap, NameError};
pub use ifctl_kernel::{Errno, Kernel, Socket};
pub use ifctl_netlink::{Bridge, Vxlan};
pub use model::{
    Address, Device, Lifetime, Neighbour, NextHop, NextHops, Route, RouteMetrics, Statistics,
};
pub use rtnetlink::{
    AddressFilter, Batch, Dump, Event, Events, LinkKind, LinkSpec, NeighbourFilter, Outcome, Peer,
    RouteFilter, RouteQuery, Rtnetlink, Subscription,
};
pub use snapshot::{Consistency, Snapshot, SnapshotParts};
