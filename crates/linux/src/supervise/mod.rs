//! Answering the system calls of another program: a filter that asks, and the descriptor by which it is
//! answered (seccomp_unotify(2)).
//!
//! The memory and the descriptors of who asks can be changed by whoever answers. They are another program's:
//! the filter is laid upon a thread of this crate's own, which starts that program and does nothing else.

mod memory;

use crate::errno;
use ifctl_kernel::Errno;
use libc::{seccomp_notif, seccomp_notif_addfd, seccomp_notif_resp, sock_filter, sock_fprog};
use std::ffi::{c_int, c_long, c_uint, c_ulong};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::process::{Child, Command};
use std::ptr;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

/// Why a command could not be started under a filter.
#[derive(Debug)]
pub enum Failed {
    /// A call failed that has nothing to do with filters: its name, and why.
    System(&'static str, io::Error),
    /// The filter was refused: `EBUSY` where there is such a listener already, `EINVAL` by a kernel that
    /// cannot hold signals back (older than Linux 5.19), or whose filters cannot ask at all
    /// ([`can_ask`]).
    Filter(Errno),
}

/// A command that is being started: its own first calls may have to be answered before it has.
#[derive(Debug)]
pub struct Starting(JoinHandle<io::Result<Child>>);

impl Starting {
    /// Returns the command's process, once it has started.
    ///
    /// # Errors
    ///
    /// As `Command::spawn`.
    pub fn finish(self) -> io::Result<Child> {
        let ended = || Err(io::Error::other("the thread that starts the command panicked"));
        self.0.join().unwrap_or_else(|_| ended())
    }
}

/// Starts a command under a filter: this program decides of each call of the command's, and of all that it
/// starts, whether Linux carries it out, or the listener answers. None of them gains a privilege by executing a
/// file any more.
///
/// # Errors
///
/// [`Failed`], before anything was started.
#[doc(alias = "SECCOMP_SET_MODE_FILTER")]
pub fn start(
    program: Vec<sock_filter>,
    mut command: Command,
) -> Result<(Listener, Starting), Failed> {
    let (give, given) = mpsc::channel();
    let starting = thread::Builder::new().name("ifctl-run".into()).spawn(move || {
        let installed = install(&program);
        let goes_on = installed.is_ok();
        // Who waits for this is there until it has come.
        let _ = give.send(installed);
        if goes_on { command.spawn() } else { Err(io::ErrorKind::Unsupported.into()) }
    });
    let starting = starting.map_err(|error| Failed::System("clone", error))?;
    let gone = || io::Error::other("the thread that starts the command ended");
    let listener = given.recv().map_err(|_| Failed::System("clone", gone()))??;
    Ok((listener, Starting(starting)))
}

/// Returns whether filters of this kernel can ask.
#[doc(alias = "SECCOMP_GET_ACTION_AVAIL")]
pub fn can_ask() -> bool {
    let asks: u32 = libc::SECCOMP_RET_USER_NOTIF;
    seccomp(libc::SECCOMP_GET_ACTION_AVAIL, 0, ptr::from_ref(&asks).cast()).is_ok()
}

/// A system call that waits for its answer.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    id: u64,
    thread: u32,
    number: c_long,
    arguments: [u64; 6],
    /// The thread that starts the command, of the program that supervises it.
    starter: u32,
}

impl Call {
    /// Refuses a call of this program's own thread, whose memory and descriptors are this program's.
    fn must_be_anothers(&self) -> Result<(), Errno> {
        if self.thread == self.starter { Err(Errno::EPERM) } else { Ok(()) }
    }

    /// Returns the number of the thread that makes the call.
    pub fn thread(&self) -> u32 {
        self.thread
    }

    /// Returns the system call's number.
    pub fn number(&self) -> c_long {
        self.number
    }

    /// Returns an argument.
    pub fn argument(&self, place: usize) -> u64 {
        self.arguments.get(place).copied().unwrap_or_default()
    }

    /// Returns an argument that has 32 bits.
    pub fn word(&self, place: usize) -> u32 {
        self.argument(place) as u32
    }

