//! The command line of `ifctl`: one line here, and one module, per subcommand.

use crate::aliases;
use crate::completions;
use crate::error::{CommandError, Kind, printed};
use crate::help::{self, Part, example};
use crate::inside::Ran;
use crate::install_links;
use crate::ioctl;
use crate::man;
use crate::personality::{PERSONALITIES, Personality};
use crate::run;
use crate::sandbox;
use crate::show;
use crate::virtual_file::{self, Choice};
use crate::virtual_init;
use anstream::{AutoStream, ColorChoice, StripStream};
use clap::{Arg, CommandFactory, FromArgMatches, Parser, Subcommand};
use ifctl_abi::Escaped;
use ifctl_netdevice::{Host, Kernel};
use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;

/// What the help and the manual page tell besides.
const HELP: &[Part] = &[
    Part::Examples(&[
        example("ifctl sandbox", "A shell in a network of its own: try all the rest there"),
        example("ifctl ifconfig eth0:0 172.16.3.10", "Add an alias, in the words of ifconfig"),
        example("ifctl show", "Devices and their addresses, for people"),
        example("ifctl show --json eth0:0", "The same for programs; an alias alone"),
        example("ifctl aliases", "The IP aliases, as /proc/net/aliases had them"),
        example("ifctl ioctl SIOCGIFMTU eth0", "Make one request of netdevice(7)"),
        example("ifctl install-links ~/bin", "Be net-tools for whoever has ~/bin in PATH"),
        example("ifctl virtual init new.json", "Make a virtual kernel"),
        example("ifctl --kernel virtual:net.json ifconfig -a", "Act on that, without a privilege"),
        example("ifctl run --kernel virtual:net.json ip addr", "Have any program act on it"),
    ]),
    virtual_file::HELP,
    Part::List(
        "Exit status",
        &[
            ("0", "all was done"),
            ("1", "it was tried and refused"),
            ("2", "the words are not understood"),
            ("3", "some of it was done, and not all"),
        ],
    ),
];

/// What the subcommands' helps and manual pages tell besides.
const HELPS: &[(&str, &[Part])] = &[
    ("aliases", aliases::HELP),
    ("completions", completions::HELP),
    ("install-links", install_links::HELP),
    ("ioctl", ioctl::HELP),
    ("man", man::HELP),
    ("run", run::HELP),
    ("sandbox", sandbox::HELP),
    ("show", show::HELP),
    ("virtual", virtual_init::HELP),
];

/// The address layer of a Linux host: devices, addresses, aliases and routes
#[derive(Debug, Parser)]
#[command(name = "ifctl", version)]
struct Cli {
    /// The kernel to act on; IFCTL_KERNEL says the same for all tools
    // It is read before clap sees a word, and stands here for the helps.
    #[arg(long, value_name = "KERNEL", value_hint = clap::ValueHint::Other)]
    kernel: Option<OsString>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(flatten)]
    Asking(Asking),
    #[command(flatten)]
    Alone(Alone),
}

/// What is asked of a kernel.
#[derive(Debug, Subcommand)]
enum Asking {
    Aliases(aliases::Arguments),
    Ioctl(ioctl::Arguments),
    Show(show::Arguments),
}

/// What is about no kernel, or about this host's own alone.
#[derive(Debug, Subcommand)]
enum Alone {
    Completions(completions::Arguments),
    InstallLinks(install_links::Arguments),
    Man(man::Arguments),
    Run(run::Arguments),
    Sandbox(sandbox::Arguments),
    Virtual(virtual_init::Arguments),
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
    fn run(&self, chosen: Option<&Choice>) -> Result<(), CommandError> {
        let streams = &mut Streams::of_the_program();
        match (self, chosen) {
            (Self::Asking(command), None) => command.run(&Host, streams),
            (Self::Asking(command), Some(choice)) => command.run_in_file(choice, streams),
            (Self::Alone(Alone::Sandbox(_)), Some(_)) => {
                let text =
                    "a sandbox is a network of this host's kernel, and another one is chosen";
                let out = "leave out --kernel, or unset IFCTL_KERNEL";
                Err(CommandError::new(Kind::Usage, text).hint(out))
            }
            (Self::Alone(command), _) => command.run(chosen, streams),
        }
    }
}

