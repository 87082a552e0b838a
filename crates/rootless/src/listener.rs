//! The kernel's end of it: a filter that asks, and the descriptor by which it is answered
//! (seccomp_unotify(2)).

use crate::error::{Error, Refusal};
use ifctl_kernel::Errno;
use libc::{seccomp_notif, seccomp_notif_addfd, seccomp_notif_resp, sock_filter, sock_fprog};
use std::ffi::{c_int, c_uint, c_ulong};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::ptr;

/// A system call that waits for its answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call {
    /// The number of the question.
    pub(crate) id: u64,
    /// The thread that makes the call.
    pub(crate) thread: u32,
    /// The system call's number.
    pub(crate) number: libc::c_long,
    pub(crate) arguments: [u64; 6],
}

impl Call {
    /// Returns an argument.
    pub(crate) fn argument(&self, place: usize) -> u64 {
        self.arguments.get(place).copied().unwrap_or_default()
    }

    /// Returns an argument that has 32 bits.
    pub(crate) fn word(&self, place: usize) -> u32 {
        self.argument(place) as u32
    }

    /// Returns a descriptor.
    pub(crate) fn descriptor(&self, place: usize) -> i32 {
        self.word(place).cast_signed()
    }
}

/// Asks of the calls that a filter asks about.
#[derive(Debug)]
pub(crate) struct Listener(OwnedFd);

/// Lays a filter upon this thread, and upon all that it starts from now on. None of them gains a privilege
/// by executing a file any more.
pub(crate) fn install(program: &[sock_filter]) -> Result<Listener, Error> {
    rustix::thread::set_no_new_privs(true).map_err(|errno| Error::System("prctl", errno.into()))?;
    let length = u16::try_from(program.len()).unwrap_or(u16::MAX);
    let argument = sock_fprog { len: length, filter: program.as_ptr().cast_mut() };
    let flags =
        libc::SECCOMP_FILTER_FLAG_NEW_LISTENER | libc::SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
    match seccomp(libc::SECCOMP_SET_MODE_FILTER, flags, ptr::from_ref(&argument).cast()) {
        Ok(descriptor) => {
            // SAFETY: the kernel has just made this descriptor for us, and nobody else knows of it.
            Ok(Listener(unsafe { OwnedFd::from_raw_fd(descriptor) }))
        }
        Err(error) => Err(refusal(error)),
    }
}

/// Finds out why there is no listener.
fn refusal(error: io::Error) -> Error {
    let asks: u32 = libc::SECCOMP_RET_USER_NOTIF;
    let available = seccomp(libc::SECCOMP_GET_ACTION_AVAIL, 0, ptr::from_ref(&asks).cast());
    Error::Refused(match error.raw_os_error() {
        Some(libc::EBUSY) => Refusal::Nested,
        Some(libc::EINVAL | libc::ENOSYS) if available.is_err() => Refusal::NoNotification,
        Some(libc::EINVAL) => Refusal::TooOld,
        _ => Refusal::Other(error),
    })
}

