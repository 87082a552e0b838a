//! `ifctl virtual init`: a file with a virtual kernel in it.

mod from_host;

use crate::cli::Streams;
use crate::error::{CommandError, Kind};
use crate::help::{Part, example};
use crate::virtual_file::{self, Place};
use ifctl_abi::{DeviceFlags, DeviceName, Family, IfMap, IfReq, SockAddr, SocketType};
use ifctl_kernel::Request;
use ifctl_netdevice::{Errno, Kernel};
use ifctl_virtual::{IpAlias, Release, State, VirtualKernel};
use std::io;
use std::path::PathBuf;

const ABOUT: &str = "\
Make a virtual kernel, which lives in a file

It is a model of Linux's network devices, addresses, routes and neighbours in memory, which answers as Linux \
does and needs no privilege. Every tool works on it that finds virtual:FILE in IFCTL_KERNEL, or behind \
ifctl --kernel. The file is text (JSON) and can be read, and changed by hand. Time passes in it as outside.";

/// What its help and manual page tell besides.
pub(crate) const HELP: &[Part] = &[
    Part::Examples(&[
        example("ifctl virtual init new.json", "A kernel that has just started: lo, down"),
        example("ifctl virtual init old.json --linux 5.10", "One that answers as an older Linux"),
        example("ifctl --kernel virtual:net.json ifconfig lo up", "Change it"),
        example(
            "ifctl virtual init host.json --from-host 2> left && export IFCTL_KERNEL=virtual:host.json",
            "Rehearse on what this host has",
        ),
        example(
            "ifctl virtual init howto.json --howto && mkdir tools && ifctl install-links tools",
            "The machine of the IP-alias HOWTO, and net-tools' tools for it",
        ),
    ]),
    virtual_file::HELP,
    Part::List(
        "Exit status",
        &[
            ("0", "the file is there"),
            ("1", "it could not be made, or is there already"),
            ("2", "the words are not understood"),
        ],
    ),
];

/// Make a virtual kernel, which lives in a file
#[derive(Debug, clap::Args)]
#[command(long_about = ABOUT)]
pub(crate) struct Arguments {
    /// What to do
    action: Action,
    /// The file
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    file: PathBuf,
    /// Have it be the machine of the IP-alias HOWTO, before its first command
    #[arg(long, conflicts_with = "from_host")]
    howto: bool,
    /// Have it be like this host, as far as that can be seen and modelled
    #[arg(long)]
    from_host: bool,
    /// Have it answer as this Linux does: 5.10, 6.1, 6.12 or 6.18 [default: 6.18; with --from-host, the
    /// host's]
    #[arg(long, value_name = "RELEASE", conflicts_with = "howto")]
    linux: Option<Release>,
    /// Replace a file that is there
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Action {
    /// Make a file
    Init,
}

/// Makes the file.
pub(crate) fn run(
    _: &mut Streams<'_>,
    arguments: &Arguments,
) -> std::result::Result<(), CommandError> {
    let Action::Init = arguments.action;
    let state = begin(arguments.howto, arguments.from_host, arguments.linux)?;
    let file = &arguments.file;
    let put = match arguments.force {
        true => virtual_file::replace(file, state),
        false => virtual_file::put(file, state, Place::Free),
    };
    let kept = put.map_err(|error| {
        let text = format!("cannot make {}: {error}", file.display());
        let failure = CommandError::new(Kind::Failed, text);
        match error.kind() {
            io::ErrorKind::AlreadyExists => failure.hint("--force replaces it"),
            _ => failure,
        }
    })?;
    kept.tell(file);
    Ok(())
}

/// Returns a new kernel's state: the HOWTO's, this host's, or that of one that has just started.
pub(crate) fn begin(
    is_howto: bool,
    is_from_host: bool,
    release: Option<Release>,
) -> std::result::Result<State, CommandError> {
    Ok(match (is_howto, is_from_host) {
        (true, _) => howto().map_err(CommandError::failed)?.save()?,
        (_, true) => from_host::copy(release)?,
        _ => VirtualKernel::with_release(release.unwrap_or_default()).save()?,
    })
}

/// The machine of the HOWTO: Linux 2.0 with the module not loaded, `lo` and one card with a mask that was
/// set before any address.
fn howto() -> std::result::Result<VirtualKernel, Errno> {
    let kernel = VirtualKernel::with_ip_alias(IpAlias::Module);
    let [lo, eth0] = [&b"lo"[..], b"eth0"].map(DeviceName::truncated);
    let map = IfMap { irq: 7, base_addr: 0x378, ..IfMap::default() };
    kernel.add_card(eth0, [0x00, 0x8e, 0xb8, 0x83, 0x19, 0x20], map)?;
    let socket = kernel.socket(Family::INET, SocketType::DATAGRAM, 0)?;
    let mask = SockAddr::inet([255, 255, 255, 0].into());
    socket.ioctl(Request::SetNetmask(&mut IfReq::named(eth0).with(&mask)))?;
    let flags = DeviceFlags::BROADCAST | DeviceFlags::PROMISC | DeviceFlags::MULTICAST;
    socket.ioctl(Request::SetFlags(&mut IfReq::named(eth0).with(&flags.low())))?;
    socket.ioctl(Request::SetMtu(&mut IfReq::named(lo).with(&3584_i32)))?;
    drop(socket);
    // Linux 2.0's loopback was a broadcast device, and had no IPv6.
    let refused = |_| Errno::EINVAL;
    let mut state = kernel.save().map_err(refused)?;
    for device in &mut state.devices {
        if device.name.0 == lo.as_bytes() {
            device.flags |= DeviceFlags::BROADCAST;
        }
        if let Some(inet6) = &mut device.inet6 {
            inet6.settings.values.insert("disable_ipv6".to_owned(), 1);
        }
    }
    for settings in [&mut state.ipv6.all, &mut state.ipv6.default] {
        settings.values.insert("disable_ipv6".to_owned(), 1);
    }
    VirtualKernel::load(&state).map_err(refused)
}
