//! Runs a command on a virtual kernel with one card, and prints what it asks.

use ifctl_abi::IfMap;
use ifctl_rootless::Rootless;
use ifctl_virtual::VirtualKernel;
use std::io::Write;
use std::process::Command;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let kernel = VirtualKernel::new();
    kernel.add_card("eth0".parse()?, [2, 0, 0, 0, 0, 1], IfMap::default())?;
    let mut words = std::env::args_os().skip(1);
    let mut command = Command::new(words.next().ok_or("which command?")?);
    command.args(words);
    let rootless = Rootless::new(kernel).observe(|event| {
        let _ = writeln!(std::io::stderr(), "  | {event}");
    });
    let status = rootless.run(command)?;
    std::process::exit(status.code().unwrap_or(128))
}
