//! What it costs to be answered: medians, natively, in a namespace, and on a virtual kernel, in turn.

use ifctl_abi::{DeviceName, Family};
use ifctl_netdevice::{Control, Host, Rtnetlink};
use ifctl_rootless::Rootless;
use ifctl_virtual::VirtualKernel;
use std::error::Error;
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How often each whole command is run.
const RUNS: usize = 15;

/// How often each call is made, in each of so many rounds.
const CALLS: u32 = 2000;

/// Changes, lists, and looks a route up, two hundred times in all.
const SCRIPT: &str = "ip link set lo up; n=1; while [ $n -le 66 ]; do ip addr add 10.9.0.$n/32 dev lo; \
                      ip addr show lo > /dev/null; ip addr del 10.9.0.$n/32 dev lo; n=$((n+1)); done; ip link; ip route";

const COMMANDS: [(&str, &str); 3] =
    [("/bin/true", "/bin/true"), ("find /usr/lib", "find /usr/lib"), ("200 x ip", SCRIPT)];

fn main() -> Result<(), Box<dyn Error>> {
    if std::env::args().nth(1).as_deref() == Some("calls") {
        return calls();
    }
    let own = std::env::current_exe()?;
    let own = own.to_str().ok_or("a path that is no text")?;
    let mut rows = Vec::new();
    for place in [Place::Native, Place::Namespace, Place::Run] {
        let output = place.output(&format!("{own} calls"))?;
        rows.push(format!("{place:?}: {}", output.trim().replace('\n', ", ")));
    }
    for (name, script) in COMMANDS {
        let places = match name {
            // The script would change this host.
            "200 x ip" => &[Place::Namespace, Place::Run][..],
            _ => &[Place::Native, Place::Namespace, Place::Run],
        };
        let mut times = vec![Vec::new(); places.len()];
        for _ in 0..RUNS {
            for (place, times) in places.iter().zip(&mut times) {
                let start = Instant::now();
                place.output(script)?;
                times.push(start.elapsed());
            }
        }
        let told: Vec<_> = places
            .iter()
            .zip(&mut times)
            .map(|(place, times)| format!("{place:?} {:.2} ms", median(times).as_secs_f64() * 1e3))
            .collect();
        rows.push(format!("{name}: {}", told.join(", ")));
    }
    writeln!(std::io::stdout(), "{}", rows.join("\n"))?;
    Ok(())
}

/// Where a command is run.
#[derive(Debug, Clone, Copy)]
enum Place {
    Native,
    Namespace,
    Run,
}

impl Place {
    /// Runs a script of shell, and returns what it printed.
    fn output(self, script: &str) -> Result<String, Box<dyn Error>> {
        let file = std::env::temp_dir().join(format!("ifctl-cost-{}", std::process::id()));
        let words: &[&str] = match self {
            Self::Native | Self::Run => &["sh", "-c", script],
            Self::Namespace => {
                &["unshare", "--user", "--map-root-user", "--net", "sh", "-c", script]
            }
        };
        let (program, rest) = words.split_first().ok_or("no command")?;
        let mut command = Command::new(program);
        command.args(rest).stdout(fs::File::create(&file)?).stdin(Stdio::null());
        let status = match self {
            Self::Run => Rootless::new(VirtualKernel::new()).run(command)?,
            Self::Native | Self::Namespace => command.status()?,
        };
        let text = fs::read_to_string(&file)?;
        fs::remove_file(&file)?;
        if status.success() { Ok(text) } else { Err(format!("{self:?} {script}: {status}").into()) }
    }
}

fn median<T: Ord + Copy + Default>(values: &mut [T]) -> T {
    values.sort();
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// Measures calls, each in rounds, and prints the medians in microseconds.
fn calls() -> Result<(), Box<dyn Error>> {
    let control = Control::open(&Host, Family::INET)?;
    let mut rtnetlink = Rtnetlink::open(&Host)?;
    let lo = DeviceName::truncated(b"lo");
    let ioctl = rounds(|| control.flags(lo).map(drop).map_err(Into::into))?;
    let dump = rounds(|| rtnetlink.devices().map(drop).map_err(Into::into))?;
    let stat = rounds(|| fs::metadata("/etc/passwd").map(drop).map_err(Into::into))?;
    writeln!(
        std::io::stdout(),
        "an ioctl {ioctl:.2} us\na dump of devices {dump:.2} us\na stat {stat:.2} us"
    )?;
    Ok(())
}

fn rounds(mut call: impl FnMut() -> Result<(), Box<dyn Error>>) -> Result<f64, Box<dyn Error>> {
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        for _ in 0..CALLS {
            call()?;
        }
        times.push(start.elapsed());
    }
    let one: Duration = median(&mut times) / CALLS;
    Ok(one.as_secs_f64() * 1e6)
}
