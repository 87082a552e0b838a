//! Linux network devices, addresses, aliases and routes: all of netdevice(7), and what today's kernels
//! offer beside it, safe and typed.
//!
//! Two ways lead to a kernel, and each function names the request behind it:
//!
//! * [`Control`]: the ioctls of netdevice(7), ip(7) and arp(7) on any socket, one function each. One system
//!   call per question; what old programs use, and what a single question costs least with.
//! * [`Rtnetlink`]: dumps, changes and [`Batch`]es of devices, addresses, routes and neighbours, and
//!   [`Events`]. What has no ioctl (64-bit counters, labels of many addresses, routing tables), and what
//!   large numbers need.
//!
//! [`Snapshot`] joins devices, addresses and routes in three or four dumps, whatever their number;
//! [`Alias`] is the view of an address that the IP-alias HOWTO speaks of. [`proc`] parses the files of
//! /proc/net.
//!
//! Everything takes a [`Kernel`]: [`Host`] is the one that the program runs on (feature `host`, on by
//! default), `ifctl-virtual` another, in memory. Reading needs no privilege; changing needs
//! `CAP_NET_ADMIN`, and a refusal is an [`Error`] that names the request, the thing and the errno.
//!
//! ```
//! use ifctl_netdevice::{Host, Snapshot, SnapshotParts};
//!
//! let snapshot = Snapshot::take(&Host, SnapshotParts::default())?;
//! for device in &snapshot.devices {
//!     println!("{}: mtu {}", device.name, device.mtu);
//!     for address in snapshot.addresses_of(device.index) {
//!         println!("    {}/{}", address.local, address.prefix_length);
//!     }
//! }
//! # Ok::<(), ifctl_netdevice::Error>(())
//! ```
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
    NeighbourState, NextHopFlags, OperationalState, RouteProtocol, RouteScope as Scope, RouteTable,
    RouteType as RouteKind, RouterPreference, RtmFlags,
};
pub use ifctl_abi::{DeviceFlags, DeviceName, Family, HardwareType, IfMap, NameError};
pub use ifctl_kernel::{Errno, Kernel, Socket};
pub use ifctl_netlink::{
    AddressMessage, Bridge, LinkMessage, NeighbourMessage, RouteMessage, Vxlan,
};
pub use model::{
    Address, CongestionControl, Device, Lifetime, Neighbour, NextHop, NextHops, Route,
    RouteMetrics, Statistics,
};
pub use rtnetlink::{
    AddressFilter, Batch, Dump, Event, Events, LinkKind, LinkSpec, NeighbourFilter, Outcome, Peer,
    RouteFilter, RouteQuery, Rtnetlink, Subscription,
};
pub use snapshot::{Consistency, Snapshot, SnapshotParts};