    /// Returns a descriptor.
    pub fn descriptor(&self, place: usize) -> i32 {
        self.word(place).cast_signed()
    }
}

/// Where the calls come that a filter asks about. Ready to be read when there is one, and hung up when nobody is
/// left who could make one.
#[derive(Debug)]
pub struct Listener {
    descriptor: OwnedFd,
    /// The thread that starts the command, which is under the filter itself.
    starter: u32,
}

/// Lays a filter upon this thread, and upon all that it starts from now on.
fn install(program: &[sock_filter]) -> Result<Listener, Failed> {
    rustix::thread::set_no_new_privs(true)
        .map_err(|errno| Failed::System("prctl", errno.into()))?;
    let length = u16::try_from(program.len()).map_err(|_| Failed::Filter(Errno::EINVAL))?;
    let argument = sock_fprog { len: length, filter: program.as_ptr().cast_mut() };
    let flags =
        libc::SECCOMP_FILTER_FLAG_NEW_LISTENER | libc::SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
    let installed = seccomp(libc::SECCOMP_SET_MODE_FILTER, flags, ptr::from_ref(&argument).cast());
    let descriptor = installed.map_err(Failed::Filter)?;
    // SAFETY: the kernel has just made this descriptor for us, and nobody else knows of it.
    let descriptor = unsafe { OwnedFd::from_raw_fd(descriptor) };
    let starter = rustix::thread::gettid().as_raw_nonzero().get().cast_unsigned();
    let listener = Listener { descriptor, starter };
    listener.hand_over();
    Ok(listener)
}

fn seccomp(
    operation: c_uint,
    flags: c_ulong,
    argument: *const libc::c_void,
) -> Result<c_int, Errno> {
    // SAFETY: the two operations that are asked for here only read: `SET_MODE_FILTER` one `sock_fprog`
    // and as many statements as it says, both of which live until this returns, and
    // `GET_ACTION_AVAIL` one 32-bit number. The filter is this crate's own thread's.
    let answer = unsafe { libc::syscall(libc::SYS_seccomp, operation, flags, argument) };
    if answer < 0 { Err(errno::last()) } else { Ok(answer as c_int) }
}

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}

impl Listener {
    /// Has the two sides wake each other on one processor: one of them always waits for the other, and to
    /// fetch another processor from its sleep costs more than all the rest.
    fn hand_over(&self) {
        const SYNC_WAKE_UP: libc::c_ulong = 1;
        let number = libc::SECCOMP_IOCTL_NOTIF_SET_FLAGS;
        // SAFETY: the descriptor is a seccomp listener, and this request of it takes flags, no pointer.
        // Linux before 6.6 knows of no flags, and does as it always did.
        let _ = unsafe { libc::ioctl(self.descriptor.as_raw_fd(), number, SYNC_WAKE_UP) };
    }

    /// Waits for the next call, and returns it; `None` if the one that asked is gone, or a signal came.
    ///
    /// # Errors
    ///
    /// `ENOMEM`, and nothing else that is known.
    #[doc(alias = "SECCOMP_IOCTL_NOTIF_RECV")]
    pub fn receive(&self) -> Result<Option<Call>, Errno> {
        let data = libc::seccomp_data { nr: 0, arch: 0, instruction_pointer: 0, args: [0; 6] };
        let mut asked = seccomp_notif { id: 0, pid: 0, flags: 0, data };
        match self.ioctl(libc::SECCOMP_IOCTL_NOTIF_RECV, &mut asked) {
            Ok(_) => Ok(Some(Call {
                starter: self.starter,
                id: asked.id,
                thread: asked.pid,
                number: asked.data.nr.into(),
                arguments: asked.data.args,
            })),
            Err(Errno::ENOENT | Errno::EINTR) => Ok(None),
            Err(errno) => Err(errno),
        }
    }

    /// Returns whether a call still waits: its thread is the one that made it, and no other of its number.
    #[doc(alias = "SECCOMP_IOCTL_NOTIF_ID_VALID")]
    pub fn is_waiting(&self, call: &Call) -> bool {
        let mut id = call.id;
        self.ioctl(libc::SECCOMP_IOCTL_NOTIF_ID_VALID, &mut id).is_ok()
    }

