//! The corpus' lines on the virtual kernel.
#![allow(unreachable_pub, reason = "one test file uses it")]

mod normal;
mod render;

use crate::tool::{Folder, IFCTL, hermetic};
use ifctl_conformance::ip;
use ifctl_kernel::Kernel;
use ifctl_virtual::{TunMode, VirtualKernel};
use render::State;
use serde_json::{Map, Value, json};
use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

const SYSTEM_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// What run.py begins with.
const BEGINNING: &str = "ip link set lo up; \
    ip link add e0 address 02:00:00:00:00:01 type veth peer name p0 address 02:00:00:00:00:02";
/// The host's files that it puts others in the place of.
const MOUNTS: [&str; 3] = [
    "mount --bind $F/resolv.conf /etc/resolv.conf",
    "mount --bind $F/hosts.min /etc/hosts",
    "mount --bind $F/networks.min /etc/networks",
];
/// In which a kernel does what it does some time later.
const LATER: Duration = Duration::from_millis(600);

/// Who runs a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// Our programs, which act on the kernel themselves.
    Ours,
    /// Our programs under `ifctl run`, which act on Linux for all they know.
    OursRun,
    /// net-tools' own under `ifctl run`.
    NetToolsRun,
}

/// A place to run lines in: programs, and the file that a virtual kernel lives in.
pub struct Place {
    folder: Folder,
    fixtures: PathBuf,
    client: Client,
}

impl Place {
    pub fn new(corpus: &Path, client: Client) -> Self {
        let folder = Folder::new(&format!("corpus-on-the-model-{client:?}"));
        for tool in ["ifconfig", "route", "nameif", "ipmaddr", "arp"] {
            if client != Client::NetToolsRun {
                symlink(IFCTL, folder.join(tool)).unwrap();
            }
        }
        let fixtures = fs::canonicalize(corpus.join("fixtures")).unwrap();
        Self { folder, fixtures, client }
    }

    /// Runs a line behind its set-up, and returns its answer in the corpus' form.
    pub fn answer(&self, setup: &str, unprivileged: bool, line: &str) -> Value {
        let kernel = VirtualKernel::new();
        let mounts = set_up(&kernel, setup);
        kernel.advance(LATER);
        let before = render::state(&kernel);
        self.write(&kernel);
        let (mut status, mut stdout, mut stderr) = (0, String::new(), String::new());
        for part in parts(line) {
            if part.starts_with("ip ") {
                let kernel = self.read();
                ip(&kernel, &part);
                self.write(&kernel);
                continue;
            }
            let output = self.run(&mounts, unprivileged, &part);
            let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
            let code = output.status.code();
            status = code.unwrap_or_else(|| 128 + output.status.signal().unwrap_or_default());
            stdout += &text(&output.stdout);
            stderr += &text(&output.stderr);
        }
        let kernel = self.read();
        kernel.advance(LATER);
        let after = render::state(&kernel);
        let fixtures = self.fixtures.to_str().unwrap();
        json!({
            "rc": status,
            "stdout": normal::text(&stdout, fixtures),
            "stderr": normal::text(&stderr, fixtures),
            "removed": less(&before, &after),
            "added": less(&after, &before),
        })
    }

    /// Runs a part of a line by a shell, in which our programs act on the kernel in the file.
    fn run(&self, mounts: &[String], unprivileged: bool, part: &str) -> std::process::Output {
        let who = if unprivileged { ",unprivileged" } else { "" };
        let kernel = format!("virtual:{}{who}", self.file().display());
        let mut command = Command::new("unshare");
        // What is mounted ends with the shell.
        let (mounts, run) = (mounts.join("\n"), "exec $IFCTL run --kernel $KERNEL sh -c \"$PART\"");
        let script = match self.client {
            Client::Ours => format!("{mounts}\n{part}"),
            Client::OursRun | Client::NetToolsRun => format!("{mounts}\n{run}"),
        };
        command.args(["-m", "sh", "-c", &script]);
        if self.client == Client::Ours {
            command.env("IFCTL_KERNEL", kernel);
        } else {
            command.env("IFCTL", IFCTL).env("KERNEL", kernel).env("PART", part);
        }
        hermetic(
            command
                .env("LC_ALL", "C")
                .env("F", &self.fixtures)
                .env("PATH", format!("{}:{SYSTEM_PATH}", self.folder.0.display()))
                .stdin(Stdio::null()),
        )
        .output()
        .unwrap()
    }

