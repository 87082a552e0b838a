//! A virtual kernel behind ifctl's seam: the netdevice interface of Linux, implemented in memory.
//!
//! It answers what Linux answers, byte for byte and errno for errno: ioctls, rtnetlink, and the files of
//! /proc/net, /proc/sys/net and /sys/class/net. There is no I/O in it, no clock, no thread and no
//! randomness: time passes when [`VirtualKernel::advance`] says so.
//!
//! # In tests of network code
//!
//! Code that takes a `Kernel` is tested on it without a privilege, a namespace or a Linux, and what a real
//! kernel does once in a year is had on demand:
//!
//! ```
//! use ifctl_abi::IfMap;
//! use ifctl_abi::netlink::MessageType;
//! use ifctl_netdevice::{Address, AddressFilter, Errno, Kernel, Result, Rtnetlink};
//! use ifctl_virtual::{Asked, Capabilities, Verdict, VirtualKernel};
//! use std::net::IpAddr;
//!
//! /// The code under test: gives a service's address to another device, and takes it from the one that has
//! /// it when the other one has it, too.
//! fn move_address(kernel: &dyn Kernel, service: IpAddr, from: &str, to: &str) -> Result<()> {
//!     let mut rtnetlink = Rtnetlink::open(kernel)?;
//!     let [from, to] = [from, to].map(|name| rtnetlink.device_named(name.as_bytes()));
//!     rtnetlink.add_address(&Address::new(to?.index, service, 32))?;
//!     rtnetlink.delete_address(&Address::new(from?.index, service, 32))
//! }
//!
//! /// The names of the devices that have the address.
//! fn holders(kernel: &dyn Kernel, service: IpAddr) -> Result<Vec<String>> {
//!     let mut rtnetlink = Rtnetlink::open(kernel)?;
//!     let addresses = rtnetlink.addresses(AddressFilter::default())?.into_iter();
//!     addresses
//!         .filter(|address| address.local == service)
//!         .map(|address| Ok(rtnetlink.device(address.index)?.name.to_string()))
//!         .collect()
//! }
//!
//! # fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
//! let service = IpAddr::from([192, 0, 2, 1]);
//! let host = VirtualKernel::new();
//! for (name, last) in [("eth0", 1), ("eth1", 2)] {
//!     host.add_card(name.parse()?, [2, 0, 0, 0, 0, last], IfMap::default())?;
//! }
//! let eth0 = Rtnetlink::open(&host)?.device_named(b"eth0")?.index;
//! Rtnetlink::open(&host)?.add_address(&Address::new(eth0, service, 32))?;
//!
//! move_address(&host, service, "eth0", "eth1")?;
//! assert_eq!(holders(&host, service)?, ["eth1"]);
//!
//! // Somebody without the privilege is refused, and nothing changes.
//! let nobody = host.with_capabilities(Capabilities::empty());
//! let error = move_address(&nobody, service, "eth1", "eth0").unwrap_err();
//! assert_eq!(error.errno(), Some(Errno::EPERM));
//!
//! // The card is pulled just before the kernel would give it the address: the old one keeps it.
//! host.before_each_request(|host, asked| {
//!     if let Asked::Message(message) = asked && message.kind == MessageType::NEWADDR {
//!         host.remove_card("eth0".parse().expect("a name")).expect("a card");
//!     }
//!     Verdict::Proceed
//! });
//! let error = move_address(&host, service, "eth1", "eth0").unwrap_err();
//! assert_eq!(error.errno(), Some(Errno::ENODEV));
//! assert_eq!(holders(&host, service)?, ["eth1"]);
//! # Ok(())
//! # }
//! ```
//!
//! # Within
//!
//! Files follow the kernel's own division, so that a rule is found in the file of that name. A rule that
//! nobody would guess names the kernel function that it models.
#![forbid(unsafe_code)]

mod addrconf;
mod af_inet;
mod af_inet6;
mod af_netlink;
mod arp;
mod caller;
mod dev;
mod dev_addr_lists;
mod dev_ioctl;
mod devinet;
mod drivers;
mod events;
mod faults;
mod fib4_rules;
mod fib6_rules;
mod fib_frontend;
mod fib_rules;
mod fib_semantics;
mod fib_trie;
mod igmp;
mod in6;
mod ip6_fib;
mod link_watch;
mod listing;
mod lwtunnel;
mod machine;
mod mcast;
mod memory;
mod ndisc;
mod neighbour;
mod net_alias;
mod net_namespace;
mod net_procfs;
mod release;
mod route;
mod rtnetlink;
mod socket;
pub mod state;
mod sysctl;
mod sysfs;
mod timers;

pub use caller::{Cable, Capabilities, VirtualKernel};
pub use drivers::TunMode;
pub use faults::{Asked, Verdict};
pub use listing::Entry;
pub use memory::UserMemory;
pub use net_alias::IpAlias;
pub use release::Release;
pub use socket::VirtualSocket;
pub use state::{State, StateError};
