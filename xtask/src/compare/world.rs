//! Twins: namespaces made alike, in which net-tools' programs and ours answer the same line.
//!
//! Each answer is had in a fresh network namespace and a mount namespace, by a thread of its own that ends with
//! them: nothing that a line does reaches another, or the machine.

use super::case::Case;
use super::normal;
use ifctl_linux::namespace::{NetworkNamespace, unshare_mounts};
use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

type Result<T> = std::result::Result<T, String>;

const TOOLS: [&str; 5] = ["ifconfig", "route", "nameif", "ipmaddr", "arp"];
const SYSTEM_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// The user who has no privilege.
const NOBODY: u32 = 65534;
/// After so many seconds a line has no answer.
const PATIENCE: &str = "20";
/// So often the twins are asked whether they have settled.
const WAITS: usize = 5;
/// What the corpus' runner begins with.
const BEGINNING: [&str; 2] = [
    "ip link set lo up",
    "ip link add e0 address 02:00:00:00:00:01 type veth peer name p0 address 02:00:00:00:00:02",
];

/// Whose programs answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// Net-tools'.
    Theirs,
    /// The repository's.
    Ours,
}

/// What a line came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The exit status, 128 and more for a signal.
    pub(crate) status: i32,
    /// Standard output, without what no two runs have in common.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
    /// Links, addresses, routes, neighbours and groups afterwards.
    pub(crate) state: String,
}

/// A folder with our programs and the fixtures, which nobody can read too.
pub(crate) struct World {
    folder: PathBuf,
}

impl World {
    /// Moves the calling thread into private namespaces and puts there what the twins need: `ifctl`, copied, and
    /// the corpus' fixtures.
    pub(crate) fn enter(ifctl: &Path, fixtures: &Path) -> Result<Self> {
        NetworkNamespace::unshare()
            .map_err(|errno| format!("a network namespace: {errno} (root is needed)"))?;
        unshare_mounts().map_err(|errno| format!("a mount namespace: {errno}"))?;
        let folder = PathBuf::from("/mnt");
        let flags = rustix::mount::MountFlags::empty();
        rustix::mount::mount("tmpfs", &folder, "tmpfs", flags, Some(c"mode=755"))
            .map_err(|errno| format!("a tmpfs on {}: {errno}", folder.display()))?;
        let world = Self { folder };
        world
            .fill(ifctl, fixtures)
            .map_err(|error| format!("{}: {error}", world.folder.display()))?;
        for tool in TOOLS {
            for (who, path) in
                [("net-tools'", SYSTEM_PATH), ("our", world.path(Who::Ours).as_str())]
            {
                let found = Command::new("sh")
                    .args(["-c", &format!("command -v {tool}")])
                    .env("PATH", path)
                    .output()
                    .map_err(|error| format!("sh: {error}"))?
                    .stdout;
                let ours = found.starts_with(world.folder.to_string_lossy().as_bytes());
                if found.is_empty() || ours != (who == "our") {
                    return Err(format!("{who} {tool} is not installed"));
                }
            }
        }
        Ok(world)
    }

    fn fill(&self, ifctl: &Path, fixtures: &Path) -> std::io::Result<()> {
        let open = |path: &Path| fs::set_permissions(path, fs::Permissions::from_mode(0o755));
        for name in ["bin", "fixtures"] {
            fs::create_dir(self.folder.join(name))?;
            open(&self.folder.join(name))?;
        }
        let program = self.folder.join("bin/.ifctl");
        fs::copy(ifctl, &program)?;
        open(&program)?;
        for tool in TOOLS {
            symlink(".ifctl", self.folder.join("bin").join(tool))?;
        }
        for file in fs::read_dir(fixtures)? {
            let file = file?;
            let copy = self.folder.join("fixtures").join(file.file_name());
            fs::copy(file.path(), &copy)?;
            open(&copy)?;
        }
        Ok(())
    }

    fn path(&self, who: Who) -> String {
        match who {
            Who::Theirs => SYSTEM_PATH.to_owned(),
            Who::Ours => format!("{}:{SYSTEM_PATH}", self.folder.join("bin").display()),
        }
    }

    /// Returns what a line comes to, in fresh namespaces that have so long to settle before and after it.
    pub(crate) fn ask(&self, case: &Case, who: Who, rest: Duration) -> Result<Answer> {
        let thread =
            || std::thread::scope(|scope| scope.spawn(|| self.answer(case, who, rest)).join());
        thread().unwrap_or_else(|_| Err("the thread of a twin panicked".to_owned()))
    }

    fn answer(&self, case: &Case, who: Who, rest: Duration) -> Result<Answer> {
        NetworkNamespace::unshare().map_err(|errno| format!("a network namespace: {errno}"))?;
        unshare_mounts().map_err(|errno| format!("a mount namespace: {errno}"))?;
        let proxies = normal::proxies(&self.set_up(case)?);
        std::thread::sleep(rest);
        let mut command = Command::new("timeout");
        command.args(["-k", "1", PATIENCE, "sh", "-c", &case.line()]);
        self.hermetic(&mut command).env("PATH", self.path(who));
        if case.unprivileged {
            command.uid(NOBODY).gid(NOBODY);
        }
        let output = command.output().map_err(|error| format!("sh: {error}"))?;
        std::thread::sleep(rest);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok(Answer {
            status: output
                .status
                .code()
                .unwrap_or_else(|| 128 + output.status.signal().unwrap_or(0)),
            stdout: normal::stdout(case, &text(&output.stdout), &proxies),
            stderr: text(&output.stderr),
            state: normal::state(&self.state()?, &proxies),
        })
    }

