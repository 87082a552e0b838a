//! `nameif`, as net-tools 2.10 has it: devices get names by their hardware addresses.

pub(crate) mod manual;
mod wanted;
mod words;

use crate::getopt::{Getopt, called_as};
use crate::output::{Output, Text};
use ifctl_netdevice::{Control, DeviceName, Errno, Family, Kernel};
use std::ffi::{CString, OsStr, OsString};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use wanted::{Place, Wanted};
use words::{Effect, GRAMMAR};

/// The file of names that is read where nothing else is said.
const FILE: &[u8] = b"/etc/mactab";
/// Where the names of the devices are.
const DEVICES: &str = "/proc/net/dev";

/// The message that ends the run, with status 1.
type Stop = Vec<u8>;

/// Carries out the words behind the program's name and returns its exit status.
pub(crate) fn run(
    kernel: &dyn Kernel,
    output: &mut Output,
    called: &OsStr,
    arguments: &[OsString],
) -> u8 {
    let called = called_as("nameif", called);
    let arguments: Vec<&[u8]> = arguments.iter().map(|word| word.as_bytes()).collect();
    status(kernel, output, &called, &arguments)
}

fn status(kernel: &dyn Kernel, output: &mut Output, called: &[u8], arguments: &[&[u8]]) -> u8 {
    let mut getopt = Getopt::new(called, GRAMMAR, arguments.iter().copied(), output.surroundings());
    let mut log = Log::Stderr;
    let mut file = None;
    while let Some(found) = getopt.next(output) {
        match found {
            Ok((Effect::Syslog, _)) => log = Log::System,
            Ok((Effect::File, word)) => file = word,
            Ok((Effect::Help, _)) => {
                words::usage(output.text());
                return 0;
            }
            Err(_) => return usage(output),
        }
    }
    let words = getopt.into_words();
    if !words.len().is_multiple_of(2) {
        return usage(output);
    }
    // Words are counted as they stand behind all options, the program's name being the first.
    let first = arguments.len() + 1 - words.len();
    let read_file = |path: &[u8]| output.surroundings().file(path);
    match rename(kernel, &|text| log.tell(output, text), &read_file, file, first, &words) {
        Ok(status) => status,
        Err(message) => {
            log.tell(output, &message);
            1
        }
    }
}

/// Tells how the program is used. It has never failed for that.
fn usage(output: &Output) -> u8 {
    let mut text = Text::default();
    words::usage(&mut text);
    output.complain_text(text.as_bytes());
    0
}

/// Where messages go.
#[derive(Debug, Clone, Copy)]
enum Log {
    Stderr,
    System,
}

impl Log {
    fn tell(self, output: &Output, text: &[u8]) {
        match self {
            Self::Stderr => output.complain(&[text]),
            Self::System => {
                // Neither an argument nor a line as it was read holds a NUL.
                if let Ok(text) = CString::new(text) {
                    output.surroundings().log(c"nameif", &text);
                }
            }
        }
    }
}

/// Collects what is wanted, from words and file, and renames. Returns the exit status: 1 if a device was
/// not found.
fn rename(
    kernel: &dyn Kernel,
    tell: &dyn Fn(&[u8]),
    read_file: &dyn Fn(&[u8]) -> io::Result<Vec<u8>>,
    file: Option<&[u8]>,
    first: usize,
    words: &[&[u8]],
) -> Result<u8, Stop> {
    let mut wanted = Vec::new();
    for (pair, place) in words.chunks_exact(2).zip((first + 1..).step_by(2)) {
        if let [name, address] = pair {
            wanted.push(Wanted::of_words(name, address, Place::Argument(place), tell)?);
        }
    }
    if words.is_empty() || file.is_some() {
        let file = file.unwrap_or(FILE);
        let text = read_file(file).map_err(|error| {
            [b"opening configuration file ", file, b": ", errno_text(&error).as_bytes()].concat()
        })?;
        wanted::of_file(&text, &mut wanted, tell)?;
    }
    // What came last counts most, and is told first.
    wanted.reverse();
    rename_devices(kernel, &mut wanted)?;
    let missing = wanted.iter().filter(|wanted| !wanted.found);
    Ok(missing.fold(0, |_, wanted| {
        tell(&[b"interface '", wanted.name.as_bytes(), b"' not found"].concat());
        1
    }))
}

/// Gives each device the name that is wanted for its address.
fn rename_devices(kernel: &dyn Kernel, wanted: &mut [Wanted]) -> Result<(), Stop> {
    let text = match kernel.read(Path::new(DEVICES)) {
        Ok(text) => text,
        // What can be opened and not read is as good as empty.
        Err(Errno::EISDIR) => return Ok(()),
        Err(errno) => return Err(format!("open of {DEVICES}: {errno}").into_bytes()),
    };
    // Without a socket no device has an address.
    let Ok(control) = Control::open(kernel, Family::INET) else { return Ok(()) };
    for line in text.split_inclusive(|byte| *byte == b'\n').skip(2) {
        let name = wanted::trim_start(line);
        let name = name.split(|byte| matches!(byte, b':' | b' ' | b'\t' | b'\n')).next();
        let name = name.unwrap_or_default();
        let device = DeviceName::new(name)
            .map_err(|_| [b"interface name `", name, b"' too long"].concat())?;
        // A device may have gone meanwhile.
        let Ok(address) = control.hardware_address(device) else { continue };
        let address = address.to_sockaddr().data;
        let Some(wanted) = wanted.iter_mut().find(|wanted| address.starts_with(&wanted.address))
        else {
            continue;
        };
        wanted.found = true;
        if wanted.name == device {
            continue;
        }
        control.rename(device, wanted.name).map_err(|error| {
            let cause = error.errno().map_or_else(|| error.to_string(), |errno| errno.to_string());
            let (old, new) = (device.as_bytes(), wanted.name.as_bytes());
            [b"cannot change name of ", old, b" to ", new, b": ", cause.as_bytes()].concat()
        })?;
    }
    Ok(())
}

fn errno_text(error: &io::Error) -> String {
    error.raw_os_error().map_or_else(|| error.to_string(), |number| Errno::new(number).to_string())
}
