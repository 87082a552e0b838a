//! Which paths lead to what the model answers.

use super::shadow::{CLASS, DEVICES};
use crate::target::Target;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

/// What a path leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// /proc/net, or a file of it, by its path there.
    Text(PathBuf),
    /// What is below /proc/sys/net, by its path.
    Setting(PathBuf),
    /// /sys/class/net, or the folder of devices that it has links to, or what is in them, by its path.
    Class(PathBuf),
    /// The file that tun and tap devices are made of.
    Tun,
}

/// What a path leads to, and how.
pub(super) struct Found {
    pub(super) place: Place,
    /// By a folder that stands for one of the model's: the host has there an empty file of ours.
    pub(super) by_shadow: bool,
}

/// Returns what a path leads to, `None` for all that is no matter of the model's.
pub(super) fn find(
    target: Target,
    folder: Option<i32>,
    path: &[u8],
    shadow: Option<&Path>,
) -> Option<Found> {
    let path = Path::new(OsStr::from_bytes(path));
    if path.is_absolute() {
        return classify(&clean(path), shadow);
    }
    let folder = match folder {
        Some(descriptor) => target.path_of(descriptor)?,
        None => target.directory()?,
    };
    let is_near = |start: &Path| folder.starts_with(start);
    let near = ["/proc", "/sys", "/dev"].map(Path::new).into_iter().any(is_near);
    if !near && !shadow.is_some_and(is_near) && !path.starts_with("..") {
        // From elsewhere a path leads there only through its root, or by a way that is not looked at.
        return match folder.parent() {
            None => classify(&clean(&folder.join(path)), shadow),
            Some(_) => None,
        };
    }
    classify(&clean(&folder.join(path)), shadow)
}

/// Takes `.` and `..` out of a path, without a look at what is there.
fn clean(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

/// Returns what a path leads to, and whether that is by the folders that stand for the model's.
fn classify(path: &Path, shadow: Option<&Path>) -> Option<Found> {
    if let Some(rest) = shadow.and_then(|shadow| path.strip_prefix(shadow).ok()) {
        let place = place(&Path::new("/").join(rest))?;
        return Some(Found { place, by_shadow: true });
    }
    Some(Found { place: place(path)?, by_shadow: false })
}

fn place(path: &Path) -> Option<Place> {
    if [CLASS, DEVICES].iter().any(|folder| path.starts_with(folder)) {
        return Some(Place::Class(path.to_owned()));
    }
    if path == Path::new("/dev/net/tun") {
        return Some(Place::Tun);
    }
    let within = path.strip_prefix("/proc").ok()?;
    if let Ok(rest) = within.strip_prefix("sys/net") {
        return (rest != Path::new("")).then(|| Place::Setting(path.to_owned()));
    }
    let rest = of_process(within).strip_prefix("net").ok()?;
    Some(Place::Text(Path::new("/proc/net").components().chain(rest.components()).collect()))
}

/// Returns a path below /proc without what names a process, and a thread of it.
fn of_process(path: &Path) -> &Path {
    let mut components = path.components();
    let is_number = |part: &OsStr| part.as_bytes().iter().all(u8::is_ascii_digit);
    match components.next().map(Component::as_os_str) {
        Some(first) if first == "self" || first == "thread-self" || is_number(first) => {}
        _ => return path,
    }
    let rest = components.as_path();
    let mut components = rest.components();
    match (components.next(), components.next()) {
        (Some(task), Some(_)) if task.as_os_str() == "task" => components.as_path(),
        _ => rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(path: &str) -> Option<Place> {
        let found = classify(&clean(Path::new(path)), Some(Path::new("/tmp/shadow")))?;
        assert_eq!(found.by_shadow, path.starts_with("/tmp/shadow"), "{path}");
        Some(found.place)
    }

    #[test]
    fn every_way_to_a_file_of_the_network_is_known() {
        let dev = || Some(Place::Text("/proc/net/dev".into()));
        for path in [
            "/proc/net/dev",
            "/proc/self/net/dev",
            "/proc//./net/dev",
            "/proc/1/net/dev",
            "/proc/thread-self/net/dev",
            "/proc/12/task/13/net/dev",
            "/usr/../proc/net/dev",
        ] {
            assert_eq!(place(path), dev(), "{path}");
        }
        assert_eq!(place("/dev/net/tun"), Some(Place::Tun));
        for path in ["/sys/devices/virtual/net/lo/mtu", "/sys/class/net", "/sys/class/net/lo/mtu"] {
            assert_eq!(place(path), Some(Place::Class(path.into())), "{path}");
            assert_eq!(place(&format!("/tmp/shadow{path}")), place(path), "{path}");
        }
        assert_eq!(place("/proc/self/net"), Some(Place::Text("/proc/net".into())));
        let setting = "/proc/sys/net/ipv4/ip_forward";
        assert_eq!(place(setting), Some(Place::Setting(setting.into())));
        for path in
            ["/tmp/shadow/sys", "/proc/1/status", "/etc/passwd", "/proc/network/x", "/proc/sys/net"]
        {
            assert_eq!(place(path), None, "{path}");
        }
    }
}
