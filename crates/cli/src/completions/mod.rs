//! `ifctl completions SHELL`: a script by which a shell completes the words of `ifctl` and of the tools.
//!
//! All three scripts work alike: from the tool, and from what stands before the word at the cursor, comes
//! what is offered. What there is to offer is [`offers`]; each shell's file says how it is written there.

mod bash;
mod fish;
mod offers;
mod zsh;

use crate::cli::{self, Streams};
use crate::error::{CommandError, printed};
use crate::help::{Part, example};

const ABOUT: &str = "\
Print a script that completes words in a shell

It completes the subcommands of ifctl, their options and values, the words of ifconfig, route, nameif, ipmaddr \
and arp, by themselves and behind ifctl, and names of devices where one is wanted. It is made of the same \
tables as the parsing.";

/// What its help and manual page tell besides.
pub(crate) const HELP: &[Part] = &[
    Part::Examples(&[
        example("eval \"$(ifctl completions bash)\"", "Complete in this shell, if it is a bash"),
        example(
            "mkdir -p ~/.local/share/bash-completion/completions && \
             ifctl completions bash > ~/.local/share/bash-completion/completions/ifctl",
            "In every bash, where bash-completion is installed",
        ),
        example(
            "mkdir -p ~/.zfunc && ifctl completions zsh > ~/.zfunc/_ifctl",
            "In every zsh, if ~/.zfunc is in fpath before compinit",
        ),
        example(
            "mkdir -p ~/.config/fish/completions && \
             ifctl completions fish > ~/.config/fish/completions/ifctl.fish",
            "In every fish",
        ),
    ]),
    Part::List(
        "Exit status",
        &[
            ("0", "the script is printed"),
            ("1", "it could not be written"),
            ("2", "the words are not understood"),
        ],
    ),
];

/// Print a script that completes words in a shell
#[derive(Debug, clap::Args)]
#[command(long_about = ABOUT)]
pub(crate) struct Arguments {
    /// The shell
    shell: Shell,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
}

/// Prints the script.
pub(crate) fn run(streams: &mut Streams<'_>, arguments: &Arguments) -> Result<(), CommandError> {
    let mut definition = cli::definition();
    definition.build();
    let tools = offers::all(&definition);
    let script = match arguments.shell {
        Shell::Bash => bash::script(&tools),
        Shell::Zsh => zsh::script(&tools),
        Shell::Fish => fish::script(&tools),
    };
    printed(streams.out.write_all(script.as_bytes()))
}
