//! Virtual kernels that live in files: `--kernel virtual:FILE`, and `IFCTL_KERNEL` for all tools.
//!
//! A command reads the file, lets the time pass that has passed since it was written, does its work, and
//! writes the file if it changed anything. Others wait for that long. The file is never half written: a
//! new one takes its place.

use crate::error::{CommandError, note};
use crate::help::Part;
use ifctl_virtual::{Capabilities, State, VirtualKernel};
use serde::{Deserialize, Serialize};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::mem;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What the helps tell of the choice of a kernel.
pub(crate) const HELP: Part = Part::List(
    "Kernels",
    &[
        ("linux", "this host's own, unless another one is chosen"),
        ("virtual:FILE", "the one whose state is in FILE, made by ifctl virtual init"),
        ("virtual:FILE,unprivileged", "the same, for a caller who may change nothing"),
    ],
);

/// The variable that chooses a kernel for all tools.
pub(crate) const VARIABLE: &str = "IFCTL_KERNEL";

/// The version of the files that this program writes. One that it does not know it refuses.
const VERSION: u64 = 1;

/// A virtual kernel that was chosen, and who acts on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    file: PathBuf,
    unprivileged: bool,
}

/// The content of a file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    /// The version of this form.
    ifctl_virtual_kernel: u64,
    /// When it was written, in milliseconds since 1970; none: no time passes.
    written_at: Option<u64>,
    state: State,
}

/// Returns the kernel that the environment chooses, `None` for the host's.
pub(crate) fn of_environment() -> Result<Option<Choice>, CommandError> {
    match std::env::var_os(VARIABLE) {
        Some(text) => Choice::parse(&text).map_err(|error| error.hint(format!("unset {VARIABLE}"))),
        None => Ok(None),
    }
}

/// The kernel that words choose, and the words behind that.
pub(crate) type Chosen<'w> = Result<(Option<Choice>, &'w [OsString]), CommandError>;

/// Returns the kernel that the first words choose, and the others; `None` if they choose none.
pub(crate) fn of_words(words: &[OsString]) -> Option<Chosen<'_>> {
    let (first, rest) = words.split_first()?;
    let (text, rest) = if first == "--kernel" {
        let (text, rest) = rest.split_first()?;
        (text.as_os_str(), rest)
    } else {
        (OsStr::from_bytes(first.as_bytes().strip_prefix(b"--kernel=")?), rest)
    };
    Some(Choice::parse(text).map(|choice| (choice, rest)))
}

impl Choice {
    /// Reads `linux`, `virtual:FILE` or `virtual:FILE,unprivileged`.
    pub(crate) fn parse(text: &OsStr) -> Result<Option<Self>, CommandError> {
        let bytes = text.as_bytes();
        if bytes == b"linux" || bytes.is_empty() {
            return Ok(None);
        }
        let file = bytes.strip_prefix(b"virtual:").filter(|file| !file.is_empty());
        let Some(file) = file else {
            let text = format!("no kernel is named {}", text.to_string_lossy());
            return Err(CommandError::new(crate::error::Kind::Usage, text)
                .hint("say linux, virtual:FILE or virtual:FILE,unprivileged"));
        };
        let (file, unprivileged) = match file.strip_suffix(b",unprivileged") {
            Some(file) => (file, true),
            None => (file, false),
        };
        let file = PathBuf::from(OsString::from_vec(file.to_vec()));
        Ok(Some(Self { file, unprivileged }))
    }

    /// Carries something out on the kernel, and keeps what it changed; returns what that returned.
    pub(crate) fn with_kernel<T>(
        &self,
        work: impl FnOnce(&VirtualKernel) -> T,
    ) -> Result<T, CommandError> {
        let mut opened = Opened::lock(self)?;
        let kernel = opened.read()?;
        let capabilities =
            if self.unprivileged { Capabilities::empty() } else { Capabilities::all() };
        let answer = work(&kernel.with_capabilities(capabilities));
        opened.keep(&kernel)?;
        Ok(answer)
    }

    /// Returns whether the caller may change nothing.
    pub(crate) fn is_unprivileged(&self) -> bool {
        self.unprivileged
    }

