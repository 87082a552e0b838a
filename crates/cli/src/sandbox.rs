//! `ifctl sandbox`: a network of one's own on the real kernel, in which nothing can be broken.
//!
//! The process goes into the namespaces itself and becomes the command, so that the terminal,
//! signals and the exit status are the command's without anybody between. What must outlive this
//! program, the other end of eth0's cable, is kept by a mount in the private mount namespace.

pub(crate) mod command;
mod refusal;
mod tools;
mod wire;

use crate::error::{CommandError, Kind, note};
use crate::help::{Part, example};
use command::{BY_SIGNAL, STATUS};
use ifctl_linux::namespace::{NetworkNamespace, mount_sysfs, unshare_mounts};
use ifctl_linux::sandbox::{Identity, UserNamespaceRefused, may_unshare, unshare_user};
use refusal::Stage;
use std::ffi::OsString;
use std::fs::File;

const ABOUT: &str = "\
Run a command in a private network on this kernel

Inside there are lo, down as Linux makes it, and eth0, an Ethernet device that is RUNNING once it is \
up: its cable leads to a second network that nothing else can see. You are root there, and need not \
be outside. /sbin/ifconfig, /sbin/route, /sbin/ifctl and /sbin/insmod are this program, whether or \
not net-tools is installed, and /sys shows the private network.

Nothing of it is seen outside, and it is gone with the last process in it. Files are the host's own, \
with your own rights, save the folder of those tools, which is read-only.";

/// What its help and manual page tell besides.
pub(crate) const HELP: &[Part] = &[
    Part::Examples(&[
        example("ifctl sandbox", "A shell; leave it with exit"),
        example("ifctl sandbox examples/ip-alias-howto.sh", "The IP-alias HOWTO, word for word"),
        example("ifctl sandbox -- ifconfig -a", "Any command, options and all"),
        example(
            "ifctl sandbox sh -c 'ifconfig eth0 10.0.0.1 && route -n'",
            "Several commands in one network",
        ),
    ]),
    Part::List(
        "Exit status",
        &[
            (
                "125",
                "the sandbox could not be had: the message names what refuses, and the way out",
            ),
            STATUS[0],
            STATUS[1],
            STATUS[2],
        ],
    ),
    BY_SIGNAL,
];

/// Run a command in a private network on this kernel
#[derive(Debug, clap::Args)]
#[command(long_about = ABOUT)]
pub(crate) struct Arguments {
    /// Stay in root's own user namespace: Linux lets only its root change a device's map and, by
    /// ioctl, its transmit queue length. Needs CAP_SYS_ADMIN
    #[arg(long)]
    no_user_namespace: bool,
    /// The command and its words [default: your shell]
    #[arg(
        trailing_var_arg = true,
        value_name = "COMMAND",
        value_hint = clap::ValueHint::CommandWithArguments
    )]
    command: Vec<OsString>,
}

/// Becomes the command, in a sandbox; comes back only with what kept it from that.
pub(crate) fn run(arguments: &Arguments) -> Result<(), CommandError> {
    // Opened first: its path may mean nothing once the mounts are others.
    let program = File::open("/proc/self/exe").map_err(|error| {
        CommandError::new(Kind::NoSandbox, format!("cannot open this program itself: {error}"))
            .hint("is /proc mounted?")
    })?;
    if arguments.no_user_namespace && !may_unshare() {
        let error = "--no-user-namespace needs CAP_SYS_ADMIN";
        return Err(CommandError::new(Kind::NoSandbox, error)
            .hint("leave the option out, or run it as root"));
    }
    if !arguments.no_user_namespace {
        enter_user_namespace()?;
    }
    unshare_mounts().map_err(|errno| refusal::explain(Stage::Mounts, errno))?;
    let peer = enter_network()?;
    if let Err(errno) = mount_sysfs() {
        note(&format!("/sys stays the host's, a fresh one cannot be mounted: {errno}"));
    }
    tools::put_in_place(&program, &peer)?;
    // Both live on in mounts; descriptors that the command does not know of would only puzzle it.
    drop((program, peer));
    Err(command::become_command(&arguments.command))
}

/// Goes into a user namespace; a caller who may do without one does so where there is none to be had.
fn enter_user_namespace() -> Result<(), CommandError> {
    match unshare_user(Identity::of_caller()) {
        Ok(()) => Ok(()),
        Err(UserNamespaceRefused::Unshare(_)) if may_unshare() => Ok(()),
        Err(UserNamespaceRefused::Unshare(errno)) => {
            Err(refusal::explain(Stage::UserNamespace, errno))
        }
        Err(UserNamespaceRefused::Map(errno)) => Err(refusal::explain(Stage::Identity, errno)),
        Err(UserNamespaceRefused::MapOfRoot(errno)) => {
            Err(refusal::explain(Stage::IdentityOfRoot, errno))
        }
    }
}

/// Goes into a network with lo and eth0, and returns the one in which eth0's peer is.
fn enter_network() -> Result<NetworkNamespace, CommandError> {
    let network =
        || NetworkNamespace::unshare().map_err(|errno| refusal::explain(Stage::Network, errno));
    let own = network()?;
    let peer = network()?;
    wire::lay(&own)?;
    own.enter().map_err(|errno| refusal::explain(Stage::Network, errno))?;
    Ok(peer)
}
