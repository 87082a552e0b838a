//! A virtual kernel behind ifctl's seam: the netdevice interface of Linux, implemented in memory.
//!
//! It answers what Linux answers, byte for byte and errno for errno: ioctls, rtnetlink, and the files of
//! /proc/net, /proc/sys/net and /sys/class/net. There is no I/O in it, no clock, no thread and no
//! randomness: time passes when [`VirtualKernel::advance`] says so.
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
mod fib_frontend;
mod fib_rules;
mod fib_semantics;
mod fib_trie;
mod igmp;
mod in6;
mod ip6_fib;
mod link_watch;
mod machine;
mod mcast;
mod memory;
mod ndisc;
mod neighbour;
mod net_alias;
mod net_namespace;
mod net_procfs;
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
pub use memory::UserMemory;
pub use net_alias::IpAlias;
pub use socket::VirtualSocket;
pub use state::{State, StateError};
