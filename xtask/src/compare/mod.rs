//! A random search for differences from net-tools: `cargo xtask compare --seed S --runs N`.
//!
//! Random command lines, good and bad, in random set-ups, are answered by net-tools' own programs and by ours, each
//! in namespaces of its own made alike. A difference that no mend explains is shrunk and printed in the corpus' form.

mod case;
mod grammar;
mod mends;
mod normal;
mod setup;
mod shrink;
mod world;

use crate::random::Random;
use case::Case;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use world::{Answer, Who, World};

type Result<T> = std::result::Result<T, String>;

/// A difference is looked for again with so many milliseconds for the kernel to notice what it notices later.
const RESTS: [u64; 4] = [0, 20, 80, 250];
/// So net-tools is asked again where a line is alike when it is tried again.
const AGAIN: [u64; 3] = [0, 0, 20];
/// While a line is shrunk, this is enough.
const SHORT_RESTS: [u64; 2] = [0, 20];

/// What to search.
struct Plan {
    seed: u64,
    runs: u64,
    only: Option<u64>,
    jobs: u64,
}

/// How a line came out.
enum Outcome {
    Alike,
    /// Different once and alike when tried again, and net-tools itself does not always answer the same.
    Unsteady(String),
    /// Different by these mends, and alike without what sets them off.
    Mended(Vec<&'static str>),
    /// Different, and nothing explains it: the report.
    Different(String),
}

/// Searches as the words ask for.
pub(crate) fn run(words: &[String]) -> Result<()> {
    let plan = plan(words)?;
    let status = Command::new("cargo")
        .args(["build", "--quiet", "--package", "ifctl"])
        .status()
        .map_err(|error| format!("cargo build: {error}"))?;
    if !status.success() {
        return Err(format!("cargo build: {status}"));
    }
    // A thread, since what it enters stays with it.
    let searched = std::thread::scope(|scope| scope.spawn(|| search(&plan)).join());
    searched.unwrap_or_else(|_| Err("compare: the search panicked".to_owned()))
}

/// Returns the plan that the words ask for.
fn plan(words: &[String]) -> Result<Plan> {
    let mut plan = Plan { seed: 1, runs: 2000, only: None, jobs: 1 };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let value = words.next().ok_or_else(|| format!("{word}: a number is missing"))?;
        let number: u64 = value.parse().map_err(|error| format!("{word} {value}: {error}"))?;
        match word.as_str() {
            "--seed" => plan.seed = number,
            "--runs" => plan.runs = number,
            "--line" => plan.only = Some(number),
            "--jobs" => plan.jobs = number.clamp(1, 64),
            _ => return Err(format!("{word}: no option of compare")),
        }
    }
    if plan.runs == 0 {
        return Err("compare: nothing to be run: --runs is 1 at the least".to_owned());
    }
    Ok(plan)
}

/// Returns our program's path, beside the folder of this one.
fn ifctl() -> Result<PathBuf> {
    let me = std::env::current_exe().map_err(|error| format!("this program's path: {error}"))?;
    let target = me.parent().and_then(Path::parent).ok_or("this program stands in no folder")?;
    Ok(target.join("debug/ifctl"))
}

fn search(plan: &Plan) -> Result<()> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/corpus/fixtures");
    let world = World::enter(&ifctl()?, &fixtures)?;
    let lines = plan.only.map_or(0..plan.runs, |line| line..line.saturating_add(1));
    let next = AtomicU64::new(lines.start);
    let outcomes: Mutex<BTreeMap<u64, Result<Outcome>>> = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..plan.jobs {
            scope.spawn(|| {
                loop {
                    let line = next.fetch_add(1, Ordering::Relaxed);
                    if line >= lines.end {
                        break;
                    }
                    let case = grammar::case(&mut Random::of(plan.seed, line));
                    if plan.only.is_some() {
                        println!("{}", case.json(&section(plan.seed, line), &[]));
                    }
                    let outcome = judge(&world, &case, &section(plan.seed, line));
                    if let Ok(mut outcomes) = outcomes.lock() {
                        outcomes.insert(line, outcome);
                    }
                }
            });
        }
    });
    report(plan, outcomes.into_inner().map_err(|error| error.to_string())?)
}

/// Returns what tells where a line comes from.
fn section(seed: u64, line: u64) -> String {
    format!("compare --seed {seed} --line {line}")
}

