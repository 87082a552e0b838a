//! `insmod`, as the IP-alias HOWTO's first step calls it.
//!
//! The sandbox puts it at /sbin/insmod. What the module brought is a part of Linux itself since 2.2,
//! so the honest answer to its name is success; nothing else is ever loaded.

use crate::output::Output;
use ifctl_abi::Escaped;
use ifctl_kernel::Kernel;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// What a module file's name may end in: Linux 2.0's objects, today's, and today's compressed.
const ENDINGS: &[&[u8]] = &[b".o", b".ko", b".ko.gz", b".ko.xz", b".ko.zst"];

/// Answers `insmod FILE [PARAMETER=VALUE]...`: 0 for ip_alias, 1 with a message for all else.
pub(crate) fn run(
    _kernel: &dyn Kernel,
    output: &mut Output,
    _called: &OsStr,
    words: &[OsString],
) -> u8 {
    let (status, text) = match words.first() {
        Some(file) if is_ip_alias(file) => {
            (0, "ip_alias: built into Linux since 2.2, nothing to load".to_owned())
        }
        Some(file) => {
            let text = format!(
                "refusing to load module {}: of all modules this insmod knows only ip_alias, which \
                 needs no loading; for others call kmod's insmod, outside of the sandbox",
                Escaped(file.as_bytes())
            );
            (1, text)
        }
        None => (1, "which module? Usage: insmod FILE".to_owned()),
    };
    output.complain_text(format!("insmod: {text}\n").as_bytes());
    status
}

fn is_ip_alias(file: &OsStr) -> bool {
    let name = Path::new(file).file_name().unwrap_or_default().as_bytes();
    name.strip_prefix(b"ip_alias").is_some_and(|ending| ENDINGS.contains(&ending))
}
