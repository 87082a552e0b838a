//! What a sandbox needs beside [`namespace`](crate::namespace): a user namespace, and mounts that put
//! other files in a folder's place.
//!
//! All of it works for the calling thread or process alone, and ends with the last process in its
//! namespaces. See user_namespaces(7) and the kernel's Documentation/filesystems/overlayfs.rst.

use crate::errno;
use crate::namespace::{NetworkNamespace, unshare};
use ifctl_kernel::Errno;
use rustix::fs::{Mode, OFlags};
use rustix::mount::MountFlags;
use rustix::process::{Pid, WaitOptions};
use rustix::thread::{CapabilitySet, UnshareFlags};
use std::ffi::{CStr, CString};
use std::fmt::Write;
use std::fs;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::Path;

/// Who is who in a new user namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// The caller alone, as user and group 0. Needs no privilege; files of all others belong to
    /// `nobody` (65534), and groups can no longer be changed.
    Root,
    /// Everybody whom the caller's own user namespace knows, under the same numbers.
    /// Needs `CAP_SETUID`, `CAP_SETGID` and, since Linux 5.12, `CAP_SETFCAP`.
    Everybody,
}

impl Identity {
    /// Returns the widest identity that the calling thread may ask for.
    pub fn of_caller() -> Self {
        let needed = CapabilitySet::SETUID | CapabilitySet::SETGID | CapabilitySet::SETFCAP;
        if has(needed) { Self::Everybody } else { Self::Root }
    }
}

/// A user namespace that could not be had, and which step the kernel refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserNamespaceRefused {
    /// The namespace itself; the caller is where it was.
    Unshare(Errno),
    /// The map of users or groups; the caller is in a namespace in which it is nobody. A security
    /// module that lets namespaces be made, but takes every capability in them, refuses here
    /// (AppArmor's `kernel.apparmor_restrict_unprivileged_userns`).
    Map(Errno),
    /// The map of a caller who is user 0 and lacks `CAP_SETFCAP`, without which Linux since 5.12 lets
    /// nobody map that user: files could be given capabilities that hold outside. The caller is in a
    /// namespace in which it is nobody.
    MapOfRoot(Errno),
}

/// Moves the calling process into a new user namespace, in which it has every capability.
///
/// # Errors
///
/// [`UserNamespaceRefused::Unshare`] with `ENOSPC` over `user.max_user_namespaces` or at the 33rd
/// level, `EPERM` in a chroot, for a caller without a name in its own namespace, or where
/// `kernel.unprivileged_userns_clone` is 0, `EINVAL` for a process of several threads or on a kernel
/// without user namespaces. [`UserNamespaceRefused::Map`] with `EPERM` where the identity needs
/// capabilities that the caller lacks.
#[doc(alias = "CLONE_NEWUSER")]
pub fn unshare_user(identity: Identity) -> Result<(), UserNamespaceRefused> {
    match identity {
        Identity::Root => {
            let user = rustix::process::geteuid();
            let refused = if user.is_root() && !has(CapabilitySet::SETFCAP) {
                UserNamespaceRefused::MapOfRoot
            } else {
                UserNamespaceRefused::Map
            };
            let users = format!("0 {} 1", user.as_raw());
            let groups = format!("0 {} 1", rustix::process::getegid().as_raw());
            unshare(UnshareFlags::NEWUSER).map_err(UserNamespaceRefused::Unshare)?;
            // Linux takes a map of groups from an ordinary user only once setgroups(2) is given up:
            // leaving a group can give access that being in it denied.
            for (file, text) in
                [("setgroups", "deny"), ("uid_map", users.as_str()), ("gid_map", groups.as_str())]
            {
                fs::write(Path::new("/proc/self").join(file), text)
                    .map_err(|error| refused(errno::from_io(&error)))?;
            }
            Ok(())
        }
        Identity::Everybody => {
            let maps = Maps::of_everybody().map_err(UserNamespaceRefused::Unshare)?;
            let writer = MapWriter::start(&maps).map_err(UserNamespaceRefused::Unshare)?;
            match unshare(UnshareFlags::NEWUSER) {
                Ok(()) => writer.write().map_err(UserNamespaceRefused::Map),
                Err(errno) => {
                    writer.cancel();
                    Err(UserNamespaceRefused::Unshare(errno))
                }
            }
        }
    }
}

