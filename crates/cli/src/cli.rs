//! The command line of `ifctl`: one line here, and one module, per subcommand.

use crate::aliases;
use crate::error::{CommandError, printed};
use crate::inside::Ran;
use crate::install_links;
use crate::ioctl;
use crate::personality::{PERSONALITIES, Personality};
use crate::sandbox;
use crate::show;
use anstream::{AutoStream, ColorChoice, StripStream};
use clap::{Arg, CommandFactory, FromArgMatches, Parser, Subcommand};
use ifctl_netdevice::{Host, Kernel};
use std::ffi::OsString;
use std::io::{self, Write};

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

/// Where a subcommand prints.
pub(crate) struct Streams<'a> {
    /// Standard output.
    pub(crate) out: Box<dyn Write + 'a>,
    /// Whether standard output shows colours.
    pub(crate) in_colour: bool,
    /// Standard error, which takes colours and drops them where they are not shown.
    pub(crate) errors: Box<dyn Write + 'a>,
}

impl Streams<'_> {
    fn of_the_program() -> Self {
        Self {
            out: Box::new(io::stdout().lock()),
            in_colour: AutoStream::choice(&io::stdout()) != ColorChoice::Never,
            errors: Box::new(anstream::stderr()),
        }
    }
}

impl Command {
    fn run(self) -> Result<(), CommandError> {
        let streams = &mut Streams::of_the_program();
        match self {
            Self::Aliases(arguments) => aliases::run(&Host, streams, &arguments),
            Self::InstallLinks(arguments) => install_links::run(&arguments),
            Self::Ioctl(arguments) => ioctl::run(&Host, streams, &arguments),
            Self::Sandbox(arguments) => sandbox::run(&arguments),
            Self::Show(arguments) => show::run(&Host, streams, &arguments),
        }
    }
}

/// Carries out the words after `ifctl`, and returns the exit status: 0, 2 for words that are not
/// understood, else the error's own.
pub(crate) fn run(words: &[OsString]) -> u8 {
    match parse(words) {
        Ok(cli) => cli.command.run().map_or_else(|error| error.report(), |()| 0),
        Err(error) => {
            // Help and version go to stdout with status 0, all else to stderr with 2.
            match printed(error.print()) {
                Err(unprinted) if !error.use_stderr() => unprinted.report(),
                _ => u8::try_from(error.exit_code()).unwrap_or(1),
            }
        }
    }
}

fn parse(words: &[OsString]) -> Result<Cli, clap::Error> {
    let definition =
        PERSONALITIES.iter().map(help_entry).fold(Cli::command(), clap::Command::subcommand);
    let line = std::iter::once(OsString::from("ifctl")).chain(words.iter().cloned());
    definition.try_get_matches_from(line).and_then(|found| Cli::from_arg_matches(&found))
}

/// Carries the words out on a kernel, and keeps what is printed, if they ask for no more than that.
pub(crate) fn run_inside(kernel: &dyn Kernel, words: &[OsString]) -> Option<Ran> {
    let mut ran = Ran::default();
    let command = match parse(words) {
        Ok(cli) => cli.command,
        Err(error) => {
            let stream = if error.use_stderr() { &mut ran.stderr } else { &mut ran.stdout };
            stream.extend_from_slice(error.render().to_string().as_bytes());
            ran.status = u8::try_from(error.exit_code()).unwrap_or(1);
            return Some(ran);
        }
    };
    let mut streams = Streams {
        out: Box::new(&mut ran.stdout),
        in_colour: false,
        errors: Box::new(StripStream::new(&mut ran.stderr as &mut dyn Write)),
    };
    let done = match command {
        Command::Aliases(arguments) => aliases::run(kernel, &mut streams, &arguments),
        Command::Ioctl(arguments) => ioctl::run(kernel, &mut streams, &arguments),
        Command::Show(arguments) => show::run(kernel, &mut streams, &arguments),
        Command::InstallLinks(_) | Command::Sandbox(_) => return None,
    };
    let status = done.map_or_else(|error| error.report_to(&mut streams.errors), |()| 0);
    drop(streams);
    Some(Ran { status, ..ran })
}

/// The personalities' words never reach clap; it knows the names so that the help lists them.
fn help_entry(personality: &Personality) -> clap::Command {
    clap::Command::new(personality.name)
        .about(personality.about)
        .arg(Arg::new("WORDS").num_args(0..).help("The tool's own words, untouched"))
        .disable_help_flag(true)
}
