//! `init_module`, `finit_module` and `delete_module`: the one module that a model may have.

use crate::memory::Memory;
use crate::target::Target;
use ifctl_kernel::Errno;
use ifctl_linux::supervise::{Call, Listener};
use ifctl_virtual::{UserMemory as _, VirtualKernel};

/// How far an image is looked at: one that is no object is a name.
const LONGEST_NAME: usize = 56;

/// Loads a module, or unloads it; returns its name, too.
pub(crate) fn answer(
    listener: &Listener,
    call: &Call,
    kernel: &VirtualKernel,
) -> (String, Result<(), Errno>) {
    let memory = Memory::of(listener, call);
    let name = match call.number() {
        libc::SYS_delete_module => memory.string(call.argument(0)),
        libc::SYS_finit_module => Target(call.thread())
            .path_of(call.descriptor(0))
            .and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned().into_bytes()))
            .ok_or(Errno::EBADF),
        _ => {
            let length = usize::try_from(call.argument(1)).unwrap_or(usize::MAX);
            let mut image = vec![0; length.min(LONGEST_NAME)];
            memory.read(call.argument(0), &mut image).map(|()| image)
        }
    };
    let name = match name {
        Ok(name) => String::from_utf8_lossy(&name).into_owned(),
        Err(errno) => return (String::new(), Err(errno)),
    };
    if call.number() == libc::SYS_delete_module {
        let outcome = kernel.remove_module(&name);
        return (name, outcome);
    }
    // The file's name up to its endings, `.o` or `.ko.xz`.
    let name = name.split(['.', '\0']).next().unwrap_or_default().to_owned();
    let outcome = match kernel.insert_module(&name) {
        Err(Errno::ENOENT) => Err(Errno::ENOEXEC),
        outcome => outcome,
    };
    (name, outcome)
}