/// Returns whether the calling thread may make network and mount namespaces without a user namespace
/// around them: whether it has `CAP_SYS_ADMIN`.
#[doc(alias = "CAP_SYS_ADMIN")]
pub fn may_unshare() -> bool {
    has(CapabilitySet::SYS_ADMIN)
}

/// Returns whether something before the kernel, a seccomp filter as containers have it, refuses
/// unshare(2) as such: asked for nothing at all, Linux itself never refuses.
#[doc(alias = "seccomp")]
pub fn unshare_is_filtered() -> bool {
    unshare(UnshareFlags::empty()).is_err()
}

/// Mounts an empty folder in memory over a folder. Only in a mount namespace of one's own.
///
/// # Errors
///
/// `EPERM` without `CAP_SYS_ADMIN`, `ENOENT` or `ENOTDIR` where there is no such folder.
#[doc(alias = "tmpfs")]
pub fn mount_tmpfs(folder: &Path) -> Result<(), Errno> {
    let flags = MountFlags::NOSUID | MountFlags::NODEV;
    rustix::mount::mount("ifctl", folder, "tmpfs", flags, c"mode=755").map_err(errno::from_rustix)
}

/// Mounts folders over a folder, one above the other, the first on top, read-only. Only in a mount
/// namespace of one's own.
///
/// # Errors
///
/// `EPERM` without `CAP_SYS_ADMIN` and, in a user namespace, before Linux 5.11; `ENODEV` without
/// overlayfs; `EINVAL` where a layer is itself an overlay on an overlay.
#[doc(alias = "overlayfs")]
pub fn mount_overlay(layers: &[BorrowedFd<'_>], folder: &Path) -> Result<(), Errno> {
    let mut options = String::from("lowerdir=");
    for (position, layer) in layers.iter().enumerate() {
        // A descriptor has no colon in its path, and reaches a folder that a mount covers.
        let colon = if position > 0 { ":" } else { "" };
        let _ = write!(options, "{colon}/proc/self/fd/{}", layer.as_raw_fd());
    }
    let options = CString::new(options).map_err(|_| Errno::EINVAL)?;
    rustix::mount::mount("ifctl", folder, "overlay", MountFlags::RDONLY, options.as_c_str())
        .map_err(errno::from_rustix)
}

/// Mounts an open folder, also one that a mount covers, at another place. Only in a mount namespace
/// of one's own.
///
/// # Errors
///
/// `EPERM` without `CAP_SYS_ADMIN`, `ENOENT` where there is no such place, `EINVAL` where the folder
/// is of another mount namespace.
#[doc(alias = "MS_BIND")]
pub fn mount_bind(from: BorrowedFd<'_>, to: &Path) -> Result<(), Errno> {
    let from = format!("/proc/self/fd/{}", from.as_raw_fd());
    rustix::mount::mount_bind(from, to).map_err(errno::from_rustix)
}

/// Keeps a network namespace for as long as the calling thread's mount namespace lives, by a mount
/// on an existing file; no process has to hold a descriptor then.
///
/// # Errors
///
/// As [`mount_bind`].
pub fn keep(namespace: &NetworkNamespace, file: &Path) -> Result<(), Errno> {
    mount_bind(namespace.as_fd(), file)
}

/// Opens a folder as a place, to be named in mounts after something covers it.
///
/// # Errors
///
/// As open(2): `ENOENT`, `ENOTDIR`, `EACCES`.
#[doc(alias = "O_PATH")]
pub fn open_folder(folder: &Path) -> Result<OwnedFd, Errno> {
    let how = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    rustix::fs::open(folder, how, Mode::empty()).map_err(errno::from_rustix)
}

fn has(needed: CapabilitySet) -> bool {
    rustix::thread::capabilities(None).is_ok_and(|sets| sets.effective.contains(needed))
}

/// The maps of a user namespace, as they are written to its process' files.
struct Maps {
    users: String,
    groups: String,
}

impl Maps {
    /// Returns the maps under which everybody keeps the number that it has here.
    fn of_everybody() -> Result<Self, Errno> {
        let read = |file: &str| {
            let text = fs::read_to_string(Path::new("/proc/self").join(file));
            text.map(|text| identity(&text)).map_err(|error| errno::from_io(&error))
        };
        Ok(Self { users: read("uid_map")?, groups: read("gid_map")? })
    }
}

/// Returns the map whose numbers are those that a map gives inside: lines of inside, outside, count.
fn identity(map: &str) -> String {
    let mut text = String::new();
    for line in map.lines() {
        let mut words = line.split_whitespace();
        if let (Some(first), Some(count)) = (words.next(), words.nth(1)) {
            let _ = writeln!(text, "{first} {first} {count}");
        }
    }
    text
}

/// A child that stays outside and writes the maps: within the new namespace nobody may map anybody
/// but himself.
struct MapWriter {
    child: Pid,
    go: OwnedFd,
}

impl MapWriter {
    fn start(maps: &Maps) -> Result<Self, Errno> {
        let (wait, go) = std::io::pipe().map_err(|error| errno::from_io(&error))?;
        let (wait, go) = (OwnedFd::from(wait), OwnedFd::from(go));
        // The folder of this process, which /proc/self in the child no longer is.
        let process = open_folder(Path::new("/proc/self"))?;
        // SAFETY: the child of a process that may have other threads may only make system calls: it
        // must not allocate, take locks or run destructors. `write_maps` makes read, openat and write
        // on memory that was prepared before, and `leave` ends the child without running anything.
        match unsafe { libc::fork() } {
            -1 => Err(errno::last()),
            0 => {
                // The parent's end, or the wait would not end with the parent. The descriptor is the
                // parent's copy of it too, so it is closed here by number and not dropped.
                close_in_child(&go);
                let errno =
                    write_maps(&wait, &process, maps).err().map_or(0, |errno| errno.number());
                leave(errno)
            }
            child => {
                let child = Pid::from_raw(child).ok_or(Errno::ECHILD)?;
                Ok(Self { child, go })
            }
        }
    }

    /// Has the maps written, and returns what came of it.
    fn write(self) -> Result<(), Errno> {
        // The child is waited for whether or not it heard the word.
        let told = rustix::io::write(&self.go, b"!").map_err(errno::from_rustix);
        match self.finish() {
            Some(0) => told.map(drop),
            Some(number) => Err(Errno::new(number)),
            None => Err(Errno::EIO),
        }
    }

    /// Lets the child end without writing.
    fn cancel(self) {
        self.finish();
    }

    /// Waits for the child's end and returns its status, `None` if a signal ended it.
    fn finish(self) -> Option<i32> {
        drop(self.go);
        loop {
            match rustix::process::waitpid(Some(self.child), WaitOptions::empty()) {
                Err(rustix::io::Errno::INTR) => {}
                Ok(Some((_, status))) => return status.exit_status(),
                Ok(None) | Err(_) => return None,
            }
        }
    }
}

/// Waits for the word to go, and writes the maps; to be called in the child.
fn write_maps(wait: &OwnedFd, process: &OwnedFd, maps: &Maps) -> Result<(), Errno> {
    let mut word = [0];
    if rustix::io::read(wait, &mut word[..]).map_err(errno::from_rustix)? == 0 {
        return Ok(());
    }
    write_map(process, c"uid_map", &maps.users)?;
    write_map(process, c"gid_map", &maps.groups)
}

/// Writes one map, in one call, as Linux wants it.
fn write_map(process: &OwnedFd, file: &CStr, map: &str) -> Result<(), Errno> {
    let how = OFlags::WRONLY | OFlags::CLOEXEC;
    let file = rustix::fs::openat(process, file, how, Mode::empty()).map_err(errno::from_rustix)?;
    rustix::io::write(&file, map.as_bytes()).map_err(errno::from_rustix).map(|_| ())
}

/// Closes the child's copy of a descriptor that the parent goes on using.
fn close_in_child(descriptor: &OwnedFd) {
    // SAFETY: only called in the child, which has a table of descriptors of its own and never comes
    // back to a place that uses or drops this one: `leave` ends it.
    unsafe {
        libc::close(descriptor.as_raw_fd());
    }
}

/// Ends the child.
fn leave(status: i32) -> ! {
    // SAFETY: `_exit` has no precondition; it runs no destructor and flushes no stream, and so
    // touches nothing that the parent's other threads may have held locked at the fork.
    unsafe { libc::_exit(status) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_keeps_the_number_that_it_has_inside() {
        let map = "         0       1000          1\n         1     100000      65536\n";
        assert_eq!(identity(map), "0 0 1\n1 1 65536\n");
        assert_eq!(identity("0 0 4294967295\n"), "0 0 4294967295\n");
    }
}
