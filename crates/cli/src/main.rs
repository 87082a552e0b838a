//! The program: what it does under which name, the library tells.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    ifctl::main(std::env::args_os())
}
