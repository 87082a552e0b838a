//! The files that tell of the network: /proc/net, /proc/sys/net and /sys/class/net.
//!
//! The filter cannot see a path, so every call with one is looked at, and nearly all go on.

mod place;
mod setting;
mod shadow;
mod status;
mod text;

use crate::memory::Memory;
use crate::supervisor::Answer;
use crate::target::Target;
use ifctl_kernel::{Errno, Kernel as _};
use ifctl_linux::supervise::{Call, Listener};
use ifctl_virtual::{Capabilities, VirtualKernel};
use place::Place;
use rustix::fs::OFlags;
use setting::{Setting, Write};
use shadow::Shadow;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::path::{Path, PathBuf};

/// The files that are answered, and those that are open to be written.
#[derive(Default)]
pub(crate) struct Files {
    shadow: Shadow,
    settings: Vec<Setting>,
}

/// What is asked about a path.
pub(crate) struct Asked<'a> {
    pub(crate) listener: &'a Listener,
    pub(crate) call: &'a Call,
    /// The kernel, for the caller.
    pub(crate) kernel: VirtualKernel,
    pub(crate) capabilities: Capabilities,
}

/// A call with a path that the model has.
pub(crate) struct Found(Wish, place::Found);

/// How a call names a file, and what it wants of it.
struct Wish {
    folder: Option<i32>,
    path: u64,
    kind: WishKind,
}

enum WishKind {
    Open { flags: u64 },
    OpenBy { how: u64 },
    Status { buffer: u64, flags: u64 },
    LongStatus { buffer: u64, flags: u64, mask: u64 },
    Access { mode: u32 },
    Link { buffer: u64, size: u64 },
}

impl Wish {
    /// Returns whether a link at the end of a path is followed.
    fn follows(&self, path: &[u8]) -> bool {
        let lacks = |flags: u64, flag: libc::c_int| flags & u64::from(flag.cast_unsigned()) == 0;
        path.ends_with(b"/")
            || match self.kind {
                WishKind::Open { flags } => lacks(flags, libc::O_NOFOLLOW),
                WishKind::Status { flags, .. } | WishKind::LongStatus { flags, .. } => {
                    lacks(flags, libc::AT_SYMLINK_NOFOLLOW)
                }
                WishKind::Link { .. } => false,
                WishKind::OpenBy { .. } | WishKind::Access { .. } => true,
            }
    }
}

/// Returns what a call wants.
fn wish(call: &Call) -> Option<Wish> {
    use WishKind::{Access, Link, LongStatus, Open, OpenBy, Status};
    let argument = |place| call.argument(place);
    let at = |kind| {
        let folder = call.descriptor(0);
        let folder = (folder != libc::AT_FDCWD).then_some(folder);
        Some(Wish { folder, path: argument(1), kind })
    };
    match call.number() {
        libc::SYS_openat => at(Open { flags: argument(2) }),
        libc::SYS_openat2 => at(OpenBy { how: argument(2) }),
        libc::SYS_newfstatat => at(Status { buffer: argument(2), flags: argument(3) }),
        libc::SYS_statx => {
            at(LongStatus { buffer: argument(4), flags: argument(2), mask: argument(3) })
        }
        libc::SYS_faccessat | libc::SYS_faccessat2 => at(Access { mode: call.word(2) }),
        libc::SYS_readlinkat => at(Link { buffer: argument(2), size: argument(3) }),
        number => older(number, call),
    }
}

/// Returns what a call wants that has no folder.
#[cfg(target_arch = "x86_64")]
fn older(number: libc::c_long, call: &Call) -> Option<Wish> {
    use WishKind::{Access, Link, Open, Status};
    let argument = |place| call.argument(place);
    let kind = match number {
        libc::SYS_open => Open { flags: argument(1) },
        libc::SYS_stat => Status { buffer: argument(1), flags: 0 },
        libc::SYS_lstat => {
            let flags = libc::AT_SYMLINK_NOFOLLOW.cast_unsigned();
            Status { buffer: argument(1), flags: flags.into() }
        }
        libc::SYS_access => Access { mode: call.word(1) },
        libc::SYS_readlink => Link { buffer: argument(1), size: argument(2) },
        _ => return None,
    };
    Some(Wish { folder: None, path: argument(0), kind })
}

