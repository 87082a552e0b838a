//! Chores of the repository: `cargo xtask bench`, `requests`, `compare`, `differential` and `kernels`.
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a chore talks to its developer")]

mod bench;
mod compare;
mod differential;
mod kernels;
mod namespaces;
mod random;
mod requests;

use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask bench [--seconds N] [ROW]...

Times ours, net-tools and iproute2 in turn, each row in a private network namespace, and prints medians,
ratios, peak memory and whether the goal is met: aliases (8,000 labelled ones, listed), device (one of
500), routes (10,000), lo (start-up), json (10,000 addresses). A row runs for N seconds (20), 7 rounds at
the least and 2,000 at the most. Where others use the machine: nice -n -5 cargo xtask bench.

Usage: cargo xtask requests [--seconds N]

Sends the same requests to the model and to Linux, in turn, and prints how many each answers in a second: reads
and changes, by ioctl and by netlink. A row runs for N seconds (3), 21 rounds at the least.

Usage: cargo xtask compare [--seed N] [--runs N] [--line N] [--jobs N]

Runs N random command lines (2000) in random set-ups, each by net-tools and by ours in private namespaces
made alike, and prints each difference that docs/differences.md does not explain, shrunk, as a line for
tests/corpus/run.py record --cases. A seed gives the same lines always; --line runs one of them. As root.

Usage: cargo xtask differential [--seed S] [--runs N] [--length L] [--only AREA,...] [--first N]
                                [--show N] [--answers] [--texts] [--linux-twice] [--trace]

Sends N random sequences (1000) of L requests (40) to Linux, in fresh namespaces, and to the model, and
compares every answer, every event and the state at the end. What differs is cut down and printed as a test;
where Linux itself answers otherwise when it is asked again, the sequence is told apart.
Areas: ioctl addresses routes links ipv6 neighbours settings. --answers looks at answers alone; --texts at
the wording of extended acknowledgements, too; --linux-twice compares Linux with itself, which tells what
cannot be compared.

Usage: cargo xtask kernels [--seed S] [--runs N] [--no-suite] [--only PART] [--modules FOLDER] [UML]...
       cargo xtask kernels [--modules FOLDER] [UML]... -- COMMAND [ARGUMENT]...

Boots each UML, a User-mode Linux program (/usr/bin/linux.uml, of Debian's package user-mode-linux), with this
host's files as its root, read-only, and runs there all tests that ask a kernel and a differential search of N
sequences (200; 0 for none), or the command. --only picks the test programs whose names have PART in them. Modules
are looked for in FOLDER, which holds a folder for each release (/usr/lib/uml/modules).";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match words.split_first() {
        Some((word, rest)) if word == "bench" => bench::run(rest),
        Some((word, rest)) if word == "requests" => requests::run(rest),
        Some((word, rest)) if word == "compare" => compare::run(rest),
        Some((word, rest)) if word == "differential" => differential::run(rest),
        Some((word, rest)) if word == "kernels" => kernels::run(rest),
        Some((word, rest)) if word == "kernels-guest" => kernels::guest(rest),
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