    /// Returns the state in a file, whoever works on it.
    pub(crate) fn state(file: &Path) -> Result<State, CommandError> {
        let choice = Self { file: file.to_owned(), unprivileged: false };
        let text = fs::read_to_string(file).map_err(|error| choice.unreadable(&error))?;
        Ok(choice.content(&text)?.state)
    }

    fn content(&self, text: &str) -> Result<Content, CommandError> {
        #[derive(Deserialize)]
        struct Head {
            ifctl_virtual_kernel: u64,
        }
        let broken = |error: serde_json::Error| {
            let text = format!("{} is no virtual kernel's: {error}", self.file.display());
            CommandError::failed(text).hint(self.anew())
        };
        let head: Head = serde_json::from_str(text).map_err(broken)?;
        if head.ifctl_virtual_kernel != VERSION {
            let text = format!(
                "{} has version {}, and this ifctl knows version {VERSION} alone",
                self.file.display(),
                head.ifctl_virtual_kernel
            );
            return Err(
                CommandError::failed(text).hint("use the ifctl that wrote it, or a newer one")
            );
        }
        serde_json::from_str(text).map_err(broken)
    }

    fn unreadable(&self, error: &io::Error) -> CommandError {
        let text = format!("cannot read {}: {error}", self.file.display());
        match error.kind() {
            io::ErrorKind::NotFound => {
                let text = format!("no such file: {}", self.file.display());
                CommandError::failed(text)
                    .hint(format!("make it with: ifctl virtual init {}", self.file.display()))
            }
            _ => CommandError::failed(text),
        }
    }

    fn anew(&self) -> String {
        format!("begin anew with: ifctl virtual init --force {}", self.file.display())
    }
}

/// A kernel's file that nobody else works on, as long as this lives.
pub(crate) struct Opened<'c> {
    choice: &'c Choice,
    file: PathBuf,
    locked: File,
    /// What was read of it.
    before: Option<State>,
}

impl<'c> Opened<'c> {
    /// Waits until nobody else works on it.
    pub(crate) fn lock(choice: &'c Choice) -> Result<Self, CommandError> {
        // The place of a link is taken by what it leads to.
        let file = fs::canonicalize(&choice.file).map_err(|error| choice.unreadable(&error))?;
        let locked = lock(&file).map_err(|error| choice.unreadable(&error))?;
        Ok(Self { choice, file, locked, before: None })
    }

    /// Returns which file it is, and which version of it: after a change both are others.
    pub(crate) fn version(&self) -> io::Result<Version> {
        let metadata = self.locked.metadata()?;
        let changed = (metadata.ctime(), metadata.ctime_nsec());
        Ok(Version { device: metadata.dev(), inode: metadata.ino(), changed })
    }

    /// Reads the kernel, as it is now.
    pub(crate) fn read(&mut self) -> Result<VirtualKernel, CommandError> {
        let choice = self.choice;
        let mut text = String::new();
        self.locked.read_to_string(&mut text).map_err(|error| choice.unreadable(&error))?;
        let content = choice.content(&text)?;
        let kernel = VirtualKernel::load(&content.state).map_err(|error| {
            let text = format!("{}: state.{error}", choice.file.display());
            CommandError::failed(text).hint(choice.anew())
        })?;
        kernel.advance(passed(content.written_at));
        self.before = Some(kernel.save()?);
        Ok(kernel)
    }

    /// Takes for granted what the file holds.
    pub(crate) fn holds(&mut self, state: State) {
        self.before = Some(state);
    }

    /// Writes what has become of the kernel, if it is something else.
    pub(crate) fn keep(&self, kernel: &VirtualKernel) -> Result<(), CommandError> {
        let mut state = kernel.save()?;
        if let Some(before) = &self.before {
            // Sockets have numbers, too: those that were given to them are no change.
            let number = mem::replace(&mut state.last_number, before.last_number);
            // Nor is time that passes: the file says when it was written.
            let now = mem::replace(&mut state.now, before.now);
            if state == *before {
                return Ok(());
            }
            (state.last_number, state.now) = (number, now);
        }
        let choice = self.choice;
        let kept = put(&self.file, state, Place::Taken).map_err(|error| {
            let text = format!("cannot write {}: {error}", choice.file.display());
            CommandError::failed(text).hint("nothing is changed: the file is as it was before")
        })?;
        kept.tell(&choice.file);
        Ok(())
    }

