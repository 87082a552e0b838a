//! `arp`, as net-tools 2.10 has it: the IPv4 neighbours.
//!
//! docs/differences.md lists what is different on purpose.

mod change;
mod file;
pub(crate) mod manual;
mod show;
mod usage;
mod words;

use crate::family::NamedFamily;
use crate::getopt::{Getopt, called_as};
use crate::hardware::Class;
use crate::output::Output;
use crate::resolve::Resolver;
use ifctl_netdevice::{Control, DeviceName, Error, Family, Kernel};
use std::ffi::{OsStr, OsString};
use std::net::Ipv4Addr;
use std::os::unix::ffi::OsStrExt;
use words::{Effect, GRAMMAR, Mode};

/// The exit status of words that were not understood.
const USAGE: u8 = 3;
/// The exit status of every other failure.
const FAILED: u8 = 255;

/// How many bytes of a host's name or a mask count where an entry is changed.
const WORD: usize = 127;

/// What the options say.
#[derive(Debug, Default)]
struct Options {
    mode: Mode,
    /// `-a` was given: an address that is not there is no news.
    all: bool,
    /// `-e` was given: columns, even with `-a`.
    linux: bool,
    numeric: bool,
    verbose: bool,
    use_device: bool,
    /// The class that was asked for.
    class: Option<&'static Class>,
    /// The family that was asked for.
    family: Option<&'static NamedFamily>,
    /// The device, empty if none was named. A word of an entry changes it for those that follow.
    device: DeviceName,
}

/// Why there is nothing further to do.
#[derive(Debug, PartialEq, Eq)]
enum Stop {
    /// The words are not what the usage says.
    Usage,
    /// It has been told.
    Failed,
    /// What was asked for has been printed.
    Done,
}

/// Carries out the words behind the program's name and returns its exit status.
pub(crate) fn run(
    kernel: &dyn Kernel,
    output: &mut Output,
    called: &OsStr,
    arguments: &[OsString],
) -> u8 {
    let called = called_as("arp", called);
    let arguments = arguments.iter().map(|word| word.as_bytes());
    let getopt = Getopt::new(&called, GRAMMAR, arguments, output.surroundings());
    match carry_out(kernel, output, getopt) {
        Ok(()) | Err(Stop::Done) => 0,
        Err(Stop::Failed) => FAILED,
        Err(Stop::Usage) => {
            usage::complain(output);
            USAGE
        }
    }
}

fn carry_out(
    kernel: &dyn Kernel,
    output: &mut Output,
    mut getopt: Getopt<'_, Effect>,
) -> Result<(), Stop> {
    let mut options = Options::default();
    while let Some(found) = getopt.next(output) {
        let (effect, word) = found.map_err(|_| Stop::Usage)?;
        options.apply(effect, word.unwrap_or_default(), output)?;
    }
    if let Some(family) = options.family.filter(|family| family.family() != Family::INET) {
        output.complain(&[b"arp: ", family.name.as_bytes(), b": kernel only supports 'inet'."]);
        return Err(Stop::Failed);
    }
    if let Some(class) = options.class.filter(|class| !class.has_arp()) {
        let name = class.name.as_bytes();
        output.complain(&[b"arp: ", name, b": hardware type without ARP support."]);
        return Err(Stop::Failed);
    }
    let control =
        Control::open(kernel, Family::INET).map_err(|error| failed(output, b"socket: ", &error))?;
    let resolver = Resolver::new(output.surroundings());
    let mut arp = Arp { kernel, output, control, resolver, options };
    let words = getopt.into_words();
    match arp.options.mode {
        Mode::Show => arp.show(words.first().copied()),
        Mode::Set => arp.set(&words),
        Mode::Delete => arp.delete(&words),
        Mode::File => arp.set_from_file(words.first().copied()),
    }
}

/// Tells of a refused request.
fn failed(output: &Output, what: &[u8], error: &Error) -> Stop {
    output.complain(&[what, text(error).as_bytes()]);
    Stop::Failed
}

/// Returns the kernel's words for an error.
fn text(error: &Error) -> String {
    error.errno().map_or_else(|| error.to_string(), |errno| errno.to_string())
}

impl Options {
    fn apply(&mut self, effect: Effect, word: &[u8], output: &mut Output) -> Result<(), Stop> {
        match effect {
            Effect::All => {
                self.all = true;
                self.mode = Mode::Show;
            }
            Effect::Class => self.class = Some(class(word, output)?),
            Effect::Device => self.device = DeviceName::truncated(word),
            Effect::Family => self.family = Some(family(word, output)?),
            Effect::Help => {
                usage::help(output);
                return Err(Stop::Done);
            }
            Effect::Linux => self.linux = true,
            Effect::Mode(mode) => self.mode = mode,
            Effect::Numeric => self.numeric = true,
            Effect::Symbolic => output.complain(&[b"arp: -N not yet supported."]),
            Effect::Unknown => return Err(Stop::Usage),
            Effect::UseDevice => self.use_device = true,
            Effect::Verbose => self.verbose = true,
            Effect::Version => {
                output.text().str(usage::VERSION);
                return Err(Stop::Done);
            }
        }
        Ok(())
    }
}

fn class(word: &[u8], output: &Output) -> Result<&'static Class, Stop> {
    Class::by_name(word).ok_or_else(|| {
        output.complain(&[b"arp: ", word, b": unknown hardware type."]);
        Stop::Failed
    })
}

fn family(word: &[u8], output: &Output) -> Result<&'static NamedFamily, Stop> {
    if word.contains(&b',') {
        output.complain(&[b"Please don't supply more than one address family."]);
    }
    NamedFamily::by_name(word).ok_or_else(|| {
        output.complain(&[b"arp: ", word, b": unknown address family."]);
        Stop::Failed
    })
}

/// One run.
struct Arp<'k> {
    kernel: &'k dyn Kernel,
    output: &'k mut Output,
    control: Control<'static>,
    resolver: Resolver,
    options: Options,
}

impl Arp<'_> {
    /// Returns the address that a word stands for, of which this many bytes count; a failure is told.
    fn address(&mut self, word: &[u8], length: usize) -> Result<Ipv4Addr, Stop> {
        let word = word.get(..length).unwrap_or(word);
        match self.resolver.network_first(word) {
            Some((address, _)) => Ok(address),
            None => {
                self.output.complain(&[&self.resolver.failure(word)]);
                Err(Stop::Failed)
            }
        }
    }
}
