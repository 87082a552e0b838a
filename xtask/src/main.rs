//! Chores of the repository: `cargo xtask bench`, `cargo xtask differential`.
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a chore talks to its developer")]

mod bench;
mod differential;

use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask bench [--aliases N] [--rounds N]

Lists N labelled aliases (8000) of one device with ours, net-tools' ifconfig and iproute2's ip, in turn,
in a private network namespace, and prints medians and ratios.

       cargo xtask differential [--seed S] [--runs N] [--length L] [--only AREA,...] [--first N]
                                [--show N] [--answers] [--linux-twice] [--trace]

Sends N random sequences (1000) of L requests (40) to Linux, in fresh namespaces, and to the model, and
compares every answer, every event and the state at the end. What differs is cut down and printed as a test.
Areas: ioctl addresses routes links ipv6 neighbours settings. --answers looks at answers
alone; --linux-twice compares Linux with itself, which tells what cannot be compared.";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match words.split_first() {
        Some((word, rest)) if word == "bench" => bench::run(rest),
        Some((word, rest)) if word == "differential" => differential::run(rest),
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