#[cfg(not(target_arch = "x86_64"))]
fn older(_: libc::c_long, _: &Call) -> Option<Wish> {
    None
}

/// What stands for a file where its status is asked for.
enum Stand {
    /// This file of the host, or of ours.
    For(PathBuf),
    /// What the host has there.
    Itself,
}

impl Files {
    /// Returns what a call with a path is about, if the model has that.
    pub(crate) fn find(&self, listener: &Listener, call: &Call) -> Option<Found> {
        let wish = wish(call)?;
        // What cannot be read here cannot be read by the call either.
        let memory = Memory::of(listener, call);
        let path = memory.glance(wish.path).ok()?;
        let found = place::find(Target(call.thread()), wish.folder, &path, self.shadow.root())?;
        // The link itself, which is the host's.
        if found.place == Place::Text("/proc/net".into()) && !wish.follows(&path) {
            return None;
        }
        // Who is gone has nothing to be let go on either.
        memory.check().ok()?;
        Some(Found(wish, found))
    }

    /// Answers a call with a path, or lets it go on.
    pub(crate) fn answer(&mut self, asked: &Asked<'_>, Found(wish, place): Found) -> Answer {
        let memory = Memory::of(asked.listener, asked.call);
        let answer = match wish.kind {
            WishKind::Open { flags } => self.open(asked, &place, flags),
            WishKind::OpenBy { how } => memory
                .bytes(how)
                .and_then(|flags| self.open(asked, &place, u64::from_ne_bytes(flags))),
            WishKind::Status { buffer, flags } => {
                self.on_stand(asked, &place, |file| status::write(memory, file, buffer, flags))
            }
            WishKind::LongStatus { buffer, flags, mask } => self.on_stand(asked, &place, |file| {
                status::write_long(memory, file, buffer, flags, mask)
            }),
            WishKind::Access { mode } => {
                self.on_stand(asked, &place, |file| status::access(file, mode, asked.capabilities))
            }
            WishKind::Link { buffer, size } => {
                self.on_stand(asked, &place, |file| status::link(memory, file, buffer, size))
            }
        };
        answer.unwrap_or_else(Answer::Failed)
    }

    /// Carries something out on what stands for a file.
    fn on_stand(
        &mut self,
        asked: &Asked<'_>,
        place: &place::Found,
        work: impl FnOnce(&Path) -> Result<i64, Errno>,
    ) -> Result<Answer, Errno> {
        match self.stand(&asked.kernel, place)? {
            Stand::For(file) => work(&file).map(Answer::Value),
            Stand::Itself => Ok(Answer::GoOn),
        }
    }

    fn stand(&mut self, kernel: &VirtualKernel, found: &place::Found) -> Result<Stand, Errno> {
        let stand = match &found.place {
            Place::Class(path) => Stand::For(self.folder(kernel, path)?),
            Place::Text(path) | Place::Setting(path) if kernel.list(path).is_ok() => {
                Stand::For(self.folder(kernel, path)?)
            }
            Place::Text(path) => match kernel.read(path) {
                Ok(_) => Stand::For("/proc/net/dev".into()),
                Err(_) => unknown_text(path).map(|()| Stand::Itself)?,
            },
            Place::Setting(path) => setting::stand(kernel, path)?,
            Place::Tun => Stand::Itself,
        };
        Ok(match (stand, &found.place) {
            (Stand::Itself, Place::Text(path) | Place::Setting(path)) if found.by_shadow => {
                Stand::For(path.clone())
            }
            (stand, _) => stand,
        })
    }

    /// Returns what stands for a folder of the model's, or for what is in one.
    fn folder(&mut self, kernel: &VirtualKernel, path: &Path) -> Result<PathBuf, Errno> {
        self.shadow.stand(kernel, path).map_err(|error| errno(&error))
    }

