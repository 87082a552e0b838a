//! Chores of the repository: `cargo xtask bench`.
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a chore talks to its developer")]

mod bench;

use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask bench [--aliases N] [--rounds N]

Lists N labelled aliases (8000) of one device with ours, net-tools' ifconfig and iproute2's ip, in turn,
in a private network namespace, and prints medians and ratios.";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match words.split_first() {
        Some((word, rest)) if word == "bench" => bench::run(rest),
        Some((word, _)) if word == "--help" || word == "-h" => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
