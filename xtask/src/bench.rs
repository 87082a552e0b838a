//! Whole commands, timed in turn: A B C, A B C, so that a machine whose speed drifts drifts for all.

use std::fmt::Write as _;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Set in the process that is inside the private namespace.
const INSIDE: &str = "IFCTL_BENCH_INSIDE";

type Result<T> = std::result::Result<T, String>;

/// What to measure.
struct Plan {
    aliases: u32,
    rounds: usize,
}

/// A command, and the times that its runs took.
struct Contender {
    name: &'static str,
    command: Vec<String>,
    times: Vec<Duration>,
    bytes: usize,
}

/// Runs the benchmark with these words.
pub(crate) fn run(words: &[String]) -> Result<()> {
    let plan = plan(words)?;
    if std::env::var_os(INSIDE).is_none() {
        let status = Command::new("cargo")
            .args(["build", "--quiet", "--release", "--package", "ifctl"])
            .status()
            .map_err(|error| format!("cargo build: {error}"))?;
        if !status.success() {
            return Err(format!("cargo build: {status}"));
        }
        return enter_namespace(words);
    }
    measure(&plan)
}

/// Returns the plan that the words ask for.
fn plan(words: &[String]) -> Result<Plan> {
    let mut plan = Plan { aliases: 8000, rounds: 9 };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let value = words.next().ok_or_else(|| format!("{word}: a number is missing"))?;
        let number: u32 = value.parse().map_err(|error| format!("{word} {value}: {error}"))?;
        match word.as_str() {
            "--aliases" => plan.aliases = number,
            "--rounds" => plan.rounds = number as usize,
            _ => return Err(format!("{word}: no option of bench")),
        }
    }
    if plan.rounds == 0 || plan.aliases == 0 || plan.aliases > 60_000 {
        return Err("bench: 1 round or more, 1 to 60000 aliases".to_owned());
    }
    Ok(plan)
}

/// Runs this program again in a network namespace of its own.
fn enter_namespace(words: &[String]) -> Result<()> {
    let me = std::env::current_exe().map_err(|error| format!("this program's path: {error}"))?;
    let privileged = Command::new("unshare").args(["-nm", "true"]).status();
    let flags = match privileged {
        Ok(status) if status.success() => "-nm",
        _ => "-Urnm",
    };
    let status = Command::new("unshare")
        .args([flags, "--"])
        .arg(me)
        .arg("bench")
        .args(words)
        .env(INSIDE, "1")
        .status()
        .map_err(|error| format!("unshare(1): {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("bench: {status}")) }
}

/// Measures, inside the namespace.
fn measure(plan: &Plan) -> Result<()> {
    let ours = our_ifconfig()?;
    set_up(plan.aliases)?;
    let mut contenders = vec![contender("ours: ifconfig", &[&ours.display().to_string()])];
    for (name, command) in [
        ("net-tools: ifconfig", &["/usr/sbin/ifconfig"][..]),
        ("iproute2: ip addr", &["ip", "addr"][..]),
    ] {
        match Command::new(command.first().copied().unwrap_or_default()).arg("-V").output() {
            Ok(_) => contenders.push(contender(name, command)),
            Err(error) => println!("{name}: not measured, {error}"),
        }
    }
    for contender in &mut contenders {
        contender.run()?;
        contender.times.clear();
    }
    for _ in 0..plan.rounds {
        for contender in &mut contenders {
            contender.run()?;
        }
    }
    println!("{} labelled aliases of one device, {} rounds in turn", plan.aliases, plan.rounds);
    println!(
        "{:<22} {:>10} {:>10} {:>10} {:>8} {:>10}",
        "", "min ms", "median ms", "max ms", "x ours", "bytes"
    );
    let ours = contenders.first().map(Contender::median).unwrap_or_default();
    for contender in &mut contenders {
        contender.times.sort();
        let at = |time: Option<&Duration>| time.copied().unwrap_or_default().as_secs_f64() * 1e3;
        println!(
            "{:<22} {:>10.2} {:>10.2} {:>10.2} {:>8.2} {:>10}",
            contender.name,
            at(contender.times.first()),
            contender.median() * 1e3,
            at(contender.times.last()),
            contender.median() / ours,
            contender.bytes,
        );
    }
    Ok(())
}

/// Makes a link named ifconfig to the release build, in a private tmpfs, and returns its path.
fn our_ifconfig() -> Result<PathBuf> {
    let me = std::env::current_exe().map_err(|error| format!("this program's path: {error}"))?;
    let ifctl = me.with_file_name("ifctl");
    sh("mount -t tmpfs tmpfs /mnt")?;
    let link = PathBuf::from("/mnt/ifconfig");
    symlink(&ifctl, &link).map_err(|error| format!("{}: {error}", link.display()))?;
    Ok(link)
}

/// Makes the device and its aliases: each a /32 of its own, with a label of its own.
fn set_up(aliases: u32) -> Result<()> {
    let mut batch = String::from("link set lo up\nlink add e0 type ifb\nlink set e0 up\n");
    for i in 0..aliases {
        let [_, _, high, low] = i.to_be_bytes();
        let _ = writeln!(batch, "addr add 10.1.{high}.{low}/32 dev e0 label e0:{i}");
    }
    std::fs::write("/mnt/batch", batch).map_err(|error| format!("/mnt/batch: {error}"))?;
    sh("ip -batch /mnt/batch")
}

fn sh(line: &str) -> Result<()> {
    let status =
        Command::new("sh").args(["-c", line]).status().map_err(|error| format!("sh: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{line}`: {status}")) }
}

fn contender(name: &'static str, command: &[&str]) -> Contender {
    let command = command.iter().map(|word| (*word).to_owned()).collect();
    Contender { name, command, times: Vec::new(), bytes: 0 }
}

impl Contender {
    /// Runs the command once, its output read through a pipe.
    fn run(&mut self) -> Result<()> {
        let (program, arguments) = self.command.split_first().ok_or("no command")?;
        let start = Instant::now();
        let output = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| format!("{program}: {error}"))?;
        self.times.push(start.elapsed());
        self.bytes = output.stdout.len();
        if output.status.success() { Ok(()) } else { Err(format!("{program}: {}", output.status)) }
    }

    /// Returns the median of the runs in seconds.
    fn median(&self) -> f64 {
        let mut times = self.times.clone();
        times.sort();
        times.get(times.len() / 2).map(Duration::as_secs_f64).unwrap_or_default()
    }
}
