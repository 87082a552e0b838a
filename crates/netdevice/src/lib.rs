//! Linux network devices, addresses, aliases and routes.
#![forbid(unsafe_code)]

mod error;
mod hardware;
mod model;
mod snapshot;

pub use error::{Error, Refusal, Result};
pub use hardware::{HardwareAddress, HardwareAddressError};
pub use ifctl_abi::{DeviceFlags, DeviceName, HardwareType, IfMap, NameError};
pub use ifctl_kernel::{Errno, Kernel, Socket};
pub use model::{
    Address, AddressFlags, Device, Lifetime, Neighbour, NeighbourFlags, NeighbourState, NextHop,
    NextHopFlags, NextHops, OperationalState, Route, RouteKind, RouteMetrics, RouteTable, Scope,
    Statistics,
};
pub use snapshot::{Consistency, Snapshot};
