//! Who answers: one thread, one call after the other.

use crate::event::{Observer, Reporter};
use crate::files::{Asked, Files};
use crate::memory::Memory;
use crate::model::{IDLE, Model};
use crate::module;
use crate::socket::{Sockets, Wanted};
use crate::target::{Folders, Target};
use ifctl_abi::Family;
use ifctl_kernel::Errno;
use ifctl_linux::supervise::{Call, Listener};
use ifctl_virtual::{Capabilities, UserMemory as _};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io;
use std::time::{Duration, Instant};

/// What becomes of a call.
#[derive(Debug)]
pub(crate) enum Answer {
    /// The kernel carries it out.
    GoOn,
    /// It returns this.
    Value(i64),
    /// It fails.
    Failed(Errno),
    /// It was answered already, with a descriptor.
    Given,
    /// It waits.
    Later,
}

/// Who is taken for root, who may change everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Powers {
    /// Everybody: they are shown that they are root.
    Everybody,
    /// Who is root.
    Root,
    /// Nobody.
    Nobody,
}

/// How often is looked for what nobody tells: time that passes for listeners, a queue that has room, a
/// signal for a call that waits.
const TICK: Duration = Duration::from_millis(250);
const SHORT_TICK: Duration = Duration::from_millis(10);
const SHORTEST_TICK: Duration = Duration::from_millis(1);

/// Answers the calls of all targets.
pub(crate) struct Supervisor {
    listener: Listener,
    model: Model,
    powers: Powers,
    sockets: Sockets,
    files: Files,
    folders: Folders,
    waiting: Vec<Waiting>,
    reporter: Reporter,
}

/// A receive that waits for something to come.
struct Waiting {
    call: Call,
    wanted: Wanted,
    inode: u64,
    until: Option<Instant>,
}

impl Supervisor {
    pub(crate) fn new(
        listener: Listener,
        model: Model,
        powers: Powers,
        observer: Option<Observer>,
    ) -> io::Result<Self> {
        let reporter = Reporter::new(observer);
        Ok(Self {
            listener,
            model,
            powers,
            sockets: Sockets::new(reporter.wants_all())?,
            files: Files::default(),
            folders: Folders::default(),
            waiting: Vec::new(),
            reporter,
        })
    }

    /// Answers until no target is left.
    pub(crate) fn serve(&mut self) -> io::Result<()> {
        loop {
            let (is_idle, asked) = self.wait()?;
            match asked {
                Some(flags) if flags.contains(PollFlags::IN) => {
                    let call = self.listener.receive().map_err(failure)?;
                    // What its program has sent before it made the call comes first.
                    self.drain();
                    if let Some(call) = call {
                        self.take(&call);
                    }
                }
                Some(_) => {
                    self.drain();
                    return self.model.give_back(true);
                }
                None => self.drain(),
            }
            self.look_after();
            if let Err(error) = self.model.give_back(is_idle) {
                self.reporter.complain(None, &error.to_string());
            }
        }
    }

    /// Waits for something to do; returns whether there was nothing, and what the listener is ready for.
    fn wait(&self) -> io::Result<(bool, Option<PollFlags>)> {
        let mut all = vec![
            PollFd::new(&self.listener, PollFlags::IN),
            PollFd::from_borrowed_fd(self.sockets.ours(), PollFlags::IN),
        ];
        let channels = self.files.channels();
        all.extend(channels.map(|channel| PollFd::from_borrowed_fd(channel, PollFlags::IN)));
        let most = match () {
            () if self.sockets.is_stuck() => Some(SHORTEST_TICK),
            () if !self.waiting.is_empty() => Some(SHORT_TICK),
            () if self.model.is_taken() => Some(IDLE),
            () if self.sockets.is_listening() => Some(TICK),
            () => None,
        };
        let most = most.and_then(|most| Timespec::try_from(most).ok());
        let ready = match poll(&mut all, most.as_ref()) {
            Err(rustix::io::Errno::INTR) => 0,
            ready => ready?,
        };
        let flags = all.first().map(PollFd::revents);
        Ok((ready == 0, flags.filter(|flags| !flags.is_empty())))
    }