    /// Answers a call. If its thread is gone, nobody wants the answer.
    #[doc(alias = "SECCOMP_IOCTL_NOTIF_SEND")]
    pub fn answer(&self, call: &Call, answer: Result<i64, Errno>) {
        let (val, error) = match answer {
            Ok(value) => (value, 0),
            Err(errno) => (0, -errno.number()),
        };
        self.send(seccomp_notif_resp { id: call.id, val, error, flags: 0 });
    }

    /// Has the kernel carry a call out, as if nobody had asked.
    #[doc(alias = "SECCOMP_USER_NOTIF_FLAG_CONTINUE")]
    pub fn go_on(&self, call: &Call) {
        let flags = libc::SECCOMP_USER_NOTIF_FLAG_CONTINUE as u32;
        self.send(seccomp_notif_resp { id: call.id, val: 0, error: 0, flags });
    }

    /// Has a call begin anew when the signal that waits for its thread is taken: the kernel does so with
    /// this number where a signal is there, and knows by the handler whether to say `EINTR` instead.
    pub fn interrupt(&self, call: &Call) {
        const ERESTARTSYS: i32 = 512;
        self.send(seccomp_notif_resp { id: call.id, val: 0, error: -ERESTARTSYS, flags: 0 });
    }

    fn send(&self, mut answer: seccomp_notif_resp) {
        // It fails where the thread was killed meanwhile, and then there is nobody to tell.
        let _ = self.ioctl(libc::SECCOMP_IOCTL_NOTIF_SEND, &mut answer);
    }

    /// Gives the caller a copy of a descriptor, and answers the call with its number.
    ///
    /// # Errors
    ///
    /// `EMFILE` where the caller may have no more, `ENOENT` if it is gone. The call goes on waiting.
    #[doc(alias = "SECCOMP_IOCTL_NOTIF_ADDFD")]
    pub fn answer_with(
        &self,
        call: &Call,
        descriptor: BorrowedFd<'_>,
        close_on_exec: bool,
    ) -> Result<(), Errno> {
        self.add(call, descriptor, close_on_exec, libc::SECCOMP_ADDFD_FLAG_SEND, 0)
    }

    /// Puts a copy of a descriptor in the place of one that the caller has. The call goes on waiting.
    ///
    /// # Errors
    ///
    /// `ENOENT` if the caller is gone.
    pub fn replace(
        &self,
        call: &Call,
        descriptor: BorrowedFd<'_>,
        close_on_exec: bool,
        place: i32,
    ) -> Result<(), Errno> {
        let flags = libc::SECCOMP_ADDFD_FLAG_SETFD;
        self.add(call, descriptor, close_on_exec, flags, place.cast_unsigned())
    }

    fn add(
        &self,
        call: &Call,
        descriptor: BorrowedFd<'_>,
        close_on_exec: bool,
        flags: c_ulong,
        place: u32,
    ) -> Result<(), Errno> {
        call.must_be_anothers()?;
        let new_flags = if close_on_exec { libc::O_CLOEXEC.cast_unsigned() } else { 0 };
        let mut argument = seccomp_notif_addfd {
            id: call.id,
            flags: flags as u32,
            srcfd: descriptor.as_raw_fd().cast_unsigned(),
            newfd: place,
            newfd_flags: new_flags,
        };
        self.ioctl(libc::SECCOMP_IOCTL_NOTIF_ADDFD, &mut argument).map(|_| ())
    }

    fn ioctl<T>(&self, number: libc::Ioctl, argument: &mut T) -> Result<c_int, Errno> {
        // SAFETY: the descriptor is a seccomp listener, which stays open as long as it is borrowed. Each of
        // its four requests reads and writes one structure, whose size is a part of the request's number;
        // the callers above pass each the structure of the kernel's header of that name, as plain
        // integers without invalid values.
        let answer =
            unsafe { libc::ioctl(self.descriptor.as_raw_fd(), number, ptr::from_mut(argument)) };
        if answer < 0 { Err(errno::last()) } else { Ok(answer) }
    }
}
