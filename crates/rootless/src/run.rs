//! Starting a program under a listener.

use crate::error::{Error, Refusal};
use crate::event::{Event, Observer};
use crate::filter;
use crate::keeper::Keeper;
use crate::model::Model;
use crate::supervisor::{Powers, Supervisor};
use ifctl_kernel::Errno;
use ifctl_linux::supervise::{self, Failed};
use ifctl_virtual::VirtualKernel;
use rustix::process::{Pid, WaitOptions};
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus};
use std::thread::{self, JoinHandle};

/// Runs unmodified programs on a virtual kernel.
///
/// ```
/// use ifctl_netdevice::{Kernel, Rtnetlink};
/// use ifctl_rootless::Rootless;
/// use ifctl_virtual::VirtualKernel;
/// use std::process::Command;
///
/// let kernel = VirtualKernel::new();
/// let mut script = Command::new("sh");
/// script.args(["-c", "ip link add eth0 type dummy; ip addr add 192.0.2.1/24 dev eth0"]);
/// # if std::path::Path::new("/usr/sbin/ip").exists() {
/// let status = Rootless::new(kernel.clone()).run(script)?;
/// assert!(status.success());
/// let eth0 = Rtnetlink::open(&kernel)?.device_named(b"eth0")?;
/// assert_eq!(eth0.index, 2);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Rootless {
    kernel: VirtualKernel,
    shows_root: bool,
    observer: Option<Observer>,
    keeper: Option<Box<dyn Keeper>>,
    adopts: bool,
}

/// A program that runs on a virtual kernel.
#[derive(Debug)]
pub struct Running {
    child: Child,
    adopts: bool,
    supervisor: JoinHandle<io::Result<()>>,
}

impl Rootless {
    /// Runs programs on this kernel.
    pub fn new(kernel: VirtualKernel) -> Self {
        Self { kernel, shows_root: true, observer: None, keeper: None, adopts: false }
    }

    /// Has the programs be the ordinary user who they are: they see their own number, and may change
    /// nothing. Otherwise they are shown that they are root, and may change everything.
    #[must_use]
    pub fn as_user(self) -> Self {
        Self { shows_root: false, ..self }
    }

    /// Has this code told of each request that is answered, in order, by the thread that answers. What is
    /// told of takes several times as long to be answered.
    #[must_use]
    pub fn observe(self, observer: impl FnMut(&Event) + Send + 'static) -> Self {
        let observer = Observer { code: Box::new(observer), wants_all: true };
        Self { observer: Some(observer), ..self }
    }

    /// Has this code told of what cannot be answered by no fault of the program's, and of nothing else: a
    /// program that may not be looked into, a kernel that cannot be kept. The events' call is `refused`.
    #[must_use]
    pub fn observe_refusals(self, observer: impl FnMut(&Event) + Send + 'static) -> Self {
        let observer = Observer { code: Box::new(observer), wants_all: false };
        Self { observer: Some(observer), ..self }
    }

    /// Has the kernel be one that others use as well, too.
    #[must_use]
    pub fn keep(self, keeper: impl Keeper + 'static) -> Self {
        Self { keeper: Some(Box::new(keeper)), ..self }
    }

    /// Has this process adopt what the command leaves behind, and wait for it: all other children of this
    /// process too, so it should have none. Where Yama lets a process look into its descendants alone
    /// (`kernel.yama.ptrace_scope` of 1), what somebody else adopts could not be answered.
    #[must_use]
    pub fn adopt(self) -> Self {
        Self { adopts: true, ..self }
    }

    /// Runs a command, and returns its status when it has ended, and all that it started too.
    ///
    /// # Errors
    ///
    /// [`Error`]: no listener is to be had, or the command cannot be run.
    pub fn run(self, command: Command) -> Result<ExitStatus, Error> {
        let mut running = self.spawn(command)?;
        let status = running.wait().map_err(|error| Error::System("wait", error))?;
        running.finish()?;
        Ok(status)
    }

    /// Starts a command. What it asks is answered as long as it, or anything that it started, is there.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn spawn(self, command: Command) -> Result<Running, Error> {
        let is_root = rustix::process::geteuid().is_root();
        let powers = match (self.shows_root, is_root) {
            (true, false) => Powers::Everybody,
            (true, true) => Powers::Root,
            (false, _) => Powers::Nobody,
        };
        if self.adopts {
            let own = Some(rustix::process::getpid());
            rustix::process::set_child_subreaper(own)
                .map_err(|errno| Error::System("prctl", errno.into()))?;
        }
        let started = supervise::start(filter::program(powers == Powers::Everybody), command);
        let (listener, starting) = started.map_err(refused)?;
        let system = |call| move |error| Error::System(call, error);
        let mut supervisor =
            Supervisor::new(listener, Model::new(self.kernel, self.keeper), powers, self.observer)
                .map_err(system("socket"))?;
        let supervisor = thread::Builder::new()
            .name("ifctl-answers".into())
            .spawn(move || supervisor.serve())
            .map_err(system("clone"))?;
        let child = starting.finish().map_err(Error::Command)?;
        Ok(Running { child, adopts: self.adopts, supervisor })
    }
}

impl Running {
    /// Returns the command's process number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the command.
    ///
    /// # Errors
    ///
    /// As wait(2).
    pub fn wait(&mut self) -> io::Result<ExitStatus> {
        if !self.adopts {
            return self.child.wait();
        }
        loop {
            let (process, status) = next_child()?;
            if process.as_raw_nonzero().get().cast_unsigned() == self.id() {
                return Ok(status);
            }
        }
    }

    /// Waits for all that the command started.
    ///
    /// # Errors
    ///
    /// [`Error::System`] if the supervisor ended before them.
    pub fn finish(self) -> Result<(), Error> {
        // Those that were adopted, until none is left.
        while self.adopts && next_child().is_ok() {}
        let ended = self.supervisor.join();
        let ended = ended.unwrap_or_else(|_| Err(io::Error::other("the supervisor panicked")));
        ended.map_err(|error| Error::System("supervisor", error))
    }
}

/// Finds out why there is no listener.
fn refused(failed: Failed) -> Error {
    match failed {
        Failed::System(call, error) => Error::System(call, error),
        Failed::Filter(Errno::EBUSY) => Error::Refused(Refusal::Nested),
        Failed::Filter(Errno::EINVAL | Errno::ENOSYS) if !supervise::can_ask() => {
            Error::Refused(Refusal::NoNotification)
        }
        Failed::Filter(Errno::EINVAL) => Error::Refused(Refusal::TooOld),
        Failed::Filter(errno) => {
            Error::Refused(Refusal::Other(io::Error::from_raw_os_error(errno.number())))
        }
    }
}

/// Waits for any child.
fn next_child() -> io::Result<(Pid, ExitStatus)> {
    loop {
        match rustix::process::wait(WaitOptions::empty()) {
            Ok(Some((process, status))) => {
                return Ok((process, ExitStatus::from_raw(status.as_raw())));
            }
            Ok(None) | Err(rustix::io::Errno::INTR) => {}
            Err(failure) => return Err(failure.into()),
        }
    }
}
