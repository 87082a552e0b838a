//! The real kernel behind ifctl's seam: system calls.
//!
//! [`Linux`] is the kernel that the program runs on, seen from the calling thread's network namespace
//! with the calling thread's credentials. [`FdSocket`] makes any socket of the caller's one of the
//! seam's: netdevice(7)'s requests work on "any socket's file descriptor regardless of the family or
//! type".
//!
//! `unsafe` may stand here alone; each block argues its case, and ARCHITECTURE.md counts them.

mod errno;
pub mod file_status;
mod ioctl;
mod kernel;
pub mod module;
pub mod namespace;
pub mod resolver;
pub mod sandbox;
pub mod signal;
mod socket;
pub mod start;
pub mod supervise;
pub mod syslog;
pub mod tun;

pub use kernel::Linux;
pub use socket::FdSocket;