    /// Gives a command an environment that is always the same.
    fn hermetic<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env_clear()
            .env("PATH", SYSTEM_PATH)
            .env("LC_ALL", "C")
            .env("F", self.folder.join("fixtures"))
            // There is no resolver to be reached; a look-up that finds a way to packets ends soon.
            .env("RES_OPTIONS", "timeout:1 attempts:1")
            .current_dir("/")
            .stdin(Stdio::null())
    }

    /// Makes what a line is run in. Returns what `ip` says of proxies then.
    fn set_up(&self, case: &Case) -> Result<String> {
        for (fixture, file) in
            [("resolv.conf", "resolv.conf"), ("hosts.min", "hosts"), ("networks.min", "networks")]
        {
            self.bind(&format!("$F/{fixture}"), &format!("/etc/{file}"))?;
        }
        for device in ["all", "default", "lo"] {
            for (key, value) in [("accept_dad", "0"), ("router_solicitations", "0")] {
                set(&format!("net.ipv6.conf.{device}.{key}"), value)?;
            }
        }
        let mut batch = String::new();
        for line in BEGINNING.into_iter().chain(case.setup.iter().map(String::as_str)) {
            if let Some(words) = line.strip_prefix("ip ") {
                batch += &format!("{words}\n");
                continue;
            }
            self.ip(&std::mem::take(&mut batch))?;
            match line.split_whitespace().collect::<Vec<_>>()[..] {
                ["sysctl", "-qw", pair] => {
                    let (key, value) = pair.split_once('=').unwrap_or_default();
                    set(key, value)?;
                }
                ["mount", "--bind", from, onto] => self.bind(from, onto)?,
                _ => return Err(format!("a line of a set-up that is not understood: {line}")),
            }
        }
        self.settled(&batch, "addr show\nroute show table all\n")?;
        self.ip("neigh show proxy\n")
    }

    /// Runs commands of `ip`, waits until IPv6 addresses are no more tentative and have their routes, and returns what
    /// the last say, which are to show both. Where there is no carrier they stay so: it is not waited for long.
    fn settled(&self, batch: &str, last: &str) -> Result<String> {
        self.ip(batch)?;
        let settle = carriers()?;
        let mut said = self.ip(&format!("{settle}{last}"))?;
        for _ in 0..WAITS {
            if !said.contains("tentative") && has_local_routes(&said) {
                break;
            }
            std::thread::sleep(Duration::from_millis(4));
            said = self.ip(&format!("{settle}{last}"))?;
        }
        Ok(said)
    }

    fn bind(&self, from: &str, onto: &str) -> Result<()> {
        let from = from.replace("$F", &self.folder.join("fixtures").to_string_lossy());
        if Path::new(onto).exists() {
            rustix::mount::mount_bind(&from, onto)
                .map_err(|errno| format!("{from} on {onto}: {errno}"))?;
        }
        Ok(())
    }

    fn state(&self) -> Result<String> {
        let shows = "link show\naddr show\nroute show table all\nneigh show\nneigh show proxy\nmaddr show\n";
        self.settled("", shows)
    }

    /// Runs commands of `ip`, going on behind those that fail, and returns what they print.
    fn ip(&self, batch: &str) -> Result<String> {
        if batch.is_empty() {
            return Ok(String::new());
        }
        let mut command = Command::new("ip");
        let command = self.hermetic(command.args(["-o", "-force", "-batch", "-"]));
        let spawned =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut ip = spawned.map_err(|error| format!("ip: {error}"))?;
        let written = ip.stdin.take().map(|mut stdin| stdin.write_all(batch.as_bytes()));
        written.transpose().map_err(|error| format!("ip: {error}"))?;
        let output = ip.wait_with_output().map_err(|error| format!("ip: {error}"))?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

/// Returns commands that ask for each device by itself, which makes the kernel look at its carrier; otherwise it does so
/// some time later.
fn carriers() -> Result<String> {
    // Of this thread's namespace; /proc/net is that of the process.
    let path = "/proc/thread-self/net/dev";
    let text = fs::read(path).map_err(|error| format!("{path}: {error}"))?;
    let text = String::from_utf8_lossy(&text);
    let names = text.lines().skip(2).filter_map(|line| line.rsplit_once(':'));
    Ok(names.map(|(name, _)| format!("link show dev {}\n", name.trim_start())).collect())
}

/// Returns whether each IPv6 address has its route: it and its group come from a worker, even where an address is not
/// looked for elsewhere.
fn has_local_routes(said: &str) -> bool {
    said.lines().all(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [_, device, "inet6", address, .., "scope", _] = words[..words.len().min(6)] else {
            return true;
        };
        let address = address.split('/').next().unwrap_or_default();
        said.contains(&format!("local {address} dev {device} table local "))
    })
}

/// Sets a sysctl, if the kernel has it.
fn set(key: &str, value: &str) -> Result<()> {
    let path = format!("/proc/sys/{}", key.replace('.', "/"));
    match fs::write(&path, value) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("{path}: {error}"))
        }
        _ => Ok(()),
    }
}