    /// Answers an open: by a text, a folder, or the end of a channel for what is written.
    fn open(
        &mut self,
        asked: &Asked<'_>,
        found: &place::Found,
        flags: u64,
    ) -> Result<Answer, Errno> {
        let flags = OFlags::from_bits_retain(flags as u32);
        let writes = flags.intersects(OFlags::WRONLY | OFlags::RDWR);
        let kernel = &asked.kernel;
        let opened = match (&found.place, self.stand(kernel, found)?) {
            // A device that is made by it would be the host's.
            (Place::Tun, _) => return Err(Errno::ENODEV),
            (Place::Class(path), Stand::For(file)) if file.is_file() => {
                let path = shadow::by_class(path);
                self.open_value(asked, path, flags)?
            }
            (Place::Text(path), Stand::For(_)) if let Ok(bytes) = kernel.read(path) => match writes
            {
                true => return Err(Errno::EACCES),
                false => text::open(&bytes, flags)?,
            },
            (Place::Setting(path), Stand::For(_)) if kernel.read(path) != Err(Errno::ENOENT) => {
                self.open_value(asked, path.clone(), flags)?
            }
            // What only the host has cannot be changed.
            (Place::Setting(_), _) if writes => return Err(Errno::EACCES),
            // A folder, or what the host has behind a folder of ours.
            (_, Stand::For(file)) => {
                let flags = flags - (OFlags::CREATE | OFlags::TRUNC | OFlags::EXCL);
                rustix::fs::open(&file, flags | OFlags::CLOEXEC, rustix::fs::Mode::empty())
                    .map_err(|failure| Errno::new(failure.raw_os_error()))?
            }
            (_, Stand::Itself) => return Ok(Answer::GoOn),
        };
        let close = flags.contains(OFlags::CLOEXEC);
        asked.listener.answer_with(asked.call, opened.as_fd(), close).map(|()| Answer::Given)
    }

    /// Opens what can be read, and written.
    fn open_value(
        &mut self,
        asked: &Asked<'_>,
        path: PathBuf,
        flags: OFlags,
    ) -> Result<rustix::fd::OwnedFd, Errno> {
        if !flags.intersects(OFlags::WRONLY | OFlags::RDWR) {
            return text::open(&asked.kernel.read(&path)?, flags);
        }
        if asked.capabilities.is_empty() {
            return Err(Errno::EACCES);
        }
        let read = match flags.contains(OFlags::RDWR) {
            true => Some(asked.kernel.read(&path)?),
            false => None,
        };
        let (setting, end) = Setting::open(asked.capabilities, path, read.as_deref())?;
        self.settings.push(setting);
        Ok(end)
    }

    /// Returns the channels to wait on.
    pub(crate) fn channels(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        self.settings.iter().map(Setting::as_fd)
    }

    /// Returns whether any file is open to be written.
    pub(crate) fn has_settings(&self) -> bool {
        !self.settings.is_empty()
    }

    /// Returns a write of bytes to the file of which a socket is the target's end.
    pub(crate) fn write_to(
        &self,
        inode: u64,
        bytes: impl FnOnce() -> Result<Vec<u8>, Errno>,
    ) -> Option<Result<Write, Errno>> {
        let setting = self.settings.iter().find(|setting| setting.inode() == inode)?;
        Some(bytes().map(|bytes| setting.write(bytes)))
    }

    /// Takes what was written.
    pub(crate) fn take(&mut self) -> Vec<Write> {
        let mut written = Vec::new();
        self.settings.retain_mut(|setting| setting.take(&mut written));
        written
    }
}

/// Refuses a file of /proc/net that the model should have, and does not.
fn unknown_text(path: &Path) -> Result<(), Errno> {
    let name = path.strip_prefix("/proc/net").ok().and_then(|rest| rest.iter().next());
    let name = name.and_then(|name| name.to_str());
    if name.is_some_and(text::is_modelled) { Err(Errno::ENOENT) } else { Ok(()) }
}

fn errno(error: &io::Error) -> Errno {
    Errno::new(error.raw_os_error().unwrap_or_default())
}
