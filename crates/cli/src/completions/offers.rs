//! What is offered where, from the tables of the tools' words and from clap's definition.

use crate::ioctl;
use crate::manual::{Manual, Place};
use crate::personality;
use crate::words::Values;
use clap::builder::Str;
use clap::{Arg, Command, ValueHint};

/// A command line: one of a tool's, `ifctl`'s own, or a subcommand's, which is called `ifctl-show`.
#[derive(Debug)]
pub(super) struct Tool {
    pub(super) name: String,
    /// The words that take an argument, and what that can be.
    pub(super) arguments: Vec<(String, Offer)>,
    /// What is offered before any word that is no option stands there.
    pub(super) first: Offers,
    /// What is offered behind such a word.
    pub(super) later: Offers,
}

/// What is offered in a place.
#[derive(Debug)]
pub(super) struct Offers {
    pub(super) words: Vec<Word>,
    pub(super) values: Offer,
}

/// A word, and what is said of it.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub(super) name: String,
    pub(super) about: String,
}

/// What an argument can be.
#[derive(Debug, Clone)]
pub(super) enum Offer {
    Nothing,
    Devices,
    Files,
    Folders,
    Commands,
    Words(Vec<String>),
}

/// Returns all command lines of a definition that is built.
pub(super) fn all(definition: &Command) -> Vec<Tool> {
    let tools = personality::of_net_tools().map(|(tool, manual)| of_tool(tool.name, manual));
    let own = definition
        .get_subcommands()
        .filter(|subcommand| personality::by_name(subcommand.get_name().as_ref()).is_none())
        .map(|subcommand| of_command(subcommand, &format!("ifctl-{}", subcommand.get_name())));
    tools.chain([of_command(definition, "ifctl")]).chain(own).collect()
}

/// Returns the names of the programs that a script is for.
pub(super) fn programs() -> Vec<&'static str> {
    ["ifctl"].into_iter().chain(personality::of_net_tools().map(|(tool, _)| tool.name)).collect()
}

fn of_tool(name: &str, manual: &Manual) -> Tool {
    let (mut arguments, mut first, mut later) = (Vec::new(), Vec::new(), Vec::new());
    for table in manual.tables {
        let mut about = "";
        for entry in (table.entries)() {
            // A row without a text of its own shares that of the row before.
            about = if entry.about.is_empty() { about } else { entry.about };
            for name in entry.names {
                let word = Word { name: (*name).to_owned(), about: title(about) };
                if table.place != Place::Later {
                    first.push(word.clone());
                }
                if table.place != Place::First {
                    later.push(word);
                }
                if !entry.argument.text.is_empty() {
                    arguments.push(((*name).to_owned(), of_values(entry.argument.values)));
                }
            }
        }
    }
    Tool {
        name: name.to_owned(),
        arguments,
        first: Offers { words: first, values: of_values(manual.first) },
        later: Offers { words: later, values: of_values(manual.later) },
    }
}

fn of_values(values: Values) -> Offer {
    match values {
        Values::Any => Offer::Nothing,
        Values::Devices => Offer::Devices,
        Values::Files => Offer::Files,
        Values::Of(words) => Offer::Words(words().into_iter().map(String::from).collect()),
    }
}

fn of_command(command: &Command, name: &str) -> Tool {
    let (mut arguments, mut options) = (Vec::new(), Vec::new());
    for arg in command.get_arguments().filter(|arg| !arg.is_positional() && !arg.is_hide_set()) {
        let long = arg.get_long().map(|name| format!("--{name}"));
        for name in arg.get_short().map(|letter| format!("-{letter}")).into_iter().chain(long) {
            if arg.get_action().takes_values() {
                arguments.push((name.clone(), of_arg(arg)));
            }
            let about = arg.get_help().map(ToString::to_string).unwrap_or_default();
            options.push(Word { name, about: title(&about) });
        }
    }
    let subcommands = command.get_subcommands().map(|subcommand| Word {
        name: subcommand.get_name().to_owned(),
        about: subcommand.get_about().map(ToString::to_string).unwrap_or_default(),
    });
    let mut positionals = command.get_positionals();
    let first = positionals.next();
    let several = |arg: &&Arg| arg.get_num_args().is_some_and(|range| range.max_values() > 1);
    let later = positionals.next().or(first.filter(several)).map_or(Offer::Nothing, of_arg);
    Tool {
        name: name.to_owned(),
        arguments,
        first: Offers {
            words: subcommands.chain(options.iter().cloned()).collect(),
            values: first.map_or(Offer::Nothing, of_arg),
        },
        later: Offers {
            words: options,
            // Only the first of a command's words is its name.
            values: if matches!(later, Offer::Commands) { Offer::Files } else { later },
        },
    }
}

fn of_arg(arg: &Arg) -> Offer {
    let values = arg.get_possible_values();
    let name = arg.get_value_names().and_then(<[Str]>::first).map_or("", Str::as_str);
    match arg.get_value_hint() {
        _ if !values.is_empty() => {
            Offer::Words(values.iter().map(|value| value.get_name().to_owned()).collect())
        }
        ValueHint::DirPath => Offer::Folders,
        ValueHint::CommandWithArguments => Offer::Commands,
        _ if name.starts_with("DEVICE") => Offer::Devices,
        _ if name == "REQUEST" => Offer::Words(ioctl::names().map(String::from).collect()),
        _ => Offer::Nothing,
    }
}

/// Returns the first sentence of a text, without its full stop.
fn title(text: &str) -> String {
    let end = [". ", ": ", "; ", " ["].iter().filter_map(|stop| text.find(stop)).min();
    text.get(..end.unwrap_or(text.len())).unwrap_or_default().trim_end_matches('.').to_owned()
}

/// Returns the names of a list of words.
pub(super) fn names(words: &[Word]) -> impl Iterator<Item = &str> {
    words.iter().map(|word| word.name.as_str())
}

/// Returns the words that take an argument, each behind its tool's name, by what is offered for it as
/// `render` writes that.
pub(super) fn arguments(
    tools: &[Tool],
    render: impl Fn(&Offer) -> String,
) -> Vec<(String, Vec<String>)> {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for tool in tools {
        for (word, offer) in &tool.arguments {
            let (word, offer) = (format!("{} {word}", tool.name), render(offer));
            match groups.iter_mut().find(|(known, _)| *known == offer) {
                Some((_, words)) => words.push(word),
                None => groups.push((offer, vec![word])),
            }
        }
    }
    groups
}

/// Returns all that is offered where no argument is wanted: behind the tool's name and a place, `first` or
/// `later`, the offers.
pub(super) fn places(tools: &[Tool]) -> impl Iterator<Item = (String, &Offers)> {
    tools.iter().flat_map(|tool| {
        [("first", &tool.first), ("later", &tool.later)]
            .map(|(place, offers)| (format!("{} {place}", tool.name), offers))
    })
}
