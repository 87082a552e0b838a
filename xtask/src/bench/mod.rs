//! Whole commands, timed in turn: A B C, B C A, so that a machine whose speed drifts drifts for all.
//!
//! Each row has a network namespace of its own, which this program enters by running itself again.
//! Each contender writes to a file in memory, in the C locale, where net-tools starts fastest.

mod contender;
mod rows;
mod table;

use crate::namespaces;
use contender::Contender;
use rows::{ROWS, Row};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Set in the process that is inside the private namespace: the row to measure there.
const INSIDE: &str = "IFCTL_BENCH_INSIDE";

/// A private tmpfs, in the mount namespace of the row.
const SCRATCH: &str = "/mnt";

/// The copy of our program that is measured, beside this one.
const INSTALLED: &str = "ifctl-installed";

pub(super) type Result<T> = std::result::Result<T, String>;

/// What to measure.
struct Plan {
    rows: Vec<&'static Row>,
    /// How long a row is measured at the least, set-up not counted.
    time: Duration,
    /// How often each contender runs at the least, and at the most.
    rounds: (usize, usize),
}

/// Runs the benchmark with these words.
pub(crate) fn run(words: &[String]) -> Result<()> {
    let plan = plan(words)?;
    if std::env::var_os(INSIDE).is_some() {
        let row = plan.rows.first().ok_or("bench: no row")?;
        return measure(row, &plan);
    }
    let status = Command::new("cargo")
        .args(["build", "--quiet", "--release", "--package", "ifctl"])
        .status()
        .map_err(|error| format!("cargo build: {error}"))?;
    if !status.success() {
        return Err(format!("cargo build: {status}"));
    }
    install()?;
    table::head();
    let words: Vec<&str> =
        std::iter::once("bench").chain(words.iter().map(String::as_str)).collect();
    let enter = |row: &&Row| namespaces::enter("", &[], &words, (INSIDE, row.name));
    plan.rows.iter().try_for_each(enter)
}

/// Returns the plan that the words ask for: rows by name, and options.
fn plan(words: &[String]) -> Result<Plan> {
    let mut plan = Plan { rows: Vec::new(), time: Duration::from_secs(20), rounds: (7, 2000) };
    let inside = std::env::var(INSIDE).ok();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word == "--seconds" {
            let value = words.next().ok_or("--seconds: a number is missing")?;
            let seconds = value.parse().map_err(|error| format!("--seconds {value}: {error}"))?;
            plan.time = Duration::from_secs(seconds);
        } else {
            plan.rows.push(row(word)?);
        }
    }
    if let Some(name) = inside {
        plan.rows = vec![row(&name)?];
    } else if plan.rows.is_empty() {
        plan.rows = ROWS.iter().collect();
    }
    Ok(plan)
}

fn row(name: &str) -> Result<&'static Row> {
    ROWS.iter().find(|row| row.name == name).ok_or_else(|| {
        let names: Vec<&str> = ROWS.iter().map(|row| row.name).collect();
        format!("{name}: no row of bench; there are {}", names.join(", "))
    })
}

/// Measures a row, inside its namespace, and prints it.
fn measure(row: &Row, plan: &Plan) -> Result<()> {
    let links = our_links()?;
    set_up(row)?;
    let mut contenders = contenders(row, &links);
    for contender in contenders.iter_mut().flatten() {
        // To warm up, and to see that all of it is there.
        contender.run()?;
        contender.check(row.shows)?;
        contender.measure_peak()?;
        contender.times.clear();
    }
    let start = Instant::now();
    let (least, most) = plan.rounds;
    for round in 0..most {
        if round >= least && start.elapsed() >= plan.time {
            break;
        }
        // Each begins as often as the others: the one behind finds more of the C library at hand.
        let (ahead, behind) = contenders.split_at_mut(round % 3);
        for contender in behind.iter_mut().chain(ahead).flatten() {
            contender.run()?;
        }
    }
    table::print(row, &contenders);
    Ok(())
}

/// Returns ours, net-tools' and iproute2's, where the row has one and the machine too.
fn contenders(row: &Row, links: &Path) -> [Option<Contender>; 3] {
    let (name, words) = row.ours;
    let ours = Contender::new(links.join(name), words);
    let theirs = |command: Option<(&str, &'static [&'static str])>| {
        let (name, words) = command?;
        let folders = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"].iter();
        let path = folders.map(|folder| Path::new(folder).join(name)).find(|path| path.exists());
        if path.is_none() {
            println!("{name}: not installed, and so not measured");
        }
        Some(Contender::new(path?, words))
    };
    [Some(ours), theirs(row.net_tools), theirs(row.iproute2)]
}

/// Copies the release build, as an installation does: what a linker wrote lies in the page cache piece by
/// piece, and starts a third slower.
fn install() -> Result<()> {
    let (built, installed) = (beside("ifctl")?, beside(INSTALLED)?);
    // A new file, not the old one with new content.
    let _ = std::fs::remove_file(&installed);
    std::fs::copy(built, &installed)
        .map_err(|error| format!("{}: {error}", installed.display()))?;
    Ok(())
}

/// Returns the path of a file beside this program.
fn beside(name: &str) -> Result<PathBuf> {
    let me = std::env::current_exe().map_err(|error| format!("this program's path: {error}"))?;
    Ok(me.with_file_name(name))
}

/// Makes a private tmpfs with links to our program, and returns where they are.
fn our_links() -> Result<PathBuf> {
    let ifctl = beside(INSTALLED)?;
    sh(&format!("mount -t tmpfs tmpfs {SCRATCH}"))?;
    for name in ["ifctl", "ifconfig", "route"] {
        let link = Path::new(SCRATCH).join(name);
        symlink(&ifctl, &link).map_err(|error| format!("{}: {error}", link.display()))?;
    }
    Ok(PathBuf::from(SCRATCH))
}

/// Makes what the row lists.
fn set_up(row: &Row) -> Result<()> {
    let batch = Path::new(SCRATCH).join("batch");
    std::fs::write(&batch, (row.set_up)())
        .map_err(|error| format!("{}: {error}", batch.display()))?;
    sh(&format!("ip -batch {}", batch.display()))
}

fn sh(line: &str) -> Result<()> {
    let status =
        Command::new("sh").args(["-c", line]).status().map_err(|error| format!("sh: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{line}`: {status}")) }
}