impl Asking {
    fn run(&self, kernel: &dyn Kernel, streams: &mut Streams<'_>) -> Result<(), CommandError> {
        match self {
            Self::Aliases(arguments) => aliases::run(kernel, streams, arguments),
            Self::Ioctl(arguments) => ioctl::run(kernel, streams, arguments),
            Self::Show(arguments) => show::run(kernel, streams, arguments),
        }
    }

    /// Carries it out on a kernel in a file. What it prints comes when that is free again, so that
    /// whoever reads it can go on with it.
    fn run_in_file(&self, choice: &Choice, streams: &mut Streams<'_>) -> Result<(), CommandError> {
        let mut printed_there = Vec::new();
        let done = choice.with_kernel(|kernel| {
            let streams = &mut Streams {
                out: Box::new(&mut printed_there),
                in_colour: streams.in_colour,
                errors: Box::new(anstream::stderr()),
            };
            self.run(kernel, streams)
        })?;
        let printed = printed(streams.out.write_all(&printed_there));
        // Its own failure says more than one to print.
        done.and(printed)
    }
}

impl Alone {
    fn run(&self, chosen: Option<&Choice>, streams: &mut Streams<'_>) -> Result<(), CommandError> {
        match self {
            Self::Completions(arguments) => completions::run(streams, arguments),
            Self::InstallLinks(arguments) => install_links::run(arguments),
            Self::Man(arguments) => man::run(streams, arguments),
            Self::Run(arguments) => run::run(arguments, chosen),
            Self::Sandbox(arguments) => sandbox::run(arguments),
            Self::Virtual(arguments) => virtual_init::run(streams, arguments),
        }
    }
}

/// Carries out the words after `ifctl`, and returns the exit status: 0, 2 for words that are not
/// understood, else the error's own.
pub(crate) fn run(chosen: Option<&Choice>, words: &[OsString]) -> u8 {
    match parse(words) {
        Ok(cli) if cli.kernel.is_some() => {
            CommandError::new(Kind::Usage, "--kernel stands before the subcommand, and once")
                .report()
        }
        Ok(cli) => cli.command.run(chosen).map_or_else(|error| error.report(), |()| 0),
        Err(error) => {
            // Help and version go to stdout with status 0, all else to stderr with 2.
            match printed(error.print()) {
                Err(unprinted) if !error.use_stderr() => unprinted.report(),
                _ => u8::try_from(error.exit_code()).unwrap_or(1),
            }
        }
    }
}

/// Reads the words. Those that an error quotes have their control characters escaped: clap quotes them
/// as they are.
fn parse(words: &[OsString]) -> Result<Cli, clap::Error> {
    let error = match parse_untamed(words) {
        Ok(cli) => return Ok(cli),
        Err(error) => error,
    };
    let tamed: Vec<_> = words.iter().map(|word| tamed(word)).collect();
    if tamed == words { Err(error) } else { Err(parse_untamed(&tamed).err().unwrap_or(error)) }
}

/// Returns a word with its control characters, and what is not UTF-8, escaped. One without any stays as it
/// is.
fn tamed(word: &OsStr) -> OsString {
    let escaped = Escaped(word.as_bytes()).to_string();
    // With its backslashes doubled, and no other change.
    let plain = word.to_str().map(|text| text.replace('\\', "\\\\"));
    if plain.is_some_and(|plain| escaped == plain) { word.to_owned() } else { escaped.into() }
}

fn parse_untamed(words: &[OsString]) -> Result<Cli, clap::Error> {
    let line = std::iter::once(OsString::from("ifctl")).chain(words.iter().cloned());
    definition().try_get_matches_from(line).and_then(|found| Cli::from_arg_matches(&found))
}

/// Returns the definition of the whole command line, with its helps.
pub(crate) fn definition() -> clap::Command {
    let definition = HELPS.iter().fold(Cli::command(), |command, (name, parts)| {
        command.mut_subcommand(name, |subcommand| subcommand.after_help(help::text(parts)))
    });
    PERSONALITIES
        .iter()
        .map(help_entry)
        .fold(definition.after_help(help::text(HELP)), clap::Command::subcommand)
}

/// Returns what the help of a subcommand tells besides, or, for `ifctl`, that of the whole.
pub(crate) fn help_of(name: &str) -> &'static [Part] {
    HELPS.iter().find(|(known, _)| *known == name).map_or(HELP, |(_, parts)| parts)
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
    let Command::Asking(command) = command else {
        return None;
    };
    let done = command.run(kernel, &mut streams);
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
