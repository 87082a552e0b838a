//! Unmodified programs on a virtual kernel, without any privilege: what fakeroot is to files, to the
//! network's configuration.
//!
//! A program and all that it starts run as they always do; when one asks for the network's configuration,
//! by ioctl, by rtnetlink or by a file of /proc or /sys, a [`VirtualKernel`](ifctl_virtual::VirtualKernel)
//! answers. It needs no root, no namespace and no preloaded library, so that static programs are answered
//! as well: Linux itself hands the system calls over (seccomp_unotify(2)), from Linux 5.19 on.
//!
//! It is not a network: no packet goes to a virtual address, and sockets otherwise are the host's. It is no
//! security boundary either: a program that wants to get around it can.
//!
//! What of it takes unsafe is `ifctl-linux`'s: [`supervise`](ifctl_linux::supervise).
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

mod error;
mod event;
mod files;
mod filter;
mod keeper;
mod memory;
mod model;
mod module;
mod run;
mod socket;
mod supervisor;
mod target;

pub use error::{Error, Refusal};
pub use event::Event;
pub use keeper::Keeper;
pub use run::{Rootless, Running};
