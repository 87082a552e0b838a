//! Linux network devices, addresses, aliases and routes.
#![forbid(unsafe_code)]

mod control;
mod error;
mod hardware;
#[cfg(feature = "host")]
pub mod host;
mod model;
mod snapshot;

pub use control::{ArpEntry, Control, Route6Request, RouteRequest, Which};
pub use error::{Error, Refusal, Result};
pub use hardware::{HardwareAddress, HardwareAddressError};
#[cfg(feature = "host")]
pub use host::Host;
pub use ifctl_abi::arp::ArpFlags;
pub use ifctl_abi::route::RouteFlags;
pub use ifctl_abi::{DeviceFlags, DeviceName, Family, HardwareType, IfMap, NameError};
pub use ifctl_kernel::{Errno, Kernel, Socket};
pub use model::{
    Address, AddressFlags, Device, Lifetime, Neighbour, NeighbourFlags, NeighbourState, NextHop,
    NextHopFlags, NextHops, OperationalState, Route, RouteKind, RouteMetrics, RouteTable, Scope,
    Statistics,
};
pub use snapshot::{Consistency, Snapshot};
