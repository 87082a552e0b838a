//! `ifctl virtual init`: a file with a virtual kernel in it.

use crate::cli::Streams;
use crate::error::{CommandError, Kind, note};
use crate::help::{Part, example};
use crate::virtual_file::{self, Place};
use ifctl_abi::{DeviceFlags, DeviceName, Family, IfMap, IfReq, SockAddr, SocketType};
use ifctl_kernel::Request;
use ifctl_netdevice::{
    Device, Errno, Host, Kernel, Result, RouteProtocol, Rtnetlink, Snapshot, SnapshotParts,
};
use ifctl_virtual::{IpAlias, State, VirtualKernel};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const ABOUT: &str = "\
Make a virtual kernel, which lives in a file

It is a model of Linux's network devices, addresses, routes and neighbours in memory, which answers as Linux \
does and needs no privilege. Every tool works on it that finds virtual:FILE in IFCTL_KERNEL, or behind \
ifctl --kernel. The file is text (JSON) and can be read, and changed by hand. Time passes in it as outside.";

/// What its help and manual page tell besides.
pub(crate) const HELP: &[Part] = &[
    Part::Examples(&[
        example("ifctl virtual init new.json", "A kernel that has just started: lo, down"),
        example("ifctl --kernel virtual:net.json ifconfig lo up", "Change it"),
        example(
            "ifctl virtual init host.json --from-host 2> left && export IFCTL_KERNEL=virtual:host.json",
            "Rehearse on what this host has",
        ),
        example(
            "ifctl virtual init howto.json --howto && mkdir tools && ifctl install-links tools",
            "The machine of the IP-alias HOWTO, and tools to walk through it with",
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
    let state = match (arguments.howto, arguments.from_host) {
        (true, _) => howto().map_err(CommandError::failed)?.save()?,
        (_, true) => from_host()?,
        _ => VirtualKernel::new().save()?,
    };
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

/// Returns a kernel like this host's, and tells what is not in it.
fn from_host() -> std::result::Result<State, CommandError> {
    let parts = SnapshotParts { addresses: true, routes: true, neighbours: true };
    let host = Snapshot::take(&Host, parts)?;
    let kernel = VirtualKernel::new();
    let mut left = Left::default();
    for device in host.devices.iter().filter(|device| !is_loopback(device)) {
        add_device(&kernel, device, &mut left);
    }
    let mut state = kernel.save()?;
    for saved in &mut state.devices {
        let device = host.devices.iter().find(|device| device.name.as_bytes() == saved.name.0);
        let Some(device) = device else { continue };
        saved.index = device.index;
        saved.mtu = device.mtu;
        saved.tx_queue_length = device.tx_queue_length;
        saved.group = device.group;
        saved.carrier = device.carrier.unwrap_or(saved.carrier);
    }
    state.last_index = host.devices.iter().map(|device| device.index).max().unwrap_or(1);
    let kernel = VirtualKernel::load(&state)?;
    for device in &host.devices {
        copy_settings(&kernel, device, &mut left);
    }
    for name in ["all", "default"] {
        copy_settings_of(&kernel, name, &mut left);
    }
    let mut rtnetlink = Rtnetlink::open(&kernel)?;
    for device in host.devices.iter().filter(|device| device.flags.contains(DeviceFlags::UP)) {
        let up = rtnetlink.change_device_flags(device.index, DeviceFlags::UP, DeviceFlags::UP);
        left.note(up, "devices that are up");
    }
    for address in &host.addresses {
        left.note(rtnetlink.replace_address(address), "addresses");
    }
    // The kernel's own come with the addresses.
    let routes = host.routes.iter().filter(|route| route.protocol != RouteProtocol::KERNEL);
    for route in routes {
        left.note(rtnetlink.add_route(route), "routes");
    }
    for neighbour in &host.neighbours {
        left.note(rtnetlink.replace_neighbour(neighbour), "neighbours");
    }
    drop(rtnetlink);
    left.tell();
    Ok(kernel.save()?)
}

fn is_loopback(device: &Device) -> bool {
    device.flags.contains(DeviceFlags::LOOPBACK)
}

fn add_device(kernel: &VirtualKernel, device: &Device, left: &mut Left) {
    if let Some(kind) = &device.kind {
        left.add(&format!("the kind of devices: they are cards in it, and were {kind}"));
    }
    let address = device.hardware.as_bytes().try_into().unwrap_or_else(|_| {
        left.add("hardware addresses that are no Ethernet's");
        [2, 0, 0, 0, 0, 0]
    });
    if let Err(errno) = kernel.add_card(device.name, address, device.map) {
        left.add(&format!("devices ({errno})"));
    }
}

fn copy_settings(kernel: &VirtualKernel, device: &Device, left: &mut Left) {
    match std::str::from_utf8(device.name.as_bytes()) {
        Ok(name) => copy_settings_of(kernel, name, left),
        Err(_) => left.add("settings of devices whose names are no text"),
    }
}

fn copy_settings_of(kernel: &VirtualKernel, of: &str, left: &mut Left) {
    for protocol in ["ipv4", "ipv6"] {
        let folder = Path::new("/proc/sys/net").join(protocol).join("conf").join(of);
        let files: io::Result<Vec<_>> = fs::read_dir(&folder).and_then(Iterator::collect);
        let Ok(files) = files else {
            left.add(&format!("settings of {protocol}, which cannot be seen"));
            continue;
        };
        for file in files {
            let path = file.path();
            let Ok(value) = fs::read(&path) else { continue };
            if kernel.read(&path).is_ok_and(|ours| ours == value) {
                continue;
            }
            if kernel.write(&path, &value).is_err() {
                left.add(&format!("settings of {protocol} that are not modelled"));
            }
        }
    }
}

/// What is not in the copy, and how often.
#[derive(Default)]
struct Left(BTreeMap<String, usize>);

impl Left {
    fn add(&mut self, what: &str) {
        *self.0.entry(what.to_owned()).or_default() += 1;
    }

    fn note(&mut self, result: Result<()>, what: &str) {
        if let Err(error) = result
            && error.errno() != Some(Errno::EEXIST)
        {
            self.add(&format!("{what}: {error}"));
        }
    }

    fn tell(&self) {
        for (what, count) in &self.0 {
            note(&format!("not in it, {count} times: {what}"));
        }
        note("not in it: statistics, rules, queueing, firewalls, and other namespaces");
    }
}
