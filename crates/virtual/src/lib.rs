//! A virtual kernel behind ifctl's seam: the same answers from memory.
//!
//! What is here so far is the smallest thing that proves the seam: a namespace that holds `lo` alone, up,
//! seen by a caller without privilege, so that every change is refused with `EPERM`. It answers sockets
//! of five families, the requests of netdevice(7) and ip(7), listings through netlink, and
//! /proc/net/dev and if_inet6.
//!
//! Files follow the kernel's own division, so that a rule is found in the file of that name.
#![forbid(unsafe_code)]

mod dev_ioctl;
mod devinet;
mod lo;
mod net_procfs;
mod rtnetlink;
mod socket;

use ifctl_abi::{Family, SocketType};
use ifctl_kernel::{Errno, Kernel, Socket};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// A kernel in memory, as a caller without privilege sees it: `lo`, and nothing that can be changed.
///
/// ```
/// use ifctl_abi::{Family, IfReq, SocketType};
/// use ifctl_kernel::{Kernel, Request};
/// use ifctl_virtual::Virtual;
///
/// let socket = Virtual::new().socket(Family::UNIX, SocketType::DATAGRAM, 0)?;
/// let mut lo = IfReq::default().with(&1_u32);
/// socket.ioctl(Request::GetName(&mut lo))?;
/// assert_eq!(lo.device_name().as_bytes(), b"lo");
/// # Ok::<(), ifctl_kernel::Errno>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Virtual {
    ports: Arc<AtomicU32>,
}

impl Virtual {
    /// Returns a kernel that has just started.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Kernel for Virtual {
    fn socket(
        &self,
        family: Family,
        kind: SocketType,
        protocol: u32,
    ) -> Result<Box<dyn Socket>, Errno> {
        match family {
            Family::INET | Family::INET6 | Family::UNIX => {}
            // The caller has no CAP_NET_RAW.
            Family::PACKET => return Err(Errno::EPERM),
            Family::NETLINK if protocol != 0 => return Err(Errno::EPROTONOSUPPORT),
            Family::NETLINK if kind == SocketType::STREAM => return Err(Errno::ESOCKTNOSUPPORT),
            Family::NETLINK => {}
            _ => return Err(Errno::EAFNOSUPPORT),
        }
        let port = self.ports.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        Ok(Box::new(socket::VirtualSocket::new(family, port)))
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, Errno> {
        net_procfs::read(path)
    }

    fn write(&self, path: &Path, _bytes: &[u8]) -> Result<(), Errno> {
        net_procfs::read(path)?;
        Err(Errno::EACCES)
    }
}
