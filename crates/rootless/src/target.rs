//! What /proc tells of the program that makes a call.

use rustix::fd::OwnedFd;
use rustix::fs::{Mode, OFlags};
use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// A thread of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Target(pub(crate) u32);

impl Target {
    fn file(self, name: impl AsRef<Path>) -> PathBuf {
        Path::new("/proc").join(self.0.to_string()).join(name)
    }

    /// Returns the path of what a descriptor is open for.
    pub(crate) fn path_of(self, descriptor: i32) -> Option<PathBuf> {
        fs::read_link(self.file(format!("fd/{descriptor}"))).ok()
    }

    /// Returns the working directory.
    pub(crate) fn directory(self) -> Option<PathBuf> {
        fs::read_link(self.file("cwd")).ok()
    }

    /// Returns the name of the program.
    pub(crate) fn name(self) -> OsString {
        let mut name = fs::read(self.file("comm")).unwrap_or_default();
        name.truncate(name.trim_ascii_end().len());
        OsString::from_vec(name)
    }

    /// Returns the number of the process.
    pub(crate) fn process(self) -> u32 {
        self.status("Tgid:").and_then(|text| text.parse().ok()).unwrap_or(self.0)
    }

    /// Returns the user as who it acts.
    pub(crate) fn user(self) -> Option<u32> {
        fs::metadata(self.file("")).ok().map(|folder| folder.uid())
    }

    /// Returns whether a descriptor is closed when another program is executed.
    pub(crate) fn closes_on_exec(self, descriptor: i32) -> bool {
        let text =
            fs::read_to_string(self.file(format!("fdinfo/{descriptor}"))).unwrap_or_default();
        let flags = text.lines().find_map(|line| line.strip_prefix("flags:"));
        let flags = flags.and_then(|flags| i32::from_str_radix(flags.trim(), 8).ok());
        flags.is_some_and(|flags| flags & libc::O_CLOEXEC != 0)
    }

    /// Returns whether a signal waits for the thread that would end its call, or stop it.
    pub(crate) fn has_signal(self) -> bool {
        let text = fs::read_to_string(self.file("status")).unwrap_or_default();
        let mask =
            |name: &str| field(&text, name).and_then(|text| u64::from_str_radix(text, 16).ok());
        let [own, shared, blocked, ignored] =
            ["SigPnd:", "ShdPnd:", "SigBlk:", "SigIgn:"].map(|name| mask(name).unwrap_or_default());
        // Ignored until told otherwise: SIGCHLD, SIGURG, SIGWINCH; they wait for nobody.
        (own | shared) & !blocked & !ignored != 0
    }

    fn status(self, name: &str) -> Option<String> {
        let text = fs::read_to_string(self.file("status")).ok()?;
        field(&text, name).map(str::to_owned)
    }
}

/// The folders of descriptors of those who asked last: most who ask, ask again.
#[derive(Default)]
pub(crate) struct Folders(VecDeque<(Target, OwnedFd)>);

/// How many are kept.
const KEPT: usize = 8;

impl Folders {
    /// Returns the inode of the socket behind a target's descriptor: its identity, whatever descriptors there are
    /// of it.
    pub(crate) fn socket(&mut self, target: Target, descriptor: i32) -> Option<u64> {
        let name = descriptor.to_string();
        let read = |folder: &OwnedFd| {
            let link = rustix::fs::readlinkat(folder, name.as_str(), Vec::new()).ok()?;
            Some(PathBuf::from(OsString::from_vec(link.into_bytes())))
        };
        // The folder of one that has ended shows nothing, though another one may have its number now.
        let kept = self.0.iter().find(|(of, _)| *of == target);
        if let Some(link) = kept.and_then(|(_, folder)| read(folder)) {
            return inode(&link);
        }
        self.0.retain(|(of, _)| *of != target);
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let folder = rustix::fs::open(target.file("fd"), flags, Mode::empty()).ok()?;
        let link = read(&folder)?;
        self.0.truncate(KEPT - 1);
        self.0.push_front((target, folder));
        inode(&link)
    }
}

fn field<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim)
}

/// Returns the inode that a link to a socket names.
pub(crate) fn inode(link: &Path) -> Option<u64> {
    let text = link.as_os_str().as_bytes().strip_prefix(b"socket:[")?.strip_suffix(b"]")?;
    OsStr::from_bytes(text).to_str()?.parse().ok()
}