    /// Carries out what targets have sent and written without waiting for an answer.
    fn drain(&mut self) {
        let sent = self.sockets.take();
        let written = self.files.take();
        if sent.is_empty() && written.is_empty() || self.have().is_err() {
            return;
        }
        for (inode, bytes) in sent {
            self.sockets.request(inode, &bytes);
            self.reporter.datagram(None, &bytes, &mut self.sockets.take_answers());
        }
        for write in written {
            let outcome = write.carry_out(&self.model);
            self.reporter.written(None, &write.path, outcome);
            self.sockets.tell();
        }
    }

    /// Answers a short write, if it goes to a setting.
    fn write(&mut self, call: &Call) -> Answer {
        if !self.files.has_settings() {
            return Answer::GoOn;
        }
        let Some(inode) = self.folders.socket(Target(call.thread()), call.descriptor(0)) else {
            return Answer::GoOn;
        };
        let memory = Memory::of(&self.listener, call);
        let length = call.word(2);
        let bytes = || {
            let mut bytes = vec![0; length as usize];
            memory.read(call.argument(1), &mut bytes).map(|()| bytes)
        };
        let Some(write) = self.files.write_to(inode, bytes) else { return Answer::GoOn };
        let outcome = write.and_then(|write| {
            self.have()?;
            let outcome = write.carry_out(&self.model);
            self.reporter.written(Some(call), &write.path, outcome);
            self.sockets.tell();
            outcome
        });
        outcome.map_or_else(Answer::Failed, |()| Answer::Value(length.into()))
    }

    /// Looks after what waits.
    fn look_after(&mut self) {
        // Others may change a kernel that is kept elsewhere: nobody is told of that before the next request.
        if self.sockets.is_listening() && self.model.passes() {
            self.sockets.tell();
        }
        if self.sockets.is_stuck() {
            self.sockets.unstick();
        }
        for waiting in std::mem::take(&mut self.waiting) {
            self.look_at(waiting);
        }
    }

    /// Tries a receive that waits; it goes on waiting, or ends.
    fn look_at(&mut self, waiting: Waiting) {
        let call = waiting.call;
        let mut memory = Memory::of(&self.listener, &waiting.call);
        let received =
            self.sockets.receive(&mut memory, &waiting.call, waiting.wanted, waiting.inode);
        match received {
            Err(Errno::EAGAIN) => {
                if waiting.until.is_some_and(|until| until <= Instant::now()) {
                    self.listener.answer(&call, Err(Errno::EAGAIN));
                } else if Target(waiting.call.thread()).has_signal() {
                    self.listener.interrupt(&call);
                } else if self.listener.is_waiting(&call) {
                    self.waiting.push(waiting);
                }
            }
            answer => self.listener.answer(&call, answer),
        }
    }

    /// Answers a call.
    fn take(&mut self, call: &Call) {
        match self.answer(call) {
            Answer::GoOn => self.listener.go_on(call),
            Answer::Value(value) => self.listener.answer(call, Ok(value)),
            Answer::Failed(errno) => self.listener.answer(call, Err(errno)),
            Answer::Given | Answer::Later => {}
        }
    }

    fn capabilities(&self, call: &Call) -> Capabilities {
        match self.powers {
            Powers::Everybody => Capabilities::all(),
            Powers::Root if Target(call.thread()).user() == Some(0) => Capabilities::all(),
            Powers::Root | Powers::Nobody => Capabilities::empty(),
        }
    }

    /// Has the kernel for requests.
    fn have(&mut self) -> Result<(), Errno> {
        match self.model.take() {
            Ok(true) => {
                self.sockets.move_to(&self.model);
                Ok(())
            }
            Ok(false) => Ok(()),
            Err(error) => {
                self.reporter.complain(None, &error.to_string());
                Err(Errno::EIO)
            }
        }
    }

