//! `insmod` and `rmmod`, as the IP-alias HOWTO calls them.
//!
//! The sandbox puts the first at /sbin/insmod. What the module brought is a part of Linux itself since
//! 2.2, so the honest answer to its name is success; nothing is ever loaded into Linux. A virtual kernel
//! may have it as a module, as Linux 2.0 had.

use crate::output::Output;
use ifctl_abi::Escaped;
use ifctl_kernel::{Errno, Kernel};
use ifctl_linux::module;
use ifctl_virtual::VirtualKernel;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// What a module file's name may end in: Linux 2.0's objects, today's, and today's compressed.
const ENDINGS: &[&[u8]] = &[b".o", b".ko", b".ko.gz", b".ko.xz", b".ko.zst"];

/// The module's name.
const IP_ALIAS: &str = "ip_alias";

/// Answers `insmod FILE [PARAMETER=VALUE]...`: 0 for ip_alias, 1 with a message for all else. Under
/// `ifctl run` the kernel that answers may have it as a module: then it is asked to load it.
pub(crate) fn insmod(
    _kernel: &dyn Kernel,
    output: &mut Output,
    _called: &OsStr,
    words: &[OsString],
) -> u8 {
    let answer = match words.first() {
        Some(file) if is_ip_alias(file) && is_answered() => inserted(module::insert(IP_ALIAS)),
        Some(file) if is_ip_alias(file) => {
            Ok(Some("ip_alias: built into Linux since 2.2, nothing to load".to_owned()))
        }
        Some(file) => Err(format!(
            "refusing to load module {}: of all modules this insmod knows only ip_alias, which \
             needs no loading; for others call kmod's insmod, outside of the sandbox",
            Escaped(file.as_bytes())
        )),
        None => Err("which module? Usage: insmod FILE".to_owned()),
    };
    told(output, "insmod", answer)
}

/// Loads ip_alias into a virtual kernel that has it as a module.
pub(crate) fn insmod_virtual(
    kernel: &VirtualKernel,
    output: &mut Output,
    words: &[OsString],
) -> u8 {
    let answer = match words.first() {
        Some(file) if is_ip_alias(file) && !is_modular(kernel) => {
            Ok(Some("ip_alias: built into this kernel, nothing to load".to_owned()))
        }
        Some(file) if is_ip_alias(file) => inserted(kernel.insert_module(IP_ALIAS)),
        Some(file) => Err(format!(
            "no module {}: ip_alias is the one that a virtual kernel can load",
            Escaped(file.as_bytes())
        )),
        None => Err("which module? Usage: insmod FILE".to_owned()),
    };
    told(output, "insmod", answer)
}

/// Answers `rmmod NAME` on Linux: 1, with a message.
pub(crate) fn rmmod(
    _kernel: &dyn Kernel,
    output: &mut Output,
    _called: &OsStr,
    words: &[OsString],
) -> u8 {
    let answer = match words.first() {
        Some(name) if is_answered() => {
            let text = name.to_string_lossy();
            return told(output, "rmmod", removed(name, module::remove(&text)));
        }
        Some(name) if *name == *IP_ALIAS => {
            "ip_alias: built into Linux since 2.2, nothing to unload".to_owned()
        }
        Some(name) => format!(
            "refusing to unload module {}: for modules of Linux call kmod's rmmod",
            Escaped(name.as_bytes())
        ),
        None => "which module? Usage: rmmod NAME".to_owned(),
    };
    told(output, "rmmod", Err(answer))
}

/// Unloads ip_alias from a virtual kernel.
pub(crate) fn rmmod_virtual(kernel: &VirtualKernel, output: &mut Output, words: &[OsString]) -> u8 {
    let answer = match words.first() {
        Some(name) if *name == *IP_ALIAS && !is_modular(kernel) => {
            Err("ip_alias: built into this kernel, nothing to unload".to_owned())
        }
        Some(name) => removed(name, kernel.remove_module(&name.to_string_lossy())),
        None => Err("which module? Usage: rmmod NAME".to_owned()),
    };
    told(output, "rmmod", answer)
}

/// Returns what to tell of a module that was to be loaded.
fn inserted(answer: Result<(), Errno>) -> Result<Option<String>, String> {
    match answer {
        Ok(()) => Ok(None),
        Err(Errno::EEXIST) => Err("ip_alias: loaded already".to_owned()),
        Err(errno) => Err(format!("ip_alias: {errno}")),
    }
}

/// Returns what to tell of a module that was to be unloaded.
fn removed(name: &OsStr, answer: Result<(), Errno>) -> Result<Option<String>, String> {
    match answer {
        Ok(()) => Ok(None),
        Err(Errno::ENOENT) => Err(format!("{}: not loaded", Escaped(name.as_bytes()))),
        Err(Errno::EBUSY) => Err("ip_alias: in use: there are aliases".to_owned()),
        Err(errno) => Err(format!("{}: {errno}", Escaped(name.as_bytes()))),
    }
}

/// Returns whether a virtual kernel with the module answers this process' calls: no Linux since 2.2 has the
/// file.
fn is_answered() -> bool {
    Path::new("/proc/net/alias_types").exists()
}

/// Writes the text, if there is one, and returns the exit status.
fn told(output: &Output, tool: &str, answer: Result<Option<String>, String>) -> u8 {
    let (status, text) = match answer {
        Ok(text) => (0, text),
        Err(text) => (1, Some(text)),
    };
    if let Some(text) = text {
        output.complain_text(format!("{tool}: {text}\n").as_bytes());
    }
    status
}

/// Returns whether aliases are a module's in this kernel: then it has the file, loaded or not.
fn is_modular(kernel: &VirtualKernel) -> bool {
    kernel.read(Path::new("/proc/net/alias_types")).is_ok()
}

fn is_ip_alias(file: &OsStr) -> bool {
    let name = Path::new(file).file_name().unwrap_or_default().as_bytes();
    let ending = name.strip_prefix(IP_ALIAS.as_bytes());
    ending.is_some_and(|ending| ENDINGS.contains(&ending))
}
