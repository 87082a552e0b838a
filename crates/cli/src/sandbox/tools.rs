//! Our tools at the absolute paths by which texts and scripts have called them since 1995.
//!
//! Over each folder of system programs goes an overlay of two layers: ours, in memory, with a copy of
//! this program under each name, and the folder as it was. The copy is what makes the tools reachable
//! whoever may read the place in which this program lies.

use crate::error::{CommandError, Kind};
use crate::personality::PERSONALITIES;
use crate::sandbox::refusal::{self, Stage};
use ifctl_linux::namespace::NetworkNamespace;
use ifctl_linux::sandbox::{keep, mount_bind, mount_overlay, mount_tmpfs, open_folder};
use std::fs::{self, File, Permissions};
use std::io::{self, Seek};
use std::os::fd::AsFd;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;

/// Returns the names under which the program is found: its own and each tool's.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    std::iter::once("ifctl").chain(PERSONALITIES.iter().map(|personality| personality.name))
}

/// The folders of system programs; on most hosts of today one leads to the other.
pub(crate) const FOLDERS: [&str; 2] = ["/sbin", "/usr/sbin"];

/// Where a folder's own programs are while its overlay is not to be had.
const ORIGINAL: &str = ".host";

/// Puts the program into the folders under all its names, and the network namespace out of sight
/// beneath, where it lives as long as the mounts do.
pub(crate) fn put_in_place(program: &File, peer: &NetworkNamespace) -> Result<(), CommandError> {
    let mut covered = Vec::new();
    for folder in FOLDERS.map(Path::new) {
        let Ok(found) = fs::metadata(folder) else { continue };
        let identity = (found.dev(), found.ino());
        if !covered.contains(&identity) {
            cover(folder, program, peer)?;
            covered.push(identity);
            // What the folder's path leads to is now the overlay's.
            covered.extend(fs::metadata(folder).map(|found| (found.dev(), found.ino())));
        }
    }
    if covered.is_empty() {
        let error = format!("there is neither {} nor {} here", FOLDERS[0], FOLDERS[1]);
        return Err(CommandError::new(Kind::NoSandbox, error)
            .hint("the tools are put over such a folder: an empty one will do"));
    }
    Ok(())
}

fn cover(folder: &Path, program: &File, peer: &NetworkNamespace) -> Result<(), CommandError> {
    let refused = |errno| refusal::explain(Stage::Tools(folder), errno);
    let failed = |error: io::Error| {
        let text = format!("cannot put the tools into {}: {error}", folder.display());
        CommandError::new(Kind::NoSandbox, text)
    };
    let original = open_folder(folder).map_err(refused)?;
    mount_tmpfs(folder).map_err(refused)?;
    let kept = folder.join(".peer");
    File::create(&kept).map_err(failed)?;
    keep(peer, &kept).map_err(refused)?;
    let layer = folder.join(".tools");
    fill(&layer, program).map_err(failed)?;
    let ours = open_folder(&layer).map_err(refused)?;
    if mount_overlay(&[ours.as_fd(), original.as_fd()], folder).is_ok() {
        return Ok(());
    }
    // Kernels before 5.11 have no overlay for ordinary users, and none has one on an overlay on an
    // overlay (a container in a container). Links do there.
    let aside = folder.join(ORIGINAL);
    fs::create_dir(&aside).map_err(failed)?;
    mount_bind(original.as_fd(), &aside).map_err(refused)?;
    link_instead(folder, &layer, &aside).map_err(failed)
}

/// Makes our layer: the program, under each of its names.
fn fill(layer: &Path, mut program: &File) -> io::Result<()> {
    fs::create_dir(layer)?;
    let mut names = names().map(|name| layer.join(name));
    let Some(first) = names.next() else { return Ok(()) };
    program.rewind()?;
    io::copy(&mut program, &mut File::create(&first)?)?;
    fs::set_permissions(&first, Permissions::from_mode(0o755))?;
    names.try_for_each(|name| fs::hard_link(&first, name))
}

/// Fills the folder with our tools, and links to all else that it held.
fn link_instead(folder: &Path, layer: &Path, aside: &Path) -> io::Result<()> {
    for name in names() {
        fs::rename(layer.join(name), folder.join(name))?;
    }
    fs::remove_dir(layer)?;
    for entry in fs::read_dir(aside)? {
        let name = entry?.file_name();
        if !names().any(|ours| name == ours) {
            symlink(Path::new(ORIGINAL).join(&name), folder.join(&name))?;
        }
    }
    Ok(())
}