    fn answer(&mut self, call: &Call) -> Answer {
        match call.number() {
            libc::SYS_ioctl => self.ioctl(call),
            libc::SYS_socket => self.create(call),
            libc::SYS_bind
            | libc::SYS_connect
            | libc::SYS_sendto
            | libc::SYS_sendmsg
            | libc::SYS_sendmmsg
            | libc::SYS_recvfrom
            | libc::SYS_recvmsg
            | libc::SYS_recvmmsg
            | libc::SYS_setsockopt
            | libc::SYS_getsockopt => self.on_socket(call),
            libc::SYS_write => self.write(call),
            libc::SYS_rt_sigaction => self.restart(call),
            libc::SYS_getresuid | libc::SYS_getresgid => self.numbers_of_root(call),
            libc::SYS_init_module | libc::SYS_finit_module | libc::SYS_delete_module => {
                if let Err(errno) = self.have() {
                    return Answer::Failed(errno);
                }
                let kernel = self.model.kernel(self.capabilities(call));
                let (name, outcome) = module::answer(&self.listener, call, &kernel);
                self.reporter.module(call, &name, outcome);
                outcome.map_or_else(Answer::Failed, |()| Answer::Value(0))
            }
            _ => self.on_file(call),
        }
    }

    /// Answers a call with a path, if that leads to what the model has.
    fn on_file(&mut self, call: &Call) -> Answer {
        let Some(found) = self.files.find(&self.listener, call) else { return Answer::GoOn };
        if let Err(errno) = self.have() {
            return Answer::Failed(errno);
        }
        let capabilities = self.capabilities(call);
        let kernel = self.model.kernel(capabilities);
        let asked = Asked { listener: &self.listener, call, kernel, capabilities };
        self.files.answer(&asked, found)
    }

    /// Answers a request about devices. None of them ever reaches the host.
    fn ioctl(&mut self, call: &Call) -> Answer {
        let target = Target(call.thread());
        let (descriptor, number, address) = (call.descriptor(0), call.word(1), call.argument(2));
        let Some(inode) = self.folders.socket(target, descriptor) else {
            return match target.path_of(descriptor) {
                Some(_) => Answer::Failed(Errno::ENOTTY),
                // None open of this number, or a program that may not be looked into.
                None => Answer::Failed(self.unseen(call)),
            };
        };
        if let Err(errno) = self.have() {
            return Answer::Failed(errno);
        }
        let capabilities = self.capabilities(call);
        let mut memory = Memory::of(&self.listener, call);
        let outcome = if let Some(socket) = self.sockets.get(inode) {
            socket.model.ioctl_at(number, address, &mut memory)
        } else {
            let family = if self.sockets.is_inet6(inode) { Family::INET6 } else { Family::INET };
            self.model.ioctl(capabilities, family, number, address, &mut memory)
        };
        self.reporter.ioctl(call, memory, outcome);
        self.sockets.tell();
        outcome.map_or_else(Answer::Failed, |()| Answer::Value(0))
    }

    /// Returns why a descriptor's file cannot be known, and tells of it where that is no fault of the
    /// caller's.
    fn unseen(&mut self, call: &Call) -> Errno {
        let folder = format!("/proc/{}/fd", call.thread());
        match std::fs::read_dir(folder) {
            Ok(_) => Errno::EBADF,
            Err(_) => {
                self.reporter.complain(
                    Some(call),
                    "a program whose memory may not be read asks for devices",
                );
                Errno::EPERM
            }
        }
    }

    fn create(&mut self, call: &Call) -> Answer {
        let capabilities = self.capabilities(call);
        let created = match call.descriptor(0) {
            libc::AF_NETLINK if is_elsewhere(call.word(2)) => return Answer::GoOn,
            libc::AF_NETLINK => self.have().and_then(|()| {
                let kernel = self.model.kernel(capabilities);
                self.sockets.create(&self.listener, call, &kernel, capabilities)
            }),
            // A raw socket is its maker's, whose privilege it needs.
            libc::AF_INET6 if call.word(1) & 0xf == libc::SOCK_RAW.cast_unsigned() => {
                return Answer::GoOn;
            }
            libc::AF_INET6 => self.sockets.create_inet6(&self.listener, call),
            _ => Err(Errno::EPERM),
        };
        created.map_or_else(Answer::Failed, |()| Answer::Given)
    }

