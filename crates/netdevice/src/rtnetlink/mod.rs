//! Devices, addresses, routes and neighbours through rtnetlink.

mod address;
mod batch;
mod connection;
mod dump;
mod events;
mod link;
mod neighbour;
mod route;

pub use address::AddressFilter;
pub use batch::{Batch, Outcome};
pub use connection::Rtnetlink;
pub use dump::Dump;
pub use events::{Event, Events, Subscription};
pub use link::{LinkKind, LinkSpec, Peer};
pub use neighbour::NeighbourFilter;
pub use route::{RouteFilter, RouteQuery};