    /// Returns the version of the file that is in its place now.
    pub(crate) fn written(&self) -> io::Result<Version> {
        let metadata = fs::metadata(&self.file)?;
        let changed = (metadata.ctime(), metadata.ctime_nsec());
        Ok(Version { device: metadata.dev(), inode: metadata.ino(), changed })
    }
}

/// Which file, and when it was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version {
    device: u64,
    inode: u64,
    changed: (i64, i64),
}

/// Opens a file when nobody else works on it.
fn lock(file: &Path) -> io::Result<File> {
    loop {
        let locked = File::open(file)?;
        locked.lock()?;
        // Another one may have taken its place while this one waited.
        let (ours, there) = (locked.metadata()?, fs::metadata(file)?);
        if (ours.dev(), ours.ino()) == (there.dev(), there.ino()) {
            return Ok(locked);
        }
    }
}

/// Whether there may be a file in the place of a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The new one takes its place.
    Taken,
    /// There must be none.
    Free,
}

/// A file that was written, and whether that outlasts a failure of power.
#[must_use]
pub(crate) struct Kept(io::Result<()>);

impl Kept {
    /// Tells if it may not.
    pub(crate) fn tell(self, file: &Path) {
        if let Err(error) = self.0 {
            let file = file.display();
            note(&format!("{file} is written, and may not outlast a failure of power: {error}"));
        }
    }
}

/// Writes a state into a file: all of it, or, if it fails, nothing.
pub(crate) fn put(file: &Path, state: State, place: Place) -> io::Result<Kept> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let content = Content {
        ifctl_virtual_kernel: VERSION,
        written_at: u64::try_from(now.as_millis()).ok(),
        state,
    };
    let mut text = serde_json::to_vec_pretty(&content)?;
    text.push(b'\n');
    let mut beside = file.as_os_str().to_owned();
    beside.push(format!(".{}.new", std::process::id()));
    let beside = PathBuf::from(beside);
    let written = write(&beside, file, &text).and_then(|()| match place {
        Place::Taken => fs::rename(&beside, file),
        // A link is refused where a name is taken, which a rename is not.
        Place::Free => fs::hard_link(&beside, file),
    });
    if written.is_err() || place == Place::Free {
        // The cause of the failure is the one to tell.
        let _ = fs::remove_file(&beside);
    }
    written?;
    let folder = match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    Ok(Kept(File::open(folder).and_then(|folder| folder.sync_all())))
}

/// Writes a file beside the one whose place it is to take, for the same people to read and write.
fn write(beside: &Path, file: &Path, text: &[u8]) -> io::Result<()> {
    let make = || OpenOptions::new().write(true).create_new(true).open(beside);
    let mut new = match make() {
        // It was left by a process of the same number, or laid there to be followed.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::remove_file(beside)?;
            make()?
        }
        made => made?,
    };
    if let Ok(old) = fs::metadata(file) {
        // Before the mode, of which it takes a part away. Only root can give a file to others; who is
        // not root, and may replace it, keeps it.
        let _ = fchown(&new, Some(old.uid()), Some(old.gid()));
        new.set_permissions(fs::Permissions::from_mode(old.permissions().mode() & 0o7777))?;
    }
    new.write_all(text)?;
    new.sync_all()
}

/// Returns the time since a file was written.
fn passed(written_at: Option<u64>) -> Duration {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    written_at.map_or(Duration::ZERO, |then| now.saturating_sub(Duration::from_millis(then)))
}

/// Removes what stands in the place of a new file, when nobody works on it.
pub(crate) fn replace(file: &Path, state: State) -> io::Result<Kept> {
    match fs::canonicalize(file) {
        Ok(file) => {
            let _locked = lock(&file)?;
            put(&file, state, Place::Taken)
        }
        Err(_) => put(file, state, Place::Free),
    }
}
