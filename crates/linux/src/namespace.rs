//! Namespaces of the calling thread.
//!
//! Each function moves the calling thread alone; what it starts afterwards, threads and processes, is
//! there too. See namespaces(7), network_namespaces(7) and mount_namespaces(7).

use crate::errno;
use ifctl_kernel::Errno;
use rustix::mount::{MountFlags, MountPropagationFlags};
use rustix::thread::{LinkNameSpaceType, UnshareFlags};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// A network namespace, held open by a descriptor: it lives as long as this does.
#[derive(Debug)]
pub struct NetworkNamespace(OwnedFd);

impl NetworkNamespace {
    /// Returns the calling thread's network namespace.
    ///
    /// # Errors
    ///
    /// `ENOENT` where /proc is not mounted.
    pub fn current() -> Result<Self, Errno> {
        let file = std::fs::File::open("/proc/thread-self/ns/net")
            .map_err(|error| errno::from_io(&error))?;
        Ok(Self(file.into()))
    }

    /// Moves the calling thread into a new network namespace, with a loopback device alone, and
    /// returns it.
    ///
    /// # Errors
    ///
    /// `EPERM` without `CAP_SYS_ADMIN`, `ENOSPC` over `user.max_net_namespaces`.
    #[doc(alias = "CLONE_NEWNET")]
    pub fn unshare() -> Result<Self, Errno> {
        unshare(UnshareFlags::NEWNET)?;
        Self::current()
    }

    /// Moves the calling thread into this namespace.
    ///
    /// # Errors
    ///
    /// `EPERM` without `CAP_SYS_ADMIN` in the namespace's owner and in the caller's own user namespace.
    #[doc(alias = "setns")]
    pub fn enter(&self) -> Result<(), Errno> {
        rustix::thread::move_into_link_name_space(self.0.as_fd(), Some(LinkNameSpaceType::Network))
            .map_err(errno::from_rustix)
    }
}

impl AsFd for NetworkNamespace {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl From<NetworkNamespace> for OwnedFd {
    fn from(namespace: NetworkNamespace) -> Self {
        namespace.0
    }
}

/// Moves the calling thread into a mount namespace of its own, whose changes stay in it.
///
/// # Errors
///
/// `EPERM` without `CAP_SYS_ADMIN`, `ENOSPC` over `user.max_mnt_namespaces`.
#[doc(alias = "CLONE_NEWNS")]
pub fn unshare_mounts() -> Result<(), Errno> {
    unshare(UnshareFlags::NEWNS)?;
    rustix::mount::mount_change("/", MountPropagationFlags::REC | MountPropagationFlags::PRIVATE)
        .map_err(errno::from_rustix)
}

/// Mounts a fresh /sys, in which the calling thread's network namespace shows: writable, or
/// read-only where the host's is so and the caller may not change that, as in a container. Only in a
/// mount namespace of one's own.
///
/// # Errors
///
/// `EPERM` without `CAP_SYS_ADMIN`, or in a user namespace where a part of the host's /sys is masked.
pub fn mount_sysfs() -> Result<(), Errno> {
    let mount = |access| {
        let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC | access;
        rustix::mount::mount("sysfs", "/sys", "sysfs", flags, None).map_err(errno::from_rustix)
    };
    match mount(MountFlags::empty()) {
        Err(Errno::EPERM) => mount(MountFlags::RDONLY),
        answer => answer,
    }
}

/// Leaves a namespace for a new one.
pub(crate) fn unshare(flags: UnshareFlags) -> Result<(), Errno> {
    if flags.contains(UnshareFlags::FILES) {
        return Err(Errno::EINVAL);
    }
    // SAFETY: the danger of this call is that of unsharing the table of descriptors, which leaves
    // descriptors of other threads invalid in this one; that flag has just been refused.
    let answer = unsafe { rustix::thread::unshare_unsafe(flags) };
    answer.map_err(errno::from_rustix)
}
