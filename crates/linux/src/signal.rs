//! Signals of whoever waits for a command, and its end by one.

use std::ffi::c_int;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{AtomicI32, Ordering};

/// Whose signals come to this process.
static COMMAND: AtomicI32 = AtomicI32::new(0);

/// Leaves signals to the command that this process waits for: a terminal's reach it anyhow, and those that
/// end a process are handed on to it. What was ignored stays so, here and for the command.
pub fn leave_to_command() {
    for signal in [libc::SIGINT, libc::SIGQUIT, libc::SIGTERM, libc::SIGHUP] {
        if disposition(signal) != libc::SIG_IGN {
            let handler: extern "C" fn(c_int) = hand_on;
            set(signal, handler as libc::sighandler_t);
        }
    }
}

/// Names the command that signals are handed on to.
pub fn hand_on_to(process: u32) {
    COMMAND.store(process.cast_signed(), Ordering::Relaxed);
}

/// Ends this process by a signal, as the command was ended, without another picture of its memory; comes
/// back where the signal does not do that.
pub fn end_by(signal: i32) {
    // What follows is the end: whatever fails of it is no matter.
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    set(signal, libc::SIG_DFL);
    // SAFETY: it takes an integer, and reads and writes no memory of ours.
    let _ = unsafe { libc::raise(signal) };
}

extern "C" fn hand_on(signal: c_int) {
    let command = COMMAND.load(Ordering::Relaxed);
    let is_terminal_s = signal == libc::SIGINT || signal == libc::SIGQUIT;
    if command > 0 && !is_terminal_s {
        // SAFETY: `kill` takes integers, and may be called in a handler (signal-safety(7)).
        let _ = unsafe { libc::kill(command, signal) };
    }
}

fn disposition(signal: c_int) -> libc::sighandler_t {
    let mut old = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: nothing is read, and the kernel's answer is written to one `sigaction`.
    let answer = unsafe { libc::sigaction(signal, ptr::null(), old.as_mut_ptr()) };
    // SAFETY: zeroes are a `sigaction`: the default one; the call, if it went well, wrote another.
    let old = unsafe { old.assume_init() };
    if answer == 0 { old.sa_sigaction } else { libc::SIG_DFL }
}

fn set(signal: c_int, handler: libc::sighandler_t) {
    // SAFETY: zeroes are a `sigaction`: integers, no flags, and an empty set.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = handler;
    action.sa_flags = libc::SA_RESTART;
    // SAFETY: one `sigaction` is read, nothing is written. The handler is the default one, or `hand_on`,
    // which takes the one integer that it gets without `SA_SIGINFO`, and does what a handler may.
    let _ = unsafe { libc::sigaction(signal, &raw const action, ptr::null_mut()) };
}
