//! Differential search: the same random requests to Linux and to the model, compared after each one.

mod generate;
mod print;
mod shrink;

use crate::namespaces;
use crate::random::Random;
use generate::Area;
use ifctl_conformance::sequence::{Difference, Looking, Step, account, compare};
use ifctl_conformance::{on_linux, on_model};
use ifctl_linux::namespace::NetworkNamespace;
use std::collections::BTreeMap;
use std::time::Instant;

/// Set in the process that is inside namespaces of its own.
const INSIDE: &str = "IFCTL_DIFFERENTIAL_INSIDE";

type Result<T> = std::result::Result<T, String>;

/// What to search.
struct Plan {
    seed: u64,
    runs: u64,
    /// The first sequence's number.
    first: u64,
    length: usize,
    areas: Vec<Area>,
    looking: Looking,
    /// How many kinds of difference are cut down and printed.
    shown: usize,
    /// Print every sequence's requests.
    trace: bool,
    /// Compare Linux with itself: what differs then is no fault of the model's.
    twice: bool,
}

/// A kind of difference: how often it was found, and where first.
struct Finding {
    count: usize,
    sequence: u64,
    steps: Vec<Step>,
    difference: Difference,
}

/// Runs the search with these words.
pub(crate) fn run(words: &[String]) -> Result<()> {
    let plan = plan(words)?;
    if std::env::var_os(INSIDE).is_none() {
        // Of processes and descriptors there are only its own inside, so that no request can name a
        // namespace of the host's.
        let words: Vec<&str> =
            std::iter::once("differential").chain(words.iter().map(String::as_str)).collect();
        return namespaces::enter("pf", &["--mount-proc"], &words, (INSIDE, "1"));
    }
    let outcome = std::thread::spawn(move || search(&plan)).join();
    outcome.map_err(|_| "the search panicked".to_owned())?
}

fn plan(words: &[String]) -> Result<Plan> {
    let all: Vec<Area> = Area::ALL.iter().map(|(_, area)| *area).collect();
    let mut plan = Plan {
        seed: 1,
        runs: 1000,
        first: 0,
        length: 40,
        looking: Looking::AT_ALL,
        areas: all,
        shown: 5,
        trace: false,
        twice: false,
    };
    let mut blind = false;
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word == "--trace" {
            plan.trace = true;
            continue;
        }
        if word == "--linux-twice" {
            plan.twice = true;
            continue;
        }
        if word == "--texts" {
            plan.looking.texts = true;
            continue;
        }
        if word == "--answers" {
            blind = true;
            continue;
        }
        let value = words.next().ok_or_else(|| format!("{word}: a value is missing"))?;
        let number = || value.parse::<u64>().map_err(|error| format!("{word} {value}: {error}"));
        match word.as_str() {
            "--seed" => plan.seed = number()?,
            "--runs" => plan.runs = number()?,
            "--first" => plan.first = number()?,
            "--length" => plan.length = usize::try_from(number()?).unwrap_or(usize::MAX),
            "--show" => plan.shown = usize::try_from(number()?).unwrap_or(usize::MAX),
            "--only" => {
                let area = |word: &str| {
                    let known = Area::ALL.iter().find(|(name, _)| *name == word);
                    known.map(|(_, area)| *area).ok_or_else(|| format!("{word}: no such area"))
                };
                plan.areas = value.split(',').map(area).collect::<Result<_>>()?;
                plan.looking =
                    Looking { texts: plan.looking.texts, ..generate::looking(&plan.areas) };
            }
            _ => return Err(format!("{word}: no option of differential")),
        }
    }
    if plan.runs == 0 || plan.length == 0 {
        return Err(
            "differential: nothing to be sent: --runs and --length are 1 at the least".to_owned()
        );
    }
    if blind {
        let Looking { ipv6, texts, .. } = plan.looking;
        plan.looking = Looking { ipv6, texts, ..Looking::AT_ANSWERS };
    }
    Ok(plan)
}

