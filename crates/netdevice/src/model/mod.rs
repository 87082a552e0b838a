//! What a kernel holds, as plain owned data.

mod address;
mod device;
mod neighbour;
mod route;

pub use address::{Address, Lifetime};
pub use device::{Device, Statistics};
pub use neighbour::Neighbour;
pub use route::{CongestionControl, NextHop, NextHops, Route, RouteMetrics};
