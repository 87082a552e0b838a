//! Structures, numbers and flags of the Linux network device interface.
//!
//! What `<net/if.h>`, `<linux/sockios.h>`, `<net/route.h>`, `<net/if_arp.h>` and `<linux/rtnetlink.h>`
//! define, as plain data: every structure is `#[repr(C)]`, made of bytes alone (no pointer, no union)
//! and checked against the system's own definitions, so that reading one is always safe.
//!
//! This crate does no I/O and holds no behaviour beyond names and their rules.
#![forbid(unsafe_code)]

pub mod arp;
mod flags;
mod hardware;
mod ifreq;
mod inet6;
pub mod ioctl;
mod name;
pub mod netlink;
pub mod route;
pub mod rtnetlink;
mod sockaddr;

pub use flags::DeviceFlags;
pub use hardware::HardwareType;
pub use ifreq::{IFREQ_DATA_LENGTH, IfMap, IfReq};
pub use inet6::{In6IfReq, In6RtMsg};
pub use name::{DeviceName, Escaped, NAME_SIZE, NameError};
pub use sockaddr::{Family, SockAddr, SocketType};