/// Prints what was found. An unexplained difference is an error.
fn report(plan: &Plan, outcomes: BTreeMap<u64, Result<Outcome>>) -> Result<()> {
    let (mut alike, mut unsteady, mut mended, mut different) = (0, 0, 0, 0);
    let mut mends: BTreeMap<&str, usize> = BTreeMap::new();
    for (line, outcome) in outcomes {
        let failed = |error| Outcome::Different(format!("{}: {error}", section(plan.seed, line)));
        match outcome.unwrap_or_else(failed) {
            Outcome::Alike => alike += 1,
            Outcome::Unsteady(text) => {
                unsteady += 1;
                println!("unsteady, by net-tools itself: {text}");
            }
            Outcome::Mended(names) => {
                mended += 1;
                for name in names {
                    *mends.entry(name).or_default() += 1;
                }
            }
            Outcome::Different(text) => {
                different += 1;
                println!("{text}");
            }
        }
    }
    println!(
        "seed {}: {} lines: {alike} alike, {unsteady} that net-tools does not always answer the same, {mended} mended, {different} unexplained",
        plan.seed,
        alike + unsteady + mended + different,
    );
    for (name, count) in &mends {
        println!("    {count:>5}  {name}");
    }
    if different == 0 {
        Ok(())
    } else {
        Err(format!("compare: {different} unexplained differences"))
    }
}

/// Returns how a line comes out.
fn judge(world: &World, case: &Case, section: &str) -> Result<Outcome> {
    let Some(first) = difference(world, case, &RESTS[..1])? else { return Ok(Outcome::Alike) };
    let Some(pair) = difference(world, case, &RESTS)? else {
        let text = describe(case, section, &first);
        return Ok(if is_unsteady(world, case, &first.0)? {
            Outcome::Unsteady(text)
        } else {
            Outcome::Different(format!(
                "{text}\n    alike when tried again; net-tools' answer is always the same"
            ))
        });
    };
    let (names, left) = mends::neutral(case);
    if !names.is_empty() && difference(world, &left, &RESTS)?.is_none() {
        return Ok(if mends::is_as_promised(&names, case, &pair) {
            Outcome::Mended(names)
        } else {
            Outcome::Different(format!(
                "{}\n    not what the mend promises",
                describe(case, section, &pair)
            ))
        });
    }
    // While it shrinks, the case stays unexplained.
    let small = shrink::shrink(case, |smaller| {
        let differs = |case: &Case| matches!(difference(world, case, &SHORT_RESTS), Ok(Some(_)));
        let (names, left) = mends::neutral(smaller);
        differs(smaller) && (names.is_empty() || differs(&left))
    });
    let report = match difference(world, &small, &RESTS)? {
        Some(pair) => describe(&small, section, &pair),
        None => describe(case, section, &pair),
    };
    Ok(Outcome::Different(report))
}

/// Returns whether net-tools gives another answer than its first when it is asked again.
fn is_unsteady(world: &World, case: &Case, first: &Answer) -> Result<bool> {
    for rest in AGAIN.map(Duration::from_millis) {
        if world.ask(case, Who::Theirs, rest)? != *first {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns the answers, theirs and ours, if they differ with each of these rests.
fn difference(world: &World, case: &Case, rests: &[u64]) -> Result<Option<(Answer, Answer)>> {
    let mut last = None;
    for rest in rests.iter().copied().map(Duration::from_millis) {
        let theirs = world.ask(case, Who::Theirs, rest)?;
        let ours = world.ask(case, Who::Ours, rest)?;
        if theirs == ours {
            return Ok(None);
        }
        last = Some((theirs, ours));
    }
    Ok(last)
}

/// Returns a line in the corpus' form with net-tools' answer, and under it what differs.
fn describe(case: &Case, section: &str, (theirs, ours): &(Answer, Answer)) -> String {
    let mut text = case.json(
        section,
        &[
            ("rc", theirs.status.into()),
            ("stdout", theirs.stdout.as_str().into()),
            ("stderr", theirs.stderr.as_str().into()),
        ],
    );
    if theirs.status != ours.status {
        text += &format!("\n    status: net-tools {}, ours {}", theirs.status, ours.status);
    }
    for (name, theirs, ours) in [
        ("stdout", &theirs.stdout, &ours.stdout),
        ("stderr", &theirs.stderr, &ours.stderr),
        ("state", &theirs.state, &ours.state),
    ] {
        let only = |one: &str, other: &str| {
            let missing = one.lines().filter(|line| !other.lines().any(|other| other == *line));
            missing.map(|line| format!("\n        {line:?}")).collect::<String>()
        };
        if theirs != ours {
            let (gone, new) = (only(theirs, ours), only(ours, theirs));
            text += &if gone.is_empty() && new.is_empty() {
                let place = theirs.lines().zip(ours.lines()).find(|(theirs, ours)| theirs != ours);
                let (theirs, ours) = place.unwrap_or_default();
                format!("\n    {name}: the order, from\n        {theirs:?}\n        {ours:?}")
            } else {
                format!("\n    {name}: net-tools only:{gone}\n    {name}: ours only:{new}")
            };
        }
    }
    text
}
