//! The seam: what a Linux network stack answers, as traits.
//!
//! [`Kernel`] is one caller's view of a kernel, [`Socket`] what that kernel keeps for one socket. The
//! seam is the kernel's own interface and nothing higher: the same structures, numbers and netlink
//! bytes go to the real kernel (`ifctl-linux`) and to the model (`ifctl-virtual`), so that layouts,
//! flag bits, errno order and truncation are shared by all that stands above.
//!
//! No raw pointer crosses it: an `ioctl` is a [`Request`], which owns or borrows its argument.
#![forbid(unsafe_code)]

mod errno;
mod request;
mod socket;

pub use errno::Errno;
pub use request::{Argument, ArgumentKind, Direction, IfConf, Request, RequestInfo, Route};
pub use socket::{Kernel, Receive, Received, Socket, SocketOption};
