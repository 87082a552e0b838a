//! The start of a short-lived program, without what Rust's own does before `main`.
//!
//! Rust's start installs a handler that tells of an overflown stack, for which the C library reads all of
//! /proc/self/maps: a sixth of the time in which `ifconfig lo` is done. What remains of it here keeps a
//! program out of trouble: standard streams that are open. `SIGPIPE` stays as it is: what reads us may
//! close the pipe, and then we end as C programs do.

use std::ffi::{CStr, OsString, c_char, c_int};
use std::os::unix::ffi::OsStringExt;
use std::panic::catch_unwind;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};

/// Makes a function the program: `fn(Vec<OsString>) -> u8`, from its words, the first of which is what it
/// was called as, to its exit status. To stand in a file with `#![no_main]`.
#[macro_export]
macro_rules! start {
    ($run:path) => {
        // SAFETY: the C library calls `main` once, and nothing else in the program has this name, which
        // the linker would refuse.
        #[unsafe(no_mangle)]
        extern "C" fn main(
            count: ::std::ffi::c_int,
            words: *const *const ::std::ffi::c_char,
        ) -> ::std::ffi::c_int {
            // SAFETY: these are the arguments with which the C library calls `main`.
            let words = unsafe { $crate::start::words(count, words) };
            $crate::start::run(words, $run)
        }
    };
}

/// Returns the program's words.
///
/// # Safety
///
/// They must be what the C library gives `main`: so many pointers to strings that end with a NUL.
pub unsafe fn words(count: c_int, words: *const *const c_char) -> Vec<OsString> {
    let count = usize::try_from(count).unwrap_or_default();
    if words.is_null() || count == 0 {
        return Vec::new();
    }
    // SAFETY: the caller passes an array of this many pointers, which nobody changes.
    let words = unsafe { std::slice::from_raw_parts(words, count) };
    let word = |word: &*const c_char| {
        // SAFETY: each of them is a string that ends with a NUL and lives as long as the program.
        let word = unsafe { CStr::from_ptr(*word) };
        OsString::from_vec(word.to_bytes().to_vec())
    };
    words.iter().map(word).collect()
}

/// Runs the program, and ends with its status. A panic ends it as it does other Rust programs: with 101
/// where panics unwind, and where they abort, as in this project's release builds, by `SIGABRT` before this
/// function hears of it.
pub fn run(words: Vec<OsString>, run: fn(Vec<OsString>) -> u8) -> c_int {
    open_standard_streams();
    let status = catch_unwind(|| run(words)).unwrap_or(101);
    // Not by returning: this way Rust's standard output is flushed.
    std::process::exit(status.into())
}

/// Opens /dev/null where standard input, output or error is closed, lest a socket become one of them, and
/// a listing be written into it.
fn open_standard_streams() {
    let mut streams = [rustix::stdio::stdin(), rustix::stdio::stdout(), rustix::stdio::stderr()]
        .map(|stream| PollFd::from_borrowed_fd(stream, PollFlags::empty()));
    if poll(&mut streams, Some(&Timespec::default())).is_err() {
        return;
    }
    for stream in &streams {
        if stream.revents().contains(PollFlags::NVAL)
            // The least free number is that of the closed stream. Without /dev/null it stays closed.
            && let Ok(file) = rustix::fs::open("/dev/null", OFlags::RDWR, Mode::empty())
        {
            std::mem::forget(file);
        }
    }
}
