//! `ifctl run`: any program, unmodified, on a virtual kernel.

mod difference;
mod kept;
mod told;

use crate::error::{CommandError, Kind};
use crate::help::{Part, example};
use crate::sandbox::command::{BY_SIGNAL, STATUS, explain};
use crate::virtual_file::{self, Choice};
use crate::virtual_init;
use ifctl_linux::signal;
use ifctl_rootless::{Error, Refusal, Rootless};
use ifctl_virtual::VirtualKernel;
use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Command, ExitStatus};

const ABOUT: &str = "\
Run any program on a virtual kernel, unmodified and without a privilege

The program and all that it starts run as they always do. When one asks for the network's configuration, by \
ioctl, by rtnetlink, or by a file of /proc/net, /proc/sys/net or /sys/class/net, a virtual kernel answers, and \
never the host's: ifconfig, route, ip, busybox, scripts of ifupdown, Python, static programs too. It takes no \
root, no namespace and no library that is preloaded; Linux 5.19 or newer hands the calls over.

Programs are shown that they are root. The kernel is a new one, or one in a file, which others may use at the same \
time: it is kept there when nothing was asked for a moment. The run ends when the last process in it has ended.

It is not a network: no packet goes to a virtual address; sockets for data are the host's own. It is no security \
boundary: a program that wants to get around it can. Packet sockets, nftables and namespaces are refused.";

/// What its help and manual page tell besides.
pub(crate) const HELP: &[Part] = &[
    Part::Examples(&[
        example("ifctl run ip addr", "What a new host has"),
        example(
            "ifctl run --howto sh -c 'ifconfig eth0 172.16.3.1; ifconfig'",
            "Any ifconfig, on the machine of the IP-alias HOWTO",
        ),
        example(
            "ifctl run --kernel virtual:net.json -- ip link add br0 type bridge",
            "Change the kernel in a file",
        ),
        example("ifctl run --from-host --trace ip addr 2> asked", "See what a program asks"),
        example(
            "ifctl run --kernel virtual:net.json --expect net.json -- true",
            "Test what a script makes of a network",
        ),
    ]),
    virtual_file::HELP,
    Part::List(
        "Exit status",
        &[
            ("1", "the end state is not the expected one (--expect), or could not be kept"),
            ("125", "it could not be run so: the message names what refuses"),
            STATUS[0],
            STATUS[1],
            STATUS[2],
        ],
    ),
    BY_SIGNAL,
];

/// Run any program on a virtual kernel, unmodified
#[derive(Debug, clap::Args)]
#[command(long_about = ABOUT)]
pub(crate) struct Arguments {
    /// The kernel to run on: virtual:FILE [default: a new one, which goes with the command]
    #[arg(long, value_name = "KERNEL", value_hint = clap::ValueHint::Other)]
    kernel: Option<OsString>,
    /// Run on the machine of the IP-alias HOWTO, before its first command
    #[arg(long, conflicts_with_all = ["kernel", "from_host"])]
    howto: bool,
    /// Run on a kernel like this host, as far as that can be seen and modelled
    #[arg(long, conflicts_with = "kernel")]
    from_host: bool,
    /// Show programs the user who they are, who may change nothing
    #[arg(long)]
    as_user: bool,
    /// Tell on standard error what is asked, and what it came to
    #[arg(long)]
    trace: bool,
    /// Write the same to FILE, one JSON object a line
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    record: Option<PathBuf>,
    /// Fail where the end state is not that of a kernel's FILE, and tell the difference
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    expect: Option<PathBuf>,
    /// The command and its words
    #[arg(
        trailing_var_arg = true,
        required = true,
        value_name = "COMMAND",
        value_hint = clap::ValueHint::CommandWithArguments
    )]
    command: Vec<OsString>,
}

/// Runs the command, and ends with its status; comes back with what kept it from that.
pub(crate) fn run(arguments: &Arguments, chosen: Option<&Choice>) -> Result<(), CommandError> {
    let own = arguments.kernel.as_deref().map(Choice::parse).transpose()?;
    let is_new = arguments.howto || arguments.from_host;
    let choice = match own {
        Some(Some(choice)) => Some(choice),
        Some(None) => {
            let text = "a command on this host's own kernel needs no ifctl run";
            return Err(CommandError::new(Kind::Usage, text).hint("say --kernel virtual:FILE"));
        }
        None => chosen.filter(|_| !is_new).cloned(),
    };
    let expected = arguments.expect.as_deref().map(Choice::state).transpose()?;
    let told = told::Told::open(arguments.trace, arguments.record.as_deref())?;
    let is_unprivileged = choice.as_ref().is_some_and(Choice::is_unprivileged);
    let (kernel, status) = {
        let kept = choice.map(kept::Kept::new);
        let kernel = match &kept {
            Some(kept) => kept.first()?,
            None => VirtualKernel::load(&virtual_init::begin(
                arguments.howto,
                arguments.from_host,
                None,
            )?)?,
        };
        let latest = kept.as_ref().map(kept::Kept::latest);
        let mut rootless = Rootless::new(kernel.clone());
        if arguments.as_user || is_unprivileged {
            rootless = rootless.as_user();
        }
        if let Some(kept) = kept {
            rootless = rootless.keep(kept);
        }
        let mut rootless = match told.wants_all() {
            true => rootless.observe(told.observer()),
            false => rootless.observe_refusals(told.observer()),
        };
        if only_descendants() {
            rootless = rootless.adopt();
        }
        let status = command(rootless, &arguments.command)?;
        (latest.map_or(kernel, |latest| latest.get()), status)
    };
    told.close()?;
    if let Some(expected) = expected {
        difference::compare(&expected, &kernel.save()?)?;
    }
    if let Some(signal) = status.signal() {
        signal::end_by(signal);
    }
    // The command's status is ours, whatever it is.
    std::process::exit(status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default()))
}

/// Runs a command to the end of all that it starts.
fn command(rootless: Rootless, words: &[OsString]) -> Result<ExitStatus, CommandError> {
    let none = || CommandError::new(Kind::Usage, "which command?");
    let (program, rest) = words.split_first().ok_or_else(none)?;
    let mut command = Command::new(program);
    // The kernel that our own tools find is this one already.
    command.args(rest).env_remove(virtual_file::VARIABLE);
    signal::leave_to_command();
    let mut running = rootless.spawn(command).map_err(|error| match error {
        Error::Command(error) => explain(program, &error),
        Error::Refused(refusal) => refused(refusal),
        error => CommandError::new(Kind::NoSandbox, error),
    })?;
    signal::hand_on_to(running.id());
    let status = running.wait()?;
    signal::hand_on_to(0);
    running.finish()?;
    Ok(status)
}

/// Returns whether Yama lets a process look into its descendants alone.
fn only_descendants() -> bool {
    let scope = std::fs::read_to_string("/proc/sys/kernel/yama/ptrace_scope").unwrap_or_default();
    scope.trim().parse::<u8>().is_ok_and(|scope| scope > 0)
}

/// Tells why Linux does not hand calls over, and the way out.
fn refused(refusal: Refusal) -> CommandError {
    let hint = match &refusal {
        Refusal::TooOld => "ifctl sandbox asks for no more than namespaces",
        Refusal::Nested => "run it outside of the other ifctl run, or of what answers there",
        _ => "ifctl --kernel virtual:FILE works everywhere, for ifctl's own tools",
    };
    CommandError::new(Kind::NoSandbox, Error::Refused(refusal)).hint(hint)
}