fn seccomp(operation: c_uint, flags: c_ulong, argument: *const libc::c_void) -> io::Result<c_int> {
    // SAFETY: the two operations that are asked for here only read: `SET_MODE_FILTER` one `sock_fprog`
    // and as many statements as it says, both of which live until this returns, and
    // `GET_ACTION_AVAIL` one 32-bit number.
    let answer = unsafe { libc::syscall(libc::SYS_seccomp, operation, flags, argument) };
    if answer < 0 { Err(io::Error::last_os_error()) } else { Ok(answer as c_int) }
}

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl Listener {
    /// Returns the next call, `None` if the one that asked is gone.
    pub(crate) fn receive(&self) -> io::Result<Option<Call>> {
        let data = libc::seccomp_data { nr: 0, arch: 0, instruction_pointer: 0, args: [0; 6] };
        let mut asked = seccomp_notif { id: 0, pid: 0, flags: 0, data };
        match self.ioctl(libc::SECCOMP_IOCTL_NOTIF_RECV, &mut asked) {
            Ok(_) => Ok(Some(Call {
                id: asked.id,
                thread: asked.pid,
                number: asked.data.nr.into(),
                arguments: asked.data.args,
            })),
            Err(error) => match error.raw_os_error() {
                Some(libc::ENOENT | libc::EINTR) => Ok(None),
                _ => Err(error),
            },
        }
    }

    /// Returns whether a call still waits: its thread is the one that made it, and no other of its number.
    pub(crate) fn is_waiting(&self, id: u64) -> bool {
        let mut id = id;
        self.ioctl(libc::SECCOMP_IOCTL_NOTIF_ID_VALID, &mut id).is_ok()
    }

    /// Answers a call. If its thread is gone, nobody wants the answer.
    pub(crate) fn answer(&self, id: u64, answer: Result<i64, Errno>) {
        let (val, error) = match answer {
            Ok(value) => (value, 0),
            Err(errno) => (0, -errno.number()),
        };
        self.send(seccomp_notif_resp { id, val, error, flags: 0 });
    }

    /// Has the kernel carry a call out.
    pub(crate) fn go_on(&self, id: u64) {
        let flags = libc::SECCOMP_USER_NOTIF_FLAG_CONTINUE as u32;
        self.send(seccomp_notif_resp { id, val: 0, error: 0, flags });
    }

    /// Has a call begin anew when the signal that waits for its thread is taken: the kernel does so with
    /// this number where a signal is there, and knows by the handler whether to say `EINTR` instead.
    pub(crate) fn interrupt(&self, id: u64) {
        const ERESTARTSYS: i32 = 512;
        self.send(seccomp_notif_resp { id, val: 0, error: -ERESTARTSYS, flags: 0 });
    }

    fn send(&self, mut answer: seccomp_notif_resp) {
        // It fails where the thread was killed meanwhile, and then there is nobody to tell.
        let _ = self.ioctl(libc::SECCOMP_IOCTL_NOTIF_SEND, &mut answer);
    }

    /// Gives the caller a copy of a descriptor, and answers the call with its number.
    pub(crate) fn answer_with(
        &self,
        id: u64,
        descriptor: BorrowedFd<'_>,
        close_on_exec: bool,
    ) -> io::Result<()> {
        self.add(id, descriptor, close_on_exec, libc::SECCOMP_ADDFD_FLAG_SEND, 0)
    }

    /// Puts a copy of a descriptor in the place of one that the caller has. The call goes on waiting.
    pub(crate) fn replace(
        &self,
        id: u64,
        descriptor: BorrowedFd<'_>,
        close_on_exec: bool,
        place: i32,
    ) -> io::Result<()> {
        let flags = libc::SECCOMP_ADDFD_FLAG_SETFD;
        self.add(id, descriptor, close_on_exec, flags, place.cast_unsigned())
    }

    fn add(
        &self,
        id: u64,
        descriptor: BorrowedFd<'_>,
        close_on_exec: bool,
        flags: c_ulong,
        place: u32,
    ) -> io::Result<()> {
        let new_flags = if close_on_exec { libc::O_CLOEXEC.cast_unsigned() } else { 0 };
        let mut argument = seccomp_notif_addfd {
            id,
            flags: flags as u32,
            srcfd: descriptor.as_raw_fd().cast_unsigned(),
            newfd: place,
            newfd_flags: new_flags,
        };
        self.ioctl(libc::SECCOMP_IOCTL_NOTIF_ADDFD, &mut argument).map(|_| ())
    }

    fn ioctl<T>(&self, number: libc::Ioctl, argument: &mut T) -> io::Result<c_int> {
        // SAFETY: the descriptor is a seccomp listener, which stays open as long as it is borrowed. Each of
        // its four requests reads and writes one structure, whose size is a part of the request's number;
        // the callers above pass each the structure of the kernel's header of that name, as plain
        // integers without invalid values.
        let answer = unsafe { libc::ioctl(self.0.as_raw_fd(), number, ptr::from_mut(argument)) };
        if answer < 0 { Err(io::Error::last_os_error()) } else { Ok(answer) }
    }
}
