//! The kernel that the program runs on, and what only it has.
//!
//! This is the one place of the library that names a kernel: everything else takes any
//! [`Kernel`](crate::Kernel).

pub use ifctl_linux::Linux as Host;
pub use ifctl_linux::namespace::NetworkNamespace;
pub use ifctl_linux::tun::{TunDevice, TunMode, TunOptions};
