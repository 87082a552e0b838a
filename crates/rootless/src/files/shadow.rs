//! A folder in the place of /sys/class/net: a real one, so that it can be listed and walked, with empty
//! files, which are never opened themselves.

use ifctl_kernel::Kernel as _;
use ifctl_virtual::VirtualKernel;
use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// The files of a device's folder, where its kind has them.
const FILES: [&str; 32] = [
    "addr_assign_type",
    "addr_len",
    "address",
    "broadcast",
    "carrier",
    "carrier_changes",
    "carrier_down_count",
    "carrier_up_count",
    "dev_id",
    "dev_port",
    "dormant",
    "duplex",
    "flags",
    "gro_flush_timeout",
    "ifalias",
    "ifindex",
    "iflink",
    "link_mode",
    "mtu",
    "name_assign_type",
    "napi_defer_hard_irqs",
    "netdev_group",
    "operstate",
    "phys_port_id",
    "phys_port_name",
    "phys_switch_id",
    "proto_down",
    "speed",
    "testing",
    "tx_queue_len",
    "type",
    "uevent",
];

/// The files of a device's folder of counters.
const COUNTERS: [&str; 24] = [
    "collisions",
    "multicast",
    "rx_bytes",
    "rx_compressed",
    "rx_crc_errors",
    "rx_dropped",
    "rx_errors",
    "rx_fifo_errors",
    "rx_frame_errors",
    "rx_length_errors",
    "rx_missed_errors",
    "rx_nohandler",
    "rx_over_errors",
    "rx_packets",
    "tx_aborted_errors",
    "tx_bytes",
    "tx_carrier_errors",
    "tx_compressed",
    "tx_dropped",
    "tx_errors",
    "tx_fifo_errors",
    "tx_heartbeat_errors",
    "tx_packets",
    "tx_window_errors",
];

/// What the kernel says a file's size is, whatever is in it.
const SIZE: u64 = 4096;

/// The folder, once it was asked for.
#[derive(Default)]
pub(super) struct Shadow {
    folder: Option<PathBuf>,
    devices: BTreeSet<String>,
}

impl Shadow {
    /// Returns where it is.
    pub(super) fn path(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// Has the folder show the devices that there are now.
    pub(super) fn refresh(&mut self, kernel: &VirtualKernel) -> io::Result<()> {
        let folder = match &self.folder {
            Some(folder) => folder.clone(),
            None => self.folder.insert(make()?).clone(),
        };
        let devices = devices(kernel);
        for gone in self.devices.difference(&devices) {
            remove(&folder.join(gone));
        }
        for new in devices.difference(&self.devices) {
            fill(&folder.join(new), kernel, new)?;
        }
        self.devices = devices;
        Ok(())
    }
}

impl Drop for Shadow {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            self.devices.iter().for_each(|device| remove(&folder.join(device)));
            // What is left of it is no harm.
            let _ = fs::remove_dir(folder);
        }
    }
}

fn new_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o755).create(path)
}

/// Makes a folder that nobody else has.
fn make() -> io::Result<PathBuf> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("ifctl-run-{}-{number}", std::process::id());
        let path = fs::canonicalize(std::env::temp_dir())?.join(name);
        match new_folder(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => return made.map(|()| path),
        }
    }
}

/// Returns the names of the devices, none of which can lead out of a folder.
fn devices(kernel: &VirtualKernel) -> BTreeSet<String> {
    let text = kernel.read(Path::new("/proc/net/dev")).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let names = text.lines().skip(2).filter_map(|line| Some(line.split_once(':')?.0.trim()));
    names
        .filter(|name| !matches!(*name, "" | "." | "..") && !name.contains('/'))
        .map(str::to_owned)
        .collect()
}

fn fill(folder: &Path, kernel: &VirtualKernel, device: &str) -> io::Result<()> {
    new_folder(folder)?;
    let there = Path::new("/sys/class/net").join(device);
    for name in FILES {
        // A file that cannot be read just now is there all the same.
        let is_known = kernel.read(&there.join(name)) != Err(ifctl_kernel::Errno::ENOENT);
        if is_known {
            File::create(folder.join(name))?.set_len(SIZE)?;
        }
    }
    let counters = folder.join("statistics");
    new_folder(&counters)?;
    for name in COUNTERS {
        File::create(counters.join(name))?.set_len(SIZE)?;
    }
    Ok(())
}

/// Removes a device's folder: what is ours in it, and nothing else.
fn remove(folder: &Path) {
    // What is not there, or cannot be removed, stays as it is.
    for name in FILES {
        let _ = fs::remove_file(folder.join(name));
    }
    let counters = folder.join("statistics");
    for name in COUNTERS {
        let _ = fs::remove_file(counters.join(name));
    }
    let _ = fs::remove_dir(counters);
    let _ = fs::remove_dir(folder);
}
