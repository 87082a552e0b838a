//! The command line of `ifctl`: one line here, and one module, per subcommand.

use crate::aliases;
use crate::error::{CommandError, printed};
use crate::install_links;
use crate::ioctl;
use crate::personality::{PERSONALITIES, Personality};
use crate::sandbox;
use crate::show;
use clap::{Arg, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::OsString;
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  ifctl sandbox                          A shell in a network of its own: try all the rest there
  ifctl ifconfig eth0:0 172.16.3.10      Add an alias, in the words of ifconfig
  ifctl show                             Devices and their addresses, for people
  ifctl show --json eth0:0               The same for programs; an alias alone
  ifctl aliases                          The IP aliases, as /proc/net/aliases had them
  ifctl ioctl SIOCGIFMTU eth0            Make one request of netdevice(7)
  ifctl install-links ~/bin              Be net-tools for whoever has ~/bin in PATH";

/// The address layer of a Linux host: devices, addresses, aliases and routes
#[derive(Debug, Parser)]
#[command(name = "ifctl", version, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Aliases(aliases::Arguments),
    InstallLinks(install_links::Arguments),
    Ioctl(ioctl::Arguments),
    Sandbox(sandbox::Arguments),
    Show(show::Arguments),
}

impl Command {
    fn run(self) -> Result<(), CommandError> {
        match self {
            Self::Aliases(arguments) => aliases::run(&arguments),
            Self::InstallLinks(arguments) => install_links::run(&arguments),
            Self::Ioctl(arguments) => ioctl::run(&arguments),
            Self::Sandbox(arguments) => sandbox::run(&arguments),
            Self::Show(arguments) => show::run(&arguments),
        }
    }
}

/// Carries out the words after `ifctl`, and returns the exit status: 0, 2 for words that are not
/// understood, else the error's own.
pub(crate) fn run(words: &[OsString]) -> ExitCode {
    let definition =
        PERSONALITIES.iter().map(help_entry).fold(Cli::command(), clap::Command::subcommand);
    let line = std::iter::once(OsString::from("ifctl")).chain(words.iter().cloned());
    let parsed =
        definition.try_get_matches_from(line).and_then(|found| Cli::from_arg_matches(&found));
    match parsed {
        Ok(cli) => cli.command.run().map_or_else(|error| error.report(), |()| ExitCode::SUCCESS),
        Err(error) => {
            // Help and version go to stdout with status 0, all else to stderr with 2.
            match printed(error.print()) {
                Err(unprinted) if !error.use_stderr() => unprinted.report(),
                _ => u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from),
            }
        }
    }
}

/// The personalities' words never reach clap; it knows the names so that the help lists them.
fn help_entry(personality: &Personality) -> clap::Command {
    clap::Command::new(personality.name)
        .about(personality.about)
        .arg(Arg::new("WORDS").num_args(0..).help("The tool's own words, untouched"))
        .disable_help_flag(true)
}