    fn file(&self) -> PathBuf {
        self.folder.join("kernel.json")
    }

    fn write(&self, kernel: &VirtualKernel) {
        // No time passes until the next command.
        let content = json!({
            "ifctl_virtual_kernel": 1,
            "written_at": null,
            "state": kernel.save().unwrap(),
        });
        fs::write(self.file(), content.to_string()).unwrap();
    }

    fn read(&self) -> VirtualKernel {
        let content: Value = serde_json::from_slice(&fs::read(self.file()).unwrap()).unwrap();
        let state = serde_json::from_value(content["state"].clone()).unwrap();
        VirtualKernel::load(&state).unwrap_or_else(|error| panic!("{error}"))
    }
}

/// Returns the lines that are in one state and not in the other.
fn less(one: &State, other: &State) -> Value {
    let mut left = Map::new();
    for (heading, lines) in one {
        let lines: Vec<&String> =
            lines.iter().filter(|line| !other[heading].contains(line)).collect();
        if !lines.is_empty() {
            left.insert((*heading).to_owned(), json!(lines));
        }
    }
    Value::Object(left)
}

/// Returns what `ip` does and what a shell does of a line, one behind the other.
fn parts(line: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let commands = line.split("; ");
    for command in commands {
        match parts.last_mut() {
            Some(last) if !last.starts_with("ip ") && !command.starts_with("ip ") => {
                *last += &format!("; {command}");
            }
            _ => parts.push(command.to_owned()),
        }
    }
    parts
}

/// Carries a set-up out on the model, and returns its mounts, which are the shell's.
fn set_up(kernel: &VirtualKernel, setup: &str) -> Vec<String> {
    let mut mounts = MOUNTS.map(str::to_owned).to_vec();
    ip(kernel, BEGINNING);
    for device in ["all", "default", "lo", "e0", "p0"] {
        for setting in ["accept_dad", "router_solicitations"] {
            set(kernel, &format!("net.ipv6.conf.{device}.{setting}"), "0");
        }
    }
    for line in unrolled(setup).split("; ").filter(|line| *line != ":") {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["ip", "tuntap", "add", "dev", name, "mode", "tun"] => {
                kernel.add_tun(name.parse().unwrap(), TunMode::Tun).unwrap();
            }
            ["ip", ..] => ip(kernel, line),
            ["sysctl", "-qw", pair] => {
                let (key, value) = pair.split_once('=').unwrap();
                set(kernel, key, value);
            }
            ["mount", ..] => mounts.push(line.to_owned()),
            ["sleep", seconds] => kernel.advance(Duration::from_secs_f64(seconds.parse().unwrap())),
            _ => panic!("{line}: not known here"),
        }
    }
    mounts
}

fn set(kernel: &VirtualKernel, key: &str, value: &str) {
    let path = format!("/proc/sys/{}", key.replace('.', "/"));
    kernel.write(Path::new(&path), value.as_bytes()).unwrap();
}

/// Returns a set-up with a loop's lines in the place of the loop.
fn unrolled(setup: &str) -> String {
    let Some(rest) = setup.strip_prefix("for n in ") else { return setup.to_owned() };
    let (names, rest) = rest.split_once("; do ").unwrap();
    let (body, rest) = rest.split_once("; done; ").unwrap();
    let lines = names.split(' ').map(|name| body.replace("$n", name));
    lines.chain([rest.to_owned()]).collect::<Vec<_>>().join("; ")
}
