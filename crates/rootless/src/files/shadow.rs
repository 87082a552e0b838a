//! Folders in the place of those of /proc/net, /proc/sys/net and /sys/class/net: real ones, so that they can be
//! listed and walked, with empty files, which are never opened themselves.

use super::text;
use ifctl_kernel::Errno;
use ifctl_virtual::VirtualKernel;
use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, symlink};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Where the devices' folders are, which /sys/class/net has links to.
pub(super) const DEVICES: &str = "/sys/devices/virtual/net";
pub(super) const CLASS: &str = "/sys/class/net";

/// What the kernel says a file's size is, whatever is in it.
const SIZE: u64 = 4096;

/// What a folder of ours has, by name.
type Content = BTreeMap<String, Kind>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Folder,
    File,
    /// To the device's folder.
    Link,
}

/// The folders, once one of them was asked for.
#[derive(Default)]
pub(super) struct Shadow {
    root: Option<PathBuf>,
    /// Those that were made, by the paths that they stand for.
    made: BTreeMap<PathBuf, Content>,
}

impl Shadow {
    /// Returns where the folders are: each by its own path below this one.
    pub(super) fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// Returns what stands for a path, once it shows what is there now; fails where the model has no folder of
    /// this path, and no file of it in a folder.
    pub(super) fn stand(&mut self, kernel: &VirtualKernel, path: &Path) -> io::Result<PathBuf> {
        if path.starts_with(CLASS) {
            // By the link, and there.
            self.show(kernel, Path::new(CLASS))?;
            self.show(kernel, Path::new(DEVICES))?;
        }
        let there = of_devices(path);
        let shown = match self.show(kernel, &there) {
            Err(error) if error.raw_os_error() == Some(libc::ENOENT) => {
                self.show(kernel, there.parent().unwrap_or(&there))
            }
            shown => shown,
        };
        shown?;
        Ok(self.place(path))
    }

    fn place(&self, path: &Path) -> PathBuf {
        let root = self.root.as_deref().unwrap_or(Path::new("/nowhere"));
        root.join(path.strip_prefix("/").unwrap_or(path))
    }

    /// Has a folder show what the model has in it.
    fn show(&mut self, kernel: &VirtualKernel, path: &Path) -> io::Result<()> {
        let wanted = content(kernel, path).map_err(|errno| raw(errno.number()))?;
        self.make(path)?;
        let there = self.place(path);
        let has = self.made.get(path).cloned().unwrap_or_default();
        for (name, kind) in has.iter().filter(|(name, kind)| wanted.get(*name) != Some(*kind)) {
            self.remove(path, name, *kind);
        }
        for (name, kind) in wanted.iter().filter(|(name, kind)| has.get(*name) != Some(*kind)) {
            let file = there.join(name);
            match kind {
                Kind::Folder => new_folder(&file)?,
                Kind::File if path.starts_with("/sys") => File::create(file)?.set_len(SIZE)?,
                Kind::File => drop(File::create(file)?),
                Kind::Link => symlink(Path::new("../../devices/virtual/net").join(name), file)?,
            }
            self.made.entry(path.to_owned()).or_default().insert(name.clone(), *kind);
        }
        Ok(())
    }

    /// Makes a folder, and those on the way to it.
    fn make(&mut self, path: &Path) -> io::Result<()> {
        if self.root.is_none() {
            self.root = Some(new_root()?);
        }
        let mut so_far = PathBuf::from("/");
        for part in path.components().filter(|part| *part != Component::RootDir) {
            let name = part.as_os_str().to_string_lossy().into_owned();
            let content = self.made.entry(so_far.clone()).or_default();
            so_far.push(part);
            if content.insert(name, Kind::Folder).is_none() {
                new_folder(&self.place(&so_far))?;
            }
        }
        self.made.entry(so_far).or_default();
        Ok(())
    }

    /// Removes what is ours, and nothing else.
    fn remove(&mut self, folder: &Path, name: &str, kind: Kind) {
        let path = folder.join(name);
        let file = self.place(&path);
        // What is not there, or cannot be removed, stays as it is.
        let _ = match kind {
            Kind::File | Kind::Link => fs::remove_file(file),
            Kind::Folder => {
                for (name, kind) in self.made.remove(&path).unwrap_or_default() {
                    self.remove(&path, &name, kind);
                }
                fs::remove_dir(file)
            }
        };
        if let Some(content) = self.made.get_mut(folder) {
            content.remove(name);
        }
    }
}

impl Drop for Shadow {
    fn drop(&mut self) {
        for (name, kind) in self.made.remove(Path::new("/")).unwrap_or_default() {
            self.remove(Path::new("/"), &name, kind);
        }
        if let Some(root) = &self.root {
            // What is left of it is no harm.
            let _ = fs::remove_dir(root);
        }
    }
}

/// Returns a path of /sys/class/net as that of the device's own folder.
fn of_devices(path: &Path) -> PathBuf {
    match path.strip_prefix(CLASS) {
        Ok(rest) if rest != Path::new("") => Path::new(DEVICES).join(rest),
        _ => path.to_owned(),
    }
}

/// Returns a path as that by which the model knows it.
pub(super) fn by_class(path: &Path) -> PathBuf {
    let by_class = path.strip_prefix(DEVICES).map(|rest| Path::new(CLASS).join(rest));
    by_class.unwrap_or_else(|_| path.to_owned())
}

/// Returns what the model has in a folder; of /proc/net also what is the host's own affair.
fn content(kernel: &VirtualKernel, path: &Path) -> Result<Content, Errno> {
    let entries = kernel.list(&by_class(path))?;
    let kind = |is_folder| match is_folder {
        true if path == Path::new(CLASS) => Kind::Link,
        true => Kind::Folder,
        false => Kind::File,
    };
    let own = entries.into_iter().map(|entry| (entry.name, kind(entry.is_folder)));
    // Names that would lead out of a folder are nobody's.
    let own =
        own.filter(|(name, _)| !matches!(name.as_str(), "" | "." | "..") && !name.contains('/'));
    let mut content: Content = own.collect();
    if path == Path::new("/proc/net") {
        let theirs = fs::read_dir(path).into_iter().flatten().flatten();
        let theirs =
            theirs.filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry)));
        for (name, entry) in theirs.filter(|(name, _)| !text::is_modelled(name)) {
            content.insert(name, kind(entry.file_type().is_ok_and(|kind| kind.is_dir())));
        }
    }
    Ok(content)
}

fn raw(number: i32) -> io::Error {
    io::Error::from_raw_os_error(number)
}

fn new_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o755).create(path)
}

/// Makes a folder that nobody else has. In memory where that can be: there a folder lists `.` and `..` first, as
/// those of /proc do, and `sysctl -a` counts on it.
fn new_root() -> io::Result<PathBuf> {
    new_folder_in(Path::new("/dev/shm")).or_else(|_| new_folder_in(&std::env::temp_dir()))
}

fn new_folder_in(parent: &Path) -> io::Result<PathBuf> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let parent = fs::canonicalize(parent)?;
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = parent.join(format!("ifctl-run-{}-{number}", std::process::id()));
        match new_folder(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => return made.map(|()| path),
        }
    }
}
