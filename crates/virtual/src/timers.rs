//! Work to be done later (`kernel/time/timer.c`, `kernel/workqueue.c`).

use crate::dev::DeviceId;
use crate::devinet::{self, AddressId};
use crate::machine::Machine;
use crate::net_namespace::NetId;
use crate::{addrconf, ip6_fib, link_watch};
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// When a machine's time ends, some thirty thousand years on: no sum with it is out of range.
pub(crate) const END: Duration = Duration::from_secs(1 << 40);

/// Something to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Task {
    /// The next step of duplicate address detection.
    DuplicateDetection { device: DeviceId, address: u128 },
    /// A look at an IPv4 address whose preferred or valid lifetime may be over.
    Ipv4Lifetime { device: DeviceId, address: AddressId },
    /// A look at an IPv6 address whose preferred or valid lifetime may be over.
    Ipv6Lifetime { device: DeviceId, address: u128 },
    /// A look for IPv6 routes that are expired.
    Ipv6Garbage { net: NetId },
}

/// A task that waits: when it is due, and its place among those due at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Timer(Duration, u64);

/// The tasks that wait, each once.
#[derive(Default)]
pub(crate) struct Timers {
    waiting: BTreeMap<Timer, Task>,
    timers: HashMap<Task, Timer>,
    last: u64,
}

impl Timers {
    /// Has something done when the machine's time is this, or, if it is that already, when the request
    /// at hand is done: what Linux leaves to a worker. If it waits for another time, it does so no more.
    #[doc(alias("mod_timer", "mod_delayed_work"))]
    pub(crate) fn at(&mut self, time: Duration, task: Task) {
        self.last += 1;
        let timer = Timer(time, self.last);
        if let Some(old) = self.timers.insert(task, timer) {
            self.waiting.remove(&old);
        }
        self.waiting.insert(timer, task);
    }

    /// Forgets a task, if it was not done yet.
    #[doc(alias("del_timer", "cancel_delayed_work"))]
    pub(crate) fn cancel(&mut self, task: Task) {
        if let Some(timer) = self.timers.remove(&task) {
            self.waiting.remove(&timer);
        }
    }

    /// Returns the tasks in the order in which they are done, each with its time.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = (Duration, Task)> + '_ {
        self.waiting.iter().map(|(timer, task)| (timer.0, *task))
    }

    fn next(&self) -> Option<Duration> {
        self.waiting.first_key_value().map(|(timer, _)| timer.0)
    }

    fn pop_due(&mut self, now: Duration) -> Option<Task> {
        let first = self.waiting.first_entry().filter(|entry| entry.key().0 <= now)?;
        let task = first.remove();
        self.timers.remove(&task);
        Some(task)
    }
}

/// Does all that Linux would have done a moment after a request: carriers first, then work.
pub(crate) fn settle(machine: &mut Machine) {
    link_watch::run(machine);
    while let Some(task) = machine.timers.pop_due(machine.now) {
        match task {
            Task::DuplicateDetection { device, address } => {
                addrconf::detection_work(machine, device, address);
            }
            Task::Ipv4Lifetime { device, address } => {
                devinet::verify_lifetime(machine, device, address);
            }
            Task::Ipv6Lifetime { device, address } => {
                addrconf::verify_lifetime(machine, device, address);
            }
            Task::Ipv6Garbage { net } => ip6_fib::collect_garbage(machine, net),
        }
        link_watch::run(machine);
    }
}

/// Lets time pass, but not beyond its end, with each task done at its own time.
pub(crate) fn advance(machine: &mut Machine, time: Duration) {
    let end = machine.now.saturating_add(time).min(END);
    while let Some(next) = machine.timers.next().filter(|next| *next <= end) {
        machine.now = machine.now.max(next);
        settle(machine);
    }
    machine.now = end;
    settle(machine);
}
