//! One program with many names: through a link named `ifconfig` or `route` it *is* that tool, under
//! any other name it is `ifctl`, whose first word may name the tool as well.
//!
//! The choice is made before clap sees a word, since the old tools' words are no options, and a
//! listing should not wait for the definition of a command line that it does not have.
//!
//! [`main`] is the program. [`inside`] runs the same code in the caller's process, on any kernel, for
//! tests and fuzzing; no other use is meant, and no part of this library is stable.
#![forbid(unsafe_code)]

mod aliases;
mod arp;
mod cli;
mod completions;
mod error;
mod family;
mod flags;
mod getopt;
mod hardware;
mod help;
mod ifconfig;
pub mod inside;
mod install_links;
mod ioctl;
mod ipmaddr;
mod man;
mod manual;
mod modules;
mod nameif;
mod near;
mod number;
mod output;
mod personality;
mod resolve;
mod route;
mod run;
mod sandbox;
mod show;
mod style;
mod surroundings;
mod table;
mod virtual_file;
mod virtual_init;
mod words;

use std::ffi::OsString;

/// Carries out a command line, the first word of which is what the program was called as, and returns
/// the exit status.
pub fn main(words: Vec<OsString>) -> u8 {
    let mut words = words.into_iter();
    let called = words.next().unwrap_or_default();
    let words: Vec<OsString> = words.collect();
    if let Some(personality) = personality::by_link(&called) {
        return match virtual_file::of_environment() {
            Ok(chosen) => personality.run(chosen.as_ref(), &called, &words),
            Err(error) => error.report(),
        };
    }
    let chosen = match virtual_file::of_words(&words) {
        Some(chosen) => chosen,
        None => virtual_file::of_environment().map(|chosen| (chosen, words.as_slice())),
    };
    let (chosen, words) = match chosen {
        Ok(chosen) => chosen,
        Err(error) => return error.report(),
    };
    if let Some((name, rest)) = words.split_first()
        && let Some(personality) = personality::by_name(name)
    {
        return personality.run(chosen.as_ref(), &called, rest);
    }
    cli::run(chosen.as_ref(), words)
}
