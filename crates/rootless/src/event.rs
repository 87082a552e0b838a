//! What is asked, told to whoever wants to know.

use crate::memory::Memory;
use crate::socket::Answers;
use crate::target::Target;
use ifctl_abi::ioctl::*;
use ifctl_abi::netlink::MessageType;
use ifctl_abi::{DeviceName, Escaped, NAME_SIZE};
use ifctl_kernel::{Errno, Request};
use ifctl_linux::supervise::Call;
use ifctl_netlink::Messages;
use std::fmt;
use std::net::Ipv4Addr;
use std::path::Path;

/// A request that was answered.
///
/// Displays as one line: `ifconfig[812] SIOCSIFADDR eth0:0 = ok`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// The process that asked, 0 where that is not known.
    pub process: u32,
    /// The name of its program.
    pub program: String,
    /// What was asked: a request's name, `RTM_NEWADDR`, `write`.
    pub call: String,
    /// What about: a device, a path; nothing where that is not known.
    pub subject: String,
    /// What it came to, `None` where that is not known: of a netlink request whose answer the program has no room
    /// for yet.
    pub outcome: Option<Result<(), Errno>>,
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.process != 0 {
            write!(f, "{}[{}] ", Escaped(self.program.as_bytes()), self.process)?;
        }
        f.write_str(&self.call)?;
        if !self.subject.is_empty() {
            write!(f, " {}", self.subject)?;
        }
        match self.outcome {
            Some(Ok(())) => f.write_str(" = ok"),
            Some(Err(errno)) => write!(f, " = {errno:?} ({errno})"),
            None => Ok(()),
        }
    }
}

/// Who is told of events, and of which.
pub(crate) struct Observer {
    pub(crate) code: Box<dyn FnMut(&Event) + Send>,
    /// All of them, and not complaints alone. It takes as long as to answer.
    pub(crate) wants_all: bool,
}

/// Tells of what is asked.
pub(crate) struct Reporter(Option<Observer>);

impl Reporter {
    pub(crate) fn new(observer: Option<Observer>) -> Self {
        Self(observer)
    }

    /// Returns whether requests are told of.
    pub(crate) fn wants_all(&self) -> bool {
        self.0.as_ref().is_some_and(|observer| observer.wants_all)
    }

    fn tell(&mut self, call: Option<&Call>, event: impl FnOnce() -> Event) {
        if self.wants_all() {
            self.tell_always(call, event);
        }
    }

    fn tell_always(&mut self, call: Option<&Call>, event: impl FnOnce() -> Event) {
        let Some(observer) = &mut self.0 else { return };
        let mut event = event();
        if let Some(call) = call {
            let target = Target(call.thread());
            event.process = target.process();
            event.program = target.name().to_string_lossy().into_owned();
        }
        (observer.code)(&event);
    }

    pub(crate) fn ioctl(&mut self, call: &Call, memory: Memory<'_>, outcome: Result<(), Errno>) {
        self.tell(Some(call), || {
            let number = call.word(1);
            let request: Result<[u8; 40], Errno> = memory.bytes(call.argument(2));
            let subject = request.map(|request| subject(number, &request)).unwrap_or_default();
            event(request_name(number), subject, Some(outcome))
        });
    }

    pub(crate) fn datagram(&mut self, call: Option<&Call>, bytes: &[u8], answers: &mut Answers) {
        if !self.wants_all() {
            return;
        }
        for message in Messages::new(bytes).map_while(Result::ok) {
            let (kind, outcome) = (message.kind(), answers.of(&message));
            self.tell(call, || event(message_name(kind), String::new(), outcome));
        }
    }

    pub(crate) fn written(&mut self, call: Option<&Call>, path: &Path, outcome: Result<(), Errno>) {
        self.tell(call, || event("write".into(), path.display().to_string(), Some(outcome)));
    }

    pub(crate) fn module(&mut self, call: &Call, name: &str, outcome: Result<(), Errno>) {
        let what = match call.number() {
            libc::SYS_delete_module => "delete_module",
            _ => "init_module",
        };
        self.tell(Some(call), || event(what.into(), name.to_owned(), Some(outcome)));
    }

    pub(crate) fn complain(&mut self, call: Option<&Call>, text: &str) {
        self.tell_always(call, || {
            event("refused".into(), text.to_owned(), Some(Err(Errno::EPERM)))
        });
    }
}

fn event(call: String, subject: String, outcome: Option<Result<(), Errno>>) -> Event {
    Event { process: 0, program: String::new(), call, subject, outcome }
}

fn request_name(number: u32) -> String {
    line_name(number).map_or_else(|| format!("ioctl {number:#x}"), str::to_owned)
}

/// Returns what a request about a device is about: its name, and what is set or was found.
fn subject(number: u32, request: &[u8; 40]) -> String {
    let is_ifreq = line_name(number).is_some_and(|name| {
        (name.starts_with("SIOCGIF") || name.starts_with("SIOCSIF")) && number != SIOCGIFCONF
    });
    if !is_ifreq {
        return String::new();
    }
    let (name, rest) = request.split_at(NAME_SIZE);
    let name = DeviceName::truncated(name.split(|byte| *byte == 0).next().unwrap_or_default());
    let [f0, f1, p0, p1, a, b, c, d, ..] = *rest else { return name.to_string() };
    let family = u16::from_ne_bytes([f0, f1]);
    match number {
        SIOCGIFADDR | SIOCSIFADDR | SIOCGIFDSTADDR | SIOCSIFDSTADDR | SIOCGIFBRDADDR
        | SIOCSIFBRDADDR | SIOCGIFNETMASK | SIOCSIFNETMASK
            if i32::from(family) == libc::AF_INET =>
        {
            format!("{name} {}", Ipv4Addr::new(a, b, c, d))
        }
        SIOCGIFFLAGS | SIOCSIFFLAGS => format!("{name} {family:#x}"),
        SIOCGIFMTU | SIOCSIFMTU | SIOCGIFINDEX | SIOCGIFTXQLEN | SIOCSIFTXQLEN => {
            format!("{name} {}", i32::from_ne_bytes([f0, f1, p0, p1]))
        }
        _ => name.to_string(),
    }
}

fn line_name(number: u32) -> Option<&'static str> {
    Request::TABLE.iter().find(|line| line.number == number).map(|line| line.name)
}

fn message_name(kind: MessageType) -> String {
    kind.name().map_or_else(|| format!("message {}", kind.0), str::to_owned)
}