    /// Answers what is asked of a socket, if it is one of ours.
    fn on_socket(&mut self, call: &Call) -> Answer {
        let Some(inode) = self.folders.socket(Target(call.thread()), call.descriptor(0)) else {
            return Answer::GoOn;
        };
        if self.sockets.get(inode).is_none() {
            return Answer::GoOn;
        }
        if let Err(errno) = self.have() {
            return Answer::Failed(errno);
        }
        let wanted = match call.number() {
            libc::SYS_recvfrom => Wanted::Bytes,
            libc::SYS_recvmsg => Wanted::Message,
            libc::SYS_recvmmsg => Wanted::Messages,
            _ => return self.on_own_socket(call, inode),
        };
        let mut memory = Memory::of(&self.listener, call);
        match self.sockets.receive(&mut memory, call, wanted, inode) {
            Err(Errno::EAGAIN) => match self.sockets.waits(call, wanted, inode) {
                Some(until) => {
                    self.waiting.push(Waiting { call: *call, wanted, inode, until });
                    Answer::Later
                }
                None => Answer::Failed(Errno::EAGAIN),
            },
            Err(errno) => Answer::Failed(errno),
            Ok(length) => Answer::Value(length),
        }
    }

    fn on_own_socket(&mut self, call: &Call, inode: u64) -> Answer {
        let capabilities = self.capabilities(call);
        let mut memory = Memory::of(&self.listener, call);
        let done =
            |outcome: Result<(), Errno>| outcome.map_or_else(Answer::Failed, |()| Answer::Value(0));
        let sent = match call.number() {
            libc::SYS_bind => {
                let kernel = self.model.kernel(capabilities);
                return done(self.sockets.bind(&self.listener, call, inode, &kernel));
            }
            libc::SYS_connect => return done(self.sockets.connect(&memory, call)),
            libc::SYS_setsockopt => return done(self.sockets.set_option(&memory, call, inode)),
            libc::SYS_getsockopt => return done(self.sockets.get_option(&mut memory, call, inode)),
            libc::SYS_sendto => self.sockets.send_to(&memory, call, inode),
            libc::SYS_sendmsg => self.sockets.send_message(&memory, call, inode),
            _ => self.sockets.send_messages(&mut memory, call, inode),
        };
        match sent {
            Ok((length, datagrams)) => {
                let mut answers = self.sockets.take_answers();
                for bytes in datagrams {
                    self.reporter.datagram(Some(call), &bytes, &mut answers);
                }
                Answer::Value(length)
            }
            Err(errno) => Answer::Failed(errno),
        }
    }

    /// Has a handler of SIGCHLD begin calls anew that it interrupts: a `stat` that waits for its turn here
    /// would fail with `EINTR`, which no program expects of it.
    fn restart(&self, call: &Call) -> Answer {
        const FLAGS: u64 = 8;
        let mut memory = Memory::of(&self.listener, call);
        let action: Result<[u8; 16], Errno> = memory.bytes(call.argument(1));
        if let Ok(action) = action {
            let (handler, flags) = action.split_at(FLAGS as usize);
            let number = |bytes: &[u8]| u64::from_ne_bytes(bytes.try_into().unwrap_or_default());
            let (handler, flags) = (number(handler), number(flags));
            let restart = u64::from(libc::SA_RESTART.cast_unsigned());
            if handler > 1 && flags & restart == 0 {
                let place = call.argument(1).wrapping_add(FLAGS);
                // Where it cannot be written it stays as it is.
                let _ = memory.write(place, &(flags | restart).to_ne_bytes());
            }
        }
        Answer::GoOn
    }

    fn numbers_of_root(&self, call: &Call) -> Answer {
        let mut memory = Memory::of(&self.listener, call);
        let written =
            (0..3).try_for_each(|place| memory.write(call.argument(place), &0_u32.to_ne_bytes()));
        written.map_or_else(Answer::Failed, |()| Answer::Value(0))
    }
}

fn failure(errno: Errno) -> io::Error {
    io::Error::from_raw_os_error(errno.number())
}

/// Returns whether a netlink protocol configures no network: the host's own answers it.
fn is_elsewhere(protocol: u32) -> bool {
    const USERSOCK: u32 = 2;
    const SELINUX: u32 = 7;
    const AUDIT: u32 = 9;
    const CONNECTOR: u32 = 11;
    const KOBJECT_UEVENT: u32 = 15;
    const CRYPTO: u32 = 21;
    matches!(protocol, USERSOCK | SELINUX | AUDIT | CONNECTOR | KOBJECT_UEVENT | CRYPTO)
}
