//! Boots a User-mode Linux: this host's files are its root, read-only, and one folder is shared.

use super::Result;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of the host's that a guest writes to. It is removed when this is dropped.
pub(super) struct Shared {
    folder: PathBuf,
}

impl Shared {
    /// Makes one.
    pub(super) fn new() -> Result<Shared> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("ifctl-kernels-{}-{count}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(Shared { folder })
    }

    /// Writes a file in it.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<()> {
        let path = self.folder.join(name);
        std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Reads a file that the guest wrote.
    pub(super) fn read(&self, name: &str) -> Result<String> {
        let path = self.folder.join(name);
        let bytes = std::fs::read(&path).map_err(|error| {
            format!("the guest left no {name} ({error}); its console:\n{}", self.console())
        })?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Returns the last lines of the guest's console.
    fn console(&self) -> String {
        let bytes = std::fs::read(self.folder.join("console")).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let lines: Vec<&str> = text.lines().collect();
        lines.get(lines.len().saturating_sub(20)..).unwrap_or_default().join("\n")
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        // The guest, in whose eyes it was mounted, is gone.
        let _left_behind = std::fs::remove_dir_all(&self.folder);
    }
}

/// Returns where Debian's package keeps the modules of its kernel.
pub(super) fn packaged_modules(kernel: &Path) -> Option<&'static Path> {
    (kernel.file_name()? == "linux.uml").then_some(Path::new("/usr/lib/uml/modules"))
}

/// Boots it, with this very program as its first process, and waits for its end.
pub(super) fn boot(kernel: &Path, shared: &Shared) -> Result<()> {
    let me = std::env::current_exe().map_err(|error| format!("this program's path: {error}"))?;
    let console = shared.folder.join("console");
    let console = std::fs::File::create(&console)
        .map_err(|error| format!("{}: {error}", console.display()))?;
    let errors = console.try_clone().map_err(|error| format!("the console: {error}"))?;
    let status = Command::new(kernel)
        .args(["mem=2G", "root=/dev/root", "rootfstype=hostfs", "rootflags=/", "ro"])
        .args(["con=null", "con0=null,fd:1", "quiet", "panic=1"])
        .arg(format!("uml_dir={}", shared.folder.display()))
        .arg(format!("init={}", me.display()))
        .arg("--")
        .args([Path::new("kernels-guest"), &shared.folder])
        .stdin(Stdio::null())
        .stdout(console)
        .stderr(errors)
        .status();
    // It ends as it was told to or does not, and what it left tells which.
    status.map(drop).map_err(|error| format!("{}: {error}", kernel.display()))
}