/// Has this thread enter a fresh namespace.
fn fresh() -> Result<()> {
    NetworkNamespace::unshare().map(drop).map_err(|errno| format!("a network namespace: {errno}"))
}

/// Runs one sequence in a fresh namespace.
fn attempt(plan: &Plan, steps: &[Step]) -> Result<Option<Difference>> {
    fresh()?;
    if !plan.twice {
        return Ok(compare(plan.looking, steps));
    }
    let first = on_linux(|setting| account(setting, plan.looking, steps, None));
    fresh()?;
    let second = on_linux(|setting| account(setting, plan.looking, steps, Some(&first)));
    Ok(first.difference(&second))
}

/// Returns whether a difference is the model's: Linux answers the same three times more, and otherwise than
/// the model. What workers of the kernel do comes late, and then more than once.
fn is_the_models(plan: &Plan, steps: &[Step]) -> Result<bool> {
    let model = on_model(|setting| account(setting, plan.looking, steps, None));
    let mut first = None;
    for _ in 0..3 {
        fresh()?;
        let linux = on_linux(|setting| account(setting, plan.looking, steps, Some(&model)));
        let first = first.get_or_insert_with(|| linux.clone());
        if first.difference(&linux).is_some() || linux.difference(&model).is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn search(plan: &Plan) -> Result<()> {
    let start = Instant::now();
    let mut findings: BTreeMap<String, Finding> = BTreeMap::new();
    let mut different = 0_u64;
    let mut unsteady = Vec::new();
    for sequence in plan.first..plan.first.saturating_add(plan.runs) {
        let draw = Random::of(plan.seed, sequence);
        let steps = generate::sequence(draw, &plan.areas, plan.length);
        if plan.trace {
            println!("sequence {sequence}");
            for step in &steps {
                println!("{}", print::step(step));
            }
        }
        let Some(difference) = attempt(plan, &steps)? else { continue };
        let class = difference.class.clone();
        if !plan.twice && !is_the_models(plan, &steps)? {
            unsteady.push(format!("{class}  (sequence {sequence})"));
            continue;
        }
        different += 1;
        let finding = Finding { count: 0, sequence, steps, difference };
        findings.entry(class).or_insert(finding).count += 1;
    }
    let requests = plan.runs.saturating_mul(plan.length as u64);
    println!(
        "seed {}: {} sequences of {} requests ({requests} in all) in {:.1} s: {different} differ, in {} ways",
        plan.seed,
        plan.runs,
        plan.length,
        start.elapsed().as_secs_f64(),
        findings.len()
    );
    if !unsteady.is_empty() {
        println!("{} more to which Linux itself does not always answer the same:", unsteady.len());
    }
    for line in &unsteady {
        println!("       {line}");
    }
    let mut findings: Vec<(String, Finding)> = findings.into_iter().collect();
    findings.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.count));
    for (class, finding) in &findings {
        println!("{:5}  {class}  (sequence {})", finding.count, finding.sequence);
    }
    for (class, finding) in findings.iter().take(plan.shown) {
        show(plan, class, finding)?;
    }
    if findings.is_empty() { Ok(()) } else { Err("differential: the kernels differ".to_owned()) }
}

/// Cuts a difference down and prints it as a test.
fn show(plan: &Plan, class: &str, finding: &Finding) -> Result<()> {
    let end = finding.difference.step.map_or(finding.steps.len(), |step| step + 1);
    let steps = finding.steps.get(..end).unwrap_or(&finding.steps).to_vec();
    let mut last = finding.difference.clone();
    let small = shrink::shrink(steps, &mut |steps| {
        let difference = attempt(plan, steps)?;
        let same = difference.as_ref().is_some_and(|found| found.class == class);
        if let (true, Some(found)) = (same, difference) {
            last = found;
        }
        Ok(same)
    })?;
    println!("\n== {class}\n{}\n", last.lines);
    println!("{}", print::test(plan.seed, finding.sequence, plan.looking, &small));
    Ok(())
}
