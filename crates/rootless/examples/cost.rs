//! What it costs to be answered: medians, natively, in a namespace, and on a virtual kernel, in turn. With the
//! word `only-calls` no whole commands.

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

/// How often each call is made in a run.
const REPEATED: u32 = 2000;

/// The calls that are measured.
const CALLS: [&str; 4] =
    ["an answered ioctl", "a dump of the devices", "a stat, passed on", "a file read, passed on"];

/// Where all is measured that does not change a host.
const PLACES: [Place; 3] = [Place::Native, Place::Namespace, Place::Run];

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
    let mut rows = calls_in_turn(own)?;
    let commands = match std::env::args().nth(1).as_deref() {
        Some("only-calls") => &[][..],
        _ => &COMMANDS[..],
    };
    for (name, script) in commands {
        let places = match *name {
            // The script would change this host.
            "200 x ip" => &PLACES[1..],
            _ => &PLACES[..],
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

/// Has the calls measured in each place, in turn; returns a row for each kind of call.
fn calls_in_turn(own: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let mut times: Vec<Vec<Vec<Duration>>> = vec![vec![Vec::new(); PLACES.len()]; CALLS.len()];
    for _ in 0..RUNS {
        for (nth, place) in PLACES.iter().enumerate() {
            let output = place.output(&format!("{own} calls"))?;
            for (line, times) in output.lines().zip(&mut times) {
                let times = times.get_mut(nth).ok_or("a place that is none")?;
                times.push(Duration::from_nanos(line.parse()?));
            }
        }
    }
    let told = |(place, times): (&Place, &mut Vec<Duration>)| {
        format!("{place:?} {:.2} us", median(times).as_secs_f64() * 1e6)
    };
    let rows = CALLS.iter().zip(&mut times).map(|(name, times)| {
        let told: Vec<_> = PLACES.iter().zip(times).map(told).collect();
        format!("{name}: {}", told.join(", "))
    });
    Ok(rows.collect())
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

/// Measures calls, and prints what one takes, in nanoseconds.
fn calls() -> Result<(), Box<dyn Error>> {
    let control = Control::open(&Host, Family::INET)?;
    let mut rtnetlink = Rtnetlink::open(&Host)?;
    let lo = DeviceName::truncated(b"lo");
    let times = [
        one_of(|| control.flags(lo).map(drop).map_err(Into::into))?,
        one_of(|| rtnetlink.devices().map(drop).map_err(Into::into))?,
        one_of(|| fs::metadata("/etc/passwd").map(drop).map_err(Into::into))?,
        one_of(|| fs::read("/etc/passwd").map(drop).map_err(Into::into))?,
    ];
    times.iter().try_for_each(|time| writeln!(std::io::stdout(), "{}", time.as_nanos()))?;
    Ok(())
}

fn one_of(
    mut call: impl FnMut() -> Result<(), Box<dyn Error>>,
) -> Result<Duration, Box<dyn Error>> {
    let start = Instant::now();
    for _ in 0..REPEATED {
        call()?;
    }
    Ok(start.elapsed() / REPEATED)
}
