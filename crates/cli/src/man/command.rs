//! The manual pages of `ifctl` and its subcommands, from the definition that the words are parsed by.

use super::roff::{Page, Span};
use super::{parts, see_also, source};
use crate::cli::help_of;
use crate::ioctl;
use crate::personality;
use clap::{Arg, Command};

/// Returns the pages of a definition that is built, with the names of their files.
pub(super) fn pages(definition: &Command) -> Vec<(String, String)> {
    let mut pages = vec![("ifctl.1".to_owned(), whole(definition))];
    for subcommand in own(definition) {
        let name = format!("ifctl-{}", subcommand.get_name());
        pages.push((format!("{name}.1"), page(subcommand, &name)));
    }
    pages
}

/// Returns the subcommands that are clap's: not the tools with words of their own, nor `help`.
fn own(definition: &Command) -> impl Iterator<Item = &Command> {
    definition.get_subcommands().filter(|subcommand| {
        let name = subcommand.get_name();
        name != "help" && personality::by_name(name.as_ref()).is_none()
    })
}

/// Returns the page of `ifctl` itself.
fn whole(definition: &Command) -> String {
    let mut page = begin(definition, "ifctl");
    page.section("Description");
    page.paragraph(
        "ifctl shows and changes the network devices of a Linux host, their addresses, aliases and routes. A \
         subcommand says what is done. Some are tools of net-tools, with their own words and answers; through a \
         link of the tool's name, which ifctl install-links makes, the program is that tool.",
    );
    page.section("Commands");
    for subcommand in definition.get_subcommands() {
        let name = subcommand.get_name();
        let manual = match personality::by_name(name.as_ref()) {
            Some(tool) if tool.manual.is_some() => format!(" See {name}(8)."),
            None if name != "help" => format!(" See ifctl-{name}(1)."),
            _ => String::new(),
        };
        let about = subcommand.get_about().map(ToString::to_string).unwrap_or_default();
        page.tagged(
            &[vec![Span::Bold(name)]],
            &format!("{}.{manual}", about.trim_end_matches('.')),
        );
    }
    words(&mut page, definition);
    parts(&mut page, help_of("ifctl"));
    let commands = own(definition).map(|command| format!("ifctl-{}(1)", command.get_name()));
    let tools = personality::of_net_tools().map(|(tool, _)| format!("{}(8)", tool.name));
    let manuals = ["netdevice(7)", "ip(8)"].map(String::from);
    see_also(&mut page, &commands.chain(tools).chain(manuals).collect::<Vec<_>>());
    page.finish()
}

/// Returns the page of a subcommand.
fn page(subcommand: &Command, name: &str) -> String {
    let mut page = begin(subcommand, name);
    page.section("Description");
    let about = subcommand.get_long_about().or_else(|| subcommand.get_about());
    let about = about.map(ToString::to_string).unwrap_or_default();
    // The first paragraph is the line that NAME has.
    let mut paragraphs: Vec<_> = about.split("\n\n").collect();
    if paragraphs.len() > 1 {
        paragraphs.remove(0);
    }
    paragraphs.iter().for_each(|text| page.paragraph(&sentence(text)));
    words(&mut page, subcommand);
    if subcommand.get_name() == "ioctl" {
        page.section("Requests");
        for (name, words, about) in ioctl::requests() {
            page.tagged(&[vec![Span::Bold(name), Span::Roman(" "), Span::Italic(words)]], &about);
        }
    }
    parts(&mut page, help_of(subcommand.get_name()));
    see_also(&mut page, &["ifctl(1)", "ifconfig(8)", "netdevice(7)"]);
    page.finish()
}

fn begin(command: &Command, name: &str) -> Page {
    let mut page = Page::new(name, 1, &source(), "User commands");
    page.section("Name");
    page.name(name, &command.get_about().map(ToString::to_string).unwrap_or_default());
    page.section("Synopsis");
    let usage = command.clone().render_usage().to_string();
    for line in usage.trim_start_matches("Usage:").lines() {
        let line = line.trim();
        let (program, rest) = line.split_at(name.len().min(line.len()));
        page.form(&[Span::Bold(program), Span::Roman(rest)]);
    }
    page
}

/// Adds the arguments and the options.
fn words(page: &mut Page, command: &Command) {
    let mut arguments = command.get_positionals().filter(|arg| !arg.is_hide_set()).peekable();
    if arguments.peek().is_some() {
        page.section("Arguments");
        arguments.for_each(|arg| page.tagged(&[vec![Span::Italic(&value(arg))]], &help(arg)));
    }
    page.section("Options");
    for arg in command.get_opts().chain(flags(command)).filter(|arg| !arg.is_hide_set()) {
        let short = arg.get_short().map(|letter| format!("-{letter}"));
        let long = arg.get_long().map(|name| format!("--{name}"));
        let names: Vec<_> = short.into_iter().chain(long).collect();
        let value = if arg.get_action().takes_values() { value(arg) } else { String::new() };
        let (names, blank) = (names.join(", "), if value.is_empty() { "" } else { " " });
        let tag = vec![Span::Bold(&names), Span::Roman(blank), Span::Italic(&value)];
        page.tagged(&[tag], &help(arg));
    }
}

/// Returns the options without a value.
fn flags(command: &Command) -> impl Iterator<Item = &Arg> {
    command.get_arguments().filter(|arg| !arg.is_positional() && !arg.get_action().takes_values())
}

/// Returns what stands for an argument's value.
fn value(arg: &Arg) -> String {
    let names = arg.get_value_names().unwrap_or_default();
    let names: Vec<_> = names.iter().map(clap::builder::Str::as_str).collect();
    if names.is_empty() { arg.get_id().as_str().to_uppercase() } else { names.join(" ") }
}

/// Returns the help of an argument with the values that it can have.
fn help(arg: &Arg) -> String {
    let help = arg.get_long_help().or_else(|| arg.get_help());
    let mut text = sentence(&help.map(ToString::to_string).unwrap_or_default());
    let values: Vec<_> =
        arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    if arg.get_action().takes_values() && !values.is_empty() {
        text += &format!(" One of {}.", values.join(", "));
    }
    text
}

/// Returns a text with the full stop that helps leave out.
fn sentence(text: &str) -> String {
    if text.ends_with(['.', ':', '?']) { text.to_owned() } else { format!("{text}.") }
}
