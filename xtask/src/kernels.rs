//! The tests and the search on other kernels: User-mode Linux, a Linux that runs as a process.

mod guest;
mod programs;
mod uml;

pub(crate) use guest::run as guest;

use programs::Program;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Where Debian's package user-mode-linux has its kernel.
const PACKAGED: &str = "/usr/bin/linux.uml";

/// Where a guest finds what it is to run, and leaves what came of it.
const PLAN: &str = "plan.json";

type Result<T> = std::result::Result<T, String>;

/// What to run on which kernels.
struct Plan {
    kernels: Vec<PathBuf>,
    modules: Option<PathBuf>,
    suite: bool,
    /// Of the search, how many sequences; and the words for it.
    runs: u64,
    seed: u64,
    /// Only the programs whose names have this in them.
    only: Option<String>,
    /// In place of all that: one command.
    command: Vec<String>,
}

/// Runs with these words.
pub(crate) fn run(words: &[String]) -> Result<()> {
    let plan = plan(words)?;
    let programs = programs(&plan)?;
    let mut good = true;
    for kernel in &plan.kernels {
        good &= on_one(&plan, kernel, &programs)?;
    }
    if good { Ok(()) } else { Err("kernels: not all of it passed".to_owned()) }
}

fn plan(words: &[String]) -> Result<Plan> {
    let mut plan = Plan {
        kernels: Vec::new(),
        modules: None,
        suite: true,
        runs: 200,
        seed: 1,
        only: None,
        command: Vec::new(),
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word}: a value is missing"));
        let number = |value: &String| {
            value.parse::<u64>().map_err(|error| format!("{word} {value}: {error}"))
        };
        match word.as_str() {
            "--" => plan.command = words.by_ref().cloned().collect(),
            "--modules" => plan.modules = Some(PathBuf::from(value()?)),
            "--seed" => plan.seed = number(value()?)?,
            "--runs" => plan.runs = number(value()?)?,
            "--no-suite" => plan.suite = false,
            "--only" => plan.only = Some(value()?.clone()),
            word if word.starts_with('-') => return Err(format!("{word}: no option of kernels")),
            path => plan.kernels.push(PathBuf::from(path)),
        }
    }
    if plan.kernels.is_empty() {
        plan.kernels.push(PathBuf::from(PACKAGED));
    }
    for kernel in &mut plan.kernels {
        *kernel = kernel.canonicalize().map_err(|error| {
            format!(
                "{}: {error}. Name a User-mode Linux program, or install one: Debian's package user-mode-linux",
                kernel.display()
            )
        })?;
    }
    Ok(plan)
}

/// What is to be run on each kernel.
fn programs(plan: &Plan) -> Result<Vec<Program>> {
    if !plan.command.is_empty() {
        return Ok(vec![Program::command(&plan.command)?]);
    }
    let mut programs = Vec::new();
    if plan.suite {
        programs = programs::of_the_suite()?;
        programs.retain(|program| {
            plan.only.as_ref().is_none_or(|only| program.name.contains(only.as_str()))
        });
    }
    if plan.runs > 0 {
        programs.push(Program::search(plan.seed, plan.runs)?);
    }
    Ok(programs)
}

/// Boots a kernel, has it run all of them, and prints what came of it. Returns whether all of it passed.
fn on_one(plan: &Plan, kernel: &Path, programs: &[Program]) -> Result<bool> {
    let shared = uml::Shared::new()?;
    let modules = plan.modules.as_deref().or_else(|| uml::packaged_modules(kernel));
    let wanted = json!({
        "modules": modules,
        "checkout": programs::checkout()?,
        "scratch": programs::scratch(),
        "programs": programs.iter().map(Program::to_json).collect::<Vec<Value>>(),
    });
    shared.write(PLAN, &wanted.to_string())?;
    uml::boot(kernel, &shared)?;
    let release = shared.read("release")?;
    println!("== {} ({})", release.trim(), kernel.display());
    let mut sums = programs::Counts::default();
    let mut failed = Vec::new();
    for (number, program) in programs.iter().enumerate() {
        let output = shared.read(&format!("{number}.output")).unwrap_or_default();
        let status = shared.read(&format!("{number}.status"))?;
        sums.add(&output);
        if program.shown || !plan.command.is_empty() {
            println!("{}", output.trim_end());
        }
        if status.trim() != "0" {
            failed.push(format!("{}: {}", program.name, status.trim()));
            if !program.shown {
                println!(
                    "\n-- {}: {}\n{}",
                    program.name,
                    status.trim(),
                    programs::failures(&output)
                );
            }
        }
    }
    if plan.command.is_empty() && plan.suite {
        println!(
            "{}: {} passed, {} failed, {} skipped",
            release.trim(),
            sums.passed,
            sums.failed,
            sums.skipped
        );
    }
    for line in &failed {
        println!("{}: {line}", release.trim());
    }
    Ok(failed.is_empty())
}
