//! One program with many names: through a link named `ifconfig` or `route` it *is* that tool, under
//! any other name it is `ifctl`, whose first word may name the tool as well.
//!
//! The choice is made before clap sees a word, since the old tools' words are no options, and a
//! listing should not wait for the definition of a command line that it does not have.
#![forbid(unsafe_code)]

mod aliases;
mod arp;
mod cli;
mod error;
mod family;
mod flags;
mod getopt;
mod hardware;
mod ifconfig;
mod insmod;
mod install_links;
mod ioctl;
mod ipmaddr;
mod nameif;
mod near;
mod number;
mod output;
mod personality;
mod resolve;
mod route;
mod sandbox;
mod show;
mod style;
mod table;

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    // For all names alike: what reads us may close the pipe, and then we end as C programs do.
    ifctl_linux::signal::restore_sigpipe();
    let mut words = env::args_os();
    let called = words.next().unwrap_or_default();
    let words: Vec<OsString> = words.collect();
    if let Some(personality) = personality::by_link(&called) {
        return (personality.run)(&words);
    }
    if let Some((name, rest)) = words.split_first()
        && let Some(personality) = personality::by_name(name)
    {
        return (personality.run)(rest);
    }
    cli::run(&words)
}
